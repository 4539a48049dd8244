/*
 * leader.c — what a leader does with entries and acknowledgements (semantics §4).
 *
 * It ships what one flush covered to each follower as one message, collects their cumulative
 * acknowledgements, and commits as far as its rule allows (ack_rule.h). Under leader_ack: appended
 * its own flush is no condition: what it has committed, shown and answered may be gone when it
 * dies, and it begins anew where its disk ends. A broken connection ships nothing; when it stands
 * again the follower says where its disk ends, and the leader goes on from the last entry on which
 * both agree.
 */
#include "models/planted.h"
#include "models/policies/single_leader/failover.h"
#include "models/policies/single_leader/upstream.h"

/* ---- shipping ----------------------------------------------------------------------------- */

/* Ships to one follower what it has not been sent, as one message. TRUE: there was something. */
static gboolean ship(RepSingleLeaderState *state, RepView *view, int leader, int follower,
                     guint64 upto, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!self->ack.peers[follower].is_connected || self->sent[follower] >= upto)
        return FALSE;
    /* What everybody shows nobody lacks, and nobody may have it any more to send. */
    guint64 first = MAX(self->sent[follower], rep_view_shown_by_all(view, state->log)) + 1;
    self->sent[follower] = upto;
    if (first > upto)
        return FALSE;
    rep_say(state, view, leader, follower, REP_MESSAGE_ENTRIES, first, upto, out);
    self->told[follower] = self->ack.committed;
    return TRUE;
}

static void ship_to_all(RepSingleLeaderState *state, RepView *view, int leader, guint64 upto,
                        RepEffects *out)
{
    REP_EACH_MEMBER(state, node)
    if (node != leader)
        ship(state, view, leader, node, upto, out);
}

/* How far the leader may ship: what its disk has, or already what its memory has. */
static guint64 shippable(const RepSingleLeaderState *state, RepView *view, int leader)
{
    RepLogView log = rep_view_log(view, leader, state->log);
    return rep_policy_in(view)->ship == REP_SHIP_ON_APPEND ? log.arrived : log.flushed;
}

/* Everything up to `upto` may be shipped: at once, in a batch, or when followers ask. */
static void offer(RepSingleLeaderState *state, RepView *view, int leader, guint64 upto,
                  RepEffects *out)
{
    if (rep_is_pulled(view) && !REP_PLANTED(PUSHES_UNASKED))
        return;
    if (rep_batch_holds(state, view, leader, upto, out))
        return;
    ship_to_all(state, view, leader, upto, out);
    rep_batch_left(state, leader, upto, out);
}

static void plan_resend(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!state->resend || self->plans_resend)
        return;
    self->plans_resend = TRUE;
    rep_set_timer(state, leader, REP_TIMER_RESEND,
                  sim_time_after(rep_view_now(view), state->resend), out);
}

void rep_leader_batch_is_due(RepSingleLeaderState *state, RepView *view, int leader,
                             RepEffects *out)
{
    guint64 upto = shippable(state, view, leader);
    state->members[leader].batch.is_open = FALSE; /* the timer has run off */
    ship_to_all(state, view, leader, upto, out);
    rep_batch_left(state, leader, upto, out);
    plan_resend(state, view, leader, out);
}

void rep_leader_polled(RepSingleLeaderState *state, RepView *view, int leader,
                       const RepMessage *poll, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    int follower = poll->from;
    if (!self->ack.peers[follower].is_connected)
        return; /* it resumes first */
    if (!ship(state, view, leader, follower, shippable(state, view, leader), out) &&
        !(rep_committed_matters(view) &&
          rep_committed_tell_one(state, view, leader, follower, out)))
        rep_pull_nothing_new(state, view, leader, poll, out);
    plan_resend(state, view, leader, out);
}

/* Says again what may have been lost. TRUE: an answer of the follower is still to come. */
static gboolean resend(const RepSingleLeaderState *state, RepView *view, int leader, int follower,
                       RepEffects *out)
{
    RepMember *self = &state->members[leader];
    const RepAckPeer *peer = &self->ack.peers[follower];
    guint64 upto = self->sent[follower];
    if (!peer->is_connected) {
        rep_tell(state, view, leader, follower, REP_MESSAGE_LEADER, self->term, 1,
                 (guint64)rep_view_now(view), out);
        return TRUE;
    }
    if (peer->acked >= upto)
        return rep_committed_retell(state, view, leader, follower, out);
    /* Where only acknowledgements were lost, the follower may show it all: the last entry that
     * everybody shows is still there to be sent, and makes it acknowledge again. */
    guint64 shown = MIN(rep_view_shown_by_all(view, state->log), upto);
    if (peer->acked == self->unchanged[follower])
        rep_say(state, view, leader, follower, REP_MESSAGE_ENTRIES, MAX(peer->acked + 1, shown),
                upto, out);
    self->unchanged[follower] = peer->acked;
    return TRUE;
}

/* On links that lose messages for good: whoever made no progress gets what it lacks again, and
 * whoever has not resumed is asked to. */
void rep_leader_resend(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    gboolean is_waiting = FALSE;
    self->plans_resend = FALSE;
    if (!self->leads)
        return;
    REP_EACH_MEMBER(state, follower)
    if (follower != leader && rep_is_direct(rep_policy_in(view), leader, follower))
        is_waiting |= resend(state, view, leader, follower, out);
    if (is_waiting)
        plan_resend(state, view, leader, out);
}

/* ---- committing --------------------------------------------------------------------------- */

/* The oldest entry that still waits decides when the leader's patience ends; the timeout counts
 * from its local flush. */
static void plan_fall_back(const RepSingleLeaderState *state, RepMember *self, RepView *view,
                           int leader, RepEffects *out)
{
    if (self->ack.timeout == SIM_NEVER || rep_ack_waits_for_nobody(&self->ack))
        return;
    SimTime at = SIM_NEVER;
    if (self->ack.is_waiting &&
        self->ack.committed < rep_view_log(view, leader, state->log).flushed)
        at = sim_time_after(rep_view_durable_at(view, leader, state->log, self->ack.committed + 1),
                            self->ack.timeout);
    rep_set_timer(state, leader, REP_TIMER_ACK, at, out);
}

/* How far the leader may answer by itself. A leadership that is just beginning has what is on the
 * disk, whatever the node received before. */
static guint64 answerable(RepView *view, const RepMember *self, RepLogView log)
{
    gboolean answers_early = rep_policy_in(view)->leader_ack == REP_LEADER_ACK_APPENDED;
    if (REP_PLANTED(ACK_BEFORE_FLUSH))
        return log.arrived;
    return answers_early && log.term == self->term ? log.arrived : log.flushed;
}

static void show(RepSingleLeaderState *state, RepView *view, int leader, guint64 index,
                 RepEffects *out)
{
    rep_move_to(state, REP_EFFECT_SHOW, leader, index, 0, out);
    rep_lags_note(state, view, leader, index);
    rep_reads_shown(state, view, leader, index, out);
}

/* The line where a leader decides to answer: as far as the rule holds, entries become visible
 * and their clients hear. */
static void commit(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    RepLogView log = rep_view_log(view, leader, state->log);
    guint64 before = self->ack.committed;
    guint64 index = rep_ack_commit(&self->ack, answerable(view, self, log));
    if (index > before) {
        if (rep_policy_in(view)->visible == REP_VISIBLE_ON_COMMIT)
            show(state, view, leader, index, out);
        rep_move_to(state, REP_EFFECT_COMMIT, leader, index, 0, out);
    }
    plan_fall_back(state, self, view, leader, out);
}

void rep_leader_commit(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    commit(state, view, leader, out);
    if (!rep_committed_matters(view))
        return;
    rep_committed_tell(state, view, leader, out);
    plan_resend(state, view, leader, out);
}

/* Entries take the news along that they, or some before them, have committed. */
static void commit_before_shipping(RepSingleLeaderState *state, RepView *view, int leader,
                                   RepEffects *out)
{
    if (rep_committed_matters(view))
        commit(state, view, leader, out);
}

static void note_acknowledged(RepSingleLeaderState *state, RepView *view, int leader, int follower,
                              guint64 index, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    guint64 flushed = rep_view_log(view, leader, state->log).flushed;
    rep_ack_note(&self->ack, follower, index);
    rep_ack_readmit(&self->ack, follower, flushed, rep_view_now(view));
    rep_in_sync_noted(state, view, leader, follower, out);
    RepRound *round = &state->joining[follower];
    if (state->is_joining[follower] && !round->target) {
        *round = (RepRound){.target = MAX(flushed, 1), .began = rep_view_now(view)};
        rep_follower_shows(state, view, follower, rep_view_log(view, follower, state->log).applied);
    }
    if (rep_ack_try_return(&self->ack, follower, flushed, rep_view_now(view)))
        rep_effects_add(
            out,
            &(RepEffect){.kind = REP_EFFECT_RULE, .node = leader, .log = state->log, .value = 1});
    rep_leader_commit(state, view, leader, out);
}

void rep_leader_acknowledged(RepSingleLeaderState *state, RepView *view, int leader,
                             const RepMessage *ack, RepEffects *out)
{
    /* A follower may still be in an older term: what both logs share counts. */
    guint64 shared = rep_view_common(view, leader, state->log, ack->term);
    if (REP_PLANTED(ACK_BY_POSITION))
        shared = ack->last;
    note_acknowledged(state, view, leader, ack->from, MIN(ack->last, shared), out);
}

void rep_leader_ack_timeout(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!self->leads)
        return;
    rep_ack_fall_back(&self->ack, rep_view_log(view, leader, state->log).flushed,
                      rep_view_now(view));
    rep_effects_add(
        out, &(RepEffect){.kind = REP_EFFECT_RULE, .node = leader, .log = state->log, .value = 0});
    rep_leader_commit(state, view, leader, out);
}

/* ---- entries and connections -------------------------------------------------------------- */

void rep_leader_appended(RepSingleLeaderState *state, RepView *view, int leader, guint64 index,
                         RepEffects *out)
{
    commit_before_shipping(state, view, leader, out);
    if (rep_policy_in(view)->ship == REP_SHIP_ON_APPEND)
        offer(state, view, leader, index, out);
    if (rep_policy_in(view)->leader_ack == REP_LEADER_ACK_APPENDED)
        rep_leader_commit(state, view, leader, out);
}

void rep_leader_flushed(RepSingleLeaderState *state, RepView *view, int leader, guint64 index,
                        RepEffects *out)
{
    commit_before_shipping(state, view, leader, out);
    offer(state, view, leader, index, out);
    if (!state->members[leader].is_watching)
        rep_in_sync_watch(state, view, leader, out);
    plan_resend(state, view, leader, out);
    if (rep_policy_in(view)->visible == REP_VISIBLE_ON_FLUSH)
        show(state, view, leader, index, out);
    rep_leader_commit(state, view, leader, out);
}

void rep_leader_resumes(RepSingleLeaderState *state, RepView *view, int leader,
                        const RepMessage *resume, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    int follower = resume->from;
    guint64 agreed = MIN(resume->last, rep_view_common(view, leader, state->log, resume->term));
    /* An old question: the follower has got on since it asked. */
    agreed = MAX(agreed, rep_view_shown_by_all(view, state->log));
    /* Also of one that has lost all: what it confirmed before does not count any more. */
    rep_ack_note_cut(&self->ack, follower, agreed);
    rep_in_sync_watch(state, view, leader, out);
    RepSnapshotFor asked = {leader, self->term, &self->snapshot_end[follower]};
    /* What its readers see it says itself; on its disk it has all it names, and keeps it until a
     * snapshot that has it too is there. */
    gboolean is_elsewhere = rep_policy_in(view)->ack_point == REP_POINT_APPLIED;
    if (rep_snapshot_instead(state, view, &asked, resume, agreed, out)) {
        if (resume->value != REP_RESUME_EMPTY && !is_elsewhere)
            note_acknowledged(state, view, leader, follower, agreed, out);
        return;
    }
    rep_ack_note_connection(&self->ack, follower, TRUE);
    self->sent[follower] = agreed;
    self->heard[follower] = 0;
    self->told[follower] = G_MAXUINT64; /* soon */
    note_acknowledged(state, view, leader, follower, is_elsewhere ? 0 : agreed, out);
    guint64 upto = shippable(state, view, leader);
    /* Also where there is nothing to ship, if the follower may have something to cut off: beyond
     * what it names there may be more that is not on its disk yet. */
    gboolean has_tail = resume->last > agreed || resume->term < self->term;
    gboolean says = upto > agreed || (has_tail && !REP_PLANTED(TAIL_KEPT_WHILE_IDLE));
    if (says)
        rep_say(state, view, leader, follower, REP_MESSAGE_ENTRIES, agreed + 1, upto, out);
    self->told[follower] = says ? self->ack.committed : 0;
    self->sent[follower] = MAX(upto, agreed);
    if (rep_committed_matters(view)) {
        rep_committed_tell_one(state, view, leader, follower, out);
        rep_committed_tell(state, view, leader, out);
    }
    plan_resend(state, view, leader, out);
}

void rep_leader_disconnected(RepSingleLeaderState *state, RepView *view, int leader, int follower,
                             RepEffects *out)
{
    rep_ack_note_connection(&state->members[leader].ack, follower, FALSE);
    state->members[leader].snapshot_end[follower] = 0;
    plan_resend(state, view, leader, out);
    /* first(K, …) may hold without the follower that went away. */
    rep_leader_commit(state, view, leader, out);
}

void rep_leader_carries(RepSingleLeaderState *state, RepView *view, int leader,
                        const RepMessage *carry, RepEffects *out)
{
    if (!state->members[leader].leads) {
        rep_relay_carries(state, leader, carry, out);
        return;
    }
    for (guint64 index = carry->first; index <= carry->last; index++)
        rep_move_to(state, REP_EFFECT_CARRY, leader, index, carry->term, out);
}

/* ---- beginning and end -------------------------------------------------------------------- */

static void forget_progress(RepSingleLeaderState *state, RepMember *self, RepView *view)
{
    gsize n = state->n_nodes;
    if (!self->sent) {
        self->sent = g_new0(guint64, n);
        self->told = g_new0(guint64, n);
        self->heard = g_new0(guint64, n);
        self->unchanged = g_new0(guint64, n);
        self->snapshot_end = g_new0(guint64, n);
        self->answered = g_new0(SimTime, rep_view_setup(view)->n_regions);
    }
    for (gsize i = 0; i < n; i++)
        self->sent[i] = self->unchanged[i] = self->told[i] = self->heard[i] = 0;
    for (gsize i = 0; i < n; i++)
        self->snapshot_end[i] = 0;
    for (gsize i = 0; i < rep_view_setup(view)->n_regions; i++)
        self->answered[i] = rep_view_clock(view, (int)(self - state->members));
    self->plans_resend = FALSE;
}

void rep_leader_begin(RepSingleLeaderState *state, RepView *view, int leader, guint32 term,
                      RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    RepMember *self = &state->members[leader];
    RepLogView log = rep_view_log(view, leader, state->log);
    guint64 shown = MIN(log.applied, log.flushed);
    if (rep_committed_matters(view))
        shown = MIN(shown, MAX(log.decided, rep_view_shown_by_all(view, state->log)));
    int before = state->reigns->len ? rep_known_leader(state, -1) : leader;
    rep_ack_clear(&self->ack);
    rep_ack_init(&self->ack, setup, leader, shown);
    /* Raft §5.4.2: entries of earlier terms commit only with one of the leader's own term. */
    if (rep_policy_of(setup)->failover.elect == REP_ELECT_RAFT && !REP_PLANTED(COMMIT_EARLIER_TERM))
        self->ack.not_before = log.flushed + 1;
    REP_EACH_MEMBER(state, node)
    if (node != leader && (node == before || state->is_joining[node]))
        rep_ack_exclude(&self->ack, node); /* until it has caught up (semantics §4) */
    forget_progress(state, self, view);
    rep_relay_ends(state, leader);
    rep_batch_left(state, leader, log.flushed, out); /* whoever lacks some of it asks for it */
    self->leads = TRUE;
    state->is_joining[leader] = FALSE; /* nobody is ahead of it */
    self->is_fenced = self->claims = FALSE;
    self->term = term;
    self->leader = leader;
    /* It may show all of that and not know yet whether it stands: Raft §8. */
    self->inherited = log.flushed ? MAX(log.flushed, self->ack.not_before) : 0;
    state->newest_term = MAX(state->newest_term, term);
    rep_move_to(state, REP_EFFECT_LEAD, leader, 0, term, out);
    rep_in_sync_begin(state, view, leader, before, out);
    rep_reads_leading(state, view, leader, out);
    /* What it had on its disk but not applied yet as a follower. */
    if (rep_policy_of(setup)->visible == REP_VISIBLE_ON_FLUSH)
        show(state, view, leader, log.flushed, out);
    RepReign reign = {leader, rep_view_now(view)};
    g_array_append_val(state->reigns, reign);
    rep_clients_redirect(state, view, out);
    rep_failover_leadership_began(state, view, leader, out);
    plan_resend(state, view, leader, out);
}

void rep_leader_end(RepSingleLeaderState *state, int leader, RepEffects *out)
{
    RepMember *self = &state->members[leader];
    if (!self->leads)
        return;
    self->leads = FALSE;
    rep_set_timer(state, leader, REP_TIMER_ACK, SIM_NEVER, out);
    rep_set_timer(state, leader, REP_TIMER_RESEND, SIM_NEVER, out);
    if (self->is_watching)
        rep_set_timer(state, leader, REP_TIMER_IN_SYNC, SIM_NEVER, out);
    rep_batch_left(state, leader, 0, out);
    rep_set_timer(state, leader, REP_TIMER_HEARTBEAT, SIM_NEVER, out);
    rep_set_timer(state, leader, REP_TIMER_LEASE, SIM_NEVER, out);
    rep_reads_leads_no_more(state, leader, out);
    rep_move_to(state, REP_EFFECT_STEP_DOWN, leader, 0, 0, out);
}
