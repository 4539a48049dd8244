/* versioned.c — operations where there is no one log; see versioned.h. */
#include "models/versioned.h"

#include "models/conversation.h"
#include "models/script.h"
#include "models/store.h"
#include "models/world_state.h"

/* ---- what happens to writes --------------------------------------------------------------- */

static void tell_cut_off(void *self, const RepWrite *write, gboolean is_cut_off,
                         const SimIntervals *live)
{
    RepWorld *world = self;
    rep_world_emit(world, &(RepObservation){.kind = REP_OBS_WRITE_CUT_OFF,
                                            .at = world->kernel.now,
                                            .cut_off = {.is_cut_off = (guint32)is_cut_off,
                                                        .key = write->key,
                                                        .serial = write->serial,
                                                        .context = &write->context,
                                                        .live = live}});
}

static void tell_ended(void *self, const RepWrite *write, RepWriteFate fate)
{
    RepWorld *world = self;
    rep_world_emit(world, &(RepObservation){.kind = REP_OBS_WRITE_ENDED,
                                            .at = world->kernel.now,
                                            .stored = {.node = -1,
                                                       .why = fate,
                                                       .key = write->key,
                                                       .serial = write->serial,
                                                       .by = write->is_settled}});
}

static void give_back(void *self, const RepLogEntry *entry)
{
    RepWorld *world = self;
    rep_set_release(world->versions, (guint32)entry->key, FALSE);
}

void rep_versioned_init(RepWorld *world)
{
    if (!world->policy->conflict_rule)
        return;
    const void *rule_setup = NULL;
    const RepConflictRule *rule = world->policy->conflict_rule(world->setup, &rule_setup);
    if (!rule)
        return;
    world->versions = g_new0(RepVersions, 1);
    rep_versions_init(
        world->versions, rule, rule_setup,
        (RepVersionsListener){.cut_off = tell_cut_off, .ended = tell_ended, .self = world});
    for (gsize i = 0; i < world->n_logs; i++) {
        world->logs[i].dropped = give_back;
        world->logs[i].self = world;
    }
    world->n_keepers = world->policy->n_keepers ? world->policy->n_keepers(world->setup)
                                                : (guint)world->setup->n_nodes;
    world->is_bare = rep_world_delay_law(world, 0) != NULL;
    world->letting_go = g_array_new(FALSE, FALSE, sizeof(guint32));
    world->serials = g_array_new(FALSE, FALSE, sizeof(guint64));
    world->shown_serials = g_array_new(FALSE, FALSE, sizeof(guint64));
}

void rep_versioned_clear(RepWorld *world)
{
    if (!world->versions)
        return;
    rep_versions_clear(world->versions);
    g_clear_pointer(&world->versions, g_free);
    g_array_unref(world->serials);
    g_array_unref(world->shown_serials);
    g_array_unref(world->letting_go);
}

void rep_versioned_finish(RepWorld *world)
{
    if (world->versions)
        rep_versions_finish(world->versions);
}

/* ---- what policies ask -------------------------------------------------------------------- */

const RepVersions *rep_view_versions(RepView *view)
{
    return view->versions;
}

guint32 rep_view_shown(RepView *view, int node, guint64 key)
{
    return rep_store_shown(view, node, key);
}

guint32 rep_view_held(RepView *view, int node, guint64 key)
{
    return rep_store_held(view, node, key);
}

guint32 rep_set_join(RepView *view, guint32 a, guint32 b)
{
    return rep_versions_join(view->versions, a, b);
}

void rep_set_keep(RepView *view, guint32 set)
{
    if (set)
        rep_set_hold(view->versions, set, FALSE);
}

void rep_set_let_go(RepView *view, guint32 set)
{
    if (set)
        rep_set_release(view->versions, set, FALSE);
}

void rep_versioned_let_go(RepWorld *world, guint32 set)
{
    g_array_append_val(world->letting_go, set);
    rep_world_carry_out_all(world);
}

void rep_versioned_sweep(RepWorld *world)
{
    for (guint i = 0; i < world->letting_go->len; i++)
        rep_set_release(world->versions, g_array_index(world->letting_go, guint32, i), TRUE);
    g_array_set_size(world->letting_go, 0);
    rep_versions_sweep(world->versions);
}

/* ---- writes ------------------------------------------------------------------------------- */

/* The larger of the newest stamps of two sets; NULL: both are empty. */
static const RepStamp *newest_stamp(const RepWorld *world, guint32 a, guint32 b)
{
    const RepWrite *one = a ? rep_set_newest(world->versions, a) : NULL;
    const RepWrite *other = b ? rep_set_newest(world->versions, b) : NULL;
    if (one && other)
        return rep_stamp_compare(one->stamp, other->stamp) < 0 ? &other->stamp : &one->stamp;
    return one ? &one->stamp : other ? &other->stamp : NULL;
}

/* Stamps are by the acceptor's clock; a hybrid one is pushed past what he and the author had of the
 * key, and a counter counts on from it. */
static RepStamp stamp_of(const RepWorld *world, int party, guint32 own, guint32 context)
{
    const RepConflictRule *rule = world->versions->rule;
    const RepStamp *seen =
        rule->counts || rule->is_hybrid ? newest_stamp(world, own, context) : NULL;
    if (rule->counts)
        return (RepStamp){.time = seen ? seen->time + 1 : 1, .origin = party};
    SimTime time = rep_party_clock(world, party);
    return rule->is_hybrid ? rep_stamp_hybrid(time, party, seen)
                           : (RepStamp){.time = time, .origin = party};
}

static void observe_written(RepWorld *world, int party, const RepOperation *operation,
                            const RepWrite *write, guint64 conflicts)
{
    RepDependency depends_on = rep_conversation_dependency(world, operation);
    rep_world_emit(world, &(RepObservation){.kind = REP_OBS_WRITTEN,
                                            .at = world->kernel.now,
                                            .written = {.party = party,
                                                        .client = write->client,
                                                        .number = write->number,
                                                        .key = write->key,
                                                        .serial = write->serial,
                                                        .stamp = write->stamp,
                                                        .conflicts = conflicts,
                                                        .in_conflict = write->n_drawn_in,
                                                        .context = &write->context,
                                                        .depends_on = depends_on}});
}

guint32 rep_write_accept(RepView *view, int party, guint32 handle, guint32 context)
{
    RepWorld *world = (RepWorld *)view; /* serials and sets are the world's */
    const RepExchange *exchange = sim_pool_at(&world->exchanges, handle);
    RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    if (operation->write)
        return operation->write;
    guint32 before = operation->has_context ? operation->context : context;
    RepNewWrite new = {.key = operation->key,
                       .stamp = stamp_of(world, party, context, before),
                       .origin = party,
                       .client = operation->client,
                       .number = operation->number,
                       .bytes = (guint32)world->setup->clients[operation->client].value_size,
                       .is_delete = operation->is_delete,
                       .context = before,
                       .is_edit = operation->has_context,
                       .written_at = world->kernel.now};
    guint64 conflicts = 0;
    guint32 set = rep_versions_write(world->versions, &new, &conflicts);
    rep_set_hold(world->versions, set, FALSE);
    operation->write = set;
    const RepWrite *write = rep_set_version(world->versions, rep_set_at(world->versions, set), 0);
    observe_written(world, party, operation, write, conflicts);
    return set;
}

gboolean rep_versioned_append(RepWorld *world, int node, int log_number, guint32 number)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    RepLog *log = &world->logs[log_number];
    RepLogCopy *copy = &log->copies[node];
    if (operation->entry.index && operation->entry_log == log_number &&
        rep_log_contains(log, node, operation->entry))
        return FALSE;
    guint32 bytes = (guint32)world->setup->clients[operation->client].value_size;
    guint64 index = rep_log_append(log, node, operation->write, bytes);
    rep_set_hold(world->versions, operation->write, FALSE);
    rep_store_hold(world, node, operation->write);
    operation->entry = (RepVersion){.index = index, .term = copy->term};
    operation->entry_log = (guint16)log_number;
    rep_log_entry(log, copy->term, index)->waiting = number;
    return TRUE;
}

void rep_versioned_show(RepWorld *world, int node, int log_number, guint64 first, guint64 last)
{
    const RepLog *log = &world->logs[log_number];
    for (guint64 index = first; index <= last; index++) {
        const RepLogEntry *entry = rep_log_entry(log, log->copies[node].term, index);
        SIM_CHECK(entry, "an entry is shown that is gone");
        rep_store_show(world, node, (guint32)entry->key);
    }
}

guint32 rep_versioned_own(const RepWorld *world, const RepOperation *operation)
{
    return world->versions ? operation->write : 0;
}

void rep_versioned_request(RepWorld *world, RepRequest *request, const RepOperation *operation)
{
    if (!world->versions)
        return;
    request->has_context = operation->has_context;
    request->context = operation->context;
    request->is_delete = operation->is_delete;
}

/* ---- answers ------------------------------------------------------------------------------ */

void rep_versioned_show_author(RepWorld *world, guint32 number, guint32 set)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    if (G_UNLIKELY(world->groups[operation->client].script) && operation->kind == REP_WRITE)
        rep_script_shown(world, operation, set);
}

void rep_versioned_answer(RepWorld *world, guint32 number, int node, guint32 set)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    exchange->answered_by = node;
    if (set)
        rep_set_hold(world->versions, set, FALSE);
    exchange->set = set;
    RepVersion version = {0};
    const RepWrite *newest = set ? rep_set_newest(world->versions, set) : NULL;
    if (newest)
        version = (RepVersion){.index = newest->serial, .term = 1};
    rep_reply_send(world, number, REP_ANSWER_DONE, version);
}

void rep_versioned_seen(RepWorld *world, guint32 set, GArray *serials, RepVersionsSeen *seen)
{
    *seen = (RepVersionsSeen){0};
    g_array_set_size(serials, 0);
    if (!set)
        return;
    const RepVersionSet *versions = rep_set_at(world->versions, set);
    const RepWrite *newest = rep_set_newest(world->versions, set);
    for (guint32 i = 0; i < versions->n; i++) {
        const RepWrite *version = rep_set_version(world->versions, versions, i);
        if (!world->versions->rule->shows || version == newest)
            g_array_append_val(serials, version->serial);
    }
    *seen = (RepVersionsSeen){.n = serials->len,
                              .serials = (const guint64 *)(void *)serials->data,
                              .cover = &versions->cover,
                              .newest = newest ? newest->stamp : (RepStamp){0},
                              .is_cut_off = newest && newest->is_cut_off};
}

void rep_versioned_drop_exchange(RepWorld *world, RepExchange *exchange)
{
    if (exchange->set)
        rep_set_release(world->versions, exchange->set, FALSE);
    exchange->set = 0;
}

void rep_versioned_remember(RepWorld *world, RepOperation *operation, guint32 set)
{
    if (!set)
        return;
    rep_set_hold(world->versions, set, FALSE);
    operation->context = set;
}

void rep_versioned_release(RepWorld *world, RepOperation *operation)
{
    if (!world->versions)
        return;
    if (operation->write)
        rep_set_release(world->versions, operation->write, FALSE);
    if (operation->context)
        rep_set_release(world->versions, operation->context, FALSE);
    operation->write = operation->context = 0;
}
