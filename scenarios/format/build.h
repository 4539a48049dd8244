/*
 * build.h — from a normalised document to a RepSetup: private to this folder.
 *
 * Names come first, because everything else refers to them; then the tables of the top level; then
 * the sections, each in its own file. Every value is recorded in the reader's resolved document.
 */
#ifndef SCN_BUILD_H
#define SCN_BUILD_H

#include "scenarios/format/reader.h"

#define SCN_REGIONS_MAX 256u
#define SCN_CLIENTS_MAX 1000u
#define SCN_FAULTS_MAX 10000u

/* A named entry of a section: what it is called, where, and what is in it. */
typedef struct ScnNamed {
    const char *name;
    const ScnNode *key, *value;
} ScnNamed;

/* Fill reader->setup, which is new, from `root`. `fallback_name` is the scenario's name where the
 * file gives none. The setup is good only if nothing was reported. */
void scn_build(ScnReader *reader, const ScnNode *root, const char *fallback_name);

/* build_places.c: regions and nodes by name; then the nodes' cpu and storage. */
void scn_build_names(ScnReader *reader, const ScnNode *root);
void scn_build_nodes(ScnReader *reader, const ScnNode *root);
/* build_network.c: links, and whether every needed one is there. */
void scn_build_links(ScnReader *reader, const ScnNode *root);
void scn_check_links(ScnReader *reader, const ScnNode *root);
/* build_faults.c */
void scn_build_fault_names(ScnReader *reader, const ScnNode *root);
void scn_build_faults(ScnReader *reader, const ScnNode *root);
/* build_script.c: what the steps of scripts say; then, when all are known, what they refer to. */
gboolean scn_has_script(const ScnNode *client);
void scn_build_script(ScnReader *reader, const ScnNode *client, const ScnFill *fill);
void scn_link_scripts(ScnReader *reader, const ScnNode *root);
/* The step of that name; client -1: there is none, which is reported at `span`. */
RepStepName scn_find_step(ScnReader *reader, const char *name, ScnSpan span);
/* After the policy: do the targets of faults exist under it? */
void scn_check_targets(ScnReader *reader, const ScnNode *root);

/* The entries of a section in name order; those whose name begins with '#' after the others, in
 * the order of the file. Free with g_free(). */
ScnNamed *scn_named_entries(const ScnNode *section, gsize *n);

/* names.c: letters, digits, . _ and -; FALSE: reported. Warns of names that other YAML readers
 * take for something else. */
gboolean scn_check_name(ScnReader *reader, const ScnNode *key, const char *what);

/* The value of a plain setting, or NULL where it is absent; reported where it is no text. */
const char *scn_plain_text(ScnReader *reader, const ScnNode *root, const char *key);

void scn_record(ScnReader *reader, const char *path, const char *value, const char *origin);

#endif
