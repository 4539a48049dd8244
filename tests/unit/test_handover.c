/*
 * test_handover.c — what nodes hand to each other besides the stream: snapshots, entries that were
 * cut off; and what depends on the kind of log. Looked at through observations.
 */
#include "models/world.h"
#include "sim/check.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <math.h>

#define N_NODES 3

/* What a run showed. */
typedef struct Seen {
    guint64 kinds[REP_OBS_KINDS];
    GArray *entries[REP_OBS_KINDS]; /* RepObservation */
    SimTime up[N_NODES];            /* last return of a node; -1: none */
    guint64 snapshot_bytes;
    gboolean drained;
} Seen;

static void observe(void *self, const RepObservation *seen)
{
    Seen *all = self;
    all->kinds[seen->kind]++;
    if (seen->kind == REP_OBS_NODE_CHANGED && seen->node.state == REP_NODE_UP)
        all->up[seen->node.node] = seen->at;
    if (seen->kind == REP_OBS_PHASE && seen->phase.phase == REP_PHASE_END)
        all->drained = seen->phase.drained != 0;
    if (!all->entries[seen->kind])
        all->entries[seen->kind] = g_array_new(FALSE, FALSE, sizeof(RepObservation));
    g_array_append_val(all->entries[seen->kind], *seen);
}

static const RepObservation *nth(const Seen *seen, RepObservationKind kind, guint i)
{
    SIM_CHECK(i < seen->kinds[kind], "observation %u of kind %d", i, (int)kind);
    return &g_array_index(seen->entries[kind], RepObservation, i);
}

static void seen_clear(Seen *seen)
{
    for (int kind = 0; kind < REP_OBS_KINDS; kind++)
        if (seen->entries[kind])
            g_array_unref(seen->entries[kind]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

/* Three regions with a node each; `policy` is inside braces, `faults` are lines of the list. */
static void run(Seen *seen, const char *storage, const char *policy, const char *faults)
{
    g_autofree char *text = g_strdup_printf(
        "replsim: 1\nduration: 30s\n"
        "nodes: {db1: a, db2: b, db3: c}\n"
        "network:\n  between: {a <-> b: 20ms, a <-> c: 30ms, b <-> c: 20ms}\n"
        "  bandwidth: {a <-> c: 8Mbit/s}\n"
        "storage: {fsync: 1ms%s}\n"
        "clients:\n"
        "  web: {rate: 100/s, reads: 0%%, keys: uniform_keys(200), value_size: 100B}\n"
        "policy: {leader: db1%s}\n"
        "faults:\n%s",
        storage, policy, faults);
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    *seen = (Seen){.up = {-1, -1, -1}};
    RepWorld *world = rep_world_new(scenario->variants[0].setup, 0, "test", "");
    guint32 mask = ((1u << REP_OBS_KINDS) - 1) & ~REP_OBS_MESSAGES;
    rep_world_observe(world, (RepObserver){.mask = mask, .observe = observe, .self = seen});
    rep_world_run(world, G_MAXUINT64, NULL);
    rep_world_free(world);
}

/* Last entry that the node is seen to have passed a stage with. */
static guint64 last_at(const Seen *seen, RepObservationKind kind, int node)
{
    guint64 last = 0;
    for (guint i = 0; i < seen->kinds[kind]; i++)
        if (nth(seen, kind, i)->entries.node == node)
            last = MAX(last, nth(seen, kind, i)->entries.last);
    return last;
}

/* ---- joining and snapshots ---------------------------------------------------------------- */

static void a_node_that_joins_gets_a_snapshot_over_the_bandwidth(void)
{
    g_auto(Seen) seen;
    run(&seen, ", snapshot_size: 2MB", "", "  - {at: 10s, join: db3}\n");
    CHECK_INT(seen.kinds[REP_OBS_INSTALLED], 1);
    const RepObservation *installed = nth(&seen, REP_OBS_INSTALLED, 0);
    CHECK_INT(installed->entries.node, 2);
    CHECK_INT(seen.up[2], 10 * SIM_S);
    /* It asks (30 ms), 2 MB at 1 MB/s, and 30 ms back. */
    SimTime least = 10 * SIM_S + 60 * SIM_MS + 2 * SIM_S;
    CHECK(installed->at >= least && installed->at <= least + SIM_MS);
    CHECK(seen.drained);
    CHECK_INT(last_at(&seen, REP_OBS_APPLIED, 2), last_at(&seen, REP_OBS_DURABLE, 0));
}

static void before_it_joins_a_node_is_absent(void)
{
    g_auto(Seen) seen;
    run(&seen, "", "", "  - {at: 10s, join: db3}\n");
    const RepObservation *first = nth(&seen, REP_OBS_NODE_CHANGED, 0);
    CHECK(first->at == 0 && first->node.node == 2 && first->node.state == REP_NODE_DOWN);
    CHECK_INT(nth(&seen, REP_OBS_NODE_CHANGED, 1)->node.state, REP_NODE_UP);
    for (guint i = 0; i < seen.kinds[REP_OBS_RECEIVED]; i++) {
        const RepObservation *received = nth(&seen, REP_OBS_RECEIVED, i);
        CHECK(received->entries.node != 2 || received->at > 10 * SIM_S);
    }
}

static void a_follower_within_retention_needs_no_snapshot(void)
{
    g_auto(Seen) seen;
    run(&seen, "", ", retain: 1000", "  - {at: 10s, crash: db3, for: 5s}\n");
    CHECK_INT(seen.kinds[REP_OBS_INSTALLED], 0);
    CHECK(seen.drained);
}

static void a_follower_that_needs_older_entries_gets_a_snapshot(void)
{
    static const char *const kept[] = {", retain: 300", ", retain: 30kB"};
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_auto(Seen) seen;
        run(&seen, kept[i], "", "  - {at: 10s, crash: db3, for: 5s}\n");
        test_row("%s", kept[i]);
        CHECK_INT(seen.kinds[REP_OBS_INSTALLED], 1);
        CHECK_INT(last_at(&seen, REP_OBS_APPLIED, 2), last_at(&seen, REP_OBS_DURABLE, 0));
    }
    test_row(NULL);
}

static void a_snapshot_slower_than_retention_begins_anew(void)
{
    g_auto(Seen) seen;
    /* A transfer takes 4 s, in which 400 entries are written; 300 are kept. */
    run(&seen, ", retain: 300, snapshot_size: 4MB", "", "  - {at: 10s, crash: db3, for: 5s}\n");
    CHECK(seen.kinds[REP_OBS_INSTALLED] >= 4);
    CHECK(seen.drained); /* when nothing is written any more, it gets through */
}

static void sync_all_does_not_wait_for_a_node_that_joins(void)
{
    g_auto(Seen) seen;
    run(&seen, ", snapshot_size: 4MB", ", ack: sync(all)", "  - {at: 10s, join: db3}\n");
    SimTime last = 0, longest = 0;
    for (guint i = 0; i < seen.kinds[REP_OBS_COMMITTED]; i++) {
        SimTime at = nth(&seen, REP_OBS_COMMITTED, i)->at;
        longest = MAX(longest, at - last);
        last = at;
    }
    CHECK(longest < SIM_S);
}

/* ---- a delayed replica, kinds of log ------------------------------------------------------ */

static void a_delayed_replica_shows_entries_so_much_later(void)
{
    g_auto(Seen) seen;
    run(&seen, ", apply_delay: 2s", "", "  - {at: 29s, kill: db3, for: 1ms}\n");
    SimTime durable[4000] = {0};
    for (guint i = 0; i < seen.kinds[REP_OBS_DURABLE]; i++) {
        const RepObservation *d = nth(&seen, REP_OBS_DURABLE, i);
        for (guint64 index = d->entries.first; index <= d->entries.last; index++)
            durable[index] = d->at;
    }
    gboolean are_all_late = TRUE;
    for (guint i = 0; i < seen.kinds[REP_OBS_APPLIED]; i++) {
        const RepObservation *a = nth(&seen, REP_OBS_APPLIED, i);
        if (a->entries.node == 1)
            are_all_late &= a->at == durable[a->entries.last] + 2 * SIM_S;
    }
    CHECK(are_all_late && seen.kinds[REP_OBS_APPLIED] > 1000);
    CHECK(seen.drained);
}

static void a_physical_log_is_not_applied_during_an_upgrade(void)
{
    static const char *const logs[] = {", log: logical", ", log: physical"};
    for (int physical = 0; physical < 2; physical++) {
        g_auto(Seen) seen;
        run(&seen, "", logs[physical], "  - {at: 10s, upgrade: db3, for: 5s}\n");
        guint during = 0;
        for (guint i = 0; i < seen.kinds[REP_OBS_APPLIED]; i++) {
            const RepObservation *a = nth(&seen, REP_OBS_APPLIED, i);
            during += a->entries.node == 2 && a->at > 10 * SIM_S && a->at < 15 * SIM_S;
        }
        CHECK(physical ? during == 0 : during > 100);
        CHECK(seen.drained);
    }
}

static void nondeterministic_statements_make_every_follower_diverge(void)
{
    g_auto(Seen) seen;
    run(&seen, "", ", log: statement(nondeterministic=10%)", "  []\n");
    guint64 entries = last_at(&seen, REP_OBS_DURABLE, 0), n[N_NODES] = {0};
    for (guint i = 0; i < seen.kinds[REP_OBS_DIVERGED]; i++)
        n[nth(&seen, REP_OBS_DIVERGED, i)->entries.node]++;
    CHECK_INT(n[0], 0);
    CHECK_INT(n[1], n[2]);
    CHECK(fabs((double)n[1] - 0.1 * (double)entries) < 4 * sqrt(0.09 * (double)entries));
}

/* ---- returning leaders -------------------------------------------------------------------- */

#define SPLIT "  - {at: 10s, partition: [[a], [b, c]], for: 10s}\n"
#define FAILOVER(more) ", failover: {detect: 2s, takes: 500ms, fence: false" more "}"

static void what_a_returning_leader_hands_over_is_appended_again(void)
{
    g_auto(Seen) seen;
    run(&seen, "", FAILOVER(", returning_leader: keep-and-conflict"), SPLIT);
    guint64 cut = 0;
    for (guint i = 0; i < seen.kinds[REP_OBS_TRUNCATED]; i++) {
        const RepEntriesSeen *t = &nth(&seen, REP_OBS_TRUNCATED, i)->entries;
        cut += t->last - t->first + 1;
    }
    guint64 again = 0, from_old = 0;
    for (guint i = 0; i < seen.kinds[REP_OBS_CARRIED]; i++) {
        const RepObservation *c = nth(&seen, REP_OBS_CARRIED, i);
        again += c->carried.to.index > 0;
        from_old += c->carried.from.term == 1;
        CHECK(c->carried.to.index == 0 || c->carried.to.term == 2);
    }
    CHECK(cut > 50);
    CHECK_INT(from_old, cut); /* each has its fate, once */
    CHECK(again > 0 && again < cut);
    CHECK(seen.drained);
}

static void without_it_they_are_gone(void)
{
    g_auto(Seen) seen;
    run(&seen, "", FAILOVER(""), SPLIT);
    CHECK(seen.kinds[REP_OBS_TRUNCATED] > 0);
    CHECK_INT(seen.kinds[REP_OBS_CARRIED], 0);
}

static void a_lease_lapses_when_no_monitor_answers(void)
{
    g_auto(Seen) seen;
    run(&seen, "", ", failover: {detect: 6s, takes: 500ms, heartbeat: 1s, fence: lease(3s)}",
        "  - {at: 10s, isolate: db1, for: 3500ms}\n");
    CHECK_INT(seen.kinds[REP_OBS_LEASE], 2);
    const RepObservation *lapse = nth(&seen, REP_OBS_LEASE, 0);
    CHECK(lapse->leadership.node == 0 && lapse->leadership.leads == 0);
    /* The last heartbeats that a majority of monitors answered left at 9 s. */
    CHECK_INT(lapse->at, 12 * SIM_S);
    CHECK_INT(nth(&seen, REP_OBS_LEASE, 1)->leadership.leads, 1);
    CHECK(nth(&seen, REP_OBS_LEASE, 1)->at > 13500 * SIM_MS);
}

static const TestCase cases[] = {
    TEST(a_node_that_joins_gets_a_snapshot_over_the_bandwidth),
    TEST(before_it_joins_a_node_is_absent),
    TEST(a_follower_within_retention_needs_no_snapshot),
    TEST(a_follower_that_needs_older_entries_gets_a_snapshot),
    TEST(a_snapshot_slower_than_retention_begins_anew),
    TEST(sync_all_does_not_wait_for_a_node_that_joins),
    TEST(a_delayed_replica_shows_entries_so_much_later),
    TEST(a_physical_log_is_not_applied_during_an_upgrade),
    TEST(nondeterministic_statements_make_every_follower_diverge),
    TEST(what_a_returning_leader_hands_over_is_appended_again),
    TEST(without_it_they_are_gone),
    TEST(a_lease_lapses_when_no_monitor_answers),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("handover", cases, argc, argv);
}
