/*
 * reads.c — who answers reads (chain.c): the tail, or under CRAQ any node.
 *
 * A key is dirty at a node that has a newer version of it than it shows. Then the node asks the
 * tail what has committed, and answers when it shows that (Terrace and Freedman §2.3, the version
 * query). A tail that has just become so first shows all that it has: the tail before may have
 * shown it.
 */
#include "models/planted.h"
#include "models/policies/chain/state.h"

#define ROOM_MIN 16

static void answer(RepEffectKind kind, int node, guint32 handle, RepEffects *out)
{
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .handle = handle});
}

static gboolean is_dirty(RepView *view, int node, guint64 key, guint64 shown)
{
    return rep_view_newest(view, node, 0, key).index > shown;
}

static void ask_tail(RepChain *state, RepView *view, int node, RepChainHeld *read, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    read->question = ++self->questions;
    read->need = G_MAXUINT64;
    rep_chain_send(state, view,
                   &(RepMessage){.from = node,
                                 .to = rep_chain_tail_of(rep_chain_config(state, self->config)),
                                 .kind = REP_CHAIN_QUERY,
                                 .term = self->term,
                                 .first = read->question,
                                 .last = read->question},
                   REP_CHAIN_PLAIN, out);
}

/* TRUE: it can be answered with what is shown. */
static gboolean decide(RepChain *state, RepView *view, int node, RepChainHeld *read,
                       RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, 0);
    guint64 shown = MAX(log.applied, self->leads ? self->committed : 0);
    read->question = read->need = 0;
    if (rep_chain_is_tail(state, node))
        return shown >= self->inherited;
    if (REP_PLANTED(DIRTY_READ_ANSWERED))
        return TRUE;
    /* Of what it has not got yet it cannot know which keys are dirty. */
    if (self->inherited <= log.arrived && !is_dirty(view, node, read->key, shown))
        return TRUE;
    ask_tail(state, view, node, read, out);
    return FALSE;
}

static gboolean answers(const RepChain *state, RepView *view, int node)
{
    const RepChainMember *self = &state->members[node];
    return self->role == REP_CHAIN_IN && !rep_chain_is_fenced(self) && !self->is_lost &&
           (rep_chain_setup_in(view)->reads != REP_CHAIN_READS_TAIL ||
            rep_chain_is_tail(state, node));
}

static void drop_hung_up(RepChainMember *self, RepView *view, int node, RepEffects *out)
{
    guint kept = 0;
    for (guint i = 0; i < self->n_held; i++)
        if (rep_view_awaits(view, self->held[i].handle))
            self->held[kept++] = self->held[i];
        else
            answer(REP_EFFECT_DROP, node, self->held[i].handle, out);
    self->n_held = kept;
}

void rep_chain_read(RepChain *state, RepView *view, int node, const RepRequest *asked,
                    RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepChainHeld read = {.handle = asked->handle, .key = asked->key};
    if (!answers(state, view, node)) {
        answer(REP_EFFECT_REFUSE, node, asked->handle, out);
        return;
    }
    if (decide(state, view, node, &read, out)) {
        answer(REP_EFFECT_READ, node, asked->handle, out);
        return;
    }
    if (self->n_held == self->held_room) {
        drop_hung_up(self, view, node, out);
        self->held_room = MAX(ROOM_MIN, 2 * self->n_held);
        self->held = g_renew(RepChainHeld, self->held, self->held_room);
    }
    self->held[self->n_held++] = read;
    answer(REP_EFFECT_HOLD, node, asked->handle, out);
}

void rep_chain_release(RepChain *state, int node, guint64 shown, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    guint kept = 0;
    if (rep_chain_is_fenced(self))
        return;
    for (guint i = 0; i < self->n_held; i++) {
        RepChainHeld read = self->held[i];
        if ((read.question ? read.need : self->inherited) <= shown)
            answer(REP_EFFECT_READ, node, read.handle, out);
        else
            self->held[kept++] = read;
    }
    self->n_held = kept;
}

void rep_chain_reconsider(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    guint kept = 0;
    for (guint i = 0; i < self->n_held; i++) {
        RepChainHeld read = self->held[i];
        if (!answers(state, view, node))
            answer(REP_EFFECT_REFUSE, node, read.handle, out);
        else if (decide(state, view, node, &read, out))
            answer(REP_EFFECT_READ, node, read.handle, out);
        else
            self->held[kept++] = read;
    }
    self->n_held = kept;
}

void rep_chain_drop_reads(RepChain *state, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    for (guint i = 0; i < self->n_held; i++)
        answer(REP_EFFECT_DROP, node, self->held[i].handle, out);
    self->n_held = 0;
}

/* ---- the tail's word ---------------------------------------------------------------------- */

void rep_chain_asked(RepChain *state, RepView *view, int node, const RepMessage *query,
                     RepEffects *out)
{
    const RepChainMember *self = &state->members[node];
    if (!rep_chain_is_tail(state, node) || rep_chain_is_fenced(self) ||
        self->inherited == G_MAXUINT64)
        return; /* the client asks again */
    guint64 shown = rep_view_log(view, node, 0).applied;
    rep_chain_send(state, view,
                   &(RepMessage){.from = node,
                                 .to = query->from,
                                 .kind = REP_CHAIN_ANSWER,
                                 .term = self->term,
                                 .first = query->first,
                                 .last = MAX(shown, self->inherited)},
                   REP_CHAIN_PLAIN, out);
}

void rep_chain_answered(RepChain *state, RepView *view, int node, const RepMessage *reply,
                        RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    guint64 upto = MIN(reply->last, rep_view_log(view, node, 0).flushed);
    for (guint i = 0; i < self->n_held; i++)
        if (self->held[i].question == reply->first)
            self->held[i].need = reply->last;
    self->committed = MAX(self->committed, reply->last);
    if (self->leads) {
        rep_chain_commit(state, view, node, upto, out);
        return;
    }
    rep_chain_move(REP_EFFECT_DECIDED, node, upto, 0, out);
    rep_chain_release(state, node, rep_view_log(view, node, 0).applied, out);
}

/* ---- whom clients ask --------------------------------------------------------------------- */

/* Number of nodes that may be chosen, and through *chosen the one at `place` among them. */
static guint64 choose(const RepChainConfig *config, RepView *view, const RepRoute *route,
                      gboolean even_avoided, guint64 place, int *chosen)
{
    guint64 n = 0;
    for (guint i = 0; i < config->n; i++)
        if (even_avoided || !rep_route_avoids(view, route, config->nodes[i])) {
            if (n == place)
                *chosen = config->nodes[i];
            n++;
        }
    return n;
}

static int route_any(const RepChainConfig *config, RepView *view, const RepRoute *route)
{
    guint64 lot = rep_route_lot(view, route);
    int chosen = rep_chain_tail_of(config);
    gboolean all_avoided = choose(config, view, route, FALSE, G_MAXUINT64, &chosen) == 0;
    guint64 n = choose(config, view, route, all_avoided, G_MAXUINT64, &chosen);
    choose(config, view, route, all_avoided, (guint64)(((unsigned __int128)lot * n) >> 64),
           &chosen);
    return chosen;
}

static int route_nearest(const RepChainConfig *config, RepView *view, const RepRoute *route)
{
    int nearest = -1;
    for (gsize i = 0; i < rep_view_setup(view)->n_nodes; i++) {
        int node = route->nearest[i];
        if (rep_chain_role_in(config, node) != REP_CHAIN_IN)
            continue;
        if (!rep_route_avoids(view, route, node))
            return node;
        nearest = nearest < 0 ? node : nearest;
    }
    return nearest;
}

int rep_chain_route(const RepChain *state, RepView *view, const RepRoute *asked)
{
    const RepChainConfig *config = rep_chain_config(state, state->known[asked->region]);
    if (asked->kind == REP_WRITE)
        return config->nodes[0];
    switch ((RepChainReads)rep_chain_setup_in(view)->reads) {
    case REP_CHAIN_READS_ANY:
        return route_any(config, view, asked);
    case REP_CHAIN_READS_NEAREST:
        return route_nearest(config, view, asked);
    case REP_CHAIN_READS_TAIL:
        break;
    }
    return rep_chain_tail_of(config);
}
