/* fill_key_homes.c — regions for keys by how their number, or name, begins: `{1: us, user-: eu}`.
 */
#include "scenarios/format/reader.h"

#include <string.h>

static gboolean begins(const char *key, const char *text)
{
    return key && g_str_has_prefix(key, text);
}

/* Digits of a number, or letters of a script's key. */
static gboolean is_beginning(const RepSetup *setup, const char *text)
{
    gsize n = strlen(text);
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; n > 0 && i < setup->clients[c].script.n; i++)
            for (gsize verb = 0; verb < G_N_ELEMENTS(setup->clients[c].script.steps[i].keys);
                 verb++)
                if (begins(setup->clients[c].script.steps[i].keys[verb], text))
                    return TRUE;
    return n > 0 && n <= 20 && strspn(text, "0123456789") == n;
}

/* FALSE: reported. */
static gboolean check_prefix(ScnReader *reader, const RepKeyHomes *homes,
                             const ScnArgument *argument)
{
    if (!is_beginning(reader->setup, argument->key)) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, argument->key_span,
                                      "'%s' is not how a key begins", argument->key);
        scn_diag_label(diag, "expected digits, or how the key of a step begins");
        return FALSE;
    }
    for (gsize i = 0; i < homes->n; i++)
        if (strcmp(homes->homes[i].prefix, argument->key) == 0) {
            scn_diags_add(reader->diags, SCN_REPEATED_ARGUMENT, argument->key_span,
                          "'%s' has a home already", argument->key);
            return FALSE;
        }
    return TRUE;
}

gboolean scn_read_key_homes(ScnReader *reader, const ScnExpr *expr, RepKeyHomes *homes,
                            GString *canonical)
{
    gboolean is_good = TRUE;
    if (expr->kind != SCN_EXPR_MAP || expr->n == 0) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, scn_expr_span(expr),
                                      "a region for each prefix of keys is expected here");
        scn_diag_help(diag, "for example  {1: us, 2: eu}");
        return FALSE;
    }
    homes->homes = g_new0(RepKeyHome, expr->n);
    for (gsize i = 0; i < expr->n; i++) {
        const ScnArgument *argument = &expr->arguments[i];
        RepKeyHome home = {0};
        g_string_append_printf(canonical, "%s%s: ", i ? ", " : "{", argument->key);
        if (!check_prefix(reader, homes, argument) ||
            !scn_read_place_name(reader, argument->value, &home.place, canonical)) {
            is_good = FALSE;
            continue;
        }
        home.prefix = g_strdup(argument->key);
        homes->homes[homes->n++] = home;
    }
    g_string_append_c(canonical, '}');
    return is_good;
}
