/*
 * chart_svg.c — draws a chart; see chart.h.
 *
 * Panels are laid out in one column where there is one, in two where there are more. In each: the
 * tinted spans of faults, grid lines with the ticks' labels, ribbons, lines, end markers, and in
 * the margin on the right the names of the lines, spread so that none covers another.
 */
#include "analysis/report/chart_private.h"

#include "analysis/json.h"

#include "analysis/report/labels.h"
#include "analysis/report/palette.h"
#include "analysis/report/svg.h"

#include <math.h>

#define TEXT 13.0
#define LINE_GAP 16.0 /* between baselines of labels */
#define LEFT 66.0     /* room for the labels of y */
#define BOTTOM 42.0   /* … of x and the title of the axis */
#define TOP 30.0
#define BAND_TOP 15.0 /* more where faults have labels */
#define LABEL_LEFT 14.0
#define RIGHT_MAX 250.0
#define HALF_TICK 36.0 /* the least room on the right: the last label of x sticks out */

/* A panel being drawn. */
typedef struct Panel {
    const AnaChart *chart;
    GString *out;
    guint number;
    AnaBox frame; /* of the plotted area */
    AnaScale x, y;
    double right; /* room for labels */
} Panel;

static const char *label_of(const AnaLine *line)
{
    return line->given.label ? line->given.label : line->given.name;
}

static void text_at(GString *out, double x, double y, const char *anchor, const char *class,
                    const char *text)
{
    ana_svg_printf(
        out, "<text x=\"%@\" y=\"%@\" text-anchor=\"%s\" class=\"%s\" fill=\"%s\">%s</text>", x, y,
        anchor, class, g_str_has_prefix(class, "soft") ? "#57606A" : "#1B1F24", text);
}

/* ---- behind the data ---------------------------------------------------------------------- */

static gboolean is_in_sight(const AnaScale *scale, double value)
{
    return value >= scale->low * (1 - 1e-9) && value <= scale->high * (1 + 1e-9);
}

static void draw_band(const Panel *panel, const AnaBand *band, double *label_end)
{
    const AnaBox *frame = &panel->frame;
    double from = CLAMP(ana_scale_at(&panel->x, band->from), frame->x, frame->x + frame->width);
    double to = CLAMP(ana_scale_at(&panel->x, band->to), frame->x, frame->x + frame->width);
    if (band->to <= panel->x.low || band->from >= panel->x.high)
        return;
    ana_svg_printf(panel->out,
                   "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"tint\" "
                   "fill=\"#EEF1F4\"/>",
                   from, frame->y, MAX(to - from, 1), frame->height);
    double width = ana_text_width(band->label, TEXT);
    double x = MIN(from, frame->x + frame->width - width);
    if (panel->number == 0 && x >= *label_end) {
        text_at(panel->out, x, frame->y - 5, "start", "soft", band->label);
        *label_end = x + width + 8;
    }
}

static void draw_limit(const Panel *panel, const AnaBand *band, double *label_end)
{
    const AnaBox *frame = &panel->frame;
    if (!is_in_sight(&panel->x, band->from))
        return;
    double x = ana_scale_at(&panel->x, band->from), width = ana_text_width(band->label, TEXT);
    ana_svg_printf(panel->out,
                   "<path d=\"M%@ %@V%@\" class=\"axis\" stroke=\"#57606A\" stroke-width=\"1\" "
                   "stroke-dasharray=\"2 2\" fill=\"none\"/>",
                   x, frame->y, frame->y + frame->height);
    double left = MIN(x, frame->x + frame->width - width);
    if (panel->number == 0 && left >= *label_end) {
        text_at(panel->out, left, frame->y - 5, "start", "soft", band->label);
        *label_end = left + width + 8;
    }
}

static void draw_bands(const Panel *panel)
{
    double label_end = 0;
    for (guint i = 0; i < panel->chart->bands->len; i++) {
        const AnaBand *band = &g_array_index(panel->chart->bands, AnaBand, i);
        if (band->to > band->from)
            draw_band(panel, band, &label_end);
        else
            draw_limit(panel, band, &label_end);
    }
}

static guint most_ticks(double pixels, double each)
{
    return (guint)MAX(pixels / each, 2);
}

static void draw_x_axis(const Panel *panel)
{
    const AnaBox *frame = &panel->frame;
    double end = -1;
    g_autoptr(GArray) ticks =
        ana_ticks(&panel->x, panel->chart->x.form, most_ticks(frame->width, 80));
    for (guint i = 0; i < ticks->len; i++) {
        const AnaTick *tick = &g_array_index(ticks, AnaTick, i);
        double x = ana_scale_at(&panel->x, tick->value), bottom = frame->y + frame->height;
        double width = ana_text_width(tick->label, TEXT);
        gboolean has_room = tick->is_major && x - width / 2 > end;
        ana_svg_printf(panel->out, "<path d=\"M%@ %@V%@\" class=\"%s\" stroke=\"%s\"/>", x,
                       has_room ? frame->y : bottom, bottom + (has_room ? 5.0 : 3.0),
                       has_room ? "grid" : "axis", has_room ? "#DADFE4" : "#57606A");
        if (!has_room)
            continue;
        text_at(panel->out, x, bottom + 18, "middle", "soft", tick->label);
        end = x + width / 2 + 6;
    }
    text_at(panel->out, frame->x + frame->width / 2, frame->y + frame->height + 36, "middle", "ink",
            panel->chart->x.title);
}

static void draw_y_axis(const Panel *panel)
{
    const AnaBox *frame = &panel->frame;
    g_autoptr(GArray) ticks =
        ana_ticks(&panel->y, panel->chart->y.form, most_ticks(frame->height, 36));
    for (guint i = 0; i < ticks->len; i++) {
        const AnaTick *tick = &g_array_index(ticks, AnaTick, i);
        double y = ana_scale_at(&panel->y, tick->value);
        if (!tick->is_major)
            continue;
        ana_svg_printf(panel->out, "<path d=\"M%@ %@H%@\" class=\"grid\" stroke=\"#DADFE4\"/>",
                       frame->x, y, frame->x + frame->width);
        text_at(panel->out, frame->x - 7, y + 4.5, "end", "soft", tick->label);
    }
    ana_svg_printf(panel->out,
                   "<path d=\"M%@ %@V%@H%@\" class=\"axis\" stroke=\"#57606A\" fill=\"none\"/>",
                   frame->x, frame->y, frame->y + frame->height, frame->x + frame->width);
}

/* ---- data --------------------------------------------------------------------------------- */

static double place(const AnaScale *scale, double value)
{
    double low = MIN(scale->from, scale->to), high = MAX(scale->from, scale->to);
    return CLAMP(ana_scale_at(scale, value), low, high);
}

static const AnaPoint *point_at(const AnaLine *line, guint k)
{
    return &g_array_index(line->points, AnaPoint, k);
}

static gboolean has_interval(const AnaPoint *point)
{
    return !isnan(point->y) && !isnan(point->low) && !isnan(point->high);
}

/* Of points first … last - 1, out along the upper bounds and back along the lower. */
static void draw_ribbon(const Panel *panel, const AnaLine *line, guint first, guint last)
{
    guint style = MIN(line->given.style, ANA_STYLES - 1);
    g_string_append(panel->out, "<path d=\"");
    for (guint k = first; k < last; k++)
        ana_svg_point(panel->out, k == first ? 'M' : 'L', place(&panel->x, point_at(line, k)->x),
                      place(&panel->y, point_at(line, k)->high));
    for (guint k = last; k-- > first;)
        ana_svg_point(panel->out, 'L', place(&panel->x, point_at(line, k)->x),
                      place(&panel->y, point_at(line, k)->low));
    ana_svg_printf(panel->out, "Z\" class=\"f%u\" fill=\"%s\" fill-opacity=\"0.18\"/>", style,
                   ana_style(style)->light);
}

static void draw_ribbons(const Panel *panel, const AnaLine *line)
{
    guint first = 0;
    if (line->given.form == ANA_SERIES_DOTS)
        return;
    for (guint k = 0; k <= line->points->len; k++) {
        if (k < line->points->len && has_interval(point_at(line, k)))
            continue;
        if (k > first + 1)
            draw_ribbon(panel, line, first, k);
        first = k + 1;
    }
}

static void draw_line(const Panel *panel, const AnaLine *line)
{
    guint style = MIN(line->given.style, ANA_STYLES - 1);
    const AnaStyle *look = ana_style(style);
    gboolean goes_on = FALSE;
    double before = 0;
    g_string_append(panel->out, "<path d=\"");
    for (guint k = 0; k < line->points->len; k++) {
        const AnaPoint *point = point_at(line, k);
        if (isnan(point->y)) {
            goes_on = FALSE;
            continue;
        }
        double x = place(&panel->x, point->x), y = place(&panel->y, point->y);
        if (goes_on && line->given.form == ANA_SERIES_STEP)
            ana_svg_point(panel->out, 'L', x, before);
        ana_svg_point(panel->out, goes_on ? 'L' : 'M', x, y);
        before = y;
        goes_on = TRUE;
    }
    ana_svg_printf(panel->out,
                   "\" class=\"s%u\" stroke=\"%s\" stroke-width=\"%@\" fill=\"none\" "
                   "stroke-linejoin=\"round\"",
                   style, look->light, line->given.is_thin ? 1.0 : 2.2);
    if (look->dash)
        ana_svg_printf(panel->out, " stroke-dasharray=\"%s\"", look->dash);
    ana_svg_printf(panel->out, " data-p=\"%u\" data-n=\"%s\"/>", panel->number, line->given.name);
}

/* Points have a marker each, and the interval as a line through it. */
static void draw_dots(const Panel *panel, const AnaLine *line)
{
    guint style = MIN(line->given.style, ANA_STYLES - 1);
    const char *light = ana_style(style)->light;
    for (guint k = 0; k < line->points->len; k++) {
        const AnaPoint *point = point_at(line, k);
        if (isnan(point->y))
            continue;
        double x = place(&panel->x, point->x), y = place(&panel->y, point->y);
        if (has_interval(point))
            ana_svg_printf(
                panel->out, "<path d=\"M%@ %@V%@\" class=\"s%u\" stroke=\"%s\" fill=\"none\"/>", x,
                place(&panel->y, point->low), place(&panel->y, point->high), style, light);
        if (ana_style(style)->marker == ANA_MARKER_NONE)
            ana_svg_printf(panel->out,
                           "<circle cx=\"%@\" cy=\"%@\" r=\"3.5\" class=\"f%u\" fill=\"%s\"/>", x,
                           y, style, light);
        else
            ana_marker_svg(panel->out, style, x, y);
    }
}

/* ---- labels ------------------------------------------------------------------------------- */

/* The last point of a line that has a place; NULL: none. */
static const AnaPoint *end_of(const AnaLine *line)
{
    for (guint k = line->points->len; k-- > 0;)
        if (!isnan(point_at(line, k)->y))
            return point_at(line, k);
    return NULL;
}

static gboolean is_labelled(const Panel *panel, const AnaLine *line)
{
    return line->given.panel == panel->number && !line->given.is_quiet &&
           line->given.form != ANA_SERIES_DOTS && end_of(line);
}

static void draw_label(const Panel *panel, const AnaLine *line, double y)
{
    guint style = MIN(line->given.style, ANA_STYLES - 1);
    double end_x = place(&panel->x, end_of(line)->x), end_y = place(&panel->y, end_of(line)->y);
    double left = panel->frame.x + panel->frame.width + LABEL_LEFT;
    if (left - end_x > 30 || ABS(end_y - y) > 2)
        ana_svg_printf(panel->out,
                       "<path d=\"M%@ %@L%@ %@\" class=\"s%u\" stroke=\"%s\" "
                       "stroke-width=\"0.7\" stroke-dasharray=\"1 2\" fill=\"none\"/>",
                       end_x, end_y, left - 3, y, style, ana_style(style)->light);
    if (!line->given.is_thin)
        ana_marker_svg(panel->out, style, end_x, end_y);
    text_at(panel->out, left, y + 4.5, "start", "ink", label_of(line));
}

static void draw_end_labels(const Panel *panel)
{
    guint n_lines = panel->chart->lines->len, n = 0;
    g_autofree const AnaLine **lines = g_new0(const AnaLine *, n_lines + 1);
    g_autofree double *at = g_new0(double, n_lines + 1);
    for (guint i = 0; i < n_lines; i++) {
        const AnaLine *line = ana_chart_line(panel->chart, i);
        if (!is_labelled(panel, line))
            continue;
        at[n] = place(&panel->y, end_of(line)->y);
        lines[n++] = line;
    }
    ana_labels_spread(at, n, LINE_GAP, panel->frame.y, panel->frame.y + panel->frame.height);
    for (guint i = 0; i < n; i++)
        draw_label(panel, lines[i], at[i]);
}

/* From a point to its name, where that is not beside it. */
static void draw_pointer(const Panel *panel, const AnaLine *line, const AnaBox *box)
{
    guint style = MIN(line->given.style, ANA_STYLES - 1);
    double x = place(&panel->x, end_of(line)->x), y = place(&panel->y, end_of(line)->y);
    double to_x = CLAMP(x, box->x, box->x + box->width);
    double to_y = CLAMP(y, box->y, box->y + box->height);
    if ((to_x - x) * (to_x - x) + (to_y - y) * (to_y - y) < 14 * 14)
        return;
    ana_svg_printf(panel->out,
                   "<path d=\"M%@ %@L%@ %@\" class=\"s%u\" stroke=\"%s\" "
                   "stroke-width=\"0.7\" fill=\"none\"/>",
                   x, y, to_x, to_y, style, ana_style(style)->light);
}

/* Names of points stand beside the last one. */
static void draw_dot_labels(const Panel *panel)
{
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(AnaBox));
    AnaBox frame = panel->frame;
    frame.width += panel->right;
    for (guint i = 0; i < panel->chart->lines->len; i++) {
        const AnaLine *line = ana_chart_line(panel->chart, i);
        for (guint k = 0; k < line->points->len && line->given.panel == panel->number; k++) {
            const AnaPoint *point = point_at(line, k);
            AnaBox dot = {place(&panel->x, point->x) - 5, place(&panel->y, point->y) - 5, 10, 10};
            if (line->given.form == ANA_SERIES_DOTS && !isnan(point->y))
                g_array_append_val(taken, dot);
        }
    }
    for (guint i = 0; i < panel->chart->lines->len; i++) {
        const AnaLine *line = ana_chart_line(panel->chart, i);
        if (line->given.panel != panel->number || line->given.form != ANA_SERIES_DOTS ||
            line->given.is_quiet || !end_of(line))
            continue;
        AnaBox size = {.width = ana_text_width(label_of(line), TEXT), .height = TEXT + 3};
        AnaBox box = ana_label_place(taken, &frame, place(&panel->x, end_of(line)->x),
                                     place(&panel->y, end_of(line)->y), &size);
        draw_pointer(panel, line, &box);
        ana_svg_printf(panel->out,
                       "<text x=\"%@\" y=\"%@\" class=\"ink halo\" fill=\"#1B1F24\" "
                       "stroke=\"#FFFFFF\" stroke-width=\"3\" paint-order=\"stroke\">%s</text>",
                       box.x, box.y + TEXT, label_of(line));
    }
}

/* ---- layout ------------------------------------------------------------------------------- */

/* What y is, and of whom; above the labels of faults, where there are any. */
static void draw_title(const Panel *panel)
{
    const AnaChart *chart = panel->chart;
    const char *name = chart->panels->len ? chart->panels->pdata[panel->number] : "";
    g_autofree char *title = g_strconcat(name, *name ? ": " : "", chart->y.title, NULL);
    text_at(panel->out, panel->frame.x - LEFT + 6,
            panel->frame.y - (chart->bands->len ? 26.0 : 14.0), "start", "ink", title);
}

/* A scale for the page's script: kind, form, ends, places. */
static void write_scale(GString *out, const char *name, const AnaScale *scale, AnaTickForm form)
{
    static const char *const kinds[] = {"linear", "log", "tail"};
    static const char *const forms[] = {"count", "time", "share", "quantile"};
    char low[ANA_DOUBLE_TEXT], high[ANA_DOUBLE_TEXT];
    ana_svg_printf(out, " data-%s=\"%s %s %s %s %@ %@\"", name, kinds[scale->kind], forms[form],
                   ana_double_text(scale->low, low), ana_double_text(scale->high, high),
                   scale->from, scale->to);
}

/* Over the panel: where the script looks for the pointer. Of dots each has its label and a row of
 * the table, and there is no line to follow. */
static void draw_probe(const Panel *panel)
{
    const AnaBox *frame = &panel->frame;
    for (guint i = 0; i < panel->chart->lines->len; i++)
        if (ana_chart_line(panel->chart, i)->given.form == ANA_SERIES_DOTS)
            return;
    ana_svg_printf(panel->out,
                   "<rect class=\"probe\" x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" "
                   "fill-opacity=\"0\" data-p=\"%u\"",
                   frame->x, frame->y, frame->width, frame->height, panel->number);
    write_scale(panel->out, "x", &panel->x, panel->chart->x.form);
    write_scale(panel->out, "y", &panel->y, panel->chart->y.form);
    g_string_append(panel->out, "/>");
}

static void draw_panel(const Panel *panel)
{
    const AnaChart *chart = panel->chart;
    draw_bands(panel);
    draw_x_axis(panel);
    draw_y_axis(panel);
    draw_title(panel);
    for (guint i = 0; i < chart->lines->len; i++)
        if (ana_chart_line(chart, i)->given.panel == panel->number)
            draw_ribbons(panel, ana_chart_line(chart, i));
    for (guint i = 0; i < chart->lines->len; i++) {
        const AnaLine *line = ana_chart_line(chart, i);
        if (line->given.panel != panel->number)
            continue;
        if (line->given.form == ANA_SERIES_DOTS)
            draw_dots(panel, line);
        else
            draw_line(panel, line);
    }
    draw_end_labels(panel);
    draw_dot_labels(panel);
    draw_probe(panel);
}

static double room_for_labels(const AnaChart *chart)
{
    double widest = 0;
    for (guint i = 0; i < chart->lines->len; i++) {
        const AnaLine *line = ana_chart_line(chart, i);
        if (!line->given.is_quiet && line->given.form != ANA_SERIES_DOTS)
            widest = MAX(widest, ana_text_width(label_of(line), TEXT));
    }
    return widest > 0 ? MIN(widest, RIGHT_MAX) + LABEL_LEFT + 6 : HALF_TICK;
}

/* Of the plotted area of one panel. */
typedef struct Layout {
    guint columns, rows;
    double top, left, right, width, height, cell_width, cell_height;
} Layout;

static Layout lay_out(const AnaChart *chart)
{
    guint n = ana_chart_n_panels(chart);
    Layout layout = {.columns = n > 1 ? 2 : 1};
    layout.rows = (n + layout.columns - 1) / layout.columns;
    layout.right = room_for_labels(chart);
    layout.left = LEFT;
    layout.top = TOP + (chart->bands->len ? BAND_TOP : 0);
    layout.height = chart->height > 0 ? chart->height : n > 1 ? 130 : 260;
    layout.cell_width = ANA_CHART_WIDTH / layout.columns;
    layout.cell_height = layout.top + layout.height + BOTTOM;
    layout.width = layout.cell_width - layout.left - layout.right;
    return layout;
}

static void draw_panels(const AnaChart *chart, const Layout *layout, GString *out)
{
    AnaScale x = ana_chart_scale(chart, FALSE, most_ticks(layout->width, 80));
    AnaScale y = ana_chart_scale(chart, TRUE, most_ticks(layout->height, 36));
    for (guint i = 0; i < ana_chart_n_panels(chart); i++) {
        Panel panel = {
            .chart = chart, .out = out, .number = i, .x = x, .y = y, .right = layout->right};
        panel.frame = (AnaBox){(i % layout->columns) * layout->cell_width + layout->left,
                               (i / layout->columns) * layout->cell_height + layout->top,
                               layout->width, layout->height};
        panel.x.from = panel.frame.x;
        panel.x.to = panel.frame.x + panel.frame.width;
        panel.y.from = panel.frame.y + panel.frame.height;
        panel.y.to = panel.frame.y;
        draw_panel(&panel);
    }
}

AnaPicture *ana_chart_picture(const AnaChart *chart)
{
    Layout layout = lay_out(chart);
    AnaPicture *picture = ana_picture_new(chart->title, chart->how, chart->description);
    picture->height = layout.rows * layout.cell_height;
    draw_panels(chart, &layout, picture->body);
    return picture;
}

void ana_chart_svg(const AnaChart *chart, const char *id, gboolean alone, GString *out)
{
    g_autoptr(AnaPicture) picture = ana_chart_picture(chart);
    ana_picture_svg(picture, id, alone, out);
}
