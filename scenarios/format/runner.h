/*
 * runner.h — variants x replications, spread over threads.
 *
 * Each (variant, replication) is a world of its own; threads share nothing but the setups, which
 * are immutable, and take the next pair from a counter. Pairs are taken replication by replication,
 * all variants of one before the next, so that an interrupted run has matched replications. The
 * results do not depend on the number of threads: whoever listens merges integers.
 *
 * What is watched is the caller's business: a factory attaches observers to each world before it
 * runs and collects them after. Both callbacks are made under one lock, so a factory needs none.
 */
#ifndef SCN_RUNNER_H
#define SCN_RUNNER_H

#include "models/setup.h"
#include "models/world.h"

#include <glib.h>

typedef struct ScnWatcher {
    void *self;
    /* Before a world runs: attach observers; the result is handed to `finished`. */
    void *(*begin)(void *self, guint variant, guint replication, RepWorld *world);
    /* After it ran (also where it was stopped or went over budget: see result->end). */
    void (*finished)(void *self, guint variant, guint replication, void *watch,
                     const RepRunResult *result);
} ScnWatcher;

typedef struct ScnRunPlan {
    const RepSetup *const *setups; /* one per variant; borrowed until scn_run_free() */
    const char *const *variants;   /* names */
    guint n_variants;
    guint first_replication; /* 0, or the one to run alone */
    guint n_replications;
    guint n_jobs;         /* threads; at least 1 */
    guint64 event_budget; /* of one world */
    const char *scenario; /* as the user called it; for messages of broken checks */
    ScnWatcher watcher;
} ScnRunPlan;

typedef struct ScnRun ScnRun;

/* Starts the threads and returns at once. The plan is copied, what it points to is not. */
ScnRun *scn_run_start(const ScnRunPlan *plan);
/* Waits until all is done or `timeout_us` has passed; TRUE: all done. */
gboolean scn_run_wait(ScnRun *run, gint64 timeout_us);
/* Asks the threads to stop: worlds under way are abandoned. Safe in a signal handler. */
void scn_run_stop(ScnRun *run);
/* Asks the threads to take no further pair: worlds under way are finished. Signal-safe. */
void scn_run_wind_down(ScnRun *run);
/* Pairs finished, and events handled by them. */
guint scn_run_pairs_done(ScnRun *run);
guint64 scn_run_events_done(ScnRun *run);
/* Waits for the threads and frees. */
void scn_run_free(ScnRun *run);

#endif
