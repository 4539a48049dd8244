/*
 * versions.h — private to analysis/: the acknowledged versions of every key, and what a read that
 * returned an older one has missed.
 *
 * Per key, acknowledged versions are kept ascending. Acknowledgements come in time order, so each
 * record can carry the earliest acknowledgement among itself and all newer versions without ever
 * being touched again: writes acknowledged later do not change it. A read therefore costs one look
 * at the key's newest version, and a binary search where it returned an older one.
 *
 * Keys are in an open-addressing table (Fibonacci hashing, linear probing) of 32-byte slots;
 * records are in blocks of 2^n from free lists.
 *
 * Forgetting. A record goes when no read can miss it any more: every replica that can answer has
 * shown at least this version for longer than an operation can take, and it was acknowledged
 * longer ago than that. A key goes when all its records have and no `since` can reach back to its
 * last acknowledgement. Both happen only when the key or the table is written to, so a slot may
 * stay longer, and nothing that is asked depends on it.
 *
 * An entry that was carried to a new place is a version there. A key's records move when the key is
 * asked for, or all at once before places are pruned. One that was dropped keeps its place, and
 * makes reads stale while it is held there.
 */
#ifndef ANA_VERSIONS_H
#define ANA_VERSIONS_H

#include "analysis/carried.h"

typedef struct AnaVersions AnaVersions;

/* `keeps_cut`: what was cut off may be carried later, however late, and is a version again.
 * `since_reach`: the longest time for which AnaReadJudged.since must be known. */
AnaVersions *ana_versions_new(const AnaHistory *history, const AnaCarried *carried,
                              gboolean keeps_cut, SimSpan since_reach);
void ana_versions_free(AnaVersions *versions);

/* What may be forgotten: entries up to `index` of the main history that were acknowledged at or
 * before `before` (-1: nothing). No operation that began before `before` is still under way, and
 * none that began since can be answered with less than `index`. */
typedef struct AnaForget {
    guint64 index;
    SimTime before;
} AnaForget;

/* A write to the key was acknowledged now (not earlier than any before). */
void ana_versions_acknowledged(AnaVersions *versions, guint64 key, AnaVersion version, SimTime at,
                               AnaForget forget);

typedef struct AnaReadJudged {
    gboolean is_stale;
    SimSpan age;    /* stale: from the earliest acknowledgement that it misses */
    guint64 missed; /* stale: acknowledged versions that it misses */
    SimSpan since;  /* from the latest acknowledgement at or before its start; -1: none known */
} AnaReadJudged;

/* A read that began at `began` is answered now with `returned` (0: never written). */
AnaReadJudged ana_versions_judge(AnaVersions *versions, guint64 key, AnaVersion returned,
                                 SimTime began);

/* All records move to where their entries were carried. */
void ana_versions_settle(AnaVersions *versions);

/* Records and keys that are kept, for tests. */
gsize ana_versions_n_records(const AnaVersions *versions);
gsize ana_versions_n_keys(const AnaVersions *versions);

#endif
