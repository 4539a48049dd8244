/*
 * conflict.h — what becomes of writes to one key that did not know of each other.
 *
 * A rule is a const table. What a replica holds is a function of the set of versions that have
 * reached it (but for `none`, whose lesson is that it is not), so replicas that have seen the same
 * writes agree: joins are commutative, associative and idempotent, and the property tests say so.
 * A new rule: one file here, one line in rules.c.
 */
#ifndef REP_CONFLICT_H
#define REP_CONFLICT_H

#include "models/conflict/versions.h"
#include "models/field.h"

struct RepConflictRule {
    const char *name;    /* lww, siblings, … as in a scenario */
    const char *summary; /* one sentence */
    gboolean orders;     /* the order of stamps decides: a read of a larger one follows (§9) */
    gboolean is_hybrid;  /* stamps are pushed past every stamp that the acceptor has seen */
    gboolean counts;     /* stamps are counters per key and replica, not times (versions: single) */
    gboolean converges;
    gboolean by_cover; /* a version goes when the other set covers it and has it no longer; `stays`
                          says the same of pairs, and is not asked */
    /* May `version`, which is in one of two sets, stay beside `other`, which is in the other one?
     * Asked for each pair; a version stays where all say yes. `is_arriving`: `version` is from the
     * arriving set (only `none` looks at it). */
    gboolean (*stays)(const void *setup, const RepWrite *version, const RepWrite *other,
                      gboolean is_arriving);
    /* Which of several versions that stay does a reader get; NULL: all of them. Returns the better
     * one's sign, as strcmp does. What he writes then follows the others too. */
    int (*shows)(const void *setup, const RepWrite *a, const RepWrite *b);
};

/* What values are where they merge (semantics §5). The versions that a replica holds decide; what
 * they come to is for whoever reads them (analysis/values.h). */
typedef enum RepMerge { REP_MERGE_COUNTER, REP_MERGE_SET, REP_MERGE_SEQUENCE } RepMerge;
extern const RepChoice rep_merges[];

/* The setup of `merge` is an int (RepMerge); that of `priority` is a RepIdList: the parties that
 * come first. */
extern const RepConflictRule rep_conflict_lww, rep_conflict_hybrid, rep_conflict_siblings,
    rep_conflict_merge, rep_conflict_priority, rep_conflict_single, rep_conflict_none;

int rep_stamp_compare(RepStamp a, RepStamp b);
/* By stamp, then serial: no two writes are equal. */
int rep_write_compare(const RepWrite *a, const RepWrite *b);
/* The stamp of a hybrid logical clock (Kulkarni et al. 2014): never smaller than `seen` (the
 * largest that the acceptor has seen; NULL: none), nor than his clock says. */
RepStamp rep_stamp_hybrid(SimTime clock, gint32 origin, const RepStamp *seen);
/* Does the author of `later` know `earlier`? */
static inline gboolean rep_write_follows(const RepWrite *later, const RepWrite *earlier)
{
    return later->serial == earlier->serial || sim_intervals_has(&later->context, earlier->serial);
}

#endif
