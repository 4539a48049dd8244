/* json_keys.c — see json_keys.h. */
#include "analysis/json_keys.h"

#include "sim/check.h"

#include <string.h>

#define ANA_REQUIRED TRUE
#define ANA_OPTIONAL FALSE

static const AnaJsonKeyInfo keys[ANA_N_JSON_KEYS] = {
#define ANA_KEY(object, id, name, type, holds, presence, doc)                                      \
    [ANA_JSON_##object##_##id] = {ANA_OBJECT_##object, name,           ANA_TYPE_##type,            \
                                  ANA_OBJECT_##holds,  ANA_##presence, doc},
    ANA_JSON_KEYS(ANA_KEY)
#undef ANA_KEY
};

static const struct {
    const char *name, *doc;
} objects[] = {
#define ANA_OBJECT(id, name, doc) {name, doc},
    ANA_JSON_OBJECTS(ANA_OBJECT)
#undef ANA_OBJECT
};

const AnaJsonKeyInfo *ana_json_key_info(AnaJsonKey key)
{
    return &keys[key];
}

const char *ana_json_object_name(AnaJsonObject object)
{
    return objects[object].name;
}

const char *ana_json_object_doc(AnaJsonObject object)
{
    return objects[object].doc;
}

const char *const *ana_json_words(AnaJsonType type)
{
    static const char *const units[] = {"ratio", "ns", "count", "bytes", NULL},
                             *const pers[] = {"replication", "operation", NULL},
                             *const verdicts[] = {"pass", "fail", "inconclusive", NULL},
                             *const operations[] = {"read", "write", NULL},
                             *const changes[] = {"better", "worse", "differs", "~", "?", NULL};
    return type == ANA_TYPE_UNIT        ? units
           : type == ANA_TYPE_PER       ? pers
           : type == ANA_TYPE_VERDICT   ? verdicts
           : type == ANA_TYPE_OPERATION ? operations
           : type == ANA_TYPE_CHANGE    ? changes
                                        : NULL;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put_key(AnaJson *json, AnaJsonKey key, gboolean fits)
{
    SIM_CHECK(fits, "'%s' of a %s is described as something else", keys[key].name,
              objects[keys[key].object].name);
    ana_json_key(json, keys[key].name);
}

void ana_put_format(AnaJson *json, AnaJsonKey key)
{
    put_key(json, key, keys[key].type == ANA_TYPE_FORMAT);
    ana_json_uint(json, ANA_JSON_FORMAT);
}

void ana_put_text(AnaJson *json, AnaJsonKey key, const char *text)
{
    AnaJsonType type = keys[key].type;
    const char *const *words = ana_json_words(type);
    put_key(json, key,
            words ? g_strv_contains(words, text) : type == ANA_TYPE_TEXT || type == ANA_TYPE_HEX);
    ana_json_text(json, text);
}

void ana_put_digest(AnaJson *json, AnaJsonKey key, guint64 digest)
{
    char text[17];
    g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", digest);
    put_key(json, key, keys[key].type == ANA_TYPE_HEX);
    ana_json_text(json, text);
}

void ana_put_uint(AnaJson *json, AnaJsonKey key, guint64 value)
{
    put_key(json, key, keys[key].type == ANA_TYPE_UINT);
    ana_json_uint(json, value);
}

void ana_put_bool(AnaJson *json, AnaJsonKey key, gboolean value)
{
    put_key(json, key, keys[key].type == ANA_TYPE_BOOL);
    ana_json_bool(json, value);
}

void ana_put_number(AnaJson *json, AnaJsonKey key, AnaUnit unit, double value)
{
    AnaJsonType type = keys[key].type;
    put_key(json, key,
            type == ANA_TYPE_NUMBER_OR_NULL || (type == ANA_TYPE_NUMBER && value == value));
    if (value != value)
        ana_json_null(json);
    else if (unit == ANA_UNIT_NS)
        ana_json_int(json, (gint64)value);
    else
        ana_json_double(json, value);
}

void ana_put_instant(AnaJson *json, AnaJsonKey key, SimTime at)
{
    put_key(json, key, keys[key].type == ANA_TYPE_INSTANT);
    if (at == SIM_NEVER)
        ana_json_null(json);
    else
        ana_json_int(json, at);
}

void ana_put_object(AnaJson *json, AnaJsonKey key, AnaJsonForm form)
{
    AnaJsonType type = keys[key].type;
    put_key(json, key,
            type == ANA_TYPE_OBJECT || type == ANA_TYPE_MAP || type == ANA_TYPE_ONE_OR_LIST);
    ana_json_object(json, form);
}

void ana_put_list(AnaJson *json, AnaJsonKey key, AnaJsonForm form)
{
    AnaJsonType type = keys[key].type;
    put_key(json, key, type == ANA_TYPE_LIST || type == ANA_TYPE_ONE_OR_LIST);
    ana_json_array(json, form);
}
