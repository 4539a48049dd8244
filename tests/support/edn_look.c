/* edn_look.c — see edn_look.h. */
#include "tests/support/edn_look.h"

#include <string.h>

typedef struct Reader {
    const char *start, *at;
    gboolean is_wrong;
} Reader;

void edn_free(gpointer data)
{
    EdnValue *value = data;
    g_free(value->text);
    if (value->items)
        g_ptr_array_unref(value->items);
    g_free(value);
}

static void skip(Reader *reader)
{
    for (;;) {
        reader->at += strspn(reader->at, " \t\r\n,");
        if (*reader->at != ';')
            return;
        reader->at += strcspn(reader->at, "\n");
    }
}

static EdnValue *value_new(EdnKind kind)
{
    EdnValue *value = g_new0(EdnValue, 1);
    value->kind = kind;
    return value;
}

static void wrong(Reader *reader)
{
    reader->is_wrong = TRUE;
}

static EdnValue *read_value(Reader *reader);

static EdnValue *read_items(Reader *reader, EdnKind kind, char end)
{
    EdnValue *value = value_new(kind);
    value->items = g_ptr_array_new_with_free_func(edn_free);
    reader->at++;
    for (skip(reader); *reader->at && *reader->at != end && !reader->is_wrong; skip(reader))
        g_ptr_array_add(value->items, read_value(reader));
    if (*reader->at != end || (kind == EDN_MAP && value->items->len % 2))
        wrong(reader);
    else
        reader->at++;
    return value;
}

static EdnValue *read_string(Reader *reader)
{
    GString *text = g_string_new(NULL);
    for (reader->at++; *reader->at && *reader->at != '"'; reader->at++) {
        if (*reader->at == '\\')
            reader->at++;
        g_string_append_c(text, *reader->at);
    }
    if (*reader->at != '"')
        wrong(reader);
    else
        reader->at++;
    EdnValue *value = value_new(EDN_TEXT);
    value->text = g_string_free(text, FALSE);
    return value;
}

static EdnValue *read_word(Reader *reader)
{
    gsize length = strcspn(reader->at, " \t\r\n,{}[]\";");
    g_autofree char *word = g_strndup(reader->at, length);
    EdnValue *value = value_new(EDN_NIL);
    reader->at += length;
    if (*word == ':' && length > 1) {
        value->kind = EDN_KEYWORD;
        value->text = g_strdup(word + 1);
    } else if (length &&
               g_ascii_string_to_signed(word, 10, G_MININT64, G_MAXINT64, &value->number, NULL)) {
        value->kind = EDN_INT;
    } else if (strcmp(word, "nil") != 0) {
        wrong(reader);
    }
    return value;
}

static EdnValue *read_value(Reader *reader)
{
    switch (*reader->at) {
    case '{':
        return read_items(reader, EDN_MAP, '}');
    case '[':
        return read_items(reader, EDN_VECTOR, ']');
    case '"':
        return read_string(reader);
    default:
        return read_word(reader);
    }
}

GPtrArray *edn_read(const char *text, char **error)
{
    Reader reader = {text, text, FALSE};
    GPtrArray *values = g_ptr_array_new_with_free_func(edn_free);
    *error = NULL;
    for (skip(&reader); *reader.at && !reader.is_wrong; skip(&reader))
        g_ptr_array_add(values, read_value(&reader));
    if (!reader.is_wrong)
        return values;
    *error = g_strdup_printf("byte %d: %.20s", (int)(reader.at - reader.start), reader.at);
    g_ptr_array_unref(values);
    return NULL;
}

const EdnValue *edn_get(const EdnValue *map, const char *key)
{
    for (guint i = 0; map->kind == EDN_MAP && i + 1 < map->items->len; i += 2) {
        const EdnValue *name = map->items->pdata[i];
        if (name->kind == EDN_KEYWORD && strcmp(name->text, key) == 0)
            return map->items->pdata[i + 1];
    }
    return NULL;
}

const char *edn_text(const EdnValue *value)
{
    return value && value->text ? value->text : "";
}
