/*
 * Goal: a follower's lag and backlog, an acknowledgement's wait and a stale read have the values
 * that queueing theory and order statistics give (theory.md C, rows 1, 2, 3, 6, 7, 9, 12).
 * Method: 24 replications at a fixed seed; the mean over replications must lie within four
 * standard errors of the closed form.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

/* One leader, one follower, no delays but the apply cost; writes only. */
#define APPLY_QUEUE(apply, rate)                                                                   \
    "replsim: 1\n"                                                                                 \
    "seed: 11\n"                                                                                   \
    "duration: 62s\n"                                                                              \
    "warmup: 2s\n"                                                                                 \
    "replications: 24\n"                                                                           \
    "nodes: {leader: r, follower: {region: r, storage: {apply: " apply "}}}\n"                     \
    "clients:\n"                                                                                   \
    "  writers: {rate: poisson(" rate "), reads: 0%, keys: uniform_keys(1000)}\n"                  \
    "policy: {model: single-leader, leader: leader, reads: leader}\n"

static void mm1_apply_lag_is_exponential(void)
{
    const double rho_lambda = 800, mu = 1000;
    g_autoptr(TestRun) run = test_run(APPLY_QUEUE("exponential(mean=1ms)", "800/s"));
    CHECK_THEORY(run, 0, "lag{node=follower}.mean", 1e9 / (mu - rho_lambda));
    CHECK_THEORY(run, 0, "lag{node=follower}.p50", 1e9 * log(2) / (mu - rho_lambda));
    CHECK_THEORY(run, 0, "lag{node=follower}.p99", 1e9 * -log(0.01) / (mu - rho_lambda));
}

static void mm1_backlog_is_geometric(void)
{
    const double rho = 0.7;
    g_autoptr(TestRun) run = test_run(APPLY_QUEUE("exponential(mean=1ms)", "700/s"));
    CHECK_THEORY(run, 0, "backlog{node=follower}.mean", rho / (1 - rho));
}

static void md1_apply_lag_follows_its_formula(void)
{
    const double rho = 0.8, d = 1e6;
    g_autoptr(TestRun) run = test_run(APPLY_QUEUE("1ms", "800/s"));
    CHECK_THEORY(run, 0, "lag{node=follower}.mean", d + rho * d / (2 * (1 - rho)));
}

static void mg1_apply_lag_follows_pollaczek_and_khinchine(void)
{
    const double lambda = 600, p = 0.2, a = 3e-3, b = 0.5e-3;
    const double mean = p * a + (1 - p) * b, square = 2 * (p * a * a + (1 - p) * b * b);
    g_autoptr(TestRun) run = test_run(
        APPLY_QUEUE("\"mix(20% exponential(mean=3ms), 80% exponential(mean=0.5ms))\"", "600/s"));
    CHECK_THEORY(run, 0, "lag{node=follower}.mean",
                 1e9 * (mean + lambda * square / (2 * (1 - lambda * mean))));
}

/* Entries of 500 bytes, and nothing costs anything but a byte. */
#define APPLY_BYTES(per_byte, size)                                                                \
    "replsim: 1\nseed: 12\nduration: 62s\nwarmup: 2s\nreplications: 24\n"                          \
    "nodes: {leader: r, follower: {region: r, storage: {apply_per_byte: " per_byte "}}}\n"         \
    "clients:\n"                                                                                   \
    "  writers: {rate: poisson(800/s), reads: 0%, keys: uniform_keys(1000),\n"                     \
    "            value_size: " size "}\n"                                                          \
    "policy: {model: single-leader, leader: leader, reads: leader}\n"

/* 500 B at 2 us each is 1 ms: M/D/1 where the cost of a byte is constant, M/M/1 where it is drawn
 * once for the entry. */
static void bytes_are_applied_as_entries_are(void)
{
    const double rho = 0.8, d = 1e6;
    g_autoptr(TestRun) constant = test_run(APPLY_BYTES("2us", "500B"));
    CHECK_THEORY(constant, 0, "lag{node=follower}.mean", d + rho * d / (2 * (1 - rho)));
    g_autoptr(TestRun) drawn = test_run(APPLY_BYTES("exponential(mean=2us)", "500B"));
    CHECK_THEORY(drawn, 0, "lag{node=follower}.mean", d / (1 - rho));
}

static void what_a_byte_costs_alone_changes_the_lag(void)
{
    const double rho = 0.4, d = 0.5e6;
    g_autoptr(TestRun) half = test_run(APPLY_BYTES("1us", "500B"));
    CHECK_THEORY(half, 0, "lag{node=follower}.mean", d + rho * d / (2 * (1 - rho)));
    g_autoptr(TestRun) small = test_run(APPLY_BYTES("2us", "250B"));
    CHECK_THEORY(small, 0, "lag{node=follower}.mean", d + rho * d / (2 * (1 - rho)));
    g_autoptr(TestRun) none = test_run(APPLY_BYTES("0s", "500B"));
    CHECK(test_run_merged(none, 0, "lag{node=follower}.mean") == 0);
}

/* The same queue, served by the cpu: M/M/1 whatever resource the server is. */
static void a_cpu_of_one_worker_is_the_same_queue(void)
{
    g_autoptr(TestRun) run = test_run(
        "replsim: 1\nseed: 12\nduration: 62s\nwarmup: 2s\nreplications: 24\n"
        "nodes: {leader: r, follower: {region: r, cpu: {workers: 1, apply: "
        "exponential(mean=1ms)}}}\n"
        "clients:\n  writers: {rate: poisson(800/s), reads: 0%, keys: uniform_keys(1000)}\n"
        "policy: {model: single-leader, leader: leader, reads: leader}\n");
    CHECK_THEORY(run, 0, "lag{node=follower}.mean", 1e9 / 200);
}

/* ---- waiting for k of n ------------------------------------------------------------------- */

/* Writes arrive a second apart on average, so no entry waits for the one before it; one leg of the
 * round trip is random and the other takes no time. */
#define WAIT_FOR(n, law, variants)                                                                 \
    "replsim: 1\n"                                                                                 \
    "seed: 13\n"                                                                                   \
    "duration: 10000s\n"                                                                           \
    "replications: 24\n"                                                                           \
    "nodes:\n  leader: a\n  f1..f" n ": b\n"                                                       \
    "network:\n  between:\n    a -> b: " law "\n    b -> a: 0ms\n"                                 \
    "clients:\n  writers: {rate: periodic(1/s), reads: 0%, keys: uniform_keys(10),\n"              \
    "            from: {a: 100%}, timeout: 20s}\n"                                                 \
    "policy: {model: single-leader, leader: leader, reads: leader, ack_timeout: never}\n"          \
    "variants:\n" variants

static double harmonic(int n)
{
    double sum = 0;
    for (int i = 1; i <= n; i++)
        sum += 1.0 / i;
    return sum;
}

static void waiting_for_k_of_three_exponential_legs(void)
{
    g_autoptr(TestRun) run = test_run(
        WAIT_FOR("3", "exponential(mean=50ms)",
                 "  one: {policy.ack: semi-sync(1)}\n  two: {policy.ack: semi-sync(2)}\n"
                 "  every: {policy.ack: sync(all)}\n  half: {policy.ack: quorum(majority)}\n"
                 "  named: {policy.ack: sync(f2)}\n"));
    for (int k = 1; k <= 3; k++)
        CHECK_THEORY(run, (gsize)(k - 1), "write.latency.mean",
                     50e6 * (harmonic(3) - harmonic(3 - k)));
    CHECK_THEORY(run, 3, "write.latency.mean", 50e6 * (harmonic(3) - harmonic(1)));
    CHECK_THEORY(run, 4, "write.latency.mean", 50e6);
    /* The k-th of n is below x with the probability of a binomial tail: here the first of three. */
    CHECK_THEORY(run, 0, "write.latency.p99", 50e6 * -log(0.01) / 3);
}

static void waiting_for_k_of_five_uniform_legs(void)
{
    g_autoptr(TestRun) run =
        test_run(WAIT_FOR("5", "uniform(20ms, 60ms)",
                          "  one: {policy.ack: semi-sync(1)}\n  three: {policy.ack: semi-sync(3)}\n"
                          "  five: {policy.ack: \"any(5, [f1, f2, f3, f4, f5])\"}\n"));
    CHECK_THEORY(run, 0, "write.latency.mean", 20e6 + 40e6 * 1 / 6);
    CHECK_THEORY(run, 1, "write.latency.mean", 20e6 + 40e6 * 3 / 6);
    CHECK_THEORY(run, 2, "write.latency.mean", 20e6 + 40e6 * 5 / 6);
}

/* ---- stale reads -------------------------------------------------------------------------- */

static void a_read_behind_a_constant_lag_is_stale_with_the_chance_of_a_write_in_it(void)
{
    g_autoptr(TestRun) run = test_run(
        "replsim: 1\nseed: 14\nduration: 2000s\nwarmup: 10s\nreplications: 24\n"
        "nodes: {leader: a, follower: b}\n"
        "network: {between: {a -> b: 300ms, b -> a: 0ms}}\n"
        "clients:\n"
        "  writers: {rate: poisson(2/s), reads: 0%, keys: uniform_keys(1), from: {a: 100%}}\n"
        "  readers: {rate: poisson(20/s), reads: 100%, keys: uniform_keys(1), from: {b: 100%}}\n"
        "policy: {model: single-leader, leader: leader, reads: follower(follower)}\n");
    CHECK_THEORY(run, 0, "stale_rate", 1 - exp(-2 * 0.3));
    /* Of a stale read: the age of the oldest unseen write is uniform given how many there are;
     * the number of them is Poisson, given at least one. */
    CHECK_THEORY(run, 0, "stale_versions.mean", 0.6 / (1 - exp(-0.6)));
}

static const TestCase cases[] = {
    TEST(mm1_apply_lag_is_exponential),
    TEST(mm1_backlog_is_geometric),
    TEST(md1_apply_lag_follows_its_formula),
    TEST(mg1_apply_lag_follows_pollaczek_and_khinchine),
    TEST(bytes_are_applied_as_entries_are),
    TEST(what_a_byte_costs_alone_changes_the_lag),
    TEST(a_cpu_of_one_worker_is_the_same_queue),
    TEST(waiting_for_k_of_three_exponential_legs),
    TEST(waiting_for_k_of_five_uniform_legs),
    TEST(a_read_behind_a_constant_lag_is_stale_with_the_chance_of_a_write_in_it),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("queues", cases, argc, argv);
}
