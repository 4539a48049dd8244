/* graph.c — the edges of a topology (DDIA 1st ed. ch. 5 "Multi-Leader Replication Topologies",
 * figure 5-8). */
#include "models/policies/multi_leader/state.h"

static void add_edge(RepMultiLeader *state, int from, int to)
{
    for (gsize i = 0; i < state->n_edges; i++)
        if (state->edges[i].from == from && state->edges[i].to == to)
            return;
    state->edges = g_renew(RepEdge, state->edges, state->n_edges + 1);
    state->edges[state->n_edges++] = (RepEdge){.from = from,
                                               .to = to,
                                               .stands = TRUE,
                                               .sent = g_new0(guint64, state->n_logs),
                                               .acked = g_new0(guint64, state->n_logs)};
}

static void add_both(RepMultiLeader *state, int a, int b)
{
    add_edge(state, a, b);
    add_edge(state, b, a);
}

static void add_topology(RepMultiLeader *state)
{
    const RepMultiLeaderSetup *policy = state->setup;
    const int *leaders = policy->leaders.ids;
    gsize n = policy->leaders.n;
    switch ((RepTopology)policy->topology) {
    case REP_TOPOLOGY_ALL:
        for (gsize i = 0; i < n; i++)
            for (gsize j = 0; j < n; j++)
                if (i != j)
                    add_edge(state, leaders[i], leaders[j]);
        return;
    case REP_TOPOLOGY_CIRCLE:
        for (gsize i = 0; i < n && n > 1; i++)
            add_edge(state, leaders[i], leaders[(i + 1) % n]);
        return;
    case REP_TOPOLOGY_STAR:
        for (gsize i = 0; i < n; i++)
            if (leaders[i] != policy->centre)
                add_both(state, leaders[i], policy->centre);
        return;
    case REP_TOPOLOGY_LINKS:
        for (gsize i = 0; i < policy->links.n; i++) {
            const RepLinkName *link = &policy->links.links[i];
            add_edge(state, link->from.id, link->to.id);
            if (link->both_ways)
                add_edge(state, link->to.id, link->from.id);
        }
        return;
    }
}

static int *edges_of(const RepMultiLeader *state, int node, gboolean outgoing)
{
    int *list = g_new(int, state->n_edges + 1);
    gsize n = 0;
    for (gsize i = 0; i < state->n_edges; i++)
        if ((outgoing ? state->edges[i].from : state->edges[i].to) == node)
            list[n++] = (int)i;
    list[n] = -1;
    return list;
}

void rep_graph_init(RepMultiLeader *state, const RepSetup *setup)
{
    const RepMultiLeaderSetup *policy = state->setup;
    add_topology(state);
    for (int node = 0; node < (int)setup->n_nodes; node++)
        if (policy->followers.to && policy->followers.to[node] >= 0)
            add_edge(state, policy->followers.to[node], node);
    state->out = g_new(int *, state->n_nodes);
    state->in = g_new(int *, state->n_nodes);
    for (int node = 0; node < (int)state->n_nodes; node++) {
        state->out[node] = edges_of(state, node, TRUE);
        state->in[node] = edges_of(state, node, FALSE);
    }
}

void rep_graph_clear(RepMultiLeader *state)
{
    for (gsize i = 0; i < state->n_edges; i++) {
        g_free(state->edges[i].sent);
        g_free(state->edges[i].acked);
    }
    g_free(state->edges);
    for (gsize node = 0; state->out && node < state->n_nodes; node++) {
        g_free(state->out[node]);
        g_free(state->in[node]);
    }
    g_free(state->out);
    g_free(state->in);
}

/* Nobody is sent his own writes, but to get them back. Where every leader sends to every other,
 * nobody passes on what is not his; but followers get everything from theirs. */
gboolean rep_graph_carries(const RepMultiLeader *state, const RepEdge *edge, int log)
{
    int origin = state->setup->leaders.ids[log];
    if (edge->to == origin)
        return state->nodes[origin].is_recovering;
    gboolean to_leader = rep_multi_leader_log(state->setup, edge->to) >= 0;
    return state->setup->topology != REP_TOPOLOGY_ALL || !to_leader || edge->from == origin;
}
