/* raft.c — elections; see raft.h. */
#include "models/policies/single_leader/raft.h"

#include "models/planted.h"

static gboolean uses_raft(RepView *view)
{
    const RepFailoverSetup *failover = &rep_policy_in(view)->failover;
    return failover->rule != REP_FAILOVER_NEVER && failover->elect == REP_ELECT_RAFT;
}

/* The cause of a timeout is the member and the instant at which it begins. */
void rep_raft_wait(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    if (!uses_raft(view) || !rep_is_member(rep_view_setup(view), node))
        return;
    SimTime now = rep_view_now(view), at = SIM_NEVER;
    if (!state->members[node].leads && !state->members[node].is_new)
        at = sim_time_after(now, rep_view_span(view, rep_policy_in(view)->failover.election_timeout,
                                               node, state->log, (guint64)now));
    rep_set_timer(state, node, REP_TIMER_ELECTION, at, out);
}

void rep_raft_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    REP_EACH_MEMBER(state, node)
    {
        state->members[node].heard_at = rep_view_clock(view, node);
        rep_raft_wait(state, view, node, out);
    }
}

void rep_raft_election_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    if (!state->members[node].leads)
        rep_raft_stand(state, view, node, out);
}

/* ---- candidate ---------------------------------------------------------------------------- */

static void win_if_majority(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (2 * self->granted <= state->ids.n)
        return;
    rep_leader_begin(state, view, node, self->term, out);
    rep_raft_wait(state, view, node, out);
    rep_leader_commit(state, view, node, out);
}

void rep_raft_stand(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    if (self->leads || self->is_new)
        return;
    self->term++;
    self->leader = -1;
    self->voted_term = self->term;
    self->voted_for = node;
    self->granted = 1;
    self->granted_by = UINT64_C(1) << (node % 64);
    rep_raft_wait(state, view, node, out);
    REP_EACH_MEMBER(state, other)
    {
        if (other == node)
            continue;
        RepMessage ask = {.from = node,
                          .to = other,
                          .kind = REP_MESSAGE_REQUEST_VOTE,
                          .log = (guint8)state->log,
                          .term = self->term,
                          .first = self->term,
                          .last = log.flushed,
                          .value = rep_view_term_at(view, node, state->log, log.flushed),
                          .bytes = (guint64)rep_view_setup(view)->network.message_size};
        rep_effects_send(out, &ask);
    }
    win_if_majority(state, view, node, out);
}

static void count_vote(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *vote,
                       RepEffects *out)
{
    RepMember *self = &state->members[node];
    guint64 bit = UINT64_C(1) << (vote->from % 64);
    gboolean is_known = state->n_nodes <= 64 && (self->granted_by & bit);
    gboolean is_candidate = self->granted > 0 && self->voted_for == node;
    if (vote->term != self->term || self->leads || !is_candidate || is_known)
        return;
    self->granted_by |= bit;
    self->granted++;
    win_if_majority(state, view, node, out);
}

/* ---- voter -------------------------------------------------------------------------------- */

/* Raft §5.4.1: the candidate's last entry is of a later term, or of the same and not before. */
static gboolean is_complete(const RepSingleLeaderState *state, RepView *view, int node,
                            const RepMessage *ask)
{
    RepLogView log = rep_view_log(view, node, state->log);
    guint32 own = rep_view_term_at(view, node, state->log, log.flushed);
    if (ask->value != own)
        return ask->value > own;
    return ask->last >= log.flushed;
}

/* Where a leader answers reads under a lease, nobody votes for another within the shortest timeout
 * after hearing of it (Raft dissertation §4.2.3, §6.4.1). */
static gboolean keeps_to_leader(const RepSingleLeaderState *state, RepView *view, int node)
{
    const RepMember *self = &state->members[node];
    return rep_policy_in(view)->reads == REP_READS_LEADER_LEASE && !self->leads &&
           !REP_PLANTED(VOTE_UNDER_LEASE) &&
           rep_view_clock(view, node) <
               sim_time_after(self->heard_at, rep_raft_lease(rep_view_setup(view)));
}

static void asked_to_vote(RepSingleLeaderState *state, RepView *view, int node,
                          const RepMessage *ask, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (keeps_to_leader(state, view, node))
        return;
    if (ask->term > self->term) {
        rep_leader_end(state, node, out);
        self->term = ask->term;
        self->leader = -1;
        if (self->voted_term < ask->term)
            self->voted_for = -1;
    }
    gboolean may_vote =
        ask->term == self->term && (self->voted_term < ask->term || self->voted_for == ask->from);
    if (!may_vote || !is_complete(state, view, node, ask)) {
        rep_raft_wait(state, view, node, out);
        return;
    }
    self->voted_term = ask->term;
    self->voted_for = ask->from;
    rep_raft_wait(state, view, node, out);
    rep_tell(state, view, node, ask->from, REP_MESSAGE_VOTED, ask->term, 0, ask->term, out);
}

void rep_raft_hears(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *message,
                    RepEffects *out)
{
    if (message->kind == REP_MESSAGE_REQUEST_VOTE)
        asked_to_vote(state, view, node, message, out);
    else
        count_vote(state, view, node, message, out);
}

/* ---- leader and returning member ---------------------------------------------------------- */

void rep_raft_heartbeat(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepLogView log = rep_view_log(view, node, state->log);
    REP_EACH_MEMBER(state, other)
    if (other != node)
        rep_tell(state, view, node, other, REP_MESSAGE_LEADER, log.term, 0,
                 (guint64)rep_view_now(view), out);
}

SimSpan rep_raft_lease(const RepSetup *setup)
{
    return (SimSpan)sim_dist_quantile(rep_policy_of(setup)->failover.election_timeout, 1e-9, 0);
}

void rep_raft_returns(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    /* Whom it has heard of it has forgotten; perhaps it was just now. */
    state->members[node].heard_at = rep_view_clock(view, node);
    rep_raft_wait(state, view, node, out);
}
