/*
 * random_scenario.h — a random but valid scenario drawn from one seed, as the text of a file.
 *
 * For hunting bugs: few nodes, a second or two of simulated time, every policy setting and several
 * faults at once. It is text, so that a seed that shows something can be printed, replayed by any
 * other command and made smaller (shrink.h). What can be written comes from the same tables that
 * the reader uses; what happens not to fit together (a follower of the wrong name, a quorum larger
 * than the cluster) is left out again, guided by the reader's own complaints.
 *
 * Same seed, same bytes, on every machine.
 */
#ifndef SCN_RANDOM_SCENARIO_H
#define SCN_RANDOM_SCENARIO_H

#include <glib.h>

/* The caller frees. */
char *scn_random_scenario(guint64 seed);

#endif
