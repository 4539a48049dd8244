/*
 * sentences.h — the answer in words: at most four sentences from fixed rules (ux.md §7.2).
 *
 *   1  which variants pass every check; or the nearest; or what is undecided, and how many
 *      replications would settle it
 *   2  what one variant takes away from the baseline's harms and adds to its costs
 *   3  a variant that is no worse on everything shown and better on something; or that nothing
 *      differs
 *   4  one caution
 *
 * Sentences 2 and 3 speak of differences that hold after Holm's adjustment over all comparisons
 * (changes.h). Nothing is called best, optimal or significant.
 */
#ifndef CLI_SENTENCES_H
#define CLI_SENTENCES_H

#include "cli/rows.h"

/* Owned by the caller; NULL: there is nothing to say. */
char *cli_sentences(const CliPage *page, const CliRuns *runs, const GPtrArray *rows);

/* Replications that would settle what is inconclusive, roughly; 0: nothing is, or more would not
 * help. */
guint64 cli_replications_needed(const CliRuns *runs);

#endif
