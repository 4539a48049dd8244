/* meter_versions.c — see meter_versions.h. */
#include "analysis/meter_versions.h"

struct AnaVersionMeter {
    const AnaMeterContext *context;
    AnaAcknowledged *acked;
    gsize *cells; /* of LOST_WRITES … T_VISIBILITY */
    gsize n_cells;
};

static gboolean is_own(AnaMetricId id)
{
    return id == ANA_LOST_WRITES || id == ANA_OVERWRITTEN_WRITES || id == ANA_CONFLICTS ||
           id == ANA_BACKWARDS_WINS || id == ANA_T_VISIBILITY;
}

static AnaMetricId id_of(const AnaVersionMeter *meter, gsize i)
{
    return ana_metric_id(meter->context->plan->cells[meter->cells[i]].metric);
}

static void fated(void *self, guint64 key, const AnaAcked *write, RepWriteFate fate)
{
    const AnaVersionMeter *meter = self;
    const AnaMeterContext *context = meter->context;
    if (fate == REP_FATE_FOLLOWED)
        return;
    AnaMetricId id = fate == REP_FATE_LOST ? ANA_LOST_WRITES : ANA_OVERWRITTEN_WRITES;
    RepOperationSeen operation = {.client = write->client,
                                  .session = write->session,
                                  .region = write->region,
                                  .node = write->node,
                                  .key = key,
                                  .began = write->began};
    for (gsize i = 0; i < meter->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[meter->cells[i]];
        if (id_of(meter, i) == id && ana_operation_passes(query, context->world, &operation) &&
            ana_windows_has(context->windows, context->world, query, write->began))
            context->cells[meter->cells[i]].hits++;
    }
}

AnaVersionMeter *ana_version_meter_new(const AnaMeterContext *context)
{
    AnaVersionMeter *meter = g_new0(AnaVersionMeter, 1);
    meter->context = context;
    meter->acked = ana_acknowledged_new(context, 0, fated, meter);
    meter->cells = g_new0(gsize, context->plan->n_cells + 1);
    for (gsize i = 0; i < context->plan->n_cells; i++)
        if (is_own(ana_metric_id(context->plan->cells[i].metric)))
            meter->cells[meter->n_cells++] = i;
    return meter;
}

void ana_version_meter_free(AnaVersionMeter *meter)
{
    if (!meter)
        return;
    ana_acknowledged_free(meter->acked);
    g_free(meter->cells);
    g_free(meter);
}

AnaAcknowledged *ana_version_meter_acknowledged(const AnaVersionMeter *meter)
{
    return meter->acked;
}

static void write_ended(AnaVersionMeter *meter, const RepOperationSeen *write)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[meter->cells[i]];
        AnaMetricId id = id_of(meter, i);
        if (id != ANA_T_VISIBILITY && id != ANA_CONFLICTS &&
            ana_operation_passes(query, context->world, write) &&
            ana_windows_has(context->windows, context->world, query, write->began))
            context->cells[meter->cells[i]].of++;
    }
}

static void read_ended(AnaVersionMeter *meter, const RepOperationSeen *read)
{
    const AnaMeterContext *context = meter->context;
    if (read->visible_after < 0 || !ana_is_measured(context->world, read->began))
        return;
    for (gsize i = 0; i < meter->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[meter->cells[i]];
        if (id_of(meter, i) == ANA_T_VISIBILITY &&
            ana_operation_passes(query, context->world, read) &&
            ana_windows_has(context->windows, context->world, query, read->began))
            ana_hist_add(context->cells[meter->cells[i]].hist, read->visible_after);
    }
}

void ana_version_meter_ended(AnaVersionMeter *meter, const RepOperationSeen *operation, SimTime at)
{
    if (operation->outcome != REP_OK)
        return;
    if (operation->kind == REP_READ) {
        read_ended(meter, operation);
        return;
    }
    ana_acknowledged_add(meter->acked, operation, at);
    write_ended(meter, operation);
}

static void written(AnaVersionMeter *meter, const RepObservation *seen)
{
    for (gsize i = 0; i < meter->n_cells; i++) {
        if (id_of(meter, i) != ANA_CONFLICTS ||
            !ana_cell_has(meter->context, meter->cells[i], seen->at))
            continue;
        AnaCell *cell = &meter->context->cells[meter->cells[i]];
        cell->hits += seen->written.conflicts;
        cell->rated += seen->written.in_conflict;
        cell->of++;
    }
}

static void count(AnaVersionMeter *meter, AnaMetricId id, SimTime at, guint64 n)
{
    for (gsize i = 0; n > 0 && i < meter->n_cells; i++)
        if (id_of(meter, i) == id && ana_cell_has(meter->context, meter->cells[i], at))
            meter->context->cells[meter->cells[i]].hits += n;
}

void ana_version_meter_observe(AnaVersionMeter *meter, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_WRITTEN)
        written(meter, seen);
    else if (seen->kind == REP_OBS_UNSTORED) {
        guint32 why = seen->stored.why & ~(guint32)REP_UNSTORED_AT_ONCE;
        if (why == REP_UNSTORED_BACKWARDS)
            count(meter, ANA_BACKWARDS_WINS, seen->at, 1);
    } else
        ana_acknowledged_observe(meter->acked, seen);
}

void ana_version_meter_restart(AnaVersionMeter *meter, gsize cell)
{
    (void)meter;
    (void)cell; /* everything is gathered in the cell itself */
}

void ana_version_meter_finish(AnaVersionMeter *meter, gboolean is_drained)
{
    ana_acknowledged_finish(meter->acked);
    for (gsize i = 0; i < meter->n_cells; i++)
        if (id_of(meter, i) != ANA_T_VISIBILITY)
            meter->context->cells[meter->cells[i]].undrained = !is_drained;
}
