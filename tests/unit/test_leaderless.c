/*
 * Goal: what a coordinator waits for, and how what a replica missed gets there, in exact times.
 * Method: worlds with fixed delays, three replicas at 10, 20 and 40 ms one way from the client, and
 * the latencies that follow from them; losses of replicas, and where the writes are afterwards.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

/* The client is in d, which has no node. */
#define WORLD(keys, policy, faults)                                                                \
    "replsim: 1\nseed: 5\nduration: 10s\nregions: [a, b, c, d]\n"                                  \
    "network:\n  within: 0ms\n  between: {d <-> a: 10ms, d <-> b: 20ms, d <-> c: 40ms, "           \
    "a <-> b: 5ms, a <-> c: 5ms, b <-> c: 5ms}\n"                                                  \
    "nodes: {n1: a, n2: b, n3: c}\n"                                                               \
    "clients:\n  c: {rate: 50/s, reads: 50%, keys: " keys ", from: {d: 100%}, timeout: 500ms}\n"   \
    "policy: {model: leaderless" policy "}\nfaults: [" faults "]\n"
#define LONG_AWAY "{name: away, at: 2s, crash: n1, for: 2s}"

static double ms(const TestRun *run, const char *metric)
{
    return test_run_merged(run, 0, metric) / 1e6;
}

static void the_slowest_of_a_quorum_is_waited_for(void)
{
    static const struct {
        const char *text;
        double write, read;
    } rows[] = {{WORLD("uniform_keys(50)", ", write_quorum: 1, read_quorum: 3", ""), 20, 80},
                {WORLD("uniform_keys(50)", ", write_quorum: 2, read_quorum: 2", ""), 40, 40},
                {WORLD("uniform_keys(50)", ", write_quorum: all, read_quorum: 1", ""), 80, 20},
                {WORLD("uniform_keys(50)", ", read_fanout: quorum", ""), 40, 40},
                /* From n1 the others are 10 ms away and back, and the client 20 ms. */
                {WORLD("uniform_keys(50)", ", coordinator: nearest-node", ""), 30, 30},
                /* Where a region has no replica, its quorum is a majority of all. */
                {WORLD("uniform_keys(50)", ", read_quorum: local-quorum", ""), 40, 40},
                {WORLD("uniform_keys(50)", ", write_quorum: each-quorum", ""), 80, 40}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(TestRun) run = test_run(rows[i].text);
        test_row("row %d", (int)i);
        CHECK_CLOSE(ms(run, "write.latency.max"), rows[i].write, 0.001);
        CHECK_CLOSE(ms(run, "read.latency.max"), rows[i].read, 0.001);
    }
    test_row(NULL);
}

/* A nearest replica that is away: reads that ask no more than the quorum wait in vain for it, until
 * the hedge asks the third. It is asked 25 ms late, and is 80 ms away. */
static void a_hedge_asks_who_was_spared(void)
{
    g_autoptr(TestRun) run = test_run(WORLD(
        "uniform_keys(50)", ", read_fanout: quorum, hedge: 25ms", "{at: 4s, pause: n2, for: 2s}"));
    CHECK_CLOSE(ms(run, "read.latency.max"), 105, 0.001);
}

/* Two of three nodes keep a key: while n1 is away, the third stands in, and nothing is refused. */
static void another_node_stands_in_under_a_sloppy_quorum(void)
{
#define TWO ", replicas: 2, write_quorum: 2, read_quorum: 1"
    g_autoptr(TestRun) strict = test_run(WORLD("uniform_keys(50)", TWO, LONG_AWAY));
    g_autoptr(TestRun) sloppy =
        test_run(WORLD("uniform_keys(50)", TWO ", sloppy_quorum: true", LONG_AWAY));
    CHECK(test_run_merged(strict, 0, "availability") < 0.96);
    CHECK(test_run_merged(sloppy, 0, "availability") > 0.995);
}

/* Writes need all three, and are refused while n3 is cut off. That says nothing about n1, which
 * coordinates: who reads goes on asking it. */
static void a_refusal_for_want_of_others_is_not_held_against_the_coordinator(void)
{
    static const char *const asked[] = {"availability(writes) during cut",
                                        "availability(reads) during cut", NULL};
    g_autoptr(TestRun) run = test_run_with(
        WORLD("uniform_keys(50)", ", coordinator: nearest-node, write_quorum: all, read_quorum: 1",
              "{name: cut, at: 2s, isolate: n3, for: 5s}"),
        asked);
    CHECK(test_run_merged(run, 0, asked[0]) < 0.01); /* one that was under way */
    CHECK_NEAR(test_run_merged(run, 0, asked[1]), 1, 0);
}

/* Stale reads after the replica has returned, under quorums that do not meet. */
static double stale_after(const char *yaml)
{
    static const char *const asked[] = {"stale_rate after away", NULL};
    g_autoptr(TestRun) run = test_run_with(yaml, asked);
    return test_run_merged(run, 0, asked[0]);
}

#define WEAK ", write_quorum: 2, read_quorum: 1"

static void what_a_replica_missed_gets_there_by_hints_repair_or_comparing(void)
{
    double nothing = stale_after(WORLD("uniform_keys(200)", WEAK, LONG_AWAY));
    double hints =
        stale_after(WORLD("uniform_keys(200)", WEAK ", hinted_handoff: {keep: 1h}", LONG_AWAY));
    double given_up =
        stale_after(WORLD("uniform_keys(200)", WEAK ", hinted_handoff: {keep: 1ms}", LONG_AWAY));
    double repair = stale_after(WORLD("uniform_keys(200)", WEAK ", read_repair: 100%", LONG_AWAY));
    double compared =
        stale_after(WORLD("uniform_keys(200)", WEAK ", anti_entropy: every 500ms", LONG_AWAY));
    CHECK(nothing > 0.02);
    CHECK_CLOSE(given_up, nothing, 0.5);
    CHECK(hints < nothing / 4);
    CHECK(repair < nothing * 0.9);
    CHECK(compared < nothing / 2);
}

static const TestCase cases[] = {
    TEST(the_slowest_of_a_quorum_is_waited_for),
    TEST(a_hedge_asks_who_was_spared),
    TEST(another_node_stands_in_under_a_sloppy_quorum),
    TEST(a_refusal_for_want_of_others_is_not_held_against_the_coordinator),
    TEST(what_a_replica_missed_gets_there_by_hints_repair_or_comparing),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("leaderless", cases, argc, argv);
}
