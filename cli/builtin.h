/*
 * builtin.h — the scenarios that are compiled into the program (GResource): `builtin:NAME`.
 *
 * Every file of scenarios/<shelf>/NAME.yaml is one; data files that they name stand beside them
 * in the same folder. Names are unique over all shelves. Those of scenarios/ddia/, the figures and
 * concepts of a textbook's chapter, keep the folder in their name: `builtin:ddia/5-3`.
 */
#ifndef CLI_BUILTIN_H
#define CLI_BUILTIN_H

#include <glib.h>

#define CLI_BUILTIN_PREFIX "builtin:"

/* All names, sorted; free with g_strfreev(). */
char **cli_builtin_names(void);
/* The file's bytes, or NULL where there is no such name; the caller unrefs. */
GBytes *cli_builtin_scenario(const char *name);
/* A data file, for ScnOptions.lookup. */
GBytes *cli_builtin_data(void *unused, const char *name);

#endif
