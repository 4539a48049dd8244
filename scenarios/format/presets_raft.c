/*
 * presets_raft.c — a replicated log kept by Raft, as etcd keeps it.
 *
 * After Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014), and
 * the etcd 3.5 documentation (heartbeat-interval 100, election-timeout 1000).
 */
#include "scenarios/format/presets_tables.h"

static const RepChoice reads[] = {
    {.name = "read-index", .value = 0, .doc = "a round of heartbeats before each answer"},
    {.name = "lease", .value = 1, .doc = "the leader trusts its lease, and so its clock"},
    {.name = "serializable", .value = 2, .doc = "the nearest member answers with what it has"},
    {.name = NULL}};

static const RepField args[] = {{.key = "reads",
                                 .type = REP_FIELD_CHOICE,
                                 SCN_PRESET_AT(words[0]),
                                 .fallback = "read-index",
                                 .choices = reads,
                                 .noun = "a way to read",
                                 .doc = "how a read makes sure that it is fresh",
                                 .example = "lease"},
                                {.key = NULL}};

static const ScnPresetRow rows[] = {
    {"model", "single-leader", NULL},
    {"log", "logical", NULL},
    {"ack", "quorum(majority)", "an entry is committed when a majority stores it"},
    {"ack_point", "flushed", "entries are on stable storage before a member answers (§5.2)"},
    {"leader_ack", "flushed", "etcd counts the leader's own entry once it is on disk"},
    {"ship", "on-append", "the leader writes to its disk in parallel (dissertation §10.2.1)"},
    {"visible", "on-commit", "only committed entries are applied"},
    {"follower_shows", "committed", "only committed entries are applied"},
    {"reads", "leader(read-index)", "ReadIndex (dissertation §6.4)"},
    {"failover.heartbeat", "100ms", "heartbeat-interval: 100"},
    {"failover.detect", "1s", "election-timeout: 1000"},
    {"failover.elect", "raft(timeout=uniform(1s, 2s))",
     "election-timeout, and up to as much again"},
    {"failover.fence", "false", "terms: an old leader can commit nothing"},
    {"failover.returning_leader", "discard-unreplicated", "a follower's log is made equal (§5.3)"},
    {NULL, NULL, NULL}};

static const ScnPresetRow lease[] = {{"reads", "leader(lease)", "ReadOnlyLeaseBased"},
                                     {NULL, NULL, NULL}};
static const ScnPresetRow serializable[] = {{"reads", "nearest", "a serializable range request"},
                                            {NULL, NULL, NULL}};

static const ScnPresetCase cases[] = {
    {"reads", "lease", lease}, {"reads", "serializable", serializable}, {NULL, NULL, NULL}};

static const char *const cannot[] = {"changes of membership, learners, leader transfer",
                                     "a ReadIndex that a follower asks for",
                                     "log compaction by snapshots beyond `retain`", NULL};
static const char *const examples[] = {"raft(lease)", "raft(serializable)", NULL};

const ScnPreset scn_preset_raft = {
    .name = "raft",
    .doc = "a log replicated by Raft, as in etcd",
    .args = args,
    .rows = rows,
    .cases = cases,
    .manual = "Ongaro and Ousterhout 2014; Ongaro's dissertation; etcd 3.5 documentation, Tuning",
    .cannot = cannot,
    .examples = examples};
