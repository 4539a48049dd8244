/*
 * Goal: how stale followers are that poll is what renewal theory gives (theory.md C, row 24).
 * Method: replications at fixed seeds; the mean over replications must lie within four standard
 * errors of the closed form.
 *
 * A follower polls once in every T. Seen from a Poisson read, or a Poisson write, the time since
 * the last poll and until the next are uniform on [0, T]. A read misses a write to its key if one
 * was acknowledged since the last poll: 1 - (1 - e^(-l T))/(l T) with l such writes a second. An
 * entry waits T/2 on average, and then travels; how long the poll itself was under way does not
 * matter, nor does it if that is longer than T.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

#define READS(pull)                                                                                \
    "replsim: 1\nseed: 24\nduration: 60s\nwarmup: 1s\nreplications: 100\n"                         \
    "nodes: {db1: a, db2: a}\n"                                                                    \
    "clients:\n"                                                                                   \
    "  writer: {rate: poisson(40/s), reads: 0%, keys: uniform_keys(4)}\n"                          \
    "  reader: {rate: poisson(100/s), reads: 100%, keys: uniform_keys(4)}\n"                       \
    "policy: {leader: db1, reads: follower(db2), pull: " pull "}\n"

static void a_read_misses_what_was_written_since_the_last_poll(void)
{
    double writes_of_key = 40.0 / 4;
    g_autoptr(TestRun) seldom = test_run(READS("250ms"));
    double x = writes_of_key * 0.250;
    CHECK_THEORY(seldom, 0, "stale_rate", 1 + expm1(-x) / x);
    g_autoptr(TestRun) often = test_run(READS("20ms"));
    x = writes_of_key * 0.020;
    CHECK_THEORY(often, 0, "stale_rate", 1 + expm1(-x) / x);
}

static void a_leader_that_pushes_leaves_nothing_to_miss(void)
{
    g_autoptr(TestRun) run = test_run(READS("none"));
    CHECK(test_run_merged(run, 0, "stale_rate") == 0);
}

#define LINK_NS 40e6

#define LAGS(upstream, pull)                                                                       \
    "replsim: 1\nseed: 25\nduration: 60s\nwarmup: 1s\nreplications: 100\n"                         \
    "network: {between: {a <-> b: 40ms}}\nnodes: {db1: a, db2: b, db3: b}\n"                       \
    "clients:\n  web: {rate: poisson(100/s), reads: 0%, keys: unique, from: {a: 100%}}\n"          \
    "policy: {leader: db1, upstream: " upstream ", pull: " pull "}\n"

static void an_entry_waits_for_half_a_period(void)
{
    g_autoptr(TestRun) seldom = test_run(LAGS("leader", "200ms"));
    CHECK_THEORY(seldom, 0, "lag{node=db2}.mean", LINK_NS + 100e6);
    CHECK_THEORY(seldom, 0, "lag{node=db3}.mean", LINK_NS + 100e6);
    g_autoptr(TestRun) often = test_run(LAGS("leader", "10ms"));
    CHECK_THEORY(often, 0, "lag{node=db2}.mean", LINK_NS + 5e6);
}

/* Half a period at each hop: when a follower is given something, its own followers' next poll is
 * uniform in the period because phases are drawn. */
static void a_chain_waits_at_each_hop(void)
{
    g_autoptr(TestRun) run = test_run(LAGS("{db3: db2}", "200ms"));
    CHECK_THEORY(run, 0, "lag{node=db2}.mean", LINK_NS + 100e6);
    CHECK_THEORY(run, 0, "lag{node=db3}.mean", LINK_NS + 200e6);
}

static const TestCase cases[] = {
    TEST(a_read_misses_what_was_written_since_the_last_poll),
    TEST(a_leader_that_pushes_leaves_nothing_to_miss),
    TEST(an_entry_waits_for_half_a_period),
    TEST(a_chain_waits_at_each_hop),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("pull", cases, argc, argv);
}
