/*
 * query.c — which measure, restricted to what, in which statistic and window.
 */
#include "scenarios/format/expect.h"

#include "scenarios/format/quantity.h"
#include "scenarios/format/suggest.h"

#include <stdarg.h>
#include <string.h>

ScnDiag *scn_check_report(const ScnCheckText *text, ScnCodeId code, gsize start, gsize end,
                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    ScnSpan span = scn_node_part(text->question->node, start, MAX(end, start));
    return scn_diags_add(text->question->diags, code, span, "%s", message);
}

void scn_check_skip_space(ScnCheckText *text)
{
    while (text->text[text->at] == ' ' || text->text[text->at] == '\n')
        text->at++;
}

char *scn_check_part(const ScnCheckText *text, gsize start, gsize end)
{
    return scn_arena_text(text->question->arena, text->text + start, end - start);
}

/* ---- statistics by name ------------------------------------------------------------------- */

/* pNN: 0.NN, two digits at least. */
static gboolean parse_quantile(const char *name, double *quantile)
{
    gsize digits = strlen(name) - 1;
    if (digits < 2 || digits > 15 || strspn(name + 1, "0123456789") != digits ||
        strcmp(name, "p100") == 0)
        return FALSE;
    g_autofree char *number = g_strdup_printf("0.%s", name + 1);
    *quantile = g_ascii_strtod(number, NULL);
    return *quantile > 0;
}

static gboolean stat_by_name(const char *name, AnaQuery *query)
{
    static const struct {
        const char *name;
        AnaStat stat;
    } stats[] = {{"mean", ANA_STAT_MEAN}, {"max", ANA_STAT_MAX}, {"rate", ANA_STAT_RATE},
                 {"p50", ANA_STAT_P50},   {"p90", ANA_STAT_P90}, {"p99", ANA_STAT_P99},
                 {"p999", ANA_STAT_P999}, {NULL, ANA_STAT_NONE}};
    query->quantile = 0;
    if (name[0] == 'p' && !parse_quantile(name, &query->quantile))
        return FALSE;
    query->stat = name[0] == 'p' ? ANA_STAT_QUANTILE : ANA_STAT_NONE;
    for (gsize i = 0; stats[i].name; i++)
        if (strcmp(stats[i].name, name) == 0)
            query->stat = stats[i].stat;
    return query->stat != ANA_STAT_NONE;
}

/* ---- metric ------------------------------------------------------------------------------- */

static gsize name_end(const char *text, gsize at)
{
    while (g_ascii_isalnum(text[at]) || text[at] == '_' || text[at] == '.')
        at++;
    return at;
}

/* The metric whose name is the longest beginning of `name` at a dot; its length. */
static const AnaMetric *find_metric(const char *name, gsize *length)
{
    g_autofree char *copy = g_strdup(name);
    for (;;) {
        const AnaMetric *metric = ana_metric_find(copy);
        if (metric) {
            *length = strlen(copy);
            return metric;
        }
        char *dot = strrchr(copy, '.');
        if (!dot)
            return NULL;
        *dot = '\0';
    }
}

static const char **metric_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++)
        g_ptr_array_add(names, (gpointer)metric->name);
    g_ptr_array_add(names, NULL);
    return (const char **)g_ptr_array_free(names, FALSE);
}

static void report_metric(const ScnCheckText *text, gsize start, const char *name)
{
    g_autofree const char **names = metric_names();
    g_autofree char *short_name = g_strdup(name);
    char *dot = strrchr(short_name, '.');
    AnaQuery ignored;
    if (dot && stat_by_name(dot + 1, &ignored))
        *dot = '\0'; /* the last part is a statistic */
    const char *near = scn_suggest(short_name, names);
    gsize length = strlen(short_name);
    ScnDiag *diag =
        scn_check_report(text, SCN_UNKNOWN_METRIC, start, start + length,
                         text->is_check ? "'%.*s' is not a metric, so this check could never fail"
                                        : "'%.*s' is not a metric",
                         (int)length, name);
    if (near)
        scn_diag_label(diag, "did you mean '%s'?", near);
    scn_diag_more(diag, "replsim list metrics");
}

/* ---- argument ----------------------------------------------------------------------------- */

static gboolean parse_span_argument(ScnCheckText *text, gsize start, const char *argument,
                                    AnaQuery *query)
{
    g_auto(ScnIssue) issue = {0};
    if (!scn_parse_span(argument, &query->span, &issue)) {
        ScnDiag *diag = scn_check_report(text, issue.code, start + issue.start, start + issue.end,
                                         "%s", issue.message);
        if (issue.label)
            scn_diag_label(diag, "%s", issue.label);
        if (issue.help)
            scn_diag_help(diag, "%s", issue.help);
        return FALSE;
    }
    if (query->span >= 0)
        return TRUE;
    scn_check_report(text, SCN_OUT_OF_RANGE, start, start + strlen(argument),
                     "a time after an acknowledgement cannot be negative");
    return FALSE;
}

static gboolean use_word(const ScnCheckText *text, gsize start, gsize end, const char *argument,
                         AnaQuery *query)
{
    const AnaMetric *metric = query->metric;
    g_autoptr(GString) words = g_string_new(NULL);
    for (int i = 0; metric->words[i].name; i++) {
        if (strcmp(metric->words[i].name, argument) == 0) {
            query->word = i;
            return TRUE;
        }
        g_string_append_printf(words, "%s%s", i ? ", " : "", metric->words[i].name);
    }
    ScnDiag *diag = scn_check_report(text, SCN_METRIC_ARGUMENT, start, end,
                                     "'%s' does not know '%s'", metric->name, argument);
    scn_diag_label(diag, "expected: %s", words->str);
    return FALSE;
}

static gboolean use_argument(ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    const AnaMetric *metric = query->metric;
    const char *argument = g_strstrip(scn_check_part(text, start, end));
    ScnDiag *diag;
    switch (metric->arg) {
    case ANA_ARG_KIND:
        query->writes = strcmp(argument, "writes") == 0;
        if (query->writes || strcmp(argument, "reads") == 0)
            return TRUE;
        diag = scn_check_report(text, SCN_METRIC_ARGUMENT, start, end,
                                "'%s' is no kind of "
                                "operation",
                                argument);
        scn_diag_label(diag, "expected: reads, writes");
        return FALSE;
    case ANA_ARG_SPAN:
        return parse_span_argument(text, start, argument, query);
    case ANA_ARG_WORD:
        return use_word(text, start, end, argument, query);
    case ANA_ARG_NONE:
    case ANA_ARG_STEP: /* expect_story.c */
    case ANA_ARG_NODE_AND_KEY:
        break;
    }
    scn_check_report(text, SCN_METRIC_ARGUMENT, start, end, "'%s' takes nothing in ( )",
                     metric->name);
    return FALSE;
}

/* TRUE where the metric does without one. */
static gboolean report_no_argument(const ScnCheckText *text, const AnaMetric *metric)
{
    gboolean is_span = metric->arg == ANA_ARG_SPAN;
    if (!is_span && metric->arg != ANA_ARG_WORD)
        return TRUE;
    ScnDiag *diag =
        scn_check_report(text, SCN_METRIC_ARGUMENT, text->at - strlen(metric->name), text->at,
                         is_span ? "'%s' needs a time" : "'%s' of what?", metric->name);
    scn_diag_help(diag, "for example  %s(%s)", metric->name,
                  is_span ? "50ms" : metric->words[0].name);
    return FALSE;
}

static gboolean parse_argument(ScnCheckText *text, AnaQuery *query)
{
    const AnaMetric *metric = query->metric;
    if (text->text[text->at] != '(') {
        return report_no_argument(text, metric);
    }
    const char *close = strchr(text->text + text->at, ')');
    if (!close) {
        scn_check_report(text, SCN_CHECK_SYNTAX, text->at, text->at + 1,
                         "this '(' is never closed");
        return FALSE;
    }
    gsize start = text->at + 1, end = (gsize)(close - text->text);
    text->at = end + 1;
    return use_argument(text, start, end, query);
}

/* ---- statistic ---------------------------------------------------------------------------- */

/* Statistics that the metric has, for people. */
static const char *stats_of(const AnaMetric *metric)
{
    switch (metric->shape) {
    case ANA_SHAPE_DISTRIBUTION:
    case ANA_SHAPE_TIME_AVERAGE:
        return "it has .mean .p50 .p90 .p99 .p999 .max, and any other .pNN";
    case ANA_SHAPE_TOTAL:
        return metric->has_rate ? "it has .rate only" : "it is one number already";
    case ANA_SHAPE_RATIO:
    case ANA_SHAPE_PER_OPERATION:
        break;
    }
    return "it is one number already";
}

static gboolean has_stat(const AnaMetric *metric, AnaStat stat)
{
    gboolean is_spread =
        metric->shape == ANA_SHAPE_DISTRIBUTION || metric->shape == ANA_SHAPE_TIME_AVERAGE;
    if (stat == ANA_STAT_RATE)
        return metric->shape == ANA_SHAPE_TOTAL && metric->has_rate;
    return is_spread == (stat != ANA_STAT_NONE);
}

/* [start, end) is the name behind the dot; empty where there is none. */
static gboolean use_stat(const ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    const AnaMetric *metric = query->metric;
    const char *name = scn_check_part(text, start, end);
    if (start == end && has_stat(metric, ANA_STAT_NONE))
        return TRUE;
    if (start == end) {
        ScnDiag *diag = scn_check_report(text, SCN_MISSING_STATISTIC,
                                         text->name_end - strlen(metric->name), text->name_end,
                                         "'%s' has many values: say which statistic", metric->name);
        scn_diag_label(diag, "such as %s.p99", metric->name);
        return FALSE;
    }
    if (stat_by_name(name, query) && has_stat(metric, query->stat))
        return TRUE;
    ScnDiag *diag = scn_check_report(text, SCN_UNKNOWN_STATISTIC, start, end,
                                     "'%s' has no statistic '.%s'", metric->name, name);
    scn_diag_label(diag, "%s", stats_of(metric));
    if (strcmp(name, "p100") == 0)
        scn_diag_help(diag, "did you mean '.max'?");
    return FALSE;
}

/* ---- the whole query ---------------------------------------------------------------------- */

gboolean scn_parse_query(ScnCheckText *text, AnaQuery *query)
{
    scn_check_skip_space(text);
    gsize start = text->at, end = name_end(text->text, start), length;
    const char *name = scn_check_part(text, start, end);
    if (start == end) {
        scn_check_report(text, SCN_CHECK_SYNTAX, start, start + 1, "a metric is expected here");
        return FALSE;
    }
    const AnaMetric *metric = find_metric(name, &length);
    if (!metric) {
        report_metric(text, start, name);
        return FALSE;
    }
    *query = ana_query_of(metric);
    text->name_end = start + length;
    text->at = start + length;
    gsize stat = text->at, stat_end = end;
    if (metric->arg == ANA_ARG_STEP || metric->arg == ANA_ARG_NODE_AND_KEY)
        return scn_parse_story(text, query);
    if (stat < end)
        text->at = end; /* the statistic stands behind the name */
    else if (!parse_argument(text, query))
        return FALSE;
    guint seen = 0;
    gboolean is_good = TRUE;
    if (text->text[text->at] == '{')
        is_good = scn_parse_filters(text, query, &seen);
    if (text->text[text->at] == '.' && stat == end) {
        stat = text->at;
        stat_end = text->at = name_end(text->text, stat);
        if (text->text[text->at] == '{' && !seen)
            is_good &= scn_parse_filters(text, query, &seen);
    }
    stat += stat < stat_end; /* without the dot */
    return use_stat(text, MIN(stat, stat_end), stat_end, query) && is_good &&
           scn_check_required(text, query, seen) && scn_check_numbers(text, query);
}
