/*
 * presets_redis.c — Redis with replicas, alone and watched by Sentinel.
 *
 * After the Redis documentation: "Redis replication", the command WAIT, "High availability with
 * Redis Sentinel" (down-after-milliseconds 30000).
 */
#include "scenarios/format/presets_tables.h"

static const RepField wait_args[] = {{.key = "replicas",
                                      .type = REP_FIELD_COUNT,
                                      SCN_PRESET_AT(count),
                                      .required = TRUE,
                                      .min = 1,
                                      .max = 10000,
                                      .doc = "numreplicas",
                                      .example = "1"},
                                     {.key = NULL}};

static const RepChoice waits[] = {
    {.name = "none", .value = 0, .doc = "the client hears at once"},
    {.name = "semi-sync", .value = 1, .args = wait_args, .doc = "WAIT numreplicas 0"},
    {.name = NULL}};

static const RepField args[] = {{.key = "wait",
                                 .type = REP_FIELD_CHOICE,
                                 SCN_PRESET_AT(words[0]),
                                 .fallback = "none",
                                 .choices = waits,
                                 .noun = "none, or semi-sync(K)",
                                 .doc = "whether each write is followed by WAIT K 0",
                                 .example = "semi-sync(1)"},
                                {.key = NULL}};

#define SERVER                                                                                     \
    {"model", "single-leader", NULL}, {"log", "logical", "commands are sent as their effects"},    \
        {"ack", "async", NULL},                                                                    \
        {"ack_point", "received", "a replica confirms what it has processed in memory"},           \
        {"leader_ack", "appended", "appendfsync everysec: the answer is ahead of the flush"},      \
        {"ship", "on-append", "the stream does not wait for the disk"},                            \
    {                                                                                              \
        "visible", "on-flush", "readers see a write before it is anywhere else"                    \
    }

static const ScnPresetRow redis_rows[] = {
    SERVER, {"failover", "never", "Redis itself promotes nobody"}, {NULL, NULL, NULL}};

static const ScnPresetRow sentinel_rows[] = {
    SERVER,
    {"failover.heartbeat", "1s", "a Sentinel pings every second"},
    {"failover.detect", "30s", "down-after-milliseconds: 30000"},
    {"failover.promote", "most-caught-up", "the greatest replication offset"},
    {"failover.fence", "false", "an old master goes on until it is told"},
    {"failover.returning_leader", "discard-unreplicated", "it becomes a replica and resyncs"},
    {"failover.elect", "monitors", "the Sentinels vote"},
    {NULL, NULL, NULL}};

static const ScnPresetRow wait_rows[] = {
    {"ack", "{wait}", "WAIT"}, {"ack_timeout", "never", "WAIT … 0"}, {NULL, NULL, NULL}};

static const ScnPresetCase cases[] = {{"wait", "semi-sync", wait_rows}, {NULL, NULL, NULL}};

static const char *const redis_cannot[] = {
    "WAIT with a timeout, which answers with a number and changes nothing for later writes "
    "(ack_timeout makes the leader fall back for all of them)",
    "that a write is visible before the flush: 'visible: on-flush' is the nearest; set fsync to 0s",
    "min-replicas-to-write and min-replicas-max-lag (ack: sync(in-sync, min=N, evict=10s) is near)",
    "the one second between flushes of appendfsync everysec", NULL};
static const char *const redis_examples[] = {"redis(semi-sync(1))", NULL};

const ScnPreset scn_preset_redis = {.name = "redis",
                                    .doc = "a Redis master and its replicas, promoted by hand",
                                    .args = args,
                                    .rows = redis_rows,
                                    .cases = cases,
                                    .manual =
                                        "Redis documentation, Redis replication; command WAIT",
                                    .cannot = redis_cannot,
                                    .examples = redis_examples};

static const char *const sentinel_cannot[] = {
    "quorum apart from the majority that elects", "replica-priority, parallel-syncs",
    "WAIT with a timeout", "min-replicas-to-write, which would stop a master that is cut off",
    NULL};
static const char *const sentinel_examples[] = {"redis-sentinel(semi-sync(1))", NULL};

const ScnPreset scn_preset_sentinel = {
    .name = "redis-sentinel",
    .doc = "a Redis master and its replicas, watched by Sentinel",
    .args = args,
    .rows = sentinel_rows,
    .cases = cases,
    .manual = "Redis documentation, High availability with Redis Sentinel; command WAIT",
    .cannot = sentinel_cannot,
    .examples = sentinel_examples};
