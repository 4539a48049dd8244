/*
 * sweep.c — `replsim sweep FILE --vary KEY=…`: how does it depend on this knob, and where does it
 * start to pass?
 *
 * A point is the scenario with a value for each knob; its variants are run like those of a file,
 * all points side by side in the same world, so that differences between points are the knobs'.
 */
#include "cli/crash.h"
#include "cli/outcome.h"
#include "cli/store.h"
#include "cli/sweep_find.h"
#include "cli/sweep_points.h"
#include "cli/sweep_text.h"
#include "cli/verbs.h"

#include <string.h>

#define POINTS_UNASKED 200u /* more need --yes */

typedef struct SweepOptions {
    CliRunOptions run;
    char **vary;
    gboolean is_zipped, finds, is_sure;
} SweepOptions;

static void add_entries(SweepOptions *options, GArray *entries)
{
    const GOptionEntry own[] = {
        {"vary", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->vary,
         "a knob and its values: 1,2,3  1..9  '10ms..1s step 10ms'  '10ms..10s log 13'; "
         "several make a grid",
         "KEY=VALUES"},
        {"zip", 0, 0, G_OPTION_ARG_NONE, &options->is_zipped,
         "pair the values of several knobs instead of combining them", NULL},
        {"find", 0, 0, G_OPTION_ARG_NONE, &options->finds,
         "search a range (KEY=A..B) for where each check begins or ceases to pass", NULL},
        {"yes", 0, 0, G_OPTION_ARG_NONE, &options->is_sure, "go on with more than 200 points",
         NULL},
    };
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

/* ---- output ------------------------------------------------------------------------------- */

static GPtrArray *texts_of(const SweepOptions *options)
{
    GPtrArray *texts = cli_run_options_texts(&options->run);
    g_ptr_array_set_size(texts, (gint)texts->len - 1); /* the end */
    for (char **vary = options->vary; *vary; vary++)
        g_ptr_array_add(texts, g_strconcat("--vary=", *vary, NULL));
    if (options->is_zipped)
        g_ptr_array_add(texts, g_strdup("--zip"));
    g_ptr_array_add(texts, NULL);
    return texts;
}

static void add_tail(CliPage *page, const CliSaved *saved)
{
    if (saved->path)
        cli_page_printf(page, "\n  table    %s/metrics.csv\n  page     %s/report.html\n",
                        saved->path, saved->path);
    if (saved->reproduced)
        cli_page_printf(page, "           %s\n", saved->reproduced);
}

static CliStatus finish(const SweepOptions *options, const CliSweep *sweep, const GPtrArray *inputs,
                        const char *command)
{
    const CliRunOptions *run = &options->run;
    GPtrArray *first = g_ptr_array_new();
    g_ptr_array_add(first, g_ptr_array_index(inputs, 0));
    GString *summary = cli_outcome_summary(sweep->runs, first);
    CliPage page = cli_page_new(cli_terminal());
    cli_sweep_text(&page, sweep);
    g_autofree char *text = cli_without_colour(page.text->str);
    g_autoptr(GPtrArray) texts = texts_of(options);
    CliSaved saved = {0};
    CliStatus kept = CLI_OK;
    cli_report_overflow(sweep->runs);
    CliSave save = {.runs = sweep->runs,
                    .sweep = sweep,
                    .results = cli_run_options_results(run),
                    .options = (const char *const *)texts->pdata,
                    .command = command,
                    .summary = summary,
                    .text = text};
    if (!run->no_save)
        kept = cli_save(&save, &saved);
    kept = MAX(kept, cli_outcome_write(run->outputs, &save));
    add_tail(&page, &saved);
    CliStatus written = CLI_OK;
    if (run->common.json)
        written = cli_write(summary->str, summary->len);
    else if (!run->common.quiet)
        written = cli_write_page(&page);
    cli_saved_clear(&saved);
    cli_page_clear(&page);
    g_string_free(summary, TRUE);
    g_ptr_array_unref(first);
    return cli_outcome_combine(cli_outcome_status(run, sweep->runs), kept, written);
}

/* ---- running ------------------------------------------------------------------------------ */

static CliStatus run_points(const SweepOptions *options, const GArray *axes, const GArray *points,
                            const GPtrArray *inputs, const char *command)
{
    const CliRunOptions *run = &options->run;
    CliRunsRequest request = cli_points_request(run, inputs);
    CliRuns runs;
    CliStatus status = cli_runs_prepare(&request, &runs);
    if (status == CLI_OK)
        status = cli_check_budget(&runs, run->budget);
    if (status == CLI_OK && !run->no_save)
        status = cli_store_check(cli_run_options_results(run));
    if (status == CLI_OK) {
        cli_runs_execute(&request, &runs);
        CliSweep sweep = {
            .runs = &runs, .axes = axes, .points = points, .is_zipped = options->is_zipped};
        status = finish(options, &sweep, inputs, command);
    }
    cli_runs_clear(&runs);
    return status;
}

static CliStatus sweep_grid(SweepOptions *options, const char *file, const GArray *axes,
                            const char *command)
{
    g_autoptr(GArray) points = cli_points_new(axes, options->is_zipped);
    if (!points)
        return CLI_USAGE;
    if (points->len > POINTS_UNASKED && !options->is_sure) {
        cli_error("these are %u points; add --yes if you mean it", points->len);
        return CLI_USAGE;
    }
    g_autoptr(GPtrArray) inputs = NULL;
    CliStatus status = cli_points_read(&options->run, file, axes, points, TRUE, &inputs);
    return status == CLI_OK ? run_points(options, axes, points, inputs, command) : status;
}

static CliStatus sweep_file(SweepOptions *options, char **files, const char *command)
{
    if (!cli_run_options_check(&options->run))
        return CLI_USAGE;
    if (!files[0] || files[1]) {
        cli_error("'sweep' takes one file: replsim sweep FILE --vary KEY=VALUES");
        return CLI_USAGE;
    }
    if (!options->vary) {
        cli_error("'sweep' needs a knob: --vary KEY=VALUES");
        cli_hint("for example  replsim sweep builtin:quorum-grid --vary policy.read_quorum=1,2,3");
        return CLI_USAGE;
    }
    g_autoptr(GArray) axes = cli_vary_read(options->vary, options->finds);
    if (!axes)
        return CLI_USAGE;
    if (options->finds)
        return cli_sweep_find(&options->run, files[0], axes);
    return sweep_grid(options, files[0], axes, command);
}

static int run_sweep(const CliVerb *verb, int argc, char **argv)
{
    SweepOptions options = {0};
    GArray *entries = cli_run_entries(&options.run);
    g_auto(GStrv) rest = NULL;
    g_autofree char *command = cli_command_line("sweep", argc, argv);
    int status;
    add_entries(&options, entries);
    cli_crash_set_command(command);
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data,
                          &options.run.common, argc, argv, &rest, &status))
        status = (int)sweep_file(&options, rest, command);
    g_array_free(entries, TRUE);
    cli_run_options_clear(&options.run);
    g_strfreev(options.vary);
    return status;
}

const CliVerb cli_verb_sweep = {
    .name = "sweep",
    .question = "turn a knob: how does the answer depend on it?",
    .usage = "FILE --vary KEY=VALUES…",
    .about = "Simulates a scenario at many points: a grid over the values of one or more keys, in "
             "the same world. Tables over the knobs, and the points that no other beats. With "
             "--find, where in a range each check begins or ceases to pass. Exit as 'run'.",
    .examples =
        "replsim sweep builtin:quorum-grid --vary policy.read_quorum=1,2,3\tone knob\n"
        "replsim sweep my.yaml --vary policy.read_quorum=1..3 --vary policy.write_quorum=1..3\ta "
        "grid\n"
        "replsim sweep my.yaml --vary clients.web.rate='100/s..2k/s step 100/s'\ta range\n"
        "replsim sweep my.yaml:semi-sync --vary policy.failover.detect=0.5s..30s --find\tthe "
        "bracket\n",
    .run = run_sweep,
};
