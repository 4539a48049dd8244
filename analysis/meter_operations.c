/* meter_operations.c — latency, availability, unknown_rate; see meter_operations.h. */
#include "analysis/meter_operations.h"

enum { KINDS = 2, OUTCOMES = 4 };

/* Operations of one kind by clients of one region. */
typedef struct Base {
    AnaHist *latency;
    guint64 outcomes[OUTCOMES];
} Base;

struct AnaOperationMeter {
    const AnaMeterContext *context;
    Base *base; /* [kind * n_regions + region] */
    gsize n_regions;
    gsize *other; /* cells not in plain form */
    gsize n_other;
};

AnaOperationMeter *ana_operation_meter_new(const AnaMeterContext *context)
{
    AnaOperationMeter *meter = g_new0(AnaOperationMeter, 1);
    meter->context = context;
    meter->n_regions = context->world->n_regions;
    meter->base = g_new0(Base, KINDS * meter->n_regions + 1);
    for (gsize i = 0; i < KINDS * meter->n_regions; i++)
        meter->base[i].latency = ana_hist_new();
    meter->other =
        ana_cells_of(context->plan, ANA_WRITE_LATENCY, ANA_UNKNOWN_RATE, FALSE, &meter->n_other);
    return meter;
}

void ana_operation_meter_free(AnaOperationMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; i < KINDS * meter->n_regions; i++)
        ana_hist_free(meter->base[i].latency);
    g_free(meter->base);
    g_free(meter->other);
    g_free(meter);
}

static gboolean is_about(const AnaQuery *query, gboolean is_write)
{
    AnaMetricId id = ana_metric_id(query->metric);
    if (id == ANA_WRITE_LATENCY || id == ANA_READ_LATENCY)
        return is_write == (id == ANA_WRITE_LATENCY);
    return query->writes < 0 || query->writes == is_write;
}

/* `n` operations that ended so, into an availability or an unknown_rate. */
static void add_outcomes(AnaCell *cell, const AnaQuery *query, unsigned outcome, guint64 n)
{
    unsigned hit = ana_metric_id(query->metric) == ANA_AVAILABILITY ? REP_OK : REP_UNKNOWN;
    cell->of += n;
    if (outcome == hit)
        cell->hits += n;
}

void ana_operation_meter_ended(AnaOperationMeter *meter, const RepOperationSeen *operation,
                               SimTime at)
{
    const AnaMeterContext *context = meter->context;
    if (!ana_is_measured(context->world, operation->began) || operation->outcome == REP_NOT_STARTED)
        return;
    Base *base = &meter->base[operation->kind * meter->n_regions + operation->region];
    base->outcomes[operation->outcome]++;
    if (operation->outcome == REP_OK)
        ana_hist_add(base->latency, at - operation->began);
    for (gsize i = 0; i < meter->n_other; i++) {
        const AnaQuery *query = &context->plan->cells[meter->other[i]];
        AnaCell *cell = &context->cells[meter->other[i]];
        if (!is_about(query, operation->kind == REP_WRITE) ||
            !ana_operation_passes(query, context->world, operation) ||
            !ana_windows_has(context->windows, context->world, query, operation->began))
            continue;
        if (!cell->hist)
            add_outcomes(cell, query, operation->outcome, 1);
        else if (operation->outcome == REP_OK)
            ana_hist_add(cell->hist, at - operation->began);
    }
}

static void add_base(AnaCell *cell, const AnaQuery *query, const Base *base)
{
    if (cell->hist)
        ana_hist_merge(cell->hist, base->latency);
    for (unsigned outcome = 0; !cell->hist && outcome < OUTCOMES; outcome++)
        add_outcomes(cell, query, outcome, base->outcomes[outcome]);
}

void ana_operation_meter_finish(AnaOperationMeter *meter)
{
    const AnaMeterContext *context = meter->context;
    gsize n;
    gsize *plain = ana_cells_of(context->plan, ANA_WRITE_LATENCY, ANA_UNKNOWN_RATE, TRUE, &n);
    for (gsize i = 0; i < n; i++) {
        const AnaQuery *query = &context->plan->cells[plain[i]];
        for (gsize b = 0; b < KINDS * meter->n_regions; b++) {
            gsize region = b % meter->n_regions;
            if (is_about(query, b >= meter->n_regions) &&
                (query->client_region < 0 || (gsize)query->client_region == region))
                add_base(&context->cells[plain[i]], query, &meter->base[b]);
        }
    }
    g_free(plain);
}
