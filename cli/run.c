/*
 * run.c — `replsim run FILE…`: what happens?
 *
 * Reads and checks everything first, simulates all variants of all files side by side, keeps the
 * result in a folder and prints it. Standard output carries the result only: text, or with --json
 * the document that summary.json also holds. The exit status says how the expectations fared.
 */
#include "cli/crash.h"
#include "cli/outcome.h"
#include "cli/report_output.h"
#include "cli/run_text.h"
#include "cli/sentences.h"
#include "cli/store.h"
#include "cli/verbs.h"

#include <string.h>

/* ---- inputs ------------------------------------------------------------------------------- */

static void input_free(gpointer input)
{
    cli_input_free(input);
}

/* All files, so that all mistakes are reported; the worst status. */
static CliStatus read_inputs(CliRunOptions *options, char **files, GPtrArray *inputs)
{
    CliStatus worst = CLI_OK;
    for (char **file = files; *file; file++) {
        ScnOptions read = cli_scenario_read_options(&options->scenario);
        CliInput *input;
        CliStatus status = cli_input_read(*file, &read, &input);
        g_ptr_array_add(inputs, input);
        if (status == CLI_USAGE || !options->common.quiet)
            cli_input_print_diags(input);
        worst = MAX(worst, status);
    }
    return worst;
}

/* A command, and what for: beside it, or below where the line is full. */
static void add_next(CliPage *page, gboolean *begun, const char *command, const char *remark)
{
    cli_page_add(page, *begun ? "           " : "  next     ");
    cli_page_add(page, command);
    *begun = TRUE;
    int column = MAX(cli_page_column(page) + 3, 58);
    if (column + cli_columns(remark) > page->width) {
        cli_page_add(page, "\n");
        column = 13;
    }
    cli_page_to_column(page, column);
    cli_page_wrap(page, column, remark);
}

/* At most two things that are worth typing now. */
static void add_suggestions(CliPage *page, const CliRunOptions *options, const CliRuns *runs)
{
    gboolean begun = FALSE;
    const char *file = runs->variants[0].input->argument;
    guint64 needed = options->alone < 0 ? cli_replications_needed(runs) : 0;
    if (strcmp(file, "-") == 0)
        return;
    if (ana_result_is_partial(runs->result)) {
        g_autofree char *again = g_strdup_printf("replsim run %s", file);
        add_next(page, &begun, again, "from the start to the end");
        return;
    }
    if (needed > 0) {
        g_autofree char *more =
            g_strdup_printf("replsim run %s --replications %" G_GUINT64_FORMAT, file, needed);
        add_next(page, &begun, more, "to settle what is inconclusive");
    } else if (runs->variants[0].variant->n_expectations > 0) {
        const AnaMetric *metric = runs->variants[0].variant->expectations[0].query.metric;
        g_autofree char *what = g_strdup_printf("replsim list metric %s", metric->name);
        add_next(page, &begun, what, "what exactly is measured");
    }
    if (!options->common.verbose) {
        g_autofree char *all = g_strdup_printf("replsim run %s -v", file);
        add_next(page, &begun, all, "every measure");
    }
}

static void add_tail(CliPage *page, const CliRunOptions *options, const CliRuns *runs,
                     const CliSaved *saved)
{
    cli_page_add(page, "\n");
    if (saved->path)
        cli_page_printf(page, "  report   %s/report.html\n", saved->path);
    if (saved->reproduced)
        cli_page_printf(page, "           %s\n", saved->reproduced);
    add_suggestions(page, options, runs);
}

static CliStatus finish(const CliRunOptions *options, const CliRuns *runs, const GPtrArray *inputs,
                        const char *command)
{
    GString *summary = cli_outcome_summary(runs, inputs);
    CliPage page = cli_page_new(cli_terminal());
    cli_run_text(&page, &(CliRunText){.runs = runs, .verbose = options->common.verbose});
    g_autofree char *text = cli_without_colour(page.text->str);
    GPtrArray *texts = cli_run_options_texts(options);
    CliSaved saved = {0};
    CliStatus kept = CLI_OK;
    cli_report_overflow(runs);
    CliSave save = {.runs = runs,
                    .results = cli_run_options_results(options),
                    .options = (const char *const *)texts->pdata,
                    .command = command,
                    .summary = summary,
                    .text = text};
    if (!options->no_save)
        kept = cli_save(&save, &saved);
    CliStatus output = cli_outcome_write(options->outputs, &save);
    kept = MAX(kept, output);
    add_tail(&page, options, runs, &saved);
    CliStatus written = CLI_OK;
    if (options->common.json)
        written = cli_write(summary->str, summary->len);
    else if (!options->common.quiet)
        written = cli_write_page(&page);
    if (options->common.json && saved.reproduced)
        cli_note("%s", saved.reproduced);
    cli_saved_clear(&saved);
    g_ptr_array_unref(texts);
    cli_page_clear(&page);
    g_string_free(summary, TRUE);
    return cli_outcome_combine(cli_outcome_status(options, runs), kept, written);
}

static gboolean wants_report(const CliRunOptions *options)
{
    gboolean wanted = !options->no_save;
    for (char **output = options->outputs; output && *output; output++)
        wanted |= cli_report_is_output(*output);
    return wanted;
}

static CliStatus run_inputs(const CliRunOptions *options, const GPtrArray *inputs,
                            const char *command)
{
    CliRunsRequest request = {.inputs = (CliInput *const *)inputs->pdata,
                              .n_inputs = inputs->len,
                              .metrics = options->metrics,
                              .gate = options->gate,
                              .replication = options->alone,
                              .jobs = (guint)options->threads,
                              .event_budget = options->budget,
                              .keeps_course = wants_report(options),
                              .reference = options->reference};
    CliRuns runs;
    CliStatus status = cli_runs_prepare(&request, &runs);
    if (status == CLI_OK)
        status = cli_check_budget(&runs, options->budget);
    if (status == CLI_OK && !options->no_save)
        status = cli_store_check(cli_run_options_results(options));
    if (status == CLI_OK) {
        cli_runs_execute(&request, &runs);
        status = finish(options, &runs, inputs, command);
    }
    cli_runs_clear(&runs);
    return status;
}

static CliStatus run_files(CliRunOptions *options, char **files, const char *command)
{
    if (!cli_run_options_check(options))
        return CLI_USAGE;
    if (!*files) {
        cli_error("'run' needs a file: replsim run FILE");
        cli_hint("try: replsim run builtin:quickstart");
        return CLI_USAGE;
    }
    GPtrArray *inputs = g_ptr_array_new_with_free_func(input_free);
    CliStatus status = read_inputs(options, files, inputs);
    if (status == CLI_OK)
        status = run_inputs(options, inputs, command);
    g_ptr_array_unref(inputs);
    return status;
}

static int run_run(const CliVerb *verb, int argc, char **argv)
{
    CliRunOptions options = {0};
    GArray *entries = cli_run_entries(&options);
    g_auto(GStrv) rest = NULL;
    g_autofree char *command = cli_command_line("run", argc, argv);
    int status;
    cli_crash_set_command(command);
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = (int)run_files(&options, rest, command);
    g_array_free(entries, TRUE);
    cli_run_options_clear(&options);
    return status;
}

const CliVerb cli_verb_run = {
    .name = "run",
    .question = "simulate a file; several variants are compared",
    .usage = "FILE…",
    .about = "Simulates a scenario. Several variants, of one file or of several, are compared in "
             "the same world. FILE is a YAML or JSON file, '-' for standard input, or "
             "builtin:NAME. Exit: 0 every check passed, 1 one failed, 2 nothing was simulated, 3 "
             "one is inconclusive, 4 the environment refused, 5 not reproduced, 130 interrupted.",
    .examples = "replsim run builtin:quickstart\tthree policies, one outage, one answer\n"
                "replsim run my.yaml --set policy.ack=async\twith one value overridden\n"
                "replsim run my.yaml:async\tonly one of its variants\n"
                "replsim run my.yaml --variant async --seed 7\tone variant, other luck\n"
                "replsim run a.yaml b.yaml\ttwo files side by side\n"
                "replsim run my.yaml --json | jq .variants\tfor programs\n"
                "replsim run slo.yaml -q -o slo.json\tfor build servers\n",
    .run = run_run,
};
