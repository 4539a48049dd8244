/*
 * chain.c — chain replication (van Renesse and Schneider, "Chain Replication for Supporting High
 * Throughput and Availability", OSDI 2004), and CRAQ (Terrace and Freedman, "Object Storage on
 * CRAQ", USENIX ATC 2009) where any node answers reads.
 *
 * The nodes stand in a line. The head takes writes; each node passes on what is on its disk, so
 * that a node has all that those behind it have. What the tail shows has committed: it
 * acknowledges, and the head answers the client. Reads are the tail's, or any node's that has
 * nothing newer of the key or has asked the tail. A master removes nodes that fall silent, wherever
 * they stand, and lets them join at the end again. Parts, in chain/:
 *
 *   place.c   configurations; a head, a tail, one in between that is removed or returns
 *   links.c   entries down the chain, acknowledgements up
 *   reads.c   who answers reads
 *   master.c  who is in the chain
 *
 * Where the paper leaves a choice: the head answers and not the tail (one trip more where the two
 * are far apart); a link that is cut between two nodes which the master both hears stops the chain
 * until it heals; the master itself never fails; a node that lost its disk is removed. Without a
 * master a node that is away stops all writes, and one that is to join never does.
 */
#include "models/policies/chain/state.h"

#define RESEND_MIN (200 * SIM_MS)

static const char *const message_names[] = {"entries",  "resume",  "snapshot",   "ack",
                                            "tail-ack", "query",   "answer",     "heartbeat",
                                            "config",   "clients", "clients-ok", NULL};

/* ---- what the world asks beforehand ------------------------------------------------------- */

static int logs(const RepSetup *setup)
{
    return 1;
}

static gboolean holds(const RepSetup *setup, int node, int log)
{
    return rep_chain_is_member(setup, node);
}

static const RepChainSetup *setup_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    gboolean leads_for_ever = !setup_of(setup)->fails_over && node == rep_chain_first_head(setup);
    return rep_chain_is_member(setup, node) && !leads_for_ever;
}

static RepLogForm log_form(const RepSetup *setup)
{
    return (RepLogForm){.applies_decided = TRUE};
}

static int first_leader(const RepSetup *setup, int log)
{
    return rep_chain_first_head(setup);
}

static gboolean is_last(const RepSetup *setup, int node)
{
    const RepIdList *nodes = &setup_of(setup)->nodes;
    int last = -1;
    for (gsize i = 0; i < nodes->n; i++)
        if (!rep_setup_joins(setup, nodes->ids[i]))
            last = nodes->ids[i];
    return node == last;
}

static gboolean answers_reads(const RepSetup *setup, int node)
{
    return rep_chain_is_member(setup, node) &&
           (setup_of(setup)->fails_over || setup_of(setup)->reads != REP_CHAIN_READS_TAIL ||
            is_last(setup, node));
}

static guint events(const RepSetup *setup)
{
    return setup_of(setup)->fails_over ? REP_MAY_FAIL_OVER : 0;
}

/* ---- life --------------------------------------------------------------------------------- */

static SimSpan resend_after(const RepSetup *setup)
{
    gboolean loses = FALSE;
    double slowest = 0;
    for (gsize i = 0; i < setup->network.n_links; i++) {
        const RepLinkSetup *link = &setup->network.links[i];
        loses |= link->loss > 0;
        if (link->delay)
            slowest = MAX(slowest, sim_dist_quantile(link->delay, 0.5, 0));
    }
    for (gsize i = 0; i < setup->n_faults; i++)
        loses |= setup->faults[i].kind == REP_FAULT_LOSE ||
                 setup->faults[i].kind == REP_FAULT_CORRUPT || setup->faults[i].drop;
    return setup->network.order == REP_ORDER_FREE && loses ? MAX(RESEND_MIN, 4 * (SimSpan)slowest)
                                                           : 0;
}

/* The first configuration stands when the run begins. */
static void configure(RepChain *state, const RepSetup *setup)
{
    const RepIdList *nodes = &setup_of(setup)->nodes;
    RepChainConfig first = {.nodes = g_new0(int, setup->n_nodes)};
    for (gsize i = 0; i < nodes->n; i++) {
        RepChainMember *member = &state->members[nodes->ids[i]];
        member->is_new = rep_setup_joins(setup, nodes->ids[i]);
        if (member->is_new)
            continue;
        first.nodes[first.n++] = nodes->ids[i];
        member->config = 1;
        member->role = REP_CHAIN_IN;
        member->has_resumed = TRUE;
    }
    g_array_append_val(state->configs, first);
    for (guint i = 0; i + 1 < first.n; i++) {
        RepChainMember *member = &state->members[first.nodes[i]];
        member->links = g_new0(RepChainLink, 1);
        member->links[member->n_links++] =
            (RepChainLink){.node = first.nodes[i + 1], .is_open = TRUE};
    }
}

static void init(void *self, RepView *view, RepEffects *out)
{
    RepChain *state = self;
    const RepSetup *setup = rep_view_setup(view);
    state->n_nodes = setup->n_nodes;
    state->members = g_new0(RepChainMember, state->n_nodes);
    state->configs = g_array_new(FALSE, FALSE, sizeof(RepChainConfig));
    state->known = g_new0(guint64, setup->n_regions);
    for (gsize i = 0; i < setup->n_regions; i++)
        state->known[i] = 1;
    state->resend = resend_after(setup);
    configure(state, setup);
    const RepChainConfig *first = rep_chain_config(state, 1);
    for (guint i = 0; i + 1 < first->n; i++)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_CONNECT,
                                          .node = first->nodes[i],
                                          .peer = first->nodes[i + 1]});
    for (guint i = 0; i < first->n; i++)
        state->members[first->nodes[i]].term = 1;
    state->term = 1;
    state->members[first->nodes[0]].leads = TRUE;
    rep_chain_move(REP_EFFECT_LEAD, first->nodes[0], 0, 1, out);
    rep_chain_master_init(state, view, out);
}

static void clear(void *self)
{
    RepChain *state = self;
    for (gsize i = 0; i < state->n_nodes; i++) {
        g_free(state->members[i].links);
        g_free(state->members[i].held);
    }
    for (guint i = 0; state->configs && i < state->configs->len; i++)
        g_free(g_array_index(state->configs, RepChainConfig, i).nodes);
    if (state->configs)
        g_array_unref(state->configs);
    rep_chain_master_clear(state);
    g_free(state->members);
    g_free(state->known);
}

static gboolean is_member(RepView *view, int node)
{
    return rep_chain_is_member(rep_view_setup(view), node);
}

static void stopped(void *self, RepView *view, int node, RepEffects *out)
{
    if (is_member(view, node))
        rep_chain_stop_at(self, view, node, out);
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    if (is_member(view, node))
        rep_chain_start_at(self, view, node, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    if (rep_chain_predecessor(self, node) == peer)
        rep_chain_resume(self, view, node, out);
}

/* ---- what happens at a node --------------------------------------------------------------- */

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    RepChain *state = self;
    const RepChainMember *member = &state->members[node];
    if (asked->kind == REP_READ) {
        rep_chain_read(state, view, node, asked, out);
        return;
    }
    RepEffectKind kind = !member->leads || rep_chain_is_fenced(member) ? REP_EFFECT_REFUSE
                         : !asked->entry                               ? REP_EFFECT_APPEND
                         : asked->committed                            ? REP_EFFECT_DONE
                                                                       : REP_EFFECT_WAIT;
    rep_effects_add(out, &(RepEffect){.kind = kind, .node = node, .handle = asked->handle});
}

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    rep_chain_flushed(self, view, node, index, out);
}

static void applied(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_chain_applied(self, view, node, index, out);
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    if (rep_party_is_node(view, party))
        rep_chain_hear(self, view, party, arrived, out);
    else
        rep_chain_master_hears(self, view, party, arrived, out);
}

static void timer(void *self, RepView *view, int party, int log, guint which, RepEffects *out)
{
    if (!rep_party_is_node(view, party))
        rep_chain_master_timer(self, view, which, out);
    else if (which == REP_CHAIN_TIMER_HEARTBEAT)
        rep_chain_heartbeat_timer(self, view, party, out);
    else if (which == REP_CHAIN_TIMER_RESEND)
        rep_chain_resend_timer(self, view, party, out);
}

static int route(const void *self, RepView *view, const RepRoute *asked)
{
    return rep_chain_route(self, view, asked);
}

static int leader(const void *self, int log)
{
    const RepChain *state = self;
    int found = -1;
    for (int node = 0; node < (int)state->n_nodes; node++)
        if (state->members[node].leads &&
            (found < 0 || state->members[node].term > state->members[found].term))
            found = node;
    return found;
}

const RepPolicyOps rep_chain = {
    .abi = REP_POLICY_ABI,
    .name = "chain",
    .summary = "a write goes from node to node, and the last acknowledges it (chain replication, "
               "CRAQ)",
    .setup_size = sizeof(RepChainSetup),
    .fields = rep_chain_fields,
    .state_size = sizeof(RepChain),
    .timers = REP_CHAIN_TIMERS,
    .message_names = message_names,
    .routine = 1u << REP_CHAIN_HEARTBEAT | 1u << REP_CHAIN_CONFIG,
    .carrying = 1u << REP_CHAIN_ENTRIES,
    .confirming = 1u << REP_CHAIN_ACK | 1u << REP_CHAIN_COMMITTED,
    .validate = rep_chain_validate,
    .logs = logs,
    .holds = holds,
    .follows = follows,
    .log_form = log_form,
    .first_leader = first_leader,
    .answers_reads = answers_reads,
    .events = events,
    .init = init,
    .clear = clear,
    .route = route,
    .request = request,
    .flushed = flushed,
    .applied = applied,
    .message = message,
    .timer = timer,
    .leader = leader,
    .stopped = stopped,
    .started = started,
    .connected = connected,
};
