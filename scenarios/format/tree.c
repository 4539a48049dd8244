/* tree.c — nodes: making, finding, and telling where a part of a scalar stands in the file. */
#include "scenarios/format/tree.h"

#include <string.h>

const char scn_origin_default[] = "default", scn_origin_file[] = "file";

ScnNode *scn_node_scalar(ScnArena *arena, const char *text, ScnSpan span, const char *origin)
{
    ScnNode *node = scn_arena_new0(arena, ScnNode, 1);
    node->kind = SCN_SCALAR;
    node->text = text;
    node->span = span;
    node->origin = origin;
    return node;
}

ScnNode *scn_node_map(ScnArena *arena, const ScnNode *place)
{
    ScnNode *node = scn_arena_new0(arena, ScnNode, 1);
    node->kind = SCN_MAP;
    node->span = place->span;
    node->origin = place->origin;
    node->text = "";
    return node;
}

ScnNode *scn_node_copy(ScnArena *arena, const ScnNode *node, const char *origin)
{
    ScnNode *copy = scn_arena_new0(arena, ScnNode, 1);
    *copy = *node;
    copy->origin = origin ? origin : node->origin;
    if (node->kind == SCN_MAP) {
        copy->entries = NULL;
        copy->index = NULL;
        copy->n = copy->room = copy->index_size = 0;
        for (gsize i = 0; i < node->n; i++)
            scn_map_add(arena, copy, scn_node_copy(arena, node->entries[i].key, origin),
                        scn_node_copy(arena, node->entries[i].value, origin));
    } else if (node->kind == SCN_LIST) {
        copy->items = scn_arena_new0(arena, ScnNode *, MAX(node->n, 1));
        for (gsize i = 0; i < node->n; i++)
            copy->items[i] = scn_node_copy(arena, node->items[i], origin);
    }
    return copy;
}

/* ---- maps --------------------------------------------------------------------------------- */

#define INDEX_FROM 16u /* smaller maps are searched one by one */

static void index_entry(ScnNode *map, gsize i)
{
    gsize mask = map->index_size - 1;
    gsize slot = g_str_hash(map->entries[i].key->text) & mask;
    while (map->index[slot])
        slot = (slot + 1) & mask;
    map->index[slot] = (guint32)i + 1;
}

static void grow(ScnArena *arena, ScnNode *map)
{
    gsize room = MAX(2 * map->room, 4);
    ScnEntry *entries = scn_arena_new0(arena, ScnEntry, room);
    if (map->n)
        memcpy(entries, map->entries, map->n * sizeof *entries);
    map->entries = entries;
    map->room = room;
    if (room <= INDEX_FROM)
        return;
    map->index_size = 4 * room;
    map->index = scn_arena_new0(arena, guint32, map->index_size);
    for (gsize i = 0; i < map->n; i++)
        index_entry(map, i);
}

void scn_map_add(ScnArena *arena, ScnNode *map, ScnNode *key, ScnNode *value)
{
    if (map->n == map->room)
        grow(arena, map);
    map->entries[map->n] = (ScnEntry){key, value};
    if (map->index)
        index_entry(map, map->n);
    map->n++;
}

void scn_map_set(ScnArena *arena, ScnNode *map, ScnNode *key, ScnNode *value)
{
    ScnEntry *entry = scn_map_find(map, key->text);
    if (entry)
        *entry = (ScnEntry){key, value};
    else
        scn_map_add(arena, map, key, value);
}

ScnEntry *scn_map_find(const ScnNode *map, const char *key)
{
    if (!map || map->kind != SCN_MAP)
        return NULL;
    if (!map->index) {
        for (gsize i = 0; i < map->n; i++)
            if (strcmp(map->entries[i].key->text, key) == 0)
                return &map->entries[i];
        return NULL;
    }
    gsize mask = map->index_size - 1;
    for (gsize slot = g_str_hash(key) & mask; map->index[slot]; slot = (slot + 1) & mask)
        if (strcmp(map->entries[map->index[slot] - 1].key->text, key) == 0)
            return &map->entries[map->index[slot] - 1];
    return NULL;
}

ScnNode *scn_map_get(const ScnNode *map, const char *key)
{
    ScnEntry *entry = scn_map_find(map, key);
    return entry ? entry->value : NULL;
}

gboolean scn_node_is_scalar(const ScnNode *node)
{
    return node && node->kind == SCN_SCALAR;
}

gboolean scn_node_is_empty(const ScnNode *node)
{
    return scn_node_is_scalar(node) && node->style == SCN_PLAIN && node->text[0] == '\0';
}

const char *scn_node_kind_name(const ScnNode *node)
{
    switch (node->kind) {
    case SCN_LIST:
        return "a list";
    case SCN_MAP:
        return "a mapping";
    case SCN_SCALAR:
    case SCN_BROKEN:
        return "a text";
    }
    return "";
}

/* ---- places inside a scalar --------------------------------------------------------------- */

static gboolean is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Offset of the scalar's first byte behind the opening quote or the header of a block. */
static gsize content_start(const ScnNode *node)
{
    const char *text = node->span.source->text;
    gsize at = node->span.start;
    if (node->style == SCN_SINGLE_QUOTED || node->style == SCN_DOUBLE_QUOTED)
        return at + 1;
    if (node->style == SCN_BLOCK) {
        while (at < node->span.end && text[at] != '\n')
            at++;
        return MIN(at + 1, node->span.end);
    }
    return at;
}

/* Folding changes nothing but white space, so everything else is found in order. Stops at escape
 * sequences, where text and source differ: then FALSE. */
static gboolean align(const ScnNode *node, gsize target, gboolean is_end, gsize *offset)
{
    const char *text = node->span.source->text;
    gsize at = content_start(node), after = at;
    for (gsize i = 0; i <= target; i++) {
        if (i == target && is_end)
            break;
        if (node->text[i] == '\0' || is_space(node->text[i]))
            continue;
        while (at < node->span.end && is_space(text[at]))
            at++;
        if (at >= node->span.end || text[at] != node->text[i])
            return FALSE;
        if (i == target) {
            after = at;
            break;
        }
        at++;
        if (node->style == SCN_SINGLE_QUOTED && node->text[i] == '\'')
            at++;
        after = at;
    }
    *offset = after;
    return TRUE;
}

ScnSpan scn_node_part(const ScnNode *node, gsize start, gsize end)
{
    if (!node->span.source || node->kind != SCN_SCALAR)
        return node->span;
    ScnSpan part = {.source = node->span.source};
    if (!align(node, start, FALSE, &part.start) || !align(node, end, TRUE, &part.end))
        return node->span;
    part.end = MAX(part.end, part.start);
    return part;
}
