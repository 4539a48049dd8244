/* intervals.c — see intervals.h. */
#include "sim/intervals.h"

#include "sim/check.h"

#include <string.h>

static SimRange *range_at(SimIntervals *set, guint32 i)
{
    return i == 0 ? &set->head : &set->more[i - 1];
}

/* The first range that ends at or after `number`; n where there is none. */
static guint32 first_ending_at(const SimIntervals *set, guint64 number)
{
    guint32 low = 0, high = set->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (sim_intervals_range(set, middle)->last < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean sim_intervals_find(const SimIntervals *set, guint64 number)
{
    guint32 i = first_ending_at(set, number);
    return i < set->n && sim_intervals_range(set, i)->first <= number;
}

static void reserve(SimIntervals *set, guint32 n)
{
    if (n <= 1 || n - 1 <= set->room)
        return;
    set->room = MAX(n - 1, 2 * set->room);
    set->more = g_renew(SimRange, set->more, set->room);
}

/* Ranges from … upto - 1 become one. */
static void replace(SimIntervals *set, guint32 from, guint32 upto, SimRange range)
{
    guint32 n = set->n - (upto - from) + 1;
    reserve(set, n);
    if (upto == from)
        for (guint32 i = set->n; i > from; i--)
            *range_at(set, i) = *range_at(set, i - 1);
    else
        for (guint32 i = upto; i < set->n; i++)
            *range_at(set, from + 1 + i - upto) = *range_at(set, i);
    *range_at(set, from) = range;
    set->n = n;
}

void sim_intervals_add(SimIntervals *set, guint64 first, guint64 last)
{
    if (first > last)
        return;
    SIM_CHECK(first > 0, "0 is no member of a set of intervals");
    guint32 from = first_ending_at(set, first - 1), upto = from;
    SimRange range = {.first = first, .last = last};
    /* Without + 1, which would overflow at the largest number. */
    for (; upto < set->n && sim_intervals_range(set, upto)->first - 1 <= last; upto++) {
        range.first = MIN(range.first, sim_intervals_range(set, upto)->first);
        range.last = MAX(range.last, sim_intervals_range(set, upto)->last);
    }
    replace(set, from, upto, range);
}

/* Ranges that come in the order of their beginnings. */
static void append(SimIntervals *set, SimRange range)
{
    SimRange *last = set->n ? range_at(set, set->n - 1) : NULL;
    if (last && range.first - 1 <= last->last) {
        last->last = MAX(last->last, range.last);
        return;
    }
    reserve(set, set->n + 1);
    *range_at(set, set->n++) = range;
}

static void merge(SimIntervals *into, const SimIntervals *from)
{
    SimIntervals both = {0};
    guint32 i = 0, j = 0;
    reserve(&both, MAX(into->n, from->n));
    while (i < into->n || j < from->n) {
        const SimRange *a = i < into->n ? sim_intervals_range(into, i) : NULL;
        const SimRange *b = j < from->n ? sim_intervals_range(from, j) : NULL;
        gboolean takes_a = !b || (a && a->first <= b->first);
        append(&both, takes_a ? *a : *b);
        *(takes_a ? &i : &j) += 1;
    }
    g_free(into->more);
    *into = both;
}

void sim_intervals_unite(SimIntervals *into, const SimIntervals *from)
{
    if (from->n == 1)
        sim_intervals_add(into, from->head.first, from->head.last);
    else if (from->n > 1)
        merge(into, from);
}

gboolean sim_intervals_contains(const SimIntervals *set, const SimIntervals *other)
{
    for (guint32 i = 0; i < other->n; i++) {
        const SimRange *range = sim_intervals_range(other, i);
        guint32 at = first_ending_at(set, range->first);
        if (at == set->n || sim_intervals_range(set, at)->first > range->first ||
            sim_intervals_range(set, at)->last < range->last)
            return FALSE;
    }
    return TRUE;
}

guint64 sim_intervals_count(const SimIntervals *set, guint64 first, guint64 last)
{
    guint64 n = 0;
    for (guint32 i = first_ending_at(set, first); i < set->n; i++) {
        const SimRange *range = sim_intervals_range(set, i);
        if (range->first > last)
            break;
        n += MIN(range->last, last) - MAX(range->first, first) + 1;
    }
    return n;
}

void sim_intervals_copy(SimIntervals *into, const SimIntervals *from)
{
    *into = (SimIntervals){.head = from->head, .n = from->n};
    if (from->n <= 1)
        return;
    into->room = from->n - 1;
    into->more = g_new(SimRange, into->room);
    memcpy(into->more, from->more, into->room * sizeof(SimRange));
}

void sim_intervals_clear(SimIntervals *set)
{
    g_free(set->more);
    *set = (SimIntervals){0};
}
