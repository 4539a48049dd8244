/*
 * check.h — always-on checks of the simulator's own invariants.
 *
 * SIM_CHECK(condition, format, …) states what must hold if the code is right, in every build.
 * When it does not hold the program says where, prints the simulated time, the number of events
 * handled, the seed and the command that replays the run, and ends through the handler below.
 * A user's mistake or a modelled fault is never a check (style: three kinds of error).
 *
 * The context is thread-local and borrowed: whoever runs a world sets it before and clears it
 * after, so that a check deep in a model can tell which run it was in.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include "sim/time.h"

#include <stdnoreturn.h>

typedef struct SimCheckContext {
    const SimTime *now;     /* clock of the running world */
    const uint64_t *events; /* events handled so far */
    uint64_t seed;          /* root seed of the run */
    uint32_t replication;   /* number of the replication, from 0 */
    const char *scenario;   /* file or builtin name; may be NULL */
    const char *variant;    /* may be NULL */
} SimCheckContext;

/* Called with the finished report (several lines); must not return. The default prints the report
 * on stderr and aborts. The command line installs one that also writes a report file and exits 70.
 */
typedef void (*SimCheckHandler)(const char *report);

void sim_check_set_context(const SimCheckContext *context);
const SimCheckContext *sim_check_context(void);
void sim_check_set_handler(SimCheckHandler handler);

noreturn void sim_check_failed(const char *file, int line, const char *function,
                               const char *condition, const char *format, ...)
    __attribute__((format(printf, 5, 6), cold));

#define SIM_CHECK(condition, ...)                                                                  \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            sim_check_failed(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__);               \
    } while (0)

/* Closes a switch over an enum, or a branch that cannot be reached. */
#define SIM_UNREACHABLE() sim_check_failed(__FILE__, __LINE__, __func__, "reachable", "unreachable")

#endif
