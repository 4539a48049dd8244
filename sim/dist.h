/*
 * dist.h — distributions of spans (ux.md §6.1, semantics §8).
 *
 * A SimDist is immutable after construction and may be shared by threads. Parameters and results
 * are in nanoseconds, as double inside and rounded half up to whole nanoseconds by
 * sim_dist_span(), where a result below 0 becomes 0. Negative values are possible where parameters
 * are negative, and from `normal` without a minimum; sim_dist_value() gives them as they are.
 *
 * Percentiles that a user gives are those of the result: lognormal(min, p50, p99) is
 * min + LN(p50 - min, p99 - min); pareto's max and normal's min truncate and renormalise;
 * empirical draws its rows without interpolation; steps and replay depend on the time of sending.
 *
 * Samplers use the ziggurats of sim/ziggurat.h for exponential and normal; pareto is
 * min * exp(E / alpha); truncation rejects where at least half is kept, and otherwise inverts
 * (pareto) or draws from a shifted exponential (normal, Robert 1995). Each draw uses the sub-draws
 * of one cause, so its value does not depend on what was drawn before.
 *
 * Ownership: constructors return a new object, freed by sim_dist_free(), which also frees the
 * parts of a mix or steps (those constructors take ownership of the parts).
 */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include "sim/random.h"
#include "sim/time.h"
#include "sim/ziggurat.h"

#include <glib.h>
#include <stdbool.h>

typedef enum SimDistKind {
    SIM_DIST_CONSTANT,
    SIM_DIST_UNIFORM,
    SIM_DIST_EXPONENTIAL,
    SIM_DIST_LOGNORMAL,
    SIM_DIST_PARETO,
    SIM_DIST_NORMAL,
    SIM_DIST_EMPIRICAL,
    SIM_DIST_MIX,
    SIM_DIST_STEPS,
    SIM_DIST_REPLAY,
    SIM_DIST_SCALED
} SimDistKind;

typedef struct SimDist SimDist;

SimDist *sim_dist_constant(SimSpan value);
SimDist *sim_dist_uniform(SimSpan low, SimSpan high);               /* low <= high */
SimDist *sim_dist_exponential(double mean_ns);                      /* mean > 0 */
SimDist *sim_dist_lognormal(SimSpan min, SimSpan p50, SimSpan p99); /* 0 <= min < p50 < p99 */
/* 0 < min < max, or max = SIM_NEVER; alpha > 0 */
SimDist *sim_dist_pareto(SimSpan min, double alpha, SimSpan max);
/* sd > 0; min may be -INFINITY */
SimDist *sim_dist_normal(double mean_ns, double sd_ns, double min_ns);
/* n >= 1; rows are copied, and their order means nothing. */
SimDist *sim_dist_empirical(const SimSpan *rows, gsize n);
SimDist *sim_dist_mix(SimDist **parts, const double *weights, gsize n); /* weights sum to 1 */
/* parts[i] holds from starts[i] on; starts[0] = 0, ascending. */
SimDist *sim_dist_steps(SimDist **parts, const SimTime *starts, gsize n);
/* Values in recorded order as a step function of the time of sending: the last row at or before,
 * or the first row before that. Times ascend; of equal ones the last counts. */
SimDist *sim_dist_replay(const SimTime *times, const SimSpan *values, gsize n);
/* `part` with every result times `factor` >= 0 (a fault's `latency: x5`, rtt's one half). */
SimDist *sim_dist_scaled(SimDist *part, double factor);
SimDist *sim_dist_copy(const SimDist *dist);
void sim_dist_free(SimDist *dist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimDist, sim_dist_free)

SimDistKind sim_dist_kind(const SimDist *dist);
bool sim_dist_is_constant(const SimDist *dist);
/* True for the constant 0: callers may then skip the draw, and do. */
bool sim_dist_is_zero(const SimDist *dist);

/* True where no draw depends on the time of sending. */
bool sim_dist_is_steady(const SimDist *dist);

/* One draw, in ns as double (not rounded), and the same rounded and clamped to [0, 2^62]. `at` is
 * the time of sending; only steps and replay look at it. */
double sim_dist_value(const SimDist *dist, SimDraw *draw, SimTime at);
SimSpan sim_dist_span(const SimDist *dist, SimDraw *draw, SimTime at);

/* Mean in ns (INFINITY where it does not exist), distribution function, and quantile for
 * 0 < p < 1: the smallest x with cdf(x) >= p. For steps and replay: of the part that holds at
 * `at`. Deterministic; used to describe, to choose the nearest node and to test. */
double sim_dist_mean(const SimDist *dist, SimTime at);
double sim_dist_cdf(const SimDist *dist, double x, SimTime at);
double sim_dist_quantile(const SimDist *dist, double p, SimTime at);

#endif
