/* meter_divergence.c — statements that gave another result; see meter_divergence.h. */
#include "analysis/meter_divergence.h"

struct AnaDivergenceMeter {
    const AnaMeterContext *context;
    gboolean *leads; /* by node */
    gsize *cells;
    gsize n_cells;
};

AnaDivergenceMeter *ana_divergence_meter_new(const AnaMeterContext *context)
{
    AnaDivergenceMeter *meter = g_new0(AnaDivergenceMeter, 1);
    const AnaPlan *plan = context->plan;
    meter->context = context;
    meter->leads = g_new0(gboolean, context->world->n_nodes + 1);
    meter->cells = g_new0(gsize, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (ana_metric_id(plan->cells[i].metric) == ANA_DIVERGENCES)
            meter->cells[meter->n_cells++] = i;
    return meter;
}

void ana_divergence_meter_free(AnaDivergenceMeter *meter)
{
    if (!meter)
        return;
    g_free(meter->leads);
    g_free(meter->cells);
    g_free(meter);
}

void ana_divergence_meter_observe(AnaDivergenceMeter *meter, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_LEADERSHIP) {
        meter->leads[seen->leadership.node] = seen->leadership.leads != 0;
        return;
    }
    const RepEntriesSeen *entries = &seen->entries;
    gboolean is_applied = seen->kind == REP_OBS_APPLIED;
    if (entries->first > entries->last || (is_applied && meter->leads[entries->node]))
        return;
    guint64 n = entries->last - entries->first + 1;
    for (gsize i = 0; i < meter->n_cells; i++) {
        gsize c = meter->cells[i];
        int node = meter->context->plan->cells[c].node;
        if ((node >= 0 && node != entries->node) || !ana_cell_has(meter->context, c, seen->at))
            continue;
        if (is_applied)
            meter->context->cells[c].of += n;
        else
            meter->context->cells[c].hits += n;
    }
}
