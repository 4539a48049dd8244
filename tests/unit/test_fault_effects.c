/*
 * Goal: faults hit whom their targets name, and each verb does what `list faults` says of it
 * (fault_effects.c, semantics §3 and §8). Method: whole worlds, small and with round delays, so
 * that what must happen can be worked out by hand. Fixed seeds.
 */
#include "tests/support/check.h"
#include "tests/support/fit.h"
#include "tests/support/load.h"
#include "tests/support/run.h"
#include "tests/support/watch.h"

#define NODES REP_OBS_BIT(REP_OBS_NODE_CHANGED)
#define LEADERSHIP REP_OBS_BIT(REP_OBS_LEADERSHIP)
#define ENDED REP_OBS_BIT(REP_OBS_OPERATION_ENDED)
#define APPLIED REP_OBS_BIT(REP_OBS_APPLIED)

static GArray *watch(const char *yaml, guint32 mask)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return test_watch(scenario->variants[0].setup, 0, mask, NULL);
}

/* ---- symbolic targets --------------------------------------------------------------------- */

#define QUIET(duration, nodes, policy, faults)                                                     \
    "replsim: 1\nseed: 71\nduration: " duration "\nnodes: {" nodes "}\n"                           \
    "clients: {web: {rate: periodic(1/min), reads: 0%, keys: unique}}\n"                           \
    "policy: {leader: db1" policy "}\nfaults:\n" faults

/* How often each node went down; *most gets how many were down at a time at most. */
static guint count_deaths(GArray *seen, guint *deaths, guint *most)
{
    guint down = 0, n = 0;
    *most = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->node.state == REP_NODE_UP) {
            down--;
            continue;
        }
        deaths[now->node.node]++;
        n++;
        down++;
        *most = MAX(*most, down);
    }
    return n;
}

static double fit_uniform(const guint *deaths, gsize first, gsize n)
{
    double counts[16], expected[16], sum = 0;
    for (gsize i = 0; i < n; i++)
        sum += counts[i] = deaths[first + i];
    for (gsize i = 0; i < n; i++)
        expected[i] = sum / (double)n;
    return test_chi_square_p(counts, expected, n);
}

static void any_follower_is_never_the_leader_and_each_as_likely(void)
{
    guint deaths[4] = {0}, most;
    g_autoptr(GArray) seen = watch(QUIET("6000s", "db1: a, db2: a, db3: a, db4: a", "",
                                         "  - {every: 10s, kill: any follower, for: 5s}\n"),
                                   NODES);
    CHECK_INT(count_deaths(seen, deaths, &most), 400);
    CHECK_INT(deaths[0], 0);
    CHECK(fit_uniform(deaths, 1, 3) > TEST_FIT_LEAST);
}

static void any_follower_is_one_that_is_up(void)
{
    guint deaths[4] = {0}, most;
    g_autoptr(GArray) seen =
        watch(QUIET("3000s", "db1: a, db2: a, db3: a, db4: a", "",
                    "  - {at: 0s, kill: db3}\n  - {every: 10s, kill: any follower, for: 5s}\n"),
              NODES);
    count_deaths(seen, deaths, &most);
    CHECK_INT(deaths[0], 0);
    CHECK_INT(deaths[2], 1);
    CHECK_INT(deaths[1] + deaths[3], 200);
    CHECK(deaths[1] > 50 && deaths[3] > 50);
}

static void where_nobody_is_left_nobody_is_hit(void)
{
    guint deaths[2] = {0}, most;
    g_autoptr(GArray) seen =
        watch(QUIET("30s", "db1: a, db2: a", "",
                    "  - {at: 0s, kill: db2}\n  - {at: 5s, kill: any follower, for: 5s}\n"),
              NODES);
    CHECK_INT(count_deaths(seen, deaths, &most), 1);
}

static void the_leader_is_whoever_leads_then(void)
{
    g_autoptr(GArray) seen =
        watch(QUIET("100s", "db1: a, db2: a, db3: a", ", failover: {detect: 1s, takes: 1s}",
                    "  - {at: 10s, kill: the leader, for: 20s}\n"
                    "  - {at: 50s, kill: the leader, for: 20s}\n"),
              NODES | LEADERSHIP);
    int leader = -1, killed[2] = {-1, -1}, led[2] = {-1, -1}, n = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_LEADERSHIP && now->leadership.leads)
            leader = now->leadership.node;
        else if (now->kind == REP_OBS_NODE_CHANGED && now->node.state == REP_NODE_DOWN && n < 2) {
            led[n] = leader;
            killed[n++] = now->node.node;
        }
    }
    CHECK_INT(n, 2);
    CHECK_INT(killed[0], 0);
    CHECK(killed[1] > 0);
    CHECK_INT(killed[1], led[1]);
}

static void check_minority(const char *nodes, guint n, guint size)
{
    guint deaths[8] = {0}, most;
    g_autofree char *yaml = g_strdup_printf(
        "replsim: 1\nseed: 72\nduration: 6000s\nnodes: {%s}\n"
        "clients: {web: {rate: periodic(1/min), reads: 0%%, keys: unique}}\n"
        "policy: {leader: db1}\nfaults: [{every: 10s, kill: a minority, for: 5s}]\n",
        nodes);
    g_autoptr(GArray) seen = watch(yaml, NODES);
    test_row("%u nodes", n);
    CHECK_INT(count_deaths(seen, deaths, &most), 400 * size);
    CHECK_INT(most, size);
    CHECK(fit_uniform(deaths, 0, n) > TEST_FIT_LEAST);
    test_row(NULL);
}

static void a_minority_is_the_largest_that_leaves_a_majority(void)
{
    check_minority("db1: a, db2: a, db3: a", 3, 1);
    check_minority("db1: a, db2: a, db3: a, db4: a", 4, 1);
    check_minority("db1: a, db2: a, db3: a, db4: a, db5: a", 5, 2);
}

static void some_of_a_list_are_so_many_and_each_set_as_likely(void)
{
    double counts[16] = {0}, sets[6] = {0}, expected[6];
    g_autoptr(GArray) seen =
        watch(QUIET("6000s", "db1: a, db2: a, db3: a, db4: a, db5: a", "",
                    "  - {every: 10s, kill: \"2 of [db2, db3, db4, db5]\", for: 5s}\n"),
              NODES);
    guint set = 0, n = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->node.state == REP_NODE_DOWN)
            set |= 1u << (now->node.node - 1);
        else if (set) {
            counts[set & 15]++;
            set = 0;
        }
    }
    for (guint i = 0; i < 16; i++)
        if (__builtin_popcount(i) == 2)
            sets[n++] = counts[i];
        else
            CHECK(counts[i] == 0);
    for (guint i = 0; i < 6; i++)
        expected[i] = 400 / 6.0;
    CHECK(test_chi_square_p(sets, expected, 6) > TEST_FIT_LEAST);
}

/* Deaths of the five nodes, of whom three keep a key; how many of them are never hit. */
static guint count_spared(const char *faults, guint *n_deaths, guint *most)
{
    guint deaths[5] = {0}, spared = 0;
    g_autofree char *yaml = g_strconcat(
        "replsim: 1\nseed: 71\nduration: 4000s\nnodes: {n1: a, n2: a, n3: a, n4: a, n5: a}\n"
        "clients: {web: {rate: periodic(1/min), reads: 0%, keys: uniform_keys(1k)}}\n"
        "policy: {model: leaderless, replicas: 3}\nfaults:\n",
        faults, NULL);
    g_autoptr(GArray) seen = watch(yaml, NODES);
    *n_deaths = count_deaths(seen, deaths, most);
    for (guint i = 0; i < 5; i++)
        spared += deaths[i] == 0;
    return spared;
}

static void replicas_of_a_key_are_those_that_keep_it(void)
{
    guint n, most;
    CHECK_INT(count_spared("  - {every: 10s, kill: 2 of replicas(7), for: 5s}\n", &n, &most), 2);
    CHECK_INT(most, 2);
    CHECK(n > 500);
    CHECK_INT(count_spared("  - {every: 10s, kill: replicas(7), for: 5s}\n", &n, &most), 2);
    CHECK_INT(most, 3);
    /* Keys of the clients, another each time: nobody is spared. */
    CHECK_INT(count_spared("  - {every: 10s, kill: 1 of replicas(key), for: 5s}\n", &n, &most), 0);
    CHECK_INT(most, 1);
}

/* ---- crash, kill, pause ------------------------------------------------------------------- */

/* A write at 1, 2, … 19 s; db2 is 100 ms away, the client and its answers too. The fault strikes
 * when what belongs to the tenth write is on its way to both. */
#define DEATH(verb, more)                                                                          \
    "replsim: 1\nduration: 20s\nregions: [a, b, c]\nnodes: {db1: a, db2: b}\n"                     \
    "network: {between: {a <-> b: 100ms, c -> a: 0ms, a -> c: 100ms, b <-> c: 100ms}}\n"           \
    "clients: {web: {rate: periodic(1/s), reads: 0%, keys: unique, from: {c: 100%}}}\n"            \
    "policy: {leader: db1}\nfaults:\n  - {name: x, at: FAULT, " verb ": db1" more "}\n"

typedef struct Fate {
    guint64 last;     /* entry that db2 shows in the end */
    guint oks;        /* operations */
    SimTime tenth_at; /* when the tenth ended */
    RepOutcome tenth;
} Fate;

/* `phase` after the tenth write began. */
static Fate fate_of(const char *yaml, SimSpan phase)
{
    Fate fate = {0};
    g_auto(GStrv) parts = g_strsplit(yaml, "FAULT", 2);
    g_autofree char *calm = g_strconcat(parts[0], "1000000s", parts[1], NULL);
    g_autoptr(GArray) begun = watch(calm, REP_OBS_BIT(REP_OBS_OPERATION_BEGAN));
    SimTime at = TEST_SEEN(begun, 9)->at + phase;
    g_autofree char *text =
        g_strdup_printf("%s%" G_GINT64_FORMAT "ns%s", parts[0], (gint64)at, parts[1]);
    g_autoptr(GArray) seen = watch(text, ENDED | APPLIED);
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_APPLIED && now->entries.node == 1)
            fate.last = now->entries.last;
        if (now->kind != REP_OBS_OPERATION_ENDED)
            continue;
        fate.oks += now->operation.outcome == REP_OK;
        if (now->operation.number == 9) {
            fate.tenth = now->operation.outcome;
            fate.tenth_at = now->at - at;
        }
    }
    return fate;
}

static void a_crash_takes_what_is_on_the_wire_with_it(void)
{
    Fate fate = fate_of(DEATH("crash", ""), 50 * SIM_MS);
    CHECK_UINT(fate.last, 9);
    CHECK_INT(fate.oks, 9);
    CHECK_INT(fate.tenth, REP_UNKNOWN);
}

static void a_kill_leaves_what_is_on_the_wire(void)
{
    Fate fate = fate_of(DEATH("kill", ""), 50 * SIM_MS);
    CHECK_UINT(fate.last, 10);
    CHECK_INT(fate.oks, 10);
    CHECK_INT(fate.tenth, REP_OK);
}

static void a_dead_node_does_not_answer_and_a_refusing_one_does_after_a_round_trip(void)
{
    Fate silent = fate_of(DEATH("kill", ""), -50 * SIM_MS);
    CHECK_INT(silent.tenth, REP_UNKNOWN);
    CHECK_INT(silent.tenth_at, 1050 * SIM_MS);
    Fate refusing = fate_of(DEATH("kill", ", refuse: true"), -50 * SIM_MS);
    CHECK_INT(refusing.tenth, REP_FAILED);
    CHECK_INT(refusing.tenth_at, 150 * SIM_MS);
    CHECK_INT(refusing.oks, 9);
}

static void a_pause_delays_and_loses_nothing(void)
{
    Fate fate = fate_of(DEATH("pause", ", for: 500ms"), -50 * SIM_MS);
    CHECK_INT(fate.tenth, REP_OK);
    CHECK_INT(fate.tenth_at, 600 * SIM_MS); /* the end of the pause, and the way back */
    CHECK_INT(fate.oks, 19);
    CHECK_UINT(fate.last, 19);
    Fate later = fate_of(DEATH("pause", ", for: 500ms"), 50 * SIM_MS);
    CHECK_INT(later.tenth_at, 50 * SIM_MS); /* what was on its way arrives meanwhile */
}

static guint64 shown_at_the_end(const char *fault)
{
    g_autofree char *yaml =
        g_strconcat("replsim: 1\nduration: 20s\nnodes: {db1: a, db2: a}\nstorage: {fsync: 1ms}\n"
                    "clients: {web: {rate: periodic(10/s), reads: 0%, keys: unique}}\n"
                    "policy: {leader: db1}\nfaults: [{at: 10s, for: 1s, ",
                    fault, "}]\n", NULL);
    g_autoptr(GArray) seen = watch(yaml, REP_OBS_BIT(REP_OBS_FLUSHED));
    guint64 flushed = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->entries.node == 1 && now->at > 10 * SIM_S && flushed == 0)
            flushed = now->entries.first; /* the first that it needed to be told again */
    }
    return flushed;
}

static void a_disk_is_kept_unless_it_is_wiped(void)
{
    CHECK(shown_at_the_end("crash: db2") >= 99);
    CHECK(shown_at_the_end("kill: db2") >= 99);
    CHECK_UINT(shown_at_the_end("crash: db2, wipe: true"), 1);
}

/* The drain waits for who will return: nothing is lost, and replicas that agreed alone do not end
 * the run before the third is back. */
static void the_drain_waits_for_nodes_that_will_return(void)
{
    static const char yaml[] =
        "replsim: 1\nduration: 10s\nnodes: {db1: a, db2: a, db3: a}\n"
        "clients: {web: {rate: periodic(10/s), reads: 0%, keys: unique}}\n"
        "policy: {leader: db1}\nfaults:\n"
        "  - {at: 5s, kill: db3, for: 25s}\n  - {at: 9s, kill: [db1, db2], for: 10s}\n";
    g_autoptr(TestRun) run = test_run(yaml);
    CHECK_INT(test_run_result(run, 0, 0)->end, REP_RUN_DRAINED);
    CHECK(test_run_result(run, 0, 0)->ended_at >= 30 * SIM_S);
    CHECK(test_run_value(run, 0, 0, "lost_writes") == 0);
}

/* ---- promote, upgrade --------------------------------------------------------------------- */

static void an_operator_promotes_whom_he_names(void)
{
    g_autoptr(GArray) seen =
        watch(QUIET("60s", "db1: a, db2: a, db3: a", ", failover: {promote: never, takes: 2s}",
                    "  - {at: 10s, promote: db3}\n  - {at: 30s, kill: db2, for: 20s}\n"
                    "  - {at: 40s, promote: db2}\n"),
              LEADERSHIP);
    g_autoptr(GString) text = g_string_new("");
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        g_string_append_printf(text, "%s%ds db%d %s in %u", i ? ", " : "", (int)(now->at / SIM_S),
                               now->leadership.node + 1, now->leadership.leads ? "begins" : "ends",
                               now->leadership.term);
    }
    /* Fenced at once, replaced when the promotion is through; a dead node cannot be promoted. */
    CHECK_STR(text->str, "0s db1 begins in 1, 10s db1 ends in 1, 12s db3 begins in 2");
}

/* Entries that db2 applies in [10 s, 20 s), in which it runs another version. */
static guint applied_meanwhile(const char *log)
{
    g_autofree char *yaml =
        g_strconcat("replsim: 1\nduration: 30s\nnodes: {db1: a, db2: a}\n"
                    "clients: {web: {rate: periodic(10/s), reads: 0%, keys: unique}}\n"
                    "policy: {leader: db1, log: ",
                    log, "}\nfaults: [{at: 10s, upgrade: db2, for: 10s}]\n", NULL);
    g_autoptr(GArray) seen = watch(yaml, APPLIED);
    guint meanwhile = 0;
    guint64 last = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->entries.node != 1)
            continue;
        last = now->entries.last;
        if (now->at >= 10 * SIM_S && now->at < 20 * SIM_S)
            meanwhile += (guint)(now->entries.last + 1 - now->entries.first);
    }
    CHECK_UINT(last, 299);
    return meanwhile;
}

static void an_upgrade_stops_applying_a_physical_log_only(void)
{
    CHECK_INT(applied_meanwhile("logical"), 100);
    CHECK_INT(applied_meanwhile("physical"), 0);
}

static const TestCase cases[] = {
    TEST(any_follower_is_never_the_leader_and_each_as_likely),
    TEST(any_follower_is_one_that_is_up),
    TEST(where_nobody_is_left_nobody_is_hit),
    TEST(the_leader_is_whoever_leads_then),
    TEST(a_minority_is_the_largest_that_leaves_a_majority),
    TEST(replicas_of_a_key_are_those_that_keep_it),
    TEST(some_of_a_list_are_so_many_and_each_set_as_likely),
    TEST(a_crash_takes_what_is_on_the_wire_with_it),
    TEST(a_kill_leaves_what_is_on_the_wire),
    TEST(a_dead_node_does_not_answer_and_a_refusing_one_does_after_a_round_trip),
    TEST(a_pause_delays_and_loses_nothing),
    TEST(a_disk_is_kept_unless_it_is_wiped),
    TEST(the_drain_waits_for_nodes_that_will_return),
    TEST(an_operator_promotes_whom_he_names),
    TEST(an_upgrade_stops_applying_a_physical_log_only),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("fault_effects", cases, argc, argv);
}
