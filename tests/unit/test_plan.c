/*
 * test_plan.c — plans: which queries, in which order, under which names.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <string.h>

static gssize position(const AnaPlan *plan, const char *name)
{
    for (gsize i = 0; i < ana_plan_n_queries(plan); i++) {
        g_autofree char *own = ana_plan_query_name(plan, ana_plan_query(plan, i));
        if (strcmp(own, name) == 0)
            return (gssize)i;
    }
    return -1;
}

static void every_metric_of_the_table_is_described_and_asked_by_default(void)
{
    AnaWorld world = meter_script_world();
    g_autofree gboolean *follows = g_new0(gboolean, 2 * world.n_nodes);
    for (gsize i = 0; i < 2 * world.n_nodes; i++)
        follows[i] = i != 0 && i != world.n_nodes + 1; /* the first two nodes lead a log each */
    world.n_logs = 2;
    world.follows = follows;
    world.events |= ANA_HAS_VERSIONS | ANA_HAS_WARS | ANA_HAS_HINTS;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, NULL, 0);
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++) {
        gboolean is_asked = FALSE;
        test_row("%s", metric->name);
        CHECK(metric->doc && g_ascii_islower(*metric->doc));
        CHECK(metric->doc && metric->doc[strlen(metric->doc) - 1] != '.');
        CHECK(metric->label != NULL);
        CHECK(ana_metric_find(metric->name) == metric);
        CHECK((metric->required & ~metric->filters) == 0);
        for (gsize i = 0; i < ana_plan_n_queries(plan); i++)
            is_asked |= ana_plan_query(plan, i)->metric == metric;
        CHECK_INT(is_asked, !metric->is_claim); /* a claim keeps a history: on request only */
    }
    test_row(NULL);
    CHECK(ana_metric_find("stale_rat") == NULL);
}

static void names_are_what_expect_accepts(void)
{
    AnaWorld world = meter_script_world();
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, NULL, 0);
    AnaQuery latency = ana_query_of(ana_metric_find("write.latency"));
    latency.client_region = EU;
    latency.client = WEB;
    latency.window = ANA_WINDOW_BEFORE;
    latency.fault = CRASH;
    AnaQuery fresh = ana_query_of(ana_metric_find("fresh_after"));
    fresh.span = 1500 * SIM_US;
    AnaQuery stale = ana_query_of(ana_metric_find("stale_rate"));
    stale.age = 50 * SIM_MS;
    stale.session = 12;
    stale.region = AP;
    stale.key = 7;
    stale.node = DB1;
    AnaQuery down = ana_query_of(ana_metric_find("downtime"));
    down.writes = 1;
    down.window = ANA_WINDOW_SPAN;
    down.from = 10 * SIM_S;
    down.to = 20 * SIM_S + 1;
    const struct {
        AnaQuery query;
        AnaStat stat;
        double quantile;
        const char *name;
    } rows[] = {
        {latency, ANA_STAT_P999, 0.999,
         "write.latency{client=web, client_region=eu}.p999 before crash"},
        {latency, ANA_STAT_QUANTILE, 0.95,
         "write.latency{client=web, client_region=eu}.p95 before crash"},
        {latency, ANA_STAT_QUANTILE, 0.9999,
         "write.latency{client=web, client_region=eu}.p9999 before crash"},
        {latency, ANA_STAT_QUANTILE, 0.05,
         "write.latency{client=web, client_region=eu}.p05 before crash"},
        {latency, ANA_STAT_P50, 0.5,
         "write.latency{client=web, client_region=eu}.p50 before crash"},
        {fresh, ANA_STAT_NONE, 0, "fresh_after(1.5ms)"},
        {stale, ANA_STAT_NONE, 0, "stale_rate{age>50ms, key=7, node=db1, region=ap, session=12}"},
        {down, ANA_STAT_NONE, 0, "downtime(writes) 10s..20.000000001s"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AnaQuery query = rows[i].query;
        query.stat = rows[i].stat;
        query.quantile = rows[i].quantile;
        g_autofree char *name = ana_plan_query_name(plan, &query);
        CHECK_STR(name, rows[i].name);
    }
}

static void results_come_in_the_order_of_the_table_whole_before_parts(void)
{
    AnaWorld world = meter_script_world();
    AnaQuery extra = ana_query_of(ana_metric_find("stale_rate"));
    extra.window = ANA_WINDOW_DURING;
    extra.fault = FLAP;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, &extra, 1);
    const char *names[] = {"lost_writes",
                           "lost_writes.rate",
                           "stale_rate",
                           "stale_rate{client_region=eu}",
                           "stale_rate{client_region=us}",
                           "stale_rate during flap",
                           "stale_age.mean",
                           "stale_age.p50",
                           "stale_age.max",
                           "stale_age{client_region=eu}.mean",
                           "fresh_after(0ms)",
                           "fresh_after(1s)",
                           "write.latency.p99",
                           "read.latency.p99",
                           "availability",
                           "availability(reads)",
                           "availability(writes){client_region=us}",
                           "downtime(reads)",
                           "lag{node=db2}.p99",
                           "lag{node=db3}.p99",
                           "behind{node=db2}.mean",
                           "backlog{node=db3}.max",
                           "cost.messages",
                           "cost.flushes"};
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(names); i++) {
        test_row("%s before %s", names[i], names[i + 1]);
        CHECK(position(plan, names[i]) >= 0);
        CHECK(position(plan, names[i]) < position(plan, names[i + 1]));
    }
    test_row(NULL);
    CHECK_INT(position(plan, "lag{node=db1}.p99"), -1);
    CHECK_INT(position(plan, "stale_rate{client_region=ap}"), -1);
}

static void what_cannot_occur_is_not_asked_by_default(void)
{
    AnaWorld world = meter_script_world();
    world.has_writes = FALSE;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, NULL, 0);
    CHECK_INT(position(plan, "stale_rate"), -1);
    CHECK_INT(position(plan, "write.latency.p99"), -1);
    CHECK_INT(position(plan, "downtime(writes)"), -1);
    CHECK_INT(position(plan, "lag{node=db2}.p99"), -1);
    CHECK(position(plan, "read.latency.p99") >= 0);
}

static void what_needs_an_event_is_asked_where_it_can_happen_or_by_name(void)
{
    static const struct {
        const char *name;
        guint event;
    } rows[] = {{"failovers", ANA_CAN_FAIL_OVER},
                {"false_failovers", ANA_CAN_FAIL_OVER},
                {"split_brain", ANA_CAN_FAIL_OVER},
                {"divergences", ANA_CAN_DIVERGE},
                {"divergences{node=db2}.rate", ANA_CAN_DIVERGE},
                {"conflicts", ANA_CAN_CONFLICT},
                {"overwritten_writes", ANA_CAN_CONFLICT}};
    AnaWorld world = meter_script_world();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].name);
        world.events = rows[i].event;
        g_autoptr(AnaPlan) with = ana_plan_new(&world, NULL, 0);
        CHECK(position(with, rows[i].name) >= 0);
        world.events = (ANA_CAN_FAIL_OVER | ANA_CAN_DIVERGE | ANA_CAN_CONFLICT) & ~rows[i].event;
        g_autoptr(AnaPlan) without = ana_plan_new(&world, NULL, 0);
        CHECK_INT(position(without, rows[i].name), -1);
    }
    test_row(NULL);
    AnaQuery split = ana_query_of(ana_metric_find("split_brain"));
    world.events = 0;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, &split, 1);
    CHECK(position(plan, "split_brain") >= 0);
    CHECK(position(plan, "time_to_first(unavailable)") >= 0);
    world.n_faults = 0;
    g_autoptr(AnaPlan) quiet = ana_plan_new(&world, NULL, 0);
    CHECK_INT(position(quiet, "time_to_first(unavailable)"), -1);
}

static void duplicates_are_dropped_and_other_statistics_share_a_cell(void)
{
    AnaWorld world = meter_script_world();
    AnaQuery p95 = ana_query_of(ana_metric_find("read.latency"));
    p95.stat = ANA_STAT_QUANTILE;
    p95.quantile = 0.95;
    AnaQuery p99 = p95, whole = ana_query_of(p95.metric);
    p99.quantile = 0.99; /* the same as ANA_STAT_P99, which is there by default */
    const AnaQuery extra[] = {p95, p99, p95, whole};
    g_autoptr(AnaPlan) plain = ana_plan_new(&world, NULL, 0);
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, extra, G_N_ELEMENTS(extra));
    CHECK_UINT(ana_plan_n_queries(plan), ana_plan_n_queries(plain) + 1);
    CHECK_UINT(ana_plan_n_cells(plan), ana_plan_n_cells(plain));
    gssize at = ana_plan_find(plan, &p95);
    CHECK_INT(at, position(plan, "read.latency.p95"));
    CHECK_INT(ana_plan_find(plan, &p99), position(plan, "read.latency.p99"));
    CHECK_INT(ana_plan_find(plain, &p95), -1);
    CHECK_UINT(ana_plan_cell_of(plan, (gsize)at),
               ana_plan_cell_of(plan, (gsize)position(plan, "read.latency.p99")));
}

static void a_distribution_asked_for_without_a_statistic_gives_all(void)
{
    AnaWorld world = meter_script_world();
    AnaQuery lag = ana_query_of(ana_metric_find("lag"));
    lag.node = DB2;
    lag.window = ANA_WINDOW_DURING;
    lag.fault = CRASH;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, &lag, 1);
    const char *stats[] = {"mean", "p50", "p90", "p99", "p999", "max"};
    for (gsize i = 0; i < G_N_ELEMENTS(stats); i++) {
        g_autofree char *name = g_strdup_printf("lag{node=db2}.%s during crash", stats[i]);
        CHECK(position(plan, name) >= 0);
    }
}

static const TestCase cases[] = {
    {"every_metric_of_the_table_is_described_and_asked_by_default",
     every_metric_of_the_table_is_described_and_asked_by_default},
    {"names_are_what_expect_accepts", names_are_what_expect_accepts},
    {"results_come_in_the_order_of_the_table_whole_before_parts",
     results_come_in_the_order_of_the_table_whole_before_parts},
    {"what_cannot_occur_is_not_asked_by_default", what_cannot_occur_is_not_asked_by_default},
    {"what_needs_an_event_is_asked_where_it_can_happen_or_by_name",
     what_needs_an_event_is_asked_where_it_can_happen_or_by_name},
    {"duplicates_are_dropped_and_other_statistics_share_a_cell",
     duplicates_are_dropped_and_other_statistics_share_a_cell},
    {"a_distribution_asked_for_without_a_statistic_gives_all",
     a_distribution_asked_for_without_a_statistic_gives_all},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("plan", cases, argc, argv);
}
