/*
 * test_course.c — goal: the course of a run is counted where it belongs and merges exactly. Method:
 * operations, reads and entries told by hand; laws over random ones.
 */
#include "analysis/course.h"
#include "cli/world_view.h"
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <math.h>

static AnaWorld world_of(SimTime duration, gsize n_nodes)
{
    return (AnaWorld){.n_nodes = n_nodes, .duration = duration};
}

static void tell(AnaCourse *course, SimTime began, RepOperationKind kind, RepOutcome outcome)
{
    RepOperationSeen seen = {.began = began, .kind = (guint8)kind, .outcome = (guint8)outcome};
    ana_course_operation(course, &seen);
}

static void cells_are_100_ms_until_there_would_be_too_many(void)
{
    const struct {
        SimTime duration;
        guint n;
        SimSpan cell;
    } rows[] = {{SIM_S, 10, 100 * SIM_MS},
                {60 * SIM_S, 600, 100 * SIM_MS},
                {60 * SIM_S + 1, 301, 200 * SIM_MS},
                {3600 * SIM_S, 600, 6 * SIM_S},
                {1, 1, 100 * SIM_MS}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AnaWorld world = world_of(rows[i].duration, 1);
        g_autoptr(AnaCourse) course = ana_course_new(&world);
        CHECK_UINT(ana_course_n_cells(course), rows[i].n);
        CHECK_INT(ana_course_cell(course), rows[i].cell);
        tell(course, rows[i].duration - 1, REP_READ, REP_OK);
        CHECK_NEAR(ana_course_availability(course, FALSE, rows[i].n - 1), 1, 0);
    }
}

static void availability_is_that_of_the_instant_of_invocation(void)
{
    AnaWorld world = world_of(SIM_S, 1);
    g_autoptr(AnaCourse) course = ana_course_new(&world);
    tell(course, 250 * SIM_MS, REP_WRITE, REP_OK);
    tell(course, 299 * SIM_MS, REP_WRITE, REP_UNKNOWN);
    tell(course, 299 * SIM_MS, REP_WRITE, REP_FAILED);
    tell(course, 299 * SIM_MS, REP_WRITE, REP_NOT_STARTED);
    tell(course, 300 * SIM_MS, REP_WRITE, REP_FAILED);
    tell(course, 250 * SIM_MS, REP_READ, REP_OK);
    tell(course, SIM_S, REP_READ, REP_FAILED); /* behind the end */
    CHECK_NEAR(ana_course_availability(course, TRUE, 2), 1 / 3.0, 1e-15);
    CHECK_NEAR(ana_course_availability(course, TRUE, 3), 0, 0);
    CHECK(isnan(ana_course_availability(course, TRUE, 4)));
    CHECK_NEAR(ana_course_availability(course, FALSE, 2), 1, 0);
}

static void lag_quantiles_are_within_a_sixteenth(void)
{
    AnaWorld world = world_of(SIM_S, 2);
    g_autoptr(AnaCourse) course = ana_course_new(&world);
    CHECK(!ana_course_has_lag(course, 1));
    for (SimSpan lag = 20 * SIM_US; lag < 1000 * SIM_S; lag = lag * 13 / 10) {
        AnaWorld one = world_of(SIM_S, 2);
        g_autoptr(AnaCourse) alone = ana_course_new(&one);
        ana_course_lag(alone, 1, 0, lag, 3);
        test_row("%" G_GINT64_FORMAT " ns", lag);
        CHECK_CLOSE(ana_course_lag_quantile(alone, 1, 0, 0.5), (double)lag, 0.0625);
        CHECK_CLOSE(ana_course_lag_quantile(alone, 1, 0, 1), (double)lag, 0.0625);
    }
    test_row(NULL);
    ana_course_lag(course, 1, 600 * SIM_MS, 10 * SIM_MS, 99);
    ana_course_lag(course, 1, 999 * SIM_MS, 900 * SIM_MS, 1);
    CHECK(isnan(ana_course_lag_quantile(course, 1, 0, 0.5)));
    CHECK_CLOSE(ana_course_lag_quantile(course, 1, 1, 0.5), 10e6, 0.0625);
    CHECK_CLOSE(ana_course_lag_quantile(course, 1, 1, 0.99), 10e6, 0.0625);
    CHECK_CLOSE(ana_course_lag_quantile(course, 1, 1, 1), 900e6, 0.0625);
    CHECK(!ana_course_has_lag(course, 0));
}

static void lag_between_instants_is_that_of_all_nodes(void)
{
    AnaWorld world = world_of(4 * SIM_S, 2);
    g_autoptr(AnaCourse) course = ana_course_new(&world);
    CHECK(isnan(ana_course_lag_between(course, 0, 4 * SIM_S, 0.5)));
    ana_course_lag(course, 0, 100 * SIM_MS, 10 * SIM_MS, 10);
    ana_course_lag(course, 1, 1600 * SIM_MS, 20 * SIM_MS, 20);
    ana_course_lag(course, 1, 3 * SIM_S, 80 * SIM_MS, 100);
    CHECK_CLOSE(ana_course_lag_between(course, 0, 2 * SIM_S, 0.5), 20e6, 0.0625);
    CHECK_CLOSE(ana_course_lag_between(course, 0, 2 * SIM_S, 0.2), 10e6, 0.0625);
    CHECK_CLOSE(ana_course_lag_between(course, 2 * SIM_S, 4 * SIM_S, 0.5), 80e6, 0.0625);
    CHECK_CLOSE(ana_course_lag_between(course, 0, 4 * SIM_S, 0.5), 80e6, 0.0625);
}

static void extremes_of_lag_have_a_place(void)
{
    AnaWorld world = world_of(SIM_S, 1);
    g_autoptr(AnaCourse) course = ana_course_new(&world);
    ana_course_lag(course, 0, 0, 0, 1);
    ana_course_lag(course, 0, 0, -5, 1);
    ana_course_lag(course, 0, 0, SIM_NEVER / 2, 1);
    ana_course_lag(course, 0, SIM_S, 5, 1);
    CHECK(ana_course_lag_quantile(course, 0, 0, 0.5) < 1e4);
    CHECK(ana_course_lag_quantile(course, 0, 0, 1) > 7000e9);
}

static void bins_of_freshness_cover_their_range_without_gaps(void)
{
    AnaWorld world = world_of(SIM_S, 1);
    SimSpan end = 0;
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++) {
        g_autoptr(AnaCourse) course = ana_course_new(&world);
        AnaFreshBin empty = ana_course_fresh(course, bin);
        test_row("bin %u", bin);
        CHECK_INT(empty.from, end);
        CHECK(empty.to > empty.from);
        end = empty.to;
        ana_course_read(course, empty.from, TRUE);
        ana_course_read(course, MIN(empty.to, ANA_COURSE_SINCE) - 1, FALSE);
        AnaFreshBin full = ana_course_fresh(course, bin);
        CHECK_UINT(full.reads, 2);
        CHECK_UINT(full.stale, 1);
    }
    test_row(NULL);
    CHECK(end >= ANA_COURSE_SINCE);
    g_autoptr(AnaCourse) course = ana_course_new(&world);
    ana_course_read(course, -1, TRUE);
    ana_course_read(course, ANA_COURSE_SINCE, TRUE);
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++)
        CHECK_UINT(ana_course_fresh(course, bin).reads, 0);
}

static guint32 next(guint32 *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A third of the random things go into each part, all into the whole. */
static void parts_merge_into_the_whole(void)
{
    AnaWorld world = world_of(20 * SIM_S, 3);
    AnaCourse *parts[3] = {ana_course_new(&world), ana_course_new(&world), ana_course_new(&world)};
    g_autoptr(AnaCourse) whole = ana_course_new(&world);
    guint32 state = 7;
    for (int i = 0; i < 3000; i++) {
        AnaCourse *into[2] = {parts[i % 3], whole};
        SimTime at = (SimTime)next(&state) * 1200;
        SimSpan span = (SimSpan)next(&state) * 600;
        RepOperationKind kind = i % 2 ? REP_WRITE : REP_READ;
        RepOutcome outcome = next(&state) % 5 ? REP_OK : REP_UNKNOWN;
        for (int k = 0; k < 2; k++) {
            tell(into[k], at, kind, outcome);
            ana_course_lag(into[k], i % 2, at, span, 2);
            ana_course_read(into[k], span, i % 7 == 0);
        }
    }
    ana_course_merge(parts[2], parts[0]);
    ana_course_merge(parts[2], parts[1]);
    for (guint cell = 0; cell < ana_course_n_cells(whole); cell++)
        for (int writes = 0; writes < 2; writes++) {
            double a = ana_course_availability(parts[2], writes, cell);
            double b = ana_course_availability(whole, writes, cell);
            CHECK(a == b || (isnan(a) && isnan(b)));
        }
    for (guint cell = 0; cell < ana_course_n_lag_cells(whole); cell++)
        for (gsize node = 0; node < 2; node++)
            CHECK(ana_course_lag_quantile(parts[2], node, cell, 0.9) ==
                  ana_course_lag_quantile(whole, node, cell, 0.9));
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++) {
        CHECK_UINT(ana_course_fresh(parts[2], bin).reads, ana_course_fresh(whole, bin).reads);
        CHECK_UINT(ana_course_fresh(parts[2], bin).stale, ana_course_fresh(whole, bin).stale);
    }
    for (int i = 0; i < 3; i++)
        ana_course_free(parts[i]);
}

/* ---- of a simulated run ------------------------------------------------------------------- */

/* One replication of a scenario, with its course; cells are to be freed with the plan. */
typedef struct Run {
    ScnScenario *scenario;
    AnaPlan *plan;
    AnaCell *cells;
    AnaCourse *course;
} Run;

/* `asked` is a question beside the usual ones; or NULL. */
static Run simulate(const char *yaml, gboolean keeps_course, const AnaQuery *asked)
{
    Run run = {.scenario = test_load_good(yaml, NULL)};
    const RepSetup *setup = run.scenario->variants[0].setup;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    run.plan = ana_plan_new(&view->world, asked, asked ? 1 : 0);
    if (keeps_course)
        ana_plan_keep_course(run.plan);
    AnaMeters *meters = ana_meters_new(run.plan);
    RepWorld *world = rep_world_new(setup, 0, NULL, NULL);
    rep_world_observe(world, ana_meters_observer(meters));
    rep_world_run(world, UINT64_MAX, NULL);
    run.cells = ana_meters_take_cells(meters);
    run.course = ana_meters_take_course(meters);
    ana_meters_free(meters);
    rep_world_free(world);
    return run;
}

static void run_clear(Run *run)
{
    ana_cells_free(run->plan, run->cells);
    ana_course_free(run->course);
    ana_plan_free(run->plan);
    scn_scenario_free(run->scenario);
}

static const AnaCell *cell_of(const Run *run, const char *metric, int node, AnaStat stat)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query.node = node;
    query = ana_query_with(&query, stat);
    gssize number = ana_plan_find(run->plan, &query);
    return &run->cells[ana_plan_cell_of(run->plan, (gsize)number)];
}

static const char outage[] = "replsim: 1\n"
                             "duration: 4s\n"
                             "nodes: {db1: us, db2: eu}\n"
                             "network: {between: {us <-> eu: 40ms}}\n"
                             "clients: {web: {rate: poisson(3k/s), reads: 70%, timeout: 200ms, "
                             "keys: uniform_keys(200)}}\n"
                             "policy: {leader: db1, followers: [db2], ack: async, reads: nearest}\n"
                             "faults: [{at: 1s, crash: db1, for: 1s}]\n";

static void the_course_of_a_run_is_what_its_measures_add_up(void)
{
    Run run = simulate(outage, TRUE, NULL);
    guint64 stale = 0, reads = 0;
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++) {
        stale += ana_course_fresh(run.course, bin).stale;
        reads += ana_course_fresh(run.course, bin).reads;
    }
    const AnaCell *rate = cell_of(&run, "stale_rate", -1, ANA_STAT_NONE);
    CHECK(stale > 0);
    CHECK_UINT(stale, rate->hits);
    CHECK(reads <= rate->of && reads > rate->of / 2);
    for (guint cell = 11; cell < 17; cell++)
        CHECK_NEAR(ana_course_availability(run.course, TRUE, cell), 0, 0);
    for (guint cell = 21; cell < 39; cell++)
        CHECK_NEAR(ana_course_availability(run.course, TRUE, cell), 1, 0);
    const AnaCell *lag = cell_of(&run, "lag", 1, ANA_STAT_P50);
    double median = (double)ana_hist_quantile(lag->hist, 0.5);
    CHECK_CLOSE(ana_course_lag_quantile(run.course, 1, 0, 0.5), median, 0.07);
    CHECK(isnan(ana_course_lag_quantile(run.course, 1, 3, 0.5))); /* nothing was written */
    run_clear(&run);
}

static void keeping_the_course_changes_no_measure(void)
{
    Run with = simulate(outage, TRUE, NULL), without = simulate(outage, FALSE, NULL);
    CHECK(without.course == NULL);
    for (gsize q = 0; q < ana_plan_n_queries(with.plan); q++) {
        gsize cell = ana_plan_cell_of(with.plan, q);
        double a = ana_cell_value(ana_plan_query(with.plan, q), &with.cells[cell]);
        double b = ana_cell_value(ana_plan_query(without.plan, q), &without.cells[cell]);
        CHECK(a == b || (isnan(a) && isnan(b)));
    }
    run_clear(&with);
    run_clear(&without);
}

static void where_there_is_no_one_log_arrivals_are_the_lag(void)
{
    AnaQuery asked = ana_query_of(ana_metric_find("lag"));
    asked.node = 1;
    asked = ana_query_with(&asked, ANA_STAT_P50);
    Run run = simulate("replsim: 1\n"
                       "duration: 2s\n"
                       "nodes: {n1: us, n2: eu}\n"
                       "network: {between: {us <-> eu: 40ms}}\n"
                       "clients: {web: {rate: poisson(300/s), reads: 50%, from: {us: 100%}, "
                       "keys: uniform_keys(200)}}\n"
                       "policy: {model: leaderless, replicas: 2, read_quorum: 1, "
                       "write_quorum: 2}\n",
                       TRUE, &asked);
    const AnaCell *lag = cell_of(&run, "lag", 1, ANA_STAT_P50);
    CHECK(ana_hist_count(lag->hist) > 0);
    CHECK_CLOSE(ana_course_lag_quantile(run.course, 1, 0, 0.5),
                (double)ana_hist_quantile(lag->hist, 0.5), 0.07);
    run_clear(&run);
}

static const TestCase cases[] = {TEST(cells_are_100_ms_until_there_would_be_too_many),
                                 TEST(availability_is_that_of_the_instant_of_invocation),
                                 TEST(lag_quantiles_are_within_a_sixteenth),
                                 TEST(lag_between_instants_is_that_of_all_nodes),
                                 TEST(extremes_of_lag_have_a_place),
                                 TEST(bins_of_freshness_cover_their_range_without_gaps),
                                 TEST(parts_merge_into_the_whole),
                                 TEST(the_course_of_a_run_is_what_its_measures_add_up),
                                 TEST(keeping_the_course_changes_no_measure),
                                 TEST(where_there_is_no_one_log_arrivals_are_the_lag),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("course", cases, argc, argv);
}
