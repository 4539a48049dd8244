/* tables.c — RESULTS; see tables.h. */
#include "cli/tables.h"

#include "analysis/format.h"
#include <string.h>

/* "2.72 % [2.69, 2.75]" in its two parts; the second is NULL where there is none. */
static char *split_interval(char *text, char **interval)
{
    char *bracket = strstr(text, " [");
    if (interval)
        *interval = bracket ? g_strdup(bracket + 1) : NULL;
    if (bracket)
        *bracket = '\0';
    return text;
}

char *cli_estimate_text(const CliPage *page, const AnaQuery *query, const AnaEstimate *estimate,
                        char **interval)
{
    AnaInterval shown = estimate->interval;
    if (!estimate->has_bounds)
        shown.low = shown.high = shown.value;
    AnaUnit unit = ana_query_unit(query);
    char *text = ana_format_interval(unit, &shown, page->ascii);
    if (shown.value == 0 && shown.high == 0 && unit == ANA_UNIT_NS) {
        g_free(text);
        text = g_strdup("0 s"); /* nothing has no small unit */
    }
    return split_interval(text, interval);
}

/* ---- cells -------------------------------------------------------------------------------- */

static CliColour colour_of(AnaChange change)
{
    switch (change) {
    case ANA_CHANGE_BETTER:
        return CLI_GOOD;
    case ANA_CHANGE_WORSE:
        return CLI_BAD;
    case ANA_CHANGE_UNKNOWN:
    case ANA_CHANGE_SAME:
    case ANA_CHANGE_DIFFERS:
        break;
    }
    return CLI_PLAIN;
}

void cli_change_cell(const CliPage *page, CliCell *cell, const AnaQuery *query,
                     const AnaEstimate *estimate)
{
    AnaChange change = ana_change_of(query->metric, estimate);
    AnaInterval shown = estimate->difference;
    if (!estimate->difference_has_bounds)
        shown.low = shown.high = shown.value;
    g_clear_pointer(&cell->below, g_free);
    cell->change = split_interval(
        ana_format_change_interval(ana_query_unit(query), &shown, page->ascii), &cell->below);
    if (!cell->below && shown.value == 0 && estimate->difference_has_bounds) {
        g_free(cell->change);
        cell->change = g_strdup("no change");
        cell->below = g_strdup("in any run");
    }
    cell->mark = change == ANA_CHANGE_UNKNOWN ? NULL : ana_change_word(change);
    cell->mark_colour = colour_of(change);
}

/* What must be known about a value before it is believed. */
static void add_cautions(CliCell *cell, const CliRow *row, const AnaEstimate *estimate,
                         CliNotes *notes)
{
    GString *value = g_string_new(cell->value);
    if (estimate->is_thin) {
        g_autofree char *text = g_strdup_printf(
            "from %" G_GUINT64_FORMAT " values only, too few for this percentile", estimate->count);
        g_string_append_printf(value, " %s", cli_note_mark(notes, text));
    }
    if (estimate->censored > 0 && g_str_has_prefix(row->query.metric->name, "lag"))
        g_string_append_printf(value, " %s",
                               cli_note_mark(notes, "some entries were not applied when the run "
                                                    "ended and count with their age then"));
    if (estimate->censored > 0 && row->query.metric->arg == ANA_ARG_WORD) {
        g_autofree char *text =
            g_strdup_printf("at least: in %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                            " runs it had not happened by the end",
                            estimate->censored, estimate->count);
        g_string_append_printf(value, " %s", cli_note_mark(notes, text));
    }
    if (estimate->is_undrained)
        g_string_append_printf(value, " %s",
                               cli_note_mark(notes, "some runs had not drained when they ended"));
    g_free(cell->value);
    cell->value = g_string_free(value, FALSE);
}

static void fill_cell(const CliPage *page, CliCell *cell, const CliRuns *runs, const CliRow *row,
                      guint variant, CliNotes *notes)
{
    if (row->numbers[variant] < 0) {
        cell->value = g_strconcat(
            "– ", cli_note_mark(notes, "not asked for, or not there, in this variant"), NULL);
        return;
    }
    const AnaEstimate *estimate =
        ana_result_estimate(runs->result, variant, (gsize)row->numbers[variant]);
    if (estimate->why_absent) {
        cell->value = g_strconcat("– ", cli_note_mark(notes, estimate->why_absent), NULL);
        return;
    }
    cell->value = cli_estimate_text(page, &row->query, estimate, &cell->below);
    if (estimate->has_difference && (gssize)variant != runs->baseline)
        cli_change_cell(page, cell, &row->query, estimate);
    else if (runs->n_variants == 1)
        cell->change = g_steal_pointer(&cell->below);
    add_cautions(cell, row, estimate, notes);
}

/* ---- the table ---------------------------------------------------------------------------- */

guint *cli_column_order(const CliRuns *runs)
{
    guint *order = g_new(guint, runs->n_variants), n = 0;
    if (runs->baseline >= 0)
        order[n++] = (guint)runs->baseline;
    for (guint v = 0; v < runs->n_variants; v++)
        if ((gssize)v != runs->baseline)
            order[n++] = v;
    return order;
}

static void name_columns(CliGrid *grid, const CliRuns *runs, const guint *order)
{
    gboolean compares = runs->baseline >= 0 && runs->n_variants > 1;
    for (guint c = 0; c < runs->n_variants; c++) {
        grid->names[c] = g_strdup(runs->variants[order[c]].name);
        if (!compares)
            continue;
        grid->subnames[c] =
            g_strdup((gssize)order[c] == runs->baseline             ? "baseline"
                     : ana_result_is_paired(runs->result, order[c]) ? "and change"
                                                                    : "and change, unpaired");
    }
    grid->repeat_first = compares;
}

/* What the marks and "pp" mean, where they occur. */
static void add_legend(CliPage *page, const CliGrid *grid)
{
    gboolean has_same = FALSE, has_points = FALSE;
    for (guint i = 0; i < grid->cells->len; i++) {
        const CliCell *cell = &g_array_index(grid->cells, CliCell, i);
        has_same |= g_strcmp0(cell->mark, "~") == 0;
        has_points |= cell->change && g_str_has_suffix(cell->change, " pp");
    }
    if (has_same)
        cli_page_add(page, "  ~ no difference detected; the interval says how large it may be\n");
    if (has_points)
        cli_page_add(page, "  pp percentage points\n");
}

CliGrid cli_results_grid(const CliPage *page, const CliRuns *runs, const GPtrArray *rows,
                         CliNotes *notes)
{
    CliGrid grid = cli_grid_new(runs->n_variants);
    g_autofree guint *order = cli_column_order(runs);
    grid.subtitle = "[95 % interval]";
    name_columns(&grid, runs, order);
    for (guint r = 0; r < rows->len; r++) {
        const CliRow *row = rows->pdata[r];
        CliCell *cells = cli_grid_row(&grid, row->label);
        for (guint c = 0; c < runs->n_variants; c++)
            fill_cell(page, &cells[c], runs, row, order[c], notes);
    }
    return grid;
}

void cli_results_table(CliPage *page, const CliRuns *runs, const char *heading, gboolean all)
{
    GPtrArray *rows = cli_rows_new(runs, all);
    CliNotes notes = cli_notes_new();
    CliGrid grid = cli_results_grid(page, runs, rows, &notes);
    g_autofree char *title = g_strconcat(heading, "RESULTS", NULL);
    grid.title = title;
    cli_grid_print(&grid, page);
    add_legend(page, &grid);
    cli_notes_print(&notes, page);
    cli_notes_clear(&notes);
    cli_grid_clear(&grid);
    g_ptr_array_free(rows, TRUE);
}
