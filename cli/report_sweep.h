/*
 * report_sweep.h — the page of a sweep: how each measure changes with the knobs, where every check
 * passes, and which points no other beats, instead of the blocks that compare variants.
 */
#ifndef CLI_REPORT_SWEEP_H
#define CLI_REPORT_SWEEP_H

#include "analysis/report/document.h"
#include "cli/sweep_measures.h"

/* Band and lead: where checks pass. */
void cli_report_sweep_verdict(AnaDocument *document, const CliSweep *sweep);
/* Pictures and tables. */
void cli_report_sweep_results(AnaDocument *document, const CliSweep *sweep);

#endif
