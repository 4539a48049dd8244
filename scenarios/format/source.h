/*
 * source.h — a text that mistakes can be in, and places in it.
 *
 * A source is the scenario file, or the argument of an option (`--set`). Places are byte offsets;
 * lines and columns, counted from 1 and in characters, are worked out when they are printed.
 */
#ifndef SCN_SOURCE_H
#define SCN_SOURCE_H

#include <glib.h>

typedef struct ScnSource {
    char *name; /* as printed: a file name or an option */
    char *text; /* `length` bytes and a zero */
    gsize length;
    guint order;  /* sources are reported in this order */
    gsize *lines; /* offset of the first byte of each line */
    gsize n_lines;
} ScnSource;

/* [start, end) of a source; source NULL: nowhere. */
typedef struct ScnSpan {
    const ScnSource *source;
    gsize start, end;
} ScnSpan;

typedef struct ScnPosition {
    gsize line, column;         /* from 1; the column in characters */
    gsize line_start, line_end; /* offsets; without the line's end mark */
} ScnPosition;

ScnSource *scn_source_new(const char *name, const char *text, gsize length, guint order);
void scn_source_free(ScnSource *source);

ScnPosition scn_source_position(const ScnSource *source, gsize offset);

#endif
