/*
 * Goal: no key of a policy with many leaders, none, or a chain is read and then forgotten: changing
 * it changes what happens, wherever these worlds have anything that it is about. Method: for each
 * key two values of it in a small world, and the digests of the events of both runs. The keys,
 * those of choices included, come from the description tables: a key without a row here fails.
 */
#include "models/policies/chain.h"
#include "models/policies/leaderless.h"
#include "models/policies/multi_leader.h"
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#include <string.h>

/* What a row needs beside the key, and the key with one value and with another. */
typedef struct KeyRow {
    const char *path; /* as the table has it: "hinted_handoff.replay" */
    const char *rest; /* of the policy, ended by a comma */
    const char *one, *other;
} KeyRow;

/* n3 is away for a while, and n5 has a wrong clock, and the links between regions vary. */
#define WORLD                                                                                      \
    "replsim: 1\nduration: 6s\nregions: [a, b, c]\n"                                               \
    "nodes: {n1: a, n2: b, n3: c, n4: a, n5: b}\n"                                                 \
    "clocks: {n5: skewed(by=300ms), n2: skewed(by=-200ms)}\n"                                      \
    "network: {within: 1ms, between: {a <-> b: 'lognormal(p50=5ms, p99=30ms)', a <-> c: 20ms, "    \
    "b <-> c: 'lognormal(p50=15ms, p99=90ms)'}}\nstorage: {fsync: 1ms}\n"                          \
    "clients:\n  carts: {rate: poisson(200/s), reads: 50%, keys: uniform_keys(40), "               \
    "timeout: 300ms, write: read-then-edit(after=20ms)}\n"                                         \
    "  tidy: {from: {a: 100%}, script: [{at: 500ms, delete: 100}, {at: 2500ms, delete: 100}]}\n"   \
    "faults:\n  - {at: 1s, crash: n3, for: 2s}\n"                                                  \
    "  - {at: 4s, cut: a <-> c, for: 1500ms}\n"

#define QUICK "w: 1ms, a: 1ms, r: 1ms, s: 1ms"
static const KeyRow leaderless_rows[] = {
    {"replicas", "", "replicas: 3", "replicas: 5"},
    {"write_quorum", "", "write_quorum: majority", "write_quorum: all"},
    {"write_quorum.count", "", "write_quorum: 1", "write_quorum: 2"},
    {"read_quorum", "", "read_quorum: majority", "read_quorum: local-quorum"},
    {"read_quorum.count", "", "read_quorum: 1", "read_quorum: 3"},
    {"coordinator", "", "coordinator: client", "coordinator: nearest-node"},
    {"placement", "", "placement: ring", "placement: spread"},
    {"placement.vnodes", "", "placement: ring(vnodes=8)", "placement: ring(vnodes=64)"},
    {"read_fanout", "", "read_fanout: all", "read_fanout: quorum"},
    {"hedge", "", "hedge: never", "hedge: 5ms"},
    {"sloppy_quorum", "", "sloppy_quorum: false", "sloppy_quorum: true"},
    {"hinted_handoff", "", "hinted_handoff: none", "hinted_handoff: {keep: 1h}"},
    {"hinted_handoff.replay", "", "hinted_handoff: {replay: 10/s}",
     "hinted_handoff: {replay: 100/s}"},
    {"hinted_handoff.keep", "", "hinted_handoff: {keep: 500ms}", "hinted_handoff: {keep: 1h}"},
    {"read_repair", "", "read_repair: none", "read_repair: blocking"},
    {"read_repair.share", "", "read_repair: 10%", "read_repair: 90%"},
    {"anti_entropy", "", "anti_entropy: none", "anti_entropy: every 1s"},
    {"anti_entropy.period", "", "anti_entropy: every 1s", "anti_entropy: every 2s"},
    {"versions", "", "versions: vector", "versions: single"},
    {"versions.stamp", "coordinator: nearest-node, ", "versions: lww(clock)",
     "versions: lww(hybrid)"},
    {"versions.type", "", "versions: merge(counter)", "versions: merge(set)"},
    {"tombstone_grace", "", "tombstone_grace: never", "tombstone_grace: 100ms"},
    {"wars", "", "wars: none", "wars: {" QUICK "}"},
    {"wars.w", "", "wars: {" QUICK "}", "wars: {w: 9ms, a: 1ms, r: 1ms, s: 1ms}"},
    {"wars.a", "", "wars: {" QUICK "}", "wars: {w: 1ms, a: 9ms, r: 1ms, s: 1ms}"},
    {"wars.r", "", "wars: {" QUICK "}", "wars: {w: 1ms, a: 1ms, r: 9ms, s: 1ms}"},
    {"wars.s", "", "wars: {" QUICK "}", "wars: {w: 1ms, a: 1ms, r: 1ms, s: 9ms}"},
};

#define THREE "leaders: [n1, n2, n3], "
static const KeyRow multi_leader_rows[] = {
    {"followers", "", "followers: {n4: n1}", "followers: {n4: n2}"},
    {"leaders", "", "leaders: [n1, n2, n3]", "leaders: [n1, n2]"},
    {"topology", THREE, "topology: all-to-all", "topology: circle"},
    {"topology.centre", THREE, "topology: star(n1)", "topology: star(n2)"},
    {"topology.links", THREE, "topology: 'links([n1 <-> n2, n2 <-> n3])'",
     "topology: 'links([n1 <-> n3, n3 <-> n2])'"},
    {"reads", "leaders: [n1, n2], followers: {n3: n1}, ", "reads: local", "reads: nearest"},
    {"conflict", "", "conflict: lww(clock)", "conflict: siblings"},
    {"conflict.stamp", "", "conflict: lww(clock)", "conflict: lww(hybrid)"},
    {"conflict.type", "", "conflict: merge(counter)", "conflict: merge(set)"},
    {"conflict.by", THREE, "conflict: home(hash)", "conflict: 'home({1: a, 2: b, 3: c})'"},
    {"conflict.by.prefixes", THREE, "conflict: 'home({1: a, 2: b})'",
     "conflict: 'home({1: b, 2: c})'"},
    {"conflict.leaders", "", "conflict: 'priority([n1, n2, n3])'",
     "conflict: 'priority([n3, n2, n1])'"},
    {"causal", "", "causal: false", "causal: true"},
};

#define OVER(keys) "failover: {" keys "}"
static const KeyRow chain_rows[] = {
    {"nodes", "", "nodes: [n1, n2, n3]", "nodes: [n3, n2, n1]"},
    {"reads", "", "reads: tail", "reads: nearest"},
    {"ack_path", "", "ack_path: direct", "ack_path: back"},
    {"failover", "", "failover: never", OVER("detect: 500ms")},
    {"failover.heartbeat", "", OVER("detect: 500ms, heartbeat: 50ms"),
     OVER("detect: 500ms, heartbeat: 100ms")},
    {"failover.detect", "", OVER("detect: 500ms"), OVER("detect: 1s")},
    {"failover.takes", "", OVER("detect: 500ms, takes: 0ms"), OVER("detect: 500ms, takes: 700ms")},
    {"failover.fence", "nodes: [n1, n2, n3], ", OVER("detect: 500ms, fence: true"),
     OVER("detect: 500ms, fence: false")},
    {"failover.master", "", OVER("detect: 500ms, master: [a]"), OVER("detect: 500ms, master: [c]")},
};

typedef struct PolicyRows {
    const char *model;
    const RepField *fields;
    const KeyRow *rows;
    gsize n;
} PolicyRows;

static const PolicyRows policies[] = {
    {"leaderless", rep_leaderless_fields, leaderless_rows, G_N_ELEMENTS(leaderless_rows)},
    {"multi-leader", rep_multi_leader_fields, multi_leader_rows, G_N_ELEMENTS(multi_leader_rows)},
    {"chain", rep_chain_fields, chain_rows, G_N_ELEMENTS(chain_rows)},
};

/* ---- every key has a row ------------------------------------------------------------------- */

static gboolean has_row(const PolicyRows *policy, const char *path)
{
    for (gsize i = 0; i < policy->n; i++)
        if (strcmp(policy->rows[i].path, path) == 0)
            return TRUE;
    return FALSE;
}

static guint check_rows(const PolicyRows *policy, const RepField *fields, const char *prefix,
                        GHashTable *seen)
{
    guint n = 0;
    for (const RepField *field = fields; field && field->key; field++) {
        char *path = g_strdup_printf("%s%s%s", prefix, *prefix ? "." : "", field->key);
        test_row("%s: %s", policy->model, path);
        CHECK(has_row(policy, path));
        n += g_hash_table_add(seen, path) ? 1 : 0;
        g_autofree char *below = g_strdup(path);
        for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
            n += check_rows(policy, choice->args, below, seen);
        n += check_rows(policy, field->fields, below, seen);
    }
    return n;
}

static void every_key_has_a_row(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        guint n = check_rows(&policies[i], policies[i].fields, "", seen);
        test_row("%s", policies[i].model);
        CHECK_INT(n, policies[i].n);
    }
    test_row(NULL);
}

/* ---- and changes what happens --------------------------------------------------------------- */

static guint64 digest_of(const PolicyRows *policy, const KeyRow *row, const char *value)
{
    g_autofree char *text =
        g_strdup_printf("%spolicy: {model: %s, %s%s}\n", WORLD, policy->model, row->rest, value);
    g_autofree char *messages = NULL; /* warnings: what a value risks */
    g_autoptr(ScnScenario) scenario = test_load(text, NULL, &messages);
    if (!scenario) {
        CHECK_STR(messages, NULL);
        return 0;
    }
    RepWorld *world = rep_world_new(scenario->variants[0].setup, 0, "test", "");
    RepRunResult result = rep_world_run(world, G_MAXUINT64, NULL);
    rep_world_free(world);
    return result.event_digest;
}

/* What values come to is seen by readers, not by replicas: see unit/story. */
static gboolean is_idle_here(const KeyRow *row)
{
    return g_str_has_suffix(row->path, ".type");
}

static void every_key_changes_what_happens(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++)
        for (gsize j = 0; j < policies[i].n; j++) {
            const KeyRow *row = &policies[i].rows[j];
            test_row("%s: %s", policies[i].model, row->path);
            gboolean changes =
                digest_of(&policies[i], row, row->one) != digest_of(&policies[i], row, row->other);
            CHECK_INT(changes, !is_idle_here(row));
        }
    test_row(NULL);
}

static const TestCase cases[] = {
    TEST(every_key_has_a_row), TEST(every_key_changes_what_happens), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("policy_keys", cases, argc, argv);
}
