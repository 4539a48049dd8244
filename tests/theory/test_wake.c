/*
 * Goal: what it costs that idle stages have to be woken is the sum of the stages on the way
 * (semantics §3, `wake`), and nothing where a stage is at work. Method: an idle server, where each
 * value is exact; and one with draws, whose mean over replications must lie within four standard
 * errors.
 *
 * A synchronous commit wakes the leader's sender, the follower's receiver and the leader's handler
 * of acknowledgements, and the follower's applier where it waits for that. A replica shows an entry
 * when its sender, receiver and applier have been woken.
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/run.h"

#define TRIP_NS 1e6
#define WAKE_NS 50e3

#define WORLD(more)                                                                                \
    "replsim: 1\nseed: 93\nduration: 100s\nreplications: 20\n"                                     \
    "network: {between: {a <-> b: 1ms}}\n"                                                         \
    "clients:\n  web: {rate: periodic(20/s), reads: 0%, keys: unique, from: {a: 100%}}\n" more

#define NODES "nodes: {db1: a, db2: b}\n"

static void a_commit_wakes_three_stages_and_an_apply_a_fourth(void)
{
    g_autoptr(TestRun) none = test_run(WORLD(NODES "policy: {ack: sync(all)}\n"));
    CHECK_NEAR(test_run_merged(none, 0, "write.latency.mean"), 2 * TRIP_NS, 1);
    g_autoptr(TestRun) flushed = test_run(WORLD(NODES "wake: 50us\npolicy: {ack: sync(all)}\n"));
    CHECK_NEAR(test_run_merged(flushed, 0, "write.latency.mean"), 2 * TRIP_NS + 3 * WAKE_NS, 1);
    CHECK_NEAR(test_run_merged(flushed, 0, "lag{node=db2}.mean"), TRIP_NS + 3 * WAKE_NS, 1);
    g_autoptr(TestRun) applied =
        test_run(WORLD(NODES "wake: 50us\npolicy: {ack: sync(all), ack_point: applied}\n"));
    CHECK_NEAR(test_run_merged(applied, 0, "write.latency.mean"), 2 * TRIP_NS + 4 * WAKE_NS, 1);
}

/* Of db1 the sender and the handler, of db2 the receiver. */
static void a_node_has_a_wake_of_its_own(void)
{
    g_autoptr(TestRun) follower = test_run(WORLD(
        "nodes: {db1: a, db2: {region: b, wake: 1ms}}\nwake: 50us\npolicy: {ack: sync(all)}\n"));
    CHECK_NEAR(test_run_merged(follower, 0, "write.latency.mean"), 2 * TRIP_NS + 2 * WAKE_NS + 1e6,
               1);
    g_autoptr(TestRun) leader =
        test_run(WORLD("nodes: {db1: {region: a, wake: 1ms}, db2: {region: b, wake: 0s}}\n"
                       "wake: 50us\npolicy: {ack: sync(all)}\n"));
    CHECK_NEAR(test_run_merged(leader, 0, "write.latency.mean"), 2 * TRIP_NS + 2e6, 1);
}

static void each_waking_is_a_draw(void)
{
    g_autoptr(TestRun) run =
        test_run(WORLD(NODES "wake: exponential(mean=50us)\npolicy: {ack: sync(all)}\n"));
    CHECK_THEORY(run, 0, "write.latency.mean", 2 * TRIP_NS + 3 * WAKE_NS);
}

/* An entry arrives each millisecond, and every flush of the follower takes 1.5 ms, so that one
 * follows the other: what arrives during a flush is taken at its end, by a receiver that is awake.
 * A receiver that had to be woken each time would make flushes 0.4 ms later. */
static void who_is_at_work_need_not_be_woken(void)
{
    const char *busy = "replsim: 1\nseed: 94\nduration: 20s\nwarmup: 2s\nreplications: 1\n"
                       "nodes: {db1: a, db2: {region: a, wake: 400us, storage: {fsync: 1.5ms}}}\n"
                       "clients:\n  web: {rate: periodic(1k/s), reads: 0%, keys: unique}\n"
                       "policy: {leader: db1}\n";
    const char *awake = "replsim: 1\nseed: 94\nduration: 20s\nwarmup: 2s\nreplications: 1\n"
                        "nodes: {db1: a, db2: {region: a, storage: {fsync: 1.5ms}}}\n"
                        "clients:\n  web: {rate: periodic(1k/s), reads: 0%, keys: unique}\n"
                        "policy: {leader: db1}\n";
    g_autoptr(TestRun) woken = test_run(busy);
    g_autoptr(TestRun) never = test_run(awake);
    /* The applier takes no time, and is idle each time. */
    CHECK_NEAR(test_run_merged(woken, 0, "lag.flushed{node=db2}.mean"),
               test_run_merged(never, 0, "lag.flushed{node=db2}.mean"), 0.25e6);
    CHECK_NEAR(test_run_merged(woken, 0, "lag{node=db2}.mean") -
                   test_run_merged(woken, 0, "lag.flushed{node=db2}.mean"),
               0.4e6, 0.05e6);
}

static const TestCase cases[] = {
    TEST(a_commit_wakes_three_stages_and_an_apply_a_fourth),
    TEST(a_node_has_a_wake_of_its_own),
    TEST(each_waking_is_a_draw),
    TEST(who_is_at_work_need_not_be_woken),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("wake", cases, argc, argv);
}
