/*
 * world.h — one replication of one variant: models on the kernel, run from start to drain.
 *
 * A world is built from a setup, run once, and freed; it belongs to one thread. It does not know
 * that it is being watched: observers (observation.h) are attached from outside and change nothing.
 * Same setup, same replication → the same observations, digests and number of events, on every
 * machine and in any company.
 */
#ifndef REP_WORLD_H
#define REP_WORLD_H

#include "models/observation.h"
#include "models/setup.h"

typedef struct RepWorld RepWorld;

typedef enum RepRunEnd {
    REP_RUN_DRAINED,     /* nothing in flight, nobody about to return, and live replicas agree */
    REP_RUN_NOT_DRAINED, /* the drain's limit passed first */
    REP_RUN_STOPPED,     /* *stop became non-zero; the run is unusable */
    REP_RUN_OVER_BUDGET, /* the event budget is used up; the run is unusable */
    REP_RUN_FULL         /* more is pending than can be kept; the run is unusable */
} RepRunEnd;

typedef struct RepRunResult {
    RepRunEnd end;
    guint64 events;       /* handled by the kernel */
    guint64 event_digest; /* of every digested observation, in order */
    guint64 world_digest; /* of the setup's world_hash and every open-loop first attempt */
    guint64 arrivals;     /* open-loop first attempts */
    SimTime ended_at;
    /* Where the run went over budget or was full: what had grown (owned by the caller), else NULL.
     */
    char *overflow;
} RepRunResult;

#define REP_OBSERVERS_MAX 4

/* `scenario` and `variant` only serve messages of broken invariants; borrowed, may be NULL. */
RepWorld *rep_world_new(const RepSetup *setup, guint32 replication, const char *scenario,
                        const char *variant);
void rep_world_free(RepWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RepWorld, rep_world_free)

/* Reference mode, for tests: the same world without any shortcut. What takes no time is an event of
 * its own, every attempt has its own timeout, the policy is asked about every read, every message
 * goes the long way through the network, and no log entry is dropped. Same digests, more events.
 * To be called before the run. */
void rep_world_use_reference(RepWorld *world);
void rep_world_observe(RepWorld *world, RepObserver observer);
/* Runs to the end. `stop` may be NULL. */
RepRunResult rep_world_run(RepWorld *world, guint64 event_budget, const volatile int *stop);

/* Combines the digests of replications 0 … n - 1 into one, in that order. */
guint64 rep_digest_fold(guint64 digest, guint64 next);

#endif
