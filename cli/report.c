/*
 * report.c — `replsim report RUN…`: show, compare or write again what is kept.
 *
 * Nothing is simulated. What a run printed is printed again; its page is read back and written in
 * another form.
 */
#include "cli/report_output.h"
#include "cli/store.h"
#include "cli/stored.h"
#include "cli/verbs.h"

#include <string.h>

typedef struct ReportOptions {
    CliCommon common;
    char **outputs;
    char *results;
} ReportOptions;

static GArray *report_entries(ReportOptions *options)
{
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->outputs,
         "write FILE; repeatable; the ending decides: .html .md .svg .json .csv .txt", "FILE"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, &options->results,
         "where result folders are (default ./results)", "DIR"},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    return entries;
}

/* ---- one run ------------------------------------------------------------------------------ */

/* The file of the folder that an output is a copy of; NULL: it is written from the page. */
static const char *copied_file(const char *output)
{
    return g_str_has_suffix(output, ".json")  ? "summary.json"
           : g_str_has_suffix(output, ".csv") ? "metrics.csv"
           : g_str_has_suffix(output, ".txt") ? "summary.txt"
                                              : NULL;
}

static gboolean check_outputs(char **outputs)
{
    for (char **output = outputs; output && *output; output++)
        if (!cli_report_is_output(*output) && !copied_file(*output)) {
            cli_error("-o writes .html, .md, .svg, .json, .csv or .txt, by the ending of the name; "
                      "not '%s'",
                      *output);
            return FALSE;
        }
    return TRUE;
}

static CliStatus copy_file(const CliStored *stored, const char *file, const char *output)
{
    gsize length;
    g_autofree char *bytes = cli_stored_read(stored, file, &length);
    if (!bytes)
        return CLI_ENVIRONMENT;
    return cli_store_file(&(CliFile){.name = output, .bytes = bytes, .length = length});
}

static CliStatus write_again(const CliStored *stored, const char *output)
{
    gsize length;
    g_autoptr(GError) error = NULL;
    g_autofree char *page = cli_stored_read(stored, "report.html", &length);
    if (!page)
        return CLI_ENVIRONMENT;
    g_autoptr(AnaDocument) document = ana_document_read_html(page, length, &error);
    if (!document) {
        cli_error("cannot read the page of '%s': %s", stored->path, error->message);
        return CLI_ENVIRONMENT;
    }
    return cli_report_write(document, output);
}

static CliStatus print_again(const ReportOptions *options, const CliStored *stored)
{
    gsize length;
    if (stored->is_page) {
        cli_error("'%s' is a page: open it in a browser, or write it in another form with -o",
                  stored->path);
        return CLI_USAGE;
    }
    g_autofree char *bytes =
        cli_stored_read(stored, options->common.json ? "summary.json" : "summary.txt", &length);
    if (!bytes)
        return CLI_ENVIRONMENT;
    return cli_write(bytes, length);
}

static CliStatus report_one(const ReportOptions *options, const CliStored *stored)
{
    CliStatus worst = CLI_OK;
    for (char **output = options->outputs; output && *output; output++) {
        const char *file = copied_file(*output);
        CliStatus written = file ? copy_file(stored, file, *output) : write_again(stored, *output);
        worst = MAX(worst, written);
    }
    if (!options->outputs && !options->common.quiet)
        worst = print_again(options, stored);
    return worst;
}

static CliStatus report_runs(const ReportOptions *options, char **runs)
{
    if (!check_outputs(options->outputs))
        return CLI_USAGE;
    if (g_strv_length(runs) != 1) {
        cli_error(*runs ? "'report' shows one run at a time" : "'report' needs a run");
        cli_hint("try: replsim report latest");
        return CLI_USAGE;
    }
    CliStored stored;
    CliStatus status =
        cli_stored_find(options->results ? options->results : "results", runs[0], &stored);
    if (status == CLI_OK)
        status = report_one(options, &stored);
    cli_stored_clear(&stored);
    return status;
}

static int run_report(const CliVerb *verb, int argc, char **argv)
{
    ReportOptions options = {0};
    GArray *entries = report_entries(&options);
    g_auto(GStrv) rest = NULL;
    int status;
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = (int)report_runs(&options, rest);
    g_array_free(entries, TRUE);
    cli_common_clear(&options.common);
    g_strfreev(options.outputs);
    g_free(options.results);
    return status;
}

const CliVerb cli_verb_report = {
    .name = "report",
    .question = "show or write again what is kept of a run",
    .usage = "RUN",
    .about = "Shows a run that was kept, or writes its report in another form; nothing is "
             "simulated. RUN is a folder, 'latest', 'latest~1' for the one before, the beginning "
             "of a folder's name in results/, or a page. Exit: 0 done, 2 wrong use, 4 the run or "
             "a file could not be read or written.",
    .examples = "replsim report latest\twhat it printed\n"
                "replsim report latest -o review.md\tMarkdown, with a picture beside it for each "
                "chart\n"
                "replsim report failover-9f31 -o lag.svg\tone chart\n"
                "replsim report mailed.html -o mailed.md\tfrom a page alone\n",
    .run = run_report,
};
