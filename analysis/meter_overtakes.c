/* meter_overtakes.c — see meter_overtakes.h. */
#include "analysis/meter_overtakes.h"

#define BITS 64

/* A write that has not settled. */
typedef struct Open {
    guint64 serial;
    guint64 *arrived; /* bit per node; owned */
    SimIntervals context;
    guint64 cause_key, cause; /* the write to another key that it rests on; serial 0: none */
} Open;

struct AnaOvertakeMeter {
    const AnaMeterContext *context;
    GHashTable *keys; /* GArray of Open by key; only looked up */
    gsize n_words;
    gboolean *leads; /* per node */
    gsize *cells;
    gsize n_cells;
};

/* ---- life --------------------------------------------------------------------------------- */

static void clear_open(gpointer data)
{
    Open *open = data;
    g_free(open->arrived);
    sim_intervals_clear(&open->context);
}

static void free_key(gpointer data)
{
    g_array_free(data, TRUE);
}

AnaOvertakeMeter *ana_overtake_meter_new(const AnaMeterContext *context)
{
    AnaOvertakeMeter *meter = g_new0(AnaOvertakeMeter, 1);
    const AnaPlan *plan = context->plan;
    meter->context = context;
    meter->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_key);
    meter->n_words = (context->world->n_nodes + BITS - 1) / BITS;
    meter->leads = g_new0(gboolean, context->world->n_nodes + 1);
    meter->cells = g_new0(gsize, plan->n_cells + 1);
    for (gsize node = 0; node < context->world->n_nodes; node++)
        meter->leads[node] = ana_world_leads_beside_others(context->world, node);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (ana_metric_id(plan->cells[i].metric) == ANA_OVERTAKES)
            meter->cells[meter->n_cells++] = i;
    return meter;
}

void ana_overtake_meter_free(AnaOvertakeMeter *meter)
{
    if (!meter)
        return;
    g_hash_table_unref(meter->keys);
    g_free(meter->leads);
    g_free(meter->cells);
    g_free(meter);
}

gboolean ana_overtake_meter_is_asked(const AnaOvertakeMeter *meter)
{
    return meter->n_cells > 0;
}

/* ---- writes ------------------------------------------------------------------------------- */

static GArray *writes_of(const AnaOvertakeMeter *meter, guint64 key)
{
    return g_hash_table_lookup(meter->keys, &key);
}

static Open *find(const GArray *writes, guint64 serial)
{
    for (guint i = writes ? writes->len : 0; i-- > 0;)
        if (g_array_index(writes, Open, i).serial == serial)
            return &g_array_index(writes, Open, i);
    return NULL;
}

static gboolean has_arrived(const Open *open, gint32 node)
{
    return open->arrived[node / BITS] >> (node % BITS) & 1;
}

static void mark(Open *open, gint32 node)
{
    open->arrived[node / BITS] |= G_GUINT64_CONSTANT(1) << (node % BITS);
}

static void written(AnaOvertakeMeter *meter, const RepObservation *seen)
{
    GArray *writes = writes_of(meter, seen->written.key);
    gint32 party = seen->written.party;
    if (!writes) {
        writes = g_array_new(FALSE, FALSE, sizeof(Open));
        g_array_set_clear_func(writes, clear_open);
        g_hash_table_insert(meter->keys, g_memdup2(&seen->written.key, sizeof(guint64)), writes);
    }
    Open open = {.serial = seen->written.serial,
                 .arrived = g_new0(guint64, meter->n_words),
                 .cause_key = seen->written.depends_on.key,
                 .cause = seen->written.depends_on.version.index};
    sim_intervals_copy(&open.context, seen->written.context);
    if (party < (gint32)meter->context->world->n_nodes)
        mark(&open, party);
    g_array_append_val(writes, open);
}

static void forget(AnaOvertakeMeter *meter, guint64 key, guint64 serial)
{
    GArray *writes = writes_of(meter, key);
    const Open *open = find(writes, serial);
    if (!open)
        return;
    g_array_remove_index_fast(writes, (guint)(open - (const Open *)(gpointer)writes->data));
    if (writes->len == 0)
        g_hash_table_remove(meter->keys, &key);
}

/* ---- arrivals ----------------------------------------------------------------------------- */

/* Something that the write rests on is not there yet. What has settled is everywhere. */
static gboolean has_overtaken(const AnaOvertakeMeter *meter, const GArray *writes, const Open *open,
                              gint32 node)
{
    const Open *cause = open->cause ? find(writes_of(meter, open->cause_key), open->cause) : NULL;
    if (cause && !has_arrived(cause, node))
        return TRUE;
    for (guint i = 0; i < writes->len; i++) {
        const Open *other = &g_array_index(writes, Open, i);
        if (other != open && sim_intervals_has(&open->context, other->serial) &&
            !has_arrived(other, node))
            return TRUE;
    }
    return FALSE;
}

/* What the write follows is covered from now on, whether it still comes or not. */
static void mark_with_context(const GArray *writes, Open *open, gint32 node)
{
    mark(open, node);
    for (guint i = 0; i < writes->len; i++) {
        Open *other = &g_array_index(writes, Open, i);
        if (sim_intervals_has(&open->context, other->serial))
            mark(other, node);
    }
}

static void arrived(AnaOvertakeMeter *meter, const RepObservation *seen)
{
    const AnaMeterContext *context = meter->context;
    gint32 node = seen->stored.node;
    const GArray *writes = writes_of(meter, seen->stored.key);
    Open *open = find(writes, seen->stored.serial);
    if (!open || has_arrived(open, node))
        return;
    gboolean is_early = has_overtaken(meter, writes, open, node);
    mark_with_context(writes, open, node);
    for (gsize i = 0; i < meter->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[meter->cells[i]];
        AnaCell *cell = &context->cells[meter->cells[i]];
        gboolean is_asked = meter->leads[node] && (query->node < 0 || query->node == node) &&
                            (query->key < 0 || (guint64)query->key == seen->stored.key) &&
                            ana_cell_has(context, meter->cells[i], seen->at);
        cell->of += is_asked ? 1 : 0;
        cell->hits += is_asked && is_early ? 1 : 0;
    }
}

void ana_overtake_meter_observe(AnaOvertakeMeter *meter, const RepObservation *seen)
{
    if (meter->n_cells == 0)
        return;
    if (seen->kind == REP_OBS_WRITTEN)
        written(meter, seen);
    else if (seen->kind == REP_OBS_STORED ||
             (seen->kind == REP_OBS_UNSTORED && seen->stored.why & REP_UNSTORED_AT_ONCE))
        arrived(meter, seen);
    else if (seen->kind == REP_OBS_SETTLED)
        forget(meter, seen->settled.key, seen->settled.serial);
    else if (seen->kind == REP_OBS_WRITE_ENDED)
        forget(meter, seen->stored.key, seen->stored.serial);
}
