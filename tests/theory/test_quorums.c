/*
 * Goal: leaderless and multi-leader worlds have the values that the literature gives.
 * Method: the WARS mode against the recomputed table of PBS and against closed forms; conflicts
 * against the law of Gray et al. in its direct form; hedged reads against the minimum of two
 * exponentials.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

/* ---- PBS ---------------------------------------------------------------------------------- */

/* Bailis et al., VLDB 2012, table 3: fits of what LinkedIn measured. */
#define FAST "mix(91.22% pareto(min=0.235ms, alpha=10), 8.78% exponential(mean=602410ns))"
#define SLOW "mix(38% pareto(min=1.05ms, alpha=1.51), 62% exponential(mean=5464481ns))"

/* Each write to a key of its own, and one read of it at the instant of its acknowledgement. */
#define WARS(n, quorums, w, rest)                                                                  \
    "replsim: 1\nseed: 7\nduration: 50s\nreplications: 8\nregions: [dc]\n"                         \
    "nodes: {n1..n" n ": dc}\n"                                                                    \
    "clients:\n  c: {rate: poisson(1000/s), reads: 0%, keys: unique, sessions: 100, "              \
    "timeout: 60s, read_after_write: 100% after 0ms}\n"                                            \
    "policy:\n  model: leaderless\n  replicas: " n "\n  " quorums "\n"                             \
    "  wars:\n    w: \"" w "\"\n    a: \"" rest "\"\n    r: \"" rest "\"\n    s: \"" rest "\"\n"

typedef struct Row {
    const char *text;
    double read_p999, write_p999, visible_p999; /* ms */
    double stale;
} Row;

static void the_table_of_pbs_is_reproduced(void)
{
    static const Row rows[] = {
        {WARS("3", "read_quorum: 1\n  write_quorum: 1", FAST, FAST), 0.65428, 0.65494, 1.9674,
         1 - 0.97364},
        {WARS("3", "read_quorum: 1\n  write_quorum: 2", FAST, FAST), 0.65428, 1.6322, 1.8542,
         1 - 0.97832},
        {WARS("3", "read_quorum: 2\n  write_quorum: 1", FAST, FAST), 1.6334, 0.65494, 0,
         1 - 0.99942},
        {WARS("3", "read_quorum: 2\n  write_quorum: 2", FAST, FAST), 1.6334, 1.6322, 0, 0},
        {WARS("3", "read_quorum: 1\n  write_quorum: 1", SLOW, FAST), 0.65534, 10.937, 52.232,
         1 - 0.43670}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];
        test_row("row %d", (int)i);
        const char *const asked[] = {"t_visibility.p999", NULL};
        g_autoptr(TestRun) run = test_run_with(row->text, asked);
        /* 400,000 writes: the tail of a 99.9th percentile is known to about 1.5 %. */
        CHECK_CLOSE(test_run_merged(run, 0, "read.latency.p999") / 1e6, row->read_p999, 0.03);
        CHECK_CLOSE(test_run_merged(run, 0, "write.latency.p999") / 1e6, row->write_p999, 0.03);
        CHECK_NEAR(test_run_merged(run, 0, "t_visibility.p999") / 1e6, row->visible_p999,
                   0.06 * row->visible_p999);
        if (row->stale > 1e-9)
            CHECK_THEORY(run, 0, "stale_rate", row->stale);
        else
            CHECK(test_run_merged(run, 0, "stale_rate") == 0);
    }
    test_row(NULL);
}

/* One slow way out, everything else at once: a read that asks R of N at t after the answer misses
 * the write with C(N-W,R)/C(N,R) exp(-R l t). Of N = 3, W = 1, R = 2: exp(-2 l t) / 3. */
static void partial_quorums_catch_up_at_the_rate_of_propagation(void)
{
    static const char text[] =
        "replsim: 1\nseed: 17\nduration: 50s\nreplications: 10\nregions: [dc]\n"
        "nodes: {n1..n3: dc}\n"
        "clients:\n  c: {rate: poisson(1000/s), reads: 0%, keys: unique, timeout: 600s, "
        "read_after_write: \"100% after 5ms\"}\n"
        "policy: {model: leaderless, replicas: 3, read_quorum: 2, write_quorum: 1, "
        "wars: {w: exponential(mean=10ms), a: 0ms, r: 0ms, s: 0ms}}\n";
    g_autoptr(TestRun) run = test_run(text);
    CHECK_THEORY(run, 0, "stale_rate", exp(-2 * 0.1 * 5) / 3);
}

/* ---- hedging ------------------------------------------------------------------------------ */

/* The request takes Exp(1/m), the response nothing; the second copy leaves after h. */
static void a_hedged_read_takes_the_first_of_two(void)
{
    static const char text[] =
        "replsim: 1\nseed: 26\nduration: 50s\nreplications: 10\nregions: [a, b]\n"
        "network: {order: free, between: {a -> b: exponential(mean=10ms), b -> a: 0ms}}\n"
        "nodes: {n1..n2: b}\n"
        "clients:\n  c: {rate: poisson(500/s), reads: 100%, keys: uniform_keys(1000), from: {a: "
        "100%}}\n"
        "policy: {model: leaderless, replicas: 2, read_quorum: 1, write_quorum: 2, "
        "read_fanout: quorum, hedge: 5ms}\n";
    g_autoptr(TestRun) run = test_run(text);
    double h = 0.5;
    CHECK_THEORY(run, 0, "read.latency.mean", 1e7 * ((1 - exp(-h)) + exp(-h) / 2));
}

/* ---- conflicts ---------------------------------------------------------------------------- */

/* Leaders d apart, blind writes: two to a key conflict where they are less than d apart. */
#define LEADERS(keys, clients)                                                                     \
    "replsim: 1\nseed: 23\nduration: 2000s\nreplications: 10\n"                                    \
    "regions: [a, b]\nnetwork: {between: {a <-> b: 300ms}}\nnodes: {n1: a, n2: b}\n"               \
    "clients:\n" clients "policy: {model: multi-leader, conflict: siblings}\n"

static void two_leaders_conflict_within_a_trip(void)
{
    g_autoptr(TestRun) run =
        test_run(LEADERS("1", "  one: {rate: poisson(0.5/s), reads: 0%, keys: uniform_keys(1), "
                              "from: {a: 100%}}\n"
                              "  two: {rate: poisson(0.8/s), reads: 0%, keys: uniform_keys(1), "
                              "from: {b: 100%}}\n"));
    CHECK_THEORY(run, 0, "conflicts", 2 * 0.3 * 0.5 * 0.8 * 2000);
}

static const char *leaders(int n)
{
    static char text[4000];
    GString *regions = g_string_new(""), *nodes = g_string_new(""), *links = g_string_new("");
    for (int i = 0; i < n; i++) {
        g_string_append_printf(regions, "%sr%02d", i ? ", " : "", i);
        g_string_append_printf(nodes, "%sn%02d: r%02d", i ? ", " : "", i, i);
        for (int j = 0; j < i; j++)
            g_string_append_printf(links, "%sr%02d <-> r%02d: 20ms", links->len ? ", " : "", j, i);
    }
    g_snprintf(text, sizeof text,
               "replsim: 1\nseed: 24\nduration: 1000s\nreplications: 20\nregions: [%s]\n"
               "network: {between: {%s}}\nnodes: {%s}\n"
               "clients:\n  c: {rate: poisson(%d/s), reads: 0%%, keys: uniform_keys(500)}\n"
               "policy: {model: multi-leader, conflict: siblings}\n",
               regions->str, links->str, nodes->str, 20 * n);
    g_string_free(regions, TRUE);
    g_string_free(nodes, TRUE);
    g_string_free(links, TRUE);
    return text;
}

/* n leaders, L writes per second at each, K keys: n (n - 1) d L^2 / K pairs per second. */
static void conflicts_grow_with_the_square_of_the_leaders(void)
{
    static const int counts[] = {2, 4, 8};
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        int n = counts[i];
        test_row("%d leaders", n);
        g_autoptr(TestRun) run = test_run(leaders(n));
        CHECK_THEORY(run, 0, "conflicts", n * (n - 1) * 0.020 * 20 * 20 / 500 * 1000);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(the_table_of_pbs_is_reproduced),
                                 TEST(partial_quorums_catch_up_at_the_rate_of_propagation),
                                 TEST(a_hedged_read_takes_the_first_of_two),
                                 TEST(two_leaders_conflict_within_a_trip),
                                 TEST(conflicts_grow_with_the_square_of_the_leaders),
                                 {0}};

int main(int argc, char **argv)
{
    return test_main("quorums", cases, argc, argv);
}
