/*
 * save.h — the folder of a run: what is kept, under which name, and whether a run of the same
 * inputs gave the same before.
 *
 *   summary.json   the document of semantics §10: the same bytes for the same inputs, anywhere
 *   metrics.csv    every value, also replication by replication
 *   series.csv     what happened over simulated time; histograms.csv: distributions, in buckets
 *   summary.txt    what was printed
 *   scenario.yaml  the file as given; resolved.yaml with every default (-2, -3, … for further ones)
 *   report.html    the same for people, with charts: one page that needs nothing else
 *   manifest.json  version, binary, command, date, digests; it and the page, which has the date,
 *                  are the only files that differ next time
 *
 * The name is NAME-SHA8-sSEED; SHA8 stands for the scenario's bytes, and for data files and options
 * where there are any, so other inputs get another folder. What an interrupted run has is kept
 * under the name with `.partial`.
 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "cli/report_page.h"

#include <stdio.h>

typedef struct CliSave {
    const CliRuns *runs;
    const CliSweep *sweep;      /* of which they are the points; NULL: of a run */
    const char *results;        /* the folder of folders */
    const char *const *options; /* texts that change the result, ended by NULL */
    const char *command;        /* the command line */
    const GString *summary;     /* the JSON document */
    const char *text;           /* without colour */
} CliSave;

typedef struct CliSaved {
    char *path;       /* of the folder; NULL: nothing was written */
    char *reproduced; /* what to say where the same inputs were run before; else NULL */
} CliSaved;

/* CLI_OK; CLI_ENVIRONMENT after an error; CLI_NOT_REPRODUCED after an error that says what
 * differs. */
CliStatus cli_save(const CliSave *save, CliSaved *saved);
void cli_saved_clear(CliSaved *saved);

/* The report of the run, as a document; caller frees. */
AnaDocument *cli_save_document(const CliSave *save);

/* Over all variants: "51c0 77aa 9e02 d41f"; caller frees. */
char *cli_digest_text(const CliRuns *runs);

/* A sink of analysis/csv.h over a FILE. */
gboolean cli_write_csv(void *runs, FILE *file);
gboolean cli_write_ndjson(void *runs, FILE *file);

#endif
