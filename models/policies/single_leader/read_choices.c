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

#define LAG_SECTION "DDIA 1st ed. ch. 5 \"Problems with Replication Lag\", figures 5-3 to 5-5"

const RepChoice rep_read_choices[] = {
    {.name = "leader",
     .value = REP_READS_LEADER,
     .doc = "every read goes to the leader",
     .guarantees = "reads see every acknowledged write, while there is one leader",
     .does_not = "scale reads; save distant clients the way to the leader",
     .book = LAG_SECTION},
    {.name = "nearest",
     .value = REP_READS_NEAREST,
     .doc = "a read goes to the node with the smallest configured delay, the leader included",
     .guarantees = "the lowest read latency",
     .does_not = "make reads fresh, nor one read newer than the last",
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
