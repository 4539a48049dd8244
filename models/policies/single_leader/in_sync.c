/*
 * in_sync.c — the in-sync set of sync(in-sync) (semantics §4; Kafka: "In-Sync Replicas" in its
 * design document, replica.lag.time.max.ms, min.insync.replicas).
 *
 * A write commits when every follower of the set has acknowledged it. A follower leaves when the
 * oldest entry that it lacks has been on the leader's disk for `evict`: for so long it has not been
 * at the leader's end. It enters when it has acknowledged what has committed (Kafka's high
 * watermark) and what the leader had when its leadership began. While the set has fewer than `min`
 * members, the leader among them, writes are refused, and what was appended before waits
 * (KIP-966; older Kafkas advance the watermark even then).
 *
 * The set is the controller's, so a new leader finds it as it was: without the leader before, and
 * if the new one is not a member itself (an unclean election), with nobody else. Only the leader of
 * the newest term changes it, and only while it reaches a majority of the monitors. What that
 * costs, and that Kafka looks only every `evict` / 2, is not modelled.
 */
#include "models/planted.h"
#include "models/policies/single_leader/failover.h"
#include "models/policies/single_leader/monitors.h"

static gboolean matters(RepView *view)
{
    return rep_policy_in(view)->ack == REP_ACK_IN_SYNC;
}

static void change(RepSingleLeaderState *state, int leader, int node, gboolean enters,
                   RepEffects *out)
{
    if (state->in_sync[node] == enters)
        return;
    state->in_sync[node] = enters;
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_IN_SYNC,
                                      .node = leader,
                                      .log = state->log,
                                      .peer = node,
                                      .value = enters ? 1 : 0});
}

/* May the leader change the set now? */
static gboolean is_heard(const RepSingleLeaderState *state, RepView *view, int leader)
{
    guint reached = 0;
    if (state->members[leader].term < state->newest_term)
        return FALSE;
    for (int region = 0; region < (int)rep_view_setup(view)->n_regions; region++)
        reached += rep_monitors_exists(state, region) &&
                   rep_view_reaches(view, rep_party_of_region(view, region), leader);
    return !state->monitors || 2 * reached > rep_monitors_count(state);
}

void rep_in_sync_begin(RepSingleLeaderState *state, RepView *view, int leader, int before,
                       RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!matters(view))
        return;
    gboolean is_unclean = !state->in_sync[leader];
    /* Elected late: somebody leads in a newer term, and the set is theirs. */
    gboolean is_newest = self->term >= state->newest_term;
    REP_EACH_MEMBER(state, node)
    {
        gboolean is_other = node != leader;
        gboolean stays = state->in_sync[node] && !state->is_joining[node] && node != before;
        if (is_newest)
            change(state, leader, node, !is_other || (stays && !is_unclean), out);
        if (is_other && !state->in_sync[node])
            rep_ack_leave(&self->ack, node);
    }
    self->began = rep_view_now(view);
    self->began_with = rep_view_log(view, leader, state->log).flushed;
    rep_in_sync_watch(state, view, leader, out);
}

/* ---- leaving ------------------------------------------------------------------------------ */

/* When the follower has been behind for too long; SIM_NEVER: it is not behind. */
static SimTime overdue_at(const RepSingleLeaderState *state, RepView *view, int leader,
                          int follower)
{
    const RepMember *self = &state->members[leader];
    /* What everybody shows it has, whether it has said so or not. */
    guint64 acked = MAX(self->ack.peers[follower].acked, rep_view_shown_by_all(view, state->log));
    if (acked >= rep_view_log(view, leader, state->log).flushed)
        return SIM_NEVER;
    SimTime since = self->began;
    if (acked >= self->began_with)
        since = rep_view_durable_at(view, leader, state->log, acked + 1);
    return sim_time_after(since, rep_policy_in(view)->ack_evict);
}

void rep_in_sync_watch(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    SimTime next = SIM_NEVER;
    if (!matters(view))
        return;
    REP_EACH_MEMBER(state, node)
    if (node != leader && state->in_sync[node])
        next = MIN(next, overdue_at(state, view, leader, node));
    /* Who cannot be heard of asks again. */
    if (next <= rep_view_now(view))
        next = sim_time_after(rep_view_now(view), MAX(rep_policy_in(view)->ack_evict / 2, 1));
    self->is_watching = next != SIM_NEVER;
    rep_set_timer(state, leader, REP_TIMER_IN_SYNC, next, out);
}

void rep_in_sync_timer(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!self->leads)
        return;
    gboolean may_change = is_heard(state, view, leader);
    REP_EACH_MEMBER(state, node)
    if (node != leader && may_change && state->in_sync[node] &&
        overdue_at(state, view, leader, node) <= rep_view_now(view)) {
        change(state, leader, node, FALSE, out);
        rep_ack_leave(&self->ack, node);
    }
    rep_in_sync_watch(state, view, leader, out);
    rep_leader_commit(state, view, leader, out);
}

/* ---- entering ----------------------------------------------------------------------------- */

void rep_in_sync_noted(RepSingleLeaderState *state, RepView *view, int leader, int follower,
                       RepEffects *out)
{
    RepMember *self = &state->members[leader];
    guint64 least = MAX(self->ack.committed, self->began_with);
    if (!matters(view) || state->in_sync[follower] || !is_heard(state, view, leader))
        return;
    if (self->ack.peers[follower].acked < least && !REP_PLANTED(ENTERS_BEHIND))
        return;
    change(state, leader, follower, TRUE, out);
    rep_ack_enter(&self->ack, follower);
    rep_in_sync_watch(state, view, leader, out);
}
