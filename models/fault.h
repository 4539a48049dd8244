/*
 * fault.h — what goes wrong, when, and for how long (ux.md §6.1, semantics §8).
 *
 * Each fault of the setup is one process, or one for each of its `each`; a process is a source in
 * the event queue. It strikes at an instant, or again and again: `every` counts from the end of
 * the previous occurrence, the first from 0. Instants, lengths, chances and targets are drawn per
 * replication, keyed by the fault's name, the occurrence and, under `each`, the target's name.
 *
 * With `crews`, only so many of a fault's processes are repaired at a time, first failed first: the
 * length of an occurrence then counts from the moment a crew begins.
 *
 * Overlapping faults on one target hold until the last of them ends: effects are counted, not
 * switched. What each verb does is in fault_effects.c.
 */
#ifndef REP_FAULT_H
#define REP_FAULT_H

#include "models/network.h"

#include "sim/kernel.h"
#include "sim/ring.h"

typedef struct RepFault RepFault;

typedef struct RepFaultProcess {
    RepFault *fault;
    const RepFaultSetup *setup;
    RepPlace each; /* its target under `each`; kind NONE otherwise */
    SimSlot slot;
    gboolean is_active;
    gboolean waits;     /* active, and for a crew */
    guint32 occurrence; /* the one that is active or comes next, from 0 */
    guint32 number;     /* of the active one among all of the fault */
    RepPlace *places;   /* whom the active one hits; owned */
    gsize n_places;
    SimStream times, lengths, chances, targets, keys, spells;
} RepFaultProcess;

struct RepFault {
    int id;
    RepFaultProcess *processes;
    gsize n_processes;
    guint32 occurrences; /* so far */
    gint64 busy_crews;
    SimRing queue; /* gsize: processes that wait for a crew */
};

typedef struct RepFaults {
    RepFault *all;               /* by number */
    RepFaultProcess **processes; /* of all faults, by fault and then by name */
    gsize n_processes;
    gsize losing;      /* active faults that lose or corrupt messages */
    gsize disturbing;  /* active faults that double messages or hold them back */
    gsize returning;   /* active faults whose dead nodes will return */
    gsize on_messages; /* both: 0 where a message's delay is all that happens to it */
    gboolean *met;     /* per fault: the message that it waited for was sent */
    gsize n_messages;  /* faults that wait for one (script.h) */
} RepFaults;

void rep_faults_init(RepWorld *world);
void rep_faults_clear(RepWorld *world);
void rep_fault_due(void *world, guint64 process); /* SimHandler */

/* ---- what they do (fault_effects.c) ------------------------------------------------------- */

/* Decides whom an occurrence hits. Owned by the caller; *n may be 0. */
RepPlace *rep_fault_targets(RepWorld *world, const RepFaultProcess *process, gsize *n);
/* The process has begun or ended: its is_active says which. */
void rep_fault_takes_effect(RepWorld *world, const RepFaultProcess *process);
/* A path made while faults are active meets them. */
void rep_faults_meet_path(RepWorld *world, RepPath *path);
/* Probability that active faults take a message sent at `sent` on the path. */
double rep_faults_loss(RepWorld *world, const RepPath *path, SimTime sent);
/* Probability that it is doubled, or held back. */
double rep_faults_share(RepWorld *world, const RepPath *path, RepFaultKind kind);
/* Is the way from one place to another cut now? */
gboolean rep_faults_cut(const RepWorld *world, RepPlace from, RepPlace to);
/* Does the node run another version now? */
gboolean rep_faults_upgrade(const RepWorld *world, int node);

#endif
