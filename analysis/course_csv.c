/* course_csv.c — see course_csv.h. */
#include "analysis/course_csv.h"

#include "analysis/course.h"
#include "analysis/json.h"

#include <math.h>
#include <string.h>

static const char series_header[] = "run,variant,series,node,from,to,stat,unit,value,count\r\n";
static const char histograms_header[] = "run,variant,metric,filter,unit,from,to,count\r\n";

static void append_field(GString *out, const char *text)
{
    ana_csv_append_field(out, text);
    g_string_append_c(out, ',');
}

/* ---- series.csv --------------------------------------------------------------------------- */

typedef struct SeriesRow {
    const char *series, *node, *stat, *unit;
    SimTime from, to;
    double value;
    gint64 count; /* -1: none */
} SeriesRow;

/* `frame` is what all rows of a variant begin with. */
static void append_row(GString *out, const GString *frame, const SeriesRow *row)
{
    char text[ANA_DOUBLE_TEXT];
    if (isnan(row->value))
        return;
    g_string_append_len(out, frame->str, (gssize)frame->len);
    append_field(out, row->series);
    append_field(out, row->node);
    g_string_append_printf(out, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",", row->from, row->to);
    append_field(out, row->stat);
    append_field(out, row->unit);
    g_string_append(out, ana_double_text(row->value, text));
    g_string_append_c(out, ',');
    if (row->count >= 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, row->count);
    g_string_append(out, "\r\n");
}

static void append_availability(GString *out, const GString *frame, const AnaCourse *course,
                                SimTime duration)
{
    for (int writes = 0; writes <= 1; writes++)
        for (guint cell = 0; cell < ana_course_n_cells(course); cell++) {
            SimTime from = cell * ana_course_cell(course);
            append_row(
                out, frame,
                &(SeriesRow){.series = writes ? "availability(writes)" : "availability(reads)",
                             .node = "",
                             .stat = "",
                             .unit = "ratio",
                             .from = from,
                             .to = MIN(from + ana_course_cell(course), duration),
                             .value = ana_course_availability(course, writes, cell),
                             .count = -1});
        }
}

static void append_lag(GString *out, const GString *frame, const AnaCourse *course,
                       const AnaWorld *world)
{
    static const struct {
        const char *name;
        double q;
    } stats[] = {{"p50", 0.5}, {"p99", 0.99}};
    for (gsize node = 0; node < world->n_nodes; node++)
        for (guint cell = 0; cell < ana_course_n_lag_cells(course); cell++)
            for (gsize s = 0; s < G_N_ELEMENTS(stats); s++) {
                SimTime from = cell * ana_course_lag_cell(course);
                append_row(
                    out, frame,
                    &(SeriesRow){.series = "lag",
                                 .node = world->nodes[node],
                                 .stat = stats[s].name,
                                 .unit = "ns",
                                 .from = from,
                                 .to = MIN(from + ana_course_lag_cell(course), world->duration),
                                 .value = ana_course_lag_quantile(course, node, cell, stats[s].q),
                                 .count = -1});
            }
}

static void append_staleness(GString *out, const GString *frame, const AnaCourse *course)
{
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++) {
        AnaFreshBin fresh = ana_course_fresh(course, bin);
        if (fresh.reads == 0)
            continue;
        append_row(out, frame,
                   &(SeriesRow){.series = "stale_rate by time since the write",
                                .node = "",
                                .stat = "",
                                .unit = "ratio",
                                .from = fresh.from,
                                .to = MIN(fresh.to, ANA_COURSE_SINCE),
                                .value = (double)fresh.stale / (double)fresh.reads,
                                .count = (gint64)fresh.reads});
    }
}

gboolean ana_series_csv_write(const AnaResult *result, const char *run, AnaSink sink, void *data)
{
    gboolean goes_on = sink(data, series_header, strlen(series_header));
    GString *out = g_string_new(NULL), *frame = g_string_new(NULL);
    for (gsize v = 0; v < ana_result_n_variants(result) && goes_on; v++) {
        const AnaCourse *course = ana_result_course(result, v);
        const AnaWorld *world = ana_plan_world(ana_result_variant(result, v)->plan);
        if (!course)
            continue;
        g_string_truncate(out, 0);
        g_string_truncate(frame, 0);
        append_field(frame, run);
        append_field(frame, ana_result_variant(result, v)->name);
        append_availability(out, frame, course, world->duration);
        append_lag(out, frame, course, world);
        append_staleness(out, frame, course);
        goes_on = sink(data, out->str, out->len);
    }
    g_string_free(out, TRUE);
    g_string_free(frame, TRUE);
    return goes_on;
}

/* ---- histograms.csv ----------------------------------------------------------------------- */

/* Buckets of the histogram that make up one row. */
typedef struct Coarse {
    GString *out;
    const GString *frame;
    gint64 low, high;
    guint64 count, group;
} Coarse;

/* Values below 16 have a group of their own; above, sixteenths of octaves. */
static guint64 group_of(gint64 value)
{
    if (value < 16)
        return (guint64)value;
    guint octave = 63 - (guint)__builtin_clzll((guint64)value);
    return 16 * octave + (((guint64)value >> (octave - 4)) & 15);
}

static void flush_group(Coarse *coarse)
{
    if (coarse->count > 0)
        g_string_append_printf(
            coarse->out, "%s%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GUINT64_FORMAT "\r\n",
            coarse->frame->str, coarse->low, coarse->high, coarse->count);
    coarse->count = 0;
}

static void visit(void *data, gint64 low, gint64 high, guint64 count, double sum)
{
    Coarse *coarse = data;
    (void)sum;
    if (coarse->count > 0 && group_of(low) != coarse->group)
        flush_group(coarse);
    if (coarse->count == 0) {
        coarse->low = low;
        coarse->group = group_of(low);
    }
    coarse->high = high;
    coarse->count += count;
}

/* Each cell once, by the first of its statistics; those of windows are left to metrics.csv. */
static gboolean is_wanted(const AnaPlan *plan, gsize query)
{
    const AnaQuery *asked = ana_plan_query(plan, query);
    if (asked->metric->shape != ANA_SHAPE_DISTRIBUTION || asked->window != ANA_WINDOW_ALL)
        return FALSE;
    return query == 0 || ana_plan_cell_of(plan, query - 1) != ana_plan_cell_of(plan, query);
}

static void append_histogram(GString *out, const AnaResult *result, gsize variant, gsize query,
                             const char *run)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    const AnaQuery *asked = ana_plan_query(given->plan, query);
    const AnaCell *cell = ana_result_cell(result, variant, query);
    AnaQueryParts parts;
    if (!cell->hist || ana_hist_count(cell->hist) == 0)
        return;
    ana_plan_query_parts(given->plan, asked, &parts);
    GString *frame = g_string_new(NULL);
    append_field(frame, run);
    append_field(frame, given->name);
    append_field(frame, parts.metric);
    append_field(frame, parts.filter);
    append_field(frame, ana_unit_name(ana_query_unit(asked)));
    Coarse coarse = {.out = out, .frame = frame};
    ana_hist_visit(cell->hist, visit, &coarse);
    flush_group(&coarse);
    g_string_free(frame, TRUE);
    ana_query_parts_clear(&parts);
}

gboolean ana_histograms_csv_write(const AnaResult *result, const char *run, AnaSink sink,
                                  void *data)
{
    gboolean goes_on = sink(data, histograms_header, strlen(histograms_header));
    GString *out = g_string_new(NULL);
    for (gsize v = 0; v < ana_result_n_variants(result); v++) {
        const AnaPlan *plan = ana_result_variant(result, v)->plan;
        for (gsize q = 0; q < ana_plan_n_queries(plan) && goes_on && ana_result_course(result, v);
             q++) {
            g_string_truncate(out, 0);
            if (is_wanted(plan, q))
                append_histogram(out, result, v, q, run);
            goes_on = out->len == 0 || sink(data, out->str, out->len);
        }
    }
    g_string_free(out, TRUE);
    return goes_on;
}
