/*
 * Goal: what is lost when a leader dies, how long k of n nodes are up, and when the first of Raft's
 * timers runs out, have the values that probability theory gives (theory.md C, rows 13, 19, 20, 21
 * and 27; semantics §4). Method: many replications at fixed seeds; the mean over replications must
 * lie within four standard errors of the closed form.
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/load.h"
#include "tests/support/run.h"
#include "tests/support/watch.h"

#include <math.h>
#include <stdio.h>

/* ---- lost writes (row 13) ----------------------------------------------------------------- */

#define CRASHES 1000

/* The leader's site is lost at an instant that no write knows of. Requests take no time. */
#define LEADER_DIES(rate, nodes, links, promote, ack)                                              \
    "replsim: 1\nseed: 31\nduration: 5s\nreplications: 1000\nregions: [a, b, c]\n"                 \
    "nodes: {leader: a, " nodes "}\n"                                                              \
    "network:\n  between: {" links "}\n"                                                           \
    "clients:\n"                                                                                   \
    "  web: {rate: " rate ", reads: 0%, keys: unique, from: {c: 100%}, timeout: 1s}\n"             \
    "policy: {model: single-leader, leader: leader, reads: leader,\n"                              \
    "         failover: {detect: 200ms, takes: 100ms, promote: " promote "}, ack: " ack "}\n"      \
    "faults:\n  - {at: \"uniform(2s, 3s)\", crash: leader}\n"

#define ONE_FOLLOWER(rate, to_follower, reply)                                                     \
    LEADER_DIES(rate, "f1: b",                                                                     \
                "a -> b: " to_follower ", b -> a: 0ms, c -> a: 0ms, a -> c: " reply                \
                ", b <-> c: 0ms",                                                                  \
                "most-caught-up", "async")

static double sample_variance(const TestRun *run, const char *metric, double *mean)
{
    double sum = 0, squares = 0;
    for (guint r = 0; r < CRASHES; r++) {
        double value = test_run_value(run, 0, r, metric);
        sum += value;
        squares += value * value;
    }
    *mean = sum / CRASHES;
    return (squares - sum * *mean) / (CRASHES - 1);
}

/* Mean, variance and every frequency of the number of lost writes. */
static void check_poisson(const TestRun *run, double expected)
{
    enum { CELLS = 64 };
    double counts[CELLS] = {0}, probabilities[CELLS] = {0}, mean, term = exp(-expected), rest = 1;
    CHECK_THEORY(run, 0, "lost_writes", expected);
    double variance = sample_variance(run, "lost_writes", &mean);
    double z = (variance - expected) / sqrt((expected + 2 * expected * expected) / CRASHES);
    for (guint r = 0; r < CRASHES; r++)
        counts[MIN((int)test_run_value(run, 0, r, "lost_writes"), CELLS - 1)]++;
    for (int k = 0; k < CELLS; k++) {
        probabilities[k] = CRASHES * (k < CELLS - 1 ? term : rest);
        rest -= term;
        term *= expected / (k + 1);
    }
    double p = test_chi_square_p(counts, probabilities, CELLS);
    printf("\n    its variance %.4g, z %+.2f; fit p %.3f", variance, z, p);
    CHECK_NEAR(z, 0, 4);
    CHECK(p > TEST_FIT_LEAST);
}

static void losses_of_an_async_crash_are_poisson(void)
{
    g_autoptr(TestRun) run = test_run(ONE_FOLLOWER("poisson(200/s)", "50ms", "0ms"));
    check_poisson(run, 200 * 0.050);
}

static void writes_whose_reply_was_lost_too_are_not_lost(void)
{
    g_autoptr(TestRun) run = test_run(ONE_FOLLOWER("poisson(200/s)", "80ms", "50ms"));
    check_poisson(run, 200 * (0.080 - 0.050));
}

static void nothing_is_lost_where_the_reply_takes_longer_than_the_log(void)
{
    g_autoptr(TestRun) run = test_run(ONE_FOLLOWER("poisson(200/s)", "50ms", "80ms"));
    CHECK(test_run_merged(run, 0, "lost_writes") == 0);
}

/* A write a second and delays below that: no entry waits for the one before, so each is lost or
 * not by its own delays. Of uniform(0, b) the mean of (L - R)+ is b/6. */
static void any_law_of_delays_gives_rate_times_what_they_differ(void)
{
    g_autoptr(TestRun) alone =
        test_run(ONE_FOLLOWER("periodic(1/s)", "\"uniform(0ms, 900ms)\"", "0ms"));
    CHECK_THEORY(alone, 0, "lost_writes", 0.450);
    g_autoptr(TestRun) both = test_run(
        ONE_FOLLOWER("periodic(1/s)", "\"uniform(0ms, 900ms)\"", "\"uniform(0ms, 900ms)\""));
    CHECK_THEORY(both, 0, "lost_writes", 0.150);
}

/* The most caught-up of three has each write first: E[min of 3] = b/4. */
static void the_smallest_delay_to_any_candidate_counts(void)
{
    g_autoptr(TestRun) run = test_run(
        LEADER_DIES("periodic(1/s)", "f1: b, f2: b, f3: b",
                    "a -> b: \"uniform(0ms, 900ms)\", b -> a: 0ms, c <-> a: 0ms, b <-> c: 0ms",
                    "most-caught-up", "async"));
    CHECK_THEORY(run, 0, "lost_writes", 0.225);
}

/* Denser writes wait for one another: a log survives up to its first gap. With x the age of the
 * oldest write that has not arrived, P(x < t) = exp(-l m e^(-t/m)) for exponential delays of mean m
 * and Poisson writes of rate l, and all writes since then are lost: 1 + l x of them on average.
 * That is more than l m, which row 13 gives for entries that do not wait. */
static void behind_a_gap_everything_is_lost(void)
{
    const double l = 40, m = 0.050, step = m / 2000;
    double expected = 0;
    for (int i = 0; i < 60 * 2000; i++) {
        double t = (i + 0.5) * step, missing = l * exp(-t / m);
        expected += step * (1 + l * t) * missing * exp(-m * missing);
    }
    CHECK(expected > 1.5 * l * m);
    g_autoptr(TestRun) run =
        test_run(ONE_FOLLOWER("poisson(40/s)", "exponential(mean=50ms)", "0ms"));
    CHECK_THEORY(run, 0, "lost_writes", expected);
}

#define TWO_FOLLOWERS(ack)                                                                         \
    LEADER_DIES("poisson(200/s)", "f1: b, f2: b",                                                  \
                "a -> b: \"uniform(10ms, 90ms)\", b -> a: 0ms, c <-> a: 0ms, b <-> c: 0ms",        \
                "most-caught-up", ack)

static void semi_sync_loses_nothing_if_the_most_caught_up_takes_over(void)
{
    g_autoptr(TestRun) run = test_run(TWO_FOLLOWERS("semi-sync(1)"));
    CHECK(test_run_merged(run, 0, "lost_writes") == 0);
    CHECK(test_run_merged(run, 0, "availability(writes)") > 0.5);
}

/* A write is lost if any follower had acknowledged it, but not yet the one that takes over:
 * E[L1 - min(L1, L2)] = b/2 - b/3. */
static void semi_sync_loses_writes_if_another_is_preferred(void)
{
    g_autoptr(TestRun) run = test_run(
        LEADER_DIES("periodic(1/s)", "f1: b, f2: b",
                    "a -> b: \"uniform(0ms, 900ms)\", b -> a: 0ms, c <-> a: 0ms, b <-> c: 0ms",
                    "\"preferred([f1])\"", "semi-sync(1)"));
    CHECK_THEORY(run, 0, "lost_writes", 0.150);
}

/* ---- k of n nodes up (rows 19, 20 and 21) ------------------------------------------------- */

#define NODES_MAX 5
#define UP_S 50.0
#define DOWN_S 10.0

/* Each node fails after 50 s on average and is repaired after 10 s on average. */
#define NODES_FAIL(nodes, each, fault)                                                             \
    "replsim: 1\nseed: 32\nduration: 20000s\nwarmup: 500s\nreplications: 24\ndrain: 0s\n"          \
    "nodes: {leader: a, " nodes "}\n"                                                              \
    "clients: {web: {rate: poisson(1/s), reads: 0%, keys: unique, timeout: 1ms}}\n"                \
    "policy: {model: single-leader, leader: leader, reads: leader, ack_timeout: never}\n"          \
    "variants: {one: {policy.ack: semi-sync(1)}, two: {policy.ack: semi-sync(2)}}\n"               \
    "faults:\n"                                                                                    \
    "  - {crash: each, each: " each ", every: exponential(mean=50s),\n"                            \
    "     for: exponential(mean=10s)" fault "}\n"

/* Share of the time from `from` to `to` in which exactly j nodes are down. */
static void share_down(GArray *seen, SimTime from, SimTime to, double *share)
{
    int down = 0;
    SimTime since = from;
    for (int j = 0; j <= NODES_MAX; j++)
        share[j] = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *change = TEST_SEEN(seen, i);
        if (change->at > to)
            break;
        share[down] += (double)MAX(change->at - since, 0) / (double)(to - from);
        since = MAX(since, change->at);
        down += change->node.state == REP_NODE_DOWN ? 1 : -1;
    }
    share[down] += (double)(to - since) / (double)(to - from);
}

static void check_shares(const char *yaml, int n, const double *expected)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    const RepSetup *setup = scenario->variants[0].setup;
    double n_runs = (double)setup->replications, share[NODES_MAX + 1];
    double sum[NODES_MAX + 1] = {0}, squares[NODES_MAX + 1] = {0};
    for (guint32 r = 0; r < n_runs; r++) {
        g_autoptr(GArray) seen = test_watch(setup, r, REP_OBS_BIT(REP_OBS_NODE_CHANGED), NULL);
        share_down(seen, setup->warmup, setup->duration, share);
        for (int j = 0; j <= n; j++) {
            sum[j] += share[j];
            squares[j] += share[j] * share[j];
        }
    }
    for (int j = 0; j <= n; j++) {
        double mean = sum[j] / n_runs, variance = (squares[j] / n_runs - mean * mean);
        double z = (mean - expected[j]) / sqrt(variance / (n_runs - 1));
        printf("\n    %d of %d down: expected %.6f simulated %.6f z %+.2f", j, n, expected[j], mean,
               z);
        CHECK_NEAR(z, 0, 4);
    }
}

static void k_of_n_with_repair_of_their_own_is_binomial(void)
{
    const char *yaml = NODES_FAIL("f1: a, f2: a, f3: a", "[f1, f2, f3]", "");
    const double up = UP_S / (UP_S + DOWN_S), down = 1 - up;
    const double expected[] = {up * up * up, 3 * up * up * down, 3 * up * down * down,
                               down * down * down};
    check_shares(yaml, 3, expected);
    g_autoptr(TestRun) run = test_run(yaml);
    CHECK_THEORY(run, 0, "availability(writes)", 1 - expected[3]);
    CHECK_THEORY(run, 1, "availability(writes)", expected[0] + expected[1]);
}

static void k_of_n_with_one_crew_is_a_birth_and_death_process(void)
{
    const char *yaml = NODES_FAIL("f1: a, f2: a, f3: a", "[f1, f2, f3]", ", crews: 1");
    const double ratio = DOWN_S / UP_S;
    double expected[4] = {1, 3 * ratio, 6 * ratio * ratio, 6 * ratio * ratio * ratio}, sum = 0;
    for (int j = 0; j < 4; j++)
        sum += expected[j];
    for (int j = 0; j < 4; j++)
        expected[j] /= sum;
    check_shares(yaml, 3, expected);
    g_autoptr(TestRun) run = test_run(yaml);
    CHECK_THEORY(run, 0, "availability(writes)", 1 - expected[3]);
    CHECK_THEORY(run, 1, "availability(writes)", expected[0] + expected[1]);
}

/* When `count` nodes were down at the same time first; SIM_NEVER: never. */
static SimTime first_down(GArray *seen, int count)
{
    int down = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *change = TEST_SEEN(seen, i);
        down += change->node.state == REP_NODE_DOWN ? 1 : -1;
        if (down == count)
            return change->at;
    }
    return SIM_NEVER;
}

static void check_time_to_loss(const char *each, int count, double expected_s)
{
    enum { RUNS = 2000 };
    g_autofree char *yaml =
        g_strdup_printf("replsim: 1\nseed: 33\nduration: 2000s\nnodes: {n1: a, n2: a, n3: a}\n"
                        "clients: {web: {rate: periodic(1/h), reads: 0%%, keys: unique}}\n"
                        "faults: [{crash: each, each: %s, every: exponential(mean=10s), "
                        "for: exponential(mean=1s)}]\n",
                        each);
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    double sum = 0, squares = 0;
    for (guint32 r = 0; r < RUNS; r++) {
        g_autoptr(GArray) seen =
            test_watch(scenario->variants[0].setup, r, REP_OBS_BIT(REP_OBS_NODE_CHANGED), NULL);
        double s = (double)first_down(seen, count) / SIM_S;
        sum += s;
        squares += s * s;
    }
    double mean = sum / RUNS;
    double z = (mean - expected_s) / sqrt((squares / RUNS - mean * mean) / (RUNS - 1));
    printf("\n    %d of %s down: expected after %.4g s, simulated %.4g s, z %+.2f", count, each,
           expected_s, mean, z);
    CHECK_NEAR(z, 0, 4);
}

static void a_quorum_is_lost_when_the_markov_chain_says(void)
{
    const double l = 1 / 10.0, m = 1;
    check_time_to_loss("[n1, n2, n3]", 2, (5 * l + m) / (6 * l * l));
    check_time_to_loss("[n1, n2]", 2, (3 * l + m) / (2 * l * l));
}

/* ---- the first of Raft's timers (row 27) -------------------------------------------------- */

/* From the last message of the dead leader to the first request for a vote. */
static SimSpan first_timer(const RepSetup *setup, guint32 replication)
{
    g_autoptr(GArray) seen =
        test_watch(setup, replication,
                   REP_OBS_BIT(REP_OBS_MESSAGE_ARRIVED) | REP_OBS_BIT(REP_OBS_FAULT_BEGAN) |
                       REP_OBS_BIT(REP_OBS_MESSAGE_SENT),
                   NULL);
    int leader = rep_setup_node(setup, "leader");
    SimTime heard = 0, crashed = SIM_NEVER;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_FAULT_BEGAN)
            crashed = now->at;
        else if (now->kind == REP_OBS_MESSAGE_ARRIVED && now->message.from == leader)
            heard = now->at;
        else if (crashed != SIM_NEVER && now->message.from >= 0 && now->message.from != leader)
            return now->at - heard;
    }
    return SIM_NEVER;
}

static void check_first_timer(const char *followers, int n)
{
    enum { RUNS = 2000 };
    const double a = 150, b = 300;
    g_autofree char *yaml =
        g_strdup_printf("replsim: 1\nseed: 34\nduration: 5s\nnodes: {leader: a, %s}\n"
                        "clients: {web: {rate: periodic(1/h), reads: 0%%, keys: unique}}\n"
                        "policy:\n  leader: leader\n  ack: quorum(majority)\n"
                        "  failover: {elect: \"raft(timeout=uniform(150ms, 300ms))\"}\n"
                        "faults: [{at: \"uniform(2s, 3s)\", crash: leader}]\n",
                        followers);
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    double sum = 0, squares = 0;
    for (guint32 r = 0; r < RUNS; r++) {
        double ms = (double)first_timer(scenario->variants[0].setup, r) / SIM_MS;
        sum += ms;
        squares += ms * ms;
    }
    double mean = sum / RUNS, expected = a + (b - a) / (n + 1);
    double z = (mean - expected) / sqrt((squares / RUNS - mean * mean) / (RUNS - 1));
    printf("\n    %d followers: expected %.2f ms, simulated %.2f ms, z %+.2f", n, expected, mean,
           z);
    CHECK_NEAR(z, 0, 4);
}

static void the_first_election_timer_is_the_least_of_uniforms(void)
{
    check_first_timer("f1: a, f2: a", 2);
    check_first_timer("f1: a, f2: a, f3: a, f4: a", 4);
}

static const TestCase cases[] = {
    TEST(losses_of_an_async_crash_are_poisson),
    TEST(writes_whose_reply_was_lost_too_are_not_lost),
    TEST(nothing_is_lost_where_the_reply_takes_longer_than_the_log),
    TEST(any_law_of_delays_gives_rate_times_what_they_differ),
    TEST(the_smallest_delay_to_any_candidate_counts),
    TEST(behind_a_gap_everything_is_lost),
    TEST(semi_sync_loses_nothing_if_the_most_caught_up_takes_over),
    TEST(semi_sync_loses_writes_if_another_is_preferred),
    TEST(k_of_n_with_repair_of_their_own_is_binomial),
    TEST(k_of_n_with_one_crew_is_a_birth_and_death_process),
    TEST(a_quorum_is_lost_when_the_markov_chain_says),
    TEST(the_first_election_timer_is_the_least_of_uniforms),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("failures", cases, argc, argv);
}
