/* replica.c — a node that keeps keys: stores what it is sent, answers with what it shows. */
#include "models/planted.h"
#include "models/policies/leaderless/state.h"

/* ---- tombstones --------------------------------------------------------------------------- */

#define LOOK_AGAIN SIM_S

static gboolean is_deleted(const RepVersions *versions, guint32 set)
{
    const RepVersionSet *in = rep_set_at(versions, set);
    for (guint32 i = 0; i < in->n; i++)
        if (!rep_set_version(versions, in, i)->is_delete)
            return FALSE;
    return in->n > 0;
}

/* The grace counts from the delete, wherever and however late a tombstone comes from: counted from
 * its arrival, replicas that compare would hand it to each other for ever. */
SimTime rep_purge_time(const RepLeaderless *state, RepView *view, guint32 set)
{
    const RepVersions *versions = rep_view_versions(view);
    SimTime latest = 0;
    if (state->setup->tombstone_grace == SIM_NEVER || !set || !is_deleted(versions, set))
        return SIM_NEVER;
    for (guint32 i = 0; i < rep_set_at(versions, set)->n; i++)
        latest = MAX(latest, rep_set_version(versions, rep_set_at(versions, set), i)->written_at);
    return sim_time_after(latest, state->setup->tombstone_grace);
}

/* In the order in which they are due; that in which they came, but for the few that came late. */
static void queue_tombstone(RepParty *self, int node, guint64 key, SimTime due, RepEffects *out)
{
    SimRing *ring = &self->tombstones;
    sim_ring_push(ring);
    guint64 at = ring->end - 1;
    for (; at > ring->begin; at--) {
        const RepTombstone *before = sim_ring_at(ring, at - 1);
        if (before->due <= due)
            break;
        *(RepTombstone *)sim_ring_at(ring, at) = *before;
    }
    *(RepTombstone *)sim_ring_at(ring, at) = (RepTombstone){.key = key, .due = due};
    if (at == ring->begin)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_TIMER,
                                          .node = node,
                                          .timer = REP_LL_TIMER_PURGE,
                                          .at = due});
}

static void note_tombstone(RepLeaderless *state, RepView *view, int node, guint32 set,
                           RepEffects *out)
{
    SimTime due = rep_purge_time(state, view, set);
    if (due != SIM_NEVER)
        queue_tombstone(&state->parties[node], node, rep_set_at(rep_view_versions(view), set)->key,
                        MAX(due, rep_view_now(view)), out);
}

void rep_store(RepLeaderless *state, RepView *view, int node, guint32 set, guint64 token,
               RepEffects *out)
{
    note_tombstone(state, view, node, set, out);
    rep_effects_add(
        out, &(RepEffect){.kind = REP_EFFECT_STORE, .node = node, .set = set, .value = token});
}

/* ---- tokens: what happens when something is on the disk ------------------------------------ */

static guint64 owe(RepLeaderless *state, const RepMessage *answer)
{
    guint32 number = sim_pool_take_raw(&state->owed);
    *(RepMessage *)sim_pool_at(&state->owed, number) = *answer;
    return ((guint64)number + 1) << 1;
}

static RepMessage reply_to(RepView *view, const RepMessage *message, guint8 kind)
{
    RepMessage reply = *message;
    reply.from = message->to;
    reply.to = message->from;
    reply.kind = kind;
    reply.service = REP_SERVICE_NONE;
    reply.set = 0;
    reply.bytes = (guint64)rep_view_setup(view)->network.message_size;
    return reply;
}

static void store_and_reply(RepLeaderless *state, RepView *view, int node,
                            const RepMessage *message, guint8 kind, RepEffects *out)
{
    RepMessage reply = reply_to(view, message, kind);
    if (REP_PLANTED(STORED_BEFORE_FLUSH)) {
        rep_effects_send(out, &reply);
        rep_store(state, view, node, message->set, 0, out);
        return;
    }
    rep_store(state, view, node, message->set, owe(state, &reply), out);
}

/* What is still deleted, and was so long ago, goes; what is not on the disk yet is looked at again.
 */
static void purge(RepLeaderless *state, RepView *view, int node, guint64 key, RepEffects *out)
{
    SimTime now = rep_view_now(view);
    guint32 shown = rep_view_shown(view, node, key), held = rep_view_held(view, node, key);
    if (rep_purge_time(state, view, shown) <= now)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_FORGET, .node = node, .index = key});
    if (held != shown && rep_purge_time(state, view, held) <= now)
        queue_tombstone(&state->parties[node], node, key, sim_time_after(now, LOOK_AGAIN), out);
}

void rep_replica_purge(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    SimRing *tombstones = &state->parties[node].tombstones;
    while (sim_ring_len(tombstones)) {
        RepTombstone oldest = *(const RepTombstone *)sim_ring_head(tombstones);
        if (oldest.due > rep_view_now(view)) {
            rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_TIMER,
                                              .node = node,
                                              .timer = REP_LL_TIMER_PURGE,
                                              .at = oldest.due});
            return;
        }
        sim_ring_pop(tombstones);
        purge(state, view, node, oldest.key, out);
    }
}

/* ---- messages ----------------------------------------------------------------------------- */

static void answer_read(RepView *view, int node, const RepMessage *message, RepEffects *out)
{
    RepMessage reply = reply_to(view, message, REP_LL_READ_OK);
    reply.set = rep_view_shown(view, node, message->first);
    if (reply.set)
        reply.bytes = (guint64)rep_view_setup(view)->clients[message->client - 1].value_size;
    rep_effects_send(out, &reply);
}

/* Who stands in stores the write for readers, and keeps it for the one whose turn it was. */
static void take_write(RepLeaderless *state, RepView *view, int node, const RepMessage *message,
                       RepEffects *out)
{
    if (message->value > 0 && state->setup->handoff == REP_HANDOFF_ON)
        rep_handoff_keep(state, view, node, (int)message->value - 1, message->set, out);
    store_and_reply(state, view, node, message, REP_LL_WRITE_OK, out);
}

void rep_replica_message(RepLeaderless *state, RepView *view, int node, const RepMessage *message,
                         RepEffects *out)
{
    switch ((RepLeaderlessMessage)message->kind) {
    case REP_LL_WRITE:
        take_write(state, view, node, message, out);
        return;
    case REP_LL_READ:
        answer_read(view, node, message, out);
        return;
    case REP_LL_HINT:
        rep_handoff_keep(state, view, node, (int)message->value - 1, message->set, out);
        return;
    case REP_LL_REPAIR:
        if (message->value)
            store_and_reply(state, view, node, message, REP_LL_REPAIR_OK, out);
        else
            rep_store(state, view, node, message->set, 0, out);
        return;
    case REP_LL_HINTED:
        store_and_reply(state, view, node, message, REP_LL_HINTED_OK, out);
        return;
    case REP_LL_DIFFERENCE:
        rep_entropy_heard(state);
        rep_store(state, view, node, message->set, 0, out);
        return;
    case REP_LL_COMPARE:
        rep_entropy_compare(state, view, node, message, out);
        return;
    case REP_LL_HINTED_OK:
        rep_handoff_arrived(state, view, node, message->from, message->last, out);
        return;
    case REP_LL_WRITE_OK:
    case REP_LL_READ_OK:
    case REP_LL_REPAIR_OK:
        rep_coordinate_answered(state, view, node, message, out);
        return;
    }
}

void rep_replica_stored(RepLeaderless *state, RepView *view, int node, guint64 token,
                        RepEffects *out)
{
    if (token == REP_LL_TOKEN_HINT) {
        rep_handoff_kick(state, view, node, out);
        return;
    }
    if (token & 1) {
        rep_coordinate_stored(state, view, node, token >> 1, out);
        return;
    }
    guint32 number = (guint32)((token >> 1) - 1);
    RepMessage *owed = sim_pool_at(&state->owed, number);
    RepMessage reply = *owed;
    owed->to = -1;
    sim_pool_give(&state->owed, number);
    if (reply.kind == REP_LL_WRITE_OK && rep_is_scripted(view, (int)reply.client - 1))
        reply.set = rep_view_shown(view, node, reply.first);
    rep_effects_send(out, &reply);
}

void rep_replica_stop(RepLeaderless *state, int node)
{
    for (guint32 number = 0; number < state->owed.made; number++) {
        RepMessage *owed = sim_pool_at(&state->owed, number);
        if (owed->to < 0 || owed->from != node)
            continue;
        owed->to = -1;
        sim_pool_give(&state->owed, number);
    }
}
