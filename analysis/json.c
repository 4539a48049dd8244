/* json.c — a streaming JSON writer; see json.h. */
#include "analysis/json.h"

#include "sim/check.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

typedef struct Level {
    gboolean is_object, is_inline, has_members, has_key;
} Level;

struct AnaJson {
    GString *out;
    Level levels[DEPTH_MAX];
    int depth; /* levels[depth - 1] is the innermost */
    gboolean is_done;
};

AnaJson *ana_json_new(GString *out)
{
    AnaJson *json = g_new0(AnaJson, 1);
    json->out = out;
    return json;
}

void ana_json_free(AnaJson *json)
{
    if (!json)
        return;
    SIM_CHECK(json->depth == 0, "%d containers are open", json->depth);
    g_free(json);
}

static void new_line(AnaJson *json)
{
    g_string_append_c(json->out, '\n');
    for (int i = 0; i < json->depth; i++)
        g_string_append(json->out, "  ");
}

/* What stands between the last member and the next. */
static void separate(AnaJson *json, Level *level)
{
    if (level->has_members)
        g_string_append_c(json->out, ',');
    if (!level->is_inline)
        new_line(json);
    else if (level->has_members)
        g_string_append_c(json->out, ' ');
    level->has_members = TRUE;
}

static void before_value(AnaJson *json)
{
    if (json->depth == 0) {
        SIM_CHECK(!json->is_done, "a second value at the top");
        json->is_done = TRUE;
        return;
    }
    Level *level = &json->levels[json->depth - 1];
    if (level->is_object) {
        SIM_CHECK(level->has_key, "a value without a key");
        level->has_key = FALSE;
    } else {
        separate(json, level);
    }
}

/* ---- text --------------------------------------------------------------------------------- */

static void append_escaped(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\')
            g_string_append_printf(out, "\\%c", byte);
        else if (byte == '\n')
            g_string_append(out, "\\n");
        else if (byte == '\t')
            g_string_append(out, "\\t");
        else if (byte == '\r')
            g_string_append(out, "\\r");
        else if (byte < 0x20 || byte == 0x7f)
            g_string_append_printf(out, "\\u%04x", byte);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

static void append_text(GString *out, const char *text)
{
    if (g_utf8_validate(text, -1, NULL)) {
        append_escaped(out, text);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    append_escaped(out, valid);
}

void ana_json_key(AnaJson *json, const char *key)
{
    SIM_CHECK(json->depth > 0 && json->levels[json->depth - 1].is_object, "'%s' outside an object",
              key);
    Level *level = &json->levels[json->depth - 1];
    SIM_CHECK(!level->has_key, "'%s' after a key", key);
    separate(json, level);
    level->has_key = TRUE;
    append_text(json->out, key);
    g_string_append(json->out, ": ");
}

void ana_json_text(AnaJson *json, const char *text)
{
    if (!text) {
        ana_json_null(json);
        return;
    }
    before_value(json);
    append_text(json->out, text);
}

/* ---- containers --------------------------------------------------------------------------- */

static void begin(AnaJson *json, gboolean is_object, AnaJsonForm form)
{
    before_value(json);
    SIM_CHECK(json->depth < DEPTH_MAX, "deeper than %d", DEPTH_MAX);
    gboolean is_inline =
        form == ANA_JSON_INLINE || (json->depth > 0 && json->levels[json->depth - 1].is_inline);
    json->levels[json->depth++] = (Level){.is_object = is_object, .is_inline = is_inline};
    g_string_append_c(json->out, is_object ? '{' : '[');
}

void ana_json_object(AnaJson *json, AnaJsonForm form)
{
    begin(json, TRUE, form);
}

void ana_json_array(AnaJson *json, AnaJsonForm form)
{
    begin(json, FALSE, form);
}

void ana_json_end(AnaJson *json)
{
    SIM_CHECK(json->depth > 0, "nothing is open");
    const Level level = json->levels[json->depth - 1];
    SIM_CHECK(!level.has_key, "a key without a value");
    json->depth--;
    if (level.has_members && !level.is_inline)
        new_line(json);
    g_string_append_c(json->out, level.is_object ? '}' : ']');
}

/* ---- numbers and constants ---------------------------------------------------------------- */

void ana_json_int(AnaJson *json, gint64 value)
{
    before_value(json);
    g_string_append_printf(json->out, "%" G_GINT64_FORMAT, value);
}

void ana_json_uint(AnaJson *json, guint64 value)
{
    before_value(json);
    g_string_append_printf(json->out, "%" G_GUINT64_FORMAT, value);
}

const char *ana_double_text(double value, char out[ANA_DOUBLE_TEXT])
{
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    if (value == 0)
        value = 0; /* no minus */
    if (fabs(value) < 0x1p53 && value == floor(value))
        return g_ascii_formatd(out, ANA_DOUBLE_TEXT, "%.0f", value);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(out, ANA_DOUBLE_TEXT, formats[i], value);
        if (g_ascii_strtod(out, NULL) == value)
            break;
    }
    return out;
}

void ana_json_double(AnaJson *json, double value)
{
    char text[ANA_DOUBLE_TEXT];
    SIM_CHECK(isfinite(value), "%g is not JSON", value);
    before_value(json);
    g_string_append(json->out, ana_double_text(value, text));
}

void ana_json_bool(AnaJson *json, gboolean value)
{
    before_value(json);
    g_string_append(json->out, value ? "true" : "false");
}

void ana_json_null(AnaJson *json)
{
    before_value(json);
    g_string_append(json->out, "null");
}
