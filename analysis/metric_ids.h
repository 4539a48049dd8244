/*
 * metric_ids.h — private to analysis/: the measures by number, in the order of ana_metrics[].
 */
#ifndef ANA_METRIC_IDS_H
#define ANA_METRIC_IDS_H

#include "analysis/metrics.h"

typedef enum AnaMetricId {
    ANA_LOST_WRITES,
    ANA_OVERWRITTEN_WRITES,
    ANA_CONFLICTS,
    ANA_BACKWARDS_WINS,
    ANA_OVERTAKES,
    ANA_DIVERGENCES,
    ANA_DIVERGENCE_TIME,
    ANA_STALE_RATE,
    ANA_STALE_AGE,
    ANA_STALE_VERSIONS,
    ANA_FRESH_AFTER,
    ANA_T_VISIBILITY,
    ANA_RYW_VIOLATIONS,
    ANA_MONOTONIC_VIOLATIONS,
    ANA_PREFIX_VIOLATIONS,
    ANA_LINEARIZABLE,
    ANA_RETURNS,
    ANA_HOLDS,
    ANA_VERSION,
    ANA_WRITE_LATENCY,
    ANA_READ_LATENCY,
    ANA_AVAILABILITY,
    ANA_UNKNOWN_RATE,
    ANA_DOWNTIME,
    ANA_TIME_TO_FIRST,
    ANA_SPLIT_BRAIN,
    ANA_FAILOVERS,
    ANA_FALSE_FAILOVERS,
    ANA_LAG,
    ANA_LAG_RECEIVED,
    ANA_LAG_FLUSHED,
    ANA_BEHIND,
    ANA_BACKLOG,
    ANA_HINTS_PENDING,
    ANA_HINTS_DRAINED,
    ANA_COST_MESSAGES,
    ANA_COST_BYTES,
    ANA_COST_BYTES_BETWEEN_REGIONS,
    ANA_COST_FLUSHES,
    ANA_METRICS
} AnaMetricId;

static inline AnaMetricId ana_metric_id(const AnaMetric *metric)
{
    return (AnaMetricId)(metric - ana_metrics);
}

#endif
