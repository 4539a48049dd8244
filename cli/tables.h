/*
 * tables.h — the two tables of a run: RESULTS (measures, with the change from the baseline) and
 * CHECKS (verdicts on expectations).
 *
 * No naked numbers: every value has its unit and its 95 % interval, every comparison the interval
 * of the difference. A winner is never named where that interval contains zero.
 */
#ifndef CLI_TABLES_H
#define CLI_TABLES_H

#include "cli/grid.h"
#include "cli/notes.h"
#include "cli/rows.h"

/* `heading` stands before the title ("PARTIAL "), or "". */
void cli_results_table(CliPage *page, const CliRuns *runs, const char *heading, gboolean all);
/* Nothing where there are no checks. */
void cli_checks_table(CliPage *page, const CliRuns *runs, const char *heading);
/* What contradicts what, for each check that a history fails; nothing where there is none. */
void cli_offences_table(CliPage *page, const CliRuns *runs, const char *heading);

/* What the tables hold, for other forms of them; without a title. Clear with cli_grid_clear(); the
 * columns of results stand in the order of cli_column_order(): the baseline first. */
CliGrid cli_results_grid(const CliPage *page, const CliRuns *runs, const GPtrArray *rows,
                         CliNotes *notes);
CliGrid cli_checks_grid(const CliPage *page, const CliRuns *runs, CliNotes *notes);
guint *cli_column_order(const CliRuns *runs); /* numbers of variants; caller frees */

/* The change of an estimate with a difference, its interval below and its mark, into a cell. */
void cli_change_cell(const CliPage *page, CliCell *cell, const AnaQuery *query,
                     const AnaEstimate *estimate);

/* "2.9", "0.48 %", with an interval "[2.3, 3.4]" in the same unit (NULL: none known). */
char *cli_estimate_text(const CliPage *page, const AnaQuery *query, const AnaEstimate *estimate,
                        char **interval);

#endif
