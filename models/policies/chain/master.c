/*
 * master.c — who is in the chain (van Renesse and Schneider §3.2): one process, which never fails,
 * hears heartbeats of all nodes, removes those that fall silent and lets those that return join
 * behind the tail. The last node is never removed.
 *
 * A decision is announced to the nodes and to the clients of each region by messages, and again
 * until they know: nodes say with each heartbeat which configuration they know.
 */
#include "models/policies/chain/state.h"

static guint64 newest(const RepChain *state)
{
    return state->configs->len;
}

static void tell_node(const RepChain *state, RepView *view, int node, RepEffects *out)
{
    rep_chain_send(state, view,
                   &(RepMessage){.from = state->master->party,
                                 .to = node,
                                 .kind = REP_CHAIN_CONFIG,
                                 .first = (guint64)rep_view_now(view),
                                 .value = newest(state)},
                   REP_CHAIN_PLAIN, out);
}

static void tell_clients(RepChain *state, RepView *view, RepEffects *out)
{
    RepChainMaster *master = state->master;
    gboolean waits = FALSE;
    for (int region = 0; region < (int)rep_view_setup(view)->n_regions; region++) {
        if (master->told[region] >= newest(state))
            continue;
        waits = TRUE;
        rep_chain_send(state, view,
                       &(RepMessage){.from = master->party,
                                     .to = rep_party_of_region(view, region),
                                     .kind = REP_CHAIN_CLIENTS,
                                     .first = (guint64)rep_view_now(view),
                                     .value = newest(state)},
                       REP_CHAIN_PLAIN, out);
    }
    rep_chain_timer(master->party, REP_CHAIN_TIMER_TELL,
                    waits ? sim_time_after(rep_view_now(view),
                                           MAX(rep_chain_heartbeat(rep_view_setup(view)), SIM_MS))
                          : SIM_NEVER,
                    out);
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* A new configuration: the newest without who is gone; `node` gets `role` in it. */
static void publish(RepChain *state, RepView *view, int node, RepChainRole role, RepEffects *out)
{
    RepChainMaster *master = state->master;
    const RepChainConfig *old = rep_chain_config(state, newest(state));
    RepChainConfig next = {.nodes = g_new0(int, state->n_nodes)};
    for (guint i = 0; i < old->n; i++)
        if (!master->is_gone[old->nodes[i]] && (old->nodes[i] != node || role == REP_CHAIN_IN))
            next.nodes[next.n++] = old->nodes[i];
    if (role == REP_CHAIN_IN && rep_chain_role_in(old, node) == REP_CHAIN_JOINS) {
        next.nodes[next.n++] = node;
        master->is_settled[node] = FALSE;
    }
    for (guint i = old->n; i < old->n + old->n_joining; i++)
        if (!master->is_gone[old->nodes[i]] && old->nodes[i] != node)
            next.nodes[next.n + next.n_joining++] = old->nodes[i];
    if (role == REP_CHAIN_JOINS)
        next.nodes[next.n + next.n_joining++] = node;
    g_array_append_val(state->configs, next);
    for (gsize i = 0; i < state->n_nodes; i++)
        master->is_gone[i] = FALSE;
    for (guint i = 0; i < next.n + next.n_joining; i++)
        tell_node(state, view, next.nodes[i], out);
    tell_clients(state, view, out);
}

static void condemn(RepChain *state, RepView *view, int node, RepEffects *out)
{
    state->master->is_gone[node] = TRUE;
    if (rep_chain_setup_in(view)->fence != REP_CHAIN_FENCE_TRUE)
        return;
    state->members[node].fenced = newest(state);
    rep_chain_step_down(state, node, out);
}

static gboolean is_silent(const RepChain *state, RepView *view, int node)
{
    return rep_view_now(view) >=
           sim_time_after(state->master->heard[node], rep_chain_setup_in(view)->detect);
}

/* The next time that somebody may be silent for so long; whoever is heard of meanwhile is found not
 * to be when that has come. */
static void plan_suspicion(RepChain *state, RepView *view, RepEffects *out)
{
    const RepChainConfig *config = rep_chain_config(state, newest(state));
    SimSpan detect = rep_chain_setup_in(view)->detect;
    SimTime due = SIM_NEVER;
    for (guint i = 0; i < config->n + config->n_joining; i++) {
        int node = config->nodes[i];
        SimTime at = sim_time_after(state->master->heard[node], detect);
        /* Of the last one that is left: it will say when it is back. */
        if (at <= rep_view_now(view))
            at = sim_time_after(rep_view_now(view), detect);
        due = MIN(due, at);
    }
    rep_chain_timer(state->master->party, REP_CHAIN_TIMER_SUSPECT, due, out);
}

static void suspect(RepChain *state, RepView *view, RepEffects *out)
{
    RepChainMaster *master = state->master;
    const RepChainConfig *config = rep_chain_config(state, newest(state));
    gboolean some_are_left = FALSE, finds = FALSE;
    plan_suspicion(state, view, out);
    for (guint i = 0; i < config->n; i++)
        some_are_left |=
            master->is_settled[config->nodes[i]] && !is_silent(state, view, config->nodes[i]);
    for (guint i = 0; !master->is_deciding && i < config->n + config->n_joining; i++)
        if (is_silent(state, view, config->nodes[i]) && (some_are_left || i >= config->n)) {
            finds = TRUE;
            condemn(state, view, config->nodes[i], out);
        }
    if (!finds)
        return;
    master->is_deciding = TRUE;
    SimSpan takes =
        rep_view_span(view, rep_chain_setup_in(view)->takes, config->nodes[0], 0, newest(state));
    rep_chain_timer(master->party, REP_CHAIN_TIMER_TAKES, sim_time_after(rep_view_now(view), takes),
                    out);
}

void rep_chain_master_timer(RepChain *state, RepView *view, guint timer, RepEffects *out)
{
    if (timer == REP_CHAIN_TIMER_SUSPECT)
        suspect(state, view, out);
    else if (timer == REP_CHAIN_TIMER_TELL)
        tell_clients(state, view, out);
    else if (timer == REP_CHAIN_TIMER_TAKES) {
        state->master->is_deciding = FALSE;
        publish(state, view, -1, REP_CHAIN_OUT, out);
    }
}

/* ---- what it hears ------------------------------------------------------------------------ */

static guint n_settled(const RepChain *state, const RepChainConfig *config)
{
    guint n = 0;
    for (guint i = 0; i < config->n; i++)
        n += state->master->is_settled[config->nodes[i]] ? 1 : 0;
    return n;
}

/* One that knows where it is, and asks for something else. One at a time gets behind the tail: what
 * the tail commits before it hears of that, the other has only when it says so. */
static void consider(RepChain *state, RepView *view, int node, RepChainMark mark, RepEffects *out)
{
    const RepChainConfig *config = rep_chain_config(state, newest(state));
    RepChainRole role = rep_chain_role_in(config, node);
    gboolean is_only = n_settled(state, config) <= (state->master->is_settled[node] ? 1 : 0);
    if (role == REP_CHAIN_IN && mark == REP_CHAIN_CAUGHT_UP)
        state->master->is_settled[node] = TRUE;
    else if (role == REP_CHAIN_OUT)
        publish(state, view, node, REP_CHAIN_JOINS, out);
    else if (role == REP_CHAIN_JOINS && mark == REP_CHAIN_CAUGHT_UP &&
             n_settled(state, config) == config->n)
        publish(state, view, node, REP_CHAIN_IN, out);
    else if (role == REP_CHAIN_IN && mark == REP_CHAIN_EMPTY && !is_only)
        publish(state, view, node, REP_CHAIN_OUT, out);
    else if (role == REP_CHAIN_IN && mark == REP_CHAIN_EMPTY) {
        /* Nobody has it all any more: the others join whoever did. */
        for (guint i = 0; i < config->n; i++)
            state->master->is_gone[config->nodes[i]] = config->nodes[i] != node;
        publish(state, view, node, REP_CHAIN_IN, out);
    } else if (role == REP_CHAIN_IN && mark == REP_CHAIN_RESTARTED)
        publish(state, view, node, REP_CHAIN_IN, out);
}

void rep_chain_master_hears(RepChain *state, RepView *view, int party, const RepMessage *message,
                            RepEffects *out)
{
    RepChainMaster *master = state->master;
    guint64 number = message->value >> 2;
    if (message->kind == REP_CHAIN_HEARTBEAT) {
        master->heard[message->from] = rep_view_now(view);
        if (number == newest(state) && !master->is_deciding)
            consider(state, view, message->from, (RepChainMark)(message->value & 3), out);
        tell_node(state, view, message->from, out);
    } else if (message->kind == REP_CHAIN_CLIENTS) {
        int region = rep_region_of_party(view, party);
        state->known[region] = MAX(state->known[region], number);
        rep_chain_send(state, view,
                       &(RepMessage){.from = party,
                                     .to = message->from,
                                     .kind = REP_CHAIN_CLIENTS_KNOW,
                                     .first = (guint64)rep_view_now(view),
                                     .value = state->known[region]},
                       REP_CHAIN_PLAIN, out);
    } else if (message->kind == REP_CHAIN_CLIENTS_KNOW) {
        guint64 *told = &master->told[rep_region_of_party(view, message->from)];
        *told = MAX(*told, number);
    }
}

/* ---- nodes -------------------------------------------------------------------------------- */

void rep_chain_heartbeat_now(RepChain *state, RepView *view, int node, RepEffects *out)
{
    const RepChainMember *self = &state->members[node];
    RepChainMark mark = self->is_lost         ? REP_CHAIN_EMPTY
                        : self->is_restarted  ? REP_CHAIN_RESTARTED
                        : self->has_caught_up ? REP_CHAIN_CAUGHT_UP
                                              : REP_CHAIN_PLAIN;
    rep_chain_send(state, view,
                   &(RepMessage){.from = node,
                                 .to = state->master->party,
                                 .kind = REP_CHAIN_HEARTBEAT,
                                 .first = (guint64)rep_view_now(view)},
                   mark, out);
}

void rep_chain_heartbeat_timer(RepChain *state, RepView *view, int node, RepEffects *out)
{
    rep_chain_heartbeat_now(state, view, node, out);
    rep_chain_timer(node, REP_CHAIN_TIMER_HEARTBEAT,
                    sim_time_after(rep_view_now(view), rep_chain_heartbeat(rep_view_setup(view))),
                    out);
}

/* ---- life --------------------------------------------------------------------------------- */

void rep_chain_master_init(RepChain *state, RepView *view, RepEffects *out)
{
    const RepSetup *setup = rep_view_setup(view);
    if (!rep_chain_setup_in(view)->fails_over)
        return;
    RepChainMaster *master = state->master = g_new0(RepChainMaster, 1);
    master->party = rep_party_of_region(view, rep_chain_master_region(setup));
    master->heard = g_new0(SimTime, state->n_nodes);
    master->is_gone = g_new0(gboolean, state->n_nodes);
    master->is_settled = g_new0(gboolean, state->n_nodes);
    for (int node = 0; node < (int)state->n_nodes; node++)
        master->is_settled[node] = state->members[node].role == REP_CHAIN_IN;
    master->told = g_new0(guint64, setup->n_regions);
    for (gsize i = 0; i < setup->n_regions; i++)
        master->told[i] = 1; /* configured */
    plan_suspicion(state, view, out);
    for (int node = 0; node < (int)state->n_nodes; node++)
        if (state->members[node].role == REP_CHAIN_IN)
            rep_chain_heartbeat_timer(state, view, node, out);
}

void rep_chain_master_clear(RepChain *state)
{
    if (!state->master)
        return;
    g_free(state->master->heard);
    g_free(state->master->is_gone);
    g_free(state->master->is_settled);
    g_free(state->master->told);
    g_free(state->master);
}
