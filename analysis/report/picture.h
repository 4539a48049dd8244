/*
 * picture.h — a drawing with what a reader who does not see it needs; and two kinds of strips.
 */
#ifndef ANA_REPORT_PICTURE_H
#define ANA_REPORT_PICTURE_H

#include "analysis/report/scale.h"

typedef struct AnaPicture {
    char *title, *how_to_read, *description; /* owned; "" where there is none */
    GString *body;                           /* SVG without its outermost element; owned */
    double width, height;
} AnaPicture;

/* Texts are copied; NULL is "". */
AnaPicture *ana_picture_new(const char *title, const char *how_to_read, const char *description);
void ana_picture_free(AnaPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaPicture, ana_picture_free)

/* `id` is unique in the page (letters, digits, '-'). With `alone` it is a document of its own:
 * namespace, size and a white ground are given. */
void ana_picture_svg(const AnaPicture *picture, const char *id, gboolean alone, GString *out);

#define ANA_PICTURE_TEXT 13.0
/* A text in it; class "ink" or "soft", anchor "start", "middle" or "end". */
void ana_picture_text(AnaPicture *picture, double x, double y, const char *anchor,
                      const char *class, const char *text);

/* ---- one dot a replication ---------------------------------------------------------------- */

typedef struct AnaDotRow {
    const char *name;
    guint style;
    const double *values; /* one per replication; NaN: none */
    guint n;
    double mean, low, high; /* low or high NaN: no interval */
    const char *note;       /* on the right */
} AnaDotRow;

/* Rows over one linear axis; every replication is visible, equal ones are stacked. */
void ana_dot_strips(AnaPicture *picture, AnaTickForm form, const AnaDotRow *rows, guint n);

/* ---- one cell a span of time -------------------------------------------------------------- */

typedef struct AnaCellRow {
    const char *name;
    guint style;
    const double *share; /* 0 … 1 by cell; NaN: nothing happened in it */
    const char *note;    /* on the right */
} AnaCellRow;

typedef struct AnaCellSpan {
    double from, to; /* ns */
    const char *label;
} AnaCellSpan;

/* One row a span, with its label on the left: a ruler of what happens when. */
void ana_span_strips(AnaPicture *picture, const AnaCellSpan *spans, guint n, double from,
                     double to);

typedef struct AnaCells {
    const AnaCellRow *rows;
    guint n_rows, n_cells;
    double from, to;          /* ns, of all cells together */
    const AnaCellSpan *spans; /* faults: tinted through all rows */
    guint n_spans;
} AnaCells;

/* Full shares are light, lower ones darker, 0 is hatched as well. */
void ana_cell_strips(AnaPicture *picture, const AnaCells *cells);

#endif
