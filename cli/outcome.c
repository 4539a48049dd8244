/* outcome.c — see outcome.h. */
#include "cli/outcome.h"

#include "analysis/export.h"
#include "analysis/format.h"
#include "analysis/hdr_log.h"
#include "analysis/summary.h"
#include "cli/probe.h"
#include "cli/report_output.h"
#include "cli/store.h"
#include "cli/version.h"

#include <string.h>

/* ---- before ------------------------------------------------------------------------------- */

static double most_events(const CliRuns *runs)
{
    double events = 0;
    for (guint v = 0; v < runs->n_variants; v++)
        events += cli_probe_most_events(runs->variants[v].variant->setup) * runs->variants[v].n;
    return events;
}

static double estimated_events(const CliRuns *runs)
{
    double events = 0;
    for (guint v = 0; v < runs->n_variants; v++) {
        CliProbe probe;
        cli_probe(runs->variants[v].variant->setup, &probe);
        events += probe.events * runs->variants[v].n;
        cli_probe_clear(&probe);
    }
    return events;
}

CliStatus cli_check_budget(const CliRuns *runs, guint64 budget)
{
    if (most_events(runs) <= (double)budget)
        return CLI_OK;
    double events = estimated_events(runs);
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

GString *cli_outcome_summary(const CliRuns *runs, const GPtrArray *inputs)
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

/* Into `text` where the form is made here; else the file says where it is. */
static CliFile output_of(const CliSave *save, const char *output, GString *text)
{
    const CliRuns *runs = save->runs;
    const char *scenario = runs->variants[0].input->scenario->name;
    CliFile file = {.name = output, .bytes = save->summary->str, .length = save->summary->len};
    if (g_str_has_suffix(output, ".txt")) {
        file.bytes = save->text;
        file.length = strlen(save->text);
    } else if (g_str_has_suffix(output, ".csv") || g_str_has_suffix(output, ".ndjson")) {
        file.write = g_str_has_suffix(output, ".csv") ? cli_write_csv : cli_write_ndjson;
        file.data = (void *)runs;
    } else if (g_str_has_suffix(output, ".junit.xml")) {
        ana_junit_write(runs->result, scenario, save->command, text);
    } else if (g_str_has_suffix(output, ".prom")) {
        ana_openmetrics_write(runs->result, scenario, text);
    } else if (g_str_has_suffix(output, ".hlog") || g_str_has_suffix(output, ".hdr")) {
        ana_hdr_log_write(runs->result, REPLSIM_VERSION, text);
    }
    if (text->len > 0) {
        file.bytes = text->str;
        file.length = text->len;
    }
    return file;
}

CliStatus cli_outcome_write(char **outputs, const CliSave *save)
{
    CliStatus worst = CLI_OK;
    g_autoptr(AnaDocument) document = NULL;
    for (char **output = outputs; output && *output; output++) {
        g_autoptr(GString) text = g_string_new(NULL);
        CliStatus stored;
        if (cli_report_is_output(*output)) {
            stored = write_report(save, &document, *output);
        } else {
            CliFile file = output_of(save, *output, text);
            stored = cli_store_file(&file);
        }
        worst = MAX(worst, stored);
    }
    return worst;
}

/* ---- the end ------------------------------------------------------------------------------ */

CliStatus cli_outcome_status(const CliRunOptions *options, const CliRuns *runs)
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

void cli_report_overflow(const CliRuns *runs)
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
CliStatus cli_outcome_combine(CliStatus verdict, CliStatus kept, CliStatus written)
{
    if (verdict == CLI_INTERRUPTED)
        return verdict;
    CliStatus worst = MAX(kept, written);
    return worst != CLI_OK ? worst : verdict;
}
