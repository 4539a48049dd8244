/*
 * ack_rule.h — when may a leader answer? The acknowledgement rules of single-leader replication.
 *
 * A leader knows, for each follower, the position it has acknowledged (cumulative). The rule turns
 * these positions into one: the last entry up to which clients may be answered. Commit is a
 * prefix: entry n commits when its rule holds and all before it have committed (semantics §4).
 *
 *   async          nobody has to acknowledge
 *   semi-sync(K)   any K followers             (MySQL rpl_semi_sync_source_wait_for_replica_count)
 *   sync(all)      every follower in the configuration; a dead one keeps counting
 *   sync(NAME)     that one
 *   any(K, […])    any K of the list           (PostgreSQL synchronous_standby_names ANY)
 *   first(K, […])  the first K connected ones, in the order of the list      (… FIRST)
 *   each(K, […])   any K followers in each of these regions     (MongoDB tags, in one direction)
 *   sync(in-sync)  every follower of the in-sync set, as far as there are enough (in_sync.c)
 *   majority       leader and followers together are a majority (Raft §5.3)
 *
 * Whoever was promoted does not wait for itself: where the rule counted it, one fewer is needed (of
 * each(…), in its own region). Who led first counts as a follower afterwards, where the rule counts
 * every follower (each(…): of its region).
 *
 * Only followers that hang on the leader itself count (upstream.h); what is a majority is reckoned
 * from all.
 *
 * Followers are counted in groups, all of which must agree: a group a region for each(…), one group
 * otherwise.
 *
 * Falling back. Under `ack_timeout` an entry that waits too long makes the leader answer without
 * waiting. It waits again when enough followers have caught up. Caught up is measured in rounds
 * (Raft dissertation §4.2.1): a round ends when the follower has acknowledged all that had been
 * durable at the leader when the round began; a round that took no longer than the timeout shows
 * that an entry sent now would be acknowledged in time.
 *
 * Pure data: no world, no effects. Nodes are numbers of the setup.
 */
#ifndef REP_ACK_RULE_H
#define REP_ACK_RULE_H

#include "models/policies/single_leader.h"

#include "sim/ring.h"

/* Who gets through a round in so long keeps up: a node that joins, a leader that returns. */
#define REP_SHORT_ROUND SIM_S

typedef struct RepAckPeer {
    guint64 acked;        /* cumulative position it has acknowledged */
    gsize group;          /* in which it counts */
    gboolean is_eligible; /* the rule counts it */
    gboolean is_connected;
    gboolean has_caught_up; /* its last round was short enough */
    gboolean is_excluded;   /* a returning leader that has not caught up yet */
    guint64 round_target;
    SimTime round_began;
} RepAckPeer;

typedef struct RepAckGroup {
    guint64 need;  /* eligible followers of it whose acknowledgement an entry needs */
    SimRing votes; /* guint32 per entry after `committed`: followers of it that have the entry */
} RepAckGroup;

typedef struct RepAckState {
    const RepSingleLeaderSetup *setup; /* borrowed */
    RepAckPeer *peers;                 /* by node number; owned */
    gsize n_nodes;
    RepAckGroup *groups; /* owned */
    gsize n_groups;
    SimSpan timeout;     /* SIM_NEVER: never falls back */
    gboolean is_waiting; /* FALSE: fell back to async */
    guint64 committed;
    guint64 not_before; /* nothing commits unless this entry does: the first of a raft term */
} RepAckState;

/* For a leadership of `leader`, nothing acknowledged yet and everything up to `committed` decided.
 * The leader does not wait for itself: where the rule names it, one fewer is needed. */
void rep_ack_init(RepAckState *state, const RepSetup *setup, int leader, guint64 committed);
void rep_ack_clear(RepAckState *state);

/* Does an entry commit as soon as the leader has it? */
gboolean rep_ack_waits_for_nobody(const RepAckState *state);

/* The follower has acknowledged everything up to `index` (a lower one changes nothing). */
void rep_ack_note(RepAckState *state, int follower, guint64 index);
/* The follower's log was cut back: it holds `index` and nothing beyond counts any more. */
void rep_ack_note_cut(RepAckState *state, int follower, guint64 index);
void rep_ack_note_connection(RepAckState *state, int follower, gboolean is_connected);

/* sync(all) does without the follower (a returning leader) until it has caught up: until it has
 * acknowledged all that the leader has flushed or, as under load there is always more, been through
 * a short round. Looked at whenever it acknowledges. */
void rep_ack_exclude(RepAckState *state, int follower);
void rep_ack_readmit(RepAckState *state, int follower, guint64 flushed, SimTime now);

/* sync(in-sync): the follower leaves the set, or enters it. */
void rep_ack_leave(RepAckState *state, int follower);
void rep_ack_enter(RepAckState *state, int follower);
/* The set has fewer members than it must: nothing commits. */
gboolean rep_ack_is_short(const RepAckState *state);

/* Moves `committed` as far as the rule allows; never beyond `upto`, what the leader has. */
guint64 rep_ack_commit(RepAckState *state, guint64 upto);

/* Place of the region in the list of each(…); -1: it is not there. */
int rep_ack_region(const RepSingleLeaderSetup *policy, int region);

/* The oldest uncommitted entry has waited too long: answer without waiting. */
void rep_ack_fall_back(RepAckState *state, guint64 flushed, SimTime now);
/* While fallen back, after rep_ack_note(): TRUE where the leader waits again from now on. */
gboolean rep_ack_try_return(RepAckState *state, int follower, guint64 flushed, SimTime now);

#endif
