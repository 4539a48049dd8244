/*
 * progress.h — how far a run has come, on standard error only.
 *
 * On a terminal: one line, redrawn at most ten times a second, wiped at the end. Elsewhere: one
 * plain line at 10 %, 20 %, … of the work, and none for runs that take less than two seconds.
 * With --quiet: nothing.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <glib.h>

typedef struct CliProgress {
    guint total;       /* pairs of variant and replication */
    gint64 started;    /* monotonic, us */
    gint64 last_drawn; /* private, like all below */
    guint tenths_said;
    gboolean drawn;
} CliProgress;

void cli_progress_begin(CliProgress *progress, guint total);
/* `done` pairs of the total, `events` handled by them. May be called as often as one likes. */
void cli_progress_show(CliProgress *progress, guint done, guint64 events);
/* Wipes the line. */
void cli_progress_end(CliProgress *progress);

#endif
