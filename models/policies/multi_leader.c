/*
 * multi_leader.c — the multi-leader policy: a write is answered when it is on its leader's own
 * disk, and travels on from there; see multi_leader/state.h.
 */
#include "models/policies/multi_leader.h"

#include "models/policies/multi_leader/state.h"

#define RESEND_MIN (200 * SIM_MS)

static const char *const message_names[] = {"entries", "ack", "resume", NULL};

int rep_multi_leader_log(const RepMultiLeaderSetup *policy, int node)
{
    for (gsize i = 0; i < policy->leaders.n; i++)
        if (policy->leaders.ids[i] == node)
            return (int)i;
    return -1;
}

gboolean rep_multi_leader_is_member(const RepMultiLeaderSetup *policy, int node)
{
    gboolean follows = policy->followers.to && policy->followers.to[node] >= 0;
    return follows || rep_multi_leader_log(policy, node) >= 0;
}

/* ---- what the setup says ------------------------------------------------------------------ */

static int logs(const RepSetup *setup)
{
    return (int)rep_multi_leader_of(setup)->leaders.n;
}

static gboolean holds(const RepSetup *setup, int node, int log)
{
    return rep_multi_leader_is_member(rep_multi_leader_of(setup), node);
}

static gboolean follows(const RepSetup *setup, int node, int log)
{
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    return rep_multi_leader_is_member(policy, node) && policy->leaders.ids[log] != node;
}

static gboolean answers_reads(const RepSetup *setup, int node)
{
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    return policy->reads == REP_MULTI_READS_NEAREST ? rep_multi_leader_is_member(policy, node)
                                                    : rep_multi_leader_log(policy, node) >= 0;
}

static RepLogForm log_form(const RepSetup *setup)
{
    return (RepLogForm){.applies_decided = rep_multi_leader_of(setup)->causal};
}

static guint possible_events(const RepSetup *setup)
{
    return REP_MAY_CONFLICT;
}

static const RepConflictRule *conflict_rule(const RepSetup *setup, const void **rule_setup)
{
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    *rule_setup = NULL;
    switch ((RepMultiConflict)policy->conflict) {
    case REP_CONFLICT_LWW:
        return policy->stamp == REP_CONFLICT_HYBRID ? &rep_conflict_hybrid : &rep_conflict_lww;
    case REP_CONFLICT_HYBRID:
    case REP_CONFLICT_HOME:
        return &rep_conflict_hybrid;
    case REP_CONFLICT_SIBLINGS:
        return &rep_conflict_siblings;
    case REP_CONFLICT_MERGE:
        *rule_setup = &policy->merge;
        return &rep_conflict_merge;
    case REP_CONFLICT_PRIORITY:
        *rule_setup = &policy->priority;
        return &rep_conflict_priority;
    }
    return NULL;
}

static guint n_keepers(const RepSetup *setup)
{
    guint n = 0;
    for (int node = 0; node < (int)setup->n_nodes; node++)
        n += rep_multi_leader_is_member(rep_multi_leader_of(setup), node) ? 1 : 0;
    return n;
}

static gboolean keeps(const RepSetup *setup, const void *self, int node, guint64 key)
{
    return rep_multi_leader_is_member(rep_multi_leader_of(setup), node);
}

/* ---- beginning and end -------------------------------------------------------------------- */

/* Links that lose messages for good: how long an answer may take at most. */
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
    if (setup->network.order != REP_ORDER_FREE || !loses)
        return 0;
    return MAX(RESEND_MIN, 4 * (SimSpan)slowest);
}

static void init_node(RepMultiLeader *state, int node)
{
    RepMultiNode *self = &state->nodes[node];
    self->ahead = g_new0(SimIntervals, state->n_logs);
    self->ahead_term = g_new0(guint32, state->n_logs);
    self->source = g_new(int, state->n_logs);
    for (gsize log = 0; log < state->n_logs; log++)
        self->source[log] = -1;
}

static void init(void *self, RepView *view, RepEffects *out)
{
    RepMultiLeader *state = self;
    const RepSetup *setup = rep_view_setup(view);
    state->setup = rep_multi_leader_of(setup);
    state->n_nodes = setup->n_nodes;
    state->n_logs = state->setup->leaders.n;
    state->resend = resend_after(setup);
    state->nodes = g_new0(RepMultiNode, state->n_nodes);
    for (int node = 0; node < (int)state->n_nodes; node++)
        init_node(state, node);
    rep_graph_init(state, setup);
    rep_causal_init(state, setup);
    for (gsize i = 0; i < state->n_edges; i++)
        rep_effects_add(out, &(RepEffect){.kind = REP_EFFECT_CONNECT,
                                          .node = state->edges[i].from,
                                          .peer = state->edges[i].to});
    for (gsize log = 0; log < state->n_logs; log++)
        rep_multi_lead(state, view, state->setup->leaders.ids[log], out);
}

static void clear(void *self)
{
    RepMultiLeader *state = self;
    if (!state->nodes)
        return;
    for (gsize node = 0; node < state->n_nodes; node++) {
        for (gsize log = 0; log < state->n_logs; log++)
            sim_intervals_clear(&state->nodes[node].ahead[log]);
        g_free(state->nodes[node].ahead);
        g_free(state->nodes[node].ahead_term);
        g_free(state->nodes[node].source);
    }
    g_free(state->nodes);
    rep_graph_clear(state);
    rep_causal_clear(state);
}

/* ---- requests ----------------------------------------------------------------------------- */

static gboolean may_take(const RepMultiLeader *state, const RepRoute *asked, int node)
{
    if (asked->kind == REP_READ && state->setup->reads == REP_MULTI_READS_NEAREST)
        return rep_multi_leader_is_member(state->setup, node);
    return rep_multi_leader_log(state->setup, node) >= 0;
}

/* The nearest that may, and that the session does not avoid; under `home` the key's own leader,
 * while he is not avoided. */
static int route(const void *self, RepView *view, const RepRoute *asked)
{
    const RepMultiLeader *state = self;
    if (state->setup->conflict == REP_CONFLICT_HOME && asked->kind == REP_WRITE) {
        int home = rep_home_of(rep_view_setup(view), state->setup, asked->key);
        if (!rep_route_avoids(view, asked, home))
            return home;
    }
    int first = -1;
    for (gsize i = 0; i < state->n_nodes; i++) {
        int node = asked->nearest[i];
        if (!may_take(state, asked, node))
            continue;
        if (!rep_route_avoids(view, asked, node))
            return node;
        first = first < 0 ? node : first;
    }
    return first;
}

static void request(void *self, RepView *view, int node, const RepRequest *asked, RepEffects *out)
{
    RepMultiLeader *state = self;
    RepEffect effect = {.node = node, .handle = asked->handle};
    if (asked->kind == REP_READ) {
        effect.kind = REP_EFFECT_ANSWER;
        effect.log = node;
        effect.value = rep_view_shown(view, node, asked->key);
    } else if (!state->nodes[node].leads) {
        effect.kind = REP_EFFECT_REFUSE;
    } else {
        rep_write_accept(view, node, asked->handle, rep_view_held(view, node, asked->key));
        effect.kind = REP_EFFECT_APPEND;
        effect.log = rep_multi_leader_log(state->setup, node);
    }
    rep_effects_add(out, &effect);
}

static void appended(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_causal_note(self, view, node, log, index);
}

/* ---- entries ------------------------------------------------------------------------------ */

static void flushed(void *self, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out)
{
    RepMultiLeader *state = self;
    gboolean is_own = state->nodes[node].leads && state->setup->leaders.ids[log] == node;
    if (is_own) {
        rep_effects_add(
            out, &(RepEffect){.kind = REP_EFFECT_SHOW, .node = node, .log = log, .index = index});
        rep_effects_add(
            out, &(RepEffect){.kind = REP_EFFECT_COMMIT, .node = node, .log = log, .index = index});
    } else
        rep_multi_acknowledge(state, view, node, log, out);
    rep_multi_ship(state, view, node, log, out);
    rep_causal_release(state, view, node, out);
}

static void applied(void *self, RepView *view, int node, int log, guint64 index, RepEffects *out)
{
    rep_causal_release(self, view, node, out);
    rep_multi_recover(self, view, node, out);
}

static void message(void *self, RepView *view, int party, const RepMessage *arrived,
                    RepEffects *out)
{
    rep_multi_message(self, view, party, arrived, out);
}

static void timer(void *self, RepView *view, int party, int log, guint which, RepEffects *out)
{
    rep_multi_resend(self, view, party, out);
}

/* ---- nodes and connections ---------------------------------------------------------------- */

static void stopped(void *self, RepView *view, int node, RepEffects *out)
{
    RepMultiLeader *state = self;
    RepMultiNode *own = &state->nodes[node];
    own->leads = own->plans_resend = FALSE;
    for (gsize log = 0; log < state->n_logs; log++) {
        sim_intervals_clear(&own->ahead[log]);
        own->source[log] = -1;
    }
    for (const int *edge = state->out[node]; *edge >= 0; edge++)
        state->edges[*edge].stands = FALSE;
}

static void started(void *self, RepView *view, int node, RepEffects *out)
{
    RepMultiLeader *state = self;
    if (rep_multi_leader_log(state->setup, node) < 0)
        return;
    /* Who stopped again before he had everything back still lacks it. */
    gboolean lacks = rep_view_is_wiped(view, node) || state->nodes[node].is_recovering;
    if (lacks && state->in[node][0] >= 0)
        rep_multi_begin_recovery(state, node);
    else
        rep_multi_lead(state, view, node, out);
}

static void disconnected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    rep_multi_broke(self, node, peer);
    rep_multi_recover(self, view, node, out);
}

static void connected(void *self, RepView *view, int node, int peer, RepEffects *out)
{
    rep_multi_resume(self, view, node, peer, out);
}

const RepPolicyOps rep_multi_leader = {
    .abi = REP_POLICY_ABI,
    .name = "multi-leader",
    .summary = "several nodes take writes and exchange them; conflicts are settled by a rule",
    .setup_size = sizeof(RepMultiLeaderSetup),
    .fields = rep_multi_leader_fields,
    .state_size = sizeof(RepMultiLeader),
    .timers = REP_ML_TIMERS,
    .message_names = message_names,
    .carrying = 1u << REP_ML_ENTRIES,
    .confirming = 1u << REP_ML_ACK,
    .validate = rep_multi_leader_validate,
    .advise = rep_multi_leader_advise,
    .logs = logs,
    .holds = holds,
    .follows = follows,
    .log_form = log_form,
    .answers_reads = answers_reads,
    .events = possible_events,
    .conflict_rule = conflict_rule,
    .n_keepers = n_keepers,
    .keeps = keeps,
    .init = init,
    .clear = clear,
    .route = route,
    .request = request,
    .appended = appended,
    .flushed = flushed,
    .applied = applied,
    .message = message,
    .timer = timer,
    .stopped = stopped,
    .started = started,
    .disconnected = disconnected,
    .connected = connected,
};
