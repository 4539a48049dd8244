/*
 * invariant_versions.c — what must be true where there is no one log: who holds which versions, by
 * what was observed of storing and dropping them.
 *
 * Keeps everything, and compares by definition: sets of serials in arrays, contexts as they were
 * given. Judges reads against quorums that must meet, and replicas against each other at the end.
 */
#include "analysis/acknowledged.h"
#include "analysis/invariants_private.h"

typedef struct Write {
    guint64 serial;
    RepStamp stamp;
    SimIntervals context; /* owned */
    SimTime acknowledged; /* SIM_NEVER: not */
    SimTime read;         /* the first read that covers it was answered; SIM_NEVER: none */
    gboolean is_overruled;
} Write;

typedef struct Key {
    GArray *writes; /* Write; the serial-th is at serial - 1 */
    GArray **shown; /* per node: guint64 serials; NULL: none yet */
} Key;

struct AnaVersionChecks {
    GHashTable *keys; /* by key; only looked up */
    GArray *order;    /* guint64: the keys in the order of their first writes */
};

static void clear_write(gpointer data)
{
    sim_intervals_clear(&((Write *)data)->context);
}

static Key *key_of(AnaInvariants *self, guint64 number)
{
    struct AnaVersionChecks *checks = self->versions;
    Key *key = g_hash_table_lookup(checks->keys, &number);
    if (key)
        return key;
    key = g_new0(Key, 1);
    key->writes = g_array_new(FALSE, FALSE, sizeof(Write));
    g_array_set_clear_func(key->writes, clear_write);
    key->shown = g_new0(GArray *, self->rules->n_nodes);
    guint64 *name = g_new(guint64, 1);
    *name = number;
    g_hash_table_insert(checks->keys, name, key);
    g_array_append_val(checks->order, number);
    return key;
}

static Write *write_of(const Key *key, guint64 serial)
{
    return serial >= 1 && serial <= key->writes->len
               ? &g_array_index(key->writes, Write, serial - 1)
               : NULL;
}

void ana_versions_init(AnaInvariants *self)
{
    self->versions = g_new0(struct AnaVersionChecks, 1);
    self->versions->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    self->versions->order = g_array_new(FALSE, FALSE, sizeof(guint64));
}

void ana_versions_clear(AnaInvariants *self)
{
    struct AnaVersionChecks *checks = self->versions;
    for (guint i = 0; i < checks->order->len; i++) {
        Key *key = key_of(self, g_array_index(checks->order, guint64, i));
        for (gsize node = 0; node < self->rules->n_nodes; node++)
            if (key->shown[node])
                g_array_unref(key->shown[node]);
        g_free(key->shown);
        g_array_unref(key->writes);
        g_free(key);
    }
    g_array_unref(checks->order);
    g_hash_table_unref(checks->keys);
    g_free(checks);
}

/* ---- writes ------------------------------------------------------------------------------- */

static void check_follows(AnaInvariants *self, const Key *key, const RepObservation *seen)
{
    gint32 party = seen->written.party;
    if (!self->rules->versions->follows_shown || party < 0 || party >= (gint32)self->rules->n_nodes)
        return;
    const GArray *shown = key->shown[party];
    for (guint i = 0; shown && i < shown->len; i++)
        if (!sim_intervals_has(seen->written.context, g_array_index(shown, guint64, i)))
            ana_violated(self, ANA_FOLLOWS_SHOWN,
                         "%s takes a write to key %" G_GUINT64_FORMAT
                         " that does not follow what it shows",
                         ana_node_name(self, party), seen->written.key);
}

static void written(AnaInvariants *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->written.key);
    guint64 serial = key->writes->len + 1;
    if (seen->written.serial != serial)
        ana_violated(self, ANA_VERSIONS_IN_ORDER,
                     "the next write to key %" G_GUINT64_FORMAT " is the %" G_GUINT64_FORMAT
                     "-th, and is called the %" G_GUINT64_FORMAT "-th",
                     seen->written.key, serial, seen->written.serial);
    if (sim_intervals_count(seen->written.context, serial, G_MAXUINT64))
        ana_violated(self, ANA_VERSIONS_IN_ORDER,
                     "a write to key %" G_GUINT64_FORMAT " follows itself or a later one",
                     seen->written.key);
    check_follows(self, key, seen);
    Write write = {.serial = serial,
                   .stamp = seen->written.stamp,
                   .acknowledged = SIM_NEVER,
                   .read = SIM_NEVER};
    sim_intervals_copy(&write.context, seen->written.context);
    g_array_append_val(key->writes, write);
}

/* ---- replicas ----------------------------------------------------------------------------- */

static gssize place_in(const GArray *serials, guint64 serial)
{
    for (guint i = 0; serials && i < serials->len; i++)
        if (g_array_index(serials, guint64, i) == serial)
            return i;
    return -1;
}

static void stored(AnaInvariants *self, const RepObservation *seen)
{
    Key *key = key_of(self, seen->stored.key);
    GArray **shown = &key->shown[seen->stored.node];
    if (!write_of(key, seen->stored.serial))
        ana_violated(self, ANA_VERSIONS_IN_ORDER, "%s stores a version that nobody wrote",
                     ana_node_name(self, seen->stored.node));
    if (place_in(*shown, seen->stored.serial) >= 0)
        ana_violated(self, ANA_VERSIONS_IN_ORDER, "%s stores a version that it has",
                     ana_node_name(self, seen->stored.node));
    if (self->replicas[seen->stored.node].state == REP_NODE_DOWN)
        ana_violated(self, ANA_SILENT_WHILE_STOPPED, "%s stores a version while it is down",
                     ana_node_name(self, seen->stored.node));
    if (!*shown)
        *shown = g_array_new(FALSE, FALSE, sizeof(guint64));
    g_array_append_val(*shown, seen->stored.serial);
}

/* What a node drops gives way to one that follows it, or by the rule. */
static void unstored(AnaInvariants *self, const RepObservation *seen)
{
    const AnaVersionRules *rules = self->rules->versions;
    Key *key = key_of(self, seen->stored.key);
    Write *write = write_of(key, seen->stored.serial), *by = write_of(key, seen->stored.by);
    gssize place = place_in(key->shown[seen->stored.node], seen->stored.serial);
    gboolean at_once = (seen->stored.why & REP_UNSTORED_AT_ONCE) != 0;
    guint32 why = seen->stored.why & ~(guint32)REP_UNSTORED_AT_ONCE;
    if ((place < 0 && !at_once) || !write) {
        ana_violated(self, ANA_VERSIONS_IN_ORDER, "%s drops a version that it has not",
                     ana_node_name(self, seen->stored.node));
        return;
    }
    if (!at_once)
        g_array_remove_index(key->shown[seen->stored.node], (guint)place);
    if (why == REP_UNSTORED_LOST)
        return;
    gboolean by_rule = why != REP_UNSTORED_FOLLOWED;
    write->is_overruled |= by_rule;
    if (by_rule && rules->keeps_siblings)
        ana_violated(self, ANA_SIBLINGS_STAY,
                     "%s drops the write %" G_GUINT64_FORMAT " to key %" G_GUINT64_FORMAT
                     " though nobody who had seen it replaced it",
                     ana_node_name(self, seen->stored.node), seen->stored.serial, seen->stored.key);
    if (by_rule && rules->stamps_order && by && ana_stamp_compare(by->stamp, write->stamp) < 0)
        ana_violated(self, ANA_LARGER_STAMP_STAYS,
                     "%s drops a version for one with a smaller stamp",
                     ana_node_name(self, seen->stored.node));
}

/* At the end of a run what is left on dead nodes' disks counts as gone. */
static void ended(AnaInvariants *self, const RepObservation *seen)
{
    const Key *key = key_of(self, seen->stored.key);
    for (gsize node = 0; node < self->rules->n_nodes; node++)
        if (self->replicas[node].state != REP_NODE_DOWN &&
            place_in(key->shown[node], seen->stored.serial) >= 0)
            ana_violated(self, ANA_VERSIONS_IN_ORDER,
                         "%s shows a write that nobody is said to hold any more",
                         ana_node_name(self, (int)node));
    const AnaVersionRules *rules = self->rules->versions;
    if (seen->stored.why == REP_FATE_OVERWRITTEN && rules->keeps_siblings && !rules->shows_one)
        ana_violated(self, ANA_SIBLINGS_STAY, "a write to key %" G_GUINT64_FORMAT " is overwritten",
                     seen->stored.key);
}

/* ---- hints -------------------------------------------------------------------------------- */

/* Does the node show the write, or what replaced it? */
static gboolean has_got(AnaInvariants *self, const Key *key, int node, const Write *write)
{
    const GArray *shown = key->shown[node];
    for (guint i = 0; shown && i < shown->len; i++) {
        const Write *other = write_of(key, g_array_index(shown, guint64, i));
        if (other == write || sim_intervals_has(&other->context, write->serial) ||
            (self->rules->versions->stamps_order &&
             ana_stamp_compare(other->stamp, write->stamp) >= 0))
            return TRUE;
    }
    return FALSE;
}

static void hint_changed(AnaInvariants *self, const RepObservation *seen)
{
    SimSpan kept = self->rules->versions->hints_kept;
    const Key *key = key_of(self, seen->hint.key);
    const Write *write = write_of(key, seen->hint.serial);
    if (kept == 0 || seen->hint.pending > seen->hint.was ||
        self->replicas[seen->hint.node].state == REP_NODE_DOWN ||
        self->rules->delayed[seen->hint.target])
        return;
    if (!write || (sim_time_after(seen->hint.since, kept) > self->now &&
                   !has_got(self, key, seen->hint.target, write)))
        ana_violated(self, ANA_HINT_STAYS,
                     "%s drops the hint of the write %" G_GUINT64_FORMAT
                     " to key %" G_GUINT64_FORMAT " that %s has not got",
                     ana_node_name(self, seen->hint.node), seen->hint.serial, seen->hint.key,
                     ana_node_name(self, seen->hint.target));
}

/* ---- operations --------------------------------------------------------------------------- */

static gboolean is_covered(const RepOperationSeen *read, const Write *write, gboolean by_stamp)
{
    return (read->versions->cover && sim_intervals_has(read->versions->cover, write->serial)) ||
           (by_stamp && ana_stamp_compare(read->versions->newest, write->stamp) >= 0);
}

/* Two quorums that meet: what was acknowledged before the read began is covered by it; and what was
 * read, where every read repairs first. */
static void check_fresh(AnaInvariants *self, const Key *key, const RepOperationSeen *read)
{
    gboolean by_stamp = self->rules->versions->stamps_order && read->versions->n > 0;
    for (guint i = 0; i < key->writes->len; i++) {
        Write *write = &g_array_index(key->writes, Write, i);
        if (is_covered(read, write, by_stamp)) {
            write->read = MIN(write->read, self->now);
            continue;
        }
        /* Of one instant nobody can tell here which came first. */
        gboolean was_acknowledged = write->acknowledged < read->began;
        gboolean was_read = self->rules->versions->reads_repair && write->read < read->began;
        if (!was_acknowledged && !was_read)
            continue;
        ana_violated(self, was_acknowledged ? ANA_QUORUMS_MEET : ANA_READ_STAYS_READ,
                     "a read of key %" G_GUINT64_FORMAT " misses its write %" G_GUINT64_FORMAT
                     ", which was %s before it began",
                     read->key, write->serial, was_acknowledged ? "acknowledged" : "read");
        return;
    }
}

static void operation_ended(AnaInvariants *self, const RepOperationSeen *operation)
{
    Key *key = key_of(self, operation->key);
    if (operation->outcome != REP_OK || !operation->versions)
        return;
    for (guint i = 0; i < operation->versions->n; i++)
        if (!write_of(key, operation->versions->serials[i]))
            ana_violated(self, ANA_VERSIONS_IN_ORDER, "a client is given what nobody wrote");
    if (operation->kind == REP_READ) {
        if (self->rules->versions->shows_one && operation->versions->n > 1)
            ana_violated(self, ANA_READ_WHAT_IS_SHOWN,
                         "a read of key %" G_GUINT64_FORMAT " returns %u versions, and the rule "
                         "shows one",
                         operation->key, operation->versions->n);
        if (self->rules->versions->quorums_meet)
            check_fresh(self, key, operation);
        return;
    }
    Write *write = operation->versions->n ? write_of(key, operation->versions->serials[0]) : NULL;
    if (!write)
        ana_violated(self, ANA_ANSWERED_AFTER_COMMIT, "a write is acknowledged that nobody took");
    else
        write->acknowledged = self->now;
}

/* ---- the end ------------------------------------------------------------------------------ */

static gboolean are_equal(const GArray *a, const GArray *b)
{
    guint n_a = a ? a->len : 0, n_b = b ? b->len : 0;
    if (n_a != n_b)
        return FALSE;
    for (guint i = 0; i < n_a; i++)
        if (place_in(b, g_array_index(a, guint64, i)) < 0)
            return FALSE;
    return TRUE;
}

static void check_equal(AnaInvariants *self, guint64 number)
{
    const AnaVersionRules *rules = self->rules->versions;
    const Key *key = key_of(self, number);
    int first = -1;
    for (int node = 0; node < (int)self->rules->n_nodes; node++) {
        /* Of a delayed replica only its disk is waited for. */
        if (self->replicas[node].state != REP_NODE_UP || self->rules->delayed[node] ||
            !rules->keeps(rules->keeps_data, node, number))
            continue;
        if (first >= 0 && !are_equal(key->shown[first], key->shown[node]))
            ana_violated(self, ANA_REPLICAS_EQUAL,
                         "%s and %s hold different versions of key %" G_GUINT64_FORMAT
                         " after the drain",
                         ana_node_name(self, first), ana_node_name(self, node), number);
        first = first < 0 ? node : first;
    }
}

static void finish(AnaInvariants *self)
{
    if (!self->is_drained || !self->rules->versions->converges)
        return;
    for (guint i = 0; i < self->versions->order->len; i++)
        check_equal(self, g_array_index(self->versions->order, guint64, i));
}

void ana_versions_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_WRITTEN)
        written(self, seen);
    else if (seen->kind == REP_OBS_STORED)
        stored(self, seen);
    else if (seen->kind == REP_OBS_UNSTORED)
        unstored(self, seen);
    else if (seen->kind == REP_OBS_HINT)
        hint_changed(self, seen);
    else if (seen->kind == REP_OBS_WRITE_ENDED)
        ended(self, seen);
    else if (seen->kind == REP_OBS_NODE_CHANGED)
        self->replicas[seen->node.node].state = (RepNodeState)seen->node.state;
    else if (seen->kind == REP_OBS_OPERATION_ENDED)
        operation_ended(self, &seen->operation);
    else if (seen->kind == REP_OBS_PHASE && seen->phase.phase == REP_PHASE_END)
        finish(self);
}
