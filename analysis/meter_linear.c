/* meter_linear.c — histories by window, and their verdicts; see meter_linear.h. */
#include "analysis/meter_linear.h"

#include "analysis/history_check.h"

/* One cell. */
typedef struct Watch {
    gsize cell;
    AnaClientHistory *history;
    gboolean is_open;
    AnaHistoryVerdict sum; /* of the parts that have ended */
} Watch;

struct AnaLinearMeter {
    const AnaMeterContext *context;
    Watch *watches;
    gsize n;
};

AnaLinearMeter *ana_linear_meter_new(const AnaMeterContext *context)
{
    AnaLinearMeter *meter = g_new0(AnaLinearMeter, 1);
    const AnaPlan *plan = context->plan;
    meter->context = context;
    meter->watches = g_new0(Watch, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (ana_metric_id(plan->cells[i].metric) == ANA_LINEARIZABLE)
            meter->watches[meter->n++] = (Watch){
                .cell = i, .history = ana_client_history_new(ANA_HISTORY_MOST, plan->world.n_logs)};
    return meter;
}

void ana_linear_meter_free(AnaLinearMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; i < meter->n; i++) {
        ana_client_history_free(meter->watches[i].history);
        ana_offence_free(meter->watches[i].sum.offence);
    }
    g_free(meter->watches);
    g_free(meter);
}

gboolean ana_linear_meter_is_asked(const AnaLinearMeter *meter)
{
    return meter->n > 0;
}

/* ---- the window --------------------------------------------------------------------------- */

static void judge(Watch *watch)
{
    AnaHistoryVerdict part;
    ana_history_check(watch->history, &part);
    watch->sum.checked += part.checked;
    watch->sum.explained += part.explained;
    watch->sum.undecided += part.undecided;
    gboolean is_plainer = ana_offence_is_plainer(part.offence, watch->sum.offence);
    ana_offence_free(is_plainer ? watch->sum.offence : part.offence);
    if (is_plainer)
        watch->sum.offence = part.offence;
}

static void end_part(Watch *watch)
{
    if (watch->is_open)
        judge(watch);
    ana_client_history_close(watch->history);
    watch->is_open = FALSE;
}

/* What began in a window that lasts to the end of the measured part is awaited in the drain. */
static void follow_window(const AnaLinearMeter *meter, Watch *watch, SimTime now)
{
    if (now >= meter->context->world->duration)
        return;
    gboolean covers = ana_cell_has(meter->context, watch->cell, now);
    if (watch->is_open && !covers)
        end_part(watch);
    else if (covers && !watch->is_open)
        ana_client_history_open(watch->history);
    watch->is_open = covers;
}

/* ---- observations ------------------------------------------------------------------------- */

static gboolean is_of_key(const AnaQuery *query, const RepObservation *seen)
{
    if (query->key < 0 || seen->kind == REP_OBS_CARRIED)
        return TRUE;
    guint64 key = seen->kind == REP_OBS_APPENDED ? seen->appended.key : seen->operation.key;
    return key == (guint64)query->key;
}

void ana_linear_meter_observe(AnaLinearMeter *meter, const RepObservation *seen)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n; i++) {
        Watch *watch = &meter->watches[i];
        const AnaQuery *query = &context->plan->cells[watch->cell];
        follow_window(meter, watch, seen->at);
        if (is_of_key(query, seen))
            ana_client_history_observe(
                watch->history, seen,
                seen->kind == REP_OBS_OPERATION_BEGAN &&
                    ana_operation_passes(query, context->world, &seen->operation));
    }
}

void ana_linear_meter_restart(AnaLinearMeter *meter, gsize cell)
{
    for (gsize i = 0; i < meter->n; i++) {
        Watch *watch = &meter->watches[i];
        if (watch->cell != cell)
            continue;
        watch->is_open = FALSE;
        end_part(watch);
        ana_offence_free(watch->sum.offence);
        watch->sum = (AnaHistoryVerdict){.checked = 0};
    }
}

void ana_linear_meter_finish(AnaLinearMeter *meter)
{
    for (gsize i = 0; i < meter->n; i++) {
        Watch *watch = &meter->watches[i];
        end_part(watch);
        AnaCell *cell = &meter->context->cells[watch->cell];
        cell->of = watch->sum.checked;
        cell->hits = watch->sum.explained;
        cell->censored = watch->sum.undecided;
        cell->offence = g_steal_pointer(&watch->sum.offence);
    }
}
