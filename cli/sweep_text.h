/*
 * sweep_text.h — what a person reads after `sweep`: tables over the knobs, the frontier, and how
 * checks fared (ux.md §5.7).
 */
#ifndef CLI_SWEEP_TEXT_H
#define CLI_SWEEP_TEXT_H

#include "cli/sweep_measures.h"
#include "cli/terminal.h"

void cli_sweep_text(CliPage *page, const CliSweep *sweep);

#endif
