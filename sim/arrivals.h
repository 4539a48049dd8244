/*
 * arrivals.h — open-loop arrival processes: poisson, periodic, bursty (ux.md §6.1, semantics §8).
 *
 * The n-th gap of a client is a function of (stream, n) alone. Rates are exact rationals
 * (`events` per `per` ns), so periodic(3/s) puts its n-th arrival at floor(n * 10^9 / 3) ns with
 * no drift. periodic begins at one interval after 0.
 *
 * bursty(R, on, off) alternates fixed windows, beginning with `on` at 0, and is Poisson inside the
 * on windows with rate R * (on + off) / on, so that R is the average.
 *
 * Traffic faults multiply the rate: gaps are drawn in units of the base process ("work") and the
 * model maps work to time, so a change of rate shifts no draw.
 */
#ifndef SIM_ARRIVALS_H
#define SIM_ARRIVALS_H

#include "sim/random.h"
#include "sim/time.h"

typedef enum SimArrivalsKind {
    SIM_ARRIVALS_POISSON,
    SIM_ARRIVALS_PERIODIC,
    SIM_ARRIVALS_BURSTY
} SimArrivalsKind;

typedef struct SimArrivals {
    SimArrivalsKind kind;
    uint64_t events; /* average rate: `events` per `per` ns; both > 0 */
    uint64_t per;
    SimSpan on, off; /* bursty only; on > 0, off >= 0 */
} SimArrivals;

/* Average rate per second, for reading back. */
double sim_arrivals_rate(const SimArrivals *arrivals);

/* Instant of arrival number `n` (from 0), given that of number n - 1 (`previous`; 0 for n = 0),
 * in the process's own time, i.e. at rate factor 1. Strictly: >= previous. */
SimTime sim_arrivals_next(const SimArrivals *arrivals, SimStream stream, uint64_t n,
                          SimTime previous);

#endif
