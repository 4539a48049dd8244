/*
 * Goal: under `wake` what comes while a stage is being woken is dealt with when it is, in the order
 * of its coming; a stopped node forgets it, a pause puts it off. The key changes results, and at
 * its default it leaves the world what it was. Method: whole worlds, every message looked at.
 */
#include "models/message.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/watch.h"

#define ENTRIES REP_MESSAGE_POLICY /* the single leader's first kind */

#define WORLD(wake, rate, more)                                                                    \
    "replsim: 1\nseed: 95\nduration: 10s\nnodes: {db1: a, db2: a}\n" wake "clients:\n"             \
    "  web: {rate: periodic(" rate "), reads: 0%, keys: unique}\n"                                 \
    "policy: {leader: db1}\n" more

/* Messages of entries from db1 to db2. */
static GArray *entries_of(const char *yaml)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    g_autoptr(GArray) seen =
        test_watch(scenario->variants[0].setup, 0, REP_OBS_BIT(REP_OBS_MESSAGE_SENT), NULL);
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(RepObservation));
    for (guint i = 0; i < seen->len; i++)
        if (TEST_SEEN(seen, i)->message.kind == ENTRIES && TEST_SEEN(seen, i)->message.from == 0)
            g_array_append_val(entries, *TEST_SEEN(seen, i));
    return entries;
}

/* A write every 50 us; the first wakes the sender for 120 us, and two more come meanwhile. */
static void what_comes_meanwhile_leaves_with_the_first(void)
{
    g_autoptr(GArray) seen = entries_of(WORLD("wake: 120us\n", "20k/s", ""));
    guint n_in_group = 1, groups = 0, of_three = 0;
    CHECK(seen->len > 100000);
    for (guint i = 1; i < seen->len; i++) {
        const RepMessageSeen *before = &TEST_SEEN(seen, i - 1)->message;
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        test_row("message %u", i);
        CHECK_UINT(message->first, before->last + 1);
        if (message->sent == before->sent) {
            n_in_group++;
            continue;
        }
        CHECK(message->sent - before->sent >= 150 * SIM_US);
        groups++;
        of_three += n_in_group == 3;
        n_in_group = 1;
    }
    test_row(NULL);
    CHECK(of_three + 1 >= groups);
}

static void without_it_nothing_waits(void)
{
    g_autoptr(GArray) seen = entries_of(WORLD("", "20k/s", ""));
    for (guint i = 1; i < seen->len; i++)
        CHECK_INT(TEST_SEEN(seen, i)->message.sent - TEST_SEEN(seen, i - 1)->message.sent,
                  50 * SIM_US);
}

/* The first write is at 250 ms at the latest, and its sender would be awake a second later. */
static void who_stops_forgets_what_waited(void)
{
    g_autoptr(GArray) seen =
        entries_of(WORLD("wake: 1s\n", "4/s", "faults:\n  - {at: 900ms, kill: db1, for: 3s}\n"));
    CHECK(seen->len > 0);
    CHECK(TEST_SEEN(seen, 0)->at > 3900 * SIM_MS);
}

static void a_pause_puts_it_off(void)
{
    g_autoptr(GArray) plain = entries_of(WORLD("wake: 1s\n", "4/s", ""));
    g_autoptr(GArray) paused =
        entries_of(WORLD("wake: 1s\n", "4/s", "faults:\n  - {at: 900ms, pause: db1, for: 3s}\n"));
    CHECK(TEST_SEEN(plain, 0)->at > 900 * SIM_MS);
    CHECK_INT(TEST_SEEN(paused, 0)->at, TEST_SEEN(plain, 0)->at + 3 * SIM_S);
}

static guint64 world_of(const char *yaml)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return scenario->variants[0].setup->world_hash;
}

static void the_default_is_the_same_world_said_or_not(void)
{
    CHECK_UINT(world_of(WORLD("", "4/s", "")), world_of(WORLD("wake: 0s\n", "4/s", "")));
    CHECK(world_of(WORLD("", "4/s", "")) != world_of(WORLD("wake: 50us\n", "4/s", "")));
}

static const TestCase cases[] = {
    TEST(what_comes_meanwhile_leaves_with_the_first),
    TEST(without_it_nothing_waits),
    TEST(who_stops_forgets_what_waited),
    TEST(a_pause_puts_it_off),
    TEST(the_default_is_the_same_world_said_or_not),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("wake", cases, argc, argv);
}
