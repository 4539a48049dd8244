/*
 * presets_postgresql.c — PostgreSQL streaming replication, alone and under Patroni.
 *
 * After the PostgreSQL 16 manual, sections 20.5 (synchronous_commit), 20.6 (replication settings)
 * and 27.2 (log-shipping standby servers), and the Patroni documentation ("Dynamic Configuration
 * Settings", "Replication modes").
 */
#include "scenarios/format/presets_tables.h"

/* ---- PostgreSQL --------------------------------------------------------------------------- */

static const RepField list_args[] = {{.key = "K",
                                      .type = REP_FIELD_COUNT,
                                      SCN_PRESET_AT(count),
                                      .required = TRUE,
                                      .min = 1,
                                      .max = 10000,
                                      .doc = "how many of them confirm",
                                      .example = "1"},
                                     {.key = "standbys",
                                      .type = REP_FIELD_NODES,
                                      SCN_PRESET_AT(nodes),
                                      .required = TRUE,
                                      .doc = "their names",
                                      .example = "[db2, db3]"},
                                     {.key = NULL}};

static const RepChoice standby_names[] = {
    {.name = "none", .value = 0, .doc = "empty: commits wait for nobody"},
    {.name = "first", .value = 1, .args = list_args, .doc = "FIRST K (…): by priority"},
    {.name = "any", .value = 2, .args = list_args, .doc = "ANY K (…): a quorum of them"},
    {.name = NULL}};

static const RepChoice commits[] = {
    {.name = "on", .value = 0, .doc = "standbys confirm what is on their disks"},
    {.name = "remote_apply", .value = 1, .doc = "standbys confirm what their queries see"},
    {.name = "remote_write",
     .value = 2,
     .doc = "standbys confirm what they have written, not "
            "flushed"},
    {.name = "local", .value = 3, .doc = "only the primary's own disk"},
    {.name = "off", .value = 4, .doc = "not even that: the answer is ahead of the flush"},
    {.name = NULL}};

static const RepField postgresql_args[] = {{.key = "synchronous_commit",
                                            .type = REP_FIELD_CHOICE,
                                            SCN_PRESET_AT(words[0]),
                                            .fallback = "on",
                                            .choices = commits,
                                            .noun = "a value of synchronous_commit",
                                            .doc = "what a commit waits for",
                                            .example = "remote_apply"},
                                           {.key = "synchronous_standby_names",
                                            .type = REP_FIELD_CHOICE,
                                            SCN_PRESET_AT(words[1]),
                                            .fallback = "none",
                                            .choices = standby_names,
                                            .noun = "a list of synchronous standbys",
                                            .doc = "whom it waits for",
                                            .example = "any(1, [db2, db3])"},
                                           {.key = NULL}};

#define STANDBY_NAMES "synchronous_standby_names"

static const ScnPresetRow postgresql_rows[] = {
    {"model", "single-leader", NULL},
    {"log", "physical", "wal_level = replica: write-ahead log shipping"},
    {"ack", "async", "synchronous_standby_names = ''"},
    {"ack_point", "flushed", "synchronous_commit = on"},
    {"ack_messages", "each-stage", "a standby reports write, flush and apply positions"},
    {"leader_ack", "flushed", NULL},
    {"ship", "on-flush", "a WAL sender sends what is flushed"},
    {"visible", "on-commit", "a waiting transaction is not yet visible to others"},
    {"failover", "never", "PostgreSQL itself promotes nobody"},
    {NULL, NULL, NULL}};

static const ScnPresetRow standby_rows[] = {{"ack", "{synchronous_standby_names}", STANDBY_NAMES},
                                            {NULL, NULL, NULL}};
static const ScnPresetRow apply_rows[] = {
    {"ack_point", "applied", "synchronous_commit = remote_apply"}, {NULL, NULL, NULL}};
static const ScnPresetRow write_rows[] = {
    {"ack_point", "received", "synchronous_commit = remote_write"}, {NULL, NULL, NULL}};
static const ScnPresetRow local_rows[] = {{"ack", "async", "synchronous_commit = local"},
                                          {NULL, NULL, NULL}};
static const ScnPresetRow off_rows[] = {{"ack", "async", "synchronous_commit = off"},
                                        {"leader_ack", "appended", "synchronous_commit = off"},
                                        {NULL, NULL, NULL}};

static const ScnPresetCase postgresql_cases[] = {{STANDBY_NAMES, "first", standby_rows},
                                                 {STANDBY_NAMES, "any", standby_rows},
                                                 {"synchronous_commit", "remote_apply", apply_rows},
                                                 {"synchronous_commit", "remote_write", write_rows},
                                                 {"synchronous_commit", "local", local_rows},
                                                 {"synchronous_commit", "off", off_rows},
                                                 {NULL, NULL, NULL}};

static const char *const postgresql_cannot[] = {
    "'*' in synchronous_standby_names: name the standbys",
    "synchronous_commit chosen per transaction",
    "the WAL writer's own rhythm under synchronous_commit = off (wal_writer_delay): the flush "
    "begins at once, only the answer does not wait for it",
    "queries on a standby that hold up replay (max_standby_streaming_delay, hot_standby_feedback)",
    NULL};

static const char *const postgresql_examples[] = {"postgresql(on, any(1, [db2, db3]))",
                                                  "postgresql(remote_apply, first(1, [db2, db3]))",
                                                  "postgresql(off)", NULL};

const ScnPreset scn_preset_postgresql = {
    .name = "postgresql",
    .doc = "PostgreSQL streaming replication: a primary and its standbys, promoted by hand",
    .args = postgresql_args,
    .rows = postgresql_rows,
    .cases = postgresql_cases,
    .manual = "PostgreSQL 16 manual, 20.5 synchronous_commit, 20.6 Replication, 27.2.8 "
              "Synchronous Replication",
    .cannot = postgresql_cannot,
    .examples = postgresql_examples};

/* ---- Patroni ------------------------------------------------------------------------------ */

static const RepChoice modes[] = {
    {.name = "off", .value = 0, .doc = "asynchronous"},
    {.name = "on", .value = 1, .doc = "one synchronous standby; without any, asynchronous"},
    {.name = "strict", .value = 2, .doc = "synchronous_mode_strict: without any, writes wait"},
    {.name = NULL}};

static const RepField patroni_args[] = {{.key = "synchronous_mode",
                                         .type = REP_FIELD_CHOICE,
                                         SCN_PRESET_AT(words[0]),
                                         .fallback = "off",
                                         .choices = modes,
                                         .noun = "a value of synchronous_mode",
                                         .doc = "whether a commit waits for a standby",
                                         .example = "on"},
                                        {.key = NULL}};

static const ScnPresetRow patroni_rows[] = {
    {"model", "single-leader", NULL},
    {"log", "physical", "wal_level = replica: write-ahead log shipping"},
    {"ack", "async", "synchronous_mode: false"},
    {"ack_point", "flushed", "synchronous_commit = on"},
    {"ack_messages", "each-stage", "a standby reports write, flush and apply positions"},
    {"ship", "on-flush", "a WAL sender sends what is flushed"},
    {"visible", "on-commit", "a waiting transaction is not yet visible to others"},
    {"failover.heartbeat", "10s", "loop_wait: 10"},
    {"failover.detect", "30s", "ttl: 30, of the leader's key"},
    {"failover.promote", "most-caught-up", "the healthiest: the one furthest in the log"},
    {"failover.fence", "lease(20s)",
     "it demotes itself when the key cannot be renewed within "
     "loop_wait + retry_timeout"},
    {"failover.returning_leader", "discard-unreplicated", "use_pg_rewind"},
    {"failover.elect", "monitors", "the distributed configuration store decides"},
    {NULL, NULL, NULL}};

static const ScnPresetRow mode_rows[] = {
    {"ack", "semi-sync(1)", "synchronous_mode: true, synchronous_node_count: 1"},
    {"ack_timeout", "10s", "loop_wait: 10, after which it stops waiting for a lost standby"},
    {NULL, NULL, NULL}};
static const ScnPresetRow strict_rows[] = {
    {"ack", "semi-sync(1)", "synchronous_mode: true, synchronous_node_count: 1"},
    {"ack_timeout", "never", "synchronous_mode_strict: true"},
    {NULL, NULL, NULL}};

static const ScnPresetCase patroni_cases[] = {{"synchronous_mode", "on", mode_rows},
                                              {"synchronous_mode", "strict", strict_rows},
                                              {NULL, NULL, NULL}};

static const char *const patroni_cannot[] = {
    "maximum_lag_on_failover in bytes (failover.max_lag is a time)",
    "that the synchronous standby is one named member at a time: any one confirms here",
    "a watchdog; pause mode; failover priorities",
    "the store's own elections: monitors answer as soon as a majority of them is reached", NULL};

static const char *const patroni_examples[] = {"patroni(on)", "patroni(strict)", NULL};

const ScnPreset scn_preset_patroni = {
    .name = "patroni",
    .doc = "PostgreSQL with automatic failover by Patroni",
    .args = patroni_args,
    .rows = patroni_rows,
    .cases = patroni_cases,
    .manual = "Patroni documentation, Dynamic Configuration Settings (ttl 30, loop_wait 10, "
              "retry_timeout 10) and Replication modes",
    .cannot = patroni_cannot,
    .examples = patroni_examples};
