/*
 * Goal: scripts tell exactly the story that they are given: steps begin when they should, ask whom
 * they should, and what they return, what nodes hold and which versions there are is what the
 * textbook (DDIA 1st ed. ch. 5) or arithmetic on paper says. Method: small scenarios, each with the
 * claims that hold of it and some that do not; each claim is asked like a metric.
 */
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/run.h"

#include <string.h>

#define HEAD "replsim: 1\nduration: 10s\nreplications: 2\n"

typedef struct Story {
    const char *yaml;
    const char *holds[16]; /* claims; each is true in every replication */
    const char *fails[8];  /* … in none */
} Story;

static void check_claims(const TestRun *run, const char *const *claims, double expected)
{
    for (; *claims; claims++) {
        test_row("%s", *claims);
        CHECK_NEAR(test_run_merged(run, 0, *claims), expected, 0);
    }
    test_row(NULL);
}

static void check_story(const Story *story)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (gsize i = 0; story->holds[i]; i++)
        g_ptr_array_add(all, (gpointer)story->holds[i]);
    for (gsize i = 0; story->fails[i]; i++)
        g_ptr_array_add(all, (gpointer)story->fails[i]);
    g_ptr_array_add(all, NULL);
    g_autoptr(TestRun) run = test_run_with(story->yaml, (const char *const *)all->pdata);
    check_claims(run, story->holds, 1);
    check_claims(run, story->fails, 0);
}

/* ---- the book ----------------------------------------------------------------------------- */

#define CART(policy)                                                                               \
    HEAD "nodes: {n1: dc}\nnetwork: {within: 1ms}\n"                                               \
         "clients:\n  shop:\n    script:\n"                                                        \
         "      - {at: 0ms, write: cart, value: [milk], session: c1, context: none, name: s1}\n"   \
         "      - {at: 10ms, write: cart, value: [eggs], session: c2, context: none, name: s2}\n"  \
         "      - {at: 20ms, write: cart, value: [milk, flour], session: c1, context: s1, name: "  \
         "s3}\n"                                                                                   \
         "      - {at: 30ms, write: cart, value: [eggs, milk, ham], session: c2, context: last, "  \
         "name: s4}\n"                                                                             \
         "      - {at: 40ms, write: cart, value: [milk, flour, eggs, bacon], session: c1, "        \
         "context: s3, name: s5}\n"                                                                \
         "policy: {" policy "}\n"

#define CART_CLAIMS                                                                                \
    "returns(s1) == [[milk]]", "returns(s2) == [[milk], [eggs]]",                                  \
        "returns(s3) == [[eggs], [milk, flour]]",                                                  \
        "returns(s4) == [[milk, flour], [eggs, milk, ham]]",                                       \
        "holds(n1, cart) == [[eggs, milk, ham], [milk, flour, eggs, bacon]]", "version(s1) == 1",  \
        "version(s2) == 2", "version(s3) == 3", "version(s4) == 4", "version(s5) == 5"

static void five_writes_leave_two_siblings(void)
{
    static const char *const policies[] = {
        CART("model: leaderless, replicas: 1, write_quorum: 1, read_quorum: 1, versions: vector"),
        CART("model: leaderless, replicas: 1, write_quorum: 1, read_quorum: 1, versions: vector, "
             "coordinator: nearest-node"),
        CART("model: multi-leader, leaders: [n1], conflict: siblings")};
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        Story story = {policies[i],
                       {CART_CLAIMS},
                       {"holds(n1, cart) == [[milk, flour, eggs, bacon]]", "version(s5) == 4",
                        "returns(s5) == [[milk, flour, eggs, bacon]]"}};
        check_story(&story);
    }
}

#define ORDERS(versions)                                                                           \
    HEAD "nodes: {n1: dc, n2: dc, n3: dc}\nnetwork: {within: 5ms}\n"                               \
         "clients:\n  a: {script: [{at: 0ms, write: X, value: A, name: a}]}\n"                     \
         "  b: {script: [{at: 1ms, write: X, value: B, name: b}]}\n"                               \
         "policy: {model: leaderless, replicas: 3, write_quorum: 1, read_quorum: 1, versions: "    \
         "" versions "}\n"                                                                         \
         "faults:\n  - {message: {of: b, to: n1}, lose: true}\n"                                   \
         "  - {message: {of: a, to: n3}, delay: 10ms}\n"

static void replicas_see_two_writes_in_three_ways(void)
{
    Story naive = {ORDERS("none"),
                   {"holds(n1, X) == A", "holds(n2, X) == [B]", "holds(n3, X) == A"},
                   {"holds(n3, X) == B", "holds(n1, X) == []"}};
    Story stamped = {ORDERS("lww(clock)"),
                     {"holds(n1, X) == A", "holds(n2, X) == B", "holds(n3, X) == B"},
                     {"holds(n3, X) == A"}};
    Story kept = {ORDERS("vector"),
                  {"holds(n1, X) == A", "holds(n2, X) == [A, B]", "holds(n3, X) == [B, A]"},
                  {"holds(n3, X) == B"}};
    check_story(&naive);
    check_story(&stamped);
    check_story(&kept);
}

#define DOWN(repair)                                                                               \
    HEAD "nodes: {r1: dc, r2: dc, r3: dc}\nnetwork: {within: 1ms}\n"                               \
         "clients:\n  u:\n    script:\n"                                                           \
         "      - {at: 0ms, write: x, value: v1, name: w1}\n"                                      \
         "      - {after: w1, write: x, value: v2, name: w2}\n"                                    \
         "      - {after: w2, write: x, value: v3, name: w3}\n"                                    \
         "      - {after: w3, write: x, value: v4, name: w4}\n"                                    \
         "      - {after: w4, write: x, value: v5, name: w5}\n"                                    \
         "      - {after: w5, write: x, value: v6, name: w6}\n"                                    \
         "      - {at: 1s, write: x, value: v7, name: w7}\n"                                       \
         "      - {at: 3s, read: x, name: r, session: other}\n"                                    \
         "policy: {model: leaderless, replicas: 3, write_quorum: 2, read_quorum: 2, versions: "    \
         "vector, read_repair: " repair "}\n"                                                      \
         "faults:\n  - {at: 900ms, kill: r3, for: 1s}\n"

static void a_read_repairs_what_was_down(void)
{
    Story repaired = {DOWN("100%"),
                      {"returns(r) == v7", "version(r) == 7", "version(w6) == 6",
                       "holds(r3, x) == v7", "holds(r1, x) == v7"},
                      {NULL}};
    Story left = {DOWN("none"), {"returns(r) == v7", "holds(r3, x) == v6"}, {"holds(r3, x) == v7"}};
    check_story(&repaired);
    check_story(&left);
}

static void a_follower_shows_what_it_has_applied(void)
{
    Story story = {HEAD "nodes: {l: dc, f1: dc, f2: dc}\nnetwork: {within: 1ms}\n"
                        "clients:\n  u1234:\n    script:\n"
                        "      - {at: 0ms, write: comments, value: hello, name: w}\n"
                        "      - {after: w, read: comments, to: f1, name: soon}\n"
                        "      - {after: w, wait: 200ms, read: comments, to: f1, name: later}\n"
                        "  u2345: {script: [{after: w, read: comments, to: f2, name: fast}, "
                        "{after: fast, read: comments, to: f1, name: slow}, "
                        "{at: 1s, write: other, to: f1, name: wrong}]}\n"
                        "policy: {leader: l, ack: async, reads: nearest}\n"
                        "faults:\n  - {message: {of: w, to: f1}, delay: 100ms}\n",
                   {"returns(w) == hello", "returns(soon) == []", "returns(later) == hello",
                    "returns(fast) == hello", "returns(slow) == []", "version(slow) == 0",
                    "version(later) == 1", "holds(f1, comments) == hello",
                    "returns(wrong) == failed", "holds(f2, other) == []"},
                   {"returns(soon) == hello", "returns(wrong) == other"}};
    check_story(&story);
}

/* ---- leaders in two places ---------------------------------------------------------------- */

#define TITLES(conflict)                                                                           \
    HEAD "nodes: {l1: us, l2: eu}\nnetwork: {within: 1ms, between: {us <-> eu: 50ms}}\n"           \
         "clients:\n  one: {from: {us: 100%}, script: [{at: 0ms, write: title, value: A, name: "   \
         "a}, {at: 1s, write: title, value: B, name: b}]}\n"                                       \
         "  two: {from: {eu: 100%}, script: [{at: 1010ms, write: title, value: C, name: c}]}\n"    \
         "policy: {model: multi-leader, leaders: [l1, l2], conflict: '" conflict "'}\n"

static void two_users_rename_a_page(void)
{
    Story siblings = {TITLES("siblings"),
                      {"holds(l1, title) == [B, C]", "holds(l2, title) == [B, C]",
                       "returns(b) == B", "returns(c) == C"},
                      {"holds(l1, title) == C"}};
    Story last = {TITLES("lww(clock)"),
                  {"holds(l1, title) == C", "holds(l2, title) == C"},
                  {"holds(l2, title) == [B, C]"}};
    check_story(&siblings);
    check_story(&last);
}

#define BOTH(first, left, right, merge)                                                            \
    HEAD "nodes: {l1: us, l2: eu}\nnetwork: {within: 1ms, between: {us <-> eu: 50ms}}\n"           \
         "clients:\n  one: {from: {us: 100%}, script: [{at: 0ms, write: x, value: " first          \
         ", name: a}, {at: 1s, write: x, value: " left ", name: b}]}\n"                            \
         "  two: {from: {eu: 100%}, script: [{at: 1010ms, write: x, value: " right                 \
         ", name: c}, {at: 3s, read: x, name: r}]}\n"                                              \
         "policy: {model: multi-leader, leaders: [l1, l2], conflict: merge(" merge ")}\n"

static void concurrent_values_merge(void)
{
    Story counter = {BOTH("+3", "+1", "-2", "counter"),
                     {"holds(l1, x) == 2", "holds(l2, x) == 2", "returns(b) == 4",
                      "returns(c) == 1", "returns(r) == 2"},
                     {"holds(l1, x) == 4"}};
    Story carts = {
        BOTH("[milk, soap, eggs]", "[milk, soap]", "[soap, eggs]", "set"),
        {"holds(l1, x) == [soap]", "returns(r) == [[soap]]", "returns(b) == [soap, milk]"},
        {"holds(l1, x) == [milk, soap, eggs]", "returns(r) == soap2"}};
    Story added = {BOTH("[milk]", "+eggs", "-milk", "set"), {"holds(l2, x) == [eggs]"}, {NULL}};
    Story again = {BOTH("[milk]", "[milk, tea]", "[milk, ham]", "set"),
                   {"holds(l2, x) == [milk, tea, ham]"},
                   {NULL}};
    Story words = {BOTH("ice", "nice", "\"ice!\"", "sequence"),
                   {"holds(l1, x) == nice!", "holds(l2, x) == nice!", "returns(b) == nice"},
                   {"holds(l1, x) == ice!"}};
    Story lists = {BOTH("[a, b]", "[a, x, b]", "[b, c]", "sequence"),
                   {"holds(l1, x) == [x, b, c]"},
                   {"holds(l1, x) == [b, x, c]"}};
    const Story *all[] = {&counter, &carts, &added, &again, &words, &lists};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        check_story(all[i]);
}

static void a_cart_merged_by_its_readers_brings_things_back(void)
{
    Story story = {
        HEAD "nodes: {l1: us, l2: eu}\nnetwork: {within: 1ms, between: {us <-> eu: 50ms}}\n"
             "clients:\n  one: {from: {us: 100%}, script: [{at: 0ms, write: x, value: [milk, soap, "
             "eggs], name: a}, {at: 1s, write: x, value: [milk, soap], name: b}]}\n"
             "  two: {from: {eu: 100%}, script: [{at: 1010ms, write: x, value: [soap, eggs], name: "
             "c}, {at: 2s, read: x, name: r}, "
             "{after: r, write: x, value: [milk, soap, eggs], context: r, name: u}]}\n"
             "policy: {model: multi-leader, leaders: [l1, l2], conflict: siblings}\n",
        {"returns(r) == [[milk, soap], [soap, eggs]]", "holds(l1, x) == [[milk, soap, eggs]]",
         "holds(l2, x) == [milk, soap, eggs]"},
        {NULL}};
    check_story(&story);
}

#define OVERTAKING(more)                                                                           \
    HEAD "nodes: {l1: a, l2: b, l3: c}\n"                                                          \
         "network: {within: 1ms, between: {a <-> b: 200ms, a <-> c: 10ms, b <-> c: 10ms}}\n"       \
         "clients:\n"                                                                              \
         "  A: {from: {a: 100%}, script: [{at: 0ms, write: x, value: \"1\", name: insert}]}\n"     \
         "  B: {from: {c: 100%}, script: [{at: 50ms, write: x, value: \"2\", name: update}]}\n"    \
         "  C: {from: {b: 100%}, script: [{at: 100ms, read: x, name: early}, "                     \
         "{at: 1s, read: x, name: late}]}\n"                                                       \
         "policy: {model: multi-leader, leaders: [l1, l2, l3], conflict: siblings" more "}\n"

/* Figure 5-9: leader 2 hears of the update before it hears of what is updated. */
static void an_update_overtakes_its_insert(void)
{
    static const char *const metrics[] = {"overtakes", "overtakes{node=l2}", "overtakes{node=l3}",
                                          "overtakes{node=l2}.rate", NULL};
    g_autoptr(TestRun) plain = test_run_with(OVERTAKING(""), metrics);
    g_autoptr(TestRun) causal = test_run_with(OVERTAKING(", causal: true"), metrics);
    Story shown = {OVERTAKING(""), {"returns(early) == 2", "returns(late) == 2"}, {NULL}};
    Story held = {OVERTAKING(", causal: true"),
                  {"returns(early) == []", "returns(late) == 2", "holds(l2, x) == 2"},
                  {NULL}};
    CHECK_NEAR(test_run_merged(plain, 0, "overtakes"), 1, 0);
    CHECK_NEAR(test_run_merged(plain, 0, "overtakes{node=l2}"), 1, 0);
    CHECK_NEAR(test_run_merged(plain, 0, "overtakes{node=l2}.rate"), 1, 0);
    CHECK_NEAR(test_run_merged(plain, 0, "overtakes{node=l3}"), 0, 0);
    CHECK_NEAR(test_run_merged(causal, 0, "overtakes"), 0, 0);
    check_story(&shown);
    check_story(&held);
}

/* The clock of l2 is 5 s ahead. Whoever edits at l1 what he read long ago is stamped past what l1
 * has heard of since, by a hybrid clock; by the clock alone his edit is gone at once. */
static void a_hybrid_stamp_is_past_all_that_its_leader_has_seen(void)
{
#define SKEWED(policy)                                                                             \
    HEAD "nodes: {l1: dc, l2: dc}\nnetwork: {within: 1ms}\nclocks: {l2: skewed(by=5s)}\n"          \
         "clients:\n  u:\n    script:\n"                                                           \
         "      - {at: 0ms, write: x, value: zero, to: l1, session: s1, context: none}\n"          \
         "      - {at: 100ms, read: x, name: seen, to: l1, session: s1}\n"                         \
         "      - {at: 200ms, write: x, value: one, to: l2, session: s2, context: none}\n"         \
         "      - {at: 300ms, write: x, value: two, to: l1, session: s1, context: seen}\n"         \
         "policy: {" policy "}\n"
    static const char *const hybrid[] = {
        SKEWED("model: multi-leader, leaders: [l1, l2], conflict: lww(hybrid)"),
        SKEWED("model: leaderless, replicas: 2, write_quorum: 2, read_quorum: 1, versions: "
               "lww(hybrid), coordinator: nearest-node"),
        SKEWED("model: leaderless, replicas: 2, write_quorum: 2, read_quorum: 1, versions: "
               "single, coordinator: nearest-node")};
    for (gsize i = 0; i < G_N_ELEMENTS(hybrid); i++)
        check_story(&(Story){
            hybrid[i], {"holds(l1, x) == two", "holds(l2, x) == two"}, {"holds(l1, x) == one"}});
    check_story(&(Story){SKEWED("model: multi-leader, leaders: [l1, l2], conflict: lww(clock)"),
                         {"holds(l1, x) == one", "holds(l2, x) == one"},
                         {"holds(l1, x) == two"}});
}

/* b loses its disk at 5 s and is back at 10 s. It has then what a had of both logs, and goes on. */
static void who_lost_its_disk_takes_writes_again(void)
{
    static const char *const causal[] = {"false", "true"};
    for (gsize i = 0; i < G_N_ELEMENTS(causal); i++) {
        g_autofree char *yaml = g_strdup_printf(
            "replsim: 1\nduration: 60s\nreplications: 2\nnodes: {a: dc, b: dc}\n"
            "network: {within: 10ms}\nstorage: {fsync: 1ms}\nclients:\n  u:\n    script:\n"
            "      - {at: 1s, write: x, value: A, to: a}\n"
            "      - {at: 2s, write: x, value: B, to: b}\n"
            "      - {at: 15s, read: x, to: b, name: back}\n"
            "      - {at: 16s, write: x, value: C, to: b, name: again}\n"
            "policy: {model: multi-leader, causal: %s}\n"
            "faults:\n  - {at: 5s, crash: b, for: 5s, wipe: true}\n",
            causal[i]);
        check_story(&(Story){
            yaml, {"returns(back) == B", "returns(again) == C", "holds(a, x) == C"}, {NULL}});
    }
}

/* ---- what else steps say ------------------------------------------------------------------ */

static void deletes_leave_nothing(void)
{
    Story story = {HEAD "nodes: {n1: dc, n2: dc, n3: dc}\nnetwork: {within: 1ms}\n"
                        "clients:\n  u:\n    script:\n"
                        "      - {at: 0ms, write: x, value: A, name: a}\n"
                        "      - {after: a, delete: x, context: a, name: d}\n"
                        "      - {after: d, wait: 10ms, read: x, name: r}\n"
                        "      - {after: r, wait: 10ms, write: x, context: none, name: again}\n"
                        "policy: {model: leaderless, replicas: 3, write_quorum: 2, read_quorum: 2, "
                        "versions: vector}\n",
                   {"returns(r) == []", "returns(d) == []", "holds(n1, x) == again",
                    "version(d) == 2", "version(again) == 3"},
                   {"returns(r) == A"}};
    check_story(&story);
}

#define ALONE(rule, steps)                                                                         \
    HEAD "nodes: {l1: us, l2: eu}\nnetwork: {within: 1ms, between: {us <-> eu: 50ms}}\n"           \
         "clients:\n  u:\n    script:\n" steps                                                     \
         "policy: {model: multi-leader, leaders: [l1, l2], conflict: merge(" rule ")}\n"
#define DELETED                                                                                    \
    "      - {at: 3s, delete: x, name: d, to: l1}\n"                                               \
    "      - {after: d, wait: 1s, read: x, name: gone}\n"

static void a_deleted_value_that_merges_is_nothing_too(void)
{
    static const char *const rules[] = {
        ALONE("counter", "      - {at: 0ms, write: x, value: +2, to: l1}\n" DELETED),
        ALONE("set", "      - {at: 0ms, write: x, value: +a, to: l1}\n" DELETED),
        ALONE("sequence", "      - {at: 0ms, write: x, value: abc, to: l1}\n" DELETED)};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        check_story(&(Story){
            rules[i], {"returns(gone) == []", "holds(l2, x) == []"}, {"holds(l2, x) == 0"}});
}

/* Both know of the milk of the first; one puts in more of it while the other takes out what he
 * knows. */
static void one_more_of_what_is_there_outlives_a_removal_that_had_not_seen_it(void)
{
    check_story(&(Story){ALONE("set", "      - {at: 0ms, write: x, value: [milk], to: l1}\n"
                                      "      - {at: 1s, write: x, value: +milk, to: l1}\n"
                                      "      - {at: 1s, write: x, value: -milk, to: l2}\n"),
                         {"holds(l1, x) == [milk]", "holds(l2, x) == [milk]"},
                         {"holds(l1, x) == []"}});
}

static void a_counter_stops_where_64_bits_end(void)
{
    check_story(&(Story){ALONE("counter",
                               "      - {at: 0ms, write: x, value: +9223372036854775807, to: l1}\n"
                               "      - {at: 1s, write: x, value: +9223372036854775807, to: l1}\n"
                               "      - {at: 2s, write: x, value: +5, to: l1, name: full}\n"
                               "      - {at: 3s, write: x, value: -9223372036854775808, to: l1}\n"
                               "      - {at: 4s, write: x, value: -9223372036854775807, to: l2}\n"),
                         {"returns(full) == 9223372036854775807", "holds(l1, x) == 4"},
                         {"holds(l1, x) == 0"}});
}

static void an_empty_text_is_a_value(void)
{
    check_story(&(Story){HEAD "nodes: {n1: dc}\nclients:\n  u:\n    script:\n"
                              "      - {at: 0ms, write: x, value: '', name: w}\n"
                              "      - {at: 1s, read: x, name: r}\n"
                              "policy: {leader: n1}\n",
                         {"returns(r) == \"\"", "holds(n1, x) == \"\""},
                         {"returns(r) == []", "returns(r) == w"}});
}

static void what_did_not_succeed_says_so(void)
{
    Story story = {HEAD "nodes: {l: dc, f: dc}\nnetwork: {within: 1ms}\n"
                        "clients:\n  u:\n    timeout: 200ms\n    script:\n"
                        "      - {at: 1500ms, write: x, value: A, name: a}\n"
                        "      - {after: a, write: x, value: B, name: b}\n"
                        "      - {at: 20s, read: x, name: late}\n"
                        "policy: {leader: l, ack: sync(all)}\n"
                        "faults:\n  - {at: 1s, kill: f, for: 5s}\n",
                   {"returns(a) == unknown", "returns(b) == unknown", "holds(l, x) == B",
                    "holds(f, x) == B", "returns(late) == not started"},
                   {"returns(a) == A"}};
    check_story(&story);
}

static void lost_parts_of_a_log_are_sent_again(void)
{
    Story story = {HEAD "nodes: {l: dc, f: dc}\nnetwork: {within: 1ms}\n"
                        "clients:\n  u:\n    script:\n"
                        "      - {at: 0ms, write: x, value: A, name: a}\n"
                        "      - {at: 100ms, read: x, to: f, name: early}\n"
                        "      - {at: 300ms, read: x, to: f, name: then}\n"
                        "      - {at: 400ms, read: x, to: f, name: unheard}\n"
                        "policy: {leader: l, ack: async, reads: nearest}\n"
                        "faults:\n  - {message: {of: a, to: f}, lose: true}\n"
                        "  - {message: {of: unheard, to: f}, lose: true}\n",
                   {"returns(early) == []", "returns(then) == A", "returns(unheard) == unknown"},
                   {NULL}};
    check_story(&story);
}

/* Keys have names: for homes, for targets of faults and for filters. */
static void keys_go_by_their_names(void)
{
    Story home = {TITLES("home({ti: eu})"),
                  {"holds(l1, title) == B", "holds(l2, title) == B", "returns(b) == B"},
                  {"holds(l1, title) == C"}};
    Story target = {
        HEAD "nodes: {n1: dc, n2: dc, n3: dc}\nnetwork: {within: 1ms}\n"
             "clients:\n  u:\n    timeout: 100ms\n    script: [{at: 1s, read: cart, name: r}]\n"
             "policy: {model: leaderless, replicas: 2, write_quorum: 1, read_quorum: 1}\n"
             "faults: [{at: 500ms, kill: replicas(cart), for: 2s}]\n",
        {"returns(r) == failed"},
        {"returns(r) == []"}};
    check_story(&home);
    check_story(&target);
    g_autoptr(TestRun) filtered = test_run_with(
        HEAD "nodes: {l: dc, f: dc}\nclients:\n  u: {script: [{at: 0ms, write: x, name: "
             "w}, {after: w, read: x}, {after: w, read: 7}]}\n",
        (const char *const[]){"stale_rate{key=x}", "stale_rate{key=7}", NULL});
    CHECK_NEAR(test_run_merged(filtered, 0, "stale_rate{key=x}"), 0, 0);
    CHECK_NEAR(test_run_merged(filtered, 0, "stale_rate{key=7}"), 0, 0);
}

/* A claim that fails says what was found, of the first replication. */
static void what_was_found_is_kept(void)
{
    g_autoptr(TestRun) run = test_run(TITLES("siblings") "expect:\n  - holds(l1, title) == C\n");
    const ScnVariant *variant = &test_run_scenario(run)->variants[0];
    CHECK_INT(variant->n_expectations, 1);
    CHECK_STR(test_run_found(run, 0, &variant->expectations[0].query), "[B, C]");
}

static const TestCase cases[] = {
    TEST(five_writes_leave_two_siblings),
    TEST(replicas_see_two_writes_in_three_ways),
    TEST(a_read_repairs_what_was_down),
    TEST(a_follower_shows_what_it_has_applied),
    TEST(two_users_rename_a_page),
    TEST(concurrent_values_merge),
    TEST(a_cart_merged_by_its_readers_brings_things_back),
    TEST(an_update_overtakes_its_insert),
    TEST(a_hybrid_stamp_is_past_all_that_its_leader_has_seen),
    TEST(who_lost_its_disk_takes_writes_again),
    TEST(deletes_leave_nothing),
    TEST(a_deleted_value_that_merges_is_nothing_too),
    TEST(one_more_of_what_is_there_outlives_a_removal_that_had_not_seen_it),
    TEST(a_counter_stops_where_64_bits_end),
    TEST(an_empty_text_is_a_value),
    TEST(what_did_not_succeed_says_so),
    TEST(lost_parts_of_a_log_are_sent_again),
    TEST(keys_go_by_their_names),
    TEST(what_was_found_is_kept),
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("story", cases, argc, argv);
}
