/*
 * codes.h — every mistake the reader can report, with a stable number.
 *
 * Numbers never change their meaning; a code that is no longer reported is not used again.
 * Families: E00 the text as YAML, E01 quantities, distributions and data files, E02 keys and
 * choices, E03 names and references, E04 checks on measures, E05 limits and keys that contradict
 * each other, W03 warnings.
 */
#ifndef SCN_CODES_H
#define SCN_CODES_H

#include <glib.h>

#define SCN_WARNING_BIT 0x10000

typedef enum ScnCodeId {
    SCN_NOT_A_MAPPING = 1,
    SCN_TOO_LARGE = 2,
    SCN_NOT_UTF8 = 3,
    SCN_CONTROL_CHARACTER = 4,
    SCN_TAB = 5,
    SCN_DUPLICATE_KEY = 6,
    SCN_ANCHOR = 7,
    SCN_ALIAS = 8,
    SCN_TAG = 9,
    SCN_MERGE_KEY = 10,
    SCN_SEVERAL_DOCUMENTS = 11,
    SCN_DIRECTIVE = 12,
    SCN_TOO_DEEP = 13,
    SCN_TOO_MANY_VALUES = 14,
    SCN_SYNTAX = 15,
    SCN_KEY_NOT_SCALAR = 16,
    SCN_EMPTY_VALUE = 17,
    SCN_WRONG_SHAPE = 18,
    SCN_FLOW_COMMA = 21,

    SCN_NOT_A_QUANTITY = 101,
    SCN_UNKNOWN_UNIT = 102,
    SCN_TOO_FINE = 103,
    SCN_OVERFLOW = 104,
    SCN_OUT_OF_RANGE = 105,
    SCN_NOT_WHOLE = 106,
    SCN_PERCENTILE_ORDER = 107,
    SCN_IMPOSSIBLE_PARAMETERS = 108,
    SCN_NO_MEAN = 109,
    SCN_NEEDS_UNIT = 110,
    SCN_WEIGHTS_SUM = 111,
    SCN_STEPS_ORDER = 112,
    SCN_SHARES_SUM = 113,
    SCN_EXPRESSION_SYNTAX = 114,
    SCN_UNKNOWN_FUNCTION = 115,
    SCN_MISSING_ARGUMENT = 116,
    SCN_UNKNOWN_ARGUMENT = 117,
    SCN_REPEATED_ARGUMENT = 118,
    SCN_FILE_OUTSIDE = 120,
    SCN_FILE_UNREADABLE = 121,
    SCN_CSV_MALFORMED = 122,
    SCN_CSV_COLUMN = 123,
    SCN_CSV_VALUE = 124,
    SCN_CSV_EMPTY = 125,
    SCN_CSV_ORDER = 126,
    SCN_FILE_TOO_LARGE = 127,

    SCN_UNKNOWN_KEY = 201,
    SCN_MISSING_KEY = 202,
    SCN_UNKNOWN_CHOICE = 203,
    SCN_UNKNOWN_MODEL = 204,
    SCN_UNKNOWN_VERB = 205,
    SCN_TWO_VERBS = 206,
    SCN_FORMAT_VERSION = 207,
    SCN_NOT_A_BOOLEAN = 208,
    SCN_NO_VERB = 209,
    SCN_CHOICE_TWICE = 210,
    SCN_UNKNOWN_PRESET = 211,
    SCN_STEP_VERB = 212,

    SCN_BAD_NAME = 301,
    SCN_NAME_TAKEN = 302,
    SCN_BAD_RANGE = 303,
    SCN_UNKNOWN_REGION = 304,
    SCN_UNKNOWN_PLACE = 305,
    SCN_UNKNOWN_CLIENT = 306,
    SCN_BAD_LINK = 307,
    SCN_NODE_NEEDED = 308,
    SCN_UNKNOWN_VARIANT = 309,
    SCN_UNKNOWN_FAULT = 310,
    SCN_BAD_PATH = 311,
    SCN_LINK_TO_ITSELF = 312,
    SCN_PLACE_TWICE = 313,
    SCN_BAD_TARGET = 314,
    SCN_UNKNOWN_STEP = 315,

    SCN_CHECK_SYNTAX = 401,
    SCN_UNKNOWN_METRIC = 410,
    SCN_UNIT_MISMATCH = 411,
    SCN_NOT_A_COMPARISON = 412,
    SCN_MISSING_STATISTIC = 413,
    SCN_UNKNOWN_STATISTIC = 414,
    SCN_UNKNOWN_FILTER = 415,
    SCN_FILTER_NOT_TAKEN = 416,
    SCN_MISSING_FILTER = 417,
    SCN_METRIC_ARGUMENT = 418,
    SCN_BAD_WINDOW = 419,

    SCN_TOO_MANY = 501,
    SCN_WARMUP_TOO_LONG = 502,
    SCN_LINK_TWICE = 503,
    SCN_LINK_MISSING = 504,
    SCN_POLICY_IMPOSSIBLE = 505,
    SCN_FAULT_CHANGES_NOTHING = 506,
    SCN_FAULT_MISFIT = 507,
    SCN_NOTHING_THERE = 508,
    SCN_FAULT_WHEN = 509,
    SCN_TARGET_MATCHES_NOTHING = 510,
    SCN_TOO_FEW = 511,
    SCN_NOT_WITH_SCRIPT = 512,
    SCN_STEP_WHEN = 513,
    SCN_STEP_MISFIT = 514,

    SCN_NAME_MISREAD = SCN_WARNING_BIT | 301,
    SCN_FEW_ROWS = SCN_WARNING_BIT | 302,
    SCN_HALVED = SCN_WARNING_BIT | 303,
    SCN_CLOSED_LOOP = SCN_WARNING_BIT | 304,
    SCN_FAULT_TOO_LATE = SCN_WARNING_BIT | 305,
    SCN_COMPARED_WITH_ITSELF = SCN_WARNING_BIT | 306,
    SCN_POLICY_RISK = SCN_WARNING_BIT | 307,
    SCN_RARE_EVENT = SCN_WARNING_BIT | 312
} ScnCodeId;

typedef struct ScnCode {
    ScnCodeId id;
    const char *title;       /* half a sentence */
    const char *explanation; /* what is wrong with it, and what to do */
    const char *example;     /* a scenario that provokes it; NULL where no text alone does */
    const char *set;         /* with this `--set` argument; usually NULL */
    gboolean whole;          /* about the scenario as a whole: not reported for the file without
                                its variants, which may complete it */
} ScnCode;

/* Every code, in order of number, errors first. */
gsize scn_codes_count(void);
const ScnCode *scn_codes_get(gsize i);

const ScnCode *scn_code(ScnCodeId id);
/* By name, such as "E0203" (case does not matter), or NULL. */
const ScnCode *scn_code_find(const char *name);
gboolean scn_code_is_warning(ScnCodeId id);
/* "E0203" into at least 8 bytes. */
void scn_code_name(ScnCodeId id, char name[8]);

/* The families, each ended by an id of 0: private to codes*.c. */
extern const ScnCode scn_codes_text[], scn_codes_quantity[], scn_codes_scenario[],
    scn_codes_check[];

#endif
