/*
 * test_meters_operations.c — latency, availability, unknown_rate and cost (semantics §7, §9).
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)

static void latency_counts_from_the_intended_arrival_for_successes_only(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 10 * SIM_S, 10 * SIM_S + 2 * SIM_MS, 1, 1)->attempts = 3;
    meter_script_write(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->outcome = REP_UNKNOWN;
    meter_script_read(script, 10 * SIM_S, 10 * SIM_S + SIM_MS, 1, 0);
    meter_script_read(script, 10 * SIM_S, 10 * SIM_S + 3 * SIM_MS, 1, 0)->region = EU;
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "write.latency.max"), 2e6, 0);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "write.latency.max")->hist), 1);
    CHECK_NEAR(meter_script_value(script, "read.latency.mean"), 2e6, 0);
    CHECK_NEAR(meter_script_value(script, "read.latency{client_region=eu}.mean"), 3e6, 0);
    CHECK_NEAR(meter_script_value(script, "read.latency{client_region=us}.p99"), 1e6, 0);
    CHECK(isnan(meter_script_value(script, "write.latency{client_region=eu}.p50")));
}

static void each_operation_has_one_outcome_and_those_not_started_count_nowhere(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0);
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->is_follow_up = TRUE;
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->outcome = REP_FAILED;
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->outcome = REP_UNKNOWN;
    meter_script_read(script, 10 * SIM_S, 100 * SIM_S, 1, 0)->outcome = REP_NOT_STARTED;
    meter_script_write(script, 10 * SIM_S, 11 * SIM_S, 1, 1);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "availability(reads)"), 0.5, 0);
    CHECK_NEAR(meter_script_value(script, "availability(writes)"), 1, 0);
    CHECK_NEAR(meter_script_value(script, "availability"), 0.6, 1e-15);
    CHECK_NEAR(meter_script_value(script, "unknown_rate"), 0.2, 1e-15);
    CHECK_UINT(meter_script_cell(script, "unknown_rate")->of, 5);
}

static void operations_belong_to_the_phase_of_their_invocation(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_read(script, SCRIPT_WARMUP - 1, SCRIPT_WARMUP + SIM_S, 1, 0);
    meter_script_read(script, SCRIPT_WARMUP, SCRIPT_WARMUP + SIM_S, 1, 0);
    meter_script_read(script, SCRIPT_DURATION - 1, SCRIPT_DURATION + SIM_S, 1, 0);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "availability(reads)")->of, 2);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "read.latency.p50")->hist), 2);
}

static void a_window_over_everything_gives_what_the_plain_cell_gives(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    const char *names[] = {
        "read.latency",  "write.latency", "availability", "unknown_rate",
        "cost.messages", "cost.bytes",    "cost.flushes", "cost.bytes_between_regions"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        AnaQuery query = ana_query_of(ana_metric_find(names[i]));
        query.window = ANA_WINDOW_SPAN;
        query.to = 200 * SIM_S;
        meter_script_ask(script, query);
    }
    for (int i = 0; i < 50; i++) {
        SimTime at = (SimTime)i * 2 * SIM_S;
        meter_script_read(script, at, at + i * SIM_MS, 1, 0)->outcome = (guint8)(i % 5 ? 0 : 2);
        meter_script_write(script, at, at + i * SIM_MS, 1, (guint64)i + 1);
        meter_script_message(script, at, 100 + (guint32)i, i % 3 == 0);
        meter_script_entries(script, at, REP_OBS_FLUSH, DB1, 1, 0);
    }
    meter_script_play(script, END, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gboolean has_stat = i < 2;
        g_autofree char *plain = g_strdup_printf("%s%s", names[i], has_stat ? ".mean" : "");
        g_autofree char *windowed = g_strdup_printf("%s 0ms..200s", plain);
        test_row("%s", plain);
        CHECK(meter_script_value(script, plain) > 0);
        CHECK_NEAR(meter_script_value(script, plain), meter_script_value(script, windowed), 0);
    }
    test_row(NULL);
}

static void cost_is_per_operation_of_the_measured_part(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0);
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->outcome = REP_UNKNOWN;
    meter_script_message(script, SCRIPT_WARMUP - 1, 1000, TRUE);
    meter_script_message(script, 10 * SIM_S, 300, FALSE);
    meter_script_message(script, 10 * SIM_S, 200, TRUE);
    meter_script_message(script, 10 * SIM_S, 0, TRUE);
    meter_script_message(script, SCRIPT_DURATION, 1000, TRUE);
    meter_script_entries(script, 10 * SIM_S, REP_OBS_FLUSH, DB1, 1, 0);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "cost.messages"), 1.5, 0);
    CHECK_NEAR(meter_script_value(script, "cost.bytes"), 250, 0);
    CHECK_NEAR(meter_script_value(script, "cost.bytes_between_regions"), 100, 0);
    CHECK_NEAR(meter_script_value(script, "cost.flushes"), 0.5, 0);
}

static void a_filter_on_the_answering_node_passes_over_what_no_node_answered(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("read.latency"));
    query.region = EU;
    query = ana_query_with(&query, ANA_STAT_MAX);
    meter_script_ask(script, query);
    meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 1, 0)->node = DB2;
    meter_script_read(script, 10 * SIM_S, 13 * SIM_S, 1, 0)->node = -1;
    meter_script_read(script, 10 * SIM_S, 12 * SIM_S, 1, 0)->node = DB3;
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "read.latency{region=eu}.max"), 1e9, 0);
}

static const TestCase cases[] = {
    {"latency_counts_from_the_intended_arrival_for_successes_only",
     latency_counts_from_the_intended_arrival_for_successes_only},
    {"each_operation_has_one_outcome_and_those_not_started_count_nowhere",
     each_operation_has_one_outcome_and_those_not_started_count_nowhere},
    {"operations_belong_to_the_phase_of_their_invocation",
     operations_belong_to_the_phase_of_their_invocation},
    {"a_window_over_everything_gives_what_the_plain_cell_gives",
     a_window_over_everything_gives_what_the_plain_cell_gives},
    {"cost_is_per_operation_of_the_measured_part", cost_is_per_operation_of_the_measured_part},
    {"a_filter_on_the_answering_node_passes_over_what_no_node_answered",
     a_filter_on_the_answering_node_passes_over_what_no_node_answered},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_operations", cases, argc, argv);
}
