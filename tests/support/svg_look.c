/* svg_look.c — see svg_look.h. */
#include "tests/support/svg_look.h"

#include "analysis/report/svg.h"

#include <string.h>

typedef struct Reader {
    SvgLook *look;
    GString *text; /* of the element under way */
    double x, y, size;
    const char *anchor; /* interned */
} Reader;

static double number_of(const char *text, double otherwise)
{
    return text ? g_ascii_strtod(text, NULL) : otherwise;
}

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (gsize i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return NULL;
}

static void note_outside(SvgLook *look, const char *name, const char *value)
{
    gboolean is_link = strcmp(name, "href") == 0 || strcmp(name, "src") == 0 ||
                       strcmp(name, "xlink:href") == 0 || strcmp(name, "data") == 0;
    if (is_link && *value != '#' && !g_str_has_prefix(value, "data:"))
        g_ptr_array_add(look->outside, g_strdup(value));
    if (strstr(value, "url(") && !strstr(value, "url(#") && !strstr(value, "url('#"))
        g_ptr_array_add(look->outside, g_strdup(value));
}

static void begin(GMarkupParseContext *context, const char *element, const char **names,
                  const char **values, gpointer data, GError **error)
{
    (void)context;
    (void)error;
    Reader *reader = data;
    SvgLook *look = reader->look;
    look->n_elements++;
    g_string_truncate(reader->text, 0);
    for (gsize i = 0; names[i]; i++)
        note_outside(look, names[i], values[i]);
    if (attribute(names, values, "id"))
        g_ptr_array_add(look->ids, g_strdup(attribute(names, values, "id")));
    const char *size = attribute(names, values, "font-size");
    reader->size = number_of(size, reader->size);
    if (size && (look->least_size == 0 || reader->size < look->least_size))
        look->least_size = reader->size;
    if (strcmp(element, "path") == 0 && attribute(names, values, "d"))
        g_ptr_array_add(look->paths, g_strdup(attribute(names, values, "d")));
    if (strcmp(element, "text") == 0) {
        reader->x = number_of(attribute(names, values, "x"), 0);
        reader->y = number_of(attribute(names, values, "y"), 0);
        reader->anchor = g_intern_string(attribute(names, values, "text-anchor"));
    }
}

static void add_text(Reader *reader)
{
    double width = ana_text_width(reader->text->str, reader->size), left = reader->x;
    if (g_strcmp0(reader->anchor, "middle") == 0)
        left -= width / 2;
    else if (g_strcmp0(reader->anchor, "end") == 0)
        left -= width;
    SvgText text = {g_strdup(reader->text->str), left, left + width,
                    reader->y - 0.75 * reader->size, reader->y + 0.2 * reader->size};
    g_array_append_val(reader->look->texts, text);
}

static void end(GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
    (void)context;
    (void)error;
    Reader *reader = data;
    if (strcmp(element, "text") == 0)
        add_text(reader);
    if (strcmp(element, "title") == 0 && !reader->look->title)
        reader->look->title = g_strdup(reader->text->str);
    if (strcmp(element, "desc") == 0 && !reader->look->description)
        reader->look->description = g_strdup(reader->text->str);
}

static void text(GMarkupParseContext *context, const char *text, gsize length, gpointer data,
                 GError **error)
{
    (void)context;
    (void)error;
    g_string_append_len(((Reader *)data)->text, text, (gssize)length);
}

static void clear_text(gpointer data)
{
    g_free(((SvgText *)data)->text);
}

SvgLook *svg_look_new(const char *svg)
{
    static const GMarkupParser parser = {begin, end, text, NULL, NULL};
    SvgLook *look = g_new0(SvgLook, 1);
    Reader reader = {.look = look, .text = g_string_new(NULL), .size = 16};
    g_autoptr(GError) error = NULL;
    look->texts = g_array_new(FALSE, FALSE, sizeof(SvgText));
    g_array_set_clear_func(look->texts, clear_text);
    look->paths = g_ptr_array_new_with_free_func(g_free);
    look->outside = g_ptr_array_new_with_free_func(g_free);
    look->ids = g_ptr_array_new_with_free_func(g_free);
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &reader, NULL);
    if (!g_markup_parse_context_parse(context, svg, (gssize)strlen(svg), &error) ||
        !g_markup_parse_context_end_parse(context, &error))
        look->error = g_strdup(error->message);
    g_markup_parse_context_free(context);
    g_string_free(reader.text, TRUE);
    return look;
}

void svg_look_free(SvgLook *look)
{
    if (!look)
        return;
    g_array_free(look->texts, TRUE);
    g_ptr_array_free(look->paths, TRUE);
    g_ptr_array_free(look->outside, TRUE);
    g_ptr_array_free(look->ids, TRUE);
    g_free(look->error);
    g_free(look->title);
    g_free(look->description);
    g_free(look);
}

char *svg_look_collision(const SvgLook *look)
{
    for (guint i = 0; i < look->texts->len; i++)
        for (guint k = 0; k < i; k++) {
            const SvgText *a = &g_array_index(look->texts, SvgText, i);
            const SvgText *b = &g_array_index(look->texts, SvgText, k);
            if (a->left < b->right && b->left < a->right && a->top < b->bottom &&
                b->top < a->bottom)
                return g_strdup_printf("%s / %s", b->text, a->text);
        }
    return NULL;
}

gboolean svg_look_has_text(const SvgLook *look, const char *text)
{
    for (guint i = 0; i < look->texts->len; i++)
        if (strcmp(g_array_index(look->texts, SvgText, i).text, text) == 0)
            return TRUE;
    return FALSE;
}
