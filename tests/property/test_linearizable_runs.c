/*
 * Goal: runs that promise linearizability keep it, and planted violations are found, whatever the
 * luck: every verdict is the same over many seeds.
 * Method: one scenario a claim, run in many replications (each has draws of its own); the
 * replications that are not linearizable are counted. REPLSIM_SEEDS sets how many.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <stdlib.h>

#define SEEDS_DEFAULT 12

static unsigned n_seeds(void)
{
    const char *text = g_getenv("REPLSIM_SEEDS");
    return text ? (unsigned)g_ascii_strtoull(text, NULL, 10) : SEEDS_DEFAULT;
}

/* Three regions, so that two can outvote the third; few keys, so that they are read soon. */
#define WORLD                                                                                      \
    "replsim: 1\nduration: 20s\nreplications: %u\n"                                                \
    "nodes: {db1: us, db2: eu, db3: ap}\n"                                                         \
    "network:\n  within: lognormal(p50=0.3ms, p99=1.5ms)\n"                                        \
    "  between: {us <-> eu: 'lognormal(min=38ms, p50=42ms, p99=70ms)',\n"                          \
    "    us <-> ap: 80ms, eu <-> ap: 100ms}\n"                                                     \
    "storage: {fsync: 0.5ms}\n"                                                                    \
    "clients:\n  web: {rate: poisson(300/s), reads: 70%%, keys: uniform_keys(40)}\n"
#define CUT "faults:\n  - {name: cut, at: 'uniform(5s, 7s)', isolate: us, for: 8s}\n"

/* How many of the replications are not linearizable, whole or in the window. */
static unsigned n_broken(const char *scenario, const char *metric)
{
    unsigned seeds = n_seeds(), broken = 0;
    g_autofree char *world = g_strdup_printf(WORLD, seeds);
    g_autofree char *yaml = g_strconcat(world, scenario, NULL);
    g_autoptr(TestRun) run = test_run_with(yaml, (const char *const[]){metric, NULL});
    for (unsigned r = 0; r < seeds; r++) {
        double share = test_run_value(run, 0, r, metric);
        CHECK(share >= 0 && share <= 1);
        broken += share < 1;
    }
    return broken;
}

#define ALL_KEEP(scenario) CHECK_UINT(n_broken(scenario, "linearizable"), 0)
#define ALL_BREAK(scenario) CHECK_UINT(n_broken(scenario, "linearizable"), n_seeds())

static void reads_from_the_leader_are_linearizable_without_failover(void)
{
    ALL_KEEP("policy: {model: single-leader, reads: leader, ack: async}\n");
    ALL_KEEP("policy: {model: single-leader, reads: leader, ack: semi-sync(1)}\n");
    ALL_KEEP("policy: {model: single-leader, reads: leader, ack: quorum(majority)}\n" CUT);
}

static void reads_from_the_nearest_replica_are_not(void)
{
    ALL_BREAK("policy: {model: single-leader, reads: nearest, ack: async}\n");
    /* not even where every follower has the write on its disk: it need not show it yet */
    ALL_BREAK("policy: {model: single-leader, reads: nearest, ack: sync(all)}\n");
}

static void a_crash_of_the_leader_that_comes_back_breaks_nothing(void)
{
    ALL_KEEP("policy: {model: single-leader, reads: leader, ack: async}\n"
             "faults:\n  - {at: 'uniform(5s, 7s)', crash: db1, for: 3s}\n");
}

static void unfenced_failover_is_not_linearizable(void)
{
    ALL_BREAK("policy: {model: single-leader, reads: leader, ack: async,\n"
              "  failover: {detect: 2s, takes: 500ms, fence: false}}\n" CUT);
}

static void failover_that_loses_acknowledged_writes_is_not_linearizable(void)
{
    ALL_BREAK("policy: {model: single-leader, reads: leader, ack: async,\n"
              "  failover: {detect: 2s, takes: 500ms, fence: true}}\n" CUT);
}

/* A leader of old that asks nobody answers again once it follows, before it has caught up. */
static void reads_by_index_are_linearizable_under_failover(void)
{
    ALL_KEEP("policy: {model: single-leader, reads: leader(read-index), ack: quorum(majority),\n"
             "  failover: {detect: 2s, takes: 500ms, fence: true}}\n" CUT);
    ALL_KEEP("policy: {model: single-leader, reads: leader(read-index), ack: quorum(majority),\n"
             "  failover: {detect: 2s, takes: 500ms, fence: false}}\n" CUT);
}

/* Before the fault all is well, and the violation is in the window that has it. */
static void a_window_tells_when_it_was_broken(void)
{
    const char *scenario = "policy: {model: single-leader, reads: leader, ack: async,\n"
                           "  failover: {detect: 2s, takes: 500ms, fence: false}}\n" CUT;
    CHECK_UINT(n_broken(scenario, "linearizable before cut"), 0);
    CHECK_UINT(n_broken(scenario, "linearizable during cut"), n_seeds());
    CHECK_UINT(n_broken(scenario, "linearizable 1s..4s"), 0);
}

static void readers_near_the_leader_see_it_all(void)
{
    const char *scenario = "policy: {model: single-leader, reads: nearest, ack: async}\n";
    CHECK_UINT(n_broken(scenario, "linearizable{client_region=us}"), 0);
    CHECK_UINT(n_broken(scenario, "linearizable{client_region=ap}"), n_seeds());
}

static const TestCase cases[] = {TEST(reads_from_the_leader_are_linearizable_without_failover),
                                 TEST(reads_from_the_nearest_replica_are_not),
                                 TEST(a_crash_of_the_leader_that_comes_back_breaks_nothing),
                                 TEST(unfenced_failover_is_not_linearizable),
                                 TEST(failover_that_loses_acknowledged_writes_is_not_linearizable),
                                 TEST(reads_by_index_are_linearizable_under_failover),
                                 TEST(a_window_tells_when_it_was_broken),
                                 TEST(readers_near_the_leader_see_it_all),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("linearizable_runs", cases, argc, argv);
}
