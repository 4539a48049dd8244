/*
 * Goal: writes travel along the links that the topology has, and along no others.
 * Method: transcripts of worlds with fixed delays and one writer, by the lag at each leader: the
 * sum of the delays on the shortest way there is, where all links are fast, and what remains open
 * while a leader on the way is down.
 */
#include "tests/support/check.h"
#include "tests/support/run.h"

#define NETWORK                                                                                    \
    "replsim: 1\nseed: 7\nduration: 10s\nregions: [a, b, c, d]\n"                                  \
    "network:\n  within: 0ms\n  between: {a <-> b: 10ms, b <-> c: 20ms, c <-> d: 30ms, "           \
    "a <-> d: 40ms, a <-> c: 100ms, b <-> d: 100ms}\n"                                             \
    "nodes: {n1: a, n2: b, n3: c, n4: d}\n"                                                        \
    "clients:\n  c: {rate: 50/s, reads: 0%, keys: uniform_keys(9), from: {a: 100%}}\n"
#define POLICY(topology) "policy: {model: multi-leader, topology: \"" topology "\"}\n"
#define ROW "links([n1 <-> n2, n2 <-> n3, n3 <-> n4])"

static double lag_ms(const TestRun *run, const char *metric)
{
    return test_run_merged(run, 0, metric) / 1e6;
}

static void a_row_adds_up_its_delays(void)
{
    g_autoptr(TestRun) run = test_run(NETWORK POLICY(ROW));
    CHECK_CLOSE(lag_ms(run, "lag{node=n2}.max"), 10, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n3}.max"), 30, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n4}.max"), 60, 0.01);
}

/* The way from n1 to n4 leads over n2, though another one is shorter. */
static void the_centre_of_a_star_passes_on(void)
{
    g_autoptr(TestRun) run = test_run(NETWORK POLICY("star(n2)"));
    CHECK_CLOSE(lag_ms(run, "lag{node=n2}.max"), 10, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n3}.max"), 30, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n4}.max"), 110, 0.01);
}

static void links_one_way_carry_one_way(void)
{
    g_autoptr(TestRun) run =
        test_run(NETWORK POLICY("links([n1 -> n4, n4 -> n3, n3 -> n2, n2 -> n1])"));
    CHECK_CLOSE(lag_ms(run, "lag{node=n4}.max"), 40, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n3}.max"), 70, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n2}.max"), 90, 0.01);
}

/* n2 would hear over n4 at 140 ms. */
static void one_link_more_is_a_shorter_way(void)
{
    g_autoptr(TestRun) run =
        test_run(NETWORK POLICY("links([n1 -> n4, n4 -> n3, n3 -> n2, n2 -> n1, n1 -> n2])"));
    CHECK_CLOSE(lag_ms(run, "lag{node=n2}.max"), 10, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n3}.max"), 70, 0.01);
}

static void nothing_passes_a_leader_that_is_down(void)
{
    g_autoptr(TestRun) run =
        test_run(NETWORK POLICY(ROW) "faults:\n  - {at: 2s, crash: n3, for: 5s}\n");
    CHECK_CLOSE(lag_ms(run, "lag{node=n2}.max"), 10, 0.01);
    CHECK(lag_ms(run, "lag{node=n4}.max") > 4900);
}

static void followers_take_no_writes_unless_they_lead(void)
{
    g_autoptr(TestRun) run =
        test_run(NETWORK "policy: {model: multi-leader, followers: {n4: n1}, topology: circle}\n");
    CHECK_CLOSE(lag_ms(run, "lag{node=n4}.max"), 40, 0.01);
    CHECK_CLOSE(lag_ms(run, "lag{node=n3}.max"), 30, 0.01);
}

static const TestCase cases[] = {TEST(a_row_adds_up_its_delays),
                                 TEST(the_centre_of_a_star_passes_on),
                                 TEST(links_one_way_carry_one_way),
                                 TEST(one_link_more_is_a_shorter_way),
                                 TEST(nothing_passes_a_leader_that_is_down),
                                 TEST(followers_take_no_writes_unless_they_lead),
                                 {0}};

int main(int argc, char **argv)
{
    return test_main("topology", cases, argc, argv);
}
