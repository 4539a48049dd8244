/*
 * network.h — how long a message is on its way, and whether it arrives (semantics §2).
 *
 * A message sent from a to b at t arrives at t + queueing + bytes/bandwidth + delay. The delay is
 * one draw of the link's one-way law, keyed by the message's cause. On `order: fifo` a message
 * never overtakes another of its stream (sender, receiver, stream), as over one TCP connection:
 * its arrival is the larger of its own and that of the message before it. Streams are replication
 * between two nodes, and one per client session and node, each way. Under `fifo_scope: link` all
 * messages of a path are one stream: everything from one node to another, and everything between
 * the clients of a region and a node, as over a shared proxy; bulk copies stay beside it.
 *
 * Loss on an ordered stream is a retransmission: the message comes later by max(200 ms, 2 x p50 of
 * the link), doubling per further loss (RFC 6298 §5.5), and those behind it wait for it. On a free
 * link the message is gone.
 *
 * Two faults disturb the order. `reorder` holds a share of the messages back: each travels for a
 * second one-way delay of the link, drawn by itself. On a free link what was sent in the meantime
 * may overtake it; on an ordered stream that waits behind it, as TCP keeps segments that arrived
 * ahead of a gap. `duplicate` doubles a share of the messages on free links: the copy is a message
 * of its own, sent at the same instant, with its own number, delay and loss, and counts as traffic.
 * An ordered stream throws copies away by their sequence numbers (RFC 9293 §3.4): nobody sees
 * them, and they are not simulated. `corrupt` is loss: a checksum does not hold.
 *
 * A cut link loses what is in the wire while it is cut. A crashed sender (not a killed one) loses
 * what it had sent and has not arrived.
 *
 * Places are nodes, and regions standing for the clients in them. A path is one direction between
 * two places; paths are made when first used.
 *
 * Not modelled: congestion control, connection set-up, packet sizes.
 */
#ifndef REP_NETWORK_H
#define REP_NETWORK_H

#include "models/observation.h"
#include "models/setup.h"

#include "sim/pool.h"

typedef struct RepWorld RepWorld;

/* A limited link: one pipe per direction and line of network.bandwidth, shared by all its pairs. */
typedef struct RepPipe {
    gint64 bits_per_s; /* 0: unlimited */
    SimTime free_at;   /* when the last bit of what was sent so far has left */
} RepPipe;

typedef struct RepPath {
    RepPlace from, to;
    gboolean crosses_regions;
    const SimDist *delay;     /* as configured */
    gboolean is_zero;         /* configured delay is the constant 0 */
    gboolean is_steady;       /* configured delay does not look at the time */
    gboolean is_plain;        /* a delay and nothing else: no pipe, no loss, no fault */
    double loss;              /* as configured */
    int pipe;                 /* index of RepNetwork.pipes; -1: unlimited */
    SimSpan retransmission;   /* first timeout of an ordered stream */
    gboolean is_one_stream;   /* fifo_scope: link; `last` stands for the streams' own */
    SimTime last;             /* latest arrival so far */
    SimStream delays, losses; /* node to node only; clients bring their own */
    /* what faults make of it */
    int cuts;                   /* faults that cut it now */
    SimTime cut_until;          /* end of the last cut so far; nothing sent before arrives */
    double factor;              /* of `slow: latency` */
    const SimDist *replaced;    /* delay law given by a `slow` fault; NULL: `delay` */
    gint64 squeezed_bits_per_s; /* bandwidth given by a `slow` fault; 0: none */
    RepPipe squeezed;
} RepPath;

typedef struct RepPathSlot {
    guint64 key;
    RepPath *path; /* owned; NULL: free */
} RepPathSlot;

typedef struct RepNetwork {
    RepPipe *pipes;     /* one per line of the setup; unlimited where it sets no bandwidth */
    RepPathSlot *slots; /* open addressing by (from, to) */
    gsize n_slots, n_paths;
    RepPath **paths;     /* in the order of making, which is deterministic */
    RepPath **to_node;   /* [region * n_nodes + node]: clients' requests; NULL until used */
    RepPath **to_client; /* [region * n_nodes + node]: replies */
    RepTraffic traffic;  /* since the start; .messages is the number of the next message */
    gint64 in_flight;    /* sent, neither delivered nor dropped; without routine messages */
} RepNetwork;

void rep_network_init(RepWorld *world);
void rep_network_clear(RepWorld *world);

RepPath *rep_network_path(RepWorld *world, RepPlace from, RepPlace to);
/* Between the clients of a region and a node, each way; see world_state.h for the quick forms. */
RepPath *rep_network_find_to_node(RepWorld *world, int region, int node);
RepPath *rep_network_find_to_client(RepWorld *world, int node, int region);

/* Call after a fault has changed the path. */
void rep_path_changed(RepPath *path);
/* Counts a message of `bytes` that is sent on the path, and gives it its number. */
static inline guint64 rep_network_count(RepNetwork *network, const RepPath *path, guint64 bytes)
{
    network->traffic.bytes += bytes;
    network->traffic.bytes_between_regions += path->crosses_regions ? bytes : 0;
    return network->traffic.messages++;
}

/* Arrival of a message of `bytes` sent now; SIM_NEVER where it will not arrive (cut, or lost on a
 * free link). `previous` is the running maximum of its stream, updated here; NULL on a free one. */
SimTime rep_network_arrival(RepWorld *world, RepPath *path, SimStream delays, SimStream losses,
                            guint64 cause, guint64 bytes, SimTime *previous);
/* Nothing but its configured delay, and the order of the stream, decides when a message on the path
 * arrives. */
gboolean rep_network_is_plain(const RepWorld *world, const RepPath *path);
/* The delay that a message of the cause has on a path that is plain when it is sent, drawn before
 * that; -1 where it depends on the time of sending, or the path is not plain now. */
SimSpan rep_network_delay_ahead(const RepWorld *world, const RepPath *path, SimStream delays,
                                guint64 cause);
/* Arrival of a message sent now, on a path that is plain, whose delay is known. */
SimTime rep_network_after(const RepWorld *world, SimSpan delay, SimTime *previous);
/* The arrival `at` of a message is put off, and what is behind it on its stream waits. */
SimTime rep_network_later(RepPath *path, SimTime at, SimSpan by, SimTime *previous);
/* The same for a message of an ordered stream that is not sent again: SIM_NEVER where it is lost.
 */
SimTime rep_network_bare_arrival(RepWorld *world, RepPath *path, SimStream delays, SimStream losses,
                                 guint64 cause, guint64 bytes, SimTime *previous);
/* The same for a large copy that goes beside the others: it has the link's bandwidth to itself, is
 * as slow as it is large, and holds up nothing. */
SimTime rep_network_bulk_arrival(RepWorld *world, RepPath *path, SimStream delays, guint64 cause,
                                 guint64 bytes);
/* Do `duplicate` faults double this message? Only asked for messages that may overtake, and while
 * faults.disturbing; `delays` and `cause` are those of its arrival. */
gboolean rep_network_doubles(RepWorld *world, const RepPath *path, SimStream delays, guint64 cause);
/* The stream of draws about the copies of messages whose own draws come from `stream`. */
SimStream rep_network_copies(SimStream stream);
/* True where a message sent at `sent` cannot be delivered now, because the path was cut since. */
static inline gboolean rep_path_lost(const RepPath *path, SimTime sent)
{
    return path->cuts > 0 || sent < path->cut_until;
}

#endif
