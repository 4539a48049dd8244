/*
 * ack_choices.c — whom the leader may wait for, and what an acknowledgement may mean.
 *
 * Part of the table of single_leader_setup.c. Page references are to M. Kleppmann, "Designing
 * Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/single_leader/choices.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)
#define NODES_MAX 10000

/* ---- arguments ---------------------------------------------------------------------------- */

static const RepField semi_sync_args[] = {
    {.key = "K",
     .type = REP_FIELD_COUNT,
     AT(ack_count),
     .fallback = "1",
     .min = 1,
     .max = NODES_MAX,
     .doc = "how many followers confirm before the client hears",
     .example = "1"},
    {.key = NULL}};

static const RepChoice everyone[] = {
    {.name = "all", .value = REP_ACK_SYNC_ALL, .doc = "every follower in the configuration"},
    {.name = NULL}};
static const RepField sync_all_args[] = {{.key = "who",
                                          .type = REP_FIELD_CHOICE,
                                          AT(ack),
                                          .required = TRUE,
                                          .choices = everyone,
                                          .doc = "'all', or the name of one follower",
                                          .example = "all"},
                                         {.key = NULL}};
static const RepChoice in_sync[] = {
    {.name = "in-sync", .value = REP_ACK_IN_SYNC, .doc = "every member of the in-sync set"},
    {.name = NULL}};
static const RepField in_sync_args[] = {
    {.key = "who",
     .type = REP_FIELD_CHOICE,
     AT(ack),
     .required = TRUE,
     .choices = in_sync,
     .doc = "'in-sync': who has kept up",
     .example = "in-sync"},
    {.key = "min",
     .type = REP_FIELD_COUNT,
     AT(ack_min),
     .fallback = "2",
     .min = 1,
     .max = NODES_MAX,
     .doc = "with fewer members, the leader among them, writes are refused (min.insync.replicas)",
     .example = "2"},
    {.key = "evict",
     .type = REP_FIELD_SPAN,
     AT(ack_evict),
     .fallback = "30s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "a follower that has not caught up to the leader's end for so long leaves the set "
            "(replica.lag.time.max.ms)",
     .example = "30s"},
    {.key = NULL}};
static const RepField sync_args[] = {{.key = "follower",
                                      .type = REP_FIELD_NODE,
                                      AT(ack_node),
                                      .required = TRUE,
                                      .doc = "the follower that confirms",
                                      .example = "db2"},
                                     {.key = NULL}};

static const RepField list_args[] = {{.key = "K",
                                      .type = REP_FIELD_COUNT,
                                      AT(ack_count),
                                      .required = TRUE,
                                      .min = 1,
                                      .max = NODES_MAX,
                                      .doc = "how many of them confirm before the client hears",
                                      .example = "1"},
                                     {.key = "followers",
                                      .type = REP_FIELD_NODES,
                                      AT(ack_nodes),
                                      .required = TRUE,
                                      .doc = "the followers that count",
                                      .example = "[db2, db3]"},
                                     {.key = NULL}};

static const RepField each_args[] = {{.key = "K",
                                      .type = REP_FIELD_COUNT,
                                      AT(ack_count),
                                      .required = TRUE,
                                      .min = 1,
                                      .max = NODES_MAX,
                                      .doc = "how many followers confirm in each of the regions",
                                      .example = "1"},
                                     {.key = "regions",
                                      .type = REP_FIELD_PLACES,
                                      AT(ack_regions),
                                      .required = TRUE,
                                      .doc = "the regions, each of which must confirm",
                                      .example = "[us-east, eu]"},
                                     {.key = NULL}};

static const RepChoice quorums[] = {{.name = "majority",
                                     .value = REP_ACK_MAJORITY,
                                     .doc = "more than half of the leader and its followers"},
                                    {.name = NULL}};
static const RepField quorum_args[] = {
    {.key = "of",
     .type = REP_FIELD_CHOICE,
     AT(ack),
     .fallback = "majority",
     .choices = quorums,
     .noun = "a quorum",
     .doc = "'majority': the leader and those who confirmed are more than half of all",
     .example = "majority"},
    {.key = NULL}};

/* ---- the rules ---------------------------------------------------------------------------- */

#define SYNC_SECTION                                                                               \
    "DDIA 1st ed. ch. 5 \"Synchronous Versus Asynchronous Replication\", figure 5-2"

const RepChoice rep_ack_choices[] = {
    {.name = "async",
     .value = REP_ACK_ASYNC,
     .doc = "the leader answers the client without waiting for any follower",
     .guarantees = "the lowest write latency; writes go on whatever happens to followers",
     .does_not = "keep an acknowledged write when the leader is lost before it was shipped",
     .book = SYNC_SECTION},
    {.name = "semi-sync",
     .value = REP_ACK_SEMI_SYNC,
     .args = semi_sync_args,
     .implies = "ack_timeout=10s",
     .doc = "the leader answers the client when K followers have made the write durable",
     .guarantees = "an acknowledged write survives the loss of any K nodes, if promotion picks a "
                   "node that has it and the rule had not fallen back to async",
     .does_not = "make reads on other followers fresh; protect against losing K+1 nodes at once",
     .book = SYNC_SECTION},
    {.name = "sync",
     .value = REP_ACK_SYNC_ALL,
     .args = sync_all_args,
     .doc = "the leader answers when every follower has made the write durable; a dead one keeps "
            "counting",
     .guarantees = "every node has every acknowledged write",
     .does_not = "let writes go on while any follower is away",
     .book = SYNC_SECTION},
    {.name = "sync",
     .value = REP_ACK_IN_SYNC,
     .args = in_sync_args,
     .doc = "the leader answers when every follower of the in-sync set has the write (Kafka "
            "acks=all); who falls behind leaves the set, and comes back once it has what is "
            "committed",
     .guarantees = "every member of the set has every acknowledged write; at least min nodes have "
                   "it",
     .does_not = "keep acknowledged writes if one is promoted who is not in the set (failover: "
                 "promote: in-sync forbids it); let writes go on while fewer than min are in it, "
                 "nor before a dead member has been behind for evict",
     .book = SYNC_SECTION},
    {.name = "sync",
     .value = REP_ACK_SYNC,
     .args = sync_args,
     .doc = "the leader answers when the named follower has made the write durable",
     .guarantees = "the named follower has every acknowledged write",
     .does_not = "let writes go on while that follower is away",
     .book = SYNC_SECTION},
    {.name = "first",
     .value = REP_ACK_FIRST,
     .args = list_args,
     .doc = "the leader waits for the first K connected followers of a list, in its order",
     .guarantees = "the followers at the head of the list have every acknowledged write",
     .does_not = "take the quickest answers: a slow follower early in the list delays every write",
     .book = SYNC_SECTION},
    {.name = "any",
     .value = REP_ACK_ANY,
     .args = list_args,
     .doc = "the leader waits for any K followers of a list",
     .guarantees = "K followers of the list have every acknowledged write",
     .does_not = "say which of them; promotion must look for the one that is furthest",
     .book = SYNC_SECTION},
    {.name = "each",
     .value = REP_ACK_EACH,
     .args = each_args,
     .doc = "the leader waits for any K followers in each of these regions; one that was promoted, "
            "or leads another partition than the first, counts as one in its own",
     .guarantees = "an acknowledged write survives the loss of all regions of the list but one",
     .does_not = "let writes go on while one of the regions is away",
     .book = "DDIA 1st ed. ch. 9 \"Epoch numbering and quorums\""},
    {.name = "quorum",
     .value = REP_ACK_MAJORITY,
     .args = quorum_args,
     .doc = "the leader answers when it and the followers that have the write are a majority",
     .guarantees = "any majority of the nodes contains one that has the write",
     .does_not = "make reads on followers fresh",
     .book = "DDIA 1st ed. ch. 9 \"Epoch numbering and quorums\""},
    {.name = NULL}};

const RepChoice rep_ack_point_choices[] = {
    {.name = "flushed",
     .value = REP_POINT_FLUSHED,
     .doc = "a follower confirms what is on its disk"},
    {.name = "received",
     .value = REP_POINT_RECEIVED,
     .doc = "a follower confirms what is in its memory",
     .does_not = "survive a crash of leader and follower together"},
    {.name = "applied",
     .value = REP_POINT_APPLIED,
     .doc = "a follower confirms what its readers see",
     .guarantees = "a read on a follower that confirmed sees the write"},
    {.name = NULL}};

const RepChoice rep_leader_ack_choices[] = {
    {.name = "flushed",
     .value = REP_LEADER_ACK_FLUSHED,
     .doc = "the leader answers no earlier than its own flush",
     .guarantees = "an acknowledged write survives a restart of the leader"},
    {.name = "appended",
     .value = REP_LEADER_ACK_APPENDED,
     .doc = "the leader answers when the write is in its memory and the rule holds: under async at "
            "once (PostgreSQL synchronous_commit=off, Redis, MongoDB j:false)",
     .guarantees = "the leader's disk adds nothing to the latency of writes, if it also ships on "
                   "append or waits for nobody",
     .does_not = "keep an acknowledged write when the leader dies before its next flush and leads "
                 "again, or was the only one to have it",
     .book = "DDIA 1st ed. ch. 7 \"The Meaning of ACID\", durability"},
    {.name = NULL}};

const RepChoice rep_ack_messages_choices[] = {
    {.name = "one",
     .value = REP_ACK_MESSAGES_ONE,
     .doc = "a follower sends one message, when it has reached the acknowledgement point"},
    {.name = "each-stage",
     .value = REP_ACK_MESSAGES_EACH_STAGE,
     .doc = "a follower reports received, flushed and, where that is the acknowledgement point, "
            "applied in messages of their own on one ordered stream; a report that falls due "
            "during a flush leaves after it (PostgreSQL's walreceiver)",
     .does_not = "let an acknowledgement overtake the report of an earlier stage, so a slow one "
                 "holds it up"},
    {.name = NULL}};
