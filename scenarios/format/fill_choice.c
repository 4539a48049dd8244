/*
 * fill_choice.c — one of several alternatives, with its arguments.
 *
 * Several alternatives may have the same name and differ in their first argument: sync(all) and
 * sync(NODE). One without arguments is taken where none are given, and one whose first argument is
 * itself a choice if that argument fits; otherwise the next is tried, and the last takes what is
 * left.
 */
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"

#include <string.h>

const RepChoice *scn_mapping_choice(const RepField *field)
{
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
        if (choice->form == REP_FORM_MAPPING)
            return choice;
    return NULL;
}

const char **scn_choice_names(const RepChoice *choices)
{
    GPtrArray *names = g_ptr_array_new();
    for (; choices && choices->name; choices++)
        if (choices->form == REP_FORM_CALL)
            g_ptr_array_add(names, (gpointer)choices->name);
    g_ptr_array_add(names, NULL);
    return (const char **)g_ptr_array_free(names, FALSE);
}

char *scn_choice_list(const RepField *field)
{
    if (field->expected)
        return g_strdup(field->expected);
    GString *list = g_string_new(NULL);
    const char *separator = field->type == REP_FIELD_CHOICES ? "none, " : "";
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++) {
        g_string_append_printf(list, "%s%s", separator, choice->name);
        for (const RepField *arg = choice->args; arg && arg->key; arg++)
            g_string_append_printf(list, "%s%s%s", arg == choice->args ? "(" : ", ", arg->key,
                                   arg[1].key ? "" : ")");
        separator = ", ";
    }
    if (list->len == 0)
        g_string_append(list, "none");
    return g_string_free(list, FALSE);
}

/* ---- which alternative -------------------------------------------------------------------- */

/* `every 10min` is every(10min): the words behind the first become the one argument. */
static ScnExpr *as_call(ScnReader *reader, const ScnExpr *expr)
{
    const char *space = expr->kind == SCN_EXPR_WORDS ? strchr(expr->text, ' ') : NULL;
    if (!space)
        return NULL;
    ScnExpr *call = scn_arena_new0(reader->arena, ScnExpr, 1);
    ScnExpr *value = scn_arena_new0(reader->arena, ScnExpr, 1);
    gsize length = (gsize)(space - expr->text);
    *call = *value = *expr;
    call->kind = SCN_EXPR_CALL;
    call->text = scn_arena_text(reader->arena, expr->text, length);
    call->arguments = scn_arena_new0(reader->arena, ScnArgument, 1);
    call->n = 1;
    value->text = space + 1;
    value->text_start += length + 1;
    value->start = value->text_start;
    call->arguments[0].value = value;
    return call;
}

static gboolean first_argument_fits(const RepChoice *choice, const ScnExpr *expr)
{
    if (!choice->args)
        return expr->n == 0;
    if (choice->args->type != REP_FIELD_CHOICE || expr->n == 0)
        return TRUE;
    const ScnExpr *first = expr->arguments[0].value;
    for (const RepChoice *inner = choice->args->choices; inner->name; inner++)
        if (first->kind == SCN_EXPR_WORDS && strcmp(inner->name, first->text) == 0)
            return TRUE;
    return FALSE;
}

static const RepChoice *find_choice(const RepField *field, const ScnExpr *expr)
{
    const RepChoice *last = NULL;
    if (expr->kind == SCN_EXPR_LIST || expr->kind == SCN_EXPR_MAP)
        return NULL;
    for (const RepChoice *choice = field->choices; choice->name; choice++) {
        if (choice->form != REP_FORM_CALL || strcmp(choice->name, expr->text) != 0)
            continue;
        last = choice;
        if (first_argument_fits(choice, expr))
            break;
    }
    return last;
}

/* Of several, the one whose argument is a list takes lists. */
static const RepChoice *value_choice(const RepField *field, const ScnExpr *expr)
{
    const RepChoice *found = NULL;
    for (const RepChoice *choice = field->choices; choice->name; choice++) {
        if (choice->form != REP_FORM_VALUE)
            continue;
        gboolean takes_list = choice->args->type == REP_FIELD_NODES;
        gboolean takes_map = choice->args->type == REP_FIELD_KEY_HOMES;
        if (takes_map ? expr->kind == SCN_EXPR_MAP
                      : !found || takes_list == (expr->kind == SCN_EXPR_LIST))
            found = choice;
    }
    return found;
}

static gboolean takes_map(const RepField *field)
{
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
        if (choice->form == REP_FORM_VALUE && choice->args->type == REP_FIELD_KEY_HOMES)
            return TRUE;
    return FALSE;
}

/* `home: {7: us}` in YAML is home({7: us}): its keys are no arguments. */
static const ScnExpr *with_map(ScnReader *reader, const RepChoice *choice, const ScnExpr *expr)
{
    if (!choice->args || !takes_map(choice->args) || expr->node->kind != SCN_MAP || expr->n == 0 ||
        g_strcmp0(expr->arguments[0].key, choice->args->key) == 0)
        return expr;
    ScnExpr *call = scn_arena_new0(reader->arena, ScnExpr, 1);
    ScnExpr *map = scn_arena_new0(reader->arena, ScnExpr, 1);
    *call = *map = *expr;
    map->kind = SCN_EXPR_MAP;
    map->text = "";
    call->arguments = scn_arena_new0(reader->arena, ScnArgument, 1);
    call->arguments[0].value = map;
    call->n = 1;
    return call;
}

/* ---- reporting ---------------------------------------------------------------------------- */

/* A way to write the alternative, such as semi-sync(1). */
static char *sample_of(const RepChoice *choice)
{
    GString *sample = g_string_new(choice->name);
    for (const RepField *arg = choice->args; arg && arg->key; arg++)
        g_string_append_printf(sample, "%s%s%s", arg == choice->args ? "(" : ", ",
                               arg->fallback  ? arg->fallback
                               : arg->example ? arg->example
                                              : arg->key,
                               arg[1].key ? "" : ")");
    return g_string_free(sample, FALSE);
}

static void report_unknown(ScnReader *reader, const RepField *field, const ScnExpr *expr)
{
    g_autofree char *list = scn_choice_list(field);
    g_autofree const char **names = scn_choice_names(field->choices);
    g_autofree char *generic = g_strdup_printf("a value of '%s'", field->key);
    const char *near = scn_suggest(expr->text, names);
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_UNKNOWN_CHOICE, scn_expr_name_span(expr), "'%s' is not %s",
                      expr->text, field->noun ? field->noun : generic);
    scn_diag_label(diag, "expected: %s", list);
    for (const RepChoice *choice = field->choices; near && choice->name; choice++)
        if (strcmp(choice->name, near) == 0) {
            g_autofree char *sample = sample_of(choice);
            const RepField *arg = choice->args;
            gboolean explains = arg && !arg[1].key && arg->type != REP_FIELD_CHOICE;
            scn_diag_help(diag, "did you mean '%s'?%s%s%s%s", sample, explains ? "  " : "",
                          explains ? arg->key : "", explains ? " is " : "",
                          explains ? arg->doc : "");
            break;
        }
    if (field->list)
        scn_diag_more(diag, "replsim list %s", field->list);
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean is_quantity(RepFieldType type)
{
    return type == REP_FIELD_COUNT || type == REP_FIELD_RATIO || type == REP_FIELD_SPAN;
}

/* A word where a number may stand alone is a misspelt alternative, and no number. */
static gboolean is_no_quantity(const ScnExpr *expr)
{
    return expr->kind == SCN_EXPR_CALL ||
           (expr->kind == SCN_EXPR_WORDS && g_ascii_isalpha(expr->text[0]));
}

/* A value alone goes by the name of the field: nobody wrote the argument's. */
static gboolean read_bare(ScnReader *reader, const RepField *field, const RepChoice *bare,
                          void *base, const ScnExpr *expr, GString *canonical)
{
    *(int *)SCN_AT(base, field) = bare->value;
    if (!is_quantity(bare->args->type))
        return scn_read_value(reader, bare->args, base, expr, canonical);
    if (is_no_quantity(expr)) {
        report_unknown(reader, field, expr);
        return FALSE;
    }
    RepField renamed = *bare->args;
    renamed.key = field->key;
    return scn_read_value(reader, &renamed, base, expr, canonical);
}

/* The alternative's value into the field, its arguments into the struct. */
gboolean scn_read_choice(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                         GString *canonical)
{
    const RepChoice *choice = find_choice(field, expr);
    if (!choice) {
        ScnExpr *call = as_call(reader, expr);
        choice = call ? find_choice(field, call) : NULL;
        if (choice)
            expr = call;
    }
    const RepChoice *bare = value_choice(field, expr);
    if (!choice && bare)
        return read_bare(reader, field, bare, base, expr, canonical);
    if (!choice) {
        if (expr->kind == SCN_EXPR_LIST || expr->kind == SCN_EXPR_MAP)
            scn_expect_words(reader, expr, field->noun ? field->noun : "one of several words");
        else
            report_unknown(reader, field, expr);
        return FALSE;
    }
    *(int *)SCN_AT(base, field) = choice->value;
    if (choice->implies)
        g_ptr_array_add(reader->implied, (gpointer)choice->implies);
    g_string_append(canonical, choice->name);
    ScnCall call = {.fields = choice->args,
                    .base = base,
                    .expr = with_map(reader, choice, expr),
                    .name = choice->name};
    return scn_read_arguments(reader, &call, canonical);
}

gboolean scn_read_choices(ScnReader *reader, const RepField *field, void *base, const ScnExpr *expr,
                          GString *canonical)
{
    guint *set = SCN_AT(base, field), chosen = 0;
    gboolean is_good = TRUE;
    *set = 0;
    if ((expr->kind == SCN_EXPR_WORDS && strcmp(expr->text, "none") == 0) ||
        (expr->kind == SCN_EXPR_LIST && expr->n == 0)) {
        g_string_append(canonical, "none");
        return TRUE;
    }
    const ScnArgument alone = {.value = (ScnExpr *)expr};
    const ScnArgument *each = expr->kind == SCN_EXPR_LIST ? expr->arguments : &alone;
    gsize n = expr->kind == SCN_EXPR_LIST ? expr->n : 1;
    g_string_append_c(canonical, '[');
    for (gsize i = 0; i < n; i++) {
        if (i)
            g_string_append(canonical, ", ");
        if (!scn_read_choice(reader, field, base, each[i].value, canonical))
            is_good = FALSE;
        else if (chosen >> *(int *)set & 1) {
            scn_diags_add(reader->diags, SCN_CHOICE_TWICE, scn_expr_name_span(each[i].value),
                          "'%s' is in the list already", each[i].value->text);
            is_good = FALSE;
        } else
            chosen |= 1u << *(int *)set;
    }
    g_string_append_c(canonical, ']');
    *set = chosen;
    return is_good;
}
