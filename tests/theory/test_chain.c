/*
 * Goal: a write through a chain takes the sum of its hops, one beside the other the slowest of them
 * (theory.md C, row 25). Method: 24 replications at a fixed seed; the mean over replications must
 * lie within four standard errors of the closed form.
 *
 * Exponential one-way delays of mean d between the nodes, everything else in no time, and writes so
 * rare that none waits for another on its stream. Forward only (nothing back): a chain of n takes
 * (n - 1) d, and a leader that waits for n - 1 followers H_(n-1) d (the largest of n - 1
 * exponentials). With the same delay back: 2 (n - 1) d along the chain, n d where the tail tells
 * the head (n > 2).
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define HOP 10e6

/* n nodes, each in a region of its own; the clients are in the first. */
static TestRun *run_of(int n, const char *back)
{
    g_autoptr(GString) text = g_string_new("replsim: 1\nseed: 25\nduration: 600s\n"
                                           "replications: 24\nregions: [r1");
    for (int i = 2; i <= n; i++)
        g_string_append_printf(text, ", r%d", i);
    g_string_append(text, "]\nnetwork:\n  between:\n");
    for (int i = 1; i <= n; i++)
        for (int k = i + 1; k <= n; k++)
            g_string_append_printf(text,
                                   "    r%d -> r%d: exponential(mean=10ms)\n    r%d -> r%d: %s\n",
                                   i, k, k, i, back);
    g_string_append(text, "nodes:\n");
    for (int i = 1; i <= n; i++)
        g_string_append_printf(text, "  n%d: r%d\n", i, i);
    g_string_append(text, "clients:\n  web: {rate: poisson(1/s), reads: 0%, keys: uniform_keys(9), "
                          "from: {r1: 100%}}\n"
                          "policy: {model: chain, ack_path: back}\n"
                          "variants:\n  back: {}\n  direct: {policy.ack_path: direct}\n"
                          "  beside: {policy: {model: single-leader, ack: sync(all)}}\n");
    return test_run(text->str);
}

static double harmonic(int n)
{
    double sum = 0;
    for (int i = 1; i <= n; i++)
        sum += 1.0 / i;
    return sum;
}

static void a_chain_takes_the_sum_and_followers_the_largest(void)
{
    static const int lengths[] = {2, 3, 5, 8};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        int n = lengths[i];
        g_autoptr(TestRun) run = run_of(n, "0ms");
        CHECK_THEORY(run, 0, "write.latency.mean", (n - 1) * HOP);
        CHECK_THEORY(run, 1, "write.latency.mean", (n - 1) * HOP);
        CHECK_THEORY(run, 2, "write.latency.mean", harmonic(n - 1) * HOP);
    }
}

static void the_way_back_is_as_long_or_one_hop(void)
{
    static const int lengths[] = {2, 4, 7};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        int n = lengths[i];
        g_autoptr(TestRun) run = run_of(n, "exponential(mean=10ms)");
        CHECK_THEORY(run, 0, "write.latency.mean", 2 * (n - 1) * HOP);
        /* The head answers by whichever of the two ways is shorter that time. */
        if (n == 2)
            CHECK_THEORY(run, 1, "write.latency.mean", 2 * HOP);
        else
            CHECK(test_run_merged(run, 1, "write.latency.mean") < n * HOP * 1.01);
    }
}

static const TestCase cases[] = {
    TEST(a_chain_takes_the_sum_and_followers_the_largest),
    TEST(the_way_back_is_as_long_or_one_hop),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("chain", cases, argc, argv);
}
