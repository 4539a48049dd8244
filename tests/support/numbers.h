/*
 * numbers.h — random arguments for tests of numerical functions, from a fixed seed.
 */
#ifndef TEST_NUMBERS_H
#define TEST_NUMBERS_H

#include "sim/random.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* In [0, 1). */
static inline double test_unit(SimRng *rng)
{
    return (double)(sim_rng_bits(rng) >> 11) * 0x1p-53;
}

static inline double test_between(SimRng *rng, double low, double high)
{
    return low + test_unit(rng) * (high - low);
}

/* 1 and a bit, at every distance. */
static inline double test_near_one(SimRng *rng)
{
    return 1.0 + (test_unit(rng) - 0.5) * ldexp(1.0, -(int)(sim_rng_bits(rng) % 53));
}

/* Any positive finite double, all exponents alike. */
static inline double test_any_positive(SimRng *rng)
{
    uint64_t bits = sim_rng_bits(rng) >> 1;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x > 0 && x <= DBL_MAX ? x : 1.5;
}

static inline double test_any_subnormal(SimRng *rng)
{
    uint64_t shift = 12 + sim_rng_bits(rng) % 50, bits = (sim_rng_bits(rng) >> shift) | 1;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
