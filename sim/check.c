/* check.c — the report of a broken invariant. */
#include "sim/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local const SimCheckContext *current;
static SimCheckHandler installed_handler;

void sim_check_set_context(const SimCheckContext *context)
{
    current = context;
}

const SimCheckContext *sim_check_context(void)
{
    return current;
}

void sim_check_set_handler(SimCheckHandler handler)
{
    installed_handler = handler;
}

static int describe_context(char *out, size_t room)
{
    if (!current)
        return snprintf(out, room, "  outside a simulation\n");
    SimTime now = current->now ? *current->now : 0;
    return snprintf(out, room,
                    "  at simulated time %" PRId64 ".%09" PRId64 " s, event %" PRIu64
                    ", seed %" PRIu64 ", replication %" PRIu32 "\n"
                    "  replay: replsim run %s --seed %" PRIu64 " --replication %" PRIu32
                    "%s%s --no-save -j 1\n",
                    now / SIM_S, now % SIM_S, current->events ? *current->events : 0, current->seed,
                    current->replication, current->scenario ? current->scenario : "FILE",
                    current->seed, current->replication, current->variant ? " --variant " : "",
                    current->variant ? current->variant : "");
}

noreturn void sim_check_failed(const char *file, int line, const char *function,
                               const char *condition, const char *format, ...)
{
    char report[2048];
    size_t room = sizeof report;
    int used = snprintf(report, room, "internal error: %s:%d: %s: check '%s' failed: ", file, line,
                        function, condition);
    va_list arguments;
    va_start(arguments, format);
    if (used > 0 && (size_t)used < room)
        used += vsnprintf(report + used, room - (size_t)used, format, arguments);
    va_end(arguments);
    if (used > 0 && (size_t)used < room)
        used += snprintf(report + used, room - (size_t)used, "\n");
    if (used > 0 && (size_t)used < room)
        describe_context(report + used, room - (size_t)used);
    if (installed_handler)
        installed_handler(report);
    fputs(report, stderr);
    abort();
}
