/*
 * upstream.h — cascading replication: followers that get the log from another follower (semantics
 * §4, `upstream`; PostgreSQL "Cascading Replication", MySQL log_replica_updates).
 *
 * A follower that has an upstream knows of leaderships by it alone: it takes entries from it,
 * acknowledges to it, and its `leader` (RepMember) is the upstream. Its upstream relays: it ships
 * what is on its own disk (`relay: flushed`, as a PostgreSQL standby does), or what it shows
 * (`relay: applied`, as a MySQL replica writes its own log), as one message each time.
 *
 * Acknowledgements of the downstream end at the upstream: for the leader's rule only its direct
 * followers count, which are those without an upstream and those whose upstream it is.
 *
 * The upstream is what is configured, whatever happens. While it is dead, cut off or of an old
 * leadership its downstream stays behind; where it leads, it is followed as the leader; a node that
 * leads has none. So a chain ends at the leader whoever that is, and never turns into a ring.
 *
 * Leadership. A relay speaks for the leadership in whose log its own is known to be contained.
 * When that changes, it says so and its downstream resumes: what the new log lacks is cut off there
 * too, as a PostgreSQL walsender ends its stream where the timeline does. A node that led itself
 * also listens to whoever leads after it, so that it steps down.
 */
#ifndef REP_SINGLE_LEADER_UPSTREAM_H
#define REP_SINGLE_LEADER_UPSTREAM_H

#include "models/policies/single_leader/state.h"

/* What a relay knows of one follower that hangs on it. */
typedef struct RepDownstream {
    int node;
    gboolean is_open;     /* it has resumed since the connection, or the leadership, began */
    guint64 sent;         /* shipped up to here */
    guint64 acked;        /* acknowledged up to here … */
    guint64 unchanged;    /* … when the resend timer last ran */
    guint64 told, heard;  /* what has committed, as it was told, and as it said it had heard */
    guint64 snapshot_end; /* one of all entries before this is on its way; 0: none */
} RepDownstream;

typedef struct RepRelay {
    guint32 term; /* of the leadership it speaks for; 0: none yet */
    gboolean plans_resend;
    RepDownstream *below; /* owned, by number of the node */
    guint n;
} RepRelay;

/* Whom the node would follow while `leader` leads. */
int rep_source_of(const RepSingleLeaderState *state, int node, int leader);
/* Does the node have an upstream, and follow it? */
gboolean rep_is_downstream(const RepSingleLeaderState *state, int node);
/* Does the node hang on the leader itself? */
gboolean rep_is_direct(const RepSingleLeaderSetup *policy, int leader, int node);

void rep_relays_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
void rep_relays_clear(RepSingleLeaderState *state);
/* It died, or leads: it passes nothing on until it speaks for a leadership again. */
void rep_relay_ends(RepSingleLeaderState *state, int node);
void rep_relay_started(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_relay_disconnected(RepSingleLeaderState *state, RepView *view, int node, int below,
                            RepEffects *out);
/* What the node has agrees with a leadership now: it speaks for it. `anew`: its log was replaced.
 */
void rep_relay_agrees(RepSingleLeaderState *state, RepView *view, int node, gboolean anew,
                      RepEffects *out);
/* The node has reached `index` at the point: ships it where that is when it does. */
void rep_relay_reached(RepSingleLeaderState *state, RepView *view, int node, RepAckPoint point,
                       guint64 index, RepEffects *out);
/* More is known to have committed: tells downstream. */
void rep_relay_tells(RepSingleLeaderState *state, RepView *view, int node, guint64 decided,
                     RepEffects *out);
void rep_relay_resend(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

/* What arrives from downstream. */
void rep_relay_resumes(RepSingleLeaderState *state, RepView *view, int node,
                       const RepMessage *resume, RepEffects *out);
void rep_relay_polled(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *poll,
                      RepEffects *out);
void rep_relay_acknowledged(RepSingleLeaderState *state, RepView *view, int node,
                            const RepMessage *ack, RepEffects *out);
/* TRUE: it was about what such a follower has heard. */
gboolean rep_relay_heard(RepSingleLeaderState *state, int node, const RepMessage *heard);
void rep_relay_carries(RepSingleLeaderState *state, int node, const RepMessage *carry,
                       RepEffects *out);

#endif
