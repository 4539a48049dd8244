/*
 * watch.h — run one replication of a setup and keep what there was to see, for tests.
 */
#ifndef TEST_WATCH_H
#define TEST_WATCH_H

#include "models/world.h"

/* Observations of the kinds in `mask`, in order, from the start to the end of the drain. The run's
 * result goes to *result where given. Free with g_array_unref. */
GArray *test_watch(const RepSetup *setup, guint32 replication, guint32 mask, RepRunResult *result);

#define TEST_SEEN(array, i) (&g_array_index((array), RepObservation, (i)))

#endif
