/*
 * fill_quantity.c — numbers with units into their fields, with the ranges of the table.
 */
#include "scenarios/format/reader.h"

#include "sim/check.h"

#include <string.h>

typedef union Number {
    gint64 integer;
    double real;
} Number;

typedef gboolean (*ParseInteger)(const char *text, gint64 *result, ScnIssue *issue);
typedef gboolean (*ParseReal)(const char *text, double *result, ScnIssue *issue);

/* How numbers of a type are read and written. */
typedef struct Form {
    RepFieldType type;
    const char *noun;
    ParseInteger parse_integer;
    char *(*format_integer)(gint64 value);
    ParseReal parse_real;
    char *(*format_real)(double value);
} Form;

static const Form forms[] = {
    {REP_FIELD_SPAN, "a duration", scn_parse_span, scn_format_span, NULL, NULL},
    {REP_FIELD_SPAN_OR_NEVER, "a duration", scn_parse_span, scn_format_span, NULL, NULL},
    {REP_FIELD_COUNT, "a count", scn_parse_count, scn_format_count, NULL, NULL},
    {REP_FIELD_SIZE, "a size", scn_parse_size, scn_format_size, NULL, NULL},
    {REP_FIELD_BANDWIDTH, "a bandwidth", scn_parse_bandwidth, scn_format_bandwidth, NULL, NULL},
    {REP_FIELD_RATIO, "a share", NULL, NULL, scn_parse_ratio, scn_format_ratio},
    {REP_FIELD_FACTOR, "a factor", NULL, NULL, scn_parse_factor, scn_format_factor},
    {REP_FIELD_NUMBER, "a number", NULL, NULL, scn_parse_number, scn_format_number}};

static const Form *form_of(RepFieldType type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (forms[i].type == type)
            return &forms[i];
    SIM_UNREACHABLE();
}

/* A bound of the table, spelled like a value of the type. */
static char *bound_text(const Form *form, double bound)
{
    return form->format_integer ? form->format_integer((gint64)bound) : form->format_real(bound);
}

static gboolean check_range(ScnReader *reader, const RepField *field, const ScnExpr *expr,
                            double value)
{
    const Form *form = form_of(field->type);
    gboolean has_max = field->max > 0;
    gboolean is_low = value < field->min, is_high = has_max && value > field->max;
    if (!is_low && !is_high)
        return TRUE;
    ScnSpan span = scn_expr_span(expr);
    SIM_CHECK(span.source, "a default of '%s' is out of range", field->key);
    if (is_low && !(field->min > 0) && !(field->min < 0)) {
        /* Without a key it is the law of a key that the line names. */
        g_autofree char *what = field->key ? g_strdup_printf("'%s'", field->key) : NULL;
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_OUT_OF_RANGE, span,
                                      "%s must not be negative", what ? what : "a duration");
        scn_diag_label(diag, "%s is less than nothing", expr->text);
        return FALSE;
    }
    g_autofree char *bound = bound_text(form, is_low ? field->min : field->max);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_OUT_OF_RANGE, span, "'%s' is too %s for '%s'",
                                  expr->text, is_low ? "small" : "large", field->key);
    scn_diag_label(diag, "%s is the %s", bound, is_low ? "least" : "most");
    return FALSE;
}

static gboolean read_bool(ScnReader *reader, gboolean *at, const ScnExpr *expr, GString *canonical)
{
    static const char *const no_words[] = {"no", "off", "n", "False", "FALSE", "0"};
    static const char *const yes_words[] = {"yes", "on", "y", "True", "TRUE", "1"};
    if (!scn_expect_words(reader, expr, "'true' or 'false'"))
        return FALSE;
    *at = strcmp(expr->text, "true") == 0;
    if (*at || strcmp(expr->text, "false") == 0) {
        g_string_append(canonical, expr->text);
        return TRUE;
    }
    const char *meant = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(no_words); i++)
        if (strcmp(expr->text, no_words[i]) == 0)
            meant = "false";
    for (gsize i = 0; i < G_N_ELEMENTS(yes_words); i++)
        if (strcmp(expr->text, yes_words[i]) == 0)
            meant = "true";
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_NOT_A_BOOLEAN, scn_expr_span(expr),
                                  "'%s' is neither 'true' nor 'false'", expr->text);
    if (meant)
        scn_diag_label(diag, "did you mean '%s'?", meant);
    return FALSE;
}

static gboolean read_rate(ScnReader *reader, RepRate *at, const ScnExpr *expr, GString *canonical)
{
    g_auto(ScnIssue) issue = {.prefix = reader->prefix};
    if (!scn_expect_words(reader, expr, "a rate"))
        return FALSE;
    if (!scn_parse_rate(expr->text, at, &issue))
        return scn_report_issue(reader, expr, 0, &issue);
    g_autofree char *text = scn_format_rate(*at);
    g_string_append(canonical, text);
    return TRUE;
}

static gboolean read_number(ScnReader *reader, const RepField *field, void *at, const ScnExpr *expr,
                            GString *canonical)
{
    const Form *form = form_of(field->type);
    g_auto(ScnIssue) issue = {.prefix = reader->prefix, .example = field->example};
    Number number = {0};
    if (!scn_expect_words(reader, expr, form->noun))
        return FALSE;
    gboolean is_read = form->parse_integer
                           ? form->parse_integer(expr->text, &number.integer, &issue)
                           : form->parse_real(expr->text, &number.real, &issue);
    if (!is_read)
        return scn_report_issue(reader, expr, 0, &issue);
    double value = form->parse_integer ? (double)number.integer : number.real;
    if (!check_range(reader, field, expr, value))
        return FALSE;
    g_autofree char *text = form->format_integer ? form->format_integer(number.integer)
                                                 : form->format_real(number.real);
    g_string_append(canonical, text);
    if (form->parse_integer)
        *(gint64 *)at = number.integer;
    else
        *(double *)at = number.real;
    return TRUE;
}

/* Entries as a count, or bytes as a size: what ends in B. */
static gboolean read_retention(ScnReader *reader, const RepField *field, RepRetention *at,
                               const ScnExpr *expr, GString *canonical)
{
    *at = (RepRetention){.is_given = TRUE};
    if (expr->kind == SCN_EXPR_WORDS && strcmp(expr->text, "unlimited") == 0) {
        g_string_append(canonical, expr->text);
        return TRUE;
    }
    gboolean is_size = expr->kind == SCN_EXPR_WORDS && g_str_has_suffix(expr->text, "B");
    RepField form = *field;
    form.type = is_size ? REP_FIELD_SIZE : REP_FIELD_COUNT;
    form.min = 1;
    return read_number(reader, &form, is_size ? &at->bytes : &at->entries, expr, canonical);
}

gboolean scn_read_quantity(ScnReader *reader, const RepField *field, void *at, const ScnExpr *expr,
                           GString *canonical)
{
    if (field->type == REP_FIELD_BOOL)
        return read_bool(reader, at, expr, canonical);
    if (field->type == REP_FIELD_RETENTION)
        return read_retention(reader, field, at, expr, canonical);
    if (field->type == REP_FIELD_RATE)
        return read_rate(reader, at, expr, canonical);
    if (field->type == REP_FIELD_SPAN_OR_NEVER && expr->kind == SCN_EXPR_WORDS &&
        strcmp(expr->text, "never") == 0) {
        *(SimSpan *)at = SIM_NEVER;
        g_string_append(canonical, "never");
        return TRUE;
    }
    return read_number(reader, field, at, expr, canonical);
}
