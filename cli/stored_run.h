/*
 * stored_run.h — a kept run read back: what was measured, replication by replication, and what was
 * simulated.
 *
 * Measures come from metrics.csv, settings from resolved.yaml (one line a value), seeds and digests
 * from manifest.json; all were written by this program. Several files in one run keep their
 * measures but no settings.
 */
#ifndef CLI_STORED_RUN_H
#define CLI_STORED_RUN_H

#include "cli/stored.h"

typedef struct CliSetting {
    char *path, *value;
} CliSetting;

typedef struct CliStoredVariant {
    char *name;
    guint64 seed;
    guint replications;
    char *world_digest;
    GArray *settings; /* CliSetting, those all variants share first */
} CliStoredVariant;

/* One measure of one variant. */
typedef struct CliStoredValues {
    double merged; /* NaN: absent */
    GArray *own;   /* double by replication, NaN where absent; NULL: the variant was not asked */
} CliStoredValues;

typedef struct CliStoredMeasure {
    char *metric, *filter, *stat, *unit;
    CliStoredValues *values; /* by variant */
} CliStoredMeasure;

typedef struct CliStoredRun {
    CliStored where;
    char *version, *build, *binary;
    CliStoredVariant *variants;
    guint n_variants;
    GPtrArray *measures; /* CliStoredMeasure, in the order of results */
    GHashTable *by_key;  /* private: "metric\nfilter\nstat"; only for look-up */
} CliStoredRun;

/* NULL after an error. */
CliStoredRun *cli_stored_run_read(const char *results, const char *text);
void cli_stored_run_free(CliStoredRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliStoredRun, cli_stored_run_free)

/* NULL: there is none. */
const CliStoredMeasure *cli_stored_run_measure(const CliStoredRun *run,
                                               const CliStoredMeasure *like);
const char *cli_stored_run_setting(const CliStoredVariant *variant, const char *path);
gssize cli_stored_run_variant(const CliStoredRun *run, const char *name); /* or -1 */

#endif
