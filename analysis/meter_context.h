/*
 * meter_context.h — private to analysis/: what the families of meters share.
 *
 * Each family (operations, staleness, sessions, lag, time averages, downtime, losses,
 * leaders, divergence, cost) is a module with
 * new, free, its observations, `restart` (a cell of an `after F` window starts anew) and `finish`,
 * which fills its cells. Cells that are not in plain form are gathered in place.
 */
#ifndef ANA_METER_CONTEXT_H
#define ANA_METER_CONTEXT_H

#include "analysis/carried.h"
#include "analysis/history.h"
#include "analysis/plan.h"
#include "analysis/windows.h"

typedef struct AnaMeterContext {
    const AnaPlan *plan;
    const AnaWorld *world;
    const AnaWindows *windows;
    int log;                   /* that the meter is about … */
    const AnaHistory *history; /* … and what became of its entries; NULL: about no log */
    const AnaCarried *carried;
    struct AnaAcknowledged *acknowledged; /* where there is no one log; NULL: there is */
    AnaCell *cells;
    AnaCourse *course;    /* the course of the run; NULL: it is not kept */
    GArray *stale_reads;  /* AnaStaleRead; NULL: they are not kept */
    SimSpan longest_life; /* of an operation; SIM_NEVER: no limit */
} AnaMeterContext;

/* Whether cell number `cell` covers the instant. */
static inline gboolean ana_cell_has(const AnaMeterContext *context, gsize cell, SimTime instant)
{
    return ana_windows_has(context->windows, context->world, &context->plan->cells[cell], instant);
}

/* The filters that are about operations, but `age`. */
static inline gboolean ana_operation_passes(const AnaQuery *query, const AnaWorld *world,
                                            const RepOperationSeen *operation)
{
    if (query->client_region >= 0 && (guint32)query->client_region != operation->region)
        return FALSE;
    if (query->client >= 0 && (guint32)query->client != operation->client)
        return FALSE;
    if (query->session >= 0 && query->session != operation->session)
        return FALSE;
    if (query->key >= 0 && (guint64)query->key != operation->key)
        return FALSE;
    if (query->partition >= 0 && query->partition != rep_log_of_key(operation->key, world->n_logs))
        return FALSE;
    if (query->node >= 0 && query->node != operation->node)
        return FALSE;
    return query->region < 0 ||
           (operation->node >= 0 && world->node_regions[operation->node] == query->region);
}

/* Is a cell by node about entries of the meter's log? */
static inline gboolean ana_cell_of_log(const AnaMeterContext *context, gsize cell)
{
    gint64 partition = context->plan->cells[cell].partition;
    return partition < 0 || partition == context->log;
}

/* Indices of the cells, in plain form or not, whose measure lies in [first, last]. Owned by the
 * caller; *n is their number. */
gsize *ana_cells_of(const AnaPlan *plan, AnaMetricId first, AnaMetricId last, gboolean plain,
                    gsize *n);

#endif
