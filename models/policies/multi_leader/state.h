/*
 * state.h — private to the multi-leader policy: who sends to whom, and how far.
 *
 * Log i is led by the i-th leader and copied to every member. An edge is one direction between two
 * members; what flows along it is a prefix of each log, by position, as between a single leader and
 * its followers: received, flushed, then passed on and applied. So nothing is passed on twice, and
 * after a cut the receiver says how far its disk is and the sender goes on from there.
 *
 * graph.c builds the edges; shipping.c moves entries along them; causal.c holds entries back until
 * what they depend on is shown.
 */
#ifndef REP_MULTI_LEADER_STATE_H
#define REP_MULTI_LEADER_STATE_H

#include "models/policies/multi_leader.h"

#include "sim/intervals.h"
#include "sim/ring.h"

typedef enum RepMultiMessage {
    REP_ML_ENTRIES, /* first … last of log; value: how far the sender has it, on its disk or not */
    REP_ML_ACK,     /* last: how far the receiver's disk is */
    REP_ML_RESUME   /* last: the same, after a break: send what follows */
} RepMultiMessage;

enum { REP_ML_TIMER_RESEND, REP_ML_TIMERS };

typedef struct RepEdge {
    int from, to;
    gboolean stands;
    gint64 told; /* `to` lost its disk: how much `from` says to have of its log; -1: nothing yet */
    guint64 *sent, *acked; /* per log */
} RepEdge;

typedef struct RepMultiNode {
    SimIntervals *ahead; /* per log: what arrived beyond a gap */
    guint32 *ahead_term; /* per log: the newest leadership that anything of it was sent under, in
                            whose log all of it is */
    int *source;         /* per log: who sent its newest entries; -1: nobody yet */
    guint32 term;        /* of its own leadership */
    gboolean leads;
    gboolean is_recovering; /* its disk was lost: it leads when it has its own log back */
    gboolean plans_resend;
} RepMultiNode;

/* What an entry depends on: how far its leader showed each log when it took it. */
typedef struct RepDependencies {
    SimRing rows; /* by index: one guint64 per log */
} RepDependencies;

typedef struct RepMultiLeader {
    const RepMultiLeaderSetup *setup;
    gsize n_nodes, n_logs;
    RepEdge *edges;
    gsize n_edges;
    int **out, **in; /* per node: numbers of its edges, ended by -1 */
    RepMultiNode *nodes;
    RepDependencies *depends; /* per log; NULL: causal is off */
    gboolean forgets_causes;  /* of entries that everybody shows */
    SimSpan resend;           /* 0: nothing is lost for good */
} RepMultiLeader;

/* ---- graph.c ------------------------------------------------------------------------------ */

void rep_graph_init(RepMultiLeader *state, const RepSetup *setup);
void rep_graph_clear(RepMultiLeader *state);
/* Does the log flow along the edge? */
gboolean rep_graph_carries(const RepMultiLeader *state, const RepEdge *edge, int log);

/* ---- shipping.c --------------------------------------------------------------------------- */

/* The node's disk has more of the log: passes it on. */
void rep_multi_ship(RepMultiLeader *state, RepView *view, int node, int log, RepEffects *out);
void rep_multi_message(RepMultiLeader *state, RepView *view, int node, const RepMessage *message,
                       RepEffects *out);
void rep_multi_acknowledge(RepMultiLeader *state, RepView *view, int node, int log,
                           RepEffects *out);
void rep_multi_resend(RepMultiLeader *state, RepView *view, int node, RepEffects *out);
/* A connection broke, or stands again. */
void rep_multi_broke(RepMultiLeader *state, int node, int peer);
void rep_multi_resume(RepMultiLeader *state, RepView *view, int node, int peer, RepEffects *out);
/* The node leads its log from what its disk has. */
void rep_multi_lead(RepMultiLeader *state, RepView *view, int node, RepEffects *out);
/* Who lost its disk runs again: it asks its neighbours first, and leads when all that it can reach
 * have answered and it has what they had. */
void rep_multi_begin_recovery(RepMultiLeader *state, int node);
void rep_multi_recover(RepMultiLeader *state, RepView *view, int node, RepEffects *out);

/* ---- causal.c ----------------------------------------------------------------------------- */

void rep_causal_init(RepMultiLeader *state, const RepSetup *setup);
void rep_causal_clear(RepMultiLeader *state);
/* An entry took its place. */
void rep_causal_note(RepMultiLeader *state, RepView *view, int node, int log, guint64 index);
/* Says how far the node may apply each log. */
void rep_causal_release(RepMultiLeader *state, RepView *view, int node, RepEffects *out);

#endif
