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

/* `2 of [a, b, c]` */
static gboolean read_some(ScnReader *reader, const ScnExpr *expr, gboolean nodes_only,
                          RepTarget *target, GString *canonical)
{
    gint64 count = 0;
    const char *rest = expr->prefix;
    for (; *rest >= '0' && *rest <= '9' && count < 100000; rest++)
        count = 10 * count + (*rest - '0');
    if (rest == expr->prefix || strcmp(rest, " of") != 0) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_TARGET, scn_expr_span(expr),
                                      "'%s' does not say how many of the list", expr->prefix);
        scn_diag_label(diag, "expected: '2 of [...]'");
        return FALSE;
    }
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
