/* clock.c — see clock.h. Products of a span and a rate need more than 64 bits. */
#include "models/clock.h"

#include "sim/detmath.h"

#define POLL (64 * SIM_S)
#define TWO_SIDED_99 2.5758293035489004 /* P(|Z| > z) = 1 % */

typedef __int128 Wide;

/* ---- of a setup --------------------------------------------------------------------------- */

gint64 rep_clock_ppb(double drift)
{
    return (gint64)(drift * (double)REP_PPB + (drift < 0 ? -0.5 : 0.5));
}

static gint64 drift_of(const RepClockSetup *setup)
{
    return setup->kind == REP_CLOCK_SKEWED ? rep_clock_ppb(setup->drift) : 0;
}

SimSpan rep_clock_takes(const RepClockSetup *setup, SimSpan span)
{
    gint64 pace = REP_PPB + drift_of(setup);
    Wide length = ((Wide)span * REP_PPB + pace - 1) / pace;
    return length < SIM_NEVER ? (SimSpan)length : SIM_NEVER;
}

/* Whom words such as "any follower" mean is known only when the fault strikes. */
static gboolean may_disturb(const RepFaultSetup *fault, int node)
{
    RepTargetKind kind = fault->aim.target.kind;
    gboolean is_named =
        kind == REP_TARGET_PLACES || kind == REP_TARGET_SOME || kind == REP_TARGET_EACH;
    gboolean is_clock = fault->kind == REP_FAULT_CLOCK_STEP ||
                        fault->kind == REP_FAULT_CLOCK_DRIFT ||
                        fault->kind == REP_FAULT_CLOCK_FREEZE;
    return is_clock && (!is_named || rep_fault_names_node(fault, node));
}

gboolean rep_clock_drifts_only(const RepSetup *setup, int node)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (may_disturb(&setup->faults[i], node))
            return FALSE;
    return setup->nodes[node].clock.kind != REP_CLOCK_NTP;
}

gboolean rep_clocks_keep_pace(const RepSetup *setup)
{
    for (int node = 0; node < (int)setup->n_nodes; node++)
        if (!rep_clock_drifts_only(setup, node) || drift_of(&setup->nodes[node].clock) != 0)
            return FALSE;
    return TRUE;
}

/* ---- what it shows ------------------------------------------------------------------------ */

void rep_clock_init(RepClock *clock, const RepClockSetup *setup, SimStream own)
{
    *clock = (RepClock){.setup = setup, .errors = own};
    if (setup->kind != REP_CLOCK_SKEWED)
        return;
    clock->ahead = setup->by;
    clock->ppb = drift_of(setup);
}

static SimSpan error_at(const RepClock *clock, gint64 poll)
{
    SimDraw draw = sim_draw(clock->errors, (guint64)poll);
    double unit = (sim_draw_unit(&draw) + 0x1p-54) * (1 - 0x1p-53);
    double error = sim_normal_quantile(unit) * (double)clock->setup->error_p99 / TWO_SIDED_99;
    return (SimSpan)error;
}

/* A whole number and a rest below `by`, so that fractions of two units are added before rounding:
 * each rounded down by itself, they might take the clock back by a nanosecond. */
typedef struct Parts {
    SimSpan whole;
    gint64 rest, by;
} Parts;

static Parts divide(Wide value, gint64 by)
{
    Wide whole = value / by, rest = value % by;
    if (rest < 0) {
        whole--;
        rest += by;
    }
    return (Parts){(SimSpan)whole, (gint64)rest, by};
}

static SimSpan sum_of(Parts a, Parts b)
{
    Wide rests = (Wide)a.rest * b.by + (Wide)b.rest * a.by;
    return a.whole + b.whole + (rests >= (Wide)a.by * b.by ? 1 : 0);
}

static Parts gained(const RepClock *clock, SimTime now)
{
    return divide((Wide)(now - clock->since) * MAX(clock->ppb, -REP_PPB), REP_PPB);
}

/* Slewed from one poll's error to the next. */
static Parts error_now(const RepClock *clock, SimTime now)
{
    if (clock->setup->kind != REP_CLOCK_NTP)
        return (Parts){.by = 1};
    gint64 poll = now / POLL;
    SimSpan from = error_at(clock, poll), to = error_at(clock, poll + 1);
    Parts error = divide((Wide)(to - from) * (now % POLL), POLL);
    error.whole += from;
    return error;
}

static SimTime unfrozen(const RepClock *clock, SimTime now)
{
    return now + clock->ahead + clock->stepped + sum_of(gained(clock, now), error_now(clock, now));
}

SimTime rep_clock_shows(const RepClock *clock, SimTime now)
{
    return clock->freezes ? clock->frozen : unfrozen(clock, now);
}

SimTime rep_clock_when(const RepClock *clock, SimTime now, SimTime shown)
{
    if (rep_clock_shows(clock, now) >= shown)
        return now;
    if (clock->freezes)
        return SIM_NEVER;
    /* It is never further from an instant than twice or half as far, but for faults. */
    SimSpan low = 0, high = shown - unfrozen(clock, now);
    while (high < SIM_NEVER / 4 - now && unfrozen(clock, now + high) < shown) {
        low = high;
        high *= 2;
    }
    if (high >= SIM_NEVER / 4 - now)
        return SIM_NEVER;
    while (high - low > 1) {
        SimSpan middle = low + (high - low) / 2;
        if (unfrozen(clock, now + middle) < shown)
            low = middle;
        else
            high = middle;
    }
    return now + high;
}

/* ---- faults ------------------------------------------------------------------------------- */

void rep_clock_step(RepClock *clock, SimSpan by)
{
    clock->stepped += by;
}

void rep_clock_drift(RepClock *clock, SimTime now, gint64 ppb)
{
    clock->ahead += gained(clock, now).whole;
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
