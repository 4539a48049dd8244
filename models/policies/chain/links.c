/*
 * links.c — along the chain: entries go from each node to the next when they are on its disk, and
 * acknowledgements come back from the tail; see chain.c.
 *
 * A node that has a new predecessor, or is connected again, says how far its disk goes; what the
 * predecessor has beyond is sent again (van Renesse and Schneider §3.2, "failure of other
 * servers": the list Sent). A node that has not heard from its own predecessor yet does not answer:
 * its own end may still be cut.
 */
#include "models/planted.h"
#include "models/policies/chain/state.h"

/* ---- saying ------------------------------------------------------------------------------- */

void rep_chain_move(RepEffectKind kind, int node, guint64 index, guint32 term, RepEffects *out)
{
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .index = index, .term = term});
}

void rep_chain_timer(int party, guint32 timer, SimTime at, RepEffects *out)
{
    rep_effects_add(
        out, &(RepEffect){.kind = REP_EFFECT_TIMER, .node = party, .timer = timer, .at = at});
}

void rep_chain_send(const RepChain *state, RepView *view, const RepMessage *message,
                    RepChainMark mark, RepEffects *out)
{
    RepMessage marked = *message;
    if (rep_party_is_node(view, message->from))
        marked.value = state->members[message->from].config;
    marked.value = marked.value << 2 | (guint64)mark;
    marked.bytes += (guint64)rep_view_setup(view)->network.message_size;
    rep_effects_send(out, &marked);
}

static void plan_resend(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (!state->resend || self->plans_resend)
        return;
    self->plans_resend = TRUE;
    rep_chain_timer(node, REP_CHAIN_TIMER_RESEND, sim_time_after(rep_view_now(view), state->resend),
                    out);
}

static void acknowledge(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    int predecessor = rep_chain_predecessor(state, node);
    if (predecessor >= 0)
        rep_chain_send(state, view,
                       &(RepMessage){.from = node,
                                     .to = predecessor,
                                     .kind = REP_CHAIN_ACK,
                                     .term = state->members[node].term,
                                     .first = index,
                                     .last = index},
                       REP_CHAIN_PLAIN, out);
}

void rep_chain_resume(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    int predecessor = rep_chain_predecessor(state, node);
    if (predecessor < 0 || self->is_lost)
        return;
    RepLogView log = rep_view_log(view, node, 0);
    rep_effects_add(out,
                    &(RepEffect){.kind = REP_EFFECT_CONNECT, .node = predecessor, .peer = node});
    rep_chain_send(state, view,
                   &(RepMessage){.from = node,
                                 .to = predecessor,
                                 .kind = REP_CHAIN_RESUME,
                                 .term = log.term,
                                 .first = log.flushed + 1,
                                 .last = log.flushed},
                   self->is_new ? REP_CHAIN_EMPTY : REP_CHAIN_PLAIN, out);
    if (self->role == REP_CHAIN_IN && self->committed)
        acknowledge(state, view, node, self->committed, out);
    plan_resend(state, view, node, out);
}

/* ---- shipping ----------------------------------------------------------------------------- */

static RepChainLink *find_link(RepChainMember *self, int node)
{
    for (guint i = 0; i < self->n_links; i++)
        if (self->links[i].node == node)
            return &self->links[i];
    return NULL;
}

static RepChainLink *link_to(RepChainMember *self, int node)
{
    RepChainLink *link = find_link(self, node);
    if (link)
        return link;
    self->links = g_renew(RepChainLink, self->links, self->n_links + 1);
    self->links[self->n_links] = (RepChainLink){.node = node};
    return &self->links[self->n_links++];
}

static void ship(RepChain *state, RepView *view, int node, RepChainLink *link, guint64 first,
                 guint64 last, RepEffects *out)
{
    /* What everybody shows may be gone but for the last of it. */
    if (first <= last)
        first = MAX(first, MIN(rep_view_shown_by_all(view, 0), last));
    rep_chain_send(
        state, view,
        &(RepMessage){.from = node,
                      .to = link->node,
                      .kind = REP_CHAIN_ENTRIES,
                      .term = state->members[node].term,
                      .first = first,
                      .last = last,
                      .bytes = last >= first ? rep_view_bytes(view, node, 0, first, last) : 0},
        REP_CHAIN_PLAIN, out);
    link->sent = MAX(link->sent, last);
    plan_resend(state, view, node, out);
}

/* To the successor what is on the disk; to those who join what has committed. */
static void ship_all(RepChain *state, RepView *view, int node, gboolean joining, guint64 upto,
                     RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    int successor = rep_chain_successor(state, node);
    for (guint i = 0; i < self->n_links; i++) {
        RepChainLink *link = &self->links[i];
        if (link->is_open && link->sent < upto && joining == (link->node != successor))
            ship(state, view, node, link, link->sent + 1, upto, out);
    }
}

void rep_chain_commit(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    self->committed = MAX(self->committed, index);
    if (!self->leads)
        return;
    rep_chain_move(REP_EFFECT_SHOW, node, index, 0, out);
    rep_chain_move(REP_EFFECT_COMMIT, node, index, 0, out);
    ship_all(state, view, node, TRUE, index, out);
    rep_chain_release(state, node, index, out);
}

/* It shows them, and says so when it does. */
void rep_chain_confirm(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    rep_chain_move(REP_EFFECT_DECIDED, node, index, 0, out);
    rep_chain_applied(state, view, node, rep_view_log(view, node, 0).applied, out);
}

static void say_caught_up(RepChain *state, RepView *view, int node, guint64 flushed,
                          RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    guint64 needed = self->role == REP_CHAIN_IN ? self->inherited : self->told;
    if (!state->master || !self->has_resumed || self->has_caught_up || flushed < needed)
        return;
    self->has_caught_up = TRUE;
    rep_chain_heartbeat_now(state, view, node, out);
}

void rep_chain_flushed(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    gboolean is_tail = rep_chain_is_tail(state, node);
    if (self->role == REP_CHAIN_IN)
        ship_all(state, view, node, FALSE, index, out);
    if (self->leads && is_tail)
        rep_chain_commit(state, view, node, index, out);
    else if (self->leads && self->committed)
        rep_chain_commit(state, view, node, MIN(index, self->committed), out);
    else if (!self->leads && self->role == REP_CHAIN_IN)
        rep_chain_move(REP_EFFECT_DECIDED, node, is_tail ? index : MIN(index, self->committed), 0,
                       out);
    else if (self->role == REP_CHAIN_JOINS) {
        rep_chain_move(REP_EFFECT_DECIDED, node, MIN(index, self->told), 0, out);
        if (state->resend)
            acknowledge(state, view, node, index, out);
    }
    say_caught_up(state, view, node, index, out);
}

void rep_chain_applied(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (self->role == REP_CHAIN_IN && !self->leads && !self->is_lost &&
        rep_chain_is_tail(state, node) && index > 0) {
        int head = rep_chain_config(state, self->config)->nodes[0];
        self->committed = MAX(self->committed, index);
        acknowledge(state, view, node, index, out);
        if (rep_chain_setup_in(view)->ack_path == REP_CHAIN_ACK_DIRECT &&
            head != rep_chain_predecessor(state, node))
            rep_chain_send(state, view,
                           &(RepMessage){.from = node,
                                         .to = head,
                                         .kind = REP_CHAIN_COMMITTED,
                                         .term = self->term,
                                         .first = index,
                                         .last = index},
                           REP_CHAIN_PLAIN, out);
        ship_all(state, view, node, TRUE, index, out);
    }
    rep_chain_release(state, node, index, out);
}

/* ---- from the successor ------------------------------------------------------------------- */

static void send_snapshot(RepChain *state, RepView *view, int node, RepChainLink *link,
                          RepEffects *out)
{
    RepLogView log = rep_view_log(view, node, 0);
    guint64 index = MIN(log.applied, log.flushed);
    if (link->has_snapshot)
        return;
    link->has_snapshot = TRUE;
    rep_chain_move(REP_EFFECT_RESERVE, link->node, index, 0, out);
    rep_chain_send(
        state, view,
        &(RepMessage){.from = node,
                      .to = link->node,
                      .kind = REP_CHAIN_SNAPSHOT,
                      .is_bulk = TRUE,
                      .term = state->members[node].term,
                      .first = index,
                      .last = index,
                      .bytes = (guint64)rep_view_setup(view)->nodes[node].storage.snapshot_size},
        REP_CHAIN_PLAIN, out);
}

/* `end`: what the node has beyond is cut off in this instant. */
static void answer_resume(RepChain *state, RepView *view, int node, RepChainLink *link, guint64 end,
                          RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepMessage asked = link->asked;
    RepLogView log = rep_view_log(view, node, 0);
    log.flushed = MIN(log.flushed, end);
    link->asked = (RepMessage){0};
    if ((asked.value & 3) == REP_CHAIN_EMPTY) {
        send_snapshot(state, view, node, link, out);
        return;
    }
    guint64 agreed = asked.last;
    if (asked.term != self->term)
        agreed = MIN(agreed, rep_view_common(view, node, 0, asked.term));
    agreed = MAX(agreed, rep_view_shown_by_all(view, 0));
    guint64 upto = link->node == rep_chain_successor(state, node) ? log.flushed
                                                                  : MIN(log.applied, log.flushed);
    link->is_open = TRUE;
    link->has_snapshot = FALSE;
    link->sent = link->acked = link->unchanged = MIN(agreed, upto);
    ship(state, view, node, link, link->sent + 1, upto, out);
}

static void asked_to_resume(RepChain *state, RepView *view, int node, const RepMessage *resume,
                            RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepChainLink *link = link_to(self, resume->from);
    link->asked = *resume;
    if (self->leads || self->has_resumed)
        answer_resume(state, view, node, link, G_MAXUINT64, out);
}

static void acknowledged(RepChain *state, RepView *view, int node, const RepMessage *ack,
                         RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepChainLink *link = find_link(self, ack->from);
    if (link)
        link->acked = MAX(link->acked, ack->last);
    if (ack->kind == REP_CHAIN_ACK && ack->from != rep_chain_successor(state, node))
        return; /* of one that joins */
    self->committed = MAX(self->committed, ack->last);
    guint64 upto = MIN(ack->last, rep_view_log(view, node, 0).flushed);
    if (self->leads)
        rep_chain_commit(state, view, node, upto, out);
    else {
        rep_chain_move(REP_EFFECT_DECIDED, node, upto, 0, out);
        if (ack->kind == REP_CHAIN_ACK)
            acknowledge(state, view, node, ack->last, out);
    }
}

/* ---- from the predecessor ----------------------------------------------------------------- */

/* Cuts what the log of the head does not contain. Returns where the copy ends then. */
static guint64 agree(RepView *view, int node, const RepMessage *entries, RepEffects *out)
{
    RepLogView log = rep_view_log(view, node, 0);
    guint64 agreed = rep_view_common(view, node, 0, entries->term);
    if (entries->term <= log.term || log.arrived <= agreed)
        return log.arrived;
    rep_chain_move(REP_EFFECT_TRUNCATE, node, agreed, 0, out);
    return agreed;
}

static void is_answered(RepChain *state, RepView *view, int node, const RepMessage *entries,
                        guint64 end, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    gboolean is_first = !self->has_resumed;
    self->has_resumed = TRUE;
    if (self->inherited == G_MAXUINT64 && self->role == REP_CHAIN_IN) {
        self->inherited = entries->last;
        rep_chain_release(state, node, rep_view_log(view, node, 0).applied, out);
    }
    for (guint i = 0; is_first && i < self->n_links; i++)
        if (self->links[i].asked.kind == REP_CHAIN_RESUME)
            answer_resume(state, view, node, &self->links[i], end, out);
}

/* Where messages overtake, what came too early is asked for again, once for each gap. */
static void ask_for_missed(RepChain *state, RepView *view, int node, guint64 end, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (self->missed <= end || self->gap == end + 1)
        return;
    self->gap = end + 1;
    rep_chain_resume(state, view, node, out);
}

static void takes(RepChain *state, RepView *view, int node, const RepMessage *entries,
                  RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (self->is_new)
        return; /* the snapshot comes first */
    guint64 end = agree(view, node, entries, out);
    self->term = MAX(self->term, entries->term);
    if (entries->first > end + 1) {
        self->missed = MAX(self->missed, entries->last);
        ask_for_missed(state, view, node, end, out);
        return;
    }
    guint64 flushed = MIN(rep_view_log(view, node, 0).flushed, end);
    if (entries->last > end)
        rep_chain_move(REP_EFFECT_ACCEPT, node, entries->last, entries->term, out);
    else if (self->role == REP_CHAIN_IN && self->committed && entries->last >= entries->first)
        acknowledge(state, view, node, self->committed, out); /* it may have been lost */
    if (REP_PLANTED(TAIL_ACKS_RECEIVED) && rep_chain_is_tail(state, node) && entries->last > end)
        acknowledge(state, view, node, entries->last, out);
    is_answered(state, view, node, entries, end, out);
    ask_for_missed(state, view, node, MAX(end, entries->last), out);
    if (self->role == REP_CHAIN_JOINS) {
        self->told = MAX(self->told, entries->last);
        rep_chain_move(REP_EFFECT_DECIDED, node, MIN(flushed, self->told), 0, out);
    } else if (rep_chain_is_tail(state, node))
        rep_chain_move(REP_EFFECT_DECIDED, node, flushed, 0, out);
    say_caught_up(state, view, node, flushed, out);
}

static void installs(RepChain *state, RepView *view, int node, const RepMessage *snapshot,
                     RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (!self->is_new)
        return;
    self->is_new = FALSE;
    self->term = MAX(self->term, snapshot->term);
    rep_chain_move(REP_EFFECT_INSTALL, node, snapshot->last, snapshot->term, out);
    int predecessor = rep_chain_predecessor(state, node);
    if (predecessor >= 0)
        rep_chain_send(state, view,
                       &(RepMessage){.from = node,
                                     .to = predecessor,
                                     .kind = REP_CHAIN_RESUME,
                                     .term = snapshot->term,
                                     .first = snapshot->last + 1,
                                     .last = snapshot->last},
                       REP_CHAIN_PLAIN, out);
}

/* ---- what arrives ------------------------------------------------------------------------- */

void rep_chain_hear(RepChain *state, RepView *view, int node, const RepMessage *message,
                    RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    rep_chain_adopt(state, view, node, message->value >> 2, out);
    if (message->kind == REP_CHAIN_SNAPSHOT)
        installs(state, view, node, message, out); /* what has committed is never too old */
    if (message->value >> 2 < self->config || self->is_lost || self->role == REP_CHAIN_OUT)
        return; /* of a chain that is no more */
    gboolean is_next = message->from == rep_chain_successor(state, node);
    gboolean joins =
        rep_chain_is_tail(state, node) &&
        rep_chain_role_in(rep_chain_config(state, self->config), message->from) == REP_CHAIN_JOINS;
    if (message->kind == REP_CHAIN_ENTRIES && message->from == rep_chain_predecessor(state, node))
        takes(state, view, node, message, out);
    else if (message->kind == REP_CHAIN_RESUME && (is_next || joins))
        asked_to_resume(state, view, node, message, out);
    else if ((message->kind == REP_CHAIN_ACK && (is_next || joins)) ||
             (message->kind == REP_CHAIN_COMMITTED && self->leads))
        acknowledged(state, view, node, message, out);
    else if (message->kind == REP_CHAIN_QUERY)
        rep_chain_asked(state, view, node, message, out);
    else if (message->kind == REP_CHAIN_ANSWER)
        rep_chain_answered(state, view, node, message, out);
}

/* Whoever made no progress gets what it lacks again. */
static gboolean resend(RepChain *state, RepView *view, int node, RepChainLink *link,
                       RepEffects *out)
{
    if (!link->is_open)
        return link->has_snapshot;
    if (link->acked >= link->sent)
        return FALSE;
    if (link->acked == link->unchanged)
        ship(state, view, node, link, link->acked + 1, link->sent, out);
    link->unchanged = link->acked;
    return TRUE;
}

void rep_chain_resend_timer(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    gboolean is_waiting = FALSE;
    self->plans_resend = FALSE;
    if (self->role != REP_CHAIN_OUT && !self->has_resumed)
        rep_chain_resume(state, view, node, out);
    for (guint i = 0; i < self->n_links; i++)
        is_waiting |= resend(state, view, node, &self->links[i], out);
    if (is_waiting)
        plan_resend(state, view, node, out);
}
