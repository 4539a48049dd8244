/* sweep_text.c — see sweep_text.h. */
#include "cli/sweep_text.h"

#include "analysis/format.h"
#include "cli/rows.h"
#include "cli/tables.h"

#include <math.h>
#include <string.h>

enum { MEASURES_MOST = 6, FRONTIER_MOST = 20 };

/* What is shown, where nothing was asked for. */
static const char *const headlines[] = {"stale_rate",           "write.latency.p99",
                                        "read.latency.p99",     "lost_writes",
                                        "availability(writes)", "overwritten_writes"};

typedef struct Measures {
    char *names[MEASURES_MOST]; /* as `expect` accepts them; owned */
    guint n;
} Measures;

static guint variants_of_point(const CliSweep *sweep)
{
    return sweep->runs->n_variants / sweep->points->len;
}

/* The estimate of a measure at a point; NULL: it has none. */
static const AnaEstimate *estimate_at(const CliSweep *sweep, guint point, guint variant,
                                      const char *name, const AnaQuery **query)
{
    guint number = point * variants_of_point(sweep) + variant;
    gssize found = ana_result_find(sweep->runs->result, number, name);
    if (found < 0)
        return NULL;
    *query = ana_plan_query(sweep->runs->variants[number].plan, (gsize)found);
    return ana_result_estimate(sweep->runs->result, number, (gsize)found);
}

/* ---- which measures ----------------------------------------------------------------------- */

static void add_measure(Measures *measures, const char *name)
{
    for (guint i = 0; i < measures->n; i++)
        if (strcmp(measures->names[i], name) == 0)
            return;
    if (measures->n < MEASURES_MOST)
        measures->names[measures->n++] = g_strdup(name);
}

/* It is not the same everywhere. */
static gboolean varies(const CliSweep *sweep, const char *name)
{
    double first = (double)NAN;
    for (guint point = 0; point < sweep->points->len; point++)
        for (guint variant = 0; variant < variants_of_point(sweep); variant++) {
            const AnaQuery *query;
            const AnaEstimate *estimate = estimate_at(sweep, point, variant, name, &query);
            double value = estimate ? estimate->interval.value : (double)NAN;
            if (!isnan(first) && !isnan(value) && value != first)
                return TRUE;
            first = isnan(first) ? value : first;
        }
    return FALSE;
}

static void choose_measures(const CliSweep *sweep, char **asked, Measures *measures)
{
    const CliRuns *runs = sweep->runs;
    for (char **name = asked; name && *name; name++)
        add_measure(measures, *name);
    for (guint v = 0; v < variants_of_point(sweep); v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaQuery *query = &runs->variants[v].variant->expectations[e].query;
            g_autofree char *name = ana_plan_query_name(runs->variants[v].plan, query);
            if (!query->metric->is_claim)
                add_measure(measures, name);
        }
    for (gsize i = 0; i < G_N_ELEMENTS(headlines); i++) {
        const AnaQuery *query;
        if (estimate_at(sweep, 0, 0, headlines[i], &query) &&
            (i < 3 ? measures->n < 3 : varies(sweep, headlines[i])))
            add_measure(measures, headlines[i]);
    }
}

static char *label_of(const CliSweep *sweep, guint variant, const char *name)
{
    for (guint point = 0; point < sweep->points->len; point++) {
        const AnaQuery *query;
        guint number = point * variants_of_point(sweep) + variant;
        if (estimate_at(sweep, point, variant, name, &query))
            return cli_query_label(sweep->runs->variants[number].plan, query);
    }
    return g_strdup(name);
}

/* ---- cells -------------------------------------------------------------------------------- */

static void fill_value(const CliPage *page, CliCell *cell, const CliSweep *sweep, guint point,
                       guint variant, const char *name)
{
    const AnaQuery *query;
    const AnaEstimate *estimate = estimate_at(sweep, point, variant, name, &query);
    if (!estimate || isnan(estimate->interval.value)) {
        cell->value = g_strdup("–");
        return;
    }
    cell->value = cli_estimate_text(page, query, estimate, &cell->below);
}

/* "2 of 3 pass": red where one fails. */
static void fill_checks(CliCell *cell, const CliSweep *sweep, guint point, guint variant)
{
    const CliRuns *runs = sweep->runs;
    guint number = point * variants_of_point(sweep) + variant;
    gsize n = runs->variants[number].variant->n_expectations, passed = 0, failed = 0;
    for (gsize e = 0; e < n; e++) {
        AnaVerdict verdict = ana_result_check(runs->result, number, e)->verdict;
        passed += verdict == ANA_PASS;
        failed += verdict == ANA_FAIL;
    }
    if (passed == n)
        cell->value = g_strdup("pass");
    else if (failed == 0)
        cell->value = g_strdup("inconclusive");
    else if (failed == n)
        cell->value = g_strdup("FAIL");
    else
        cell->value = g_strdup_printf("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " FAIL", failed, n);
    cell->value_colour = failed ? CLI_BAD : passed == n ? CLI_GOOD : CLI_CARE;
}

static gboolean has_checks(const CliSweep *sweep, guint variant)
{
    return sweep->runs->variants[variant].variant->n_expectations > 0;
}

/* ---- a list of points --------------------------------------------------------------------- */

static void print_list(CliPage *page, const CliSweep *sweep, guint variant,
                       const Measures *measures)
{
    guint checks = has_checks(sweep, variant) ? 1 : 0;
    CliGrid grid = cli_grid_new(measures->n + checks);
    const CliAxis *axis = &g_array_index(sweep->axes, CliAxis, 0);
    grid.title = sweep->axes->len == 1 ? axis->label : "POINTS";
    grid.subtitle = "[95 % interval]";
    for (guint m = 0; m < measures->n; m++)
        grid.names[m] = label_of(sweep, variant, measures->names[m]);
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
                        const Measures *measures, guint measure)
{
    const CliAxis *down = &g_array_index(sweep->axes, CliAxis, 0);
    const CliAxis *across = &g_array_index(sweep->axes, CliAxis, 1);
    gboolean is_checks = measure == measures->n;
    g_autofree char *title =
        is_checks ? g_strdup("checks") : label_of(sweep, variant, measures->names[measure]);
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

/* Value of a measure, the smaller the better; NaN: unknown. */
static double cost_of(const CliSweep *sweep, guint point, guint variant, const char *name)
{
    const AnaQuery *query;
    const AnaEstimate *estimate = estimate_at(sweep, point, variant, name, &query);
    if (!estimate || query->metric->good == ANA_GOOD_NEITHER)
        return (double)NAN;
    return query->metric->good == ANA_GOOD_LOW ? estimate->interval.value
                                               : -estimate->interval.value;
}

/* Is `a` nowhere worse than `b`, and somewhere better? */
static gboolean beats(const CliSweep *sweep, guint a, guint b, guint variant,
                      const Measures *measures)
{
    gboolean is_better = FALSE;
    for (guint m = 0; m < measures->n; m++) {
        double left = cost_of(sweep, a, variant, measures->names[m]);
        double right = cost_of(sweep, b, variant, measures->names[m]);
        if (isnan(left) || isnan(right))
            continue;
        if (left > right)
            return FALSE;
        is_better |= left < right;
    }
    return is_better;
}

static gboolean is_beaten(const CliSweep *sweep, guint point, guint variant,
                          const Measures *measures)
{
    for (guint other = 0; other < sweep->points->len; other++)
        if (beats(sweep, other, point, variant, measures))
            return TRUE;
    return FALSE;
}

static guint n_directed(const CliSweep *sweep, guint variant, const Measures *measures)
{
    guint n = 0;
    for (guint m = 0; m < measures->n; m++)
        n += isnan(cost_of(sweep, 0, variant, measures->names[m])) ? 0 : 1;
    return n;
}

/* Points that are not beaten on every measure; nothing where there is one measure, or where
 * nobody is beaten. */
static void print_frontier(CliPage *page, const CliSweep *sweep, guint variant,
                           const Measures *measures)
{
    guint n = 0, shown = 0;
    for (guint point = 0; point < sweep->points->len; point++)
        n += is_beaten(sweep, point, variant, measures) ? 0 : 1;
    if (n == sweep->points->len || n_directed(sweep, variant, measures) < 2)
        return;
    cli_page_add(page, "\n");
    cli_page_coloured(page, CLI_BOLD, "FRONTIER");
    cli_page_add(page, "  points that no other beats on every measure above\n");
    for (guint point = 0; point < sweep->points->len && shown < FRONTIER_MOST; point++) {
        if (is_beaten(sweep, point, variant, measures))
            continue;
        shown++;
        GString *line = g_string_new(NULL);
        cli_page_add(page, "  ");
        g_string_append(line, g_array_index(sweep->points, CliPoint, point).name);
        for (guint m = 0; m < measures->n; m++) {
            const AnaQuery *query;
            const AnaEstimate *estimate =
                estimate_at(sweep, point, variant, measures->names[m], &query);
            if (!estimate || isnan(estimate->interval.value))
                continue;
            g_autofree char *label = label_of(sweep, variant, measures->names[m]);
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
    guint variants = variants_of_point(sweep);
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
    guint variants = variants_of_point(sweep);
    gboolean is_plane = sweep->axes->len == 2 && !sweep->is_zipped;
    Measures measures = {.n = 0};
    choose_measures(sweep, NULL, &measures);
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
    for (guint m = 0; m < measures.n; m++)
        g_free(measures.names[m]);
}
