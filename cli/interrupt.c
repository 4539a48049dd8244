/* interrupt.c — see interrupt.h. Only calls that are safe in a signal handler. */
#include "cli/interrupt.h"

#include "cli/terminal.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static ScnRun *volatile watched;
static volatile sig_atomic_t pressed;
static const char *volatile message;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (pressed)
        _exit(CLI_INTERRUPTED);
    pressed = 1;
    scn_run_wind_down(watched);
    const char *text = message;
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* nobody is there to be told */
}

static void handle(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL); /* timeout, batch systems, a shutdown */
}

void cli_interrupt_watch(ScnRun *run)
{
    const CliTerminal *terminal = cli_terminal();
    watched = run;
    pressed = 0;
    message = terminal->can_redraw
                  ? "\r\033[Kstopping after the current replications... (Ctrl-C again to quit at "
                    "once)\n"
                  : "stopping after the current replications... (Ctrl-C again to quit at once)\n";
    handle(on_interrupt);
}

gboolean cli_interrupt_end(void)
{
    handle(SIG_DFL);
    return pressed != 0;
}
