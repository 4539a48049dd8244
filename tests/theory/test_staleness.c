/*
 * Goal: how often reads are stale, and by how many versions, where replicas hear of writes late or
 * never, is what closed forms say.
 * Method: one key, Poisson writes and reads, fixed seeds. Random delays with overtaking: a read at
 * the far replica is stale if the newest write has not arrived, l / (l + m). No propagation: each
 * write is on few replicas for ever, so each of the newest is missed independently, and k of them
 * with the k-th power of missing one (Bailis et al., VLDB 2012, "k-staleness").
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

/* Writers next to n1, which answers at once; readers next to n2, which hears later. */
#define DELAYED(rate)                                                                              \
    "replsim: 1\nseed: 110\nduration: 120s\nwarmup: 2s\nreplications: 20\nregions: [a, b]\n"       \
    "network: {order: free, within: 0ms, between: {a <-> b: exponential(mean=50ms)}}\n"            \
    "nodes: {n1: a, n2: b}\n"                                                                      \
    "clients:\n"                                                                                   \
    "  w: {rate: poisson(" rate "), reads: 0%, keys: uniform_keys(1), from: {a: 100%}}\n"          \
    "  r: {rate: poisson(10/s), reads: 100%, keys: uniform_keys(1), from: {b: 100%}}\n"            \
    "policy: {model: leaderless, replicas: 2, read_quorum: 1, write_quorum: 1, "                   \
    "read_fanout: quorum, versions: lww(clock)}\n"

static void a_read_is_stale_while_the_newest_write_is_on_its_way(void)
{
    g_autoptr(TestRun) slow = test_run(DELAYED("5/s"));
    g_autoptr(TestRun) even = test_run(DELAYED("20/s"));
    g_autoptr(TestRun) fast = test_run(DELAYED("60/s"));
    CHECK_THEORY(slow, 0, "stale_rate", 5.0 / (5 + 20));
    CHECK_THEORY(even, 0, "stale_rate", 20.0 / (20 + 20));
    CHECK_THEORY(fast, 0, "stale_rate", 60.0 / (60 + 20));
}

/* A replica gets a write at once with probability p, or never; without any of the N the write is
 * not acknowledged. As p goes to 0 an acknowledged write is on W = 1 replica, and a read of R = 1
 * misses it with C(N-1, 1) / C(N, 1); with p it is 1 - p / (1 - (1-p)^N). */
#define SCATTERED                                                                                  \
    "replsim: 1\nseed: 118\nduration: 60s\nwarmup: 15s\nreplications: 20\nregions: [dc]\n"         \
    "nodes: {n1..n3: dc}\n"                                                                        \
    "clients:\n"                                                                                   \
    "  w: {rate: poisson(100/s), reads: 0%, keys: uniform_keys(1), timeout: 10ms}\n"               \
    "  r: {rate: poisson(20/s), reads: 100%, keys: uniform_keys(1)}\n"                             \
    "policy:\n  model: leaderless\n  replicas: 3\n  read_quorum: 1\n  write_quorum: 1\n"           \
    "  versions: lww(clock)\n"                                                                     \
    "  wars: {w: 'mix(5% 0ms, 95% 2000s)', a: 0ms, r: exponential(mean=1us), s: 0ms}\n"

static void versions_missed_are_geometric_without_propagation(void)
{
    static const char *const asked[] = {"stale_versions.mean", NULL};
    g_autoptr(TestRun) run = test_run_with(SCATTERED, asked);
    double p = 0.05, missed = 1 - p / (1 - pow(1 - p, 3));
    CHECK_CLOSE(missed, 2.0 / 3, 0.03);
    CHECK_THEORY(run, 0, "stale_rate", missed);
    /* Of stale reads: 1 + missed + missed^2 + …, the sum of P(k or more) / P(1 or more). */
    CHECK_THEORY(run, 0, "stale_versions.mean", 1 / (1 - missed));
}

static const TestCase cases[] = {TEST(a_read_is_stale_while_the_newest_write_is_on_its_way),
                                 TEST(versions_missed_are_geometric_without_propagation),
                                 {0}};

int main(int argc, char **argv)
{
    return test_main("staleness", cases, argc, argv);
}
