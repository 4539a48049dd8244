/*
 * Goal: under `conflict: home` all writes of a key go to one leader, by a hash or by how the
 * number of the key begins, and elsewhere only while that one is down.
 * Method: homes asked for one by one; and worlds with fixed delays and clients in one region, where
 * the latency of a write says how far away its home was.
 */
#include "models/policies/multi_leader.h"
#include "tests/support/check.h"
#include "tests/support/run.h"

#define WORLD(keys, conflict)                                                                      \
    "replsim: 1\nseed: 7\nduration: 4s\nregions: [a, b, c]\n"                                      \
    "network: {within: 0ms, between: {a <-> b: 10ms, b <-> c: 20ms, a <-> c: 50ms}}\n"             \
    "nodes: {n1: a, n2: b, n3: c, n4: c}\n"                                                        \
    "clients:\n  c: {rate: 100/s, reads: 0%, keys: " keys ", from: {a: 100%}}\n"                   \
    "policy:\n  model: multi-leader\n  conflict: " conflict "\n"

static void the_longest_prefix_says_the_region(void)
{
    g_autoptr(TestRun) run = test_run(WORLD("uniform_keys(9)", "\"home({1: a, 12: b, 123: c})\""));
    const RepSetup *setup = test_run_scenario(run)->variants[0].setup;
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    static const struct {
        guint64 key;
        int home;
    } rows[] = {{1, 0}, {12, 1}, {13, 0}, {129, 1}, {10000, 0}, {1220, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("key %u", (guint)rows[i].key);
        CHECK_INT(rep_home_of(setup, policy, rows[i].key), rows[i].home);
    }
    test_row(NULL);
}

/* Of the two leaders in c both; without a prefix all four. */
static void several_leaders_share_by_a_hash(void)
{
    g_autoptr(TestRun) run = test_run(WORLD("uniform_keys(9)", "\"home({1: c})\""));
    const RepSetup *setup = test_run_scenario(run)->variants[0].setup;
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    int inside[4] = {0}, other[4] = {0};
    for (guint64 key = 0; key < 1000; key++) {
        inside[rep_home_of(setup, policy, 1000 + key)]++;
        other[rep_home_of(setup, policy, 2000 + key)]++;
    }
    CHECK_INT(inside[0] + inside[1], 0);
    CHECK(inside[2] > 400 && inside[3] > 400);
    for (int node = 0; node < 4; node++)
        CHECK(other[node] > 180);
}

static double latency_ms(const TestRun *run, const char *metric)
{
    return test_run_merged(run, 0, metric) / 1e6;
}

static void a_write_goes_as_far_as_its_home(void)
{
    g_autoptr(TestRun) far = test_run(WORLD("uniform_keys(1)", "\"home({0: c})\""));
    g_autoptr(TestRun) near = test_run(WORLD("uniform_keys(1)", "{home: {0: b}}"));
    g_autoptr(TestRun) here = test_run(WORLD("uniform_keys(1)", "\"home({0: a, 1: c})\""));
    CHECK_CLOSE(latency_ms(far, "write.latency.p50"), 100, 0.01);
    CHECK_CLOSE(latency_ms(near, "write.latency.p50"), 20, 0.01);
    CHECK_CLOSE(latency_ms(here, "write.latency.max"), 0, 0.01);
}

/* A session leaves out for 10 s who did not answer it. */
static void writes_go_elsewhere_while_the_home_is_down(void)
{
    static const char *const windows[] = {"write.latency.p50 before away",
                                          "write.latency.p50 during away", NULL};
    g_autoptr(TestRun) run =
        test_run_with(WORLD("uniform_keys(1)",
                            "\"home({0: b})\"") "faults:\n  - {name: away, at: 1s, crash: n2}\n",
                      windows);
    CHECK_CLOSE(latency_ms(run, windows[0]), 20, 0.01);
    CHECK_CLOSE(latency_ms(run, windows[1]), 0, 0.01);
}

static const TestCase cases[] = {TEST(the_longest_prefix_says_the_region),
                                 TEST(several_leaders_share_by_a_hash),
                                 TEST(a_write_goes_as_far_as_its_home),
                                 TEST(writes_go_elsewhere_while_the_home_is_down),
                                 {0}};

int main(int argc, char **argv)
{
    return test_main("home", cases, argc, argv);
}
