/* run_options.c — see run_options.h. */
#include "cli/run_options.h"

#include "cli/report_output.h"

#include <string.h>

GArray *cli_run_entries(CliRunOptions *options)
{
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->outputs,
         "also write FILE; repeatable; the ending decides: .html .md .svg .png .json .ndjson .csv "
         ".txt .junit.xml .prom .hlog",
         "FILE"},
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
    static const char *const forms[] = {".json",      ".csv",  ".txt",  ".ndjson",
                                        ".junit.xml", ".prom", ".hlog", ".hdr"};
    for (char **output = outputs; output && *output; output++) {
        gboolean known = cli_report_is_output(*output);
        for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
            known |= g_str_has_suffix(*output, forms[i]);
        if (!known) {
            cli_error("-o writes .html, .md, .svg, .png, .json, .ndjson, .csv, .txt, .junit.xml, "
                      ".prom or .hlog, by the ending of the name; not '%s'",
                      *output);
            return FALSE;
        }
        if (!cli_report_can_write(*output))
            return FALSE;
    }
    return TRUE;
}

gboolean cli_run_options_check(CliRunOptions *options)
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

GPtrArray *cli_run_options_texts(const CliRunOptions *options)
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

char *cli_command_line(const char *verb, int argc, char **argv)
{
    GString *out = g_string_new("replsim ");
    g_string_append(out, verb);
    for (int i = 0; i < argc; i++) {
        gboolean plain = argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                                 "XYZ0123456789_-./:=,%+@")] == '\0' &&
                         *argv[i];
        g_autofree char *quoted = plain ? g_strdup(argv[i]) : g_shell_quote(argv[i]);
        g_string_append_printf(out, " %s", quoted);
    }
    return g_string_free(out, FALSE);
}

const char *cli_run_options_results(const CliRunOptions *options)
{
    return options->results ? options->results : "results";
}

void cli_run_options_clear(CliRunOptions *options)
{
    cli_scenario_options_clear(&options->scenario);
    cli_common_clear(&options->common);
    g_strfreev(options->outputs);
    g_strfreev(options->gate);
    g_strfreev(options->metrics);
    g_free(options->jobs);
    g_free(options->replication);
    g_free(options->results);
    g_free(options->inconclusive);
}
