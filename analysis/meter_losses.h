/*
 * meter_losses.h — private to analysis/: lost_writes, overwritten_writes, conflicts.
 *
 * semantics §9: acknowledged, and after the drain neither present nor followed by a write that had
 * seen it, on the surviving history. In one log a write that had seen another stands behind it, so
 * presence decides; the surviving history is what live nodes hold. A write belongs to the instant
 * of its invocation.
 *
 * A write that was cut and carried to a new place is looked for there. One that a conflict rule
 * dropped is overwritten, not lost, and with what stands it is a conflict.
 *
 * Acknowledged entries are bits by (term, index). What all nodes have on disk, and none can lose
 * by a wipe, is dropped: no failover can cut it.
 */
#ifndef ANA_METER_LOSSES_H
#define ANA_METER_LOSSES_H

#include "analysis/meter_context.h"

typedef struct AnaLossMeter AnaLossMeter;

AnaLossMeter *ana_loss_meter_new(const AnaMeterContext *context);
void ana_loss_meter_free(AnaLossMeter *meter);
void ana_loss_meter_ended(AnaLossMeter *meter, const RepOperationSeen *operation);
/* The entry at `from` has gone to `to`; 0: a conflict rule dropped it. */
void ana_loss_meter_carried(AnaLossMeter *meter, AnaVersion from, AnaVersion to);
/* Two writes are a pair of which neither had seen the other. */
void ana_loss_meter_conflict(AnaLossMeter *meter, SimTime at);
void ana_loss_meter_restart(AnaLossMeter *meter, gsize cell);
void ana_loss_meter_finish(AnaLossMeter *meter, gboolean is_drained);

#endif
