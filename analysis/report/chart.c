/* chart.c — what a chart holds, its scales and its data as a table; see chart.h. */
#include "analysis/report/chart_private.h"

#include "analysis/format.h"
#include "sim/check.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define HEIGHT 260.0
#define PANEL_HEIGHT 130.0

static AnaAxis copy_axis(const AnaAxis *axis)
{
    AnaAxis copy = *axis;
    copy.title = g_strdup(axis->title ? axis->title : "");
    return copy;
}

AnaChart *ana_chart_new(const char *title, const AnaAxis *x, const AnaAxis *y)
{
    AnaChart *chart = g_new0(AnaChart, 1);
    chart->title = g_strdup(title);
    chart->how = g_strdup("");
    chart->description = g_strdup("");
    chart->x = copy_axis(x);
    chart->y = copy_axis(y);
    chart->lines = g_array_new(FALSE, TRUE, sizeof(AnaLine));
    chart->bands = g_array_new(FALSE, TRUE, sizeof(AnaBand));
    chart->panels = g_ptr_array_new_with_free_func(g_free);
    return chart;
}

void ana_chart_free(AnaChart *chart)
{
    if (!chart)
        return;
    for (guint i = 0; i < chart->lines->len; i++) {
        AnaLine *line = &g_array_index(chart->lines, AnaLine, i);
        g_free((char *)line->given.name);
        g_free((char *)line->given.label);
        g_array_free(line->points, TRUE);
    }
    for (guint i = 0; i < chart->bands->len; i++)
        g_free(g_array_index(chart->bands, AnaBand, i).label);
    g_array_free(chart->lines, TRUE);
    g_array_free(chart->bands, TRUE);
    g_ptr_array_free(chart->panels, TRUE);
    g_free((char *)chart->x.title);
    g_free((char *)chart->y.title);
    g_free(chart->title);
    g_free(chart->how);
    g_free(chart->description);
    g_free(chart);
}

void ana_chart_describe(AnaChart *chart, const char *how_to_read, const char *description)
{
    g_free(chart->how);
    g_free(chart->description);
    chart->how = g_strdup(how_to_read ? how_to_read : "");
    chart->description = g_strdup(description ? description : "");
}

guint ana_chart_add_panel(AnaChart *chart, const char *name)
{
    g_ptr_array_add(chart->panels, g_strdup(name));
    return chart->panels->len - 1;
}

void ana_chart_set_height(AnaChart *chart, double height)
{
    chart->height = height;
}

guint ana_chart_add(AnaChart *chart, const AnaSeries *series)
{
    AnaLine line = {.given = *series, .points = g_array_new(FALSE, FALSE, sizeof(AnaPoint))};
    SIM_CHECK(series->panel < ana_chart_n_panels(chart), "panel %u", series->panel);
    line.given.name = g_strdup(series->name);
    line.given.label = g_strdup(series->label);
    g_array_append_val(chart->lines, line);
    return chart->lines->len - 1;
}

void ana_chart_point(AnaChart *chart, guint series, const AnaPoint *point)
{
    SIM_CHECK(series < chart->lines->len, "series %u", series);
    g_array_append_val(g_array_index(chart->lines, AnaLine, series).points, *point);
}

void ana_chart_add_band(AnaChart *chart, double from, double to, const char *label)
{
    AnaBand band = {from, to, g_strdup(label)};
    g_array_append_val(chart->bands, band);
}

void ana_chart_add_limit(AnaChart *chart, double x, const char *label)
{
    ana_chart_add_band(chart, x, x, label);
}

const char *ana_chart_title(const AnaChart *chart)
{
    return chart->title;
}

const char *ana_chart_how_to_read(const AnaChart *chart)
{
    return chart->how;
}

const char *ana_chart_description(const AnaChart *chart)
{
    return chart->description;
}

const char *ana_chart_axis_title(const AnaChart *chart, gboolean is_y)
{
    return is_y ? chart->y.title : chart->x.title;
}

gboolean ana_chart_has_panels(const AnaChart *chart)
{
    return chart->panels->len > 0;
}

gboolean ana_chart_has_intervals(const AnaChart *chart)
{
    for (guint i = 0; i < chart->lines->len; i++)
        for (guint k = 0; k < ana_chart_line(chart, i)->points->len; k++)
            if (g_array_index(ana_chart_line(chart, i)->points, AnaPoint, k).high ==
                g_array_index(ana_chart_line(chart, i)->points, AnaPoint, k).high)
                return TRUE;
    return FALSE;
}

/* ---- scales ------------------------------------------------------------------------------- */

typedef struct Range {
    double low, high; /* low > high: nothing yet */
} Range;

static void cover(Range *range, AnaScaleKind kind, double value)
{
    if (isnan(value) || (kind == ANA_SCALE_LOG && value <= 0))
        return;
    range->low = MIN(range->low, value);
    range->high = MAX(range->high, value);
}

static Range range_of(const AnaChart *chart, gboolean is_y)
{
    const AnaScaleKind kind = is_y ? chart->y.kind : chart->x.kind;
    Range range = {SIM_INFINITY, -SIM_INFINITY};
    for (guint i = 0; i < chart->lines->len; i++) {
        const GArray *points = ana_chart_line(chart, i)->points;
        for (guint k = 0; k < points->len; k++) {
            const AnaPoint *point = &g_array_index(points, AnaPoint, k);
            if (isnan(point->y))
                continue;
            cover(&range, kind, is_y ? point->y : point->x);
            if (is_y) {
                cover(&range, kind, point->low);
                cover(&range, kind, point->high);
            }
        }
    }
    return range;
}

gboolean ana_chart_is_empty(const AnaChart *chart)
{
    Range x = range_of(chart, FALSE), y = range_of(chart, TRUE);
    return x.low > x.high || y.low > y.high;
}

AnaScale ana_chart_scale(const AnaChart *chart, gboolean is_y, guint most)
{
    const AnaAxis *axis = is_y ? &chart->y : &chart->x;
    Range range = range_of(chart, is_y);
    AnaScale scale = {.kind = axis->kind, .low = axis->low, .high = axis->high};
    if (range.low > range.high)
        range = axis->kind == ANA_SCALE_LOG ? (Range){1, 10} : (Range){0, 1};
    if (isnan(scale.low))
        scale.low = range.low;
    if (isnan(scale.high))
        scale.high = range.high;
    if (axis->kind == ANA_SCALE_TAIL) {
        scale.high = MIN(scale.high, 1 - 1e-12);
        return scale;
    }
    if (isnan(axis->low) || isnan(axis->high)) {
        AnaScale wide = scale;
        ana_scale_widen(&wide, axis->form, most);
        scale.low = isnan(axis->low) ? wide.low : scale.low;
        scale.high = isnan(axis->high) ? wide.high : scale.high;
    }
    return scale;
}

/* ---- data --------------------------------------------------------------------------------- */

static char *value_text(AnaTickForm form, double value)
{
    if (isnan(value))
        return g_strdup("–");
    switch (form) {
    case ANA_TICK_COUNT:
        return ana_format_value(ANA_UNIT_COUNT, value, FALSE);
    case ANA_TICK_TIME:
        return ana_format_value(ANA_UNIT_NS, value, FALSE);
    case ANA_TICK_SHARE:
    case ANA_TICK_QUANTILE:
        return ana_format_value(ANA_UNIT_RATIO, value, FALSE);
    }
    SIM_UNREACHABLE();
}

static char *interval_text(AnaTickForm form, const AnaPoint *point)
{
    if (isnan(point->low) || isnan(point->high))
        return g_strdup("");
    g_autofree char *low = value_text(form, point->low);
    g_autofree char *high = value_text(form, point->high);
    return g_strdup_printf("%s … %s", low, high);
}

static void table_of_line(const AnaChart *chart, const AnaLine *line, guint most, AnaChartRow row,
                          void *data)
{
    guint every = line->points->len <= most ? 1 : (line->points->len + most - 1) / most;
    for (guint k = 0; k < line->points->len; k++) {
        if (k % every != 0 && k + 1 != line->points->len)
            continue;
        const AnaPoint *point = &g_array_index(line->points, AnaPoint, k);
        g_autofree char *x = value_text(chart->x.form, point->x);
        g_autofree char *y = value_text(chart->y.form, point->y);
        g_autofree char *interval = interval_text(chart->y.form, point);
        const char *cells[5] = {chart->panels->len ? chart->panels->pdata[line->given.panel] : "",
                                line->given.name, x, y, interval};
        row(data, cells);
    }
}

void ana_chart_table(const AnaChart *chart, guint most, AnaChartRow row, void *data)
{
    for (guint i = 0; i < chart->lines->len; i++)
        table_of_line(chart, ana_chart_line(chart, i), MAX(most, 2), row, data);
}
