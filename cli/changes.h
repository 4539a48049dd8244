/*
 * changes.h — which differences from the baseline hold together (ux.md §7.2).
 *
 * A table marks each of its differences by a 95 % interval of its own, and it shows first what
 * differs; of many comparisons one in twenty is marked by luck, and luck is large. Sentences
 * may only speak of differences whose p-value, adjusted by Holm over all comparisons that the table
 * chooses its rows from, is at most 5 %.
 */
#ifndef CLI_CHANGES_H
#define CLI_CHANGES_H

#include "analysis/format.h"
#include "cli/rows.h"

typedef struct CliChanges CliChanges;

CliChanges *cli_changes_new(const CliRuns *runs);
void cli_changes_free(CliChanges *changes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliChanges, cli_changes_free)

/* As the table marks it. */
AnaChange cli_changes_marked(const CliRuns *runs, const CliRow *row, guint variant);
/* The same where it holds after the adjustment, else SAME (or UNKNOWN, where it is). A row that is
 * none of the candidates has no adjusted mark: SAME. */
AnaChange cli_changes_adjusted(const CliChanges *changes, const CliRow *row, guint variant);

#endif
