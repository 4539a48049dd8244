/*
 * sweep_find.h — `sweep --find`: where in a range does each check begin, or cease, to pass?
 *
 * The range is looked at from end to end first, then halved where verdicts differ. The answer is a
 * bracket between two points that were simulated, never a number in between.
 */
#ifndef CLI_SWEEP_FIND_H
#define CLI_SWEEP_FIND_H

#include "cli/run_options.h"
#include "cli/vary.h"

/* `axes` has one range. CLI_OK: every check passes somewhere; CLI_FAILED: one never does. */
CliStatus cli_sweep_find(CliRunOptions *options, const char *file, const GArray *axes);

#endif
