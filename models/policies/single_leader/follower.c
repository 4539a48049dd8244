/*
 * follower.c — what a follower does with entries, and whom it follows (semantics §4).
 *
 * Everything goes by position: what has arrived without a gap joins the log, and acknowledgements
 * are cumulative. A follower that hears of a newer leadership cuts what that leader's log does not
 * contain (Raft §5.3) and goes on from there.
 */
#include "models/planted.h"
#include "models/policies/single_leader/upstream.h"

#include "sim/check.h"

/* ---- acknowledging ------------------------------------------------------------------------ */

static void report(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                   RepEffects *out)
{
    RepMember *self = &state->members[node];
    guint64 first = MIN(self->reported + 1, index);
    self->reported = index;
    if (self->leader < 0 || self->leader == node)
        return;
    rep_say(state, view, node, self->leader, REP_MESSAGE_ACK, first, index, out);
}

static gboolean reports_stages(RepView *view)
{
    return rep_policy_in(view)->ack_messages == REP_ACK_MESSAGES_EACH_STAGE;
}

/* The same, where whoever reports may be busy with a flush. */
static void report_in_turn(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                           RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    if (reports_stages(view) && log.received > log.flushed)
        self->due = MAX(self->due, index);
    else
        report(state, view, node, index, out);
}

/* A stage that is not what the leader waits for. */
static void report_stage(RepSingleLeaderState *state, RepView *view, int node, RepAckPoint point,
                         guint64 index, RepEffects *out)
{
    const RepMember *self = &state->members[node];
    if (!reports_stages(view) || self->leader < 0 || self->leader == node)
        return;
    if (point == REP_POINT_RECEIVED)
        rep_say(state, view, node, self->leader, REP_MESSAGE_REPORT_RECEIVED, index, index, out);
    else if (point == REP_POINT_FLUSHED)
        rep_say(state, view, node, self->leader, REP_MESSAGE_REPORT_FLUSHED, index, index, out);
}

/* The flush is over: what fell due meanwhile, unless more has been said just now. The disk of one
 * that led until now goes on with what it had appended, and the report waits for that as well. */
static void report_due(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    guint64 due = self->due;
    if (log.received > log.flushed)
        return;
    self->due = 0;
    if (due > self->reported || (due && rep_policy_in(view)->ack_point == REP_POINT_APPLIED))
        report(state, view, node, due, out);
}

void rep_follower_reached(RepSingleLeaderState *state, RepView *view, int node, RepAckPoint point,
                          guint64 index, RepEffects *out)
{
    gboolean is_point = rep_policy_in(view)->ack_point == (int)point;
    if (REP_PLANTED(REPORT_BEFORE_FLUSH) && rep_policy_in(view)->ack_point == REP_POINT_FLUSHED)
        is_point = point == REP_POINT_RECEIVED;
    if (!is_point)
        report_stage(state, view, node, point, index, out);
    else if (point == REP_POINT_APPLIED)
        report_in_turn(state, view, node, index, out);
    else
        report(state, view, node, index, out);
    if (point == REP_POINT_FLUSHED)
        report_due(state, view, node, out);
    if (state->relays)
        rep_relay_reached(state, view, node, point, index, out);
}

/* How far the node is at the point that acknowledgements are about. */
static guint64 confirmed(const RepSingleLeaderState *state, RepView *view, int node)
{
    RepLogView log = rep_view_log(view, node, state->log);
    switch ((RepAckPoint)rep_policy_in(view)->ack_point) {
    case REP_POINT_RECEIVED:
        return log.received;
    case REP_POINT_FLUSHED:
        return log.flushed;
    case REP_POINT_APPLIED:
        return log.applied;
    }
    SIM_UNREACHABLE();
}

void rep_follower_shows(RepSingleLeaderState *state, RepView *view, int node, guint64 index)
{
    RepRound *round = &state->joining[node];
    int leader = state->members[node].leader;
    if (!state->is_joining[node] || !round->target || index < round->target)
        return;
    SimTime now = rep_view_now(view);
    SimSpan allowed = REP_SHORT_ROUND + rep_view_setup(view)->nodes[node].storage.apply_delay;
    guint64 end = leader >= 0 ? rep_view_log(view, leader, state->log).flushed : 0;
    if (now - round->began <= allowed || end <= index)
        state->is_joining[node] = FALSE;
    else
        *round = (RepRound){.target = end, .began = now};
}

static void say_resume(const RepSingleLeaderState *state, RepView *view, int node, guint64 flushed,
                       RepEffects *out)
{
    const RepMember *self = &state->members[node];
    if (!self->is_new) {
        rep_say(state, view, node, self->leader, REP_MESSAGE_RESUME, flushed + 1, flushed, out);
        return;
    }
    rep_tell(state, view, node, self->leader, REP_MESSAGE_RESUME, 0, REP_RESUME_EMPTY,
             (guint64)rep_view_now(view), out);
}

void rep_follower_resume(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    if (REP_PLANTED(RESUME_FROM_MEMORY))
        log.flushed = log.arrived;
    self->n_ahead = 0;
    self->reported = log.flushed;
    if (self->leader < 0 || self->leader == node)
        return;
    say_resume(state, view, node, log.flushed, out);
    self->due = 0;
    if (rep_policy_in(view)->ack_point == REP_POINT_APPLIED && !self->is_new)
        report_in_turn(state, view, node, log.applied, out);
}

/* ---- taking entries ----------------------------------------------------------------------- */

static void keep_ahead(RepMember *self, const RepMessage *entries)
{
    if (self->ahead_term != entries->term)
        self->n_ahead = 0;
    self->ahead_term = entries->term;
    self->ahead = g_renew(RepRange, self->ahead, self->n_ahead + 1);
    self->ahead[self->n_ahead++] = (RepRange){entries->first, entries->last};
}

/* Entries up to `last` join the log; whatever waited behind the gap they close joins too. */
static guint64 close_gaps(RepMember *self, guint32 term, guint64 last)
{
    if (self->ahead_term != term)
        return last;
    for (guint i = 0; i < self->n_ahead;) {
        if (self->ahead[i].first > last + 1) {
            i++;
            continue;
        }
        last = MAX(last, self->ahead[i].last);
        self->ahead[i] = self->ahead[--self->n_ahead];
        i = 0;
    }
    return last;
}

/* Cuts what the log of leadership `term` does not contain. Returns where the copy ends then. */
static guint64 agree_with(const RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                          guint64 arrived, RepEffects *out)
{
    RepMember *self = &state->members[node];
    guint64 agreed = rep_view_common(view, node, state->log, term);
    if (arrived <= agreed)
        return arrived;
    if (rep_policy_in(view)->failover.returning == REP_RETURNING_KEEP)
        rep_say(state, view, node, self->leader, REP_MESSAGE_CARRY, agreed + 1, arrived, out);
    rep_move_to(state, REP_EFFECT_TRUNCATE, node, agreed, 0, out);
    self->reported = MIN(self->reported, agreed);
    self->due = MIN(self->due, agreed);
    return agreed;
}

void rep_follower_takes(RepSingleLeaderState *state, RepView *view, int node,
                        const RepMessage *entries, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (!rep_follower_hears(state, view, node, entries->term, entries->from, out))
        return; /* from a leadership that is over */
    if (self->is_new)
        return; /* the snapshot comes first */
    RepLogView log = rep_view_log(view, node, state->log);
    if (entries->term > log.term && log.arrived > 0)
        log.arrived = agree_with(state, view, node, entries->term, log.arrived, out);
    self->agreed_term = entries->term;
    guint64 end = log.arrived;
    if (entries->last <= end) {
        /* Seen before: the acknowledgement may have been lost, or gone to another leader. */
        if (entries->last >= entries->first)
            report_in_turn(state, view, node, MIN(confirmed(state, view, node), end), out);
    } else if (entries->first > end + 1)
        keep_ahead(self, entries);
    else {
        end = close_gaps(self, entries->term, entries->last);
        rep_move_to(state, REP_EFFECT_ACCEPT, node, end, entries->term, out);
    }
    /* First: what has committed is said of the leadership that it speaks for. */
    if (state->relays)
        rep_relay_agrees(state, view, node, FALSE, out);
    rep_committed_heard(state, view, node, entries->term, entries->value, end, out);
}

/* ---- whom to follow ----------------------------------------------------------------------- */

gboolean rep_follower_hears(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                            int leader, RepEffects *out)
{
    RepMember *self = &state->members[node];
    if (term < self->term || (term == self->term && self->leads))
        return FALSE;
    if (state->relays)
        leader = rep_source_of(state, node, leader);
    self->heard_at = rep_view_clock(view, node);
    if (term == self->term && self->leader == leader)
        return TRUE;
    rep_leader_end(state, node, out);
    self->term = term;
    self->leader = leader;
    /* Whoever was fenced as a leader may answer reads again as a follower. */
    self->claims = self->is_fenced = FALSE;
    return TRUE;
}
