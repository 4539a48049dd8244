/* compare_measure.c — see compare_measure.h. */
#include "cli/compare_measure.h"

#include "analysis/format.h"
#include "cli/rows.h"
#include "cli/tables.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

/* ---- names -------------------------------------------------------------------------------- */

/* "downtime(writes)" is a form of downtime. NULL: unknown to this program. */
static const AnaMetric *metric_of(const CliStoredMeasure *measure)
{
    g_autofree char *name = g_strndup(measure->metric, strcspn(measure->metric, "("));
    return ana_metric_find(name);
}

/* Behind the filters stands the window, where there is one: "node=db4, age>50ms before crash". */
static AnaQueryParts parts_of(const CliStoredMeasure *measure)
{
    AnaQueryParts parts = {.metric = g_strdup(measure->metric), .stat = g_strdup(measure->stat)};
    const char *at = measure->filter;
    gboolean has_filter = strpbrk(at, "=>") != NULL;
    while (has_filter && *at && !(*at == ' ' && at > measure->filter && at[-1] != ','))
        at++;
    parts.filter = g_strndup(measure->filter, (gsize)(at - measure->filter));
    parts.window = g_strdup(*at == ' ' ? at + 1 : at);
    return parts;
}

static AnaQuery query_of(const AnaMetric *metric, const CliStoredMeasure *measure)
{
    AnaQuery query = ana_query_of(metric);
    if (strcmp(measure->stat, "rate") == 0)
        query.stat = ANA_STAT_RATE;
    return query;
}

/* ---- estimates ---------------------------------------------------------------------------- */

static gboolean is_pooled(const CliStoredMeasure *measure)
{
    return *measure->stat || strcmp(measure->unit, "ratio") == 0;
}

static gboolean all_known(const GArray *own)
{
    for (guint i = 0; own && i < own->len; i++)
        if (isnan(g_array_index(own, double, i)))
            return FALSE;
    return own && own->len > 0;
}

static const double *data_of(const GArray *own)
{
    return (const double *)(gconstpointer)own->data;
}

static AnaInterval interval_of(const CliStoredMeasure *measure, const CliStoredValues *values)
{
    AnaInterval point = {values->merged, values->merged, values->merged, 0, 0};
    if (strcmp(measure->stat, "max") == 0 || !values->own || values->own->len == 0)
        return point;
    if (is_pooled(measure))
        return ana_section_interval(values->merged, data_of(values->own), values->own->len);
    return all_known(values->own) ? ana_mean_interval(data_of(values->own), values->own->len)
                                  : point;
}

/* FALSE: nothing is known of the spread. */
static gboolean difference_of(const CliStoredMeasure *measure, const CliStoredValues *a,
                              const CliStoredValues *b, gboolean is_paired, AnaInterval *difference)
{
    const GArray *before = a->own, *after = b->own;
    if (!is_paired || before->len != after->len) {
        AnaInterval one = interval_of(measure, b), other = interval_of(measure, a);
        return ana_unpaired_interval(&(AnaSide){&one, data_of(after), after->len},
                                     &(AnaSide){&other, data_of(before), before->len}, 1,
                                     difference);
    }
    *difference =
        is_pooled(measure)
            ? ana_section_difference((AnaSections){b->merged, data_of(after)},
                                     (AnaSections){a->merged, data_of(before)}, 1, after->len)
            : ana_mean_difference(data_of(after), data_of(before), 1, after->len);
    return TRUE;
}

/* A count or ratio of 0 has no spread: the interval ends at the rule of three for runs. */
static void fill_estimate(AnaEstimate *estimate, const CliStoredMeasure *measure,
                          const CliStoredValues *values)
{
    estimate->interval = interval_of(measure, values);
    estimate->has_bounds = strcmp(measure->stat, "max") != 0;
    estimate->interval.low = fmax(estimate->interval.low, 0);
    if (strcmp(measure->unit, "ratio") == 0)
        estimate->interval.high = fmin(estimate->interval.high, 1);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* METRIC{filters}.stat [window] */
static char *name_of(const AnaQueryParts *parts)
{
    return g_strconcat(parts->metric, *parts->filter ? "{" : "", parts->filter,
                       *parts->filter ? "}" : "", *parts->stat ? "." : "", parts->stat,
                       *parts->window ? " " : "", parts->window, NULL);
}

static void clear_compared(gpointer data)
{
    CliCompared *compared = data;
    g_free(compared->name);
    g_free(compared->label);
}

static gboolean compare_measure(const CliComparison *comparison, const CliStoredMeasure *measure,
                                CliCompared *row)
{
    const CliStoredMeasure *other = cli_stored_run_measure(comparison->runs[1], measure);
    const AnaMetric *metric = metric_of(measure);
    if (!other || !metric)
        return FALSE;
    AnaQueryParts parts = parts_of(measure);
    const CliStoredValues *a = &measure->values[comparison->numbers[0]];
    const CliStoredValues *b = &other->values[comparison->numbers[1]];
    gboolean is_asked = a->own && b->own && !isnan(a->merged) && !isnan(b->merged) &&
                        (comparison->all || cli_rows_is_headline(metric, &parts));
    if (is_asked) {
        *row = (CliCompared){.name = name_of(&parts),
                             .label = cli_parts_label(metric, &parts),
                             .query = query_of(metric, measure)};
        fill_estimate(&row->before, measure, a);
        fill_estimate(&row->after, measure, b);
        gboolean is_known = is_pooled(measure) || (all_known(a->own) && all_known(b->own));
        row->after.has_difference = TRUE;
        row->after.difference_has_bounds = is_known && strcmp(measure->stat, "max") != 0;
        double change = b->merged - a->merged;
        row->after.difference = (AnaInterval){change, change, change, 0, 0};
        if (row->after.difference_has_bounds)
            row->after.difference_has_bounds =
                difference_of(measure, a, b, comparison->is_paired, &row->after.difference);
        row->change = ana_change_of(metric, &row->after);
    }
    ana_query_parts_clear(&parts);
    return is_asked;
}

static void add_row(const CliCompared *row, const CliPage *page, CliGrid *grid)
{
    CliCell *cells = cli_grid_row(grid, row->label);
    cells[0].value = cli_estimate_text(page, &row->query, &row->before, &cells[0].below);
    cells[1].value = cli_estimate_text(page, &row->query, &row->after, NULL);
    cli_change_cell(page, &cells[1], &row->query, &row->after);
}

static gboolean is_marked(const CliCompared *row)
{
    return row->change != ANA_CHANGE_SAME && row->change != ANA_CHANGE_UNKNOWN;
}

/* Of CliCompared. */
static GArray *compare_all(const CliComparison *comparison)
{
    const GPtrArray *measures = comparison->runs[0]->measures;
    GArray *rows = g_array_new(FALSE, TRUE, sizeof(CliCompared));
    g_array_set_clear_func(rows, clear_compared);
    for (guint i = 0; i < measures->len; i++) {
        CliCompared row;
        if (compare_measure(comparison, measures->pdata[i], &row))
            g_array_append_val(rows, row);
    }
    return rows;
}

void cli_compare_each(const CliComparison *comparison, CliComparedVisit visit, void *data)
{
    g_autoptr(GArray) rows = compare_all(comparison);
    for (guint i = 0; i < rows->len; i++)
        visit(data, &g_array_index(rows, CliCompared, i));
}

void cli_compare_rows(const CliComparison *comparison, const CliPage *page, CliGrid *grid)
{
    g_autoptr(GArray) rows = compare_all(comparison);
    for (int pass = 0; pass < (comparison->all ? 1 : 2); pass++)
        for (guint i = 0; i < rows->len; i++) {
            const CliCompared *row = &g_array_index(rows, CliCompared, i);
            gboolean is_turn = comparison->all || is_marked(row) == (pass == 0);
            if (is_turn && (comparison->all || grid->n_rows < CLI_ROWS_SHOWN))
                add_row(row, page, grid);
        }
}
