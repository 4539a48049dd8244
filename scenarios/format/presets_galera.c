/*
 * presets_galera.c — a Galera cluster that is written to at one node.
 *
 * After the Galera Cluster documentation: "Certification-Based Replication", "Quorum Components",
 * "Node Failure and Recovery", "Galera Parameters". Certification settles what happens when two
 * nodes take conflicting writes: the later transaction is aborted. Aborts cannot be expressed here;
 * with one writer there are none, which is how load balancers are set in front of many clusters.
 */
#include "scenarios/format/presets_tables.h"

static const RepField args[] = {
    {.key = "suspect_timeout",
     .type = REP_FIELD_SPAN,
     SCN_PRESET_AT(spans[0]),
     .fallback = "5s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "evs.suspect_timeout: who is not heard of for longer is left out of the group",
     .example = "10s"},
    {.key = NULL}};

static const ScnPresetRow rows[] = {
    {"model", "single-leader", NULL},
    {"log", "logical", "binlog_format=ROW: write-sets hold rows"},
    {"ack", "sync(in-sync, evict={suspect_timeout})", "a commit waits for the whole group"},
    {"ack_point", "received", "members confirm a write-set before they apply it"},
    {"leader_ack", "flushed", "innodb_flush_log_at_trx_commit=1"},
    {"ship", "on-append", "the group orders write-sets before the local commit"},
    {"follower_shows", "applied", "each member applies in its own time"},
    {"reads", "nearest", "every member answers; wsrep_sync_wait=0"},
    {"failover.heartbeat", "1s", "evs.keepalive_period=PT1S"},
    {"failover.detect", "{suspect_timeout}", "evs.suspect_timeout"},
    {"failover.promote", "in-sync", "any member of the primary component can go on"},
    {"failover.fence", "true", "outside the primary component nothing is answered"},
    {"failover.returning_leader", "discard-unreplicated", "it joins by state transfer"},
    {"failover.elect", "monitors", "pc.weight=1: the majority is the primary component"},
    {NULL, NULL, NULL}};

static const char *const cannot[] = {
    "writes at several nodes, and the transactions that certification aborts then",
    "wsrep_sync_wait: a member that waits until it has applied what the group has ordered",
    "flow control: members whose queue is long slow the writer down",
    "weighted quorums and the arbitrator; the donor of a state transfer", NULL};

static const char *const examples[] = {"galera", "galera(suspect_timeout=10s)", NULL};

const ScnPreset scn_preset_galera = {
    .name = "galera",
    .doc = "a Galera cluster with one writer: every member confirms, each applies in its own time",
    .args = args,
    .rows = rows,
    .cases = NULL,
    .manual = "Galera Cluster documentation: Certification-Based Replication, Quorum Components, "
              "Galera Parameters",
    .cannot = cannot,
    .examples = examples};
