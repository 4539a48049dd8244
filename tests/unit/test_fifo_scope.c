/*
 * Goal: `network.fifo_scope: link` makes everything that goes the same way arrive in the order of
 * sending, bulk copies apart, and `stream` only what goes over one connection. The key changes
 * results, and at its default it leaves the world what it was. Method: whole worlds, every message
 * looked at; fixed seeds.
 */
#include "models/message.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/watch.h"

#define PLACES 8

/* Delays spread widely, so that messages sent one after the other would overtake. */
#define WORLD(scope, more)                                                                         \
    "replsim: 1\nseed: 61\nduration: 20s\nregions: [a, b, c]\n"                                    \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "network:\n" scope "  between: {a <-> b: \"uniform(10ms, 40ms)\", "                            \
    "a <-> c: \"uniform(10ms, 40ms)\", b <-> c: 20ms}\n"                                           \
    "clients:\n"                                                                                   \
    "  web: {rate: poisson(200/s), reads: 50%, keys: uniform_keys(20), from: {c: 100%}}\n"         \
    "  app: {rate: poisson(50/s), reads: 50%, keys: uniform_keys(20), from: {c: 100%}}\n"          \
    "policy: {leader: db1, ack: semi-sync(1), reads: leader}\n" more

#define LINK "  fifo_scope: link\n"
#define FAULTS                                                                                     \
    "faults:\n"                                                                                    \
    "  - {at: 3s, crash: db2, for: 1s}\n"                                                          \
    "  - {at: 6s, lose: a <-> b, rate: 20%, for: 3s}\n"                                            \
    "  - {at: 8s, cut: a <-> c, for: 500ms}\n"                                                     \
    "  - {at: 12s, slow: a <-> c, latency: x3, for: 2s}\n"

static GArray *watch(const char *yaml, RepRunResult *result)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return test_watch(scenario->variants[0].setup, 0, REP_OBS_BIT(REP_OBS_MESSAGE_SENT), result);
}

/* Messages between clients and nodes, or between nodes, due before one sent earlier the same way.
 * Parties: nodes 0 and 1, then regions. */
static guint overtaking(const GArray *seen, gboolean of_clients, guint *n)
{
    SimTime last[PLACES][PLACES] = {{0}};
    guint overtakes = 0;
    *n = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        gboolean is_client =
            message->kind == REP_MESSAGE_REQUEST || message->kind == REP_MESSAGE_REPLY;
        if (is_client != of_clients || message->due == SIM_NEVER)
            continue;
        int from = message->from < 0 ? PLACES - 1 : message->from;
        int to = message->to < 0 ? PLACES - 1 : message->to;
        overtakes += message->due < last[from][to];
        last[from][to] = MAX(last[from][to], message->due);
        ++*n;
    }
    return overtakes;
}

static void on_one_link_nothing_overtakes(void)
{
    guint n;
    RepRunResult result;
    g_autoptr(GArray) seen = watch(WORLD(LINK, ""), &result);
    CHECK_INT(result.end, REP_RUN_DRAINED);
    CHECK_UINT(overtaking(seen, TRUE, &n), 0);
    CHECK(n > 5000);
    CHECK_UINT(overtaking(seen, FALSE, &n), 0);
    CHECK(n > 2000);
}

static void on_one_link_nothing_overtakes_while_it_is_cut_lossy_or_slow(void)
{
    guint n;
    RepRunResult result;
    g_autoptr(GArray) seen = watch(WORLD(LINK, FAULTS), &result);
    CHECK_INT(result.end, REP_RUN_DRAINED);
    CHECK_UINT(overtaking(seen, TRUE, &n), 0);
    CHECK_UINT(overtaking(seen, FALSE, &n), 0);
    CHECK(n > 2000);
}

/* Many sessions, each in order by itself: the default. */
static void sessions_overtake_each_other_on_streams_of_their_own(void)
{
    guint n;
    g_autoptr(GArray) seen = watch(WORLD("", ""), NULL);
    CHECK(overtaking(seen, TRUE, &n) > n / 10);
    CHECK_UINT(overtaking(seen, FALSE, &n), 0);
}

static void the_scope_says_nothing_where_messages_may_overtake(void)
{
    RepRunResult stream, link;
    g_autoptr(GArray) one = watch(WORLD("  order: free\n", ""), &stream);
    g_autoptr(GArray) other = watch(WORLD("  order: free\n" LINK, ""), &link);
    CHECK_UINT(one->len, other->len);
    guint differ = 0;
    for (guint i = 0; i < MIN(one->len, other->len); i++)
        differ += TEST_SEEN(one, i)->message.due != TEST_SEEN(other, i)->message.due;
    CHECK_UINT(differ, 0);
}

static guint64 world_of(const char *yaml)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return scenario->variants[0].setup->world_hash;
}

static void the_default_is_the_same_world_said_or_not(void)
{
    CHECK_UINT(world_of(WORLD("", "")), world_of(WORLD("  fifo_scope: stream\n", "")));
    CHECK(world_of(WORLD("", "")) != world_of(WORLD(LINK, "")));
}

static const TestCase cases[] = {
    TEST(on_one_link_nothing_overtakes),
    TEST(on_one_link_nothing_overtakes_while_it_is_cut_lossy_or_slow),
    TEST(sessions_overtake_each_other_on_streams_of_their_own),
    TEST(the_scope_says_nothing_where_messages_may_overtake),
    TEST(the_default_is_the_same_world_said_or_not),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("fifo_scope", cases, argc, argv);
}
