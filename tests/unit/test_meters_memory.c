/*
 * test_meters_memory.c — memory follows what is alive, not what was simulated: while a node is yet
 * to join, after it joined, and behind a snapshot.
 *
 * Method: the lag and staleness meters by themselves over 60,000 writes, 1 ms apart, to keys of
 * their own; db2 follows at once; db3 does what each test says. Kept records and instants are
 * looked at all the time.
 */
#include "analysis/depending.h"
#include "analysis/meter_lag.h"
#include "analysis/meter_staleness.h"
#include "analysis/session_versions.h"
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

enum { WRITES = 60000 };
#define LIFE SIM_S

typedef struct Bench {
    AnaPlan *plan;
    AnaWindows *windows;
    AnaHistory *history;
    AnaCarried *carried;
    AnaMeterContext context;
    AnaStalenessMeter *staleness;
    AnaLagMeter *lag;
    gsize most_records, most_runs; /* since they were last set to 0 */
} Bench;

static void open_bench(Bench *bench, gboolean db3_joins)
{
    static const SimSpan lives[] = {LIFE, LIFE};
    const gboolean joins[] = {FALSE, FALSE, db3_joins};
    AnaWorld world = meter_script_world();
    world.client_lives = lives;
    world.joins = joins;
    world.events = 0;
    *bench = (Bench){.plan = ana_plan_new(&world, NULL, 0)};
    bench->windows = ana_windows_new(&bench->plan->world);
    bench->history = ana_history_new(&bench->plan->world);
    bench->carried = ana_carried_new();
    bench->context = (AnaMeterContext){.plan = bench->plan,
                                       .world = &bench->plan->world,
                                       .windows = bench->windows,
                                       .history = bench->history,
                                       .carried = bench->carried,
                                       .cells = ana_cells_new(bench->plan),
                                       .longest_life = LIFE};
    bench->staleness = ana_staleness_meter_new(&bench->context);
    bench->lag = ana_lag_meter_new(&bench->context);
}

static void close_bench(Bench *bench)
{
    ana_staleness_meter_free(bench->staleness);
    ana_lag_meter_free(bench->lag);
    ana_cells_free(bench->plan, bench->context.cells);
    ana_carried_free(bench->carried);
    ana_history_free(bench->history);
    ana_windows_free(bench->windows);
    ana_plan_free(bench->plan);
}

static void observe(Bench *bench, const RepObservation *seen)
{
    gboolean forked = ana_history_observe(bench->history, seen);
    ana_lag_meter_observe(bench->lag, seen, forked);
}

static void entries(Bench *bench, RepObservationKind kind, int node, SimTime at, guint64 last)
{
    observe(bench,
            &(RepObservation){.kind = kind,
                              .at = at,
                              .entries = {.node = node, .term = 1, .first = last, .last = last}});
}

static void follows(Bench *bench, int node, SimTime at, guint64 last)
{
    entries(bench, REP_OBS_RECEIVED, node, at, last);
    entries(bench, REP_OBS_FLUSHED, node, at, last);
    entries(bench, REP_OBS_APPLIED, node, at, last);
}

static SimTime time_of(guint64 i)
{
    return (SimTime)i * SIM_MS;
}

static void write_one(Bench *bench, guint64 i)
{
    entries(bench, REP_OBS_DURABLE, DB1, time_of(i), i);
    entries(bench, REP_OBS_COMMITTED, DB1, time_of(i), i);
    follows(bench, DB2, time_of(i), i);
    RepOperationSeen write = {.kind = REP_WRITE,
                              .outcome = REP_OK,
                              .region = US,
                              .node = DB1,
                              .key = i % 100,
                              .began = time_of(i),
                              .version = {.index = i, .term = 1}};
    ana_staleness_meter_ended(bench->staleness, &write, time_of(i));
    bench->most_records = MAX(bench->most_records, ana_staleness_meter_n_records(bench->staleness));
    bench->most_runs = MAX(bench->most_runs, ana_lag_meter_n_runs(bench->lag));
}

static void db3_is(Bench *bench, SimTime at, RepNodeState state)
{
    observe(bench, &(RepObservation){.kind = REP_OBS_NODE_CHANGED,
                                     .at = at,
                                     .node = {.node = DB3, .state = (guint32)state}});
}

static void a_node_that_has_yet_to_join_holds_nothing_back(void)
{
    Bench bench;
    open_bench(&bench, TRUE);
    db3_is(&bench, 0, REP_NODE_DOWN);
    for (guint64 i = 1; i <= WRITES; i++)
        write_one(&bench, i);
    CHECK(bench.most_records < 5000);
    CHECK(bench.most_runs < 1000);
    close_bench(&bench);
}

/* The same without joining: it would be kept for, so the bounds above say something. */
static void a_node_that_is_down_holds_everything_back(void)
{
    Bench bench;
    open_bench(&bench, FALSE);
    db3_is(&bench, 0, REP_NODE_DOWN);
    for (guint64 i = 1; i <= WRITES; i++)
        write_one(&bench, i);
    CHECK_UINT(bench.most_records, WRITES);
    CHECK(bench.most_runs >= WRITES - 1);
    close_bench(&bench);
}

static void once_installed_a_node_that_joined_holds_back_no_more_than_others(void)
{
    Bench bench;
    open_bench(&bench, TRUE);
    db3_is(&bench, 0, REP_NODE_DOWN);
    for (guint64 i = 1; i <= WRITES; i++) {
        write_one(&bench, i);
        if (i == WRITES / 4)
            db3_is(&bench, time_of(i), REP_NODE_UP);
        if (i == WRITES / 2)
            entries(&bench, REP_OBS_INSTALLED, DB3, time_of(i), i - 10);
        if (i == WRITES / 2)
            CHECK(bench.most_records > WRITES / 4 && bench.most_runs > WRITES / 5);
        if (i == WRITES / 2 + 5000)
            bench.most_records = bench.most_runs = 0;
        if (i == WRITES / 2 + 2500) /* what it installed is enough */
            CHECK(ana_staleness_meter_n_records(bench.staleness) < 5000);
        if (i > WRITES / 2 + 2500)
            follows(&bench, DB3, time_of(i), i);
    }
    CHECK(bench.most_records < 5000);
    CHECK(bench.most_runs < 40000); /* instants are dropped only when the ring is full again */
    close_bench(&bench);
}

/* One session writes and reads 100 keys in turn, and every tenth write answers another. */
static void sessions(Bench *bench, AnaSessionVersions *versions, AnaDepending *depending,
                     guint64 writes, gsize *most)
{
    for (guint64 i = 1; i <= writes; i++) {
        write_one(bench, i);
        follows(bench, DB3, time_of(i), i);
        AnaSessionKey whose = {.client = WEB, .session = 3, .key = i % 100};
        ana_session_versions_note(
            versions, whose, ana_version_pack((RepVersion){.index = i, .term = 1}), time_of(i));
        RepObservation seen = {.kind = REP_OBS_APPENDED,
                               .at = time_of(i),
                               .appended = {.node = DB1, .key = i % 7, .entry = {i, 1}}};
        if (i % 10 == 0)
            seen.appended.depends_on = (RepDependency){.key = 8, .version = {i - 1, 1}};
        ana_depending_appended(depending, &seen);
        most[0] = MAX(most[0], ana_depending_n_entries(depending));
    }
    most[1] = ana_session_versions_n_records(versions);
}

static void sessions_and_answers_keep_what_is_alive(void)
{
    gsize most[2][2] = {{0}};
    for (int longer = 0; longer < 2; longer++) {
        Bench bench;
        open_bench(&bench, FALSE);
        AnaSessionVersions *versions = ana_session_versions_new(&bench.context, FALSE);
        AnaDepending *depending = ana_depending_new(&bench.context);
        sessions(&bench, versions, depending, longer ? WRITES : WRITES / 4, most[longer]);
        CHECK_UINT(ana_session_versions_n_keys(versions), 100);
        ana_session_versions_free(versions);
        ana_depending_free(depending);
        close_bench(&bench);
    }
    CHECK(most[1][0] < 4 * LIFE / SIM_MS && most[1][0] <= most[0][0] + LIFE / SIM_MS);
    CHECK(most[1][1] < 4 * LIFE / SIM_MS && most[1][1] <= most[0][1] + 100);
}

static const TestCase cases[] = {
    {"sessions_and_answers_keep_what_is_alive", sessions_and_answers_keep_what_is_alive},
    {"a_node_that_has_yet_to_join_holds_nothing_back",
     a_node_that_has_yet_to_join_holds_nothing_back},
    {"a_node_that_is_down_holds_everything_back", a_node_that_is_down_holds_everything_back},
    {"once_installed_a_node_that_joined_holds_back_no_more_than_others",
     once_installed_a_node_that_joined_holds_back_no_more_than_others},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_memory", cases, argc, argv);
}
