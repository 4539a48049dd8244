/*
 * log_meters.h — private to analysis/: the meters of one log.
 *
 * What is measured by entries or versions (staleness, lag, losses, leaders, divergences) is
 * measured for each partition by itself, from its own observations, into cells that all partitions
 * share: counts and times add up, distributions merge. A cell that is about one partition is
 * filled by that one only.
 */
#ifndef ANA_LOG_METERS_H
#define ANA_LOG_METERS_H

#include "analysis/meter_context.h"
#include "analysis/meter_sessions.h"

typedef struct AnaLogMeters AnaLogMeters;

/* `context` says all but what belongs to the log; it is copied. */
AnaLogMeters *ana_log_meters_new(const AnaMeterContext *context, int log);
void ana_log_meters_free(AnaLogMeters *meters);

/* What sessions have seen of the log, for the one meter of sessions. */
AnaSessionLog *ana_log_meters_sessions(const AnaLogMeters *meters);

/* An operation on a key of the log ended. */
void ana_log_meters_ended(AnaLogMeters *meters, const RepOperationSeen *operation, SimTime at);
/* Entries, leaderships, leases of the log, and every NODE_CHANGED. */
void ana_log_meters_observe(AnaLogMeters *meters, const RepObservation *seen);
void ana_log_meters_restart(AnaLogMeters *meters, gsize cell);
void ana_log_meters_finish(AnaLogMeters *meters, SimTime end, gboolean is_drained);

#endif
