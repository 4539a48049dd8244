/* grid.c — see grid.h. */
#include "cli/grid.h"

#include <string.h>

#define INDENT 2
#define GAP 3      /* between columns */
#define PART_GAP 2 /* between the parts of a cell */
#define LABEL_MIN 22
#define LABEL_MAX 50

/* Widths of the parts of a column. */
typedef struct Column {
    int value, whole;
} Column;

CliGrid cli_grid_new(guint n_columns)
{
    return (CliGrid){.n_columns = n_columns,
                     .names = g_new0(char *, n_columns + 1),
                     .subnames = g_new0(char *, n_columns + 1),
                     .labels = g_ptr_array_new_with_free_func(g_free),
                     .cells = g_array_new(FALSE, TRUE, sizeof(CliCell))};
}

void cli_grid_clear(CliGrid *grid)
{
    for (guint i = 0; i < grid->cells->len; i++) {
        CliCell *cell = &g_array_index(grid->cells, CliCell, i);
        g_free(cell->value);
        g_free(cell->change);
        g_free(cell->below);
    }
    g_array_free(grid->cells, TRUE);
    g_ptr_array_free(grid->labels, TRUE);
    for (guint c = 0; c < grid->n_columns; c++) {
        g_free(grid->names[c]);
        g_free(grid->subnames[c]);
    }
    g_free(grid->names);
    g_free(grid->subnames);
    *grid = (CliGrid){0};
}

CliCell *cli_grid_row(CliGrid *grid, const char *label)
{
    g_ptr_array_add(grid->labels, g_strdup(label));
    g_array_set_size(grid->cells, (guint)(++grid->n_rows) * grid->n_columns);
    return &g_array_index(grid->cells, CliCell, (grid->n_rows - 1) * grid->n_columns);
}

static const CliCell *cell_at(const CliGrid *grid, guint row, guint column)
{
    return &g_array_index(grid->cells, CliCell, row * grid->n_columns + column);
}

/* ---- measuring ---------------------------------------------------------------------------- */

/* Columns that the text takes on this page. */
static int columns_of(const CliPage *page, const char *text)
{
    if (!text)
        return 0;
    g_autofree char *shown = page->ascii ? cli_in_ascii(text) : g_strdup(text);
    return cli_columns(shown);
}

/* Where the second part of a cell begins. */
static int second_part(const Column *column, const CliCell *cell)
{
    return cell->change || cell->mark ? column->value + PART_GAP : 0;
}

static Column measure(const CliGrid *grid, const CliPage *page, guint column)
{
    Column widths = {0};
    for (guint r = 0; r < grid->n_rows; r++) {
        const CliCell *cell = cell_at(grid, r, column);
        widths.value = MAX(widths.value, columns_of(page, cell->value));
        widths.value = MAX(widths.value, columns_of(page, cell->mark));
    }
    widths.whole = MAX(widths.value, MAX(columns_of(page, grid->names[column]),
                                         columns_of(page, grid->subnames[column])));
    for (guint r = 0; r < grid->n_rows; r++) {
        const CliCell *cell = cell_at(grid, r, column);
        int second = MAX(columns_of(page, cell->change), columns_of(page, cell->below));
        if (second > 0)
            widths.whole = MAX(widths.whole, second_part(&widths, cell) + second);
    }
    return widths;
}

/* ---- printing ----------------------------------------------------------------------------- */

/* Columns of one block. */
typedef struct Block {
    const CliGrid *grid;
    const Column *columns;
    int label;
    guint members[64];
    guint n;
} Block;

static int start_of(const Block *block, guint member)
{
    int at = INDENT + block->label + GAP;
    for (guint i = 0; i < member; i++)
        at += block->columns[block->members[i]].whole + GAP;
    return at;
}

static void at_column(CliPage *page, int column)
{
    if (cli_page_column(page) < column)
        cli_page_to_column(page, column);
}

static void print_heads(const Block *block, CliPage *page)
{
    const CliGrid *grid = block->grid;
    cli_page_coloured(page, CLI_BOLD, grid->title);
    for (guint i = 0; i < block->n; i++) {
        at_column(page, start_of(block, i));
        cli_page_coloured(page, CLI_BOLD, grid->names[block->members[i]]);
    }
    cli_page_add(page, "\n");
    gboolean has_second = grid->subtitle != NULL;
    for (guint i = 0; i < block->n; i++)
        has_second |= grid->subnames[block->members[i]] != NULL;
    if (!has_second)
        return;
    cli_page_coloured(page, CLI_FAINT, grid->subtitle ? grid->subtitle : "");
    for (guint i = 0; i < block->n; i++)
        if (grid->subnames[block->members[i]]) {
            at_column(page, start_of(block, i));
            cli_page_coloured(page, CLI_FAINT, grid->subnames[block->members[i]]);
        }
    cli_page_add(page, "\n");
}

static void print_first_line(const Block *block, CliPage *page, const CliCell *cell, guint member)
{
    const Column *column = &block->columns[block->members[member]];
    int start = start_of(block, member);
    if (cell->value) {
        at_column(page, start);
        cli_page_coloured(page, cell->value_colour, cell->value);
    }
    if (cell->change) {
        at_column(page, start + second_part(column, cell));
        cli_page_add(page, cell->change);
    }
}

static void print_second_line(const Block *block, CliPage *page, const CliCell *cell, guint member)
{
    const Column *column = &block->columns[block->members[member]];
    int start = start_of(block, member);
    if (cell->mark) {
        at_column(page, start);
        cli_page_coloured(page, cell->mark_colour, cell->mark);
    }
    if (cell->below) {
        at_column(page, start + second_part(column, cell));
        cli_page_coloured(page, CLI_FAINT, cell->below);
    }
}

/* The label's words on as many lines as they need; a strv. */
static char **wrapped_label(const Block *block, const CliPage *page, guint row)
{
    CliPage narrow = {.text = g_string_new(NULL), .ascii = page->ascii, .width = block->label};
    cli_page_wrap(&narrow, INDENT, block->grid->labels->pdata[row]);
    g_string_truncate(narrow.text, narrow.text->len - 1);
    char **lines = g_strsplit(narrow.text->str, "\n", -1);
    cli_page_clear(&narrow);
    return lines;
}

static void print_row(const Block *block, CliPage *page, guint row)
{
    g_auto(GStrv) label = wrapped_label(block, page, row);
    guint n_lines = g_strv_length(label);
    for (guint i = 0; i < block->n; i++)
        if (cell_at(block->grid, row, block->members[i])->below ||
            cell_at(block->grid, row, block->members[i])->mark)
            n_lines = MAX(n_lines, 2);
    for (guint line = 0; line < n_lines; line++) {
        gboolean labelled = line < g_strv_length(label);
        if (labelled)
            cli_page_printf(page, "  %s", label[line]);
        for (guint i = 0; i < block->n && line < 2; i++) {
            const CliCell *cell = cell_at(block->grid, row, block->members[i]);
            if (line == 0)
                print_first_line(block, page, cell, i);
            else
                print_second_line(block, page, cell, i);
        }
        cli_page_add(page, "\n");
    }
}

/* Columns from `first` on, as many as fit; returns the next one. */
static guint fill_block(Block *block, const CliPage *page, guint first)
{
    guint next = first;
    block->n = 0;
    if (block->grid->repeat_first && first > 0)
        block->members[block->n++] = 0;
    guint fixed = block->n;
    while (next < block->grid->n_columns && block->n < G_N_ELEMENTS(block->members)) {
        block->members[block->n] = next;
        int end = start_of(block, block->n) + block->columns[next].whole;
        if (end > page->width && block->n > fixed)
            break;
        block->n++;
        next++;
    }
    return next;
}

/* Labels wrap between words only. */
static int longest_word(const CliGrid *grid, const CliPage *page)
{
    int longest = 0;
    for (guint r = 0; r < grid->n_rows; r++) {
        g_auto(GStrv) words = g_strsplit(grid->labels->pdata[r], " ", -1);
        for (char **word = words; *word; word++)
            longest = MAX(longest, columns_of(page, *word) + (word > words ? INDENT : 0));
    }
    return longest;
}

/* Blocks, and for each that is too wide even with one column of its own a penalty. */
static guint count_blocks(Block *block, const CliPage *page)
{
    guint n = 0;
    for (guint next = 0; next < block->grid->n_columns; n++) {
        next = fill_block(block, page, next);
        guint last = block->n - 1;
        if (start_of(block, last) + block->columns[block->members[last]].whole > page->width)
            n += 1000;
    }
    return n;
}

/* The widest labels with which the columns need no more blocks than with the narrowest. */
static void choose_label_width(Block *block, const CliPage *page)
{
    const CliGrid *grid = block->grid;
    int longest = MAX(columns_of(page, grid->title), columns_of(page, grid->subtitle) - INDENT);
    for (guint r = 0; r < grid->n_rows; r++)
        longest = MAX(longest, columns_of(page, grid->labels->pdata[r]));
    int least = MAX(LABEL_MIN, longest_word(grid, page));
    block->label = least;
    guint fewest = count_blocks(block, page);
    for (int width = least + 1; width <= MIN(longest, LABEL_MAX); width++) {
        block->label = width;
        if (count_blocks(block, page) > fewest) {
            block->label = width - 1;
            break;
        }
    }
}

void cli_grid_print(const CliGrid *grid, CliPage *page)
{
    Column *columns = g_new0(Column, grid->n_columns);
    for (guint c = 0; c < grid->n_columns; c++)
        columns[c] = measure(grid, page, c);
    Block block = {.grid = grid, .columns = columns};
    choose_label_width(&block, page);
    for (guint next = 0; next < grid->n_columns;) {
        if (next > 0)
            cli_page_add(page, "\n");
        next = fill_block(&block, page, next);
        print_heads(&block, page);
        for (guint r = 0; r < grid->n_rows; r++)
            print_row(&block, page, r);
    }
    g_free(columns);
}
