/*
 * Goal: bare acknowledgements of the transport cost a synchronous commit what order statistics say
 * (theory.md C, row 9's maximum of two). Method: replications at fixed seeds; the mean over
 * replications must lie within four standard errors of the closed form.
 *
 * A write travels to the follower, which confirms it in the same instant: a round trip of two
 * one-way delays, each exponential with mean m. With transport_acks: 1 the bare acknowledgement of
 * the entry leaves just before the confirmation, on the same ordered stream: the confirmation
 * arrives with the later of two delays, 3/2 m on average. With 2 that is so for every other write.
 * Writes come once in a second, so that no two of them meet.
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/run.h"

#define MEAN_NS 4e6

#define WORLD(more)                                                                                \
    "replsim: 1\nseed: 91\nduration: 400s\nreplications: 100\n"                                    \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "network: {between: {a <-> b: exponential(mean=4ms)}" more "}\n"                               \
    "clients:\n  web: {rate: periodic(1/s), reads: 0%, keys: unique, from: {a: 100%},\n"           \
    "        sessions: 1}\n"                                                                       \
    "policy: {leader: db1, ack: sync(all)}\n"

static void a_commit_waits_for_the_later_of_two(void)
{
    g_autoptr(TestRun) none = test_run(WORLD(""));
    CHECK_THEORY(none, 0, "write.latency.mean", 2 * MEAN_NS);
    g_autoptr(TestRun) each = test_run(WORLD(", transport_acks: 1"));
    CHECK_THEORY(each, 0, "write.latency.mean", 2.5 * MEAN_NS);
    g_autoptr(TestRun) second = test_run(WORLD(", transport_acks: 2"));
    CHECK_THEORY(second, 0, "write.latency.mean", 2.25 * MEAN_NS);
}

/* Request, entry, confirmation, answer; and one more for each, or for every fourth of each. */
static void each_is_a_message(void)
{
    g_autoptr(TestRun) none = test_run(WORLD(""));
    CHECK_NEAR(test_run_merged(none, 0, "cost.messages"), 4, 0.001);
    g_autoptr(TestRun) each = test_run(WORLD(", transport_acks: 1"));
    CHECK_NEAR(test_run_merged(each, 0, "cost.messages"), 8, 0.03);
    g_autoptr(TestRun) fourth = test_run(WORLD(", transport_acks: 4"));
    CHECK_NEAR(test_run_merged(fourth, 0, "cost.messages"), 5, 0.03);
}

static void messages_that_may_overtake_have_none(void)
{
    g_autoptr(TestRun) none = test_run(WORLD(", order: free"));
    g_autoptr(TestRun) each = test_run(WORLD(", order: free, transport_acks: 1"));
    CHECK_NEAR(test_run_merged(each, 0, "cost.messages"), 4, 0.001);
    CHECK(test_run_merged(none, 0, "write.latency.mean") ==
          test_run_merged(each, 0, "write.latency.mean"));
}

static const TestCase cases[] = {
    TEST(a_commit_waits_for_the_later_of_two),
    TEST(each_is_a_message),
    TEST(messages_that_may_overtake_have_none),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("transport", cases, argc, argv);
}
