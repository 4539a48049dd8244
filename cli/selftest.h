/*
 * selftest.h — the checks behind `replsim selftest`: private to its files.
 *
 * Each check measures something whose answer is known and says what it found. All are
 * deterministic: fixed seeds, so a check that passes here passes everywhere or something is wrong
 * there.
 */
#ifndef CLI_SELFTEST_H
#define CLI_SELFTEST_H

#include "scenarios/format/scenario.h"

#include <glib.h>

typedef struct CliSelfCheck {
    const char *claim;
    /* TRUE: it holds. What was found is appended to `found`. */
    gboolean (*holds)(GString *found);
} CliSelfCheck;

/* Ended by zero entries: samplers, arrivals and keys; whole worlds. */
extern const CliSelfCheck cli_selftest_samplers[];
extern const CliSelfCheck cli_selftest_worlds[];

/* A scenario given as text; must be valid. */
ScnScenario *cli_selftest_scenario(const char *text);

/* Digests of all variants and replications, with that many threads; folded in that order. */
typedef struct CliDigests {
    guint64 events, world; /* folded over replications, then variants */
    gboolean same_world;   /* in every variant */
    guint64 operations;    /* open-loop arrivals of one variant */
} CliDigests;

CliDigests cli_selftest_digests(const ScnScenario *scenario, guint n_replications, guint jobs);

#endif
