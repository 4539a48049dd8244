/*
 * world_rules.h — what a setup promises, in the terms of analysis/invariants.h.
 */
#ifndef CLI_WORLD_RULES_H
#define CLI_WORLD_RULES_H

#include "analysis/invariants.h"
#include "models/policies/leaderless/placement.h"
#include "models/setup.h"

typedef struct CliWorldRules {
    AnaRules rules; /* borrows from the setup and from here */
    AnaVersionRules versions;
    RepRing ring; /* leaderless */
    const RepSetup *setup;
} CliWorldRules;

/* The setup is borrowed. */
CliWorldRules *cli_world_rules_new(const RepSetup *setup);
void cli_world_rules_free(CliWorldRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliWorldRules, cli_world_rules_free)

#endif
