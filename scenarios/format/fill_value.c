/*
 * fill_value.c — one value of each type of field.h: the switch that everything goes through, and
 * the arguments of calls.
 */
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <string.h>

/* ---- texts -------------------------------------------------------------------------------- */

static gboolean read_text(ScnReader *reader, void *at, const ScnExpr *expr, GString *canonical)
{
    if (!scn_expect_words(reader, expr, "a text"))
        return FALSE;
    g_free(*(char **)at);
    *(char **)at = g_strdup(expr->text);
    char quote = strchr(expr->text, '"') ? '\'' : '"';
    if (strpbrk(expr->text, "()[],=: '\"") || expr->text[0] == '\0')
        g_string_append_printf(canonical, "%c%s%c", quote, expr->text, quote);
    else
        g_string_append(canonical, expr->text);
    return TRUE;
}

/* `never` is no distribution. */
static gboolean read_dist_or_never(ScnReader *reader, const RepField *field, void *at,
                                   const ScnExpr *expr, GString *canonical)
{
    gboolean may_be_never = field->type == REP_FIELD_DIST_OR_NEVER;
    if (may_be_never && expr->kind == SCN_EXPR_WORDS && strcmp(expr->text, "never") == 0) {
        g_string_append(canonical, "never");
        return TRUE;
    }
    return scn_read_dist(reader, expr, at, canonical);
}

static gboolean read_latency_change(ScnReader *reader, const RepField *field,
                                    RepLatencyChange *change, const ScnExpr *expr,
                                    GString *canonical)
{
    if (expr->kind == SCN_EXPR_WORDS && expr->text[0] == 'x') {
        RepField factor = *field;
        factor.type = REP_FIELD_FACTOR;
        return scn_read_quantity(reader, &factor, &change->factor, expr, canonical);
    }
    change->factor = 1;
    return scn_read_dist(reader, expr, &change->dist, canonical);
}

/* ---- the switch --------------------------------------------------------------------------- */

gboolean scn_read_value(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                        GString *canonical)
{
    void *at = SCN_AT(base, field);
    switch (field->type) {
    case REP_FIELD_SPAN:
    case REP_FIELD_SPAN_OR_NEVER:
    case REP_FIELD_RATIO:
    case REP_FIELD_COUNT:
    case REP_FIELD_SIZE:
    case REP_FIELD_RETENTION:
    case REP_FIELD_BANDWIDTH:
    case REP_FIELD_FACTOR:
    case REP_FIELD_BOOL:
    case REP_FIELD_NUMBER:
    case REP_FIELD_RATE:
        return scn_read_quantity(reader, field, at, expr, canonical);
    case REP_FIELD_DIST:
    case REP_FIELD_DIST_OR_NEVER:
        return read_dist_or_never(reader, field, at, expr, canonical);
    case REP_FIELD_LATENCY_CHANGE:
        return read_latency_change(reader, field, at, expr, canonical);
    case REP_FIELD_TEXT:
    case REP_FIELD_NAME:
        return read_text(reader, at, expr, canonical);
    case REP_FIELD_ARRIVALS:
        return scn_read_arrivals(reader, expr, at, canonical);
    case REP_FIELD_KEYS:
        return scn_read_keys(reader, expr, at, canonical);
    case REP_FIELD_READ_AFTER:
        return scn_read_read_after(reader, expr, at, canonical);
    case REP_FIELD_NODE:
    case REP_FIELD_NODES:
    case REP_FIELD_CLIENT:
    case REP_FIELD_PLACES:
    case REP_FIELD_TARGET:
    case REP_FIELD_TARGET_NODES:
    case REP_FIELD_GROUPS:
    case REP_FIELD_LINK:
    case REP_FIELD_LINKS:
    case REP_FIELD_LINK_OR_TARGET:
        return scn_read_place(reader, field, base, expr, canonical);
    case REP_FIELD_KEY_HOMES:
        return scn_read_key_homes(reader, expr, at, canonical);
    case REP_FIELD_CHOICE:
        return scn_read_choice(reader, field, base, expr, canonical);
    case REP_FIELD_CHOICES:
        return scn_read_choices(reader, field, base, expr, canonical);
    case REP_FIELD_VALUE: /* not expressions: scn_read_node() */
    case REP_FIELD_SHARES:
    case REP_FIELD_NODE_MAP:
    case REP_FIELD_MAPPING:
    case REP_FIELD_READER:
        break;
    }
    SIM_UNREACHABLE();
}

/* A mapping with one key may be a call; any other is none. */
static gboolean report_map(ScnReader *reader, const RepField *field, const ScnNode *node)
{
    ScnSpan span = {node->span.source, node->span.start, node->span.start + 1};
    gboolean is_choice = field->type == REP_FIELD_CHOICE || field->type == REP_FIELD_CHOICES;
    g_autofree char *choices = is_choice ? scn_choice_list(field) : NULL;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, span,
                                  "'%s' is a single value, and this is a mapping", field->key);
    if (choices)
        scn_diag_label(diag, "expected: %s", choices);
    else if (field->example)
        scn_diag_help(diag, "for example  %s: %s", field->key, field->example);
    return FALSE;
}

gboolean scn_read_node(ScnReader *reader, const RepField *field, void *base, const ScnNode *node,
                       GString *canonical)
{
    if (node->kind == SCN_BROKEN)
        return FALSE;
    if (field->type == REP_FIELD_VALUE)
        return scn_read_value_node(reader, node, SCN_AT(base, field), canonical);
    if (field->type == REP_FIELD_SHARES)
        return scn_read_shares(reader, node, SCN_AT(base, field), canonical);
    if (field->type == REP_FIELD_NODE_MAP)
        return scn_read_node_map(reader, field, SCN_AT(base, field), node, canonical);
    if (node->kind == SCN_MAP && node->n != 1)
        return report_map(reader, field, node);
    gboolean is_text = field->type == REP_FIELD_TEXT && scn_node_is_scalar(node);
    if (is_text && !scn_node_is_empty(node)) {
        g_autofree char *text = g_strstrip(g_strdup(node->text));
        g_free(*(char **)SCN_AT(base, field));
        *(char **)SCN_AT(base, field) = g_strdup(text);
        g_string_append(canonical, text);
        return TRUE;
    }
    ScnExpr *expr = scn_expr_from_node(node, reader->arena, reader->diags);
    return expr && scn_read_value(reader, field, base, expr, canonical);
}

/* ---- arguments ---------------------------------------------------------------------------- */

static gsize count_fields(const RepField *fields)
{
    gsize n = 0;
    while (fields && fields[n].key)
        n++;
    return n;
}

static const RepField *field_by_key(const RepField *fields, const char *key)
{
    for (; fields && fields->key; fields++)
        if (strcmp(fields->key, key) == 0 || g_strcmp0(fields->alias, key) == 0)
            return fields;
    return NULL;
}

static void report_unknown_argument(ScnReader *reader, const ScnCall *call,
                                    const ScnArgument *argument)
{
    const RepField none[] = {{.key = NULL}};
    const RepField *tables[] = {call->fields ? call->fields : none, NULL};
    g_autofree const char **keys = scn_field_keys(tables);
    g_autofree char *list = scn_word_list(keys, " ", 20);
    const char *near = scn_suggest(argument->key, keys);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_ARGUMENT, argument->key_span,
                                  "'%s' has no argument '%s'", call->name, argument->key);
    if (near)
        scn_diag_label(diag, "did you mean '%s'?", near);
    else if (*keys)
        scn_diag_label(diag, "known: %s", list);
    else
        scn_diag_label(diag, "it has none at all");
}

static void report_too_many(ScnReader *reader, const ScnCall *call, const ScnArgument *argument)
{
    gsize n = count_fields(call->fields);
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_REPEATED_ARGUMENT, scn_expr_span(argument->value),
                      "'%s' takes %s argument%s", call->name,
                      n == 0   ? "no"
                      : n == 1 ? "one"
                               : "fewer",
                      n == 1 ? "" : "s");
    if (n > 1) {
        const RepField *tables[] = {call->fields, NULL};
        g_autofree const char **keys = scn_field_keys(tables);
        g_autofree char *list = scn_word_list(keys, ", ", 20);
        scn_diag_label(diag, "it takes %s", list);
    }
}

/* Which field each argument belongs to: given[i] is the argument of field i, or NULL. */
static gboolean match_arguments(ScnReader *reader, const ScnCall *call, const ScnArgument **given)
{
    gsize n_fields = count_fields(call->fields), position = 0;
    gboolean is_good = TRUE;
    for (gsize i = 0; i < call->expr->n; i++) {
        const ScnArgument *argument = &call->expr->arguments[i];
        const RepField *field = argument->key         ? field_by_key(call->fields, argument->key)
                                : position < n_fields ? &call->fields[position++]
                                                      : NULL;
        if (!field) {
            if (argument->key)
                report_unknown_argument(reader, call, argument);
            else
                report_too_many(reader, call, argument);
            is_good = FALSE;
        } else if (given[field - call->fields]) {
            scn_diags_add(reader->diags, SCN_REPEATED_ARGUMENT,
                          argument->key ? argument->key_span : scn_expr_span(argument->value),
                          "'%s' of '%s' is given twice", field->key, call->name);
            is_good = FALSE;
        } else {
            given[field - call->fields] = argument;
        }
    }
    return is_good;
}

static void report_missing_argument(ScnReader *reader, const ScnCall *call, const RepField *field)
{
    ScnSpan span = scn_expr_name_span(call->expr);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_MISSING_ARGUMENT, span, "'%s' needs '%s'",
                                  call->name, field->key);
    scn_diag_label(diag, "%s: %s", field->key, field->doc);
    if (field->example)
        scn_diag_help(diag, "for example  %s=%s", field->key, field->example);
}

/* One argument, or its default. FALSE: reported. */
static gboolean read_argument(ScnReader *reader, const ScnCall *call, const RepField *field,
                              const ScnArgument *argument, GString *canonical)
{
    if (argument) {
        const char *outer = reader->prefix;
        g_autofree char *prefix = argument->key ? g_strconcat(argument->key, "=", NULL) : NULL;
        reader->prefix = prefix;
        gboolean is_good = scn_read_value(reader, field, call->base, argument->value, canonical);
        reader->prefix = outer;
        return is_good;
    }
    if (field->fallback) {
        ScnNode *node =
            scn_node_scalar(reader->arena, field->fallback, (ScnSpan){0}, scn_origin_default);
        return scn_read_node(reader, field, call->base, node, canonical);
    }
    if (!field->required)
        return TRUE;
    report_missing_argument(reader, call, field);
    return FALSE;
}

gboolean scn_read_arguments(ScnReader *reader, const ScnCall *call, GString *canonical)
{
    gsize n = count_fields(call->fields);
    g_autofree const ScnArgument **given = g_new0(const ScnArgument *, n + 1);
    gboolean is_matched = match_arguments(reader, call, given);
    gboolean is_good = is_matched, by_key = call->named;
    const char *separator = "";
    if (call->expr->prefix[0]) {
        scn_diags_add(reader->diags, SCN_EXPRESSION_SYNTAX, scn_expr_span(call->expr),
                      "'%s' cannot stand in front of '%s'", call->expr->prefix, call->name);
        is_good = FALSE;
    }
    if (n > 0)
        g_string_append_c(canonical, '(');
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        if (!given[i] && !is_matched)
            continue; /* it may be the one that was misspelt */
        if (!read_argument(reader, call, &call->fields[i], given[i], text))
            is_good = FALSE;
        if (text->len == 0) {
            by_key = TRUE; /* left out: those behind it can be told apart by their keys only */
            continue;
        }
        g_string_append(canonical, separator);
        if (by_key)
            g_string_append_printf(canonical, "%s=", call->fields[i].key);
        g_string_append(canonical, text->str);
        if (call->texts)
            call->texts[i] = g_strdup(text->str);
        separator = ", ";
    }
    if (n > 0)
        g_string_append_c(canonical, ')');
    return is_good;
}
