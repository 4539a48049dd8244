/* verbs.h — the verbs, one file each; main.c has the table. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/options.h"

extern const CliVerb cli_verb_check, cli_verb_run, cli_verb_sweep, cli_verb_list, cli_verb_report,
    cli_verb_explain, cli_verb_trace, cli_verb_selftest;

extern const CliVerb cli_verb_compare; /* a synonym of report, not in the table */

/* The table, ended by NULL, in the order in which help names them. */
extern const CliVerb *const cli_verbs[];

#endif
