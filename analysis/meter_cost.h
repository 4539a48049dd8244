/*
 * meter_cost.h — private to analysis/: messages, bytes and flushes per client operation.
 *
 * Messages and flushes belong to the instant at which they are sent or done, operations to their
 * invocation; all are those of the measured part. For the whole of it the counters that come with
 * each phase are enough; only windows look at single messages, which is dear.
 */
#ifndef ANA_METER_COST_H
#define ANA_METER_COST_H

#include "analysis/meter_context.h"

typedef struct AnaCostMeter AnaCostMeter;

AnaCostMeter *ana_cost_meter_new(const AnaMeterContext *context);
void ana_cost_meter_free(AnaCostMeter *meter);
void ana_cost_meter_ended(AnaCostMeter *meter, const RepOperationSeen *operation);
void ana_cost_meter_sent(AnaCostMeter *meter, const RepMessageSeen *message, SimTime at);
void ana_cost_meter_flushed(AnaCostMeter *meter, SimTime at);
void ana_cost_meter_phase(AnaCostMeter *meter, RepPhase phase, const RepTraffic *traffic);
/* Must it see each message and flush? */
gboolean ana_cost_meter_wants_messages(const AnaCostMeter *meter);
void ana_cost_meter_finish(AnaCostMeter *meter);

#endif
