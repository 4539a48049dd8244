/*
 * test_meters_lag.c — lag, behind and backlog (semantics §9).
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)
#define MEASURED (SCRIPT_DURATION - SCRIPT_WARMUP)

static void durable(MeterScript *script, SimTime at, guint64 first, guint64 last)
{
    meter_script_entries(script, at, REP_OBS_DURABLE, DB1, first, last);
}

static void applied(MeterScript *script, SimTime at, int node, guint64 first, guint64 last)
{
    meter_script_entries(script, at, REP_OBS_APPLIED, node, first, last);
}

static void lag_is_from_durable_to_each_stage_and_each_entry_counts_once(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 10 * SIM_S, 1, 2);
    meter_script_entries(script, 10 * SIM_S + 10, REP_OBS_RECEIVED, DB2, 1, 1);
    meter_script_entries(script, 10 * SIM_S + 30, REP_OBS_RECEIVED, DB2, 2, 2);
    meter_script_entries(script, 10 * SIM_S + 50, REP_OBS_FLUSHED, DB2, 1, 2);
    applied(script, 10 * SIM_S + 60, DB2, 1, 1);
    applied(script, 10 * SIM_S + 80, DB2, 2, 2);
    applied(script, 10 * SIM_S + 90, DB3, 1, 2);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "lag.received{node=db2}.mean"), 20, 0);
    CHECK_NEAR(meter_script_value(script, "lag.flushed{node=db2}.mean"), 50, 0);
    CHECK_NEAR(meter_script_value(script, "lag{node=db2}.mean"), 70, 0);
    CHECK_NEAR(meter_script_value(script, "lag{node=db2}.p50"), 60, 0);
    CHECK_NEAR(meter_script_value(script, "lag{node=db3}.max"), 90, 0);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "lag{node=db3}.max")->hist), 2);
}

static void an_entry_applied_before_it_is_durable_has_lag_0(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_entries(script, 10 * SIM_S - 9, REP_OBS_RECEIVED, DB2, 1, 1);
    meter_script_entries(script, 10 * SIM_S - 5, REP_OBS_FLUSHED, DB2, 1, 1);
    applied(script, 10 * SIM_S - 1, DB2, 1, 1);
    durable(script, 10 * SIM_S, 1, 1);
    meter_script_play(script, END, TRUE);
    const AnaCell *cell = meter_script_cell(script, "lag{node=db2}.max");
    CHECK_UINT(ana_hist_count(cell->hist), 1);
    CHECK_INT(ana_hist_max(cell->hist), 0);
    CHECK_UINT(cell->censored, 0);
}

static void an_entry_not_applied_at_the_end_counts_with_its_age_and_is_censored(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 10 * SIM_S, 1, 1);
    durable(script, 20 * SIM_S, 2, 3);
    applied(script, 11 * SIM_S, DB2, 1, 1);
    meter_script_play(script, END, FALSE);
    const AnaCell *cell = meter_script_cell(script, "lag{node=db2}.max");
    CHECK_UINT(ana_hist_count(cell->hist), 3);
    CHECK_UINT(cell->censored, 2);
    CHECK_INT(ana_hist_max(cell->hist), END - 20 * SIM_S);
}

static void lag_belongs_to_the_instant_of_durability(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("lag"));
    query.node = DB2;
    query.window = ANA_WINDOW_DURING;
    query.fault = CRASH;
    meter_script_ask(script, query);
    meter_script_fault(script, 20 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 30 * SIM_S, CRASH, FALSE);
    durable(script, SCRIPT_WARMUP - 1, 1, 1);
    durable(script, 20 * SIM_S - 1, 2, 2);
    durable(script, 20 * SIM_S, 3, 3);
    durable(script, 30 * SIM_S, 4, 4);
    durable(script, SCRIPT_DURATION, 5, 5);
    applied(script, SCRIPT_DURATION + SIM_S, DB2, 1, 5);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "lag{node=db2}.p50")->hist), 3);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "lag{node=db2}.p50 during crash")->hist),
               1);
}

static void entries_that_a_wiped_node_takes_again_do_not_count_again(void)
{
    static const gboolean may_be_wiped[] = {FALSE, TRUE, FALSE};
    AnaWorld world = meter_script_world();
    world.may_be_wiped = may_be_wiped;
    g_autoptr(MeterScript) script = meter_script_new_in(&world);
    durable(script, 10 * SIM_S, 1, 4);
    applied(script, 11 * SIM_S, DB2, 1, 4);
    meter_script_entries(script, 20 * SIM_S, REP_OBS_TRUNCATED, DB2, 1, 4);
    meter_script_node(script, 20 * SIM_S, DB2, REP_NODE_DOWN, TRUE);
    meter_script_node(script, 25 * SIM_S, DB2, REP_NODE_UP, FALSE);
    applied(script, 30 * SIM_S, DB2, 1, 4);
    meter_script_play(script, END, TRUE);
    const AnaCell *cell = meter_script_cell(script, "lag{node=db2}.max");
    CHECK_UINT(ana_hist_count(cell->hist), 4);
    CHECK_INT(ana_hist_max(cell->hist), SIM_S);
    /* But while it has them not, it is behind by all of them. */
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.mean"),
               4 * 11 * (double)SIM_S / MEASURED, 1e-15);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.max"), 20e9 - 1, 0);
}

static void a_wiped_node_is_behind_by_entries_that_all_had_applied_long_ago(void)
{
    static const gboolean may_be_wiped[] = {FALSE, TRUE, FALSE};
    AnaWorld world = meter_script_world();
    world.may_be_wiped = may_be_wiped;
    g_autoptr(MeterScript) script = meter_script_new_in(&world);
    const guint64 n = 1000;
    for (guint64 i = 1; i <= n; i++) {
        SimTime at = 2 * SIM_S + (SimTime)i * SIM_MS;
        durable(script, at, i, i);
        for (int node = DB2; node <= DB3; node++)
            for (int kind = REP_OBS_RECEIVED; kind <= REP_OBS_APPLIED; kind++)
                meter_script_entries(script, at + SIM_US, (RepObservationKind)kind, node, i, i);
    }
    meter_script_entries(script, 20 * SIM_S, REP_OBS_TRUNCATED, DB2, 1, n);
    meter_script_node(script, 20 * SIM_S, DB2, REP_NODE_DOWN, TRUE);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.max"), (double)n, 0);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.max"),
               (double)(SCRIPT_DURATION - 2 * SIM_S - SIM_MS - 1), 0);
}

static void an_entry_of_the_first_instant_counts(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 0, 1, 1);
    applied(script, 51 * SIM_S, DB2, 1, 1);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.max"), 51e9 - 1, 0);
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.mean"), 13e9, 1e-9);
}

static void a_cut_entry_is_not_waited_for(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 10 * SIM_S, 1, 3);
    applied(script, 11 * SIM_S, DB2, 1, 1);
    applied(script, 11 * SIM_S, DB3, 1, 2);
    meter_script_node(script, 15 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    /* db2 leads in term 2 with entry 1 only; db3 cuts entry 2. */
    meter_script_entries(script, 20 * SIM_S, REP_OBS_DURABLE, DB2, 2, 2)->term = 2;
    meter_script_entries(script, 21 * SIM_S, REP_OBS_TRUNCATED, DB3, 2, 2);
    meter_script_entries(script, 22 * SIM_S, REP_OBS_APPLIED, DB3, 2, 2)->term = 2;
    meter_script_play(script, END, TRUE);
    const AnaCell *lag2 = meter_script_cell(script, "lag{node=db2}.max");
    const AnaCell *lag3 = meter_script_cell(script, "lag{node=db3}.max");
    CHECK_UINT(ana_hist_count(lag2->hist), 1); /* its own entry of term 2 needs no lag */
    CHECK_UINT(ana_hist_count(lag3->hist), 3); /* 1, the old 2 while it counted, the new 2 */
    CHECK_UINT(lag2->censored + lag3->censored, 0);
    CHECK_INT(ana_hist_max(lag3->hist), 2 * SIM_S);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.max"), 3, 0);
}

static void backlog_is_a_step_function_of_time(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 11 * SIM_S, 1, 1);
    durable(script, 21 * SIM_S, 2, 3);
    applied(script, 31 * SIM_S, DB2, 1, 2);
    applied(script, 51 * SIM_S, DB2, 3, 3);
    meter_script_play(script, END, TRUE);
    /* 0 for 10 s, 1 for 10 s, 3 for 10 s, 1 for 20 s, 0 for 50 s */
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "backlog{node=db2}.mean")->hist), MEASURED);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.mean"), 0.6, 1e-15);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.p50"), 0, 0);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.p90"), 1, 0);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.p99"), 3, 0);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.max"), 3, 0);
    /* db3 never applies: 0 for 10 s, 1 for 10 s, 3 for 80 s */
    CHECK_NEAR(meter_script_value(script, "backlog{node=db3}.mean"), 2.5, 1e-15);
}

static void behind_grows_with_time_and_its_percentiles_are_over_time(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("behind"));
    query.node = DB2;
    query.stat = ANA_STAT_QUANTILE;
    query.quantile = 0.75;
    meter_script_ask(script, query);
    durable(script, 11 * SIM_S, 1, 1);
    durable(script, 31 * SIM_S, 2, 2);
    applied(script, 51 * SIM_S, DB2, 1, 1);
    applied(script, 61 * SIM_S, DB2, 2, 2);
    meter_script_play(script, END, TRUE);
    /* 0 for 10 s; from 0 to 40 s during 40 s; from 20 s to 30 s during 10 s; 0 for 40 s. So half
     * of the time it is 0, and 75 % of the time it is at most the y with
     * min(y, 40) + min(max(y - 20, 0), 10) = 25: y = 22.5 s. */
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.p75"), 22.5e9, 1e-3);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.p50"), 0, 0);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.max"), 40e9 - 1, 0);
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.mean"), (40 * 20 + 10 * 25) * 1e7,
                1e-9);
}

static void time_averages_are_clipped_to_the_window(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery behind = ana_query_of(ana_metric_find("behind")),
             backlog = ana_query_of(ana_metric_find("backlog"));
    behind.node = backlog.node = DB2;
    behind.fault = backlog.fault = FLAP;
    for (int window = ANA_WINDOW_DURING; window <= ANA_WINDOW_AFTER; window++) {
        behind.window = backlog.window = (AnaWindowKind)window;
        meter_script_ask(script, behind);
        meter_script_ask(script, backlog);
    }
    meter_script_fault(script, 21 * SIM_S, FLAP, TRUE);
    meter_script_fault(script, 31 * SIM_S, FLAP, FALSE);
    meter_script_fault(script, 41 * SIM_S, FLAP, TRUE);
    meter_script_fault(script, 51 * SIM_S, FLAP, FALSE);
    durable(script, 11 * SIM_S, 1, 1);
    applied(script, 61 * SIM_S, DB2, 1, 1);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.mean during flap"), 1, 0);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.mean before flap"), 0.5, 0);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.mean after flap"), 0.2, 1e-15);
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.mean during flap"), 25e9, 1e-9);
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.mean before flap"), 2.5e9, 1e-9);
    CHECK_CLOSE(meter_script_value(script, "behind{node=db2}.mean after flap"), 9e9, 1e-9);
    CHECK_NEAR(meter_script_value(script, "behind{node=db2}.max after flap"), 50e9 - 1, 0);
}

static void what_a_snapshot_brings_has_passed_all_stages_when_it_is_installed(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    durable(script, 10 * SIM_S, 1, 4);
    meter_script_entries(script, 10 * SIM_S + 5, REP_OBS_RECEIVED, DB2, 1, 1);
    meter_script_entries(script, 10 * SIM_S + 5, REP_OBS_FLUSHED, DB2, 1, 1);
    applied(script, 10 * SIM_S + 5, DB2, 1, 1);
    meter_script_entries(script, 10 * SIM_S + 50, REP_OBS_INSTALLED, DB2, 1, 3);
    applied(script, 10 * SIM_S + 60, DB2, 4, 4);
    meter_script_play(script, END, TRUE);
    const char *names[] = {"lag.received{node=db2}.max", "lag.flushed{node=db2}.max"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        CHECK_UINT(meter_script_cell(script, names[i])->censored, 1);
    CHECK_NEAR(meter_script_value(script, "lag{node=db2}.mean"), (5 + 50 + 50 + 60) / 4.0, 0.5);
    CHECK_NEAR(meter_script_value(script, "backlog{node=db2}.max"), 4, 0);
}

static MeterScript *new_with_a_node_that_joins(void)
{
    static const gboolean joins[] = {FALSE, FALSE, TRUE};
    AnaWorld world = meter_script_world();
    world.joins = joins;
    MeterScript *script = meter_script_new_in(&world);
    meter_script_node(script, 0, DB3, REP_NODE_DOWN, FALSE);
    return script;
}

static void a_node_that_joins_has_no_lag_of_what_was_durable_before(void)
{
    g_autoptr(MeterScript) script = new_with_a_node_that_joins();
    durable(script, 10 * SIM_S, 1, 4);
    meter_script_node(script, 61 * SIM_S, DB3, REP_NODE_UP, FALSE);
    durable(script, 62 * SIM_S, 5, 5);
    meter_script_entries(script, 71 * SIM_S, REP_OBS_INSTALLED, DB3, 1, 5);
    meter_script_play(script, END, TRUE);
    const AnaCell *lag = meter_script_cell(script, "lag{node=db3}.max");
    CHECK_UINT(ana_hist_count(lag->hist), 1);
    CHECK_INT(ana_hist_max(lag->hist), 9 * SIM_S);
    CHECK_UINT(lag->censored, 0);
    const AnaCell *backlog = meter_script_cell(script, "backlog{node=db3}.max");
    CHECK_UINT(ana_hist_count(backlog->hist), (guint64)(40 * SIM_S)); /* from its join on */
    CHECK_INT(ana_hist_max(backlog->hist), 5);
    CHECK_NEAR(meter_script_value(script, "behind{node=db3}.max"), 10e9, 1e8);
}

static void a_node_that_never_joins_has_neither_lag_nor_levels(void)
{
    g_autoptr(MeterScript) script = new_with_a_node_that_joins();
    durable(script, 10 * SIM_S, 1, 4);
    meter_script_play(script, END, TRUE);
    CHECK(isnan(meter_script_value(script, "lag{node=db3}.max")));
    CHECK(isnan(meter_script_value(script, "behind{node=db3}.mean")));
    CHECK(isnan(meter_script_value(script, "backlog{node=db3}.mean")));
    CHECK_UINT(meter_script_cell(script, "lag{node=db2}.max")->censored, 4);
}

static void a_node_that_leads_before_it_has_anything_leaves_nothing(void)
{
    g_autoptr(MeterScript) script = new_with_a_node_that_joins();
    for (guint64 i = 1; i <= 1000; i++) {
        durable(script, (10 + (SimTime)i / 100) * SIM_S, i, i);
        applied(script, (10 + (SimTime)i / 100) * SIM_S, DB2, i, i);
    }
    meter_script_node(script, 60 * SIM_S, DB3, REP_NODE_UP, FALSE);
    meter_script_leads(script, 61 * SIM_S, DB3, 2);
    meter_script_entries(script, 62 * SIM_S, REP_OBS_DURABLE, DB3, 1, 1)->term = 2;
    meter_script_play(script, END, TRUE);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "lag{node=db3}.max")->hist), 0);
    CHECK_UINT(meter_script_cell(script, "lag{node=db2}.max")->censored, 1);
}

static const TestCase cases[] = {
    {"lag_is_from_durable_to_each_stage_and_each_entry_counts_once",
     lag_is_from_durable_to_each_stage_and_each_entry_counts_once},
    {"an_entry_applied_before_it_is_durable_has_lag_0",
     an_entry_applied_before_it_is_durable_has_lag_0},
    {"an_entry_not_applied_at_the_end_counts_with_its_age_and_is_censored",
     an_entry_not_applied_at_the_end_counts_with_its_age_and_is_censored},
    {"lag_belongs_to_the_instant_of_durability", lag_belongs_to_the_instant_of_durability},
    {"entries_that_a_wiped_node_takes_again_do_not_count_again",
     entries_that_a_wiped_node_takes_again_do_not_count_again},
    {"a_wiped_node_is_behind_by_entries_that_all_had_applied_long_ago",
     a_wiped_node_is_behind_by_entries_that_all_had_applied_long_ago},
    {"an_entry_of_the_first_instant_counts", an_entry_of_the_first_instant_counts},
    {"a_cut_entry_is_not_waited_for", a_cut_entry_is_not_waited_for},
    {"backlog_is_a_step_function_of_time", backlog_is_a_step_function_of_time},
    {"behind_grows_with_time_and_its_percentiles_are_over_time",
     behind_grows_with_time_and_its_percentiles_are_over_time},
    {"time_averages_are_clipped_to_the_window", time_averages_are_clipped_to_the_window},
    {"what_a_snapshot_brings_has_passed_all_stages_when_it_is_installed",
     what_a_snapshot_brings_has_passed_all_stages_when_it_is_installed},
    {"a_node_that_joins_has_no_lag_of_what_was_durable_before",
     a_node_that_joins_has_no_lag_of_what_was_durable_before},
    {"a_node_that_never_joins_has_neither_lag_nor_levels",
     a_node_that_never_joins_has_neither_lag_nor_levels},
    {"a_node_that_leads_before_it_has_anything_leaves_nothing",
     a_node_that_leads_before_it_has_anything_leaves_nothing},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_lag", cases, argc, argv);
}
