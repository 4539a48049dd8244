/*
 * Goal: each partition is a log of its own, with a leader of its own, and shares nothing with the
 * others but keys' luck and machines. Method: who leads is asked of the setup; the rest are whole
 * worlds with constant delays, where every expected value is a sum of delays, or two worlds that
 * must be the same.
 */
#include "models/policies/policy.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/run.h"

#include <math.h>

/* ---- which log a key belongs to ----------------------------------------------------------- */

static void neighbouring_keys_spread_evenly(void)
{
    enum { KEYS = 60000, LOGS = 6 };
    guint counts[LOGS] = {0}, together = 0;
    for (guint64 key = 0; key < KEYS; key++) {
        int log = rep_log_of_key(key, LOGS);
        g_assert(log >= 0 && log < LOGS);
        counts[log]++;
        together += log == rep_log_of_key(key + 1, LOGS);
    }
    /* Binomial: standard deviations 91 and 91. */
    for (int log = 0; log < LOGS; log++)
        CHECK_NEAR(counts[log], KEYS / LOGS, 400);
    CHECK_NEAR(together, KEYS / LOGS, 400);
    CHECK_INT(rep_log_of_key(G_MAXUINT64, 1), 0);
}

/* ---- who leads ---------------------------------------------------------------------------- */

#define WORLD(policy)                                                                              \
    "replsim: 1\nseed: 5\nduration: 20s\n"                                                         \
    "nodes: {db1: us, db2: us, db3: eu, db4: eu}\n"                                                \
    "network: {within: 1ms, between: {us <-> eu: 40ms}}\n"                                         \
    "clients: {web: {rate: 200/s, reads: 50%, keys: uniform_keys(500)}}\n"                         \
    "policy: {" policy "}\n"

static void check_leaders(const char *text, const char *expected)
{
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    const RepSetup *setup = scenario->variants[0].setup;
    g_autoptr(GString) leaders = g_string_new("");
    for (int log = 0; log < setup->policy->logs(setup); log++)
        g_string_append_printf(leaders, "%s%s", log ? " " : "",
                               setup->nodes[setup->policy->first_leader(setup, log)].name);
    test_row("%s", text);
    CHECK_STR(leaders->str, expected);
    test_row(NULL);
}

static void leaders_take_turns_or_are_named(void)
{
    check_leaders(WORLD("reads: leader"), "db1");
    check_leaders(WORLD("partitions: 3"), "db1 db2 db3");
    check_leaders(WORLD("partitions: 6"), "db1 db2 db3 db4 db1 db2");
    check_leaders(WORLD("partitions: {count: 3, leaders: spread}, leader: db3"), "db3 db4 db1");
    check_leaders(WORLD("partitions: 3, followers: [db3]"), "db1 db3 db1");
    check_leaders(WORLD("partitions: [db2, db4, db2]"), "db2 db4 db2");
    check_leaders(WORLD("partitions: {count: 2, leaders: [db2, db4]}"), "db2 db4");
    check_leaders(WORLD("partitions: 4") "faults: [{at: 1s, join: db2}]\n", "db1 db3 db4 db1");
}

static guint64 digest(const char *text)
{
    g_autoptr(TestRun) run = test_run(text);
    return test_run_result(run, 0, 0)->event_digest;
}

static void ways_to_say_the_same_are_the_same(void)
{
    guint64 one = digest(WORLD("reads: nearest"));
    CHECK_UINT(digest(WORLD("reads: nearest, partitions: 1")), one);
    CHECK_UINT(digest(WORLD("reads: nearest, partitions: [db1]")), one);
    guint64 two = digest(WORLD("reads: nearest, partitions: 2"));
    CHECK_UINT(digest(WORLD("reads: nearest, partitions: {count: 2, leaders: spread}")), two);
    CHECK_UINT(digest(WORLD("reads: nearest, partitions: [db1, db2]")), two);
    CHECK(two != one);
    CHECK(digest(WORLD("reads: nearest, partitions: [db1, db3]")) != two);
}

/* ---- life --------------------------------------------------------------------------------- */

static const char *const lags[] = {"lag{node=db1}.p50",
                                   "lag{node=db1, partition=0}.p50",
                                   "lag{node=db1, partition=1}.p50",
                                   "lag{node=db2, partition=0}.p50",
                                   "lag{node=db4, partition=0}.p50",
                                   "lag{node=db4, partition=1}.p50",
                                   "lag{node=db4}.max",
                                   NULL};

static void each_partition_lags_by_the_way_from_its_own_leader(void)
{
    g_autoptr(TestRun) run = test_run_with(WORLD("partitions: [db1, db3]"), lags);
    CHECK_NEAR(test_run_merged(run, 0, lags[0]), 40e6, 1e3);
    CHECK(isnan(test_run_merged(run, 0, lags[1]))); /* it leads that one */
    CHECK_NEAR(test_run_merged(run, 0, lags[2]), 40e6, 1e3);
    CHECK_NEAR(test_run_merged(run, 0, lags[3]), 1e6, 1e3);
    CHECK_NEAR(test_run_merged(run, 0, lags[4]), 40e6, 1e3);
    CHECK_NEAR(test_run_merged(run, 0, lags[5]), 1e6, 1e3);
    CHECK_NEAR(test_run_merged(run, 0, lags[6]), 40e6, 1e3);
}

/* The link from us to eu is narrow enough for a queue; the one back is not. */
static void a_partition_does_not_wait_for_another(void)
{
    static const char *const metrics[] = {"lag{node=db2, partition=0}.max",
                                          "lag{node=db2, partition=1}.p50", NULL};
    g_autoptr(TestRun) run = test_run_with(
        "replsim: 1\nduration: 20s\nregions: [a, b, c]\n"
        "nodes: {db1: a, db2: b, db3: c}\n"
        "network: {between: {a <-> b: 10ms, a <-> c: 10ms, b <-> c: 10ms},\n"
        "          bandwidth: {c -> b: 400kbit/s}}\n"
        "clients: {web: {rate: 400/s, reads: 0%, keys: uniform_keys(500), value_size: 256B,\n"
        "                from: {a: 100%}}}\n"
        "policy: {partitions: [db1, db3]}\n",
        metrics);
    CHECK_NEAR(test_run_merged(run, 0, metrics[0]), 10e6, 1e3);
    CHECK(test_run_merged(run, 0, metrics[1]) > 100e6);
}

static const char *const writes[] = {"availability(writes){partition=0} during death",
                                     "availability(writes){partition=1} during death",
                                     "failovers",
                                     "lost_writes",
                                     "split_brain",
                                     NULL};

/* What is sent 40 ms before the end of 5 s finds the node alive again. */
#define AT_ITS_END 0.016
#define LEADER_OF_0_DIES "faults: [{name: death, at: 10s, kill: db1, for: 5s}]\n"

static void the_death_of_a_leader_stops_its_own_partition_only(void)
{
    g_autoptr(TestRun) run =
        test_run_with(WORLD("partitions: [db1, db3]") LEADER_OF_0_DIES, writes);
    CHECK_NEAR(test_run_merged(run, 0, writes[0]), 0, AT_ITS_END);
    CHECK_NEAR(test_run_merged(run, 0, writes[1]), 1, 1e-9);
}

static void only_the_partition_that_lost_its_leader_fails_over(void)
{
    g_autoptr(TestRun) run =
        test_run_with(WORLD("partitions: [db1, db3, db3], failover: {detect: 500ms, takes: 100ms}")
                          LEADER_OF_0_DIES,
                      writes);
    CHECK(test_run_merged(run, 0, writes[0]) > 0.5);
    CHECK_NEAR(test_run_merged(run, 0, writes[1]), 1, 1e-9);
    CHECK_NEAR(test_run_merged(run, 0, writes[2]), 1, 1e-9);
    CHECK_NEAR(test_run_merged(run, 0, writes[4]), 0, 1e-9);
    g_autoptr(TestRun) both =
        test_run_with(WORLD("partitions: [db1, db1, db3], failover: {detect: 500ms, takes: 100ms}")
                          LEADER_OF_0_DIES,
                      writes);
    CHECK_NEAR(test_run_merged(both, 0, writes[2]), 2, 1e-9);
}

static void members_elect_for_each_partition(void)
{
    g_autoptr(TestRun) run = test_run_with(
        WORLD("partitions: [db1, db1, db3], ack: quorum(majority),\n"
              "  failover: {elect: \"raft(timeout=uniform(300ms, 600ms))\"}") LEADER_OF_0_DIES,
        writes);
    CHECK(test_run_merged(run, 0, writes[0]) > 0.5);
    CHECK(test_run_merged(run, 0, writes[2]) >= 2);
    CHECK_NEAR(test_run_merged(run, 0, writes[3]), 0, 1e-9);
}

/* `the leader` and `promote` (docs/faults.md). */
static void words_are_about_the_first_partition_and_promotion_about_all(void)
{
    static const char *const metrics[] = {"availability(writes){partition=0} during death",
                                          "availability(writes){partition=1} during death",
                                          "failovers",
                                          "lag{node=db2}.p50 12s..20s",
                                          "lag{node=db1, partition=1}.p50 12s..20s",
                                          NULL};
    g_autoptr(TestRun) dies =
        test_run_with(WORLD("partitions: [db3, db1]") "faults: [{name: death, at: 10s, kill: the "
                                                      "leader, for: 5s}]\n",
                      metrics);
    CHECK_NEAR(test_run_merged(dies, 0, metrics[0]), 0, AT_ITS_END);
    CHECK_NEAR(test_run_merged(dies, 0, metrics[1]), 1, 1e-9);
    g_autoptr(TestRun) promoted = test_run_with(
        WORLD("partitions: [db1, db3]") "faults: [{name: death, at: 10s, promote: db2}]\n",
        metrics);
    CHECK_NEAR(test_run_merged(promoted, 0, metrics[2]), 2, 1e-9);
    CHECK(isnan(test_run_merged(promoted, 0, metrics[3]))); /* it leads both by then */
    CHECK_NEAR(test_run_merged(promoted, 0, metrics[4]), 1e6, 1e3);
}

/* One disk: a flush takes what has arrived in any log. */
static void partitions_share_the_flush(void)
{
    static const char *const metrics[] = {"cost.flushes", NULL};
    static const char *const policies[] = {"partitions: [db1, db1]", "partitions: 1"};
    double flushes[G_N_ELEMENTS(policies)];
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *text = g_strdup_printf(
            "replsim: 1\nduration: 20s\nnodes: {db1: a}\nstorage: {fsync: 20ms}\n"
            "clients: {web: {rate: 500/s, reads: 0%%, keys: uniform_keys(500)}}\npolicy: {%s}\n",
            policies[i]);
        g_autoptr(TestRun) run = test_run_with(text, metrics);
        flushes[i] = test_run_merged(run, 0, metrics[0]);
    }
    CHECK_NEAR(flushes[0], flushes[1], 0.001 * flushes[1]);
}

static const TestCase cases[] = {TEST(neighbouring_keys_spread_evenly),
                                 TEST(leaders_take_turns_or_are_named),
                                 TEST(ways_to_say_the_same_are_the_same),
                                 TEST(each_partition_lags_by_the_way_from_its_own_leader),
                                 TEST(a_partition_does_not_wait_for_another),
                                 TEST(the_death_of_a_leader_stops_its_own_partition_only),
                                 TEST(only_the_partition_that_lost_its_leader_fails_over),
                                 TEST(members_elect_for_each_partition),
                                 TEST(words_are_about_the_first_partition_and_promotion_about_all),
                                 TEST(partitions_share_the_flush),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("partitions", cases, argc, argv);
}
