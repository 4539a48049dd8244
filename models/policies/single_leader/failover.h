/*
 * failover.h — who notices that a leader is gone, and who takes over (semantics §4 "Failover").
 *
 * Monitors (one in each region that has a node, unless named) live in regions, not on nodes. The
 * leader sends each a heartbeat every `heartbeat`; a monitor that has heard none for `detect`
 * suspects it and votes, over the links, at the monitor nearest the candidate: the coordinator.
 * The decision falls when votes of a majority of monitors have arrived there; from then on the old
 * leader is fenced (where it is), and `takes` later the candidate leads in the new term.
 *
 * One leader a term: a monitor votes, or grants a claim, at most once in a term, and leading takes
 * a majority. A vote that leads to nothing (the coordinator or the candidate is lost too) is given
 * up after `detect` + `takes` + `detect`, and the next one is for a later term.
 *
 * A leader that lost its memory does not lead again on its own: it claims the next term, and a
 * majority of monitors must grant it. An old leader that hears of a newer term steps down and
 * follows. Under fence: false, one that hears of nothing goes on: that is split brain.
 *
 * A heartbeat is work for the leader's cpu: an overloaded leader sends it late and is suspected
 * though it lives (GitHub, September 2012).
 *
 * Not modelled: monitors that fail; what the monitors' own store costs.
 */
#ifndef REP_FAILOVER_H
#define REP_FAILOVER_H

#include "models/policies/single_leader/state.h"

/* Policy work on a node's cpu, and what falls due at a node later. */
enum { REP_WORK_HEARTBEAT };

void rep_failover_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
void rep_failover_clear(RepSingleLeaderState *state);

/* A leader has begun: it tells the others, and heartbeats begin. */
void rep_failover_leadership_began(RepSingleLeaderState *state, RepView *view, int leader,
                                   RepEffects *out);
/* May a node that believes itself leader accept anything now? */
gboolean rep_failover_accepts(const RepSingleLeaderState *state, RepView *view, int node);

/* Has a majority of monitors answered a heartbeat of it that was sent less than `length` ago? */
gboolean rep_failover_holds(const RepSingleLeaderState *state, RepView *view, int node,
                            SimSpan length);

/* A message to a monitor, or from one to a node. */
void rep_failover_monitor_hears(RepSingleLeaderState *state, RepView *view, int region,
                                const RepMessage *message, RepEffects *out);
void rep_failover_node_hears(RepSingleLeaderState *state, RepView *view, int node,
                             const RepMessage *message, RepEffects *out);
void rep_failover_suspect_timer(RepSingleLeaderState *state, RepView *view, int region,
                                RepEffects *out);
/* The leader's lease may have lapsed: tells observers. */
void rep_failover_lease_timer(RepSingleLeaderState *state, RepView *view, int node,
                              RepEffects *out);
void rep_failover_heartbeat_timer(RepSingleLeaderState *state, RepView *view, int node,
                                  RepEffects *out);
/* The leader's cpu has got round to its heartbeat. */
void rep_failover_heartbeat(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* The promotion of the node is through. */
void rep_failover_promoted(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                           RepEffects *out);
/* A node runs again whose disk was lost: as one that joins, with the log to take from the start.
 * It leads only where nobody else would. */
void rep_failover_forgets(RepSingleLeaderState *state, RepView *view, int node);
/* A node that led before it stopped runs again. */
void rep_failover_returns(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* An operator promotes the node by hand. */
void rep_failover_promote(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

/* ---- what raft.c shares ------------------------------------------------------------------- */

SimSpan rep_heartbeat_of(const RepSetup *setup);
/* Somebody was chosen to lead in `term` in place of `node`: from now on that one and whoever else
 * leads accept nothing, if the setup fences. */
void rep_fence(RepSingleLeaderState *state, RepView *view, int node, guint32 term, RepEffects *out);

#endif
