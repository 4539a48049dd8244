/*
 * test_swarm.c — goal: random scenarios break no invariant, and the swarm itself can be trusted:
 * the same seed gives the same, on any number of processes; a planted fault is found, and made
 * small. A failing seed is printed with the command that replays it.
 */
#include "cli/swarm.h"
#include "models/setup.h"
#include "scenarios/format/random_scenario.h"
#include "scenarios/format/shrink.h"
#include "tests/support/check.h"

#include <string.h>

#define SCENARIOS 1500u
#define DRAWN 1200u

static void clear(CliSwarmFinding *findings, guint n)
{
    for (guint i = 0; i < n; i++)
        cli_swarm_finding_clear(&findings[i]);
    g_free(findings);
}

static void no_random_scenario_violates_an_invariant(void)
{
    CliSwarmFinding *findings = g_new0(CliSwarmFinding, SCENARIOS);
    CHECK(cli_swarm_run(1, SCENARIOS, g_get_num_processors(), findings));
    for (guint i = 0; i < SCENARIOS; i++) {
        test_row("%s: %s\nreplay: replsim selftest --swarm 1 --seed %u", findings[i].invariant,
                 findings[i].text, i + 1);
        CHECK_STR(findings[i].invariant, NULL);
    }
    test_row(NULL);
    clear(findings, SCENARIOS);
}

static void the_number_of_processes_does_not_matter(void)
{
    enum { N = 60 };
    CliSwarmFinding *one = g_new0(CliSwarmFinding, N), *three = g_new0(CliSwarmFinding, N);
    CHECK(cli_swarm_run(500, N, 1, one));
    CHECK(cli_swarm_run(500, N, 3, three));
    for (guint i = 0; i < N; i++) {
        CHECK(one[i].digest != 0);
        CHECK_UINT(one[i].digest, three[i].digest);
        CHECK_UINT(one[i].events, three[i].events);
    }
    clear(one, N);
    clear(three, N);
}

static void the_same_seed_draws_the_same_bytes(void)
{
    g_autofree char *a = scn_random_scenario(77), *b = scn_random_scenario(77);
    g_autofree char *other = scn_random_scenario(78);
    CHECK_STR(a, b);
    CHECK(strcmp(a, other) != 0);
}

/* Whatever the tables offer comes up: verbs of faults, and what a policy can be told. */
static void everything_that_can_go_wrong_is_drawn(void)
{
    static const char *const words[] = {"ack: sync(all)",
                                        "ack: quorum(majority)",
                                        "ack: semi-sync(",
                                        "ack: each(",
                                        "ack: sync(in-sync, ",
                                        "model: chain",
                                        "ack_path: back",
                                        "promote: in-sync",
                                        "ack_point: received",
                                        "ack_point: applied",
                                        "ack_messages: each-stage",
                                        "ack_timeout: ",
                                        "leader_ack: appended",
                                        "follower_shows: committed",
                                        "elect: raft(",
                                        "fence: false",
                                        "fence: lease(",
                                        "promote: preferred(",
                                        "max_lag: ",
                                        "order: free",
                                        "closed(",
                                        "clocks:",
                                        "default: ntp(",
                                        "n1: skewed(",
                                        "read_after_write: ",
                                        "retry:",
                                        "wipe: true",
                                        "refuse: true",
                                        "each: [",
                                        "every: ",
                                        "the leader",
                                        "a minority"};
    GString *drawn = g_string_new(NULL);
    for (guint seed = 0; seed < DRAWN; seed++) {
        g_autofree char *text = scn_random_scenario(seed);
        g_string_append(drawn, text);
    }
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++) {
        g_autofree char *line = g_strdup_printf("  - %s: ", verb->target.key);
        test_row("%s", line);
        CHECK(strstr(drawn->str, line) != NULL);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        test_row("%s", words[i]);
        CHECK(strstr(drawn->str, words[i]) != NULL);
    }
    test_row(NULL);
    g_string_free(drawn, TRUE);
}

/* Something that only a pause and a kill together show. */
static gboolean shows_both(const char *text, void *tries)
{
    ++*(guint *)tries;
    return strstr(text, "- pause: n2") && strstr(text, "- kill: ") && strstr(text, "n2: r1");
}

static void a_scenario_is_made_small(void)
{
    static const char text[] = "replsim: 1\n"
                               "seed: 9\n"
                               "duration: 800ms\n"
                               "network:\n"
                               "  within: lognormal(p50=300us, p99=900us)\n"
                               "nodes:\n"
                               "  n1: r1\n"
                               "  n2: r1\n"
                               "faults:\n"
                               "  - crash: n1\n"
                               "    at: 20ms\n"
                               "  - pause: n2\n"
                               "    at: 30ms\n"
                               "    for: 10ms\n"
                               "  - kill: n2\n"
                               "    at: exponential(mean=40ms)\n";
    guint tries = 0;
    g_autofree char *small = scn_shrink(text, shows_both, &tries);
    CHECK_STR(small, "duration: 1ms\n"
                     "nodes:\n"
                     "  n2: r1\n"
                     "faults:\n"
                     "  - pause: n2\n"
                     "  - kill: n2\n");
    CHECK(tries < 200);
}

/* c has confirmed what b has not, loses its disk, and waits for a snapshot while b catches up. */
static void a_wiped_follower_is_not_counted_until_its_snapshot_is_there(void)
{
    static const char text[] = "replsim: 1\n"
                               "duration: 3s\n"
                               "network: {between: {r1 <-> r2: 5ms, r1 <-> r3: 5ms,\n"
                               "  r2 <-> r3: 5ms}, bandwidth: {r1 <-> r3: 8Mbit/s}}\n"
                               "storage: {snapshot_size: 500kB}\n"
                               "nodes: {a: r1, b: r2, c: r3}\n"
                               "clients: {w: {rate: 100/s, reads: 0%, keys: unique}}\n"
                               "policy: {leader: a, ack: sync(all), ack_timeout: never,\n"
                               "  retain: 20, visible: on-flush}\n"
                               "faults:\n"
                               "  - {at: 1s, isolate: b, for: 700ms}\n"
                               "  - {at: 1600ms, kill: c, for: 10ms, wipe: true}\n";
    CliSwarmFinding finding;
    cli_swarm_try_apart(text, &finding);
    test_row("%s", finding.text);
    CHECK_STR(finding.invariant, NULL);
    CHECK(finding.events > 0);
    test_row(NULL);
    cli_swarm_finding_clear(&finding);
}

/* Replicas that differ when the run ends have had their last round of anti-entropy: it is repeated
 * where a node dies, or a message is lost, in the middle of it. */
static void a_round_of_anti_entropy_that_is_cut_short_is_repeated(void)
{
#define WORLD(network, policy, faults)                                                             \
    "replsim: 1\nseed: 31769\nduration: 287ms\n"                                                   \
    "network: {" network "between: {r1 <-> r2: 'lognormal(p50=20ms, p99=99ms)'}}\n"                \
    "storage: {fsync: 'uniform(20us, 82us)'}\nnodes: {n1: r2, n2: r1, n3: r1}\n"                   \
    "clients: {c1: {rate: poisson(35/s), reads: 0%, keys: uniform_keys(100)}}\n"                   \
    "policy: {model: leaderless, anti_entropy: every(189ms)" policy "}\nfaults:\n" faults
    static const char *const texts[] = {
        WORLD("", "",
              "  - {kill: n1, every: 20ms, for: 'lognormal(p50=4ms, p99=8ms)'}\n"
              "  - {kill: n1, every: 'uniform(5ms, 20ms)', for: 64ms}\n"),
        WORLD("", "", "  - {cut: r1 <-> r2, every: 'exponential(mean=30ms)', for: 20ms}\n"),
        WORLD("order: free, loss: {r1 <-> r2: 40%}, ", ", versions: lww(hybrid)",
              "  - {kill: n2, every: 'exponential(mean=90ms)', for: 20ms}\n")};
#undef WORLD
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        CliSwarmFinding finding;
        cli_swarm_try_apart(texts[i], &finding);
        test_row("%u: %s", (guint)i, finding.text);
        CHECK_STR(finding.invariant, NULL);
        CHECK(finding.events > 0);
        cli_swarm_finding_clear(&finding);
    }
    test_row(NULL);
}

/* A scenario that is no scenario is a finding too, and so is told apart. */
static void what_cannot_be_read_is_a_finding(void)
{
    CliSwarmFinding finding;
    cli_swarm_try_apart("replsim: 1\n", &finding);
    CHECK_STR(finding.invariant, "valid-scenario");
    cli_swarm_finding_clear(&finding);
}

static const TestCase cases[] = {TEST(no_random_scenario_violates_an_invariant),
                                 TEST(the_number_of_processes_does_not_matter),
                                 TEST(the_same_seed_draws_the_same_bytes),
                                 TEST(everything_that_can_go_wrong_is_drawn),
                                 TEST(a_scenario_is_made_small),
                                 TEST(a_round_of_anti_entropy_that_is_cut_short_is_repeated),
                                 TEST(what_cannot_be_read_is_a_finding),
                                 TEST(a_wiped_follower_is_not_counted_until_its_snapshot_is_there),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("swarm", cases, argc, argv);
}
