/*
 * meter_story.h — private to analysis/: what became of the steps of scripts: `returns`, `holds` and
 * `version` (semantics §7).
 *
 * A claim is judged once in a replication, when the run is over, and holds or not: the cell counts
 * replications. What was found instead is kept in words for the first one in which it did not hold.
 * Nothing is gathered where no claim is asked.
 */
#ifndef ANA_METER_STORY_H
#define ANA_METER_STORY_H

#include "analysis/meter_context.h"

typedef struct AnaStoryMeter AnaStoryMeter;

AnaStoryMeter *ana_story_meter_new(const AnaMeterContext *context);
void ana_story_meter_free(AnaStoryMeter *meter);
/* REP_OBS_BIT of what it needs; 0: nothing is asked. */
guint32 ana_story_meter_kinds(const AnaStoryMeter *meter);
void ana_story_meter_observe(AnaStoryMeter *meter, const RepObservation *seen);
void ana_story_meter_finish(AnaStoryMeter *meter);

#endif
