/* sweep_measures.c — see sweep_measures.h. */
#include "cli/sweep_measures.h"

#include "cli/rows.h"

#include <math.h>
#include <string.h>

/* What is shown, where nothing was asked for. */
static const char *const headlines[] = {"stale_rate",           "write.latency.p99",
                                        "read.latency.p99",     "lost_writes",
                                        "availability(writes)", "overwritten_writes"};

guint cli_sweep_variants(const CliSweep *sweep)
{
    return sweep->runs->n_variants / sweep->points->len;
}

const CliPoint *cli_sweep_point(const CliSweep *sweep, guint point)
{
    return &g_array_index(sweep->points, CliPoint, point);
}

const CliAxis *cli_sweep_axis(const CliSweep *sweep, guint axis)
{
    return &g_array_index(sweep->axes, CliAxis, axis);
}

guint cli_sweep_number(const CliSweep *sweep, guint point, guint variant)
{
    return point * cli_sweep_variants(sweep) + variant;
}

gboolean cli_sweep_is_plane(const CliSweep *sweep)
{
    return sweep->axes->len == 2 && !sweep->is_zipped;
}

const AnaEstimate *cli_sweep_estimate(const CliSweep *sweep, guint point, guint variant,
                                      const char *name, const AnaQuery **query)
{
    guint number = cli_sweep_number(sweep, point, variant);
    gssize found = ana_result_find(sweep->runs->result, number, name);
    if (found < 0)
        return NULL;
    *query = ana_plan_query(sweep->runs->variants[number].plan, (gsize)found);
    return ana_result_estimate(sweep->runs->result, number, (gsize)found);
}

/* ---- which measures ----------------------------------------------------------------------- */

static void add_measure(CliSweepMeasures *measures, const char *name)
{
    for (guint i = 0; i < measures->n; i++)
        if (strcmp(measures->names[i], name) == 0)
            return;
    if (measures->n < CLI_SWEEP_MEASURES)
        measures->names[measures->n++] = g_strdup(name);
}

/* It is not the same everywhere. */
static gboolean varies(const CliSweep *sweep, const char *name)
{
    double first = (double)NAN;
    for (guint point = 0; point < sweep->points->len; point++)
        for (guint variant = 0; variant < cli_sweep_variants(sweep); variant++) {
            const AnaQuery *query;
            const AnaEstimate *estimate = cli_sweep_estimate(sweep, point, variant, name, &query);
            double value = estimate ? estimate->interval.value : (double)NAN;
            if (!isnan(first) && !isnan(value) && value != first)
                return TRUE;
            first = isnan(first) ? value : first;
        }
    return FALSE;
}

CliSweepMeasures cli_sweep_measures(const CliSweep *sweep)
{
    CliSweepMeasures measures = {.n = 0};
    const CliRuns *runs = sweep->runs;
    for (guint v = 0; v < cli_sweep_variants(sweep); v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaQuery *query = &runs->variants[v].variant->expectations[e].query;
            g_autofree char *name = ana_plan_query_name(runs->variants[v].plan, query);
            if (!query->metric->is_claim)
                add_measure(&measures, name);
        }
    for (gsize i = 0; i < G_N_ELEMENTS(headlines); i++) {
        const AnaQuery *query;
        if (cli_sweep_estimate(sweep, 0, 0, headlines[i], &query) &&
            (i < 3 ? measures.n < 3 : varies(sweep, headlines[i])))
            add_measure(&measures, headlines[i]);
    }
    return measures;
}

void cli_sweep_measures_clear(CliSweepMeasures *measures)
{
    for (guint m = 0; m < measures->n; m++)
        g_free(measures->names[m]);
    measures->n = 0;
}

char *cli_sweep_label(const CliSweep *sweep, guint variant, const char *name)
{
    for (guint point = 0; point < sweep->points->len; point++) {
        const AnaQuery *query;
        guint number = cli_sweep_number(sweep, point, variant);
        if (cli_sweep_estimate(sweep, point, variant, name, &query))
            return cli_query_label(sweep->runs->variants[number].plan, query);
    }
    return g_strdup(name);
}

/* ---- checks ------------------------------------------------------------------------------- */

CliSweepChecks cli_sweep_checks(const CliSweep *sweep, guint point, guint variant)
{
    const CliRuns *runs = sweep->runs;
    guint number = cli_sweep_number(sweep, point, variant);
    CliSweepChecks checks = {.n = runs->variants[number].variant->n_expectations};
    for (gsize e = 0; e < checks.n; e++) {
        AnaVerdict verdict = ana_result_check(runs->result, number, e)->verdict;
        checks.passed += verdict == ANA_PASS;
        checks.failed += verdict == ANA_FAIL;
    }
    return checks;
}

char *cli_sweep_checks_text(const CliSweepChecks *checks)
{
    if (checks->passed == checks->n)
        return g_strdup("pass");
    if (checks->failed == 0)
        return g_strdup("inconclusive");
    if (checks->failed == checks->n)
        return g_strdup("FAIL");
    return g_strdup_printf("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " FAIL", checks->failed,
                           checks->n);
}

/* ---- the frontier ------------------------------------------------------------------------- */

/* Value of a measure, the smaller the better; NaN: unknown. */
static double cost_of(const CliSweep *sweep, guint point, guint variant, const char *name)
{
    const AnaQuery *query;
    const AnaEstimate *estimate = cli_sweep_estimate(sweep, point, variant, name, &query);
    if (!estimate || query->metric->good == ANA_GOOD_NEITHER)
        return (double)NAN;
    return query->metric->good == ANA_GOOD_LOW ? estimate->interval.value
                                               : -estimate->interval.value;
}

/* Is `a` nowhere worse than `b`, and somewhere better? */
static gboolean beats(const CliSweep *sweep, guint a, guint b, guint variant,
                      const CliSweepMeasures *measures)
{
    gboolean is_better = FALSE;
    for (guint m = 0; m < measures->n; m++) {
        double left = cost_of(sweep, a, variant, measures->names[m]);
        double right = cost_of(sweep, b, variant, measures->names[m]);
        if (isnan(left) || isnan(right))
            continue;
        if (left > right)
            return FALSE;
        is_better |= left < right;
    }
    return is_better;
}

gboolean *cli_sweep_frontier(const CliSweep *sweep, guint variant, const CliSweepMeasures *measures)
{
    guint directed = 0, n = sweep->points->len, beaten = 0;
    for (guint m = 0; m < measures->n; m++)
        directed += isnan(cost_of(sweep, 0, variant, measures->names[m])) ? 0 : 1;
    gboolean *stands = g_new0(gboolean, n + 1);
    for (guint point = 0; point < n; point++) {
        stands[point] = TRUE;
        for (guint other = 0; other < n && stands[point]; other++)
            stands[point] = !beats(sweep, other, point, variant, measures);
        beaten += stands[point] ? 0 : 1;
    }
    if (beaten == 0 || directed < 2)
        g_clear_pointer(&stands, g_free);
    return stands;
}
