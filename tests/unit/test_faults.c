/*
 * Goal: faults strike when, how often and for how long their keys say (fault.h, semantics §8).
 * Method: whole worlds without much traffic; what observers hear of faults is compared with
 * instants worked out by hand, and shares and means with their laws. Fixed seeds.
 */
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/run.h"
#include "tests/support/watch.h"

#include <math.h>

#define BEGAN REP_OBS_BIT(REP_OBS_FAULT_BEGAN)
#define FAULTS (BEGAN | REP_OBS_BIT(REP_OBS_FAULT_ENDED))
#define NODES REP_OBS_BIT(REP_OBS_NODE_CHANGED)

#define WORLD(duration, faults)                                                                    \
    "replsim: 1\nseed: 61\nduration: " duration "\nnodes: {db1: a, db2: a, db3: a, db4: a}\n"      \
    "clients: {web: {rate: periodic(1/min), reads: 0%, keys: unique}}\n"                           \
    "policy: {leader: db1}\nfaults:\n" faults

static GArray *watch(const char *yaml, guint32 replication, guint32 mask)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return test_watch(scenario->variants[0].setup, replication, mask, NULL);
}

/* "10+0 13-0 …": at which second occurrence 0 began and ended. */
static char *describe(GArray *seen)
{
    GString *text = g_string_new("");
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        g_string_append_printf(text, "%s%d%s%u", i ? " " : "", (int)(now->at / SIM_S),
                               now->kind == REP_OBS_FAULT_BEGAN ? "+" : "-", now->fault.occurrence);
    }
    return g_string_free(text, FALSE);
}

static void check_history(const char *yaml, const char *expected)
{
    g_autoptr(GArray) seen = watch(yaml, 0, FAULTS);
    g_autofree char *history = describe(seen);
    CHECK_STR(history, expected);
}

/* ---- at, every, for ----------------------------------------------------------------------- */

static void at_strikes_once(void)
{
    check_history(WORLD("60s", "  - {at: 10s, kill: db2, for: 3s}\n"), "10+0 13-0");
}

static void without_for_it_lasts_to_the_end(void)
{
    check_history(WORLD("60s", "  - {at: 10s, kill: db2}\n"), "10+0");
}

static void every_counts_from_the_start_and_then_from_the_end_of_the_last(void)
{
    check_history(WORLD("45s", "  - {every: 10s, kill: db2, for: 3s}\n"),
                  "10+0 13-0 23+1 26-1 36+2 39-2");
}

static void an_instant_fault_is_over_at_once_and_may_repeat(void)
{
    check_history(WORLD("25s", "  - {every: 10s, promote: db1}\n"), "10+0 10-0 20+1 20-1");
}

/* Instants, lengths and pauses between them differ from one occurrence to the next and from one
 * replication to another, and follow their laws. */
static void times_and_lengths_are_drawn_for_each_occurrence(void)
{
    g_autoptr(ScnScenario) scenario = test_load_good(
        WORLD("2000s", "  - {every: exponential(mean=10s), kill: db2, for: \"uniform(1s, 3s)\"}\n"),
        NULL);
    double n = 0, ups = 0, up_squares = 0, lengths = 0;
    guint same = 0;
    SimTime first_of_last = 0;
    for (guint32 r = 0; r < 20; r++) {
        g_autoptr(GArray) seen = test_watch(scenario->variants[0].setup, r, FAULTS, NULL);
        same += TEST_SEEN(seen, 0)->at == first_of_last;
        first_of_last = TEST_SEEN(seen, 0)->at;
        SimTime ended = 0;
        SimSpan last = 0;
        for (guint i = 0; i + 1 < seen->len; i += 2) {
            double up = (double)(TEST_SEEN(seen, i)->at - ended) / SIM_S;
            SimSpan length = TEST_SEEN(seen, i + 1)->at - TEST_SEEN(seen, i)->at;
            same += length == last || length < SIM_S || length > 3 * SIM_S;
            last = length;
            ended = TEST_SEEN(seen, i + 1)->at;
            lengths += (double)length / SIM_S;
            ups += up;
            up_squares += up * up;
            n++;
        }
    }
    CHECK_INT(same, 0);
    CHECK(n > 3000);
    CHECK_NEAR((ups / n - 10) / (10 / sqrt(n)), 0, 4);
    CHECK_NEAR(up_squares / n, 200, 200 * 4 * sqrt(20 / n)); /* E[X^4] = 24 m^4 */
    CHECK_NEAR((lengths / n - 2) / (2 / sqrt(12 * n)), 0, 4);
}

static SimTime first_instant(const char *faults, const char *name)
{
    g_autofree char *yaml = g_strconcat(WORLD("100s", ""), faults, NULL);
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    const RepSetup *setup = scenario->variants[0].setup;
    g_autoptr(GArray) seen = test_watch(setup, 0, BEGAN, NULL);
    for (guint i = 0; i < seen->len; i++)
        if ((int)TEST_SEEN(seen, i)->fault.fault == rep_setup_fault(setup, name))
            return TEST_SEEN(seen, i)->at;
    return SIM_NEVER;
}

static void a_named_fault_keeps_its_luck_whatever_is_added(void)
{
#define MINE "  - {name: mine, at: \"uniform(10s, 90s)\", kill: db2, for: 3s}\n"
    SimTime alone = first_instant(MINE, "mine");
    CHECK(alone > 10 * SIM_S);
    CHECK_INT(first_instant(
                  "  - {name: a, every: exponential(mean=5s), pause: db3, for: 1s}\n" MINE, "mine"),
              alone);
    CHECK(first_instant("  - {name: yours, at: \"uniform(10s, 90s)\", kill: db2, for: 3s}\n",
                        "yours") != alone);
}

/* ---- chance ------------------------------------------------------------------------------- */

static void a_chance_is_tossed_once_in_each_replication(void)
{
    enum { RUNS = 1000 };
    g_autoptr(ScnScenario) scenario =
        test_load_good(WORLD("2s", "  - {at: 1s, kill: db2, for: 1s, chance: 25%}\n"), NULL);
    double struck = 0;
    for (guint32 r = 0; r < RUNS; r++) {
        g_autoptr(GArray) seen = test_watch(scenario->variants[0].setup, r, BEGAN, NULL);
        struck += seen->len;
    }
    CHECK_NEAR((struck - 0.25 * RUNS) / sqrt(RUNS * 0.25 * 0.75), 0, 4);
}

static void a_chance_is_tossed_for_each_occurrence(void)
{
    /* With a length of 5 s, k of n tosses that succeed take n * 10 s + k * 5 s together. */
    g_autoptr(GArray) seen =
        watch(WORLD("100000s", "  - {every: 10s, kill: db2, for: 5s, chance: 30%}\n"), 0, BEGAN);
    double struck = seen->len, tossed = (100000 - 5 * struck) / 10;
    CHECK_NEAR((struck - 0.3 * tossed) / sqrt(tossed * 0.3 * 0.7), 0, 4);
    guint bad = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        bad += now->fault.occurrence != i || (now->at / SIM_S - 5 * i) % 10 != 0;
    }
    CHECK_INT(bad, 0);
}

/* ---- each and crews ----------------------------------------------------------------------- */

/* When the node first went down. */
static SimTime first_death(const char *yaml, guint32 replication, int node)
{
    g_autoptr(GArray) seen = watch(yaml, replication, NODES);
    for (guint i = 0; i < seen->len; i++)
        if (TEST_SEEN(seen, i)->node.node == node)
            return TEST_SEEN(seen, i)->at;
    return SIM_NEVER;
}

#define EACH(nodes, more)                                                                          \
    WORLD("1000s", "  - {name: wear, crash: each, each: " nodes                                    \
                   ", every: exponential(mean=20s), for: exponential(mean=2s)" more "}\n")

static void each_target_has_draws_of_its_own(void)
{
    for (guint32 r = 0; r < 5; r++) {
        SimTime two = first_death(EACH("[db2]", ""), r, 1);
        SimTime three = first_death(EACH("[db2, db3, db4]", ""), r, 2);
        CHECK(two != SIM_NEVER && three != SIM_NEVER && two != three);
        CHECK_INT(first_death(EACH("[db2, db3, db4]", ""), r, 1), two);
        CHECK_INT(first_death(EACH("[db4, db3]", ""), r, 2), three);
    }
}

static void each_occurrence_hits_one_target(void)
{
    g_autoptr(GArray) seen = watch(EACH("[db2, db3, db4]", ""), 0, BEGAN | NODES);
    guint downs = 0, began = 0, deaths[4] = {0};
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_FAULT_BEGAN)
            CHECK_INT(now->fault.occurrence, began++);
        else if (now->node.state == REP_NODE_DOWN) {
            downs++;
            deaths[now->node.node]++;
        }
    }
    CHECK_INT(downs, began);
    CHECK_INT(deaths[0], 0);
    for (int node = 1; node < 4; node++)
        CHECK(deaths[node] > 20);
}

/* Three nodes die between 5 and 15 s; a repair takes 30 s. */
static GArray *lifetimes(const char *crews)
{
    g_autofree char *yaml = g_strconcat(
        WORLD("120s", ""),
        "  - {name: wear, crash: each, each: [db2, db3, db4], every: \"uniform(5s, 15s)\",\n"
        "     for: 30s",
        crews, "}\n", NULL);
    return watch(yaml, 0, NODES);
}

/* The i-th change to `state`, and whose it was. */
static const RepObservation *change(GArray *seen, RepNodeState state, guint which)
{
    for (guint i = 0; i < seen->len; i++)
        if (TEST_SEEN(seen, i)->node.state == state && which-- == 0)
            return TEST_SEEN(seen, i);
    return NULL;
}

static void check_repairs(const char *crews, int n_crews)
{
    g_autoptr(GArray) seen = lifetimes(crews);
    SimTime free_at[3] = {0};
    test_row("%d crews", n_crews);
    for (guint i = 0; i < 3; i++) {
        const RepObservation *down = change(seen, REP_NODE_DOWN, i);
        const RepObservation *up = change(seen, REP_NODE_UP, i);
        SimTime *crew = &free_at[(int)i % n_crews];
        SimTime begins = MAX(down->at, *crew);
        *crew = begins + 30 * SIM_S;
        CHECK(down->at < 15 * SIM_S);
        CHECK_INT(up->node.node, down->node.node); /* first failed first */
        CHECK_INT(up->at, *crew);
    }
    test_row(NULL);
}

static void crews_repair_first_failed_first_and_lengths_count_from_their_beginning(void)
{
    check_repairs(", crews: 1", 1);
    check_repairs(", crews: 2", 2);
}

static void without_crews_all_are_repaired_at_once(void)
{
    check_repairs("", 3);
    check_repairs(", crews: 3", 3);
}

/* ---- overlapping -------------------------------------------------------------------------- */

static void check_states(const char *faults, const char *expected)
{
    static const char *const names[] = {"up", "down", "paused"};
    g_autofree char *yaml = g_strconcat(WORLD("100s", ""), faults, NULL);
    g_autoptr(GArray) seen = watch(yaml, 0, NODES);
    g_autoptr(GString) text = g_string_new("");
    for (guint i = 0; i < seen->len; i++)
        g_string_append_printf(text, "%s%d %s", i ? ", " : "",
                               (int)(TEST_SEEN(seen, i)->at / SIM_S),
                               names[TEST_SEEN(seen, i)->node.state]);
    CHECK_STR(text->str, expected);
}

static void overlapping_faults_hold_until_the_last_ends(void)
{
    check_states("  - {at: 10s, crash: db2, for: 10s}\n  - {at: 15s, kill: db2, for: 20s}\n",
                 "10 down, 35 up");
    check_states("  - {at: 10s, crash: db2, for: 30s}\n  - {at: 15s, kill: db2, for: 5s}\n",
                 "10 down, 40 up");
    check_states("  - {at: 10s, pause: db2, for: 10s}\n  - {at: 15s, pause: db2, for: 20s}\n",
                 "10 paused, 35 up");
}

static void a_node_that_returns_in_a_pause_is_paused(void)
{
    check_states("  - {at: 10s, crash: db2, for: 10s}\n  - {at: 15s, pause: db2, for: 20s}\n",
                 "10 down, 20 paused, 35 up");
    check_states("  - {at: 10s, pause: db2, for: 10s}\n  - {at: 15s, crash: db2, for: 20s}\n",
                 "10 paused, 15 down, 35 up");
}

static void loads_multiply(void)
{
    g_autoptr(GArray) seen =
        watch("replsim: 1\nduration: 40s\nnodes: {db1: a}\n"
              "clients: {web: {rate: periodic(10/s), reads: 0%, keys: unique}}\n"
              "faults:\n  - {at: 10s, load: web, rate: x3, for: 20s}\n"
              "  - {at: 20s, load: web, rate: x2, for: 20s}\n",
              0, REP_OBS_BIT(REP_OBS_OPERATION_BEGAN));
    static const int expected[] = {100, 300, 600, 200};
    int counts[4] = {0};
    for (guint i = 0; i < seen->len; i++)
        counts[MIN(TEST_SEEN(seen, i)->at / (10 * SIM_S), 3)]++;
    for (int i = 0; i < 4; i++) {
        test_row("from %d s", 10 * i);
        CHECK_NEAR(counts[i], expected[i], 1);
    }
    test_row(NULL);
}

/* ---- windows ------------------------------------------------------------------------------ */

/* The leader is dead in [10, 13), [23, 26) and [36, 39); writes come every 100 ms. */
static void windows_are_the_union_of_the_occurrences_and_what_lies_outside(void)
{
    static const char *const asked[] = {"availability(writes)",
                                        "availability(writes) during out",
                                        "availability(writes) before out",
                                        "availability(writes) after out",
                                        "availability(writes) 13s..23s",
                                        NULL};
    static const double expected[] = {1 - 90 / 450.0, 0, 1, 1, 1};
    g_autoptr(TestRun) run = test_run_with(
        "replsim: 1\nduration: 45s\nnodes: {db1: a}\n"
        "clients: {web: {rate: periodic(10/s), reads: 0%, keys: unique, timeout: 10ms}}\n"
        "faults:\n  - {name: out, every: 10s, kill: db1, for: 3s}\n",
        asked);
    for (int i = 0; asked[i]; i++) {
        test_row("%s", asked[i]);
        CHECK_NEAR(test_run_value(run, 0, 0, asked[i]), expected[i], 0.01);
    }
    test_row(NULL);
}

static const TestCase cases[] = {
    TEST(at_strikes_once),
    TEST(without_for_it_lasts_to_the_end),
    TEST(every_counts_from_the_start_and_then_from_the_end_of_the_last),
    TEST(an_instant_fault_is_over_at_once_and_may_repeat),
    TEST(times_and_lengths_are_drawn_for_each_occurrence),
    TEST(a_named_fault_keeps_its_luck_whatever_is_added),
    TEST(a_chance_is_tossed_once_in_each_replication),
    TEST(a_chance_is_tossed_for_each_occurrence),
    TEST(each_target_has_draws_of_its_own),
    TEST(each_occurrence_hits_one_target),
    TEST(crews_repair_first_failed_first_and_lengths_count_from_their_beginning),
    TEST(without_crews_all_are_repaired_at_once),
    TEST(overlapping_faults_hold_until_the_last_ends),
    TEST(a_node_that_returns_in_a_pause_is_paused),
    TEST(loads_multiply),
    TEST(windows_are_the_union_of_the_occurrences_and_what_lies_outside),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("faults", cases, argc, argv);
}
