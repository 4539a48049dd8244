/*
 * Goal: the lags along a chain of followers are what queueing theory says (theory.md C, row 5).
 * Method: 24 replications at a fixed seed; the mean over replications must lie within four standard
 * errors of the closed form.
 *
 * Under `relay: applied` each follower of the chain passes on what it has applied, one entry at a
 * time. Poisson writes at rate l and exponential apply times make it a series of M/M/1 queues: what
 * leaves one is Poisson again (Burke), so lags add up to the sum of 1/(m_i - l) (Jackson). Under
 * `relay: flushed` each follower applies by itself what comes through at once: 1/(m_i - l) alone.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define RATE 600.0

#define CHAIN(relay)                                                                               \
    "replsim: 1\nseed: 31\nduration: 62s\nwarmup: 2s\nreplications: 24\n"                          \
    "nodes:\n"                                                                                     \
    "  l: r\n"                                                                                     \
    "  f1: {region: r, storage: {apply: exponential(mean=1ms)}}\n"                                 \
    "  f2: {region: r, storage: {apply: exponential(mean=0.5ms)}}\n"                               \
    "  f3: {region: r, storage: {apply: exponential(mean=1.25ms)}}\n"                              \
    "clients:\n  writers: {rate: poisson(600/s), reads: 0%, keys: uniform_keys(1000)}\n"           \
    "policy: {leader: l, upstream: {f2: f1, f3: f2}, relay: " relay "}\n"

static double alone(double mean_ms)
{
    return 1e9 / (1000 / mean_ms - RATE);
}

static void lags_of_a_chain_add_up(void)
{
    g_autoptr(TestRun) run = test_run(CHAIN("applied"));
    CHECK_THEORY(run, 0, "lag{node=f1}.mean", alone(1));
    CHECK_THEORY(run, 0, "lag{node=f2}.mean", alone(1) + alone(0.5));
    CHECK_THEORY(run, 0, "lag{node=f3}.mean", alone(1) + alone(0.5) + alone(1.25));
}

static void what_is_passed_on_from_disk_does_not_wait_for_applying(void)
{
    g_autoptr(TestRun) run = test_run(CHAIN("flushed"));
    CHECK_THEORY(run, 0, "lag{node=f1}.mean", alone(1));
    CHECK_THEORY(run, 0, "lag{node=f2}.mean", alone(0.5));
    CHECK_THEORY(run, 0, "lag{node=f3}.mean", alone(1.25));
}

static const TestCase cases[] = {
    TEST(lags_of_a_chain_add_up),
    TEST(what_is_passed_on_from_disk_does_not_wait_for_applying),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("cascade", cases, argc, argv);
}
