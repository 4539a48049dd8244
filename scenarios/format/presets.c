/* presets.c — from the name of a preset to the keys it stands for; see presets.h. */
#include "scenarios/format/presets.h"

#include "scenarios/format/build.h"
#include "scenarios/format/presets_tables.h"
#include "scenarios/format/suggest.h"

#include <string.h>

const RepField scn_preset_field[] = {
    {.key = "preset",
     .type = REP_FIELD_READER,
     .inside = REP_INSIDE_VALUE,
     .doc = "how a real database is set: stands for keys of the policy; those given beside it win",
     .example = "postgresql(on, any(1, [db2, db3]))"},
    {.key = NULL}};

const ScnPreset *const scn_presets[] = {&scn_preset_postgresql,
                                        &scn_preset_patroni,
                                        &scn_preset_mysql,
                                        &scn_preset_mongodb,
                                        &scn_preset_kafka,
                                        &scn_preset_redis,
                                        &scn_preset_sentinel,
                                        &scn_preset_raft,
                                        &scn_preset_galera,
                                        &scn_preset_cassandra,
                                        &scn_preset_riak,
                                        &scn_preset_couchdb,
                                        NULL};

const ScnPreset *scn_preset_find(const char *name)
{
    for (gsize i = 0; scn_presets[i]; i++)
        if (strcmp(scn_presets[i]->name, name) == 0)
            return scn_presets[i];
    return NULL;
}

/* ---- the rows that hold ------------------------------------------------------------------- */

static gsize count_args(const ScnPreset *preset)
{
    gsize n = 0;
    while (preset->args && preset->args[n].key)
        n++;
    return n;
}

static gsize arg_number(const ScnPreset *preset, const char *key, gsize length)
{
    gsize i = 0, n = count_args(preset);
    while (i < n &&
           !(strncmp(preset->args[i].key, key, length) == 0 && preset->args[i].key[length] == '\0'))
        i++;
    return i;
}

/* What the argument is given as, or its default; "" where there is neither. */
static const char *text_of(const ScnPreset *preset, char *const *texts, gsize arg)
{
    const char *given = texts ? texts[arg] : NULL;
    const char *fallback = preset->args[arg].fallback;
    return given ? given : fallback ? fallback : "";
}

/* The word, or the name of the call. */
static gboolean is_word(const char *text, const char *word)
{
    gsize length = strlen(word);
    return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == '(');
}

static char *substituted(const ScnPreset *preset, char *const *texts, const char *value)
{
    GString *out = g_string_new(NULL);
    while (*value) {
        const char *end = *value == '{' ? strchr(value, '}') : NULL;
        gsize arg = end ? arg_number(preset, value + 1, (gsize)(end - value - 1)) : 0;
        if (!end || arg == count_args(preset)) {
            g_string_append_c(out, *value++);
            continue;
        }
        g_string_append(out, text_of(preset, texts, arg));
        value = end + 1;
    }
    return g_string_free(out, FALSE);
}

static void value_free(gpointer pointer)
{
    ScnPresetValue *value = pointer;
    g_free(value->value);
    g_free(value);
}

static void put(GPtrArray *values, const ScnPresetRow *row, char *text)
{
    ScnPresetValue *value = NULL;
    for (guint i = 0; !value && i < values->len; i++) {
        ScnPresetValue *other = g_ptr_array_index(values, i);
        if (strcmp(other->key, row->key) == 0)
            value = other;
    }
    if (!value) {
        value = g_new0(ScnPresetValue, 1);
        g_ptr_array_add(values, value);
    }
    g_free(value->value);
    *value = (ScnPresetValue){.key = row->key, .setting = row->setting, .value = text};
}

GPtrArray *scn_preset_values(const ScnPreset *preset, char *const *texts)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(value_free);
    for (const ScnPresetRow *row = preset->rows; row->key; row++)
        put(values, row, substituted(preset, texts, row->value));
    for (const ScnPresetCase *one = preset->cases; one && one->rows; one++) {
        gsize arg = arg_number(preset, one->argument, strlen(one->argument));
        if (!is_word(text_of(preset, texts, arg), one->word))
            continue;
        for (const ScnPresetRow *row = one->rows; row->key; row++)
            put(values, row, substituted(preset, texts, row->value));
    }
    return values;
}

/* ---- into the policy ---------------------------------------------------------------------- */

/* Sets what is not given; a key inside another is left out where the other is no mapping. */
static void set_absent(ScnReader *reader, ScnNode *map, const ScnPresetValue *value,
                       const ScnNode *preset, const char *origin)
{
    const char *dot = strchr(value->key, '.'), *key = dot ? dot + 1 : value->key;
    ScnArena *arena = reader->arena;
    if (dot) {
        const char *outer = scn_arena_text(arena, value->key, (gsize)(dot - value->key));
        ScnNode *inner = scn_map_get(map, outer);
        if (!inner) {
            inner = scn_node_map(arena, preset);
            scn_map_add(arena, map, scn_node_scalar(arena, outer, preset->span, origin), inner);
        }
        if (inner->kind != SCN_MAP)
            return;
        map = inner;
    }
    if (scn_map_find(map, key))
        return;
    const char *text = scn_arena_text(arena, value->value, strlen(value->value));
    scn_map_add(arena, map, scn_node_scalar(arena, key, preset->span, origin),
                scn_node_scalar(arena, text, preset->span, origin));
}

static void report_unknown(ScnReader *reader, const ScnExpr *expr)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (gsize i = 0; scn_presets[i]; i++)
        g_ptr_array_add(names, (gpointer)scn_presets[i]->name);
    g_ptr_array_add(names, NULL);
    const char *const *all = (const char *const *)names->pdata;
    g_autofree char *list = scn_word_list(all, ", ", 20);
    const char *near = scn_suggest(expr->text, all);
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_UNKNOWN_PRESET, scn_expr_name_span(expr),
                                  "'%s' is not a preset", expr->text);
    scn_diag_label(diag, "expected: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    scn_diag_more(diag, "replsim list presets");
}

static const ScnPreset *preset_of(ScnReader *reader, const ScnExpr *expr)
{
    if (expr->kind == SCN_EXPR_LIST) {
        scn_expect_words(reader, expr, "the name of a preset");
        return NULL;
    }
    const ScnPreset *preset = scn_preset_find(expr->text);
    if (!preset)
        report_unknown(reader, expr);
    return preset;
}

const ScnNode *scn_preset_expand(ScnReader *reader, const ScnNode *map)
{
    const ScnNode *node = scn_map_get(map, scn_preset_field->key);
    if (!node || node->kind == SCN_BROKEN)
        return map;
    const ScnExpr *expr = scn_expr_from_node(node, reader->arena, reader->diags);
    const ScnPreset *preset = expr ? preset_of(reader, expr) : NULL;
    if (!preset)
        return map;
    g_autoptr(GString) canonical = g_string_new(preset->name);
    /* Not a GStrv: where one could not be read there is a gap. */
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_size(kept, (gint)count_args(preset) + 1);
    char **texts = (char **)kept->pdata;
    ScnPresetArgs args = {0};
    ScnCall call = {
        .fields = preset->args, .base = &args, .expr = expr, .name = preset->name, .texts = texts};
    gboolean is_good = scn_read_arguments(reader, &call, canonical);
    if (preset->args)
        rep_fields_clear(preset->args, &args);
    if (!is_good)
        return map;
    scn_record(reader, "policy.preset", canonical->str, node->origin);
    const char *origin = scn_arena_printf(reader->arena, "preset %s", preset->name);
    ScnNode *expanded = scn_node_copy(reader->arena, map, NULL);
    g_autoptr(GPtrArray) values = scn_preset_values(preset, texts);
    for (guint i = 0; i < values->len; i++)
        set_absent(reader, expanded, g_ptr_array_index(values, i), node, origin);
    return expanded;
}
