/*
 * clock.h — what a node believes the time to be (semantics §3). Only timestamps and leases use it.
 *
 *   perfect             simulated time
 *   skewed(by, drift)   ahead by `by` (behind, where negative) at the start, and running fast by
 *                       `drift` (slow, where negative)
 *   ntp(error_p99)      kept right by a server: an error that is drawn anew every POLL seconds (64,
 *                       the shortest interval of RFC 5905) from a normal law whose absolute value
 *                       exceeds error_p99 in 1 % of them, and is slewed from one to the next
 *
 * Faults: `clock_step` adds to it while it lasts, `clock_drift` makes it run faster while it lasts
 * (what was gained stays), `clock_freeze` holds it still; afterwards it shows what it would have.
 * Clocks go on while a node is paused or dead.
 *
 * Integer arithmetic throughout; readings are rounded down. A clock never goes back, but by a step
 * (or the end of one): drifts that add up to more than one second a second make it stand still, and
 * errors are slewed slowly enough while error_p99 is less than an eighth of the interval.
 */
#ifndef REP_CLOCK_H
#define REP_CLOCK_H

#include "models/setup.h"

#include "sim/random.h"

typedef struct RepWorld RepWorld;

#define REP_PPB INT64_C(1000000000) /* a rate of 1 */

typedef struct RepClock {
    const RepClockSetup *setup;
    SimStream errors; /* ntp */
    SimTime since;    /* `ahead` and `ppb` hold from here on */
    SimSpan ahead;    /* of simulated time, at `since` */
    gint64 ppb;       /* it runs fast by this much, in parts per billion */
    SimSpan stepped;  /* by faults that are active */
    int freezes;      /* faults that hold it */
    SimTime frozen;   /* what it shows meanwhile */
} RepClock;

/* A drift in parts per billion, rounded. */
gint64 rep_clock_ppb(double drift);
/* How long a node takes, at most, that measures `span` by such a clock and does nothing but drift:
 * faults and what a server corrects apart. */
SimSpan rep_clock_takes(const RepClockSetup *setup, SimSpan span);
/* Nothing happens to the node's clock but that it drifts: no server, no fault. */
gboolean rep_clock_drifts_only(const RepSetup *setup, int node);
/* All clocks run at the speed of true time; they may be ahead or behind. */
gboolean rep_clocks_keep_pace(const RepSetup *setup);

void rep_clock_init(RepClock *clock, const RepClockSetup *setup, SimStream own);
/* What it shows at an instant not before the last change. */
SimTime rep_clock_shows(const RepClock *clock, SimTime now);
/* The first instant from `now` on at which it shows `shown` or later, if nothing changes;
 * SIM_NEVER: it stands still. */
SimTime rep_clock_when(const RepClock *clock, SimTime now, SimTime shown);
/* Faults begin and end. */
void rep_clock_step(RepClock *clock, SimSpan by);
void rep_clock_drift(RepClock *clock, SimTime now, gint64 ppb);
void rep_clock_freeze(RepClock *clock, SimTime now, gboolean holds);

#endif
