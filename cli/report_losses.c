/* report_losses.c — what went wrong in each replication, and what it costs to avoid it; see
 * report_page.h. */
#include "cli/report_page.h"

#include "analysis/format.h"
#include "analysis/report/palette.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

/* Totals that count something bad; of those with a kind both. */
static const struct {
    const char *metric;
    int writes; /* -1: takes no kind */
} harms[] = {{"lost_writes", -1},
             {"overwritten_writes", -1},
             {"backwards_wins", -1},
             {"conflicts", -1},
             {"divergences", -1},
             {"ryw_violations", -1},
             {"monotonic_violations", -1},
             {"prefix_violations", -1},
             {"split_brain", -1},
             {"failovers", -1},
             {"false_failovers", -1},
             {"downtime", 1},
             {"downtime", 0}};

/* Number of the plain query about a measure in a variant's plan, or -1. */
static gssize plain_query(const CliRuns *runs, guint variant, const char *metric, int writes,
                          AnaStat stat)
{
    const AnaPlan *plan = runs->variants[variant].plan;
    const AnaMetric *known = ana_metric_find(metric);
    if (!known)
        return -1;
    AnaQuery query = ana_query_of(known);
    query.writes = writes;
    query = ana_query_with(&query, stat);
    return ana_plan_find(plan, &query);
}

static gboolean is_seen(const CliRuns *runs, const char *metric, int writes, gboolean *is_asked)
{
    gboolean seen = FALSE;
    *is_asked = FALSE;
    for (guint v = 0; v < runs->n_variants; v++) {
        gssize query = plain_query(runs, v, metric, writes, ANA_STAT_NONE);
        if (query < 0)
            continue;
        const AnaEstimate *estimate = ana_result_estimate(runs->result, v, (gsize)query);
        *is_asked |= !estimate->why_absent;
        seen |= estimate->interval.value > 0;
    }
    return seen;
}

/* ---- dots --------------------------------------------------------------------------------- */

/* "2.9 [2.3, 3.4]"; of what was not seen "0 of 30: at most 0.1 a run". */
static char *note_of(const CliRuns *runs, guint variant, gsize number)
{
    const AnaEstimate *estimate = ana_result_estimate(runs->result, variant, number);
    AnaUnit unit = ana_query_unit(ana_plan_query(runs->variants[variant].plan, number));
    if (estimate->why_absent)
        return g_strdup("–");
    if (!estimate->saw_nothing)
        return ana_format_interval(unit, &estimate->interval, FALSE);
    if (unit != ANA_UNIT_COUNT) /* how long what was not seen would last, nobody can say */
        return g_strdup_printf("0 in %" G_GUINT64_FORMAT " runs", estimate->count);
    g_autofree char *bound = ana_format_value(unit, estimate->interval.high, FALSE);
    return g_strdup_printf("0 in %" G_GUINT64_FORMAT " runs: at most %s", estimate->count, bound);
}

static void add_strip(AnaDocument *document, const CliRuns *runs, const char *metric, int writes)
{
    g_autofree guint *order = cli_report_order(runs);
    g_autofree AnaDotRow *rows = g_new0(AnaDotRow, runs->n_variants);
    GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *label = NULL;
    GString *text = g_string_new(NULL);
    guint n = 0;
    AnaUnit unit = ANA_UNIT_COUNT;
    for (guint i = 0; i < cli_report_n_drawn(runs); i++) {
        guint v = order[i];
        gssize query = plain_query(runs, v, metric, writes, ANA_STAT_NONE);
        if (query < 0)
            continue;
        const AnaEstimate *estimate = ana_result_estimate(runs->result, v, (gsize)query);
        guint n_values = ana_result_n_used(runs->result, v);
        double *values = g_new(double, n_values + 1);
        char *note = note_of(runs, v, (gsize)query);
        g_ptr_array_add(owned, values);
        g_ptr_array_add(owned, note);
        for (guint k = 0; k < n_values; k++)
            values[k] = ana_result_own_value(runs->result, v, (gsize)query, k);
        unit = ana_query_unit(ana_plan_query(runs->variants[v].plan, (gsize)query));
        if (!label)
            label = cli_query_label(runs->variants[v].plan,
                                    ana_plan_query(runs->variants[v].plan, (gsize)query));
        rows[n++] = (AnaDotRow){runs->variants[v].name,
                                cli_report_style(runs, v),
                                values,
                                n_values,
                                estimate->interval.value,
                                estimate->interval.low,
                                estimate->interval.high,
                                note};
        g_string_append_printf(text, "%s%s: %s", text->len ? "; " : "", runs->variants[v].name,
                               note);
    }
    g_string_append(text, ".");
    *label = g_ascii_toupper(*label);
    AnaPicture *picture = ana_picture_new(
        label,
        "every dot is one replication; the tick below is the mean and the bar its 95 % interval.",
        text->str);
    ana_dot_strips(picture, unit == ANA_UNIT_NS ? ANA_TICK_TIME : ANA_TICK_COUNT, rows, n);
    g_autofree char *id = g_strdup_printf("each-%s%s", metric,
                                          writes < 0 ? ""
                                          : writes   ? "-writes"
                                                     : "-reads");
    g_strdelimit(id, "_.", '-');
    ana_document_picture(document, id, picture, NULL);
    g_string_free(text, TRUE);
    g_ptr_array_free(owned, TRUE);
}

/* What was looked for and not seen in any variant, in one sentence. */
static void say_unseen(AnaDocument *document, const CliRuns *runs, const GPtrArray *labels)
{
    if (labels->len == 0)
        return;
    GString *text = g_string_new("Looked for and not seen in any run of any variant: ");
    for (guint i = 0; i < labels->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)labels->pdata[i]);
    guint runs_least = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++)
        runs_least = MIN(runs_least, ana_result_n_used(runs->result, v));
    g_autofree char *bound = ana_format_value(ANA_UNIT_COUNT, ana_zero_bound(runs_least), FALSE);
    g_string_append_printf(text,
                           ". None in %u run%s a variant still leaves room for a true mean of up "
                           "to %s a run (95 %%).",
                           runs_least, runs_least == 1 ? "" : "s", bound);
    ana_document_text(document, ANA_BLOCK_TEXT, text->str);
    g_string_free(text, TRUE);
}

void cli_report_losses(AnaDocument *document, const CliRuns *runs)
{
    GPtrArray *unseen = g_ptr_array_new_with_free_func(g_free);
    gboolean begun = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(harms); i++) {
        gboolean is_asked, seen = is_seen(runs, harms[i].metric, harms[i].writes, &is_asked);
        if (!is_asked)
            continue;
        if (!begun)
            ana_document_section(document, "losses", "Losses and anomalies");
        begun = TRUE;
        if (seen) {
            add_strip(document, runs, harms[i].metric, harms[i].writes);
            continue;
        }
        const char *label = ana_metric_find(harms[i].metric)->label;
        g_ptr_array_add(
            unseen, harms[i].writes < 0
                        ? g_strdup(label)
                        : g_strdup_printf("%s of %s", label, harms[i].writes ? "writes" : "reads"));
    }
    say_unseen(document, runs, unseen);
    g_ptr_array_free(unseen, TRUE);
}

/* ---- cost against harm -------------------------------------------------------------------- */

static const AnaEstimate *value_of(const CliRuns *runs, guint variant, const char *metric,
                                   AnaStat stat)
{
    gssize query = plain_query(runs, variant, metric, -1, stat);
    if (query < 0)
        return NULL;
    const AnaEstimate *estimate = ana_result_estimate(runs->result, variant, (gsize)query);
    return estimate->why_absent ? NULL : estimate;
}

static gboolean varies(const CliRuns *runs, const char *metric)
{
    for (guint v = 0; v < runs->n_variants; v++) {
        const AnaEstimate *estimate = value_of(runs, v, metric, ANA_STAT_NONE);
        if (estimate && estimate->interval.value > 0)
            return TRUE;
    }
    return FALSE;
}

static gint by_cost(gconstpointer a, gconstpointer b)
{
    const AnaPoint *one = a, *other = b;
    if (one->x != other->x)
        return one->x < other->x ? -1 : 1;
    return (one->y > other->y) - (one->y < other->y);
}

/* A line through those that no other beats in both. */
static void add_frontier(AnaChart *chart, GArray *points)
{
    double least = SIM_INFINITY;
    g_array_sort(points, by_cost);
    guint line = ana_chart_add(chart, &(AnaSeries){.name = "not beaten by any other",
                                                   .style = ANA_STYLES - 1,
                                                   .is_thin = TRUE,
                                                   .is_quiet = TRUE});
    for (guint i = 0; i < points->len; i++) {
        AnaPoint point = g_array_index(points, AnaPoint, i);
        if (point.y >= least)
            continue;
        least = point.y;
        ana_chart_point(chart, line, &(AnaPoint){point.x, point.y, SIM_NAN, SIM_NAN});
    }
}

void cli_report_trade_off(AnaDocument *document, const CliRuns *runs)
{
    const char *harm = varies(runs, "stale_rate") ? "stale_rate" : "lost_writes";
    if (runs->n_variants < 2 || !varies(runs, harm))
        return;
    gboolean is_share = strcmp(harm, "stale_rate") == 0;
    const AnaAxis x = {ANA_SCALE_LINEAR, ANA_TICK_TIME, "write latency p99", 0, SIM_NAN};
    const AnaAxis y = {ANA_SCALE_LINEAR, is_share ? ANA_TICK_SHARE : ANA_TICK_COUNT,
                       is_share ? "stale reads" : "lost writes per run", 0, SIM_NAN};
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(AnaPoint));
    AnaChart *chart = ana_chart_new("What it costs, and what it avoids", &x, &y);
    g_autofree guint *order = cli_report_order(runs);
    for (guint i = 0; i < runs->n_variants; i++) {
        const AnaEstimate *cost = value_of(runs, order[i], "write.latency", ANA_STAT_P99);
        const AnaEstimate *damage = value_of(runs, order[i], harm, ANA_STAT_NONE);
        if (!cost || !damage)
            continue;
        guint dot = ana_chart_add(chart, &(AnaSeries){.name = runs->variants[order[i]].name,
                                                      .style = cli_report_style(runs, order[i]),
                                                      .form = ANA_SERIES_DOTS,
                                                      .is_quiet = i >= CLI_REPORT_DRAWN});
        AnaPoint point = {cost->interval.value, damage->interval.value,
                          damage->has_bounds ? damage->interval.low : SIM_NAN,
                          damage->has_bounds ? damage->interval.high : SIM_NAN};
        ana_chart_point(chart, dot, &point);
        g_array_append_val(points, point);
    }
    add_frontier(chart, points);
    if (ana_chart_is_empty(chart)) {
        ana_chart_free(chart);
        return;
    }
    ana_chart_describe(chart,
                       "further left costs less, lower harms less; a mark on the thin "
                       "line is beaten by no other in both.",
                       "One mark a variant; the line through it is the 95 % interval of the harm.");
    ana_document_section(document, "trade-off", "Trade-off");
    ana_document_chart(document, "trade-off-map", chart);
}
