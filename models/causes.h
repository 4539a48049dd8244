/*
 * causes.h — what an entry depends on in other logs: for each log the last place that the session
 * which wrote it had seen there (RepMemoryRule.causes). The token of a reader takes that over with
 * the version.
 *
 * Within one log the place of the entry itself says it all, so nothing is kept there. What every
 * replica of a log shows binds nobody any more: when the table has doubled, records of which that
 * is true throughout are dropped. So memory grows with what some replica still lacks.
 *
 * An entry that is handed to a new leader (keep-and-conflict) gets a new place and has no record:
 * it had been lost, and what a failover loses is no part of a promise.
 */
#ifndef REP_CAUSES_H
#define REP_CAUSES_H

#include "models/observation.h"

typedef struct RepWorld RepWorld;
typedef struct RepCauses RepCauses;

RepCauses *rep_causes_new(gsize n_logs);
void rep_causes_free(RepCauses *causes);
/* The entry at `place` of the log depends on `seen`, by log; the log itself does not count. */
void rep_causes_add(RepWorld *world, int log, RepVersion place, const RepVersion *seen);
/* Writes to `seen`, by log, what the entry depends on: index 0 where on nothing. */
void rep_causes_get(const RepCauses *causes, int log, RepVersion place, RepVersion *seen);

#endif
