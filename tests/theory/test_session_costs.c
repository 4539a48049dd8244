/*
 * Goal: what a promise to sessions costs is what the way of the messages says (semantics §4).
 * Method: constant delays, one client in region b next to a replica, the leader 20 ms away and a
 * second follower 30 ms beyond it; every latency is a sum of ways, worked out in the comments.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define CLUSTER(rate, reads, more)                                                                 \
    "replsim: 1\nseed: 5\nduration: 10s\n"                                                         \
    "nodes: {db1: a, db2: b, db3: c}\n"                                                            \
    "network: {between: {a <-> b: 20ms, a <-> c: 30ms, b <-> c: 50ms}}\n"                          \
    "storage: {apply: 15ms}\n"                                                                     \
    "clients:\n"                                                                                   \
    "  web: {rate: periodic(" rate "), reads: " reads ", keys: unique, sessions: 1,\n"             \
    "        from: {b: 100%}" more "}\n"                                                           \
    "policy: {leader: db1}\n"

#define MS 1e6

static double mean_of(const TestRun *run, gsize variant, const char *metric)
{
    return test_run_merged(run, variant, metric) / MS;
}

static void check_reads(const char *yaml, const double *expected, gsize n)
{
    g_autoptr(TestRun) run = test_run(yaml);
    for (gsize i = 0; i < n; i++) {
        test_row("variant %u", (unsigned)i);
        CHECK_NEAR(mean_of(run, i, "read.latency.mean"), expected[i], 1e-3);
    }
    test_row(NULL);
}

/* A write is acknowledged after 40 ms; its entry reaches db2 at that instant, too, and is applied
 * 15 ms later. The session reads it at once, at db2, in no time. */
static void a_session_waits_for_its_write_or_goes_to_the_leader(void)
{
    static const double expected[] = {
        0,       /* as db2 shows it: without the write */
        40,      /* the way to the leader and back */
        15,      /* until db2 has applied it */
        40,      /* behind: at once to the leader */
        10 + 40, /* held for up_to, then to the leader */
        15,
    };
    check_reads(
        CLUSTER("5/s", "0%",
                ", read_after_write: 100% after 0ms") "variants:\n"
                                                      "  base: {policy.reads: nearest}\n"
                                                      "  window: {policy.reads: nearest, "
                                                      "policy.session: 'read-your-writes(leader, "
                                                      "1s)'}\n"
                                                      "  wait: {policy.reads: nearest, "
                                                      "policy.session: read-your-writes(token)}\n"
                                                      "  on: {policy.reads: nearest,\n"
                                                      "       policy.session: "
                                                      "'read-your-writes(token, behind=leader)'}\n"
                                                      "  short: {policy.reads: nearest,\n"
                                                      "          policy.session: "
                                                      "'read-your-writes(token, up_to=10ms)'}\n"
                                                      "  causal: {policy.reads: nearest, "
                                                      "policy.session: causal}\n",
        expected, G_N_ELEMENTS(expected));
}

/* After the time of the window the session reads at its replica again: reads come 5 ms and 150 ms
 * after the acknowledgement, the next write no sooner. */
static void the_window_of_the_leader_closes(void)
{
    static const double expected[] = {40, 20};
    check_reads(
        CLUSTER(
            "4/s", "0%",
            ", read_after_write: '100% after [5ms, 150ms]'") "variants:\n"
                                                             "  wide: {policy.reads: nearest, "
                                                             "policy.session: "
                                                             "'read-your-writes(leader, 1s)'}\n"
                                                             "  narrow: {policy.reads: nearest,\n"
                                                             "           policy.session: "
                                                             "'read-your-writes(leader, 100ms)'}\n",
        expected, G_N_ELEMENTS(expected));
}

/* The round is over when the nearer follower, 20 ms away, has answered. */
static void read_index_costs_a_round_and_a_lease_none(void)
{
    static const double expected[] = {40, 40 + 40, 40};
    const char *yaml = CLUSTER("5/s", "100%", "") "variants:\n"
                                                  "  plain: {policy.reads: leader}\n"
                                                  "  index: {policy.reads: leader(read-index)}\n"
                                                  "  lease: {policy.reads: leader(lease)}\n";
    check_reads(yaml, expected, G_N_ELEMENTS(expected));
    g_autoptr(TestRun) run = test_run(yaml);
    /* A request and a reply; and two members asked and answering. */
    CHECK_NEAR(test_run_merged(run, 0, "cost.messages"), 2, 1e-9);
    CHECK_NEAR(test_run_merged(run, 1, "cost.messages"), 6, 1e-9);
    CHECK_NEAR(test_run_merged(run, 2, "cost.messages"), 2, 1e-9);
}

/* Reads 10 ms apart, at an odd distance of the round's 40 ms: a round begins every 40 ms, and a
 * read that comes x after its beginning waits 40 - x for the next and 40 for that: with four reads
 * a round, x = 0, 10, 20, 30, where x = 0 comes just before the next begins. */
static void reads_that_come_during_a_round_share_the_next(void)
{
    g_autoptr(TestRun) run =
        test_run(CLUSTER("100/s", "100%", "") "policy.reads: leader(read-index)\n");
    double mean = mean_of(run, 0, "read.latency.mean");
    CHECK(mean > 40 + 40 && mean < 40 + 80);
    /* Two messages a read, and four a round of every 40 ms: of every fourth read. */
    CHECK_NEAR(test_run_merged(run, 0, "cost.messages"), 3, 0.02);
}

/* Writes 32 ms apart take 40 ms each: in a session that sends one at a time the n-th, from 0, waits
 * n times 8 ms. Ten seconds have 312 of them after the first. */
static void writes_in_order_wait_for_each_other(void)
{
    g_autoptr(TestRun) run =
        test_run(CLUSTER("31.25/s", "0%", "") "variants:\n"
                                              "  base: {}\n"
                                              "  ordered: {policy.session: monotonic-writes}\n");
    CHECK_NEAR(mean_of(run, 0, "write.latency.max"), 40, 1e-3);
    double last = mean_of(run, 1, "write.latency.max");
    CHECK(last >= 40 + 8 * 310 && last <= 40 + 8 * 312);
    CHECK_NEAR(mean_of(run, 1, "write.latency.mean"), (40 + last) / 2, 1e-3);
}

/* db2 applies 15 ms after the leader has acknowledged, so it lags by no more than 15 ms and what
 * passed since it was asked; under a load that it cannot follow it is passed by. */
static void a_replica_that_lags_too_far_is_passed_by(void)
{
#define OVERLOADED "  web: {rate: periodic(100/s), reads: 50%, keys: unique, from: {b: 100%}}\n"
#define FRESH(more)                                                                                \
    "replsim: 1\nduration: 20s\nwarmup: 15s\nnodes: {db1: a, db2: b}\n"                            \
    "network: {between: {a <-> b: 20ms}}\nstorage: {apply: " more "}\nclients:\n" OVERLOADED       \
    "policy: {leader: db1, reads: 'nearest(max_lag=2s)'}\n"
    g_autoptr(TestRun) follows = test_run(FRESH("15ms"));
    g_autoptr(TestRun) lags = test_run(FRESH("100ms"));
    CHECK_NEAR(mean_of(follows, 0, "read.latency.max"), 0, 1e-3);
    CHECK_NEAR(mean_of(lags, 0, "read.latency.mean"), 40, 1e-3);
}

static const TestCase cases[] = {TEST(a_session_waits_for_its_write_or_goes_to_the_leader),
                                 TEST(the_window_of_the_leader_closes),
                                 TEST(read_index_costs_a_round_and_a_lease_none),
                                 TEST(reads_that_come_during_a_round_share_the_next),
                                 TEST(writes_in_order_wait_for_each_other),
                                 TEST(a_replica_that_lags_too_far_is_passed_by),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("session_costs", cases, argc, argv);
}
