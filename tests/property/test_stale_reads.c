/*
 * test_stale_reads.c — goal: the stale reads that are handed out one by one are those that are
 * counted. Method: a small run of each family with both, compared: how many, the oldest, and how
 * many versions they miss.
 */
#include "analysis/meters.h"
#include "cli/world_view.h"
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/trace_scenarios.h"

#include <string.h>

static double asked(const AnaPlan *plan, const AnaMeters *meters, const char *metric, AnaStat stat,
                    guint64 *hits)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query = ana_query_with(&query, stat);
    gssize at = ana_plan_find(plan, &query);
    CHECK(at >= 0);
    const AnaCell *cell = &ana_meters_cells(meters)[ana_plan_cell_of(plan, (gsize)at)];
    *hits = cell->hits;
    return ana_cell_value(&query, cell);
}

static void check_one(const TraceScenario *one, guint32 replication, guint *all)
{
    g_autoptr(ScnScenario) scenario = test_load_good(one->yaml, NULL);
    const RepSetup *setup = scenario->variants[0].setup;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, NULL, 0);
    ana_plan_keep_stale_reads(plan);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    g_autoptr(RepWorld) world = rep_world_new(setup, replication, one->name, "base");
    rep_world_observe(world, ana_meters_observer(meters));
    rep_world_run(world, 10000000, NULL);
    g_autoptr(GArray) reads = ana_meters_take_stale_reads(meters);
    guint64 hits, unused;
    SimSpan oldest = 0;
    guint64 missed = 0;
    for (guint i = 0; i < reads->len; i++) {
        const AnaStaleRead *read = &g_array_index(reads, AnaStaleRead, i);
        CHECK(read->age >= 0 && read->began <= read->ended && read->missed >= 1);
        oldest = MAX(oldest, read->age);
        missed = MAX(missed, read->missed);
    }
    asked(plan, meters, "stale_rate", ANA_STAT_NONE, &hits);
    CHECK_UINT(reads->len, hits);
    if (reads->len) {
        CHECK_INT(oldest, asked(plan, meters, "stale_age", ANA_STAT_MAX, &unused));
        CHECK_UINT(missed, asked(plan, meters, "stale_versions", ANA_STAT_MAX, &unused));
    }
    *all += reads->len;
}

static void those_handed_out_are_those_counted(void)
{
    for (const TraceScenario *one = trace_scenarios; one->name; one++) {
        guint all = 0;
        test_row("%s", one->name);
        for (guint32 replication = 0; replication < 3; replication++)
            check_one(one, replication, &all);
        /* Strict quorums and a chain that is read at its tail answer none. */
        CHECK(all > 0 || strcmp(one->name, "leaderless") == 0 || strcmp(one->name, "chain") == 0);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(those_handed_out_are_those_counted), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("stale_reads", cases, argc, argv);
}
