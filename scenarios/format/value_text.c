/* value_text.c — values of scripts as the document gives them: texts, and lists of them. */
#include "scenarios/format/reader.h"
#include "sim/value.h"

#include <string.h>

#define VALUE_MAX 200u /* bytes of a canonical spelling */

/* The canonical spelling; NULL where the node is no value. Caller frees. */
static char *value_of_node(const ScnNode *node)
{
    if (node->kind == SCN_SCALAR) {
        gsize ignored;
        return node->style == SCN_PLAIN || node->text[0] == '['
                   ? sim_value_canonical(node->text, &ignored)
                   : g_strstrip(g_strdup(node->text));
    }
    if (node->kind != SCN_LIST)
        return NULL;
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < node->n; i++) {
        char *item = value_of_node(node->items[i]);
        if (!item)
            return NULL;
        g_ptr_array_add(items, item);
    }
    return sim_value_list(items);
}

gboolean scn_read_value_node(ScnReader *reader, const ScnNode *node, char **value,
                             GString *canonical)
{
    g_autofree char *text = value_of_node(node);
    if (!text || strlen(text) > VALUE_MAX) {
        ScnDiag *diag = scn_diags_add(reader->diags, text ? SCN_TOO_MANY : SCN_WRONG_SHAPE,
                                      node->span, "a value is a short text, or a list of them");
        if (text)
            scn_diag_label(diag, "%u bytes are the most", VALUE_MAX);
        else
            scn_diag_help(diag, "for example  [milk, flour]");
        return FALSE;
    }
    g_free(*value);
    *value = g_strdup(text);
    g_string_append(canonical, text);
    return TRUE;
}
