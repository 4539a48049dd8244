/*
 * fill.c — a table and a mapping make a struct.
 */
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"
#include "sim/check.h"

#include <string.h>

void scn_reader_init(ScnReader *reader, ScnArena *arena, ScnDiags *diags, ScnFiles *files)
{
    *reader = (ScnReader){.arena = arena, .diags = diags, .files = files};
    reader->implied = g_ptr_array_new();
    reader->data = g_string_new(NULL);
}

void scn_reader_clear(ScnReader *reader)
{
    g_ptr_array_unref(reader->implied);
    g_string_free(reader->data, TRUE);
}

/* ---- keys --------------------------------------------------------------------------------- */

const char **scn_field_keys(const RepField *const *tables)
{
    GPtrArray *keys = g_ptr_array_new();
    for (; *tables; tables++)
        for (const RepField *field = *tables; field->key; field++)
            g_ptr_array_add(keys, (gpointer)field->key);
    g_ptr_array_add(keys, NULL);
    return (const char **)g_ptr_array_free(keys, FALSE);
}

static gboolean is_known(const char *key, const RepField *const *tables)
{
    for (; *tables; tables++)
        for (const RepField *field = *tables; field->key; field++)
            if (strcmp(field->key, key) == 0 || g_strcmp0(field->alias, key) == 0)
                return TRUE;
    return FALSE;
}

void scn_check_keys(ScnReader *reader, const ScnNode *map, const char *what,
                    const RepField *const *tables)
{
    for (gsize i = 0; map && i < map->n; i++) {
        const ScnNode *key = map->entries[i].key;
        if (is_known(key->text, tables) || g_str_has_prefix(key->text, "x-"))
            continue;
        g_autofree const char **keys = scn_field_keys(tables);
        g_autofree char *list = scn_word_list(keys, " ", 30);
        const char *near = scn_suggest(key->text, keys);
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_KEY, key->span,
                                      "%s has no key '%s'", what, key->text);
        if (near)
            scn_diag_label(diag, "did you mean '%s'?", near);
        else
            scn_diag_help(diag, "known: %s", list);
    }
}

gboolean scn_expect_map(ScnReader *reader, const ScnNode *node, const char *what)
{
    if (!node || node->kind == SCN_MAP)
        return TRUE;
    if (node->kind == SCN_BROKEN)
        return FALSE;
    ScnSpan span = node->span;
    if (node->kind == SCN_LIST)
        span.end = span.start + 1;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, span,
                                  "%s is a mapping of keys to values", what);
    if (scn_node_is_empty(node))
        scn_diag_label(diag, "there is nothing here");
    else
        scn_diag_label(diag, "this is %s", scn_node_kind_name(node));
    return FALSE;
}

void scn_report_missing(ScnReader *reader, const ScnFill *fill, const RepField *field)
{
    ScnSpan span = {0};
    g_autofree char *in = NULL;
    if (fill->owner) {
        span = fill->owner->span;
        in = fill->owner->text[0] == '#' ? g_strdup("this fault")
                                         : g_strdup_printf("'%s'", fill->owner->text);
    } else if (fill->map) {
        in = g_strdup("the scenario");
        span = fill->map->span;
        span.end = MIN(span.start + 1, span.end);
    }
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_MISSING_KEY, span, "'%s' is missing in %s",
                                  field->key, in);
    scn_diag_label(diag, "%s: %s", field->key, field->doc);
    if (field->example)
        scn_diag_help(diag, "for example  %s: %s", field->key, field->example);
}

/* ---- one field ---------------------------------------------------------------------------- */

static void record(ScnReader *reader, const ScnFill *fill, const RepField *field,
                   const char *canonical, const char *origin)
{
    if (!reader->resolved)
        return;
    g_autofree char *path = g_strconcat(fill->path, field->key, NULL);
    ScnLine *line = scn_resolved_add(reader->resolved, path, canonical, origin,
                                     reader->data->len ? reader->data->str : NULL);
    line->is_unhashed = field->is_later && strcmp(canonical, field->fallback) == 0;
}

/* `retry: none` and `retry:` without anything mean that nothing is given. */
static gboolean is_none(const ScnNode *node)
{
    return scn_node_is_scalar(node) && (strcmp(node->text, "none") == 0 || scn_node_is_empty(node));
}

static void fill_inside(ScnReader *reader, const ScnFill *fill, const RepField *field,
                        const ScnEntry *entry)
{
    const ScnNode *map = entry && !is_none(entry->value) ? entry->value : NULL;
    g_autofree char *what = g_strdup_printf("'%s'", field->key);
    g_autofree char *path = g_strconcat(fill->path, field->key, ".", NULL);
    if (!scn_expect_map(reader, map, what))
        return;
    const RepField *tables[] = {field->fields, NULL};
    scn_check_keys(reader, map, what, tables);
    ScnFill inside = {.fields = field->fields,
                      .base = SCN_AT(fill->base, field),
                      .map = map,
                      .owner = entry ? entry->key : fill->owner,
                      .path = path,
                      .overlay = fill->overlay};
    scn_fill(reader, &inside);
}

/* `failover: {detect: 5s}`: the alternative whose arguments are the mapping's keys. */
static void fill_mapping_choice(ScnReader *reader, const ScnFill *fill, const RepField *field,
                                const ScnEntry *entry)
{
    const RepChoice *choice = scn_mapping_choice(field);
    const RepField *tables[] = {choice->args, NULL};
    g_autofree char *what = g_strdup_printf("'%s'", field->key);
    g_autofree char *path = g_strconcat(fill->path, field->key, ".", NULL);
    scn_check_keys(reader, entry->value, what, tables);
    *(int *)SCN_AT(fill->base, field) = choice->value;
    if (choice->implies)
        g_ptr_array_add(reader->implied, (gpointer)choice->implies);
    ScnFill inside = {.fields = choice->args,
                      .base = fill->base,
                      .map = entry->value,
                      .owner = entry->key,
                      .path = path};
    scn_fill(reader, &inside);
}

static void fill_given(ScnReader *reader, const ScnFill *fill, const RepField *field,
                       const ScnEntry *entry)
{
    const RepField alone[] = {*field, {.key = NULL}};
    g_autoptr(GString) canonical = g_string_new(NULL);
    if (field->type == REP_FIELD_CHOICE && entry->value->kind == SCN_MAP &&
        scn_mapping_choice(field)) {
        fill_mapping_choice(reader, fill, field, entry);
        return;
    }
    if (fill->overlay)
        rep_fields_clear(alone, fill->base);
    g_string_truncate(reader->data, 0);
    if (scn_read_node(reader, field, fill->base, entry->value, canonical))
        record(reader, fill, field, canonical->str, entry->value->origin);
    g_string_truncate(reader->data, 0);
}

/* The default: what a choice above implies, or the table's own. */
static const char *default_of(ScnReader *reader, const RepField *field, guint first_implied)
{
    gsize length = strlen(field->key);
    for (guint i = reader->implied->len; i > first_implied; i--) {
        const char *implied = g_ptr_array_index(reader->implied, i - 1);
        if (strncmp(implied, field->key, length) == 0 && implied[length] == '=')
            return implied + length + 1;
    }
    return field->fallback;
}

static void fill_default(ScnReader *reader, const ScnFill *fill, const RepField *field,
                         const char *text)
{
    g_autoptr(GString) canonical = g_string_new(NULL);
    ScnNode *node = scn_node_scalar(reader->arena, text, (ScnSpan){0}, scn_origin_default);
    if (scn_read_node(reader, field, fill->base, node, canonical))
        record(reader, fill, field, canonical->str, scn_origin_default);
}

void scn_fill(ScnReader *reader, const ScnFill *fill)
{
    guint first_implied = reader->implied->len;
    const RepField *outer = reader->table;
    reader->table = fill->fields;
    for (const RepField *field = fill->fields; field->key; field++) {
        const ScnEntry *entry = scn_map_find(fill->map, field->key);
        if (!entry && field->alias)
            entry = scn_map_find(fill->map, field->alias);
        if (field->type == REP_FIELD_READER)
            continue;
        if (field->type == REP_FIELD_MAPPING && (entry || !fill->overlay)) {
            fill_inside(reader, fill, field, entry);
        } else if (entry) {
            fill_given(reader, fill, field, entry);
        } else if (!fill->overlay) {
            const char *text = default_of(reader, field, first_implied);
            if (text)
                fill_default(reader, fill, field, text);
            else if (field->required)
                scn_report_missing(reader, fill, field);
        }
    }
    g_ptr_array_set_size(reader->implied, (gint)first_implied);
    reader->table = outer;
}

/* ---- reporting ---------------------------------------------------------------------------- */

gboolean scn_report_issue(ScnReader *reader, const ScnExpr *expr, gsize offset,
                          const ScnIssue *issue)
{
    gsize length = strlen(expr->text);
    gsize start = MIN(offset + issue->start, length), end = MIN(offset + issue->end, length);
    ScnSpan span = scn_expr_part(expr, start, MAX(end, start) - start);
    SIM_CHECK(span.source, "a default is wrong: %s", issue->message);
    ScnDiag *diag = scn_diags_add(reader->diags, issue->code, span, "%s", issue->message);
    if (issue->label)
        scn_diag_label(diag, "%s", issue->label);
    if (issue->help)
        scn_diag_help(diag, "%s", issue->help);
    return FALSE;
}

gboolean scn_expect_words(ScnReader *reader, const ScnExpr *expr, const char *noun)
{
    if (expr->kind == SCN_EXPR_WORDS)
        return TRUE;
    ScnSpan span = scn_expr_span(expr);
    if (span.source && expr->node->kind != SCN_SCALAR)
        span.end = span.start + 1;
    ScnDiag *diag =
        scn_diags_add(reader->diags, SCN_WRONG_SHAPE, span, "%s is expected here", noun);
    if (expr->kind == SCN_EXPR_LIST)
        scn_diag_label(diag, "this is a list");
    else if (expr->node->kind == SCN_MAP)
        scn_diag_label(diag, "this is a mapping");
    else
        scn_diag_label(diag, "this is %s(…)", expr->text);
    return FALSE;
}
