/*
 * partitions.c — into how many partitions the keys are dealt, and who leads each at first: the key
 * `partitions`, what is possible, and what follows from it.
 *
 * Every member holds every partition: it leads it or follows it. Page references are to
 * M. Kleppmann, "Designing Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/single_leader/choices.h"

#include "models/policies/single_leader/state.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, partitions.member)

/* Enough for the effects of having several; a node has timers and an applier for each. */
#define PARTITIONS_MAX 64
#define COPIES_MAX 16384

/* ---- the key ------------------------------------------------------------------------------ */

static const RepField leaders_args[] = {{.key = "leaders",
                                         .type = REP_FIELD_NODES,
                                         AT(leaders),
                                         .may_repeat = TRUE,
                                         .doc = "who leads each partition at first",
                                         .example = "[db1, db2]"},
                                        {.key = NULL}};

static const RepChoice leader_choices[] = {
    {.name = "spread",
     .value = REP_LEADERS_SPREAD,
     .doc = "the members take turns in the order of their names, beginning with 'leader'; whoever "
            "joins later is passed by"},
    {.name = "named",
     .value = REP_LEADERS_NAMED,
     .args = leaders_args,
     .form = REP_FORM_VALUE,
     .doc = "a list: the leader of the first partition, of the second, …"},
    {.name = NULL}};

#define COUNT_ROW                                                                                  \
    .key = "count", .type = REP_FIELD_COUNT, AT(count), .min = 1, .max = PARTITIONS_MAX,           \
    .doc = "number of partitions; keys are dealt by a hash", .example = "2"

static const RepField count_args[] = {{COUNT_ROW}, {.key = NULL}};

static const RepField mapping_args[] = {
    {COUNT_ROW, .required = TRUE},
    {.key = "leaders",
     .type = REP_FIELD_CHOICE,
     AT(placing),
     .fallback = "spread",
     .choices = leader_choices,
     .noun = "a way to place leaders",
     .expected = "spread, or a list of nodes",
     .doc = "who leads each partition at first; every other member follows",
     .example = "[db1, db2]"},
    {.key = NULL}};

#define ORDER_SECTION "DDIA 1st ed. ch. 5 \"Consistent Prefix Reads\", figure 5-5"

const RepChoice rep_partition_choices[] = {
    {.name = "number",
     .value = REP_PARTITIONS_COUNTED,
     .args = count_args,
     .form = REP_FORM_VALUE,
     .doc = "so many partitions, their leaders spread over the members",
     .does_not = "order writes of different partitions",
     .book = ORDER_SECTION},
    {.name = "leaders",
     .value = REP_PARTITIONS_LISTED,
     .args = leaders_args,
     .form = REP_FORM_VALUE,
     .doc = "a list of leaders: as many partitions",
     .does_not = "order writes of different partitions",
     .book = ORDER_SECTION},
    {.name = "placed",
     .value = REP_PARTITIONS_COUNTED,
     .args = mapping_args,
     .form = REP_FORM_MAPPING,
     .doc = "so many partitions, and who leads them",
     .does_not = "order writes of different partitions",
     .book = ORDER_SECTION},
    {.name = NULL}};

/* ---- what follows ------------------------------------------------------------------------- */

static gboolean is_named(const RepPartitionsSetup *partitions)
{
    return partitions->rule == REP_PARTITIONS_LISTED || partitions->placing == REP_LEADERS_NAMED;
}

int rep_n_partitions(const RepSetup *setup)
{
    const RepPartitionsSetup *partitions = &rep_policy_of(setup)->partitions;
    if (partitions->rule == REP_PARTITIONS_LISTED)
        return (int)MAX(partitions->leaders.n, 1);
    return (int)MAX(partitions->count, 1);
}

static gboolean takes_turns(const RepSetup *setup, int node)
{
    return node == rep_policy_of(setup)->leader ||
           (rep_is_member(setup, node) && !rep_setup_joins(setup, node));
}

/* From `leader` on, round and round. */
static int spread_leader(const RepSetup *setup, int log)
{
    int node = rep_policy_of(setup)->leader, n = (int)setup->n_nodes, turns = 0;
    if (log == 0 || node < 0 || node >= n)
        return node;
    for (int i = 0; i < n; i++)
        turns += takes_turns(setup, i) ? 1 : 0;
    for (int left = log % turns; left > 0; left -= takes_turns(setup, node) ? 1 : 0)
        node = (node + 1) % n;
    return node;
}

/* Asked of settings that are not possible, too; -1: nobody. */
int rep_first_leader(const RepSetup *setup, int log)
{
    const RepPartitionsSetup *partitions = &rep_policy_of(setup)->partitions;
    if (!is_named(partitions))
        return spread_leader(setup, log);
    return (gsize)log < partitions->leaders.n ? partitions->leaders.ids[log] : -1;
}

gboolean rep_leads_at_first(const RepSetup *setup, int node)
{
    int n = rep_n_partitions(setup);
    for (int log = 0; log < n; log++)
        if (rep_first_leader(setup, log) == node)
            return TRUE;
    return FALSE;
}

/* ---- what is possible --------------------------------------------------------------------- */

/* `leader` is the first node unless somebody says otherwise; a list speaks for itself. */
static char *contradiction(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepIdList *leaders = &policy->partitions.leaders;
    if (policy->leader == 0 || leaders->ids[0] == policy->leader)
        return NULL;
    return g_strdup_printf("the first partition is led by '%s', but 'leader' is '%s'",
                           setup->nodes[leaders->ids[0]].name, setup->nodes[policy->leader].name);
}

char *rep_partitions_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepPartitionsSetup *partitions = &policy->partitions;
    const RepIdList *leaders = &partitions->leaders;
    if (partitions->rule == REP_PARTITIONS_LISTED && leaders->n == 0)
        return g_strdup("the list of leaders is empty: there is at least one partition");
    if (partitions->rule == REP_PARTITIONS_LISTED && leaders->n > PARTITIONS_MAX)
        return g_strdup_printf("%u leaders, but there are at most %d partitions", (guint)leaders->n,
                               PARTITIONS_MAX);
    if (partitions->rule == REP_PARTITIONS_COUNTED && is_named(partitions) &&
        leaders->n != (guint64)partitions->count)
        return g_strdup_printf("%u leader%s for %u partitions: name as many", (guint)leaders->n,
                               leaders->n == 1 ? "" : "s", (guint)partitions->count);
    for (gsize i = 0; is_named(partitions) && i < leaders->n; i++)
        if (!rep_is_member(setup, leaders->ids[i]))
            return g_strdup_printf("'%s' is neither leader nor follower, so it cannot lead a "
                                   "partition",
                                   setup->nodes[leaders->ids[i]].name);
    guint64 n = (guint64)rep_n_partitions(setup);
    if (n > 1 && n * setup->n_nodes > COPIES_MAX)
        return g_strdup_printf("%u partitions on %u nodes are more than %d copies", (guint)n,
                               (guint)setup->n_nodes, COPIES_MAX);
    return is_named(partitions) ? contradiction(setup, policy) : NULL;
}

/* A partition that is led by a node whose word the rule asks for. */
char *rep_partitions_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    int n = rep_n_partitions(setup);
    for (int log = 1; policy->ack == REP_ACK_SYNC && log < n; log++)
        if (rep_first_leader(setup, log) == policy->ack_node)
            return g_strdup_printf("'%s' leads partition %d itself, whose writes therefore wait "
                                   "for nobody else",
                                   setup->nodes[policy->ack_node].name, log);
    return NULL;
}
