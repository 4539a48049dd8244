/* watch.c — see watch.h. */
#include "tests/support/watch.h"

#define BUDGET 2000000000u

static void keep(void *self, const RepObservation *seen)
{
    g_array_append_vals(self, seen, 1);
}

GArray *test_watch(const RepSetup *setup, guint32 replication, guint32 mask, RepRunResult *result)
{
    GArray *seen = g_array_new(FALSE, FALSE, sizeof(RepObservation));
    g_autoptr(RepWorld) world = rep_world_new(setup, replication, "test.yaml", NULL);
    rep_world_observe(world, (RepObserver){.mask = mask, .observe = keep, .self = seen});
    RepRunResult ran = rep_world_run(world, BUDGET, NULL);
    if (result)
        *result = ran;
    else
        g_free(ran.overflow);
    return seen;
}
