/*
 * test_meters_failover.c — split_brain, failovers, false_failovers, divergences (semantics §9).
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)

static AnaQuery windowed(const char *metric, AnaWindowKind window)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query.window = window;
    query.fault = CRASH;
    return query;
}

static void split_brain_is_the_time_with_two_that_lead_hold_their_lease_and_are_up(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_leads(script, 0, DB1, 1);
    meter_script_leads(script, 20 * SIM_S, DB2, 2);                     /* two from here */
    meter_script_lease(script, 25 * SIM_S, DB1, FALSE);                 /* 5 s */
    meter_script_lease(script, 30 * SIM_S, DB1, TRUE);                  /* again */
    meter_script_node(script, 32 * SIM_S, DB2, REP_NODE_PAUSED, FALSE); /* 2 s */
    meter_script_leads(script, 33 * SIM_S, DB3, 3);                     /* DB1 and DB3 */
    meter_script_node(script, 35 * SIM_S, DB2, REP_NODE_UP, FALSE);
    meter_script_ceases(script, 36 * SIM_S, DB1, 1);                  /* still DB2 and DB3 */
    meter_script_node(script, 40 * SIM_S, DB2, REP_NODE_DOWN, FALSE); /* 7 s */
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "split_brain")->hits, (guint64)(14 * SIM_S));
    CHECK_NEAR(meter_script_value(script, "split_brain"), 14e9, 0);
}

static void a_lease_holds_when_a_leadership_begins(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_leads(script, 0, DB1, 1);
    meter_script_leads(script, 10 * SIM_S, DB2, 2);
    meter_script_lease(script, 10 * SIM_S, DB1, FALSE);
    meter_script_ceases(script, 11 * SIM_S, DB1, 1);
    meter_script_leads(script, 20 * SIM_S, DB1, 3);
    meter_script_ceases(script, 23 * SIM_S, DB2, 2);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "split_brain")->hits, (guint64)(3 * SIM_S));
}

static void only_the_part_in_the_measured_part_or_window_counts(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_ask(script, windowed("split_brain", ANA_WINDOW_DURING));
    meter_script_ask(script, windowed("split_brain", ANA_WINDOW_BEFORE));
    meter_script_ask(script, windowed("split_brain", ANA_WINDOW_AFTER));
    meter_script_leads(script, 0, DB1, 1);
    meter_script_leads(script, SCRIPT_WARMUP / 2, DB2, 2); /* to the end */
    meter_script_fault(script, 21 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 31 * SIM_S, CRASH, FALSE);
    meter_script_fault(script, 41 * SIM_S, CRASH, TRUE);
    meter_script_fault(script, 61 * SIM_S, CRASH, FALSE);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "split_brain")->hits, (guint64)(100 * SIM_S));
    CHECK_UINT(meter_script_cell(script, "split_brain during crash")->hits, (guint64)(30 * SIM_S));
    CHECK_UINT(meter_script_cell(script, "split_brain before crash")->hits, (guint64)(20 * SIM_S));
    CHECK_UINT(meter_script_cell(script, "split_brain after crash")->hits, (guint64)(40 * SIM_S));
}

static void a_window_without_time_is_no_opportunity(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_ask(script, windowed("split_brain", ANA_WINDOW_DURING));
    meter_script_ask(script, windowed("failovers", ANA_WINDOW_DURING));
    meter_script_leads(script, 0, DB1, 1);
    meter_script_play(script, END, TRUE);
    CHECK(isnan(meter_script_value(script, "split_brain during crash")));
    CHECK(isnan(meter_script_value(script, "failovers during crash")));
    CHECK_NEAR(meter_script_value(script, "split_brain"), 0, 0);
    CHECK_NEAR(meter_script_value(script, "failovers"), 0, 0);
    CHECK_UINT(meter_script_cell(script, "false_failovers")->of, 1);
}

/* The models end the leadership of a node that dies at that instant, before it goes down. */
static void dies(MeterScript *script, SimTime at, int node, guint32 term)
{
    meter_script_ceases(script, at, node, term);
    meter_script_node(script, at, node, REP_NODE_DOWN, FALSE);
}

static void a_failover_is_a_leadership_of_another_node_than_the_last(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_leads(script, 0, DB1, 1); /* the first is none */
    dies(script, 10 * SIM_S, DB1, 1);
    meter_script_node(script, 11 * SIM_S, DB1, REP_NODE_UP, FALSE);
    meter_script_leads(script, 12 * SIM_S, DB1, 2); /* nor is the same node again */
    dies(script, 20 * SIM_S, DB1, 2);
    meter_script_leads(script, 25 * SIM_S, DB2, 3);
    dies(script, 30 * SIM_S, DB2, 3);
    meter_script_node(script, 31 * SIM_S, DB2, REP_NODE_UP, FALSE); /* back, but it had died */
    meter_script_leads(script, 35 * SIM_S, DB3, 4);
    dies(script, 102 * SIM_S, DB3, 4);
    meter_script_leads(script, 103 * SIM_S, DB2, 5); /* not in the measured part */
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "failovers")->hits, 2);
    CHECK_UINT(meter_script_cell(script, "false_failovers")->hits, 0);
}

static void a_failover_over_a_leader_that_had_not_died_is_false(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_leads(script, 0, DB1, 1);
    meter_script_ceases(script, 10 * SIM_S, DB1, 1);                  /* fenced alive … */
    meter_script_node(script, 11 * SIM_S, DB1, REP_NODE_DOWN, FALSE); /* … whatever comes after */
    meter_script_leads(script, 12 * SIM_S, DB2, 2);
    meter_script_node(script, 20 * SIM_S, DB2, REP_NODE_PAUSED, FALSE);
    meter_script_leads(script, 25 * SIM_S, DB3, 3); /* paused, and nothing fenced it */
    meter_script_node(script, 30 * SIM_S, DB3, REP_NODE_DOWN, FALSE); /* died while it led */
    meter_script_leads(script, 35 * SIM_S, DB2, 4);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "failovers")->hits, 3);
    CHECK_UINT(meter_script_cell(script, "false_failovers")->hits, 2);
}

static void failovers_belong_to_the_instant_of_the_new_leadership(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_ask(script, windowed("failovers", ANA_WINDOW_DURING));
    meter_script_ask(script, windowed("failovers", ANA_WINDOW_AFTER));
    meter_script_leads(script, 0, DB1, 1);
    meter_script_fault(script, 10 * SIM_S, CRASH, TRUE);
    dies(script, 10 * SIM_S, DB1, 1);
    meter_script_leads(script, 15 * SIM_S, DB2, 2);
    meter_script_fault(script, 20 * SIM_S, CRASH, FALSE);
    meter_script_leads(script, 21 * SIM_S, DB3, 3);
    meter_script_leads(script, 22 * SIM_S, DB2, 4);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "failovers during crash")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "failovers after crash")->hits, 2);
}

static void divergences_are_per_entry_that_followers_apply(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    meter_script_leads(script, 0, DB1, 1);
    meter_script_entries(script, 10 * SIM_S, REP_OBS_DURABLE, DB1, 1, 8);
    meter_script_entries(script, 10 * SIM_S, REP_OBS_APPLIED, DB1, 1, 8); /* runs it first */
    meter_script_entries(script, 11 * SIM_S, REP_OBS_APPLIED, DB2, 1, 8);
    meter_script_entries(script, 11 * SIM_S, REP_OBS_DIVERGED, DB2, 2, 2);
    meter_script_entries(script, 11 * SIM_S, REP_OBS_DIVERGED, DB2, 5, 5);
    meter_script_entries(script, 12 * SIM_S, REP_OBS_APPLIED, DB3, 1, 4);
    meter_script_entries(script, 12 * SIM_S, REP_OBS_DIVERGED, DB3, 2, 2);
    meter_script_entries(script, 102 * SIM_S, REP_OBS_APPLIED, DB3, 5, 8);
    meter_script_entries(script, 102 * SIM_S, REP_OBS_DIVERGED, DB3, 5, 5);
    meter_script_play(script, END, TRUE);
    CHECK_NEAR(meter_script_value(script, "divergences"), 3, 0);
    CHECK_NEAR(meter_script_value(script, "divergences.rate"), 0.25, 0);
    CHECK_NEAR(meter_script_value(script, "divergences{node=db2}"), 2, 0);
    CHECK_NEAR(meter_script_value(script, "divergences{node=db2}.rate"), 0.25, 0);
    CHECK_NEAR(meter_script_value(script, "divergences{node=db3}"), 1, 0);
}

static const TestCase cases[] = {
    {"split_brain_is_the_time_with_two_that_lead_hold_their_lease_and_are_up",
     split_brain_is_the_time_with_two_that_lead_hold_their_lease_and_are_up},
    {"a_lease_holds_when_a_leadership_begins", a_lease_holds_when_a_leadership_begins},
    {"only_the_part_in_the_measured_part_or_window_counts",
     only_the_part_in_the_measured_part_or_window_counts},
    {"a_window_without_time_is_no_opportunity", a_window_without_time_is_no_opportunity},
    {"a_failover_is_a_leadership_of_another_node_than_the_last",
     a_failover_is_a_leadership_of_another_node_than_the_last},
    {"a_failover_over_a_leader_that_had_not_died_is_false",
     a_failover_over_a_leader_that_had_not_died_is_false},
    {"failovers_belong_to_the_instant_of_the_new_leadership",
     failovers_belong_to_the_instant_of_the_new_leadership},
    {"divergences_are_per_entry_that_followers_apply",
     divergences_are_per_entry_that_followers_apply},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_failover", cases, argc, argv);
}
