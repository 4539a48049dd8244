/*
 * meter_overtakes.h — private to analysis/: effects that reach a leader before their causes (DDIA
 * 1st ed. figure 5-9; semantics §5 `causal`).
 *
 * An arrival is a write that another leader accepted, when this leader shows it, or has dropped it
 * on arrival for one that it lost to; once per write and leader. It has overtaken where something
 * that it rests on has not arrived there yet: an earlier write to its key that its author had
 * before him, or the write to another key that it answers (a conversation). It counts at the
 * instant of the arrival.
 *
 * What comes after a write that follows it is seen by nobody, and is no arrival.
 *
 * Memory: a record per write that has not settled (REP_OBS_SETTLED) and is still held somewhere.
 */
#ifndef ANA_METER_OVERTAKES_H
#define ANA_METER_OVERTAKES_H

#include "analysis/meter_context.h"

typedef struct AnaOvertakeMeter AnaOvertakeMeter;

AnaOvertakeMeter *ana_overtake_meter_new(const AnaMeterContext *context);
void ana_overtake_meter_free(AnaOvertakeMeter *meter);
/* Whether STORED must be observed. */
gboolean ana_overtake_meter_is_asked(const AnaOvertakeMeter *meter);
/* WRITTEN, STORED, UNSTORED, SETTLED, WRITE_ENDED. */
void ana_overtake_meter_observe(AnaOvertakeMeter *meter, const RepObservation *seen);

#endif
