/*
 * history.h — private to analysis/: which entries of the log survive, and who holds them.
 *
 * By log matching (Raft §5.3: two logs that contain the same (term, index) agree up to there) a
 * node's copy is known from the leadership it follows and its length, given at which entry each
 * leadership began and which it followed. So a copy is a *place* (term, index), and terms form a
 * tree. The *main* history is that of the highest term with a durable entry; copies on other
 * branches share only a prefix with it.
 *
 * A copy grows by every report, shrinks only by TRUNCATED or by its node's end, and is replaced by
 * INSTALLED; a report under a newer term means that the copy has become part of that branch. (The
 * term in RepEntriesSeen is that of the copy, not of each entry: a follower that catches up reports
 * older entries under the present term.) A term begins where its leader's disk ended when it took
 * the lead.
 *
 * An entry is *cut off* while no live (up or paused) node holds it and the latest leader goes on
 * without it, or no dead node has it on disk either. semantics §9: such a write makes no read stale
 * and counts only as lost.
 *
 * Knows one log, and is told of that one only.
 */
#ifndef ANA_HISTORY_H
#define ANA_HISTORY_H

#include "analysis/meters.h"

typedef struct AnaPlace {
    guint64 index; /* 0: nothing */
    guint32 term;
} AnaPlace;

typedef enum AnaStage { ANA_RECEIVED, ANA_FLUSHED, ANA_APPLIED, ANA_STAGES } AnaStage;

typedef struct AnaCopy {
    AnaPlace memory, disk;       /* what the node has, and what survives its crash */
    AnaPlace stages[ANA_STAGES]; /* an origin has passed all stages when its disk has */
    AnaPlace shown;              /* readers of the node see at least this */
    gboolean is_down;
    gboolean is_absent; /* it has yet to join */
} AnaCopy;

typedef struct AnaHistory AnaHistory;

AnaHistory *ana_history_new(const AnaWorld *world);
void ana_history_free(AnaHistory *history);

/* Entries of every kind, TRUNCATED, INSTALLED, CARRIED, LEADERSHIP, NODE_CHANGED. TRUE where the
 * main history left a branch: entries above ana_history_fork() are no longer in it. */
gboolean ana_history_observe(AnaHistory *history, const RepObservation *seen);
guint64 ana_history_fork(const AnaHistory *history);

gsize ana_history_n_nodes(const AnaHistory *history);
const AnaCopy *ana_history_copy(const AnaHistory *history, int node);
AnaPlace ana_history_main(const AnaHistory *history);
/* Number of entries that the copy which ends at `place` shares with the main history. */
guint64 ana_history_shared(const AnaHistory *history, AnaPlace place);
/* Last index of `term` in the copy that ends at `place`; 0 where it has none of that term. */
guint64 ana_history_end_of_term(const AnaHistory *history, AnaPlace place, guint32 term);
/* Highest index of `term` that a live node holds. */
guint64 ana_history_live_end(const AnaHistory *history, guint32 term);
gboolean ana_history_is_cut_off(const AnaHistory *history, guint32 term, guint64 index);
/* FALSE as long as nothing can have been cut off, because no copy ever lost anything. */
gboolean ana_history_has_losses(const AnaHistory *history);

#endif
