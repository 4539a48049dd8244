/* report_sweep.c — see report_sweep.h. */
#include "cli/report_sweep.h"

#include "analysis/format.h"
#include "analysis/report/heat.h"
#include "cli/rows.h"
#include "cli/tables.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define NAMED_MOST 6u /* points in a sentence */
#define LOG_FROM 30.0 /* values further apart than this stand at even ratios */
#define ROWS_MOST 40u /* of a picture with a row a point; the table has all */

static const CliPage plain = {.width = CLI_WIDTH_MAX};

static const char *variant_name(const CliSweep *sweep, guint variant)
{
    return sweep->runs->variants[variant].variant->name;
}

static gboolean has_checks(const CliSweep *sweep, guint variant)
{
    return sweep->runs->variants[variant].variant->n_expectations > 0;
}

static gboolean passes(const CliSweep *sweep, guint point, guint variant)
{
    CliSweepChecks checks = cli_sweep_checks(sweep, point, variant);
    return checks.n > 0 && checks.passed == checks.n;
}

/* ---- the verdict -------------------------------------------------------------------------- */

/* "a; b; c", or of neighbours along one knob "a to c"; nothing where they are too many. */
static char *names_of(const CliSweep *sweep, const guint *points, guint n)
{
    const char *first = cli_sweep_point(sweep, points[0])->name;
    gboolean is_stretch = sweep->axes->len == 1 && points[n - 1] - points[0] == n - 1;
    if (is_stretch && n > 1)
        return g_strdup_printf(": from %s to %s", first,
                               cli_sweep_point(sweep, points[n - 1])->name);
    GString *names = g_string_new(n <= NAMED_MOST ? ": " : "");
    for (guint i = 0; i < n && n <= NAMED_MOST; i++)
        g_string_append_printf(names, "%s%s", i ? "; " : "",
                               cli_sweep_point(sweep, points[i])->name);
    return g_string_free(names, FALSE);
}

/* "every check passes at 3 of 9 points: a; b; c" */
static char *where_it_passes(const CliSweep *sweep, guint variant)
{
    guint n = 0, all = sweep->points->len;
    g_autofree guint *points = g_new(guint, all);
    for (guint point = 0; point < all; point++)
        if (passes(sweep, point, variant))
            points[n++] = point;
    if (n == 0)
        return g_strdup("no point passes every check");
    if (n == all)
        return g_strdup_printf("every check passes at all %u points", all);
    g_autofree char *which = names_of(sweep, points, n);
    return g_strdup_printf("every check passes at %u of %u points%s", n, all, which);
}

void cli_report_sweep_verdict(AnaDocument *document, const CliSweep *sweep)
{
    guint variants = cli_sweep_variants(sweep);
    GString *text = g_string_new(NULL);
    for (guint v = 0; v < variants; v++) {
        if (!has_checks(sweep, v))
            continue;
        g_autofree char *where = where_it_passes(sweep, v);
        if (variants > 1)
            g_string_append_printf(text, "%s%s: %s.", text->len ? " " : "", variant_name(sweep, v),
                                   where);
        else
            g_string_append_printf(text, "%c%s.", g_ascii_toupper(where[0]), where + 1);
    }
    if (text->len)
        ana_document_text(document, ANA_BLOCK_LEAD, text->str);
    g_string_assign(text, "Turned: ");
    for (guint a = 0; a < sweep->axes->len; a++) {
        const CliAxis *axis = cli_sweep_axis(sweep, a);
        g_string_append_printf(text, "%s%s (%u values, %s to %s)", a ? ", " : "", axis->key,
                               axis->values->len, (char *)axis->values->pdata[0],
                               (char *)axis->values->pdata[axis->values->len - 1]);
    }
    g_string_append(text, sweep->is_zipped ? "; value by value together." : ".");
    ana_document_text(document, ANA_BLOCK_TEXT, text->str);
    g_string_free(text, TRUE);
}

/* ---- cells -------------------------------------------------------------------------------- */

static char *value_text(const CliSweep *sweep, guint point, guint variant, const char *name,
                        char **below)
{
    const AnaQuery *query;
    const AnaEstimate *estimate = cli_sweep_estimate(sweep, point, variant, name, &query);
    *below = NULL;
    if (!estimate || isnan(estimate->interval.value))
        return g_strdup("–");
    return cli_estimate_text(&plain, query, estimate, below);
}

static char *file_id(const char *name)
{
    char *id = g_strdup(name);
    for (char *c = id; *c; c++)
        if (!g_ascii_isalnum(*c))
            *c = '-';
    return id;
}

/* ---- two knobs ---------------------------------------------------------------------------- */

typedef struct Reach {
    double low, high;
    gboolean is_log;
} Reach;

/* Over all points and variants: the maps share one scale. */
static Reach reach_of(const CliSweep *sweep, const char *name)
{
    Reach reach = {.low = (double)INFINITY, .high = -(double)INFINITY};
    for (guint p = 0; p < sweep->points->len; p++)
        for (guint v = 0; v < cli_sweep_variants(sweep); v++) {
            const AnaQuery *query;
            const AnaEstimate *estimate = cli_sweep_estimate(sweep, p, v, name, &query);
            if (!estimate || isnan(estimate->interval.value))
                continue;
            reach.low = fmin(reach.low, estimate->interval.value);
            reach.high = fmax(reach.high, estimate->interval.value);
        }
    reach.is_log = reach.low > 0 && reach.high > LOG_FROM * reach.low;
    return reach;
}

static double share_of(const Reach *reach, double value)
{
    if (!(reach->high > reach->low))
        return 0;
    if (reach->is_log)
        return sim_log(value / reach->low) / sim_log(reach->high / reach->low);
    return (value - reach->low) / (reach->high - reach->low);
}

/* `name` NULL: of the checks. */
static AnaHeatCell *cells_of(const CliSweep *sweep, guint variant, const char *name)
{
    AnaHeatCell *cells = g_new0(AnaHeatCell, sweep->points->len + 1);
    Reach reach = {0};
    if (name)
        reach = reach_of(sweep, name);
    for (guint p = 0; p < sweep->points->len; p++) {
        AnaHeatCell *cell = &cells[p];
        cell->is_marked = passes(sweep, p, variant);
        cell->share = (double)NAN;
        if (!name) {
            CliSweepChecks checks = cli_sweep_checks(sweep, p, variant);
            cell->text = cli_sweep_checks_text(&checks);
            cell->share = (double)checks.failed / (double)checks.n;
            continue;
        }
        const AnaQuery *query;
        const AnaEstimate *estimate = cli_sweep_estimate(sweep, p, variant, name, &query);
        cell->text = value_text(sweep, p, variant, name, &cell->below);
        if (!estimate || isnan(estimate->interval.value))
            continue;
        cell->share = share_of(&reach, estimate->interval.value);
        cell->is_zero = estimate->saw_nothing;
    }
    return cells;
}

static void free_cells(const CliSweep *sweep, AnaHeatCell *cells)
{
    for (guint p = 0; p < sweep->points->len; p++) {
        g_free(cells[p].text);
        g_free(cells[p].below);
    }
    g_free(cells);
}

/* The same as a table: the first knob down, the second across; variants below each other. */
static AnaTable *plane_table(const CliSweep *sweep, const AnaHeat *maps, const char *title)
{
    const AnaHeat *first = &maps[0];
    g_autofree char *corner = g_strdup_printf("%s \\ %s", first->down, first->across);
    g_autofree const char **heads = g_new0(const char *, first->n_columns + 2);
    heads[0] = corner;
    for (guint c = 0; c < first->n_columns; c++)
        heads[c + 1] = first->columns[c];
    AnaTable *table = ana_table_new(title, first->n_columns + 1, heads);
    for (guint v = 0; v < cli_sweep_variants(sweep); v++)
        for (guint r = 0; r < first->n_rows; r++) {
            AnaTableCell *row = ana_table_row(table);
            row[0].text = maps[v].title ? g_strdup_printf("%s, %s", maps[v].title, first->rows[r])
                                        : g_strdup(first->rows[r]);
            for (guint c = 0; c < first->n_columns; c++) {
                const AnaHeatCell *cell = &maps[v].cells[r * first->n_columns + c];
                row[c + 1].text = g_strdup(cell->text);
                row[c + 1].below = g_strdup(cell->below);
            }
        }
    return table;
}

static void add_plane(AnaDocument *document, const CliSweep *sweep, const char *name,
                      const char *label)
{
    const CliAxis *down = cli_sweep_axis(sweep, 0), *across = cli_sweep_axis(sweep, 1);
    guint variants = cli_sweep_variants(sweep);
    g_autofree AnaHeat *maps = g_new0(AnaHeat, variants);
    gboolean any_checks = FALSE, all_cells_zero = TRUE;
    for (guint v = 0; v < variants; v++) {
        maps[v] = (AnaHeat){.title = variants > 1 ? variant_name(sweep, v) : NULL,
                            .down = down->label,
                            .across = across->label,
                            .rows = (const char *const *)down->values->pdata,
                            .columns = (const char *const *)across->values->pdata,
                            .n_rows = down->values->len,
                            .n_columns = across->values->len,
                            .cells = cells_of(sweep, v, name)};
        any_checks |= has_checks(sweep, v);
        for (guint p = 0; p < sweep->points->len; p++)
            all_cells_zero &= !maps[v].cells[p].is_zero;
    }
    g_autofree char *aid =
        g_strdup_printf("the stronger the tint, the more%s%s%s.", name ? "" : " checks fail",
                        all_cells_zero ? "" : "; hatched at the foot where it was never seen",
                        any_checks ? "; every check passes within the thick line" : "");
    AnaPicture *picture = ana_picture_new(label, aid, "");
    g_autofree char *id = file_id(name ? name : "checks");
    AnaTable *table = plane_table(sweep, maps, "");
    ana_heat_maps(picture, maps, variants);
    ana_document_picture(document, id, picture, table);
    for (guint v = 0; v < variants; v++)
        free_cells(sweep, (AnaHeatCell *)maps[v].cells);
}

/* ---- one knob ----------------------------------------------------------------------------- */

static AnaTickForm form_of(AnaUnit unit)
{
    return unit == ANA_UNIT_NS      ? ANA_TICK_TIME
           : unit == ANA_UNIT_RATIO ? ANA_TICK_SHARE
                                    : ANA_TICK_COUNT;
}

typedef struct Knob {
    double *numbers; /* NULL: some are words */
    char *unit, *title;
} Knob;

static Knob knob_of(const CliAxis *axis)
{
    Knob knob = {.numbers = cli_vary_numbers(axis, &knob.unit)};
    for (guint i = 1; knob.numbers && i < axis->values->len; i++)
        if (!(knob.numbers[i] > knob.numbers[i - 1]))
            g_clear_pointer(&knob.numbers, g_free); /* not in order: no line */
    if (axis->values->len < 2)
        g_clear_pointer(&knob.numbers, g_free);
    if (!knob.numbers)
        g_clear_pointer(&knob.unit, g_free);
    gboolean is_named = knob.unit && *knob.unit && strcmp(knob.unit, "ns") != 0;
    knob.title =
        is_named ? g_strdup_printf("%s (%s)", axis->label, knob.unit) : g_strdup(axis->label);
    return knob;
}

static void clear_knob(Knob *knob)
{
    g_free(knob->numbers);
    g_free(knob->unit);
    g_free(knob->title);
}

static void add_line(AnaChart *chart, const CliSweep *sweep, guint variant, const char *name,
                     const Knob *knob)
{
    guint variants = cli_sweep_variants(sweep);
    guint line = ana_chart_add(
        chart, &(AnaSeries){.name = variants > 1 ? variant_name(sweep, variant) : "value",
                            .style = variant,
                            .is_quiet = variants == 1});
    for (guint p = 0; p < sweep->points->len; p++) {
        const AnaQuery *query;
        const AnaEstimate *estimate = cli_sweep_estimate(sweep, p, variant, name, &query);
        if (!estimate || isnan(estimate->interval.value))
            continue;
        AnaPoint point = {knob->numbers[p], estimate->interval.value,
                          estimate->has_bounds ? estimate->interval.low : (double)NAN,
                          estimate->has_bounds ? estimate->interval.high : (double)NAN};
        ana_chart_point(chart, line, &point);
    }
}

static void add_curve(AnaDocument *document, const CliSweep *sweep, const char *name,
                      const char *label, AnaUnit unit, const Knob *knob)
{
    guint last = sweep->points->len - 1;
    gboolean is_log = knob->numbers[0] > 0 && knob->numbers[last] > LOG_FROM * knob->numbers[0];
    const AnaAxis x = {is_log ? ANA_SCALE_LOG : ANA_SCALE_LINEAR,
                       strcmp(knob->unit, "ns") == 0 ? ANA_TICK_TIME : ANA_TICK_COUNT, knob->title,
                       knob->numbers[0], knob->numbers[last]};
    const AnaAxis y = {ANA_SCALE_LINEAR, form_of(unit), label, 0, (double)NAN};
    AnaChart *chart = ana_chart_new(label, &x, &y);
    for (guint v = 0; v < cli_sweep_variants(sweep); v++)
        add_line(chart, sweep, v, name, knob);
    if (ana_chart_is_empty(chart)) {
        ana_chart_free(chart);
        return;
    }
    ana_chart_describe(chart,
                       "each value of the knob was simulated; the band is the 95 % interval, and "
                       "between points the line only joins them.",
                       NULL);
    g_autofree char *id = file_id(name);
    ana_document_chart(document, id, chart);
}

/* Words have no scale: one row a point, one dot a replication. */
static void add_rows(AnaDocument *document, const CliSweep *sweep, const char *name,
                     const char *label, AnaUnit unit)
{
    guint variants = cli_sweep_variants(sweep), n = 0, all = sweep->points->len * variants;
    if (all > ROWS_MOST)
        return;
    g_autofree AnaDotRow *rows = g_new0(AnaDotRow, all);
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    for (guint p = 0; p < sweep->points->len; p++)
        for (guint v = 0; v < variants; v++) {
            const AnaQuery *query;
            const AnaEstimate *estimate = cli_sweep_estimate(sweep, p, v, name, &query);
            guint number = cli_sweep_number(sweep, p, v);
            if (!estimate || isnan(estimate->interval.value))
                continue;
            const AnaResult *result = sweep->runs->result;
            guint used = ana_result_n_used(result, number);
            gssize asked = ana_result_find(result, number, name);
            double *own = g_new0(double, used + 1);
            for (guint i = 0; i < used; i++)
                own[i] = ana_result_own_value(result, number, (gsize)asked, i);
            char *below, *note = value_text(sweep, p, v, name, &below);
            char *row = variants > 1 ? g_strdup_printf("%s, %s", cli_sweep_point(sweep, p)->name,
                                                       variant_name(sweep, v))
                                     : g_strdup(cli_sweep_point(sweep, p)->name);
            rows[n++] =
                (AnaDotRow){.name = row,
                            .style = v,
                            .values = own,
                            .n = used,
                            .mean = estimate->interval.value,
                            .low = estimate->has_bounds ? estimate->interval.low : (double)NAN,
                            .high = estimate->has_bounds ? estimate->interval.high : (double)NAN,
                            .note = note};
            g_ptr_array_add(owned, own);
            g_ptr_array_add(owned, note);
            g_ptr_array_add(owned, row);
            g_free(below);
        }
    if (n == 0)
        return;
    AnaPicture *picture = ana_picture_new(
        label, "one dot a replication; the upright mark is the value, the bar its 95 % interval.",
        "");
    ana_dot_strips(picture, form_of(unit), rows, n);
    g_autofree char *id = file_id(name);
    ana_document_picture(document, id, picture, NULL);
}

/* ---- all points --------------------------------------------------------------------------- */

static AnaTable *points_table(const CliSweep *sweep, guint variant,
                              const CliSweepMeasures *measures, const char *title,
                              const gboolean *only)
{
    gboolean checks = has_checks(sweep, variant);
    guint n = 1 + measures->n + (checks ? 1 : 0);
    g_autoptr(GPtrArray) heads = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(heads, g_strdup("point"));
    for (guint m = 0; m < measures->n; m++)
        g_ptr_array_add(heads, cli_sweep_label(sweep, variant, measures->names[m]));
    g_ptr_array_add(heads, g_strdup("checks"));
    AnaTable *table = ana_table_new(title, n, (const char *const *)heads->pdata);
    table->is_sortable = TRUE;
    for (guint p = 0; p < sweep->points->len; p++) {
        if (only && !only[p])
            continue;
        AnaTableCell *row = ana_table_row(table);
        row[0].text = g_strdup(cli_sweep_point(sweep, p)->name);
        for (guint m = 0; m < measures->n; m++)
            row[m + 1].text = value_text(sweep, p, variant, measures->names[m], &row[m + 1].below);
        if (checks) {
            CliSweepChecks counts = cli_sweep_checks(sweep, p, variant);
            row[n - 1].text = cli_sweep_checks_text(&counts);
        }
    }
    return table;
}

static char *title_for(const CliSweep *sweep, guint variant, const char *title)
{
    return cli_sweep_variants(sweep) > 1
               ? g_strdup_printf("%s: %s", variant_name(sweep, variant), title)
               : g_strdup(title);
}

static void add_frontier(AnaDocument *document, const CliSweep *sweep,
                         const CliSweepMeasures *measures)
{
    gboolean begun = FALSE;
    for (guint v = 0; v < cli_sweep_variants(sweep); v++) {
        g_autofree gboolean *stands = cli_sweep_frontier(sweep, v, measures);
        if (!stands)
            continue;
        if (!begun) {
            ana_document_section(document, "frontier", "Frontier");
            ana_document_text(document, ANA_BLOCK_TEXT,
                              "Points that no other beats on every measure: whoever wants one "
                              "measure better has to give up something of another.");
        }
        begun = TRUE;
        g_autofree char *title = title_for(sweep, v, "points that no other beats");
        ana_document_table(document, points_table(sweep, v, measures, title, stands));
    }
}

static void add_measure(AnaDocument *document, const CliSweep *sweep, const char *name,
                        const Knob *knob)
{
    g_autofree char *label = cli_sweep_label(sweep, 0, name);
    const AnaQuery *query = NULL;
    for (guint p = 0; p < sweep->points->len && !query; p++)
        if (!cli_sweep_estimate(sweep, p, 0, name, &query))
            query = NULL;
    AnaUnit unit = query ? ana_query_unit(query) : ANA_UNIT_COUNT;
    if (cli_sweep_is_plane(sweep))
        add_plane(document, sweep, name, label);
    else if (knob->numbers && (sweep->axes->len == 1 || sweep->is_zipped))
        add_curve(document, sweep, name, label, unit, knob);
    else
        add_rows(document, sweep, name, label, unit);
}

void cli_report_sweep_results(AnaDocument *document, const CliSweep *sweep)
{
    CliSweepMeasures measures = cli_sweep_measures(sweep);
    Knob knob = knob_of(cli_sweep_axis(sweep, 0));
    gboolean any_checks = FALSE;
    ana_document_section(document, "results", "How it depends on the knobs");
    for (guint m = 0; m < measures.n; m++)
        add_measure(document, sweep, measures.names[m], &knob);
    for (guint v = 0; v < cli_sweep_variants(sweep); v++)
        any_checks |= has_checks(sweep, v);
    if (any_checks && cli_sweep_is_plane(sweep))
        add_plane(document, sweep, NULL, "Checks");
    add_frontier(document, sweep, &measures);
    ana_document_section(document, "points", "All points");
    for (guint v = 0; v < cli_sweep_variants(sweep); v++) {
        g_autofree char *title = title_for(sweep, v, "values and 95 % intervals");
        ana_document_table(document, points_table(sweep, v, &measures, title, NULL));
    }
    clear_knob(&knob);
    cli_sweep_measures_clear(&measures);
}
