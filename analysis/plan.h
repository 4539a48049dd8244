/*
 * plan.h — private to analysis/: the inside of an AnaPlan (meters.h).
 *
 * A cell is a query without its statistic. Cells in plain form — the whole measured part, at most
 * a client region or a node as filter — are gathered on the fast way, in arrays by region and node
 * that are combined at the end; all others one by one.
 */
#ifndef ANA_PLAN_H
#define ANA_PLAN_H

#include "analysis/meters.h"
#include "analysis/metric_ids.h"

struct AnaPlan {
    AnaWorld world; /* owned copies throughout */
    AnaQuery *queries;
    gsize *cell_of;
    gsize n_queries;
    AnaQuery *cells; /* stat is NONE */
    gsize n_cells;
    gboolean keeps_course, keeps_stale_reads;
};

/* Whether the cell is in plain form (above). */
gboolean ana_cell_is_plain(const AnaQuery *cell);

/* Longest time any operation can take; SIM_NEVER where there is no limit. */
SimSpan ana_world_longest_life(const AnaWorld *world);
/* Exact, in the largest unit up to seconds that leaves no leading zero: 50ms, 1.5s. Caller frees.
 */
char *ana_span_text(SimSpan span);

#endif
