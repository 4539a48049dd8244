/*
 * csv.h — tables of measured data (RFC 4180): a header line, then rows.
 *
 * Fields may be quoted, with "" for a quote inside; lines end in LF or CR LF; a byte-order mark
 * and empty lines at the end are ignored. Every row must have as many fields as the header.
 */
#ifndef SCN_CSV_H
#define SCN_CSV_H

#include <glib.h>

#define SCN_CSV_ROWS_MAX 5000000u

typedef struct ScnCsv {
    gsize columns;
    gsize rows;    /* without the header */
    char **header; /* names, without space around them; ended by NULL */
    char **fields; /* row by row */
    gsize *lines;  /* number of the line on which each row begins */
    char *storage; /* private */
} ScnCsv;

/* NULL where the text is malformed: then the line (from 1) and a sentence (caller frees). */
ScnCsv *scn_csv_parse(const char *text, gsize length, gsize *line, char **message);
void scn_csv_free(ScnCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnCsv, scn_csv_free)

/* Number of the column, or -1. */
int scn_csv_column(const ScnCsv *csv, const char *name);
const char *scn_csv_field(const ScnCsv *csv, gsize row, int column);

#endif
