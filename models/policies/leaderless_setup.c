/*
 * leaderless_setup.c — the keys of the leaderless policy, and which settings are possible.
 *
 * Page references are to M. Kleppmann, "Designing Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/leaderless/state.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepLeaderlessSetup, member)
#define LONGEST 3155760000e9
#define QUORUM_SECTION "DDIA 1st ed. ch. 5 \"Quorums for reading and writing\""

/* ---- quorums ------------------------------------------------------------------------------ */

#define QUORUM_ARGS(member)                                                                        \
    {                                                                                              \
        {.key = "count",                                                                           \
         .type = REP_FIELD_COUNT,                                                                  \
         AT(member.count),                                                                         \
         .required = TRUE,                                                                         \
         .min = 1,                                                                                 \
         .max = REP_REPLICAS_MAX,                                                                  \
         .doc = "so many replicas, wherever they are",                                             \
         .example = "2"},                                                                          \
        {                                                                                          \
            .key = NULL                                                                            \
        }                                                                                          \
    }

#define QUORUM_CHOICES(arguments)                                                                  \
    {                                                                                              \
        {.name = "count",                                                                          \
         .value = REP_QUORUM_COUNT,                                                                \
         .args = arguments,                                                                        \
         .form = REP_FORM_VALUE,                                                                   \
         .doc = "so many replicas, wherever they are",                                             \
         .does_not = "make reads and writes meet, unless both numbers together exceed the number " \
                     "of replicas",                                                                \
         .book = QUORUM_SECTION},                                                                  \
            {.name = "majority",                                                                   \
             .value = REP_QUORUM_MAJORITY,                                                         \
             .doc = "more than half of the replicas",                                              \
             .guarantees =                                                                         \
                 "a write and a later read have a replica in common, if both are majorities "      \
                 "of the key's own replicas",                                                      \
             .book = QUORUM_SECTION},                                                              \
            {.name = "all", .value = REP_QUORUM_ALL, .doc = "every replica of the key"},           \
            {.name = "local-quorum",                                                               \
             .value = REP_QUORUM_LOCAL,                                                            \
             .doc =                                                                                \
                 "a majority of the replicas in the coordinator's region; of all, where it has "   \
                 "none",                                                                           \
             .does_not = "make reads in one region see what was written in another",               \
             .book = "DDIA 1st ed. ch. 5 \"Multi-datacenter operation\""},                         \
            {.name = "each-quorum",                                                                \
             .value = REP_QUORUM_EACH,                                                             \
             .doc = "a majority of the replicas in each region that has any",                      \
             .guarantees = "local-quorum reads anywhere have a replica in common with the write"}, \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }

static const RepField write_args[] = QUORUM_ARGS(write);
static const RepField read_args[] = QUORUM_ARGS(read);
static const RepChoice write_quorums[] = QUORUM_CHOICES(write_args);
static const RepChoice read_quorums[] = QUORUM_CHOICES(read_args);

/* ---- other choices ------------------------------------------------------------------------ */

static const RepChoice coordinators[] = {
    {.name = "client",
     .value = REP_COORDINATOR_CLIENT,
     .doc = "the client sends to the replicas itself"},
    {.name = "nearest-node",
     .value = REP_COORDINATOR_NEAREST,
     .doc = "the nearest replica of the key coordinates, and takes part without a message; where "
            "the session avoids them all, the nearest other node"},
    {.name = NULL}};

static const RepField ring_args[] = {{.key = "vnodes",
                                      .type = REP_FIELD_COUNT,
                                      AT(vnodes),
                                      .fallback = "64",
                                      .min = 1,
                                      .max = 4096,
                                      .doc = "places of each node on the ring",
                                      .example = "64"},
                                     {.key = NULL}};
static const RepChoice placements[] = {
    {.name = "ring",
     .value = REP_PLACEMENT_RING,
     .args = ring_args,
     .doc = "consistent hashing: the first nodes clockwise from the key's hash"},
    {.name = "spread",
     .value = REP_PLACEMENT_SPREAD,
     .args = ring_args,
     .doc = "the same, with the replicas dealt evenly to the regions",
     .guarantees = "a region that is lost takes no more than its share of the replicas"},
    {.name = NULL}};

static const RepChoice fanouts[] = {
    {.name = "all", .value = REP_FANOUT_ALL, .doc = "reads ask every replica"},
    {.name = "quorum",
     .value = REP_FANOUT_QUORUM,
     .doc = "reads ask the nearest replicas that are enough, and no more",
     .does_not = "hide a slow replica, unless 'hedge' does"},
    {.name = NULL}};

static const RepField handoff_args[] = {{.key = "replay",
                                         .type = REP_FIELD_RATE,
                                         AT(replay),
                                         .fallback = "1000/s",
                                         .doc = "hints that a node hands over, at most",
                                         .example = "500/s"},
                                        {.key = "keep",
                                         .type = REP_FIELD_SPAN_OR_NEVER,
                                         AT(keep),
                                         .fallback = "3h",
                                         .min = 1,
                                         .max = LONGEST,
                                         .doc = "a hint that is older is given up",
                                         .example = "3h"},
                                        {.key = NULL}};
static const RepChoice handoffs[] = {
    {.name = "none",
     .value = REP_HANDOFF_NONE,
     .doc = "nothing is kept for replicas that are away"},
    {.name = "hints",
     .value = REP_HANDOFF_ON,
     .args = handoff_args,
     .form = REP_FORM_MAPPING,
     .doc = "what a replica missed is kept by another, and handed over when it can be reached",
     .guarantees = "a replica that was away for less than 'keep' gets what it missed, unless who "
                   "kept it is lost",
     .book = "DDIA 1st ed. ch. 5 \"Sloppy Quorums and Hinted Handoff\""},
    {.name = NULL}};

static const RepField repair_args[] = {{.key = "share",
                                        .type = REP_FIELD_RATIO,
                                        AT(repair_share),
                                        .required = TRUE,
                                        .max = 1,
                                        .doc = "of the reads whose answers are compared",
                                        .example = "10%"},
                                       {.key = NULL}};
#define REPAIR_SECTION "DDIA 1st ed. ch. 5 \"Read repair and anti-entropy\""
static const RepChoice repairs[] = {
    {.name = "none", .value = REP_REPAIR_NONE, .doc = "reads change nothing"},
    {.name = "share",
     .value = REP_REPAIR_SHARE,
     .args = repair_args,
     .form = REP_FORM_VALUE,
     .doc = "of this share of the reads all answers are compared, late ones too, and replicas that "
            "answered with less get the rest",
     .does_not = "repair what nobody reads",
     .book = REPAIR_SECTION},
    {.name = "blocking",
     .value = REP_REPAIR_BLOCKING,
     .doc = "the replicas that a read counted are made equal before it is answered",
     .guarantees = "with majorities, a later read is not older than an earlier one",
     .book = REPAIR_SECTION},
    {.name = NULL}};

static const RepField every_args[] = {{.key = "period",
                                       .type = REP_FIELD_SPAN,
                                       AT(every),
                                       .required = TRUE,
                                       .min = 1,
                                       .max = LONGEST,
                                       .doc = "between two comparisons of a node",
                                       .example = "10min"},
                                      {.key = NULL}};
static const RepChoice entropies[] = {
    {.name = "none", .value = REP_ANTI_ENTROPY_NONE, .doc = "replicas are not compared"},
    {.name = "every",
     .value = REP_ANTI_ENTROPY_EVERY,
     .args = every_args,
     .doc = "each node compares what it holds with another, in turn; at the end of the run each "
            "with every other",
     .guarantees = "replicas that can reach each other agree in the end",
     .book = REPAIR_SECTION},
    {.name = NULL}};

static const RepChoice clocks[] = {
    {.name = "clock", .value = REP_VERSIONS_LWW, .doc = "the acceptor's clock"},
    {.name = "hybrid",
     .value = REP_VERSIONS_HYBRID,
     .doc = "the same, pushed past every stamp that the acceptor had seen of the key"},
    {.name = NULL}};
static const RepField merge_args[] = {{.key = "type",
                                       .type = REP_FIELD_CHOICE,
                                       AT(merge),
                                       .fallback = "set",
                                       .choices = rep_merges,
                                       .doc = "what values are",
                                       .example = "counter"},
                                      {.key = NULL}};
static const RepField lww_args[] = {{.key = "stamp",
                                     .type = REP_FIELD_CHOICE,
                                     AT(clock),
                                     .fallback = "clock",
                                     .choices = clocks,
                                     .doc = "what stamps a write",
                                     .example = "clock"},
                                    {.key = NULL}};
#define CONCURRENT "DDIA 1st ed. ch. 5 \"Detecting Concurrent Writes\""
static const RepChoice versionings[] = {
    {.name = "vector",
     .value = REP_VERSIONS_VECTOR,
     .doc = "version vectors: a version gives way to those whose authors had seen it, and others "
            "are kept beside it as siblings",
     .guarantees = "no acknowledged write disappears unless somebody who had seen it replaced it",
     .book = CONCURRENT},
    {.name = "single",
     .value = REP_VERSIONS_SINGLE,
     .doc = "one counter per key and replica; the larger stays, of equal ones the larger name's",
     .does_not = "tell concurrent writes apart: one of them disappears",
     .book = CONCURRENT},
    {.name = "lww",
     .value = REP_VERSIONS_LWW,
     .args = lww_args,
     .doc = "the last write wins, by its stamp",
     .does_not = "keep all acknowledged writes: of concurrent ones all but one disappear",
     .book = CONCURRENT},
    {.name = "merge",
     .value = REP_VERSIONS_MERGE,
     .args = merge_args,
     .doc = "versions that did not know of each other are merged for the reader",
     .guarantees = "no acknowledged write disappears",
     .book = CONCURRENT},
    {.name = "none",
     .value = REP_VERSIONS_NONE,
     .doc = "what arrives last at a replica stays there",
     .does_not = "make replicas agree",
     .book = "DDIA 1st ed. ch. 5 figure 5-12"},
    {.name = NULL}};

#define DELAY(name, member, text)                                                                  \
    {                                                                                              \
        .key = name, .type = REP_FIELD_DIST, AT(member), .required = TRUE, .doc = text,            \
        .example = "exponential(mean=1ms)"                                                         \
    }
static const RepField wars_args[] = {DELAY("w", w, "of a write to a replica"),
                                     DELAY("a", a, "of its acknowledgement"),
                                     DELAY("r", r, "of a read to a replica"),
                                     DELAY("s", s, "of its response"),
                                     {.key = NULL}};
static const RepChoice wars[] = {
    {.name = "none", .value = REP_WARS_OFF, .doc = "messages travel over the network"},
    {.name = "delays",
     .value = REP_WARS_ON,
     .args = wars_args,
     .form = REP_FORM_MAPPING,
     .doc = "the WARS model: one-way delays drawn for each operation and replica, and nothing else",
     .does_not = "know the network, disks, cpus, repair or hints",
     .book = "Bailis et al., \"Probabilistically Bounded Staleness\", VLDB 2012"},
    {.name = NULL}};

const RepField rep_leaderless_fields[] = {
    {.key = "replicas",
     .type = REP_FIELD_COUNT,
     AT(replicas),
     .fallback = "3",
     .min = 1,
     .max = REP_REPLICAS_MAX,
     .doc = "nodes that keep each key (N)",
     .example = "3"},
    {.key = "write_quorum",
     .type = REP_FIELD_CHOICE,
     AT(write.rule),
     .fallback = "majority",
     .choices = write_quorums,
     .noun = "a quorum",
     .expected = "a number, majority, all, local-quorum, each-quorum",
     .doc = "replicas that must have stored a write before the client hears (W)",
     .example = "2"},
    {.key = "read_quorum",
     .type = REP_FIELD_CHOICE,
     AT(read.rule),
     .fallback = "majority",
     .choices = read_quorums,
     .noun = "a quorum",
     .expected = "a number, majority, all, local-quorum, each-quorum",
     .doc = "replicas that must have answered a read before the client hears (R)",
     .example = "2"},
    {.key = "coordinator",
     .type = REP_FIELD_CHOICE,
     AT(coordinator),
     .fallback = "client",
     .choices = coordinators,
     .noun = "a coordinator",
     .doc = "who sends an operation to the replicas and counts their answers",
     .example = "nearest-node"},
    {.key = "placement",
     .type = REP_FIELD_CHOICE,
     AT(placement),
     .fallback = "ring",
     .choices = placements,
     .noun = "a placement",
     .expected = "ring(vnodes=64), spread(vnodes=64)",
     .doc = "which nodes keep a key",
     .example = "ring(vnodes=64)"},
    {.key = "read_fanout",
     .type = REP_FIELD_CHOICE,
     AT(fanout),
     .fallback = "all",
     .choices = fanouts,
     .noun = "a fan-out",
     .doc = "how many replicas a read asks",
     .example = "quorum"},
    {.key = "hedge",
     .type = REP_FIELD_SPAN_OR_NEVER,
     AT(hedge),
     .fallback = "never",
     .min = 1,
     .max = LONGEST,
     .doc = "a read that has no answer after so long is sent once more: to a replica that was not "
            "asked, where there is one",
     .example = "20ms"},
    {.key = "sloppy_quorum",
     .type = REP_FIELD_BOOL,
     AT(sloppy),
     .fallback = "false",
     .doc = "may other nodes stand in for replicas that cannot be reached?",
     .example = "true"},
    {.key = "hinted_handoff",
     .type = REP_FIELD_CHOICE,
     AT(handoff),
     .fallback = "none",
     .choices = handoffs,
     .noun = "a way to hand over",
     .expected = "none, or a mapping such as {replay: 500/s, keep: 3h}",
     .doc = "what becomes of writes for replicas that cannot be reached",
     .example = "{replay: 500/s, keep: 3h}"},
    {.key = "read_repair",
     .type = REP_FIELD_CHOICE,
     AT(repair),
     .fallback = "none",
     .choices = repairs,
     .noun = "a kind of read repair",
     .expected = "none, a share such as 10%, blocking",
     .doc = "what a read does about replicas that answer with old values",
     .example = "10%"},
    {.key = "anti_entropy",
     .type = REP_FIELD_CHOICE,
     AT(anti_entropy),
     .fallback = "none",
     .choices = entropies,
     .noun = "a kind of anti-entropy",
     .expected = "none, every 10min",
     .doc = "are replicas compared in the background?",
     .example = "every 10min"},
    {.key = "versions",
     .type = REP_FIELD_CHOICE,
     AT(versions),
     .fallback = "vector",
     .choices = versionings,
     .noun = "a way to tell versions apart",
     .list = "versions",
     .expected = "vector, single, lww(clock), lww(hybrid), merge(counter | set | sequence), none",
     .doc = "what becomes of writes to a key that did not know of each other",
     .example = "lww(clock)"},
    {.key = "tombstone_grace",
     .type = REP_FIELD_SPAN_OR_NEVER,
     AT(tombstone_grace),
     .fallback = "never",
     .min = 1,
     .max = LONGEST,
     .doc = "how long a replica remembers that a key was deleted",
     .example = "10d"},
    {.key = "wars",
     .type = REP_FIELD_CHOICE,
     AT(wars),
     .fallback = "none",
     .choices = wars,
     .noun = "a set of delays",
     .expected = "none, or a mapping {w: DELAY, a: DELAY, r: DELAY, s: DELAY}",
     .doc = "take the delays of operations from these laws, and ignore everything else",
     .example = "{w: exponential(mean=5ms), a: 1ms, r: 1ms, s: 1ms}"},
    {.key = NULL}};

/* ---- what is possible --------------------------------------------------------------------- */

static gboolean is_too_large(const RepLeaderlessSetup *policy, const RepQuorumSetup *quorum)
{
    return quorum->rule == REP_QUORUM_COUNT && quorum->count > policy->replicas;
}

gboolean rep_leaderless_validate(const RepSetup *setup, char **message, const char **key)
{
    const RepLeaderlessSetup *policy = rep_leaderless_of(setup);
    if (policy->replicas > (gint64)setup->n_nodes) {
        *key = "replicas";
        *message = g_strdup_printf("%" G_GINT64_FORMAT " replicas need as many nodes, and there "
                                   "are %" G_GSIZE_FORMAT,
                                   policy->replicas, setup->n_nodes);
        return FALSE;
    }
    const RepQuorumSetup *quorums[] = {&policy->write, &policy->read};
    const char *const keys[] = {"write_quorum", "read_quorum"};
    for (gsize i = 0; i < G_N_ELEMENTS(quorums); i++)
        if (is_too_large(policy, quorums[i])) {
            *key = keys[i];
            *message = g_strdup_printf("a quorum of %" G_GINT64_FORMAT " can never be met by "
                                       "%" G_GINT64_FORMAT " replicas",
                                       quorums[i]->count, policy->replicas);
            return FALSE;
        }
    if (policy->wars == REP_WARS_ON && policy->coordinator != REP_COORDINATOR_CLIENT) {
        *key = "wars";
        *message = g_strdup("the WARS model has the client as coordinator");
        return FALSE;
    }
    return TRUE;
}

static gint64 size_of(const RepLeaderlessSetup *policy, const RepQuorumSetup *quorum)
{
    switch ((RepQuorumRule)quorum->rule) {
    case REP_QUORUM_COUNT:
        return quorum->count;
    case REP_QUORUM_MAJORITY:
        return policy->replicas / 2 + 1;
    case REP_QUORUM_ALL:
        return policy->replicas;
    case REP_QUORUM_LOCAL:
    case REP_QUORUM_EACH:
        break;
    }
    return 0;
}

static char *quorum_risk(const RepLeaderlessSetup *policy)
{
    gint64 w = size_of(policy, &policy->write), r = size_of(policy, &policy->read);
    if (w == 0 || r == 0 || w + r > policy->replicas)
        return NULL;
    return g_strdup_printf("R + W = %" G_GINT64_FORMAT " does not exceed N = %" G_GINT64_FORMAT
                           ": a read may miss a write that was acknowledged before it",
                           r + w, policy->replicas);
}

static gboolean keeps_missing(const RepSetup *setup, const RepLeaderlessSetup *policy)
{
    return policy->anti_entropy == REP_ANTI_ENTROPY_NONE && policy->repair == REP_REPAIR_NONE &&
           policy->handoff == REP_HANDOFF_NONE && policy->wars == REP_WARS_OFF &&
           setup->n_faults > 0;
}

static gboolean has_nothing_to_compare(const RepLeaderlessSetup *policy)
{
    gint64 asked = policy->fanout == REP_FANOUT_QUORUM ? size_of(policy, &policy->read) : 0;
    return policy->repair != REP_REPAIR_NONE && asked == 1;
}

static gboolean forgets_before_comparing(const RepLeaderlessSetup *policy)
{
    return policy->anti_entropy == REP_ANTI_ENTROPY_EVERY &&
           policy->tombstone_grace < policy->every;
}

#define MOST_RISKS 8

/* What makes little sense; returns how many. The caller frees. */
static guint risks(const RepSetup *setup, const char *keys[MOST_RISKS], char *texts[MOST_RISKS])
{
    const RepLeaderlessSetup *policy = rep_leaderless_of(setup);
    guint n = 0;
    char *quorums = quorum_risk(policy);
    if (quorums) {
        keys[n] = "read_quorum";
        texts[n++] = quorums;
    }
    if (keeps_missing(setup, policy)) {
        keys[n] = "anti_entropy";
        texts[n++] = g_strdup("what a replica missed stays missing: there is no read repair, no "
                              "hinted handoff and no anti-entropy");
    }
    if (policy->sloppy && policy->replicas == (gint64)setup->n_nodes) {
        keys[n] = "sloppy_quorum";
        texts[n++] = g_strdup("nobody can stand in: every node is a replica of every key");
    }
    if (has_nothing_to_compare(policy)) {
        keys[n] = "read_repair";
        texts[n++] = g_strdup("a read that asks one replica has no answers to compare");
    }
    if (forgets_before_comparing(policy)) {
        keys[n] = "tombstone_grace";
        texts[n++] = g_strdup("replicas forget what was deleted before they are compared: it may "
                              "come back");
    }
    return n;
}

gboolean rep_leaderless_advise(const RepSetup *setup, guint n, char **message, const char **key)
{
    const char *keys[MOST_RISKS];
    char *texts[MOST_RISKS];
    guint n_risks = risks(setup, keys, texts);
    *message = NULL;
    for (guint i = 0; i < n_risks; i++)
        if (i == n) {
            *message = texts[i];
            *key = keys[i];
        } else
            g_free(texts[i]);
    return *message != NULL;
}
