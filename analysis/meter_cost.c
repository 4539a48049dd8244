/* meter_cost.c — messages, bytes, flushes per operation; see meter_cost.h. */
#include "analysis/meter_cost.h"

enum { COSTS = ANA_COST_FLUSHES - ANA_COST_MESSAGES + 1 };

typedef struct Costs {
    guint64 sum[COSTS];
} Costs;

struct AnaCostMeter {
    const AnaMeterContext *context;
    RepTraffic before; /* the measured part */
    Costs base;        /* of the measured part */
    guint64 operations;
    gsize *other; /* cells not in plain form */
    gsize n_other;
};

AnaCostMeter *ana_cost_meter_new(const AnaMeterContext *context)
{
    AnaCostMeter *meter = g_new0(AnaCostMeter, 1);
    meter->context = context;
    meter->other =
        ana_cells_of(context->plan, ANA_COST_MESSAGES, ANA_COST_FLUSHES, FALSE, &meter->n_other);
    return meter;
}

void ana_cost_meter_free(AnaCostMeter *meter)
{
    if (!meter)
        return;
    g_free(meter->other);
    g_free(meter);
}

static void add_to_others(AnaCostMeter *meter, const Costs *costs, SimTime at)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n_other; i++) {
        AnaMetricId id = ana_metric_id(context->plan->cells[meter->other[i]].metric);
        if (ana_cell_has(context, meter->other[i], at))
            context->cells[meter->other[i]].hits += costs->sum[id - ANA_COST_MESSAGES];
    }
}

void ana_cost_meter_ended(AnaCostMeter *meter, const RepOperationSeen *operation)
{
    const AnaMeterContext *context = meter->context;
    if (operation->outcome == REP_NOT_STARTED || !ana_is_measured(context->world, operation->began))
        return;
    meter->operations++;
    for (gsize i = 0; i < meter->n_other; i++)
        context->cells[meter->other[i]].of +=
            ana_cell_has(context, meter->other[i], operation->began) ? 1 : 0;
}

void ana_cost_meter_sent(AnaCostMeter *meter, const RepMessageSeen *message, SimTime at)
{
    guint64 across = message->crosses_regions ? message->bytes : 0;
    if (ana_is_measured(meter->context->world, at))
        add_to_others(meter, &(Costs){{1, message->bytes, across, 0}}, at);
}

void ana_cost_meter_flushed(AnaCostMeter *meter, SimTime at)
{
    if (ana_is_measured(meter->context->world, at))
        add_to_others(meter, &(Costs){{0, 0, 0, 1}}, at);
}

gboolean ana_cost_meter_wants_messages(const AnaCostMeter *meter)
{
    return meter->n_other > 0;
}

void ana_cost_meter_phase(AnaCostMeter *meter, RepPhase phase, const RepTraffic *traffic)
{
    const RepTraffic *before = &meter->before;
    if (phase == REP_PHASE_MEASURED)
        meter->before = *traffic;
    else if (phase == REP_PHASE_DRAIN)
        meter->base = (Costs){{traffic->messages - before->messages, traffic->bytes - before->bytes,
                               traffic->bytes_between_regions - before->bytes_between_regions,
                               traffic->flushes - before->flushes}};
}

void ana_cost_meter_finish(AnaCostMeter *meter)
{
    const AnaMeterContext *context = meter->context;
    gsize n;
    gsize *plain = ana_cells_of(context->plan, ANA_COST_MESSAGES, ANA_COST_FLUSHES, TRUE, &n);
    for (gsize i = 0; i < n; i++) {
        AnaMetricId id = ana_metric_id(context->plan->cells[plain[i]].metric);
        context->cells[plain[i]].hits = meter->base.sum[id - ANA_COST_MESSAGES];
        context->cells[plain[i]].of = meter->operations;
    }
    g_free(plain);
}
