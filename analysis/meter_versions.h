/*
 * meter_versions.h — private to analysis/: what becomes of acknowledged writes where there is no
 * one log: lost, overwritten, in conflict, won backwards; and when reads would have been fresh.
 *
 * A write is lost or overwritten by its fate (RepWriteFate), told when nobody holds it any more, or
 * lost where no live replica holds it at the end. A conflict is a pair of writes to a key of which
 * neither context has the other, counted at the later one.
 */
#ifndef ANA_METER_VERSIONS_H
#define ANA_METER_VERSIONS_H

#include "analysis/acknowledged.h"

typedef struct AnaVersionMeter AnaVersionMeter;

AnaVersionMeter *ana_version_meter_new(const AnaMeterContext *context);
void ana_version_meter_free(AnaVersionMeter *meter);
/* What reads are judged by. */
AnaAcknowledged *ana_version_meter_acknowledged(const AnaVersionMeter *meter);
void ana_version_meter_ended(AnaVersionMeter *meter, const RepOperationSeen *operation, SimTime at);
/* WRITTEN, UNSTORED, WRITE_CUT_OFF, WRITE_ENDED, SETTLED. */
void ana_version_meter_observe(AnaVersionMeter *meter, const RepObservation *seen);
void ana_version_meter_restart(AnaVersionMeter *meter, gsize cell);
void ana_version_meter_finish(AnaVersionMeter *meter, gboolean is_drained);

#endif
