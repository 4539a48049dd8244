/*
 * Goal: under `conflict: priority` readers are shown one version, that of the leader who is first
 * in the list; the list changes the result.
 * Method: two leaders that exchange writes to one key, each with blind writers of its own, and
 * readers; what a read returned is looked up among the writes.
 */
#include "models/conflict/conflict.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/watch.h"

#define WORLD(conflict)                                                                            \
    "replsim: 1\nseed: 3\nduration: 60s\nregions: [a, b]\n"                                        \
    "network: {within: 0ms, between: {a <-> b: 300ms}}\nnodes: {n1: a, n2: b}\n"                   \
    "clients:\n  c: {rate: poisson(8/s), reads: 70%, keys: uniform_keys(1)}\n"                     \
    "policy: {model: multi-leader, conflict: \"" conflict "\"}\n"

/* Of reads that returned something: how many returned more than one version, and whose the first
 * was. */
typedef struct Tally {
    guint reads, several, from[2];
} Tally;

static guint32 origin_of(GArray *seen, guint64 serial)
{
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_WRITTEN && now->written.serial == serial)
            return (guint32)now->written.stamp.origin;
    }
    return 2;
}

typedef struct Watch {
    GArray *seen;
    Tally tally;
} Watch;

static void observe(void *self, const RepObservation *now)
{
    Watch *watch = self;
    if (now->kind == REP_OBS_WRITTEN)
        g_array_append_val(watch->seen, *now);
    const RepVersionsSeen *got =
        now->kind == REP_OBS_OPERATION_ENDED ? now->operation.versions : NULL;
    if (!got || got->n == 0 || now->operation.kind != REP_READ)
        return;
    watch->tally.reads++;
    watch->tally.several += got->n > 1;
    guint32 origin = origin_of(watch->seen, got->serials[0]);
    CHECK(origin < 2);
    watch->tally.from[origin & 1]++;
}

static Tally run(const char *yaml)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    Watch watch = {.seen = g_array_new(FALSE, FALSE, sizeof(RepObservation))};
    g_autoptr(RepWorld) world = rep_world_new(scenario->variants[0].setup, 0, "test.yaml", NULL);
    rep_world_observe(world, (RepObserver){.mask = REP_OBS_BIT(REP_OBS_WRITTEN) |
                                                   REP_OBS_BIT(REP_OBS_OPERATION_ENDED),
                                           .observe = observe,
                                           .self = &watch});
    g_free(rep_world_run(world, G_MAXUINT32, NULL).overflow);
    g_array_unref(watch.seen);
    return watch.tally;
}

static void readers_are_shown_the_first_in_the_list(void)
{
    Tally one = run(WORLD("priority([n1, n2])")), two = run(WORLD("priority([n2, n1])"));
    Tally all = run(WORLD("siblings"));
    CHECK_UINT(one.several, 0);
    CHECK_UINT(two.several, 0);
    CHECK(all.several > 50);
    CHECK_UINT(one.reads, two.reads);
    CHECK(one.from[0] > one.from[1] + 50);
    CHECK(two.from[1] > two.from[0] + 50);
}

static const TestCase cases[] = {TEST(readers_are_shown_the_first_in_the_list), {0}};

int main(int argc, char **argv)
{
    return test_main("priority", cases, argc, argv);
}
