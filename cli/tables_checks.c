/* tables_checks.c — CHECKS; see tables.h. */
#include "analysis/format.h"
#include "cli/tables.h"

#include <math.h>
#include <string.h>

/* Texts of all variants' checks, each once, in the order in which they are met. */
static GPtrArray *check_texts(const CliRuns *runs)
{
    GPtrArray *texts = g_ptr_array_new();
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            char *text = runs->variants[v].variant->expectations[e].text;
            gboolean known = FALSE;
            for (guint i = 0; i < texts->len; i++)
                known |= strcmp(texts->pdata[i], text) == 0;
            if (!known)
                g_ptr_array_add(texts, text);
        }
    return texts;
}

static gssize find_check(const ScnVariant *variant, const char *text)
{
    for (gsize e = 0; e < variant->n_expectations; e++)
        if (strcmp(variant->expectations[e].text, text) == 0)
            return (gssize)e;
    return -1;
}

/* ---- footnotes ---------------------------------------------------------------------------- */

/* Nothing was seen: how much may still be there, and what would say more. */
static char *bound_note(const AnaQuery *query, const AnaEstimate *estimate, double bound)
{
    AnaUnit unit = ana_query_unit(query);
    g_autofree char *seen = ana_format_count(estimate->opportunities);
    g_autofree char *value = ana_format_value(unit, bound, FALSE);
    if (query->metric->shape == ANA_SHAPE_TOTAL && query->stat != ANA_STAT_RATE) {
        g_autofree char *tenth = ana_format_value(unit, bound / 10, FALSE);
        return g_strdup_printf("none in %" G_GUINT64_FORMAT " runs: the true mean may still be as "
                               "high as %s a run; --replications %" G_GUINT64_FORMAT " → %s",
                               estimate->count, value, estimate->count * 10, tenth);
    }
    return g_strdup_printf("none in %s: the true share may still be as high as %s", seen, value);
}

static const char *note_of(const AnaQuery *query, const AnaEstimate *estimate,
                           const AnaCheck *check, CliNotes *notes)
{
    if (check->verdict == ANA_PASS && !isnan(check->bound)) {
        g_autofree char *text = bound_note(query, estimate, check->bound);
        return cli_note_mark(notes, text);
    }
    if (check->found) {
        g_autofree char *text =
            g_strdup_printf("it was %s (replication %u)", check->found, check->found_in);
        return cli_note_mark(notes, text);
    }
    if (check->verdict == ANA_INCONCLUSIVE && check->why)
        return cli_note_mark(notes, check->why);
    return NULL;
}

/* ---- cells -------------------------------------------------------------------------------- */

static CliColour colour_of(AnaVerdict verdict)
{
    switch (verdict) {
    case ANA_PASS:
        return CLI_GOOD;
    case ANA_FAIL:
        return CLI_BAD;
    case ANA_INCONCLUSIVE:
        break;
    }
    return CLI_CARE;
}

static const char *word_of(AnaVerdict verdict)
{
    return verdict == ANA_FAIL ? "FAIL" : ana_verdict_name(verdict);
}

/* "0.48 %"; of what was never seen how often it was looked for: "0 of 30". */
static char *value_text(const CliPage *page, const AnaQuery *query, const AnaEstimate *estimate,
                        const AnaCheck *check)
{
    if (isnan(check->value))
        return g_strdup("–");
    if (isnan(check->bound))
        return cli_estimate_text(page, query, estimate, NULL);
    g_autofree char *looked_for =
        ana_format_count(query->metric->shape == ANA_SHAPE_TOTAL && query->stat != ANA_STAT_RATE
                             ? estimate->count
                             : estimate->opportunities);
    return g_strdup_printf("0 of %s", looked_for);
}

static void fill_check(const CliPage *page, CliCell *cell, const CliRuns *runs, guint variant,
                       const char *text, CliNotes *notes)
{
    const CliRunVariant *run = &runs->variants[variant];
    gssize number = find_check(run->variant, text);
    if (number < 0)
        return;
    const AnaCheck *check = ana_result_check(runs->result, variant, (gsize)number);
    const AnaQuery *query = &check->expectation->query;
    gssize at = ana_plan_find(run->plan, query);
    const AnaEstimate *estimate = ana_result_estimate(runs->result, variant, (gsize)at);
    const char *mark = note_of(query, estimate, check, notes);
    g_autofree char *value = value_text(page, query, estimate, check);
    cell->value = g_strdup(word_of(check->verdict));
    cell->value_colour = colour_of(check->verdict);
    cell->change = mark ? g_strdup_printf("%s %s", value, mark) : g_steal_pointer(&value);
}

CliGrid cli_checks_grid(const CliPage *page, const CliRuns *runs, CliNotes *notes)
{
    GPtrArray *texts = check_texts(runs);
    CliGrid grid = cli_grid_new(runs->n_variants);
    gboolean all_gated = TRUE;
    for (guint v = 0; v < runs->n_variants; v++)
        all_gated &= ana_result_variant(runs->result, v)->is_gated;
    for (guint v = 0; v < runs->n_variants; v++) {
        gboolean named = !all_gated && ana_result_variant(runs->result, v)->is_gated;
        grid.names[v] = g_strconcat(runs->variants[v].name, named ? " (gate)" : "", NULL);
    }
    for (guint i = 0; i < texts->len; i++) {
        CliCell *cells = cli_grid_row(&grid, texts->pdata[i]);
        for (guint v = 0; v < runs->n_variants; v++)
            fill_check(page, &cells[v], runs, v, texts->pdata[i], notes);
    }
    g_ptr_array_free(texts, TRUE);
    return grid;
}

void cli_checks_table(CliPage *page, const CliRuns *runs, const char *heading)
{
    CliNotes notes = cli_notes_new();
    CliGrid grid = cli_checks_grid(page, runs, &notes);
    g_autofree char *title = g_strconcat(heading, "CHECKS", NULL);
    grid.title = title;
    if (grid.n_rows > 0) {
        cli_page_add(page, "\n");
        cli_grid_print(&grid, page);
        cli_notes_print(&notes, page);
    }
    cli_notes_clear(&notes);
    cli_grid_clear(&grid);
}
