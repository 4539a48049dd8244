/*
 * resolve.h — a scenario with every default filled in, as a file again; and what variants differ
 * in.
 */
#ifndef CLI_RESOLVE_H
#define CLI_RESOLVE_H

#include "scenarios/format/scenario.h"

/* A valid scenario that simulates the same: what all variants share, flat, each line with its
 * origin, then `variants` with the rest. */
void cli_resolve_print(const ScnScenario *scenario, GString *out);
/* One line per value that differs: path, one value → the other. */
void cli_resolve_diff(const ScnVariant *a, const ScnVariant *b, GString *out);

#endif
