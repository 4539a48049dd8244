/*
 * outcome.h — what the verbs that simulate have in common before and after: may it begin, what is
 * written where, and the exit status.
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli/run_options.h"
#include "cli/runs.h"
#include "cli/save.h"

/* CLI_OK, or CLI_USAGE after an error: more would be simulated than the budget allows. */
CliStatus cli_check_budget(const CliRuns *runs, guint64 budget);

/* The document of semantics §10; `inputs` are CliInput. Caller frees. */
GString *cli_outcome_summary(const CliRuns *runs, const GPtrArray *inputs);
/* The files of -o; NULL: none. */
CliStatus cli_outcome_write(char **outputs, const CliSave *save);
/* Says on standard error that a run was too large, where one was. */
void cli_report_overflow(const CliRuns *runs);
/* How the checks fared. */
CliStatus cli_outcome_status(const CliRunOptions *options, const CliRuns *runs);
/* What went wrong with keeping the result outweighs how the checks fared, but not Ctrl-C. */
CliStatus cli_outcome_combine(CliStatus verdict, CliStatus kept, CliStatus written);

#endif
