/* place.c — configurations, and what a node does when its place is another; see chain.c. */
#include "models/planted.h"
#include "models/policies/chain/state.h"

/* ---- who is where ------------------------------------------------------------------------- */

const RepChainConfig *rep_chain_config(const RepChain *state, guint64 number)
{
    return number ? &g_array_index(state->configs, RepChainConfig, number - 1) : NULL;
}

static int place_in(const RepChainConfig *config, int node)
{
    for (guint i = 0; config && i < config->n + config->n_joining; i++)
        if (config->nodes[i] == node)
            return (int)i;
    return -1;
}

RepChainRole rep_chain_role_in(const RepChainConfig *config, int node)
{
    int place = place_in(config, node);
    return place < 0 ? REP_CHAIN_OUT : place < (int)config->n ? REP_CHAIN_IN : REP_CHAIN_JOINS;
}

static const RepChainConfig *config_of(const RepChain *state, int node)
{
    return rep_chain_config(state, state->members[node].config);
}

int rep_chain_predecessor(const RepChain *state, int node)
{
    const RepChainConfig *config = config_of(state, node);
    int place = place_in(config, node);
    return place <= 0 ? -1 : config->nodes[MIN(place, (int)config->n) - 1];
}

int rep_chain_successor(const RepChain *state, int node)
{
    const RepChainConfig *config = config_of(state, node);
    int place = place_in(config, node);
    return place < 0 || place + 1 >= (int)config->n ? -1 : config->nodes[place + 1];
}

int rep_chain_tail_of(const RepChainConfig *config)
{
    return config->nodes[config->n - 1];
}

gboolean rep_chain_is_head(const RepChain *state, int node)
{
    const RepChainConfig *config = config_of(state, node);
    return config && config->nodes[0] == node;
}

gboolean rep_chain_is_tail(const RepChain *state, int node)
{
    const RepChainConfig *config = config_of(state, node);
    return config && rep_chain_tail_of(config) == node;
}

/* ---- beginning ---------------------------------------------------------------------------- */

void rep_chain_step_down(RepChain *state, int node, RepEffects *out)
{
    if (!state->members[node].leads)
        return;
    state->members[node].leads = FALSE;
    rep_chain_move(REP_EFFECT_STEP_DOWN, node, 0, 0, out);
}

/* What is on its disk is the log of the new term: whoever is behind has no more (van Renesse and
 * Schneider §3.2, "failure of the head"). */
static void lead(RepChain *state, RepView *view, int node, guint32 term, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, 0);
    self->leads = TRUE;
    self->is_restarted = FALSE;
    self->term = term;
    rep_chain_move(REP_EFFECT_LEAD, node, 0, term, out);
    rep_chain_commit(state, view, node,
                     rep_chain_is_tail(state, node) ? log.flushed : MAX(log.decided, log.applied),
                     out);
}

/* It was not the last before: what it has is all that the last can have shown (§3.2, "failure of
 * the tail"). */
static void become_tail(RepChain *state, RepView *view, int node, gboolean has_joined,
                        RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    guint64 flushed = rep_view_log(view, node, 0).flushed;
    if (REP_PLANTED(UNACKED_FORGOTTEN) && !self->leads && !has_joined && self->committed &&
        flushed > self->committed) {
        flushed = self->committed;
        rep_chain_move(REP_EFFECT_TRUNCATE, node, flushed, 0, out);
    }
    self->inherited =
        has_joined || self->inherited == G_MAXUINT64 ? G_MAXUINT64 : MAX(self->inherited, flushed);
    if (!self->leads && !has_joined)
        rep_chain_confirm(state, view, node, flushed, out);
}

static void take_place(RepChain *state, RepView *view, int node, RepChainRole before,
                       RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    gboolean is_head = rep_chain_is_head(state, node);
    if (rep_chain_is_fenced(self))
        return;
    self->is_lost &= self->role == REP_CHAIN_IN && config_of(state, node)->n > 1;
    if (self->is_lost)
        return; /* the master has not heard of it yet */
    if (!is_head)
        rep_chain_step_down(state, node, out);
    else if (!self->leads)
        lead(state, view, node, (guint32)self->config, out);
    else if (rep_chain_is_tail(state, node))
        rep_chain_commit(state, view, node, rep_view_log(view, node, 0).flushed, out);
    if (self->role == REP_CHAIN_IN && rep_chain_is_tail(state, node))
        become_tail(state, view, node, before != REP_CHAIN_IN, out);
    if (is_head && self->inherited == G_MAXUINT64)
        self->inherited = rep_view_log(view, node, 0).flushed; /* nobody is left to ask */
    rep_chain_resume(state, view, node, out);
}

void rep_chain_adopt(RepChain *state, RepView *view, int node, guint64 number, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    if (number <= self->config)
        return;
    RepChainRole before = self->role;
    self->config = number;
    self->role = rep_chain_role_in(config_of(state, node), node);
    self->n_links = 0;
    self->has_resumed = self->has_caught_up = FALSE;
    self->gap = self->missed = 0;
    self->told = 0;
    if (self->role == REP_CHAIN_OUT) {
        rep_chain_step_down(state, node, out);
        self->is_restarted = FALSE;
        rep_chain_heartbeat_now(state, view, node, out);
    } else
        take_place(state, view, node, before, out);
    rep_chain_reconsider(state, view, node, out);
}

/* ---- crash and return --------------------------------------------------------------------- */

void rep_chain_stop_at(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    self->leads = self->has_resumed = self->has_caught_up = self->plans_resend = FALSE;
    self->n_links = 0;
    self->gap = self->missed = 0;
    self->told = self->committed = 0;
    self->term = rep_view_log(view, node, 0).term;
    rep_chain_drop_reads(state, node, out);
}

/* The chain goes on with what the node kept. A head asks for a new term first, if there is somebody
 * to ask; one that lost its disk has no place any more. */
void rep_chain_start_at(RepChain *state, RepView *view, int node, RepEffects *out)
{
    RepChainMember *self = &state->members[node];
    gboolean is_wiped = rep_view_is_wiped(view, node);
    gboolean is_head = rep_chain_is_head(state, node);
    self->is_restarted = state->master && is_head;
    self->is_lost |= state->master && is_wiped && self->role == REP_CHAIN_IN;
    if (is_wiped)
        self->inherited = is_head ? 0 : G_MAXUINT64;
    if (!state->master && is_head)
        lead(state, view, node, ++state->term, out);
    else if (!self->is_lost && !is_head) {
        if (self->role == REP_CHAIN_IN && rep_chain_is_tail(state, node))
            become_tail(state, view, node, FALSE, out);
        rep_chain_resume(state, view, node, out);
    }
    if (state->master)
        rep_chain_heartbeat_timer(state, view, node, out);
}
