/* report_sure.c — how sure, what is not modelled, how to get the same again, how to read it; see
 * report_page.h. */
#include "cli/report_page.h"

#include "analysis/course.h"
#include "analysis/format.h"
#include "cli/sentences.h"
#include "cli/version.h"

#include <math.h>
#include <string.h>

#define CLOSE_SHOWN 12u
#define SETTLED 0.2 /* medians are within 6 % each */

static void item(AnaDocument *document, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void item(AnaDocument *document, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    ana_document_text(document, ANA_BLOCK_ITEM, text);
}

/* ---- how sure ----------------------------------------------------------------------------- */

static void say_replications(AnaDocument *document, const CliRuns *runs)
{
    guint least = G_MAXUINT;
    for (guint v = 0; v < runs->n_variants; v++)
        least = MIN(least, ana_result_n_used(runs->result, v));
    if (runs->variants[0].input->point) {
        item(document, "Every point has %u independent replication%s.", least,
             least == 1 ? "" : "s");
        return;
    }
    if (runs->n_variants > CLI_REPORT_DRAWN) {
        item(document, "%u variants, of which each has %u replications or more.", runs->n_variants,
             least);
        return;
    }
    for (guint v = 0; v < runs->n_variants; v++) {
        guint used = ana_result_n_used(runs->result, v);
        gboolean is_base = (gssize)v == runs->baseline || runs->baseline < 0;
        item(document, "%s: %u independent replication%s%s.", runs->variants[v].name, used,
             used == 1 ? "" : "s",
             is_base                                 ? ""
             : ana_result_is_paired(runs->result, v) ? ", compared with the baseline pair by pair"
                                                     : ", compared with the baseline unpaired");
    }
}

/* Checks whose limit is within two half-widths of the value: another seed may decide otherwise. */
static void say_close(AnaDocument *document, const CliRuns *runs)
{
    guint close = 0;
    for (guint v = 0; v < runs->n_variants; v++)
        for (gsize e = 0; e < runs->variants[v].variant->n_expectations; e++) {
            const AnaCheck *check = ana_result_check(runs->result, v, e);
            double half = (check->high - check->low) / 2;
            if (!(half > 0) || fabs(check->value - check->limit) > 2 * half ||
                ++close > CLOSE_SHOWN)
                continue;
            item(document, "'%s' of %s is close to its limit: another seed may decide otherwise.",
                 check->expectation->text, runs->variants[v].name);
        }
    if (close > CLOSE_SHOWN)
        item(document, "%u more checks are close to their limits.", close - CLOSE_SHOWN);
}

/* Without faults nothing should change over the measured part: where the lag of the second half is
 * another than that of the first, the system had not settled, or never does. */
static void check_warmup(AnaDocument *document, const CliRuns *runs)
{
    for (guint v = 0; v < cli_report_n_drawn(runs); v++) {
        const RepSetup *setup = runs->variants[v].variant->setup;
        const AnaCourse *course = ana_result_course(runs->result, v);
        if (setup->n_faults > 0) {
            item(document, "Whether the warm-up is long enough is not checked, because faults "
                           "change things over time anyway.");
            return;
        }
        if (!course)
            return;
        SimTime middle = (setup->warmup + setup->duration) / 2;
        double first = ana_course_lag_between(course, setup->warmup, middle, 0.5);
        double second = ana_course_lag_between(course, middle, setup->duration, 0.5);
        if (isnan(first) || isnan(second))
            continue;
        g_autofree char *early = ana_format_value(ANA_UNIT_NS, first, FALSE);
        g_autofree char *late = ana_format_value(ANA_UNIT_NS, second, FALSE);
        gboolean is_settled = fabs(second - first) <= SETTLED * fmax(first, second);
        item(document,
             "%s: the median lag is %s in the first half of the measured part and %s in "
             "the second%s",
             runs->variants[v].name, early, late,
             is_settled ? "."
                        : ", so it had not settled: a longer warm-up may be needed, or the "
                          "load grows faster than it is worked off.");
    }
}

void cli_report_sure(AnaDocument *document, const CliRuns *runs)
{
    ana_document_section(document, "sure", "How sure");
    say_replications(document, runs);
    item(document, "Intervals are 95 %%: counts and times by Student's t over replications, "
                   "percentiles by sectioning, pooled ratios by the jack-knife; of differences the "
                   "same on pairs of replications. What was never seen has the bound of the rule "
                   "of three.");
    if (runs->n_variants > 1)
        item(document,
             "The marks in the table are each for itself, so of many that mean nothing one in "
             "twenty is marked; the sentences of the verdict speak only of changes that hold after "
             "Holm's adjustment over all comparisons.");
    const RepSetup *setup = runs->variants[0].variant->setup;
    g_autofree char *warmup = ana_format_value(ANA_UNIT_NS, (double)setup->warmup, FALSE);
    if (setup->warmup > 0)
        item(document, "Warm-up: the first %s are simulated and not counted.", warmup);
    else
        item(document, "There is no warm-up: everything counts from the start.");
    check_warmup(document, runs);
    say_close(document, runs);
    guint64 needed = cli_replications_needed(runs);
    if (needed > 0)
        item(document,
             "About %" G_GUINT64_FORMAT " replications would settle what is inconclusive.", needed);
}

void cli_report_not_modelled(AnaDocument *document, const CliRuns *runs)
{
    ana_document_section(document, "not-modelled", "Not modelled");
    item(document, "transactions over several keys");
    item(document, "the cost of queries");
    item(document, "corruption of what is on disk");
    item(document, "congestion control of real TCP connections");
    const CliInput *last = NULL;
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        gboolean is_said = input == last || (input->point && last);
        for (char **text = is_said ? NULL : input->scenario->not_modelled; text && *text; text++)
            item(document, "%s", *text);
        last = input;
    }
}

/* ---- reproduce ---------------------------------------------------------------------------- */

static void add_fact(AnaTable *table, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void add_fact(AnaTable *table, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *value = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    ana_table_add(table, (const char *const[]){name, value});
}

static void add_inputs(AnaTable *table, const CliRuns *runs)
{
    const CliInput *last = NULL;
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        if (input == last || (input->point && last))
            continue;
        last = input;
        add_fact(table, input->shown, "sha256 %s", input->scenario->sha256);
        for (gsize d = 0; d < input->scenario->n_data; d++)
            add_fact(table, input->scenario->data_names[d], "sha256 %s",
                     input->scenario->data_sha256[d]);
    }
}

void cli_report_reproduce(AnaDocument *document, const CliReport *report)
{
    const CliRuns *runs = report->runs;
    const char *const heads[] = {"what", "value"};
    ana_document_section(document, "reproduce", "Reproduce");
    ana_document_code(document, NULL, report->command);
    AnaTable *table = ana_table_new("", 2, heads);
    add_fact(table, "replsim", "%s, %s, %s, %s", REPLSIM_VERSION, cli_build_commit,
             cli_build_compiler, cli_build_machine);
    add_fact(table, "date", "%s", report->date);
    add_fact(table, "event digest", "%s", report->digest);
    add_fact(table, "inputs", "sha256 %s", report->inputs_sha256);
    add_inputs(table, runs);
    for (guint v = 0; v < runs->n_variants; v++)
        add_fact(table, runs->variants[v].name,
                 "seed %" G_GUINT64_FORMAT ", world %016" G_GINT64_MODIFIER
                 "x, events %016" G_GINT64_MODIFIER "x",
                 runs->variants[v].variant->setup->seed, ana_result_world_digest(runs->result, v),
                 ana_result_event_digest(runs->result, v));
    ana_document_table(document, table);
    const CliInput *last = NULL;
    for (guint v = 0; v < runs->n_variants; v++) {
        const CliInput *input = runs->variants[v].input;
        gsize length;
        gboolean is_known =
            input == last || (last && strcmp(input->scenario->sha256, last->scenario->sha256) == 0);
        last = input;
        if (is_known || !input->bytes)
            continue;
        const char *bytes = g_bytes_get_data(input->bytes, &length);
        g_autofree char *text = g_strndup(bytes ? bytes : "", length);
        g_autofree char *title = g_strdup_printf("The scenario as given: %s", input->shown);
        g_autofree char *file = g_strdup_printf("%s.yaml", input->scenario->name);
        ana_document_fold(document, title);
        ana_document_code(document, file, text);
        ana_document_end_fold(document);
    }
}

/* ---- reading guide ------------------------------------------------------------------------ */

void cli_report_guide(AnaDocument *document, const CliRuns *runs, const GPtrArray *rows)
{
    ana_document_section(document, "guide", "Reading guide");
    item(document, "[low, high] is a 95 %% interval: what the true value may be, as far as these "
                   "replications tell.");
    item(document, "better and worse are about the measure's good direction; ~ means that no "
                   "difference was detected; differs is said of measures without a good "
                   "direction.");
    item(document, "In every chart a variant has its colour, its dash, its marker and its name at "
                   "the end of the line; the baseline is solid and without a marker.");
    const char *const heads[] = {"measure", "definition"};
    AnaTable *table = ana_table_new("What the measures mean", 2, heads);
    GPtrArray *said = g_ptr_array_new();
    for (guint r = 0; r < rows->len; r++) {
        const AnaMetric *metric = ((const CliRow *)rows->pdata[r])->query.metric;
        if (g_ptr_array_find(said, metric, NULL))
            continue;
        g_ptr_array_add(said, (gpointer)metric);
        ana_table_add(table, (const char *const[]){metric->name, metric->doc});
    }
    g_ptr_array_free(said, TRUE);
    ana_document_table(document, table);
    (void)runs;
}
