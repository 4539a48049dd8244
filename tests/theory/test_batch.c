/*
 * Goal: the lag that `batch` adds is that of renewal theory. Method: many replications at fixed
 * seeds, the mean within four standard errors of the closed form.
 *
 * Writes are Poisson with rate r, flushes and applying take no time, the link takes 10 ms. The
 * first entry after a batch has left opens the next and waits T; those that come meanwhile, r T of
 * them on average, wait for what is left of it, T/2 on average. By renewal reward an entry waits
 * (T + r T * T/2) / (1 + r T).
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/load.h"
#include "tests/support/run.h"

#define LINK_NS 10e6

#define WORLD(rate, batch)                                                                         \
    "replsim: 1\nseed: 71\nduration: 20s\nreplications: 200\n"                                     \
    "network: {between: {a <-> b: 10ms}}\nnodes: {db1: a, db2: b}\n"                               \
    "clients:\n  web: {rate: poisson(" rate "), reads: 0%, keys: unique, from: {a: 100%}}\n"       \
    "policy: {leader: db1, ack: async, batch: " batch "}\n"

static double expected_lag(double rate, double every)
{
    double others = rate * every;
    return LINK_NS + 1e9 * every * (1 + others / 2) / (1 + others);
}

static void lag_is_that_of_a_wait_that_the_first_entry_begins(void)
{
    g_autoptr(TestRun) few = test_run(WORLD("5/s", "{every: 50ms}"));
    CHECK_THEORY(few, 0, "lag{node=db2}.mean", expected_lag(5, 0.050));
    g_autoptr(TestRun) many = test_run(WORLD("200/s", "{every: 50ms}"));
    CHECK_THEORY(many, 0, "lag{node=db2}.mean", expected_lag(200, 0.050));
}

/* What reaches the second hop comes at most once in every T + the time to the next write, and the
 * batch there waits for T from its first entry on, so each message of the leader is a batch of its
 * own: all of its entries wait T once more. */
#define CHAIN(batch)                                                                               \
    "replsim: 1\nseed: 72\nduration: 20s\nreplications: 100\n"                                     \
    "network: {between: {a <-> b: 10ms}}\nnodes: {db1: a, db2: b, db3: b}\n"                       \
    "clients:\n  web: {rate: poisson(200/s), reads: 0%, keys: unique, from: {a: 100%}}\n"          \
    "policy: {leader: db1, upstream: {db3: db2}, batch: " batch "}\n"

static void an_upstream_makes_entries_wait_again(void)
{
    g_autoptr(TestRun) run = test_run(CHAIN("{every: 50ms}"));
    CHECK_THEORY(run, 0, "lag{node=db2}.mean", expected_lag(200, 0.050));
    CHECK_THEORY(run, 0, "lag{node=db3}.mean", expected_lag(200, 0.050) + 50e6);
    g_autoptr(TestRun) at_once = test_run(CHAIN("none"));
    CHECK_NEAR(test_run_merged(at_once, 0, "lag{node=db3}.mean"), LINK_NS, 1);
}

static void without_batches_lag_is_that_of_the_link(void)
{
    g_autoptr(TestRun) run = test_run(WORLD("200/s", "none"));
    CHECK_NEAR(test_run_merged(run, 0, "lag{node=db2}.mean"), LINK_NS, 1);
}

static const TestCase cases[] = {
    TEST(lag_is_that_of_a_wait_that_the_first_entry_begins),
    TEST(an_upstream_makes_entries_wait_again),
    TEST(without_batches_lag_is_that_of_the_link),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("batch", cases, argc, argv);
}
