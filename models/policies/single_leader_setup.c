/*
 * single_leader_setup.c — the keys of the single-leader policy, and which settings are possible.
 *
 * The tables are what `check`, the schema and `list ack NAME` know of the policy. Page references
 * are to M. Kleppmann, "Designing Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/single_leader/choices.h"

#include "sim/check.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)

/* ---- choices ------------------------------------------------------------------------------ */

static const RepChoice ships[] = {
    {.name = "on-flush",
     .value = REP_SHIP_ON_FLUSH,
     .doc = "an entry leaves when it is on the leader's disk"},
    {.name = "on-append",
     .value = REP_SHIP_ON_APPEND,
     .doc = "an entry leaves at once, in parallel with the leader's flush"},
    {.name = NULL}};

static const RepChoice visibles[] = {
    {.name = "on-commit",
     .value = REP_VISIBLE_ON_COMMIT,
     .doc = "the leader's readers see a write when the acknowledgement rule holds"},
    {.name = "on-flush",
     .value = REP_VISIBLE_ON_FLUSH,
     .doc = "the leader's readers see a write when it is on the leader's disk",
     .does_not = "keep readers from seeing what may still be lost"},
    {.name = NULL}};

static const RepField statement_args[] = {
    {.key = "nondeterministic",
     .type = REP_FIELD_RATIO,
     AT(nondeterministic),
     .fallback = "1%",
     .max = 1,
     .doc = "share of the statements that may give another result when run again (NOW(), RAND(), "
            "an UPDATE without an order)",
     .example = "1%"},
    {.key = NULL}};

#define LOG_SECTION "DDIA 1st ed. ch. 5 \"Implementation of Replication Logs\""

static const RepChoice logs[] = {
    {.name = "logical",
     .value = REP_LOG_LOGICAL,
     .doc = "entries say which rows changed and how (row-based)",
     .guarantees = "replicas end up equal, also while they run different versions",
     .book = LOG_SECTION},
    {.name = "physical",
     .value = REP_LOG_PHYSICAL,
     .doc = "entries say which bytes of the storage changed (write-ahead log shipping); four times "
            "the bytes of the value",
     .guarantees = "replicas are equal byte for byte",
     .does_not = "work between different versions: a replica that is being upgraded stops applying",
     .book = LOG_SECTION},
    {.name = "statement",
     .value = REP_LOG_STATEMENT,
     .args = statement_args,
     .doc = "entries are the statements themselves, run again by each replica; half the bytes of "
            "the value",
     .does_not = "keep replicas equal where a statement is not deterministic",
     .book = LOG_SECTION},
    {.name = NULL}};

const RepField rep_single_leader_fields[] = {
    {.key = "leader",
     .type = REP_FIELD_NODE,
     AT(leader),
     .fallback = "@first",
     .doc = "the node that accepts writes; default: the first by name",
     .example = "db1"},
    {.key = "followers",
     .type = REP_FIELD_NODES,
     AT(followers),
     .fallback = "@others",
     .doc = "the nodes that follow the leader; default: all others",
     .example = "[db2, db3]"},
    {.key = "ack",
     .type = REP_FIELD_CHOICE,
     AT(ack),
     .fallback = "async",
     .choices = rep_ack_choices,
     .noun = "an acknowledgement rule",
     .list = "ack",
     .expected = "async, semi-sync(K), sync(all), sync(NODE), sync(in-sync), first(K, [NODES]), "
                 "any(K, [NODES]), "
                 "each(K, [REGIONS]), quorum(majority)",
     .doc = "whom the leader waits for before it answers a write",
     .example = "semi-sync(1)"},
    {.key = "ack_point",
     .type = REP_FIELD_CHOICE,
     AT(ack_point),
     .fallback = "flushed",
     .choices = rep_ack_point_choices,
     .noun = "an acknowledgement point",
     .doc = "what a follower's acknowledgement means",
     .example = "received"},
    {.key = "ack_messages",
     .type = REP_FIELD_CHOICE,
     AT(ack_messages),
     .fallback = "one",
     .choices = rep_ack_messages_choices,
     .noun = "a way to acknowledge",
     .doc = "in how many messages a follower says how far it is",
     .example = "each-stage"},
    {.key = "leader_ack",
     .type = REP_FIELD_CHOICE,
     AT(leader_ack),
     .fallback = "flushed",
     .choices = rep_leader_ack_choices,
     .noun = "what a leader answers after",
     .doc = "what the leader itself must have done before it answers",
     .example = "appended"},
    {.key = "ack_timeout",
     .type = REP_FIELD_SPAN_OR_NEVER,
     AT(ack_timeout),
     .fallback = "never",
     .min = 1,
     .max = 3155760000e9,
     .doc = "an entry that waits longer makes the leader fall back to async until enough followers "
            "have caught up; default: 10s for semi-sync, never for the rest",
     .example = "10s"},
    {.key = "ship",
     .type = REP_FIELD_CHOICE,
     AT(ship),
     .fallback = "on-flush",
     .choices = ships,
     .noun = "a moment to ship",
     .doc = "when entries leave for the followers",
     .example = "on-append"},
    {.key = "batch",
     .type = REP_FIELD_CHOICE,
     AT(batch),
     .fallback = "none",
     .choices = rep_batch_choices,
     .noun = "a way to batch",
     .expected = "none, or a mapping such as {every: 5ms, most: 1MB}",
     .doc = "do entries that may be shipped wait for others?",
     .example = "{every: 5ms, most: 1MB}"},
    {.key = "pull",
     .type = REP_FIELD_CHOICE,
     AT(pull),
     .fallback = "none",
     .choices = rep_pull_choices,
     .noun = "a way to pull",
     .expected = "none, or a period such as 100ms",
     .doc = "do followers ask for the log, and how often?",
     .example = "100ms"},
    {.key = "visible",
     .type = REP_FIELD_CHOICE,
     AT(visible),
     .fallback = "on-commit",
     .choices = visibles,
     .noun = "a moment to become visible",
     .doc = "when the leader's own readers see a write",
     .example = "on-flush"},
    {.key = "follower_shows",
     .type = REP_FIELD_CHOICE,
     AT(follower_shows),
     .fallback = "applied",
     .choices = rep_follower_shows_choices,
     .noun = "what a follower shows",
     .doc = "what a follower's readers see",
     .example = "committed"},
    {.key = "reads",
     .type = REP_FIELD_CHOICE,
     AT(reads),
     .fallback = "leader",
     .choices = rep_read_choices,
     .noun = "a way to choose who answers reads",
     .list = "reads",
     .expected = "leader, leader(lease), leader(read-index), nearest, nearest(max_lag=2s), any, "
                 "sticky, follower(NODE)",
     .doc = "who answers reads",
     .example = "nearest"},
    {.key = "log",
     .type = REP_FIELD_CHOICE,
     AT(log),
     .fallback = "logical",
     .choices = logs,
     .noun = "a kind of log",
     .list = "log",
     .expected = "logical, physical, statement, statement(nondeterministic=SHARE)",
     .doc = "what the entries of the log say",
     .example = "physical"},
    {.key = "retain",
     .type = REP_FIELD_RETENTION,
     AT(retain),
     .doc = "how much of its log a leader keeps: entries or bytes; default: as its storage says",
     .example = "1GB"},
    {.key = "snapshot_size",
     .type = REP_FIELD_SIZE,
     AT(snapshot_size),
     .max = 1e18,
     .doc = "size of a snapshot that a leader sends; default: as its storage says",
     .example = "300GB"},
    {.key = "session",
     .type = REP_FIELD_CHOICES,
     AT(session),
     .fallback = "none",
     .choices = rep_session_choices,
     .noun = "a session guarantee",
     .expected = "none, or a list of read-your-writes(leader, 10s), read-your-writes(token), "
                 "monotonic-reads(sticky), monotonic-reads(token), monotonic-writes, "
                 "consistent-prefix(same-partition), consistent-prefix(causal), causal",
     .list = "session",
     .doc = "what each session is promised",
     .example = "[read-your-writes(token), monotonic-reads(token)]"},
    {.key = "failover",
     .type = REP_FIELD_CHOICE,
     AT(failover.rule),
     .fallback = "never",
     .choices = rep_failover_choices,
     .noun = "a way to fail over",
     .expected = "never, or a mapping such as {detect: 5s, takes: 1s}",
     .doc = "what happens when the leader is gone",
     .example = "{detect: 5s, takes: 1s}"},
    {.key = "partitions",
     .type = REP_FIELD_CHOICE,
     AT(partitions.rule),
     .fallback = "1",
     .choices = rep_partition_choices,
     .noun = "a number of partitions",
     .list = "partitions",
     .expected = "a number, a list of leaders, or a mapping such as {count: 2, leaders: spread}",
     .doc = "into how many logs the keys are dealt, each with a leader of its own; every other "
            "member follows it",
     .example = "{count: 2, leaders: spread}"},
    {.key = "upstream",
     .type = REP_FIELD_NODE_MAP,
     AT(upstream),
     .fallback = "leader",
     .doc = "followers that get the log from another follower, each with that one (cascading "
            "replication); default: all from the leader",
     .example = "{db4: db2}"},
    {.key = "relay",
     .type = REP_FIELD_CHOICE,
     AT(relay),
     .fallback = "flushed",
     .choices = rep_relay_choices,
     .noun = "a moment to pass entries on",
     .doc = "when a follower passes entries on to those whose upstream it is",
     .example = "applied"},
    {.key = NULL}};

/* ---- what is possible --------------------------------------------------------------------- */

static gboolean contains(const RepIdList *list, int id)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == id)
            return TRUE;
    return FALSE;
}

gboolean rep_single_leader_validate(const RepSetup *setup, char **message, const char **key)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    if (contains(&policy->followers, policy->leader)) {
        *message = g_strdup_printf("'%s' is the leader and cannot follow itself",
                                   setup->nodes[policy->leader].name);
        *key = "followers";
        return FALSE;
    }
    if (policy->reads == REP_READS_FOLLOWER && !contains(&policy->followers, policy->reads_node)) {
        *message = g_strdup_printf("'%s' is not a follower", setup->nodes[policy->reads_node].name);
        *key = "reads";
        return FALSE;
    }
    if (policy->reads == REP_READS_NEAREST_FRESH && policy->probe >= policy->max_lag) {
        *message = g_strdup("'probe' must be shorter than 'max_lag': what a node said is so old "
                            "before it is said anew");
        *key = "reads";
        return FALSE;
    }
    *message = rep_session_problem(policy);
    *key = "session";
    if (*message)
        return FALSE;
    *message = rep_partitions_problem(setup, policy);
    *key = "partitions";
    if (*message)
        return FALSE;
    *message = rep_pull_problem(policy);
    *key = "pull";
    if (*message)
        return FALSE;
    *message = rep_upstream_problem(setup, policy);
    *key = "upstream";
    if (*message)
        return FALSE;
    *message = rep_failover_problem(setup, policy);
    *key = "failover";
    if (*message)
        return FALSE;
    *message = rep_ack_problem(setup, policy, key);
    return *message == NULL;
}

gboolean rep_single_leader_advise(const RepSetup *setup, guint n, char **message, const char **key)
{
    const RepSingleLeaderSetup *policy = setup->policy_setup;
    char *risk = rep_partitions_risk(setup, policy);
    if (risk && n-- == 0) {
        *message = risk;
        *key = "partitions";
        return TRUE;
    }
    g_free(risk);
    for (guint of_failover = 0; of_failover <= n; of_failover++) {
        *message = rep_failover_risk(setup, policy, of_failover);
        *key = "failover";
        if (!*message) {
            *message = rep_session_risk(policy, n - of_failover);
            *key = "session";
            return *message != NULL;
        }
        if (of_failover == n)
            return TRUE;
        g_free(*message);
    }
    SIM_UNREACHABLE();
}
