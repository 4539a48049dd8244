/*
 * read_html.c — a page back into the document it was made from; see document.h.
 *
 * Pages are well-formed XML of few elements, so a page that was kept or mailed can be written again
 * in another form without simulating anything. First a tree, then blocks from it. What is no page
 * of ours is refused.
 */
#include "analysis/report/document.h"

#include "analysis/report/svg.h"

#include <string.h>

/* ---- a tree ------------------------------------------------------------------------------- */

typedef struct Node {
    char *name; /* NULL: text */
    char *text;
    char **names, **values; /* attributes */
    GPtrArray *children;    /* Node, owned */
} Node;

static void node_free(gpointer data)
{
    Node *node = data;
    g_free(node->name);
    g_free(node->text);
    g_strfreev(node->names);
    g_strfreev(node->values);
    g_ptr_array_free(node->children, TRUE);
    g_free(node);
}

static Node *node_new(Node *parent, const char *name)
{
    Node *node = g_new0(Node, 1);
    node->name = g_strdup(name);
    node->children = g_ptr_array_new_with_free_func(node_free);
    if (parent)
        g_ptr_array_add(parent->children, node);
    return node;
}

static void begin(GMarkupParseContext *context, const char *name, const char **names,
                  const char **values, gpointer data, GError **error)
{
    GPtrArray *open = data;
    (void)context;
    (void)error;
    Node *node = node_new(open->pdata[open->len - 1], name);
    node->names = g_strdupv((char **)names);
    node->values = g_strdupv((char **)values);
    g_ptr_array_add(open, node);
}

static void end(GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
    GPtrArray *open = data;
    (void)context;
    (void)name;
    (void)error;
    g_ptr_array_set_size(open, (int)open->len - 1);
}

static void text(GMarkupParseContext *context, const char *text, gsize length, gpointer data,
                 GError **error)
{
    GPtrArray *open = data;
    (void)context;
    (void)error;
    Node *node = node_new(open->pdata[open->len - 1], NULL);
    node->text = g_strndup(text, length);
}

/* NULL and *error where it is not well-formed. */
static Node *parse(const char *page, gsize length, GError **error)
{
    static const GMarkupParser parser = {begin, end, text, NULL, NULL};
    Node *root = node_new(NULL, "");
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    g_ptr_array_add(open, root);
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, open, NULL);
    gboolean good = g_markup_parse_context_parse(context, page, (gssize)length, error) &&
                    g_markup_parse_context_end_parse(context, error);
    g_markup_parse_context_free(context);
    if (good)
        return root;
    node_free(root);
    return NULL;
}

/* ---- looking at it ------------------------------------------------------------------------ */

static Node *child(const Node *node, guint i)
{
    return node->children->pdata[i];
}

static const char *attribute(const Node *node, const char *name)
{
    for (gsize i = 0; node->names && node->names[i]; i++)
        if (strcmp(node->names[i], name) == 0)
            return node->values[i];
    return "";
}

static gboolean is(const Node *node, const char *name)
{
    return g_strcmp0(node->name, name) == 0;
}

static gboolean has_class(const Node *node, const char *class)
{
    g_auto(GStrv) classes = g_strsplit(attribute(node, "class"), " ", -1);
    return g_strv_contains((const char *const *)classes, class);
}

/* The first element of that name below, in order; NULL: none. */
static Node *find(const Node *node, const char *name)
{
    for (guint i = 0; i < node->children->len; i++) {
        if (is(child(node, i), name))
            return child(node, i);
        Node *found = find(child(node, i), name);
        if (found)
            return found;
    }
    return NULL;
}

static void append_text(GString *out, const Node *node)
{
    if (node->text)
        g_string_append(out, node->text);
    for (guint i = 0; i < node->children->len; i++)
        append_text(out, child(node, i));
}

static char *text_of(const Node *node)
{
    GString *out = g_string_new(NULL);
    if (node)
        append_text(out, node);
    return g_string_free(out, FALSE);
}

/* Only what stands in it itself, not in elements within. */
static char *own_text(const Node *node)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < node->children->len; i++)
        if (child(node, i)->text)
            g_string_append(out, child(node, i)->text);
    return g_string_free(out, FALSE);
}

/* The element as it was written. */
static void write_node(GString *out, const Node *node)
{
    if (node->text) {
        ana_xml_text(out, node->text);
        return;
    }
    g_string_append_printf(out, "<%s", node->name);
    for (gsize i = 0; node->names[i]; i++) {
        g_string_append_printf(out, " %s=\"", node->names[i]);
        ana_xml_text(out, node->values[i]);
        g_string_append_c(out, '"');
    }
    if (node->children->len == 0) {
        g_string_append(out, "/>");
        return;
    }
    g_string_append_c(out, '>');
    for (guint i = 0; i < node->children->len; i++)
        write_node(out, child(node, i));
    g_string_append_printf(out, "</%s>", node->name);
}

/* ---- tables and pictures ------------------------------------------------------------------ */

static void read_cell(AnaTableCell *cell, const Node *node)
{
    g_autofree char *own = own_text(node);
    cell->text = *own ? g_steal_pointer(&own) : NULL;
    for (guint i = 0; i < node->children->len; i++) {
        const Node *part = child(node, i);
        if (is(part, "svg")) {
            GString *svg = g_string_new(NULL);
            write_node(svg, part);
            cell->svg = g_string_free(svg, FALSE);
        } else if (is(part, "span") && has_class(part, "change")) {
            cell->change = text_of(part);
        } else if (is(part, "span") && has_class(part, "interval")) {
            cell->below = text_of(part);
        } else if (is(part, "span") && has_class(part, "mark")) {
            g_autofree char *mark = text_of(part);
            cell->mark = g_intern_string(mark);
        }
    }
}

/* Elements among the children. */
static guint n_elements(const Node *node)
{
    guint n = 0;
    for (guint i = 0; i < node->children->len; i++)
        n += child(node, i)->name ? 1 : 0;
    return n;
}

/* NULL: it is no table of ours. */
static AnaTable *read_table(const Node *node)
{
    const Node *head = find(node, "tr"), *body = find(node, "tbody");
    if (!head || !body || n_elements(head) == 0)
        return NULL;
    GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < head->children->len; i++)
        if (child(head, i)->name)
            g_ptr_array_add(columns, text_of(child(head, i)));
    g_autofree char *title = text_of(find(node, "caption"));
    AnaTable *table =
        ana_table_new(title, columns->len, (const char *const *)(gconstpointer)columns->pdata);
    table->is_sortable = has_class(node, "sort");
    for (guint r = 0; r < body->children->len; r++) {
        const Node *row = child(body, r);
        if (!is(row, "tr"))
            continue;
        AnaTableCell *cells = ana_table_row(table);
        guint column = 0;
        for (guint i = 0; i < row->children->len && column < table->n_columns; i++)
            if (child(row, i)->name)
                read_cell(&cells[column++], child(row, i));
    }
    g_ptr_array_free(columns, TRUE);
    return table;
}

static AnaPicture *read_picture(const Node *figure)
{
    const Node *svg = find(figure, "svg");
    if (!svg)
        return NULL;
    g_autofree char *title = text_of(find(svg, "title")), *description = text_of(find(svg, "desc"));
    g_autofree char *how = NULL;
    for (guint i = 0; i < figure->children->len; i++)
        if (is(child(figure, i), "p") && has_class(child(figure, i), "how"))
            how = text_of(child(figure, i));
    const char *said =
        how && g_str_has_prefix(how, ANA_HOW_TO_READ) ? how + strlen(ANA_HOW_TO_READ) : "";
    AnaPicture *picture = ana_picture_new(title, said, description);
    g_auto(GStrv) box = g_strsplit(attribute(svg, "viewBox"), " ", -1);
    if (g_strv_length(box) == 4) {
        picture->width = g_ascii_strtod(box[2], NULL);
        picture->height = g_ascii_strtod(box[3], NULL);
    }
    for (guint i = 0; i < svg->children->len; i++)
        if (!is(child(svg, i), "title") && !is(child(svg, i), "desc"))
            write_node(picture->body, child(svg, i));
    return picture;
}

/* ---- blocks ------------------------------------------------------------------------------- */

static void read_blocks(AnaDocument *document, const Node *node);

static AnaBlock *last_block(AnaDocument *document, AnaBlockKind kind)
{
    if (document->blocks->len == 0)
        return NULL;
    AnaBlock *block = &g_array_index(document->blocks, AnaBlock, document->blocks->len - 1);
    return block->kind == kind ? block : NULL;
}

static void read_paragraph(AnaDocument *document, const Node *node)
{
    g_autofree char *said = text_of(node);
    if (has_class(node, "tools")) { /* what the code before it is saved as */
        AnaBlock *code = last_block(document, ANA_BLOCK_CODE);
        const Node *link = find(node, "a");
        if (code && link)
            code->name = g_strdup(attribute(link, "download"));
    } else if (has_class(node, "note")) {
        AnaBlock *table = last_block(document, ANA_BLOCK_TABLE);
        if (table)
            g_ptr_array_add(table->table->notes, g_steal_pointer(&said));
    } else {
        ana_document_text(document,
                          has_class(node, "lead")   ? ANA_BLOCK_LEAD
                          : has_class(node, "band") ? ANA_BLOCK_BAND
                                                    : ANA_BLOCK_TEXT,
                          said);
    }
}

static void read_item(AnaDocument *document, const Node *node)
{
    static const char *const verdicts[] = {"pass", "fail", "inconclusive"};
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++)
        if (has_class(node, "chip") && has_class(node, verdicts[i])) {
            g_autofree char *own = own_text(node);
            ana_document_chip(document, verdicts[i], own);
            return;
        }
    g_autofree char *said = text_of(node);
    ana_document_text(document, ANA_BLOCK_ITEM, said);
}

static void read_figure(AnaDocument *document, const Node *node)
{
    const char *id = attribute(node, "id");
    AnaPicture *picture = read_picture(node);
    const Node *data = find(node, "table");
    if (!picture || !g_str_has_prefix(id, ANA_FIGURE_ID)) {
        ana_picture_free(picture);
        return;
    }
    ana_document_picture(document, id + strlen(ANA_FIGURE_ID), picture,
                         data ? read_table(data) : NULL);
}

static void read_fold(AnaDocument *document, const Node *node)
{
    g_autofree char *summary = text_of(find(node, "summary"));
    ana_document_fold(document, summary);
    read_blocks(document, node);
    ana_document_end_fold(document);
}

static void read_block(AnaDocument *document, const Node *node)
{
    g_autofree char *said = NULL;
    if (is(node, "h2")) {
        said = text_of(node);
        ana_document_section(document, attribute(node, "id"), said);
    } else if (is(node, "p")) {
        read_paragraph(document, node);
    } else if (is(node, "li")) {
        read_item(document, node);
    } else if (is(node, "pre")) {
        said = text_of(node);
        ana_document_code(document, NULL, said);
    } else if (is(node, "figure")) {
        read_figure(document, node);
    } else if (is(node, "details")) {
        read_fold(document, node);
    } else if (is(node, "table")) {
        AnaTable *table = read_table(node);
        if (table)
            ana_document_table(document, table);
    } else {
        read_blocks(document, node); /* sections, lists, what tables stand in */
    }
}

static void read_blocks(AnaDocument *document, const Node *node)
{
    for (guint i = 0; i < node->children->len; i++)
        if (child(node, i)->name)
            read_block(document, child(node, i));
}

/* The legend: the style is in the class of the swatch's line. */
static void read_variants(AnaDocument *document, const Node *node)
{
    for (guint i = 0; i < node->children->len; i++) {
        const Node *part = child(node, i);
        if (!is(part, "span") || !has_class(part, "key")) {
            read_variants(document, part);
            continue;
        }
        const Node *line = find(part, "path");
        const char *class = line ? attribute(line, "class") : "";
        g_autofree char *name = own_text(part);
        ana_document_variant(document, name, *class ? (guint)(class[1] - '0') : 0);
    }
}

/* The child of the body of that name. */
static const Node *part_of(const Node *root, const char *name)
{
    const Node *body = find(root, "body");
    for (guint i = 0; body && i < body->children->len; i++)
        if (is(child(body, i), name))
            return child(body, i);
    return NULL;
}

AnaDocument *ana_document_read_html(const char *page, gsize length, GError **error)
{
    Node *root = parse(page, length, error);
    if (!root)
        return NULL;
    const Node *header = part_of(root, "header"), *main = part_of(root, "main"),
               *footer = part_of(root, "footer"), *bar = part_of(root, "nav");
    AnaDocument *document = NULL;
    if (header && main && footer && bar && find(header, "h1") && find(header, "p")) {
        g_autofree char *title = text_of(find(header, "h1")), *under = text_of(find(header, "p"));
        g_autofree char *foot = text_of(footer);
        document = ana_document_new(title, under, foot);
        read_variants(document, bar);
        read_blocks(document, main);
    } else {
        g_set_error(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
                    "it is not a report of replsim");
    }
    node_free(root);
    return document;
}
