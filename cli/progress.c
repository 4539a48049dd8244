/* progress.c — see progress.h. */
#include "cli/progress.h"

#include "cli/terminal.h"

#include <stdio.h>

#define REDRAW_US (G_USEC_PER_SEC / 10)
#define SILENT_US (2 * G_USEC_PER_SEC)

void cli_progress_begin(CliProgress *progress, guint total)
{
    *progress = (CliProgress){.total = total, .started = g_get_monotonic_time()};
}

static char *describe(const CliProgress *progress, guint done, guint64 events, gint64 now)
{
    double seconds = (double)(now - progress->started) / G_USEC_PER_SEC;
    double rate = seconds > 0 ? (double)events / seconds / 1e6 : 0;
    double left = done > 0 ? seconds * (double)(progress->total - done) / (double)done : 0;
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%3u %%  replication %u/%u", done * 100 / progress->total, done,
                           progress->total);
    if (done > 0)
        g_string_append_printf(line, "    %.1f M events/s    %.0f s left", rate, left);
    return g_string_free(line, FALSE);
}

void cli_progress_show(CliProgress *progress, guint done, guint64 events)
{
    gint64 now = g_get_monotonic_time();
    if (cli_is_quiet() || progress->total == 0)
        return;
    if (cli_terminal()->can_redraw) {
        if (progress->drawn && now - progress->last_drawn < REDRAW_US)
            return;
        g_autofree char *line = describe(progress, done, events, now);
        fprintf(stderr, "\r  %s\033[K", line);
        progress->drawn = TRUE;
        progress->last_drawn = now;
        fflush(stderr);
        return;
    }
    guint tenths = (guint)((guint64)done * 10 / progress->total);
    if (tenths <= progress->tenths_said || tenths > 9 || now - progress->started < SILENT_US)
        return;
    progress->tenths_said = tenths;
    g_autofree char *line = describe(progress, done, events, now);
    fprintf(stderr, "  %s\n", line);
}

void cli_progress_end(CliProgress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = FALSE;
}
