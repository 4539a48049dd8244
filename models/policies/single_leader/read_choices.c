/*
 * read_choices.c — who may answer reads, and what followers show.
 *
 * Part of the table of single_leader_setup.c. Page references are to M. Kleppmann, "Designing
 * Data-Intensive Applications", 1st ed., chapter 5.
 */
#include "models/policies/single_leader/choices.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)

static const RepField follower_args[] = {{.key = "node",
                                          .type = REP_FIELD_NODE,
                                          AT(reads_node),
                                          .required = TRUE,
                                          .doc = "the follower that answers",
                                          .example = "db2"},
                                         {.key = NULL}};

static const RepChoice local[] = {
    {.name = "local", .value = REP_READS_LEADER, .doc = "with what it shows, asking nobody"},
    {.name = NULL}};
static const RepChoice under_lease[] = {
    {.name = "lease", .value = REP_READS_LEADER_LEASE, .doc = "while nobody else can lead"},
    {.name = NULL}};
static const RepChoice by_index[] = {{.name = "read-index",
                                      .value = REP_READS_LEADER_INDEX,
                                      .doc = "after a majority has confirmed that it leads"},
                                     {.name = NULL}};

#define HOW(table, text)                                                                           \
    {                                                                                              \
        {.key = "how",                                                                             \
         .type = REP_FIELD_CHOICE,                                                                 \
         AT(reads),                                                                                \
         .required = TRUE,                                                                         \
         .choices = table,                                                                         \
         .noun = "a way for a leader to answer",                                                   \
         .expected = "local, lease, read-index",                                                   \
         .doc = "how the leader knows that it leads still",                                        \
         .example = text},                                                                         \
        {                                                                                          \
            .key = NULL                                                                            \
        }                                                                                          \
    }

static const RepField local_args[] = HOW(local, "local");
static const RepField lease_args[] = HOW(under_lease, "lease");
static const RepField index_args[] = HOW(by_index, "read-index");

static const RepField fresh_args[] = {
    {.key = "max_lag",
     .type = REP_FIELD_SPAN,
     AT(max_lag),
     .required = TRUE,
     .min = 1,
     .max = 3155760000e9,
     .doc = "nodes that the client believes to lag more are passed by",
     .example = "2s"},
    {.key = "probe",
     .type = REP_FIELD_SPAN,
     AT(probe),
     .fallback = "500ms",
     .min = 1,
     .max = 3155760000e9,
     .doc = "how often clients ask nodes how far they are; shorter than max_lag",
     .example = "500ms"},
    {.key = NULL}};

#define LAG_SECTION "DDIA 1st ed. ch. 5 \"Problems with Replication Lag\", figures 5-3 to 5-5"
#define LINEARIZABLE_SECTION "DDIA 1st ed. ch. 9 \"Implementing Linearizable Systems\""

const RepChoice rep_read_choices[] = {
    {.name = "leader",
     .value = REP_READS_LEADER,
     .doc = "every read goes to the leader; a node that leads no longer refuses it",
     .guarantees = "reads see every acknowledged write, while there is one leader",
     .does_not = "scale reads; save distant clients the way to the leader",
     .book = LAG_SECTION},
    {.name = "leader",
     .value = REP_READS_LEADER,
     .args = local_args,
     .doc = "every read goes to the leader, which asks nobody: the same as leader",
     .guarantees = "reads see every acknowledged write, while there is one leader",
     .does_not = "notice that another leads by now: an old leader shows old values",
     .book = LINEARIZABLE_SECTION},
    {.name = "leader",
     .value = REP_READS_LEADER_LEASE,
     .args = lease_args,
     .doc = "the leader answers at once while nobody else can lead yet (raft: the shortest "
            "election timeout after a majority confirmed it; monitors: detect after a majority of "
            "them answered it), and after a round of questions as read-index otherwise",
     .guarantees = "reads see every acknowledged write that no failover lost, at the price of no "
                   "round for most",
     .does_not =
         "hold where the leader's clock is slow or set back, or an operator promotes meanwhile; "
         "spare members their vote: they wait out the lease before they elect another",
     .book = LINEARIZABLE_SECTION},
    {.name = "leader",
     .value = REP_READS_LEADER_INDEX,
     .args = index_args,
     .doc = "before it answers, the leader asks the members whether it leads still; reads that "
            "come while a round is under way share the next one",
     .guarantees = "reads see every acknowledged write that no failover lost, also while an old "
                   "leader goes on, where writes are acknowledged by a majority or the old leader "
                   "is fenced",
     .does_not = "answer without a majority; come for free: each round is a message to every "
                 "member and back",
     .book = LINEARIZABLE_SECTION},
    {.name = "nearest",
     .value = REP_READS_NEAREST,
     .doc = "a read goes to the node with the smallest configured delay, the leader included",
     .guarantees = "the lowest read latency",
     .does_not = "make reads fresh, nor one read newer than the last",
     .book = LAG_SECTION},
    {.name = "nearest",
     .value = REP_READS_NEAREST_FRESH,
     .args = fresh_args,
     .doc = "a read goes to the nearest node whose lag the client believes to be at most max_lag, "
            "or to the leader",
     .guarantees = "a replica that has fallen behind is passed by, once clients know",
     .does_not = "bound how stale a read is: clients know what nodes said at the last probe, and a "
                 "node that is cut off looks fresh while nobody writes",
     .book = LAG_SECTION},
    {.name = "any",
     .value = REP_READS_ANY,
     .doc = "each read goes to a node by lot",
     .guarantees = "an even load on all nodes",
     .does_not = "make reads fresh; time may run backwards from one read to the next",
     .book = LAG_SECTION},
    {.name = "sticky",
     .value = REP_READS_STICKY,
     .doc = "each session keeps to one node, chosen by lot",
     .guarantees = "a session's reads never go backwards while its node is up",
     .does_not = "let a session see its own writes",
     .book = LAG_SECTION},
    {.name = "follower",
     .value = REP_READS_FOLLOWER,
     .args = follower_args,
     .doc = "every read goes to the named follower",
     .does_not = "make reads fresh",
     .book = LAG_SECTION},
    {.name = NULL}};

const RepChoice rep_follower_shows_choices[] = {
    {.name = "applied",
     .value = REP_SHOWS_APPLIED,
     .doc = "what is on its disk, as soon as it is applied",
     .does_not = "keep readers from seeing what is lost in a failover"},
    {.name = "committed",
     .value = REP_SHOWS_COMMITTED,
     .doc = "what it knows to have committed: the leader says so with the next entries, or in a "
            "message of its own where none leave in that instant (Raft, MongoDB readConcern "
            "majority)",
     .guarantees = "what a reader of a follower has seen is never taken back, if what commits is "
                   "never lost",
     .does_not = "make reads on followers fresh: they are later by the way of the acknowledgement "
                 "and of the news",
     .book = "DDIA 1st ed. ch. 9 \"Total order broadcast\""},
    {.name = NULL}};
