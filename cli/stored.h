/*
 * stored.h — runs that were kept: found by the names people give them.
 *
 * A run is a folder, `latest` or `latest~1` (the one before, and so on), the beginning of a
 * folder's name in results/ that fits one only, or the file of its page.
 */
#ifndef CLI_STORED_H
#define CLI_STORED_H

#include "cli/status.h"

#include <glib.h>

typedef struct CliStored {
    char *path; /* of the folder or page; owned */
    char *name; /* the last part of it; owned */
    gboolean is_page;
} CliStored;

/* CLI_OK, or CLI_ENVIRONMENT after an error that lists the newest runs. Cleared in every case by
 * cli_stored_clear(). */
CliStatus cli_stored_find(const char *results, const char *text, CliStored *stored);
void cli_stored_clear(CliStored *stored);

/* A file of the folder; of a page only "report.html" is there. NULL after an error. */
char *cli_stored_read(const CliStored *stored, const char *file, gsize *length);

#endif
