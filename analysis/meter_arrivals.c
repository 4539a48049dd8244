/* meter_arrivals.c — lag where nobody follows a log; see meter_arrivals.h. */
#include "analysis/meter_arrivals.h"

#include "analysis/course.h"

enum { BITS = 64 };

typedef struct Open {
    guint64 serial;
    SimTime accepted;
    gint32 party;         /* that accepted it */
    guint64 *reached;     /* nodes, a bit each; owned */
    SimIntervals context; /* owned */
} Open;

struct AnaArrivalMeter {
    const AnaMeterContext *context;
    GHashTable *keys; /* GArray of Open by key; only looked up */
    gsize n_writes, n_words;
    gsize *cells; /* LAG */
    gsize n_cells;
};

static void clear_open(gpointer data)
{
    Open *open = data;
    g_free(open->reached);
    sim_intervals_clear(&open->context);
}

static void free_key(gpointer data)
{
    g_array_free(data, TRUE);
}

AnaArrivalMeter *ana_arrival_meter_new(const AnaMeterContext *context)
{
    AnaArrivalMeter *meter = g_new0(AnaArrivalMeter, 1);
    gboolean has_log = FALSE;
    meter->context = context;
    meter->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_key);
    meter->n_words = (context->world->n_nodes + BITS - 1) / BITS;
    meter->cells = g_new0(gsize, context->plan->n_cells + 1);
    for (gsize node = 0; node < context->world->n_nodes; node++)
        has_log |= ana_world_follows(context->world, node);
    for (gsize i = 0; i < context->plan->n_cells && !has_log; i++)
        if (ana_metric_id(context->plan->cells[i].metric) == ANA_LAG)
            meter->cells[meter->n_cells++] = i;
    return meter;
}

void ana_arrival_meter_free(AnaArrivalMeter *meter)
{
    if (!meter)
        return;
    g_hash_table_unref(meter->keys);
    g_free(meter->cells);
    g_free(meter);
}

gboolean ana_arrival_meter_is_asked(const AnaArrivalMeter *meter)
{
    return meter->n_cells > 0;
}

static void written(AnaArrivalMeter *meter, const RepObservation *seen)
{
    GArray *key = g_hash_table_lookup(meter->keys, &seen->written.key);
    if (!key) {
        key = g_array_new(FALSE, FALSE, sizeof(Open));
        g_array_set_clear_func(key, clear_open);
        g_hash_table_insert(meter->keys, g_memdup2(&seen->written.key, sizeof(guint64)), key);
    }
    Open open = {.serial = seen->written.serial,
                 .accepted = seen->at,
                 .party = seen->written.party,
                 .reached = g_new0(guint64, meter->n_words)};
    sim_intervals_copy(&open.context, seen->written.context);
    g_array_append_val(key, open);
    meter->n_writes++;
}

static Open *find(const GArray *key, guint64 serial)
{
    for (guint i = key ? key->len : 0; i-- > 0;)
        if (g_array_index(key, Open, i).serial == serial)
            return &g_array_index(key, Open, i);
    return NULL;
}

static void reached(AnaArrivalMeter *meter, Open *open, gint32 node, SimTime at)
{
    const AnaMeterContext *context = meter->context;
    guint64 bit = G_GUINT64_CONSTANT(1) << (node % BITS);
    if (open->reached[node / BITS] & bit)
        return;
    open->reached[node / BITS] |= bit;
    if (context->course && open->party != node)
        ana_course_lag(context->course, node, open->accepted, at - open->accepted, 1);
    for (gsize i = 0; i < meter->n_cells && open->party != node; i++) {
        gsize cell = meter->cells[i];
        if (context->plan->cells[cell].node == node && ana_cell_has(context, cell, open->accepted))
            ana_hist_add(context->cells[cell].hist, at - open->accepted);
    }
}

static void arrived(AnaArrivalMeter *meter, const RepObservation *seen)
{
    const GArray *key = g_hash_table_lookup(meter->keys, &seen->stored.key);
    Open *newest = find(key, seen->stored.serial);
    if (!newest)
        return;
    reached(meter, newest, seen->stored.node, seen->at);
    for (guint i = 0; i < key->len; i++) {
        Open *open = &g_array_index(key, Open, i);
        if (sim_intervals_has(&newest->context, open->serial))
            reached(meter, open, seen->stored.node, seen->at);
    }
}

static void forget(AnaArrivalMeter *meter, guint64 number, guint64 serial)
{
    GArray *key = g_hash_table_lookup(meter->keys, &number);
    const Open *open = find(key, serial);
    if (!open)
        return;
    g_array_remove_index_fast(key, (guint)(open - (const Open *)(gpointer)key->data));
    meter->n_writes--;
    if (key->len == 0)
        g_hash_table_remove(meter->keys, &number);
}

void ana_arrival_meter_observe(AnaArrivalMeter *meter, const RepObservation *seen)
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

gsize ana_arrival_meter_n_writes(const AnaArrivalMeter *meter)
{
    return meter->n_writes;
}
