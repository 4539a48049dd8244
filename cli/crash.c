/* crash.c — see crash.h. */
#include "cli/crash.h"

#include "cli/options.h"
#include "sim/check.h"

#include <stdio.h>
#include <unistd.h>

static const char *command_line;

void cli_crash_set_command(const char *command)
{
    command_line = command;
}

/* May be called on any thread, once; nothing is allocated that would have to be freed. */
static void write_report(const char *report)
{
    const char *folder = g_getenv("TMPDIR");
    char *path = g_strdup_printf("%s/replsim-crash-%d.txt", folder && *folder ? folder : "/tmp",
                                 (int)getpid());
    char *version = cli_version_text();
    fputs(report, stderr);
    FILE *file = fopen(path, "w");
    gboolean written = file != NULL;
    if (file) {
        written = fprintf(file, "%s\n%s  command: %s\n", version, report,
                          command_line ? command_line : "unknown") > 0;
        written &= fclose(file) == 0;
    }
    if (written)
        fprintf(stderr, "  report: %s\n", path);
    fflush(stderr);
    _exit(CLI_INTERNAL);
}

void cli_crash_install(void)
{
    sim_check_set_handler(write_report);
}
