/*
 * expression.c — recursive descent over the text of a scalar, at most SCN_DEPTH_MAX deep.
 */
#include "scenarios/format/expression.h"

#include <stdarg.h>
#include <string.h>

typedef struct Reader {
    const ScnNode *node;
    const char *text;
    gsize at, end;
    int depth;
    ScnArena *arena;
    ScnIssue *issue;
} Reader;

static ScnExpr *fail(Reader *reader, gsize start, gsize end, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static ScnExpr *fail(Reader *reader, gsize start, gsize end, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    scn_issue_set(reader->issue, SCN_EXPRESSION_SYNTAX, start, end, message);
    return NULL;
}

static gboolean is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_space(Reader *reader)
{
    while (reader->at < reader->end && is_space(reader->text[reader->at]))
        reader->at++;
}

static char peek(const Reader *reader)
{
    return reader->at < reader->end ? reader->text[reader->at] : '\0';
}

/* [start, end) without space at the ends and with single spaces inside. */
static const char *folded(Reader *reader, gsize start, gsize end)
{
    char *copy = scn_arena_text(reader->arena, reader->text + start, end - start);
    gsize n = 0;
    gboolean in_space = TRUE;
    for (const char *from = copy; *from; from++) {
        if (!is_space(*from))
            copy[n++] = *from;
        else if (!in_space)
            copy[n++] = ' ';
        in_space = is_space(*from);
    }
    while (n > 0 && copy[n - 1] == ' ')
        n--;
    copy[n] = '\0';
    return copy;
}

static gsize trimmed_end(const Reader *reader, gsize start, gsize end)
{
    while (end > start && is_space(reader->text[end - 1]))
        end--;
    return end;
}

static ScnExpr *new_expr(Reader *reader, ScnExprKind kind, gsize start)
{
    ScnExpr *expr = scn_arena_new0(reader->arena, ScnExpr, 1);
    expr->kind = kind;
    expr->node = reader->node;
    expr->start = expr->prefix_start = start;
    expr->text = expr->prefix = "";
    return expr;
}

/* ---- pieces ------------------------------------------------------------------------------- */

static ScnExpr *parse_value(Reader *reader, gboolean in_call);

static ScnExpr *parse_quoted(Reader *reader)
{
    gsize start = reader->at;
    char quote = reader->text[reader->at++];
    while (reader->at < reader->end && reader->text[reader->at] != quote)
        reader->at++;
    if (reader->at == reader->end)
        return fail(reader, start, start + 1, "this quote is never closed");
    ScnExpr *expr = new_expr(reader, SCN_EXPR_WORDS, start);
    expr->is_quoted = TRUE;
    expr->text_start = start + 1;
    expr->text = scn_arena_text(reader->arena, reader->text + start + 1, reader->at - start - 1);
    expr->end = ++reader->at;
    return expr;
}

/* Goes to the end of words: a bracket or brace, a comma, or inside a call the mark behind a key. */
static void skip_words(Reader *reader, gboolean in_call)
{
    for (; reader->at < reader->end; reader->at++) {
        char c = reader->text[reader->at];
        if (strchr("()[]{},", c))
            return;
        gboolean ends = reader->at + 1 == reader->end || is_space(reader->text[reader->at + 1]);
        if (in_call && (c == '=' || (c == ':' && ends)))
            return;
    }
}

/* "key=" or "words: " in front of an argument; nothing is read where there is none. */
static void parse_key(Reader *reader, ScnArgument *argument)
{
    gsize start = reader->at;
    if (peek(reader) == '"' || peek(reader) == '\'')
        return;
    skip_words(reader, TRUE);
    char mark = peek(reader);
    gsize end = trimmed_end(reader, start, reader->at);
    if ((mark != '=' && mark != ':') || end == start) {
        reader->at = start;
        return;
    }
    argument->key = folded(reader, start, end);
    argument->mark = mark;
    argument->key_span = scn_node_part(reader->node, start, end);
    reader->at++;
    skip_space(reader);
}

static gboolean push_argument(Reader *reader, GArray *arguments)
{
    ScnArgument argument = {0};
    parse_key(reader, &argument);
    argument.value = parse_value(reader, TRUE);
    if (!argument.value)
        return FALSE;
    g_array_append_val(arguments, argument);
    return TRUE;
}

/* Behind an opening bracket, up to and with the closing one. */
static gboolean parse_arguments(Reader *reader, ScnExpr *expr, gsize open, char close)
{
    g_autoptr(GArray) arguments = g_array_new(FALSE, FALSE, sizeof(ScnArgument));
    if (++reader->depth > SCN_DEPTH_MAX) {
        fail(reader, open, open + 1, "this is nested more than %d levels deep", SCN_DEPTH_MAX);
        return FALSE;
    }
    skip_space(reader);
    while (peek(reader) != close || arguments->len > 0) {
        if (reader->at < reader->end && !push_argument(reader, arguments))
            return FALSE;
        skip_space(reader);
        if (reader->at == reader->end) {
            fail(reader, open, open + 1, "this '%c' is never closed", reader->text[open]);
            return FALSE;
        }
        if (peek(reader) == close)
            break;
        if (peek(reader) != ',') {
            fail(reader, reader->at, reader->at + 1, "expected ',' or '%c'", close);
            return FALSE;
        }
        reader->at++;
        skip_space(reader);
    }
    reader->at++;
    reader->depth--;
    expr->n = arguments->len;
    expr->arguments = scn_arena_new0(reader->arena, ScnArgument, MAX(expr->n, 1));
    for (gsize i = 0; i < expr->n; i++)
        expr->arguments[i] = g_array_index(arguments, ScnArgument, i);
    expr->end = reader->at;
    return TRUE;
}

static ScnExpr *parse_call(Reader *reader, gsize start, gsize words_end)
{
    gsize open = reader->at, name = words_end;
    while (name > start && !is_space(reader->text[name - 1]))
        name--;
    if (name == words_end)
        return fail(reader, open, open + 1, "there is no name in front of this '('");
    ScnExpr *expr = new_expr(reader, SCN_EXPR_CALL, start);
    expr->text = folded(reader, name, words_end);
    expr->text_start = name;
    expr->prefix = folded(reader, start, name);
    reader->at++;
    return parse_arguments(reader, expr, open, ')') ? expr : NULL;
}

static ScnExpr *parse_list(Reader *reader, gsize start)
{
    gsize open = reader->at;
    ScnExpr *expr = new_expr(reader, SCN_EXPR_LIST, start);
    expr->text_start = open;
    expr->prefix = folded(reader, start, open);
    reader->at++;
    return parse_arguments(reader, expr, open, ']') ? expr : NULL;
}

static ScnExpr *parse_map(Reader *reader, gsize start)
{
    ScnExpr *expr = new_expr(reader, SCN_EXPR_MAP, start);
    expr->text_start = reader->at++;
    if (!parse_arguments(reader, expr, start, '}'))
        return NULL;
    for (gsize i = 0; i < expr->n; i++) {
        const ScnExpr *value = expr->arguments[i].value;
        if (expr->arguments[i].mark != ':')
            return fail(reader, value->start, value->end, "expected 'KEY: VALUE' inside { }");
    }
    return expr;
}

static ScnExpr *parse_value(Reader *reader, gboolean in_call)
{
    skip_space(reader);
    gsize start = reader->at;
    if (peek(reader) == '"' || peek(reader) == '\'')
        return parse_quoted(reader);
    if (peek(reader) == '{')
        return parse_map(reader, start);
    skip_words(reader, in_call);
    gsize words_end = trimmed_end(reader, start, reader->at);
    if (peek(reader) == '(')
        return reader->at == words_end ? parse_call(reader, start, words_end)
                                       : fail(reader, reader->at, reader->at + 1,
                                              "a '(' follows its name without a space");
    if (peek(reader) == '[')
        return parse_list(reader, start);
    if (words_end == start)
        return fail(reader, start, MIN(start + 1, reader->end), "a value is missing here");
    ScnExpr *expr = new_expr(reader, SCN_EXPR_WORDS, start);
    expr->text = folded(reader, start, words_end);
    expr->text_start = start;
    expr->end = words_end;
    return expr;
}

/* ---- whole values ------------------------------------------------------------------------- */

ScnExpr *scn_expr_parse_part(const ScnNode *scalar, gsize start, gsize end, ScnArena *arena,
                             ScnIssue *issue)
{
    Reader reader = {.node = scalar,
                     .text = scalar->text,
                     .at = start,
                     .end = end,
                     .arena = arena,
                     .issue = issue};
    ScnExpr *expr = parse_value(&reader, FALSE);
    if (!expr)
        return NULL;
    skip_space(&reader);
    if (reader.at == end)
        return expr;
    char c = reader.text[reader.at];
    fail(&reader, reader.at, reader.at + 1,
         strchr(")]}", c) ? "this '%c' closes nothing" : "'%c' cannot follow a value", c);
    return NULL;
}

ScnExpr *scn_expr_parse(const ScnNode *scalar, ScnArena *arena, ScnIssue *issue)
{
    return scn_expr_parse_part(scalar, 0, strlen(scalar->text), arena, issue);
}

static ScnExpr *from_scalar(const ScnNode *node, ScnArena *arena, ScnDiags *diags)
{
    g_auto(ScnIssue) issue = {0};
    if (scn_node_is_empty(node)) {
        scn_diag_help(scn_diags_add(diags, SCN_EMPTY_VALUE, node->span, "there is no value here"),
                      "write one, or remove the key to get its default");
        return NULL;
    }
    ScnExpr *expr = scn_expr_parse(node, arena, &issue);
    if (!expr)
        scn_diags_add(diags, issue.code, scn_node_part(node, issue.start, issue.end), "%s",
                      issue.message);
    return expr;
}

static ScnExpr *collection(const ScnNode *node, ScnExprKind kind, gsize n, ScnArena *arena)
{
    ScnExpr *expr = scn_arena_new0(arena, ScnExpr, 1);
    expr->kind = kind;
    expr->node = node;
    expr->text = expr->prefix = "";
    expr->arguments = scn_arena_new0(arena, ScnArgument, MAX(n, 1));
    expr->n = n;
    return expr;
}

static ScnExpr *from_list(const ScnNode *node, ScnArena *arena, ScnDiags *diags)
{
    ScnExpr *list = collection(node, SCN_EXPR_LIST, node->n, arena);
    for (gsize i = 0; i < node->n; i++) {
        list->arguments[i].value = scn_expr_from_node(node->items[i], arena, diags);
        if (!list->arguments[i].value)
            return NULL;
    }
    return list;
}

/* {name: {key: value, …}}, {name: [value, …]} or {name: value} */
static ScnExpr *from_map(const ScnNode *node, ScnArena *arena, ScnDiags *diags)
{
    if (node->n != 1) {
        ScnDiag *diag =
            scn_diags_add(diags, SCN_WRONG_SHAPE,
                          (ScnSpan){node->span.source, node->span.start, node->span.start + 1},
                          "a single value is expected, and this is a mapping");
        scn_diag_help(diag, "a mapping stands for a call if it has one key, the call's name");
        return NULL;
    }
    const ScnNode *value = node->entries[0].value;
    gboolean has_keys = value->kind == SCN_MAP, has_items = value->kind == SCN_LIST;
    gsize n = has_keys || has_items ? value->n : scn_node_is_empty(value) ? 0 : 1;
    ScnExpr *call = collection(node, SCN_EXPR_CALL, n, arena);
    call->text = node->entries[0].key->text;
    for (gsize i = 0; i < n; i++) {
        const ScnNode *argument = has_keys    ? value->entries[i].value
                                  : has_items ? value->items[i]
                                              : value;
        if (has_keys) {
            call->arguments[i].key = value->entries[i].key->text;
            call->arguments[i].key_span = value->entries[i].key->span;
            call->arguments[i].mark = '=';
        }
        call->arguments[i].value = scn_expr_from_node(argument, arena, diags);
        if (!call->arguments[i].value)
            return NULL;
    }
    return call;
}

ScnExpr *scn_expr_from_node(const ScnNode *node, ScnArena *arena, ScnDiags *diags)
{
    switch (node->kind) {
    case SCN_SCALAR:
        return from_scalar(node, arena, diags);
    case SCN_LIST:
        return from_list(node, arena, diags);
    case SCN_MAP:
        return from_map(node, arena, diags);
    case SCN_BROKEN:
        break;
    }
    return NULL;
}

ScnSpan scn_expr_span(const ScnExpr *expr)
{
    return expr->node->kind == SCN_SCALAR ? scn_node_part(expr->node, expr->start, expr->end)
                                          : expr->node->span;
}

ScnSpan scn_expr_part(const ScnExpr *expr, gsize from, gsize n)
{
    if (expr->node->kind != SCN_SCALAR)
        return expr->node->span;
    gsize start = expr->text_start + from;
    return scn_node_part(expr->node, start, MIN(start + n, expr->end));
}

ScnSpan scn_expr_name_span(const ScnExpr *expr)
{
    if (expr->kind == SCN_EXPR_CALL && expr->node->kind == SCN_MAP)
        return expr->node->entries[0].key->span;
    if (expr->kind == SCN_EXPR_LIST)
        return scn_expr_span(expr);
    return scn_expr_part(expr, 0, strlen(expr->text));
}
