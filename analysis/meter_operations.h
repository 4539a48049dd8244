/*
 * meter_operations.h — private to analysis/: latency, availability and unknown_rate.
 *
 * semantics §7: latency counts from the intended arrival to the first success; an operation has one
 * outcome, and one that was not started counts nowhere. It belongs to the instant of its
 * invocation.
 */
#ifndef ANA_METER_OPERATIONS_H
#define ANA_METER_OPERATIONS_H

#include "analysis/meter_context.h"

typedef struct AnaOperationMeter AnaOperationMeter;

AnaOperationMeter *ana_operation_meter_new(const AnaMeterContext *context);
void ana_operation_meter_free(AnaOperationMeter *meter);
void ana_operation_meter_ended(AnaOperationMeter *meter, const RepOperationSeen *operation,
                               SimTime at);
void ana_operation_meter_finish(AnaOperationMeter *meter);

#endif
