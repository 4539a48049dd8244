/* normalise.c — the one form of the document; see path.h. */
#include "scenarios/format/path.h"

#include <string.h>

/* ---- ranges ------------------------------------------------------------------------------- */

/* Offset of the digits at the end of the text. */
static gsize trailing_digits(const char *text, gsize length)
{
    while (length > 0 && g_ascii_isdigit(text[length - 1]))
        length--;
    return length;
}

char **scn_range_names(const char *text, const char **problem)
{
    const char *dots = strstr(text, "..");
    *problem = NULL;
    if (!dots)
        return NULL;
    gsize left = (gsize)(dots - text), right = strlen(dots + 2);
    gsize left_stem = trailing_digits(text, left), right_stem = trailing_digits(dots + 2, right);
    gsize left_digits = left - left_stem, right_digits = right - right_stem;
    if (left_stem != right_stem || strncmp(text, dots + 2, left_stem) != 0 || !left_digits ||
        !right_digits || left_digits > 9 || right_digits > 9)
        *problem = "the two ends must be one name with two numbers";
    else if (text[left_stem] == '0' && left_digits > 1 && left_digits != right_digits)
        *problem = "numbers with leading zeros must have the same length";
    if (*problem)
        return NULL;
    guint64 from = g_ascii_strtoull(text + left_stem, NULL, 10);
    guint64 to = g_ascii_strtoull(dots + 2 + right_stem, NULL, 10);
    if (from > to)
        *problem = "the first number must not be larger than the second";
    else if (to - from >= SCN_NODES_MAX)
        *problem = "10,000 nodes are the most";
    if (*problem)
        return NULL;
    int width = text[left_stem] == '0' ? (int)left_digits : 1;
    char **names = g_new0(char *, to - from + 2);
    for (guint64 i = from; i <= to; i++)
        names[i - from] =
            g_strdup_printf("%.*s%0*" G_GUINT64_FORMAT, (int)left_stem, text, width, i);
    return names;
}

/* ---- nodes -------------------------------------------------------------------------------- */

/* `db1: us` is db1: {region: us}. */
static ScnNode *node_value(ScnNode *value, ScnArena *arena)
{
    if (value->kind != SCN_SCALAR)
        return value;
    ScnNode *map = scn_node_map(arena, value);
    scn_map_add(arena, map, scn_node_scalar(arena, "region", value->span, value->origin), value);
    return map;
}

static void add_node(ScnNode *nodes, ScnNode *key, ScnNode *value, ScnArena *arena, ScnDiags *diags)
{
    const ScnEntry *first = scn_map_find(nodes, key->text);
    if (!first) {
        scn_map_add(arena, nodes, key, value);
        return;
    }
    ScnDiag *diag =
        scn_diags_add(diags, SCN_NAME_TAKEN, key->span, "the node '%s' is given twice", key->text);
    scn_diag_label(diag, "second time");
    scn_diag_relate(diag, first->key->span, "first time");
}

static void add_range(ScnNode *nodes, ScnNode *key, ScnNode *value, ScnArena *arena,
                      ScnDiags *diags)
{
    const char *problem;
    g_auto(GStrv) names = scn_range_names(key->text, &problem);
    if (problem) {
        ScnDiag *diag = scn_diags_add(diags, SCN_BAD_RANGE, key->span,
                                      "'%s' is not a range of nodes", key->text);
        scn_diag_label(diag, "%s", problem);
        scn_diag_help(diag, "for example  n1..n5: dc1");
        return;
    }
    if (!names) {
        add_node(nodes, key, node_value(value, arena), arena, diags);
        return;
    }
    for (char **name = names; *name; name++) {
        ScnNode *one = scn_node_copy(arena, key, NULL);
        one->text = scn_arena_text(arena, *name, strlen(*name));
        add_node(nodes, one, node_value(scn_node_copy(arena, value, NULL), arena), arena, diags);
    }
}

static void normalise_nodes(ScnEntry *entry, ScnArena *arena, ScnDiags *diags)
{
    ScnNode *given = entry->value;
    if (given->kind != SCN_MAP)
        return;
    ScnNode *nodes = scn_node_map(arena, given);
    for (gsize i = 0; i < given->n; i++)
        add_range(nodes, given->entries[i].key, given->entries[i].value, arena, diags);
    entry->value = nodes;
}

/* ---- faults and scripts ------------------------------------------------------------------- */

/* By its name, or #n. */
static ScnNode *item_key(const ScnNode *item, gsize *unnamed, ScnArena *arena)
{
    const ScnNode *name = scn_map_get(item, "name");
    if (scn_node_is_scalar(name) && !scn_node_is_empty(name))
        return scn_node_copy(arena, name, NULL);
    ScnSpan span = item->span;
    span.end = MIN(span.start + 1, span.end);
    return scn_node_scalar(arena, scn_arena_printf(arena, "#%" G_GSIZE_FORMAT, ++*unnamed), span,
                           item->origin);
}

/* What the entries of a list are called in messages. */
typedef struct Noun {
    const char *one, *many, *example;
} Noun;

/* A list of mappings becomes a mapping by their names. */
static void normalise_list(ScnEntry *entry, const Noun *noun, ScnArena *arena, ScnDiags *diags)
{
    ScnNode *list = entry->value;
    if (list->kind != SCN_LIST)
        return;
    ScnNode *map = scn_node_map(arena, list);
    gsize unnamed = 0;
    for (gsize i = 0; i < list->n; i++) {
        ScnNode *item = list->items[i];
        if (item->kind == SCN_BROKEN)
            continue;
        if (item->kind != SCN_MAP) {
            ScnDiag *diag = scn_diags_add(diags, SCN_WRONG_SHAPE, item->span,
                                          "a %s is a mapping of keys to values", noun->one);
            scn_diag_help(diag, "for example  %s", noun->example);
            continue;
        }
        ScnNode *key = item_key(item, &unnamed, arena);
        const ScnEntry *first = scn_map_find(map, key->text);
        if (!first) {
            scn_map_add(arena, map, key, item);
            continue;
        }
        ScnDiag *diag = scn_diags_add(diags, SCN_NAME_TAKEN, key->span, "two %s are called '%s'",
                                      noun->many, key->text);
        scn_diag_relate(diag, first->key->span, "the first");
    }
    entry->value = map;
}

static void normalise_clients(const ScnNode *clients, ScnArena *arena, ScnDiags *diags)
{
    static const Noun steps = {"step", "steps", "{at: 0ms, write: x, value: A}"};
    for (gsize i = 0; clients && clients->kind == SCN_MAP && i < clients->n; i++) {
        ScnEntry *script = scn_map_find(clients->entries[i].value, "script");
        if (script)
            normalise_list(script, &steps, arena, diags);
    }
}

/* ---- links -------------------------------------------------------------------------------- */

char *scn_link_spelling(const char *text)
{
    const char *arrow = strstr(text, "<->");
    gboolean both = arrow != NULL;
    if (!arrow)
        arrow = strstr(text, "->");
    if (!arrow)
        return NULL;
    g_autofree char *left = g_strstrip(g_strndup(text, (gsize)(arrow - text)));
    g_autofree char *right = g_strstrip(g_strdup(arrow + (both ? 3 : 2)));
    if (!*left || !*right)
        return NULL;
    gboolean turned = both && strcmp(left, right) > 0;
    return g_strdup_printf("%s %s %s", turned ? right : left, both ? "<->" : "->",
                           turned ? left : right);
}

static void normalise_links(ScnEntry *entry, ScnArena *arena, ScnDiags *diags)
{
    ScnNode *given = entry->value;
    if (given->kind != SCN_MAP)
        return;
    ScnNode *links = scn_node_map(arena, given);
    for (gsize i = 0; i < given->n; i++) {
        ScnNode *key = given->entries[i].key;
        g_autofree char *spelling = scn_link_spelling(key->text);
        if (spelling && strcmp(spelling, key->text) != 0) {
            key = scn_node_copy(arena, key, NULL);
            key->text = scn_arena_text(arena, spelling, strlen(spelling));
        }
        const ScnEntry *first = scn_map_find(links, key->text);
        if (!first) {
            scn_map_add(arena, links, key, given->entries[i].value);
            continue;
        }
        ScnDiag *diag = scn_diags_add(diags, SCN_LINK_TWICE, key->span,
                                      "the link '%s' is given twice", key->text);
        scn_diag_relate(diag, first->key->span, "first time");
    }
    entry->value = links;
}

/* ---- the whole ---------------------------------------------------------------------------- */

void scn_normalise(ScnNode *root, ScnArena *arena, ScnDiags *diags)
{
    static const char *const link_maps[] = {"between", "bandwidth", "loss"};
    static const Noun noun = {"fault", "faults", "{at: 30s, crash: db1, for: 20s}"};
    ScnEntry *nodes = scn_map_find(root, "nodes"), *faults = scn_map_find(root, "faults");
    const ScnNode *network = scn_map_get(root, "network");
    if (nodes)
        normalise_nodes(nodes, arena, diags);
    if (faults)
        normalise_list(faults, &noun, arena, diags);
    normalise_clients(scn_map_get(root, "clients"), arena, diags);
    for (gsize i = 0; i < G_N_ELEMENTS(link_maps); i++) {
        ScnEntry *links = scn_map_find(network, link_maps[i]);
        if (links)
            normalise_links(links, arena, diags);
    }
}

void scn_expand_dotted(ScnNode *root, ScnArena *arena, ScnDiags *diags)
{
    ScnNode *plain = scn_node_map(arena, root);
    for (gsize i = 0; i < root->n; i++) {
        const ScnEntry *entry = &root->entries[i];
        if (!strchr(entry->key->text, '.') || g_str_has_prefix(entry->key->text, "x-"))
            scn_map_add(arena, plain, entry->key, entry->value);
    }
    scn_normalise(plain, arena, diags);
    for (gsize i = 0; i < root->n; i++) {
        const ScnEntry *entry = &root->entries[i];
        if (!strchr(entry->key->text, '.') || g_str_has_prefix(entry->key->text, "x-"))
            continue;
        ScnOverride override = {.path = entry->key,
                                .value = entry->value,
                                .origin = entry->value->origin,
                                .may_create = TRUE,
                                .must_be_new = TRUE};
        scn_path_set(plain, &override, arena, diags);
    }
    *root = *plain;
}
