/*
 * handoff.c — hinted handoff: writes kept for replicas that could not be reached, and handed over
 * when they can (Dynamo §4.6).
 *
 * A node replays its hints oldest first, at most `replay` per second for all targets together, and
 * gives one up only when its target has stored it, or when it is older than `keep`. Several may be
 * on their way; where none of them is confirmed for a while (RESEND), they are sent again. Storing
 * twice does no harm.
 */
#include "models/planted.h"
#include "models/policies/leaderless/state.h"

#define RESEND SIM_S

static void arm(RepLeaderless *state, int node, SimTime at, RepEffects *out)
{
    state->parties[node].replays_at = at;
    rep_effects_add(
        out, &(RepEffect){
                 .kind = REP_EFFECT_TIMER, .node = node, .timer = REP_LL_TIMER_REPLAY, .at = at});
}

static RepReplay *replay_of(RepLeaderless *state, int node, int target)
{
    RepParty *self = &state->parties[node];
    if (!self->replay) {
        self->replay = g_new0(RepReplay, state->n_nodes);
        for (gsize i = 0; i < state->n_nodes; i++)
            sim_ring_init(&self->replay[i].marks, 1, 0);
    }
    return &self->replay[target];
}

void rep_handoff_keep(RepLeaderless *state, RepView *view, int node, int target, guint32 set,
                      RepEffects *out)
{
    (void)view;
    replay_of(state, node, target);
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_CONNECT, .node = node, .peer = target});
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_HINT,
                                      .node = node,
                                      .log = target,
                                      .set = set,
                                      .value = REP_LL_TOKEN_HINT});
}

static SimSpan interval(const RepLeaderless *state)
{
    const RepRate *rate = &state->setup->replay;
    return rate->events ? (SimSpan)(rate->per / rate->events) : 0;
}

/* The oldest goes: it has arrived, or it is too old. */
static void drop_oldest(RepReplay *replay, int node, int target, RepEffects *out)
{
    if (sim_ring_len(&replay->marks))
        sim_ring_pop(&replay->marks);
    replay->first++;
    replay->next = MAX(replay->next, replay->first);
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_UNHINT, .node = node, .log = target});
}

/* Hints that are too old are given up; returns when the next one will be. */
static SimTime drop_expired(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    SimTime next = SIM_NEVER, now = rep_view_now(view);
    for (int target = 0; target < (int)state->n_nodes; target++) {
        RepReplay *replay = replay_of(state, node, target);
        RepHint hint;
        while (rep_view_hint_at(view, node, target, replay->first, &hint) &&
               sim_time_after(hint.since, state->setup->keep) <= now)
            drop_oldest(replay, node, target, out);
        if (rep_view_hint_at(view, node, target, replay->first, &hint))
            next = MIN(next, sim_time_after(hint.since, state->setup->keep));
    }
    return next;
}

static void send_hint(RepLeaderless *state, RepView *view, int node, int target,
                      const RepHint *hint, RepEffects *out)
{
    RepReplay *replay = replay_of(state, node, target);
    const RepSetup *setup = rep_view_setup(view);
    const RepVersions *versions = rep_view_versions(view);
    const RepVersionSet *set = rep_set_at(versions, hint->set);
    RepMessage message = {.from = node,
                          .to = target,
                          .kind = REP_LL_HINTED,
                          .service = REP_SERVICE_WRITE,
                          .first = ++state->parties[node].said,
                          .last = replay->next,
                          .bytes = (guint64)setup->network.message_size +
                                   rep_set_version(versions, set, 0)->bytes,
                          .set = hint->set};
    rep_effects_send(out, &message);
    *(guint8 *)sim_ring_push(&replay->marks) = FALSE;
    replay->next++;
    replay->sent_at = rep_view_now(view);
    if (REP_PLANTED(HINT_DROPPED_SENT) && replay->next == replay->first + 1)
        drop_oldest(replay, node, target, out);
}

/* Nothing was confirmed for long: from the oldest on again. */
static void begin_again(RepReplay *replay, guint64 oldest)
{
    replay->next = replay->first = MAX(replay->first, oldest);
    while (sim_ring_len(&replay->marks))
        sim_ring_pop(&replay->marks);
}

/* Sends one hint, if there is one that can be; when there may be work later, says when. */
static gboolean send_one(RepLeaderless *state, RepView *view, int node, SimTime *again,
                         RepEffects *out)
{
    for (int target = 0; target < (int)state->n_nodes; target++) {
        RepReplay *replay = replay_of(state, node, target);
        RepHint hint;
        if (!rep_view_hint_at(view, node, target, replay->first, &hint) ||
            !rep_view_reaches(view, node, target))
            continue;
        if (replay->next > replay->first &&
            sim_time_after(replay->sent_at, RESEND) <= rep_view_now(view))
            begin_again(replay, replay->first);
        if (rep_view_hint_at(view, node, target, replay->next, &hint)) {
            send_hint(state, view, node, target, &hint, out);
            return TRUE;
        }
        *again = MIN(*again, sim_time_after(replay->sent_at, RESEND));
    }
    return FALSE;
}

void rep_handoff_tick(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    SimTime again = SIM_NEVER, expires = drop_expired(state, view, node, out);
    if (send_one(state, view, node, &again, out)) {
        again = sim_time_after(rep_view_now(view), interval(state));
        state->parties[node].replay_free_at = again;
    }
    arm(state, node, MIN(again, expires), out);
}

void rep_handoff_kick(RepLeaderless *state, RepView *view, int node, RepEffects *out)
{
    const RepParty *self = &state->parties[node];
    SimTime at = MAX(rep_view_now(view), self->replay_free_at);
    if (self->replay && at < self->replays_at)
        arm(state, node, at, out);
}

void rep_handoff_arrived(RepLeaderless *state, RepView *view, int node, int target, guint64 place,
                         RepEffects *out)
{
    RepReplay *replay = replay_of(state, node, target);
    if (place < replay->first || place >= replay->next)
        return;
    SimRing *marks = &replay->marks;
    *(guint8 *)sim_ring_at(marks, marks->begin + (place - replay->first)) = TRUE;
    replay->sent_at = rep_view_now(view);
    while (sim_ring_len(marks) && *(const guint8 *)sim_ring_head(marks))
        drop_oldest(replay, node, target, out);
}

void rep_handoff_stop(RepLeaderless *state, RepView *view, int node)
{
    RepParty *self = &state->parties[node];
    self->replays_at = SIM_NEVER;
    for (gsize target = 0; self->replay && target < state->n_nodes; target++)
        begin_again(&self->replay[target], rep_view_first_hint(view, node, (int)target));
}

gboolean rep_handoff_is_pending(const RepLeaderless *state, RepView *view)
{
    for (int node = 0; node < (int)state->n_nodes; node++) {
        const RepParty *self = &state->parties[node];
        for (int target = 0; self->replay && target < (int)state->n_nodes; target++)
            if (rep_view_n_hints(view, node, target) && rep_view_reaches(view, node, target) &&
                rep_view_reaches(view, target, node))
                return TRUE;
    }
    return FALSE;
}
