/*
 * report.c — `replsim report RUN…`: show, compare or write again what is kept.
 *
 * Nothing is simulated. What a run printed is printed again; its page is read back and written in
 * another form.
 */
#include "cli/compare.h"
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
         "write FILE; repeatable; the ending decides: .html .md .svg .png .json .csv .txt", "FILE"},
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
            cli_error(
                "-o writes .html, .md, .svg, .png, .json, .csv or .txt, by the ending of the name; "
                "not '%s'",
                *output);
            return FALSE;
        } else if (!cli_report_can_write(*output)) {
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

/* ---- two runs ----------------------------------------------------------------------------- */

static CliStatus write_comparison(const ReportOptions *options, const CliCompare *compare)
{
    CliStatus worst = CLI_OK;
    g_autoptr(AnaDocument) document = cli_compare_document(compare);
    g_autoptr(GString) json = cli_compare_json(compare);
    for (char **output = options->outputs; output && *output; output++) {
        CliFile file = {.name = *output, .bytes = json->str, .length = json->len};
        CliStatus written = g_str_has_suffix(*output, ".json")
                                ? cli_store_file(&file)
                                : cli_report_write(document, *output);
        worst = MAX(worst, written);
    }
    if (options->common.json) {
        CliStatus written = cli_write(json->str, json->len);
        return MAX(worst, written);
    }
    if (options->outputs || options->common.quiet)
        return worst;
    CliPage page = cli_page_new(cli_terminal());
    cli_compare_text(compare, &page);
    worst = cli_write_page(&page);
    cli_page_clear(&page);
    return worst;
}

static CliStatus compare_runs(const ReportOptions *options, char **runs)
{
    const char *results = options->results ? options->results : "results";
    for (char **output = options->outputs; output && *output; output++)
        if (copied_file(*output) && !g_str_has_suffix(*output, ".json")) {
            cli_error("a comparison is written as .html, .md or .json, not as '%s'", *output);
            return CLI_USAGE;
        }
    g_autoptr(CliStoredRun) before = cli_stored_run_read(results, runs[0]);
    g_autoptr(CliStoredRun) after = before ? cli_stored_run_read(results, runs[1]) : NULL;
    if (!after)
        return CLI_ENVIRONMENT;
    CliCompare compare = {.runs = {before, after}, .all = options->common.verbose};
    return cli_compare_check(&compare) ? write_comparison(options, &compare) : CLI_USAGE;
}

static CliStatus report_runs(const ReportOptions *options, char **runs, gboolean insists)
{
    guint n = g_strv_length(runs);
    if (!check_outputs(options->outputs))
        return CLI_USAGE;
    if (n == 0 || n > 2 || (insists && n < 2)) {
        cli_error(n > 2     ? "two runs are compared at a time"
                  : insists ? "'compare' needs two runs"
                            : "'report' needs a run");
        cli_hint("try: replsim %s", insists ? "compare latest~1 latest" : "report latest");
        return CLI_USAGE;
    }
    if (n == 2)
        return compare_runs(options, runs);
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
        status = (int)report_runs(&options, rest, verb == &cli_verb_compare);
    g_array_free(entries, TRUE);
    cli_common_clear(&options.common);
    g_strfreev(options.outputs);
    g_free(options.results);
    return status;
}

const CliVerb cli_verb_report = {
    .name = "report",
    .question = "show, compare or write again what is kept of runs     (also: compare)",
    .usage = "RUN [RUN]",
    .about =
        "Shows a run that was kept, compares two, or writes a report in another form; nothing "
        "is simulated. RUN is a folder, 'latest', 'latest~1' for the one before, the beginning "
        "of a folder's name in results/, or (alone) a page. Exit: 0 done, 2 wrong use or not "
        "comparable, 4 a run or a file could not be read or written.",
    .examples = "replsim report latest\twhat it printed\n"
                "replsim report latest -o review.md\tMarkdown, with a picture beside it for each "
                "chart\n"
                "replsim report failover-9f31 -o lag.svg\tone chart\n"
                "replsim report mailed.html -o mailed.md\tfrom a page alone\n"
                "replsim report latest~1 latest\twhat the last change changed\n",
    .run = run_report,
};

/* The same, for those who type it; it insists on two runs. */
const CliVerb cli_verb_compare = {
    .name = "compare",
    .question = "what differs between two kept runs",
    .usage = "RUN RUN",
    .about =
        "Compares two runs that were kept, variant by variant: what differs in inputs, program "
        "and world, and what came of it. Differences are paired where seeds and replications "
        "agree. A run is named as for 'report'.",
    .examples = "replsim compare latest~1 latest\twhat the last change changed\n"
                "replsim compare failover-9f31 failover-b802 -v\tevery measure\n"
                "replsim compare latest~1 latest -o change.html\tas a page\n",
    .run = run_report,
};
