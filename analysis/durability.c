/* durability.c — when entries became durable; see durability.h. */
#include "analysis/durability.h"

#include "sim/check.h"

typedef struct Run {
    guint64 last;
    SimTime at;
} Run;

enum { ROOM_MIN = 64 };

struct AnaDurability {
    Run *runs; /* ring; room is a power of 2 */
    gsize first, n, room;
    guint64 known_from; /* entries below are forgotten */
};

AnaDurability *ana_durability_new(void)
{
    AnaDurability *durability = g_new0(AnaDurability, 1);
    durability->room = ROOM_MIN;
    durability->runs = g_new0(Run, ROOM_MIN);
    durability->known_from = 1;
    return durability;
}

void ana_durability_free(AnaDurability *durability)
{
    if (!durability)
        return;
    g_free(durability->runs);
    g_free(durability);
}

static Run *run_at(const AnaDurability *durability, gsize i)
{
    return &durability->runs[(durability->first + i) & (durability->room - 1)];
}

guint64 ana_durability_last(const AnaDurability *durability)
{
    return durability->n ? run_at(durability, durability->n - 1)->last : durability->known_from - 1;
}

gsize ana_durability_n_runs(const AnaDurability *durability)
{
    return durability->n;
}

static void grow(AnaDurability *durability)
{
    Run *runs = g_new0(Run, 2 * durability->room);
    for (gsize i = 0; i < durability->n; i++)
        runs[i] = *run_at(durability, i);
    g_free(durability->runs);
    durability->runs = runs;
    durability->first = 0;
    durability->room *= 2;
}

gboolean ana_durability_is_full(const AnaDurability *durability)
{
    return durability->n == durability->room;
}

void ana_durability_extend(AnaDurability *durability, guint64 last, SimTime at)
{
    if (last <= ana_durability_last(durability))
        return;
    Run *newest = durability->n ? run_at(durability, durability->n - 1) : NULL;
    if (newest && newest->at == at) {
        newest->last = last;
        return;
    }
    if (ana_durability_is_full(durability))
        grow(durability);
    *run_at(durability, durability->n++) = (Run){last, at};
}

void ana_durability_cut(AnaDurability *durability, guint64 index)
{
    if (index + 1 < durability->known_from) {
        durability->n = 0;
        durability->known_from = index + 1;
        return;
    }
    while (durability->n > 1 && run_at(durability, durability->n - 2)->last >= index)
        durability->n--;
    if (durability->n == 0)
        return;
    Run *newest = run_at(durability, durability->n - 1);
    newest->last = MIN(newest->last, index);
    if (newest->last < durability->known_from)
        durability->n = 0;
}

void ana_durability_forget(AnaDurability *durability, guint64 index)
{
    while (durability->n && run_at(durability, 0)->last <= index) {
        durability->known_from = run_at(durability, 0)->last + 1;
        durability->first = (durability->first + 1) & (durability->room - 1);
        durability->n--;
    }
}

SimTime ana_durability_at(const AnaDurability *durability, guint64 index, guint64 *run_last)
{
    SIM_CHECK(index >= durability->known_from && index <= ana_durability_last(durability),
              "entry %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " … %" G_GUINT64_FORMAT, index,
              durability->known_from, ana_durability_last(durability));
    /* A run has at least one entry, which bounds how far back from the end it can be; mostly it
     * has one, and the bound is the place. */
    guint64 from_end = ana_durability_last(durability) - index;
    gsize high = durability->n - 1, low = from_end < high ? high - (gsize)from_end : 0;
    if (run_at(durability, low)->last >= index)
        high = low;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (run_at(durability, middle)->last >= index)
            high = middle;
        else
            low = middle + 1;
    }
    *run_last = run_at(durability, low)->last;
    return run_at(durability, low)->at;
}
