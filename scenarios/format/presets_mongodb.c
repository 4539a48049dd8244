/*
 * presets_mongodb.c — a MongoDB replica set.
 *
 * After the MongoDB 7.0 manual: "Write Concern", "Read Concern", "Read Preference", "Causal
 * Consistency" and "Replica Set Configuration" (electionTimeoutMillis 10000,
 * heartbeatIntervalMillis 2000).
 */
#include "scenarios/format/presets_tables.h"

static const RepChoice write_concerns[] = {
    {.name = "majority", .value = 0, .doc = "a majority of the members, with their journals"},
    {.name = "1", .value = 1, .doc = "the primary alone"},
    {.name = "2", .value = 2, .doc = "the primary and one other"},
    {.name = "3", .value = 3, .doc = "the primary and two others"},
    {.name = NULL}};

static const RepChoice journals[] = {
    {.name = "default", .value = 0, .doc = "as the write concern has it: true for majority only"},
    {.name = "true", .value = 1, .doc = "what is confirmed is on disk"},
    {.name = "false", .value = 2, .doc = "what is confirmed is in memory"},
    {.name = NULL}};

static const RepChoice read_concerns[] = {
    {.name = "local", .value = 0, .doc = "what the member has, though it may be rolled back"},
    {.name = "majority", .value = 1, .doc = "only what a majority has"},
    {.name = "linearizable", .value = 2, .doc = "the primary makes sure that it still is one"},
    {.name = NULL}};

static const RepChoice read_preferences[] = {
    {.name = "primary", .value = 0, .doc = "only the primary"},
    {.name = "nearest", .value = 1, .doc = "the member with the least delay"},
    {.name = NULL}};

static const RepChoice causal[] = {
    {.name = "false", .value = 0, .doc = "operations of a session are not ordered"},
    {.name = "true", .value = 1, .doc = "a session sees its own writes and never goes back"},
    {.name = NULL}};

#define WORD(name, place, words_of, first, text, sample)                                           \
    {                                                                                              \
        .key = name, .type = REP_FIELD_CHOICE, SCN_PRESET_AT(words[place]), .fallback = first,     \
        .choices = words_of, .doc = text, .example = sample                                        \
    }

static const RepField args[] = {
    WORD("w", 0, write_concerns, "majority", "write concern: how many members confirm", "1"),
    WORD("j", 1, journals, "default", "whether they confirm from their journals", "true"),
    WORD("readConcern", 2, read_concerns, "local", "what a read may return", "majority"),
    WORD("readPreference", 3, read_preferences, "primary", "who answers reads", "nearest"),
    WORD("causal", 4, causal, "false", "causally consistent sessions", "true"),
    {.key = NULL}};

static const ScnPresetRow rows[] = {
    {"model", "single-leader", NULL},
    {"log", "logical", "the oplog says which documents changed and how"},
    {"ack", "quorum(majority)", "w: majority"},
    {"ack_point", "flushed", "writeConcernMajorityJournalDefault: true"},
    {"leader_ack", "flushed", "writeConcernMajorityJournalDefault: true"},
    {"ship", "on-append", "secondaries read the oplog before it is journaled"},
    {"visible", "on-flush", "readConcern: local"},
    {"follower_shows", "applied", "readConcern: local"},
    {"reads", "leader", "readPreference: primary"},
    {"failover.heartbeat", "2s", "heartbeatIntervalMillis: 2000"},
    {"failover.detect", "10s", "electionTimeoutMillis: 10000"},
    {"failover.elect", "raft(timeout=uniform(10s, 11500ms))",
     "electionTimeoutMillis, and up to 15 % more by lot"},
    {"failover.fence", "false", "terms; a primary that is cut off goes on for a while"},
    {"failover.returning_leader", "discard-unreplicated", "rollback"},
    {NULL, NULL, NULL}};

static const ScnPresetRow w1[] = {{"ack", "async", "w: 1"},
                                  {"ack_point", "received", "j is not asked for"},
                                  {"leader_ack", "appended", "j is not asked for"},
                                  {NULL, NULL, NULL}};
static const ScnPresetRow w2[] = {{"ack", "semi-sync(1)", "w: 2"},
                                  {"ack_timeout", "never", "wtimeout: 0"},
                                  {"ack_point", "received", "j is not asked for"},
                                  {"leader_ack", "appended", "j is not asked for"},
                                  {NULL, NULL, NULL}};
static const ScnPresetRow w3[] = {{"ack", "semi-sync(2)", "w: 3"},
                                  {"ack_timeout", "never", "wtimeout: 0"},
                                  {"ack_point", "received", "j is not asked for"},
                                  {"leader_ack", "appended", "j is not asked for"},
                                  {NULL, NULL, NULL}};
static const ScnPresetRow journaled[] = {
    {"ack_point", "flushed", "j: true"}, {"leader_ack", "flushed", "j: true"}, {NULL, NULL, NULL}};
static const ScnPresetRow unjournaled[] = {{"ack_point", "received", "j: false"},
                                           {"leader_ack", "appended", "j: false"},
                                           {NULL, NULL, NULL}};
static const ScnPresetRow read_majority[] = {
    {"visible", "on-commit", "readConcern: majority"},
    {"follower_shows", "committed", "readConcern: majority"},
    {NULL, NULL, NULL}};
static const ScnPresetRow nearest[] = {{"reads", "nearest", "readPreference: nearest"},
                                       {NULL, NULL, NULL}};
static const ScnPresetRow linearizable[] = {
    {"visible", "on-commit", "readConcern: linearizable"},
    {"follower_shows", "committed", "readConcern: linearizable"},
    {"reads", "leader(read-index)", "readConcern: linearizable, at the primary only"},
    {NULL, NULL, NULL}};
static const ScnPresetRow causal_session[] = {
    {"session", "[causal]", "causalConsistency: true, afterClusterTime"}, {NULL, NULL, NULL}};

static const ScnPresetCase cases[] = {{"w", "1", w1},
                                      {"w", "2", w2},
                                      {"w", "3", w3},
                                      {"j", "true", journaled},
                                      {"j", "false", unjournaled},
                                      {"readConcern", "majority", read_majority},
                                      {"readPreference", "nearest", nearest},
                                      {"readConcern", "linearizable", linearizable},
                                      {"causal", "true", causal_session},
                                      {NULL, NULL, NULL}};

static const char *const cannot[] = {
    "readPreference secondary, primaryPreferred, secondaryPreferred and tags (reads: "
    "nearest(max_lag=90s) stands for nearest with maxStalenessSeconds)",
    "readConcern snapshot, and transactions",
    "wtimeout, which gives the client an error and leaves the write (client timeout is the "
    "nearest)",
    "flow control, catch-up before a new primary takes writes, member priorities, arbiters", NULL};

static const char *const examples[] = {
    "mongodb(w=1)", "mongodb(readConcern=majority, readPreference=nearest, causal=true)",
    "mongodb(readConcern=linearizable)", NULL};

const ScnPreset scn_preset_mongodb = {
    .name = "mongodb",
    .doc = "a MongoDB replica set: write and read concern, read preference, causal sessions",
    .args = args,
    .rows = rows,
    .cases = cases,
    .manual = "MongoDB 7.0 manual, Write Concern, Read Concern, Read Preference, Causal "
              "Consistency, Replica Set Configuration",
    .cannot = cannot,
    .examples = examples};
