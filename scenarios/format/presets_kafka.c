/*
 * presets_kafka.c — one partition of a Kafka topic: a leader, its in-sync replicas.
 *
 * After the Apache Kafka 3.7 documentation: producer, topic and broker configuration, and "4.7
 * Replication" of the design section.
 */
#include "scenarios/format/presets_tables.h"

static const RepChoice acks[] = {
    {.name = "all", .value = 0, .doc = "every replica of the in-sync set"},
    {.name = "1", .value = 1, .doc = "the leader alone"},
    {.name = NULL}};

static const RepChoice elections[] = {
    {.name = "false", .value = 0, .doc = "only a member of the in-sync set may lead"},
    {.name = "true", .value = 1, .doc = "anybody may, which loses writes and goes on"},
    {.name = NULL}};

static const RepField args[] = {
    {.key = "acks",
     .type = REP_FIELD_CHOICE,
     SCN_PRESET_AT(words[0]),
     .fallback = "all",
     .choices = acks,
     .noun = "a value of acks",
     .doc = "whom a producer waits for",
     .example = "1"},
    {.key = "min_insync_replicas",
     .type = REP_FIELD_COUNT,
     SCN_PRESET_AT(count),
     .fallback = "1",
     .min = 1,
     .max = 10000,
     .doc = "min.insync.replicas, the leader included; fewer: writes are refused",
     .example = "2"},
    {.key = "replica_lag_time_max",
     .type = REP_FIELD_SPAN,
     SCN_PRESET_AT(spans[0]),
     .fallback = "30s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "replica.lag.time.max.ms: who is behind for longer leaves the set",
     .example = "10s"},
    {.key = "unclean_leader_election",
     .type = REP_FIELD_CHOICE,
     SCN_PRESET_AT(words[1]),
     .fallback = "false",
     .choices = elections,
     .noun = "true or false",
     .doc = "unclean.leader.election.enable",
     .example = "true"},
    {.key = NULL}};

static const ScnPresetRow rows[] = {
    {"model", "single-leader", NULL},
    {"log", "logical", "records"},
    {"ack", "sync(in-sync, min={min_insync_replicas}, evict={replica_lag_time_max})", "acks=all"},
    {"ack_point", "received", "a replica confirms from its page cache"},
    {"leader_ack", "appended", "log.flush.interval.messages: never by itself"},
    {"ship", "on-append", "followers fetch what is appended; a fetch waits for data"},
    {"visible", "on-commit", "consumers read up to the high watermark"},
    {"reads", "leader", "consumers fetch from the leader"},
    {"failover.heartbeat", "2s", "broker.heartbeat.interval.ms: 2000"},
    {"failover.detect", "9s", "broker.session.timeout.ms: 9000"},
    {"failover.promote", "in-sync", "unclean.leader.election.enable=false"},
    {"failover.fence", "true", "the controller's leader epoch"},
    {"failover.returning_leader", "discard-unreplicated", "truncation to the leader epoch"},
    {"failover.elect", "monitors", "the controller decides"},
    {NULL, NULL, NULL}};

static const ScnPresetRow unclean[] = {
    {"failover.promote", "most-caught-up", "unclean.leader.election.enable=true"},
    {NULL, NULL, NULL}};
static const ScnPresetRow leader_only[] = {
    {"ack", "async", "acks=1"},
    {"failover.promote", "most-caught-up", "the in-sync set is not kept under acks=1 here"},
    {NULL, NULL, NULL}};

static const ScnPresetCase cases[] = {
    {"unclean_leader_election", "true", unclean}, {"acks", "1", leader_only}, {NULL, NULL, NULL}};

static const char *const cannot[] = {
    "acks=0: a client here always waits for an answer",
    "that consumers see under acks=1 only what the in-sync set has",
    "several topics; consumer groups; idempotent producers beyond one append per operation",
    "fetch sessions, quotas and follower fetching (reads: nearest is the nearest)", NULL};

static const char *const examples[] = {"kafka(min_insync_replicas=2)",
                                       "kafka(all, 2, unclean_leader_election=true)", "kafka(1)",
                                       NULL};

const ScnPreset scn_preset_kafka = {
    .name = "kafka",
    .doc = "one partition of a Kafka topic: acks, the in-sync set and who may lead",
    .args = args,
    .rows = rows,
    .cases = cases,
    .manual = "Apache Kafka 3.7 documentation, 3.1 Broker, 3.2 Topic and 3.3 Producer Configs, 4.7 "
              "Replication",
    .cannot = cannot,
    .examples = examples};
