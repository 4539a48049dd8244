/*
 * stream.h — the replication streams between nodes, and the connections they belong to.
 *
 * A stream is one direction between two nodes, for one log: partitions replicate over connections
 * of their own, so that one never waits for another (DDIA ch. 5 "Consistent Prefix Reads":
 * partitions operate independently). They share the link's bandwidth, break together when it is
 * cut, and at one instant the first log comes first. On `order: fifo` a stream's messages arrive in
 * order: the head is the stream's event, the rest wait in its ring. On `order: free` each message
 * is a one-shot event.
 *
 * A message's draws are keyed by its kind, term and first entry. A message that is said again,
 * because the first may have been lost, must not meet the same fate for ever: on free links what
 * does not go beyond the furthest of its kind is keyed by the instant of sending as well.
 *
 * A connection joins two nodes that a policy asked for (REP_EFFECT_CONNECT). It stands while both
 * nodes are up (paused counts as up) and neither direction is cut; both ends are told when it
 * breaks and when it stands again. Detection takes no time: models of slow failure detection
 * belong to a policy.
 */
#ifndef REP_STREAM_H
#define REP_STREAM_H

#include "models/network.h"
#include "models/policies/policy.h"

#include "sim/kernel.h"
#include "sim/ring.h"

typedef struct RepTravelling {
    RepMessage message;
    SimTime sent, due;
    guint64 number; /* of the message in the network */
    RepPath *path;
} RepTravelling;

/* The furthest message of a kind that was sent on a stream. */
typedef struct RepFurthest {
    guint64 purpose; /* log and kind */
    guint64 first;
    guint32 term;
} RepFurthest;

typedef enum RepStreamEnd { REP_STREAM_SENDER, REP_STREAM_RECEIVER, REP_STREAM_ENDS } RepStreamEnd;

typedef struct RepStream {
    int from, to;
    guint32 number; /* in RepStreams.all */
    RepPath *path;
    SimSlot slot;
    SimStreamMemo delays_for, losses_for; /* of the path, for one kind */
    SimTime previous;                     /* arrival of the message before; running maximum */
    guint16 taken;                        /* since the last bare acknowledgement (transport.h) */
    SimRing messages;                     /* RepTravelling; order: fifo */
    SimRing waking[REP_STREAM_ENDS];      /* RepMessage: what waits for a stage (wake.h) */
    RepFurthest *furthest;                /* order: free; owned */
    guint n_furthest;
} RepStream;

typedef struct RepConnection {
    int a, b; /* nodes, a < b */
    gboolean stands;
} RepConnection;

typedef struct RepStreams {
    RepStream **all; /* owned; in the order of making */
    gsize n, n_slots;
    guint64 *keys; /* open addressing: (log * n + from) * n + to + 1, n parties; 0: free */
    RepStream **by_key;
    SimPool free; /* RepTravelling; order: free */
    RepConnection *connections;
    gsize n_connections;
} RepStreams;

void rep_streams_init(RepWorld *world);
void rep_streams_clear(RepWorld *world);
void rep_stream_send(RepWorld *world, const RepMessage *message);
void rep_stream_head_arrived(void *world, guint64 stream);     /* SimHandler of a source */
void rep_stream_free_arrived(void *world, guint64 travelling); /* SimHandler, posted */
/* Between these two, for the log; made when first asked for. */
RepStream *rep_stream_between(RepWorld *world, int from, int to, int log);
/* A message has arrived at a party that runs: a stage is woken for it where that takes time, … */
void rep_stream_serve(RepWorld *world, const RepMessage *message);
/* … the cpu serves it where it asks for that, … */
void rep_stream_take(RepWorld *world, const RepMessage *message);
/* … and the policy gets it. */
void rep_stream_deliver(RepWorld *world, const RepMessage *message);
/* It arrived, and will not be delivered after all. */
void rep_stream_drop(RepWorld *world, const RepMessage *message);

void rep_world_connect(RepWorld *world, int node, int peer);
/* Something changed that connections depend on: tells those that broke or stand again. */
void rep_world_check_connections(RepWorld *world);

#endif
