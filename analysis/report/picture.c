/* picture.c — see picture.h. */
#include "analysis/report/picture.h"

#include "analysis/report/chart.h"
#include "analysis/report/palette.h"
#include "analysis/report/svg.h"

#include <math.h>

#define TEXT ANA_PICTURE_TEXT

AnaPicture *ana_picture_new(const char *title, const char *how_to_read, const char *description)
{
    AnaPicture *picture = g_new0(AnaPicture, 1);
    picture->title = g_strdup(title ? title : "");
    picture->how_to_read = g_strdup(how_to_read ? how_to_read : "");
    picture->description = g_strdup(description ? description : "");
    picture->body = g_string_new(NULL);
    picture->width = ANA_CHART_WIDTH;
    return picture;
}

void ana_picture_free(AnaPicture *picture)
{
    if (!picture)
        return;
    g_free(picture->title);
    g_free(picture->how_to_read);
    g_free(picture->description);
    g_string_free(picture->body, TRUE);
    g_free(picture);
}

void ana_picture_svg(const AnaPicture *picture, const char *id, gboolean alone, GString *out)
{
    g_string_append(out, alone ? "<svg xmlns=\"http://www.w3.org/2000/svg\"" : "<svg");
    ana_svg_printf(out, " viewBox=\"0 0 %@ %@\"", picture->width, picture->height);
    if (alone)
        ana_svg_printf(out, " width=\"%@\" height=\"%@\"", picture->width, picture->height);
    ana_svg_printf(out,
                   " role=\"img\" aria-labelledby=\"%s-t %s-d\" font-size=\"%@\" "
                   "font-family=\"system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, "
                   "sans-serif\"><title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>",
                   id, id, TEXT, id, picture->title, id, picture->description);
    if (alone)
        ana_svg_printf(out, "<rect width=\"%@\" height=\"%@\" fill=\"#FFFFFF\"/>", picture->width,
                       picture->height);
    g_string_append_len(out, picture->body->str, (gssize)picture->body->len);
    g_string_append(out, "</svg>\n");
}

void ana_picture_text(AnaPicture *picture, double x, double y, const char *anchor,
                      const char *class, const char *text)
{
    if (!*text)
        return;
    ana_svg_printf(picture->body,
                   "<text x=\"%@\" y=\"%@\" text-anchor=\"%s\" class=\"%s\" fill=\"%s\">%s</text>",
                   x, y, anchor, class, *class == 's' ? "#57606A" : "#1B1F24", text);
}

/* Ticks of x with their labels below. */
static void draw_ticks(AnaPicture *picture, const AnaScale *scale, AnaTickForm form, double top,
                       double bottom)
{
    g_autoptr(GArray) ticks = ana_ticks(scale, form, (guint)MAX((scale->to - scale->from) / 80, 2));
    double end = -1;
    for (guint i = 0; i < ticks->len; i++) {
        const AnaTick *tick = &g_array_index(ticks, AnaTick, i);
        double x = ana_scale_at(scale, tick->value), width = ana_text_width(tick->label, TEXT);
        if (!tick->is_major || x - width / 2 < end)
            continue;
        ana_svg_printf(picture->body, "<path d=\"M%@ %@V%@\" class=\"grid\" stroke=\"#DADFE4\"/>",
                       x, top, bottom);
        ana_picture_text(picture, x, bottom + 15, "middle", "soft", tick->label);
        end = x + width / 2 + 6;
    }
}

static double widest(double least, const char *text)
{
    return MAX(least, ana_text_width(text ? text : "", TEXT) + 6);
}

/* ---- dots --------------------------------------------------------------------------------- */

#define DOT_ROW 46.0
#define DOT 2.6
#define STACK 5u

/* Where a dot is drawn: columns of a dot's width, each of at most STACK dots. The first column with
 * room, beginning with its own and going outwards. */
static guint column_for(const guint *height, guint own, guint n)
{
    for (guint off = 0; off < n; off++) {
        if (own + off < n && height[own + off] < STACK)
            return own + off;
        if (own >= off && height[own - off] < STACK)
            return own - off;
    }
    return own; /* there are more dots than room: they cover each other */
}

/* Dots that would cover each other are stacked upwards, and full stacks grow sideways. */
static void draw_dot_row(AnaPicture *picture, const AnaScale *scale, const AnaDotRow *row, double y)
{
    guint n = (guint)((scale->to - scale->from) / (2 * DOT)) + 2;
    g_autofree guint *height = g_new0(guint, n);
    guint style = MIN(row->style, ANA_STYLES - 1);
    for (guint i = 0; i < row->n; i++) {
        if (isnan(row->values[i]))
            continue;
        double x = ana_scale_at(scale, row->values[i]) - scale->from;
        guint own = (guint)CLAMP(x / (2 * DOT) + 0.5, 0, n - 1),
              column = column_for(height, own, n);
        ana_svg_printf(picture->body,
                       "<circle cx=\"%@\" cy=\"%@\" r=\"%@\" class=\"f%u\" fill=\"%s\"/>",
                       scale->from + column * 2 * DOT, y - 4 - 2 * DOT * height[column], DOT - 0.2,
                       style, ana_style(style)->light);
        height[column] += height[column] < STACK ? 1 : 0;
    }
    double mean = ana_scale_at(scale, row->mean);
    if (!isnan(row->mean) && !isnan(row->low) && !isnan(row->high))
        ana_svg_printf(picture->body,
                       "<path d=\"M%@ %@H%@\" class=\"s%u\" stroke=\"%s\" stroke-width=\"3\"/>",
                       ana_scale_at(scale, row->low), y + 6, ana_scale_at(scale, row->high), style,
                       ana_style(style)->light);
    if (!isnan(row->mean))
        ana_svg_printf(picture->body,
                       "<path d=\"M%@ %@V%@\" class=\"s%u\" stroke=\"%s\" stroke-width=\"2.5\"/>",
                       mean, y + 1, y + 11, style, ana_style(style)->light);
}

void ana_dot_strips(AnaPicture *picture, AnaTickForm form, const AnaDotRow *rows, guint n)
{
    double left = 40, right = 40, top = 8, high = 0, low = 0;
    for (guint r = 0; r < n; r++) {
        left = widest(left, rows[r].name);
        right = widest(right, rows[r].note);
        for (guint i = 0; i < rows[r].n; i++)
            if (!isnan(rows[r].values[i])) {
                high = MAX(high, rows[r].values[i]);
                low = MIN(low, rows[r].values[i]);
            }
        high = isnan(rows[r].high) ? high : MAX(high, rows[r].high);
    }
    AnaScale scale = {
        .low = low, .high = high, .from = left + 24, .to = picture->width - MIN(right, 300) - 30};
    ana_scale_widen(&scale, form, (guint)MAX((scale.to - scale.from) / 80, 2));
    double bottom = top + n * DOT_ROW;
    draw_ticks(picture, &scale, form, top, bottom);
    for (guint r = 0; r < n; r++) {
        double y = top + (r + 1) * DOT_ROW - 14;
        ana_picture_text(picture, left, y, "end", "ink", rows[r].name);
        draw_dot_row(picture, &scale, &rows[r], y);
        ana_picture_text(picture, scale.to + 22, y, "start", "ink", rows[r].note);
    }
    picture->height = bottom + 24;
}

/* ---- cells -------------------------------------------------------------------------------- */

#define CELL_ROW 34.0
#define CELL 20.0

/* Diagonals over a rectangle of cells in which nothing succeeded. */
static void hatch(GString *out, double x, double width, double y)
{
    g_string_append(out, "<path d=\"");
    for (double at = x; at + 5 <= x + width; at += 5) {
        ana_svg_point(out, 'M', at, y + CELL);
        ana_svg_point(out, 'L', at + 5, y);
    }
    g_string_append(out, "\" class=\"halo\" stroke=\"#FFFFFF\" stroke-width=\"1\"/>");
}

/* Shares are told apart to a tenth, so that runs of like cells are one rectangle. */
static int level_of(double share)
{
    if (isnan(share))
        return -1;
    return share >= 1 ? 10 : share <= 0 ? 0 : CLAMP((int)(share * 10), 1, 9);
}

static void draw_cell_row(AnaPicture *picture, const AnaScale *scale, const AnaCells *cells,
                          const AnaCellRow *row, double y)
{
    double width = (cells->to - cells->from) / cells->n_cells;
    for (guint i = 0; i < cells->n_cells;) {
        int level = level_of(row->share[i]);
        guint end = i + 1;
        while (end < cells->n_cells && level_of(row->share[end]) == level)
            end++;
        double x = ana_scale_at(scale, cells->from + i * width);
        double to = ana_scale_at(scale, cells->from + end * width);
        i = end;
        if (level < 0)
            continue;
        ana_svg_printf(picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"full\" "
                       "fill=\"#D5E4F7\"/>",
                       x, y, to - x, CELL);
        if (level == 10)
            continue;
        ana_svg_printf(picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"none\" "
                       "fill=\"#0B3D7A\" fill-opacity=\"%@\"/>",
                       x, y, to - x, CELL, 0.25 + 0.075 * (10 - level));
        if (level == 0)
            hatch(picture->body, x, to - x, y);
    }
}

static void draw_spans(AnaPicture *picture, const AnaScale *scale, const AnaCells *cells,
                       double top, double bottom)
{
    double end = 0;
    for (guint i = 0; i < cells->n_spans; i++) {
        const AnaCellSpan *span = &cells->spans[i];
        if (span->to <= cells->from || span->from >= cells->to)
            continue;
        double from = MAX(ana_scale_at(scale, span->from), scale->from);
        double to = MIN(ana_scale_at(scale, span->to), scale->to);
        double width = ana_text_width(span->label, TEXT), x = MIN(from, scale->to - width);
        ana_svg_printf(picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"tint\" "
                       "fill=\"#EEF1F4\"/>",
                       from, top, MAX(to - from, 1), bottom - top);
        if (x < end)
            continue;
        ana_picture_text(picture, x, top - 5, "start", "soft", span->label);
        end = x + width + 8;
    }
}

void ana_cell_strips(AnaPicture *picture, const AnaCells *cells)
{
    double left = 40, right = 40, top = cells->n_spans ? 22 : 6;
    for (guint r = 0; r < cells->n_rows; r++) {
        left = widest(left, cells->rows[r].name);
        right = widest(right, cells->rows[r].note);
    }
    AnaScale scale = {.low = cells->from,
                      .high = cells->to,
                      .from = left + 16,
                      .to = picture->width - MIN(right, 300) - 30};
    double bottom = top + cells->n_rows * CELL_ROW;
    draw_spans(picture, &scale, cells, top, bottom);
    draw_ticks(picture, &scale, ANA_TICK_TIME, top, bottom);
    for (guint r = 0; r < cells->n_rows; r++) {
        double y = top + r * CELL_ROW + (CELL_ROW - CELL) / 2;
        ana_picture_text(picture, left, y + 15, "end", "ink", cells->rows[r].name);
        draw_cell_row(picture, &scale, cells, &cells->rows[r], y);
        ana_picture_text(picture, scale.to + 14, y + 15, "start", "ink", cells->rows[r].note);
    }
    picture->height = bottom + 24;
}

/* ---- spans -------------------------------------------------------------------------------- */

#define SPAN_ROW 24.0

void ana_span_strips(AnaPicture *picture, const AnaCellSpan *spans, guint n, double from, double to)
{
    double left = 40, top = 4, bottom = top + n * SPAN_ROW;
    for (guint i = 0; i < n; i++)
        left = widest(left, spans[i].label);
    AnaScale scale = {.low = from,
                      .high = to,
                      .from = MIN(left, picture->width / 2) + 16,
                      .to = picture->width - 30};
    draw_ticks(picture, &scale, ANA_TICK_TIME, top, bottom);
    for (guint i = 0; i < n; i++) {
        double y = top + i * SPAN_ROW, start = ana_scale_at(&scale, MAX(spans[i].from, from));
        double end = ana_scale_at(&scale, MIN(spans[i].to, to));
        ana_picture_text(picture, scale.from - 16, y + 17, "end", "ink", spans[i].label);
        ana_svg_printf(picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"none\" "
                       "fill=\"#0B3D7A\" fill-opacity=\"0.55\"/>",
                       start, y + 5, MAX(end - start, 2), SPAN_ROW - 10);
    }
    picture->height = bottom + 24;
}
