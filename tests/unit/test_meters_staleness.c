/*
 * test_meters_staleness.c — semantics §9 "stale read" and "fresh_after", clause by clause.
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)

static void an_old_version_is_stale_from_the_instant_of_the_acknowledgement_on(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 10 * SIM_S, 11 * SIM_S, 7, 1);
    meter_script_read(script, 11 * SIM_S - 1, 12 * SIM_S, 7, 0); /* began before: not stale */
    meter_script_read(script, 11 * SIM_S, 12 * SIM_S, 7, 0);     /* same instant: stale, age 0 */
    meter_script_read(script, 11 * SIM_S + 5 * SIM_MS, 12 * SIM_S, 7, 0);
    meter_script_read(script, 11 * SIM_S + 5 * SIM_MS, 12 * SIM_S, 7, 1); /* fresh */
    meter_script_read(script, 11 * SIM_S + 5 * SIM_MS, 12 * SIM_S, 8, 0); /* another key */
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 5);
    CHECK_NEAR(meter_script_value(script, "stale_age.max"), 5e6, 0);
    CHECK_NEAR(meter_script_value(script, "stale_age.mean"), 2.5e6, 0);
}

static void unacknowledged_writes_make_no_read_stale(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 10 * SIM_S, 12 * SIM_S, 7, 1)->outcome = REP_UNKNOWN;
    meter_script_write(script, 10 * SIM_S, 12 * SIM_S, 8, 2)->outcome = REP_FAILED;
    meter_script_read(script, 13 * SIM_S, 14 * SIM_S, 7, 0);
    meter_script_read(script, 13 * SIM_S, 14 * SIM_S, 8, 0);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 0);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 2);
}

static void age_counts_from_the_earliest_missed_acknowledgement_though_acknowledged_out_of_order(
    void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    /* Version 3 is acknowledged first, then 2, then 4; 1 last of all. */
    meter_script_write(script, 5 * SIM_S, 10 * SIM_S, 7, 3);
    meter_script_write(script, 5 * SIM_S, 11 * SIM_S, 7, 2);
    meter_script_write(script, 5 * SIM_S, 12 * SIM_S, 7, 4);
    meter_script_write(script, 5 * SIM_S, 13 * SIM_S, 7, 1);
    const struct {
        SimTime began;
        guint64 returned;
        gint64 age, missed; /* -1: fresh */
    } rows[] = {
        {14 * SIM_S, 0, 4 * SIM_S, 4}, {14 * SIM_S, 1, 4 * SIM_S, 3}, {14 * SIM_S, 2, 4 * SIM_S, 2},
        {14 * SIM_S, 3, 2 * SIM_S, 1}, {14 * SIM_S, 4, -1, -1},       {10 * SIM_S, 2, 0, 1},
        {10 * SIM_S, 3, -1, -1},       {11 * SIM_S, 1, SIM_S, 2},     {9 * SIM_S, 0, -1, -1},
        {12 * SIM_S, 0, 2 * SIM_S, 3},
    };
    gint64 ages = 0, missed = 0;
    guint64 stale = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        meter_script_read(script, rows[i].began, 15 * SIM_S, 7, rows[i].returned);
        if (rows[i].age < 0)
            continue;
        stale++;
        ages += rows[i].age;
        missed += rows[i].missed;
    }
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, stale);
    CHECK_NEAR(ana_hist_sum(meter_script_cell(script, "stale_age.max")->hist), (double)ages, 0);
    CHECK_NEAR(ana_hist_sum(meter_script_cell(script, "stale_versions.max")->hist), (double)missed,
               0);
}

static void only_acknowledgements_up_to_its_start_count_however_late_the_answer(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 9 * SIM_S, 10 * SIM_S, 7, 1);
    for (guint64 i = 2; i <= 20; i++)
        meter_script_write(script, 10 * SIM_S, (10 + (SimTime)i) * SIM_S, 7, i);
    meter_script_read(script, 12 * SIM_S, 12 * SIM_S + SCRIPT_LIFE, 7, 0);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "stale_versions.max"), 2, 0);
    CHECK_NEAR(meter_script_value(script, "stale_age.max"), 2e9, 0);
}

static void a_write_of_the_warm_up_can_be_missed_but_its_reads_are_not_counted(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 0, SIM_MS, 7, 1);
    meter_script_read(script, SCRIPT_WARMUP - 1, 2 * SIM_S, 7, 0);
    meter_script_read(script, SCRIPT_WARMUP, 2 * SIM_S, 7, 0);
    meter_script_read(script, SCRIPT_DURATION - 1, SCRIPT_DURATION + SIM_S, 7, 0);
    meter_script_read(script, SCRIPT_DURATION, SCRIPT_DURATION + SIM_S, 7, 0);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 2);
}

static void failed_and_unknown_reads_are_no_reads(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 9 * SIM_S, 10 * SIM_S, 7, 1);
    meter_script_read(script, 11 * SIM_S, 12 * SIM_S, 7, 0)->outcome = REP_UNKNOWN;
    meter_script_read(script, 11 * SIM_S, 12 * SIM_S, 7, 0)->outcome = REP_FAILED;
    meter_script_read(script, 11 * SIM_S, 12 * SIM_S, 7, 0)->outcome = REP_NOT_STARTED;
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 0);
    CHECK(isnan(meter_script_value(script, "stale_rate")));
    CHECK(isnan(meter_script_value(script, "stale_age.p99")));
}

/* A leader loses version 2 with its site; its successor goes on without it. */
static void lose_version_2(MeterScript *script)
{
    meter_script_entries(script, 8 * SIM_S, REP_OBS_DURABLE, DB1, 1, 1);
    for (int node = DB2; node <= DB3; node++)
        for (int kind = REP_OBS_RECEIVED; kind <= REP_OBS_APPLIED; kind++)
            meter_script_entries(script, 8 * SIM_S, (RepObservationKind)kind, node, 1, 1);
    meter_script_write(script, 7 * SIM_S, 9 * SIM_S, 7, 1);
    meter_script_entries(script, 9 * SIM_S, REP_OBS_DURABLE, DB1, 2, 2);
    meter_script_write(script, 9 * SIM_S, 10 * SIM_S, 7, 2);
    meter_script_node(script, 20 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    /* db2 leads in term 2 and writes another key. */
    meter_script_entries(script, 30 * SIM_S, REP_OBS_DURABLE, DB2, 2, 2)->term = 2;
}

static void a_write_that_no_live_replica_can_get_any_more_makes_no_read_stale(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    lose_version_2(script);
    meter_script_read(script, 12 * SIM_S, 15 * SIM_S, 7, 1); /* the leader lives: stale */
    meter_script_read(script, 22 * SIM_S, 25 * SIM_S, 7, 1); /* dead, but may return: stale */
    meter_script_read(script, 29 * SIM_S, 31 * SIM_S, 7, 1); /* superseded when answered: fresh */
    meter_script_read(script, 40 * SIM_S, 41 * SIM_S, 7, 1);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 4);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 1);
}

static void a_write_that_its_leader_still_holds_stays_missed_until_it_is_truncated(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    lose_version_2(script);
    meter_script_node(script, 32 * SIM_S, DB1, REP_NODE_UP, FALSE);
    meter_script_read(script, 33 * SIM_S, 34 * SIM_S, 7, 1);
    meter_script_entries(script, 35 * SIM_S, REP_OBS_TRUNCATED, DB1, 2, 2);
    meter_script_read(script, 33 * SIM_S, 36 * SIM_S, 7, 1);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 1);
}

static void a_promotion_cuts_off_what_the_new_leader_has_not(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    lose_version_2(script);
    meter_script_leads(script, 25 * SIM_S, DB2, 2);
    meter_script_read(script, 22 * SIM_S, 25 * SIM_S - 1, 7, 1); /* the leader may return: stale */
    meter_script_read(script, 22 * SIM_S, 25 * SIM_S + 1, 7, 1); /* db2 goes on without it */
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 1);
}

static void of_two_missed_writes_the_cut_off_one_is_left_out(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    lose_version_2(script);
    meter_script_write(script, 30 * SIM_S, 40 * SIM_S, 7, 2)->version.term = 2;
    meter_script_read(script, 45 * SIM_S, 46 * SIM_S, 7, 1);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "stale_versions.max"), 1, 0);
    CHECK_NEAR(meter_script_value(script, "stale_age.max"), 5e9, 0);
}

static void a_restarted_leader_loses_nothing_though_followers_report_under_its_new_term(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_entries(script, 8 * SIM_S, REP_OBS_DURABLE, DB1, 1, 5);
    meter_script_write(script, 7 * SIM_S, 9 * SIM_S, 7, 4);
    meter_script_node(script, 20 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    meter_script_node(script, 21 * SIM_S, DB1, REP_NODE_UP, FALSE);
    meter_script_leads(script, 21 * SIM_S, DB1, 2);
    /* db2 catches up in term 2 before anything was written in it. */
    meter_script_entries(script, 22 * SIM_S, REP_OBS_RECEIVED, DB2, 1, 5)->term = 2;
    meter_script_entries(script, 22 * SIM_S, REP_OBS_FLUSHED, DB2, 1, 5)->term = 2;
    meter_script_entries(script, 23 * SIM_S, REP_OBS_DURABLE, DB1, 6, 6)->term = 2;
    meter_script_read(script, 24 * SIM_S, 25 * SIM_S, 7, 0);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 0);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, 1);
}

static void freshness_is_of_reads_from_t_to_1_05_t_after_the_latest_acknowledgement(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    const SimTime ack = 10 * SIM_S;
    meter_script_write(script, 9 * SIM_S, ack - SIM_S, 7, 1);
    meter_script_write(script, 9 * SIM_S, ack, 7, 2);
    const struct {
        SimSpan after;
        guint64 returned;
    } rows[] = {{0, 1},
                {0, 2},
                {1, 2}, /* 1 ns after: not at T = 0 */
                {SIM_MS - 1, 2},
                {SIM_MS, 1},
                {SIM_MS, 2},
                {SIM_MS + 50 * SIM_US, 1},
                {SIM_MS + 50 * SIM_US + 1, 2},
                {SIM_S, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        meter_script_read(script, ack + rows[i].after, 20 * SIM_S, 7, rows[i].returned);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "fresh_after(0ms)")->of, 2);
    CHECK_UINT(meter_script_cell(script, "fresh_after(0ms)")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "fresh_after(1ms)")->of, 3);
    CHECK_UINT(meter_script_cell(script, "fresh_after(1ms)")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "fresh_after(10ms)")->of, 0);
    CHECK_UINT(meter_script_cell(script, "fresh_after(1s)")->of, 1);
}

static void the_latest_acknowledgement_is_that_before_the_read_began_not_before_its_answer(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 5 * SIM_S, 10 * SIM_S, 7, 1);
    meter_script_write(script, 5 * SIM_S, 12 * SIM_S, 7, 2);
    meter_script_read(script, 11 * SIM_S, 13 * SIM_S, 7, 1);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "fresh_after(1s)")->of, 1);
    CHECK_UINT(meter_script_cell(script, "fresh_after(1s)")->hits, 1);
}

static void an_acknowledgement_at_the_very_start_counts_though_an_older_version_came_later(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_write(script, 5 * SIM_S, 10 * SIM_S, 7, 2);
    meter_script_write(script, 5 * SIM_S, 12 * SIM_S, 7, 1);
    meter_script_read(script, 10 * SIM_S, 13 * SIM_S, 7, 2);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "fresh_after(0ms)")->of, 1);
    CHECK_UINT(meter_script_cell(script, "fresh_after(0ms)")->hits, 1);
}

static void filters_choose_reads_and_an_age_chooses_among_the_stale_ones(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("stale_rate"));
    AnaQuery old = query, node = query, region = query, key = query, session = query, jobs = query;
    old.age = 10 * SIM_MS;
    node.node = DB3;
    region.region = AP;
    key.key = 8;
    session.session = 5;
    jobs.client = JOBS;
    const AnaQuery asked[] = {old, node, region, key, session, jobs};
    for (gsize i = 0; i < G_N_ELEMENTS(asked); i++)
        meter_script_ask(script, asked[i]);
    meter_script_write(script, 9 * SIM_S, 10 * SIM_S, 7, 1);
    meter_script_write(script, 9 * SIM_S, 10 * SIM_S, 8, 2);
    meter_script_read(script, 10 * SIM_S + 10 * SIM_MS, 11 * SIM_S, 7, 0);
    meter_script_read(script, 10 * SIM_S + 11 * SIM_MS, 11 * SIM_S, 7, 0)->node = DB3;
    RepOperationSeen *read = meter_script_read(script, 10 * SIM_S, 11 * SIM_S, 8, 2);
    read->session = 5;
    read->client = JOBS;
    read->region = EU;
    meter_script_play(script, END, TRUE);
    const struct {
        const char *name;
        guint64 hits, of;
    } rows[] = {{"stale_rate", 2, 3},
                {"stale_rate{age>10ms}", 1, 3},
                {"stale_rate{node=db3}", 1, 1},
                {"stale_rate{region=ap}", 1, 1},
                {"stale_rate{key=8}", 0, 1},
                {"stale_rate{session=5}", 0, 1},
                {"stale_rate{client=jobs}", 0, 1},
                {"stale_rate{client_region=eu}", 0, 1},
                {"stale_rate{client_region=us}", 2, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].name);
        CHECK_UINT(meter_script_cell(script, rows[i].name)->hits, rows[i].hits);
        CHECK_UINT(meter_script_cell(script, rows[i].name)->of, rows[i].of);
    }
    test_row(NULL);
}

static void windows_go_by_the_invocation_of_the_read(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("stale_rate"));
    query.fault = CRASH;
    for (int window = ANA_WINDOW_DURING; window <= ANA_WINDOW_AFTER; window++) {
        query.window = (AnaWindowKind)window;
        meter_script_ask(script, query);
    }
    query.window = ANA_WINDOW_SPAN;
    query.from = 15 * SIM_S;
    query.to = 25 * SIM_S;
    meter_script_ask(script, query);
    meter_script_fault(script, 20 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 30 * SIM_S, CRASH, FALSE);
    meter_script_fault(script, 40 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 45 * SIM_S, CRASH, FALSE);
    meter_script_write(script, 2 * SIM_S, 3 * SIM_S, 7, 1);
    const SimTime began[] = {15, 19, 20, 25, 29, 30, 35, 42, 45, 50};
    for (gsize i = 0; i < G_N_ELEMENTS(began); i++)
        meter_script_read(script, began[i] * SIM_S, began[i] * SIM_S + 2 * SIM_S, 7, 0);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate before crash")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "stale_rate during crash")->hits, 4);
    CHECK_UINT(meter_script_cell(script, "stale_rate after crash")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "stale_rate 15s..25s")->hits, 3);
}

static const TestCase cases[] = {
    {"an_old_version_is_stale_from_the_instant_of_the_acknowledgement_on",
     an_old_version_is_stale_from_the_instant_of_the_acknowledgement_on},
    {"unacknowledged_writes_make_no_read_stale", unacknowledged_writes_make_no_read_stale},
    {"age_counts_from_the_earliest_missed_acknowledgement_though_acknowledged_out_of_order",
     age_counts_from_the_earliest_missed_acknowledgement_though_acknowledged_out_of_order},
    {"only_acknowledgements_up_to_its_start_count_however_late_the_answer",
     only_acknowledgements_up_to_its_start_count_however_late_the_answer},
    {"a_write_of_the_warm_up_can_be_missed_but_its_reads_are_not_counted",
     a_write_of_the_warm_up_can_be_missed_but_its_reads_are_not_counted},
    {"failed_and_unknown_reads_are_no_reads", failed_and_unknown_reads_are_no_reads},
    {"a_write_that_no_live_replica_can_get_any_more_makes_no_read_stale",
     a_write_that_no_live_replica_can_get_any_more_makes_no_read_stale},
    {"a_write_that_its_leader_still_holds_stays_missed_until_it_is_truncated",
     a_write_that_its_leader_still_holds_stays_missed_until_it_is_truncated},
    {"a_promotion_cuts_off_what_the_new_leader_has_not",
     a_promotion_cuts_off_what_the_new_leader_has_not},
    {"of_two_missed_writes_the_cut_off_one_is_left_out",
     of_two_missed_writes_the_cut_off_one_is_left_out},
    {"a_restarted_leader_loses_nothing_though_followers_report_under_its_new_term",
     a_restarted_leader_loses_nothing_though_followers_report_under_its_new_term},
    {"freshness_is_of_reads_from_t_to_1_05_t_after_the_latest_acknowledgement",
     freshness_is_of_reads_from_t_to_1_05_t_after_the_latest_acknowledgement},
    {"the_latest_acknowledgement_is_that_before_the_read_began_not_before_its_answer",
     the_latest_acknowledgement_is_that_before_the_read_began_not_before_its_answer},
    {"an_acknowledgement_at_the_very_start_counts_though_an_older_version_came_later",
     an_acknowledgement_at_the_very_start_counts_though_an_older_version_came_later},
    {"filters_choose_reads_and_an_age_chooses_among_the_stale_ones",
     filters_choose_reads_and_an_age_chooses_among_the_stale_ones},
    {"windows_go_by_the_invocation_of_the_read", windows_go_by_the_invocation_of_the_read},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_staleness", cases, argc, argv);
}
