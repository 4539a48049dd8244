/* meter_agreement.c — see meter_agreement.h. */
#include "analysis/meter_agreement.h"

typedef struct Open {
    SimTime last;      /* write */
    guint64 unsettled; /* writes */
} Open;

typedef struct Target {
    guint64 pending;  /* hints for it, at all nodes */
    SimTime returned; /* while they are being handed over; -1: it is down, or none are */
} Target;

struct AnaAgreementMeter {
    const AnaMeterContext *context;
    GHashTable *open; /* Open by key; only looked up */
    Target *targets;  /* by node */
    guint64 pending;
    SimTime since;
    gsize *cells; /* DIVERGENCE_TIME, HINTS_PENDING, HINTS_DRAINED */
    gsize n_cells;
};

static AnaMetricId id_of(const AnaAgreementMeter *meter, gsize i)
{
    return ana_metric_id(meter->context->plan->cells[meter->cells[i]].metric);
}

AnaAgreementMeter *ana_agreement_meter_new(const AnaMeterContext *context)
{
    AnaAgreementMeter *meter = g_new0(AnaAgreementMeter, 1);
    meter->context = context;
    meter->open = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    meter->targets = g_new0(Target, context->world->n_nodes + 1);
    meter->cells = g_new0(gsize, context->plan->n_cells + 1);
    for (gsize i = 0; i < context->world->n_nodes; i++)
        meter->targets[i].returned = -1;
    for (gsize i = 0; i < context->plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(context->plan->cells[i].metric);
        if (id == ANA_DIVERGENCE_TIME || id == ANA_HINTS_PENDING || id == ANA_HINTS_DRAINED)
            meter->cells[meter->n_cells++] = i;
    }
    return meter;
}

void ana_agreement_meter_free(AnaAgreementMeter *meter)
{
    if (!meter)
        return;
    g_hash_table_unref(meter->open);
    g_free(meter->targets);
    g_free(meter->cells);
    g_free(meter);
}

static void add(AnaAgreementMeter *meter, AnaMetricId id, SimTime instant, SimSpan value)
{
    for (gsize i = 0; i < meter->n_cells; i++)
        if (id_of(meter, i) == id && ana_cell_has(meter->context, meter->cells[i], instant))
            ana_hist_add(meter->context->cells[meter->cells[i]].hist, value);
}

/* ---- agreement ---------------------------------------------------------------------------- */

static void written(AnaAgreementMeter *meter, guint64 number, SimTime at)
{
    Open *open = g_hash_table_lookup(meter->open, &number);
    if (!open) {
        guint64 *key = g_new(guint64, 1);
        *key = number;
        open = g_new0(Open, 1);
        g_hash_table_insert(meter->open, key, open);
    }
    open->last = at;
    open->unsettled++;
}

static void settled(AnaAgreementMeter *meter, guint64 number, SimTime at)
{
    Open *open = g_hash_table_lookup(meter->open, &number);
    if (!open || --open->unsettled > 0)
        return;
    add(meter, ANA_DIVERGENCE_TIME, open->last, at - open->last);
    g_hash_table_remove(meter->open, &number);
}

/* ---- hints -------------------------------------------------------------------------------- */

/* The level held from `since` until now. */
static void add_level(AnaAgreementMeter *meter, SimTime now)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n_cells; i++) {
        if (id_of(meter, i) != ANA_HINTS_PENDING)
            continue;
        const AnaQuery *query = &context->plan->cells[meter->cells[i]];
        AnaParts parts = {.from = meter->since, .to = now};
        while (ana_windows_next(context->windows, query, &parts))
            ana_hist_add_weighted(context->cells[meter->cells[i]].hist, (gint64)meter->pending,
                                  (guint64)(parts.end - parts.begin));
    }
    meter->since = now;
}

static void handed_over(AnaAgreementMeter *meter, Target *target, SimTime now)
{
    if (target->returned < 0)
        return;
    add(meter, ANA_HINTS_DRAINED, target->returned, now - target->returned);
    target->returned = -1;
}

static void hint(AnaAgreementMeter *meter, const RepObservation *seen)
{
    Target *target = &meter->targets[seen->hint.target];
    add_level(meter, seen->at);
    meter->pending = meter->pending + seen->hint.pending - seen->hint.was;
    target->pending = target->pending + seen->hint.pending - seen->hint.was;
    if (target->pending == 0)
        handed_over(meter, target, seen->at);
}

static void node_changed(AnaAgreementMeter *meter, const RepObservation *seen)
{
    Target *target = &meter->targets[seen->node.node];
    if (seen->node.state == REP_NODE_DOWN)
        target->returned = -1;
    else if (seen->node.state == REP_NODE_UP && target->pending > 0 && target->returned < 0)
        target->returned = seen->at;
}

/* ---- the whole ---------------------------------------------------------------------------- */

void ana_agreement_meter_observe(AnaAgreementMeter *meter, const RepObservation *seen)
{
    if (meter->n_cells == 0)
        return;
    if (seen->kind == REP_OBS_WRITTEN)
        written(meter, seen->written.key, seen->at);
    else if (seen->kind == REP_OBS_SETTLED)
        settled(meter, seen->settled.key, seen->at);
    else if (seen->kind == REP_OBS_WRITE_ENDED && !seen->stored.by)
        settled(meter, seen->stored.key, seen->at);
    else if (seen->kind == REP_OBS_HINT)
        hint(meter, seen);
    else if (seen->kind == REP_OBS_NODE_CHANGED)
        node_changed(meter, seen);
}

void ana_agreement_meter_finish(AnaAgreementMeter *meter, SimTime end)
{
    add_level(meter, end);
}
