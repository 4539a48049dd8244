/*
 * dist_private.h — the inside of a SimDist, shared by dist.c (making), dist_draw.c (drawing) and
 * dist_law.c (mean, distribution function, quantile).
 *
 * Spans are kept as doubles: parameters above 2^53 ns (104 days) are rounded to 53 bits.
 */
#ifndef SIM_DIST_PRIVATE_H
#define SIM_DIST_PRIVATE_H

#include "sim/dist.h"

struct SimDist {
    SimDistKind kind;
    union {
        double constant;
        struct {
            double low, high;
        } uniform;
        double mean; /* exponential */
        struct {
            double min, mu, sigma; /* min + exp(mu + sigma Z) */
        } lognormal;
        struct {
            double min, max; /* max may be infinite */
            double alpha, inverse_alpha;
            double limit; /* alpha log(max / min): the exponential is conditioned to be below */
            double kept;  /* 1 - exp(-limit) */
        } pareto;
        struct {
            double mean, sd;
            double min;      /* may be -infinity */
            double standard; /* (min - mean) / sd */
        } normal;
        struct {
            SimSpan *rows; /* owned, ascending */
            gsize n;
        } empirical;
        struct {
            SimDist **parts; /* owned, with the array */
            double *weights;
            double *cumulative; /* share of parts 0 … i; from the last with a weight on infinite */
            gsize n;
        } mix;
        struct {
            SimDist **parts; /* owned, with the array */
            SimTime *starts;
            gsize n;
        } steps;
        struct {
            SimTime *times;
            SimSpan *values;
            gsize n;
        } replay;
        struct {
            SimDist *part; /* owned */
            double factor;
        } scaled;
    } of;
};

/* Index of the last start at or before `at`; 0 before the first. */
gsize sim_dist_row_at(const SimTime *starts, gsize n, SimTime at);

#endif
