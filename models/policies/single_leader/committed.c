/*
 * committed.c — how followers learn what has committed (semantics §4, follower_shows: committed).
 *
 * The leader's commit position rides on every message of entries. Where it moves and no entries
 * leave for a follower in that instant, a message of its own goes out at once, as etcd's raft and
 * MongoDB do; in Raft's paper it waits for the next heartbeat, and under `pull` for the next poll,
 * as Kafka's high watermark does. A follower takes it for as much of
 * its log as is surely the leader's: what it has after taking entries of that leadership, or what
 * was appended in it.
 *
 * On links that lose messages for good the follower says that it has heard, and until it does the
 * leader says it again (its resend timer).
 *
 * A raft leader appends no empty entry when its term begins (Raft §8): what it inherits and does
 * not know to have committed is shown with its first write.
 */
#include "models/planted.h"
#include "models/policies/single_leader/raft.h"
#include "models/policies/single_leader/upstream.h"

gboolean rep_committed_matters(RepView *view)
{
    return rep_policy_in(view)->follower_shows == REP_SHOWS_COMMITTED;
}

/* ---- the leader --------------------------------------------------------------------------- */

static void tell(const RepSingleLeaderState *state, RepView *view, int leader, int follower,
                 RepEffects *out)
{
    RepMember *self = &state->members[leader];
    self->told[follower] = self->ack.committed;
    rep_tell(state, view, leader, follower, REP_MESSAGE_COMMITTED, self->term, self->ack.committed,
             self->ack.committed, out);
}

void rep_committed_tell(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    if (rep_is_pulled(view))
        return;
    REP_EACH_MEMBER(state, node)
    if (node != leader)
        rep_committed_tell_one(state, view, leader, node, out);
}

gboolean rep_committed_tell_one(RepSingleLeaderState *state, RepView *view, int leader,
                                int follower, RepEffects *out)
{
    const RepMember *self = &state->members[leader];
    if (!self->ack.peers[follower].is_connected || self->told[follower] >= self->ack.committed)
        return FALSE;
    tell(state, view, leader, follower, out);
    return TRUE;
}

gboolean rep_committed_retell(const RepSingleLeaderState *state, RepView *view, int leader,
                              int follower, RepEffects *out)
{
    const RepMember *self = &state->members[leader];
    /* Where followers poll, what they were not told yet they will ask for. */
    guint64 due = self->ack.committed;
    if (rep_is_pulled(view))
        due = MIN(due, self->told[follower]);
    if (!rep_committed_matters(view) || self->heard[follower] >= due)
        return FALSE;
    tell(state, view, leader, follower, out);
    return TRUE;
}

/* ---- the follower ------------------------------------------------------------------------- */

void rep_committed_heard(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                         guint64 value, guint64 end, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!rep_committed_matters(view))
        return;
    if (self->told_term != term)
        self->told_upto = 0;
    self->told_term = term;
    self->told_upto = MAX(self->told_upto, value);
    guint64 index = REP_PLANTED(SHOWS_UNCOMMITTED) ? end : MIN(self->told_upto, end);
    if (index > rep_view_log(view, node, state->log).decided)
        rep_move_to(state, REP_EFFECT_DECIDED, node, index, 0, out);
    rep_relay_tells(state, view, node, index, out);
}

static void arrived_at_follower(RepSingleLeaderState *state, RepView *view, int node,
                                const RepMessage *news, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!rep_follower_hears(state, view, node, news->term, news->from, out) || self->is_new)
        return;
    RepLogView log = rep_view_log(view, node, state->log);
    gboolean agrees = log.term == news->term || self->agreed_term == news->term;
    rep_committed_heard(state, view, node, news->term, news->value, agrees ? log.arrived : 0, out);
    if (state->resend && agrees)
        rep_tell(state, view, node, news->from, REP_MESSAGE_COMMITTED, news->term, news->value,
                 news->value, out);
    rep_raft_wait(state, view, node, out);
}

void rep_committed_arrived(RepSingleLeaderState *state, RepView *view, int node,
                           const RepMessage *message, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!self->leads && rep_relay_heard(state, node, message))
        return;
    if (!self->leads)
        arrived_at_follower(state, view, node, message, out);
    else if (message->term == self->term)
        self->heard[message->from] = MAX(self->heard[message->from], message->value);
    else if (message->term > self->term)
        arrived_at_follower(state, view, node, message, out);
}
