/*
 * session_rule.c — what sessions have to remember for what they are promised, and which promises
 * go together.
 */
#include "models/policies/single_leader.h"

#define BIT(rule) (1u << (rule))
#define TOKENS                                                                                     \
    (BIT(REP_SESSION_OWN_TOKEN) | BIT(REP_SESSION_MONOTONIC_TOKEN) |                               \
     BIT(REP_SESSION_PREFIX_CAUSAL) | BIT(REP_SESSION_CAUSAL))

gboolean rep_session_uses_tokens(const RepSingleLeaderSetup *policy)
{
    /* Within the time of read-your-writes(leader) the leader must show the write, too. */
    return (policy->session & (TOKENS | BIT(REP_SESSION_OWN_LEADER))) != 0;
}

RepMemoryRule rep_session_memory(const RepSetup *setup)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    gboolean causal = rep_session_has(policy, REP_SESSION_CAUSAL);
    RepMemoryRule rule = {.reads = causal || rep_session_has(policy, REP_SESSION_MONOTONIC_TOKEN),
                          .causes = causal || rep_session_has(policy, REP_SESSION_PREFIX_CAUSAL),
                          .keeps_together = rep_session_has(policy, REP_SESSION_PREFIX_PARTITION),
                          .orders_writes = causal || rep_session_has(policy, REP_SESSION_WRITES)};
    if (causal || rep_session_has(policy, REP_SESSION_OWN_TOKEN))
        rule.own_writes = SIM_NEVER;
    else if (rep_session_has(policy, REP_SESSION_OWN_LEADER))
        rule.own_writes = policy->session_window;
    return rule;
}

/* ---- what goes together ------------------------------------------------------------------- */

static gboolean has_both(const RepSingleLeaderSetup *policy, RepSessionRule a, RepSessionRule b)
{
    return rep_session_has(policy, a) && rep_session_has(policy, b);
}

char *rep_session_problem(const RepSingleLeaderSetup *policy)
{
    if (has_both(policy, REP_SESSION_OWN_LEADER, REP_SESSION_OWN_TOKEN))
        return g_strdup("'read-your-writes' is given by the leader and by a token; one is enough");
    if (has_both(policy, REP_SESSION_MONOTONIC_STICKY, REP_SESSION_MONOTONIC_TOKEN))
        return g_strdup("'monotonic-reads' is given by a replica that a session keeps to and by a "
                        "token; one is enough");
    if (has_both(policy, REP_SESSION_PREFIX_PARTITION, REP_SESSION_PREFIX_CAUSAL))
        return g_strdup("'consistent-prefix' is given by one partition and by causes; one is "
                        "enough");
    if (rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY) &&
        policy->reads == REP_READS_NEAREST_FRESH)
        return g_strdup("a session cannot keep to its replica and leave it when it lags more than "
                        "max_lag; use monotonic-reads(token)");
    return NULL;
}

static gboolean reads_at_leader(const RepSingleLeaderSetup *policy)
{
    return policy->reads == REP_READS_LEADER || policy->reads == REP_READS_LEADER_LEASE ||
           policy->reads == REP_READS_LEADER_INDEX;
}

/* Whoever reads at the leader in between finds less when it is back at its replica. */
static gboolean leaves_its_replica(const RepSingleLeaderSetup *policy)
{
    return rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY) && !reads_at_leader(policy) &&
           rep_session_uses_tokens(policy) && !rep_session_has(policy, REP_SESSION_CAUSAL);
}

static gboolean spreads_its_reads(const RepSingleLeaderSetup *policy)
{
    gboolean is_spread = policy->reads == REP_READS_NEAREST || policy->reads == REP_READS_ANY ||
                         policy->reads == REP_READS_NEAREST_FRESH;
    return is_spread && !rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY) &&
           !rep_session_has(policy, REP_SESSION_MONOTONIC_TOKEN) &&
           !rep_session_has(policy, REP_SESSION_CAUSAL);
}

char *rep_session_risk(const RepSingleLeaderSetup *policy, guint n)
{
    if (leaves_its_replica(policy) && n-- == 0)
        return g_strdup("a session that has read at the leader goes back to its replica, which may "
                        "show less: monotonic-reads(sticky) does not hold then, "
                        "monotonic-reads(token) does");
    if (rep_session_has(policy, REP_SESSION_PREFIX_PARTITION) && spreads_its_reads(policy) &&
        n-- == 0)
        return g_strdup("a session that reads from several replicas may see an answer at one and "
                        "miss the question at the next: consistent-prefix(same-partition) needs "
                        "monotonic-reads as well");
    return NULL;
}
