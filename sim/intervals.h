/*
 * intervals.h — sets of positive integers that have few gaps, as sorted ranges.
 *
 * The first range is kept in place, because most sets have one; further ones are on the heap.
 * Ranges are disjoint, ascending, and never touch (2–5 and 6–9 are 2–9). An empty set is all zero.
 * Cost of a question: logarithmic in the number of ranges; of a change: linear.
 */
#ifndef SIM_INTERVALS_H
#define SIM_INTERVALS_H

#include <glib.h>

typedef struct SimRange {
    guint64 first, last; /* inclusive; first >= 1 */
} SimRange;

typedef struct SimIntervals {
    SimRange head;
    SimRange *more; /* n - 1 further ranges; owned; NULL where there are none */
    guint32 n;
    guint32 room; /* of `more` */
} SimIntervals;

gboolean sim_intervals_find(const SimIntervals *set, guint64 number); /* private: n > 1 */
static inline gboolean sim_intervals_has(const SimIntervals *set, guint64 number)
{
    if (set->n == 0 || number < set->head.first)
        return FALSE;
    return number <= set->head.last || (set->n > 1 && sim_intervals_find(set, number));
}

static inline const SimRange *sim_intervals_range(const SimIntervals *set, guint32 i)
{
    return i == 0 ? &set->head : &set->more[i - 1];
}

/* Adds first … last; nothing where first > last. */
void sim_intervals_add(SimIntervals *set, guint64 first, guint64 last);
void sim_intervals_unite(SimIntervals *into, const SimIntervals *from);
/* Does `set` contain all of `other`? */
gboolean sim_intervals_contains(const SimIntervals *set, const SimIntervals *other);
/* How many numbers of first … last it has. */
guint64 sim_intervals_count(const SimIntervals *set, guint64 first, guint64 last);
void sim_intervals_copy(SimIntervals *into, const SimIntervals *from); /* `into` is overwritten */
void sim_intervals_clear(SimIntervals *set);

#endif
