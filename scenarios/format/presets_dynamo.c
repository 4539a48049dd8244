/*
 * presets_dynamo.c — Cassandra, Riak, CouchDB: many leaders and none.
 *
 * After the Apache Cassandra documentation ("Dynamo", "Hints", "Read repair", "Repair"; consistency
 * levels), the Riak KV documentation ("Eventual Consistency", "Causal Context", "Active
 * Anti-Entropy") and the CouchDB documentation ("Replication and conflict model").
 */
#include "scenarios/format/presets_tables.h"

/* ---- Cassandra ---------------------------------------------------------------------------- */

static const RepChoice levels[] = {
    {.name = "ONE", .value = 0, .doc = "one replica"},
    {.name = "TWO", .value = 1, .doc = "two replicas"},
    {.name = "QUORUM", .value = 2, .doc = "more than half of the replicas"},
    {.name = "LOCAL_QUORUM", .value = 3, .doc = "more than half of those in the own data centre"},
    {.name = "EACH_QUORUM", .value = 4, .doc = "more than half of those in each data centre"},
    {.name = "ALL", .value = 5, .doc = "every replica"},
    {.name = NULL}};

static const RepField cassandra_args[] = {
    {.key = "write",
     .type = REP_FIELD_CHOICE,
     SCN_PRESET_AT(words[0]),
     .fallback = "QUORUM",
     .choices = levels,
     .noun = "a consistency level",
     .doc = "consistency level of writes",
     .example = "LOCAL_QUORUM"},
    {.key = "read",
     .type = REP_FIELD_CHOICE,
     SCN_PRESET_AT(words[1]),
     .fallback = "QUORUM",
     .choices = levels,
     .noun = "a consistency level",
     .doc = "consistency level of reads",
     .example = "ONE"},
    {.key = "replication_factor",
     .type = REP_FIELD_COUNT,
     SCN_PRESET_AT(count),
     .fallback = "3",
     .min = 1,
     .max = 64,
     .doc = "replication_factor, of all data centres together",
     .example = "3"},
    {.key = NULL}};

static const ScnPresetRow cassandra_rows[] = {
    {"model", "leaderless", NULL},
    {"replicas", "{replication_factor}", "replication_factor"},
    {"coordinator", "nearest-node", "token-aware drivers ask a replica"},
    {"placement", "spread(vnodes=16)", "NetworkTopologyStrategy; num_tokens: 16"},
    {"read_fanout", "quorum", "reads ask as many replicas as they need"},
    {"versions", "lww(clock)", "the largest timestamp wins, cell by cell"},
    {"hinted_handoff.replay", "1000/s", "hinted_handoff_throttle, about"},
    {"hinted_handoff.keep", "3h", "max_hint_window: 3h"},
    {"read_repair", "blocking", "read_repair = BLOCKING"},
    {"tombstone_grace", "10d", "gc_grace_seconds: 864000"},
    {NULL, NULL, NULL}};

#define LEVEL(side, word, value)                                                                   \
    {                                                                                              \
        {side "_quorum", value, "CONSISTENCY " word},                                              \
        {                                                                                          \
            NULL, NULL, NULL                                                                       \
        }                                                                                          \
    }
static const ScnPresetRow write_one[] = LEVEL("write", "ONE", "1");
static const ScnPresetRow write_two[] = LEVEL("write", "TWO", "2");
static const ScnPresetRow write_quorum[] = LEVEL("write", "QUORUM", "majority");
static const ScnPresetRow write_local[] = LEVEL("write", "LOCAL_QUORUM", "local-quorum");
static const ScnPresetRow write_each[] = LEVEL("write", "EACH_QUORUM", "each-quorum");
static const ScnPresetRow write_all[] = LEVEL("write", "ALL", "all");
static const ScnPresetRow read_one[] = LEVEL("read", "ONE", "1");
static const ScnPresetRow read_two[] = LEVEL("read", "TWO", "2");
static const ScnPresetRow read_quorum[] = LEVEL("read", "QUORUM", "majority");
static const ScnPresetRow read_local[] = LEVEL("read", "LOCAL_QUORUM", "local-quorum");
static const ScnPresetRow read_each[] = LEVEL("read", "EACH_QUORUM", "each-quorum");
static const ScnPresetRow read_all[] = LEVEL("read", "ALL", "all");

static const ScnPresetCase cassandra_cases[] = {{"write", "ONE", write_one},
                                                {"write", "TWO", write_two},
                                                {"write", "QUORUM", write_quorum},
                                                {"write", "LOCAL_QUORUM", write_local},
                                                {"write", "EACH_QUORUM", write_each},
                                                {"write", "ALL", write_all},
                                                {"read", "ONE", read_one},
                                                {"read", "TWO", read_two},
                                                {"read", "QUORUM", read_quorum},
                                                {"read", "LOCAL_QUORUM", read_local},
                                                {"read", "EACH_QUORUM", read_each},
                                                {"read", "ALL", read_all},
                                                {NULL, NULL, NULL}};

static const char *const cassandra_cannot[] = {
    "consistency level ANY, where a hint alone is enough",
    "lightweight transactions (Paxos), batches, counters",
    "speculative_retry at a percentile ('hedge' takes a time)",
    "repair by hand or on a schedule of its own (anti_entropy: every 1d is near)",
    "timestamps by the client; here the coordinator's clock stamps",
    NULL};
static const char *const cassandra_examples[] = {"cassandra(ONE, ONE)",
                                                 "cassandra(LOCAL_QUORUM, LOCAL_QUORUM)", NULL};

const ScnPreset scn_preset_cassandra = {
    .name = "cassandra",
    .doc = "Cassandra: consistency levels, hints, read repair, the last write wins",
    .args = cassandra_args,
    .rows = cassandra_rows,
    .cases = cassandra_cases,
    .manual = "Apache Cassandra documentation, Architecture: Dynamo; Operating: Hints, Read repair",
    .cannot = cassandra_cannot,
    .examples = cassandra_examples};

/* ---- Riak --------------------------------------------------------------------------------- */

static const RepChoice siblings[] = {
    {.name = "true", .value = 0, .doc = "siblings are kept until somebody resolves them"},
    {.name = "false", .value = 1, .doc = "the last write wins"},
    {.name = NULL}};

static const RepField riak_args[] = {{.key = "allow_mult",
                                      .type = REP_FIELD_CHOICE,
                                      SCN_PRESET_AT(words[0]),
                                      .fallback = "true",
                                      .choices = siblings,
                                      .noun = "true or false",
                                      .doc = "bucket property allow_mult",
                                      .example = "false"},
                                     {.key = NULL}};

static const ScnPresetRow riak_rows[] = {
    {"model", "leaderless", NULL},
    {"replicas", "3", "n_val: 3"},
    {"write_quorum", "majority", "w: quorum"},
    {"read_quorum", "majority", "r: quorum"},
    {"coordinator", "nearest-node", "a vnode of the preference list coordinates"},
    {"placement", "ring(vnodes=64)", "ring_size: 64"},
    {"sloppy_quorum", "true", "pr: 0, pw: 0: fallback vnodes count"},
    {"hinted_handoff.replay", "1000/s", "fallbacks hand over when they can"},
    {"hinted_handoff.keep", "never", "they keep what they have until then"},
    {"read_repair", "100%", "every read compares all replies"},
    {"anti_entropy", "every 1h", "active anti-entropy"},
    {"versions", "vector", "allow_mult: true, dotted version vectors"},
    {NULL, NULL, NULL}};
static const ScnPresetRow riak_lww[] = {{"versions", "lww(clock)", "allow_mult: false"},
                                        {NULL, NULL, NULL}};
static const ScnPresetCase riak_cases[] = {{"allow_mult", "false", riak_lww}, {NULL, NULL, NULL}};
static const char *const riak_cannot[] = {"primary quorums (pr, pw) apart from r and w",
                                          "hash trees that are rebuilt once a week",
                                          "strong consistency, data types, multi-datacenter "
                                          "replication",
                                          NULL};
static const char *const riak_examples[] = {"riak(false)", NULL};

const ScnPreset scn_preset_riak = {
    .name = "riak",
    .doc = "Riak KV: sloppy quorums, hinted handoff, siblings, as in Dynamo",
    .args = riak_args,
    .rows = riak_rows,
    .cases = riak_cases,
    .manual = "Riak KV documentation, Eventual Consistency; Causal Context; Active Anti-Entropy",
    .cannot = riak_cannot,
    .examples = riak_examples};

/* ---- CouchDB ------------------------------------------------------------------------------ */

static const ScnPresetRow couchdb_rows[] = {
    {"model", "multi-leader", NULL},
    {"topology", "all-to-all", "continuous replication both ways between all databases"},
    {"conflict", "siblings", "conflicting revisions are kept until somebody deletes the losers"},
    {NULL, NULL, NULL}};
static const char *const couchdb_cannot[] = {
    "the winner that a plain read shows (the longest history, then the larger revision)",
    "that a write without the current revision is refused at its own database (409)",
    "sharding and quorums inside a cluster", NULL};

const ScnPreset scn_preset_couchdb = {
    .name = "couchdb",
    .doc = "CouchDB databases that replicate to each other; conflicting revisions are kept",
    .rows = couchdb_rows,
    .manual = "CouchDB documentation, Replication and conflict model",
    .cannot = couchdb_cannot};
