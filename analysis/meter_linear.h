/*
 * meter_linear.h — private to analysis/: linearizable.
 *
 * Each cell keeps the history of its own window (client_history.h), judges it where the window
 * ends, and keeps of it only the verdict. A window of several parts (`during F`) is several
 * histories. Filters on clients restrict the reads: every write of a key belongs to its history.
 * Nothing is kept where nobody asks.
 */
#ifndef ANA_METER_LINEAR_H
#define ANA_METER_LINEAR_H

#include "analysis/meter_context.h"

/* Operations of a window that are kept at most; about 100 bytes each. */
#define ANA_HISTORY_MOST 1000000u

typedef struct AnaLinearMeter AnaLinearMeter;

AnaLinearMeter *ana_linear_meter_new(const AnaMeterContext *context);
void ana_linear_meter_free(AnaLinearMeter *meter);
gboolean ana_linear_meter_is_asked(const AnaLinearMeter *meter);
/* OPERATION_BEGAN, OPERATION_ENDED, APPENDED, CARRIED. */
void ana_linear_meter_observe(AnaLinearMeter *meter, const RepObservation *seen);
void ana_linear_meter_restart(AnaLinearMeter *meter, gsize cell);
void ana_linear_meter_finish(AnaLinearMeter *meter);

#endif
