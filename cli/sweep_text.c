/* sweep_text.c — see sweep_text.h. */
#include "cli/sweep_text.h"

#include "analysis/format.h"
#include "cli/rows.h"
#include "cli/tables.h"

#include <math.h>
#include <string.h>

enum { FRONTIER_MOST = 20 };

/* ---- cells -------------------------------------------------------------------------------- */

static void fill_value(const CliPage *page, CliCell *cell, const CliSweep *sweep, guint point,
                       guint variant, const char *name)
{
    const AnaQuery *query;
    const AnaEstimate *estimate = cli_sweep_estimate(sweep, point, variant, name, &query);
    if (!estimate || isnan(estimate->interval.value)) {
        cell->value = g_strdup("–");
        return;
    }
    cell->value = cli_estimate_text(page, query, estimate, &cell->below);
}

/* Red where one fails. */
static void fill_checks(CliCell *cell, const CliSweep *sweep, guint point, guint variant)
{
    CliSweepChecks checks = cli_sweep_checks(sweep, point, variant);
    cell->value = cli_sweep_checks_text(&checks);
    cell->value_colour = checks.failed ? CLI_BAD : checks.passed == checks.n ? CLI_GOOD : CLI_CARE;
}

static gboolean has_checks(const CliSweep *sweep, guint variant)
{
    return sweep->runs->variants[variant].variant->n_expectations > 0;
}

/* ---- a list of points --------------------------------------------------------------------- */

static void print_list(CliPage *page, const CliSweep *sweep, guint variant,
                       const CliSweepMeasures *measures)
{
    guint checks = has_checks(sweep, variant) ? 1 : 0;
    CliGrid grid = cli_grid_new(measures->n + checks);
    const CliAxis *axis = &g_array_index(sweep->axes, CliAxis, 0);
    grid.title = sweep->axes->len == 1 ? axis->label : "POINTS";
    grid.subtitle = "[95 % interval]";
    for (guint m = 0; m < measures->n; m++)
        grid.names[m] = cli_sweep_label(sweep, variant, measures->names[m]);
    if (checks)
        grid.names[measures->n] = g_strdup("checks");
    for (guint point = 0; point < sweep->points->len; point++) {
        const CliPoint *one = &g_array_index(sweep->points, CliPoint, point);
        const char *label =
            sweep->axes->len == 1 ? g_ptr_array_index(axis->values, one->at[0]) : one->name;
        CliCell *cells = cli_grid_row(&grid, label);
        for (guint m = 0; m < measures->n; m++)
            fill_value(page, &cells[m], sweep, point, variant, measures->names[m]);
        if (checks)
            fill_checks(&cells[measures->n], sweep, point, variant);
    }
    cli_grid_print(&grid, page);
    cli_grid_clear(&grid);
}

/* ---- two knobs ---------------------------------------------------------------------------- */

/* `measure` n: the checks. */
static void print_plane(CliPage *page, const CliSweep *sweep, guint variant,
                        const CliSweepMeasures *measures, guint measure)
{
    const CliAxis *down = &g_array_index(sweep->axes, CliAxis, 0);
    const CliAxis *across = &g_array_index(sweep->axes, CliAxis, 1);
    gboolean is_checks = measure == measures->n;
    g_autofree char *title =
        is_checks ? g_strdup("checks") : cli_sweep_label(sweep, variant, measures->names[measure]);
    g_autofree char *subtitle = g_strdup_printf("%s \\ %s", down->label, across->label);
    CliGrid grid = cli_grid_new(across->values->len);
    grid.title = title;
    grid.subtitle = subtitle;
    for (guint c = 0; c < across->values->len; c++)
        grid.names[c] = g_strdup(g_ptr_array_index(across->values, c));
    for (guint r = 0; r < down->values->len; r++) {
        CliCell *cells = cli_grid_row(&grid, g_ptr_array_index(down->values, r));
        for (guint c = 0; c < across->values->len; c++) {
            guint point = r * across->values->len + c;
            if (is_checks)
                fill_checks(&cells[c], sweep, point, variant);
            else
                fill_value(page, &cells[c], sweep, point, variant, measures->names[measure]);
        }
    }
    cli_page_add(page, "\n");
    cli_grid_print(&grid, page);
    cli_grid_clear(&grid);
}

/* ---- the frontier ------------------------------------------------------------------------- */

/* Points that are not beaten on every measure; nothing where there is one measure, or where
 * nobody is beaten. */
static void print_frontier(CliPage *page, const CliSweep *sweep, guint variant,
                           const CliSweepMeasures *measures)
{
    guint n = 0, shown = 0;
    g_autofree gboolean *stands = cli_sweep_frontier(sweep, variant, measures);
    for (guint point = 0; stands && point < sweep->points->len; point++)
        n += stands[point] ? 1 : 0;
    if (!stands)
        return;
    cli_page_add(page, "\n");
    cli_page_coloured(page, CLI_BOLD, "FRONTIER");
    cli_page_add(page, "  points that no other beats on every measure above\n");
    for (guint point = 0; point < sweep->points->len && shown < FRONTIER_MOST; point++) {
        if (!stands[point])
            continue;
        shown++;
        GString *line = g_string_new(NULL);
        cli_page_add(page, "  ");
        g_string_append(line, g_array_index(sweep->points, CliPoint, point).name);
        for (guint m = 0; m < measures->n; m++) {
            const AnaQuery *query;
            const AnaEstimate *estimate =
                cli_sweep_estimate(sweep, point, variant, measures->names[m], &query);
            if (!estimate || isnan(estimate->interval.value))
                continue;
            g_autofree char *label = cli_sweep_label(sweep, variant, measures->names[m]);
            g_autofree char *value = cli_estimate_text(page, query, estimate, NULL);
            g_string_append_printf(line, "%s %s %s", m ? CLI_SPACE "·" : ":", label, value);
        }
        cli_page_wrap(page, 4, line->str);
        g_string_free(line, TRUE);
    }
    if (n > shown)
        cli_page_printf(page, "  and %u more\n", n - shown);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void say_inputs(CliPage *page, const CliSweep *sweep)
{
    const CliRuns *runs = sweep->runs;
    const CliRunVariant *first = &runs->variants[0];
    guint variants = cli_sweep_variants(sweep);
    g_autofree char *time = ana_format_value(ANA_UNIT_NS, runs->seconds * 1e9, FALSE);
    GString *text = g_string_new(first->input->shown);
    g_string_append_printf(text, " · %u point%s", sweep->points->len,
                           sweep->points->len == 1 ? "" : "s");
    if (variants > 1)
        g_string_append_printf(text, " × %u variants", variants);
    g_string_append_printf(text, " × %u replication%s · %s · done in %s", first->n,
                           first->n == 1 ? "" : "s",
                           cli_runs_same_world(runs) ? "same world at every point"
                                                     : "not the same world at every point",
                           time);
    cli_page_wrap(page, 0, text->str);
    g_string_free(text, TRUE);
}

void cli_sweep_text(CliPage *page, const CliSweep *sweep)
{
    guint variants = cli_sweep_variants(sweep);
    gboolean is_plane = cli_sweep_is_plane(sweep);
    CliSweepMeasures measures = cli_sweep_measures(sweep);
    say_inputs(page, sweep);
    for (guint variant = 0; variant < variants; variant++) {
        if (variants > 1) {
            cli_page_add(page, "\n");
            cli_page_coloured(page, CLI_BOLD, sweep->runs->variants[variant].variant->name);
            cli_page_add(page, "\n");
        }
        for (guint m = 0; is_plane && m < measures.n + (has_checks(sweep, variant) ? 1 : 0); m++)
            print_plane(page, sweep, variant, &measures, m);
        if (!is_plane) {
            cli_page_add(page, "\n");
            print_list(page, sweep, variant, &measures);
        }
        print_frontier(page, sweep, variant, &measures);
    }
    cli_sweep_measures_clear(&measures);
}
