/*
 * Goal: every key of the policies without one leader, and everything that can be chosen there, is
 * good for something: in a world with faults, skewed clocks and deletes, setting it changes what is
 * measured. Method: the description tables are walked, and each noun must have a row below: two
 * settings that differ in it alone. All of them are variants of one run; the metrics of the two may
 * not be the same.
 */
#include "models/policies/chain.h"
#include "models/policies/leaderless.h"
#include "models/policies/multi_leader.h"

#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <string.h>

/* Two regions; n1 is away twice and loses its disk once, one clock is ahead, eu is cut off for a
 * while; beside the load somebody writes and deletes what `holds` asks for. */
#define WORLD                                                                                      \
    "replsim: 1\nduration: 20s\nreplications: 1\nregions: [us, eu]\n"                              \
    "network: {order: free, within: \"lognormal(p50=1ms, p99=9ms)\", between: {us <-> eu: "        \
    "\"lognormal(p50=30ms, p99=200ms)\"}}\n"                                                       \
    "nodes: {n1: us, n2: us, n3: us, n4: eu, n5: eu}\nclocks: {n2: skewed(by=3s)}\n"               \
    "storage: {fsync: \"lognormal(p50=1ms, p99=20ms)\", apply: 1ms}\n"                             \
    "clients:\n"                                                                                   \
    "  load: {rate: 150/s, reads: 60%, keys: uniform_keys(40), write: read-then-edit(200ms), "     \
    "timeout: 300ms, read_after_write: 50% after 0ms}\n"                                           \
    "  shop:\n    script:\n"                                                                       \
    "      - {at: 1s, write: cart, value: +2, to: n1, context: none, session: a}\n"                \
    "      - {at: 1s, write: cart, value: +3, to: n4, context: none, session: b}\n"                \
    "      - {at: 4s, write: gone, value: x, to: n2, session: a}\n"                                \
    "      - {at: 5s, delete: gone, to: n3, context: last, session: a}\n"                          \
    "faults:\n"                                                                                    \
    "  - {at: 4500ms, crash: n1, for: 2s}\n  - {at: 9s, kill: n1, for: 1s, wipe: true}\n"          \
    "  - {at: 12s, isolate: eu, for: 2s}\n  - {at: 16s, pause: n2, for: 1s}\n"                     \
    "expect:\n  - holds(n1, cart) == 5\n  - holds(n1, cart) == [+2, +3]\n"                         \
    "  - holds(n1, cart) == +3\n  - holds(n1, gone) == []\n"                                       \
    "policy: {model: multi-leader}\nvariants:\n"

#define ALL "policy.model: leaderless, policy.replicas: 5, policy.anti_entropy: every 1s"
#define MULTI "policy.model: multi-leader"
#define NONE "policy.model: leaderless"
#define CHAIN "policy.model: chain"
#define WARS(w, a, r, s) ", policy.wars: {w: " w ", a: " a ", r: " r ", s: " s "}"

typedef struct Row {
    const char *noun, *all, *one, *other;
} Row;

#define QUORUM(key)                                                                                \
    {key, NONE, ", policy." key ": 1", ", policy." key ": 3"},                                     \
        {key "=count", NONE, ", policy." key ": 1", ", policy." key ": majority"},                 \
        {key "=count.count", NONE, ", policy." key ": 1", ", policy." key ": 2"},                  \
        {key "=majority", NONE, ", policy." key ": majority", ", policy." key ": all"},            \
        {key "=all", NONE, ", policy." key ": all", ", policy." key ": 1"},                        \
        {key "=local-quorum", NONE, ", policy." key ": local-quorum", ", policy." key ": all"},    \
    {                                                                                              \
        key "=each-quorum", NONE, ", policy." key ": each-quorum", ", policy." key ": majority"    \
    }

#define CHOICE(key, choice, instead)                                                               \
    {                                                                                              \
        key "=" choice, NONE, ", policy." key ": " choice, ", policy." key ": " instead            \
    }

static const Row multi_rows[] = {
    {"followers", MULTI, "", ", policy.followers: {n5: n4}"},
    {"leaders", MULTI, "", ", policy.leaders: [n1, n4]"},
    {"topology", MULTI, "", ", policy.topology: circle"},
    {"topology=all-to-all", MULTI, ", policy.topology: all-to-all", ", policy.topology: star(n1)"},
    {"topology=circle", MULTI, ", policy.topology: circle", ", policy.topology: star(n1)"},
    {"topology=star", MULTI, ", policy.topology: star(n2)", ""},
    {"topology=star.centre", MULTI, ", policy.topology: star(n2)", ", policy.topology: star(n4)"},
    {"topology=links", MULTI,
     ", policy.topology: \"links([n1 <-> n2, n2 <-> n3, n3 <-> n4, n4 <-> n5])\"", ""},
    {"topology=links.links", MULTI,
     ", policy.topology: \"links([n1 <-> n2, n2 <-> n3, n3 <-> n4, n4 <-> n5])\"",
     ", policy.topology: \"links([n1 <-> n2, n1 <-> n3, n1 <-> n4, n4 <-> n5])\""},
    {"reads", MULTI ", policy.followers: {n3: n4}", ", policy.reads: local",
     ", policy.reads: nearest"},
    {"reads=local", MULTI ", policy.followers: {n2: n1, n5: n4}", ", policy.reads: local",
     ", policy.reads: nearest"},
    {"reads=nearest", MULTI ", policy.followers: {n1: n2}", ", policy.reads: nearest", ""},
    {"conflict", MULTI, ", policy.conflict: lww(clock)", ", policy.conflict: siblings"},
    {"conflict=lww", MULTI, ", policy.conflict: lww", ", policy.conflict: siblings"},
    {"conflict=lww.stamp", MULTI, ", policy.conflict: lww(clock)",
     ", policy.conflict: lww(hybrid)"},
    {"conflict=lww.stamp=clock", MULTI, ", policy.conflict: lww(clock)",
     ", policy.conflict: home(hash)"},
    {"conflict=lww.stamp=hybrid", MULTI, ", policy.conflict: lww(hybrid)",
     ", policy.conflict: siblings"},
    {"conflict=siblings", MULTI, ", policy.conflict: siblings", ", policy.conflict: merge"},
    {"conflict=merge", MULTI, ", policy.conflict: merge", ", policy.conflict: lww"},
    {"conflict=merge.type", MULTI, ", policy.conflict: merge(set)",
     ", policy.conflict: merge(counter)"},
    {"conflict=merge.type=counter", MULTI, ", policy.conflict: merge(counter)",
     ", policy.conflict: merge(sequence)"},
    {"conflict=merge.type=set", MULTI, ", policy.conflict: merge(set)",
     ", policy.conflict: siblings"},
    {"conflict=merge.type=sequence", MULTI, ", policy.conflict: merge(sequence)",
     ", policy.conflict: siblings"},
    {"conflict=home", MULTI, ", policy.conflict: home", ", policy.conflict: lww(hybrid)"},
    {"conflict=home.by", MULTI, ", policy.conflict: home(hash)",
     ", policy.conflict: \"home({1: eu})\""},
    {"conflict=home.by=hash", MULTI, ", policy.conflict: home(hash)",
     ", policy.conflict: \"home({2: us})\""},
    {"conflict=home.by=prefixes", MULTI, ", policy.conflict: \"home({1: us})\"", ""},
    {"conflict=home.by=prefixes.prefixes", MULTI, ", policy.conflict: \"home({1: us})\"",
     ", policy.conflict: \"home({1: us, 2: eu})\""},
    {"conflict=priority", MULTI, ", policy.conflict: \"priority([n1])\"",
     ", policy.conflict: siblings"},
    {"conflict=priority.leaders", MULTI, ", policy.conflict: \"priority([n1])\"",
     ", policy.conflict: \"priority([n4])\""},
    {"causal", MULTI, ", policy.causal: false", ", policy.causal: true"},
    {NULL}};

#define HINTS(text) ", policy.hinted_handoff: {" text "}"
#define ENTROPY ", policy.anti_entropy: every 700ms"

static const Row leaderless_rows[] = {
    {"replicas", NONE, "", ", policy.replicas: 5"},
    QUORUM("write_quorum"),
    QUORUM("read_quorum"),
    {"coordinator", NONE, ", policy.coordinator: client", ", policy.coordinator: nearest-node"},
    CHOICE("coordinator", "client", "nearest-node"),
    CHOICE("coordinator", "nearest-node", "client"),
    {"placement", NONE, ", policy.placement: ring", ", policy.placement: spread"},
    CHOICE("placement", "ring", "spread"),
    CHOICE("placement", "spread", "ring"),
    {"placement=ring.vnodes", NONE, ", policy.placement: ring(vnodes=4)",
     ", policy.placement: ring(vnodes=5)"},
    {"placement=spread.vnodes", NONE, ", policy.placement: spread(vnodes=4)",
     ", policy.placement: spread(vnodes=5)"},
    {"read_fanout", NONE, ", policy.read_fanout: all", ", policy.read_fanout: quorum"},
    CHOICE("read_fanout", "all", "quorum"),
    CHOICE("read_fanout", "quorum", "all"),
    {"hedge", NONE, ", policy.hedge: 5ms", ", policy.hedge: 50ms"},
    {"sloppy_quorum", NONE, ", policy.sloppy_quorum: false", ", policy.sloppy_quorum: true"},
    {"hinted_handoff", NONE, "", HINTS("keep: 1h")},
    {"hinted_handoff=none", NONE, ", policy.hinted_handoff: none", HINTS("keep: 1h")},
    {"hinted_handoff=hints", NONE, HINTS("keep: 1h"), ""},
    {"hinted_handoff=hints.replay", NONE, HINTS("replay: 10/s"), HINTS("replay: 100/s")},
    {"hinted_handoff=hints.keep", NONE, HINTS("keep: 200ms"), HINTS("keep: 1h")},
    {"read_repair", NONE, "", ", policy.read_repair: 50%"},
    CHOICE("read_repair", "none", "blocking"),
    {"read_repair=share", NONE, ", policy.read_repair: 50%", ", policy.read_repair: blocking"},
    {"read_repair=share.share", NONE, ", policy.read_repair: 10%", ", policy.read_repair: 90%"},
    CHOICE("read_repair", "blocking", "none"),
    {"anti_entropy", NONE, "", ENTROPY},
    {"anti_entropy=none", NONE, ", policy.anti_entropy: none", ENTROPY},
    {"anti_entropy=every", NONE, ENTROPY, ""},
    {"anti_entropy=every.period", NONE, ENTROPY, ", policy.anti_entropy: every 5s"},
    {"versions", NONE, "", ", policy.versions: none"},
    CHOICE("versions", "vector", "lww(clock)"),
    CHOICE("versions", "single", "lww(clock)"),
    CHOICE("versions", "lww", "vector"),
    {"versions=lww.stamp", NONE ", policy.coordinator: nearest-node",
     ", policy.versions: lww(clock)", ", policy.versions: lww(hybrid)"},
    {"versions=lww.stamp=clock", NONE, ", policy.versions: lww(clock)", ", policy.versions: none"},
    {"versions=lww.stamp=hybrid", NONE, ", policy.versions: lww(hybrid)",
     ", policy.versions: none"},
    CHOICE("versions", "merge", "lww"),
    {"versions=merge.type", ALL, ", policy.versions: merge(counter)",
     ", policy.versions: merge(set)"},
    {"versions=merge.type=counter", ALL, ", policy.versions: merge(counter)",
     ", policy.versions: vector"},
    {"versions=merge.type=set", ALL, ", policy.versions: merge(set)", ", policy.versions: vector"},
    {"versions=merge.type=sequence", ALL, ", policy.versions: merge(sequence)",
     ", policy.versions: vector"},
    CHOICE("versions", "none", "vector"),
    {"tombstone_grace", NONE ENTROPY, ", policy.tombstone_grace: 100ms",
     ", policy.tombstone_grace: 1h"},
    {"wars", NONE, "", WARS("10ms", "1ms", "1ms", "1ms")},
    {"wars=none", NONE, ", policy.wars: none", WARS("10ms", "1ms", "1ms", "1ms")},
    {"wars=delays", NONE, WARS("9ms", "1ms", "1ms", "1ms"), ""},
    {"wars=delays.w", NONE, WARS("9ms", "1ms", "1ms", "1ms"), WARS("8ms", "1ms", "1ms", "1ms")},
    {"wars=delays.a", NONE, WARS("9ms", "1ms", "1ms", "1ms"), WARS("9ms", "2ms", "1ms", "1ms")},
    {"wars=delays.r", NONE, WARS("9ms", "1ms", "1ms", "1ms"), WARS("9ms", "1ms", "2ms", "1ms")},
    {"wars=delays.s", NONE, WARS("9ms", "1ms", "1ms", "1ms"), WARS("9ms", "1ms", "1ms", "2ms")},
    {NULL}};

#define MEND(text) ", policy.failover: {" text "}"

static const Row chain_rows[] = {
    {"nodes", CHAIN, "", ", policy.nodes: [n5, n4, n3, n2, n1]"},
    {"reads", CHAIN, ", policy.reads: tail", ", policy.reads: any"},
    {"ack_path", CHAIN, ", policy.ack_path: direct", ", policy.ack_path: back"},
    {"failover", CHAIN, ", policy.failover: never", MEND("detect: 300ms")},
    {NULL}};

/* ---- the nouns ---------------------------------------------------------------------------- */

static gboolean has_row(const Row *rows, const char *noun)
{
    for (; rows->noun; rows++)
        if (strcmp(rows->noun, noun) == 0)
            return TRUE;
    return FALSE;
}

static void check_rows(const RepField *fields, const char *before, const Row *rows)
{
    for (; fields->key; fields++) {
        g_autofree char *noun = g_strconcat(before, fields->key, NULL);
        test_row("%s", noun);
        CHECK(has_row(rows, noun));
        for (const RepChoice *choice = fields->choices; choice && choice->name; choice++) {
            g_autofree char *chosen = g_strconcat(noun, "=", choice->name, NULL);
            g_autofree char *inside = g_strconcat(chosen, ".", NULL);
            test_row("%s", chosen);
            CHECK(has_row(rows, chosen));
            if (choice->args)
                check_rows(choice->args, inside, rows);
        }
    }
    test_row(NULL);
}

static void each_noun_has_its_row(void)
{
    check_rows(rep_multi_leader_fields, "", multi_rows);
    check_rows(rep_leaderless_fields, "", leaderless_rows);
}

/* ---- what they change --------------------------------------------------------------------- */

static char *file_of(const Row *rows)
{
    GString *text = g_string_new(WORLD);
    for (guint i = 0; rows[i].noun; i++)
        g_string_append_printf(text, "  one%u: {%s%s}\n  other%u: {%s%s}\n", i, rows[i].all,
                               rows[i].one, i, rows[i].all, rows[i].other);
    return g_string_free(text, FALSE);
}

static void check_changes(const Row *rows)
{
    Command command;
    g_autofree char *file = file_of(rows);
    command_init(&command);
    command_write(&command, "world.yaml", file);
    command_run(&command, "run world.yaml --json --no-save");
    CHECK(command.status <= 1); /* 1: what is expected is not so everywhere */
    if (command.status > 1)
        test_row("%s", command.err);
    json_t *document = look_parse(command.out);
    for (guint i = 0; rows[i].noun; i++) {
        g_autofree char *one = g_strdup_printf("one%u", i), *other = g_strdup_printf("other%u", i);
        json_t *a = look_own_metrics(document, one), *b = look_own_metrics(document, other);
        test_row("%s", rows[i].noun);
        CHECK(json_object_size(a) > 20 && !json_equal(a, b));
        json_decref(a);
        json_decref(b);
    }
    test_row(NULL);
    json_decref(document);
    command_clear(&command);
}

static void each_key_of_multi_leader_changes_what_is_measured(void)
{
    check_changes(multi_rows);
}

static void each_key_of_leaderless_changes_what_is_measured(void)
{
    check_changes(leaderless_rows);
}

static void each_key_of_the_chain_changes_what_is_measured(void)
{
    check_changes(chain_rows);
}

static const TestCase cases[] = {
    TEST(each_noun_has_its_row),
    TEST(each_key_of_multi_leader_changes_what_is_measured),
    TEST(each_key_of_leaderless_changes_what_is_measured),
    TEST(each_key_of_the_chain_changes_what_is_measured),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("nouns", cases, argc, argv);
}
