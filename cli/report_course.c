/* report_course.c — what happens over time: staleness after a write, availability, lag; see
 * report_page.h. */
#include "cli/report_page.h"

#include "analysis/course.h"
#include "analysis/format.h"
#include "analysis/report/palette.h"
#include "cli/words.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define READS_MIN 20u /* in a bin, lest its point be noise */

/* Numbers of the variants whose course was kept, the baseline first; caller frees. */
static guint *kept(const CliRuns *runs, guint *n)
{
    guint *order = cli_report_order(runs);
    *n = 0;
    for (guint i = 0; i < cli_report_n_drawn(runs); i++)
        if (ana_result_course(runs->result, order[i]))
            order[(*n)++] = order[i];
    return order;
}

static gboolean same_length(const CliRuns *runs, const guint *order, guint n)
{
    for (guint i = 1; i < n; i++)
        if (runs->variants[order[i]].variant->setup->duration !=
            runs->variants[order[0]].variant->setup->duration)
            return FALSE;
    return TRUE;
}

/* ---- staleness after a write -------------------------------------------------------------- */

/* Share of stale reads with its exact binomial interval, at the middle of each bin. */
static void add_staleness(AnaChart *chart, const CliRuns *runs, guint variant)
{
    const AnaCourse *course = ana_result_course(runs->result, variant);
    guint line = ana_chart_add(chart, &(AnaSeries){.name = runs->variants[variant].name,
                                                   .style = cli_report_style(runs, variant)});
    for (guint bin = 1; bin < ANA_COURSE_BINS; bin++) {
        AnaFreshBin fresh = ana_course_fresh(course, bin);
        double middle = (double)(fresh.from + MIN(fresh.to, ANA_COURSE_SINCE)) / 2;
        if (fresh.reads < READS_MIN)
            continue;
        double share = (double)fresh.stale / (double)fresh.reads, low, high;
        ana_binomial_bounds(fresh.stale, fresh.reads, ANA_CONFIDENCE, &low, &high);
        ana_chart_point(chart, line, &(AnaPoint){middle, share, low, high});
    }
}

/* Reads that began between half and twice so long after the write. */
static char *stale_share(const AnaCourse *course, SimSpan since)
{
    guint64 reads = 0, stale = 0;
    for (guint bin = 1; bin < ANA_COURSE_BINS; bin++) {
        AnaFreshBin fresh = ana_course_fresh(course, bin);
        if (fresh.from >= since * 3 / 4 && fresh.to <= since * 3 / 2) {
            reads += fresh.reads;
            stale += fresh.stale;
        }
    }
    return reads < READS_MIN
               ? NULL
               : ana_format_value(ANA_UNIT_RATIO, (double)stale / (double)reads, FALSE);
}

/* "about 50 ms after the acknowledgement 1.1 % of reads are stale under async, …" */
static char *describe_staleness(const CliRuns *runs, const guint *order, guint n)
{
    static const SimSpan at[] = {50 * SIM_MS, 10 * SIM_MS, 200 * SIM_MS, SIM_S};
    GString *out = g_string_new(NULL);
    for (gsize k = 0; k < G_N_ELEMENTS(at) && out->len == 0; k++) {
        for (guint i = 0; i < n; i++) {
            g_autofree char *share = stale_share(ana_result_course(runs->result, order[i]), at[k]);
            if (!share)
                continue;
            g_string_append_printf(out, "%s%s under %s", out->len ? ", " : "", share,
                                   runs->variants[order[i]].name);
        }
        if (out->len == 0)
            continue;
        g_autofree char *since = ana_format_value(ANA_UNIT_NS, (double)at[k], FALSE);
        g_autofree char *before =
            g_strdup_printf("About %s after the acknowledgement of a write, stale reads of its key "
                            "are: ",
                            since);
        g_string_prepend(out, before);
        g_string_append_c(out, '.');
    }
    return g_string_free(out, FALSE);
}

void cli_report_staleness(AnaDocument *document, const CliRuns *runs)
{
    const AnaAxis x = {ANA_SCALE_LOG, ANA_TICK_TIME,
                       "time from the latest acknowledgement of the key to the read", SIM_NAN,
                       SIM_NAN},
                  y = {ANA_SCALE_LINEAR, ANA_TICK_SHARE, "stale reads", 0, SIM_NAN};
    guint n;
    g_autofree guint *order = kept(runs, &n);
    AnaChart *chart = ana_chart_new("Staleness after a write", &x, &y);
    for (guint i = 0; i < n; i++)
        add_staleness(chart, runs, order[i]);
    if (ana_chart_is_empty(chart)) {
        ana_chart_free(chart);
        return;
    }
    g_autofree char *text = describe_staleness(runs, order, n);
    ana_chart_describe(chart,
                       "a read so long after the last write of its key was acknowledged misses an "
                       "acknowledged write with this probability; the band is the exact 95 % "
                       "interval of a share, and the curve stops where there are fewer than 20 "
                       "reads.",
                       text);
    ana_document_section(document, "staleness", "Staleness after a write");
    ana_document_chart(document, "staleness-after-write", chart);
}

/* ---- availability ------------------------------------------------------------------------- */

/* "6.3 s down"; caller frees. */
static char *down_text(const CliRuns *runs, guint variant, gboolean writes)
{
    AnaQuery query = ana_query_of(ana_metric_find("downtime"));
    query.writes = writes;
    gssize number = ana_plan_find(runs->variants[variant].plan, &query);
    if (number < 0)
        return g_strdup("");
    const AnaEstimate *estimate = ana_result_estimate(runs->result, variant, (gsize)number);
    if (estimate->why_absent)
        return g_strdup("");
    if (estimate->interval.value == 0)
        return g_strdup("never down");
    g_autofree char *value = ana_format_estimate(ANA_UNIT_NS, &estimate->interval, FALSE);
    return g_strdup_printf("%s down a run", value);
}

static gboolean add_strip(GArray *rows, GPtrArray *owned, const CliRuns *runs, guint variant,
                          gboolean writes)
{
    const AnaCourse *course = ana_result_course(runs->result, variant);
    guint n = ana_course_n_cells(course);
    double *shares = g_new(double, n + 1);
    gboolean any = FALSE;
    for (guint cell = 0; cell < n; cell++) {
        shares[cell] = ana_course_availability(course, writes, cell);
        any |= !isnan(shares[cell]);
    }
    char *name =
        g_strdup_printf("%s, %s", runs->variants[variant].name, writes ? "writes" : "reads");
    char *note = down_text(runs, variant, writes);
    g_ptr_array_add(owned, shares);
    g_ptr_array_add(owned, name);
    g_ptr_array_add(owned, note);
    AnaCellRow row = {name, cli_report_style(runs, variant), shares, note};
    if (any)
        g_array_append_val(rows, row);
    return any;
}

/* The data as a table: where availability changes, and what it is from there. */
static AnaTable *strip_table(const GArray *rows, guint n_cells, double width)
{
    const char *const heads[] = {"strip", "from", "to", "least share of successes"};
    AnaTable *table = ana_table_new("Data: availability over time", 4, heads);
    guint every = MAX(n_cells / 24, 1);
    for (guint r = 0; r < rows->len; r++) {
        const AnaCellRow *row = &g_array_index(rows, AnaCellRow, r);
        for (guint cell = 0; cell < n_cells; cell += every) {
            guint end = MIN(cell + every, n_cells);
            double least = SIM_NAN;
            for (guint i = cell; i < end; i++)
                if (!isnan(row->share[i]) && !(row->share[i] >= least))
                    least = row->share[i];
            g_autofree char *from = ana_format_value(ANA_UNIT_NS, cell * width, FALSE);
            g_autofree char *to = ana_format_value(ANA_UNIT_NS, end * width, FALSE);
            g_autofree char *share =
                isnan(least) ? g_strdup("–") : ana_format_value(ANA_UNIT_RATIO, least, FALSE);
            ana_table_add(table, (const char *const[]){row->name, from, to, share});
        }
    }
    return table;
}

void cli_report_availability(AnaDocument *document, const CliRuns *runs)
{
    guint n;
    g_autofree guint *order = kept(runs, &n);
    if (n == 0 || !same_length(runs, order, n))
        return;
    GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(AnaCellRow));
    for (guint i = 0; i < n; i++)
        for (int writes = 1; writes >= 0; writes--)
            add_strip(rows, owned, runs, order[i], writes);
    GArray *spans = cli_report_spans(runs, owned, TRUE);
    const AnaCourse *course = ana_result_course(runs->result, order[0]);
    double width = (double)ana_course_cell(course);
    AnaCells cells = {.rows = (const AnaCellRow *)(gpointer)rows->data,
                      .n_rows = rows->len,
                      .n_cells = ana_course_n_cells(course),
                      .from = 0,
                      .to = width * ana_course_n_cells(course),
                      .spans = (const AnaCellSpan *)(gpointer)spans->data,
                      .n_spans = spans->len};
    g_autofree char *cell = ana_format_value(ANA_UNIT_NS, width, FALSE);
    g_autofree char *how = g_strdup_printf(
        "each cell is %s of simulated time and shows the share of operations begun in it that "
        "succeeded, over all replications: light is all of them, darker fewer, hatched none; empty "
        "where nothing was begun.",
        cell);
    GString *text = g_string_new(NULL);
    for (guint r = 0; r < rows->len; r++) {
        const AnaCellRow *row = &g_array_index(rows, AnaCellRow, r);
        if (*row->note)
            g_string_append_printf(text, "%s%s: %s", text->len ? "; " : "", row->name, row->note);
    }
    g_string_append(text, text->len ? "." : "");
    AnaPicture *picture = ana_picture_new("Availability over time", how, text->str);
    ana_cell_strips(picture, &cells);
    ana_document_section(document, "availability", "Availability");
    ana_document_picture(document, "availability-over-time", picture,
                         strip_table(rows, cells.n_cells, width));
    g_string_free(text, TRUE);
    g_array_free(spans, TRUE);
    g_array_free(rows, TRUE);
    g_ptr_array_free(owned, TRUE);
}

/* ---- lag over time ------------------------------------------------------------------------ */

/* The node of that name in the variant; -1: none. */
static gssize node_of(const CliRuns *runs, guint variant, const char *name)
{
    return rep_setup_node(runs->variants[variant].variant->setup, name);
}

static void add_lag_line(AnaChart *chart, const CliRuns *runs, guint variant, gsize node,
                         AnaSeries look, double q)
{
    const AnaCourse *course = ana_result_course(runs->result, variant);
    guint line = ana_chart_add(chart, &look);
    double width = (double)ana_course_lag_cell(course);
    for (guint cell = 0; cell < ana_course_n_lag_cells(course); cell++)
        ana_chart_point(chart, line,
                        &(AnaPoint){(cell + 0.5) * width,
                                    ana_course_lag_quantile(course, node, cell, q), SIM_NAN,
                                    SIM_NAN});
}

/* The median in the middle, thin the 99th percentile, and the worst replication by its number. */
static void add_lag_lines(AnaChart *chart, const CliRuns *runs, guint variant, gsize node,
                          guint panel)
{
    const char *name = runs->variants[variant].name;
    guint style = cli_report_style(runs, variant);
    const double *medians;
    g_autofree char *middle = g_strdup_printf("%s p50", name);
    g_autofree char *late = g_strdup_printf("%s p99", name);
    add_lag_line(chart, runs, variant, node,
                 (AnaSeries){.name = middle, .label = name, .style = style, .panel = panel}, 0.5);
    add_lag_line(
        chart, runs, variant, node,
        (AnaSeries){
            .name = late, .style = style, .panel = panel, .is_thin = TRUE, .is_quiet = TRUE},
        0.99);
    gint64 worst = ana_result_worst_lag(runs->result, variant, node, &medians);
    if (worst < 0 || runs->n_variants > 1 || ana_result_n_used(runs->result, variant) < 2)
        return;
    const AnaCourse *course = ana_result_course(runs->result, variant);
    g_autofree char *label = g_strdup_printf("worst: #%" G_GINT64_FORMAT, worst);
    guint line = ana_chart_add(
        chart, &(AnaSeries){.name = label, .style = ANA_STYLES, .panel = panel, .is_thin = TRUE});
    for (guint cell = 0; cell < ana_course_n_lag_cells(course); cell++)
        ana_chart_point(chart, line,
                        &(AnaPoint){(cell + 0.5) * (double)ana_course_lag_cell(course),
                                    medians[cell], SIM_NAN, SIM_NAN});
}

/* Names of all nodes that have a lag in some variant, as the first variants number them. */
static GPtrArray *lagging_nodes(const CliRuns *runs, const guint *order, guint n)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        const RepSetup *setup = runs->variants[order[i]].variant->setup;
        for (gsize node = 0; node < setup->n_nodes; node++)
            if (ana_course_has_lag(ana_result_course(runs->result, order[i]), node) &&
                !g_ptr_array_find_with_equal_func(names, setup->nodes[node].name, g_str_equal,
                                                  NULL))
                g_ptr_array_add(names, setup->nodes[node].name);
    }
    return names;
}

void cli_report_lag_course(AnaDocument *document, const CliRuns *runs)
{
    guint n;
    g_autofree guint *order = kept(runs, &n);
    if (n == 0 || !same_length(runs, order, n))
        return;
    const AnaAxis x = {ANA_SCALE_LINEAR, ANA_TICK_TIME, "simulated time", 0,
                       (double)runs->variants[order[0]].variant->setup->duration},
                  y = {ANA_SCALE_LOG, ANA_TICK_TIME, "lag, p50 thick and p99 thin", SIM_NAN,
                       SIM_NAN};
    AnaChart *chart = ana_chart_new("Lag of each follower over time", &x, &y);
    GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *names = lagging_nodes(runs, order, n);
    for (guint k = 0; k < names->len; k++) {
        guint panel = ana_chart_add_panel(chart, names->pdata[k]);
        for (guint i = 0; i < n; i++) {
            gssize node = node_of(runs, order[i], names->pdata[k]);
            if (node >= 0)
                add_lag_lines(chart, runs, order[i], (gsize)node, panel);
        }
    }
    GArray *spans = cli_report_spans(runs, owned, TRUE);
    for (guint i = 0; i < spans->len; i++) {
        const AnaCellSpan *span = &g_array_index(spans, AnaCellSpan, i);
        ana_chart_add_band(chart, span->from, span->to, span->label);
    }
    ana_chart_describe(chart,
                       "of entries that became durable at the origin at this instant, how much "
                       "later the follower had applied them: half of them by the thick line, all "
                       "but one in a hundred by the thin one, over all replications; within 6 %.",
                       NULL);
    if (ana_chart_is_empty(chart))
        ana_chart_free(chart);
    else
        ana_document_chart(document, "lag-over-time", chart);
    g_array_free(spans, TRUE);
    g_ptr_array_free(names, TRUE);
    g_ptr_array_free(owned, TRUE);
}
