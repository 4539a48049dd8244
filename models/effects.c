/*
 * effects.c — between world and policy: the callbacks with what they are told, and the effects
 * that come back, carried out one after the other in the order in which they were asked for.
 */
#include "models/planted.h"
#include "models/conversation.h"
#include "models/script.h"
#include "models/store.h"
#include "models/versioned.h"
#include "models/wake.h"
#include "models/world_state.h"

/* ---- callbacks ---------------------------------------------------------------------------- */

static void answer_read(RepWorld *world, int log, int node, guint32 number)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    RepVersion version = rep_log_version(&world->logs[log], node, operation->key);
    if (G_UNLIKELY(world->has_memory))
        rep_memory_answer(world, log, node, version, number);
    rep_reply_send(world, number, REP_ANSWER_DONE, version);
}

static RepRequest request_of(const RepWorld *world, guint32 number)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    const RepStepSetup *step = rep_script_step(&world->groups[operation->client], operation);
    return (RepRequest){.handle = number,
                        .kind = operation->kind,
                        .client = (int)operation->client,
                        .session = (int)operation->session,
                        .region = (int)operation->region,
                        .number = operation->number,
                        .attempt = exchange->attempt,
                        .key = operation->key,
                        .log = operation->log,
                        .is_directed = step && step->to == exchange->node,
                        .bytes = (guint32)world->setup->clients[operation->client].value_size};
}

void rep_world_request(RepWorld *world, guint32 number)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    if (world->versions) {
        RepRequest request = request_of(world, number);
        rep_versioned_request(world, &request, operation);
        world->policy->request(world->policy_state, world, exchange->node, &request,
                               &world->effects);
        return;
    }
    if (operation->kind == REP_READ && world->nodes[exchange->node].reads_plainly) {
        answer_read(world, operation->log, exchange->node, number);
        return;
    }
    const RepLog *log = &world->logs[operation->log];
    const RepLogCopy *copy = &log->copies[exchange->node];
    RepRequest request = request_of(world, number);
    if (G_UNLIKELY(world->has_memory)) {
        gsize log_of_token = REP_PLANTED(TOKENS_MIXED) ? 0 : operation->log;
        gsize token = number * world->n_logs + log_of_token;
        request.at_least = g_array_index(world->tokens, RepVersion, token);
        request.is_handed_on = exchange->marks & REP_MARK_HANDED_ON;
    }
    RepVersion entry = rep_world_place_at(world, operation->log, exchange->node, operation->entry);
    if (entry.index) {
        request.entry = entry.index;
        request.committed = entry.index <= MAX(copy->committed, log->settled);
    }
    world->policy->request(world->policy_state, world, exchange->node, &request, &world->effects);
}

void rep_world_received(RepWorld *world, int node, int log, guint64 index)
{
    if (world->policy->received)
        world->policy->received(world->policy_state, world, node, log, index, &world->effects);
}

void rep_world_flushed(RepWorld *world, int node, int log, guint64 first, guint64 index)
{
    if (world->policy->flushed)
        world->policy->flushed(world->policy_state, world, node, log, first, index,
                               &world->effects);
}

void rep_world_applied(RepWorld *world, int node, int log, guint64 index)
{
    if (world->policy->applied)
        world->policy->applied(world->policy_state, world, node, log, index, &world->effects);
}

/* ---- logs --------------------------------------------------------------------------------- */

static void wait_with_entry(RepWorld *world, const RepEffect *effect)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, effect->handle);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    RepVersion place = world->versions
                           ? operation->entry
                           : rep_world_place_at(world, effect->log, effect->node, operation->entry);
    RepLogEntry *entry = rep_log_entry(&world->logs[effect->log], place.term, place.index);
    SIM_CHECK(entry, "a repeated write waits for an entry that is gone");
    exchange->next = entry->waiting;
    entry->waiting = effect->handle;
}

static void answer_done(RepWorld *world, const RepEffect *effect)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, effect->handle);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    rep_reply_send(world, effect->handle, REP_ANSWER_DONE,
                   rep_world_place_at(world, effect->log, effect->node, operation->entry));
}

static void observe_append(RepWorld *world, const RepEffect *effect, const RepOperation *operation)
{
    RepDependency depends_on = rep_conversation_dependency(world, operation);
    rep_world_emit(world, &(RepObservation){.kind = REP_OBS_APPENDED,
                                            .at = world->kernel.now,
                                            .appended = {.node = effect->node,
                                                         .log = (guint32)effect->log,
                                                         .client = operation->client,
                                                         .number = operation->number,
                                                         .key = operation->key,
                                                         .entry = operation->entry,
                                                         .depends_on = depends_on}});
}

static inline void note_append(RepWorld *world, const RepEffect *effect,
                               const RepOperation *operation)
{
    if (world->mask & REP_OBS_BIT(REP_OBS_APPENDED))
        observe_append(world, effect, operation);
    if (G_UNLIKELY(world->groups[operation->client].script))
        rep_script_appended(world, operation);
}

static void append_versioned(RepWorld *world, const RepEffect *effect)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, effect->handle);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    if (rep_versioned_append(world, effect->node, effect->log, effect->handle)) {
        note_append(world, effect, operation);
        if (world->policy->appended)
            world->policy->appended(world->policy_state, world, effect->node, effect->log,
                                    operation->entry.index, &world->effects);
        rep_disk_kick(world, effect->node);
    } else if (operation->entry.index <= world->logs[effect->log].copies[effect->node].committed)
        rep_versioned_answer(world, effect->handle, effect->node, operation->write);
    else
        wait_with_entry(world, effect);
}

static void append(RepWorld *world, const RepEffect *effect)
{
    if (world->versions) {
        append_versioned(world, effect);
        return;
    }
    RepExchange *exchange = sim_pool_at(&world->exchanges, effect->handle);
    RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    RepVersion earlier = operation->entry;
    RepVersion place = rep_world_place_at(world, effect->log, effect->node, earlier);
    if (place.index) {
        /* Two attempts of a write were served at one instant; the other came first. */
        if (place.index <= copy->committed)
            answer_done(world, effect);
        else
            wait_with_entry(world, effect);
        return;
    }
    guint32 bytes = (guint32)world->setup->clients[operation->client].value_size;
    guint64 index = rep_log_append(log, effect->node, operation->key, bytes);
    operation->entry = (RepVersion){.index = index, .term = copy->term};
    if (G_UNLIKELY(world->has_memory))
        rep_memory_append(world, effect->log, operation->entry, effect->handle);
    if (earlier.index)
        rep_world_note_earlier(world, effect->log, operation->entry, earlier);
    rep_log_entry(log, copy->term, index)->waiting = effect->handle;
    note_append(world, effect, operation);
    if (world->policy->appended)
        world->policy->appended(world->policy_state, world, effect->node, effect->log, index,
                                &world->effects);
    rep_disk_kick(world, effect->node);
}

static void accept_entries(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    guint64 before = rep_log_holds(log, effect->node);
    SIM_CHECK(rep_log_common(log, copy->term, effect->term) >= copy->arrived || !copy->arrived,
              "%s accepts entries of term %u that do not follow its own",
              world->setup->nodes[effect->node].name, effect->term);
    SIM_CHECK(rep_log_term_at(log, effect->term, effect->index), "accepted entries exist");
    copy->term = effect->term;
    copy->leads = FALSE;
    copy->arrived = MAX(copy->arrived, effect->index);
    rep_log_moved(log, effect->node, before);
    rep_disk_kick(world, effect->node);
}

void rep_world_truncate(RepWorld *world, int node, int log_number, guint64 index)
{
    RepLog *log = &world->logs[log_number];
    RepLogCopy *copy = &log->copies[node];
    if (copy->arrived <= index)
        return;
    guint64 before = rep_log_holds(log, node), last = copy->arrived;
    copy->arrived = index;
    copy->received = MIN(copy->received, index);
    copy->flushed = MIN(copy->flushed, index);
    copy->applied = MIN(copy->applied, index);
    copy->committed = MIN(copy->committed, index);
    copy->decided = MIN(copy->decided, index);
    guint64 *covers = &world->nodes[node].disk.covers[log_number];
    *covers = MIN(*covers, index);
    if (!REP_PLANTED(APPLIED_PAST_CUT))
        rep_applier_reset(world, node, log_number);
    log->settled = MIN(log->settled, index);
    rep_world_observe_entries(world, REP_OBS_TRUNCATED, node, log_number, copy->term, index + 1,
                              last);
    rep_log_moved(log, node, before);
    /* What is left may have been on its way to be applied. */
    rep_node_ask_step(world, node, REP_STEP_APPLY);
}

static void observe_leadership(RepWorld *world, RepObservationKind kind, int node, int log,
                               gboolean leads)
{
    rep_world_emit(world,
                   &(RepObservation){.kind = kind,
                                     .at = world->kernel.now,
                                     .leadership = {.node = node,
                                                    .log = (guint32)log,
                                                    .term = world->logs[log].copies[node].term,
                                                    .leads = (guint32)leads}});
}

static void lead(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    /* What the node held beyond its disk is no part of the new term. */
    rep_world_truncate(world, effect->node, effect->log, copy->flushed);
    rep_log_open_term(log, effect->node, effect->term);
    rep_applier_reset(world, effect->node, effect->log);
    observe_leadership(world, REP_OBS_LEADERSHIP, effect->node, effect->log, TRUE);
}

void rep_world_end_leadership(RepWorld *world, int node, int log)
{
    RepLogCopy *copy = &world->logs[log].copies[node];
    if (!copy->leads)
        return;
    observe_leadership(world, REP_OBS_LEADERSHIP, node, log, FALSE);
    guint64 before = rep_log_holds(&world->logs[log], node);
    copy->leads = FALSE;
    copy->decided = MAX(copy->decided, copy->committed);
    rep_log_moved(&world->logs[log], node, before);
}

/* What was shown as a leader stays shown; the rest of the log is applied as by any follower. */
static void step_down(RepWorld *world, const RepEffect *effect)
{
    rep_world_forget_waiting(world, effect->node, effect->log);
    rep_world_end_leadership(world, effect->node, effect->log);
    rep_applier_reset(world, effect->node, effect->log);
    rep_node_ask_step(world, effect->node, REP_STEP_APPLY);
}

/* ---- answers ------------------------------------------------------------------------------ */

static void answer_write(RepWorld *world, int node, guint32 number, RepVersion version)
{
    if (!world->versions) {
        rep_reply_send(world, number, REP_ANSWER_DONE, version);
        return;
    }
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    rep_versioned_show_author(world, number, rep_store_held(world, node, operation->key));
    rep_versioned_answer(world, number, node, operation->write);
}

static void answer_waiting(RepWorld *world, int node, RepLogEntry *entry, RepVersion version)
{
    guint32 kept = SIM_POOL_NONE, number = entry->waiting;
    while (number != SIM_POOL_NONE) {
        RepExchange *exchange = sim_pool_at(&world->exchanges, number);
        guint32 next = exchange->next;
        exchange->next = SIM_POOL_NONE;
        if (exchange->node == node)
            answer_write(world, node, number, version);
        else {
            exchange->next = kept;
            kept = number;
        }
        number = next;
    }
    entry->waiting = kept;
}

static void commit(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    guint64 first = copy->committed + 1;
    if (effect->index < first)
        return;
    guint64 before = rep_log_holds(log, effect->node);
    copy->committed = effect->index;
    rep_world_observe_entries(world, REP_OBS_COMMITTED, effect->node, effect->log, copy->term,
                              first, effect->index);
    for (guint64 index = first; index <= effect->index; index++) {
        RepLogEntry *entry = rep_log_entry(log, copy->term, index);
        if (entry && entry->waiting != SIM_POOL_NONE)
            answer_waiting(
                world, effect->node, entry,
                (RepVersion){.index = index, .term = rep_log_term_at(log, copy->term, index)});
    }
    rep_log_moved(log, effect->node, before);
}

static void show(RepWorld *world, const RepEffect *effect)
{
    RepLog *log = &world->logs[effect->log];
    RepLogCopy *copy = &log->copies[effect->node];
    if (effect->index <= copy->applied)
        return;
    guint64 before = rep_log_holds(log, effect->node), first = copy->applied + 1;
    copy->applied = effect->index;
    rep_world_observe_entries(world, REP_OBS_APPLIED, effect->node, effect->log, copy->term, first,
                              effect->index);
    if (world->versions)
        rep_versioned_show(world, effect->node, effect->log, first, effect->index);
    rep_log_moved(log, effect->node, before);
}

static void decided(RepWorld *world, const RepEffect *effect)
{
    RepLogCopy *copy = &world->logs[effect->log].copies[effect->node];
    copy->decided = MAX(copy->decided, MIN(effect->index, copy->arrived));
    rep_node_ask_step(world, effect->node, REP_STEP_APPLY);
}

/* The policy answers the read later; `holds` FALSE: it does now. */
static void hold(RepWorld *world, const RepEffect *effect, gboolean holds)
{
    RepExchange *exchange = sim_pool_at(&world->exchanges, effect->handle);
    gboolean is_held = exchange->marks & REP_MARK_HELD;
    SIM_CHECK(!holds || !is_held, "a read is held twice");
    if (holds == is_held)
        return;
    exchange->marks ^= REP_MARK_HELD;
    if (effect->node >= (int)world->setup->n_nodes)
        return; /* an agent never stops */
    RepNode *node = &world->nodes[effect->node];
    node->n_held = holds ? node->n_held + 1 : node->n_held - 1;
}

static void answer(RepWorld *world, const RepEffect *effect)
{
    hold(world, effect, FALSE);
    if (effect->kind == REP_EFFECT_READ)
        answer_read(world, effect->log, effect->node, effect->handle);
    else if (effect->kind == REP_EFFECT_DROP)
        rep_exchange_drop(world, effect->handle);
    else
        rep_reply_send(world, effect->handle,
                       effect->kind == REP_EFFECT_BEHIND ? REP_ANSWER_BEHIND
                       : effect->value                   ? REP_ANSWER_UNAVAILABLE
                                                         : REP_ANSWER_REFUSED,
                       (RepVersion){0});
}

/* ---- carrying out ------------------------------------------------------------------------- */

static void send_message(RepWorld *world, const RepEffect *effect)
{
    const RepMessage *message = &world->effects.messages[effect->message];
    if (!rep_wake_holds(world, message, REP_STREAM_SENDER))
        rep_stream_send(world, message);
}

static void set_timer(RepWorld *world, const RepEffect *effect)
{
    SIM_CHECK(effect->timer < world->policy->timers, "timer %u", effect->timer);
    const RepNode *node = rep_node_of_party(world, effect->node);
    gsize agent = (gsize)effect->node - world->setup->n_nodes;
    gsize timer = (gsize)effect->log * world->policy->timers + effect->timer;
    SimSlot slot =
        node ? node->timers[timer] : world->agent_timers[agent * world->n_timers + timer];
    if (effect->at == SIM_NEVER)
        sim_kernel_disarm(&world->kernel, slot);
    else
        sim_kernel_arm(&world->kernel, slot, MAX(effect->at, world->kernel.now));
}

static void carry_out(RepWorld *world, const RepEffect *effect)
{
    switch (effect->kind) {
    case REP_EFFECT_CONNECT:
        rep_world_connect(world, effect->node, effect->peer);
        return;
    case REP_EFFECT_LEAD:
        lead(world, effect);
        return;
    case REP_EFFECT_APPEND:
        append(world, effect);
        return;
    case REP_EFFECT_WAIT:
        wait_with_entry(world, effect);
        return;
    case REP_EFFECT_ACCEPT:
        accept_entries(world, effect);
        return;
    case REP_EFFECT_TRUNCATE:
        rep_world_truncate(world, effect->node, effect->log, effect->index);
        return;
    case REP_EFFECT_RESERVE:
        rep_world_reserve(world, effect);
        return;
    case REP_EFFECT_INSTALL:
        rep_world_install(world, effect);
        return;
    case REP_EFFECT_CARRY:
        rep_world_carry(world, effect);
        return;
    case REP_EFFECT_SEND:
        send_message(world, effect);
        return;
    case REP_EFFECT_COMMIT:
        commit(world, effect);
        return;
    case REP_EFFECT_DECIDED:
        decided(world, effect);
        return;
    case REP_EFFECT_SHOW:
        show(world, effect);
        return;
    case REP_EFFECT_READ:
    case REP_EFFECT_REFUSE:
    case REP_EFFECT_BEHIND:
    case REP_EFFECT_DROP:
        answer(world, effect);
        return;
    case REP_EFFECT_HOLD:
        hold(world, effect, TRUE);
        return;
    case REP_EFFECT_DONE:
        answer_done(world, effect);
        return;
    case REP_EFFECT_TIMER:
        set_timer(world, effect);
        return;
    case REP_EFFECT_STEP_DOWN:
        step_down(world, effect);
        return;
    case REP_EFFECT_WORK:
        if (rep_node_is_up(&world->nodes[effect->node]))
            rep_cpu_work(world, effect->node, effect->log, effect->token);
        return;
    case REP_EFFECT_LATER:
        rep_policy_later(world, effect->node, effect->log, effect->token, effect->at);
        return;
    case REP_EFFECT_STORE:
        rep_store_add(world, effect->node, effect->set, -1, effect->value);
        return;
    case REP_EFFECT_HINT:
        rep_store_add(world, effect->node, effect->set, effect->log, effect->value);
        return;
    case REP_EFFECT_UNHINT:
        rep_store_unhint(world, effect->node, effect->log);
        return;
    case REP_EFFECT_FORGET:
        rep_versions_note_expired(world->versions,
                                  rep_store_shown(world, effect->node, effect->index));
        rep_store_forget(world, effect->node, effect->index);
        return;
    case REP_EFFECT_VISIBLE:
        ((RepExchange *)sim_pool_at(&world->exchanges, effect->handle))->visible_after = effect->at;
        return;
    case REP_EFFECT_SHOWN:
        rep_versioned_show_author(world, effect->handle, (guint32)effect->value);
        return;
    case REP_EFFECT_ANSWER:
        hold(world, effect, FALSE);
        rep_versioned_answer(world, effect->handle, effect->log, (guint32)effect->value);
        return;
    case REP_EFFECT_LEASE:
        observe_leadership(world, REP_OBS_LEASE, effect->node, effect->log, effect->value != 0);
        return;
    case REP_EFFECT_IN_SYNC:
        rep_world_emit(world, &(RepObservation){.kind = REP_OBS_IN_SYNC,
                                                .at = world->kernel.now,
                                                .in_sync = {.node = effect->node,
                                                            .log = (guint32)effect->log,
                                                            .member = effect->peer,
                                                            .enters = (guint32)effect->value}});
        return;
    case REP_EFFECT_RULE:
        rep_world_emit(world, &(RepObservation){.kind = REP_OBS_RULE_CHANGED,
                                                .at = world->kernel.now,
                                                .rule = {.node = effect->node,
                                                         .log = (guint32)effect->log,
                                                         .waiting = (guint32)effect->value}});
        return;
    }
    SIM_UNREACHABLE();
}

void rep_world_carry_out_all(RepWorld *world)
{
    if (world->is_carrying_out)
        return;
    world->is_carrying_out = TRUE;
    for (;;) {
        for (guint i = 0; i < world->effects.n; i++) {
            RepEffect effect = world->effects.items[i]; /* the list may move while it grows */
            carry_out(world, &effect);
        }
        world->effects.n = world->effects.n_messages = 0;
        if (G_UNLIKELY(world->versions))
            rep_versioned_sweep(world);
        if (world->stepping < 0)
            break;
        rep_node_take_step(world);
    }
    world->is_carrying_out = FALSE;
}

void rep_world_forget_waiting(RepWorld *world, int node, int log_number)
{
    RepLog *log = &world->logs[log_number];
    const RepLogCopy *copy = &log->copies[node];
    for (guint64 index = copy->committed + 1; copy->leads && index <= copy->arrived; index++) {
        RepLogEntry *entry = rep_log_entry(log, copy->term, index);
        guint32 number = entry ? entry->waiting : SIM_POOL_NONE;
        while (number != SIM_POOL_NONE) {
            guint32 next = ((RepExchange *)sim_pool_at(&world->exchanges, number))->next;
            rep_exchange_drop(world, number);
            number = next;
        }
        if (entry)
            entry->waiting = SIM_POOL_NONE;
    }
}
