/* cells.c — what one measure gathered: life, merging, values; see meters.h. */
#include "analysis/meter_context.h"

#include <math.h>

static gboolean has_hist(const AnaQuery *cell)
{
    return cell->metric->shape == ANA_SHAPE_DISTRIBUTION ||
           cell->metric->shape == ANA_SHAPE_TIME_AVERAGE;
}

AnaCell *ana_cells_new(const AnaPlan *plan)
{
    AnaCell *cells = g_new0(AnaCell, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (has_hist(&plan->cells[i]))
            cells[i].hist = ana_hist_new();
    return cells;
}

void ana_cells_free(const AnaPlan *plan, AnaCell *cells)
{
    for (gsize i = 0; cells && i < plan->n_cells; i++) {
        ana_hist_free(cells[i].hist);
        ana_offence_free(cells[i].offence);
        g_free(cells[i].found);
    }
    g_free(cells);
}

/* That of the first replication stays, whichever came first. */
static void merge_offence(AnaCell *into, const AnaCell *from)
{
    if (!from->offence ||
        (into->offence && into->offence->replication <= from->offence->replication))
        return;
    ana_offence_free(into->offence);
    into->offence = ana_offence_copy(from->offence);
}

static void merge_found(AnaCell *into, const AnaCell *from)
{
    if (!from->found || (into->found && into->found_in <= from->found_in))
        return;
    g_free(into->found);
    into->found = g_strdup(from->found);
    into->found_in = from->found_in;
}

void ana_cells_merge(const AnaPlan *plan, AnaCell *into, const AnaCell *from)
{
    for (gsize i = 0; i < plan->n_cells; i++) {
        if (from[i].hist)
            ana_hist_merge(into[i].hist, from[i].hist);
        merge_offence(&into[i], &from[i]);
        merge_found(&into[i], &from[i]);
        into[i].hits += from[i].hits;
        into[i].rated += from[i].rated;
        into[i].of += from[i].of;
        into[i].censored += from[i].censored;
        into[i].replications += from[i].replications;
        into[i].undrained |= from[i].undrained;
    }
}

static double share(guint64 hits, guint64 of)
{
    return of ? (double)hits / (double)of : (double)NAN;
}

/* Levels in ns are integers (semantics §9); a mean of counts is not. */
static double mean_of(const AnaQuery *query, const AnaHist *hist)
{
    double mean = ana_hist_mean(hist);
    return query->metric->unit == ANA_UNIT_NS ? floor(mean + 0.5) : mean;
}

guint64 ana_cell_numerator(const AnaQuery *query, const AnaCell *cell)
{
    /* A write may be drawn into a conflict by one that comes after the window began. */
    return query->stat == ANA_STAT_RATE && query->metric->rates_apart ? MIN(cell->rated, cell->of)
                                                                      : cell->hits;
}

double ana_cell_value(const AnaQuery *query, const AnaCell *cell)
{
    switch (query->metric->shape) {
    case ANA_SHAPE_RATIO:
    case ANA_SHAPE_PER_OPERATION:
        return share(cell->hits, cell->of);
    case ANA_SHAPE_TOTAL:
        if (query->stat == ANA_STAT_RATE)
            return share(ana_cell_numerator(query, cell), cell->of);
        return cell->of || cell->hits ? share(cell->hits, cell->replications) : (double)NAN;
    case ANA_SHAPE_DISTRIBUTION:
    case ANA_SHAPE_TIME_AVERAGE:
        break;
    }
    if (ana_hist_count(cell->hist) == 0)
        return (double)NAN;
    if (query->stat == ANA_STAT_MEAN)
        return mean_of(query, cell->hist);
    if (query->stat == ANA_STAT_MAX)
        return (double)ana_hist_max(cell->hist);
    return query->quantile > 0 ? (double)ana_hist_quantile(cell->hist, query->quantile)
                               : (double)NAN;
}

guint64 ana_cell_count(const AnaQuery *query, const AnaCell *cell)
{
    if (cell->hist)
        return ana_hist_count(cell->hist);
    if (query->metric->shape == ANA_SHAPE_TOTAL && query->stat != ANA_STAT_RATE)
        return cell->replications;
    return cell->of;
}

guint64 ana_cell_opportunities(const AnaCell *cell)
{
    return cell->hist ? ana_hist_count(cell->hist) : cell->of;
}

gsize *ana_cells_of(const AnaPlan *plan, AnaMetricId first, AnaMetricId last, gboolean plain,
                    gsize *n)
{
    gsize *found = g_new0(gsize, plan->n_cells + 1);
    *n = 0;
    for (gsize i = 0; i < plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(plan->cells[i].metric);
        if (id >= first && id <= last && ana_cell_is_plain(&plan->cells[i]) == plain)
            found[(*n)++] = i;
    }
    return found;
}
