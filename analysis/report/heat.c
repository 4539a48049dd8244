/* heat.c — see heat.h. */
#include "analysis/report/heat.h"

#include "analysis/report/svg.h"

#include <math.h>

#define TEXT ANA_PICTURE_TEXT
#define ROW 50.0
#define CELL_MOST 150.0
#define LEAST_FILL 0.04 /* over the page; with more the text on dark pages would be lost */
#define MOST_FILL 0.40
#define EDGE 2.5

/* What all cells of a map share. */
typedef struct Frame {
    double left, top, width; /* of a cell */
} Frame;

static const AnaHeatCell *cell_at(const AnaHeat *map, guint row, guint column)
{
    return &map->cells[row * map->n_columns + column];
}

/* As much of it as fits. */
static void write_text(AnaPicture *picture, double x, double y, double room, const char *text)
{
    if (text && ana_text_width(text, TEXT) <= room)
        ana_picture_text(picture, x, y, "middle", "ink", text);
}

static void hatch(AnaPicture *picture, double x, double y, double width)
{
    g_string_append(picture->body, "<path d=\"");
    for (double at = x + 3; at + 9 <= x + width; at += 6) {
        ana_svg_point(picture->body, 'M', at, y);
        ana_svg_point(picture->body, 'L', at + 6, y - 6);
    }
    g_string_append(picture->body, "\" class=\"axis\" stroke=\"#57606A\" stroke-width=\"1\"/>");
}

static void draw_cell(AnaPicture *picture, const Frame *frame, const AnaHeatCell *cell, guint row,
                      guint column)
{
    double x = frame->left + column * frame->width, y = frame->top + row * ROW;
    if (!isnan(cell->share))
        ana_svg_printf(picture->body,
                       "<rect x=\"%@\" y=\"%@\" width=\"%@\" height=\"%@\" class=\"none\" "
                       "fill=\"#0B3D7A\" fill-opacity=\"%@\"/>",
                       x + 1, y + 1, frame->width - 2, ROW - 2,
                       LEAST_FILL + (MOST_FILL - LEAST_FILL) * CLAMP(cell->share, 0, 1));
    gboolean is_alone = !cell->below || ana_text_width(cell->below, TEXT) > frame->width - 8;
    write_text(picture, x + frame->width / 2, y + (is_alone ? 28 : 20), frame->width - 8,
               cell->text);
    write_text(picture, x + frame->width / 2, y + 36, frame->width - 8, cell->below);
    if (cell->is_zero)
        hatch(picture, x, y + ROW - 3, frame->width);
}

/* Between a marked cell and one that is not, or the outside. */
static gboolean is_edge(const AnaHeat *map, guint row, guint column, int down, int right)
{
    gint64 r = (gint64)row + down, c = (gint64)column + right;
    if (!cell_at(map, row, column)->is_marked)
        return FALSE;
    if (r < 0 || c < 0 || r >= map->n_rows || c >= map->n_columns)
        return TRUE;
    return !cell_at(map, (guint)r, (guint)c)->is_marked;
}

static void draw_outline(AnaPicture *picture, const Frame *frame, const AnaHeat *map)
{
    GString *path = g_string_new(NULL);
    for (guint r = 0; r < map->n_rows; r++)
        for (guint c = 0; c < map->n_columns; c++) {
            double x = frame->left + c * frame->width, y = frame->top + r * ROW;
            double right = x + frame->width, bottom = y + ROW;
            const struct {
                int down, right;
                double from_x, from_y, to_x, to_y;
            } sides[] = {{-1, 0, x, y, right, y},
                         {1, 0, x, bottom, right, bottom},
                         {0, -1, x, y, x, bottom},
                         {0, 1, right, y, right, bottom}};
            for (gsize s = 0; s < G_N_ELEMENTS(sides); s++)
                if (is_edge(map, r, c, sides[s].down, sides[s].right)) {
                    ana_svg_point(path, 'M', sides[s].from_x, sides[s].from_y);
                    ana_svg_point(path, 'L', sides[s].to_x, sides[s].to_y);
                }
        }
    if (path->len)
        ana_svg_printf(picture->body,
                       "<path d=\"%s\" class=\"s0\" stroke=\"#222222\" stroke-width=\"%@\" "
                       "stroke-linecap=\"square\" fill=\"none\"/>",
                       path->str, EDGE);
    g_string_free(path, TRUE);
}

/* Returns where it ends. */
static double draw_map(AnaPicture *picture, const AnaHeat *map, double top)
{
    double label = ana_text_width(map->down, TEXT);
    for (guint r = 0; r < map->n_rows; r++)
        label = MAX(label, ana_text_width(map->rows[r], TEXT));
    label = MIN(label + 8, picture->width / 3);
    if (map->title) {
        ana_picture_text(picture, 0, top + 14, "start", "ink", map->title);
        top += 24;
    }
    Frame frame = {.left = label + 14, .top = top + 44};
    frame.width = MIN(CELL_MOST, (picture->width - frame.left - 4) / MAX(map->n_columns, 1));
    ana_picture_text(picture, label, top + 36, "end", "soft", map->down);
    ana_picture_text(picture, frame.left, top + 14, "start", "soft", map->across);
    for (guint c = 0; c < map->n_columns; c++) {
        double x = frame.left + (c + 0.5) * frame.width;
        if (ana_text_width(map->columns[c], TEXT) <= frame.width - 4)
            ana_picture_text(picture, x, top + 36, "middle", "ink", map->columns[c]);
    }
    for (guint r = 0; r < map->n_rows; r++) {
        ana_picture_text(picture, label, frame.top + r * ROW + 29, "end", "ink", map->rows[r]);
        for (guint c = 0; c < map->n_columns; c++)
            draw_cell(picture, &frame, cell_at(map, r, c), r, c);
    }
    draw_outline(picture, &frame, map);
    return frame.top + map->n_rows * ROW;
}

void ana_heat_maps(AnaPicture *picture, const AnaHeat *maps, guint n)
{
    double top = 4;
    for (guint i = 0; i < n; i++)
        top = draw_map(picture, &maps[i], top) + 22;
    picture->height = top;
}
