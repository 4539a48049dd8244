/*
 * node.h — a database node: cpu, disk, receiver, appliers, and how it dies and returns
 * (semantics §3).
 *
 * cpu. `workers` servers behind one FIFO queue; reads, writes and applying share them, so a busy
 * replica falls behind. Unlimited by default: service is then a delay without a queue.
 *
 * disk. One per node. Entries that arrive during a flush go together in the next one (group
 * commit). The receiver is serial: it takes all that has arrived, flushes once, takes again.
 *
 * apply. Flushed entries are applied in log order by `apply_workers` workers; one occupies a worker
 * for its cpu job and then for storage.apply. Entries become visible in log order whatever
 * finishes first.
 *
 * Dying. A stopped node loses what its memory held: jobs, queues, requests, entries not flushed.
 * What the disk kept survives (unless wiped). A paused node does nothing and loses nothing: what
 * was under way goes on after the pause, what arrives meanwhile waits; the network goes on.
 *
 * Steps. What a node does in no time (a job that costs nothing, beginning to apply, the receiver's
 * taking) is due in the instant in which it was asked for, as a completion of the node; see step.c.
 *
 * Draws are keyed by node and cause: reads and writes by operation and attempt, a flush by its
 * first entry, applying by entry.
 */
#ifndef REP_NODE_H
#define REP_NODE_H

#include "models/clock.h"
#include "models/policies/policy.h"

#include "sim/kernel.h"
#include "sim/pool.h"
#include "sim/ring.h"

typedef enum RepJobKind {
    REP_JOB_REQUEST,     /* a client's request is served by the cpu */
    REP_JOB_APPLY_CPU,   /* the cpu's share of applying an entry */
    REP_JOB_APPLY_STORE, /* the storage's share; not on the cpu */
    REP_JOB_MESSAGE,     /* a message that asks for it is served by the cpu */
    REP_JOB_POLICY,      /* work of the policy: takes no time, but waits its turn */
    REP_JOB_WAKE,        /* a stage of a stream is woken (wake.h); not on the cpu */
    REP_JOB_WAKE_APPLY,  /* an applier is; not on the cpu */
    REP_JOB_KINDS
} RepJobKind;

typedef struct RepJob {
    guint8 kind;
    gint32 node;
    guint32 epoch;      /* of the node when the job began: a later one means it died meanwhile */
    guint32 exchange;   /* REQUEST; MESSAGE: its number in RepWorld.served; WAKE: the stream */
    guint32 generation; /* APPLY_*, WAKE_APPLY: of the applier; a later one means its log was cut
                           meanwhile */
    guint32 log;        /* APPLY_*, WAKE_APPLY, POLICY and LATER */
    guint64 index;      /* APPLY_*; POLICY and LATER: the token; WAKE: a RepStreamEnd */
    SimSpan cost;
    SimTime due; /* in the node's own time, which stands still while it is paused */
} RepJob;

typedef struct RepCpu {
    gint64 workers; /* 0: unlimited */
    gint64 busy;
    SimRing waiting; /* guint32 job numbers */
} RepCpu;

typedef enum RepStep {
    REP_STEP_JOB = 1,   /* the first of RepSteps.jobs is done */
    REP_STEP_APPLY = 2, /* the appliers begin what they can */
    REP_STEP_TAKE = 4   /* the receiver takes what has arrived, and flushes */
} RepStep;

/* Taken in the order of RepStep. */
typedef struct RepSteps {
    guint due; /* set of RepStep */
    SimSlot slot;
    gboolean is_armed; /* the next one is an event of its own */
    SimRing jobs;      /* guint32 job numbers: jobs that take no time */
} RepSteps;

typedef struct RepDisk {
    SimSlot slot;
    gboolean is_flushing;
    guint64 *covers;   /* per log: the running flush makes everything up to here durable */
    SimSpan remaining; /* of the flush that a pause interrupted */
} RepDisk;

typedef struct RepApplier {
    guint64 next; /* first entry not yet begun */
    guint64 in_service;
    guint32 generation;
    guint64 delayed; /* entry whose apply_delay is not over; 0: none … */
    SimTime delayed_until;
    gboolean is_waking; /* it will be awake … */
    gboolean is_awake;  /* … and is, as long as it finds something to do */
    SimStreamMemo cpu_of, store_of;
    SimRing finished; /* guint8 per entry from `applied + 1` on: done, but not yet visible */
} RepApplier;

/* What reached a paused node and waits for it. */
typedef enum RepHeldKind {
    REP_HELD_REQUEST,
    REP_HELD_MESSAGE,
    REP_HELD_JOB,
    REP_HELD_TIMER,
    REP_HELD_LATER,
    REP_HELD_START,
    REP_HELD_CLOCK,
    REP_HELD_CONNECTED,
    REP_HELD_DISCONNECTED
} RepHeldKind;

typedef struct RepHeld {
    guint8 kind;
    guint32 log;    /* LATER */
    guint32 number; /* exchange, job, timer, token or peer */
    RepMessage message;
} RepHeld;

typedef struct RepNode {
    int id, region;
    const RepNodeSetup *setup;
    guint32 epoch;               /* grows each time the node stops */
    int downs, pauses, refusals; /* faults that hold it so now */
    gboolean is_absent;          /* it joins later; counts as one of `downs` */
    gboolean is_wiped;           /* its disk was lost since it last began to run */
    SimTime crashed_at; /* last loss of the site: messages sent before do not arrive; -1: never */
    SimTime paused_since;
    SimSpan paused_total;           /* before paused_since */
    double cpu_factor, disk_factor; /* of `slow` faults */
    RepClock clock;
    RepCpu cpu;
    RepSteps steps;
    RepDisk disk;
    RepApplier *appliers;      /* per log */
    SimRing held;              /* RepHeld */
    guint n_held;              /* reads that the policy answers later */
    SimSlot *timers;           /* [log * policy->timers + timer] */
    gboolean reads_plainly;    /* see RepPolicyOps */
    gboolean serves_free;      /* requests take no time and wait for nobody */
    SimStream *reads, *writes; /* per client group */
    gboolean applies_free;     /* applying takes no time: a flush makes its entries visible */
    const SimDist *wake;       /* of its idle stages; NULL: takes no time */
    SimStream flushes, apply_cpu, apply_store, decisions, wakes;
    SimStreamMemo flushes_of; /* one log */
} RepNode;

/* True for a cost that is not configured, or is the constant 0. */
static inline gboolean rep_is_free(const SimDist *law)
{
    return !law || sim_dist_is_zero(law);
}

static inline gboolean rep_node_is_up(const RepNode *node)
{
    return node->downs == 0;
}

static inline gboolean rep_node_runs(const RepNode *node)
{
    return node->downs == 0 && node->pauses == 0;
}

void rep_nodes_init(RepWorld *world);
void rep_nodes_clear(RepWorld *world);

/* ---- life (node.c) ------------------------------------------------------------------------ */

void rep_node_stop(RepWorld *world, int node, gboolean loses_site, gboolean wipe);
void rep_node_start(RepWorld *world, int node);
/* A node that was not there at the start is now; nothing where it has joined already. */
void rep_node_join(RepWorld *world, int node);
/* Tells observers who is absent when the run begins. */
void rep_nodes_announce_absent(RepWorld *world);
void rep_node_pause(RepWorld *world, int node);
void rep_node_resume(RepWorld *world, int node);
/* A fault has changed the node's clock: the policy hears of it, at once or when the node goes on;
 * who is down has forgotten what it waited for. */
void rep_node_tell_clock(RepWorld *world, int node);
/* LATER and its coming. */
void rep_policy_later(RepWorld *world, int node, int log, guint32 token, SimTime at);
void rep_policy_later_due(void *world, guint64 job); /* SimHandler */
/* Puts policy work behind what the node's cpu has to do. */
void rep_cpu_work(RepWorld *world, int node, int log, guint32 token);
void rep_policy_timer_due(void *world, guint64 node_and_timer); /* SimHandler */
/* Keeps something for a paused node. */
void rep_node_hold(RepWorld *world, int node, const RepHeld *held);
/* The node's own time: simulated time less its pauses. */
SimTime rep_node_own_time(const RepWorld *world, const RepNode *node);

/* ---- steps (step.c) ----------------------------------------------------------------------- */

void rep_node_init_steps(RepWorld *world, int node);
void rep_node_clear_steps(RepWorld *world, int node);
/* The node has something to do that takes no time: it happens when the running handler is through,
 * and before whatever else is due at this instant. */
void rep_node_ask_step(RepWorld *world, int node, RepStep step);
void rep_node_ask_job(RepWorld *world, int node, guint32 job);
/* Takes the next step of the node that rep_world_carry_out() found waiting. */
void rep_node_take_step(RepWorld *world);
void rep_node_step_due(void *world, guint64 node);     /* SimHandler */
void rep_node_forget_steps(RepWorld *world, int node); /* the node stopped; jobs are dropped */

/* ---- cpu (cpu.c) -------------------------------------------------------------------------- */

/* Serves a request that has arrived; then the policy sees it. */
void rep_cpu_serve(RepWorld *world, int node, guint32 exchange);
/* Serves a message, then the policy gets it. */
void rep_cpu_serve_message(RepWorld *world, int node, const RepMessage *message);
void rep_cpu_apply(RepWorld *world, int node, int log, guint64 index, SimSpan cost);
/* Begins a job that no cpu worker does. */
void rep_job_begin(RepWorld *world, const RepJob *job);
void rep_job_run_due(void *world, guint64 number); /* SimHandler */
void rep_job_drop(RepWorld *world, guint32 number);
void rep_cpu_forget(RepWorld *world, int node); /* the node stopped */

/* ---- disk (disk.c) ------------------------------------------------------------------------ */

/* Something arrived in a log: the receiver takes it unless a flush is running. */
void rep_disk_kick(RepWorld *world, int node);
void rep_disk_take(RepWorld *world, int node);    /* … now */
void rep_disk_flushed(void *world, guint64 node); /* SimHandler */
void rep_disk_pause(RepWorld *world, int node);
void rep_disk_resume(RepWorld *world, int node);

/* ---- apply (applier.c) -------------------------------------------------------------------- */

/* Entries were flushed, or the node runs again: begins what can begin. */
void rep_applier_kick(RepWorld *world, int node, int log);
/* The apply_delay of an entry is over. */
void rep_applier_due(void *world, guint64 node_and_log); /* SimHandler */
void rep_applier_job_done(RepWorld *world, const RepJob *job);
void rep_applier_woken(RepWorld *world, const RepJob *job);
/* The log was cut, or the node stopped: forgets what is in service; it begins again. */
void rep_applier_reset(RepWorld *world, int node, int log);

#endif
