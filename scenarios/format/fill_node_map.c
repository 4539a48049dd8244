/* fill_node_map.c — a node for each of some nodes: `upstream: {db4: db2}`. */
#include "scenarios/format/reader.h"

#include <string.h>

static gboolean is_word(const ScnNode *node, const char *word)
{
    return scn_node_is_scalar(node) && strcmp(node->text, word) == 0;
}

/* The number of the node that a text of the file names; -1: reported. */
static int read_name(ScnReader *reader, const ScnNode *name)
{
    static const RepField node_field = {.key = "node", .type = REP_FIELD_NODE};
    g_autoptr(GString) canonical = g_string_new(NULL);
    int node = -1;
    return scn_read_node(reader, &node_field, &node, name, canonical) ? node : -1;
}

gboolean scn_read_node_map(ScnReader *reader, const RepField *field, RepNodeMap *map,
                           const ScnNode *node, GString *canonical)
{
    const RepSetup *setup = reader->setup;
    gboolean is_good = TRUE;
    g_clear_pointer(&map->to, g_free);
    map->n = 0;
    if (is_word(node, field->fallback)) {
        g_string_append(canonical, field->fallback);
        return TRUE;
    }
    if (node->kind != SCN_MAP) {
        ScnDiag *diag = scn_diags_add(reader->diags, SCN_WRONG_SHAPE, node->span,
                                      "a mapping from nodes to nodes is expected here");
        scn_diag_help(diag, "for example  %s, or '%s'", field->example, field->fallback);
        return FALSE;
    }
    g_autofree int *to = g_new(int, MAX(setup->n_nodes, 1));
    for (gsize i = 0; i < setup->n_nodes; i++)
        to[i] = -1;
    for (gsize i = 0; i < node->n; i++) {
        const ScnNode *value = node->entries[i].value;
        int from = read_name(reader, node->entries[i].key);
        int other = is_word(value, field->fallback) ? -1 : read_name(reader, value);
        is_good &= from >= 0 && (other >= 0 || is_word(value, field->fallback));
        if (from >= 0)
            to[from] = other;
    }
    gsize used = 0;
    for (gsize i = 0; i < setup->n_nodes; i++)
        if (to[i] >= 0)
            g_string_append_printf(canonical, "%s%s: %s", used++ ? ", " : "{", setup->nodes[i].name,
                                   setup->nodes[to[i]].name);
    g_string_append(canonical, used ? "}" : field->fallback);
    if (used) {
        map->to = g_steal_pointer(&to);
        map->n = setup->n_nodes;
    }
    return is_good;
}
