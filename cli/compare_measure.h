/*
 * compare_measure.h — private to compare.c: one variant of each of two kept runs, measure by
 * measure.
 */
#ifndef CLI_COMPARE_MEASURE_H
#define CLI_COMPARE_MEASURE_H

#include "cli/grid.h"
#include "cli/stored_run.h"

typedef struct CliComparison {
    const CliStoredRun *runs[2];
    guint numbers[2]; /* of the variants */
    gboolean is_paired;
    gboolean all;
} CliComparison;

/* Adds a row for each measure worth one: first those that differ, at most CLI_ROWS_SHOWN; or all.
 */
void cli_compare_rows(const CliComparison *comparison, const CliPage *page, CliGrid *grid);

#endif
