/* time_levels.c — behind and backlog of one node over simulated time; see time_levels.h. */
#include "analysis/time_levels.h"

#include "analysis/ramp.h"

typedef struct LevelCell {
    gsize cell;
    AnaRamp *ramp;     /* behind, while it is not 0; NULL for backlog */
    gboolean is_whole; /* about the whole measured part */
} LevelCell;

struct AnaTimeLevels {
    const AnaMeterContext *context;
    LevelCell *cells;
    gsize n_cells;
    gboolean has_begun;
    SimTime backlog_since, oldest_since;
    guint64 backlog;
    SimTime oldest; /* -1: none */
};

static void add_cells(AnaTimeLevels *levels, int node, gboolean plain)
{
    const AnaPlan *plan = levels->context->plan;
    gsize n;
    gsize *found = ana_cells_of(plan, ANA_BEHIND, ANA_BACKLOG, plain, &n);
    levels->cells = g_renew(LevelCell, levels->cells, levels->n_cells + n + 1);
    for (gsize i = 0; i < n; i++) {
        const AnaQuery *query = &plan->cells[found[i]];
        gboolean is_behind = ana_metric_id(query->metric) == ANA_BEHIND;
        if (query->node == node && ana_cell_of_log(levels->context, found[i]))
            levels->cells[levels->n_cells++] =
                (LevelCell){.cell = found[i],
                            .ramp = is_behind ? ana_ramp_new() : NULL,
                            .is_whole = query->window == ANA_WINDOW_ALL};
    }
    g_free(found);
}

AnaTimeLevels *ana_time_levels_new(const AnaMeterContext *context, int node)
{
    AnaTimeLevels *levels = g_new0(AnaTimeLevels, 1);
    levels->context = context;
    levels->oldest = -1;
    add_cells(levels, node, TRUE);
    add_cells(levels, node, FALSE);
    return levels;
}

void ana_time_levels_free(AnaTimeLevels *levels)
{
    if (!levels)
        return;
    for (gsize i = 0; i < levels->n_cells; i++)
        ana_ramp_free(levels->cells[i].ramp);
    g_free(levels->cells);
    g_free(levels);
}

/* ana_windows_next(), quick for the whole measured part. */
static gboolean next_part(const AnaMeterContext *context, const LevelCell *cell, AnaParts *parts)
{
    if (!cell->is_whole)
        return ana_windows_next(context->windows, &context->plan->cells[cell->cell], parts);
    parts->begin = MAX(parts->from, context->world->warmup);
    parts->end = MIN(parts->to, context->world->duration);
    return parts->steps++ == 0 && parts->begin < parts->end;
}

static void add_backlog(AnaTimeLevels *levels, SimTime to)
{
    const AnaMeterContext *context = levels->context;
    for (gsize i = 0; i < levels->n_cells; i++) {
        const LevelCell *cell = &levels->cells[i];
        AnaParts parts = {.from = levels->backlog_since, .to = to};
        while (!cell->ramp && next_part(context, cell, &parts))
            ana_hist_add_weighted(context->cells[cell->cell].hist, (gint64)levels->backlog,
                                  (guint64)(parts.end - parts.begin));
    }
    levels->backlog_since = to;
}

static void add_behind(AnaTimeLevels *levels, SimTime to)
{
    const AnaMeterContext *context = levels->context;
    for (gsize i = 0; i < levels->n_cells; i++) {
        const LevelCell *cell = &levels->cells[i];
        AnaParts parts = {.from = levels->oldest_since, .to = to};
        while (cell->ramp && next_part(context, cell, &parts)) {
            if (levels->oldest < 0)
                ana_hist_add_weighted(context->cells[cell->cell].hist, 0,
                                      (guint64)(parts.end - parts.begin));
            else
                ana_ramp_add(cell->ramp, parts.begin - levels->oldest, parts.end - levels->oldest);
        }
    }
    levels->oldest_since = to;
}

void ana_time_levels_begin(AnaTimeLevels *levels, SimTime at)
{
    levels->has_begun = TRUE;
    levels->backlog_since = levels->oldest_since = at;
}

void ana_time_levels_set(AnaTimeLevels *levels, SimTime at, guint64 backlog, SimTime oldest)
{
    if (backlog == 0)
        oldest = -1;
    if (backlog != levels->backlog)
        add_backlog(levels, at);
    levels->backlog = backlog;
    if (oldest != levels->oldest)
        add_behind(levels, at);
    levels->oldest = oldest;
}

void ana_time_levels_restart(AnaTimeLevels *levels, gsize cell)
{
    for (gsize i = 0; i < levels->n_cells; i++)
        if (levels->cells[i].cell == cell && levels->cells[i].ramp)
            ana_ramp_clear(levels->cells[i].ramp);
}

void ana_time_levels_finish(AnaTimeLevels *levels, SimTime end)
{
    if (!levels->has_begun)
        return;
    add_backlog(levels, end);
    add_behind(levels, end);
    for (gsize i = 0; i < levels->n_cells; i++)
        if (levels->cells[i].ramp)
            ana_ramp_flatten(levels->cells[i].ramp,
                             levels->context->cells[levels->cells[i].cell].hist);
}
