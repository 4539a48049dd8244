/* report_curves.c — distributions of lag and latency; see report_page.h. */
#include "cli/report_page.h"

#include "analysis/format.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define TAIL_LEFT 10u /* curves stop where fewer observations are beyond */
#define CURVE_POINTS 160.0

/* ---- what is drawn ------------------------------------------------------------------------ */

/* The merged distribution of a measure of a variant, over all nodes where it is by node; NULL:
 * nothing was observed. Caller frees. */
static AnaHist *merged(const CliRuns *runs, guint variant, const char *metric)
{
    AnaHist *hist = ana_hist_new();
    const AnaPlan *plan = runs->variants[variant].plan;
    for (gsize q = 0; q < ana_plan_n_queries(plan); q++) {
        const AnaQuery *query = ana_plan_query(plan, q);
        gboolean is_by_node = query->metric->required != 0;
        if (strcmp(query->metric->name, metric) != 0 || query->stat != ANA_STAT_P50 ||
            query->window != ANA_WINDOW_ALL || (query->node >= 0) != is_by_node ||
            query->client_region >= 0 || query->client >= 0 || query->region >= 0 ||
            query->session >= 0 || query->key >= 0 || query->partition >= 0)
            continue;
        const AnaCell *cell = ana_result_cell(runs->result, variant, q);
        if (cell->hist)
            ana_hist_merge(hist, cell->hist);
    }
    if (ana_hist_count(hist) > 0)
        return hist;
    ana_hist_free(hist);
    return NULL;
}

typedef struct Curve {
    AnaChart *chart;
    guint line;
    guint64 seen, all;
    double drawn; /* the share at the last point */
} Curve;

static void visit(void *data, gint64 low, gint64 high, guint64 count, double sum)
{
    Curve *curve = data;
    (void)low;
    (void)high;
    guint64 before = curve->seen;
    curve->seen += count;
    double share = (double)curve->seen / (double)curve->all;
    gboolean is_last = curve->all - curve->seen < TAIL_LEFT;
    if (before > 0 && curve->all - before < TAIL_LEFT)
        return; /* beyond the data */
    if (before > 0 && share - curve->drawn < 1 / CURVE_POINTS && !is_last)
        return;
    curve->drawn = share;
    ana_chart_point(curve->chart, curve->line,
                    &(AnaPoint){fmax(sum / (double)count, 1), share, SIM_NAN, SIM_NAN});
}

static void add_cumulative(AnaChart *chart, const CliRuns *runs, guint variant, AnaHist *hist)
{
    Curve curve = {.chart = chart, .all = ana_hist_count(hist), .drawn = -1};
    curve.line = ana_chart_add(chart, &(AnaSeries){.name = runs->variants[variant].name,
                                                   .style = cli_report_style(runs, variant),
                                                   .form = ANA_SERIES_STEP});
    ana_hist_visit(hist, visit, &curve);
}

/* Quantiles on an even grid of the stretched axis, as far as there are observations. */
static void add_tail(AnaChart *chart, const CliRuns *runs, guint variant, AnaHist *hist)
{
    guint line = ana_chart_add(chart, &(AnaSeries){.name = runs->variants[variant].name,
                                                   .style = cli_report_style(runs, variant)});
    double n = (double)ana_hist_count(hist);
    for (int step = 0; step <= 120; step++) {
        double beyond = sim_exp(-sim_log(10) * step / 20.0);
        if (step > 0 && n * beyond < TAIL_LEFT)
            break;
        double value = (double)ana_hist_quantile(hist, 1 - beyond);
        ana_chart_point(chart, line, &(AnaPoint){1 - beyond, fmax(value, 1), SIM_NAN, SIM_NAN});
    }
}

/* "async: 84 ms in the middle, 220 ms at 99 %; …" */
static char *describe(const CliRuns *runs, const char *metric)
{
    GString *out = g_string_new(NULL);
    g_autofree guint *order = cli_report_order(runs);
    for (guint i = 0; i < cli_report_n_drawn(runs); i++) {
        g_autoptr(AnaHist) hist = merged(runs, order[i], metric);
        if (!hist)
            continue;
        g_autofree char *middle =
            ana_format_value(ANA_UNIT_NS, (double)ana_hist_quantile(hist, 0.5), FALSE);
        g_autofree char *late =
            ana_format_value(ANA_UNIT_NS, (double)ana_hist_quantile(hist, 0.99), FALSE);
        g_string_append_printf(out, "%s%s: %s at 50 %%, %s at 99 %%", out->len ? "; " : "",
                               runs->variants[order[i]].name, middle, late);
    }
    g_string_append(out, out->len ? "." : "");
    return g_string_free(out, FALSE);
}

/* Limits that checks set to the measure stand in the chart. */
static void add_limits(AnaChart *chart, const CliRuns *runs, const char *metric)
{
    GPtrArray *known = g_ptr_array_new();
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaExpectation *expectation = &runs->variants[v].variant->expectations[e];
            if (strcmp(expectation->query.metric->name, metric) != 0 || expectation->relative ||
                g_ptr_array_find_with_equal_func(known, expectation->text, g_str_equal, NULL))
                continue;
            g_ptr_array_add(known, expectation->text);
            g_autofree char *limit = ana_format_value(ANA_UNIT_NS, expectation->limit, FALSE);
            g_autofree char *label = g_strdup_printf("limit %s", limit);
            ana_chart_add_limit(chart, expectation->limit, label);
        }
    g_ptr_array_free(known, TRUE);
}

/* ---- charts ------------------------------------------------------------------------------- */

typedef void (*AddCurve)(AnaChart *chart, const CliRuns *runs, guint variant, AnaHist *hist);

/* FALSE: there was nothing to draw, and the chart is gone. */
static gboolean add_chart(AnaDocument *document, const CliRuns *runs, const char *metric,
                          const char *id, AnaChart *chart, AddCurve add)
{
    g_autofree guint *order = cli_report_order(runs);
    for (guint i = 0; i < cli_report_n_drawn(runs); i++) {
        g_autoptr(AnaHist) hist = merged(runs, order[i], metric);
        if (hist)
            add(chart, runs, order[i], hist);
    }
    if (ana_chart_is_empty(chart)) {
        ana_chart_free(chart);
        return FALSE;
    }
    ana_document_chart(document, id, chart);
    return TRUE;
}

static AnaChart *cumulative_chart(const CliRuns *runs, const char *metric, const char *title,
                                  const char *what, const char *of)
{
    const AnaAxis x = {ANA_SCALE_LOG, ANA_TICK_TIME, what, SIM_NAN, SIM_NAN};
    const AnaAxis y = {ANA_SCALE_LINEAR, ANA_TICK_SHARE, of, 0, 1};
    AnaChart *chart = ana_chart_new(title, &x, &y);
    g_autofree char *text = describe(runs, metric);
    g_autofree char *how = g_strdup_printf(
        "at each %s on the log axis the curve says which share was at most that; further left is "
        "sooner, and curves stop where fewer than 10 observations are left.",
        what);
    ana_chart_describe(chart, how, text);
    add_limits(chart, runs, metric);
    return chart;
}

static AnaChart *tail_chart(const CliRuns *runs, const char *metric, const char *title,
                            const char *what)
{
    const AnaAxis x = {ANA_SCALE_TAIL, ANA_TICK_QUANTILE, "percentile", 0, SIM_NAN};
    const AnaAxis y = {ANA_SCALE_LOG, ANA_TICK_TIME, what, SIM_NAN, SIM_NAN};
    AnaChart *chart = ana_chart_new(title, &x, &y);
    g_autofree char *text = describe(runs, metric);
    ana_chart_describe(chart,
                       "each step to the right looks at a tenth of what was left: at 99 % one in "
                       "a hundred is slower than the curve; lower is better.",
                       text);
    return chart;
}

static gboolean is_observed(const CliRuns *runs, const char *metric)
{
    for (guint v = 0; v < runs->n_variants; v++) {
        g_autoptr(AnaHist) hist = merged(runs, v, metric);
        if (hist)
            return TRUE;
    }
    return FALSE;
}

void cli_report_lag(AnaDocument *document, const CliRuns *runs)
{
    if (!is_observed(runs, "lag"))
        return;
    ana_document_section(document, "lag", "Lag");
    add_chart(document, runs, "lag", "lag",
              cumulative_chart(runs, "lag", "How long writes take to be applied, all followers",
                               "lag", "share of entries"),
              add_cumulative);
    ana_document_fold(document, "The tail of the same distribution");
    add_chart(document, runs, "lag", "lag-tail",
              tail_chart(runs, "lag", "The tail of the lag", "lag"), add_tail);
    ana_document_end_fold(document);
}

void cli_report_latency(AnaDocument *document, const CliRuns *runs)
{
    gboolean writes = is_observed(runs, "write.latency"), reads = is_observed(runs, "read.latency");
    if (!writes && !reads)
        return;
    ana_document_section(document, "latency", "Latency");
    ana_document_text(document, ANA_BLOCK_TEXT,
                      "From the intended arrival to the first success; operations that failed, or "
                      "whose outcome is unknown, are not in these curves: see availability.");
    if (writes)
        add_chart(document, runs, "write.latency", "write-latency",
                  tail_chart(runs, "write.latency", "Write latency", "write latency"), add_tail);
    if (reads)
        add_chart(document, runs, "read.latency", "read-latency",
                  tail_chart(runs, "read.latency", "Read latency", "read latency"), add_tail);
}
