/*
 * scenario.h — reading a scenario: the one entry from outside.
 *
 * A file (ux.md §6) becomes one checked RepSetup and one list of checks per variant. Every mistake
 * is reported, not only the first, and a scenario is returned only if there was none; warnings
 * (scn_diags_warnings) may remain. Nothing here prints.
 *
 * What is given from outside the file (`--set policy.ack=async`, `--seed 7`) is a setting: an
 * option's name, for messages, and KEY=VALUE in the file's own syntax. Settings win over variants,
 * variants over the file, the file over defaults.
 *
 * Ownership: a ScnScenario owns everything it points to and does not depend on the ScnDiags.
 */
#ifndef SCN_SCENARIO_H
#define SCN_SCENARIO_H

#include "analysis/metrics.h"
#include "models/setup.h"
#include "scenarios/format/diag.h"
#include "scenarios/format/files.h"
#include "scenarios/format/resolved.h"

typedef struct ScnSetting {
    const char *option; /* "--set", "--seed", "--vary" */
    const char *text;   /* "seed=7" */
} ScnSetting;

typedef struct ScnOptions {
    const ScnSetting *settings;
    gsize n_settings;
    const char *const *variants; /* only these, ended by NULL; NULL: all */
    gboolean allow_path;         /* data files outside the scenario's folder */
    ScnDataLookup lookup;        /* data files called builtin:NAME; NULL: there are none */
    void *lookup_data;
} ScnOptions;

typedef struct ScnVariant {
    char *name; /* "base" where the file has no variants */
    RepSetup *setup;
    AnaExpectation *expectations;
    gsize n_expectations;
    gboolean gated; /* its checks decide the exit status */
    ScnResolved *resolved;
} ScnVariant;

typedef struct ScnScenario {
    char *name;
    char *question;                   /* NULL: none */
    char *file;                       /* as shown in messages */
    char *sha256;                     /* of the file's bytes, in hex */
    char **data_names, **data_sha256; /* data files, by name */
    gsize n_data;
    ScnVariant *variants; /* in the order of the file */
    gsize n_variants;
    gsize baseline;             /* number of the variant that others are compared with */
    gboolean baseline_selected; /* FALSE: the file's baseline was left out by `variants` */
    char **not_modelled;        /* ended by NULL */
    gboolean same_world;        /* all variants see the same world */
    char **differences;         /* paths in which variants differ, but for checks; ended by NULL */
    char **world_differences;   /* those of them that make the worlds differ */
} ScnScenario;

/* NULL and *error where the file cannot be read (exit status 4); NULL and mistakes in `diags`
 * (exit status 2); or the scenario. `options` may be NULL. */
ScnScenario *scn_load_file(const char *path, const ScnOptions *options, ScnDiags *diags,
                           GError **error);

/* The same for bytes that were read elsewhere. `folder` is where data files are; NULL: none may be
 * read. */
typedef struct ScnInput {
    const char *bytes;
    gsize length;
    const char *display; /* file name for messages */
    const char *folder;
} ScnInput;

ScnScenario *scn_load_bytes(const ScnInput *input, const ScnOptions *options, ScnDiags *diags);

void scn_scenario_free(ScnScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnScenario, scn_scenario_free)

/* `--metric EXPR`: a query for one variant's setup. FALSE: reported, under the option's name. */
gboolean scn_scenario_query(const ScnScenario *scenario, gsize variant, const ScnSetting *metric,
                            AnaQuery *query, ScnDiags *diags);

/* Number of the variant of that name, or -1. */
gssize scn_scenario_variant(const ScnScenario *scenario, const char *name);

#endif
