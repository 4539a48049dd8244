/*
 * world_state.h — everything a running world consists of. Private to models/: policies see it
 * through policy.h, everybody else through world.h.
 *
 * Ownership: the world owns all of it; the setup is borrowed. Records are named by pool numbers,
 * nodes and logs by index.
 */
#ifndef REP_WORLD_STATE_H
#define REP_WORLD_STATE_H

#include "models/client.h"
#include "models/fault.h"
#include "models/log.h"
#include "models/message.h"
#include "models/network.h"
#include "models/node.h"
#include "models/policies/policy.h"
#include "models/stream.h"
#include "models/world.h"

#include "sim/kernel.h"
#include "sim/pool.h"

/* An entry that was cut off and handed to a new leader (handover.c). */
typedef struct RepCarried {
    RepVersion from, to;
} RepCarried;

/* What happened to places of a log; owned. */
typedef struct RepHandover {
    GArray *carried;                       /* RepCarried; NULL: none */
    GHashTable *carried_from, *carried_to; /* number + 1 of the record, by place */
    GHashTable *earlier;    /* place of a write -> number + 1 of the place that it had before */
    GArray *earlier_places; /* RepVersion */
} RepHandover;

struct RepWorld {
    const RepSetup *setup;
    guint32 replication;
    SimStream root;
    SimKernel kernel;
    SimCheckContext check;
    RepPhase phase;
    gboolean is_reference; /* see rep_world_use_reference() */

    RepObserver observers[REP_OBSERVERS_MAX];
    guint n_observers;
    guint32 mask; /* of all observers */
    guint64 event_digest, world_digest;
    guint64 arrivals;

    RepNetwork network;
    RepStreams streams;
    RepNode *nodes;
    RepLog *logs;
    gsize n_logs;
    RepLogForm log_form;
    RepVersions *versions;   /* owned; NULL: every key belongs to one log */
    struct RepStore *stores; /* per node; NULL like versions */
    guint n_keepers;         /* nodes that keep a key */
    gboolean is_bare;        /* the policy gives the delays itself: no disk counts */
    GArray *letting_go;      /* guint32: sets of messages that have been delivered */
    GArray *serials;         /* guint64: room for what observers are shown … */
    GArray *shown_serials;   /* … and for what a step's write showed */
    RepFaults faults;
    RepGroup *groups;
    int *nearest; /* [region * n_nodes + i]: i-th nearest node of a region */

    const RepPolicyOps *policy;
    void *policy_state;
    RepEffects effects;
    gboolean is_carrying_out;
    int stepping;          /* node whose steps follow the effects; -1: none */
    SimSlot *agent_timers; /* [region * n_timers + log * policy->timers + timer] */
    guint n_timers;        /* of a party: policy->timers of each log */

    SimPool operations, exchanges, jobs;
    SimPool served;         /* RepMessage: those that a cpu serves */
    SimPool talks;          /* conversation.c */
    RepHandover *handovers; /* by log */
    SimPool timeouts;       /* RepTimeout; reference mode */
    RepMemoryRule memory;
    gboolean has_memory; /* any of it */
    GArray *tokens;      /* RepVersion [exchange * logs + log]: what an exchange carries of it */
    struct RepCauses *causes; /* what entries depend on in other logs; NULL: nothing */
    guint64 operations_begun;
    gint64 operations_open; /* begun, without outcome */
    unsigned request_handler, reply_handler, retry_handler, follow_up_handler, edit_handler,
        think_handler, job_handler, later_handler, free_message_handler, stream_handler,
        flush_handler, timer_handler, arrival_handler, timeout_handler, fault_handler,
        apply_handler, step_handler, plain_timeout_handler, talk_handler, script_handler;
    guint64 steps_ended; /* of scripts */
};

static inline gboolean rep_world_keeps(const RepWorld *world, int node, guint64 key)
{
    return !world->policy->keeps ||
           world->policy->keeps(world->setup, world->policy_state, node, key);
}

/* RepPolicyOps.delay_law, or NULL. */
const SimDist *rep_world_delay_law(const RepWorld *world, guint8 kind);

/* What a party believes the time to be; agents know it. */
SimTime rep_party_clock(const RepWorld *world, int party);

/* ---- parties and entities ----------------------------------------------------------------- */

/* Numbers that order events of one instant: nodes, then agents, then client groups. */
static inline unsigned rep_client_entity(const RepWorld *world, gsize client)
{
    return (unsigned)(world->setup->n_nodes + world->setup->n_regions + client);
}

static inline RepPlace rep_place_of_party(const RepWorld *world, int party)
{
    int n_nodes = (int)world->setup->n_nodes;
    return party < n_nodes ? (RepPlace){REP_PLACE_NODE, party}
                           : (RepPlace){REP_PLACE_REGION, party - n_nodes};
}

/* The node a party is, or NULL for an agent. */
static inline RepNode *rep_node_of_party(const RepWorld *world, int party)
{
    return party < (int)world->setup->n_nodes ? &world->nodes[party] : NULL;
}

/* ---- paths between clients and nodes ------------------------------------------------------ */

static inline RepPath *rep_network_to_node(RepWorld *world, int region, int node)
{
    RepPath **known = &world->network.to_node[(gsize)region * world->setup->n_nodes + (gsize)node];
    if (G_UNLIKELY(!*known))
        *known = rep_network_find_to_node(world, region, node);
    return *known;
}

static inline RepPath *rep_network_to_client(RepWorld *world, int node, int region)
{
    RepPath **known =
        &world->network.to_client[(gsize)region * world->setup->n_nodes + (gsize)node];
    if (G_UNLIKELY(!*known))
        *known = rep_network_find_to_client(world, node, region);
    return *known;
}

/* ---- observations and digests (observe.c) ------------------------------------------------- */

static inline guint64 rep_digest_add(guint64 digest, guint64 a, guint64 b)
{
    unsigned __int128 product = (unsigned __int128)(digest ^ a ^ 0x2d358dccaa6c78a5u) *
                                (b ^ 0x8bb84b93962eacc9u ^ (digest >> 32));
    return (guint64)product ^ (guint64)(product >> 64) ^ a;
}

/* Adds an observation to the digest and hands it to whoever wants it. */
void rep_world_emit(RepWorld *world, const RepObservation *seen);
void rep_world_observe_entries(RepWorld *world, RepObservationKind kind, int node, int log,
                               guint32 term, guint64 first, guint64 last);

/* Where draws about entries of a log come from, given where those of the first one do. */
static inline SimStream rep_log_stream(SimStream parent, int log)
{
    return log ? sim_stream_numbered(parent, (guint64)log) : parent;
}

/* The cause of draws about an entry: its place in its log. */
static inline guint64 rep_entry_cause(guint32 term, guint64 index)
{
    return (index ^ ((guint64)term << 44)) & SIM_CAUSE_MAX;
}

/* ---- the policy's callbacks, and what it wants (effects.c) -------------------------------- */

void rep_world_request(RepWorld *world, guint32 exchange);
void rep_world_received(RepWorld *world, int node, int log, guint64 index);
void rep_world_flushed(RepWorld *world, int node, int log, guint64 first, guint64 index);
void rep_world_applied(RepWorld *world, int node, int log, guint64 index);
/* Carries out every effect that is pending, and those that follow from them, and the steps that the
 * node has to take at once. Each event handler ends with it. */
void rep_world_carry_out_all(RepWorld *world); /* private */
static inline void rep_world_carry_out(RepWorld *world)
{
    if (world->effects.n > 0 || world->stepping >= 0)
        rep_world_carry_out_all(world);
}
/* Exchanges that wait at the node for a commit of the log will get no answer. */
void rep_world_forget_waiting(RepWorld *world, int node, int log);
/* The node leads the log no more (it stopped, or stepped down). */
void rep_world_end_leadership(RepWorld *world, int node, int log);

/* ---- what is handed from node to node (handover.c) ---------------------------------------- */

void rep_world_reserve(RepWorld *world, const RepEffect *effect);
void rep_world_install(RepWorld *world, const RepEffect *effect);
void rep_world_clear_handovers(RepWorld *world);
/* A write got another place though it has one: a leader that lacked it was asked again. */
void rep_world_note_earlier(RepWorld *world, int log, RepVersion place, RepVersion earlier);
/* Where in the node's log the write is whose newest place is given; index 0: it is not. */
RepVersion rep_world_place_at(const RepWorld *world, int log, int node, RepVersion place);
void rep_world_carry(RepWorld *world, const RepEffect *effect);

/* The node's copy of a log ends at `index` from now on. */
void rep_world_truncate(RepWorld *world, int node, int log, guint64 index);

#endif
