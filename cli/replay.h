/*
 * replay.h — one replication of one variant, simulated again with observers of one's own: of a run
 * that was kept, or of a scenario.
 *
 * A kept run is simulated from its resolved.yaml, and the digest of what happened is compared with
 * the one in its manifest: what is shown is what was measured, or nothing is shown. Data files are
 * read from where the scenario had them.
 */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "cli/input.h"
#include "cli/scenario_options.h"
#include "cli/stored.h"
#include "models/world.h"

typedef struct CliReplay {
    CliStored where; /* .path NULL: of a scenario, not of a kept run */
    CliInput *input;
    const ScnVariant *variant;
    char *name;   /* of the variant, as the run has it; owned */
    char *kept;   /* line of the variant in the kept run's manifest; NULL: none; owned */
    char *digest; /* of the replication in the kept run, in hex; NULL: not known; owned */
    char *binary; /* of the kept run: sha256 of its program; owned */
    guint replication;
    guint64 budget;               /* events */
    gboolean is_first_of_several; /* nobody has said which variant */
    /* of the last cli_replay_run() */
    RepRunResult result;
    gboolean is_checked; /* … and its digest is that of the kept run */
} CliReplay;

/* `text` is a kept run as cli_stored_find() takes it, a scenario file, or builtin:NAME; with
 * :VARIANT behind it, that variant. `options` (only of scenarios: settings and seed) and `variant`
 * may be NULL. CLI_OK; or the reason was given. Cleared in every case by cli_replay_clear(). */
CliStatus cli_replay_open(CliReplay *replay, const char *results, const char *text,
                          CliScenarioOptions *options, guint replication);
void cli_replay_clear(CliReplay *replay);
/* Another replication of the same variant. FALSE after an error: there is none. */
gboolean cli_replay_choose(CliReplay *replay, guint replication);
/* Those that the run has: the first, and how many. */
void cli_replay_replications(const CliReplay *replay, guint *first, guint *n);

/* Simulates. CLI_OK; CLI_NOT_REPRODUCED, CLI_ENVIRONMENT (the kept run is another program's) or
 * CLI_USAGE (over the budget) after an error. */
CliStatus cli_replay_run(CliReplay *replay, const RepObserver *observers, guint n);

#endif
