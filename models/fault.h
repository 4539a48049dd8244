/*
 * fault.h — what goes wrong, when, and for how long (ux.md §6.1, semantics §8).
 *
 * Each fault of the setup is a source in the event queue; its instants and lengths are drawn per
 * replication, keyed by its name and occurrence. Overlapping faults on one target hold until the
 * last of them ends: effects are counted, not switched.
 */
#ifndef REP_FAULT_H
#define REP_FAULT_H

#include "models/network.h"

#include "sim/kernel.h"

typedef struct RepFault {
    int id;
    const RepFaultSetup *setup;
    SimSlot slot;
    gboolean is_active;
    guint32 occurrence; /* of the one that is active or comes next, from 0 */
    SimStream times, spells;
} RepFault;

typedef struct RepFaults {
    RepFault *all; /* by number */
    gsize losing;  /* active `lose` faults */
} RepFaults;

void rep_faults_init(RepWorld *world);
/* Is the way from one place to another cut now? */
gboolean rep_faults_cut(const RepWorld *world, RepPlace from, RepPlace to);
void rep_fault_due(void *world, guint64 fault); /* SimHandler */
void rep_faults_clear(RepWorld *world);
/* A path made while faults are active meets them. */
void rep_faults_meet_path(RepWorld *world, RepPath *path);
/* Probability that active `lose` faults take a message sent at `sent` on the path. */
double rep_faults_loss(RepWorld *world, const RepPath *path, SimTime sent);

#endif
