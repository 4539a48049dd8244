/*
 * grid.h — a table of variants side by side: a label, then one column per variant.
 *
 * A cell has two lines: a value and its change; below, a mark under the value and an interval under
 * the change (or under the value, where there is no change). Parts line up down a column. Columns
 * that do not fit beside each other go into further blocks, each with the first column again, so
 * that nothing is cut and nothing is lost (ux.md §10, point 24). Labels wrap.
 */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include "cli/terminal.h"

typedef struct CliCell {
    char *value, *change, *below; /* owned; NULL: nothing there */
    const char *mark;             /* static; NULL: none */
    CliColour value_colour, mark_colour;
} CliCell;

typedef struct CliGrid {
    guint n_columns, n_rows;
    gboolean repeat_first; /* the first column stands in every block */
    const char *title;     /* over the labels */
    const char *subtitle;  /* on the line below; NULL: none */
    char **names;          /* of the columns; owned */
    char **subnames;       /* below them; owned; NULL: none */
    GPtrArray *labels;     /* of the rows; owned */
    GArray *cells;         /* CliCell, row by row */
} CliGrid;

CliGrid cli_grid_new(guint n_columns);
void cli_grid_clear(CliGrid *grid);
/* A further row; its cells are empty until they are filled in. Holds until the next row. */
CliCell *cli_grid_row(CliGrid *grid, const char *label);
void cli_grid_print(const CliGrid *grid, CliPage *page);

#endif
