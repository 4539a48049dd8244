/*
 * time.h — simulated time.
 *
 * Time is a signed 64-bit count of nanoseconds since the start of the run (292 years fit).
 * There is no floating-point time anywhere: adding a small span to a large time never rounds,
 * and two events are either at the same instant or they are not.
 *
 * SimTime is an instant, SimSpan a length. Both have the same representation; the two names tell
 * the reader which one is meant. SIM_NEVER is later than every event; it is never scheduled.
 */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include <stdint.h>

typedef int64_t SimTime; /* instant, ns since the start of the run */
typedef int64_t SimSpan; /* length, ns */

#define SIM_NEVER INT64_MAX
#define SIM_US ((SimSpan)1000)
#define SIM_MS (1000 * SIM_US)
#define SIM_S (1000 * SIM_MS)
#define SIM_MIN (60 * SIM_S)
#define SIM_HOUR (60 * SIM_MIN)

/* The instant `span` after `at`, or SIM_NEVER where that does not fit (SIM_NEVER stays so). */
static inline SimTime sim_time_after(SimTime at, SimSpan span)
{
    SimTime sum;
    return __builtin_add_overflow(at, span, &sum) ? SIM_NEVER : sum;
}

/* `span` times `factor` >= 0, rounded half up; SIM_NEVER where that does not fit. */
static inline SimSpan sim_span_scaled(SimSpan span, double factor)
{
    double scaled = (double)span * factor + 0.5;
    return scaled < 0x1p62 ? (SimSpan)scaled : SIM_NEVER;
}

#endif
