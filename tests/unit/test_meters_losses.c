/*
 * test_meters_losses.c — lost_writes (semantics §9), and plans, names and windows around it.
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define END (110 * SIM_S)

static void durable(MeterScript *script, SimTime at, int node, guint32 term, guint64 first,
                    guint64 last)
{
    meter_script_entries(script, at, REP_OBS_DURABLE, node, first, last)->term = term;
}

static void flushed(MeterScript *script, SimTime at, int node, guint32 term, guint64 first,
                    guint64 last)
{
    meter_script_entries(script, at, REP_OBS_RECEIVED, node, first, last)->term = term;
    meter_script_entries(script, at, REP_OBS_FLUSHED, node, first, last)->term = term;
}

/* Ten acknowledged writes, one a second from 10 s on; db2 has six of them, db3 four. */
static void ten_writes(MeterScript *script)
{
    for (guint64 i = 1; i <= 10; i++) {
        SimTime at = (10 + (SimTime)i) * SIM_S;
        durable(script, at, DB1, 1, i, i);
        meter_script_write(script, at - SIM_MS, at, i, i);
    }
    flushed(script, 30 * SIM_S, DB2, 1, 1, 6);
    flushed(script, 30 * SIM_S, DB3, 1, 1, 4);
}

static void nothing_is_lost_while_the_leader_lives(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ten_writes(script);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 0);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, 10);
    CHECK_NEAR(meter_script_value(script, "lost_writes"), 0, 0);
    CHECK_NEAR(meter_script_value(script, "lost_writes.rate"), 0, 0);
}

static void what_only_the_dead_leader_has_is_lost(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ten_writes(script);
    meter_script_node(script, 40 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    durable(script, 50 * SIM_S, DB2, 2, 7, 9); /* db2 goes on, over the same indices */
    meter_script_write(script, 50 * SIM_S, 51 * SIM_S, 77, 7)->version.term = 2;
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 4);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, 11);
    CHECK(!meter_script_cell(script, "lost_writes")->undrained);
}

static void a_leader_that_returns_and_is_followed_brings_its_writes_back(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ten_writes(script);
    meter_script_node(script, 40 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    meter_script_node(script, 60 * SIM_S, DB1, REP_NODE_UP, FALSE);
    durable(script, 61 * SIM_S, DB1, 2, 11, 11);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 0);
}

static void what_a_returning_leader_truncates_is_lost(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ten_writes(script);
    meter_script_node(script, 40 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    durable(script, 50 * SIM_S, DB3, 2, 5, 5); /* db3 leads, with four only */
    meter_script_entries(script, 51 * SIM_S, REP_OBS_TRUNCATED, DB2, 5, 6);
    flushed(script, 51 * SIM_S, DB2, 2, 5, 5);
    meter_script_node(script, 60 * SIM_S, DB1, REP_NODE_UP, FALSE);
    meter_script_entries(script, 61 * SIM_S, REP_OBS_TRUNCATED, DB1, 5, 10);
    flushed(script, 61 * SIM_S, DB1, 2, 5, 5);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 6);
}

static void received_but_not_flushed_is_gone_with_its_node(void)
{
    static const gboolean may_be_wiped[] = {TRUE, FALSE, FALSE};
    AnaWorld world = meter_script_world();
    world.may_be_wiped = may_be_wiped;
    g_autoptr(MeterScript) script = meter_script_new_in(&world);
    ten_writes(script);
    meter_script_entries(script, 31 * SIM_S, REP_OBS_RECEIVED, DB2, 7, 9);
    meter_script_entries(script, 32 * SIM_S, REP_OBS_FLUSHED, DB2, 7, 8);
    meter_script_node(script, 33 * SIM_S, DB2, REP_NODE_DOWN, FALSE);
    meter_script_node(script, 34 * SIM_S, DB2, REP_NODE_UP, FALSE);
    meter_script_node(script, 40 * SIM_S, DB1, REP_NODE_DOWN, TRUE);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 2);
}

static void only_acknowledged_writes_of_the_measured_part_count(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    AnaQuery query = ana_query_of(ana_metric_find("lost_writes"));
    query.key = 3;
    meter_script_ask(script, query);
    query = ana_query_of(ana_metric_find("lost_writes"));
    query.window = ANA_WINDOW_BEFORE;
    query.fault = CRASH;
    meter_script_ask(script, query);
    durable(script, SIM_MS, DB1, 1, 1, 5);
    meter_script_write(script, SCRIPT_WARMUP - 1, 2 * SIM_S, 1, 1);
    meter_script_write(script, SCRIPT_WARMUP, 2 * SIM_S, 2, 2)->outcome = REP_UNKNOWN;
    meter_script_write(script, SCRIPT_WARMUP, 2 * SIM_S, 3, 3);
    meter_script_write(script, 20 * SIM_S, 21 * SIM_S, 4, 4);
    meter_script_write(script, 31 * SIM_S, 32 * SIM_S, 5, 5);
    meter_script_fault(script, 30 * SIM_S, CRASH, TRUE);
    meter_script_node(script, 40 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    meter_script_play(script, END, FALSE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 3);
    CHECK_UINT(meter_script_cell(script, "lost_writes{key=3}")->hits, 1);
    CHECK_UINT(meter_script_cell(script, "lost_writes before crash")->hits, 2);
    CHECK(meter_script_cell(script, "lost_writes")->undrained);
    CHECK(!meter_script_cell(script, "availability")->undrained);
}

static void with_every_node_dead_all_is_lost_and_nothing_is_certain(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    ten_writes(script);
    for (int node = DB1; node <= DB3; node++)
        meter_script_node(script, 40 * SIM_S, node, REP_NODE_DOWN, FALSE);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 10);
    CHECK(meter_script_cell(script, "lost_writes")->undrained);
}

static void losses_survive_a_hundred_thousand_safe_writes_before_them(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    const guint64 n = 100000;
    SimTime at = 2 * SIM_S;
    for (guint64 i = 1; i <= n; i++, at += 500 * SIM_US) {
        durable(script, at, DB1, 1, i, i);
        meter_script_write(script, at, at, i, i);
        if (i % 1000 == 0 && i < n - 1000) {
            flushed(script, at, DB2, 1, i - 999, i);
            flushed(script, at, DB3, 1, i - 999, i);
        }
    }
    meter_script_node(script, at + SIM_S, DB1, REP_NODE_DOWN, FALSE);
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, 2000);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, n);
}

static const TestCase cases[] = {
    {"nothing_is_lost_while_the_leader_lives", nothing_is_lost_while_the_leader_lives},
    {"what_only_the_dead_leader_has_is_lost", what_only_the_dead_leader_has_is_lost},
    {"a_leader_that_returns_and_is_followed_brings_its_writes_back",
     a_leader_that_returns_and_is_followed_brings_its_writes_back},
    {"what_a_returning_leader_truncates_is_lost", what_a_returning_leader_truncates_is_lost},
    {"received_but_not_flushed_is_gone_with_its_node",
     received_but_not_flushed_is_gone_with_its_node},
    {"only_acknowledged_writes_of_the_measured_part_count",
     only_acknowledged_writes_of_the_measured_part_count},
    {"with_every_node_dead_all_is_lost_and_nothing_is_certain",
     with_every_node_dead_all_is_lost_and_nothing_is_certain},
    {"losses_survive_a_hundred_thousand_safe_writes_before_them",
     losses_survive_a_hundred_thousand_safe_writes_before_them},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_losses", cases, argc, argv);
}
