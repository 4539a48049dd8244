/*
 * swarm.h — random scenarios under always-on invariants: `replsim selftest --swarm N`.
 *
 * Seed S + i draws the i-th scenario (random_scenario.h). Each is run with the checker of
 * invariants.h and the meters listening, and once more in reference mode with nobody listening,
 * which must give the same digests: neither shortcuts nor observers change what happens. Scenarios
 * run in child processes, so that a broken check of the simulator, or a crash, is a finding like
 * any other: it can be replayed and made smaller.
 *
 * Results do not depend on the number of processes.
 */
#ifndef CLI_SWARM_H
#define CLI_SWARM_H

#include "analysis/invariants.h"

/* What one scenario showed. */
typedef struct CliSwarmFinding {
    char *invariant; /* NULL: all is well */
    char *text;      /* in words, with its simulated time */
    guint64 digest, events;
} CliSwarmFinding;

void cli_swarm_finding_clear(CliSwarmFinding *finding);

/* Runs a scenario given as text, in this process. */
void cli_swarm_try(const char *scenario, CliSwarmFinding *finding);
/* What the run under way has violated so far, before a check of the simulator stopped it: the
 * cause, where the check saw the effect. FALSE: nothing. */
gboolean cli_swarm_found_so_far(CliSwarmFinding *finding);
/* The same in a child process, which may crash. */
void cli_swarm_try_apart(const char *scenario, CliSwarmFinding *finding);

/* Seeds first … first + n - 1 in so many child processes; findings[i] belongs to seed first + i.
 * FALSE: no child process could be made (the error was printed). */
gboolean cli_swarm_run(guint64 first, guint n, guint jobs, CliSwarmFinding *findings);

/* The smallest scenario found in which the same invariant fails. The caller frees. */
char *cli_swarm_shrink(const char *scenario, const char *invariant);

/* `selftest --swarm N --seed S -j J`: runs, prints, returns the exit status. */
int cli_swarm_main(guint64 first, guint n, guint jobs, gboolean json);

#endif
