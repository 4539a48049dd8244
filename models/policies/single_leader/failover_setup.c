/*
 * failover_setup.c — the keys of `failover:`, and which settings are possible. Page references are
 * to M. Kleppmann, "Designing Data-Intensive Applications", 1st ed., chapter 5 "Handling Node
 * Outages".
 */
#include "models/clock.h"
#include "models/policies/single_leader/state.h"

/* The least value of a law, but for what never happens. */
#define LEAST_QUANTILE 1e-9
#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, failover.member)
#define OUTAGES "DDIA 1st ed. ch. 5 \"Handling Node Outages\""

static const RepField preferred_args[] = {{.key = "nodes",
                                           .type = REP_FIELD_NODES,
                                           AT(preferred),
                                           .required = TRUE,
                                           .doc = "whom to promote, the first choice first",
                                           .example = "[db2, db3]"},
                                          {.key = NULL}};

static const RepChoice promotes[] = {
    {.name = "most-caught-up",
     .value = REP_PROMOTE_MOST_CAUGHT_UP,
     .doc = "the reachable follower whose disk has most of the log",
     .guarantees = "no acknowledged write is lost that any reachable follower has"},
    {.name = "preferred",
     .value = REP_PROMOTE_PREFERRED,
     .args = preferred_args,
     .doc = "the first of a list that can be reached, however far behind",
     .does_not = "keep acknowledged writes that another follower has"},
    {.name = "in-sync",
     .value = REP_PROMOTE_IN_SYNC,
     .doc = "the reachable member of the in-sync set whose disk has most of the log; nobody, if "
            "none can be reached (Kafka unclean.leader.election.enable=false)",
     .guarantees = "no acknowledged write is lost, if followers confirm what is on their disks",
     .does_not = "let writes go on while all of the set are away"},
    {.name = "never",
     .value = REP_PROMOTE_NEVER,
     .doc = "nobody by itself; an operator promotes (fault 'promote')"},
    {.name = NULL}};

static const RepField redirect_args[] = {{.key = "after",
                                          .type = REP_FIELD_SPAN,
                                          AT(redirect),
                                          .required = TRUE,
                                          .doc = "after the promotion",
                                          .example = "2s"},
                                         {.key = NULL}};
static const RepChoice redirects[] = {
    {.name = "round-trip",
     .value = REP_REDIRECT_ROUND_TRIP,
     .doc = "one round trip of the client to the new leader after the promotion"},
    {.name = "after",
     .value = REP_REDIRECT_AFTER,
     .args = redirect_args,
     .form = REP_FORM_VALUE,
     .doc = "so long after the promotion"},
    {.name = NULL}};

static const RepChoice returnings[] = {
    {.name = "discard-unreplicated",
     .value = REP_RETURNING_DISCARD,
     .doc = "it cuts off what the new leader has not: acknowledged writes in that part are lost",
     .book = OUTAGES},
    {.name = "keep-and-conflict",
     .value = REP_RETURNING_KEEP,
     .doc =
         "it hands what the new leader has not to it, which appends it again; of two writes to a "
         "key that had not seen each other the one that was durable later stands",
     .guarantees = "an acknowledged write comes back, unless a later write to its key stands",
     .does_not = "keep both of two conflicting writes; tell the loser's client",
     .book = OUTAGES},
    {.name = NULL}};

static const RepField lease_args[] = {{.key = "length",
                                       .type = REP_FIELD_SPAN,
                                       AT(lease),
                                       .required = TRUE,
                                       .min = 1,
                                       .max = 3155760000e9,
                                       .doc = "how long an answered heartbeat lets it go on",
                                       .example = "3s"},
                                      {.key = NULL}};
static const RepChoice fences[] = {
    {.name = "true",
     .value = REP_FENCE_TRUE,
     .doc = "the old leader accepts nothing, reads included, from the decision on",
     .guarantees = "at most one node accepts writes at any time",
     .book = OUTAGES},
    {.name = "false",
     .value = REP_FENCE_FALSE,
     .doc = "the old leader goes on while it believes itself leader",
     .does_not = "prevent split brain",
     .book = OUTAGES},
    {.name = "lease",
     .value = REP_FENCE_LEASE,
     .args = lease_args,
     .doc = "a leader accepts while a majority of monitors answered a heartbeat sent less than "
            "that ago by its own clock",
     .guarantees = "at most one node accepts writes, if detect + takes is longer than the lease "
                   "and the leader's clock runs no slower than that leaves room for"},
    {.name = NULL}};

static const RepField raft_args[] = {{.key = "timeout",
                                      .type = REP_FIELD_DIST,
                                      AT(election_timeout),
                                      .fallback = "uniform(150ms, 300ms)",
                                      .doc = "without a leader for so long a member stands",
                                      .example = "uniform(150ms, 300ms)"},
                                     {.key = NULL}};
static const RepChoice elects[] = {
    {.name = "monitors",
     .value = REP_ELECT_MONITORS,
     .doc = "monitors in the regions vote on who is gone and who takes over"},
    {.name = "raft",
     .value = REP_ELECT_RAFT,
     .args = raft_args,
     .doc = "the members elect one of them, with randomised timeouts (Ongaro and Ousterhout 2014)"},
    {.name = NULL}};

static const RepField automatic[] = {
    {.key = "heartbeat",
     .type = REP_FIELD_SPAN,
     AT(heartbeat),
     .doc = "between two heartbeats of the leader; default: a fifth of detect (raft: of the "
            "shortest timeout)",
     .example = "1s"},
    {.key = "detect",
     .type = REP_FIELD_SPAN,
     AT(detect),
     .fallback = "5s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "without a heartbeat for so long, a monitor suspects the leader",
     .example = "5s"},
    {.key = "takes",
     .type = REP_FIELD_DIST,
     AT(takes),
     .fallback = "1s",
     .doc = "from the decision to the first write the new leader accepts",
     .example = "1s"},
    {.key = "promote",
     .type = REP_FIELD_CHOICE,
     AT(promote),
     .fallback = "most-caught-up",
     .choices = promotes,
     .noun = "a promotion rule",
     .doc = "who takes over",
     .example = "most-caught-up"},
    {.key = "max_lag",
     .type = REP_FIELD_SPAN_OR_NEVER,
     AT(max_lag),
     .fallback = "never",
     .doc = "nobody is promoted who would lose more of the log than this, in time",
     .example = "10s"},
    {.key = "redirect",
     .type = REP_FIELD_CHOICE,
     AT(redirect_rule),
     .fallback = "round-trip",
     .choices = redirects,
     .noun = "a time until clients know the new leader",
     .expected = "a duration, or round-trip",
     .doc = "until clients know the new leader",
     .example = "2s"},
    {.key = "returning_leader",
     .type = REP_FIELD_CHOICE,
     AT(returning),
     .fallback = "discard-unreplicated",
     .choices = returnings,
     .noun = "a way to return",
     .doc = "what an old leader does with what the new one has not",
     .example = "discard-unreplicated"},
    {.key = "fence",
     .type = REP_FIELD_CHOICE,
     AT(fence),
     .fallback = "true",
     .choices = fences,
     .noun = "a way to fence",
     .expected = "true, false, lease(LENGTH)",
     .doc = "what keeps the old leader from accepting writes",
     .example = "lease(3s)"},
    {.key = "elect",
     .type = REP_FIELD_CHOICE,
     AT(elect),
     .fallback = "monitors",
     .choices = elects,
     .noun = "a way to elect",
     .doc = "who decides",
     .example = "raft(timeout=uniform(150ms, 300ms))"},
    {.key = "monitors",
     .type = REP_FIELD_PLACES,
     AT(monitors),
     .doc = "regions with a monitor; default: every region that has a node",
     .example = "[us-east, us-west, eu]"},
    {.key = NULL}};

const RepChoice rep_failover_choices[] = {
    {.name = "never",
     .value = REP_FAILOVER_NEVER,
     .doc = "nobody is promoted; writes wait for the leader to return"},
    {.name = "automatic",
     .value = REP_FAILOVER_ON,
     .args = automatic,
     .form = REP_FORM_MAPPING,
     .doc = "a follower takes over when the leader is gone",
     .book = OUTAGES},
    {.name = NULL}};

/* A lease lasts longer by a clock that runs slower; of members with such clocks the slowest. */
static char *slow_clock_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy,
                             SimSpan begins)
{
    const RepNodeSetup *slowest = NULL;
    SimSpan lease = policy->failover.lease, longest = begins;
    for (int node = 0; node < (int)setup->n_nodes; node++) {
        SimSpan length = rep_clock_takes(&setup->nodes[node].clock, lease);
        if (!rep_is_member(setup, node) || length <= longest)
            continue;
        slowest = &setup->nodes[node];
        longest = length;
    }
    if (!slowest)
        return NULL;
    return g_strdup_printf("a new leader may begin %" G_GINT64_FORMAT
                           " ms after the last heartbeat, and by the clock of %s a lease of "
                           "%" G_GINT64_FORMAT " ms lasts %" G_GINT64_FORMAT " ms: split brain",
                           begins / SIM_MS, slowest->name, lease / SIM_MS,
                           (longest + SIM_MS - 1) / SIM_MS);
}

/* From the last heartbeat that is answered, the old leader goes on for the lease; a new one begins
 * no sooner than after `detect` and `takes`. */
static char *lease_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    SimSpan takes =
        failover->takes ? (SimSpan)sim_dist_quantile(failover->takes, LEAST_QUANTILE, 0) : 0;
    SimSpan begins = sim_time_after(failover->detect, takes);
    if (failover->fence != REP_FENCE_LEASE)
        return NULL;
    if (begins >= failover->lease)
        return slow_clock_risk(setup, policy, begins);
    return g_strdup_printf("a new leader may begin %" G_GINT64_FORMAT
                           " ms after the last heartbeat, while the old one's lease lasts "
                           "%" G_GINT64_FORMAT " ms: split brain",
                           begins / SIM_MS, failover->lease / SIM_MS);
}

static char *election_risk(const RepSingleLeaderSetup *policy)
{
    if (policy->failover.elect != REP_ELECT_RAFT)
        return NULL;
    gboolean flushes_first = policy->leader_ack == REP_LEADER_ACK_FLUSHED;
    guint64 members = 1 + policy->followers.n, majority = members / 2, got = 0;
    if (policy->ack == REP_ACK_MAJORITY)
        got = majority;
    else if (policy->ack == REP_ACK_SEMI_SYNC)
        got = (guint64)policy->ack_count;
    else if (policy->ack == REP_ACK_SYNC_ALL)
        got = policy->followers.n;
    if (got < majority || policy->ack_timeout != SIM_NEVER)
        return g_strdup("an election guards only what a majority has acknowledged, and this rule "
                        "answers before: acknowledged writes can be lost");
    if (!flushes_first && got + members / 2 + 1 <= members)
        return g_strdup("an election guards only what a majority has on its disks, and the leader "
                        "answers before its own flush: acknowledged writes can be lost");
    return NULL;
}

static char *unclean_risk(const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    if (policy->ack != REP_ACK_IN_SYNC || failover->elect != REP_ELECT_MONITORS ||
        failover->promote == REP_PROMOTE_IN_SYNC || failover->promote == REP_PROMOTE_NEVER)
        return NULL;
    return g_strdup("somebody who has left the in-sync set may be promoted: acknowledged writes "
                    "can be lost; 'promote: in-sync' forbids it");
}

char *rep_failover_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy, guint n)
{
    if (policy->failover.rule == REP_FAILOVER_NEVER)
        return NULL;
    char *risks[] = {lease_risk(setup, policy), election_risk(policy), unclean_risk(policy)};
    char *found = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(risks); i++)
        if (!risks[i] || n-- > 0 || found)
            g_free(risks[i]);
        else
            found = risks[i];
    return found;
}

char *rep_failover_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    for (gsize i = 0; i < failover->monitors.n; i++)
        if (failover->monitors.places[i].kind != REP_PLACE_REGION)
            return g_strdup_printf("'%s' is a node; monitors live in regions",
                                   setup->nodes[failover->monitors.places[i].id].name);
    if (failover->elect == REP_ELECT_RAFT && failover->fence == REP_FENCE_LEASE)
        return g_strdup("a lease is granted by monitors, and raft elects without them");
    if (failover->promote == REP_PROMOTE_IN_SYNC && policy->ack != REP_ACK_IN_SYNC)
        return g_strdup("only 'ack: sync(in-sync)' keeps an in-sync set whose members could be "
                        "promoted");
    for (gsize i = 0; failover->promote == REP_PROMOTE_PREFERRED && i < failover->preferred.n;
         i++) {
        int node = failover->preferred.ids[i];
        gboolean is_member = node == policy->leader;
        for (gsize k = 0; k < policy->followers.n; k++)
            is_member |= policy->followers.ids[k] == node;
        if (!is_member)
            return g_strdup_printf("'%s' holds no copy of the log, so it cannot lead",
                                   setup->nodes[node].name);
    }
    return NULL;
}
