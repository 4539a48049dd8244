/*
 * runner.c — worker threads over (replication, variant) pairs; see runner.h.
 *
 * The lock is POSIX's, not GLib's: the thread sanitizer follows only what it knows.
 */
#include "scenarios/format/runner.h"

#include <pthread.h>
#include <time.h>

struct ScnRun {
    ScnRunPlan plan;
    guint n_pairs;
    gint next;            /* atomic: the next pair to take */
    volatile int stop;    /* worlds look at it */
    volatile int no_more; /* no further pair is taken */
    pthread_mutex_t lock; /* watcher, and all below */
    pthread_cond_t all_done;
    guint pairs_done, threads_left;
    guint64 events_done;
    GThread **threads;
};

static void run_pair(ScnRun *run, guint variant, guint replication)
{
    const ScnRunPlan *plan = &run->plan;
    RepWorld *world =
        rep_world_new(plan->setups[variant], replication, plan->scenario, plan->variants[variant]);
    pthread_mutex_lock(&run->lock);
    void *watch = plan->watcher.begin(plan->watcher.self, variant, replication, world);
    pthread_mutex_unlock(&run->lock);

    RepRunResult result = rep_world_run(world, plan->event_budget, &run->stop);

    pthread_mutex_lock(&run->lock);
    plan->watcher.finished(plan->watcher.self, variant, replication, watch, &result);
    run->pairs_done++;
    run->events_done += result.events;
    pthread_mutex_unlock(&run->lock);
    g_free(result.overflow);
    rep_world_free(world);
}

static gpointer work(gpointer data)
{
    ScnRun *run = data;
    while (!run->stop && !run->no_more) {
        guint pair = (guint)g_atomic_int_add(&run->next, 1);
        if (pair >= run->n_pairs)
            break;
        run_pair(run, pair % run->plan.n_variants,
                 run->plan.first_replication + pair / run->plan.n_variants);
    }
    pthread_mutex_lock(&run->lock);
    run->threads_left--;
    pthread_cond_broadcast(&run->all_done);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

ScnRun *scn_run_start(const ScnRunPlan *plan)
{
    ScnRun *run = g_new0(ScnRun, 1);
    run->plan = *plan;
    run->n_pairs = plan->n_variants * plan->n_replications;
    pthread_mutex_init(&run->lock, NULL);
    init_condition(&run->all_done);
    guint n_threads = MAX(1u, MIN(plan->n_jobs, run->n_pairs));
    run->plan.n_jobs = n_threads;
    run->threads_left = n_threads;
    run->threads = g_new0(GThread *, n_threads);
    for (guint i = 0; i < n_threads; i++)
        run->threads[i] = g_thread_new("world", work, run);
    return run;
}

gboolean scn_run_wait(ScnRun *run, gint64 timeout_us)
{
    gint64 at_us = g_get_monotonic_time() + timeout_us;
    struct timespec until = {.tv_sec = at_us / G_USEC_PER_SEC,
                             .tv_nsec = at_us % G_USEC_PER_SEC * 1000};
    pthread_mutex_lock(&run->lock);
    while (run->threads_left > 0 && pthread_cond_timedwait(&run->all_done, &run->lock, &until) == 0)
        ;
    gboolean done = run->threads_left == 0;
    pthread_mutex_unlock(&run->lock);
    return done;
}

void scn_run_stop(ScnRun *run)
{
    run->stop = 1;
}

void scn_run_wind_down(ScnRun *run)
{
    run->no_more = 1;
}

guint scn_run_pairs_done(ScnRun *run)
{
    pthread_mutex_lock(&run->lock);
    guint done = run->pairs_done;
    pthread_mutex_unlock(&run->lock);
    return done;
}

guint64 scn_run_events_done(ScnRun *run)
{
    pthread_mutex_lock(&run->lock);
    guint64 done = run->events_done;
    pthread_mutex_unlock(&run->lock);
    return done;
}

void scn_run_free(ScnRun *run)
{
    for (guint i = 0; i < run->plan.n_jobs; i++)
        g_thread_join(run->threads[i]);
    g_free(run->threads);
    pthread_mutex_destroy(&run->lock);
    pthread_cond_destroy(&run->all_done);
    g_free(run);
}
