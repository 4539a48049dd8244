/* ack_setup.c — which acknowledgement rules are possible. */
#include "models/policies/single_leader/upstream.h"

static gboolean contains(const RepIdList *list, int node)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == node)
            return TRUE;
    return FALSE;
}

/* A node that the rule names, and that holds no copy. */
static int stranger(const RepSingleLeaderSetup *policy)
{
    if (policy->ack == REP_ACK_SYNC && !contains(&policy->followers, policy->ack_node))
        return policy->ack_node;
    gboolean counts_list = policy->ack == REP_ACK_FIRST || policy->ack == REP_ACK_ANY;
    for (gsize i = 0; counts_list && i < policy->ack_nodes.n; i++)
        if (!contains(&policy->followers, policy->ack_nodes.ids[i]))
            return policy->ack_nodes.ids[i];
    return -1;
}

/* Followers that the leader hears, in a region or all. */
static gsize direct_followers(const RepSetup *setup, const RepSingleLeaderSetup *policy, int region)
{
    gsize n = 0;
    for (gsize i = 0; i < policy->followers.n; i++) {
        int node = policy->followers.ids[i];
        n += rep_is_direct(policy, policy->leader, node) &&
             (region < 0 || setup->nodes[node].region == region);
    }
    return n;
}

/* A node that the rule names, and that follows another follower; -1: none. */
static int hanging(const RepSingleLeaderSetup *policy)
{
    if (policy->ack == REP_ACK_SYNC && !rep_is_direct(policy, policy->leader, policy->ack_node))
        return policy->ack_node;
    gboolean counts_list = policy->ack == REP_ACK_FIRST || policy->ack == REP_ACK_ANY;
    for (gsize i = 0; counts_list && i < policy->ack_nodes.n; i++)
        if (!rep_is_direct(policy, policy->leader, policy->ack_nodes.ids[i]))
            return policy->ack_nodes.ids[i];
    return -1;
}

static char *too_many(gint64 wanted, gsize there_are, gboolean is_of_direct, const char *region)
{
    if (wanted <= (gint64)there_are)
        return NULL;
    g_autofree char *have =
        there_are
            ? g_strdup_printf("%s %u", there_are == 1 ? "is only" : "are only", (unsigned)there_are)
            : g_strdup("is none");
    return g_strdup_printf("%" G_GINT64_FORMAT " follower%s%s%s must confirm, but there %s%s",
                           wanted, wanted == 1 ? "" : "s", region ? " in " : "",
                           region ? region : "", have,
                           is_of_direct && there_are ? " without an upstream" : "");
}

static char *region_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    char *problem = NULL;
    if (policy->ack_regions.n == 0)
        return g_strdup("each(K, …) needs at least one region");
    for (gsize i = 0; !problem && i < policy->ack_regions.n; i++) {
        const RepPlace *place = &policy->ack_regions.places[i];
        if (place->kind != REP_PLACE_REGION)
            return g_strdup_printf("'%s' is a node; each(K, …) counts followers in regions",
                                   setup->nodes[place->id].name);
        gsize followers = direct_followers(setup, policy, place->id);
        problem = too_many(policy->ack_count, followers, policy->upstream.to != NULL,
                           setup->regions[place->id]);
    }
    return problem;
}

static char *in_sync_problem(const RepSingleLeaderSetup *policy, const char **key)
{
    gint64 members = 1 + (gint64)policy->followers.n;
    if (policy->ack_timeout != SIM_NEVER) {
        *key = "ack_timeout";
        return g_strdup("the in-sync set gets smaller by itself (evict); it does not fall back "
                        "after a timeout");
    }
    if (policy->ack_min <= members)
        return NULL;
    return g_strdup_printf(
        "the in-sync set must have %" G_GINT64_FORMAT " members, but there %s %" G_GINT64_FORMAT
        " node%s, the leader among them",
        policy->ack_min, members == 1 ? "is only" : "are only", members, members == 1 ? "" : "s");
}

char *rep_ack_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy, const char **key)
{
    if (policy->follower_shows == REP_SHOWS_COMMITTED && policy->ack != REP_ACK_ASYNC &&
        policy->ack_point == REP_POINT_APPLIED) {
        *key = "follower_shows";
        return g_strdup("a follower applies what has committed, and ack_point: applied lets "
                        "nothing commit before it is applied");
    }
    *key = "ack";
    int node = stranger(policy);
    if (node >= 0)
        return g_strdup_printf("'%s' is not a follower, so it cannot confirm writes",
                               setup->nodes[node].name);
    node = hanging(policy);
    if (node >= 0)
        return g_strdup_printf("'%s' follows '%s', so it cannot confirm writes to the leader",
                               setup->nodes[node].name,
                               setup->nodes[policy->upstream.to[node]].name);
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_SEMI_SYNC:
        return too_many(policy->ack_count, direct_followers(setup, policy, -1),
                        policy->upstream.to != NULL, NULL);
    case REP_ACK_MAJORITY:
        return too_many((1 + (gint64)policy->followers.n) / 2, direct_followers(setup, policy, -1),
                        policy->upstream.to != NULL, NULL);
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
        return too_many(policy->ack_count, policy->ack_nodes.n, FALSE, NULL);
    case REP_ACK_EACH:
        return region_problem(setup, policy);
    case REP_ACK_IN_SYNC:
        return in_sync_problem(policy, key);
    case REP_ACK_ASYNC:
    case REP_ACK_SYNC_ALL:
    case REP_ACK_SYNC:
        return NULL;
    }
    return NULL;
}
