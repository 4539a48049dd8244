/*
 * raft.h — elections among the members themselves, with randomised timeouts (Ongaro, Ousterhout,
 * "In Search of an Understandable Consensus Algorithm", 2014, §5.2 and §5.4).
 *
 * A member that hears nothing from a leader for its timeout, drawn anew each time, stands for
 * election in the next term: it votes for itself and asks the others, who vote once a term and
 * only for a candidate whose log is at least as complete as their own (§5.4.1). A majority of the
 * members makes it leader at once; `takes`, `fence` and `monitors` play no part. Entries of earlier
 * terms commit only together with one of the leader's own term (§5.4.2; ack_rule.h).
 *
 * Term and vote survive a crash (they are written before they are acted on); writing them takes no
 * time. Not modelled: pre-vote, check-quorum, membership changes, the no-op entry of a new term.
 */
#ifndef REP_RAFT_H
#define REP_RAFT_H

#include "models/policies/single_leader/state.h"

void rep_raft_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
/* The member's timeout starts again: it has heard from a leader, or voted. */
void rep_raft_wait(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_raft_election_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_raft_stand(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_raft_hears(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *message,
                    RepEffects *out);
/* Empty entries to every other member. */
void rep_raft_heartbeat(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* So long after a member has heard from its leader nobody stands (reads.c builds on it). */
SimSpan rep_raft_lease(const RepSetup *setup);
void rep_raft_returns(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

#endif
