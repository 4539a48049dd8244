/* upstream_setup.c — which cascades are possible; see upstream.h. */
#include "models/policies/single_leader/choices.h"

const RepChoice rep_relay_choices[] = {
    {.name = "flushed",
     .value = REP_RELAY_FLUSHED,
     .doc = "a follower passes on what is on its disk, as a PostgreSQL standby does",
     .guarantees = "a slow apply at a follower does not hold up those that follow it"},
    {.name = "applied",
     .value = REP_RELAY_APPLIED,
     .doc = "a follower passes on what it has applied, as a MySQL replica with "
            "log_replica_updates does",
     .does_not = "keep lags apart: those of a chain add up"},
    {.name = NULL}};

static gboolean contains(const RepIdList *list, int node)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == node)
            return TRUE;
    return FALSE;
}

/* "db2 <- db4 <- db2" where following upstreams from the node comes back to it; NULL: it does not.
 */
static char *ring_of(const RepSetup *setup, const int *upstream, int node)
{
    GString *ring = g_string_new(setup->nodes[node].name);
    int at = upstream[node];
    for (gsize steps = 0; at >= 0 && steps < setup->n_nodes; steps++) {
        g_string_append_printf(ring, " <- %s", setup->nodes[at].name);
        if (at == node)
            return g_string_free(ring, FALSE);
        at = upstream[at];
    }
    g_string_free(ring, TRUE);
    return NULL;
}

static char *node_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy, int node)
{
    const char *name = setup->nodes[node].name;
    int upstream = policy->upstream.to[node];
    if (upstream < 0)
        return NULL;
    const char *upstream_name = setup->nodes[upstream].name;
    if (node == policy->leader)
        return g_strdup_printf("'%s' is the leader, and gets the log from nobody", name);
    if (!contains(&policy->followers, node))
        return g_strdup_printf("'%s' is not a follower, and gets no log", name);
    if (upstream == policy->leader)
        return g_strdup_printf("'%s' is the leader: 'leader' says so, whoever that is later",
                               upstream_name);
    if (!contains(&policy->followers, upstream))
        return g_strdup_printf("'%s' is not a follower, and has no log to pass on", upstream_name);
    g_autofree char *ring = ring_of(setup, policy->upstream.to, node);
    return ring ? g_strdup_printf("%s is a ring that nothing from the leader gets into", ring)
                : NULL;
}

char *rep_upstream_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    if (!policy->upstream.to)
        return NULL;
    if (failover->rule != REP_FAILOVER_NEVER && failover->elect == REP_ELECT_RAFT)
        return g_strdup("under elect: raft every member hears the leader itself");
    if (policy->ack == REP_ACK_IN_SYNC)
        return g_strdup("the in-sync set is of those that the leader hears itself: it has no "
                        "upstreams");
    char *problem = NULL;
    for (int node = 0; !problem && node < (int)setup->n_nodes; node++)
        problem = node_problem(setup, policy, node);
    return problem;
}
