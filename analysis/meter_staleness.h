/*
 * meter_staleness.h — private to analysis/: stale_rate, stale_age, stale_versions, fresh_after.
 *
 * semantics §9: a successful read is judged when it is answered, against the writes to its key that
 * had been acknowledged at or before its start, in the order known then. Acknowledgements of the
 * warm-up count; reads are those invoked in the measured part.
 *
 * What may be forgotten follows from two facts: no operation takes longer than
 * AnaWorld.client_lives, and a replica never shows less than it did. So an entry that every
 * answering replica showed one life ago can be missed by no read that is still to be answered. The
 * position shown by all is noted a few times per life rather than at each event. A node that has
 * yet to join holds nothing back: its first copy is taken after it joined, and has what all showed.
 */
#ifndef ANA_METER_STALENESS_H
#define ANA_METER_STALENESS_H

#include "analysis/meter_context.h"

typedef struct AnaStalenessMeter AnaStalenessMeter;

AnaStalenessMeter *ana_staleness_meter_new(const AnaMeterContext *context);
void ana_staleness_meter_free(AnaStalenessMeter *meter);
void ana_staleness_meter_ended(AnaStalenessMeter *meter, const RepOperationSeen *operation,
                               SimTime at);
/* The main history left the entries above `index`. */
void ana_staleness_meter_forked(AnaStalenessMeter *meter, guint64 index);
/* Nothing that it keeps is at a place that was left (carried.h). */
void ana_staleness_meter_settle(AnaStalenessMeter *meter);
void ana_staleness_meter_finish(AnaStalenessMeter *meter);
/* Acknowledged versions kept, for tests. */
gsize ana_staleness_meter_n_records(const AnaStalenessMeter *meter);

#endif
