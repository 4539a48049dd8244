/*
 * compare_pairs.h — private to compare: which variants of two kept runs belong together, and what
 * they do not share.
 */
#ifndef CLI_COMPARE_PAIRS_H
#define CLI_COMPARE_PAIRS_H

#include "cli/compare.h"
#include "cli/compare_measure.h"

/* Numbers of a pair in the two runs. */
typedef struct CliPair {
    guint numbers[2];
} CliPair;

GArray *cli_pairs_of(const CliCompare *compare); /* of CliPair */
const CliStoredVariant *cli_pair_variant(const CliCompare *compare, const CliPair *pair,
                                         guint side);
char *cli_pair_name(const CliCompare *compare, const CliPair *pair); /* caller frees */
gboolean cli_pair_is_paired(const CliCompare *compare, const CliPair *pair);
gboolean cli_pair_is_same_world(const CliCompare *compare, const CliPair *pair);
CliComparison cli_pair_comparison(const CliCompare *compare, const CliPair *pair);

/* A setting that is not the same in both; NULL: it is not there. Owned. */
typedef struct CliDifferentSetting {
    char *path, *before, *after;
} CliDifferentSetting;

/* Over all pairs, each once; of CliDifferentSetting. Runs of several files keep no settings. */
GArray *cli_pairs_differences(const CliCompare *compare, const GArray *pairs);

#endif
