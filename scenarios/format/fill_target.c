/*
 * fill_target.c — whom a fault hits: places by name, or words that are decided when it strikes.
 */
#include "scenarios/format/reader.h"

#include <string.h>

typedef struct Words {
    const char *text;
    RepTargetKind kind;
} Words;

static const Words words[] = {{"the leader", REP_TARGET_LEADER},
                              {"any follower", REP_TARGET_ANY_FOLLOWER},
                              {"a minority", REP_TARGET_MINORITY},
                              {"each", REP_TARGET_EACH}};

static gboolean take_words(const ScnExpr *expr, RepTarget *target, GString *canonical)
{
    if (expr->kind != SCN_EXPR_WORDS)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(expr->text, words[i].text) == 0) {
            target->kind = words[i].kind;
            g_string_append(canonical, expr->text);
            return TRUE;
        }
    return FALSE;
}

/* The number of `2 of …`; FALSE: reported. */
static gboolean read_count(ScnReader *reader, const ScnExpr *expr, const char *what,
                           const char *sample, gint64 *count)
{
    const char *rest = expr->prefix;
    for (*count = 0; *rest >= '0' && *rest <= '9' && *count < 100000; rest++)
        *count = 10 * *count + (*rest - '0');
    if (rest != expr->prefix && strcmp(rest, " of") == 0)
        return TRUE;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, scn_expr_span(expr),
                                  "'%s' does not say how many of the %s", expr->prefix, what);
    scn_diag_label(diag, "expected: '2 of %s'", sample);
    return FALSE;
}

/* The argument of `replicas(17)`, `replicas(key)` or, of a script, `replicas(cart)`. */
static gboolean read_key(ScnReader *reader, const ScnExpr *expr, RepTarget *target,
                         GString *canonical)
{
    static const RepField number = {.key = "key", .type = REP_FIELD_COUNT};
    const ScnExpr *key = expr->n == 1 && !expr->arguments[0].key ? expr->arguments[0].value : NULL;
    gint64 value = 0;
    if (!key || strcmp(expr->text, "replicas") != 0) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, scn_expr_span(expr),
                                      "this does not say whom the fault hits");
        scn_diag_label(diag, "expected: 'replicas(KEY)' or '2 of replicas(KEY)'");
        return FALSE;
    }
    gboolean is_words = key->kind == SCN_EXPR_WORDS;
    target->is_drawn = is_words && strcmp(key->text, "key") == 0;
    target->key = is_words ? rep_key_number(key->text) : 0;
    g_string_append(canonical, "replicas(");
    if (target->is_drawn)
        g_string_append(canonical, "key");
    else if (is_words && rep_setup_names_key(reader->setup, target->key))
        g_string_append(canonical, key->text);
    else if (scn_read_value(reader, &number, &value, key, canonical))
        target->key = (guint64)value;
    else
        return FALSE;
    g_string_append_c(canonical, ')');
    return TRUE;
}

/* `2 of replicas(17)`; how many there are is known when the policy is. */
static gboolean read_replicas(ScnReader *reader, const ScnExpr *expr, RepTarget *target,
                              GString *canonical)
{
    target->kind = REP_TARGET_REPLICAS;
    target->count = 0;
    if (*expr->prefix && !read_count(reader, expr, "replicas", "replicas(KEY)", &target->count))
        return FALSE;
    if (*expr->prefix)
        g_string_append_printf(canonical, "%" G_GINT64_FORMAT " of ", target->count);
    if (!read_key(reader, expr, target, canonical))
        return FALSE;
    if (!*expr->prefix || target->count > 0)
        return TRUE;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, scn_expr_span(expr),
                                  "a fault that hits nobody");
    scn_diag_label(diag, "at least 1, at most all of them");
    return FALSE;
}

/* `2 of [a, b, c]` */
static gboolean read_some(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                          RepTarget *target, GString *canonical)
{
    gint64 count;
    if (!read_count(reader, expr, "list", "[...]", &count))
        return FALSE;
    g_string_append_printf(canonical, "%" G_GINT64_FORMAT " of ", count);
    if (!scn_read_places(reader, expr, nodes_only, &target->places, canonical))
        return FALSE;
    target->kind = REP_TARGET_SOME;
    target->count = count;
    if (count >= 1 && (guint64)count <= target->places.n)
        return TRUE;
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_BAD_TARGET, scn_expr_span(expr),
                      "%" G_GINT64_FORMAT " of a list of %u", count, (unsigned)target->places.n);
    scn_diag_label(diag, "at least 1, at most all of them");
    return FALSE;
}

gboolean scn_read_target(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                         RepTarget *target, GString *canonical)
{
    if (take_words(expr, target, canonical))
        return TRUE;
    if (expr->kind == SCN_EXPR_CALL)
        return read_replicas(reader, expr, target, canonical);
    if (expr->kind == SCN_EXPR_LIST && *expr->prefix)
        return read_some(reader, expr, nodes_only, target, canonical);
    target->kind = REP_TARGET_PLACES;
    GString *list = g_string_new(NULL);
    gboolean is_good = scn_read_places(reader, expr, nodes_only, &target->places, list);
    if (expr->kind != SCN_EXPR_LIST && list->len > 2) { /* one place needs no brackets */
        g_string_truncate(list, list->len - 1);
        g_string_erase(list, 0, 1);
    }
    g_string_append(canonical, list->str);
    g_string_free(list, TRUE);
    return is_good;
}
