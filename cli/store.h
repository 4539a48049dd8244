/*
 * store.h — folders of results: written beside their place and renamed into it.
 *
 * A folder under its final name is complete: files are written into a hidden folder first, and one
 * rename makes it visible. Where anything fails the hidden folder is removed, one line says why,
 * and whatever stood under the name before still stands. `latest` points to the newest.
 */
#ifndef CLI_STORE_H
#define CLI_STORE_H

#include "cli/status.h"

#include <glib.h>
#include <stdio.h>

typedef struct CliFile {
    const char *name; /* in the folder; or a path */
    const char *bytes;
    gsize length;
    /* Instead of bytes, where they are many: writes them piece by piece; FALSE where it failed. */
    gboolean (*write)(void *data, FILE *file);
    void *data;
} CliFile;

/* Writes results/name, replacing what is there. CLI_OK or, after an error, CLI_ENVIRONMENT. */
CliStatus cli_store_folder(const char *results, const char *name, const CliFile *files, gsize n);
/* One file, at once or not at all. */
CliStatus cli_store_file(const CliFile *file);
/* Can results be written there? The folder is made where it is missing. */
CliStatus cli_store_check(const char *results);

/* results/latest -> name; a warning where that cannot be. */
void cli_store_latest(const char *results, const char *name);
/* A file of results/name, or NULL. */
char *cli_store_read(const char *results, const char *name, const char *file, gsize *length);

#endif
