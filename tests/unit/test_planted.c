/*
 * Goal: each planted bug (models/planted.h) is real and reachable. Method: for each a scenario made
 * so that the healthy and the faulty code must part ways in it, and the digests of both. A world
 * runs in a process of its own, since some bugs break an invariant that the models check.
 */
#include "models/planted.h"
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a run of a scenario came to. */
typedef struct Ran {
    gboolean is_finished; /* FALSE: a SIM_CHECK stopped it */
    guint64 digest;
} Ran;

static guint64 run_here(const char *text)
{
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    RepWorld *world = rep_world_new(scenario->variants[0].setup, 0, "test", "");
    RepRunResult result = rep_world_run(world, G_MAXUINT64, NULL);
    rep_world_free(world);
    return result.event_digest;
}

static Ran run(const char *text, RepPlantedBug bug)
{
    Ran ran = {0};
    int ends[2], status;
    CHECK_INT(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (bug != REP_BUG_NONE)
            dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* what a SIM_CHECK says */
        rep_planted_bug = bug;
        guint64 digest = run_here(text);
        _exit(write(ends[1], &digest, sizeof digest) == sizeof digest ? 0 : 1);
    }
    close(ends[1]);
    ran.is_finished = read(ends[0], &ran.digest, sizeof ran.digest) == sizeof ran.digest;
    close(ends[0]);
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return ran;
}

/* ---- scenarios ---------------------------------------------------------------------------- */

/* What differs from the default below; the parts of a scenario, inside their braces. */
typedef struct Planted {
    RepPlantedBug bug;
    gboolean breaks_check; /* the models' own checks notice */
    const char *nodes, *links, *clients, *storage, *policy, *failover;
    const char *faults[4];
} Planted;

/* One monitor, next to db2, loses sight of db1; db3 goes on with db1, which is not fenced. */
#define OLD_LEADER_WITH_A_FOLLOWER                                                                 \
    "fence: false, detect: 2s, takes: 500ms, promote: 'preferred([db2])', monitors: [b]"

#define THREE_LINKS "a <-> b: 20ms, a <-> c: 30ms, b <-> c: 20ms"

static const Planted planted[] = {
    /* Entries arrive during a flush. */
    {.bug = REP_BUG_ACK_BEFORE_FLUSH, .clients = "rate: 200/s", .storage = "fsync: 20ms"},
    /* The new leader inherits entries that it has not applied, and has none of its own yet. */
    {.bug = REP_BUG_COMMIT_EARLIER_TERM,
     .storage = "fsync: 5ms, apply: 300ms",
     .policy = "ack: quorum(majority)",
     .failover = "elect: 'raft(timeout=uniform(300ms, 600ms))'",
     .faults = {"every: 5s, kill: db1, for: 2s", "every: 7s, kill: db2, for: 2s"}},
    /* db2 acknowledges what it has received, dies before its flush, and gets it again; the other
     * acknowledgement must come from db3, which is away. */
    {.bug = REP_BUG_ACK_COUNTED_TWICE,
     .storage = "fsync: 50ms",
     .policy = "ack: semi-sync(2), ack_point: received, ack_timeout: never",
     .faults = {"at: 5s, isolate: db3, for: 20s", "every: 500ms, kill: db2, for: 10ms"}},
    /* db3 flushes entries of the old leader while it hears of the new one. */
    {.bug = REP_BUG_ACK_BY_POSITION,
     .links = "a <-> b: 20ms, a <-> c: 30ms, b <-> c: 100ms",
     .clients = "rate: 200/s",
     .storage = "fsync: 50ms",
     .policy = "ack: semi-sync(1), ack_timeout: never",
     .failover = OLD_LEADER_WITH_A_FOLLOWER ", redirect: 300ms",
     .faults = {"at: 10s, cut: a <-> b, for: 10s"}},
    /* Connections break and stand again while a follower flushes. */
    {.bug = REP_BUG_RESUME_FROM_MEMORY,
     .storage = "fsync: 100ms",
     .policy = "ack: semi-sync(1)",
     .faults = {"every: 300ms, cut: a <-> b, for: 20ms"}},
    /* db3 is busy applying what db2 makes it cut off. */
    {.bug = REP_BUG_APPLIED_PAST_CUT,
     .storage = "apply: 500ms, apply_workers: 50",
     .failover = OLD_LEADER_WITH_A_FOLLOWER ", redirect: 8s",
     .faults = {"at: 10s, cut: a <-> b, for: 10s"}},
    /* db3 dies while a snapshot is on its way and asks for another: both arrive. While db2 is away
     * the log keeps what db3 then asks for again; otherwise a check of the models would notice. */
    {.bug = REP_BUG_STALE_SNAPSHOT,
     .links = THREE_LINKS "}, bandwidth: {a <-> c: 8Mbit/s",
     .clients = "rate: 100/s",
     .storage = "snapshot_size: 4MB",
     .policy = "retain: 1000",
     .faults = {"at: 5s, kill: db3, for: 15s", "at: 20500ms, kill: db3, for: 50ms",
                "at: 20s, isolate: db2, for: 8s"}},
    /* db1 went on alone, returns, and db2 has nothing new for it yet. */
    {.bug = REP_BUG_TAIL_KEPT_WHILE_IDLE,
     .clients = "rate: 1/s, from: {a: 100%}",
     .failover = "fence: false, detect: 2s, takes: 500ms",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 5s"}},
    /* db2 and db3 do not hear each other and stand in one term; between their questions db1, which
     * has voted for one of them, restarts. */
    {.bug = REP_BUG_VOTE_NOT_DURABLE,
     .breaks_check = TRUE,
     .clients = "rate: 10/s",
     .policy = "ack: quorum(majority)",
     .failover = "elect: 'raft(timeout=uniform(300ms, 320ms))'",
     .faults = {"at: 5s, cut: b <-> c, for: 20s", "at: 5s, kill: db1, for: 250ms",
                "at: 5340ms, kill: db1, for: 1ms"}},
    /* After one failover, one monitor out of three loses sight of the new leader. */
    {.bug = REP_BUG_STALE_VOTES_COUNT,
     .nodes = "db1: a, db2: b, db4: d, db5: e",
     .links = "a <-> b: 5ms, a <-> d: 50ms, a <-> e: 50ms, b <-> d: 50ms, b <-> e: 50ms,\n"
              "    d <-> e: 50ms",
     .failover = "detect: 2s, takes: 500ms, monitors: [b, d, e],\n"
                 "    promote: 'preferred([db2, db1])'",
     .faults = {"at: 5s, kill: db1, for: 5s", "at: 15s, cut: b -> d, for: 10s"}},
    /* db2 has most on its disk, db3 shows most. */
    {.bug = REP_BUG_PROMOTE_BY_APPLIED,
     .nodes = "db1: a, db2: {region: b, storage: {apply: 200ms}}, db3: c",
     .clients = "rate: 100/s",
     .failover = "detect: 2s, takes: 500ms",
     .faults = {"at: 10s, crash: db1, for: 10s"}},
    /* The leader is cut off from its monitors. */
    {.bug = REP_BUG_LEASE_FROM_ANSWER,
     .failover = "detect: 6s, takes: 500ms, heartbeat: 1s, fence: lease(3s)",
     .faults = {"at: 10s, isolate: db1, for: 10s"}},
    /* No follower acknowledges for longer than clients wait. */
    {.bug = REP_BUG_RETRY_ANSWERED_EARLY,
     .clients = "rate: 20/s, from: {a: 100%}, timeout: 200ms, retry: {times: 3, after: 50ms}",
     .policy = "ack: semi-sync(1)",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 2s"}},
    /* Both sides of a split write to the same keys. */
    {.bug = REP_BUG_CARRY_OVERWRITES_NEWER,
     .clients = "rate: 100/s",
     .failover = "detect: 2s, takes: 500ms, fence: false, returning_leader: keep-and-conflict",
     .faults = {"at: 10s, partition: [[a], [b, c]], for: 10s"}},
};

static char *text_of(const Planted *scenario)
{
    GString *text = g_string_new("replsim: 1\nduration: 30s\n");
    g_string_append_printf(
        text,
        "nodes: {%s}\nnetwork: {between: {%s}}\nstorage: {%s}\n"
        "clients: {web: {reads: 0%%, keys: uniform_keys(200), %s}}\n"
        "policy:\n  {leader: db1%s%s%s%s%s}\nfaults:\n",
        scenario->nodes ? scenario->nodes : "db1: a, db2: b, db3: c",
        scenario->links ? scenario->links : THREE_LINKS,
        scenario->storage ? scenario->storage : "fsync: 1ms",
        scenario->clients ? scenario->clients : "rate: 50/s", scenario->policy ? ", " : "",
        scenario->policy ? scenario->policy : "", scenario->failover ? ", failover: {" : "",
        scenario->failover ? scenario->failover : "", scenario->failover ? "}" : "");
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->faults) && scenario->faults[i]; i++)
        g_string_append_printf(text, "  - {%s}\n", scenario->faults[i]);
    if (!scenario->faults[0])
        g_string_append(text, "  []\n");
    return g_string_free(text, FALSE);
}

/* ---- claims ------------------------------------------------------------------------------- */

static void each_planted_bug_changes_the_scenario_that_reaches_it(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(planted); i++) {
        g_autofree char *text = text_of(&planted[i]);
        Ran healthy = run(text, REP_BUG_NONE), faulty = run(text, planted[i].bug);
        test_row("%s", rep_planted_names[planted[i].bug]);
        CHECK(healthy.is_finished);
        CHECK_INT(faulty.is_finished, !planted[i].breaks_check);
        CHECK(faulty.digest != healthy.digest);
    }
    test_row(NULL);
}

static void each_planted_bug_has_its_scenario(void)
{
    CHECK_INT(G_N_ELEMENTS(planted), REP_BUG_COUNT - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(planted); i++)
        CHECK_INT(planted[i].bug, i + 1);
}

static void with_none_switched_on_two_runs_are_the_same(void)
{
    g_autofree char *text = text_of(&planted[1]);
    Ran first = run(text, REP_BUG_NONE), second = run(text, REP_BUG_NONE);
    CHECK(first.is_finished && second.is_finished);
    CHECK_UINT(first.digest, second.digest);
}

static const TestCase cases[] = {
    TEST(each_planted_bug_changes_the_scenario_that_reaches_it),
    TEST(each_planted_bug_has_its_scenario),
    TEST(with_none_switched_on_two_runs_are_the_same),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("planted", cases, argc, argv);
}
