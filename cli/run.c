/*
 * run.c — `replsim run FILE…`: what happens?
 *
 * Reads and checks everything first, simulates all variants of all files side by side, keeps the
 * result in a folder and prints it. Standard output carries the result only: text, or with --json
 * the document that summary.json also holds. The exit status says how the expectations fared.
 */
#include "analysis/format.h"
#include "analysis/summary.h"
#include "cli/crash.h"
#include "cli/probe.h"
#include "cli/report_output.h"
#include "cli/run_text.h"
#include "cli/runs.h"
#include "cli/save.h"
#include "cli/scenario_options.h"
#include "cli/sentences.h"
#include "cli/store.h"
#include "cli/verbs.h"
#include "cli/version.h"

#include <string.h>

typedef struct RunOptions {
    CliCommon common;
    CliScenarioOptions scenario;
    char **outputs, **gate, **metrics;
    char *jobs, *replication, *results, *inconclusive;
    gboolean no_save, reference;
    guint64 budget, threads;
    gint64 alone; /* --replication, or -1 */
    gboolean inconclusive_passes;
} RunOptions;

static GArray *run_entries(RunOptions *options)
{
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->outputs,
         "also write FILE; repeatable; the ending decides: .html .md .svg .json .csv .txt", "FILE"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options->jobs,
         "threads (default: all processors); never changes results", "N"},
        {"metric", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->metrics,
         "a further measure, as in 'expect'; repeatable", "EXPR"},
        {"gate", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->gate,
         "these variants decide the exit status (default: the file's gate, else all)", "VARIANT"},
        {"inconclusive", 0, 0, G_OPTION_ARG_FILENAME, &options->inconclusive,
         "pass or fail (default): exit 0 or 3 where checks are inconclusive", "WHAT"},
        {"replication", 0, 0, G_OPTION_ARG_FILENAME, &options->replication,
         "only this one, by number from 0", "N"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, &options->results,
         "where result folders go (default ./results)", "DIR"},
        {"no-save", 0, 0, G_OPTION_ARG_NONE, &options->no_save, "keep nothing", NULL},
        {"reference", 0, 0, G_OPTION_ARG_NONE, &options->reference,
         "for testing: simulate without shortcuts; slower, the same digests", NULL},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    cli_scenario_entries(&options->scenario, entries);
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    return entries;
}

/* ---- options ------------------------------------------------------------------------------ */

static gboolean check_outputs(char **outputs)
{
    static const char *const forms[] = {".json", ".csv", ".txt"};
    for (char **output = outputs; output && *output; output++) {
        gboolean known = cli_report_is_output(*output);
        for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
            known |= g_str_has_suffix(*output, forms[i]);
        if (!known) {
            cli_error("-o writes .html, .md, .svg, .json, .csv or .txt, by the ending of the name; "
                      "not '%s'",
                      *output);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean check_options(RunOptions *options)
{
    guint64 alone = 0;
    options->threads = (guint64)g_get_num_processors();
    options->alone = -1;
    if (options->jobs && !cli_whole_number("--jobs", options->jobs, 1, 1024, &options->threads))
        return FALSE;
    if (options->replication &&
        !cli_whole_number("--replication", options->replication, 0, 1000000, &alone))
        return FALSE;
    if (options->replication)
        options->alone = (gint64)alone;
    if (g_strcmp0(options->inconclusive, "pass") == 0) {
        options->inconclusive_passes = TRUE;
    } else if (options->inconclusive && strcmp(options->inconclusive, "fail") != 0) {
        cli_error("--inconclusive is pass or fail, not '%s'", options->inconclusive);
        return FALSE;
    }
    return check_outputs(options->outputs) &&
           cli_event_budget(&options->scenario, &options->budget);
}

static void add_texts(GPtrArray *texts, const char *option, char **values)
{
    for (char **value = values; value && *value; value++)
        g_ptr_array_add(texts, g_strconcat(option, "=", *value, NULL));
}

static void add_text(GPtrArray *texts, const char *option, const char *value)
{
    if (value)
        g_ptr_array_add(texts, g_strconcat(option, "=", value, NULL));
}

/* What changes the result besides the files; ended by NULL. */
static GPtrArray *result_options(const RunOptions *options)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    add_texts(texts, "--set", options->scenario.set);
    add_texts(texts, "--variant", options->scenario.variants);
    add_text(texts, "--replications", options->scenario.replications);
    add_text(texts, "--replication", options->replication);
    add_texts(texts, "--metric", options->metrics);
    add_texts(texts, "--gate", options->gate);
    if (options->reference)
        g_ptr_array_add(texts, g_strdup("--reference"));
    g_ptr_array_add(texts, NULL);
    return texts;
}

/* ---- inputs ------------------------------------------------------------------------------- */

static void input_free(gpointer input)
{
    cli_input_free(input);
}

/* All files, so that all mistakes are reported; the worst status. */
static CliStatus read_inputs(RunOptions *options, char **files, GPtrArray *inputs)
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

/* A crude bound first: no world needs more events per operation than this, so most scenarios need
 * no probe. */
static double most_events(const RepSetup *setup)
{
    double rate = 0;
    for (gsize i = 0; i < setup->n_clients; i++) {
        const RepClientSetup *client = &setup->clients[i];
        if (client->rate.closed)
            return G_MAXDOUBLE;
        rate += sim_arrivals_rate(&client->rate.open) * (double)(1 + client->retry.times);
    }
    return rate * (double)setup->duration / 1e9 * (20 + 10 * (double)setup->n_nodes);
}

static double estimated_events(const CliRuns *runs, gboolean by_probe)
{
    double events = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        const RepSetup *setup = runs->variants[v].variant->setup;
        CliProbe probe = {.events = most_events(setup)};
        if (by_probe)
            cli_probe(setup, &probe);
        events += probe.events * runs->variants[v].n;
        cli_probe_clear(&probe);
    }
    return events;
}

static CliStatus check_budget(const CliRuns *runs, guint64 budget)
{
    if (estimated_events(runs, FALSE) <= (double)budget)
        return CLI_OK;
    double events = estimated_events(runs, TRUE);
    if (events <= (double)budget)
        return CLI_OK;
    g_autofree char *wanted = ana_format_short_count(events);
    g_autofree char *allowed = ana_format_short_count((double)budget);
    cli_error("about %s events would be simulated, but the event budget is %s; shorten 'duration', "
              "lower rates or 'replications', or raise --event-budget",
              wanted, allowed);
    return CLI_USAGE;
}

/* ---- output ------------------------------------------------------------------------------- */

static GString *summary_of(const CliRuns *runs, const GPtrArray *inputs)
{
    AnaScenarioName *names = g_new0(AnaScenarioName, inputs->len);
    for (guint i = 0; i < inputs->len; i++) {
        const CliInput *input = inputs->pdata[i];
        names[i] = (AnaScenarioName){input->scenario->name, input->scenario->sha256};
    }
    GString *out = g_string_new(NULL);
    ana_summary_write(runs->result, REPLSIM_VERSION, names, inputs->len, out);
    g_free(names);
    return out;
}

/* The document is made once, and only where it is wanted. */
static CliStatus write_report(const CliSave *save, AnaDocument **document, const char *output)
{
    if (!*document)
        *document = cli_save_document(save);
    return cli_report_write(*document, output);
}

static CliStatus write_outputs(char **outputs, const CliSave *save)
{
    CliStatus worst = CLI_OK;
    g_autoptr(AnaDocument) document = NULL;
    for (char **output = outputs; output && *output; output++) {
        CliFile file = {.name = *output, .bytes = save->summary->str, .length = save->summary->len};
        if (g_str_has_suffix(*output, ".txt")) {
            file.bytes = save->text;
            file.length = strlen(save->text);
        } else if (g_str_has_suffix(*output, ".csv")) {
            file.write = cli_write_csv;
            file.data = (void *)save->runs;
        }
        CliStatus stored = cli_report_is_output(*output) ? write_report(save, &document, *output)
                                                         : cli_store_file(&file);
        worst = MAX(worst, stored);
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
static void add_suggestions(CliPage *page, const RunOptions *options, const CliRuns *runs)
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

static void add_tail(CliPage *page, const RunOptions *options, const CliRuns *runs,
                     const CliSaved *saved)
{
    cli_page_add(page, "\n");
    if (saved->path)
        cli_page_printf(page, "  report   %s/report.html\n", saved->path);
    if (saved->reproduced)
        cli_page_printf(page, "           %s\n", saved->reproduced);
    add_suggestions(page, options, runs);
}

/* ---- the end ------------------------------------------------------------------------------ */

static CliStatus verdict_status(const RunOptions *options, const CliRuns *runs)
{
    if (runs->interrupted)
        return CLI_INTERRUPTED;
    switch (ana_result_overall(runs->result)) {
    case ANA_FAIL:
        return CLI_FAILED;
    case ANA_INCONCLUSIVE:
        return options->inconclusive_passes && !runs->overflow ? CLI_OK : CLI_INCONCLUSIVE;
    case ANA_PASS:
        break;
    }
    return runs->overflow ? CLI_INCONCLUSIVE : CLI_OK;
}

static void report_overflow(const CliRuns *runs)
{
    if (runs->overflow && runs->is_full)
        cli_error("stopped: a run of '%s' has more under way than can be kept (%s); lower the load",
                  runs->overflow_variant, runs->overflow);
    else if (runs->overflow)
        cli_error("stopped: a run of '%s' used up its share of the event budget%s%s; lower the "
                  "load, or raise --event-budget",
                  runs->overflow_variant, *runs->overflow ? ": " : "", runs->overflow);
}

/* What went wrong with keeping the result outweighs how the checks fared, but not Ctrl-C. */
static CliStatus combine(CliStatus verdict, CliStatus kept, CliStatus written)
{
    if (verdict == CLI_INTERRUPTED)
        return verdict;
    CliStatus worst = MAX(kept, written);
    return worst != CLI_OK ? worst : verdict;
}

static CliStatus finish(const RunOptions *options, const CliRuns *runs, const GPtrArray *inputs,
                        const char *command)
{
    GString *summary = summary_of(runs, inputs);
    CliPage page = cli_page_new(cli_terminal());
    cli_run_text(&page, &(CliRunText){.runs = runs, .verbose = options->common.verbose});
    g_autofree char *text = cli_without_colour(page.text->str);
    GPtrArray *texts = result_options(options);
    CliSaved saved = {0};
    CliStatus kept = CLI_OK;
    report_overflow(runs);
    CliSave save = {.runs = runs,
                    .results = options->results ? options->results : "results",
                    .options = (const char *const *)texts->pdata,
                    .command = command,
                    .summary = summary,
                    .text = text};
    if (!options->no_save)
        kept = cli_save(&save, &saved);
    CliStatus output = write_outputs(options->outputs, &save);
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
    return combine(verdict_status(options, runs), kept, written);
}

static CliStatus run_inputs(const RunOptions *options, const GPtrArray *inputs, const char *command)
{
    CliRunsRequest request = {.inputs = (CliInput *const *)inputs->pdata,
                              .n_inputs = inputs->len,
                              .metrics = options->metrics,
                              .gate = options->gate,
                              .replication = options->alone,
                              .jobs = (guint)options->threads,
                              .event_budget = options->budget,
                              .reference = options->reference};
    CliRuns runs;
    CliStatus status = cli_runs_prepare(&request, &runs);
    if (status == CLI_OK)
        status = check_budget(&runs, options->budget);
    if (status == CLI_OK && !options->no_save)
        status = cli_store_check(options->results ? options->results : "results");
    if (status == CLI_OK) {
        cli_runs_execute(&request, &runs);
        status = finish(options, &runs, inputs, command);
    }
    cli_runs_clear(&runs);
    return status;
}

static char *command_line(int argc, char **argv)
{
    GString *out = g_string_new("replsim run");
    for (int i = 0; i < argc; i++) {
        gboolean plain = argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                                 "XYZ0123456789_-./:=,%+@")] == '\0' &&
                         *argv[i];
        g_autofree char *quoted = plain ? g_strdup(argv[i]) : g_shell_quote(argv[i]);
        g_string_append_printf(out, " %s", quoted);
    }
    return g_string_free(out, FALSE);
}

static CliStatus run_files(RunOptions *options, char **files, const char *command)
{
    if (!check_options(options))
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
    RunOptions options = {0};
    GArray *entries = run_entries(&options);
    g_auto(GStrv) rest = NULL;
    g_autofree char *command = command_line(argc, argv);
    int status;
    cli_crash_set_command(command);
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = (int)run_files(&options, rest, command);
    g_array_free(entries, TRUE);
    cli_scenario_options_clear(&options.scenario);
    cli_common_clear(&options.common);
    g_strfreev(options.outputs);
    g_strfreev(options.gate);
    g_strfreev(options.metrics);
    g_free(options.jobs);
    g_free(options.replication);
    g_free(options.results);
    g_free(options.inconclusive);
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
