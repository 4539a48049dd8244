/*
 * Goal: a node that joins, a leader that returns and a node that lost its disk count from when they
 * have caught up: not before, and not never. Method: whole worlds with constant delays, at rates
 * where a follower's word is always behind what the leader has written since; the same at a rate
 * where it is not. Expected values are worked out from the delays.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

/* db1 leads, far from the clients; db3 is beside them. */
static TestRun *run(const char *rate, const char *policy, const char *faults,
                    const char *const *metrics)
{
    g_autofree char *text =
        g_strdup_printf("replsim: 1\nduration: 60s\nnodes: {db1: a, db2: b, db3: c}\n"
                        "network: {between: {a <-> b: 40ms, a <-> c: 80ms, b <-> c: 110ms}}\n"
                        "clients: {web: {rate: periodic(%s), reads: 50%%, keys: uniform_keys(1k),\n"
                        "                from: {c: 100%%}}}\n"
                        "policy: {leader: db1, %s}\nfaults:\n%s",
                        rate, policy, faults);
    return test_run_with(text, metrics);
}

static const char *const rates[] = {"10/s", "1k/s"}; /* a word takes 160 ms there and back */

static void a_node_that_joined_is_read_whatever_the_rate(void)
{
    static const char *const metrics[] = {"read.latency.p50 1s..9s", "read.latency.p50 15s..60s",
                                          NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
        test_row("%s", rates[i]);
        g_autoptr(TestRun) joined =
            run(rates[i], "reads: nearest", "  - {at: 10s, join: db3}\n", metrics);
        CHECK_NEAR(test_run_merged(joined, 0, metrics[0]), 160e6, 1e6);
        CHECK_NEAR(test_run_merged(joined, 0, metrics[1]), 0, 1e-9);
    }
    test_row(NULL);
}

/* It dies a second time: where it counts, sync(all) waits for it. */
static void a_leader_that_returned_counts_for_all_whatever_the_rate(void)
{
    static const char *const metrics[] = {"availability(writes) 20s..39s",
                                          "availability(writes) 41s..49s", NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
        test_row("%s", rates[i]);
        g_autoptr(TestRun) returned = run(
            rates[i], "ack: sync(all), failover: {detect: 2s}",
            "  - {at: 10s, crash: db1, for: 5s}\n  - {at: 40s, crash: db1, for: 20s}\n", metrics);
        CHECK_NEAR(test_run_merged(returned, 0, metrics[0]), 1, 1e-9);
        CHECK_NEAR(test_run_merged(returned, 0, metrics[1]), 0, 1e-9);
    }
    test_row(NULL);
}

#define LOSES_ITS_DISK "  - {at: 20s, crash: db1, for: 2s, wipe: true}\n"

static void an_empty_leader_that_is_back_before_anybody_noticed_does_not_lead(void)
{
    static const char *const metrics[] = {"lost_writes", "failovers",
                                          "availability(reads) 22.1s..24.5s", NULL};
    g_autoptr(TestRun) wiped =
        run("200/s", "ack: semi-sync(1), failover: {detect: 5s}", LOSES_ITS_DISK, metrics);
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[0]), 0, 0);
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[1]), 1, 0);
    /* and does not answer with nothing while nobody leads */
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[2]), 0, 0);
}

static void without_failover_an_empty_leader_leads_for_nobody_else_does(void)
{
    static const char *const metrics[] = {"lost_writes", "availability(writes) 30s..60s", NULL};
    g_autoptr(TestRun) wiped =
        run("200/s", "ack: semi-sync(1), failover: never", LOSES_ITS_DISK, metrics);
    CHECK(test_run_merged(wiped, 0, metrics[0]) > 500); /* of 2000 writes to 1000 keys */
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[1]), 1, 1e-9);
}

/* db3 takes 20 s of log at 100/s, 50 ms an entry: nobody is to lead, or to be read, without it. */
static void an_empty_follower_is_not_promoted_however_preferred(void)
{
    static const char *const metrics[] = {"lost_writes", "stale_rate 22s..23s", NULL};
    g_autoptr(TestRun) wiped = run("200/s",
                                   "ack: semi-sync(1), reads: nearest, "
                                   "failover: {detect: 1s, promote: \"preferred([db3, db2])\"}",
                                   "  - {at: 20s, crash: db3, for: 2s, wipe: true}\n"
                                   "  - {at: 22s, lose: a <-> c, rate: 100%, for: 10s}\n"
                                   "  - {at: 23s, crash: db1, for: 10s}\n",
                                   metrics);
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[0]), 0, 0);
    CHECK_NEAR(test_run_merged(wiped, 0, metrics[1]), 0, 0);
}

static void where_all_lost_their_disks_clients_ask_who_led_last(void)
{
    g_autoptr(TestRun) wiped =
        run("200/s", "reads: any, failover: {detect: 1s}",
            "  - {at: 20s, kill: [db1, db2, db3], for: 2s, wipe: true}\n", NULL);
    CHECK(test_run_merged(wiped, 0, "availability(reads)") < 0.5);
}

static const TestCase cases[] = {
    TEST(a_node_that_joined_is_read_whatever_the_rate),
    TEST(a_leader_that_returned_counts_for_all_whatever_the_rate),
    TEST(an_empty_leader_that_is_back_before_anybody_noticed_does_not_lead),
    TEST(without_failover_an_empty_leader_leads_for_nobody_else_does),
    TEST(an_empty_follower_is_not_promoted_however_preferred),
    TEST(where_all_lost_their_disks_clients_ask_who_led_last),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("catching_up", cases, argc, argv);
}
