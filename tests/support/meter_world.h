/*
 * meter_world.h — random but lawful histories of a replicated log, with the truth about each.
 *
 * A toy of one log on a few nodes does random steps: operations begin, are appended, shipped,
 * flushed, applied, committed, served, answered, given up; nodes crash, are wiped, return; another
 * node takes the lead and others cut what it has not, and hand it over; snapshots are installed, a
 * node joins, leases lapse; faults come and go. Every step is written
 * down as observations, and everything the measures are about is written down beside them by plain
 * definition: each node's log entry by entry, the judgement of each read against all that was ever
 * acknowledged, each entry's lag, each level over time. Nothing is forgotten.
 *
 * Times are small (hundreds of microseconds in all), so that every nanosecond can be counted.
 */
#ifndef TEST_METER_WORLD_H
#define TEST_METER_WORLD_H

#include "analysis/meters.h"

#define METER_NODES 4
#define METER_REGIONS 2
#define METER_CLIENTS 2
#define METER_FAULTS 2
#define METER_STAGES 3
#define METER_SESSION_MEASURES 3

typedef struct MeterOperation {
    RepOperationSeen seen;
    SimTime ended;
    gboolean is_stale;  /* successful reads */
    SimSpan age, since; /* since: -1 where no acknowledgement came before */
    guint64 missed;
    gboolean is_due[METER_SESSION_MEASURES]; /* successful reads: own writes, own reads, what read
                                                writes depend on */
    gboolean is_late[METER_SESSION_MEASURES];
    gboolean is_lost; /* acknowledged writes, known at the end */
    gboolean is_overwritten;
} MeterOperation;

typedef struct MeterLag {
    int node, stage; /* received, flushed, applied */
    SimTime durable, passed;
    gboolean is_censored;
} MeterLag;

typedef struct MeterLevel {
    int node;
    SimTime from, to;
    guint64 backlog;
    SimTime oldest; /* durable; meaningless where backlog is 0 */
} MeterLevel;

typedef struct MeterAccepting { /* from `at` on */
    SimTime at;
    guint nodes;
} MeterAccepting;

typedef struct MeterFailover {
    SimTime at;
    gboolean is_false;
} MeterFailover;

typedef struct MeterApplied {
    SimTime at;
    int node;
    guint64 entries, diverged; /* by a follower */
} MeterApplied;

typedef struct MeterOccurrence {
    int fault;
    SimTime from, to; /* SIM_NEVER: to the end */
} MeterOccurrence;

typedef struct MeterWorld {
    AnaWorld world;
    GArray *observed;    /* RepObservation, the end included */
    GArray *operations;  /* MeterOperation */
    GArray *lags;        /* MeterLag */
    GArray *levels;      /* MeterLevel */
    GArray *occurrences; /* MeterOccurrence, by begin */
    GArray *accepting;   /* MeterAccepting */
    GArray *failovers;   /* MeterFailover */
    GArray *applied;     /* MeterApplied */
    GArray *conflicts;   /* SimTime */
    SimTime end;
    guint wipes, carried, installs, joins; /* that happened */
    guint late;                            /* acknowledged after it was carried */
    guint back;                            /* lost where it was carried, present where it was */
} MeterWorld;

typedef enum MeterFeature {
    METER_FAILOVER = 1,     /* any node may lead; else node 0 alone does */
    METER_WIPES = 2,        /* crashes destroy the disks of some nodes */
    METER_COARSE_TERMS = 4, /* observations give the copy's term, not that of each entry */
    METER_SPLITS = 8,       /* leases lapse, nodes pause, old leaders go on */
    METER_CARRIES = 16,     /* what is cut is handed to the new leader */
    METER_JOINS = 32        /* a node joins later; snapshots */
} MeterFeature;

MeterWorld *meter_world_new(guint64 seed, guint steps, guint features);
void meter_world_free(MeterWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MeterWorld, meter_world_free)

#endif
