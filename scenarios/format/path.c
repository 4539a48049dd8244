/*
 * path.c — setting a value by its path.
 *
 * At each mapping the next part is the shortest beginning of the rest, cut at a dot, that is a key
 * there; so names with dots need no quotes where they exist. Where none is a key, the part goes to
 * the next dot. Links are the last part of their paths, and stand to the end.
 */
#include "scenarios/format/path.h"

#include "scenarios/format/suggest.h"

#include <string.h>

#define PARTS_MAX 8 /* no table is nested deeper */

typedef struct Walk {
    const ScnOverride *override;
    ScnArena *arena;
    ScnDiags *diags;
    const char *text; /* the whole path */
    gsize at;         /* what is not yet walked */
    int depth;        /* parts walked */
    const char *head; /* first and second part */
    const char *second;
} Walk;

typedef struct Part {
    const char *name;
    gsize start, end; /* in the path, quotes included */
} Part;

char *scn_path_head(const char *path)
{
    const char *dot = strchr(path, '.');
    return dot ? g_strndup(path, (gsize)(dot - path)) : g_strdup(path);
}

/* ---- parts -------------------------------------------------------------------------------- */

/* The next dot that ends a part; the two of a range of nodes do not. */
static gsize next_dot(const Walk *walk, gsize at)
{
    const char *text = walk->text;
    gboolean may_be_range = walk->depth == 1 && strcmp(walk->head, "nodes") == 0;
    for (; text[at]; at++) {
        if (text[at] != '.')
            continue;
        if (!may_be_range || text[at + 1] != '.')
            return at;
        at++;
    }
    return at;
}

static Part make_part(Walk *walk, gsize start, gsize end)
{
    return (Part){scn_arena_text(walk->arena, walk->text + start, end - start), start, end};
}

static gboolean is_link_map(const Walk *walk)
{
    static const char *const names[] = {"between", "bandwidth", "loss"};
    if (walk->depth != 2 || strcmp(walk->head, "network") != 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(walk->second, names[i]) == 0)
            return TRUE;
    return FALSE;
}

static Part link_part(Walk *walk)
{
    Part part = make_part(walk, walk->at, strlen(walk->text));
    gsize length = strlen(part.name);
    if (length > 1 && part.name[0] == '"' && part.name[length - 1] == '"')
        part.name = scn_arena_text(walk->arena, part.name + 1, length - 2);
    g_autofree char *spelling = scn_link_spelling(part.name);
    if (spelling)
        part.name = scn_arena_text(walk->arena, spelling, strlen(spelling));
    return part;
}

static Part next_part(Walk *walk, const ScnNode *map)
{
    const char *text = walk->text;
    if (is_link_map(walk))
        return link_part(walk);
    if (text[walk->at] == '"') {
        const char *close = strchr(text + walk->at + 1, '"');
        if (close) {
            gsize end = (gsize)(close - text) + 1;
            Part part = make_part(walk, walk->at, end);
            part.name = scn_arena_text(walk->arena, text + walk->at + 1, end - walk->at - 2);
            return part;
        }
    }
    gsize first = next_dot(walk, walk->at);
    for (gsize end = first;; end = next_dot(walk, end + 1)) {
        Part part = make_part(walk, walk->at, end);
        if (scn_map_find(map, part.name))
            return part;
        if (!text[end])
            return make_part(walk, walk->at, first);
    }
}

static ScnNode *part_key(const Walk *walk, const Part *part)
{
    ScnSpan span = scn_node_part(walk->override->path, part->start, part->end);
    return scn_node_scalar(walk->arena, part->name, span, walk->override->origin);
}

/* ---- reporting ---------------------------------------------------------------------------- */

static gboolean report(const Walk *walk, const Part *part, const char *message)
{
    ScnSpan span = scn_node_part(walk->override->path, part->start, part->end);
    scn_diags_add(walk->diags, SCN_BAD_PATH, span, "%s", message);
    return FALSE;
}

static gboolean report_absent(const Walk *walk, const Part *part, const ScnNode *map)
{
    const char *noun = strcmp(walk->head, "nodes") == 0    ? "node"
                       : strcmp(walk->head, "faults") == 0 ? "fault"
                                                           : "client group";
    g_autofree const char **names = g_new0(const char *, map->n + 1);
    for (gsize i = 0; i < map->n; i++)
        names[i] = map->entries[i].key->text;
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(part->name, names);
    ScnSpan span = scn_node_part(walk->override->path, part->start, part->end);
    ScnDiag *diag =
        scn_diags_add(walk->diags, SCN_BAD_PATH, span, "no %s is called '%s'", noun, part->name);
    scn_diag_label(diag, "known: %s", *list ? list : "none");
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return FALSE;
}

static gboolean report_given_twice(const Walk *walk, const Part *part, const ScnEntry *entry)
{
    ScnSpan span = scn_node_part(walk->override->path, part->start, part->end);
    ScnDiag *diag = scn_diags_add(walk->diags, SCN_DUPLICATE_KEY, span,
                                  "the value of '%s' is given twice", walk->text);
    scn_diag_label(diag, "second time");
    scn_diag_relate(diag, entry->key->span, "first time");
    return FALSE;
}

/* ---- walking ------------------------------------------------------------------------------ */

/* Entries of these have names of the user's, so one that is not there is a slip. */
static gboolean has_user_names(const Walk *walk)
{
    return walk->depth == 1 &&
           (strcmp(walk->head, "nodes") == 0 || strcmp(walk->head, "clients") == 0 ||
            strcmp(walk->head, "faults") == 0);
}

static gboolean set_last(Walk *walk, ScnNode *map, const Part *part)
{
    const ScnOverride *override = walk->override;
    const char *problem = NULL;
    ScnEntry *entry = scn_map_find(map, part->name);
    if (entry && override->must_be_new)
        return report_given_twice(walk, part, entry);
    ScnNode *key = part_key(walk, part);
    g_auto(GStrv) names = walk->depth == 1 && strcmp(walk->head, "nodes") == 0
                              ? scn_range_names(part->name, &problem)
                              : NULL;
    if (!names) {
        scn_map_set(walk->arena, map, key,
                    scn_node_copy(walk->arena, override->value, override->origin));
        return TRUE;
    }
    for (char **name = names; *name; name++) {
        ScnNode *one = scn_node_copy(walk->arena, key, NULL);
        one->text = scn_arena_text(walk->arena, *name, strlen(*name));
        scn_map_set(walk->arena, map, one,
                    scn_node_copy(walk->arena, override->value, override->origin));
    }
    return TRUE;
}

/* The mapping under a part, made where it may be; NULL: reported. */
static ScnNode *step_into(Walk *walk, ScnNode *map, const Part *part)
{
    ScnEntry *entry = scn_map_find(map, part->name);
    if (!entry && has_user_names(walk) && !walk->override->may_create) {
        report_absent(walk, part, map);
        return NULL;
    }
    ScnNode *key = part_key(walk, part);
    if (!entry || scn_node_is_empty(entry->value)) {
        ScnNode *made = scn_node_map(walk->arena, key);
        scn_map_set(walk->arena, map, key, made);
        return made;
    }
    if (entry->value->kind == SCN_MAP)
        return entry->value;
    if (entry->value->kind != SCN_BROKEN) {
        g_autofree char *message =
            g_strdup_printf("'%s' is %s here, so there are no keys in it", part->name,
                            entry->value->kind == SCN_SCALAR ? entry->value->text : "a list");
        report(walk, part, message);
    }
    return NULL;
}

gboolean scn_path_set(ScnNode *root, const ScnOverride *override, ScnArena *arena, ScnDiags *diags)
{
    Walk walk = {.override = override,
                 .arena = arena,
                 .diags = diags,
                 .text = override->path->text,
                 .head = "",
                 .second = ""};
    for (ScnNode *map = root; map; walk.depth++) {
        Part part = next_part(&walk, map);
        if (part.name[0] == '\0')
            return report(&walk, &part, "a part of this path is empty");
        if (walk.depth == PARTS_MAX)
            return report(&walk, &part, "no value has so long a path");
        walk.head = walk.depth == 0 ? part.name : walk.head;
        walk.second = walk.depth == 1 ? part.name : walk.second;
        if (walk.text[part.end] == '\0')
            return set_last(&walk, map, &part);
        if (walk.text[part.end] != '.')
            return report(&walk, &part, "a dot must follow the closing quote");
        walk.at = part.end + 1;
        map = step_into(&walk, map, &part);
    }
    return FALSE;
}
