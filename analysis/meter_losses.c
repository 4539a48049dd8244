/* meter_losses.c — acknowledged writes that do not survive; see meter_losses.h. */
#include "analysis/meter_losses.h"

#include "analysis/bit_log.h"

typedef struct TermBits {
    guint32 term;
    AnaBitLog *bits;
} TermBits;

typedef struct LossCell {
    gsize cell;
    GArray *terms; /* TermBits; few, the latest last */
} LossCell;

struct AnaLossMeter {
    const AnaMeterContext *context;
    LossCell *cells;
    gsize n_cells;
};

static void clear_term(gpointer data)
{
    ana_bit_log_free(((TermBits *)data)->bits);
}

AnaLossMeter *ana_loss_meter_new(const AnaMeterContext *context)
{
    AnaLossMeter *meter = g_new0(AnaLossMeter, 1);
    const AnaPlan *plan = context->plan;
    meter->context = context;
    meter->cells = g_new0(LossCell, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++) {
        if (ana_metric_id(plan->cells[i].metric) != ANA_LOST_WRITES)
            continue;
        LossCell *cell = &meter->cells[meter->n_cells++];
        cell->cell = i;
        cell->terms = g_array_new(FALSE, FALSE, sizeof(TermBits));
        g_array_set_clear_func(cell->terms, clear_term);
    }
    return meter;
}

void ana_loss_meter_free(AnaLossMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; i < meter->n_cells; i++)
        g_array_free(meter->cells[i].terms, TRUE);
    g_free(meter->cells);
    g_free(meter);
}

static AnaBitLog *bits_of(LossCell *cell, guint32 term)
{
    for (guint i = cell->terms->len; i-- > 0;) {
        const TermBits *known = &g_array_index(cell->terms, TermBits, i);
        if (known->term == term)
            return known->bits;
    }
    TermBits added = {.term = term, .bits = ana_bit_log_new()};
    g_array_append_val(cell->terms, added);
    return added.bits;
}

/* Last entry of the term that every node has on a disk that no fault destroys. */
static guint64 safe_end(const AnaMeterContext *context, guint32 term)
{
    guint64 end = G_MAXUINT64;
    for (gsize node = 0; node < context->world->n_nodes; node++) {
        AnaPlace disk = ana_history_copy(context->history, (int)node)->disk;
        if (context->world->may_be_wiped[node])
            return 0;
        end = MIN(end, ana_history_end_of_term(context->history, disk, term));
    }
    return end;
}

void ana_loss_meter_ended(AnaLossMeter *meter, const RepOperationSeen *operation)
{
    const AnaMeterContext *context = meter->context;
    if (operation->kind != REP_WRITE || operation->outcome != REP_OK)
        return;
    for (gsize i = 0; i < meter->n_cells; i++) {
        LossCell *cell = &meter->cells[i];
        const AnaQuery *query = &context->plan->cells[cell->cell];
        if (!ana_windows_has(context->windows, context->world, query, operation->began) ||
            !ana_operation_passes(query, context->world, operation))
            continue;
        AnaBitLog *bits = bits_of(cell, operation->version.term);
        context->cells[cell->cell].of++;
        if (ana_bit_log_would_grow(bits, operation->version.index))
            ana_bit_log_drop(bits, safe_end(context, operation->version.term));
        ana_bit_log_add(bits, operation->version.index);
    }
}

void ana_loss_meter_restart(AnaLossMeter *meter, gsize cell)
{
    for (gsize i = 0; i < meter->n_cells; i++)
        if (meter->cells[i].cell == cell)
            g_array_set_size(meter->cells[i].terms, 0);
}

static gboolean is_any_live(const AnaMeterContext *context)
{
    for (gsize node = 0; node < context->world->n_nodes; node++)
        if (!ana_history_copy(context->history, (int)node)->is_down)
            return TRUE;
    return FALSE;
}

void ana_loss_meter_finish(AnaLossMeter *meter, gboolean is_drained)
{
    const AnaMeterContext *context = meter->context;
    gboolean is_known = is_any_live(context);
    for (gsize i = 0; i < meter->n_cells; i++) {
        AnaCell *cell = &context->cells[meter->cells[i].cell];
        cell->undrained = !is_drained || !is_known;
        for (guint t = 0; t < meter->cells[i].terms->len; t++) {
            const TermBits *term = &g_array_index(meter->cells[i].terms, TermBits, t);
            guint64 end = ana_history_live_end(context->history, term->term);
            cell->hits += ana_bit_log_count_above(term->bits, end);
        }
        /* With no live node nothing survives; dropped bits included. */
        if (!is_known)
            cell->hits = cell->of;
    }
}
