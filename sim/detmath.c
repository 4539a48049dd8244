/*
 * detmath.c — log, exp, pow, log1p, expm1: first steps, and who decides the rounding.
 *
 * log: x = 2^k m; a table gives c near 1/m with so few bits that r = m c - 1 is exact, |r| < 2^-8,
 * and log x = k log 2 - log c + log(1 + r). Of the series of log(1 + r) the first two terms are
 * carried exactly, so that the result is good to 2^-65 also near 1, where it is small (after
 * Tang 1990, and the table of reciprocals of ARM's optimized-routines).
 *
 * exp: x = n log(2)/256 + r, |r| < 2^-9.5; exp x = 2^(n/256) (1 + p), p = r + r^2/2 + …, where the
 * product of the table's head and p's head is exact (after Tang 1989).
 *
 * pow is exp(y log x) with both carried as hi + lo.
 */
#include "sim/detmath.h"

#include "sim/detmath_private.h"

#include <math.h>

#define EXPONENT_MASK UINT64_C(0xfff0000000000000)
#define FIRST_NORMAL UINT64_C(0x0010000000000000)
#define INFINITY_BITS UINT64_C(0x7ff0000000000000)

/* ---- Logarithm ---------------------------------------------------------------------------- */

/* log(1 + r) - r + r^2/2 for |r| < 2^-8; relative error below 2^-51. */
static inline double log_rest(double r, double r2)
{
    double p = (1.0 / 3 - r * 0.25) +
               r2 * ((1.0 / 5 - r * (1.0 / 6)) + r2 * (1.0 / 7 - r * 0.125 + r2 * (1.0 / 9)));
    return r * r2 * p;
}

static inline SimDD log_first(double x)
{
    uint64_t bits = sim_double_bits(x), shifted;
    int k = 0;
    if (__builtin_expect(bits < FIRST_NORMAL, 0)) {
        bits = sim_double_bits(x * 0x1p54);
        k = -54;
    }
    shifted = bits - SIM_LOG_OFFSET;
    const SimLogRow *row =
        &sim_log_table[(shifted >> (52 - SIM_LOG_INDEX_BITS)) & (SIM_LOG_ROWS - 1)];
    k += (int)((int64_t)shifted >> 52);
    double m = sim_bits_double(bits - (shifted & EXPONENT_MASK));

    double mh = sim_head(m), r = (mh * row->c - 1.0) + (m - mh) * row->c;
    double rh = sim_head(r), half = 0.5 * rh * rh, half_lo = 0.5 * (r - rh) * (r + rh);
    double series = r - half, series_lo = (r - series) - half;
    double base = k * SIM_LN2_HI + row->hi, base_lo = k * SIM_LN2_LO + row->lo;
    SimDD sum = sim_dd_fast_sum(base, series);
    sum.lo += base_lo + (series_lo - half_lo + log_rest(r, r * r));
    return sum;
}

SimDD sim_log_first(double x)
{
    return log_first(x);
}

static __attribute__((noinline)) double log_special(double x)
{
    if (x == 0.0)
        return -SIM_INFINITY;
    if (x < 0.0)
        return SIM_NAN;
    return x; /* +inf, NaN */
}

static __attribute__((noinline)) double log_second(double x)
{
    return sim_log_second(x).hi;
}

double sim_log(double x)
{
    if (__builtin_expect(!(x > 0.0 && x <= DBL_MAX), 0))
        return log_special(x);
    SimDD sum = log_first(x);
    double error = sum.hi * 0x1p-65;
    double low = sum.hi + (sum.lo - error), high = sum.hi + (sum.lo + error);
    if (__builtin_expect(low == high, 1))
        return low;
    return log_second(x);
}

/* ---- Exponential -------------------------------------------------------------------------- */

/* log(2)/256 = high + low; high has 34 bits, so its multiples by up to 2^19 are exact. */
#define STEP_HIGH 0x1.62e42fef8p-9
#define STEP_LOW 0x1.1cf79abc9e3b4p-44
#define STEPS_PER_UNIT 0x1.71547652b82fep+8 /* 256 / log(2) */
#define TO_INTEGER 0x1.8p52                 /* adding it rounds to an integer, in the low bits */

static inline SimDD exp_first(double x, int *k)
{
    double shifted = x * STEPS_PER_UNIT + TO_INTEGER, n = shifted - TO_INTEGER;
    int steps = (int)(int32_t)(uint32_t)sim_double_bits(shifted);
    const SimExpRow *row = &sim_exp_table[steps & (SIM_EXP_ROWS - 1)];
    *k = steps >> 8;

    double exact = x - n * STEP_HIGH, correction = n * STEP_LOW;
    double r = exact - correction, r_lo = (exact - r) - correction;
    double r2 = r * r;
    double q =
        r2 * ((0.5 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720)));
    double rh = sim_head(r), rest = (r - rh) + (r_lo + q);
    SimDD sum = sim_dd_fast_sum(row->head, row->head * rh);
    sum.lo += row->rest + (row->head * rest + row->rest * (rh + rest));
    return sum;
}

SimDD sim_exp_first(double x, int *k)
{
    return exp_first(x, k);
}

/* What lies outside the range of normal results, or could not be decided by the first step. */
static __attribute__((noinline)) double exp_second(double x)
{
    if (!(x < 710.0))
        return x > 0.0 ? SIM_INFINITY : x; /* NaN stays */
    if (x < -746.0)
        return 0.0;
    if (fabs(x) < 0x1p-52)
        return 1.0 + (x > 0.0 ? x * (1.0 + DBL_EPSILON) : x); /* off the tie at x = 2^-53 */
    int k;
    SimDD result = sim_exp_second((SimDD){x, 0.0}, &k);
    return sim_round_scaled(result, k);
}

double sim_exp(double x)
{
    if (__builtin_expect(!(x > -708.0 && x < 709.0), 0))
        return exp_second(x);
    int k;
    SimDD sum = exp_first(x, &k);
    double low = sum.hi + (sum.lo - 0x1p-67), high = sum.hi + (sum.lo + 0x1p-67);
    if (__builtin_expect(low == high, 1))
        return sim_bits_double(sim_double_bits(low) + ((uint64_t)k << 52));
    return exp_second(x);
}

double sim_exp_close(double x)
{
    if (__builtin_expect(!(x > -708.0 && x < 709.0), 0))
        return exp_second(x);
    double shifted = x * STEPS_PER_UNIT + TO_INTEGER, n = shifted - TO_INTEGER;
    int steps = (int)(int32_t)(uint32_t)sim_double_bits(shifted);
    const SimExpRow *row = &sim_exp_table[steps & (SIM_EXP_ROWS - 1)];
    double r = (x - n * STEP_HIGH) - n * STEP_LOW;
    double p = r + r * r * ((0.5 + r * (1.0 / 6)) + r * r * (1.0 / 24)); /* to 2^-54 */
    double value = row->head + (row->rest + (row->head + row->rest) * p);
    return sim_bits_double(sim_double_bits(value) + ((uint64_t)(int64_t)(steps >> 8) << 52));
}

/* ---- Power -------------------------------------------------------------------------------- */

static __attribute__((noinline)) double pow_second(double base, double exponent)
{
    uint64_t mantissa;
    int k;
    if (sim_exact_power(base, exponent, &mantissa, &k))
        return sim_round_integer(mantissa, k);
    SimDD result = sim_exp_second(sim_dd_scale(sim_log_second(base), exponent), &k);
    return sim_round_scaled(result, k);
}

/* Zero, infinite or NaN arguments, and negative bases. */
static __attribute__((noinline)) double pow_special(double base, double exponent)
{
    if (exponent == 0.0 || base == 1.0)
        return 1.0;
    if (isnan(base) || isnan(exponent))
        return SIM_NAN;
    if (base < 0.0)
        return SIM_NAN;
    if (base == 0.0)
        return exponent > 0.0 ? 0.0 : SIM_INFINITY;
    if (isinf(base))
        return exponent > 0.0 ? SIM_INFINITY : 0.0;
    return (base > 1.0) == (exponent > 0.0) ? SIM_INFINITY : 0.0; /* infinite exponent */
}

double sim_pow(double base, double exponent)
{
    if (!(base > 0.0 && base <= DBL_MAX) || !(fabs(exponent) <= DBL_MAX) || base == 1.0)
        return pow_special(base, exponent);
    SimDD log = log_first(base);
    double estimate = exponent * log.hi;
    if (estimate > 710.0)
        return SIM_INFINITY;
    if (estimate < -746.0)
        return 0.0;
    if (fabs(estimate) < 0x1p-55)
        return 1.0;
    log = sim_dd_fast_sum(log.hi, log.lo);
    SimDD power = sim_dd_product(exponent, log.hi);
    power = sim_dd_fast_sum(power.hi, power.lo + exponent * log.lo);
    if (!(power.hi > -708.0 && power.hi < 709.0))
        return pow_second(base, exponent);
    int k;
    SimDD sum = exp_first(power.hi, &k);
    sum.lo += (sum.hi + sum.lo) * power.lo;
    double error = 0x1p-66 + fabs(power.hi) * 0x1p-64;
    double low = sum.hi + (sum.lo - error), high = sum.hi + (sum.lo + error);
    if (low == high)
        return sim_bits_double(sim_double_bits(low) + ((uint64_t)k << 52));
    return pow_second(base, exponent);
}

/* ---- log(1 + x), exp(x) - 1 --------------------------------------------------------------- */

double sim_log1p(double x)
{
    if (!(x > -1.0 && x <= DBL_MAX)) {
        if (x == -1.0)
            return -SIM_INFINITY;
        return x < -1.0 ? SIM_NAN : x;
    }
    if (fabs(x) < 0x1p-26)
        return x - x * x * (0.5 - x * (1.0 / 3)); /* also keeps -0 */
    SimDD sum = sim_dd_sum(1.0, x);
    SimDD log = log_first(sum.hi);
    return log.hi + (log.lo + sum.lo / sum.hi);
}

double sim_expm1(double x)
{
    if (!(x < 710.0))
        return x > 0.0 ? SIM_INFINITY : x;
    if (x < -50.0)
        return -1.0;
    if (x == 0.0)
        return x; /* keeps -0 */
    if (fabs(x) < 0x1p-9) {
        double p = 1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720)));
        return x + x * x * (0.5 + x * p);
    }
    int k;
    SimDD sum = exp_first(x, &k);
    if (k > 1000)
        return sim_exp(x);
    double scale = sim_power_of_two(k);
    SimDD result = sim_dd_sum(sum.hi * scale, -1.0);
    return result.hi + (result.lo + sum.lo * scale);
}
