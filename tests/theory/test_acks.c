/*
 * Goal: what the acknowledgement keys cost and lose has the values that queueing theory gives.
 * Method: many replications at fixed seeds, the mean within four standard errors of the closed
 * form; and constant delays, where every write takes exactly what its longest path does.
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/load.h"
#include "tests/support/run.h"

#include <math.h>

/* ---- answers before the flush ------------------------------------------------------------- */

/* The leader's process dies at an instant that no write knows of, and leads again. Requests and
 * answers take no time. */
#define KILLED(rate, fsync, policy)                                                                \
    "replsim: 1\nseed: 41\nduration: 5s\nreplications: 1000\n"                                     \
    "nodes: {db1: a}\nstorage: {fsync: " fsync "}\n"                                               \
    "clients:\n  web: {rate: " rate ", reads: 0%, keys: unique}\n"                                 \
    "policy: {leader: db1, " policy "}\n"                                                          \
    "faults:\n  - {at: \"uniform(2s, 3s)\", kill: db1, for: 100ms}\n"

/* What is acknowledged and not on the disk is lost: by Little's law rate times the mean time from
 * append to durable. A flush takes F and covers what arrived before it began; so an arrival that
 * finds the disk idle waits F, and one during a flush half an F longer. The disk goes on with
 * probability 1 - exp(-rF) after each flush, so it is busy for F exp(rF) of every
 * F exp(rF) + 1/r (M/D/1 with batches of any size). */
static double expected_losses(double rate, double fsync)
{
    double busy = fsync * exp(rate * fsync);
    double share = busy / (busy + 1 / rate);
    return rate * (fsync + share * fsync / 2);
}

static void answers_before_the_flush_are_lost_at_rate_times_flush_delay(void)
{
    g_autoptr(TestRun) busy = test_run(KILLED("poisson(200/s)", "20ms", "leader_ack: appended"));
    CHECK_THEORY(busy, 0, "lost_writes", expected_losses(200, 0.020));
    g_autoptr(TestRun) idle = test_run(KILLED("poisson(20/s)", "20ms", "leader_ack: appended"));
    CHECK_THEORY(idle, 0, "lost_writes", expected_losses(20, 0.020));
}

static void answers_after_the_flush_are_not_lost(void)
{
    g_autoptr(TestRun) run = test_run(KILLED("poisson(200/s)", "20ms", "leader_ack: flushed"));
    CHECK(test_run_merged(run, 0, "lost_writes") == 0);
}

/* Leader's flush 50 ms, follower's 1 ms, 5 ms each way. */
#define SLOW_DISK(policy)                                                                          \
    "replsim: 1\nseed: 42\nduration: 20s\nreplications: 2\n"                                       \
    "network: {between: {a <-> b: 5ms}}\n"                                                         \
    "nodes: {db1: {region: a, storage: {fsync: 50ms}}, db2: {region: b, storage: {fsync: 1ms}}}\n" \
    "clients:\n  web: {rate: periodic(5/s), reads: 0%, keys: unique, from: {a: 100%}}\n"           \
    "policy: {leader: db1, ack: semi-sync(1), " policy "}\n"

static void check_latency(const char *text, SimSpan expected)
{
    g_autoptr(TestRun) run = test_run(text);
    CHECK_NEAR(test_run_merged(run, 0, "write.latency.p50"), (double)expected, 1);
    CHECK_NEAR(test_run_merged(run, 0, "write.latency.max"), (double)expected, 1);
}

static void a_write_takes_its_longest_path(void)
{
    check_latency(SLOW_DISK("ship: on-append, leader_ack: appended"), 11 * SIM_MS);
    check_latency(SLOW_DISK("ship: on-append, leader_ack: flushed"), 50 * SIM_MS);
    check_latency(SLOW_DISK("ship: on-flush, leader_ack: appended"), 61 * SIM_MS);
}

/* ---- followers that show what has committed ----------------------------------------------- */

/* 30 ms to the follower, 20 ms back, a flush of 1 ms at each. Alone on the wire an entry is shown
 * after the way there; where it must have committed, after the way there and back and there. */
#define SHOWN(policy)                                                                              \
    "replsim: 1\nseed: 43\nduration: 20s\nreplications: 2\n"                                       \
    "network: {between: {a -> b: 30ms, b -> a: 20ms}}\n"                                           \
    "storage: {fsync: 1ms}\nnodes: {db1: a, db2: b}\n"                                             \
    "clients:\n  web: {rate: periodic(5/s), reads: 0%, keys: unique, from: {a: 100%}}\n"           \
    "policy: {leader: db1, " policy "}\n"

static void check_lag(const char *text, SimSpan expected)
{
    g_autoptr(TestRun) run = test_run(text);
    CHECK_NEAR(test_run_merged(run, 0, "lag{node=db2}.p50"), (double)expected, 1);
    CHECK_NEAR(test_run_merged(run, 0, "lag{node=db2}.max"), (double)expected, 1);
}

static void what_must_have_committed_is_shown_a_round_trip_later(void)
{
    check_lag(SHOWN("ack: semi-sync(1), follower_shows: applied"), 31 * SIM_MS);
    check_lag(SHOWN("ack: semi-sync(1), follower_shows: committed"), 81 * SIM_MS);
    check_lag(SHOWN("ack: async, follower_shows: committed"), 31 * SIM_MS);
}

/* ---- one report or several ---------------------------------------------------------------- */

/* One follower: a write is a request, its entry, what the follower says, and the answer. */
#define REPORTED(policy)                                                                           \
    "replsim: 1\nseed: 46\nduration: 20s\nreplications: 2\n"                                       \
    "network: {between: {a <-> b: 5ms}}\nstorage: {fsync: 1ms, apply: 1ms}\n"                      \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "clients:\n  web: {rate: periodic(5/s), reads: 0%, keys: unique, from: {a: 100%}}\n"           \
    "policy: {leader: db1, ack: semi-sync(1), " policy "}\n"

static void check_messages(const char *text, double expected)
{
    g_autoptr(TestRun) run = test_run(text);
    CHECK_NEAR(test_run_merged(run, 0, "cost.messages"), expected, 1e-9);
}

static void each_stage_up_to_the_point_is_a_message(void)
{
    check_messages(REPORTED("ack_messages: one"), 4);
    check_messages(REPORTED("ack_messages: each-stage"), 5);
    check_messages(REPORTED("ack_messages: one, ack_point: applied"), 4);
    check_messages(REPORTED("ack_messages: each-stage, ack_point: applied"), 6);
}

/* ---- the in-sync set ---------------------------------------------------------------------- */

/* A follower out of two is gone from 5 s on, for 10 s; a write every 100 ms, 20 ms to a follower
 * and back. The first write that it lacks waits for as long as it may be behind, those after it
 * until the same instant; then nobody waits for it. */
#define GONE(policy)                                                                               \
    "replsim: 1\nseed: 44\nduration: 20s\nreplications: 2\n"                                       \
    "network: {between: {a <-> b: 10ms}}\nnodes: {db1: a, db2: b, db3: b}\n"                       \
    "clients:\n  web: {rate: periodic(10/s), reads: 0%, keys: unique, from: {a: 100%},\n"          \
    "        timeout: 5s}\n"                                                                       \
    "policy: {leader: db1, " policy "}\n"                                                          \
    "faults:\n  - {at: 5s, isolate: db3, for: 10s}\n"

static void who_is_gone_is_waited_for_until_it_is_evicted(void)
{
    g_autoptr(TestRun) run = test_run(GONE("ack: 'sync(in-sync, min=2, evict=2s)'"));
    CHECK_NEAR(test_run_merged(run, 0, "write.latency.p50"), (double)(20 * SIM_MS), 1);
    CHECK_NEAR(test_run_merged(run, 0, "write.latency.max"), (double)(2 * SIM_S), 1);
    CHECK(test_run_merged(run, 0, "availability(writes)") == 1);
}

/* Refused from the eviction at 7 s on until the follower is back at 15 s; and what was appended in
 * the 2 s before waits for longer than its clients: about half of 20 s. */
static void with_fewer_than_the_least_writes_are_refused(void)
{
    g_autoptr(TestRun) run = test_run(GONE("ack: 'sync(in-sync, min=3, evict=2s)'"));
    double available = test_run_merged(run, 0, "availability(writes)");
    CHECK(available > 0.4 && available < 0.6);
    CHECK(test_run_merged(run, 0, "lost_writes") == 0);
    g_autoptr(TestRun) two = test_run(GONE("ack: 'sync(in-sync, min=2, evict=2s)'"));
    CHECK(test_run_merged(two, 0, "availability(writes)") > available);
}

/* db2 is cut off, leaves the set, and is all that is left when the leader's site is lost. It lacks
 * the 5 s of writes that were acknowledged since. */
#define LEFT_BEHIND(promote)                                                                       \
    "replsim: 1\nseed: 45\nduration: 20s\nreplications: 4\nregions: [a, b, c]\n"                   \
    "network: {between: {a <-> b: 10ms, a <-> c: 10ms, b <-> c: 10ms}}\n"                          \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "clients:\n  web: {rate: periodic(100/s), reads: 0%, keys: unique, from: {a: 100%}}\n"         \
    "policy: {leader: db1, ack: 'sync(in-sync, min=1, evict=500ms)',\n"                            \
    "         failover: {detect: 500ms, takes: 100ms, monitors: [c], promote: " promote "}}\n"     \
    "faults:\n  - {at: 5s, cut: a <-> b, for: 10s}\n  - {at: 10s, crash: db1, for: 8s}\n"

static void an_unclean_election_loses_what_the_set_had_acknowledged(void)
{
    g_autoptr(TestRun) unclean = test_run(LEFT_BEHIND("most-caught-up"));
    CHECK_NEAR(test_run_merged(unclean, 0, "lost_writes"), 500, 1.5);
    g_autoptr(TestRun) clean = test_run(LEFT_BEHIND("in-sync"));
    CHECK(test_run_merged(clean, 0, "lost_writes") == 0);
    CHECK(test_run_merged(clean, 0, "availability(writes)") <
          test_run_merged(unclean, 0, "availability(writes)"));
}

static const TestCase cases[] = {
    TEST(answers_before_the_flush_are_lost_at_rate_times_flush_delay),
    TEST(answers_after_the_flush_are_not_lost),
    TEST(a_write_takes_its_longest_path),
    TEST(what_must_have_committed_is_shown_a_round_trip_later),
    TEST(each_stage_up_to_the_point_is_a_message),
    TEST(who_is_gone_is_waited_for_until_it_is_evicted),
    TEST(with_fewer_than_the_least_writes_are_refused),
    TEST(an_unclean_election_loses_what_the_set_had_acknowledged),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("acks", cases, argc, argv);
}
