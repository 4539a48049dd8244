/*
 * meter_arrivals.h — private to analysis/: lag{node} where nobody follows a log (leaderless).
 *
 * Per write and node that is not its coordinator, once: the time from its acceptance by who
 * coordinates it until the node shows it, or one that follows it, or has dropped it on arrival for
 * one that it lost to. It belongs to the instant of the acceptance.
 *
 * Which nodes keep a key is not known here. So a write has no lag at a node that it never reaches,
 * because it keeps other keys, because what came after was there first, or because the run ended;
 * nothing is censored.
 *
 * Memory: a record per write that has not settled (REP_OBS_SETTLED) and is still held somewhere.
 */
#ifndef ANA_METER_ARRIVALS_H
#define ANA_METER_ARRIVALS_H

#include "analysis/meter_context.h"

typedef struct AnaArrivalMeter AnaArrivalMeter;

AnaArrivalMeter *ana_arrival_meter_new(const AnaMeterContext *context);
void ana_arrival_meter_free(AnaArrivalMeter *meter);
/* Whether STORED must be observed. */
gboolean ana_arrival_meter_is_asked(const AnaArrivalMeter *meter);
/* WRITTEN, STORED, UNSTORED, SETTLED, WRITE_ENDED. */
void ana_arrival_meter_observe(AnaArrivalMeter *meter, const RepObservation *seen);
/* Writes kept, for tests. */
gsize ana_arrival_meter_n_writes(const AnaArrivalMeter *meter);

#endif
