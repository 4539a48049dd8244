/* meter_losses.c — acknowledged writes that do not survive, or to no avail; see meter_losses.h. */
#include "analysis/meter_losses.h"

#include "analysis/bit_log.h"

typedef struct TermBits {
    guint32 term;
    AnaBitLog *bits;
} TermBits;

typedef struct LossCell {
    gsize cell;
    GArray *terms; /* TermBits; few, the latest last */
    guint64 acknowledged;
    guint64 overwritten; /* … and dropped by a conflict rule */
} LossCell;

struct AnaLossMeter {
    const AnaMeterContext *context;
    LossCell *cells; /* lost_writes and overwritten_writes */
    gsize n_cells;
    gsize *conflicts; /* cells */
    gsize n_conflicts;
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
    meter->conflicts = g_new0(gsize, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(plan->cells[i].metric);
        if (id == ANA_CONFLICTS)
            meter->conflicts[meter->n_conflicts++] = i;
        if (id != ANA_LOST_WRITES && id != ANA_OVERWRITTEN_WRITES)
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
    g_free(meter->conflicts);
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

/* Last entry of the term that every node, but those yet to join, has on a disk that no fault
 * destroys. */
static guint64 safe_end(const AnaMeterContext *context, guint32 term)
{
    guint64 end = G_MAXUINT64;
    for (gsize node = 0; node < context->world->n_nodes; node++) {
        const AnaCopy *copy = ana_history_copy(context->history, (int)node);
        if (context->world->may_be_wiped[node])
            return 0;
        if (!copy->is_absent)
            end = MIN(end, ana_history_end_of_term(context->history, copy->disk, term));
    }
    return end;
}

static void acknowledged(const AnaMeterContext *context, LossCell *cell, AnaVersion place)
{
    guint32 term = ana_version_term(place);
    AnaBitLog *bits = bits_of(cell, term);
    if (ana_bit_log_would_grow(bits, ana_version_index(place)))
        ana_bit_log_drop(bits, safe_end(context, term));
    ana_bit_log_add(bits, ana_version_index(place));
}

void ana_loss_meter_ended(AnaLossMeter *meter, const RepOperationSeen *operation)
{
    const AnaMeterContext *context = meter->context;
    if (operation->kind != REP_WRITE || operation->outcome != REP_OK)
        return;
    AnaVersion version = ana_version_pack(operation->version);
    gboolean is_dropped = ana_carried_is_dropped(context->carried, version);
    AnaVersion place = ana_carried_place(context->carried, version);
    for (gsize i = 0; i < meter->n_cells; i++) {
        LossCell *cell = &meter->cells[i];
        const AnaQuery *query = &context->plan->cells[cell->cell];
        if (!ana_windows_has(context->windows, context->world, query, operation->began) ||
            !ana_operation_passes(query, context->world, operation))
            continue;
        context->cells[cell->cell].of++;
        cell->acknowledged++;
        if (is_dropped)
            cell->overwritten++;
        else
            acknowledged(context, cell, place);
    }
    for (gsize i = 0; i < meter->n_conflicts; i++)
        if (ana_cell_has(context, meter->conflicts[i], operation->began))
            context->cells[meter->conflicts[i]].of++;
}

void ana_loss_meter_carried(AnaLossMeter *meter, AnaVersion from, AnaVersion to)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n_cells; i++) {
        LossCell *cell = &meter->cells[i];
        if (!ana_bit_log_take(bits_of(cell, ana_version_term(from)), ana_version_index(from)))
            continue; /* not acknowledged, or not yet */
        if (to)
            acknowledged(context, cell, to);
        else
            cell->overwritten++;
    }
}

void ana_loss_meter_conflict(AnaLossMeter *meter, SimTime at)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < meter->n_conflicts; i++)
        if (ana_cell_has(context, meter->conflicts[i], at)) {
            context->cells[meter->conflicts[i]].hits++;
            context->cells[meter->conflicts[i]].rated++;
        }
}

void ana_loss_meter_restart(AnaLossMeter *meter, gsize cell)
{
    for (gsize i = 0; i < meter->n_cells; i++)
        if (meter->cells[i].cell == cell) {
            g_array_set_size(meter->cells[i].terms, 0);
            meter->cells[i].acknowledged = meter->cells[i].overwritten = 0;
        }
}

static gboolean is_any_live(const AnaMeterContext *context)
{
    for (gsize node = 0; node < context->world->n_nodes; node++)
        if (!ana_history_copy(context->history, (int)node)->is_down)
            return TRUE;
    return FALSE;
}

/* Entries that were carried to a place where they are lost, but live where they had been, are not.
 */
static void take_back(const AnaMeterContext *context, LossCell *cell)
{
    for (guint i = 0; i < ana_carried_n_left(context->carried); i++) {
        AnaVersion left = ana_carried_left(context->carried, i);
        AnaVersion place = ana_carried_place(context->carried, left);
        guint32 term = ana_version_term(place);
        if (ana_history_live_end(context->history, ana_version_term(left)) >=
                ana_version_index(left) &&
            ana_history_live_end(context->history, term) < ana_version_index(place))
            ana_bit_log_take(bits_of(cell, term), ana_version_index(place));
    }
}

static guint64 count_lost(const AnaMeterContext *context, LossCell *cell)
{
    guint64 lost = 0;
    take_back(context, cell);
    for (guint t = 0; t < cell->terms->len; t++) {
        const TermBits *term = &g_array_index(cell->terms, TermBits, t);
        guint64 end = ana_history_live_end(context->history, term->term);
        lost += ana_bit_log_count_above(term->bits, end);
        if (end == 0) /* a node led that had joined, and had nothing yet */
            lost += ana_bit_log_n_dropped(term->bits);
    }
    return lost;
}

void ana_loss_meter_finish(AnaLossMeter *meter, gboolean is_drained)
{
    const AnaMeterContext *context = meter->context;
    gboolean is_known = is_any_live(context);
    for (gsize i = 0; i < meter->n_cells; i++) {
        LossCell *own = &meter->cells[i];
        AnaCell *cell = &context->cells[own->cell];
        cell->undrained = !is_drained || !is_known;
        if (ana_metric_id(context->plan->cells[own->cell].metric) == ANA_OVERWRITTEN_WRITES)
            cell->hits += own->overwritten;
        else /* with no live node nothing survives */
            cell->hits +=
                is_known ? count_lost(context, own) : own->acknowledged - own->overwritten;
    }
    for (gsize i = 0; i < meter->n_conflicts; i++)
        context->cells[meter->conflicts[i]].undrained = !is_drained || !is_known;
}
