/*
 * sweep_text.h — what a person reads after `sweep`: tables over the knobs, the frontier, and how
 * checks fared (ux.md §5.7).
 */
#ifndef CLI_SWEEP_TEXT_H
#define CLI_SWEEP_TEXT_H

#include "cli/runs.h"
#include "cli/vary.h"

typedef struct CliSweep {
    const CliRuns *runs;  /* variants of the first point, of the second, … */
    const GArray *axes;   /* CliAxis */
    const GArray *points; /* CliPoint */
    gboolean is_zipped;
} CliSweep;

void cli_sweep_text(CliPage *page, const CliSweep *sweep);

#endif
