/* upstream.c — followers that hang on another follower; see upstream.h. */
#include "models/policies/single_leader/upstream.h"

#include "models/planted.h"

/* ---- who hangs on whom -------------------------------------------------------------------- */

static int upstream_of(const RepSingleLeaderSetup *policy, int node)
{
    return policy->upstream.to ? policy->upstream.to[node] : -1;
}

int rep_source_of(const RepSingleLeaderState *state, int node, int leader)
{
    int upstream = state->relays ? state->upstream[node] : -1;
    return upstream >= 0 && node != leader ? upstream : leader;
}

gboolean rep_is_downstream(const RepSingleLeaderState *state, int node)
{
    return state->relays && state->upstream[node] >= 0 &&
           state->members[node].leader == state->upstream[node];
}

gboolean rep_is_direct(const RepSingleLeaderSetup *policy, int leader, int node)
{
    int upstream = upstream_of(policy, node);
    return upstream < 0 || upstream == leader;
}

static RepRelay *relay_of(const RepSingleLeaderState *state, int node)
{
    return state->relays && state->relays[node].n ? &state->relays[node] : NULL;
}

/* Whoever leads hangs on nobody. */
static RepDownstream *find_below(const RepSingleLeaderState *state, int node, int below)
{
    RepRelay *relay = relay_of(state, node);
    for (guint i = 0; relay && below != state->members[node].leader && i < relay->n; i++)
        if (relay->below[i].node == below)
            return &relay->below[i];
    return NULL;
}

#define EACH_BELOW(relay, one)                                                                     \
    for (RepDownstream *one = (relay)->below; one < (relay)->below + (relay)->n; one++)

/* ---- life --------------------------------------------------------------------------------- */

static void hang(RepSingleLeaderState *state, int node, int upstream, RepEffects *out)
{
    RepRelay *relay = &state->relays[upstream];
    /* Who leads sends as a leader does; it is asked anew when it follows. */
    gboolean is_there = !state->is_joining[upstream] && upstream != state->first_leader;
    relay->term = is_there ? 1 : 0;
    relay->below = g_renew(RepDownstream, relay->below, relay->n + 1);
    relay->below[relay->n++] = (RepDownstream){.node = node,
                                               .is_open = is_there && node != state->first_leader &&
                                                          !state->is_joining[node]};
    rep_effects_add(
        out, &(RepEffect){
                 .kind = REP_EFFECT_CONNECT, .node = upstream, .log = state->log, .peer = node});
}

void rep_relays_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    if (!policy->upstream.to)
        return;
    state->upstream = policy->upstream.to;
    state->relays = g_new0(RepRelay, state->n_nodes);
    REP_EACH_MEMBER(state, node)
    if (state->upstream[node] >= 0) {
        state->members[node].leader = rep_source_of(state, node, state->first_leader);
        hang(state, node, state->upstream[node], out);
    }
}

void rep_relays_clear(RepSingleLeaderState *state)
{
    for (gsize i = 0; state->relays && i < state->n_nodes; i++)
        g_free(state->relays[i].below);
    g_free(state->relays);
}

void rep_relay_ends(RepSingleLeaderState *state, int node)
{
    RepRelay *relay = relay_of(state, node);
    if (!relay)
        return;
    relay->term = 0;
    relay->plans_resend = FALSE;
    EACH_BELOW(relay, below)
    *below = (RepDownstream){.node = below->node};
}

static void plan_resend(const RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepRelay *relay = &state->relays[node];
    if (!state->resend || relay->plans_resend)
        return;
    relay->plans_resend = TRUE;
    rep_set_timer(state, node, REP_TIMER_RESEND, sim_time_after(rep_view_now(view), state->resend),
                  out);
}

/* The leadership in whose log all of the node's own is, as far as it can know; 0: it cannot. */
static guint32 spoken_for(const RepSingleLeaderState *state, RepView *view, int node)
{
    const RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    gboolean agrees = self->agreed_term == self->term || log.term == self->term || log.arrived == 0;
    return agrees && !self->leads && !self->is_new ? self->term : 0;
}

/* Whoever hangs on it asks when the connection stands. */
void rep_relay_started(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    if (!relay)
        return;
    relay->term = spoken_for(state, view, node);
    plan_resend(state, view, node, out);
}

void rep_relay_disconnected(RepSingleLeaderState *state, RepView *view, int node, int peer,
                            RepEffects *out)
{
    RepDownstream *below = find_below(state, node, peer);
    if (!below)
        return;
    below->is_open = FALSE;
    below->snapshot_end = 0;
    plan_resend(state, view, node, out);
}

static void ask_to_resume(const RepSingleLeaderState *state, RepView *view, int node, int below,
                          RepEffects *out)
{
    rep_tell(state, view, node, below, REP_MESSAGE_LEADER, state->relays[node].term, 1,
             (guint64)rep_view_now(view), out);
}

void rep_relay_agrees(RepSingleLeaderState *state, RepView *view, int node, gboolean anew,
                      RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    guint32 term = relay ? spoken_for(state, view, node) : 0;
    if (!term || (term == relay->term && !anew))
        return;
    relay->term = term;
    EACH_BELOW(relay, below)
    {
        below->is_open = FALSE;
        below->snapshot_end = 0;
        ask_to_resume(state, view, node, below->node, out);
    }
    rep_batch_left(state, node, 0, out);
    relay->plans_resend = FALSE; /* the timer may have been a leader's */
    plan_resend(state, view, node, out);
}

/* ---- shipping ----------------------------------------------------------------------------- */

static gboolean relays_applied(RepView *view)
{
    return rep_policy_in(view)->relay == REP_RELAY_APPLIED;
}

static guint64 shippable(const RepSingleLeaderState *state, RepView *view, int node)
{
    RepLogView log = rep_view_log(view, node, state->log);
    return relays_applied(view) ? MIN(log.applied, log.flushed) : log.flushed;
}

static void say_entries(const RepSingleLeaderState *state, RepView *view, int node,
                        RepDownstream *below, guint64 first, guint64 last, RepEffects *out)
{
    RepMessage entries = {.from = node,
                          .to = below->node,
                          .kind = REP_MESSAGE_ENTRIES,
                          .log = (guint8)state->log,
                          .term = state->relays[node].term,
                          .first = first,
                          .last = last,
                          .bytes = last >= first
                                       ? rep_entry_bytes(state, view, node, first, last)
                                       : (guint64)rep_view_setup(view)->network.message_size};
    if (rep_committed_matters(view))
        entries.value = below->told = rep_view_log(view, node, state->log).decided;
    rep_effects_send(out, &entries);
}

/* TRUE: there was something that it had not been sent. */
static gboolean ship(const RepSingleLeaderState *state, RepView *view, int node,
                     RepDownstream *below, guint64 upto, RepEffects *out)
{
    if (!below->is_open || below->sent >= upto)
        return FALSE;
    say_entries(state, view, node, below, below->sent + 1, upto, out);
    below->sent = upto;
    return TRUE;
}

static void ship_to_all(RepSingleLeaderState *state, RepView *view, int node, guint64 upto,
                        RepEffects *out)
{
    EACH_BELOW(&state->relays[node], below)
    ship(state, view, node, below, upto, out);
    rep_batch_left(state, node, upto, out);
    plan_resend(state, view, node, out);
}

void rep_relay_reached(RepSingleLeaderState *state, RepView *view, int node, RepAckPoint point,
                       guint64 index, RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    if (!relay || point != (relays_applied(view) ? REP_POINT_APPLIED : REP_POINT_FLUSHED))
        return;
    guint64 upto = MIN(index, rep_view_log(view, node, state->log).flushed);
    if (rep_is_pulled(view) || rep_batch_holds(state, view, node, upto, out))
        return;
    ship_to_all(state, view, node, upto, out);
}

void rep_relay_batch_is_due(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    state->members[node].batch.is_open = FALSE; /* the timer has run off */
    if (relay_of(state, node))
        ship_to_all(state, view, node, shippable(state, view, node), out);
}

static void tell_decided(const RepSingleLeaderState *state, RepView *view, int node,
                         RepDownstream *below, guint64 decided, RepEffects *out)
{
    below->told = decided;
    rep_tell(state, view, node, below->node, REP_MESSAGE_COMMITTED, state->relays[node].term,
             decided, decided, out);
}

/* … unless it has been told. TRUE: it had not. */
static gboolean tell_newer(const RepSingleLeaderState *state, RepView *view, int node,
                           RepDownstream *below, guint64 decided, RepEffects *out)
{
    if (!below->is_open || below->told >= decided)
        return FALSE;
    tell_decided(state, view, node, below, decided, out);
    return TRUE;
}

void rep_relay_tells(RepSingleLeaderState *state, RepView *view, int node, guint64 decided,
                     RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    if (!relay || rep_is_pulled(view))
        return;
    EACH_BELOW(relay, below)
    tell_newer(state, view, node, below, decided, out);
    plan_resend(state, view, node, out);
}

/* Says again what may have been lost. TRUE: an answer is still to come. */
static gboolean resend(const RepSingleLeaderState *state, RepView *view, int node,
                       RepDownstream *below, RepEffects *out)
{
    if (!below->is_open) {
        ask_to_resume(state, view, node, below->node, out);
        return TRUE;
    }
    if (below->acked < below->sent) {
        guint64 upto = MIN(below->sent, shippable(state, view, node));
        /* As a leader does: what everybody shows may be gone but for the last of it. */
        guint64 first = MAX(below->acked + 1, MIN(rep_view_shown_by_all(view, state->log), upto));
        if (below->acked == below->unchanged && first <= upto)
            say_entries(state, view, node, below, first, upto, out);
        below->unchanged = below->acked;
        return TRUE;
    }
    guint64 decided = rep_view_log(view, node, state->log).decided;
    /* Where it polls, what it was not told yet it will ask for. */
    if (rep_is_pulled(view))
        decided = MIN(decided, below->told);
    if (!rep_committed_matters(view) || below->heard >= decided)
        return FALSE;
    tell_decided(state, view, node, below, decided, out);
    return TRUE;
}

void rep_relay_resend(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    gboolean is_waiting = FALSE;
    if (!relay)
        return;
    relay->plans_resend = FALSE;
    if (!relay->term || spoken_for(state, view, node) != relay->term)
        return; /* it will speak when it knows for whom */
    EACH_BELOW(relay, below)
    is_waiting |= resend(state, view, node, below, out);
    if (is_waiting)
        plan_resend(state, view, node, out);
}

/* ---- from downstream ---------------------------------------------------------------------- */

/* Who joins has caught up when it shows what its upstream has. */
static void note_round(RepSingleLeaderState *state, RepView *view, int node, int below)
{
    RepRound *round = &state->joining[below];
    if (!state->is_joining[below] || round->target)
        return;
    *round = (RepRound){.target = MAX(rep_view_log(view, node, state->log).flushed, 1),
                        .began = rep_view_now(view)};
    rep_follower_shows(state, view, below, rep_view_log(view, below, state->log).applied);
}

/* How far both have the same. Within one leadership that is all of it, even where the relay has
 * lost its disk and has less. */
static guint64 agreed_with(const RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                           const RepMessage *resume)
{
    guint64 agreed = resume->last;
    if (resume->term != term)
        agreed = MIN(agreed, rep_view_common(view, node, state->log, resume->term));
    return MAX(agreed, rep_view_shown_by_all(view, state->log));
}

void rep_relay_resumes(RepSingleLeaderState *state, RepView *view, int node,
                       const RepMessage *resume, RepEffects *out)
{
    RepRelay *relay = relay_of(state, node);
    RepDownstream *below = find_below(state, node, resume->from);
    guint32 term = below ? spoken_for(state, view, node) : 0;
    if (!term)
        return;
    relay->term = term;
    guint64 agreed = agreed_with(state, view, node, term, resume);
    RepSnapshotFor asked = {.sender = node, .term = term, .end = &below->snapshot_end};
    if (rep_snapshot_instead(state, view, &asked, resume, agreed, out))
        return;
    gboolean by_applied = rep_policy_in(view)->ack_point == REP_POINT_APPLIED;
    below->is_open = TRUE;
    below->acked = by_applied ? 0 : agreed;
    below->heard = below->told = 0;
    below->sent = MAX(shippable(state, view, node), agreed);
    rep_batch_given(state, node, below->sent);
    note_round(state, view, node, below->node);
    /* Also where there is nothing to ship, if there may be something to cut off. */
    if (below->sent > agreed || resume->last > agreed || resume->term < term)
        say_entries(state, view, node, below, agreed + 1, below->sent, out);
    if (rep_committed_matters(view)) {
        guint64 decided = rep_view_log(view, node, state->log).decided;
        tell_newer(state, view, node, below, decided, out);
        rep_relay_tells(state, view, node, decided, out);
    }
    plan_resend(state, view, node, out);
}

void rep_relay_polled(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *poll,
                      RepEffects *out)
{
    RepDownstream *below = find_below(state, node, poll->from);
    if (!below || !below->is_open)
        return; /* it resumes first */
    guint64 decided = rep_view_log(view, node, state->log).decided;
    if (!ship(state, view, node, below, shippable(state, view, node), out) &&
        !(rep_committed_matters(view) && tell_newer(state, view, node, below, decided, out)))
        rep_pull_nothing_new(state, view, node, poll, out);
    plan_resend(state, view, node, out);
}

void rep_relay_acknowledged(RepSingleLeaderState *state, RepView *view, int node,
                            const RepMessage *ack, RepEffects *out)
{
    RepDownstream *below = find_below(state, node, ack->from);
    if (!below)
        return;
    below->acked = MAX(below->acked, ack->last);
    note_round(state, view, node, below->node);
    if (REP_PLANTED(RELAYED_ACK) && state->members[node].leader >= 0)
        rep_say(state, view, node, state->members[node].leader, REP_MESSAGE_ACK, ack->first,
                ack->last, out);
}

gboolean rep_relay_heard(RepSingleLeaderState *state, int node, const RepMessage *heard)
{
    RepDownstream *below = find_below(state, node, heard->from);
    if (!below)
        return FALSE;
    if (heard->term == state->relays[node].term)
        below->heard = MAX(below->heard, heard->value);
    return TRUE;
}

void rep_relay_carries(RepSingleLeaderState *state, int node, const RepMessage *carry,
                       RepEffects *out)
{
    int source = state->members[node].leader;
    if (!find_below(state, node, carry->from) || source < 0 || source == node)
        return; /* what it would have kept is lost after all */
    RepMessage onward = *carry;
    onward.from = node;
    onward.to = source;
    rep_effects_send(out, &onward);
}
