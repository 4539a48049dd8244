/*
 * test_meters_partitions.c — each partition is measured by itself: positions of one say nothing
 * about another, and two leaders of two partitions are no split brain.
 *
 * Method: transcripts by hand (tests/support/meter_script.h) with two logs. db1 leads log 0, db2
 * leads log 1. Expected values are worked out in the comments.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <math.h>

#define S SIM_S
#define MS SIM_MS

static const gboolean follows[] = {FALSE, TRUE, TRUE, TRUE, FALSE, TRUE};

static MeterScript *new_script(void)
{
    AnaWorld world = meter_script_world();
    world.n_logs = 2;
    world.follows = follows;
    return meter_script_new_in(&world);
}

/* The n-th key of a log. */
static guint64 key_of(int log, guint n)
{
    guint64 key = 0;
    while (rep_log_of_key(key, 2) != log || n-- > 0)
        key++;
    return key;
}

static AnaQuery at_node(const char *metric, int node, int partition)
{
    AnaQuery query = ana_query_of(ana_metric_find(metric));
    query.stat = query.metric->shape == ANA_SHAPE_DISTRIBUTION ? ANA_STAT_MEAN : ANA_STAT_NONE;
    query.node = node;
    query.partition = partition;
    return query;
}

static AnaQuery of_partition(const char *metric, int partition)
{
    return at_node(metric, -1, partition);
}

static void entries(MeterScript *script, SimTime at, RepObservationKind kind, int log, int node,
                    guint64 last)
{
    meter_script_entries(script, at, kind, node, last, last)->log = (guint32)log;
}

/* Entry `last` of a log: durable at its leader at `at`, at db3 `lag` later. */
static void replicate(MeterScript *script, SimTime at, int log, guint64 last, SimSpan lag)
{
    entries(script, at, REP_OBS_DURABLE, log, log ? DB2 : DB1, last);
    entries(script, at + lag, REP_OBS_RECEIVED, log, DB3, last);
    entries(script, at + lag, REP_OBS_FLUSHED, log, DB3, last);
    entries(script, at + lag, REP_OBS_APPLIED, log, DB3, last);
}

static void lag_is_that_of_each_log_and_together_of_both(void)
{
    g_autoptr(MeterScript) script = new_script();
    meter_script_ask(script, at_node("lag", DB3, 0));
    meter_script_ask(script, at_node("lag", DB3, 1));
    replicate(script, 2 * S, 0, 1, 10 * MS);
    replicate(script, 2 * S, 1, 1, 50 * MS);
    replicate(script, 3 * S, 1, 2, 90 * MS);
    meter_script_play(script, 101 * S, TRUE);
    CHECK_NEAR(meter_script_value(script, "lag{node=db3, partition=0}.mean"), 10e6, 1);
    CHECK_NEAR(meter_script_value(script, "lag{node=db3, partition=1}.mean"), 70e6, 1);
    CHECK_NEAR(meter_script_value(script, "lag{node=db3}.mean"), 50e6, 1);
    CHECK_UINT(ana_hist_count(meter_script_cell(script, "lag{node=db3}.mean")->hist), 3);
    /* What a node leads it does not lag in; db1 has applied nothing of log 1. */
    CHECK_UINT(meter_script_cell(script, "lag{node=db1}.mean")->censored, 2);
    CHECK_UINT(meter_script_cell(script, "lag{node=db2}.mean")->censored, 1);
}

/* Write 2 of log 0 and write 5 of log 1 are acknowledged; entry 3 of log 1 is newer than the one
 * of log 0, whatever its number. */
static void a_read_is_judged_by_its_own_log(void)
{
    g_autoptr(MeterScript) script = new_script();
    guint64 a = key_of(0, 0), b = key_of(1, 0);
    meter_script_ask(script, of_partition("stale_rate", 0));
    meter_script_ask(script, of_partition("stale_rate", 1));
    meter_script_write(script, 2 * S, 2 * S + MS, a, 2);
    meter_script_write(script, 2 * S, 2 * S + MS, b, 5);
    meter_script_read(script, 3 * S, 3 * S + MS, a, 2); /* fresh */
    meter_script_read(script, 4 * S, 4 * S + MS, b, 5); /* fresh */
    meter_script_read(script, 5 * S, 5 * S + MS, b, 3); /* stale */
    meter_script_play(script, 101 * S, TRUE);
    CHECK_NEAR(meter_script_value(script, "stale_rate{partition=0}"), 0, 1e-12);
    CHECK_NEAR(meter_script_value(script, "stale_rate{partition=1}"), 0.5, 1e-12);
    CHECK_NEAR(meter_script_value(script, "stale_rate"), 1.0 / 3, 1e-12);
}

/* Both logs have a write at place 1; db2 dies for good with the only copy of that of log 1. */
static void a_write_is_lost_in_the_log_it_was_in(void)
{
    g_autoptr(MeterScript) script = new_script();
    meter_script_ask(script, of_partition("lost_writes", 0));
    meter_script_ask(script, of_partition("lost_writes", 1));
    entries(script, 2 * S, REP_OBS_DURABLE, 0, DB1, 1);
    entries(script, 2 * S, REP_OBS_DURABLE, 1, DB2, 1);
    meter_script_write(script, 2 * S, 2 * S + MS, key_of(0, 0), 1);
    meter_script_write(script, 2 * S, 2 * S + MS, key_of(1, 0), 1);
    meter_script_node(script, 3 * S, DB2, REP_NODE_DOWN, FALSE);
    meter_script_play(script, 101 * S, TRUE);
    CHECK_NEAR(meter_script_value(script, "lost_writes{partition=0}"), 0, 1e-12);
    CHECK_NEAR(meter_script_value(script, "lost_writes{partition=1}"), 1, 1e-12);
    CHECK_NEAR(meter_script_value(script, "lost_writes"), 1, 1e-12);
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, 2);
}

static void leads(MeterScript *script, SimTime at, int log, int node, guint32 term)
{
    meter_script_add(
        script, (RepObservation){
                    .kind = REP_OBS_LEADERSHIP,
                    .at = at,
                    .leadership = {.node = node, .log = (guint32)log, .term = term, .leads = 1}});
}

/* db1 and db2 lead one log each: nothing is split, and nothing failed over. From 10 s to 15 s db3
 * leads log 1 beside db2. */
static void leaders_of_different_logs_are_not_rivals(void)
{
    g_autoptr(MeterScript) script = new_script();
    leads(script, 0, 0, DB1, 1);
    leads(script, 0, 1, DB2, 1);
    leads(script, 10 * S, 1, DB3, 2);
    meter_script_node(script, 15 * S, DB2, REP_NODE_DOWN, FALSE);
    meter_script_play(script, 101 * S, TRUE);
    CHECK_NEAR(meter_script_value(script, "split_brain"), 5e9, 1);
    CHECK_NEAR(meter_script_value(script, "failovers"), 1, 1e-12);
}

static const TestCase cases[] = {TEST(lag_is_that_of_each_log_and_together_of_both),
                                 TEST(a_read_is_judged_by_its_own_log),
                                 TEST(a_write_is_lost_in_the_log_it_was_in),
                                 TEST(leaders_of_different_logs_are_not_rivals),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("meters_partitions", cases, argc, argv);
}
