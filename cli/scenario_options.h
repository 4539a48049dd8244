/*
 * scenario_options.h — options that change a scenario before it is run, the same for every verb
 * that takes one.
 *
 * --seed and --replications are short for --set seed=… and --set replications=…: the reader has
 * one way to override and one kind of message.
 */
#ifndef CLI_SCENARIO_OPTIONS_H
#define CLI_SCENARIO_OPTIONS_H

#include "scenarios/format/scenario.h"

typedef struct CliScenarioOptions {
    char **set, **variants; /* as given; NULL: none */
    char *seed, *replications, *budget;
    gboolean allow_path;
    GArray *settings; /* private: ScnSetting */
    GPtrArray *texts; /* private: what the settings point to */
} CliScenarioOptions;

/* Appends the entries to a GArray of GOptionEntry. */
void cli_scenario_entries(CliScenarioOptions *options, GArray *entries);
/* For the reader; valid until the options are cleared. */
ScnOptions cli_scenario_read_options(CliScenarioOptions *options);
/* Events that all worlds together may take; FALSE after an error. */
gboolean cli_event_budget(const CliScenarioOptions *options, guint64 *events);
void cli_scenario_options_clear(CliScenarioOptions *options);

#endif
