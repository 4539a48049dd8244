/*
 * shrink.h — a smaller scenario that still shows the same.
 *
 * For texts in block style, one key a line (random_scenario.h). Greedy, until nothing more can be
 * taken away: nodes, regions and client groups with all that names them; any key or list item with
 * what belongs to it; distributions give way to a constant; numbers are halved. What the result
 * means is the caller's business; a text that is not valid any more simply does not show it.
 */
#ifndef SCN_SHRINK_H
#define SCN_SHRINK_H

#include <glib.h>

/* TRUE: the text still shows what is looked for. */
typedef gboolean (*ScnShows)(const char *text, void *self);

/* The caller frees. */
char *scn_shrink(const char *text, ScnShows shows, void *self);

#endif
