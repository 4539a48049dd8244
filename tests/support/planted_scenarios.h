/*
 * planted_scenarios.h — for each planted bug (models/planted.h) a scenario made so that healthy and
 * faulty code must part ways in it.
 */
#ifndef TEST_PLANTED_SCENARIOS_H
#define TEST_PLANTED_SCENARIOS_H

#include "models/planted.h"

#include <glib.h>

/* What differs from the default below; the parts of a scenario, inside their braces. */
typedef struct TestPlanted {
    RepPlantedBug bug;
    gboolean breaks_check; /* the models' own checks notice */
    const char *model;     /* NULL: a single leader, db1 */
    const char *nodes, *links, *clients, *storage, *policy, *failover;
    const char *faults[4];
} TestPlanted;

extern const TestPlanted test_planted[REP_BUG_COUNT - 1]; /* by bug, from 1 */

/* As the text of a file. The caller frees. */
char *test_planted_text(const TestPlanted *scenario);

#endif
