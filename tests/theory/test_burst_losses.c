/*
 * Goal: a leader that dies with its site takes along every write that it has acknowledged and that
 * had not arrived elsewhere: rate × trip of them, whether they went to one key, each on top of the
 * one before, or to keys of their own, and under every rule. Method: worlds of two leaders of whom
 * one has all the clients, and answers at once.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define SCENARIO(keys, conflict)                                                                   \
    "replsim: 1\nseed: 5\nduration: 20s\nreplications: 200\nregions: [a, b]\n"                     \
    "network: {between: {a <-> b: 100ms}}\nnodes: {n1: a, n2: b}\n"                                \
    "clients:\n  c: {rate: poisson(100/s), reads: 0%, keys: " keys ", from: {a: 100%}}\n"          \
    "policy: {model: multi-leader, conflict: " conflict "}\n"                                      \
    "faults:\n  - {at: 10s, crash: n1}\n"

static void what_was_on_its_way_is_lost_whole(void)
{
    static const char *const scenarios[] = {
        SCENARIO("unique", "siblings"), SCENARIO("uniform_keys(1)", "siblings"),
        SCENARIO("uniform_keys(3)", "lww"), SCENARIO("uniform_keys(1)", "lww(hybrid)"),
        SCENARIO("uniform_keys(5)", "merge(set)")};
    for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        test_row("scenario %u", (guint)i);
        g_autoptr(TestRun) run = test_run(scenarios[i]);
        CHECK_THEORY(run, 0, "lost_writes", 100 * 0.1);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(what_was_on_its_way_is_lost_whole), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("burst_losses", cases, argc, argv);
}
