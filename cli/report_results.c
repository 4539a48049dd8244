/* report_results.c — chips, checks and the table of results; see report_page.h. */
#include "cli/report_page.h"

#include "analysis/report/palette.h"
#include "analysis/report/svg.h"
#include "cli/tables.h"

#include <math.h>
#include <string.h>

#define MINI_WIDTH 120.0
#define MINI_HEIGHT 14.0

/* ---- chips -------------------------------------------------------------------------------- */

/* The worst verdict of a variant, and of which check. */
static AnaVerdict worst_of(const CliRuns *runs, guint variant, const char **check)
{
    AnaVerdict worst = ANA_PASS;
    for (gsize e = 0; e < runs->variants[variant].variant->n_expectations; e++) {
        AnaVerdict verdict = ana_result_check(runs->result, variant, e)->verdict;
        gboolean is_worse = verdict == ANA_FAIL ? worst != ANA_FAIL
                                                : verdict == ANA_INCONCLUSIVE && worst == ANA_PASS;
        if (!is_worse)
            continue;
        worst = verdict;
        *check = runs->variants[variant].variant->expectations[e].text;
    }
    return worst;
}

static guint count_of(const CliRuns *runs, guint variant, AnaVerdict verdict)
{
    guint n = 0;
    for (gsize e = 0; e < runs->variants[variant].variant->n_expectations; e++)
        n += ana_result_check(runs->result, variant, e)->verdict == verdict ? 1 : 0;
    return n;
}

void cli_report_chips(AnaDocument *document, const CliRuns *runs)
{
    g_autofree guint *order = cli_report_order(runs);
    for (guint i = 0; i < cli_report_n_drawn(runs); i++) {
        guint v = order[i];
        const CliRunVariant *run = &runs->variants[v];
        const char *check = NULL;
        if (run->variant->n_expectations == 0)
            continue;
        AnaVerdict worst = worst_of(runs, v, &check);
        GString *text = g_string_new(run->name);
        if (check)
            g_string_append_printf(text, ": %s", check);
        guint more = check ? count_of(runs, v, worst) - 1 : 0;
        if (more > 0)
            g_string_append_printf(text, " and %u more", more);
        ana_document_chip(document, ana_verdict_name(worst), text->str);
        g_string_free(text, TRUE);
    }
}

/* ---- from the terminal's grids ------------------------------------------------------------ */

AnaTable *cli_report_table(const CliGrid *grid, const CliNotes *notes, const char *title,
                           const char *label)
{
    g_autofree const char **heads = g_new0(const char *, grid->n_columns + 2);
    GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
    heads[0] = label;
    for (guint c = 0; c < grid->n_columns; c++) {
        char *head = grid->subnames[c]
                         ? g_strdup_printf("%s (%s)", grid->names[c], grid->subnames[c])
                         : g_strdup(grid->names[c]);
        g_ptr_array_add(owned, head);
        heads[c + 1] = head;
    }
    AnaTable *table = ana_table_new(title, grid->n_columns + 1, heads);
    for (guint r = 0; r < grid->n_rows; r++) {
        AnaTableCell *cells = ana_table_row(table);
        cells[0].text = g_strdup(grid->labels->pdata[r]);
        for (guint c = 0; c < grid->n_columns; c++) {
            const CliCell *from = &g_array_index(grid->cells, CliCell, r * grid->n_columns + c);
            cells[c + 1] = (AnaTableCell){.text = g_strdup(from->value),
                                          .change = g_strdup(from->change),
                                          .below = g_strdup(from->below),
                                          .mark = from->mark};
        }
    }
    for (guint i = 0; i < notes->texts->len; i++)
        g_ptr_array_add(table->notes,
                        g_strconcat(cli_note_mark((CliNotes *)notes, notes->texts->pdata[i]), " ",
                                    (const char *)notes->texts->pdata[i], NULL));
    g_ptr_array_free(owned, TRUE);
    return table;
}

/* ---- little pictures of differences ------------------------------------------------------- */

static const AnaEstimate *estimate_of(const CliRuns *runs, const CliRow *row, guint variant)
{
    if (row->numbers[variant] < 0)
        return NULL;
    return ana_result_estimate(runs->result, variant, (gsize)row->numbers[variant]);
}

/* The largest bound of the row: all its pictures share one axis, 0 in the middle. */
static double reach_of(const CliRuns *runs, const CliRow *row)
{
    double reach = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        const AnaEstimate *estimate = estimate_of(runs, row, v);
        if (estimate && estimate->has_difference && estimate->difference_has_bounds)
            reach =
                fmax(reach, fmax(fabs(estimate->difference.low), fabs(estimate->difference.high)));
    }
    return reach;
}

static char *mini_of(const AnaInterval *difference, double reach, guint style)
{
    GString *out = g_string_new(NULL);
    AnaScale scale = {.low = -reach, .high = reach, .from = 4, .to = MINI_WIDTH - 4};
    guint number = MIN(style, ANA_STYLES - 1);
    double low = ana_scale_at(&scale, difference->low);
    double high = ana_scale_at(&scale, difference->high);
    ana_svg_printf(out,
                   "<svg class=\"mini\" width=\"%@\" height=\"%@\" viewBox=\"0 0 %@ %@\" "
                   "aria-hidden=\"true\"><path d=\"M%@ 0V%@\" class=\"axis\" stroke=\"#57606A\"/>",
                   MINI_WIDTH, MINI_HEIGHT, MINI_WIDTH, MINI_HEIGHT, MINI_WIDTH / 2, MINI_HEIGHT);
    ana_svg_printf(out,
                   "<path d=\"M%@ 7H%@\" class=\"s%u\" stroke=\"%s\" stroke-width=\"2\"/>"
                   "<circle cx=\"%@\" cy=\"7\" r=\"3\" class=\"f%u\" fill=\"%s\"/></svg>",
                   low, MAX(high, low + 1), number, ana_style(style)->light,
                   ana_scale_at(&scale, difference->value), number, ana_style(style)->light);
    return g_string_free(out, FALSE);
}

static void add_minis(AnaTable *table, const CliRuns *runs, const GPtrArray *rows)
{
    g_autofree guint *order = cli_report_order(runs);
    for (guint r = 0; r < rows->len; r++) {
        double reach = reach_of(runs, rows->pdata[r]);
        for (guint c = 0; c < runs->n_variants && reach > 0; c++) {
            const AnaEstimate *estimate = estimate_of(runs, rows->pdata[r], order[c]);
            if ((gssize)order[c] == runs->baseline || !estimate || !estimate->has_difference ||
                !estimate->difference_has_bounds)
                continue;
            AnaTableCell *cell =
                &g_array_index(table->cells, AnaTableCell, r * table->n_columns + c + 1);
            cell->svg = mini_of(&estimate->difference, reach, cli_report_style(runs, order[c]));
        }
    }
}

/* ---- the block ---------------------------------------------------------------------------- */

/* Rows for columns, for more variants than stand side by side. Takes the table. */
static AnaTable *turned(AnaTable *table)
{
    g_autofree const char **heads = g_new0(const char *, table->n_rows + 2);
    heads[0] = "variant";
    for (guint r = 0; r < table->n_rows; r++)
        heads[r + 1] = ana_table_cell(table, r, 0)->text;
    AnaTable *other = ana_table_new(table->title, table->n_rows + 1, heads);
    for (guint c = 1; c < table->n_columns; c++) {
        AnaTableCell *cells = ana_table_row(other);
        cells[0].text = g_strdup(table->columns[c]);
        for (guint r = 0; r < table->n_rows; r++) {
            AnaTableCell *from =
                &g_array_index(table->cells, AnaTableCell, r * table->n_columns + c);
            cells[r + 1] = *from;
            *from = (AnaTableCell){0};
        }
    }
    for (guint i = 0; i < table->notes->len; i++)
        g_ptr_array_add(other->notes, g_strdup(table->notes->pdata[i]));
    other->is_sortable = table->is_sortable;
    ana_table_free(table);
    return other;
}

AnaTable *cli_report_fit(AnaTable *table, const CliRuns *runs)
{
    return runs->n_variants > CLI_REPORT_BESIDE ? turned(table) : table;
}

static AnaTable *results_table(const CliRuns *runs, const GPtrArray *rows, const char *title)
{
    CliPage plain = {.text = g_string_new(NULL), .width = CLI_WIDTH_MAX};
    CliNotes notes = cli_notes_new();
    CliGrid grid = cli_results_grid(&plain, runs, rows, &notes);
    AnaTable *table = cli_report_table(&grid, &notes, title, "measure");
    table->is_sortable = TRUE;
    if (runs->n_variants <= CLI_REPORT_DRAWN)
        add_minis(table, runs, rows);
    cli_grid_clear(&grid);
    cli_notes_clear(&notes);
    cli_page_clear(&plain);
    return cli_report_fit(table, runs);
}

static void add_checks(AnaDocument *document, const CliRuns *runs)
{
    CliPage plain = {.text = g_string_new(NULL), .width = CLI_WIDTH_MAX};
    CliNotes notes = cli_notes_new();
    CliGrid grid = cli_checks_grid(&plain, runs, &notes);
    if (grid.n_rows > 0)
        ana_document_table(
            document,
            cli_report_fit(cli_report_table(&grid, &notes, "Checks", "expectation"), runs));
    cli_grid_clear(&grid);
    cli_notes_clear(&notes);
    cli_page_clear(&plain);
}

void cli_report_results(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows)
{
    ana_document_section(document, "results", "Results");
    ana_document_table(document, results_table(runs, rows, "Values and 95 % intervals"));
    if (runs->n_variants > 1)
        ana_document_text(
            document, ANA_BLOCK_TEXT,
            "The dot and bar show the change from the baseline and its 95 % interval; "
            "the line in the middle is no change, and a row has one axis. "
            "~ no difference detected: the interval says how large it may be. "
            "pp: percentage points.");
    add_checks(document, runs);
    if (runs->n_variants > CLI_REPORT_DRAWN)
        return; /* every measure of all of them is in metrics.csv */
    GPtrArray *all = cli_rows_new(runs, TRUE);
    if (all->len > rows->len) {
        ana_document_fold(document, "Every measure");
        ana_document_table(document, results_table(runs, all, "Every measure"));
        ana_document_end_fold(document);
    }
    g_ptr_array_free(all, TRUE);
}
