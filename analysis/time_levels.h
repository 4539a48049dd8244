/*
 * time_levels.h — private to analysis/: behind and backlog of one node over simulated time.
 */
#ifndef ANA_TIME_LEVELS_H
#define ANA_TIME_LEVELS_H

#include "analysis/meter_context.h"

typedef struct AnaTimeLevels AnaTimeLevels;

AnaTimeLevels *ana_time_levels_new(const AnaMeterContext *context, int node);
void ana_time_levels_free(AnaTimeLevels *levels);

/* Nothing is known of the node before `at`; not called: it was never there. */
void ana_time_levels_begin(AnaTimeLevels *levels, SimTime at);
/* From `at` on, `backlog` durable entries are not applied; the oldest became durable at `oldest`
 * (meaningless where there is none). */
void ana_time_levels_set(AnaTimeLevels *levels, SimTime at, guint64 backlog, SimTime oldest);
void ana_time_levels_restart(AnaTimeLevels *levels, gsize cell);
void ana_time_levels_finish(AnaTimeLevels *levels, SimTime end);

#endif
