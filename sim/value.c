/* value.c — reading and spelling values; see value.h. */
#include "sim/value.h"

#include <string.h>

#define DEPTH_MAX 8

/* ---- spelling ----------------------------------------------------------------------------- */

static gboolean is_plain(const char *text)
{
    if (!g_ascii_isalnum(text[0]) && (guint8)text[0] < 0x80)
        return FALSE;
    for (; *text; text++)
        if ((guint8)*text < 0x80 && !g_ascii_isalnum(*text) && !strchr(" _-.", *text))
            return FALSE;
    return TRUE;
}

static void append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

/* An item of a list is quoted where it could be taken for something else. */
static void append_item(GString *list, const char *item)
{
    g_string_append(list, list->len > 1 ? ", " : "");
    if (sim_value_is_list(item) || is_plain(item))
        g_string_append(list, item);
    else
        append_quoted(list, item);
}

char *sim_value_list(const GPtrArray *items)
{
    GString *list = g_string_new("[");
    for (guint i = 0; i < items->len; i++)
        append_item(list, g_ptr_array_index(items, i));
    g_string_append_c(list, ']');
    return g_string_free(list, FALSE);
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct Cursor {
    const char *text;
    gsize at;
    int depth;
} Cursor;

static void skip_space(Cursor *cursor)
{
    while (cursor->text[cursor->at] == ' ' || cursor->text[cursor->at] == '\n')
        cursor->at++;
}

/* NULL: they are never closed. */
static char *read_quoted(Cursor *cursor)
{
    GString *text = g_string_new(NULL);
    char mark = cursor->text[cursor->at++];
    for (; cursor->text[cursor->at]; cursor->at++) {
        char c = cursor->text[cursor->at];
        if (c == mark) {
            cursor->at++;
            return g_string_free(text, FALSE);
        }
        if (c == '\\' && mark == '"' && cursor->text[cursor->at + 1])
            c = cursor->text[++cursor->at];
        g_string_append_c(text, c);
    }
    return g_string_free(text, TRUE);
}

static char *read_item(Cursor *cursor);

/* The items up to the closing bracket. FALSE: it is not there. */
static gboolean read_items(Cursor *cursor, GPtrArray *items)
{
    for (cursor->at++;;) {
        skip_space(cursor);
        if (cursor->text[cursor->at] == ']')
            break;
        char *item = read_item(cursor);
        if (!item)
            return FALSE;
        g_ptr_array_add(items, item);
        skip_space(cursor);
        if (cursor->text[cursor->at] == ',')
            cursor->at++;
        else if (cursor->text[cursor->at] != ']')
            return FALSE;
    }
    cursor->at++;
    return TRUE;
}

static char *read_list(Cursor *cursor)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    if (++cursor->depth > DEPTH_MAX || !read_items(cursor, items))
        return NULL;
    cursor->depth--;
    return sim_value_list(items);
}

static char *read_item(Cursor *cursor)
{
    skip_space(cursor);
    char first = cursor->text[cursor->at];
    if (first == '[')
        return read_list(cursor);
    if (first == '"' || first == '\'')
        return read_quoted(cursor);
    gsize start = cursor->at;
    while (cursor->text[cursor->at] && !strchr(",]", cursor->text[cursor->at]))
        cursor->at++;
    char *text = g_strstrip(g_strndup(cursor->text + start, cursor->at - start));
    if (!*text)
        g_clear_pointer(&text, g_free);
    return text;
}

char *sim_value_canonical(const char *text, gsize *problem_at)
{
    Cursor cursor = {.text = text};
    skip_space(&cursor);
    if (!text[cursor.at] || !strchr("[\"'", text[cursor.at]))
        return g_strstrip(g_strdup(text));
    char *value = read_item(&cursor);
    skip_space(&cursor);
    if (value && text[cursor.at])
        g_clear_pointer(&value, g_free);
    if (!value)
        *problem_at = cursor.at;
    return value;
}

gboolean sim_value_is_list(const char *canonical)
{
    return canonical[0] == '[';
}

GPtrArray *sim_value_items(const char *canonical)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    Cursor cursor = {.text = canonical};
    if (!sim_value_is_list(canonical))
        g_ptr_array_add(items, g_strdup(canonical));
    else
        read_items(&cursor, items);
    return items;
}
