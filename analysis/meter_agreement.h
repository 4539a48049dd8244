/*
 * meter_agreement.h — private to analysis/: how long replicas of a key differ, where there is no
 * one log, and how long hints wait.
 *
 * A key is in agreement when all its writes have settled (REP_OBS_SETTLED) or nobody holds them any
 * more. Memory: one record per key that is not in agreement.
 */
#ifndef ANA_METER_AGREEMENT_H
#define ANA_METER_AGREEMENT_H

#include "analysis/meter_context.h"

typedef struct AnaAgreementMeter AnaAgreementMeter;

AnaAgreementMeter *ana_agreement_meter_new(const AnaMeterContext *context);
void ana_agreement_meter_free(AnaAgreementMeter *meter);
/* WRITTEN, SETTLED, WRITE_ENDED; HINT, NODE_CHANGED. */
void ana_agreement_meter_observe(AnaAgreementMeter *meter, const RepObservation *seen);
void ana_agreement_meter_finish(AnaAgreementMeter *meter, SimTime end);

#endif
