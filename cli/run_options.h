/*
 * run_options.h — the options of the verbs that simulate: run and sweep.
 */
#ifndef CLI_RUN_OPTIONS_H
#define CLI_RUN_OPTIONS_H

#include "cli/options.h"
#include "cli/scenario_options.h"

typedef struct CliRunOptions {
    CliCommon common;
    CliScenarioOptions scenario;
    char **outputs, **gate, **metrics;
    char *jobs, *replication, *results, *inconclusive;
    gboolean no_save, reference;
    guint64 budget, threads;
    gint64 alone; /* --replication, or -1 */
    gboolean inconclusive_passes;
} CliRunOptions;

/* The entries: those of scenario_options.h, then the verbs' common ones; the caller may append his
 * own, and frees. */
GArray *cli_run_entries(CliRunOptions *options);
/* Reads the numbers in the texts; FALSE after an error. */
gboolean cli_run_options_check(CliRunOptions *options);
/* What changes the result besides the files, as texts; ended by NULL. Free with
 * g_ptr_array_unref(). */
GPtrArray *cli_run_options_texts(const CliRunOptions *options);
/* Folder of results. */
const char *cli_run_options_results(const CliRunOptions *options);
void cli_run_options_clear(CliRunOptions *options);

/* "replsim run failover.yaml -j 4", quoted where need be; caller frees. */
char *cli_command_line(const char *verb, int argc, char **argv);

#endif
