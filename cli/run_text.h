/*
 * run_text.h — what a person reads after `run`: what was run, RESULTS, CHECKS, IN WORDS, and where
 * things are (ux.md §5.6).
 */
#ifndef CLI_RUN_TEXT_H
#define CLI_RUN_TEXT_H

#include "cli/runs.h"

typedef struct CliRunText {
    const CliRuns *runs;
    gboolean verbose; /* every measure */
} CliRunText;

void cli_run_text(CliPage *page, const CliRunText *text);

#endif
