/* json_schema.c — see json_schema.h. */
#include "analysis/json_schema.h"

#include "sim/check.h"

#include <string.h>

static void member(AnaJson *json, const char *key, const char *value)
{
    ana_json_key(json, key);
    ana_json_text(json, value);
}

static void reference(AnaJson *json, AnaJsonObject object)
{
    g_autofree char *path = g_strconcat("#/$defs/", ana_json_object_name(object), NULL);
    member(json, "$ref", path);
}

/* "type": one of two. */
static void types(AnaJson *json, const char *one, const char *other)
{
    ana_json_key(json, "type");
    ana_json_array(json, ANA_JSON_INLINE);
    ana_json_text(json, one);
    ana_json_text(json, other);
    ana_json_end(json);
}

static void least(AnaJson *json, const char *key, guint64 value)
{
    ana_json_key(json, key);
    ana_json_uint(json, value);
}

/* ---- what a key holds --------------------------------------------------------------------- */

static void write_words(AnaJson *json, const char *const *words)
{
    ana_json_key(json, "enum");
    ana_json_array(json, ANA_JSON_INLINE);
    for (; *words; words++)
        ana_json_text(json, *words);
    ana_json_end(json);
}

static void write_list(AnaJson *json, AnaJsonObject holds, guint64 at_least)
{
    member(json, "type", "array");
    if (at_least)
        least(json, "minItems", at_least);
    ana_json_key(json, "items");
    ana_json_object(json, ANA_JSON_INLINE);
    reference(json, holds);
    ana_json_end(json);
}

static void write_one_or_list(AnaJson *json, AnaJsonObject holds)
{
    ana_json_key(json, "oneOf");
    ana_json_array(json, ANA_JSON_INLINE);
    ana_json_object(json, ANA_JSON_INLINE);
    reference(json, holds);
    ana_json_end(json);
    ana_json_object(json, ANA_JSON_INLINE);
    write_list(json, holds, 2);
    ana_json_end(json);
    ana_json_end(json);
}

static void write_map(AnaJson *json, AnaJsonObject holds)
{
    member(json, "type", "object");
    ana_json_key(json, "additionalProperties");
    ana_json_object(json, ANA_JSON_INLINE);
    reference(json, holds);
    ana_json_end(json);
}

static void write_type(AnaJson *json, const AnaJsonKeyInfo *key)
{
    switch (key->type) {
    case ANA_TYPE_FORMAT:
        least(json, "const", ANA_JSON_FORMAT);
        return;
    case ANA_TYPE_TEXT:
        member(json, "type", "string");
        return;
    case ANA_TYPE_HEX:
        member(json, "type", "string");
        member(json, "pattern", "^[0-9a-f]+$");
        return;
    case ANA_TYPE_UINT:
        member(json, "type", "integer");
        least(json, "minimum", 0);
        return;
    case ANA_TYPE_INSTANT:
        types(json, "integer", "null");
        least(json, "minimum", 0);
        return;
    case ANA_TYPE_NUMBER:
        member(json, "type", "number");
        return;
    case ANA_TYPE_NUMBER_OR_NULL:
        types(json, "number", "null");
        return;
    case ANA_TYPE_BOOL:
        member(json, "type", "boolean");
        return;
    case ANA_TYPE_UNIT:
    case ANA_TYPE_PER:
    case ANA_TYPE_VERDICT:
    case ANA_TYPE_OPERATION:
    case ANA_TYPE_CHANGE:
        write_words(json, ana_json_words(key->type));
        return;
    case ANA_TYPE_OBJECT:
        reference(json, key->holds);
        return;
    case ANA_TYPE_LIST:
        write_list(json, key->holds, 0);
        return;
    case ANA_TYPE_ONE_OR_LIST:
        write_one_or_list(json, key->holds);
        return;
    case ANA_TYPE_MAP:
        write_map(json, key->holds);
        return;
    }
    SIM_UNREACHABLE();
}

/* ---- objects ------------------------------------------------------------------------------ */

static gboolean has_key(AnaJsonObject object, const char *name)
{
    for (AnaJsonKey key = 0; key < ANA_N_JSON_KEYS; key++)
        if (ana_json_key_info(key)->object == object &&
            strcmp(ana_json_key_info(key)->name, name) == 0)
            return TRUE;
    return FALSE;
}

static void write_properties(AnaJson *json, AnaJsonObject object)
{
    ana_json_key(json, "properties");
    ana_json_object(json, ANA_JSON_LINES);
    for (AnaJsonKey key = 0; key < ANA_N_JSON_KEYS; key++) {
        const AnaJsonKeyInfo *info = ana_json_key_info(key);
        if (info->object != object)
            continue;
        ana_json_key(json, info->name);
        ana_json_object(json, ANA_JSON_INLINE);
        member(json, "description", info->doc);
        write_type(json, info);
        ana_json_end(json);
    }
    ana_json_end(json);
    ana_json_key(json, "required");
    ana_json_array(json, ANA_JSON_INLINE);
    for (AnaJsonKey key = 0; key < ANA_N_JSON_KEYS; key++)
        if (ana_json_key_info(key)->object == object && ana_json_key_info(key)->is_required)
            ana_json_text(json, ana_json_key_info(key)->name);
    ana_json_end(json);
}

/* An interval has both ends. */
static void write_ends(AnaJson *json)
{
    static const char *const ends[] = {"low", "high"};
    ana_json_key(json, "dependentRequired");
    ana_json_object(json, ANA_JSON_INLINE);
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        ana_json_key(json, ends[i]);
        ana_json_array(json, ANA_JSON_INLINE);
        ana_json_text(json, ends[1 - i]);
        ana_json_end(json);
    }
    ana_json_end(json);
}

/* "properties": {NAME: {"type": TYPE}, …} */
static void begin_typed(AnaJson *json, const char *const *names, const char *type)
{
    ana_json_key(json, "properties");
    ana_json_object(json, ANA_JSON_INLINE);
    for (; *names; names++) {
        ana_json_key(json, *names);
        ana_json_object(json, ANA_JSON_INLINE);
        member(json, "type", type);
        ana_json_end(json);
    }
}

static void write_required(AnaJson *json, const char *name)
{
    ana_json_key(json, "required");
    ana_json_array(json, ANA_JSON_INLINE);
    ana_json_text(json, name);
    ana_json_end(json);
}

/* No value: nothing was counted, and it says why. A value: it has no excuse. */
static void write_absence(AnaJson *json)
{
    static const char *const value[] = {"value", NULL};
    ana_json_object(json, ANA_JSON_INLINE);
    ana_json_key(json, "if");
    ana_json_object(json, ANA_JSON_INLINE);
    begin_typed(json, value, "null");
    ana_json_end(json);
    ana_json_end(json);
    ana_json_key(json, "then");
    ana_json_object(json, ANA_JSON_INLINE);
    write_required(json, "why_absent");
    ana_json_end(json);
    ana_json_key(json, "else");
    ana_json_object(json, ANA_JSON_INLINE);
    ana_json_key(json, "not");
    ana_json_object(json, ANA_JSON_INLINE);
    write_required(json, "why_absent");
    ana_json_end(json);
    ana_json_end(json);
    ana_json_end(json);
}

/* Where the unit is ns, ends are whole; the value is whole or absent. */
static void write_whole_times(AnaJson *json)
{
    static const char *const ends[] = {"low", "high", NULL};
    ana_json_object(json, ANA_JSON_INLINE);
    ana_json_key(json, "if");
    ana_json_object(json, ANA_JSON_INLINE);
    ana_json_key(json, "properties");
    ana_json_object(json, ANA_JSON_INLINE);
    ana_json_key(json, "unit");
    ana_json_object(json, ANA_JSON_INLINE);
    member(json, "const", ana_unit_name(ANA_UNIT_NS));
    ana_json_end(json);
    ana_json_end(json);
    ana_json_end(json);
    ana_json_key(json, "then");
    ana_json_object(json, ANA_JSON_INLINE);
    begin_typed(json, ends, "integer");
    ana_json_key(json, "value");
    ana_json_object(json, ANA_JSON_INLINE);
    types(json, "integer", "null");
    ana_json_end(json);
    ana_json_end(json);
    ana_json_end(json);
    ana_json_end(json);
}

static void write_object(AnaJson *json, AnaJsonObject object)
{
    member(json, "description", ana_json_object_doc(object));
    member(json, "type", "object");
    write_properties(json, object);
    ana_json_key(json, "additionalProperties");
    ana_json_bool(json, FALSE);
    if (has_key(object, "low"))
        write_ends(json);
    if (!has_key(object, "why_absent"))
        return;
    ana_json_key(json, "allOf");
    ana_json_array(json, ANA_JSON_LINES);
    write_absence(json);
    write_whole_times(json);
    ana_json_end(json);
}

/* ---- the document ------------------------------------------------------------------------- */

/* What a document holds, directly or not. */
static void mark_held(AnaJsonObject object, gboolean *held)
{
    for (AnaJsonKey key = 0; key < ANA_N_JSON_KEYS; key++) {
        const AnaJsonKeyInfo *info = ana_json_key_info(key);
        if (info->object == object && info->holds != ANA_OBJECT_NONE && !held[info->holds]) {
            held[info->holds] = TRUE;
            mark_held(info->holds, held);
        }
    }
}

void ana_json_schema_write(AnaJsonObject document, GString *out)
{
    gboolean held[ANA_OBJECT_NONE] = {FALSE};
    g_autoptr(AnaJson) json = ana_json_new(out);
    g_autofree char *title =
        g_strdup_printf("replsim: %s, format %d", ana_json_object_name(document), ANA_JSON_FORMAT);
    mark_held(document, held);
    ana_json_object(json, ANA_JSON_LINES);
    member(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    member(json, "title", title);
    write_object(json, document);
    ana_json_key(json, "$defs");
    ana_json_object(json, ANA_JSON_LINES);
    for (AnaJsonObject object = 0; object < ANA_OBJECT_NONE; object++)
        if (held[object]) {
            ana_json_key(json, ana_json_object_name(object));
            ana_json_object(json, ANA_JSON_LINES);
            write_object(json, object);
            ana_json_end(json);
        }
    ana_json_end(json);
    ana_json_end(json);
    g_string_append_c(out, '\n');
}
