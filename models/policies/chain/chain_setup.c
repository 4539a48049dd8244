/* chain_setup.c — the keys of `policy: {model: chain}`, and which settings are possible. */
#include "models/policies/chain.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepChainSetup, member)
#define CHAIN_PAPER "van Renesse and Schneider, \"Chain Replication\", OSDI 2004"
#define CRAQ_PAPER "Terrace and Freedman, \"Object Storage on CRAQ\", USENIX ATC 2009"
#define LEAST_DETECT 1

static const RepChoice reads[] = {
    {.name = "tail",
     .value = REP_CHAIN_READS_TAIL,
     .doc = "the tail, which shows exactly what has committed",
     .guarantees = "reads are linearizable while whoever is removed is fenced",
     .does_not = "spread reads over the nodes",
     .book = CHAIN_PAPER},
    {.name = "any",
     .value = REP_CHAIN_READS_ANY,
     .doc =
         "each node as likely (CRAQ's apportioned queries); where it has a write to the key that "
         "it does not know to have committed, it asks the tail first",
     .guarantees = "reads are linearizable while whoever is removed is fenced",
     .book = CRAQ_PAPER},
    {.name = "nearest",
     .value = REP_CHAIN_READS_NEAREST,
     .doc = "likewise, by the node of the chain that is nearest to the client",
     .guarantees = "reads are linearizable while whoever is removed is fenced",
     .book = CRAQ_PAPER},
    {.name = NULL}};

static const RepChoice ack_paths[] = {
    {.name = "direct",
     .value = REP_CHAIN_ACK_DIRECT,
     .doc = "the tail tells the head at once, which answers the client; the chain hears of it node "
            "by node",
     .book = CHAIN_PAPER},
    {.name = "back",
     .value = REP_CHAIN_ACK_BACK,
     .doc = "the acknowledgement goes back node by node, and the head answers when it is there",
     .book = CRAQ_PAPER},
    {.name = NULL}};

static const RepChoice fences[] = {
    {.name = "true",
     .value = REP_CHAIN_FENCE_TRUE,
     .doc = "whoever is to be removed answers nothing from the suspicion on (fail-stop, as the "
            "paper supposes)",
     .guarantees = "no node answers reads that the chain has left behind"},
    {.name = "false",
     .value = REP_CHAIN_FENCE_FALSE,
     .doc = "it goes on until it hears that it was removed",
     .does_not = "keep a tail that was suspected wrongly from answering stale reads"},
    {.name = NULL}};

static const RepField automatic[] = {
    {.key = "master",
     .type = REP_FIELD_PLACES,
     AT(master),
     .doc = "the region of the master; default: that of the first node",
     .example = "[us-east]"},
    {.key = "heartbeat",
     .type = REP_FIELD_SPAN,
     AT(heartbeat),
     .doc = "between two heartbeats of a node; default: a fifth of detect",
     .example = "1s"},
    {.key = "detect",
     .type = REP_FIELD_SPAN,
     AT(detect),
     .fallback = "5s",
     .min = LEAST_DETECT,
     .max = 3155760000e9,
     .doc = "without a heartbeat for so long, the master suspects a node",
     .example = "5s"},
    {.key = "takes",
     .type = REP_FIELD_DIST,
     AT(takes),
     .fallback = "1s",
     .doc = "from the suspicion to the chain without the node",
     .example = "1s"},
    {.key = "fence",
     .type = REP_FIELD_CHOICE,
     AT(fence),
     .fallback = "true",
     .choices = fences,
     .noun = "a way to fence",
     .doc = "what keeps a node that was removed from answering",
     .example = "false"},
    {.key = NULL}};

static const RepChoice failovers[] = {
    {.name = "never",
     .value = FALSE,
     .doc = "nobody is removed; while a node is away nothing commits"},
    {.name = "automatic",
     .value = TRUE,
     .args = automatic,
     .form = REP_FORM_MAPPING,
     .doc = "a master removes nodes that are gone, whatever their place; those that return join at "
            "the tail",
     .guarantees = "no acknowledged write is lost while a node of the chain keeps its disk",
     .book = CHAIN_PAPER},
    {.name = NULL}};

const RepField rep_chain_fields[] = {
    {.key = "nodes",
     .type = REP_FIELD_NODES,
     AT(nodes),
     .fallback = "@others",
     .doc = "the chain, from the head that takes writes to the tail; default: all nodes, by name",
     .example = "[db1, db2, db3]"},
    {.key = "reads",
     .type = REP_FIELD_CHOICE,
     AT(reads),
     .fallback = "tail",
     .choices = reads,
     .noun = "a way to choose who answers reads",
     .doc = "who answers reads",
     .example = "any"},
    {.key = "ack_path",
     .type = REP_FIELD_CHOICE,
     AT(ack_path),
     .fallback = "direct",
     .choices = ack_paths,
     .noun = "a way for the acknowledgement",
     .doc = "how the head learns that the tail has a write",
     .example = "back"},
    {.key = "failover",
     .type = REP_FIELD_CHOICE,
     AT(fails_over),
     .fallback = "never",
     .choices = failovers,
     .noun = "a way to fail over",
     .expected = "never, or a mapping such as {detect: 5s, takes: 1s}",
     .doc = "what happens when a node of the chain is gone",
     .example = "{detect: 5s, takes: 1s}"},
    {.key = NULL}};

/* ---- what is possible --------------------------------------------------------------------- */

static gboolean is_listed(const RepChainSetup *policy, int node)
{
    for (gsize i = 0; i < policy->nodes.n; i++)
        if (policy->nodes.ids[i] == node)
            return TRUE;
    return FALSE;
}

gboolean rep_chain_is_member(const RepSetup *setup, int node)
{
    const RepChainSetup *policy = setup->policy_setup;
    return is_listed(policy, node) && (policy->fails_over || !rep_setup_joins(setup, node));
}

int rep_chain_first_head(const RepSetup *setup)
{
    const RepChainSetup *policy = setup->policy_setup;
    return policy->nodes.ids[0];
}

int rep_chain_master_region(const RepSetup *setup)
{
    const RepChainSetup *policy = setup->policy_setup;
    return policy->master.n ? policy->master.places[0].id
                            : setup->nodes[policy->nodes.ids[0]].region;
}

SimSpan rep_chain_heartbeat(const RepSetup *setup)
{
    const RepChainSetup *policy = setup->policy_setup;
    return MAX(policy->heartbeat ? policy->heartbeat : policy->detect / 5, 1);
}

gboolean rep_chain_validate(const RepSetup *setup, char **message, const char **key)
{
    const RepChainSetup *policy = setup->policy_setup;
    *key = "failover";
    if (!policy->fails_over)
        return TRUE;
    if (policy->master.n > 1)
        *message = g_strdup("a chain has one master");
    else if (policy->master.n && policy->master.places[0].kind != REP_PLACE_REGION)
        *message = g_strdup_printf("'%s' is a node; the master lives in a region",
                                   setup->nodes[policy->master.places[0].id].name);
    else if (rep_chain_heartbeat(setup) >= policy->detect && policy->heartbeat)
        *message = g_strdup("'heartbeat' must be shorter than 'detect': every node would be "
                            "suspected");
    else
        return TRUE;
    return FALSE;
}
