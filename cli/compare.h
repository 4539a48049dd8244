/*
 * compare.h — two kept runs against each other (ux.md §5.8).
 *
 * Variants of the same name are compared; where each run has one only, those. Differences are
 * paired replication by replication where seed and replications agree, else unpaired, and said to
 * be (semantics §1). Runs of other length cannot be compared, nor measures of another unit.
 *
 * Kept runs hold a value per replication, so a pooled ratio is compared by sectioning, like a
 * percentile: the difference of the merged values, with the spread of the replications' own.
 */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include "analysis/report/document.h"
#include "cli/stored_run.h"
#include "cli/terminal.h"

typedef struct CliCompare {
    const CliStoredRun *runs[2];
    gboolean all; /* every measure, not only those worth a row */
} CliCompare;

/* FALSE after an error that says what cannot be compared. */
gboolean cli_compare_check(const CliCompare *compare);
void cli_compare_text(const CliCompare *compare, CliPage *page);
/* The same as a document; caller frees. */
AnaDocument *cli_compare_document(const CliCompare *compare);
/* Every measure of every pair, as `list schema comparison` says; caller frees. */
GString *cli_compare_json(const CliCompare *compare);

#endif
