/*
 * Goal: how often sessions miss their own writes, see time run backwards, and see an answer before
 * its question, are what probability theory gives (theory.md C, row 15, and the derivations below;
 * semantics §9). Method: replications at fixed seeds; the mean over replications must lie within
 * four standard errors of the closed form.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#include <math.h>

/* ---- own writes (row 15) ------------------------------------------------------------------ */

/* A write every 0.1 s, far more than any delay, and acknowledged at once; its session reads the key
 * again after `after`. */
#define READS_AGAIN(after, reads)                                                                  \
    "replsim: 1\nseed: 15\nduration: 100s\nreplications: 100\n"                                    \
    "regions: [here, far]\nnodes: {leader: here, follower: far}\n"                                 \
    "network: {between: {leader -> follower: exponential(mean=2ms), far <-> here: 0ms}}\n"         \
    "clients:\n"                                                                                   \
    "  web: {rate: periodic(10/s), reads: 0%, keys: unique, from: {here: 100%}, sessions: 7,\n"    \
    "        read_after_write: 100% after " after "}\n"                                            \
    "policy: {model: single-leader, leader: leader, reads: " reads "}\n"

/* The write has not arrived with probability e^(-m x), m = 1/(2 ms). */
static void a_follower_misses_an_own_write_until_it_has_arrived(void)
{
    g_autoptr(TestRun) at_once = test_run(READS_AGAIN("0ms", "follower(follower)"));
    CHECK(test_run_merged(at_once, 0, "ryw_violations.rate") == 1);
    g_autoptr(TestRun) after_2ms = test_run(READS_AGAIN("2ms", "follower(follower)"));
    CHECK_THEORY(after_2ms, 0, "ryw_violations.rate", exp(-1));
    g_autoptr(TestRun) after_5ms = test_run(READS_AGAIN("5ms", "follower(follower)"));
    CHECK_THEORY(after_5ms, 0, "ryw_violations.rate", exp(-2.5));
}

/* Think time Exp(th): th/(m + th), here th = 1/(3 ms), so 2/(2 + 3). */
static void who_thinks_before_reading_misses_less(void)
{
    g_autoptr(TestRun) run = test_run(READS_AGAIN("exponential(mean=3ms)", "follower(follower)"));
    CHECK_THEORY(run, 0, "ryw_violations.rate", 2.0 / 5);
}

/* Half of the reads go to the leader, which has everything. */
static void only_reads_at_followers_miss(void)
{
    g_autoptr(TestRun) half = test_run(READS_AGAIN("2ms", "any"));
    CHECK_THEORY(half, 0, "ryw_violations.rate", exp(-1) / 2);
    g_autoptr(TestRun) none = test_run(READS_AGAIN("2ms", "leader"));
    CHECK(test_run_merged(none, 0, "ryw_violations.rate") == 0);
}

/* ---- own reads ---------------------------------------------------------------------------- */

/* Three replicas show writes 0, 10 and 25 ms after their acknowledgement, and each read goes to one
 * of them by lot. A session reads its one key every s = 15 ms. A read at the replica of lag d2
 * shows less than the one before, at the replica of lag d1, if a write was acknowledged in the d2 -
 * d1 - s between what the one showed and what the other shows: here only from lag 0 to lag 25 ms,
 * 10 ms. With Poisson writes of rate l the share is (1 - e^(-l 10ms))/9; and the read before last
 * is 30 ms ago, when even lag 0 showed less than lag 25 ms shows now. */
static void time_runs_backwards_as_far_as_lags_differ(void)
{
    g_autoptr(TestRun) run = test_run(
        "replsim: 1\nseed: 16\nduration: 60s\nwarmup: 1s\nreplications: 100\n"
        "nodes: {db1: here, db2: here, db3: here}\n"
        "network: {between: {db1 -> db2: 10ms, db1 -> db3: 25ms}}\n"
        "clients:\n"
        "  writer: {rate: poisson(60/s), reads: 0%, keys: uniform_keys(1)}\n"
        "  reader: {rate: periodic(1/15ms), reads: 100%, keys: uniform_keys(1), sessions: 1}\n"
        "policy: {model: single-leader, leader: db1, reads: any}\n"
        "expect: [\"monotonic_violations.rate{client=reader} < 1\"]\n");
    CHECK_THEORY(run, 0, "monotonic_violations{client=reader}.rate", -expm1(-60 * 0.010) / 9);
}

/* Whoever keeps to one replica sees no time run backwards, and yet not its own writes. */
static void sticky_reads_are_monotonic_but_miss_own_writes(void)
{
    static const char *const metrics[] = {"monotonic_violations.rate", "ryw_violations.rate", NULL};
    g_autoptr(TestRun) run = test_run_with(
        "replsim: 1\nseed: 17\nduration: 60s\nreplications: 20\n"
        "nodes: {db1: here, db2: here, db3: here}\n"
        "network: {between: {db1 -> db2: 10ms, db1 -> db3: 25ms}}\n"
        "clients:\n"
        "  web: {rate: poisson(400/s), reads: 80%, keys: uniform_keys(5), sessions: 9}\n"
        "policy: {model: single-leader, leader: db1, reads: sticky}\n",
        metrics);
    CHECK(test_run_merged(run, 0, "monotonic_violations.rate") == 0);
    CHECK(test_run_merged(run, 0, "ryw_violations.rate") > 0.001);
}

/* ---- questions and answers ---------------------------------------------------------------- */

/* Three replicas with lags 0, 10 and 100 ms, reads by lot, everybody looks after c = 40 ms. The
 * reader finds the question after c at lags 0 and 10 ms, probability f = 2/3; else after 2c with
 * the same probability, else after 3c for certain. The observer finds the answer c later with
 * probability f, and then reads the question's key, which is 2c = 80 ms old if both found at the
 * first look: the third replica alone lacks it, 1 - f. After any further look it is 120 ms old and
 * everywhere. So f f (1 - f) of the conversations show the answer before the question. */
static void the_answer_overtakes_the_question_where_replicas_lag_unequally(void)
{
    const double f = 2.0 / 3;
    g_autoptr(TestRun) run =
        test_run("replsim: 1\nseed: 18\nduration: 100s\nreplications: 100\n"
                 "nodes: {db1: here, db2: here, db3: here}\n"
                 "network: {between: {db1 -> db2: 10ms, db1 -> db3: 100ms}}\n"
                 "clients:\n"
                 "  web: {rate: periodic(20/s), reads: 0%, keys: unique, sessions: 50,\n"
                 "        conversation: {share: 50%, delay: 40ms}}\n"
                 "policy: {model: single-leader, leader: db1, reads: any}\n");
    CHECK_THEORY(run, 0, "prefix_violations.rate", f * f * (1 - f));
}

static const TestCase cases[] = {
    {"a_follower_misses_an_own_write_until_it_has_arrived",
     a_follower_misses_an_own_write_until_it_has_arrived},
    {"who_thinks_before_reading_misses_less", who_thinks_before_reading_misses_less},
    {"only_reads_at_followers_miss", only_reads_at_followers_miss},
    {"time_runs_backwards_as_far_as_lags_differ", time_runs_backwards_as_far_as_lags_differ},
    {"sticky_reads_are_monotonic_but_miss_own_writes",
     sticky_reads_are_monotonic_but_miss_own_writes},
    {"the_answer_overtakes_the_question_where_replicas_lag_unequally",
     the_answer_overtakes_the_question_where_replicas_lag_unequally},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("theory of sessions", cases, argc, argv);
}
