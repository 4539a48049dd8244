/*
 * test_failover.c — what clients see of leaders that are replaced, looked at through measures.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

/* Three regions with a node each and clients in the leader's; `policy` and `faults` as in a file.
 */
static TestRun *run(const char *policy, const char *faults, const char *const *metrics)
{
    g_autofree char *text = g_strdup_printf(
        "replsim: 1\nduration: 40s\nreplications: 2\n"
        "nodes: {db1: a, db2: b, db3: c}\n"
        "network: {between: {a <-> b: 40ms, a <-> c: 30ms, b <-> c: 20ms}}\n"
        "storage: {fsync: 1ms}\n"
        "clients:\n"
        "  web: {rate: 200/s, reads: 50%%, keys: uniform_keys(1k), from: {a: 100%%}, timeout: 2s}\n"
        "policy: {leader: db1, reads: nearest, %s}\n"
        "faults:\n%s",
        policy, faults);
    return test_run_with(text, metrics);
}

#define AUTOMATIC "failover: {detect: 2s, takes: 500ms}"

static void a_fenced_leader_answers_reads_again_once_it_follows(void)
{
    static const char *const metrics[] = {"availability(reads) 10s..10.5s",
                                          "availability(reads) 11s..40s",
                                          "read.latency.p99 30s..40s", NULL};
    g_autoptr(TestRun) fenced = run(AUTOMATIC, "  - {at: 10s, promote: db2}\n", metrics);
    CHECK(test_run_merged(fenced, 0, metrics[0]) < 0.9);
    CHECK_NEAR(test_run_merged(fenced, 0, metrics[1]), 1, 1e-9);
    CHECK(test_run_merged(fenced, 0, metrics[2]) < 5e6); /* from db1, which is near */
}

static void an_operator_can_promote_where_nobody_else_would(void)
{
    static const char *const metrics[] = {"write.latency.p50 5s..10s", "write.latency.p50 20s..40s",
                                          "availability(writes) 20s..40s", NULL};
    g_autoptr(TestRun) manual = run("failover: never", "  - {at: 10s, promote: db2}\n", metrics);
    CHECK_NEAR(test_run_merged(manual, 0, metrics[0]), 1e6, 1e5);
    CHECK_NEAR(test_run_merged(manual, 0, metrics[1]), 81e6, 1e6);
    CHECK_NEAR(test_run_merged(manual, 0, metrics[2]), 1, 1e-9);
}

static void without_failover_a_dead_leader_means_that_writes_fail(void)
{
    static const char *const metrics[] = {"availability(writes) 11s..15s",
                                          "availability(writes) 21s..40s", NULL};
    g_autoptr(TestRun) never =
        run("failover: never", "  - {at: 10s, crash: db1, for: 10s}\n", metrics);
    CHECK_NEAR(test_run_merged(never, 0, metrics[0]), 0, 1e-9);
    CHECK_NEAR(test_run_merged(never, 0, metrics[1]), 1, 1e-9);
}

static void writes_go_on_after_detection_and_promotion(void)
{
    static const char *const metrics[] = {
        "availability(writes) 10s..12s", "availability(writes) 13s..40s", "downtime(writes)", NULL};
    g_autoptr(TestRun) replaced =
        run(AUTOMATIC, "  - {at: 10s, crash: the leader, for: 10s}\n", metrics);
    CHECK_NEAR(test_run_merged(replaced, 0, metrics[0]), 0, 1e-9);
    CHECK_NEAR(test_run_merged(replaced, 0, metrics[1]), 1, 1e-9);
    /* detect 2 s from the last heartbeat (0.4 s apart), takes 0.5 s, and messages on the way */
    double downtime = test_run_merged(replaced, 0, metrics[2]);
    CHECK(downtime > 2.1e9 && downtime < 2.9e9);
}

/* Half the votes come late and find the coordinator following the next leader already. */
static void late_votes_against_a_dead_leader_do_not_depose_the_next(void)
{
    g_autoptr(TestRun) run = test_run(
        "replsim: 1\nseed: 2\nduration: 4s\nreplications: 400\n"
        "network:\n  within: 0.5ms\n"
        "  between: {us <-> eu: 'uniform(10ms, 40ms)', us <-> ap: exponential(mean=40ms),\n"
        "            eu <-> ap: 70ms}\n"
        "nodes: {db1: us, db2: eu, db3: ap}\n"
        "clients: {web: {rate: poisson(200/s), reads: 0%, keys: unique, timeout: 300ms}}\n"
        "policy: {ack: semi-sync(1), failover: {detect: 500ms, takes: 100ms}}\n"
        "faults:\n"
        "  - {at: 1500ms, corrupt: us <-> eu, rate: 20%, for: 1s}\n"
        "  - {at: 3s, crash: db1}\n");
    CHECK_NEAR(test_run_merged(run, 0, "lost_writes"), 0, 0);
}

/* Theory: a split of length P with a promotion after D leaves the writes of P on the old side. */
static void clients_that_cannot_reach_the_new_leader_go_on_with_the_old_one(void)
{
    static const char *const metrics[] = {"availability(writes) 13s..20s",
                                          "availability(writes) 22s..40s", "lost_writes", NULL};
    g_autoptr(TestRun) split = run("failover: {detect: 2s, takes: 500ms, fence: false}",
                                   "  - {at: 10s, isolate: a, for: 10s}\n", metrics);
    CHECK_NEAR(test_run_merged(split, 0, metrics[0]), 1, 1e-9);
    CHECK_NEAR(test_run_merged(split, 0, metrics[1]), 1, 1e-9);
    /* 100 writes/s, and a key may be written once more after the cut */
    double lost = test_run_merged(split, 0, metrics[2]);
    CHECK(lost > 850 && lost < 1150);
}

static const TestCase cases[] = {
    TEST(a_fenced_leader_answers_reads_again_once_it_follows),
    TEST(an_operator_can_promote_where_nobody_else_would),
    TEST(without_failover_a_dead_leader_means_that_writes_fail),
    TEST(writes_go_on_after_detection_and_promotion),
    TEST(late_votes_against_a_dead_leader_do_not_depose_the_next),
    TEST(clients_that_cannot_reach_the_new_leader_go_on_with_the_old_one),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("failover", cases, argc, argv);
}
