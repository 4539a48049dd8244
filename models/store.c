/* store.c — what nodes hold of keys where there is no one log; see store.h. */
#include "models/store.h"

#include "models/world_state.h"

#define FIRST_SLOTS 64u

void rep_stores_init(RepWorld *world)
{
    if (!world->versions)
        return;
    world->stores = g_new0(RepStore, world->setup->n_nodes);
    for (gsize i = 0; i < world->setup->n_nodes; i++) {
        RepStore *store = &world->stores[i];
        store->n_slots = FIRST_SLOTS;
        store->slots = g_new0(RepStoreSlot, store->n_slots);
        store->is_live = !world->nodes[i].is_absent;
        sim_ring_init(&store->pending, sizeof(RepStorePending), 0);
    }
}

void rep_stores_clear(RepWorld *world)
{
    for (gsize i = 0; world->stores && i < world->setup->n_nodes; i++) {
        RepStore *store = &world->stores[i];
        g_free(store->slots);
        sim_ring_clear(&store->pending);
        for (gsize target = 0; store->hints && target < world->setup->n_nodes; target++)
            sim_ring_clear(&store->hints[target]);
        g_free(store->hints);
    }
    g_clear_pointer(&world->stores, g_free);
}

/* ---- slots -------------------------------------------------------------------------------- */

static RepStoreSlot *find(const RepStore *store, guint64 key)
{
    gsize i = (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 20) & (store->n_slots - 1);
    while (store->slots[i].is_used && store->slots[i].key != key)
        i = (i + 1) & (store->n_slots - 1);
    return &store->slots[i];
}

static void grow(RepStore *store)
{
    RepStoreSlot *old = store->slots;
    gsize n_old = store->n_slots;
    store->n_slots *= 2;
    store->slots = g_new0(RepStoreSlot, store->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].is_used)
            *find(store, old[i].key) = old[i];
    g_free(old);
}

/* A slot stays when its key is forgotten: it will be written again. */
static RepStoreSlot *find_or_add(RepStore *store, guint64 key)
{
    RepStoreSlot *slot = find(store, key);
    if (slot->is_used)
        return slot;
    if (4 * (store->n_keys + 1) > 3 * store->n_slots) {
        grow(store);
        slot = find(store, key);
    }
    store->n_keys++;
    *slot = (RepStoreSlot){.key = key, .is_used = TRUE};
    return slot;
}

guint32 rep_store_shown(const RepWorld *world, int node, guint64 key)
{
    return find(&world->stores[node], key)->shown;
}

guint32 rep_store_held(const RepWorld *world, int node, guint64 key)
{
    const RepStoreSlot *slot = find(&world->stores[node], key);
    return slot->held ? slot->held : slot->shown;
}

gboolean rep_view_next_shown(RepView *view, int node, gsize *cursor, guint64 *key, guint32 *set)
{
    const RepStore *store = &view->stores[node];
    for (; *cursor < store->n_slots; (*cursor)++) {
        const RepStoreSlot *slot = &store->slots[*cursor];
        if (!slot->shown)
            continue;
        *key = slot->key;
        *set = slot->shown;
        (*cursor)++;
        return TRUE;
    }
    return FALSE;
}

gsize rep_view_n_shown(RepView *view, int node)
{
    return view->stores[node].n_keys;
}

/* ---- holding ------------------------------------------------------------------------------ */

/* `place` now holds `set` in place of what it did. */
static void put(RepWorld *world, const RepStore *store, guint32 *place, guint32 set)
{
    if (*place == set)
        return;
    guint32 before = *place;
    if (set)
        rep_set_hold(world->versions, set, store->is_live);
    *place = set;
    if (before)
        rep_set_release(world->versions, before, store->is_live);
}

typedef struct Dropping {
    RepWorld *world;
    const RepWrite *winner;
    int node;
    gboolean is_arriving;
} Dropping;

static void emit(RepWorld *world, RepObservationKind kind, int node, guint32 why,
                 const RepWrite *write, const RepWrite *by)
{
    rep_world_emit(world, &(RepObservation){.kind = kind,
                                            .at = world->kernel.now,
                                            .stored = {.node = node,
                                                       .why = why,
                                                       .key = write->key,
                                                       .serial = write->serial,
                                                       .by = by ? by->serial : 0}});
}

/* Said of each write once, whoever drops it first. */
static gboolean is_backwards(RepWorld *world, const RepWrite *write, const RepWrite *by)
{
    if (!by || write->was_backwards || !rep_write_follows(write, by))
        return FALSE;
    RepWrite *own = sim_pool_at(&world->versions->writes, write->id);
    own->was_backwards = TRUE;
    return TRUE;
}

static void observe_dropped(void *self, const RepWrite *write, gboolean by_rule)
{
    const Dropping *dropping = self;
    const RepWrite *by = dropping->winner;
    guint32 why = REP_UNSTORED_FOLLOWED;
    if (by_rule)
        why = is_backwards(dropping->world, write, by) ? REP_UNSTORED_BACKWARDS : REP_UNSTORED_RULE;
    if (why == REP_UNSTORED_FOLLOWED && dropping->is_arriving)
        return;
    emit(dropping->world, REP_OBS_UNSTORED, dropping->node,
         why | (dropping->is_arriving ? REP_UNSTORED_AT_ONCE : 0), write, by);
}

static void observe_change(RepWorld *world, int node, guint32 before, guint32 after)
{
    const RepVersions *versions = world->versions;
    const RepVersionSet *old = rep_set_at(versions, before), *set = rep_set_at(versions, after);
    guint32 j = 0;
    for (guint32 i = 0; i < set->n; i++) {
        const RepWrite *write = rep_set_version(versions, set, i);
        while (j < old->n && rep_set_version(versions, old, j)->serial < write->serial)
            j++;
        if (j >= old->n || rep_set_version(versions, old, j) != write)
            emit(world, REP_OBS_STORED, node, 0, write, NULL);
    }
    if (!before)
        return;
    Dropping dropping = {.world = world, .node = node, .winner = rep_set_newest(versions, after)};
    rep_versions_note_dropped(world->versions, before, after, observe_dropped, &dropping);
}

/* What arrives and loses at once. */
static void note_loser(RepWorld *world, int node, guint32 arrived, guint32 after)
{
    Dropping dropping = {.world = world,
                         .node = node,
                         .winner = rep_set_newest(world->versions, after),
                         .is_arriving = TRUE};
    if (arrived != after)
        rep_versions_note_dropped(world->versions, arrived, after, observe_dropped, &dropping);
}

static void emit_settled(RepWorld *world, const RepWrite *write)
{
    rep_world_emit(world, &(RepObservation){.kind = REP_OBS_SETTLED,
                                            .at = world->kernel.now,
                                            .settled = {.key = write->key,
                                                        .serial = write->serial,
                                                        .stamp = write->stamp,
                                                        .context = &write->context}});
}

/* The smallest number that `new` has and `old` has not; 0: none. */
static guint64 first_added(const SimIntervals *old, const SimIntervals *new)
{
    guint32 at = 0;
    for (guint32 i = 0; i < new->n; i++) {
        const SimRange *range = sim_intervals_range(new, i);
        while (at < old->n && sim_intervals_range(old, at)->last < range->first)
            at++;
        if (at == old->n || sim_intervals_range(old, at)->first > range->first)
            return range->first;
        if (sim_intervals_range(old, at)->last < range->last)
            return sim_intervals_range(old, at)->last + 1;
    }
    return 0;
}

/* The node now covers more of what is left of the key; a write that all keepers cover is settled.
 */
static void note_covered(RepWorld *world, guint64 key, guint32 before, guint32 after)
{
    RepVersions *versions = world->versions;
    const SimIntervals *old = &rep_set_at(versions, before)->cover;
    const SimIntervals *new = &rep_set_at(versions, after)->cover;
    guint64 first = first_added(old, new);
    for (guint32 at = first ? rep_versions_newest(versions, key) : 0; at;) {
        RepWrite *write = sim_pool_at(&versions->writes, at);
        at = write->serial > first ? write->older : 0;
        if (!sim_intervals_has(new, write->serial) || sim_intervals_has(old, write->serial) ||
            write->is_settled || ++write->shown_by < world->n_keepers)
            continue;
        write->is_settled = TRUE;
        emit_settled(world, write);
    }
}

void rep_store_show(RepWorld *world, int node, guint32 set)
{
    RepStore *store = &world->stores[node];
    RepStoreSlot *slot = find_or_add(store, rep_set_at(world->versions, set)->key);
    guint32 before = slot->shown;
    guint32 after = rep_versions_join(world->versions, before, set);
    note_loser(world, node, set, after);
    if (after == before)
        return;
    rep_set_hold(world->versions, after, FALSE);
    observe_change(world, node, before, after);
    if (rep_world_keeps(world, node, slot->key))
        note_covered(world, slot->key, before, after);
    put(world, store, &slot->shown, after);
    rep_set_release(world->versions, after, FALSE);
    if (!slot->held)
        return;
    put(world, store, &slot->held, rep_versions_join(world->versions, slot->held, after));
    if (rep_sets_agree(world->versions, slot->held, after))
        put(world, store, &slot->held, 0);
}

void rep_store_hold(RepWorld *world, int node, guint32 set)
{
    RepStore *store = &world->stores[node];
    RepStoreSlot *slot = find_or_add(store, rep_set_at(world->versions, set)->key);
    guint32 before = slot->held ? slot->held : slot->shown;
    guint32 after = rep_versions_join(world->versions, before, set);
    if (after != before)
        put(world, store, &slot->held, after);
}

void rep_store_forget(RepWorld *world, int node, guint64 key)
{
    RepStore *store = &world->stores[node];
    RepStoreSlot *slot = find(store, key);
    if (!slot->shown)
        return;
    const RepVersionSet *set = rep_set_at(world->versions, slot->shown);
    for (guint32 i = 0; i < set->n; i++)
        emit(world, REP_OBS_UNSTORED, node, REP_UNSTORED_LOST,
             rep_set_version(world->versions, set, i), NULL);
    put(world, store, &slot->shown, 0);
}

/* ---- hints -------------------------------------------------------------------------------- */

static void observe_hints(RepWorld *world, int node, int target, const RepStoreHint *hint,
                          guint64 was)
{
    const RepVersionSet *set = rep_set_at(world->versions, hint->set);
    guint pending = (guint)sim_ring_len(&world->stores[node].hints[target]);
    rep_world_emit(world, &(RepObservation){
                              .kind = REP_OBS_HINT,
                              .at = world->kernel.now,
                              .hint = {.node = node,
                                       .target = target,
                                       .pending = pending,
                                       .was = (guint32)was,
                                       .key = hint->key,
                                       .serial = rep_set_version(world->versions, set, 0)->serial,
                                       .since = hint->since}});
}

static void keep_hint(RepWorld *world, int node, int target, guint32 set)
{
    RepStore *store = &world->stores[node];
    if (!store->hints) {
        store->hints = g_new0(SimRing, world->setup->n_nodes);
        for (gsize i = 0; i < world->setup->n_nodes; i++)
            sim_ring_init(&store->hints[i], sizeof(RepStoreHint), 0);
    }
    guint64 key = rep_set_at(world->versions, set)->key;
    rep_set_hold(world->versions, set, store->is_live);
    RepStoreHint hint = {.key = key, .set = set, .since = world->kernel.now};
    *(RepStoreHint *)sim_ring_push(&store->hints[target]) = hint;
    observe_hints(world, node, target, &hint, sim_ring_len(&store->hints[target]) - 1);
}

guint rep_view_n_hints(RepView *view, int node, int target)
{
    const RepStore *store = &view->stores[node];
    return store->hints ? (guint)sim_ring_len(&store->hints[target]) : 0;
}

guint64 rep_view_first_hint(RepView *view, int node, int target)
{
    const RepStore *store = &view->stores[node];
    return store->hints ? store->hints[target].begin : 0;
}

gboolean rep_view_hint_at(RepView *view, int node, int target, guint64 number, RepHint *hint)
{
    const RepStore *store = &view->stores[node];
    if (!store->hints || number < store->hints[target].begin || number >= store->hints[target].end)
        return FALSE;
    const RepStoreHint *kept = sim_ring_at(&store->hints[target], number);
    *hint = (RepHint){.key = kept->key, .set = kept->set, .since = kept->since};
    return TRUE;
}

void rep_store_unhint(RepWorld *world, int node, int target)
{
    RepStore *store = &world->stores[node];
    if (rep_view_n_hints(world, node, target) == 0)
        return;
    RepStoreHint oldest = *(RepStoreHint *)sim_ring_head(&store->hints[target]);
    sim_ring_pop(&store->hints[target]);
    observe_hints(world, node, target, &oldest, sim_ring_len(&store->hints[target]) + 1);
    rep_set_release(world->versions, oldest.set, store->is_live);
}

/* ---- the disk ----------------------------------------------------------------------------- */

static void complete(RepWorld *world, int node, const RepStorePending *item)
{
    if (item->target >= 0)
        keep_hint(world, node, item->target, item->set);
    else
        rep_store_show(world, node, item->set);
    if (item->token && world->policy->stored)
        world->policy->stored(world->policy_state, world, node, item->token, &world->effects);
}

void rep_store_add(RepWorld *world, int node, guint32 set, int target, guint64 token)
{
    RepStore *store = &world->stores[node];
    RepStorePending item = {
        .key = rep_set_at(world->versions, set)->key, .token = token, .set = set, .target = target};
    if (world->is_bare || rep_is_free(world->nodes[node].setup->storage.fsync)) {
        if (!world->is_bare) {
            world->network.traffic.flushes++;
            rep_world_observe_entries(world, REP_OBS_FLUSH, node, 0, 0, 1, 0);
        }
        complete(world, node, &item);
        return;
    }
    rep_set_hold(world->versions, set, store->is_live);
    if (target < 0)
        rep_store_hold(world, node, set);
    *(RepStorePending *)sim_ring_push(&store->pending) = item;
    rep_disk_kick(world, node);
}

gboolean rep_store_is_waiting(const RepWorld *world, int node)
{
    return world->stores && sim_ring_len(&world->stores[node].pending) > 0;
}

gboolean rep_stores_are_waiting(const RepWorld *world)
{
    for (int node = 0; world->stores && node < (int)world->setup->n_nodes; node++)
        if (rep_node_is_up(&world->nodes[node]) && rep_store_is_waiting(world, node))
            return TRUE;
    return FALSE;
}

guint64 rep_store_take(RepWorld *world, int node)
{
    RepStore *store = &world->stores[node];
    store->covered = sim_ring_len(&store->pending);
    const RepStorePending *first = sim_ring_head(&store->pending);
    const RepVersionSet *set = rep_set_at(world->versions, first->set);
    return first->key << 20 ^ rep_set_version(world->versions, set, 0)->serial;
}

void rep_store_flushed(RepWorld *world, int node)
{
    RepStore *store = &world->stores[node];
    for (; store->covered > 0; store->covered--) {
        RepStorePending item = *(RepStorePending *)sim_ring_head(&store->pending);
        sim_ring_pop(&store->pending);
        complete(world, node, &item);
        rep_set_release(world->versions, item.set, store->is_live);
    }
}

/* ---- dying and returning ------------------------------------------------------------------ */

static void lose_pending(RepWorld *world, RepStore *store)
{
    for (; sim_ring_len(&store->pending); sim_ring_pop(&store->pending)) {
        RepStorePending item = *(RepStorePending *)sim_ring_head(&store->pending);
        rep_set_release(world->versions, item.set, store->is_live);
    }
    store->covered = 0;
    for (gsize i = 0; i < store->n_slots; i++)
        put(world, store, &store->slots[i].held, 0);
}

static void set_live(RepWorld *world, RepStore *store, gboolean is_live)
{
    if (store->is_live == is_live)
        return;
    store->is_live = is_live;
    for (gsize i = 0; i < store->n_slots; i++)
        if (store->slots[i].shown)
            rep_set_move(world->versions, store->slots[i].shown, is_live);
    for (gsize target = 0; store->hints && target < world->setup->n_nodes; target++)
        for (guint64 i = store->hints[target].begin; i < store->hints[target].end; i++)
            rep_set_move(world->versions,
                         ((RepStoreHint *)sim_ring_at(&store->hints[target], i))->set, is_live);
}

static void lose_disk(RepWorld *world, int node)
{
    RepStore *store = &world->stores[node];
    for (gsize i = 0; i < store->n_slots; i++)
        if (store->slots[i].is_used)
            rep_store_forget(world, node, store->slots[i].key);
    for (int target = 0; store->hints && target < (int)world->setup->n_nodes; target++)
        while (rep_view_n_hints(world, node, target))
            rep_store_unhint(world, node, target);
}

void rep_store_stopped(RepWorld *world, int node, gboolean wipe)
{
    if (!world->stores)
        return;
    lose_pending(world, &world->stores[node]);
    set_live(world, &world->stores[node], FALSE);
    if (wipe)
        lose_disk(world, node);
}

void rep_store_started(RepWorld *world, int node)
{
    if (world->stores)
        set_live(world, &world->stores[node], TRUE);
}
