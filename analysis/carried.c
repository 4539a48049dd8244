/* carried.c — entries that were handed to a newer leader; see carried.h. */
#include "analysis/carried.h"

#include "sim/check.h"

typedef struct Move {
    AnaVersion from, to; /* the same where it was dropped at once */
    gboolean is_dropped; /* at `to` */
    SimTime free;        /* when no copy was seen to hold `from`; SIM_NEVER: not yet */
} Move;

enum { ROOM_MIN = 256 };

struct AnaCarried {
    GArray *moves; /* Move, ascending by `from` */
    guint count;
    guint full; /* length at which pruning is due */
};

AnaCarried *ana_carried_new(void)
{
    AnaCarried *carried = g_new0(AnaCarried, 1);
    carried->moves = g_array_new(FALSE, FALSE, sizeof(Move));
    carried->full = ROOM_MIN;
    return carried;
}

void ana_carried_free(AnaCarried *carried)
{
    if (!carried)
        return;
    g_array_free(carried->moves, TRUE);
    g_free(carried);
}

/* Number of the first move from `from` or a later place. */
static guint first_from(const AnaCarried *carried, AnaVersion from)
{
    guint low = 0, high = carried->moves->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(carried->moves, Move, middle).from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const Move *find(const AnaCarried *carried, AnaVersion from)
{
    guint at = first_from(carried, from);
    if (at == carried->moves->len || g_array_index(carried->moves, Move, at).from != from)
        return NULL;
    return &g_array_index(carried->moves, Move, at);
}

static AnaVersion follow(const AnaCarried *carried, AnaVersion place, gboolean *is_dropped)
{
    const Move *move;
    *is_dropped = FALSE;
    while (carried->moves->len && !*is_dropped && (move = find(carried, place))) {
        *is_dropped = move->is_dropped;
        place = move->to;
    }
    return place;
}

AnaVersion ana_carried_place(const AnaCarried *carried, AnaVersion place)
{
    gboolean is_dropped;
    return follow(carried, place, &is_dropped);
}

gboolean ana_carried_is_dropped(const AnaCarried *carried, AnaVersion place)
{
    gboolean is_dropped;
    follow(carried, place, &is_dropped);
    return is_dropped;
}

static gboolean is_cut_off(const AnaHistory *history, AnaVersion place)
{
    return ana_history_is_cut_off(history, ana_version_term(place), ana_version_index(place));
}

AnaVersion ana_carried_living(const AnaCarried *carried, const AnaHistory *history,
                              AnaVersion place)
{
    if (carried->moves->len == 0 || place == 0 || !is_cut_off(history, place))
        return place;
    for (guint i = carried->moves->len; i-- > 0;) {
        AnaVersion left = ana_carried_left(carried, i);
        if (ana_carried_place(carried, left) == place && !is_cut_off(history, left))
            return left;
    }
    return place;
}

guint ana_carried_n_left(const AnaCarried *carried)
{
    return carried->moves->len;
}

AnaVersion ana_carried_left(const AnaCarried *carried, guint i)
{
    return g_array_index(carried->moves, Move, i).from;
}

void ana_carried_add(AnaCarried *carried, AnaVersion from, AnaVersion to)
{
    SIM_CHECK(from != 0 && (to == 0 || to > from), "an entry is carried to an older place");
    guint place = first_from(carried, from);
    SIM_CHECK(place == carried->moves->len ||
                  g_array_index(carried->moves, Move, place).from != from,
              "an entry is carried from where it no longer is");
    Move move = {.from = from, .to = to ? to : from, .is_dropped = to == 0, .free = SIM_NEVER};
    g_array_insert_val(carried->moves, place, move);
    carried->count++;
}

guint ana_carried_count(const AnaCarried *carried)
{
    return carried->count;
}

gboolean ana_carried_is_full(const AnaCarried *carried)
{
    return carried->moves->len >= carried->full;
}

static gboolean is_held(const AnaHistory *history, AnaVersion place)
{
    guint32 term = ana_version_term(place);
    guint64 index = ana_version_index(place);
    for (gsize node = 0; node < ana_history_n_nodes(history); node++) {
        const AnaCopy *copy = ana_history_copy(history, (int)node);
        if (ana_history_end_of_term(history, copy->memory, term) >= index ||
            ana_history_end_of_term(history, copy->disk, term) >= index)
            return TRUE;
    }
    return FALSE;
}

/* Each move points to the end of its chain, so that those in between may go. */
static void shorten_chains(AnaCarried *carried)
{
    for (guint i = carried->moves->len; i-- > 0;) { /* what it points to is shortened already */
        Move *move = &g_array_index(carried->moves, Move, i);
        gboolean is_dropped;
        move->to = follow(carried, move->from, &is_dropped);
        move->is_dropped = is_dropped;
    }
}

void ana_carried_prune(AnaCarried *carried, const AnaHistory *history, SimTime now, SimSpan life)
{
    guint kept = 0;
    shorten_chains(carried);
    for (guint i = 0; i < carried->moves->len; i++) {
        Move move = g_array_index(carried->moves, Move, i);
        if (move.free != SIM_NEVER && now - move.free > life)
            continue;
        if (move.free == SIM_NEVER && !is_held(history, move.from))
            move.free = now;
        g_array_index(carried->moves, Move, kept++) = move;
    }
    g_array_set_size(carried->moves, kept);
    carried->full = MAX(2 * kept, ROOM_MIN);
}
