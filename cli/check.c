/*
 * check.c — `replsim check FILE…`: is my file right, and what will it simulate?
 *
 * A valid file is read back in plain words on standard output, with warnings on standard error.
 * Mistakes go to standard error, all of them at once, as `--diagnostics=gcc|json` also to standard
 * output for programs. Nothing of the scenario is simulated but a short probe (probe.h).
 */
#include "analysis/format.h"
#include "cli/input.h"
#include "cli/resolve.h"
#include "cli/scenario_options.h"
#include "cli/verbs.h"
#include "cli/words.h"
#include "scenarios/format/json.h"

#include <string.h>

typedef struct CheckOptions {
    CliCommon common;
    CliScenarioOptions scenario;
    gboolean resolved, diff;
    char *diagnostics, *jobs;
    guint64 budget, threads;
} CheckOptions;

typedef enum Diagnostics { AS_TEXT, AS_GCC, AS_JSON } Diagnostics;

static GArray *check_entries(CheckOptions *options)
{
    const GOptionEntry own[] = {
        {"resolved", 0, 0, G_OPTION_ARG_NONE, &options->resolved,
         "print the file with every default filled in and each line's origin", NULL},
        {"diff", 0, 0, G_OPTION_ARG_NONE, &options->diff,
         "FILE A B: print only what variants A and B differ in", NULL},
        {"diagnostics", 0, 0, G_OPTION_ARG_FILENAME, &options->diagnostics,
         "text (default), gcc (file:line:col: …) or json, the last two on stdout", "FORM"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options->jobs, "threads, for the estimate of time",
         "N"},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    cli_scenario_entries(&options->scenario, entries);
    return entries;
}

/* ---- results as text ---------------------------------------------------------------------- */

static void print_words(CliPage *page, const CliInput *input, const CliProbe *probes,
                        const CliWork *work, guint threads)
{
    cli_page_coloured(page, CLI_BOLD, input->shown);
    cli_page_printf(page, " is valid   (format 1, sha256 %.8s…, seed %" G_GUINT64_FORMAT ")\n\n",
                    input->scenario->sha256, input->scenario->variants[0].setup->seed);
    cli_words_scenario(page, input->scenario, probes, work, threads);
}

/* ---- as JSON ------------------------------------------------------------------------------ */

static void json_strings(GString *out, const char *key, char **texts)
{
    g_string_append_printf(out, "\"%s\": [", key);
    for (char **text = texts; text && *text; text++) {
        g_string_append(out, text == texts ? "" : ", ");
        scn_json_string(out, *text);
    }
    g_string_append(out, "]");
}

static void json_scenario(GString *out, const ScnScenario *scenario, const CliWork *work)
{
    g_string_append(out, ",\n \"name\": ");
    scn_json_string(out, scenario->name);
    g_string_append_printf(out,
                           ", \"sha256\": \"%s\", \"seed\": %" G_GUINT64_FORMAT
                           ", \"replications\": %" G_GINT64_FORMAT ",\n \"variants\": [",
                           scenario->sha256, scenario->variants[0].setup->seed,
                           scenario->variants[0].setup->replications);
    for (gsize i = 0; i < scenario->n_variants; i++) {
        g_string_append(out, i ? ", " : "");
        scn_json_string(out, scenario->variants[i].name);
    }
    g_string_append(out, "], \"baseline\": ");
    scn_json_string(out, scenario->variants[scenario->baseline].name);
    g_string_append_printf(out, ", \"same_world\": %s,\n ",
                           scenario->same_world ? "true" : "false");
    json_strings(out, "differ_in", scenario->differences);
    g_string_append_printf(out, ",\n \"worlds\": %u, \"estimated_events\": %.0f", work->worlds,
                           work->events);
}

static void print_json(GString *out, const CliInput *input, const CliWork *work, gboolean valid)
{
    g_string_append_printf(out,
                           "{\"format\": 1, \"valid\": %s, \"file\": ", valid ? "true" : "false");
    scn_json_string(out, input->shown);
    if (input->scenario)
        json_scenario(out, input->scenario, work);
    g_string_append(out, ",\n \"diagnostics\": ");
    scn_diags_print_json(input->diags, out);
    while (out->len && out->str[out->len - 1] == '\n')
        g_string_truncate(out, out->len - 1);
    g_string_append(out, "}\n");
}

/* ---- one file ----------------------------------------------------------------------------- */

static CliStatus over_budget(const CliWork *work, guint64 budget)
{
    if (work->events <= (double)budget)
        return CLI_OK;
    g_autofree char *events = ana_format_short_count(work->events);
    g_autofree char *allowed = ana_format_short_count((double)budget);
    cli_error("about %s events would be simulated, but the event budget is %s", events, allowed);
    cli_hint("shorten 'duration', lower rates or 'replications', or raise --event-budget");
    return CLI_USAGE;
}

/* Whether a short look is enough to tell, where nothing else that a probe tells is printed. */
static gboolean clearly_within(const ScnScenario *scenario, guint64 budget)
{
    double events = 0;
    for (gsize i = 0; i < scenario->n_variants; i++) {
        const RepSetup *setup = scenario->variants[i].setup;
        events += cli_probe_most_events(setup) * (double)setup->replications;
    }
    return events <= (double)budget;
}

static CliStatus print_valid(const CheckOptions *options, const CliInput *input, Diagnostics form,
                             CliPage *page)
{
    const ScnScenario *scenario = input->scenario;
    gboolean in_words = form == AS_TEXT && !options->common.quiet;
    if (!options->common.json && !in_words && clearly_within(scenario, options->budget))
        return CLI_OK;
    CliProbe *probes = g_new0(CliProbe, scenario->n_variants);
    for (gsize i = 0; i < scenario->n_variants; i++)
        cli_probe(scenario->variants[i].setup, &probes[i]);
    CliWork work = cli_work(scenario, probes, (guint)options->threads);
    CliStatus status = over_budget(&work, options->budget);
    if (options->common.json)
        print_json(page->text, input, &work, status == CLI_OK);
    else if (in_words && status == CLI_OK)
        print_words(page, input, probes, &work, (guint)options->threads);
    for (gsize i = 0; i < scenario->n_variants; i++)
        cli_probe_clear(&probes[i]);
    g_free(probes);
    return status;
}

static void print_diagnostics(const CheckOptions *options, const CliInput *input, Diagnostics form,
                              CliPage *page)
{
    if (options->common.json)
        return; /* they are in the document */
    switch (form) {
    case AS_TEXT:
        if (!options->common.quiet || !input->scenario)
            cli_input_print_diags(input);
        break;
    case AS_GCC:
        scn_diags_print_gcc(input->diags, page->text);
        break;
    case AS_JSON:
        scn_diags_print_json(input->diags, page->text);
        break;
    }
}

static CliStatus print_difference(const CliInput *input, char **names, CliPage *page)
{
    gssize numbers[2];
    for (int i = 0; i < 2; i++) {
        numbers[i] = scn_scenario_variant(input->scenario, names[i]);
        if (numbers[i] >= 0)
            continue;
        cli_error("%s has no variant '%s'", input->shown, names[i]);
        return CLI_USAGE;
    }
    GString *text = g_string_new(NULL);
    cli_resolve_diff(&input->scenario->variants[numbers[0]], &input->scenario->variants[numbers[1]],
                     text);
    cli_page_add(page, text->len ? text->str : "no difference\n");
    g_string_free(text, TRUE);
    return CLI_OK;
}

static CliStatus check_one(CheckOptions *options, const char *file, char **diff, Diagnostics form,
                           CliPage *page)
{
    ScnOptions read = cli_scenario_read_options(&options->scenario);
    g_autoptr(CliInput) input = NULL;
    CliStatus status = cli_input_read(file, &read, &input);
    if (status == CLI_ENVIRONMENT || !input->bytes)
        return status;
    print_diagnostics(options, input, form, page);
    if (status != CLI_OK) {
        if (options->common.json)
            print_json(page->text, input, NULL, FALSE);
        return status;
    }
    if (options->resolved) {
        cli_resolve_print(input->scenario, page->text);
        return CLI_OK;
    }
    if (diff)
        return print_difference(input, diff, page);
    return print_valid(options, input, form, page);
}

/* ---- the verb ----------------------------------------------------------------------------- */

static gboolean read_numbers(CheckOptions *options, Diagnostics *form)
{
    static const char *const forms[] = {"text", "gcc", "json"};
    options->threads = (guint64)g_get_num_processors();
    if (options->jobs && !cli_whole_number("--jobs", options->jobs, 1, 1024, &options->threads))
        return FALSE;
    *form = AS_TEXT;
    for (gsize i = 0; options->diagnostics && i < G_N_ELEMENTS(forms); i++) {
        if (strcmp(options->diagnostics, forms[i]) == 0) {
            *form = (Diagnostics)i;
            break;
        }
        if (i + 1 == G_N_ELEMENTS(forms)) {
            cli_error("--diagnostics is text, gcc or json, not '%s'", options->diagnostics);
            return FALSE;
        }
    }
    return cli_event_budget(&options->scenario, &options->budget);
}

static gboolean looks_like_a_file(const char *argument)
{
    return strpbrk(argument, "./:") || strcmp(argument, "-") == 0;
}

/* --diff takes FILE A B; the file may also stand last. */
static gboolean split_diff(char **rest, const char **file, char **names)
{
    if (g_strv_length(rest) != 3) {
        cli_error("--diff takes a file and two of its variants: replsim check --diff FILE A B");
        return FALSE;
    }
    gboolean last = !looks_like_a_file(rest[0]) && looks_like_a_file(rest[2]);
    *file = rest[last ? 2 : 0];
    names[0] = rest[last ? 0 : 1];
    names[1] = rest[last ? 1 : 2];
    return TRUE;
}

static int check_files(CheckOptions *options, char **rest)
{
    Diagnostics form;
    const char *file = NULL;
    char *names[2];
    if (!read_numbers(options, &form) || (options->diff && !split_diff(rest, &file, names)))
        return CLI_USAGE;
    if (!*rest) {
        cli_error("'check' needs a file: replsim check FILE");
        cli_hint("try: replsim check builtin:quickstart");
        return CLI_USAGE;
    }
    CliPage page = cli_page_new(cli_terminal());
    CliStatus worst = CLI_OK;
    for (guint i = 0; rest[i]; i++) {
        if (i > 0 && form == AS_TEXT && !options->common.json && page.text->len)
            cli_page_add(&page, "\n");
        CliStatus status = check_one(options, options->diff ? file : rest[i],
                                     options->diff ? names : NULL, form, &page);
        worst = MAX(worst, status);
        if (options->diff)
            break;
    }
    CliStatus written = cli_write_page(&page);
    cli_page_clear(&page);
    return (int)MAX(worst, written);
}

static int run_check(const CliVerb *verb, int argc, char **argv)
{
    CheckOptions options = {0};
    GArray *entries = check_entries(&options);
    g_auto(GStrv) rest = NULL;
    int status;
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = check_files(&options, rest);
    g_array_free(entries, TRUE);
    cli_scenario_options_clear(&options.scenario);
    cli_common_clear(&options.common);
    g_free(options.diagnostics);
    g_free(options.jobs);
    return status;
}

const CliVerb cli_verb_check = {
    .name = "check",
    .question = "is my file right, and what will it simulate?",
    .usage = "FILE…",
    .about = "Reads a scenario, reports every mistake with its place, and says in plain words what "
             "would be simulated. FILE is a YAML or JSON file, '-' for standard input, or "
             "builtin:NAME. Nothing is simulated but a short probe.",
    .examples = "replsim check my.yaml\tread back what it says\n"
                "replsim check my.yaml --set policy.ack=async\twith one value overridden\n"
                "replsim check my.yaml --resolved\tevery value, and where it comes from\n"
                "replsim check --diff my.yaml async sync-all\twhat two variants differ in\n"
                "replsim check my.yaml --diagnostics=gcc\tfor editors and build servers\n",
    .run = run_check,
};
