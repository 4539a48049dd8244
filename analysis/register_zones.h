/*
 * register_zones.h — the same question as linearizable.h, answered without a search.
 *
 * Because no two writes have one value, it is known of each read which write it returned, and the
 * question is no longer hard (Gibbons and Korach, "Testing Shared Memories", 1997, §4). A write and
 * its reads are a *cluster*; f is the first answer among its calls, s the last invocation. If f is
 * before s, the register must have held the value from f to s: a forward zone. Otherwise it must
 * have held it at some instant of [s, f]: a backward zone. An order exists if no read is answered
 * before its write is invoked, no two forward zones overlap, and no backward zone lies within a
 * forward one.
 *
 * An open write that nobody reads may not have been done, and stands in nobody's way. One that is
 * read has been done.
 *
 * O(n log n) for n calls.
 */
#ifndef ANA_REGISTER_ZONES_H
#define ANA_REGISTER_ZONES_H

#include "analysis/linearizable.h"

enum { ANA_CONFLICT_MOST = 6 };

/* Calls that have no order by themselves: of all that were found the fewest, then the earliest. */
typedef struct AnaConflict {
    gsize calls[ANA_CONFLICT_MOST]; /* numbers, ascending */
    gsize n;
} AnaConflict;

/* ANA_ORDER_EXISTS or ANA_ORDER_NONE; of the latter *conflict (may be NULL) names some calls. */
AnaOrder ana_register_zones(const AnaCall *calls, gsize n, AnaConflict *conflict);

#endif
