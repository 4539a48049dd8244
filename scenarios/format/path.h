/*
 * path.h — values by their dotted paths (`policy.ack`, `network.between.us <-> eu`,
 * `faults.leader-crash.at`), and the one form of the document that paths are about.
 *
 * Before anything is overridden the document is brought into its normal form (normalise.c):
 * `n1..n5: dc1` becomes five nodes, `db1: us` becomes `db1: {region: us}`, the list of faults a
 * mapping by name (unnamed ones are #1, #2, …), and links are spelled `a <-> b` in the order of
 * names. So every value has one path.
 *
 * A part of a path that has a dot in it is written in double quotes: nodes."db.1".region.
 */
#ifndef SCN_PATH_H
#define SCN_PATH_H

#include "scenarios/format/tree.h"

/* Bring `root`, a copy of one's own, into normal form; doing so again changes nothing. */
void scn_normalise(ScnNode *root, ScnArena *arena, ScnDiags *diags);
/* Dotted keys at the top level (as --resolved prints them) become the mappings that they mean. */
void scn_expand_dotted(ScnNode *root, ScnArena *arena, ScnDiags *diags);

typedef struct ScnOverride {
    const ScnNode *path; /* a scalar: its text is the path, its place is for messages */
    const ScnNode *value;
    const char *origin;   /* of the new value */
    gboolean may_create;  /* nodes, client groups and faults that are not there come into being */
    gboolean must_be_new; /* the value must not be there already */
} ScnOverride;

/* Set one value in `root`, a normalised copy of one's own. FALSE: reported. */
gboolean scn_path_set(ScnNode *root, const ScnOverride *override, ScnArena *arena, ScnDiags *diags);

/* The first part of a path, e.g. "policy"; caller frees. */
char *scn_path_head(const char *path);

/* Names of a range such as n1..n3, ended by NULL; NULL where the text is no range, or where it is
 * one that cannot be: then *problem is a sentence. Free with g_strfreev(). */
char **scn_range_names(const char *text, const char **problem);
/* A link in its one spelling, or NULL where the text is none. Caller frees. */
char *scn_link_spelling(const char *text);

#define SCN_NODES_MAX 10000u /* semantics §11 */

#endif
