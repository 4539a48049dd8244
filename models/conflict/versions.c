/* versions.c — writes, and who of them is left; sets are in sets.c. */
#include "models/conflict/versions_private.h"

#define FIRST_SLOTS 64u
#define GAPS_MAX 64u /* of a context that names what is gone */

void rep_versions_init(RepVersions *versions, const RepConflictRule *rule, const void *rule_setup,
                       RepVersionsListener listener)
{
    *versions = (RepVersions){.rule = rule,
                              .rule_setup = rule_setup,
                              .listener = listener,
                              .n_slots = FIRST_SLOTS,
                              .keys = g_new0(RepVersionKey, FIRST_SLOTS),
                              .loose = g_array_new(FALSE, FALSE, sizeof(guint32))};
    sim_pool_init(&versions->writes, sizeof(RepWrite));
    sim_pool_init(&versions->sets, sizeof(RepVersionSet));
    sim_pool_take(&versions->writes); /* 0 is none */
    sim_pool_take(&versions->sets);
}

void rep_versions_clear(RepVersions *versions)
{
    for (guint32 i = 0; i < versions->sets.made; i++) {
        RepVersionSet *set = sim_pool_at(&versions->sets, i);
        g_free(set->many);
        sim_intervals_clear(&set->cover);
    }
    for (guint32 i = 0; i < versions->writes.made; i++)
        sim_intervals_clear(&((RepWrite *)sim_pool_at(&versions->writes, i))->context);
    sim_pool_clear(&versions->writes);
    sim_pool_clear(&versions->sets);
    g_free(versions->keys);
    g_array_unref(versions->loose);
}

/* ---- keys --------------------------------------------------------------------------------- */

static RepVersionKey *find(const RepVersions *versions, guint64 key)
{
    gsize i =
        (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 20) & (versions->n_slots - 1);
    while (versions->keys[i].last_serial && versions->keys[i].key != key)
        i = (i + 1) & (versions->n_slots - 1);
    return &versions->keys[i];
}

static void grow(RepVersions *versions)
{
    RepVersionKey *old = versions->keys;
    gsize n_old = versions->n_slots;
    versions->n_slots *= 2;
    versions->keys = g_new0(RepVersionKey, versions->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].last_serial)
            *find(versions, old[i].key) = old[i];
    g_free(old);
}

/* A key stays once it was written: its serials must not begin anew. */
static RepVersionKey *find_or_add(RepVersions *versions, guint64 key)
{
    RepVersionKey *slot = find(versions, key);
    if (slot->last_serial)
        return slot;
    if (4 * (versions->n_keys + 1) > 3 * versions->n_slots) {
        grow(versions);
        slot = find(versions, key);
    }
    versions->n_keys++;
    slot->key = key;
    return slot;
}

guint32 rep_versions_newest(const RepVersions *versions, guint64 key)
{
    return find(versions, key)->newest;
}

/* ---- writes ------------------------------------------------------------------------------- */

RepWrite *rep_versions_write_at(const RepVersions *versions, guint32 number)
{
    return sim_pool_at(&versions->writes, number);
}

/* The author had these before him: they are followed, whatever becomes of them. */
static void supersede(RepVersions *versions, guint32 context)
{
    const RepVersionSet *set = rep_set_at(versions, context);
    for (guint32 i = 0; context && i < set->n; i++) {
        RepWrite *write = rep_versions_write_at(versions, rep_set_number(set, i));
        write->is_superseded = TRUE;
    }
}

static void make_context(const RepVersions *versions, RepWrite *write, guint32 context,
                         const RepVersionKey *slot, guint64 *n_conflicts)
{
    if (context)
        sim_intervals_copy(&write->context, &rep_set_at(versions, context)->cover);
    else
        write->context = (SimIntervals){0};
    guint64 earlier = write->serial - 1;
    *n_conflicts = earlier - sim_intervals_count(&write->context, 1, earlier);
    /* Of what is gone nobody asks but who counts conflicts; a context with many gaps forgets which
     * of those it lacks. */
    guint64 oldest = slot->oldest ? rep_write_at(versions, slot->oldest)->serial : write->serial;
    if (write->context.n > GAPS_MAX)
        sim_intervals_add(&write->context, 1, oldest - 1);
}

guint32 rep_versions_write(RepVersions *versions, const RepNewWrite *new, guint64 *n_conflicts)
{
    RepVersionKey *slot = find_or_add(versions, new->key);
    guint32 number = sim_pool_take_raw(&versions->writes);
    RepWrite *write = rep_versions_write_at(versions, number);
    *write = (RepWrite){.id = number,
                        .key = new->key,
                        .serial = ++slot->last_serial,
                        .stamp = new->stamp,
                        .origin = new->origin,
                        .client = new->client,
                        .number = new->number,
                        .bytes = new->bytes,
                        .value = new->value,
                        .is_delete = (guint8) new->is_delete,
                        .written_at = new->written_at,
                        .is_cut_off = TRUE, /* until somebody holds it */
                        .older = slot->newest};
    make_context(versions, write, new->context, slot, n_conflicts);
    supersede(versions, new->context);
    if (slot->newest)
        rep_versions_write_at(versions, slot->newest)->newer = number;
    else
        slot->oldest = number;
    slot->newest = number;
    return rep_sets_of_one(versions, number);
}

static void unlink_write(RepVersions *versions, const RepWrite *write)
{
    RepVersionKey *slot = find(versions, write->key);
    if (write->older)
        rep_versions_write_at(versions, write->older)->newer = write->newer;
    else
        slot->oldest = write->newer;
    if (write->newer)
        rep_versions_write_at(versions, write->newer)->older = write->older;
    else
        slot->newest = write->older;
}

/* Does a write that is left follow it? */
static gboolean is_followed(const RepVersions *versions, const RepWrite *write)
{
    return write->is_superseded;
}

static void end(RepVersions *versions, guint32 number)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    RepWriteFate fate = is_followed(versions, write) ? REP_FATE_FOLLOWED
                        : write->is_overruled        ? REP_FATE_OVERWRITTEN
                                                     : REP_FATE_LOST;
    unlink_write(versions, write);
    if (versions->listener.ended)
        versions->listener.ended(versions->listener.self, write, fate);
    sim_intervals_clear(&write->context);
    sim_pool_give(&versions->writes, number);
}

static void tell_cut_off(RepVersions *versions, RepWrite *write, gboolean is_cut_off)
{
    write->is_cut_off = (guint8)is_cut_off;
    if (write->was_held && versions->listener.cut_off)
        versions->listener.cut_off(versions->listener.self, write, is_cut_off);
    write->was_held = TRUE;
}

void rep_versions_count_live(RepVersions *versions, guint32 number, int change)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    write->live = (guint32)((gint64)write->live + change);
    if (write->live > 0 && write->is_cut_off)
        tell_cut_off(versions, write, FALSE);
    else if (write->live == 0 && !write->is_cut_off && write->sets > 0 && !write->is_superseded &&
             !write->is_overruled)
        tell_cut_off(versions, write, TRUE);
}

void rep_versions_count_set(RepVersions *versions, guint32 number, int change)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    write->sets = (guint32)((gint64)write->sets + change);
    if (write->sets == 0)
        end(versions, number);
}
