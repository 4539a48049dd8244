/*
 * compare_measure.h — private to compare: one variant of each of two kept runs, measure by
 * measure.
 */
#ifndef CLI_COMPARE_MEASURE_H
#define CLI_COMPARE_MEASURE_H

#include "analysis/format.h"
#include "cli/grid.h"
#include "cli/stored_run.h"

typedef struct CliComparison {
    const CliStoredRun *runs[2];
    guint numbers[2]; /* of the variants */
    gboolean is_paired;
    gboolean all;
} CliComparison;

/* One measure of both. */
typedef struct CliCompared {
    char *name, *label; /* as `expect` accepts it; for people; owned */
    AnaQuery query;
    AnaEstimate before, after;
    AnaChange change;
} CliCompared;

typedef void (*CliComparedVisit)(void *data, const CliCompared *compared);
/* Calls `visit` for each measure worth a row, or all, in the order of results. */
void cli_compare_each(const CliComparison *comparison, CliComparedVisit visit, void *data);

/* Adds a row for each measure worth one: first those that differ, at most CLI_ROWS_SHOWN; or all.
 */
void cli_compare_rows(const CliComparison *comparison, const CliPage *page, CliGrid *grid);

#endif
