/*
 * meter_divergence.h — private to analysis/: divergences.
 *
 * Both the diverged and all applied entries belong to the instant of applying. A leader runs a
 * statement for the first time, so what it shows is not counted as applied.
 */
#ifndef ANA_METER_DIVERGENCE_H
#define ANA_METER_DIVERGENCE_H

#include "analysis/meter_context.h"

typedef struct AnaDivergenceMeter AnaDivergenceMeter;

AnaDivergenceMeter *ana_divergence_meter_new(const AnaMeterContext *context);
void ana_divergence_meter_free(AnaDivergenceMeter *meter);
/* LEADERSHIP, APPLIED, DIVERGED. */
void ana_divergence_meter_observe(AnaDivergenceMeter *meter, const RepObservation *seen);

#endif
