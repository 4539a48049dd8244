/*
 * result_course.c — the course of runs, merged over replications; see result.h.
 *
 * Of the worst replication only its medians are kept. Replications come in any order; ties go to
 * the lower number, so the order does not show.
 */
#include "analysis/result_private.h"
#include "analysis/course.h"
#include "sim/check.h"

#include <math.h>

void ana_result_add_course(AnaResult *result, gsize variant, guint replication, AnaCourse *course)
{
    AnaRun *run = ana_result_find_run(&result->variants[variant], replication);
    SIM_CHECK(run && !run->has_arrived && !run->course, "course of replication %u", replication);
    run->course = course;
}

static void note_worst(AnaWorstLag *worst, const AnaCourse *course, gsize node, guint replication)
{
    guint n = ana_course_n_lag_cells(course);
    double *medians = g_new(double, n + 1), peak = -1;
    for (guint cell = 0; cell < n; cell++) {
        medians[cell] = ana_course_lag_quantile(course, node, cell, 0.5);
        peak = !isnan(medians[cell]) && medians[cell] > peak ? medians[cell] : peak;
    }
    if (worst->medians &&
        (peak < worst->peak || (peak == worst->peak && replication > worst->replication))) {
        g_free(medians);
        return;
    }
    g_free(worst->medians);
    *worst = (AnaWorstLag){peak, replication, medians};
}

void ana_course_use(AnaVariantResult *variant, AnaRun *run)
{
    const AnaWorld *world = ana_plan_world(variant->given.plan);
    if (!run->course)
        return;
    if (!variant->worst)
        variant->worst = g_new0(AnaWorstLag, world->n_nodes + 1);
    guint replication = variant->given.first_replication + (guint)(run - variant->runs);
    for (gsize node = 0; node < world->n_nodes; node++)
        if (ana_course_has_lag(run->course, node))
            note_worst(&variant->worst[node], run->course, node, replication);
    if (variant->course) {
        ana_course_merge(variant->course, run->course);
        ana_course_free(run->course);
    } else {
        variant->course = run->course;
    }
    run->course = NULL;
}

void ana_course_clear(AnaVariantResult *variant)
{
    gsize n = ana_plan_world(variant->given.plan)->n_nodes;
    for (gsize node = 0; variant->worst && node < n; node++)
        g_free(variant->worst[node].medians);
    g_free(variant->worst);
    ana_course_free(variant->course);
}

const AnaCourse *ana_result_course(const AnaResult *result, gsize variant)
{
    return result->variants[variant].course;
}

gint64 ana_result_worst_lag(const AnaResult *result, gsize variant, gsize node,
                            const double **medians)
{
    const AnaWorstLag *worst = result->variants[variant].worst;
    if (!worst || !worst[node].medians)
        return -1;
    *medians = worst[node].medians;
    return worst[node].replication;
}
