/*
 * Goal: a check means what it says: metric, filters, window, statistic, comparison, limit.
 * Method: checks of one scenario are read and compared field by field, and written out again by
 * name. Mistakes are under test in tests/errors.
 */
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <string.h>

static const char SCENARIO[] =
    "replsim: 1\n"
    "duration: 60s\nwarmup: 5s\nreplications: 300\n"
    "nodes: {db1: us, db2: eu, db3: eu}\n"
    "network: {between: {us <-> eu: 40ms}}\n"
    "clients:\n  app: {rate: 1/s, reads: 50%, keys: uniform_keys(10)}\n"
    "  web: {rate: 100/s, reads: 90%, keys: uniform_keys(1k)}\n"
    "faults:\n  - {name: z, at: 30s, crash: db1, for: 10s}\n"
    "  - {name: b, at: 40s, crash: db2, for: 10s}\n  - {at: 1s, crash: db3, for: 1s}\n"
    "expect:\n";

/* The one check of a scenario; the caller frees the scenario. */
static const AnaExpectation *check_of(const char *check, ScnScenario **scenario)
{
    g_autofree char *text = g_strdup_printf("%s  - %s\n", SCENARIO, check);
    *scenario = test_load_good(text, NULL);
    return *scenario && (*scenario)->variants[0].n_expectations
               ? &(*scenario)->variants[0].expectations[0]
               : NULL;
}

static void limits_have_the_unit_of_the_metric(void)
{
    static const struct {
        const char *check, *metric;
        AnaOp op;
        double limit;
        AnaStat stat;
    } rows[] = {
        {"stale_rate < 1%", "stale_rate", ANA_LESS, 0.01, ANA_STAT_NONE},
        {"stale_rate<=0.5", "stale_rate", ANA_LESS_EQUAL, 0.5, ANA_STAT_NONE},
        {"lost_writes == 0", "lost_writes", ANA_EQUAL, 0, ANA_STAT_NONE},
        {"lost_writes < 2.5", "lost_writes", ANA_LESS, 2.5, ANA_STAT_NONE},
        {"lost_writes < 2k", "lost_writes", ANA_LESS, 2000, ANA_STAT_NONE},
        {"lost_writes.rate <= 1e-4", "lost_writes", ANA_LESS_EQUAL, 1e-4, ANA_STAT_RATE},
        {"write.latency.p99 > 1.5 ms", "write.latency", ANA_GREATER, 1.5e6, ANA_STAT_P99},
        {"write.latency.mean >= 1m 30s", "write.latency", ANA_GREATER_EQUAL, 90e9, ANA_STAT_MEAN},
        {"downtime(writes) < 10s", "downtime", ANA_LESS, 10e9, ANA_STAT_NONE},
        {"lag{node=db2}.max < 1s", "lag", ANA_LESS, 1e9, ANA_STAT_MAX},
        {"lag.max{node=db2} < 1s", "lag", ANA_LESS, 1e9, ANA_STAT_MAX},
        {"lag.received{node=db2}.p50 < 1s", "lag.received", ANA_LESS, 1e9, ANA_STAT_P50},
        {"stale_versions.max < 3", "stale_versions", ANA_LESS, 3, ANA_STAT_MAX},
        {"cost.bytes < 4KiB", "cost.bytes", ANA_LESS, 4096, ANA_STAT_NONE},
        {"backlog{node=db3}.p999 < 1k", "backlog", ANA_LESS, 1000, ANA_STAT_P999}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ScnScenario) scenario = NULL;
        const AnaExpectation *check = check_of(rows[i].check, &scenario);
        test_row("%s", rows[i].check);
        CHECK(check != NULL);
        if (!check)
            continue;
        CHECK_STR(check->query.metric->name, rows[i].metric);
        CHECK_INT(check->op, rows[i].op);
        CHECK_NEAR(check->limit, rows[i].limit, 0);
        CHECK_INT(check->query.stat, rows[i].stat);
        CHECK_STR(check->text, rows[i].check);
        CHECK(!check->relative);
    }
    test_row(NULL);
}

static void any_other_percentile_is_read(void)
{
    g_autoptr(ScnScenario) scenario = NULL;
    const AnaExpectation *check = check_of("write.latency.p9995 < 1s", &scenario);
    CHECK_INT(check->query.stat, ANA_STAT_QUANTILE);
    CHECK_NEAR(check->query.quantile, 0.9995, 0);
    g_autoptr(ScnScenario) other = NULL;
    check = check_of("write.latency.p05 < 1s", &other);
    CHECK_NEAR(check->query.quantile, 0.05, 0);
    g_autoptr(ScnScenario) named = NULL;
    check = check_of("write.latency.p99 < 1s", &named);
    CHECK_NEAR(check->query.quantile, 0.99, 0);
}

static void filters_become_numbers(void)
{
    g_autoptr(ScnScenario) scenario = NULL;
    const AnaExpectation *check =
        check_of("stale_rate{ client = web, client_region=us, region=eu, node=db3, session=7, "
                 "key=42, age > 50ms } < 1%",
                 &scenario);
    CHECK_INT(check->query.client, 1);
    CHECK_INT(check->query.client_region, 1);
    CHECK_INT(check->query.region, 0);
    CHECK_INT(check->query.node, 2);
    CHECK_INT(check->query.session, 7);
    CHECK_INT(check->query.key, 42);
    CHECK_INT(check->query.age, 50 * SIM_MS);
    g_autoptr(ScnScenario) none = NULL;
    check = check_of("stale_rate < 1%", &none);
    CHECK_INT(check->query.client, -1);
    CHECK_INT(check->query.node, -1);
    CHECK_INT(check->query.session, -1);
    CHECK_INT(check->query.age, -1);
}

static void arguments_say_which(void)
{
    g_autoptr(ScnScenario) writes = NULL, reads = NULL, both = NULL, span = NULL, word = NULL;
    CHECK_INT(check_of("availability(writes) > 99%", &writes)->query.writes, 1);
    CHECK_INT(check_of("availability(reads) > 99%", &reads)->query.writes, 0);
    CHECK_INT(check_of("availability > 99%", &both)->query.writes, -1);
    CHECK_INT(check_of("fresh_after(50ms) > 99%", &span)->query.span, 50 * SIM_MS);
    CHECK_INT(check_of("time_to_first( unavailable ) > 10s", &word)->query.word, 0);
}

static void windows_follow_faults_or_times(void)
{
    static const struct {
        const char *window;
        AnaWindowKind kind;
        int fault;
        SimTime from, to;
    } rows[] = {{"", ANA_WINDOW_ALL, -1, 0, 0},
                {"during z", ANA_WINDOW_DURING, 1, 0, 0},
                {"before b", ANA_WINDOW_BEFORE, 0, 0, 0},
                {"after z", ANA_WINDOW_AFTER, 1, 0, 0},
                {"10s..20s", ANA_WINDOW_SPAN, -1, 10 * SIM_S, 20 * SIM_S},
                {"1s..2min", ANA_WINDOW_SPAN, -1, SIM_S, 120 * SIM_S}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ScnScenario) scenario = NULL;
        g_autofree char *text = g_strdup_printf("stale_rate < 1%% %s", rows[i].window);
        const AnaExpectation *check = check_of(text, &scenario);
        test_row("%s", text);
        CHECK_INT(check->query.window, rows[i].kind);
        CHECK_INT(check->query.fault, rows[i].fault);
        CHECK_INT(check->query.from, rows[i].from);
        CHECK_INT(check->query.to, rows[i].to);
    }
    test_row(NULL);
}

static void limits_may_be_relative_to_the_baseline(void)
{
    static const struct {
        const char *limit;
        double factor;
    } rows[] = {{"2 x baseline", 2}, {"1.5x baseline", 1.5}, {"baseline", 1}, {"2x  baseline", 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ScnScenario) scenario = NULL;
        g_autofree char *text = g_strdup_printf("write.latency.p99 <= %s", rows[i].limit);
        const AnaExpectation *check = check_of(text, &scenario);
        test_row("%s", text);
        CHECK(check->relative);
        CHECK_NEAR(check->limit, rows[i].factor, 0);
    }
    test_row(NULL);
}

static void checks_go_to_the_variants_they_are_for(void)
{
    static const char text[] = TEST_SCENARIO
        "replications: 300\n"
        "variants: {a: {policy.reads: any}, b: {policy.reads: nearest}, c: {}}\n"
        "baseline: b\ngate: [c, a]\n"
        "expect:\n  all: [stale_rate < 1%]\n  a: [lost_writes == 0, stale_rate < 2%]\n"
        "  c: write.latency.p99 <= 2 x baseline\n";
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    CHECK_UINT(scenario->variants[0].n_expectations, 3);
    CHECK_UINT(scenario->variants[1].n_expectations, 1);
    CHECK_UINT(scenario->variants[2].n_expectations, 2);
    CHECK_STR(scenario->variants[0].expectations[1].text, "lost_writes == 0");
    CHECK_UINT(scenario->baseline, 1);
    CHECK(scenario->variants[0].gated && !scenario->variants[1].gated &&
          scenario->variants[2].gated);
}

static void a_question_on_the_command_line_is_the_same_language(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(TEST_SCENARIO, NULL);
    g_autoptr(ScnDiags) diags = scn_diags_new();
    AnaQuery query;
    ScnSetting good = {"--metric", "lag{node=db2}.p999 10s..20s"};
    ScnSetting bad = {"--metric", "lag{node=db2}"};
    ScnSetting check = {"--metric", "stale_rate < 1%"};
    CHECK(scn_scenario_query(scenario, 0, &good, &query, diags));
    CHECK_INT(query.node, 1);
    CHECK_INT(query.stat, ANA_STAT_P999);
    CHECK_INT(query.from, 10 * SIM_S);
    CHECK_UINT(scn_diags_errors(diags), 0);
    CHECK(!scn_scenario_query(scenario, 0, &bad, &query, diags));
    CHECK(!scn_scenario_query(scenario, 0, &check, &query, diags));
    CHECK_UINT(scn_diags_errors(diags), 2);
    CHECK_STR(scn_diags_get(diags, 0)->span.source->name, "--metric");
}

static const TestCase cases[] = {
    {"limits_have_the_unit_of_the_metric", limits_have_the_unit_of_the_metric},
    {"any_other_percentile_is_read", any_other_percentile_is_read},
    {"filters_become_numbers", filters_become_numbers},
    {"arguments_say_which", arguments_say_which},
    {"windows_follow_faults_or_times", windows_follow_faults_or_times},
    {"limits_may_be_relative_to_the_baseline", limits_may_be_relative_to_the_baseline},
    {"checks_go_to_the_variants_they_are_for", checks_go_to_the_variants_they_are_for},
    {"a_question_on_the_command_line_is_the_same_language",
     a_question_on_the_command_line_is_the_same_language},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("expect", cases, argc, argv);
}
