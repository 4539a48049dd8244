/*
 * presets_mysql.c — MySQL replication with a source and replicas.
 *
 * After the MySQL 8.0 reference manual, sections 17.4.10 (semisynchronous replication) and 17.1.6
 * (replication options).
 */
#include "scenarios/format/presets_tables.h"

static const RepChoice waits[] = {
    {.name = "async", .value = 0, .doc = "the source waits for nobody"},
    {.name = "after_sync",
     .value = 1,
     .doc = "rpl_semi_sync_source_wait_point = AFTER_SYNC: it waits before others see the write"},
    {.name = "after_commit",
     .value = 2,
     .doc = "… = AFTER_COMMIT: others see the write while its client still waits"},
    {.name = NULL}};

static const RepField args[] = {
    {.key = "wait_point",
     .type = REP_FIELD_CHOICE,
     SCN_PRESET_AT(words[0]),
     .fallback = "async",
     .choices = waits,
     .noun = "a wait point",
     .doc = "rpl_semi_sync_source_wait_point, or async without the plugin",
     .example = "after_sync"},
    {.key = "timeout",
     .type = REP_FIELD_SPAN_OR_NEVER,
     SCN_PRESET_AT(spans[0]),
     .fallback = "10s",
     .min = 1,
     .max = 3155760000e9,
     .doc = "rpl_semi_sync_source_timeout, after which it goes on asynchronously",
     .example = "1s"},
    {.key = "replicas",
     .type = REP_FIELD_COUNT,
     SCN_PRESET_AT(count),
     .fallback = "1",
     .min = 1,
     .max = 10000,
     .doc = "rpl_semi_sync_source_wait_for_replica_count",
     .example = "1"},
    {.key = NULL}};

static const ScnPresetRow rows[] = {
    {"model", "single-leader", NULL},
    {"log", "logical", "binlog_format = ROW"},
    {"ack", "async", "no semisynchronous plugin"},
    {"ship", "on-flush", "sync_binlog = 1: the dump thread sends what is flushed"},
    {"visible", "on-flush", "a commit is visible as soon as it is done at the source"},
    {"failover", "never", "MySQL itself promotes nobody"},
    {NULL, NULL, NULL}};

#define SEMI_SYNC                                                                                  \
    {"ack", "semi-sync({replicas})", "rpl_semi_sync_source_wait_for_replica_count"},               \
        {"ack_point", "flushed", "a replica confirms when its relay log is on disk"},              \
    {                                                                                              \
        "ack_timeout", "{timeout}", "rpl_semi_sync_source_timeout"                                 \
    }

static const ScnPresetRow after_sync[] = {
    SEMI_SYNC,
    {"visible", "on-commit", "rpl_semi_sync_source_wait_point = AFTER_SYNC"},
    {NULL, NULL, NULL}};
static const ScnPresetRow after_commit[] = {
    SEMI_SYNC,
    {"visible", "on-flush", "rpl_semi_sync_source_wait_point = AFTER_COMMIT"},
    {NULL, NULL, NULL}};

static const ScnPresetCase cases[] = {{"wait_point", "after_sync", after_sync},
                                      {"wait_point", "after_commit", after_commit},
                                      {NULL, NULL, NULL}};

static const char *const cannot[] = {
    "Group Replication (Paxos and certification)",
    "replica_parallel_workers by logical clock: storage.apply_workers applies any entries at once",
    "rpl_semi_sync_source_wait_no_replica = OFF: it always waits out the timeout",
    "errant transactions found by their GTIDs: failover.returning_leader is the nearest", NULL};

static const char *const examples[] = {"mysql(after_sync)", "mysql(after_commit, timeout=1s)",
                                       NULL};

const ScnPreset scn_preset_mysql = {
    .name = "mysql",
    .doc = "MySQL source and replicas, asynchronous or semisynchronous",
    .args = args,
    .rows = rows,
    .cases = cases,
    .manual = "MySQL 8.0 reference manual, 17.4.10 Semisynchronous Replication, 17.1.6.2 "
              "Replication Source Options",
    .cannot = cannot,
    .examples = examples};
