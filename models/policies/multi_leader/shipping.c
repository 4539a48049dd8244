/* shipping.c — entries on their way from leader to leader, and on to followers. */
#include "models/policies/multi_leader/state.h"

static void say(RepMultiLeader *state, RepView *view, int from, int to, RepMultiMessage kind,
                int log, guint64 first, guint64 last, RepEffects *out)
{
    (void)state;
    const RepSetup *setup = rep_view_setup(view);
    gboolean carries = kind == REP_ML_ENTRIES && first <= last;
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = (guint8)kind,
                          .log = (guint8)log,
                          .term = rep_view_log(view, from, log).term,
                          .first = first,
                          .last = last,
                          .value = rep_view_log(view, from, log).arrived,
                          .bytes = carries ? rep_view_bytes(view, from, log, first, last)
                                           : (guint64)setup->network.message_size};
    rep_effects_send(out, &message);
}

static void plan_resend(RepMultiLeader *state, RepView *view, int node, RepEffects *out)
{
    if (!state->resend || state->nodes[node].plans_resend)
        return;
    state->nodes[node].plans_resend = TRUE;
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_TIMER,
                                      .node = node,
                                      .timer = REP_ML_TIMER_RESEND,
                                      .at = sim_time_after(rep_view_now(view), state->resend)});
}

static void ship_on(RepMultiLeader *state, RepView *view, RepEdge *edge, int log, RepEffects *out)
{
    guint64 upto = rep_view_log(view, edge->from, log).flushed;
    if (!edge->stands || edge->sent[log] >= upto || !rep_graph_carries(state, edge, log))
        return;
    /* Whoever sent it has it, and what everybody shows nobody lacks. */
    guint64 first = MAX(edge->sent[log], rep_view_shown_by_all(view, log)) + 1;
    if (edge->to != state->nodes[edge->from].source[log] && first <= upto) {
        say(state, view, edge->from, edge->to, REP_ML_ENTRIES, log, first, upto, out);
        plan_resend(state, view, edge->from, out);
    }
    edge->sent[log] = upto;
}

void rep_multi_ship(RepMultiLeader *state, RepView *view, int node, int log, RepEffects *out)
{
    for (const int *edge = state->out[node]; *edge >= 0; edge++)
        ship_on(state, view, &state->edges[*edge], log, out);
}

/* ---- receiving ---------------------------------------------------------------------------- */

static void keep_up_to(SimIntervals *set, guint64 last)
{
    SimIntervals kept = {0};
    for (guint32 i = 0; i < set->n; i++) {
        const SimRange *range = sim_intervals_range(set, i);
        if (range->first <= last)
            sim_intervals_add(&kept, range->first, MIN(range->last, last));
    }
    sim_intervals_clear(set);
    *set = kept;
}

/* What waits behind a gap, and what the node has, is of the newest leadership that it has heard of;
 * what that began without is gone. Returns how far the message agrees with it. */
static guint64 agree(RepMultiLeader *state, RepView *view, int node, const RepMessage *message,
                     guint64 *arrived, RepEffects *out)
{
    int log = message->log;
    RepMultiNode *self = &state->nodes[node];
    RepLogView own = rep_view_log(view, node, log);
    guint32 *newest = &self->ahead_term[log], heard = MAX(own.term, message->term);
    if (self->ahead[log].n == 0) {
        *newest = heard;
    } else if (heard > *newest) {
        keep_up_to(&self->ahead[log], rep_view_common_of(view, log, *newest, heard));
        *newest = heard;
    }
    guint64 common = own.term ? rep_view_common(view, node, log, *newest) : *arrived;
    if (*arrived > common) {
        rep_effects_add(
            out,
            &(RepEffect){.kind = REP_EFFECT_TRUNCATE, .node = node, .log = log, .index = common});
        *arrived = common;
    }
    guint64 limit = rep_view_common_of(view, log, message->term, *newest);
    return MIN(message->last, limit);
}

/* Entries behind a gap wait for it to be filled. */
static void accept(RepMultiLeader *state, RepView *view, int node, const RepMessage *message,
                   RepEffects *out)
{
    int log = message->log;
    RepMultiNode *self = &state->nodes[node];
    SimIntervals *ahead = &self->ahead[log];
    guint64 arrived = rep_view_log(view, node, log).arrived;
    guint64 last = agree(state, view, node, message, &arrived, out);
    if (last < message->first)
        return; /* its sender has not heard of the later leadership, which began without these */
    sim_intervals_add(ahead, message->first, last);
    if (arrived > 0)
        sim_intervals_add(ahead, 1, arrived);
    guint64 upto = ahead->n && ahead->head.first == 1 ? ahead->head.last : 0;
    if (upto <= arrived)
        return;
    self->source[log] = message->from;
    rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_ACCEPT,
                                      .node = node,
                                      .log = log,
                                      .term = self->ahead_term[log],
                                      .index = upto});
}

void rep_multi_lead(RepMultiLeader *state, RepView *view, int node, RepEffects *out)
{
    RepMultiNode *self = &state->nodes[node];
    int log = rep_multi_leader_log(state->setup, node);
    self->is_recovering = FALSE;
    self->leads = TRUE;
    self->source[log] = -1; /* whoever gave it back has none of what comes now */
    self->term = MAX(self->term, rep_view_log(view, node, log).term) + 1;
    rep_effects_add(
        out, &(RepEffect){.kind = REP_EFFECT_LEAD, .node = node, .log = log, .term = self->term});
}

static RepEdge *edge_between(const RepMultiLeader *state, int from, int to)
{
    for (const int *edge = state->out[from]; *edge >= 0; edge++)
        if (state->edges[*edge].to == to)
            return &state->edges[*edge];
    return NULL;
}

/* ---- a lost disk -------------------------------------------------------------------------- */

void rep_multi_begin_recovery(RepMultiLeader *state, int node)
{
    state->nodes[node].is_recovering = TRUE;
    for (const int *edge = state->in[node]; *edge >= 0; edge++)
        state->edges[*edge].told = -1;
}

static void note_told(RepMultiLeader *state, int node, const RepMessage *message)
{
    RepEdge *edge = edge_between(state, message->from, node);
    if (edge && message->log == rep_multi_leader_log(state->setup, node))
        edge->told = (gint64)message->value;
}

void rep_multi_recover(RepMultiLeader *state, RepView *view, int node, RepEffects *out)
{
    if (!state->nodes[node].is_recovering)
        return;
    RepLogView own = rep_view_log(view, node, rep_multi_leader_log(state->setup, node));
    guint64 awaited = own.flushed; /* a leader applies nothing of its own log: it must have */
    gboolean has_heard = FALSE;
    for (const int *number = state->in[node]; *number >= 0; number++) {
        const RepEdge *edge = &state->edges[*number];
        gboolean is_there = rep_view_reaches(view, node, edge->from);
        if (is_there && edge->told < 0)
            return;
        has_heard |= edge->told >= 0;
        if (is_there)
            awaited = MAX(awaited, (guint64)edge->told);
    }
    if (has_heard && own.applied >= awaited)
        rep_multi_lead(state, view, node, out);
}

void rep_multi_message(RepMultiLeader *state, RepView *view, int node, const RepMessage *message,
                       RepEffects *out)
{
    RepEdge *back = edge_between(state, node, message->from);
    switch ((RepMultiMessage)message->kind) {
    case REP_ML_ENTRIES:
        if (message->first <= message->last)
            accept(state, view, node, message, out);
        note_told(state, node, message);
        rep_multi_recover(state, view, node, out);
        return;
    case REP_ML_ACK:
        if (back)
            back->acked[message->log] = MAX(back->acked[message->log], message->last);
        return;
    case REP_ML_RESUME:
        if (!back)
            return;
        back->stands = TRUE;
        back->sent[message->log] = back->acked[message->log] = message->last;
        if (state->nodes[node].source[message->log] == message->from)
            state->nodes[node].source[message->log] = -1;
        if (rep_graph_carries(state, back, message->log) &&
            rep_view_log(view, node, message->log).flushed <= message->last)
            say(state, view, node, message->from, REP_ML_ENTRIES, message->log, 1, 0, out);
        ship_on(state, view, back, message->log, out);
        return;
    }
}

void rep_multi_acknowledge(RepMultiLeader *state, RepView *view, int node, int log, RepEffects *out)
{
    int source = state->nodes[node].source[log];
    RepLogView own = rep_view_log(view, node, log);
    if (source >= 0)
        say(state, view, node, source, REP_ML_ACK, log, own.flushed, own.flushed, out);
}

/* ---- breaks and losses -------------------------------------------------------------------- */

void rep_multi_broke(RepMultiLeader *state, int node, int peer)
{
    RepEdge *edge = edge_between(state, node, peer);
    if (edge)
        edge->stands = FALSE;
}

void rep_multi_resume(RepMultiLeader *state, RepView *view, int node, int peer, RepEffects *out)
{
    if (!edge_between(state, peer, node))
        return;
    for (int log = 0; log < (int)state->n_logs; log++) {
        guint64 flushed = rep_view_log(view, node, log).flushed;
        sim_intervals_clear(&state->nodes[node].ahead[log]);
        say(state, view, node, peer, REP_ML_RESUME, log, flushed, flushed, out);
    }
}

/* On links that lose messages for good: what was not confirmed is sent again. */
void rep_multi_resend(RepMultiLeader *state, RepView *view, int node, RepEffects *out)
{
    state->nodes[node].plans_resend = FALSE;
    for (const int *number = state->out[node]; *number >= 0; number++) {
        RepEdge *edge = &state->edges[*number];
        for (int log = 0; log < (int)state->n_logs; log++) {
            if (!edge->stands || edge->acked[log] >= edge->sent[log] ||
                state->nodes[node].source[log] == edge->to)
                continue;
            edge->sent[log] = edge->acked[log];
            ship_on(state, view, edge, log, out);
        }
    }
}
