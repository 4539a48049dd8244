/*
 * meters.h — from observations to numbers: the meters of one replication.
 *
 * An AnaPlan says what a variant's runs are asked: the default measures (every one that applies,
 * for the whole run, per node and per client region) and further queries (expect, --metric). An
 * AnaMeters listens to one world and gathers one cell per measure, filter and window; several
 * statistics share a cell. Cells hold integers and histograms only and merge exactly, so neither
 * the number of threads nor the order of merging can show in a result.
 *
 * Memory grows with what is alive: acknowledged versions of a key are dropped once every replica
 * that can answer holds a later one and no answer is under way (semantics §9 "stale read").
 */
#ifndef ANA_METERS_H
#define ANA_METERS_H

#include "analysis/hist.h"
#include "analysis/metrics.h"
#include "analysis/offence.h"
#include "models/observation.h"

/* What can happen in a world, and so which measures are asked by default. */
typedef enum AnaEventBit {
    ANA_CAN_FAIL_OVER = 1 << 0,   /* failovers, false_failovers, split_brain */
    ANA_CAN_DIVERGE = 1 << 1,     /* divergences */
    ANA_CAN_CONFLICT = 1 << 2,    /* conflicts, overwritten_writes */
    ANA_SESSIONS_RETURN = 1 << 3, /* by what they do or are promised: ryw_ and
                                     monotonic_violations */
    ANA_SESSIONS_TALK = 1 << 4,   /* prefix_violations */
    ANA_HAS_VERSIONS = 1 << 5,    /* there is no one log: backwards_wins */
    ANA_HAS_WARS = 1 << 6,        /* t_visibility */
    ANA_HAS_HINTS = 1 << 7        /* hints.* */
} AnaEventBit;

/* What concurrent values come to, where there is no one log (values.h). */
typedef enum AnaMerge {
    ANA_MERGE_NONE, /* they stay side by side, or a rule has picked one */
    ANA_MERGE_COUNTER,
    ANA_MERGE_SET,
    ANA_MERGE_SEQUENCE
} AnaMerge;

/* One step of a script. */
typedef struct AnaStep {
    guint32 client;
    guint64 number;   /* of the operation in its client group */
    const char *name; /* interned, like the others; NULL: none */
    guint64 key;
    const char *key_text;
    const char *value;   /* canonical (sim/value.h); NULL: it reads or deletes */
    const char *session; /* as the script calls it; NULL: the group has one … */
    guint32 session_number;
} AnaStep;

/* What the meters must know of the world, in observation.h's numbering. Borrowed strings. */
typedef struct AnaWorld {
    const char *const *nodes;
    const int *node_regions;
    gsize n_nodes;
    const char *const *regions;
    gsize n_regions;
    const gboolean *client_regions; /* per region: does any client live there? */
    const char *const *clients;
    const SimSpan *client_lives; /* per client group: longest time an operation can take … */
    gboolean writes_queue;       /* … once it is sent: a write may wait for its session's last */
    gsize n_clients;
    const char *const *faults; /* NULL entries: unnamed */
    gsize n_faults;
    gsize n_logs;                 /* partitions; 0 is 1 */
    const gboolean *follows;      /* [log * n_nodes + node]: receives the log from elsewhere */
    const gboolean *answers;      /* per node: may answer reads */
    const gboolean *may_be_wiped; /* per node: some fault can destroy its disk (it may answer
                                     with any old version later); NULL: none can */
    const gboolean *joins;        /* per node: absent until some fault lets it join; it answers no
                                     read before it has a copy; NULL: none is */
    const AnaStep *steps;         /* of all scripts, by group and number */
    gsize n_steps;
    AnaMerge merge;
    guint events;          /* AnaEventBit */
    gboolean stamps_order; /* where there is no one log: a conflict rule orders writes by
                              their stamps */
    SimTime warmup, duration;
    SimSpan downtime_floor;
    gboolean has_reads, has_writes;
} AnaWorld;

/* Does the node receive any log from elsewhere? */
static inline gboolean ana_world_follows(const AnaWorld *world, gsize node)
{
    for (gsize log = 0; log < MAX(world->n_logs, 1); log++)
        if (world->follows[log * world->n_nodes + node])
            return TRUE;
    return FALSE;
}

/* Does the node take writes into a log of its own while others take them into theirs? */
static inline gboolean ana_world_leads_beside_others(const AnaWorld *world, gsize node)
{
    gsize followed = 0;
    for (gsize log = 0; log < world->n_logs; log++)
        followed += world->follows[log * world->n_nodes + node] ? 1 : 0;
    return (world->events & ANA_HAS_VERSIONS) && followed > 0 && followed < world->n_logs;
}

typedef struct AnaPlan AnaPlan;

/* `world` is copied. Queries are copied; duplicates are dropped. */
AnaPlan *ana_plan_new(const AnaWorld *world, const AnaQuery *extra, gsize n_extra);
void ana_plan_free(AnaPlan *plan);
/* Meters of the plan keep the course of their run too (course.h); before the first of them. */
void ana_plan_keep_course(AnaPlan *plan);
gboolean ana_plan_keeps_course(const AnaPlan *plan);
const AnaWorld *ana_plan_world(const AnaPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaPlan, ana_plan_free)

/* The queries of the plan in the order of results (all statistics of all cells), and the cell each
 * one reads. */
gsize ana_plan_n_queries(const AnaPlan *plan);
const AnaQuery *ana_plan_query(const AnaPlan *plan, gsize i);
gsize ana_plan_cell_of(const AnaPlan *plan, gsize query);
gsize ana_plan_n_cells(const AnaPlan *plan);
/* Index of the query equal to `query`, or -1. */
gssize ana_plan_find(const AnaPlan *plan, const AnaQuery *query);
/* The name that `expect` accepts: METRIC{filters, sorted}.stat [window]. Caller frees. */
char *ana_plan_query_name(const AnaPlan *plan, const AnaQuery *query);

/* The same in parts, "" where there is none: `downtime(writes)`, `client_region=eu`, `p99`,
 * `during crash`. */
typedef struct AnaQueryParts {
    char *metric, *filter, *stat, *window; /* owned */
} AnaQueryParts;

void ana_plan_query_parts(const AnaPlan *plan, const AnaQuery *query, AnaQueryParts *parts);
void ana_query_parts_clear(AnaQueryParts *parts);

/* What one measure gathered, in one replication or merged over several. */
typedef struct AnaCell {
    AnaHist *hist;        /* DISTRIBUTION, TIME_AVERAGE (weights are ns); else NULL */
    guint64 hits;         /* RATIO: numerator; TOTAL: the count or ns; PER_OPERATION: the sum */
    guint64 rated;        /* conflicts: writes in at least one pair, the numerator of .rate */
    guint64 of;           /* opportunities: RATIO: the denominator; PER_OPERATION: operations;
                             lost_writes and its kin: acknowledged writes; divergences: entries
                             applied; downtime and time_to_first: operations; split_brain and
                             failovers: 1 where the window has any time */
    guint64 censored;     /* lag: entries not applied at the end; time_to_first: replications in
                             which it did not happen; linearizable: operations on keys about
                             which nothing is known */
    guint64 replications; /* merged into this cell */
    AnaOffence *offence;  /* linearizable: of the first replication that is not; or NULL; owned */
    char *found;          /* claims about a story: what was found instead in the first replication
                             in which it does not hold, … */
    guint found_in;       /* … its number; NULL: it always holds; owned */
    gboolean undrained;   /* loss metrics: some run did not drain, so they are inconclusive */
} AnaCell;

typedef struct AnaMeters AnaMeters;
typedef struct AnaCourse AnaCourse; /* course.h */

/* The plan is borrowed. */
AnaMeters *ana_meters_new(const AnaPlan *plan);
void ana_meters_free(AnaMeters *meters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaMeters, ana_meters_free)

/* It must see a run from its start to REP_PHASE_END. */
RepObserver ana_meters_observer(AnaMeters *meters);
/* After REP_PHASE_END: the cells, ana_plan_n_cells() of them, owned by the meters; or handed over
 * to the caller. */
const AnaCell *ana_meters_cells(const AnaMeters *meters);
AnaCell *ana_meters_take_cells(AnaMeters *meters);

/* The course of the run, handed over to the caller; NULL where the plan keeps none. */
AnaCourse *ana_meters_take_course(AnaMeters *meters);

/* A stale read (semantics §9), as its own event. */
typedef struct AnaStaleRead {
    guint64 number; /* of the operation in its client group */
    guint64 key;
    guint64 missed;              /* acknowledged versions that it misses */
    SimTime began, ended;        /* ended: answered */
    SimSpan age;                 /* from the earliest acknowledgement that it misses */
    guint32 client, replication; /* the replication is the caller's */
} AnaStaleRead;

/* Meters of the plan also keep every stale read; before the first of them. Memory grows with them:
 * for replays. */
void ana_plan_keep_stale_reads(AnaPlan *plan);
/* In the order in which they were answered (of AnaStaleRead), handed over to the caller; NULL where
 * the plan keeps none. */
GArray *ana_meters_take_stale_reads(AnaMeters *meters);

AnaCell *ana_cells_new(const AnaPlan *plan); /* empty */
void ana_cells_free(const AnaPlan *plan, AnaCell *cells);
void ana_cells_merge(const AnaPlan *plan, AnaCell *into, const AnaCell *from);

/* The value of a query in a cell; NaN where there is none: no observation, no opportunity. */
/* What the query divides by AnaCell.of, where it does. */
guint64 ana_cell_numerator(const AnaQuery *query, const AnaCell *cell);
double ana_cell_value(const AnaQuery *query, const AnaCell *cell);
/* Number of observations behind it (denominator of a ratio, replications where per-replication). */
guint64 ana_cell_count(const AnaQuery *query, const AnaCell *cell);
/* How often what the cell counts could have been seen. */
guint64 ana_cell_opportunities(const AnaCell *cell);

#endif
