/* clock.c — see clock.h. */
#include "models/clock.h"

#include "sim/detmath.h"

#define POLL (64 * SIM_S)
#define TWO_SIDED_99 2.5758293035489004 /* P(|Z| > z) = 1 % */

void rep_clock_init(RepClock *clock, const RepClockSetup *setup, SimStream own)
{
    *clock = (RepClock){.setup = setup, .errors = own};
    if (setup->kind != REP_CLOCK_SKEWED)
        return;
    clock->ahead = setup->by;
    clock->ppb = (gint64)(setup->drift * (double)REP_PPB + (setup->drift < 0 ? -0.5 : 0.5));
}

/* How far `ppb` takes it in a span: rounded towards zero. */
static SimSpan gained(SimSpan span, gint64 ppb)
{
    return (SimSpan)((__int128)span * ppb / REP_PPB);
}

static SimSpan error_at(const RepClock *clock, gint64 poll)
{
    SimDraw draw = sim_draw(clock->errors, (guint64)poll);
    double unit = (sim_draw_unit(&draw) + 0x1p-54) * (1 - 0x1p-53);
    double error = sim_normal_quantile(unit) * (double)clock->setup->error_p99 / TWO_SIDED_99;
    return (SimSpan)error;
}

/* Slewed from one poll's error to the next. */
static SimSpan error_now(const RepClock *clock, SimTime now)
{
    gint64 poll = now / POLL;
    SimSpan from = error_at(clock, poll), to = error_at(clock, poll + 1);
    return from + (SimSpan)((__int128)(to - from) * (now % POLL) / POLL);
}

static SimTime unfrozen(const RepClock *clock, SimTime now)
{
    SimTime shown = now + clock->ahead + clock->stepped;
    if (clock->ppb)
        shown += gained(now - clock->since, clock->ppb);
    if (clock->setup->kind == REP_CLOCK_NTP)
        shown += error_now(clock, now);
    return shown;
}

SimTime rep_clock_shows(const RepClock *clock, SimTime now)
{
    return clock->freezes ? clock->frozen : unfrozen(clock, now);
}

/* The clock is nearly right, so a few steps of "wait for what is missing" find the instant. */
SimTime rep_clock_when(const RepClock *clock, SimTime now, SimTime shown)
{
    if (clock->freezes)
        return shown <= clock->frozen ? now : SIM_NEVER;
    SimTime at = now;
    for (int i = 0; i < 64 && unfrozen(clock, at) < shown; i++)
        at = sim_time_after(at, MAX(1, shown - unfrozen(clock, at)));
    return at;
}

void rep_clock_step(RepClock *clock, SimSpan by)
{
    clock->stepped += by;
}

void rep_clock_drift(RepClock *clock, SimTime now, gint64 ppb)
{
    clock->ahead += gained(now - clock->since, clock->ppb);
    clock->since = now;
    clock->ppb += ppb;
}

void rep_clock_freeze(RepClock *clock, SimTime now, gboolean holds)
{
    if (holds && clock->freezes++ == 0)
        clock->frozen = unfrozen(clock, now);
    if (!holds)
        clock->freezes--;
}
