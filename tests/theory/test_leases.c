/*
 * test_leases.c — goal: a lease lasts as long as the leader's own clock says, no matter what time
 * it shows. Method: constant delays, so that each value has a closed form; it is met to the
 * nanosecond, but for rounding.
 *
 * The last heartbeats that monitors answer leave at 10 s, as the leader's region is cut off at
 * 10.5 s, and take 5 ms. Monitors suspect detect = 6 s after, the second vote arrives 5 ms later at
 * the candidate's, and takes = 0.5 s after that a new leader begins: 6.51 s after the heartbeats.
 * The lease of T ends T / (1 + drift) after them.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define SUCCESSOR_NS 6510e6

#define WORLD(lease, more)                                                                         \
    "replsim: 1\nduration: 40s\nreplications: 1\n"                                                 \
    "nodes: {db1: a, db2: b, db3: c}\n"                                                            \
    "network: {between: {a <-> b: 5ms, a <-> c: 5ms, b <-> c: 5ms}}\n"                             \
    "clients: {web: {rate: 100/s, reads: 0%, keys: unique}}\n"                                     \
    "policy: {leader: db1,\n"                                                                      \
    "  failover: {detect: 6s, takes: 500ms, heartbeat: 1s, fence: lease(" lease ")}}\n" more
#define CUT "  - {at: 10500ms, isolate: a, for: 20s}\n"

static double split_brain(const char *yaml)
{
    g_autoptr(TestRun) run = test_run(yaml);
    return test_run_merged(run, 0, "split_brain");
}

static double writes_before_the_cut(const char *yaml)
{
    static const char *const metrics[] = {"availability(writes) 2s..10s", NULL};
    g_autoptr(TestRun) run = test_run_with(yaml, metrics);
    return test_run_merged(run, 0, metrics[0]);
}

static void with_a_perfect_clock_two_lead_for_what_the_lease_is_too_long(void)
{
    CHECK_NEAR(split_brain(WORLD("6400ms", "faults:\n" CUT)), 0, 0.5);
    CHECK_NEAR(split_brain(WORLD("7s", "faults:\n" CUT)), 7e9 - SUCCESSOR_NS, 1);
}

static void a_slow_clock_makes_a_lease_outlast_its_right(void)
{
    CHECK_NEAR(split_brain(WORLD("6s", "clocks: {db1: skewed(drift=-10%)}\nfaults:\n" CUT)),
               6e9 / 0.9 - SUCCESSOR_NS, 2);
    /* 6.4 s times 1 + 40 ppm is right still; at 2 % it is not. */
    CHECK_NEAR(split_brain(WORLD("6400ms", "clocks: {db1: skewed(drift=-40ppm)}\nfaults:\n" CUT)),
               0, 0.5);
    CHECK_NEAR(split_brain(WORLD("6400ms", "clocks: {db1: skewed(drift=-2%)}\nfaults:\n" CUT)),
               6.4e9 / 0.98 - SUCCESSOR_NS, 2);
}

static void a_quick_clock_ends_it_early(void)
{
    CHECK_NEAR(split_brain(WORLD("7s", "clocks: {db1: skewed(drift=5%)}\nfaults:\n" CUT)),
               7e9 / 1.05 - SUCCESSOR_NS, 2);
    CHECK_NEAR(split_brain(WORLD("7s", "clocks: {db1: skewed(drift=10%)}\nfaults:\n" CUT)), 0, 0.5);
}

/* What time it is does not matter: only the leader's clock is asked, before and after. */
static void an_offset_changes_nothing(void)
{
    static const char *const offsets[] = {"-1h", "-2s", "2s", "1h"};
    double right = split_brain(WORLD("7s", "faults:\n" CUT));
    for (gsize i = 0; i < G_N_ELEMENTS(offsets); i++) {
        g_autofree char *text = g_strconcat(
            WORLD("7s", "faults:\n" CUT), "clocks: {default: skewed(by=", offsets[i], ")}\n", NULL);
        test_row("%s", offsets[i]);
        CHECK_NEAR(split_brain(text), right, 0.5);
    }
    test_row(NULL);
}

/* Set back by S after the last answer, it holds the lease S longer, 6 + 2 s; set ahead, shorter. */
static void a_step_back_makes_it_longer_by_the_step(void)
{
    CHECK_NEAR(
        split_brain(WORLD("6s", "faults:\n" CUT "  - {at: 12s, clock_step: db1, by: -2s}\n")),
        8e9 - SUCCESSOR_NS, 1);
    CHECK_NEAR(split_brain(WORLD("8s", "faults:\n" CUT "  - {at: 12s, clock_step: db1, by: 2s}\n")),
               0, 0.5);
    /* Also where it is set back only after the lease has lapsed: it holds again. */
    CHECK_NEAR(
        split_brain(WORLD("6s", "faults:\n" CUT "  - {at: 17s, clock_step: db1, by: -3s}\n")), 2e9,
        1);
}

/* It ends when the clock is right again: at 25 s; the successor began at 16.51 s. */
static void a_frozen_clock_holds_it_until_it_goes_on(void)
{
    CHECK_NEAR(
        split_brain(WORLD("6s", "faults:\n" CUT "  - {at: 12s, clock_freeze: db1, for: 13s}\n")),
        15e9 - SUCCESSOR_NS, 1);
}

/* From 12 s on half as fast: 4 s are left of the lease, which take 8. */
static void a_fault_that_slows_the_clock_stretches_what_is_left(void)
{
    CHECK_NEAR(split_brain(WORLD("6s", "faults:\n" CUT
                                       "  - {at: 12s, clock_drift: db1, rate: -50%, for: 20s}\n")),
               10e9 - SUCCESSOR_NS, 2);
}

/* A paused leader does nothing, and its clock goes on. */
static void a_pause_does_not_stop_the_clock(void)
{
    CHECK_NEAR(split_brain(WORLD("7s", "faults:\n" CUT "  - {at: 11s, pause: db1, for: 3s}\n")),
               7e9 - SUCCESSOR_NS, 1);
}

/* While nothing is wrong, a drift does not lose the lease; a jump ahead does, until the next
 * heartbeats are answered: at most a heartbeat and a round trip of 8 s. */
static void a_jump_ahead_costs_the_lease_until_the_next_answer(void)
{
    CHECK_NEAR(writes_before_the_cut(WORLD("6s", "clocks: {db1: skewed(drift=10%)}\n")), 1, 1e-9);
    double after =
        writes_before_the_cut(WORLD("6s", "faults:\n  - {at: 4500ms, clock_step: db1, by: 1h}\n"));
    CHECK_NEAR(after, 1 - 0.51 / 8, 0.02);
}

/* ---- reads under a lease ------------------------------------------------------------------ */

/* The members elect within 300 … 330 ms; db1 is cut off from them, and not from its clients, who
 * read what others write elsewhere. */
#define READS(more)                                                                                \
    "replsim: 1\nduration: 20s\nreplications: 4\n"                                                 \
    "nodes: {db1: a, db2: b, db3: c}\n"                                                            \
    "network: {between: {a <-> b: 1ms, a <-> c: 1ms, b <-> c: 1ms}}\n"                             \
    "clients:\n"                                                                                   \
    "  readers: {rate: 500/s, reads: 100%, keys: uniform_keys(1), from: {a: 100%}}\n"              \
    "  writers: {rate: 200/s, reads: 0%, keys: uniform_keys(1), from: {c: 100%},\n"                \
    "            timeout: 50ms, retry: {times: 20, after: 10ms}}\n"                                \
    "policy: {leader: db1, ack: quorum(majority), reads: leader(lease),\n"                         \
    "  failover: {elect: 'raft(timeout=uniform(300ms, 330ms))', heartbeat: 50ms}}\n" more          \
    "expect: [linearizable]\n"
#define ALONE "  - {at: 10s, partition: [[a], [b, c]], for: 3s}\n"

static double stale(const char *yaml)
{
    g_autoptr(TestRun) run = test_run(yaml);
    return test_run_merged(run, 0, "stale_rate");
}

static double linearizable(const char *yaml)
{
    static const char *const metrics[] = {"linearizable", NULL};
    g_autoptr(TestRun) run = test_run_with(yaml, metrics);
    return test_run_merged(run, 0, metrics[0]);
}

static void with_perfect_clocks_reads_under_a_lease_are_never_stale(void)
{
    CHECK_NEAR(stale(READS("faults:\n" ALONE)), 0, 1e-12);
    CHECK_NEAR(stale(READS("clocks: {db1: skewed(by=-1h)}\nfaults:\n" ALONE)), 0, 1e-12);
    CHECK_NEAR(linearizable(READS("faults:\n" ALONE)), 1, 1e-12);
}

static void a_clock_set_back_makes_them_stale(void)
{
    CHECK(stale(READS("faults:\n" ALONE "  - {at: 10100ms, clock_step: db1, by: -2s}\n")) > 0.01);
    CHECK(stale(READS("faults:\n" ALONE "  - {at: 9800ms, clock_freeze: db1, for: 3s}\n")) > 0.01);
    CHECK_NEAR(
        linearizable(READS("faults:\n" ALONE "  - {at: 10100ms, clock_step: db1, by: -2s}\n")), 0,
        1e-12);
}

/* db3 does not hear the leader any more and asks db2, who does, every 250 ms, and votes for nobody
 * within 300 ms after that: by a clock that runs half as fast again, within 200 ms. */
#define HALF_CUT(more)                                                                             \
    "replsim: 1\nduration: 15s\nreplications: 10\n"                                                \
    "nodes: {db1: a, db2: b, db3: c}\n"                                                            \
    "network: {between: {a <-> b: 1ms, a <-> c: 1ms, b <-> c: 1ms}}\n"                             \
    "clients: {web: {rate: 1/s, reads: 0%, keys: unique, from: {a: 100%}}}\n"                      \
    "policy: {leader: db1, ack: quorum(majority), reads: leader(lease),\n"                         \
    "  failover: {elect: 'raft(timeout=uniform(300ms, 330ms))', heartbeat: 250ms}}\n"              \
    "faults:\n  - {at: 5s, cut: a <-> c}\n" more

static void what_a_member_promises_is_by_its_own_clock(void)
{
    static const char *const metrics[] = {"failovers", NULL};
    g_autoptr(TestRun) kept = test_run_with(HALF_CUT(""), metrics);
    g_autoptr(TestRun) quick =
        test_run_with(HALF_CUT("  - {at: 4s, clock_drift: db2, rate: 50%}\n"), metrics);
    CHECK_NEAR(test_run_merged(kept, 0, metrics[0]), 0, 1e-12);
    CHECK(test_run_merged(quick, 0, metrics[0]) > 0.4);
}

static const TestCase cases[] = {
    TEST(with_a_perfect_clock_two_lead_for_what_the_lease_is_too_long),
    TEST(a_slow_clock_makes_a_lease_outlast_its_right),
    TEST(a_quick_clock_ends_it_early),
    TEST(an_offset_changes_nothing),
    TEST(a_step_back_makes_it_longer_by_the_step),
    TEST(a_frozen_clock_holds_it_until_it_goes_on),
    TEST(a_fault_that_slows_the_clock_stretches_what_is_left),
    TEST(a_pause_does_not_stop_the_clock),
    TEST(a_jump_ahead_costs_the_lease_until_the_next_answer),
    TEST(with_perfect_clocks_reads_under_a_lease_are_never_stale),
    TEST(a_clock_set_back_makes_them_stale),
    TEST(what_a_member_promises_is_by_its_own_clock),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("leases", cases, argc, argv);
}
