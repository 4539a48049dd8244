/*
 * crash.h — what happens when one of the program's own invariants breaks (SIM_CHECK).
 *
 * The report, which says where, when and how to replay, goes to standard error and into a file
 * `replsim-crash-PID.txt` (in $TMPDIR or /tmp), together
 * with version and command line; then the program ends with status 70.
 */
#ifndef CLI_CRASH_H
#define CLI_CRASH_H

void cli_crash_install(void);
/* The command line, for the report; borrowed. */
void cli_crash_set_command(const char *command);

#endif
