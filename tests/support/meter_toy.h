/*
 * meter_toy.h — private to meter_world: the toy's state, and what is true of it by definition.
 */
#ifndef TEST_METER_TOY_H
#define TEST_METER_TOY_H

#include "tests/support/meter_world.h"

enum { METER_RECEIVED, METER_FLUSHED, METER_APPLIED };

typedef struct MeterEntry {
    guint32 term;
    guint64 key, index;
    SimTime durable; /* in the main history; -1: not */
    gboolean counted[METER_NODES][METER_STAGES];
    guint carried_to, carried_from; /* number + 1 of the same write at another place */
    gboolean is_dropped;            /* by a conflict rule */
    RepDependency depends_on;
} MeterEntry;

typedef struct MeterNode {
    GArray *log; /* guint: numbers of entries */
    guint64 flushed, shown;
    guint64 stage[METER_STAGES];
    guint32 label; /* term that it reports */
    gboolean is_down, is_paused;
    gboolean leads, holds_lease; /* as it believes */
    gboolean is_absent;          /* has yet to join */
    gboolean is_ready;           /* answers reads */
    SimTime joined;
} MeterNode;

typedef enum MeterProgress {
    METER_BEGUN,
    METER_APPENDED,
    METER_SERVED,
    METER_ANSWERED /* the answer is on its way */
} MeterProgress;

typedef struct MeterPending {
    RepOperationSeen seen;
    MeterProgress progress;
    guint entry;
} MeterPending;

typedef struct MeterToy {
    MeterWorld *world;
    guint64 random;
    SimTime now;
    gboolean with_failover, coarse, splits, carries, joins;
    MeterNode nodes[METER_NODES];
    int leader;              /* -1: none */
    int last_leader;         /* the last to begin; -1: none */
    gboolean has_died;       /* … and it died while it led */
    GArray *handed;          /* guint: entries on their way to a leader */
    guint32 term, main_term; /* of the latest leader; of the last entry of main */
    GArray *led;             /* what the latest leader began with: guint */
    guint64 committed;       /* at the leader */
    GArray *entries;         /* MeterEntry */
    GArray *main;            /* guint */
    GArray *pending;         /* MeterPending */
    guint64 next_number;
    guint active[METER_FAULTS];
} MeterToy;

static inline MeterEntry *meter_entry(const MeterToy *toy, guint number)
{
    return &g_array_index(toy->entries, MeterEntry, number);
}

static inline guint meter_number(const GArray *log, guint64 i)
{
    return g_array_index(log, guint, i);
}

static inline guint64 meter_common(const GArray *a, const GArray *b)
{
    guint64 n = 0;
    while (n < a->len && n < b->len && meter_number(a, n) == meter_number(b, n))
        n++;
    return n;
}

/* ---- steps: meter_log.c ------------------------------------------------------------------- */

guint64 meter_draw(MeterToy *toy, guint64 below);
void meter_emit(MeterToy *toy, RepObservation seen);
gboolean meter_is_running(const MeterNode *node);
void meter_flush(MeterToy *toy, int n);
void meter_truncate(MeterToy *toy, int n, guint64 length);
/* From the leader; what it has not is cut, and may be handed to it. */
void meter_receive(MeterToy *toy, int n);
void meter_apply_or_commit(MeterToy *toy, int n);
void meter_install(MeterToy *toy, int n);
void meter_carry(MeterToy *toy);

/* ---- the truth: meter_truth.c ------------------------------------------------------------- */

/* Entries that have newly passed a stage somewhere; its own need no lag at their origin (-1: none).
 */
void meter_note_lags(MeterToy *toy, int origin);
void meter_note_levels(MeterToy *toy);
void meter_note_accepting(MeterToy *toy);
/* The disk of a leader now reaches `to`. */
void meter_extend_main(MeterToy *toy, int node, guint64 to);
gboolean meter_holds(const MeterToy *toy, const GArray *log, guint64 length, guint number);
/* Of an acknowledged write, at the end. */
void meter_find_fate(const MeterToy *toy, MeterOperation *write);
/* Judges a read that is answered now, against all that was ever acknowledged. */
void meter_judge(const MeterToy *toy, MeterOperation *read);
/* The same against what its own session has done and seen. */
void meter_judge_session(const MeterToy *toy, MeterOperation *read);

#endif
