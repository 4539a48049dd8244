/*
 * expect.c — a comparison of a measure with a limit, and windows of simulated time.
 */
#include "scenarios/format/expect.h"

#include "scenarios/format/decimal.h"
#include "scenarios/format/quantity.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define WINDOWS "expected: during FAULT, before FAULT, after FAULT, or 10s..20s"

/* ---- windows ------------------------------------------------------------------------------ */

static gsize word_end(const char *text, gsize at)
{
    while (text[at] && text[at] != ' ' && text[at] != '\n')
        at++;
    return at;
}

static gboolean report_issue(const ScnCheckText *text, gsize start, const ScnIssue *issue)
{
    ScnDiag *diag = scn_check_report(text, issue->code, start + issue->start, start + issue->end,
                                     "%s", issue->message);
    if (issue->label)
        scn_diag_label(diag, "%s", issue->label);
    if (issue->help)
        scn_diag_help(diag, "%s", issue->help);
    return FALSE;
}

static gboolean use_fault(ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    const char *name = scn_check_part(text, start, end);
    query->fault = rep_setup_fault(setup, name);
    if (query->fault >= 0)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, setup->n_faults + 1);
    for (gsize i = 0; i < setup->n_faults && setup->faults[i].name; i++)
        names[i] = setup->faults[i].name;
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(name, names);
    ScnDiag *diag = scn_check_report(text, SCN_UNKNOWN_FAULT, start, MAX(end, start + 1),
                                     *name ? "no fault is called '%s'" : "which fault?%s", name);
    scn_diag_label(diag, "known: %s", *list ? list : "none; give a fault a 'name:'");
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return FALSE;
}

static gboolean check_span_window(const ScnCheckText *text, gsize start, gsize end,
                                  const AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    const char *problem = NULL;
    if (query->from < 0 || query->from >= query->to)
        problem = "a window goes from an earlier to a later time";
    else if (setup->duration && query->from >= setup->duration)
        problem = "this window begins after the end of the run";
    else if (query->to <= setup->warmup)
        problem = "this window ends before the warm-up does, so nothing is counted in it";
    if (!problem)
        return TRUE;
    g_autofree char *from = scn_format_span(setup->warmup);
    g_autofree char *to = scn_format_span(setup->duration);
    ScnDiag *diag = scn_check_report(text, SCN_BAD_WINDOW, start, end, "%s", problem);
    scn_diag_label(diag, "counted: %s..%s", from, to);
    return FALSE;
}

/* A..B */
static gboolean parse_span_window(ScnCheckText *text, AnaQuery *query)
{
    gsize start = text->at, end = word_end(text->text, start);
    const char *word = scn_check_part(text, start, end), *dots = strstr(word, "..");
    g_auto(ScnIssue) issue = {0};
    const char *from = scn_check_part(text, start, start + (gsize)(dots - word));
    const char *to = dots + 2;
    text->at = end;
    if (!scn_parse_span(from, &query->from, &issue))
        return report_issue(text, start, &issue);
    if (!scn_parse_span(to, &query->to, &issue))
        return report_issue(text, start + (gsize)(to - word), &issue);
    query->window = ANA_WINDOW_SPAN;
    return check_span_window(text, start, end, query);
}

static AnaWindowKind window_word(const char *word)
{
    if (strcmp(word, "during") == 0)
        return ANA_WINDOW_DURING;
    if (strcmp(word, "before") == 0)
        return ANA_WINDOW_BEFORE;
    if (strcmp(word, "after") == 0)
        return ANA_WINDOW_AFTER;
    return ANA_WINDOW_ALL;
}

static gboolean is_window(const char *word)
{
    return window_word(word) != ANA_WINDOW_ALL || (strstr(word, "..") && word[0] != '.');
}

gboolean scn_parse_window(ScnCheckText *text, AnaQuery *query)
{
    scn_check_skip_space(text);
    gsize start = text->at, end = word_end(text->text, start);
    const char *word = scn_check_part(text, start, end);
    gboolean is_good = TRUE;
    if (window_word(word) != ANA_WINDOW_ALL) {
        query->window = window_word(word);
        text->at = end;
        scn_check_skip_space(text);
        start = text->at;
        text->at = word_end(text->text, start);
        is_good = use_fault(text, start, text->at, query);
    } else if (is_window(word)) {
        is_good = parse_span_window(text, query);
    }
    scn_check_skip_space(text);
    if (text->text[text->at] == '\0')
        return is_good;
    ScnDiag *diag =
        scn_check_report(text, SCN_CHECK_SYNTAX, text->at, word_end(text->text, text->at),
                         "nothing can follow here, but a window");
    scn_diag_label(diag, "%s", WINDOWS);
    return FALSE;
}

/* ---- comparisons -------------------------------------------------------------------------- */

static gboolean parse_operator(ScnCheckText *text, AnaOp *op)
{
    static const struct {
        const char *sign;
        AnaOp op;
        const char *meant; /* not one of ours, but this was meant */
    } signs[] = {{"<", ANA_LESS, NULL},    {"<=", ANA_LESS_EQUAL, NULL},
                 {">", ANA_GREATER, NULL}, {">=", ANA_GREATER_EQUAL, NULL},
                 {"==", ANA_EQUAL, NULL},  {"=", 0, "=="},
                 {"=<", 0, "<="},          {"=>", 0, ">="},
                 {"===", 0, "=="},         {NULL, 0, NULL}};
    scn_check_skip_space(text);
    gsize start = text->at, end = start + strspn(text->text + start, "<>=!~");
    const char *sign = scn_check_part(text, start, end);
    text->at = end;
    if (start == end) {
        gsize stop = MAX(word_end(text->text, start), start + 1);
        ScnDiag *diag =
            scn_check_report(text, SCN_CHECK_SYNTAX, start, stop, "a comparison is missing");
        scn_diag_label(diag, "expected here: < <= > >= ==");
        return FALSE;
    }
    for (gsize i = 0; signs[i].sign; i++) {
        if (strcmp(signs[i].sign, sign) != 0)
            continue;
        *op = signs[i].op;
        if (!signs[i].meant)
            return TRUE;
        scn_diag_label(scn_check_report(text, SCN_NOT_A_COMPARISON, start, end,
                                        "'%s' is not a comparison", sign),
                       "did you mean '%s'?", signs[i].meant);
        return FALSE;
    }
    scn_diag_label(
        scn_check_report(text, SCN_NOT_A_COMPARISON, start, end, "'%s' is not a comparison", sign),
        "expected: < <= > >= ==");
    return FALSE;
}

/* ---- limits ------------------------------------------------------------------------------- */

/* A number with an optional k, M or G; averages and means of counts need not be whole. */
static gboolean parse_amount(const char *value, double *limit, ScnIssue *issue)
{
    ScnDecimal decimal;
    gsize number = scn_decimal_read(value, &decimal);
    const char *suffix = value + number;
    int shift = strcmp(suffix, "k") == 0   ? 3
                : strcmp(suffix, "M") == 0 ? 6
                : strcmp(suffix, "G") == 0 ? 9
                                           : 0;
    if (number == 0 || decimal.is_too_long || (*suffix && shift == 0)) {
        gint64 whole;
        if (scn_parse_count(value, &whole, issue)) /* for its words */
            scn_issue_set(issue, SCN_NOT_A_QUANTITY, 0, strlen(value), "this is not a count");
        return FALSE;
    }
    *limit = scn_decimal_double(decimal, shift);
    return *limit <= 1e300 ||
           scn_issue_set(issue, SCN_OVERFLOW, 0, strlen(value), "this limit is beyond all counts");
}

static gboolean parse_as(AnaUnit unit, const char *value, double *limit, ScnIssue *issue)
{
    gint64 integer;
    switch (unit) {
    case ANA_UNIT_RATIO:
        return scn_parse_ratio(value, limit, issue);
    case ANA_UNIT_NS:
        if (!scn_parse_span(value, &integer, issue))
            return FALSE;
        break;
    case ANA_UNIT_BYTES:
        if (!scn_parse_size(value, &integer, issue))
            return FALSE;
        break;
    case ANA_UNIT_COUNT:
        return parse_amount(value, limit, issue);
    }
    *limit = (double)integer;
    return TRUE;
}

static const char *unit_noun(AnaUnit unit)
{
    switch (unit) {
    case ANA_UNIT_RATIO:
        return "a share";
    case ANA_UNIT_NS:
        return "a duration";
    case ANA_UNIT_BYTES:
        return "a size";
    case ANA_UNIT_COUNT:
        return "a count";
    }
    return "";
}

static const char *unit_example(AnaUnit unit)
{
    switch (unit) {
    case ANA_UNIT_RATIO:
        return "1%";
    case ANA_UNIT_NS:
        return "150ms";
    case ANA_UNIT_BYTES:
        return "4KiB";
    case ANA_UNIT_COUNT:
        return "10";
    }
    return "";
}

static AnaUnit unit_of(const AnaQuery *query)
{
    return query->stat == ANA_STAT_RATE ? ANA_UNIT_RATIO : query->metric->unit;
}

/* The value is none of the metric's unit: perhaps it is one of another. */
static gboolean report_value(ScnCheckText *text, gsize start, const char *value,
                             const AnaQuery *query, const ScnIssue *issue)
{
    AnaUnit unit = unit_of(query);
    static const AnaUnit others[] = {ANA_UNIT_NS, ANA_UNIT_BYTES, ANA_UNIT_RATIO};
    gsize end = start + strlen(value);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_auto(ScnIssue) ignored = {0};
        double limit;
        gboolean is_bare = g_ascii_isdigit(value[strlen(value) - 1]);
        if (others[i] == unit || is_bare || !parse_as(others[i], value, &limit, &ignored))
            continue;
        ScnDiag *diag =
            scn_check_report(text, SCN_UNIT_MISMATCH, start, end, "'%s' is %s, and '%s' is %s",
                             value, unit_noun(others[i]), query->metric->name, unit_noun(unit));
        scn_diag_label(diag, "expected %s, such as %s", unit_noun(unit), unit_example(unit));
        if (others[i] == ANA_UNIT_RATIO && query->metric->has_rate)
            scn_diag_help(diag, "the share is '%s.rate'", query->metric->name);
        return FALSE;
    }
    return report_issue(text, start, issue);
}

/* `2 x baseline`, `2x baseline`, or `baseline` alone. FALSE: it is none of these. */
static gboolean parse_relative(const char *value, double *factor)
{
    static const char word[] = "baseline";
    ScnDecimal decimal;
    gsize length = strlen(value), number = scn_decimal_read(value, &decimal);
    if (length < strlen(word) || strcmp(value + length - strlen(word), word) != 0)
        return FALSE;
    if (length == strlen(word)) {
        *factor = 1;
        return TRUE;
    }
    const char *rest = value + number;
    while (*rest == ' ')
        rest++;
    if (number == 0 || *rest != 'x' || decimal.is_negative || decimal.is_too_long)
        return FALSE;
    rest++;
    while (*rest == ' ')
        rest++;
    *factor = scn_decimal_double(decimal, 0);
    return strcmp(rest, word) == 0;
}

/* Limits that can never, or always, be met. */
static gboolean check_limit(const ScnCheckText *text, gsize start, gsize end,
                            const AnaExpectation *expectation)
{
    AnaUnit unit = unit_of(&expectation->query);
    const char *problem = NULL;
    if (expectation->limit < 0)
        problem = "no measure is negative";
    else if (unit == ANA_UNIT_RATIO && !expectation->relative && expectation->limit > 1)
        problem = "a share is never more than 100%";
    if (!problem)
        return TRUE;
    scn_check_report(text, SCN_OUT_OF_RANGE, start, end, "%s, so this check says nothing", problem);
    return FALSE;
}

/* The first word is a good limit by itself: then the second is what is wrong. */
static gboolean report_second_word(const ScnCheckText *text, gsize start, AnaUnit unit)
{
    gsize end = word_end(text->text, start), next = end;
    const char *first = scn_check_part(text, start, end);
    g_auto(ScnIssue) ignored = {0};
    double limit;
    while (text->text[next] == ' ' || text->text[next] == '\n')
        next++;
    if (!text->text[next] || !parse_as(unit, first, &limit, &ignored))
        return FALSE;
    ScnDiag *diag = scn_check_report(text, SCN_CHECK_SYNTAX, next, word_end(text->text, next),
                                     "nothing can follow here, but a window");
    scn_diag_label(diag, "%s", WINDOWS);
    return TRUE;
}

static gboolean report_limit(ScnCheckText *text, gsize start, const char *value,
                             const AnaExpectation *expectation, const ScnIssue *issue)
{
    AnaUnit unit = unit_of(&expectation->query);
    if (strstr(value, "baseline")) {
        ScnDiag *diag = scn_check_report(text, SCN_CHECK_SYNTAX, start, start + strlen(value),
                                         "'%s' is no factor of the baseline", value);
        scn_diag_help(diag, "for example  2 x baseline");
        return FALSE;
    }
    if (report_second_word(text, start, unit))
        return FALSE;
    return report_value(text, start, value, &expectation->query, issue);
}

/* Where the value ends: before a window, or at the end. */
static gsize value_end(const char *text, gsize at)
{
    gsize end = at;
    while (text[at]) {
        gsize stop = word_end(text, at);
        g_autofree char *word = g_strndup(text + at, stop - at);
        if (is_window(word))
            break;
        end = stop;
        at = stop;
        while (text[at] == ' ' || text[at] == '\n')
            at++;
    }
    return end;
}

static gboolean parse_limit(ScnCheckText *text, AnaExpectation *expectation)
{
    scn_check_skip_space(text);
    gsize start = text->at, end = value_end(text->text, start);
    const char *value = scn_check_part(text, start, end);
    AnaUnit unit = unit_of(&expectation->query);
    g_auto(ScnIssue) issue = {0};
    text->at = end;
    if (start == end) {
        ScnDiag *diag =
            scn_check_report(text, SCN_CHECK_SYNTAX, start, start + 1, "a limit is missing");
        scn_diag_label(diag, "expected %s, such as %s", unit_noun(unit), unit_example(unit));
        return FALSE;
    }
    expectation->relative = parse_relative(value, &expectation->limit);
    if (!expectation->relative && !parse_as(unit, value, &expectation->limit, &issue))
        return report_limit(text, start, value, expectation, &issue);
    return check_limit(text, start, end, expectation);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static char *folded(const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    GString *result = g_string_new(NULL);
    for (char **word = words; *word; word++)
        if (**word)
            g_string_append_printf(result, "%s%s", result->len ? " " : "", *word);
    return g_string_free(result, FALSE);
}

gboolean scn_read_question(const ScnQuestion *question, AnaQuery *query)
{
    ScnCheckText text = {.question = question, .text = question->node->text};
    return scn_parse_query(&text, query) && scn_parse_window(&text, query);
}

/* A property: it holds or not, and needs no comparison. */
static gboolean parse_claim(ScnCheckText *text, AnaExpectation *expectation)
{
    expectation->op = ANA_EQUAL;
    expectation->limit = 1;
    return scn_parse_window(text, &expectation->query);
}

gboolean scn_read_check(const ScnQuestion *question, AnaExpectation *expectation)
{
    ScnCheckText text = {.question = question, .text = question->node->text, .is_check = TRUE};
    *expectation = (AnaExpectation){.text = folded(question->node->text)};
    if (!scn_parse_query(&text, &expectation->query))
        return FALSE;
    if (expectation->query.metric->is_claim)
        return parse_claim(&text, expectation);
    return parse_operator(&text, &expectation->op) && parse_limit(&text, expectation) &&
           scn_parse_window(&text, &expectation->query);
}
