/*
 * meter_downtime.h — private to analysis/: downtime, time_to_first(unavailable).
 *
 * semantics §9: a window runs from the first invocation after which no operation of the kind (and
 * client region) succeeds until the next success. It counts if at least one operation invoked in it
 * did not succeed and it lasts at least downtime_floor; the part in the measured part is added. At
 * one instant a success comes before an invocation.
 *
 * So a window lies between two successes, and starts at the first invocation between them. Gaps
 * shorter than the floor cannot hold one. Operations invoked in a gap may end long after it, so a
 * gap is decided one operation's life later, or at the end. Only ends of operations are needed:
 * each brings the instant of its invocation.
 *
 * Unavailable is a window of either kind. Time to the first one is what the measured part, or a
 * query's window, has before its first instant that lies in one.
 */
#ifndef ANA_METER_DOWNTIME_H
#define ANA_METER_DOWNTIME_H

#include "analysis/meter_context.h"

typedef struct AnaDowntimeMeter AnaDowntimeMeter;

AnaDowntimeMeter *ana_downtime_meter_new(const AnaMeterContext *context);
void ana_downtime_meter_free(AnaDowntimeMeter *meter);
void ana_downtime_meter_ended(AnaDowntimeMeter *meter, const RepOperationSeen *operation,
                              SimTime at);
void ana_downtime_meter_restart(AnaDowntimeMeter *meter, gsize cell);
void ana_downtime_meter_finish(AnaDowntimeMeter *meter, SimTime end);

#endif
