/* scene_text.c — see scene_text.h. */
#include "analysis/trace/scene_text.h"

#include "analysis/trace/scene_rows.h"

#include <string.h>

#define TIME_COLUMNS 12
#define LANE_MIN 14
#define MARGIN 6 /* behind the last lane, for what stands beside it */

typedef struct Grid {
    const AnaScene *scene;
    GArray *rows;   /* AnaTextRow */
    GArray *guests; /* AnaTextRow: drawn in the row of an arrival */
    gunichar *cells;
    int width, lane;     /* columns */
    guint *sent, *ended; /* by arrow: its rows */
} Grid;

/* ---- cells -------------------------------------------------------------------------------- */

static gunichar *cell(Grid *grid, guint row, int column)
{
    return &grid->cells[row * (guint)grid->width + (guint)CLAMP(column, 0, grid->width - 1)];
}

static int column_of(const Grid *grid, guint lane)
{
    return TIME_COLUMNS + (int)lane * grid->lane + grid->lane / 2;
}

static gboolean is_lane_sign(gunichar c)
{
    return c == ' ' || c == 0x250A || c == 0x2503 || c == 0x2506; /* ┊ ┃ ┆ */
}

static gunichar lane_sign(const AnaScene *scene, guint lane, SimTime at)
{
    if (g_array_index(scene->lanes, AnaLane, lane).kind != ANA_LANE_NODE)
        return 0x250A;
    for (guint i = 0; i < scene->stays->len; i++) {
        const AnaStay *stay = &g_array_index(scene->stays, AnaStay, i);
        if (stay->lane != lane || at < stay->from || at >= stay->to)
            continue;
        return stay->state == REP_NODE_DOWN     ? ' '
               : stay->state == REP_NODE_PAUSED ? 0x2506
               : stay->leads                    ? 0x2503
                                                : 0x250A;
    }
    return 0x250A;
}

static void draw_lanes(Grid *grid)
{
    for (guint r = 0; r < grid->rows->len; r++)
        for (guint lane = 0; lane < grid->scene->lanes->len; lane++)
            *cell(grid, r, column_of(grid, lane)) =
                lane_sign(grid->scene, lane, g_array_index(grid->rows, AnaTextRow, r).at);
}

/* Columns that a text takes: one a character, as all that is drawn here is narrow. */
static int length_of(const char *text)
{
    return (int)g_utf8_strlen(text, -1);
}

static void put_text(Grid *grid, guint row, int column, const char *text)
{
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        *cell(grid, row, column++) = g_utf8_get_char(c);
}

static gboolean is_free(Grid *grid, guint row, int from, int to)
{
    for (int c = from; c < to; c++)
        if (c < TIME_COLUMNS || c >= grid->width || !is_lane_sign(*cell(grid, row, c)))
            return FALSE;
    return TRUE;
}

/* Beyond what runs down beside the lane. */
static gboolean put_far(Grid *grid, guint row, int column, const char *text)
{
    for (int c = column + 2; c < column + grid->lane; c++)
        if (is_free(grid, row, c, c + 1 + length_of(text))) {
            put_text(grid, row, c, text);
            return TRUE;
        }
    return FALSE;
}

/* To the right of a lane, or to the left, or further off; where none is free it is left out. */
static void put_beside(Grid *grid, guint row, guint lane, const char *text)
{
    int column = column_of(grid, lane), length = length_of(text);
    if (is_free(grid, row, column + 1, column + 3 + length))
        put_text(grid, row, column + 2, text);
    else if (is_free(grid, row, column - 2 - length, column))
        put_text(grid, row, column - 1 - length, text);
    else
        put_far(grid, row, column, text);
}

/* ---- arrows ------------------------------------------------------------------------------- */

static gunichar stroke_of(AnaArrowKind kind)
{
    static const gunichar strokes[] = {[ANA_ARROW_REQUEST] = 0x2501, /* ━ */
                                       [ANA_ARROW_REPLY] = 0x254D,   /* ╍ */
                                       [ANA_ARROW_DATA] = 0x2500,    /* ─ */
                                       [ANA_ARROW_ACK] = 0x254C};    /* ╌ */
    return strokes[kind];
}

/* From `from` to `to`, both drawn; other lines that are met are crossed. */
static void draw_across(Grid *grid, guint row, int from, int to, gunichar stroke)
{
    for (int c = MIN(from, to); c <= MAX(from, to); c++) {
        gunichar *sign = cell(grid, row, c);
        *sign = *sign == 0x2502 ? 0x253C : stroke; /* │ ┼ */
    }
}

static gboolean is_channel(Grid *grid, int column, guint first, guint last)
{
    for (guint lane = 0; lane < grid->scene->lanes->len; lane++)
        if (column_of(grid, lane) == column)
            return FALSE;
    for (guint r = first; r <= last; r++)
        if (*cell(grid, r, column) != ' ')
            return FALSE;
    return TRUE;
}

/* A free column near the receiver, on the sender's side. */
static int find_channel(Grid *grid, const AnaArrow *arrow, guint first, guint last)
{
    int from = column_of(grid, arrow->from), to = column_of(grid, arrow->to);
    int step = to > from ? -1 : 1;
    for (int c = to + 3 * step; c != from && c != from - step; c += step)
        if (is_channel(grid, c, first, last))
            return c;
    return to + 2 * step;
}

static void draw_channel(Grid *grid, int column, guint first, guint last, gboolean goes_right)
{
    *cell(grid, first, column) = goes_right ? 0x256E : 0x256D; /* ╮ ╭ */
    for (guint r = first + 1; r < last; r++) {
        gunichar *sign = cell(grid, r, column);
        *sign = is_lane_sign(*sign) ? 0x2502 : 0x253C;
    }
    *cell(grid, last, column) = goes_right ? 0x2570 : 0x256F; /* ╰ ╯ */
}

/* In the middle of a stroke that is long enough, with a space on either side. */
static gboolean put_on_stroke(Grid *grid, guint row, int from, int to, const char *text,
                              gunichar stroke)
{
    int low = MIN(from, to), high = MAX(from, to), length = length_of(text) + 2;
    for (int start = low + (high - low + 1 - length) / 2; start > low; start--) {
        gboolean fits = start + length <= high;
        for (int c = start; c < start + length && fits; c++)
            fits = *cell(grid, row, c) == stroke;
        if (!fits)
            continue;
        g_autofree char *padded = g_strdup_printf(" %s ", text);
        put_text(grid, row, start, padded);
        return TRUE;
    }
    return FALSE;
}

static char *label_of(const AnaArrow *arrow)
{
    const char *label = arrow->label ? arrow->label : "";
    if (arrow->end == ANA_ARROW_IS_LOST)
        return g_strdup_printf("%s%slost", label, *label ? " " : "");
    if (arrow->late > 0)
        return g_strdup_printf("%s%sp%.4g", label, *label ? " " : "", arrow->late * 100);
    return g_strdup(label);
}

static void draw_straight(Grid *grid, const AnaArrow *arrow, guint row)
{
    int from = column_of(grid, arrow->from), to = column_of(grid, arrow->to);
    int step = to > from ? 1 : -1;
    gboolean ends_here = arrow->end == ANA_ARROW_ARRIVES;
    int end = ends_here ? to - step : from + (to - from) / 2;
    gunichar stroke = stroke_of(arrow->kind);
    g_autofree char *label = label_of(arrow);
    draw_across(grid, row, from + step, end, stroke);
    *cell(grid, row, from) = 0x25CF; /* ● */
    *cell(grid, row, end) = !ends_here ? (arrow->end == ANA_ARROW_IS_LOST ? 0x00D7 : 0x2504)
                            : step > 0 ? 0x25B6
                                       : 0x25C0; /* × ┄ ▶ ◀ */
    if (*label && !put_on_stroke(grid, row, from + step, end, label, stroke) &&
        is_free(grid, row, MIN(end + 1, to), MIN(end + 1, to) + length_of(label) + 1) && step > 0)
        put_text(grid, row, end + 2, label);
}

/* On the side that the arrow does not leave to. */
static void put_behind(Grid *grid, guint row, int column, int step, const char *text)
{
    int length = length_of(text);
    int start = step > 0 ? column - 1 - length : column + 2;
    if (is_free(grid, row, start - 1, start + length + 1))
        put_text(grid, row, start, text);
}

static void draw_bent(Grid *grid, const AnaArrow *arrow, guint first, guint last)
{
    int from = column_of(grid, arrow->from), to = column_of(grid, arrow->to);
    int step = to > from ? 1 : -1;
    int channel = find_channel(grid, arrow, first, last);
    gunichar stroke = stroke_of(arrow->kind);
    g_autofree char *label = label_of(arrow);
    draw_across(grid, first, from + step, channel - step, stroke);
    *cell(grid, first, from) = 0x25CF;
    draw_channel(grid, channel, first, last, step > 0);
    draw_across(grid, last, channel + step, to - step, stroke);
    *cell(grid, last, to - step) = step > 0 ? 0x25B6 : 0x25C0;
    *cell(grid, last, to) = 0x25CF;
    if (*label && !put_on_stroke(grid, first, from + step, channel - step, label, stroke))
        put_behind(grid, first, from, step, label);
}

static void draw_arrows(Grid *grid)
{
    for (guint i = 0; i < grid->scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(grid->scene->arrows, AnaArrow, i);
        if (!ana_text_is_drawn(arrow))
            continue;
        if (arrow->end != ANA_ARROW_ARRIVES || arrow->ends <= arrow->sent)
            draw_straight(grid, arrow, grid->sent[i]);
        else
            draw_bent(grid, arrow, grid->sent[i], grid->ended[i]);
    }
}

/* ---- marks -------------------------------------------------------------------------------- */

static void draw_mark(Grid *grid, guint row, const AnaMark *mark)
{
    if (mark->lane == G_MAXUINT) {
        g_autofree char *text = g_strdup_printf("-- %s --", mark->label);
        if (is_free(grid, row, TIME_COLUMNS, TIME_COLUMNS + length_of(text)))
            put_text(grid, row, TIME_COLUMNS, text);
        return;
    }
    gunichar sign = mark->kind == ANA_MARK_CRASH || mark->kind == ANA_MARK_FAILED ? 0x00D7
                    : mark->kind == ANA_MARK_RETURN                               ? 0x25CB
                                                                                  : 0x25CF;
    *cell(grid, row, column_of(grid, mark->lane)) = sign;
    put_beside(grid, row, mark->lane, mark->label);
}

static char *fold_text(const AnaFold *fold)
{
    SimSpan span = fold->to - fold->from;
    return span < SIM_S ? g_strdup_printf("%.3g ms", (double)span / 1e6)
                        : g_strdup_printf("%.4g s", (double)span / 1e9);
}

static void draw_fold(Grid *grid, guint row, const AnaFold *fold)
{
    g_autofree char *text = fold_text(fold);
    for (int c = TIME_COLUMNS; c < grid->width; c += 2)
        if (is_lane_sign(*cell(grid, row, c)))
            *cell(grid, row, c) = '~';
    put_text(grid, row, TIME_COLUMNS - 2 - length_of(text), text);
}

static void draw_row(Grid *grid, guint r, const AnaTextRow *row)
{
    const AnaScene *scene = grid->scene;
    if (row->kind == ANA_ROW_MARKS) {
        draw_mark(grid, r, &g_array_index(scene->marks, AnaMark, row->item));
    } else if (row->kind == ANA_ROW_FOLDS) {
        draw_fold(grid, r, &g_array_index(scene->folds, AnaFold, row->item));
    } else if (row->kind == ANA_ROW_HOLDS) {
        const AnaStay *stay = &g_array_index(scene->stays, AnaStay, row->item);
        g_autofree char *text = g_strdup_printf("has %s", stay->label);
        *cell(grid, r, column_of(grid, stay->lane)) = 0x25CF;
        put_beside(grid, r, stay->lane, text);
    }
}

static void draw_rows(Grid *grid)
{
    for (guint i = 0; i < grid->guests->len; i++) {
        const AnaTextRow *guest = &g_array_index(grid->guests, AnaTextRow, i);
        draw_row(grid, guest->host - 1, guest);
    }
    for (guint r = 0; r < grid->rows->len; r++)
        draw_row(grid, r, &g_array_index(grid->rows, AnaTextRow, r));
}

/* ---- the page ----------------------------------------------------------------------------- */

/* So many decimals of a second that neighbouring rows differ. */
static int digits_for(const AnaScene *scene, guint rows)
{
    SimSpan step = ana_scene_unfolded(scene) / (SimSpan)MAX(10 * rows, 1);
    int digits = 0;
    for (SimSpan unit = SIM_S; unit > step && digits < 6; unit /= 10)
        digits++;
    return digits;
}

static void append_cells(Grid *grid, guint row, GString *out)
{
    GString *line = g_string_new(NULL);
    for (int c = 0; c < grid->width; c++)
        g_string_append_unichar(line, *cell(grid, row, c));
    g_strchomp(line->str);
    g_string_append_printf(out, "%s\n", line->str);
    g_string_free(line, TRUE);
}

static void append_names(const Grid *grid, GString *out, gboolean regions)
{
    const AnaScene *scene = grid->scene;
    int column = 0;
    for (guint i = 0; i < scene->lanes->len; i++) {
        const AnaLane *lane = &g_array_index(scene->lanes, AnaLane, i);
        gboolean is_first =
            i == 0 || g_array_index(scene->lanes, AnaLane, i - 1).region != lane->region;
        const char *text = !regions ? lane->name : is_first ? scene->regions[lane->region] : "";
        g_autofree char *shown =
            g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), grid->lane - 1));
        int at = column_of(grid, i) - length_of(shown) / 2;
        if (*shown == '\0')
            continue;
        g_string_append_printf(out, "%*s%s", MAX(at - column, 0), "", shown);
        column = MAX(at, column) + length_of(shown);
    }
    while (out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void write_times(Grid *grid)
{
    int digits = digits_for(grid->scene, grid->rows->len);
    SimTime last = -1;
    for (guint r = 0; r < grid->rows->len; r++) {
        const AnaTextRow *row = &g_array_index(grid->rows, AnaTextRow, r);
        if (row->kind == ANA_ROW_PASSES || row->kind == ANA_ROW_FOLDS || row->at == last)
            continue;
        last = row->at;
        g_autofree char *text = g_strdup_printf("%.*f s", digits, (double)row->at / 1e9);
        put_text(grid, r, MAX(TIME_COLUMNS - 2 - length_of(text), 0), text);
    }
}

/* Where an arrow leaves and arrives. */
static void find_rows(Grid *grid)
{
    guint n = grid->scene->arrows->len;
    grid->sent = g_new0(guint, n + 1);
    grid->ended = g_new0(guint, n + 1);
    for (guint r = 0; r < grid->rows->len; r++) {
        const AnaTextRow *row = &g_array_index(grid->rows, AnaTextRow, r);
        if (row->kind == ANA_ROW_SENDS)
            grid->sent[row->item] = r;
        else if (row->kind == ANA_ROW_ARRIVES)
            grid->ended[row->item] = r;
    }
}

char *ana_scene_text(const AnaScene *scene, int width)
{
    int n = (int)MAX(scene->lanes->len, 1);
    Grid grid = {.scene = scene, .guests = g_array_new(FALSE, FALSE, sizeof(AnaTextRow))};
    grid.lane = MAX((width - TIME_COLUMNS - MARGIN) / n, LANE_MIN);
    grid.rows = ana_text_rows(scene, grid.guests, grid.lane / 2 - 2);
    grid.width = MAX(TIME_COLUMNS + n * grid.lane + MARGIN, width);
    grid.cells = g_new(gunichar, grid.rows->len * (guint)grid.width + 1);
    for (guint i = 0; i < grid.rows->len * (guint)grid.width; i++)
        grid.cells[i] = ' ';
    find_rows(&grid);
    draw_lanes(&grid);
    draw_arrows(&grid);
    draw_rows(&grid);
    write_times(&grid);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%s\n\n", scene->title);
    append_names(&grid, out, TRUE);
    append_names(&grid, out, FALSE);
    for (guint r = 0; r < grid.rows->len; r++)
        append_cells(&grid, r, out);
    g_array_unref(grid.rows);
    g_array_unref(grid.guests);
    g_free(grid.cells);
    g_free(grid.sent);
    g_free(grid.ended);
    return g_string_free(out, FALSE);
}
