/*
 * arrivals.c — open-loop arrivals; see arrivals.h.
 *
 * Bursty arrivals are Poisson on a clock that runs inside the on windows only: the instant of the
 * previous arrival is read on that clock, the gap added, and the sum mapped back. So no arrival can
 * fall into an off window, and the mapping is integer arithmetic.
 */
#include "sim/arrivals.h"

#include "sim/check.h"
#include "sim/ziggurat.h"

double sim_arrivals_rate(const SimArrivals *arrivals)
{
    return (double)arrivals->events / (double)arrivals->per * (double)SIM_S;
}

static SimTime or_never(unsigned __int128 at)
{
    return at < (unsigned __int128)SIM_NEVER ? (SimTime)at : SIM_NEVER;
}

/* An exponential gap, rounded half up; SIM_NEVER where it does not fit. */
static SimSpan gap(double mean_ns, SimStream stream, uint64_t n)
{
    SimDraw draw = sim_draw(stream, n);
    double span = mean_ns * sim_draw_exponential(&draw);
    if (span >= 0x1p62)
        return SIM_NEVER;
    SimSpan whole = (SimSpan)span;
    return whole + (span - (double)whole >= 0.5);
}

static SimTime next_bursty(const SimArrivals *arrivals, SimStream stream, uint64_t n,
                           SimTime previous)
{
    SimSpan on = arrivals->on, off = arrivals->off;
    SIM_CHECK(on > 0 && off >= 0 && off < SIM_NEVER - on, "bursty(on=%lld, off=%lld)",
              (long long)on, (long long)off);
    SimSpan cycle = on + off, within = previous % cycle;
    double mean = (double)arrivals->per / (double)arrivals->events;
    SimSpan wait = gap(mean * ((double)on / (double)cycle), stream, n);
    if (wait == SIM_NEVER)
        return SIM_NEVER;
    unsigned __int128 busy = (unsigned __int128)(previous / cycle) * (unsigned __int128)on +
                             (unsigned __int128)(within < on ? within : on) +
                             (unsigned __int128)wait;
    unsigned __int128 windows = busy / (unsigned __int128)on;
    return or_never(windows * (unsigned __int128)cycle + busy % (unsigned __int128)on);
}

SimTime sim_arrivals_next(const SimArrivals *arrivals, SimStream stream, uint64_t n,
                          SimTime previous)
{
    SIM_CHECK(arrivals->events > 0 && arrivals->per > 0, "rate %llu/%llu",
              (unsigned long long)arrivals->events, (unsigned long long)arrivals->per);
    switch (arrivals->kind) {
    case SIM_ARRIVALS_POISSON:
        return sim_time_after(previous,
                              gap((double)arrivals->per / (double)arrivals->events, stream, n));
    case SIM_ARRIVALS_PERIODIC:
        return or_never(((unsigned __int128)n + 1) * arrivals->per / arrivals->events);
    case SIM_ARRIVALS_BURSTY:
        return next_bursty(arrivals, stream, n, previous);
    }
    SIM_UNREACHABLE();
}
