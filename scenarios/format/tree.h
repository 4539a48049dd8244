/*
 * tree.h — the scenario's text as a tree of nodes that know where they stand.
 *
 * YAML in a strict subset (ux.md §6.1): mappings, lists, plain and quoted scalars, `>` and `|`
 * texts, comments, { } and [ ]. Every scalar is text until a table gives it a type, so `no` stays
 * `no` and `12:30` is no number. Anchors, aliases, tags, merge keys, directives, several
 * documents, duplicate keys and tabs are mistakes, each with its own message. JSON is a subset.
 *
 * Based on libyaml's events. Nodes live in an arena. What the parser returns is never changed; maps
 * grow and change only in a copy made by scn_node_copy(), which is how values are overridden
 * (path.h). Maps of more than a few keys have an index, so that looking up is fast at any size.
 */
#ifndef SCN_TREE_H
#define SCN_TREE_H

#include "scenarios/format/arena.h"
#include "scenarios/format/diag.h"

#define SCN_BYTES_MAX (1024u * 1024u) /* semantics §11 */
#define SCN_DEPTH_MAX 32
#define SCN_VALUES_MAX 100000u

typedef enum ScnNodeKind {
    SCN_SCALAR,
    SCN_LIST,
    SCN_MAP,
    SCN_BROKEN /* a mistake has been reported for it: nothing more is to be said */
} ScnNodeKind;

typedef enum ScnStyle { SCN_PLAIN, SCN_SINGLE_QUOTED, SCN_DOUBLE_QUOTED, SCN_BLOCK } ScnStyle;

typedef struct ScnNode ScnNode;

typedef struct ScnEntry {
    ScnNode *key; /* a scalar */
    ScnNode *value;
} ScnEntry;

struct ScnNode {
    ScnNodeKind kind;
    ScnStyle style; /* of a scalar */
    ScnSpan span;
    const char *origin; /* "default", "file", "variant NAME" or an option such as "--set" */
    const char *text;   /* scalar; ends with a zero byte and contains none */
    ScnEntry *entries;  /* map */
    ScnNode **items;    /* list */
    gsize n;            /* of entries or items */
    gsize room;         /* private: of entries */
    guint32 *index;     /* private: number of the entry + 1 by hash of its key, or 0 */
    gsize index_size;   /* private: a power of two, or 0 */
};

extern const char scn_origin_default[], scn_origin_file[];

/* Parse all of `source`. NULL where the text has no tree; mistakes are in `diags`, also where a
 * tree is returned. An empty text is an empty plain scalar. */
ScnNode *scn_tree_parse(const ScnSource *source, ScnArena *arena, ScnDiags *diags);
/* The same for [start, end) of a source, with `origin` for all nodes: the value of an option. */
ScnNode *scn_tree_parse_part(ScnSpan part, const char *origin, ScnArena *arena, ScnDiags *diags);

/* A plain scalar that stands nowhere (a default) or at `span`. The text is borrowed. */
ScnNode *scn_node_scalar(ScnArena *arena, const char *text, ScnSpan span, const char *origin);
/* An empty map that stands where `place` does. */
ScnNode *scn_node_map(ScnArena *arena, const ScnNode *place);
/* A deep copy; `origin` for all of it, or NULL to keep theirs. */
ScnNode *scn_node_copy(ScnArena *arena, const ScnNode *node, const char *origin);
/* Append an entry whose key the map does not have. */
void scn_map_add(ScnArena *arena, ScnNode *map, ScnNode *key, ScnNode *value);
/* Set a value, and the key it stands under, replacing an entry of that key. */
void scn_map_set(ScnArena *arena, ScnNode *map, ScnNode *key, ScnNode *value);

/* The entry of a map with that key, or NULL (also where `map` is NULL or no map). */
ScnEntry *scn_map_find(const ScnNode *map, const char *key);
ScnNode *scn_map_get(const ScnNode *map, const char *key);

gboolean scn_node_is_scalar(const ScnNode *node);
/* `key:` with nothing behind it. */
gboolean scn_node_is_empty(const ScnNode *node);
/* "a list", "a mapping", "a text". */
const char *scn_node_kind_name(const ScnNode *node);
/* Where bytes [start, end) of a scalar's text stand in its source; all of the node where that
 * cannot be told. */
ScnSpan scn_node_part(const ScnNode *node, gsize start, gsize end);

/* ---- for the parser's own files ----------------------------------------------------------- */

/* Bytes that no scenario may have (tree_scan.c). FALSE: the text must not be parsed. */
gboolean scn_text_scan(ScnSpan part, ScnDiags *diags);

/* Undo what unquoted commas of a call did to a flow collection (tree_repair.c). `owner` is the key
 * that the collection belongs to, or NULL. */
void scn_repair_entries(ScnEntry *entries, gsize *n, const ScnNode *owner, ScnArena *arena,
                        ScnDiags *diags);
void scn_repair_items(ScnNode **items, gsize *n, const ScnNode *owner, ScnArena *arena,
                      ScnDiags *diags);
/* The same after libyaml gave up between two places: TRUE where a comma was to blame. */
gboolean scn_blame_comma(ScnSpan between, ScnDiags *diags);

#endif
