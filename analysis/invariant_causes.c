/*
 * invariant_causes.c — under causal delivery a leader shows no write of another before what that
 * one had shown of the key when it took the write; see invariants.h, causes-first.
 */
#include "analysis/invariants_private.h"

typedef struct Write {
    SimIntervals context;
    SimIntervals rests_on; /* serials that had arrived at all who took it, and that it follows */
    SimIntervals takers; /* nodes that took it from its client: it may have tried elsewhere, too */
    gint32 party;        /* that took it first */
    guint32 client;
    guint64 number; /* of the operation */
} Write;

typedef struct Key {
    GArray *writes;        /* Write; the serial-th is at serial - 1 */
    SimIntervals *arrived; /* per node: serials, since it lost its disk last */
    gsize n_nodes;
} Key;

struct AnaCauseChecks {
    GHashTable *keys; /* Key by number; only looked up */
    GPtrArray *all;   /* the same, in the order of their first writes; owned */
};

static void clear_write(gpointer data)
{
    sim_intervals_clear(&((Write *)data)->context);
    sim_intervals_clear(&((Write *)data)->rests_on);
}

static void free_key(gpointer data)
{
    Key *key = data;
    for (gsize node = 0; node < key->n_nodes; node++)
        sim_intervals_clear(&key->arrived[node]);
    g_free(key->arrived);
    g_array_unref(key->writes);
    g_free(key);
}

static Key *key_of(AnaInvariants *self, guint64 number)
{
    Key *key = g_hash_table_lookup(self->causes->keys, &number);
    if (key)
        return key;
    key = g_new0(Key, 1);
    key->writes = g_array_new(FALSE, FALSE, sizeof(Write));
    g_array_set_clear_func(key->writes, clear_write);
    key->n_nodes = self->rules->n_nodes;
    key->arrived = g_new0(SimIntervals, key->n_nodes);
    g_hash_table_insert(self->causes->keys, g_memdup2(&number, sizeof number), key);
    g_ptr_array_add(self->causes->all, key);
    return key;
}

void ana_causes_init(AnaInvariants *self)
{
    self->causes = g_new0(struct AnaCauseChecks, 1);
    self->causes->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    self->causes->all = g_ptr_array_new_with_free_func(free_key);
}

void ana_causes_clear(AnaInvariants *self)
{
    g_hash_table_unref(self->causes->keys);
    g_ptr_array_unref(self->causes->all);
    g_free(self->causes);
}

/* What is in both, up to `last`. */
static SimIntervals common_of(const SimIntervals *a, const SimIntervals *b, guint64 last)
{
    SimIntervals common = {0};
    for (guint64 serial = 1; serial <= last; serial++)
        if (sim_intervals_has(a, serial) && sim_intervals_has(b, serial))
            sim_intervals_add(&common, serial, serial);
    return common;
}

static void written(AnaInvariants *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->written.key);
    Write write = {.party = seen->written.party,
                   .client = seen->written.client,
                   .number = seen->written.number};
    write.rests_on =
        common_of(&key->arrived[seen->written.party], seen->written.context, key->writes->len);
    sim_intervals_copy(&write.context, seen->written.context);
    g_array_append_val(key->writes, write);
}

/* A client that tries again may reach another leader, in whose log the write stands for less.
 * Attempts follow each other soon, so the write is one of the last. */
static void taken(AnaInvariants *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->appended.key);
    const SimIntervals *there = &key->arrived[seen->appended.node];
    for (guint i = key->writes->len; i-- > 0;) {
        Write *write = &g_array_index(key->writes, Write, i);
        if (write->client != seen->appended.client || write->number != seen->appended.number)
            continue;
        SimIntervals known = write->rests_on;
        write->rests_on = common_of(&known, there, i);
        sim_intervals_clear(&known);
        return;
    }
}

static void arrived(AnaInvariants *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->stored.key);
    guint64 serial = seen->stored.serial;
    SimIntervals *there = &key->arrived[seen->stored.node];
    const Write *write = &g_array_index(key->writes, Write, serial - 1);
    /* Who lost its disk leads again with its own log, which it shows at once. */
    if (write->party != seen->stored.node && !sim_intervals_contains(there, &write->rests_on))
        ana_violated(self, ANA_CAUSES_FIRST,
                     "%s shows the write %" G_GUINT64_FORMAT " to key %" G_GUINT64_FORMAT
                     " before what it rests on",
                     ana_node_name(self, seen->stored.node), serial, seen->stored.key);
    /* What it follows is covered from now on, whether it still comes or not. */
    sim_intervals_unite(there, &write->context);
    sim_intervals_add(there, serial, serial);
}

static void forget_node(AnaInvariants *self, gint32 node)
{
    for (guint i = 0; i < self->causes->all->len; i++)
        sim_intervals_clear(&((Key *)g_ptr_array_index(self->causes->all, i))->arrived[node]);
}

void ana_causes_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (!self->rules->versions->causes_first)
        return;
    if (seen->kind == REP_OBS_WRITTEN)
        written(self, seen);
    else if (seen->kind == REP_OBS_APPENDED)
        taken(self, seen);
    else if (seen->kind == REP_OBS_STORED ||
             (seen->kind == REP_OBS_UNSTORED && seen->stored.why & REP_UNSTORED_AT_ONCE))
        arrived(self, seen);
    else if (seen->kind == REP_OBS_NODE_CHANGED && seen->node.wiped)
        forget_node(self, seen->node.node);
}
