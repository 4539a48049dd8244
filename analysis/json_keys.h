/*
 * json_keys.h — every key of the JSON documents that this program prints, described once.
 *
 * The writers put values by these keys, so a key that is not described cannot be written, nor one
 * with a value of another type; json_schema.c prints the same table as a JSON Schema. What metrics
 * are called is not in it: that is semantics §10, and `list metrics`.
 *
 * A further key is one line below, a call where it is written, and nothing else. Keys that some
 * documents lack are ANA_OPTIONAL; what is always there is ANA_REQUIRED.
 */
#ifndef ANA_JSON_KEYS_H
#define ANA_JSON_KEYS_H

#include "analysis/json.h"
#include "analysis/metrics.h"
#include "sim/time.h"

/* ---- the description ---------------------------------------------------------------------- */

/* An object that stands for itself or below others: name, and one sentence. The first of them are
 * documents. */
#define ANA_JSON_OBJECTS(EACH)                                                                     \
    EACH(SUMMARY, "summary", "A run or a sweep: what summary.json holds and --json prints.")       \
    EACH(BRACKETS, "brackets", "What sweep --find --json prints: where each check passes.")        \
    EACH(COMPARISON, "comparison", "What compare --json prints: two kept runs.")                   \
    EACH(REPRODUCTION, "reproduction", "What selftest --reproduce --json prints.")                 \
    EACH(SCENARIO, "scenario", "The file that was simulated.")                                     \
    EACH(VARIANT, "variant", "One policy in that world, or one point of a sweep.")                 \
    EACH(METRIC, "metric", "One measure over all replications.")                                   \
    EACH(DIFFERENCE, "difference", "How much larger than in the baseline.")                        \
    EACH(CHECK, "check", "One line of expect, and what came of it.")                               \
    EACH(OFFENCE, "offence", "Operations on a key that no order explains.")                        \
    EACH(OPERATION, "operation", "One of them.")                                                   \
    EACH(SEARCHED, "searched", "One line of expect over the range.")                               \
    EACH(STRETCH, "stretch", "Points next to each other with one verdict.")                        \
    EACH(RANGE, "range", "Two points and those between them.")                                     \
    EACH(RUN, "run", "A kept run.")                                                                \
    EACH(SETTING, "setting", "A key of the scenario that is not the same in both.")                \
    EACH(PAIR, "pair", "A variant of one run, and the one it is compared with.")                   \
    EACH(COMPARED, "compared", "One measure of both.")                                             \
    EACH(ESTIMATE, "estimate", "A value with its 95 % interval.")

/* Object, key, name in the document, type, what it holds (objects), presence, one sentence. */
#define ANA_JSON_KEYS(EACH)                                                                        \
    EACH(SUMMARY, FORMAT, "format", FORMAT, NONE, REQUIRED, "Of this document.")                   \
    EACH(SUMMARY, REPLSIM, "replsim", TEXT, NONE, REQUIRED, "The version that wrote it.")          \
    EACH(SUMMARY, SCENARIO, "scenario", ONE_OR_LIST, SCENARIO, REQUIRED,                           \
         "What was simulated; a list where it is several files.")                                  \
    EACH(SUMMARY, SEED, "seed", UINT, NONE, REQUIRED, "Everything random follows from it.")        \
    EACH(SUMMARY, REPLICATIONS, "replications", UINT, NONE, REQUIRED,                              \
         "How many of each variant were used.")                                                    \
    EACH(SUMMARY, PLANNED, "planned", UINT, NONE, OPTIONAL,                                        \
         "How many were asked for, if partial.")                                                   \
    EACH(SUMMARY, PARTIAL, "partial", BOOL, NONE, REQUIRED, "It was interrupted.")                 \
    EACH(SUMMARY, VARIANTS, "variants", LIST, VARIANT, REQUIRED, "In the order of the file.")      \
    EACH(SCENARIO, NAME, "name", TEXT, NONE, REQUIRED, "Its name.")                                \
    EACH(SCENARIO, SHA256, "sha256", HEX, NONE, REQUIRED, "Of the bytes of the file.")             \
    EACH(VARIANT, NAME, "name", TEXT, NONE, REQUIRED,                                              \
         "As in the file; base where there are none; STEM:VARIANT of several files.")              \
    EACH(VARIANT, SEED, "seed", UINT, NONE, OPTIONAL, "Where it is not the document's.")           \
    EACH(VARIANT, WORLD_DIGEST, "world_digest", HEX, NONE, REQUIRED,                               \
         "Equal for variants that saw the same arrivals, delays and faults.")                      \
    EACH(VARIANT, EVENT_DIGEST, "event_digest", HEX, NONE, REQUIRED, "Of all that happened.")      \
    EACH(VARIANT, EVENTS, "events", UINT, NONE, REQUIRED, "How many events were simulated.")       \
    EACH(VARIANT, METRICS, "metrics", MAP, METRIC, REQUIRED,                                       \
         "By METRIC{filters}.stat [window], as expect and --metric accept it.")                    \
    EACH(VARIANT, CHECKS, "checks", LIST, CHECK, REQUIRED, "In the order of expect.")              \
    EACH(METRIC, VALUE, "value", NUMBER_OR_NULL, NONE, REQUIRED,                                   \
         "Times are whole nanoseconds, ratios 0 to 1.")                                            \
    EACH(METRIC, UNIT, "unit", UNIT, NONE, REQUIRED, "Of value, low, high and difference.")        \
    EACH(METRIC, PER, "per", PER, NONE, OPTIONAL, "What a count is counted over.")                 \
    EACH(METRIC, LOW, "low", NUMBER, NONE, OPTIONAL, "Lower end of the 95 % interval.")            \
    EACH(METRIC, HIGH, "high", NUMBER, NONE, OPTIONAL, "Upper end of the 95 % interval.")          \
    EACH(METRIC, COUNT, "count", UINT, NONE, REQUIRED,                                             \
         "Observations: the denominator of a ratio, replications where per says so.")              \
    EACH(METRIC, CENSORED, "censored", UINT, NONE, OPTIONAL,                                       \
         "How many of them were cut off by the end of the run.")                                   \
    EACH(METRIC, UNDRAINED, "undrained", BOOL, NONE, OPTIONAL,                                     \
         "Some replication had not come to rest when it was judged.")                              \
    EACH(METRIC, VS_BASELINE, "vs_baseline", OBJECT, DIFFERENCE, OPTIONAL,                         \
         "In variants other than the baseline.")                                                   \
    EACH(METRIC, WHY_ABSENT, "why_absent", TEXT, NONE, OPTIONAL, "Why there is no value.")         \
    EACH(DIFFERENCE, DIFFERENCE, "difference", NUMBER, NONE, REQUIRED, "Minus the baseline's.")    \
    EACH(DIFFERENCE, LOW, "low", NUMBER, NONE, OPTIONAL, "Lower end of the 95 % interval.")        \
    EACH(DIFFERENCE, HIGH, "high", NUMBER, NONE, OPTIONAL, "Upper end of the 95 % interval.")      \
    EACH(DIFFERENCE, PAIRED, "paired", BOOL, NONE, REQUIRED,                                       \
         "Replication by replication, in the same world or at least with the same seed.")          \
    EACH(CHECK, CHECK, "check", TEXT, NONE, REQUIRED, "As it was written.")                        \
    EACH(CHECK, VERDICT, "verdict", VERDICT, NONE, REQUIRED, "What came of it.")                   \
    EACH(CHECK, VALUE, "value", NUMBER_OR_NULL, NONE, REQUIRED, "Of the metric, in its unit.")     \
    EACH(CHECK, BOUND, "bound", NUMBER, NONE, OPTIONAL,                                            \
         "Nothing was seen: the true value is below this, in 95 of 100 cases.")                    \
    EACH(CHECK, LIMIT, "limit", NUMBER, NONE, OPTIONAL, "Where it is relative to the baseline.")   \
    EACH(CHECK, WHY, "why", TEXT, NONE, OPTIONAL, "Why it is inconclusive.")                       \
    EACH(CHECK, OFFENCE, "offence", OBJECT, OFFENCE, OPTIONAL,                                     \
         "A history that is not linearizable.")                                                    \
    EACH(CHECK, GATED, "gated", BOOL, NONE, REQUIRED, "The exit status follows it.")               \
    EACH(OFFENCE, REPLICATION, "replication", UINT, NONE, REQUIRED, "In which, from 0.")           \
    EACH(OFFENCE, KEY, "key", UINT, NONE, REQUIRED, "Of which key.")                               \
    EACH(OFFENCE, OPERATIONS, "operations", LIST, OPERATION, REQUIRED,                             \
         "In the order in which they were begun.")                                                 \
    EACH(OPERATION, OPERATION, "operation", OPERATION, NONE, REQUIRED, "Its kind.")                \
    EACH(OPERATION, TERM, "term", UINT, NONE, REQUIRED, "Of the version written or read.")         \
    EACH(OPERATION, INDEX, "index", UINT, NONE, REQUIRED, "Of that version; 0: never written.")    \
    EACH(OPERATION, BEFORE_WINDOW, "before_window", BOOL, NONE, OPTIONAL,                          \
         "It was answered before the window; nothing else is known of it.")                        \
    EACH(OPERATION, CLIENT, "client", TEXT, NONE, OPTIONAL, "Group of clients.")                   \
    EACH(OPERATION, SESSION, "session", UINT, NONE, OPTIONAL, "Number of the session.")            \
    EACH(OPERATION, BEGAN, "began", INSTANT, NONE, OPTIONAL, "Nanoseconds from the start.")        \
    EACH(OPERATION, ENDED, "ended", INSTANT, NONE, OPTIONAL, "null: never answered.")              \
    EACH(OPERATION, NODE, "node", TEXT, NONE, OPTIONAL, "Who answered.")                           \
    EACH(BRACKETS, FORMAT, "format", FORMAT, NONE, REQUIRED, "Of this document.")                  \
    EACH(BRACKETS, REPLSIM, "replsim", TEXT, NONE, REQUIRED, "The version that wrote it.")         \
    EACH(BRACKETS, KEY, "key", TEXT, NONE, REQUIRED, "The knob.")                                  \
    EACH(BRACKETS, POINTS, "points", UINT, NONE, REQUIRED, "How many were simulated.")             \
    EACH(BRACKETS, CHECKS, "checks", LIST, SEARCHED, REQUIRED, "Of every variant.")                \
    EACH(BRACKETS, PASSING, "passing", OBJECT, RANGE, OPTIONAL,                                    \
         "The longest range in which every check passes.")                                         \
    EACH(SEARCHED, VARIANT, "variant", TEXT, NONE, OPTIONAL, "Where there are several.")           \
    EACH(SEARCHED, CHECK, "check", TEXT, NONE, REQUIRED, "As it was written.")                     \
    EACH(SEARCHED, STRETCHES, "stretches", LIST, STRETCH, REQUIRED, "From end to end.")            \
    EACH(STRETCH, VERDICT, "verdict", VERDICT, NONE, REQUIRED, "At all points of it.")             \
    EACH(STRETCH, FROM, "from", TEXT, NONE, REQUIRED, "The first point that was simulated.")       \
    EACH(STRETCH, TO, "to", TEXT, NONE, REQUIRED, "The last point that was simulated.")            \
    EACH(RANGE, FROM, "from", TEXT, NONE, REQUIRED, "The first point of it.")                      \
    EACH(RANGE, TO, "to", TEXT, NONE, REQUIRED, "The last point of it.")                           \
    EACH(COMPARISON, FORMAT, "format", FORMAT, NONE, REQUIRED, "Of this document.")                \
    EACH(COMPARISON, REPLSIM, "replsim", TEXT, NONE, REQUIRED, "The version that wrote it.")       \
    EACH(COMPARISON, BEFORE, "before", OBJECT, RUN, REQUIRED, "The first of them.")                \
    EACH(COMPARISON, AFTER, "after", OBJECT, RUN, REQUIRED, "The second.")                         \
    EACH(COMPARISON, SAME_PROGRAM, "same_program", BOOL, NONE, REQUIRED, "One binary wrote both.") \
    EACH(COMPARISON, INPUTS, "inputs", LIST, SETTING, OPTIONAL,                                    \
         "What differs in the scenarios; not known of several files.")                             \
    EACH(COMPARISON, VARIANTS, "variants", LIST, PAIR, REQUIRED, "Those that both have.")          \
    EACH(RUN, NAME, "name", TEXT, NONE, REQUIRED, "Of its folder.")                                \
    EACH(RUN, REPLSIM, "replsim", TEXT, NONE, REQUIRED, "The version that wrote it.")              \
    EACH(RUN, BUILD, "build", TEXT, NONE, REQUIRED, "Commit, compiler and machine.")               \
    EACH(SETTING, KEY, "key", TEXT, NONE, REQUIRED, "Its path.")                                   \
    EACH(SETTING, BEFORE, "before", TEXT, NONE, OPTIONAL, "Where it is there.")                    \
    EACH(SETTING, AFTER, "after", TEXT, NONE, OPTIONAL, "Where it is there.")                      \
    EACH(PAIR, BEFORE, "before", TEXT, NONE, REQUIRED, "The variant of the first run.")            \
    EACH(PAIR, AFTER, "after", TEXT, NONE, REQUIRED, "The variant of the second.")                 \
    EACH(PAIR, SAME_WORLD, "same_world", BOOL, NONE, REQUIRED,                                     \
         "Both saw the same arrivals, delays and faults.")                                         \
    EACH(PAIR, METRICS, "metrics", MAP, COMPARED, REQUIRED,                                        \
         "By METRIC{filters}.stat [window]; those that both have.")                                \
    EACH(COMPARED, UNIT, "unit", UNIT, NONE, REQUIRED, "Of all its numbers.")                      \
    EACH(COMPARED, BEFORE, "before", OBJECT, ESTIMATE, REQUIRED, "In the first run.")              \
    EACH(COMPARED, AFTER, "after", OBJECT, ESTIMATE, REQUIRED, "In the second.")                   \
    EACH(COMPARED, DIFFERENCE, "difference", OBJECT, DIFFERENCE, REQUIRED, "After minus before.")  \
    EACH(COMPARED, CHANGE, "change", CHANGE, NONE, REQUIRED,                                       \
         "~: no difference was detected; ?: nothing is known of the spread.")                      \
    EACH(REPRODUCTION, FORMAT, "format", FORMAT, NONE, REQUIRED, "Of this document.")              \
    EACH(REPRODUCTION, REPLSIM, "replsim", TEXT, NONE, REQUIRED, "The version that ran it again.") \
    EACH(REPRODUCTION, RUN, "run", TEXT, NONE, REQUIRED, "The folder or page.")                    \
    EACH(REPRODUCTION, REPRODUCED, "reproduced", BOOL, NONE, REQUIRED, "Everything is the same.")  \
    EACH(REPRODUCTION, EXPECTED, "expected", TEXT, NONE, REQUIRED, "Event digest of the report.")  \
    EACH(REPRODUCTION, FOUND, "found", TEXT, NONE, REQUIRED, "Event digest of this run.")          \
    EACH(ESTIMATE, VALUE, "value", NUMBER, NONE, REQUIRED, "Over all replications.")               \
    EACH(ESTIMATE, LOW, "low", NUMBER, NONE, OPTIONAL, "Lower end of the 95 % interval.")          \
    EACH(ESTIMATE, HIGH, "high", NUMBER, NONE, OPTIONAL, "Upper end of the 95 % interval.")

typedef enum AnaJsonObject {
#define ANA_OBJECT(id, name, doc) ANA_OBJECT_##id,
    ANA_JSON_OBJECTS(ANA_OBJECT)
#undef ANA_OBJECT
        ANA_OBJECT_NONE
} AnaJsonObject;

/* ANA_JSON_METRIC_VALUE, … */
typedef enum AnaJsonKey {
#define ANA_KEY(object, id, name, type, holds, presence, doc) ANA_JSON_##object##_##id,
    ANA_JSON_KEYS(ANA_KEY)
#undef ANA_KEY
        ANA_N_JSON_KEYS
} AnaJsonKey;

typedef enum AnaJsonType {
    ANA_TYPE_FORMAT, /* the number of this format */
    ANA_TYPE_TEXT,
    ANA_TYPE_HEX, /* a digest */
    ANA_TYPE_UINT,
    ANA_TYPE_INSTANT, /* ns, or null: never */
    ANA_TYPE_NUMBER,
    ANA_TYPE_NUMBER_OR_NULL,
    ANA_TYPE_BOOL,
    ANA_TYPE_UNIT, /* these five: one of a few words */
    ANA_TYPE_PER,
    ANA_TYPE_VERDICT,
    ANA_TYPE_OPERATION,
    ANA_TYPE_CHANGE,
    ANA_TYPE_OBJECT,
    ANA_TYPE_LIST,        /* of objects */
    ANA_TYPE_ONE_OR_LIST, /* an object, or a list of at least two */
    ANA_TYPE_MAP          /* objects by names that are not fixed */
} AnaJsonType;

typedef struct AnaJsonKeyInfo {
    AnaJsonObject object;
    const char *name;
    AnaJsonType type;
    AnaJsonObject holds;
    gboolean is_required;
    const char *doc;
} AnaJsonKeyInfo;

const AnaJsonKeyInfo *ana_json_key_info(AnaJsonKey key);
const char *ana_json_object_name(AnaJsonObject object);
const char *ana_json_object_doc(AnaJsonObject object);
/* The words of a type, ended by NULL; NULL: it is not one of words. */
const char *const *ana_json_words(AnaJsonType type);

/* ---- writing ------------------------------------------------------------------------------ */

enum { ANA_JSON_FORMAT = 1 };

/* A key and its value. That the type is another than the described one is a bug. */
void ana_put_format(AnaJson *json, AnaJsonKey key);
void ana_put_text(AnaJson *json, AnaJsonKey key, const char *text); /* a word, too */
void ana_put_digest(AnaJson *json, AnaJsonKey key, guint64 digest);
void ana_put_uint(AnaJson *json, AnaJsonKey key, guint64 value);
void ana_put_bool(AnaJson *json, AnaJsonKey key, gboolean value);
/* NaN is null; times are whole. */
void ana_put_number(AnaJson *json, AnaJsonKey key, AnaUnit unit, double value);
void ana_put_instant(AnaJson *json, AnaJsonKey key, SimTime at); /* SIM_NEVER is null */
/* Begins an object, a list or a map; ana_json_end() ends it. */
void ana_put_object(AnaJson *json, AnaJsonKey key, AnaJsonForm form);
void ana_put_list(AnaJson *json, AnaJsonKey key, AnaJsonForm form);

#endif
