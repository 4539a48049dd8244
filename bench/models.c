/*
 * bench/models — one operation of a fixed scenario (models.yaml, with the default measures)
 * against events of the yardstick M/M/1, in one program, rounds interleaved, medians of rounds.
 *
 * Two threads: the same work on two threads against two copies of the yardstick side by side; what
 * is lost to sharing is the difference between the two ratios.
 */
#include "analysis/meters.h"
#include "bench/clock.h"
#include "bench/yardsticks.h"
#include "cli/world_view.h"
#include "models/world.h"
#include "scenarios/format/scenario.h"

#include <stdio.h>

#define ROUNDS 7
#define CUSTOMERS 1000000u

static ScnScenario *scenario;
static const RepSetup *setup;
static AnaPlan *plan;

typedef struct Work {
    guint replication;
    guint64 operations, events;
    double seconds; /* of this thread's work */
} Work;

/* One replication with its meters; without them where `self` says so. */
static void simulate(Work *work, gboolean with_meters)
{
    double start = bench_seconds();
    RepWorld *world = rep_world_new(setup, work->replication, NULL, NULL);
    AnaMeters *meters = ana_meters_new(plan);
    if (with_meters)
        rep_world_observe(world, ana_meters_observer(meters));
    RepRunResult result = rep_world_run(world, UINT64_MAX, NULL);
    work->operations = result.arrivals;
    work->events = result.events;
    ana_meters_free(meters);
    rep_world_free(world);
    work->seconds = bench_seconds() - start;
}

static gpointer simulate_thread(gpointer data)
{
    simulate(data, TRUE);
    return NULL;
}

static gpointer yardstick_thread(gpointer data)
{
    Work *work = data;
    double start = bench_seconds();
    yard_mm1(CUSTOMERS, work->replication);
    work->seconds = bench_seconds() - start;
    return NULL;
}

/* Seconds until two threads have both done their work. */
static double side_by_side(GThreadFunc function, Work *work)
{
    double start = bench_seconds();
    GThread *a = g_thread_new("a", function, &work[0]), *b = g_thread_new("b", function, &work[1]);
    g_thread_join(a);
    g_thread_join(b);
    return bench_seconds() - start;
}

static gboolean load(const char *path)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(GError) error = NULL;
    scenario = scn_load_file(path, NULL, diags, &error);
    if (!scenario) {
        g_autoptr(GString) text = g_string_new("");
        scn_diags_print_gcc(diags, text);
        fprintf(stderr, "%s%s\n", text->str, error ? error->message : "");
        return FALSE;
    }
    setup = scenario->variants[0].setup;
    return TRUE;
}

static void bench_one_thread(void)
{
    double with[ROUNDS], without[ROUNDS], yard[ROUNDS], ratio[ROUNDS];
    Work work = {0};
    simulate(&work, TRUE);
    for (int round = 0; round < ROUNDS; round++) {
        work.replication = (guint)round;
        yard[round] = yard_mm1(CUSTOMERS, (guint64)round);
        simulate(&work, TRUE);
        with[round] = work.seconds * 1e9 / (double)work.operations;
        ratio[round] = with[round] / yard[round];
        simulate(&work, FALSE);
        without[round] = work.seconds * 1e9 / (double)work.operations;
    }
    double events = (double)work.events / (double)work.operations;
    double ns = bench_median(with, ROUNDS);
    printf("one operation       %6.1f ns   (without meters %.1f, %.2f events an operation, "
           "%.1f ns an event)\n",
           ns, bench_median(without, ROUNDS), events, ns / events);
    printf("yardstick M/M/1     %6.1f ns an event\n", bench_median(yard, ROUNDS));
    printf("operation / yardstick event   %.1f\n", bench_median(ratio, ROUNDS));
}

static void bench_two_threads(void)
{
    double ours[ROUNDS], yard[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        Work alone = {.replication = (guint)round},
             pair[2] = {{.replication = (guint)round}, {.replication = (guint)round}};
        simulate(&alone, TRUE);
        ours[round] = alone.seconds / side_by_side(simulate_thread, pair);
        yardstick_thread(&alone);
        yard[round] = alone.seconds / side_by_side(yardstick_thread, pair);
    }
    double a = bench_median(ours, ROUNDS), b = bench_median(yard, ROUNDS);
    printf("two threads         %5.2f of perfect; two yardsticks side by side %.2f; ratio %.2f\n",
           a, b, a / b);
}

int main(int argc, char **argv)
{
    if (!load(argc > 1 ? argv[1] : REPLSIM_SOURCE_DIR "/bench/models.yaml"))
        return 2;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    plan = ana_plan_new(&view->world, NULL, 0);
    printf("medians of %d interleaved rounds\n", ROUNDS);
    bench_one_thread();
    bench_two_threads();
    ana_plan_free(plan);
    scn_scenario_free(scenario);
    return 0;
}
