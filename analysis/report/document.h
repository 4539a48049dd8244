/*
 * document.h — a report as a list of blocks, written as one HTML page or as Markdown with SVG
 * files.
 *
 * What a block says is decided once; how it looks is html.c's and markdown.c's business. Texts are
 * plain UTF-8, copied; tables, charts and pictures are taken over.
 */
#ifndef ANA_REPORT_DOCUMENT_H
#define ANA_REPORT_DOCUMENT_H

#include "analysis/report/chart.h"
#include "analysis/report/picture.h"

/* What stands before a picture's reading aid, and its name in ids, in pages. */
#define ANA_HOW_TO_READ "How to read this: "
#define ANA_FIGURE_ID "figure-"

/* ---- tables ------------------------------------------------------------------------------- */

typedef struct AnaTableCell {
    char *text, *change, *below; /* value; its change; an interval below; owned, NULL: none */
    const char *mark;            /* "better", "worse", "~"; static; NULL: none */
    char *svg;                   /* a small picture for the page; owned; NULL: none */
} AnaTableCell;

typedef struct AnaTable {
    char *title;
    char **columns; /* heads; the first is that of the labels; owned */
    guint n_columns, n_rows;
    GArray *cells;    /* AnaTableCell, row by row; the first of a row is its label */
    GPtrArray *notes; /* footnotes: "¹ text"; owned */
    gboolean is_sortable;
} AnaTable;

AnaTable *ana_table_new(const char *title, guint n_columns, const char *const *columns);
void ana_table_free(AnaTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaTable, ana_table_free)
/* n_columns cells, empty; they stay where they are until the next row. */
AnaTableCell *ana_table_row(AnaTable *table);
/* A row of plain texts. */
void ana_table_add(AnaTable *table, const char *const *texts);
const AnaTableCell *ana_table_cell(const AnaTable *table, guint row, guint column);
/* The data behind a chart, at most about `most` rows a line. */
AnaTable *ana_table_of_chart(const AnaChart *chart, guint most);

/* ---- documents ---------------------------------------------------------------------------- */

typedef enum AnaBlockKind {
    ANA_BLOCK_SECTION, /* text: its title; name: its id */
    ANA_BLOCK_TEXT,
    ANA_BLOCK_LEAD, /* a paragraph that is to be seen first */
    ANA_BLOCK_BAND, /* a full-width label: PARTIAL */
    ANA_BLOCK_CHIP, /* mark: "pass", "fail", "inconclusive"; text */
    ANA_BLOCK_ITEM, /* of a list */
    ANA_BLOCK_CODE, /* name: of the file it may be saved as; NULL: none */
    ANA_BLOCK_TABLE,
    ANA_BLOCK_FIGURE, /* picture, and a table of its data */
    ANA_BLOCK_FOLD,   /* text: the summary; what follows is folded … */
    ANA_BLOCK_END     /* … up to here */
} AnaBlockKind;

typedef struct AnaBlock {
    AnaBlockKind kind;
    char *text, *name;
    const char *mark; /* static */
    AnaTable *table;
    AnaPicture *picture;
} AnaBlock;

typedef struct AnaVariantLook {
    char *name;
    guint style;
} AnaVariantLook;

typedef struct AnaDocument {
    char *title, *subtitle, *footer; /* footer: on every printed page */
    GArray *blocks;                  /* AnaBlock */
    GArray *variants;                /* AnaVariantLook: the legend */
    guint n_figures;
} AnaDocument;

AnaDocument *ana_document_new(const char *title, const char *subtitle, const char *footer);
void ana_document_free(AnaDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaDocument, ana_document_free)

void ana_document_variant(AnaDocument *document, const char *name, guint style);
void ana_document_section(AnaDocument *document, const char *id, const char *title);
void ana_document_text(AnaDocument *document, AnaBlockKind kind, const char *text);
void ana_document_chip(AnaDocument *document, const char *verdict, const char *text);
void ana_document_code(AnaDocument *document, const char *name, const char *text);
void ana_document_table(AnaDocument *document, AnaTable *table);
/* `name`: of its file, without ending; letters, digits, '-'; unique. `table` may be NULL. */
void ana_document_picture(AnaDocument *document, const char *name, AnaPicture *picture,
                          AnaTable *table);
void ana_document_chart(AnaDocument *document, const char *name, AnaChart *chart);
void ana_document_fold(AnaDocument *document, const char *summary);
void ana_document_end_fold(AnaDocument *document);

/* One self-contained page: no script is needed, nothing is asked for from outside; well-formed
 * XML too. */
void ana_document_html(const AnaDocument *document, GString *out);
/* The document that a page was made of; NULL and *error (G_MARKUP_ERROR) where it is none of ours.
 */
AnaDocument *ana_document_read_html(const char *page, gsize length, GError **error);
/* Pictures are referred to as PREFIXNAME.svg. */
void ana_document_markdown(const AnaDocument *document, const char *prefix, GString *out);
/* Of a picture, by its name; NULL: there is none. */
const AnaPicture *ana_document_find_picture(const AnaDocument *document, const char *name);

#endif
