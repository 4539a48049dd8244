/*
 * dd.h — double-double arithmetic: numbers of about 106 bits as the sum of two doubles.
 *
 * A private tool of detmath. Built from + - * / alone: no fma, because whether there is one in
 * hardware is what the results must not depend on. Valid with rounding to nearest and without
 * contraction (-ffp-contract=off), while nothing overflows or becomes subnormal.
 *
 * Sources: Dekker, "A floating-point technique for extending the available precision" (1971), for
 * the fast sum and the product; Knuth, TAOCP 2, §4.2.2, for the sum of two numbers of any size.
 */
#ifndef SIM_DD_H
#define SIM_DD_H

#include <stdint.h>
#include <string.h>

typedef struct SimDD {
    double hi;
    double lo; /* |lo| <= ulp(hi) / 2, where not said otherwise */
} SimDD;

static inline uint64_t sim_double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double sim_bits_double(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k, for a normal result. */
static inline double sim_power_of_two(int k)
{
    return sim_bits_double((uint64_t)(k + 1023) << 52);
}

/* The upper 26 significant bits of x. The product of two such heads is exact. */
static inline double sim_head(double x)
{
    return sim_bits_double(sim_double_bits(x) & ~UINT64_C(0x7ffffff));
}

/* a + b exactly, where |a| >= |b| or a = 0. */
static inline SimDD sim_dd_fast_sum(double a, double b)
{
    double hi = a + b;
    return (SimDD){hi, b - (hi - a)};
}

/* a + b exactly. */
static inline SimDD sim_dd_sum(double a, double b)
{
    double hi = a + b, part = hi - a;
    return (SimDD){hi, (a - (hi - part)) + (b - part)};
}

/* a * b exactly. The tails have up to 27 bits, so their product may be off in the last place;
 * that is 2^-104 of the result. */
static inline SimDD sim_dd_product(double a, double b)
{
    double hi = a * b, ah = sim_head(a), al = a - ah, bh = sim_head(b), bl = b - bh;
    return (SimDD){hi, ((ah * bh - hi) + ah * bl + al * bh) + al * bl};
}

static inline SimDD sim_dd_add(SimDD a, SimDD b)
{
    SimDD high = sim_dd_sum(a.hi, b.hi), low = sim_dd_sum(a.lo, b.lo);
    high = sim_dd_fast_sum(high.hi, high.lo + low.hi);
    return sim_dd_fast_sum(high.hi, high.lo + low.lo);
}

static inline SimDD sim_dd_mul(SimDD a, SimDD b)
{
    SimDD product = sim_dd_product(a.hi, b.hi);
    return sim_dd_fast_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline SimDD sim_dd_scale(SimDD a, double b)
{
    SimDD product = sim_dd_product(a.hi, b);
    return sim_dd_fast_sum(product.hi, product.lo + a.lo * b);
}

static inline SimDD sim_dd_div(SimDD a, SimDD b)
{
    double q = a.hi / b.hi;
    SimDD rest = sim_dd_scale(b, -q);
    rest = sim_dd_add(a, rest);
    double q2 = rest.hi / b.hi;
    rest = sim_dd_add(rest, sim_dd_scale(b, -q2));
    SimDD quotient = sim_dd_fast_sum(q, q2);
    return sim_dd_fast_sum(quotient.hi, quotient.lo + rest.hi / b.hi);
}

#endif
