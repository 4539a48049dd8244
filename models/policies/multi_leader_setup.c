/*
 * multi_leader_setup.c — the keys of the multi-leader policy, and which settings are possible.
 *
 * Page references are to M. Kleppmann, "Designing Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/multi_leader.h"

#include <string.h>

#define AT(member) .offset = G_STRUCT_OFFSET(RepMultiLeaderSetup, member)
#define TOPOLOGY_SECTION "DDIA 1st ed. ch. 5 \"Multi-Leader Replication Topologies\""
#define CONFLICT_SECTION "DDIA 1st ed. ch. 5 \"Handling Write Conflicts\""

static const RepField star_args[] = {{.key = "centre",
                                      .type = REP_FIELD_NODE,
                                      AT(centre),
                                      .required = TRUE,
                                      .doc = "the leader that passes on between all others",
                                      .example = "us1"},
                                     {.key = NULL}};
static const RepField links_args[] = {
    {.key = "links",
     .type = REP_FIELD_LINKS,
     AT(links),
     .required = TRUE,
     .doc = "'a -> b': a sends to b; 'a <-> b': each to the other",
     .example = "[us1 <-> eu1, eu1 <-> ap1]"},
    {.key = NULL}};
static const RepChoice topologies[] = {
    {.name = "all-to-all",
     .value = REP_TOPOLOGY_ALL,
     .doc = "each leader sends its own writes to every other",
     .guarantees = "a leader that is down keeps nobody from hearing of the others",
     .does_not = "keep writes from overtaking those that they depend on, unless 'causal' does",
     .book = TOPOLOGY_SECTION},
    {.name = "circle",
     .value = REP_TOPOLOGY_CIRCLE,
     .doc = "each leader sends to the next in the list and passes on what it gets",
     .does_not = "go on past a leader that is down",
     .book = TOPOLOGY_SECTION},
    {.name = "star",
     .value = REP_TOPOLOGY_STAR,
     .args = star_args,
     .doc = "one leader passes on between all others",
     .does_not = "go on while that one is down",
     .book = TOPOLOGY_SECTION},
    {.name = "links",
     .value = REP_TOPOLOGY_LINKS,
     .args = links_args,
     .doc = "leaders send along these links and pass on what they get",
     .does_not = "go on where the only way leads past a leader that is down",
     .book = TOPOLOGY_SECTION},
    {.name = NULL}};

static const RepChoice reads[] = {
    {.name = "local", .value = REP_MULTI_READS_LOCAL, .doc = "the nearest leader answers"},
    {.name = "nearest",
     .value = REP_MULTI_READS_NEAREST,
     .doc = "the nearest leader or follower answers"},
    {.name = NULL}};

static const RepChoice stamps[] = {
    {.name = "clock", .value = REP_CONFLICT_LWW, .doc = "the leader's clock"},
    {.name = "hybrid",
     .value = REP_CONFLICT_HYBRID,
     .doc = "a hybrid logical clock: pushed past every stamp of the key that the leader has seen"},
    {.name = NULL}};
static const RepField lww_args[] = {{.key = "stamp",
                                     .type = REP_FIELD_CHOICE,
                                     AT(stamp),
                                     .fallback = "clock",
                                     .choices = stamps,
                                     .doc = "what stamps a write",
                                     .example = "clock"},
                                    {.key = NULL}};
static const RepField merge_args[] = {{.key = "type",
                                       .type = REP_FIELD_CHOICE,
                                       AT(merge),
                                       .fallback = "set",
                                       .choices = rep_merges,
                                       .doc = "what values are",
                                       .example = "counter"},
                                      {.key = NULL}};
static const RepField prefix_args[] = {
    {.key = "prefixes",
     .type = REP_FIELD_KEY_HOMES,
     AT(key_homes),
     .required = TRUE,
     .doc = "the region of keys whose number begins so; the longest prefix counts",
     .example = "{1: us, 2: eu}"},
    {.key = NULL}};
static const RepChoice homes[] = {
    {.name = "hash", .value = REP_HOME_HASH, .doc = "by a hash of the key, over all leaders"},
    {.name = "prefixes",
     .value = REP_HOME_PREFIX,
     .args = prefix_args,
     .form = REP_FORM_VALUE,
     .doc = "with the leader of a region, by how the number of the key begins; of several leaders "
            "there, and where no prefix fits, by a hash"},
    {.name = NULL}};
static const RepField home_args[] = {{.key = "by",
                                      .type = REP_FIELD_CHOICE,
                                      AT(home),
                                      .fallback = "hash",
                                      .choices = homes,
                                      .noun = "a way to give keys a home",
                                      .expected = "hash, {PREFIX: REGION, …}",
                                      .doc = "how keys are dealt to their home leaders",
                                      .example = "hash"},
                                     {.key = NULL}};
static const RepField priority_args[] = {{.key = "leaders",
                                          .type = REP_FIELD_NODES,
                                          AT(priority),
                                          .required = TRUE,
                                          .doc = "leaders whose writes are shown first",
                                          .example = "[us1, eu1]"},
                                         {.key = NULL}};
static const RepChoice conflicts[] = {
    {.name = "lww",
     .value = REP_CONFLICT_LWW,
     .args = lww_args,
     .doc = "the last write wins, by its stamp",
     .guarantees = "replicas that have seen the same writes agree",
     .does_not = "keep all acknowledged writes: of concurrent ones all but one disappear",
     .book = CONFLICT_SECTION},
    {.name = "siblings",
     .value = REP_CONFLICT_SIBLINGS,
     .doc = "version vectors: writes that did not know of each other are kept side by side until "
            "somebody who has seen them writes",
     .guarantees = "no acknowledged write disappears unless somebody who had seen it replaced it",
     .book = "DDIA 1st ed. ch. 5 \"Detecting Concurrent Writes\""},
    {.name = "merge",
     .value = REP_CONFLICT_MERGE,
     .args = merge_args,
     .doc = "values merge by themselves (CRDTs)",
     .guarantees = "no acknowledged write disappears",
     .book = CONFLICT_SECTION},
    {.name = "home",
     .value = REP_CONFLICT_HOME,
     .args = home_args,
     .doc = "writes of a key go to its home leader, and elsewhere while he is down; then the last "
            "write wins by hybrid stamps",
     .guarantees = "no conflicts while every home leader can be reached",
     .book = CONFLICT_SECTION},
    {.name = "priority",
     .value = REP_CONFLICT_PRIORITY,
     .args = priority_args,
     .doc = "kept side by side, and readers are shown the one whose leader is first in the list; "
            "what they write then replaces the others too",
     .guarantees = "replicas that have seen the same writes agree, and show one value",
     .does_not = "keep acknowledged writes that somebody replaced who was not shown them",
     .book = CONFLICT_SECTION},
    {.name = NULL}};

const RepField rep_multi_leader_fields[] = {
    {.key = "followers",
     .type = REP_FIELD_NODE_MAP,
     AT(followers),
     .fallback = "leader",
     .doc = "nodes that only follow, each with the leader that it follows; default: none",
     .example = "{us2: us1}"},
    {.key = "leaders",
     .type = REP_FIELD_NODES,
     AT(leaders),
     .fallback = "@others",
     .doc = "the nodes that take writes, in the order of a circle; default: all that follow nobody",
     .example = "[us1, eu1, ap1]"},
    {.key = "topology",
     .type = REP_FIELD_CHOICE,
     AT(topology),
     .fallback = "all-to-all",
     .choices = topologies,
     .noun = "a topology",
     .expected = "all-to-all, circle, star(LEADER), links([A <-> B, B -> C, …])",
     .doc = "along which ways writes travel",
     .example = "circle"},
    {.key = "reads",
     .type = REP_FIELD_CHOICE,
     AT(reads),
     .fallback = "local",
     .choices = reads,
     .noun = "a way to choose who answers reads",
     .doc = "who answers reads",
     .example = "nearest"},
    {.key = "conflict",
     .type = REP_FIELD_CHOICE,
     AT(conflict),
     .fallback = "lww(clock)",
     .choices = conflicts,
     .noun = "a conflict rule",
     .list = "conflict",
     .expected = "lww(clock), lww(hybrid), siblings, merge(counter | set | sequence), home(hash), "
                 "home({PREFIX: REGION, …}), "
                 "priority([LEADERS])",
     .doc = "what becomes of writes to a key that did not know of each other",
     .example = "lww(hybrid)"},
    {.key = "causal",
     .type = REP_FIELD_BOOL,
     AT(causal),
     .fallback = "false",
     .doc = "does a write wait at other leaders for what its own leader showed when it took it?",
     .example = "true"},
    {.key = NULL}};

/* ---- what is possible --------------------------------------------------------------------- */

/* Marks who hears of what the node accepts, by way of others too; returns how many. */
static gsize mark_reached(const RepMultiLeaderSetup *policy, int node, gboolean *reached)
{
    gsize n = 1, before = 0;
    reached[node] = TRUE;
    while (n > before) {
        before = n;
        for (gsize i = 0; i < policy->links.n; i++) {
            const RepLinkName *link = &policy->links.links[i];
            gboolean *from = &reached[link->from.id], *to = &reached[link->to.id];
            gboolean spreads = (*from && !*to) || (link->both_ways && *to && !*from);
            if (spreads) {
                *from = *to = TRUE;
                n++;
            }
        }
    }
    return n;
}

static char *links_problem(const RepSetup *setup, const RepMultiLeaderSetup *policy)
{
    const char *stranger = NULL;
    for (gsize i = 0; i < policy->links.n && !stranger; i++) {
        const RepLinkName *link = &policy->links.links[i];
        if (rep_multi_leader_log(policy, link->to.id) < 0)
            stranger = setup->nodes[link->to.id].name;
        if (rep_multi_leader_log(policy, link->from.id) < 0)
            stranger = setup->nodes[link->from.id].name;
    }
    if (stranger)
        return g_strdup_printf("'%s' is not a leader", stranger);
    g_autofree gboolean *reached = g_new(gboolean, setup->n_nodes);
    for (gsize i = 0; i < policy->leaders.n; i++) {
        memset(reached, 0, setup->n_nodes * sizeof *reached);
        if (mark_reached(policy, policy->leaders.ids[i], reached) == policy->leaders.n)
            continue;
        gsize other = 0;
        while (reached[policy->leaders.ids[other]])
            other++;
        return g_strdup_printf("no way along these links leads from '%s' to '%s'",
                               setup->nodes[policy->leaders.ids[i]].name,
                               setup->nodes[policy->leaders.ids[other]].name);
    }
    return NULL;
}

static char *priority_problem(const RepSetup *setup, const RepMultiLeaderSetup *policy)
{
    for (gsize i = 0; i < policy->priority.n; i++)
        if (rep_multi_leader_log(policy, policy->priority.ids[i]) < 0)
            return g_strdup_printf("'%s' is not a leader",
                                   setup->nodes[policy->priority.ids[i]].name);
    return NULL;
}

static char *problem(const RepSetup *setup, const RepMultiLeaderSetup *policy, const char **key)
{
    if (policy->leaders.n == 0)
        return g_strdup("somebody must take writes");
    for (int node = 0; policy->followers.to && node < (int)setup->n_nodes; node++) {
        int leader = policy->followers.to[node];
        *key = "followers";
        if (leader >= 0 && rep_multi_leader_log(policy, node) >= 0)
            return g_strdup_printf("'%s' is a leader and cannot follow", setup->nodes[node].name);
        if (leader >= 0 && rep_multi_leader_log(policy, leader) < 0)
            return g_strdup_printf("'%s' is not a leader", setup->nodes[leader].name);
    }
    *key = "conflict";
    char *homeless = policy->home == REP_HOME_PREFIX ? rep_home_problem(setup, policy) : NULL;
    if (homeless)
        return homeless;
    char *unheard =
        policy->conflict == REP_CONFLICT_PRIORITY ? priority_problem(setup, policy) : NULL;
    if (unheard)
        return unheard;
    *key = "topology";
    if (policy->topology == REP_TOPOLOGY_STAR && rep_multi_leader_log(policy, policy->centre) < 0)
        return g_strdup_printf("'%s' is not a leader", setup->nodes[policy->centre].name);
    return policy->topology == REP_TOPOLOGY_LINKS ? links_problem(setup, policy) : NULL;
}

gboolean rep_multi_leader_validate(const RepSetup *setup, char **message, const char **key)
{
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    *key = "leaders";
    *message = policy->leaders.n > G_MAXUINT8
                   ? g_strdup_printf("at most 255 leaders, not %" G_GSIZE_FORMAT, policy->leaders.n)
                   : problem(setup, policy, key);
    return *message == NULL;
}

gboolean rep_multi_leader_advise(const RepSetup *setup, guint n, char **message, const char **key)
{
    const RepMultiLeaderSetup *policy = rep_multi_leader_of(setup);
    if (policy->leaders.n > 1 || n > 0)
        return FALSE;
    *key = "leaders";
    *message = g_strdup("one leader alone has nobody to exchange writes with");
    return TRUE;
}
