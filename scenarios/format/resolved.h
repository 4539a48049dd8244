/*
 * resolved.h — a scenario as it is understood: every value, defaults included, with its origin.
 *
 * One line a value: a dotted path, the value in one canonical spelling (60s and 1min are the same
 * line), and where it came from. The lines stand in a fixed order, names in name order, whatever
 * the file's order was. Printed, they are a valid scenario that gives the same setup.
 *
 * The world hash covers every line but those of `policy` and those that do not touch what is
 * simulated (name, question, replications, checks); where a value was read from a data file, its
 * contents count too. A key that is younger than stored results counts when it is not at its
 * default (RepField.is_later), so that a new key does not make every old world another one.
 */
#ifndef SCN_RESOLVED_H
#define SCN_RESOLVED_H

#include <glib.h>

typedef struct ScnLine {
    char *path;
    char *value;
    char *origin;         /* "default", "file", "variant NAME", or an option such as "--set" */
    char *data;           /* sha256 of the data files it was read from; NULL: none */
    gboolean is_unhashed; /* the default of a key that stored results do not know */
} ScnLine;

typedef struct ScnResolved ScnResolved;

ScnResolved *scn_resolved_new(void);
void scn_resolved_free(ScnResolved *resolved);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnResolved, scn_resolved_free)

/* Returns the new line, which `resolved` owns. */
ScnLine *scn_resolved_add(ScnResolved *resolved, const char *path, const char *value,
                          const char *origin, const char *data);

/* Bring the lines into the order of `heads` (first parts of paths, ended by NULL); lines of one
 * head keep theirs. */
void scn_resolved_arrange(ScnResolved *resolved, const char *const *heads);

gsize scn_resolved_count(const ScnResolved *resolved);
const ScnLine *scn_resolved_get(const ScnResolved *resolved, gsize i);
const ScnLine *scn_resolved_find(const ScnResolved *resolved, const char *path);

/* As a scenario file; origins other than the file stand behind the values as comments. */
void scn_resolved_print(const ScnResolved *resolved, GString *out);

/* Does the value at `path` belong to the world, i.e. into its hash? */
gboolean scn_path_is_world(const char *path);
guint64 scn_resolved_world_hash(const ScnResolved *resolved);

/* Each path whose value differs: its two values, NULL where there is none. In order of `a`, then
 * what only `b` has. */
typedef void (*ScnResolvedDiffers)(void *data, const char *path, const char *a, const char *b);
void scn_resolved_diff(const ScnResolved *a, const ScnResolved *b, ScnResolvedDiffers differs,
                       void *data);

/* `name` as one part of a path: quoted where it has a dot. */
char *scn_path_part(const char *name);
/* A value as YAML: quoted where it would be read as something else. Mappings and lists of quoted
 * texts are YAML already. */
char *scn_yaml_value(const char *value);

#endif
