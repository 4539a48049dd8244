/*
 * test_summary.c — the JSON document of a run, byte by byte, and metrics.csv.
 *
 * The expected document is tests/unit/golden/summary.json; UPDATE_GOLDEN=1 rewrites it.
 */
#include "analysis/csv.h"
#include "analysis/summary.h"
#include "tests/support/check.h"
#include "tests/support/meter_script.h"
#include "tests/support/result_world.h"

#include <string.h>

#define GOLDEN REPLSIM_SOURCE_DIR "/tests/unit/golden/summary.json"

/* One node, one region: few queries. */
static AnaPlan *small_plan(const AnaExpectation *expectations, gsize n)
{
    static const char *const nodes[] = {"db1"}, *const regions[] = {"us"},
                             *const faults[] = {"cut"}, *const clients[] = {"web"};
    static const int node_regions[] = {0};
    static const gboolean yes[] = {TRUE}, no[] = {FALSE};
    static const SimSpan lives[] = {SIM_S};
    AnaWorld world = {.nodes = nodes,
                      .node_regions = node_regions,
                      .n_nodes = 1,
                      .regions = regions,
                      .n_regions = 1,
                      .client_regions = yes,
                      .clients = clients,
                      .client_lives = lives,
                      .n_clients = 1,
                      .faults = faults,
                      .n_faults = 1,
                      .follows = no,
                      .answers = yes,
                      .duration = SIM_S,
                      .has_reads = TRUE,
                      .has_writes = TRUE};
    AnaQuery *queries = g_new0(AnaQuery, n + 1);
    for (gsize i = 0; i < n; i++)
        queries[i] = expectations[i].query;
    AnaPlan *plan = ana_plan_new(&world, queries, n);
    g_free(queries);
    return plan;
}

/* async loses writes and fails a check; sync loses none, is slower, and one run did not drain. */
static AnaResult *make_result(const AnaPlan *plan, const AnaExpectation *expectations, gsize n,
                              guint n_planned)
{
    const ResultRow rows[] = {{.stale = 3,
                               .reads = 100,
                               .lost = 2,
                               .acknowledged = 50,
                               .latency = 1600412,
                               .writes = 100,
                               .downtime = 6300000000},
                              {.stale = 5,
                               .reads = 120,
                               .lost = 3,
                               .acknowledged = 60,
                               .latency = 1700000,
                               .writes = 90,
                               .downtime = 6100000000}};
    AnaVariant variants[] = {{.name = "async",
                              .plan = plan,
                              .seed = 42,
                              .expectations = expectations,
                              .n_replications = n_planned,
                              .n_expectations = n,
                              .is_gated = TRUE},
                             {.name = "sync",
                              .plan = plan,
                              .seed = 42,
                              .expectations = expectations,
                              .n_replications = n_planned,
                              .n_expectations = n}};
    AnaResult *result = ana_result_new(variants, 2, 0, result_fold);
    for (guint r = 0; r < 2; r++) {
        ResultRow other = rows[r];
        other.lost = other.stale = 0;
        other.latency += 67000000;
        other.undrained = r == 1;
        result_add(result, 0, r, &rows[r]);
        result_add(result, 1, r, &other);
    }
    ana_result_finish(result);
    return result;
}

static const AnaScenarioName one[] = {{"failover", "9f31c2e0"}};
static const AnaScenarioName two[] = {{"failover", "9f31c2e0"}, {"\"odd\"", "00"}};

static void expectations_of(AnaExpectation expectations[4])
{
    expectations[0] = result_expect("stale_rate", ANA_STAT_NONE, ANA_LESS, 0.01, FALSE);
    expectations[0].text = (char *)"stale_rate < 1%";
    expectations[1] = result_expect("lost_writes", ANA_STAT_NONE, ANA_EQUAL, 0, FALSE);
    expectations[1].text = (char *)"lost_writes == 0";
    expectations[2] = result_expect("write.latency", ANA_STAT_P99, ANA_LESS_EQUAL, 2, TRUE);
    expectations[2].text = (char *)"write.latency.p99 <= 2 x baseline";
    expectations[3] = result_expect("read.latency", ANA_STAT_P99, ANA_LESS, 1e9, FALSE);
    expectations[3].text = (char *)"read.latency.p99 < 1s";
}

static void the_document_is_the_expected_one_byte_by_byte(void)
{
    AnaExpectation expectations[4];
    expectations_of(expectations);
    g_autoptr(AnaPlan) plan = small_plan(expectations, 4);
    g_autoptr(AnaResult) result = make_result(plan, expectations, 4, 2);
    GString *out = g_string_new(NULL);
    ana_summary_write(result, "0.1.0", one, 1, out);
    if (g_getenv("UPDATE_GOLDEN"))
        CHECK(g_file_set_contents(GOLDEN, out->str, (gssize)out->len, NULL));
    g_autofree char *golden = NULL;
    CHECK(g_file_get_contents(GOLDEN, &golden, NULL, NULL));
    CHECK_STR(out->str, golden);
    g_string_free(out, TRUE);
}

static gboolean contains(const GString *text, const char *part)
{
    if (strstr(text->str, part))
        return TRUE;
    test_str_eq(text->str, part, "contains", __FILE__, __LINE__);
    return FALSE;
}

static void a_partial_run_says_how_many_were_planned(void)
{
    g_autoptr(AnaPlan) plan = small_plan(NULL, 0);
    g_autoptr(AnaResult) result = make_result(plan, NULL, 0, 5);
    GString *out = g_string_new(NULL);
    ana_summary_write(result, "0.1.0", one, 1, out);
    CHECK(contains(out, "  \"replications\": 2,\n  \"planned\": 5,\n  \"partial\": true,\n"));
    CHECK(contains(out, "\"checks\": []"));
    g_string_free(out, TRUE);
}

static void several_scenarios_are_a_list(void)
{
    g_autoptr(AnaPlan) plan = small_plan(NULL, 0);
    g_autoptr(AnaResult) result = make_result(plan, NULL, 0, 2);
    GString *out = g_string_new(NULL);
    ana_summary_write(result, "0.1.0", two, 2, out);
    CHECK(contains(out,
                   "  \"scenario\": [\n    {\"name\": \"failover\", \"sha256\": \"9f31c2e0\"},\n"
                   "    {\"name\": \"\\\"odd\\\"\", \"sha256\": \"00\"}\n  ],\n"));
    g_string_free(out, TRUE);
}

static gboolean collect(void *data, const char *text, gsize length)
{
    g_string_append_len(data, text, (gssize)length);
    return TRUE;
}

static gboolean stop_after_header(void *data, const char *text, gsize length)
{
    return (*(int *)data)++ > 0;
}

static void csv_has_a_row_per_replication_and_the_merged_one(void)
{
    g_autoptr(AnaPlan) plan = small_plan(NULL, 0);
    g_autoptr(AnaResult) result = make_result(plan, NULL, 0, 2);
    GString *out = g_string_new(NULL);
    CHECK(ana_csv_write(result, "failover-9f31, \"s42\"", collect, out));
    CHECK(g_str_has_prefix(out->str, "run,variant,replication,metric,filter,stat,unit,value\r\n"));
#define RUN "\"failover-9f31, \"\"s42\"\"\""
    CHECK(contains(out, RUN ",async,0,lost_writes,,,count,2\r\n" RUN
                            ",async,1,lost_writes,,,count,3\r\n" RUN
                            ",async,,lost_writes,,,count,2.5\r\n"));
    CHECK(contains(out, RUN ",async,,lost_writes,,rate,ratio,0.045454545454545456\r\n"));
    CHECK(contains(out, RUN ",sync,,write.latency,,max,ns,68789000\r\n"));
    CHECK(contains(out, RUN ",sync,1,downtime(writes),client_region=us,,ns,\r\n"));
    CHECK(contains(out, RUN ",sync,1,downtime(writes),,,ns,6100000000\r\n"));
    gsize rows = 0;
    for (const char *c = out->str; (c = strstr(c, "\r\n")); c += 2)
        rows++;
    CHECK_UINT(rows, 1 + 2 * 3 * ana_plan_n_queries(plan));
    g_string_free(out, TRUE);
    int calls = 0;
    CHECK(!ana_csv_write(result, "x", stop_after_header, &calls));
    CHECK_INT(calls, 1);
}

static void csv_fields_are_quoted_where_they_must_be(void)
{
    const struct {
        const char *text, *field;
    } rows[] = {{"plain text", "plain text"},
                {"", ""},
                {"a,b", "\"a,b\""},
                {"say \"x\"", "\"say \"\"x\"\"\""},
                {"two\nlines", "\"two\nlines\""},
                {"two\rlines", "\"two\rlines\""}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *out = g_string_new(NULL);
        ana_csv_append_field(out, rows[i].text);
        CHECK_STR(out->str, rows[i].field);
        g_string_free(out, TRUE);
    }
}

static const TestCase cases[] = {
    {"the_document_is_the_expected_one_byte_by_byte",
     the_document_is_the_expected_one_byte_by_byte},
    {"a_partial_run_says_how_many_were_planned", a_partial_run_says_how_many_were_planned},
    {"several_scenarios_are_a_list", several_scenarios_are_a_list},
    {"csv_has_a_row_per_replication_and_the_merged_one",
     csv_has_a_row_per_replication_and_the_merged_one},
    {"csv_fields_are_quoted_where_they_must_be", csv_fields_are_quoted_where_they_must_be},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("summary", cases, argc, argv);
}
