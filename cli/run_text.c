/* run_text.c — see run_text.h. */
#include "cli/run_text.h"

#include "analysis/format.h"
#include "cli/sentences.h"
#include "cli/tables.h"

#define DOT CLI_SPACE "· "

/* ---- what was run ------------------------------------------------------------------------- */

static const RepSetup *setup_of(const CliRuns *runs, guint variant)
{
    return runs->variants[variant].variant->setup;
}

static gboolean all_have(const CliRuns *runs, gboolean (*same)(const RepSetup *, const RepSetup *))
{
    for (guint v = 1; v < runs->n_variants; v++)
        if (!same(setup_of(runs, 0), setup_of(runs, v)))
            return FALSE;
    return TRUE;
}

static gboolean same_length(const RepSetup *a, const RepSetup *b)
{
    return a->duration == b->duration && a->warmup == b->warmup &&
           a->replications == b->replications;
}

static gboolean same_seed(const RepSetup *a, const RepSetup *b)
{
    return a->seed == b->seed;
}

/* "quickstart.yaml" or several names. */
static void append_files(GString *out, const CliRuns *runs)
{
    const CliInput *last = NULL;
    for (guint v = 0; v < runs->n_variants; v++) {
        if (runs->variants[v].input == last)
            continue;
        g_string_append_printf(out, "%s%s", last ? ", " : "", runs->variants[v].input->shown);
        last = runs->variants[v].input;
    }
}

/* "failover.yaml · 3 variants × 30 replications × 60 s (first 5 s not counted) · seed 42" */
static void say_inputs(CliPage *page, const CliRuns *runs)
{
    GString *out = g_string_new(NULL);
    const CliRunVariant *first = &runs->variants[0];
    append_files(out, runs);
    g_string_append(out, DOT);
    if (runs->n_variants > 1)
        g_string_append_printf(out, "%u variants × ", runs->n_variants);
    if (all_have(runs, same_length)) {
        g_autofree char *length =
            ana_format_value(ANA_UNIT_NS, (double)setup_of(runs, 0)->duration, FALSE);
        g_autofree char *warmup =
            ana_format_value(ANA_UNIT_NS, (double)setup_of(runs, 0)->warmup, FALSE);
        if (first->n == 1 && setup_of(runs, 0)->replications != 1)
            g_string_append_printf(out, "replication %u alone × %s", first->first, length);
        else
            g_string_append_printf(out, "%u replication%s × %s", first->n, first->n == 1 ? "" : "s",
                                   length);
        if (setup_of(runs, 0)->warmup > 0)
            g_string_append_printf(out, " (first %s not counted)", warmup);
    } else {
        g_string_append(out, "lengths and replications of their own");
    }
    if (all_have(runs, same_seed))
        g_string_append_printf(out, DOT "seed %" G_GUINT64_FORMAT, setup_of(runs, 0)->seed);
    cli_page_wrap(page, 0, out->str);
    g_string_free(out, TRUE);
}

/* What makes worlds of one file differ; of several files nobody has compared. */
static char *world_differences(const CliRuns *runs)
{
    const CliInput *input = runs->variants[0].input;
    for (guint v = 1; v < runs->n_variants; v++)
        if (runs->variants[v].input != input)
            return g_strdup("their files");
    return input->scenario->world_differences && *input->scenario->world_differences
               ? g_strjoinv(", ", input->scenario->world_differences)
               : g_strdup("how many replications they have");
}

/* "same world in every variant: 3,598,204 operations, identical arrivals, delays and faults" */
static void say_world(CliPage *page, const CliRuns *runs)
{
    g_autofree char *operations = ana_format_count(cli_runs_operations(runs, 0));
    if (runs->n_variants < 2) {
        cli_page_printf(page, "%s operations\n", operations);
        return;
    }
    if (cli_runs_same_world(runs)) {
        g_autofree char *same =
            g_strdup_printf("same world in every variant: %s operations, identical arrivals, "
                            "delays and faults",
                            operations);
        cli_page_wrap(page, 0, same);
        return;
    }
    g_autofree char *why = world_differences(runs);
    g_autofree char *text = g_strdup_printf(
        "not the same world in every variant: they differ in %s; replications are still compared "
        "pair by pair where seed and number agree",
        why);
    cli_page_wrap(page, 0, text);
}

static void say_work(CliPage *page, const CliRuns *runs)
{
    double events = (double)cli_runs_events(runs);
    g_autofree char *seconds = ana_format_value(ANA_UNIT_NS, runs->seconds * 1e9, FALSE);
    g_autofree char *total = ana_format_short_count(events);
    g_autofree char *rate =
        ana_format_short_count(events / (runs->seconds > 0 ? runs->seconds : 1));
    cli_page_printf(page, "done in %s · %s events · %s events/s\n", seconds, total, rate);
}

/* ---- partial ------------------------------------------------------------------------------ */

static guint least_used(const CliRuns *runs)
{
    guint least = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++)
        least = MIN(least, ana_result_n_used(runs->result, v));
    return least;
}

/* "PARTIAL: 17 of 30 replications of async, 16 of sync-all (16 used, so all match)" */
static void say_partial(CliPage *page, const CliRuns *runs)
{
    GString *out = g_string_new("PARTIAL: ");
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliRunVariant *run = &runs->variants[v];
        g_string_append_printf(out, "%s%u of %u%s of %s", v ? ", " : "",
                               ana_result_n_arrived(runs->result, v), run->n,
                               v ? "" : " replications", run->name);
    }
    if (least_used(runs) > 0)
        g_string_append_printf(out, " (%u used, so that all match)", least_used(runs));
    else
        g_string_append(out, "; none is finished in every variant, so there is nothing to show");
    cli_page_wrap(page, 0, out->str);
    g_string_free(out, TRUE);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void say_sentences(CliPage *page, const CliRuns *runs, gboolean verbose)
{
    GPtrArray *rows = cli_rows_new(runs, verbose);
    g_autofree char *sentences = cli_sentences(page, runs, rows);
    if (sentences) {
        cli_page_add(page, "\n");
        cli_page_coloured(page, CLI_BOLD, "IN WORDS");
        cli_page_add(page, "\n  ");
        cli_page_wrap(page, 2, sentences);
    }
    g_ptr_array_free(rows, TRUE);
}

static void say_not_modelled(CliPage *page, const CliRuns *runs)
{
    char **texts = runs->variants[0].input->scenario->not_modelled;
    if (!texts || !*texts)
        return;
    g_autofree char *joined = g_strjoinv("; ", texts);
    cli_page_add(page, "\n  not modelled: ");
    cli_page_wrap(page, 4, joined);
}

void cli_run_text(CliPage *page, const CliRunText *text)
{
    const CliRuns *runs = text->runs;
    gboolean partial = ana_result_is_partial(runs->result);
    const char *heading = partial ? "PARTIAL " : "";
    say_inputs(page, runs);
    if (partial)
        say_partial(page, runs);
    if (least_used(runs) == 0)
        return;
    say_world(page, runs);
    say_work(page, runs);
    cli_page_add(page, "\n");
    cli_results_table(page, runs, heading, text->verbose);
    cli_checks_table(page, runs, heading);
    cli_offences_table(page, runs, heading);
    say_sentences(page, runs, FALSE);
    say_not_modelled(page, runs);
}
