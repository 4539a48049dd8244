/*
 * reads.c — who may answer a read, and reads that wait (semantics §4, `reads` and `session`).
 *
 * A replica answers with what it shows, unless the read asks for more: it carries a place that the
 * session has seen. A replica that has not got there holds the read until it has, at most `up_to`,
 * and hands it on to the leader then. A place is reached when what the node shows ends at it or
 * later, by (term, index). An entry that a failover cut off is never reached by its own; any entry
 * of a later leadership is beyond it, and until one comes the read is handed on.
 *
 * A leader shows all that stands: it holds a read until it shows as much of the session's place as
 * its log has, and what is not in its log is lost. If the place is of a later term than its own,
 * somebody else leads, and it refuses.
 *
 * Read-index (Ongaro, "Consensus: Bridging Theory and Practice", §6.4): the leader notes how far it
 * has committed, asks the members whether it leads still, and answers when a majority has
 * confirmed it and it shows that far. Reads that come while a round is under way share the next
 * one. A new leader also waits for what it inherited: under raft, for an entry of its own term
 * (etcd and TiKV write an empty one for that; here the next write does it).
 *
 * Lease (§6.4.1, TiKV's local reads): no round is needed while nobody else can lead yet. Under raft
 * that is the shortest election timeout from the sending of the last confirmed round, because
 * members vote for nobody else so long after they heard of the leader; under monitors, `detect`
 * from the sending of a heartbeat that a majority of them answered. Where it has lapsed the read
 * takes a round. Both are measured by the leader's own clock, and what members promise by theirs.
 *
 * Nobody is held for ever: whose client has hung up is dropped when the list is full, the list of a
 * node that stops is dropped whole, and who leads no more refuses its own.
 */
#include "models/planted.h"
#include "models/policies/single_leader/failover.h"
#include "models/policies/single_leader/raft.h"
#include "models/policies/single_leader/upstream.h"

/* What `up_to` is where no token of read-your-writes says it. */
#define UP_TO SIM_S
/* Members that have not answered are asked again after this (etcd: readIndexRetryTime). */
#define ASK_AGAIN (500 * SIM_MS)
#define ROOM_MIN 16

static gboolean is_strict(RepView *view)
{
    int reads = rep_policy_in(view)->reads;
    return reads == REP_READS_LEADER_LEASE || reads == REP_READS_LEADER_INDEX;
}

gboolean rep_reads_are_plain(const RepSetup *setup)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    return policy->reads != REP_READS_LEADER_LEASE && policy->reads != REP_READS_LEADER_INDEX &&
           !rep_session_uses_tokens(policy);
}

void rep_reads_init(RepMember *self)
{
    self->held_due = SIM_NEVER;
    self->rounds.held_from = REP_LEASE_NONE;
}

void rep_reads_clear(RepMember *self)
{
    g_free(self->held);
    g_free(self->rounds.answers);
}

/* ---- how far ------------------------------------------------------------------------------ */

static gboolean is_reached(RepVersion place, RepVersion shown)
{
    if (shown.term != place.term)
        return shown.term > place.term;
    return shown.index >= place.index;
}

static RepVersion shown_at(const RepSingleLeaderState *state, RepView *view, int node,
                           guint64 index)
{
    return (RepVersion){.index = index, .term = rep_view_term_at(view, node, state->log, index)};
}

static RepVersion shown_now(const RepSingleLeaderState *state, RepView *view, int node)
{
    return shown_at(state, view, node, rep_view_log(view, node, state->log).applied);
}

/* As much of the log of a place as a leader has. */
static guint64 share_of(const RepSingleLeaderState *state, RepView *view, int node,
                        RepVersion place)
{
    if (!place.index)
        return 0;
    return MIN(place.index, rep_view_common(view, node, state->log, place.term));
}

/* ---- holding ------------------------------------------------------------------------------ */

static void plan_handing_on(RepSingleLeaderState *state, int node, SimTime at, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (at == self->held_due)
        return;
    self->held_due = at;
    rep_set_timer(state, node, REP_TIMER_HELD, at, out);
}

static void drop_hung_up(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    guint kept = 0;
    for (guint i = 0; i < self->n_held; i++)
        if (rep_view_awaits(view, self->held[i].handle))
            self->held[kept++] = self->held[i];
        else
            rep_answer(state, REP_EFFECT_DROP, node, self->held[i].handle, out);
    self->n_held = kept;
}

static void hold(RepSingleLeaderState *state, RepView *view, int node, const RepHeldRead *read,
                 RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (self->n_held == self->held_room) {
        drop_hung_up(state, view, node, out);
        self->held_room = MAX(ROOM_MIN, 2 * self->n_held);
        self->held = g_renew(RepHeldRead, self->held, self->held_room);
    }
    self->held[self->n_held++] = *read;
    rep_answer(state, REP_EFFECT_HOLD, node, read->handle, out);
    if (read->until < self->held_due)
        plan_handing_on(state, node, read->until, out);
}

static gboolean may_answer(const RepMember *self, const RepHeldRead *read, RepVersion shown)
{
    if (self->leads)
        return shown.index >= read->need && self->rounds.confirmed >= read->round;
    if (REP_PLANTED(HELD_READ_EARLY))
        return TRUE;
    return is_reached(read->at_least, shown);
}

/* Answers what can be answered, and hands on what has waited long enough. */
static void release(RepSingleLeaderState *state, RepView *view, int node, RepVersion shown,
                    RepEffects *out)
{
    RepMember *self = &state->members[node];
    SimTime now = rep_view_now(view), due = SIM_NEVER;
    guint kept = 0;
    for (guint i = 0; i < self->n_held; i++) {
        RepHeldRead read = self->held[i];
        if (may_answer(self, &read, shown))
            rep_answer(state, REP_EFFECT_READ, node, read.handle, out);
        else if (read.until <= now)
            rep_answer(state, REP_EFFECT_BEHIND, node, read.handle, out);
        else {
            due = MIN(due, read.until);
            self->held[kept++] = read;
        }
    }
    self->n_held = kept;
    plan_handing_on(state, node, due, out);
}

void rep_reads_shown(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                     RepEffects *out)
{
    if (state->members[node].n_held)
        release(state, view, node, shown_at(state, view, node, index), out);
}

void rep_reads_held_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    state->members[node].held_due = SIM_NEVER;
    release(state, view, node, shown_now(state, view, node), out);
}

void rep_reads_stopped(RepSingleLeaderState *state, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    for (guint i = 0; i < self->n_held; i++)
        rep_answer(state, REP_EFFECT_DROP, node, self->held[i].handle, out);
    self->n_held = 0;
    self->held_due = SIM_NEVER;
    self->rounds.is_asking = FALSE;
    self->rounds.held_from = REP_LEASE_NONE;
}

/* What it held as a replica it now answers as a leader. */
void rep_reads_leading(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    self->rounds.held_from = REP_LEASE_NONE;
    if (!self->n_held)
        return;
    guint64 flushed = rep_view_log(view, node, state->log).flushed;
    for (guint i = 0; i < self->n_held; i++) {
        self->held[i].until = SIM_NEVER;
        self->held[i].need = MIN(share_of(state, view, node, self->held[i].at_least), flushed);
    }
    release(state, view, node, shown_now(state, view, node), out);
}

void rep_reads_leads_no_more(RepSingleLeaderState *state, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    for (guint i = 0; i < self->n_held; i++)
        rep_answer(state, REP_EFFECT_REFUSE, node, self->held[i].handle, out);
    self->n_held = 0;
    if (self->rounds.is_asking)
        rep_set_timer(state, node, REP_TIMER_ROUND, SIM_NEVER, out);
    self->rounds.is_asking = FALSE;
    self->rounds.held_from = REP_LEASE_NONE;
}

/* ---- rounds ------------------------------------------------------------------------------- */

static void ask_who_has_not_answered(RepSingleLeaderState *state, RepView *view, int node,
                                     RepEffects *out)
{
    const RepMember *self = &state->members[node];
    const RepRounds *rounds = &self->rounds;
    SimTime now = rep_view_now(view);
    REP_EACH_MEMBER(state, other)
    if (other != node && !rounds->answers[other])
        rep_tell(state, view, node, other, REP_MESSAGE_CONFIRM, self->term, rounds->newest,
                 (guint64)now, out);
    rep_set_timer(state, node, REP_TIMER_ROUND, sim_time_after(now, ASK_AGAIN), out);
}

static void begin_round(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

static gboolean waits_for_a_round(const RepMember *self)
{
    for (guint i = 0; i < self->n_held; i++)
        if (self->held[i].round > self->rounds.confirmed)
            return TRUE;
    return FALSE;
}

static void end_round_if_majority(RepSingleLeaderState *state, RepView *view, int node,
                                  RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepRounds *rounds = &self->rounds;
    if (2 * rounds->n_answers <= state->ids.n)
        return;
    rounds->is_asking = FALSE;
    rounds->confirmed = rounds->newest;
    rounds->held_from = rounds->asked_at;
    rep_set_timer(state, node, REP_TIMER_ROUND, SIM_NEVER, out);
    release(state, view, node, shown_now(state, view, node), out);
    if (waits_for_a_round(self))
        begin_round(state, view, node, out);
}

static void begin_round(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepRounds *rounds = &state->members[node].rounds;
    if (!rounds->answers)
        rounds->answers = g_new0(gboolean, state->n_nodes);
    for (gsize i = 0; i < state->n_nodes; i++)
        rounds->answers[i] = FALSE;
    rounds->newest++;
    rounds->is_asking = TRUE;
    rounds->asked_at = rep_view_clock(view, node);
    rounds->answers[node] = TRUE;
    rounds->n_answers = 1;
    ask_who_has_not_answered(state, view, node, out);
    end_round_if_majority(state, view, node, out);
}

/* Once nobody waits for it, a round that no majority answers is given up. */
void rep_reads_round_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!self->rounds.is_asking)
        return;
    drop_hung_up(state, view, node, out);
    self->rounds.is_asking = waits_for_a_round(self);
    if (self->rounds.is_asking)
        ask_who_has_not_answered(state, view, node, out);
}

void rep_reads_confirm(RepSingleLeaderState *state, RepView *view, int node,
                       const RepMessage *question, RepEffects *out)
{
    const RepMember *self = &state->members[node];
    gboolean is_new = question->term > self->term || self->leader != question->from;
    if (rep_is_downstream(state, node)) {
        /* It follows somebody else, and knows of nobody newer. */
        if (question->term >= self->term)
            rep_tell(state, view, node, question->from, REP_MESSAGE_CONFIRMED, question->term,
                     question->value, question->first, out);
        return;
    }
    if (!rep_follower_hears(state, view, node, question->term, question->from, out))
        return; /* somebody else leads by now, as it knows */
    if (is_new)
        rep_follower_resume(state, view, node, out);
    rep_raft_wait(state, view, node, out);
    rep_tell(state, view, node, question->from, REP_MESSAGE_CONFIRMED, question->term,
             question->value, question->first, out);
}

void rep_reads_confirmed(RepSingleLeaderState *state, RepView *view, int node,
                         const RepMessage *answer, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepRounds *rounds = &self->rounds;
    if (!self->leads || !rounds->is_asking || answer->term != self->term ||
        answer->value != rounds->newest || rounds->answers[answer->from])
        return;
    rounds->answers[answer->from] = TRUE;
    rounds->n_answers++;
    end_round_if_majority(state, view, node, out);
}

/* ---- who may answer ----------------------------------------------------------------------- */

static gboolean holds_lease(const RepSingleLeaderState *state, RepView *view, int node)
{
    const RepSetup *setup = rep_view_setup(view);
    const RepFailoverSetup *failover = &rep_policy_of(setup)->failover;
    SimTime from = state->members[node].rounds.held_from;
    if (rep_leader_is_fixed(setup))
        return TRUE;
    if (failover->rule == REP_FAILOVER_NEVER)
        return FALSE;
    if (failover->elect == REP_ELECT_RAFT)
        return from != REP_LEASE_NONE &&
               rep_view_clock(view, node) < sim_time_after(from, rep_raft_lease(setup));
    return rep_failover_holds(state, view, node, failover->detect);
}

static void ask_leader(RepSingleLeaderState *state, RepView *view, int node,
                       const RepRequest *asked, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepRounds *rounds = &self->rounds;
    RepHeldRead read = {.handle = asked->handle,
                        .at_least = asked->at_least,
                        .until = SIM_NEVER,
                        .need = share_of(state, view, node, asked->at_least)};
    gboolean needs_round =
        is_strict(view) && !REP_PLANTED(READ_INDEX_UNCONFIRMED) &&
        (rep_policy_in(view)->reads == REP_READS_LEADER_INDEX || !holds_lease(state, view, node));
    if (is_strict(view))
        read.need = MAX(read.need, MAX(self->inherited, self->ack.committed));
    if (needs_round)
        read.round = rounds->newest + 1;
    if (!needs_round && shown_now(state, view, node).index >= read.need) {
        rep_answer(state, REP_EFFECT_READ, node, asked->handle, out);
        return;
    }
    hold(state, view, node, &read, out);
    if (needs_round && !rounds->is_asking)
        begin_round(state, view, node, out);
}

static void ask_replica(RepSingleLeaderState *state, RepView *view, int node,
                        const RepRequest *asked, RepEffects *out)
{
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    gboolean has_up_to = rep_session_has(policy, REP_SESSION_OWN_TOKEN);
    SimSpan up_to = has_up_to ? policy->session_up_to : UP_TO;
    if (!asked->at_least.index || is_reached(asked->at_least, shown_now(state, view, node)) ||
        REP_PLANTED(TOKEN_IGNORED)) {
        rep_answer(state, REP_EFFECT_READ, node, asked->handle, out);
        return;
    }
    if (up_to == 0 || (has_up_to && policy->session_behind == REP_BEHIND_LEADER)) {
        rep_answer(state, REP_EFFECT_BEHIND, node, asked->handle, out);
        return;
    }
    RepHeldRead read = {.handle = asked->handle,
                        .at_least = asked->at_least,
                        .until = sim_time_after(rep_view_now(view), up_to)};
    hold(state, view, node, &read, out);
}

void rep_reads_asked(RepSingleLeaderState *state, RepView *view, int node, const RepRequest *asked,
                     RepEffects *out)
{
    const RepMember *self = &state->members[node];
    /* A fenced leader accepts nothing, reads included; so does one that lost its lease, or all it
     * had, and one that has not heard of the newer leader whose log the session has seen. */
    gboolean is_nobody = state->is_joining[node] && self->leader < 0;
    /* Where reads are the leader's, whoever is asked for one and leads no longer says so. */
    gboolean is_leaders = rep_policy_in(view)->reads == REP_READS_LEADER || is_strict(view);
    gboolean is_refused =
        self->is_fenced || is_nobody ||
        (self->leads ? !rep_failover_accepts(state, view, node) || asked->at_least.term > self->term
                     : asked->is_handed_on || (is_leaders && !asked->is_directed));
    if (is_refused)
        rep_answer(state, REP_EFFECT_REFUSE, node, asked->handle, out);
    else if (self->leads)
        ask_leader(state, view, node, asked, out);
    else
        ask_replica(state, view, node, asked, out);
}
