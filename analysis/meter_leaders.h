/*
 * meter_leaders.h — private to analysis/: split_brain, failovers, false_failovers.
 *
 * A node accepts writes while LEADERSHIP says that it leads, LEASE that its lease holds, and
 * NODE_CHANGED that it is up. Split brain is the time during which two or more do; of an open
 * interval only the part within the measured part, or a query's window, counts.
 *
 * A failover is a leadership begun by another node than the last. It is false unless the old leader
 * died while it led: its leadership ends at the instant at which its node goes down, or had not
 * ended by then. The decision itself is no observation: where the old leader is fenced, the end of
 * its leadership stands for it, and else the beginning of the next.
 */
#ifndef ANA_METER_LEADERS_H
#define ANA_METER_LEADERS_H

#include "analysis/meter_context.h"

typedef struct AnaLeaderMeter AnaLeaderMeter;

AnaLeaderMeter *ana_leader_meter_new(const AnaMeterContext *context);
void ana_leader_meter_free(AnaLeaderMeter *meter);
/* LEADERSHIP, LEASE, NODE_CHANGED. */
void ana_leader_meter_observe(AnaLeaderMeter *meter, const RepObservation *seen);
void ana_leader_meter_finish(AnaLeaderMeter *meter, SimTime end);

#endif
