/*
 * Goal: `network.transport_acks: N` sends one bare message back for every N that somebody took of a
 * stream, at once, on the ordered stream that goes the other way; whoever does not run sends none,
 * and none is sent again. The key changes results, and at its default it leaves the world what it
 * was. Method: whole worlds, every message looked at; fixed seeds.
 */
#include "models/message.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/watch.h"

#define WORLD(network, more)                                                                       \
    "replsim: 1\nseed: 92\nduration: 20s\nregions: [a, b]\n"                                       \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "network:\n" network "  between: {a <-> b: \"uniform(10ms, 40ms)\"}\n"                         \
    "clients:\n"                                                                                   \
    "  web: {rate: poisson(100/s), reads: 50%, keys: uniform_keys(20), sessions: 3,\n"             \
    "        from: {a: 100%}}\n"                                                                   \
    "policy: {leader: db1, ack: semi-sync(1), reads: leader}\n" more

#define EACH "  transport_acks: 1\n"
#define THIRD "  transport_acks: 3\n"
#define LINK "  fifo_scope: link\n"

#define MASK                                                                                       \
    (REP_OBS_BIT(REP_OBS_MESSAGE_SENT) | REP_OBS_BIT(REP_OBS_MESSAGE_ARRIVED) |                    \
     REP_OBS_BIT(REP_OBS_MESSAGE_DROPPED))

static GArray *watch(const char *yaml, RepRunResult *result)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return test_watch(scenario->variants[0].setup, 0, MASK, result);
}

static guint count(const GArray *seen, RepObservationKind kind, gboolean is_bare, int from, int to)
{
    guint n = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *one = TEST_SEEN(seen, i);
        n += one->kind == kind && (one->message.kind == REP_MESSAGE_BARE) == is_bare &&
             one->message.from == from && one->message.to == to;
    }
    return n;
}

static void every_message_is_acknowledged_the_way_it_came(void)
{
    RepRunResult result;
    g_autoptr(GArray) seen = watch(WORLD(EACH, ""), &result);
    static const int ways[][2] = {{0, 1}, {1, 0}, {-1, 0}, {0, -1}};
    CHECK_INT(result.end, REP_RUN_DRAINED);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        int from = ways[i][0], to = ways[i][1];
        guint taken = count(seen, REP_OBS_MESSAGE_ARRIVED, FALSE, from, to);
        CHECK(taken > 500);
        CHECK_UINT(count(seen, REP_OBS_MESSAGE_SENT, TRUE, to, from), taken);
    }
}

static void or_one_for_so_many_of_a_stream(void)
{
    g_autoptr(GArray) seen = watch(WORLD(THIRD, ""), NULL);
    guint entries = count(seen, REP_OBS_MESSAGE_ARRIVED, FALSE, 0, 1);
    CHECK_UINT(count(seen, REP_OBS_MESSAGE_SENT, TRUE, 1, 0), entries / 3);
    /* Three sessions, each with a count of its own. */
    guint requests = count(seen, REP_OBS_MESSAGE_ARRIVED, FALSE, -1, 0);
    guint bare = count(seen, REP_OBS_MESSAGE_SENT, TRUE, 0, -1);
    CHECK(bare <= requests / 3 && bare + 2 >= requests / 3);
}

static guint overtaken(const GArray *seen)
{
    SimTime last[2] = {0, 0};
    guint n = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *one = TEST_SEEN(seen, i);
        if (one->kind != REP_OBS_MESSAGE_SENT || one->message.from < 0 || one->message.to < 0 ||
            one->message.due == SIM_NEVER)
            continue;
        n += one->message.due < last[one->message.from];
        last[one->message.from] = MAX(last[one->message.from], one->message.due);
    }
    return n;
}

#define FAULTS                                                                                     \
    "faults:\n"                                                                                    \
    "  - {at: 3s, crash: db2, for: 1s}\n"                                                          \
    "  - {at: 6s, lose: a <-> b, rate: 20%, for: 5s}\n"                                            \
    "  - {at: 12s, cut: a <-> b, for: 500ms}\n"                                                    \
    "  - {at: 14s, pause: db2, for: 2s}\n"

static void nothing_overtakes_them_and_what_is_lost_stays_lost(void)
{
    static const char *const worlds[] = {WORLD(EACH, FAULTS), WORLD(EACH LINK, FAULTS)};
    for (gsize i = 0; i < G_N_ELEMENTS(worlds); i++) {
        RepRunResult result;
        g_autoptr(GArray) seen = watch(worlds[i], &result);
        CHECK_INT(result.end, REP_RUN_DRAINED);
        CHECK_UINT(overtaken(seen), 0);
        guint lost = 0;
        for (guint n = 0; n < seen->len; n++) {
            const RepObservation *one = TEST_SEEN(seen, n);
            lost += one->kind == REP_OBS_MESSAGE_DROPPED && one->message.due == SIM_NEVER &&
                    one->message.kind == REP_MESSAGE_BARE && one->at > 6 * SIM_S &&
                    one->at < 11 * SIM_S;
        }
        CHECK(lost > 50);
    }
}

static void who_is_paused_sends_none(void)
{
    g_autoptr(GArray) seen = watch(WORLD(EACH, FAULTS), NULL);
    guint during = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *one = TEST_SEEN(seen, i);
        during += one->kind == REP_OBS_MESSAGE_SENT && one->message.from == 1 &&
                  one->at > 14 * SIM_S && one->at < 16 * SIM_S;
    }
    CHECK_UINT(during, 0);
}

static guint64 world_of(const char *yaml)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return scenario->variants[0].setup->world_hash;
}

static void the_default_is_the_same_world_said_or_not(void)
{
    RepRunResult unsaid, none, each;
    g_autoptr(GArray) first = watch(WORLD("", ""), &unsaid);
    g_autoptr(GArray) second = watch(WORLD("  transport_acks: 0\n", ""), &none);
    g_autoptr(GArray) third = watch(WORLD(EACH, ""), &each);
    CHECK_UINT(unsaid.event_digest, none.event_digest);
    CHECK(unsaid.event_digest != each.event_digest);
    CHECK_UINT(world_of(WORLD("", "")), world_of(WORLD("  transport_acks: 0\n", "")));
    CHECK(world_of(WORLD("", "")) != world_of(WORLD(EACH, "")));
}

static const TestCase cases[] = {
    TEST(every_message_is_acknowledged_the_way_it_came),      TEST(or_one_for_so_many_of_a_stream),
    TEST(nothing_overtakes_them_and_what_is_lost_stays_lost), TEST(who_is_paused_sends_none),
    TEST(the_default_is_the_same_world_said_or_not),          {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("transport", cases, argc, argv);
}
