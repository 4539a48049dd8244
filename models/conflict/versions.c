/* versions.c — writes, and who of them is left; sets are in sets.c. */
#include "models/conflict/versions_private.h"

#include "models/planted.h"

#include "sim/check.h"

#define FIRST_SLOTS 64u
#define RANGES_MAX 64u /* of a cover that is left alone */

void rep_versions_init(RepVersions *versions, const RepConflictRule *rule, const void *rule_setup,
                       RepVersionsListener listener)
{
    *versions = (RepVersions){.rule = rule,
                              .rule_setup = rule_setup,
                              .listener = listener,
                              .n_slots = FIRST_SLOTS,
                              .keys = g_new0(RepVersionKey, FIRST_SLOTS),
                              .loose = g_array_new(FALSE, FALSE, sizeof(guint32)),
                              .ending = g_array_new(FALSE, FALSE, sizeof(guint32))};
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
    for (gsize i = 0; i < versions->n_slots; i++)
        if (versions->keys[i].in_conflict) {
            sim_intervals_clear(versions->keys[i].in_conflict);
            g_free(versions->keys[i].in_conflict);
        }
    g_free(versions->keys);
    g_array_unref(versions->loose);
    g_array_unref(versions->ending);
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

guint32 rep_versions_oldest(const RepVersions *versions, guint64 key)
{
    return find(versions, key)->oldest;
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

void rep_versions_close_gaps(const RepVersions *versions, guint64 key, SimIntervals *cover)
{
    if (G_LIKELY(cover->n <= RANGES_MAX))
        return;
    const RepVersionKey *slot = find(versions, key);
    SimIntervals closed = {0};
    guint64 known = 0; /* the end of the range before */
    guint32 left = slot->oldest;
    for (guint32 i = 0; i < cover->n; i++) {
        SimRange range = *sim_intervals_range(cover, i);
        while (left && rep_write_at(versions, left)->serial <= known)
            left = rep_versions_next(versions, left);
        gboolean is_gone = !left || rep_write_at(versions, left)->serial >= range.first;
        if (is_gone && range.first + REP_CONFLICT_REACH <= slot->last_serial)
            range.first = known + 1;
        known = range.last;
        sim_intervals_add(&closed, range.first, range.last);
    }
    sim_intervals_clear(cover);
    *cover = closed;
}

/* A planted bug: all but the youngest. */
static void forget_sibling(const RepVersions *versions, const RepVersionSet *set,
                           SimIntervals *context)
{
    guint64 serial = rep_set_version(versions, set, set->n - 1)->serial;
    SimIntervals rest = {0};
    for (guint32 i = 0; i < context->n; i++) {
        const SimRange *range = sim_intervals_range(context, i);
        sim_intervals_add(&rest, range->first, MIN(range->last, serial - 1));
        sim_intervals_add(&rest, MAX(range->first, serial + 1), range->last);
    }
    sim_intervals_clear(context);
    *context = rest;
}

/* Serials that no write can be in conflict with any more. */
static void forget_conflicts(SimIntervals *set, guint64 before)
{
    SimIntervals kept = {0};
    for (guint32 i = 0; i < set->n; i++) {
        const SimRange *range = sim_intervals_range(set, i);
        if (range->last >= before)
            sim_intervals_add(&kept, range->first, range->last);
    }
    sim_intervals_clear(set);
    *set = kept;
}

/* It and all that it did not know are in a pair: how many are so for the first time? */
static guint32 draw_in(RepVersionKey *slot, const SimIntervals *context, guint64 serial)
{
    guint64 at = serial > REP_CONFLICT_REACH ? serial - REP_CONFLICT_REACH : 1, drawn = 0;
    if (!slot->in_conflict)
        slot->in_conflict = g_new0(SimIntervals, 1);
    if (slot->in_conflict->n > RANGES_MAX)
        forget_conflicts(slot->in_conflict, at);
    for (guint32 i = 0; i <= context->n; i++) { /* the gap before each range, and what is left */
        SimRange known = {serial + 1, serial};
        if (i < context->n)
            known = *sim_intervals_range(context, i);
        if (at < known.first) {
            drawn += known.first - at - sim_intervals_count(slot->in_conflict, at, known.first - 1);
            sim_intervals_add(slot->in_conflict, at, known.first - 1);
        }
        at = MAX(at, known.last + 1);
    }
    return (guint32)drawn;
}

/* The context is the cover of what the author had. */
static guint64 make_context(const RepVersions *versions, RepWrite *write, guint32 context)
{
    if (context) {
        const RepVersionSet *set = rep_set_at(versions, context);
        SIM_CHECK(set->key == write->key, "a write follows what was written to another key");
        sim_intervals_copy(&write->context, &set->cover);
        if (REP_PLANTED(CONTEXT_MISSES_SIBLING) && set->n > 1)
            forget_sibling(versions, set, &write->context);
    }
    guint64 last = write->serial - 1,
            first = last > REP_CONFLICT_REACH ? last - REP_CONFLICT_REACH + 1 : 1;
    guint64 n_conflicts = last + 1 - first - sim_intervals_count(&write->context, first, last);
    if (n_conflicts > 0)
        write->n_drawn_in = draw_in(find(versions, write->key), &write->context, write->serial);
    rep_versions_close_gaps(versions, write->key, &write->context);
    return n_conflicts;
}

/* What an edit replaces without its author having been shown it. */
static void pass_over(const RepVersions *versions, guint32 context)
{
    const RepVersionSet *set = rep_set_at(versions, context);
    const RepWrite *shown = rep_set_newest(versions, context);
    for (guint32 i = 0; i < set->n; i++) {
        RepWrite *write = rep_versions_write_at(versions, rep_set_number(set, i));
        write->is_passed_over |= write != shown;
    }
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
    *n_conflicts = make_context(versions, write, new->context);
    if (new->is_edit &&new->context && versions->rule->shows)
        pass_over(versions, new->context);
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

/* ---- who is left -------------------------------------------------------------------------- */

/* Followers are younger. The youngest of them is often the next one. */
static gboolean is_followed(const RepVersions *versions, const RepWrite *write, gboolean by_live)
{
    for (guint32 at = write->newer; at; at = rep_versions_next(versions, at)) {
        const RepWrite *other = rep_write_at(versions, at);
        if ((by_live ? other->live : other->sets) > 0 && rep_write_follows(other, write))
            return TRUE;
    }
    return FALSE;
}

static void tell_ended(RepVersions *versions, const RepWrite *write, gboolean by_live)
{
    RepWriteFate fate = write->is_overruled ? REP_FATE_OVERWRITTEN : REP_FATE_LOST;
    if (write->is_replaced || write->is_expired || is_followed(versions, write, by_live))
        fate = write->is_passed_over ? REP_FATE_OVERWRITTEN : REP_FATE_FOLLOWED;
    if (versions->listener.ended)
        versions->listener.ended(versions->listener.self, write, fate);
}

static void free_write(RepVersions *versions, guint32 number)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    unlink_write(versions, write);
    sim_intervals_clear(&write->context);
    sim_pool_give(&versions->writes, number);
}

/* None of them is left when the fate of any is told: what ends together follows nothing. */
void rep_versions_end_all(RepVersions *versions)
{
    for (guint i = 0; i < versions->ending->len; i++)
        tell_ended(versions, rep_write_at(versions, g_array_index(versions->ending, guint32, i)),
                   FALSE);
    for (guint i = 0; i < versions->ending->len; i++)
        free_write(versions, g_array_index(versions->ending, guint32, i));
    g_array_set_size(versions->ending, 0);
}

void rep_versions_finish(RepVersions *versions)
{
    rep_versions_sweep(versions);
    for (guint32 number = 1; number < versions->writes.made; number++) {
        const RepWrite *write = rep_write_at(versions, number);
        if (write->sets > 0 && write->live == 0)
            tell_ended(versions, write, TRUE);
    }
    versions->listener = (RepVersionsListener){0};
}

/* ---- who is cut off ----------------------------------------------------------------------- */

static void add_live(const RepVersions *versions, guint64 key, SimIntervals *live)
{
    for (guint32 at = rep_versions_oldest(versions, key); at;
         at = rep_versions_next(versions, at)) {
        const RepWrite *write = rep_write_at(versions, at);
        if (write->live == 0)
            continue;
        sim_intervals_unite(live, &write->context);
        sim_intervals_add(live, write->serial, write->serial);
    }
}

static void tell_cut_off(RepVersions *versions, RepWrite *write, gboolean is_cut_off)
{
    gboolean is_told = write->was_live && versions->listener.cut_off;
    write->is_cut_off = (guint8)is_cut_off;
    write->was_live = TRUE;
    if (!is_told)
        return;
    SimIntervals live = {0};
    add_live(versions, write->key, &live);
    versions->listener.cut_off(versions->listener.self, write, is_cut_off, &live);
    sim_intervals_clear(&live);
}

/* What a rule dropped, or was forgotten on purpose, is missed by nobody. */
static gboolean is_missed(const RepVersions *versions, const RepWrite *write)
{
    return write->live == 0 && !write->is_overruled && !write->is_expired &&
           !is_followed(versions, write, TRUE);
}

/* The write is live no longer, or again; and with it what it follows. */
static void live_changed(RepVersions *versions, RepWrite *write)
{
    gboolean is_cut_off = is_missed(versions, write);
    if (write->is_cut_off == is_cut_off)
        return;
    tell_cut_off(versions, write, is_cut_off);
    for (guint32 at = write->older; at; at = rep_write_at(versions, at)->older) {
        RepWrite *older = rep_versions_write_at(versions, at);
        if (older->is_cut_off != is_cut_off && older->was_live && rep_write_follows(write, older) &&
            is_missed(versions, older) == is_cut_off)
            tell_cut_off(versions, older, is_cut_off);
    }
}

void rep_versions_count_live(RepVersions *versions, guint32 number, int change)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    guint32 before = write->live;
    write->live = (guint32)((gint64)before + change);
    if (before == 0 || write->live == 0)
        live_changed(versions, write);
}

void rep_versions_count_set(RepVersions *versions, guint32 number, int change)
{
    RepWrite *write = rep_versions_write_at(versions, number);
    write->sets = (guint32)((gint64)write->sets + change);
    if (write->sets == 0)
        g_array_append_val(versions->ending, number);
}
