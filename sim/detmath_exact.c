/*
 * detmath_exact.c — second steps of detmath: slow, in double-double, for the few arguments whose
 * rounding the first step cannot decide (about one in 2,000), and for results that are subnormal.
 *
 * log: 2 artanh((m - 1)/(m + 1)) by its series. exp: Taylor's series after taking out a multiple
 * of log 2. Both are independent of the tables of the first step, which makes them a check of it.
 *
 * A power can be exact, or lie exactly between two doubles; no finite precision tells that from
 * the outside, so it is decided by integer arithmetic (Lauter, Lefèvre 2009, "An efficient
 * rounding boundary test for pow(x, y) in double precision").
 */
#include "sim/detmath_private.h"

#include <math.h>

#define LN2_THIRD 0x1.f97b57a079a19p-103 /* log(2) - SIM_LN2_HI - SIM_LN2_LO */

/* a / 2^e with 1/sqrt(2) <= result < sqrt(2), and e. */
static double normalise(double a, int *e)
{
    double m = frexp(a, e);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2.0;
        *e -= 1;
    }
    return m;
}

SimDD sim_log_second(double x)
{
    int e;
    double m = normalise(x, &e);
    SimDD t = sim_dd_div((SimDD){m - 1.0, 0.0}, sim_dd_sum(m, 1.0));
    SimDD t2 = sim_dd_mul(t, t), series = {0.0, 0.0};
    /* |t| < 0.172: t^(2n) < 2^-5.08 n */
    for (int n = 22; n >= 1; n--) {
        SimDD term = sim_dd_div((SimDD){1.0, 0.0}, (SimDD){2.0 * n + 1.0, 0.0});
        series = sim_dd_mul(sim_dd_add(series, term), t2);
    }
    SimDD result = sim_dd_add(t, sim_dd_mul(t, series));
    result = (SimDD){2.0 * result.hi, 2.0 * result.lo};
    if (e == 0)
        return result;
    SimDD low = sim_dd_scale((SimDD){SIM_LN2_LO, LN2_THIRD}, e);
    return sim_dd_add((SimDD){e * SIM_LN2_HI, 0.0}, sim_dd_add(low, result));
}

SimDD sim_exp_second(SimDD x, int *k)
{
    double n = floor(x.hi * 0x1.71547652b82fep0 + 0.5);
    *k = (int)n;
    SimDD low = sim_dd_scale((SimDD){SIM_LN2_LO, LN2_THIRD}, -n);
    SimDD r = sim_dd_add(sim_dd_sum(x.hi - n * SIM_LN2_HI, x.lo), low);
    SimDD series = {1.0, 0.0};
    /* |r| < 0.35: r^23 / 23! < 2^-109 */
    for (int i = 22; i >= 1; i--)
        series = sim_dd_add((SimDD){1.0, 0.0}, sim_dd_div(sim_dd_mul(series, r), (SimDD){i, 0.0}));
    return series;
}

/* value 2^k (value < 2^63) rounded to the nearest double, ties to even; `sticky` says that the true
 * value is above `value`, by less than one. */
static double round_to_double(uint64_t value, bool sticky, int k)
{
    int length = 64 - __builtin_clzll(value);
    int drop = length > 53 ? length - 53 : 0;
    if (k + drop < -1074)
        drop = -1074 - k; /* the grid of subnormal numbers is coarser */
    if (drop > 63)
        return 0.0;
    if (drop == 0)
        return ldexp((double)value, k);
    uint64_t kept = value >> drop, rest = value & ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << (drop - 1);
    if (rest > half || (rest == half && (sticky || (kept & 1))))
        kept++;
    return ldexp((double)kept, k + drop); /* exact, or infinite */
}

double sim_round_integer(uint64_t mantissa, int k)
{
    return round_to_double(mantissa, false, k);
}

double sim_round_scaled(SimDD x, int k)
{
    x = sim_dd_fast_sum(x.hi, x.lo);
    int e;
    uint64_t mantissa = (uint64_t)ldexp(frexp(x.hi, &e), 53) << 2;
    /* Two further bits, of which `sticky` is the rest: whether lo is above or below 0 is all that
     * matters, because hi is the nearest double already and the grid is no finer. */
    if (x.lo < 0.0)
        mantissa--;
    else if (x.lo > 0.0)
        mantissa++;
    return round_to_double(mantissa, x.lo != 0.0, k + e - 55);
}

/* The odd m with x = m 2^e. */
static uint64_t odd_part(double x, int *e)
{
    uint64_t mantissa = (uint64_t)ldexp(frexp(x, e), 53);
    int zeros = __builtin_ctzll(mantissa);
    *e += zeros - 53;
    return mantissa >> zeros;
}

/* The root of an odd square below 2^53, or 0. */
static uint64_t exact_root(uint64_t square)
{
    uint64_t root = (uint64_t)sqrt((double)square);
    return root * root == square ? root : 0;
}

bool sim_exact_power(double base, double exponent, uint64_t *mantissa, int *k)
{
    int e, y_scale;
    uint64_t m = odd_part(base, &e), n = odd_part(fabs(exponent), &y_scale);
    if (n > 1100 || y_scale > 11 || (exponent < 0 && m != 1))
        return false; /* an odd m > 1 to such a power has more than 62 bits, or no end */
    for (; y_scale < 0; y_scale++) { /* exponent n / 2^j: base must be a 2^j-th power */
        if (e % 2)
            return false;
        e /= 2;
        m = exact_root(m);
        if (m == 0 || (m == 1 && e == 0))
            return false;
    }
    n <<= y_scale;
    uint64_t power = 1;
    for (uint64_t i = 0; i < n && m > 1; i++)
        if (__builtin_mul_overflow(power, m, &power) || power >> 62)
            return false;
    int64_t scale = (int64_t)e * (int64_t)n * (exponent < 0 ? -1 : 1);
    if (scale > 2000 || scale < -2000)
        return false;
    *mantissa = power;
    *k = (int)scale;
    return true;
}
