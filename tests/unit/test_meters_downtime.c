/*
 * test_meters_downtime.c — downtime, time_to_first (semantics §9), clause by clause.
 *
 * Method: transcripts by hand; a success every 50 ms would be no gap at the floor of 100 ms, so
 * gaps are made by leaving successes out.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)

/* A write that succeeds 1 ms after its invocation. */
static void ok(MeterScript *script, SimTime at)
{
    meter_script_write(script, at - SIM_MS, at, 1, (guint64)at);
}

static RepOperationSeen *fails(MeterScript *script, SimTime began, SimTime ended)
{
    RepOperationSeen *operation = meter_script_write(script, began, ended, 1, 0);
    operation->outcome = REP_UNKNOWN;
    return operation;
}

static double downtime_ms(MeterScript *script, const char *name)
{
    return (double)meter_script_cell(script, name)->hits / (double)SIM_MS;
}

static void a_window_runs_from_the_first_invocation_to_the_next_success(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    fails(script, 11 * SIM_S, 12 * SIM_S);
    fails(script, 13 * SIM_S, 14 * SIM_S);
    ok(script, 15 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 4000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes){client_region=us}"), 4000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes){client_region=eu}"), 0, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(reads)"), 0, 0);
}

static void the_first_invocation_may_be_of_an_operation_that_succeeds_or_ends_much_later(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    fails(script, 12 * SIM_S, 13 * SIM_S);
    meter_script_write(script, 11 * SIM_S, 15 * SIM_S, 1, 2); /* the one that ends the gap */
    ok(script, 20 * SIM_S);
    fails(script, 22 * SIM_S, 23 * SIM_S);
    ok(script, 25 * SIM_S);
    ok(script, 30 * SIM_S);
    meter_script_write(script, 21 * SIM_S, 40 * SIM_S, 1, 3); /* known long after */
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 4000 + 4000, 0);
}

static void a_window_without_a_failed_operation_does_not_count(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    meter_script_write(script, 12 * SIM_S, 20 * SIM_S, 1, 2); /* slow, but it succeeds */
    ok(script, 30 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 0, 0);
}

static void the_failed_operation_must_have_been_invoked_in_the_window_though_it_is_known_later(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    fails(script, 10 * SIM_S - 1, 12 * SIM_S); /* before the success at 10 s */
    ok(script, 10 * SIM_S);
    meter_script_write(script, 11 * SIM_S, 13 * SIM_S, 1, 2);
    /* invoked in the gap from 20 to 25 s, unknown at 40 s */
    ok(script, 20 * SIM_S);
    fails(script, 21 * SIM_S, 40 * SIM_S);
    ok(script, 25 * SIM_S);
    for (SimTime at = 26; at < 45; at++)
        ok(script, at * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 4000, 0);
}

static void a_window_shorter_than_the_floor_does_not_count(void)
{
    for (int over = 0; over <= 1; over++) {
        g_autoptr(MeterScript) script = meter_script_new();
        SimTime began = 11 * SIM_S;
        ok(script, 10 * SIM_S);
        fails(script, began, 12 * SIM_S)->outcome = REP_FAILED;
        meter_script_write(script, began + SIM_MS, began + 100 * SIM_MS - 1 + over, 1, 2);
        meter_script_play(script, END, TRUE);
        CHECK_NEAR(downtime_ms(script, "downtime(writes)"), over ? 100 : 0, 0);
    }
}

static void windows_are_clipped_to_the_measured_part_and_may_last_to_the_end(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    fails(script, SIM_S / 2, 2 * SIM_S); /* no success before */
    ok(script, 3 * SIM_S);
    for (SimTime at = 4; at < 90; at++)
        ok(script, at * SIM_S);
    fails(script, 100 * SIM_S, 105 * SIM_S); /* and none after */
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 2000 + 1000, 0);
}

static void operations_never_started_take_no_part(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    fails(script, 12 * SIM_S, 100 * SIM_S)->outcome = REP_NOT_STARTED;
    ok(script, 20 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 0, 0);
}

static void without_a_kind_any_success_ends_the_window(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("downtime"));
    meter_script_ask(script, query);
    ok(script, 10 * SIM_S);
    fails(script, 11 * SIM_S, 12 * SIM_S);
    meter_script_read(script, 13 * SIM_S, 14 * SIM_S, 1, 0);
    ok(script, 20 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime"), 3000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 9000, 0);
    CHECK_UINT(meter_script_cell(script, "downtime")->of, 4);
}

static void a_success_comes_before_an_invocation_of_the_same_instant(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    fails(script, 10 * SIM_S, 11 * SIM_S);
    ok(script, 10 * SIM_S);
    ok(script, 12 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 2000, 0);
}

static void the_window_of_a_query_takes_its_part_and_the_floor_is_of_the_whole(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("downtime"));
    query.writes = 1;
    query.fault = CRASH;
    for (int window = ANA_WINDOW_DURING; window <= ANA_WINDOW_AFTER; window++) {
        query.window = (AnaWindowKind)window;
        meter_script_ask(script, query);
    }
    query.client = JOBS;
    meter_script_ask(script, query);
    meter_script_fault(script, 12 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 12 * SIM_S + 10 * SIM_MS, CRASH, FALSE);
    meter_script_fault(script, 13 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 14 * SIM_S, CRASH, FALSE);
    ok(script, 10 * SIM_S);
    fails(script, 11 * SIM_S, 12 * SIM_S);
    ok(script, 15 * SIM_S);
    ok(script, 16 * SIM_S);
    ok(script, 60 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 4000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes) before crash"), 1000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes) during crash"), 1010, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes) after crash"), 1000, 0);
    CHECK_NEAR(downtime_ms(script, "downtime(writes){client=jobs} after crash"), 0, 0);
    CHECK_UINT(meter_script_cell(script, "downtime(writes) after crash")->of, 3);
    CHECK_UINT(meter_script_cell(script, "downtime(writes){client=jobs} after crash")->of, 0);
}

static void a_failure_in_no_time_at_the_instant_of_a_success_comes_after_it(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    fails(script, 12 * SIM_S, 12 * SIM_S)->outcome = REP_FAILED;
    ok(script, 12 * SIM_S);
    ok(script, 13 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(downtime_ms(script, "downtime(writes)"), 1000, 0);
}

static void without_an_operation_of_the_kind_there_is_no_downtime_to_speak_of(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK(isnan(meter_script_value(script, "downtime(reads)")));
    CHECK_NEAR(meter_script_value(script, "downtime(writes)"), 0, 0);
}

static double first_ms(MeterScript *script, const char *name)
{
    return (double)meter_script_cell(script, name)->hits / (double)SIM_MS;
}

static void time_to_first_ends_where_the_first_window_of_either_kind_begins(void)
{
    for (int kind = REP_READ; kind <= REP_WRITE; kind++) {
        g_autoptr(MeterScript) script = meter_script_new();
        ok(script, 10 * SIM_S);
        fails(script, 10 * SIM_S + 10, 10 * SIM_S + 20); /* too short a window */
        ok(script, 10 * SIM_S + 50 * SIM_MS);
        fails(script, 21 * SIM_S, 22 * SIM_S)->kind = (guint8)kind;
        ok(script, 25 * SIM_S);
        fails(script, 31 * SIM_S, 32 * SIM_S);
        ok(script, 35 * SIM_S);
        meter_script_play(script, END, TRUE);
        CHECK_NEAR(first_ms(script, "time_to_first(unavailable)"), 20000, 0);
        CHECK_UINT(meter_script_cell(script, "time_to_first(unavailable)")->censored, 0);
    }
}

static void a_run_in_which_it_never_happens_is_censored_at_the_end_of_the_measured_part(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ok(script, 10 * SIM_S);
    fails(script, 103 * SIM_S, 104 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(first_ms(script, "time_to_first(unavailable)"), 100000, 0);
    CHECK_UINT(meter_script_cell(script, "time_to_first(unavailable)")->censored, 1);
}

static void a_window_that_began_in_the_warm_up_leaves_no_time(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    fails(script, SCRIPT_WARMUP / 2, SIM_S);
    ok(script, 2 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(first_ms(script, "time_to_first(unavailable)"), 0, 0);
    CHECK_UINT(meter_script_cell(script, "time_to_first(unavailable)")->censored, 0);
}

static void in_a_window_of_a_query_it_is_the_time_the_window_has_before(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("time_to_first"));
    query.word = 0;
    query.fault = CRASH;
    for (int window = ANA_WINDOW_DURING; window <= ANA_WINDOW_AFTER; window++) {
        query.window = (AnaWindowKind)window;
        meter_script_ask(script, query);
    }
    ok(script, 10 * SIM_S);
    meter_script_fault(script, 20 * SIM_S, CRASH, TRUE);
    fails(script, 22 * SIM_S, 23 * SIM_S);
    ok(script, 24 * SIM_S);
    meter_script_fault(script, 30 * SIM_S, CRASH, FALSE);
    fails(script, 33 * SIM_S, 34 * SIM_S); /* after the first, not after the last */
    ok(script, 35 * SIM_S);
    meter_script_fault(script, 40 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 50 * SIM_S, CRASH, FALSE);
    ok(script, 55 * SIM_S);
    fails(script, 57 * SIM_S, 58 * SIM_S);
    ok(script, 59 * SIM_S);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(first_ms(script, "time_to_first(unavailable) during crash"), 2000, 0);
    CHECK_NEAR(first_ms(script, "time_to_first(unavailable) before crash"), 19000, 0);
    CHECK_UINT(meter_script_cell(script, "time_to_first(unavailable) before crash")->censored, 1);
    CHECK_NEAR(first_ms(script, "time_to_first(unavailable) after crash"), 7000, 0);
}

static const TestCase cases[] = {
    {"a_window_runs_from_the_first_invocation_to_the_next_success",
     a_window_runs_from_the_first_invocation_to_the_next_success},
    {"the_first_invocation_may_be_of_an_operation_that_succeeds_or_ends_much_later",
     the_first_invocation_may_be_of_an_operation_that_succeeds_or_ends_much_later},
    {"a_window_without_a_failed_operation_does_not_count",
     a_window_without_a_failed_operation_does_not_count},
    {"the_failed_operation_must_have_been_invoked_in_the_window_though_it_is_known_later",
     the_failed_operation_must_have_been_invoked_in_the_window_though_it_is_known_later},
    {"a_window_shorter_than_the_floor_does_not_count",
     a_window_shorter_than_the_floor_does_not_count},
    {"windows_are_clipped_to_the_measured_part_and_may_last_to_the_end",
     windows_are_clipped_to_the_measured_part_and_may_last_to_the_end},
    {"operations_never_started_take_no_part", operations_never_started_take_no_part},
    {"without_a_kind_any_success_ends_the_window", without_a_kind_any_success_ends_the_window},
    {"a_success_comes_before_an_invocation_of_the_same_instant",
     a_success_comes_before_an_invocation_of_the_same_instant},
    {"the_window_of_a_query_takes_its_part_and_the_floor_is_of_the_whole",
     the_window_of_a_query_takes_its_part_and_the_floor_is_of_the_whole},
    {"a_failure_in_no_time_at_the_instant_of_a_success_comes_after_it",
     a_failure_in_no_time_at_the_instant_of_a_success_comes_after_it},
    {"without_an_operation_of_the_kind_there_is_no_downtime_to_speak_of",
     without_an_operation_of_the_kind_there_is_no_downtime_to_speak_of},
    {"time_to_first_ends_where_the_first_window_of_either_kind_begins",
     time_to_first_ends_where_the_first_window_of_either_kind_begins},
    {"a_run_in_which_it_never_happens_is_censored_at_the_end_of_the_measured_part",
     a_run_in_which_it_never_happens_is_censored_at_the_end_of_the_measured_part},
    {"a_window_that_began_in_the_warm_up_leaves_no_time",
     a_window_that_began_in_the_warm_up_leaves_no_time},
    {"in_a_window_of_a_query_it_is_the_time_the_window_has_before",
     in_a_window_of_a_query_it_is_the_time_the_window_has_before},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_downtime", cases, argc, argv);
}
