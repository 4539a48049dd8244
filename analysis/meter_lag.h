/*
 * meter_lag.h — private to analysis/: lag and its stages, per entry; behind and backlog, over time.
 *
 * semantics §9: lag of an entry is applied (received, flushed) at the node − durable at its origin,
 * at least 0; it belongs to the instant of its durability, and is censored where the run ends
 * first. Each entry of the main history counts once per node and stage, also where a node that was
 * wiped takes it again; entries that the history left count not at all.
 *
 * `behind` grows by one per nanosecond between events, `backlog` is constant. Entries count for a
 * node unless it is their origin.
 *
 * What a snapshot brings passed all stages when it was installed. A node that joins later is asked
 * about from then on: entries that were durable before have no lag there; they are behind since it
 * joined, until it has them.
 */
#ifndef ANA_METER_LAG_H
#define ANA_METER_LAG_H

#include "analysis/meter_context.h"

typedef struct AnaLagMeter AnaLagMeter;

AnaLagMeter *ana_lag_meter_new(const AnaMeterContext *context);
void ana_lag_meter_free(AnaLagMeter *meter);

/* The history has just observed this: DURABLE (all nodes may be concerned), RECEIVED, FLUSHED,
 * APPLIED, INSTALLED, TRUNCATED, NODE_CHANGED. `forked` as ana_history_observe() said. */
void ana_lag_meter_observe(AnaLagMeter *meter, const RepObservation *seen, gboolean forked);
void ana_lag_meter_restart(AnaLagMeter *meter, gsize cell);
/* Durable instants kept, for tests. */
gsize ana_lag_meter_n_runs(const AnaLagMeter *meter);
void ana_lag_meter_finish(AnaLagMeter *meter, SimTime end);

#endif
