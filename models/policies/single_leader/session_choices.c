/*
 * session_choices.c — what a session may be promised, and by which mechanism.
 *
 * Part of the table of single_leader_setup.c. Page references are to M. Kleppmann, "Designing
 * Data-Intensive Applications", 1st ed., chapter 5. The tokens are those of D. Terry et al.,
 * "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994, as MongoDB's causally
 * consistent sessions use them (operationTime, afterClusterTime).
 */
#include "models/policies/single_leader/choices.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)

/* One word as the first argument tells alternatives of one name apart. */
#define WORD(table, word, meaning)                                                                 \
    static const RepChoice table[] = {{.name = word, .value = meaning}, {.name = NULL}};

WORD(by_leader, "leader", REP_SESSION_OWN_LEADER)
WORD(by_token, "token", REP_SESSION_OWN_TOKEN)
WORD(stuck, "sticky", REP_SESSION_MONOTONIC_STICKY)
WORD(read_by_token, "token", REP_SESSION_MONOTONIC_TOKEN)
WORD(same_partition, "same-partition", REP_SESSION_PREFIX_PARTITION)
WORD(by_causes, "causal", REP_SESSION_PREFIX_CAUSAL)

#define BY(table, others, text)                                                                    \
    {                                                                                              \
        .key = "by", .type = REP_FIELD_CHOICE, AT(session), .required = TRUE, .choices = table,    \
        .noun = "a mechanism", .expected = others, .doc = "the mechanism, one of " others,         \
        .example = text                                                                            \
    }

static const RepField own_leader_args[] = {
    BY(by_leader, "leader, token", "leader"),
    {.key = "for",
     .type = REP_FIELD_SPAN,
     AT(session_window),
     .fallback = "10s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "so long after the acknowledgement of its last write reached the session",
     .example = "10s"},
    {.key = NULL}};

static const RepChoice behinds[] = {
    {.name = "wait",
     .value = REP_BEHIND_WAIT,
     .doc = "the replica holds the read until it has caught up, at most up_to, and then hands it "
            "on to the leader"},
    {.name = "leader", .value = REP_BEHIND_LEADER, .doc = "it hands the read on at once"},
    {.name = NULL}};

static const RepField own_token_args[] = {BY(by_token, "leader, token", "token"),
                                          {.key = "behind",
                                           .type = REP_FIELD_CHOICE,
                                           AT(session_behind),
                                           .fallback = "wait",
                                           .choices = behinds,
                                           .noun = "what a replica that is behind does",
                                           .doc = "what a replica does that has not got so far",
                                           .example = "leader"},
                                          {.key = "up_to",
                                           .type = REP_FIELD_SPAN,
                                           AT(session_up_to),
                                           .fallback = "1s",
                                           .doc = "how long a replica holds a read",
                                           .example = "1s"},
                                          {.key = NULL}};

static const RepField sticky_args[] = {BY(stuck, "sticky, token", "sticky"), {.key = NULL}};
static const RepField token_args[] = {BY(read_by_token, "sticky, token", "token"), {.key = NULL}};
static const RepField partition_args[] = {
    BY(same_partition, "same-partition, causal", "same-partition"), {.key = NULL}};
static const RepField causal_args[] = {BY(by_causes, "same-partition, causal", "causal"),
                                       {.key = NULL}};

#define OWN_SECTION "DDIA 1st ed. ch. 5 \"Reading Your Own Writes\", figure 5-3"
#define MONOTONIC_SECTION "DDIA 1st ed. ch. 5 \"Monotonic Reads\", figure 5-4"
#define PREFIX_SECTION "DDIA 1st ed. ch. 5 \"Consistent Prefix Reads\", figure 5-5"
#define CAUSAL_SECTION "DDIA 1st ed. ch. 9 \"Ordering and Causality\""

const RepChoice rep_session_choices[] = {
    {.name = "read-your-writes",
     .value = REP_SESSION_OWN_LEADER,
     .args = own_leader_args,
     .doc = "for a while after its own last acknowledged write the session reads from the leader",
     .guarantees = "a session sees its own acknowledged writes while the time lasts, but for those "
                   "that a failover lost",
     .does_not = "show them after that time, where replicas lag longer; spare the leader the reads "
                 "of all who write; keep what is seen when two leaders accept writes",
     .book = OWN_SECTION},
    {.name = "read-your-writes",
     .value = REP_SESSION_OWN_TOKEN,
     .args = own_token_args,
     .doc = "a read carries the place of the session's last acknowledged write; a replica that has "
            "not got so far holds the read or hands it on to the leader",
     .guarantees = "a session sees its own acknowledged writes, wherever it reads, but for those "
                   "that a failover lost",
     .does_not = "show them to other sessions; answer at once where the replica lags: a read waits "
                 "up to up_to, and then costs a way to the leader more",
     .book = OWN_SECTION},
    {.name = "monotonic-reads",
     .value = REP_SESSION_MONOTONIC_STICKY,
     .args = sticky_args,
     .doc = "the session keeps to the replica that `reads` chose first, until that one lets it "
            "down",
     .guarantees = "reads of a session never go back in time while its replica lives and answers",
     .does_not = "hold when the replica dies, loses its disk or does not answer in time; let a "
                 "session see its own writes",
     .book = MONOTONIC_SECTION},
    {.name = "monotonic-reads",
     .value = REP_SESSION_MONOTONIC_TOKEN,
     .args = token_args,
     .doc = "a read carries how far the nodes that answered the session's earlier reads had got; a "
            "replica that is behind that holds it or hands it on, as a token of read-your-writes",
     .guarantees = "reads of a session never go back in time, whichever replica answers, but for "
                   "what a failover lost",
     .does_not = "make reads fresh; let a session see its own writes",
     .book = MONOTONIC_SECTION},
    {.name = "monotonic-writes",
     .value = REP_SESSION_WRITES,
     .doc = "a session sends its next write when the last was acknowledged or given up; its "
            "latency counts from when it was wanted",
     .guarantees = "acknowledged writes of a session are applied in its order",
     .does_not = "order a write that was given up: it may still take effect, later than its "
                 "successor; keep writes quick where one of them is slow",
     .book = CAUSAL_SECTION},
    {.name = "consistent-prefix",
     .value = REP_SESSION_PREFIX_PARTITION,
     .args = partition_args,
     .doc = "what belongs together is kept in one partition, whose log is one order for all",
     .guarantees = "a replica that shows an answer shows what was asked",
     .does_not = "hold for a session that reads here and there: it needs monotonic-reads as well",
     .book = PREFIX_SECTION},
    {.name = "consistent-prefix",
     .value = REP_SESSION_PREFIX_CAUSAL,
     .args = causal_args,
     .doc = "a write carries what its session had read and written, and a read asks for all that "
            "depends on what the session has read",
     .guarantees = "a session that has read an answer sees what was asked, wherever it reads, but "
                   "for what a failover lost",
     .does_not = "let a session see its own writes",
     .book = PREFIX_SECTION},
    {.name = "causal",
     .value = REP_SESSION_CAUSAL,
     .doc = "all of it by tokens: read-your-writes, monotonic reads, writes in order, writes after "
            "what was read",
     .guarantees = "what a session has read or written it sees ever after, and others see nothing "
                   "of its writes without what it had seen; but for what a failover lost",
     .does_not = "make reads fresh: what other sessions did at the same time may come late; answer "
                 "at once where a replica lags",
     .book = CAUSAL_SECTION},
    {.name = NULL}};
