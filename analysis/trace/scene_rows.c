/* scene_rows.c — see scene_rows.h. */
#include "analysis/trace/scene_rows.h"

#define EMPTY_ROWS_MAX 48 /* of time that passes, in all */

static gint by_time(gconstpointer a, gconstpointer b)
{
    const AnaTextRow *one = a, *other = b;
    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    return (one->order > other->order) - (one->order < other->order);
}

static void add_row(GArray *rows, SimTime at, AnaTextRowKind kind, guint item)
{
    AnaTextRow row = {at, kind, item, rows->len, 0};
    g_array_append_val(rows, row);
}

gboolean ana_text_is_drawn(const AnaArrow *arrow)
{
    return arrow->from != G_MAXUINT && arrow->to != G_MAXUINT && arrow->from != arrow->to;
}

static GArray *event_rows(const AnaScene *scene)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(AnaTextRow));
    for (guint i = 0; i < scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(scene->arrows, AnaArrow, i);
        if (!ana_text_is_drawn(arrow))
            continue;
        add_row(rows, MAX(arrow->sent, scene->from), ANA_ROW_SENDS, i);
        if (arrow->end == ANA_ARROW_ARRIVES && arrow->ends > arrow->sent)
            add_row(rows, arrow->ends, ANA_ROW_ARRIVES, i);
    }
    for (guint i = 0; i < scene->stays->len; i++) {
        const AnaStay *stay = &g_array_index(scene->stays, AnaStay, i);
        if (stay->label && stay->state != REP_NODE_DOWN && stay->from > scene->from)
            add_row(rows, stay->from, ANA_ROW_HOLDS, i);
    }
    for (guint i = 0; i < scene->marks->len; i++)
        add_row(rows, g_array_index(scene->marks, AnaMark, i).at, ANA_ROW_MARKS, i);
    g_array_sort(rows, by_time);
    return rows;
}

static const AnaFold *fold_between(const AnaScene *scene, SimTime from, SimTime to, guint *number)
{
    for (guint i = 0; i < scene->folds->len; i++) {
        const AnaFold *fold = &g_array_index(scene->folds, AnaFold, i);
        *number = i;
        if (fold->from >= from && fold->to <= to)
            return fold;
    }
    return NULL;
}

static guint lane_of(const AnaScene *scene, const AnaTextRow *row)
{
    return row->kind == ANA_ROW_MARKS   ? g_array_index(scene->marks, AnaMark, row->item).lane
           : row->kind == ANA_ROW_HOLDS ? g_array_index(scene->stays, AnaStay, row->item).lane
                                        : G_MAXUINT;
}

static int text_length(const AnaScene *scene, const AnaTextRow *row)
{
    const char *text =
        row->kind == ANA_ROW_MARKS   ? g_array_index(scene->marks, AnaMark, row->item).label
        : row->kind == ANA_ROW_HOLDS ? g_array_index(scene->stays, AnaStay, row->item).label
                                     : "";
    return (int)g_utf8_strlen(text, -1) + (row->kind == ANA_ROW_HOLDS ? 4 : 0);
}

/* The row of a message that arrives there at that instant and has no guest yet, + 1. Texts that
 * may not fit beside it have rows of their own. */
static guint find_host(const AnaScene *scene, const GArray *rows, const GArray *guests,
                       const AnaTextRow *row, int room)
{
    guint lane = lane_of(scene, row);
    if (text_length(scene, row) > room)
        return 0;
    for (guint i = rows->len; i-- > 0 && g_array_index(rows, AnaTextRow, i).at == row->at;) {
        const AnaTextRow *host = &g_array_index(rows, AnaTextRow, i);
        gboolean is_host = host->kind == ANA_ROW_ARRIVES && lane != G_MAXUINT &&
                           g_array_index(scene->arrows, AnaArrow, host->item).to == lane;
        for (guint k = 0; k < guests->len; k++)
            is_host = is_host && g_array_index(guests, AnaTextRow, k).host != i + 1;
        if (is_host)
            return i + 1;
    }
    return 0;
}

/* Time that passes has rows of its own, as many as the scale gives. */
GArray *ana_text_rows(const AnaScene *scene, GArray *guests, int room)
{
    g_autoptr(GArray) events = event_rows(scene);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(AnaTextRow));
    double share = (double)MIN(events->len, EMPTY_ROWS_MAX) / (double)ana_scene_unfolded(scene);
    for (guint i = 0; i < events->len; i++) {
        AnaTextRow row = g_array_index(events, AnaTextRow, i);
        SimTime before = i ? g_array_index(events, AnaTextRow, i - 1).at : row.at;
        guint number;
        row.host = find_host(scene, rows, guests, &row, room);
        if (row.host) {
            g_array_append_val(guests, row);
            continue;
        }
        const AnaFold *fold = fold_between(scene, before, row.at, &number);
        SimSpan left = row.at - before - (fold ? fold->to - fold->from : 0);
        guint empty = (guint)((double)left * share);
        for (guint k = 0; k < empty && !fold; k++)
            add_row(rows, before, ANA_ROW_PASSES, 0);
        if (fold)
            add_row(rows, before, ANA_ROW_FOLDS, number);
        g_array_append_val(rows, row);
    }
    return rows;
}
