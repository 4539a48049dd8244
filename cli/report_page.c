/* report_page.c — title strip, verdict, and the order of the blocks; see report_page.h. */
#include "cli/report_page.h"

#include "analysis/format.h"
#include "cli/report_sweep.h"
#include "cli/sentences.h"
#include "cli/tables.h"
#include "cli/version.h"

#include <string.h>

#define POINTS_TOLD_APART 6u

char *cli_report_plain(char *text)
{
    return g_strdelimit(text, CLI_SPACE, ' ');
}

guint cli_report_style(const CliRuns *runs, guint variant)
{
    if ((gssize)variant == runs->baseline)
        return 0;
    guint style = runs->baseline >= 0 ? 1 : 0;
    for (guint v = 0; v < variant; v++)
        style += (gssize)v != runs->baseline ? 1 : 0;
    return style;
}

guint cli_report_n_drawn(const CliRuns *runs)
{
    return MIN(runs->n_variants, CLI_REPORT_DRAWN);
}

guint *cli_report_order(const CliRuns *runs)
{
    return cli_column_order(runs);
}

static guint least_used(const CliRuns *runs)
{
    guint least = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++)
        least = MIN(least, ana_result_n_used(runs->result, v));
    return least;
}

/* "9 points × 2 variants × "; nothing where there is one of each. */
static void append_numbers(GString *out, const CliReport *report)
{
    guint variants = report->sweep ? cli_sweep_variants(report->sweep) : report->runs->n_variants;
    if (report->sweep)
        g_string_append_printf(out, "%u point%s × ", report->sweep->points->len,
                               report->sweep->points->len == 1 ? "" : "s");
    if (variants > 1)
        g_string_append_printf(out, "%u variants × ", variants);
}

/* "3 variants × 30 replications × 60 s · seed 42 · 2026-11-21" */
static char *subtitle(const CliReport *report)
{
    const CliRuns *runs = report->runs;
    const RepSetup *setup = runs->variants[0].variant->setup;
    g_autofree char *length = ana_format_value(ANA_UNIT_NS, (double)setup->duration, FALSE);
    g_autofree char *operations = ana_format_count(cli_runs_operations(runs, 0));
    GString *out = g_string_new(NULL);
    append_numbers(out, report);
    g_string_append_printf(out, "%u replication%s × %s · seed %" G_GUINT64_FORMAT " · ",
                           least_used(runs), least_used(runs) == 1 ? "" : "s", length, setup->seed);
    if (runs->n_variants > 1 && cli_runs_same_world(runs))
        g_string_append_printf(out, "the same world %s: %s operations · ",
                               report->sweep ? "at every point" : "in every variant", operations);
    else
        g_string_append_printf(out, "%s operations · ", operations);
    g_string_append_printf(out, "%.10s", report->date);
    return g_string_free(out, FALSE);
}

static void add_bands(AnaDocument *document, const CliRuns *runs)
{
    if (ana_result_is_partial(runs->result)) {
        g_autofree char *text =
            g_strdup_printf("PARTIAL: the run was stopped; %u of %u replications are used",
                            least_used(runs), runs->variants[0].n);
        ana_document_text(document, ANA_BLOCK_BAND, text);
    }
    if (runs->n_variants > 1 && !cli_runs_same_world(runs))
        ana_document_text(document, ANA_BLOCK_BAND,
                          "NOT THE SAME WORLD: some of the difference between variants is due to "
                          "other arrivals, delays or faults");
    if (ana_result_overall(runs->result) == ANA_INCONCLUSIVE)
        ana_document_text(document, ANA_BLOCK_BAND,
                          "INCONCLUSIVE: some checks are neither passed nor failed");
}

static void add_question(AnaDocument *document, const CliRuns *runs)
{
    ana_document_section(document, "verdict", "Verdict");
    const char *question = runs->variants[0].input->scenario->question;
    if (question) {
        g_autofree char *folded = g_strstrip(g_strdelimit(g_strdup(question), "\n", ' '));
        ana_document_text(document, ANA_BLOCK_TEXT, folded);
    }
}

static void add_verdict(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows)
{
    CliPage plain = {.text = g_string_new(NULL), .width = CLI_WIDTH_MAX};
    g_autofree char *sentences = cli_sentences(&plain, runs, rows);
    add_question(document, runs);
    if (runs->n_variants > CLI_REPORT_DRAWN) {
        g_autofree char *text = g_strdup_printf(
            "Charts draw the first %u of %u variants; the table of results and metrics.csv have "
            "all.",
            CLI_REPORT_DRAWN, runs->n_variants);
        ana_document_text(document, ANA_BLOCK_TEXT, text);
    }
    if (sentences)
        ana_document_text(document, ANA_BLOCK_LEAD, cli_report_plain(sentences));
    cli_report_chips(document, runs);
    cli_page_clear(&plain);
}

/* Blocks 1 to 11 of a comparison of variants. */
static void add_comparison(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows)
{
    add_verdict(document, runs, rows);
    cli_report_inputs(document, runs);
    cli_report_results(document, runs, rows);
    cli_report_staleness(document, runs);
    cli_report_lag(document, runs);
    cli_report_latency(document, runs);
    cli_report_availability(document, runs);
    cli_report_lag_course(document, runs);
    cli_report_losses(document, runs);
    cli_report_trade_off(document, runs);
}

/* A few points of one variant can be told apart in one chart, like variants. */
static gboolean are_like_variants(const CliSweep *sweep)
{
    return cli_sweep_variants(sweep) == 1 && sweep->points->len <= POINTS_TOLD_APART;
}

static void add_sweep(AnaDocument *document, const CliReport *report)
{
    add_question(document, report->runs);
    cli_report_sweep_verdict(document, report->sweep);
    cli_report_sweep_results(document, report->sweep);
    if (cli_sweep_variants(report->sweep) == 1)
        cli_report_trade_off(document, report->runs);
    if (are_like_variants(report->sweep)) {
        cli_report_lag(document, report->runs);
        cli_report_latency(document, report->runs);
    }
    cli_report_inputs(document, report->runs);
}

/* What the legend shows: variants, of a sweep those of each point. */
static void add_legend(AnaDocument *document, const CliReport *report)
{
    const CliRuns *runs = report->runs;
    g_autofree guint *order = cli_report_order(runs);
    guint variants = report->sweep ? cli_sweep_variants(report->sweep) : 0;
    for (guint v = 0; v < variants && variants > 1; v++)
        ana_document_variant(document, runs->variants[v].variant->name, v);
    gboolean has_all = !report->sweep || are_like_variants(report->sweep);
    for (guint i = 0; has_all && i < cli_report_n_drawn(runs); i++)
        ana_document_variant(document, runs->variants[order[i]].name,
                             cli_report_style(runs, order[i]));
}

AnaDocument *cli_report_document(const CliReport *report)
{
    const CliRuns *runs = report->runs;
    g_autofree char *under = subtitle(report);
    g_autofree char *footer =
        g_strdup_printf("%s · event digest %s · replsim %s",
                        runs->variants[0].input->scenario->name, report->digest, REPLSIM_VERSION);
    AnaDocument *document =
        ana_document_new(runs->variants[0].input->scenario->name, under, footer);
    add_legend(document, report);
    add_bands(document, runs);
    if (least_used(runs) > 0) {
        GPtrArray *rows = cli_rows_new(runs, FALSE);
        if (report->sweep)
            add_sweep(document, report);
        else
            add_comparison(document, runs, rows);
        cli_report_sure(document, runs);
        cli_report_not_modelled(document, runs);
        cli_report_reproduce(document, report);
        cli_report_guide(document, runs, rows);
        g_ptr_array_free(rows, TRUE);
    } else {
        cli_report_inputs(document, runs);
        cli_report_reproduce(document, report);
    }
    return document;
}
