/*
 * reproduce.h — `selftest --reproduce RUN`: does this program, here, give what a kept run or a page
 * that somebody mailed says?
 *
 * A page holds all it takes: the command, the scenario as given, and the digest of every event. The
 * command is run again in a process of its own, on the scenario of the page and into a folder that
 * is removed afterwards, and the digests compared; of a kept run summary.json too, byte by byte.
 * What a page does not hold are data files (CSV): they must lie where the scenario was, unchanged.
 */
#ifndef CLI_REPRODUCE_H
#define CLI_REPRODUCE_H

#include "cli/status.h"

#include <glib.h>

/* CLI_OK: the same; CLI_NOT_REPRODUCED after an error that says what differs; CLI_USAGE,
 * CLI_ENVIRONMENT: it could not be tried. */
CliStatus cli_reproduce(const char *results, const char *run, gboolean json);

#endif
