/*
 * report_page.h — the report of a run as a document: blocks from top to bottom (ux.md §7.1).
 *
 * What is measured comes from the results in memory, in the words of the terminal's tables and
 * sentences, so that page and terminal cannot differ.
 */
#ifndef CLI_REPORT_PAGE_H
#define CLI_REPORT_PAGE_H

#include "analysis/report/document.h"
#include "cli/grid.h"
#include "cli/notes.h"
#include "cli/rows.h"
#include "cli/sweep_measures.h"

typedef struct CliReport {
    const CliRuns *runs;
    const CliSweep *sweep; /* of which they are the points; NULL: they are variants */
    const char *command;   /* the command line */
    const char *date;      /* "2026-11-21T…" */
    const char *digest;    /* over all variants: "51c0 77aa 9e02 d41f" */
    const char *inputs_sha256;
} CliReport;

/* Caller frees. */
AnaDocument *cli_report_document(const CliReport *report);

/* ---- its blocks, one file each ------------------------------------------------------------ */

/* report_inputs.c: what was compared. */
void cli_report_inputs(AnaDocument *document, const CliRuns *runs);
/* Spans of time that all replications share: the warm-up, and faults at a fixed instant for a fixed
 * time. Of AnaCellSpan; texts belong to `owned`. */
GArray *cli_report_spans(const CliRuns *runs, GPtrArray *owned, gboolean with_warmup);
/* report_results.c: verdict chips, checks, the table of results. */
void cli_report_chips(AnaDocument *document, const CliRuns *runs);
void cli_report_results(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows);
/* report_curves.c: lag and latency. */
void cli_report_lag(AnaDocument *document, const CliRuns *runs);
void cli_report_latency(AnaDocument *document, const CliRuns *runs);
/* report_course.c: what happens over time; nothing where the course of runs was not kept. */
void cli_report_staleness(AnaDocument *document, const CliRuns *runs);
void cli_report_availability(AnaDocument *document, const CliRuns *runs);
void cli_report_lag_course(AnaDocument *document, const CliRuns *runs);
/* report_losses.c: what went wrong, replication by replication; cost against harm. */
void cli_report_losses(AnaDocument *document, const CliRuns *runs);
void cli_report_trade_off(AnaDocument *document, const CliRuns *runs);
/* report_sure.c: how sure, not modelled, reproduce, reading guide. */
void cli_report_sure(AnaDocument *document, const CliRuns *runs);
void cli_report_not_modelled(AnaDocument *document, const CliRuns *runs);
void cli_report_reproduce(AnaDocument *document, const CliReport *report);
void cli_report_guide(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows);

/* A table of the terminal as one of a report. */
AnaTable *cli_report_table(const CliGrid *grid, const CliNotes *notes, const char *title,
                           const char *label);

/* The table turned, a row a variant, where there are more than fit beside each other. Takes it. */
#define CLI_REPORT_BESIDE 8u
AnaTable *cli_report_fit(AnaTable *table, const CliRuns *runs);

/* The look of a variant (analysis/report/palette.h): 0 for the baseline, the others in order. */
guint cli_report_style(const CliRuns *runs, guint variant);
/* How many of them charts draw: a page is to stay readable, and below 2 MB. Tables have all. */
#define CLI_REPORT_DRAWN 12u
guint cli_report_n_drawn(const CliRuns *runs);
/* The variants' numbers, the baseline first; in them the order of every block. Caller frees. */
guint *cli_report_order(const CliRuns *runs);
/* The text without the marks of cli_page_wrap(). In place. */
char *cli_report_plain(char *text);

#endif
