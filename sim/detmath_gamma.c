/*
 * detmath_gamma.c — log Gamma and the incomplete gamma and beta functions.
 *
 * log Gamma: its series about 2 on [1.5, 2.5], Stirling's beyond 8, the recurrence between and
 * below. The zeros at 1 and 2 are kept with full relative accuracy.
 *
 * The incomplete functions are a density times a slowly varying factor. The density is computed in
 * the saddle-point form of Loader ("Fast and accurate computation of binomial probabilities",
 * 2000): exp(-deviance) with the deviance free of cancellation, because differences of large log
 * Gammas would cost a digit for each of theirs. The factor is a continued fraction with positive
 * denominators, evaluated backwards (so that rounding errors do not pile up) and with doubled
 * depth until nothing changes; or, for P(a, x) at small x, a series of positive terms. Beta:
 * DiDonato, Morris (1992), equation 9. The work is O(sqrt(a + b)).
 */
#include "sim/detmath.h"

#include "sim/detmath_private.h"

#include <math.h>

#define HALF_LOG_2PI 0x1.d67f1c864beb5p-1
#define ONE_BY_SQRT_2PI 0x1.9884533d43651p-2

/* ---- log Gamma ---------------------------------------------------------------------------- */

/* log Gamma(2 + t) = sum of t^(n+1) row[n], |t| <= 1/2: 1 - Euler's constant, then
 * (-1)^m (zeta(m) - 1) / m for m = 2, 3, … */
static double log_gamma_near_2(double t)
{
    static const double row[] = {
        0x1.b0ee6072093cep-2,   0x1.4a34cc4a60fa6p-2,   -0x1.13e001a557607p-4,
        0x1.51322ac7d8483p-6,   -0x1.e404fc218f5f2p-8,  0x1.7add6eadb6c30p-9,
        -0x1.38ac5c2bf8e08p-10, 0x1.0b36af86396e9p-11,  -0x1.d3fd4c76d2fc8p-13,
        0x1.a127b0f17d65ap-14,  -0x1.78de5bd7c81efp-15, 0x1.580dcee66eb02p-16,
        -0x1.3cbc963ce2243p-17, 0x1.2597a39f34aacp-18,  -0x1.11b2eb7679541p-19,
        0x1.0064cdeb22f0fp-20,  -0x1.e2600d93cfd2fp-22, 0x1.c76bbb3f07a4dp-23,
        -0x1.af5a6cbbf8a97p-24, 0x1.99b93c2070b0fp-25,  -0x1.862c734df3eacp-26,
        0x1.7469daccfadcdp-27,  -0x1.6434a8447aeadp-28, 0x1.555a877ffd2c3p-29,
        -0x1.47b1679258d0ep-30, 0x1.3b15d2b2fc10cp-31,  -0x1.2f69a9fabe3e0p-32};
    double sum = 0.0;
    for (int n = (int)(sizeof row / sizeof *row) - 1; n >= 0; n--)
        sum = sum * t + row[n];
    return sum * t;
}

/* log Gamma(x) - ((x - 1/2) log x - x + log(2 pi)/2) for x >= 8. */
static double stirling_series(double x)
{
    double y = 1.0 / x, y2 = y * y;
    double sum = 1.0 / 1188 - y2 * (691.0 / 360360 - y2 * (1.0 / 156 - y2 * (3617.0 / 122400)));
    sum = 1.0 / 12 - y2 * (1.0 / 360 - y2 * (1.0 / 1260 - y2 * (1.0 / 1680 - y2 * sum)));
    return y * sum;
}

double sim_log_gamma(double x)
{
    if (!(x > 0.0 && x <= DBL_MAX))
        return x == 0.0 || x > 0.0 ? SIM_INFINITY : SIM_NAN;
    if (x >= 8.0)
        return (x - 0.5) * (sim_log(x) - 1.0) + (HALF_LOG_2PI - 0.5 + stirling_series(x));
    if (x < 0.5)
        return log_gamma_near_2(x) - sim_log1p(x) - sim_log(x);
    if (x < 1.5)
        return log_gamma_near_2(x - 1.0) - sim_log1p(x - 1.0);
    double product = 1.0;
    while (x > 2.5)
        product *= (x -= 1.0);
    return log_gamma_near_2(x - 2.0) + sim_log(product);
}

static double stirling_correction(double x)
{
    if (x >= 8.0)
        return stirling_series(x);
    return sim_log_gamma(x) - ((x - 0.5) * sim_log(x) - x + HALF_LOG_2PI);
}

/* ---- Deviance ----------------------------------------------------------------------------- */

/* a (u - log(1 + u)), given u and the ratio 1 + u > 0, both in double-double. */
static double deviance(double a, SimDD u, SimDD ratio)
{
    if (fabs(u.hi) < 0x1p-4) {
        /* u - log(1 + u) = v (u - 2 v^2 (1/3 + v^2/5 + …)) with v = u / (2 + u) */
        double v = u.hi / (2.0 + u.hi), v2 = v * v;
        double sum = 1.0 / 9 + v2 * (1.0 / 11 + v2 * (1.0 / 13));
        sum = 1.0 / 3 + v2 * (1.0 / 5 + v2 * (1.0 / 7 + v2 * sum));
        return a * v * (u.hi - 2.0 * v2 * sum);
    }
    SimDD log = sim_log_first(ratio.hi);
    log = sim_dd_fast_sum(log.hi, log.lo + ratio.lo / ratio.hi);
    SimDD excess = sim_dd_add(u, (SimDD){-log.hi, -log.lo});
    return a * excess.hi + a * excess.lo;
}

/* ---- Incomplete gamma --------------------------------------------------------------------- */

/* x^a e^-x / Gamma(a) */
static double gamma_density(double a, double x)
{
    SimDD ratio = sim_dd_div((SimDD){x, 0.0}, (SimDD){a, 0.0});
    SimDD u = sim_dd_div(sim_dd_sum(x, -a), (SimDD){a, 0.0});
    return ONE_BY_SQRT_2PI * sqrt(a) * sim_exp(-deviance(a, u, ratio) - stirling_correction(a));
}

static double gamma_fraction(double a, double x, int depth)
{
    double fraction = x - a + (2.0 * depth + 1.0);
    for (int n = depth; n >= 1; n--)
        fraction = x - a + (2.0 * n - 1.0) + n * (a - n) / fraction;
    return 1.0 / fraction;
}

double sim_incomplete_gamma(double a, double x)
{
    if (!(a > 0.0 && x >= 0.0))
        return SIM_NAN;
    if (x == 0.0 || x > DBL_MAX)
        return x == 0.0 ? 0.0 : 1.0;
    double density = gamma_density(a, x);
    if (x < a + 1.0) {
        double term = 1.0 / a, sum = term;
        for (double n = a + 1.0; term > 0x1p-56 * sum; n += 1.0) {
            term *= x / n;
            sum += term;
        }
        return sim_smaller(density * sum, 1.0);
    }
    double before, now = gamma_fraction(a, x, 16);
    int depth = 16;
    do {
        before = now;
        now = gamma_fraction(a, x, depth *= 2);
    } while (fabs(now - before) > 0x1p-52 * now && depth < 1 << 28);
    return 1.0 - density * now;
}

/* ---- Incomplete beta ---------------------------------------------------------------------- */

/* What both halves of the unit interval see: their own side first. */
typedef struct BetaSide {
    double a, b;
    SimDD x, y;   /* y = 1 - x */
    SimDD excess; /* a - (a + b) x >= 0 */
} BetaSide;

/* x^a y^b / Beta(a, b) */
static double beta_density(const BetaSide *side)
{
    double a = side->a, b = side->b;
    SimDD n = sim_dd_sum(a, b), excess = side->excess, minus = {-excess.hi, -excess.lo};
    SimDD one_a = {a, 0.0}, one_b = {b, 0.0};
    double from_a =
        deviance(a, sim_dd_div(minus, one_a), sim_dd_div(sim_dd_mul(n, side->x), one_a));
    double from_b =
        deviance(b, sim_dd_div(excess, one_b), sim_dd_div(sim_dd_mul(n, side->y), one_b));
    double correction = stirling_correction(n.hi) - stirling_correction(a) - stirling_correction(b);
    return ONE_BY_SQRT_2PI * sqrt(a) * sqrt(b / n.hi) * sim_exp(correction - from_a - from_b);
}

static double beta_fraction(const BetaSide *side, int depth)
{
    double a = side->a, b = side->b, x = side->x.hi, y = side->y.hi, fraction = 0.0;
    for (int n = depth; n >= 0; n--) {
        double before = a + 2.0 * n - 1.0, m = n;
        double denominator = m + (a + m) / (before + 2.0) * (side->excess.hi + 1.0 + m * (1.0 + y));
        if (n > 0)
            denominator += m * (b - m) * x / before;
        double next = (a + m) * (a + b + m) * (m + 1.0) * (b - m - 1.0) * x * x /
                      ((before + 2.0) * (before + 2.0));
        fraction = denominator + (n < depth ? next / fraction : 0.0);
    }
    return 1.0 / fraction;
}

static double beta_side(const BetaSide *side)
{
    int depth = 16;
    double before, now = beta_fraction(side, depth);
    do {
        before = now;
        now = beta_fraction(side, depth *= 2);
    } while (fabs(now - before) > 0x1p-52 * fabs(now) && depth < 1 << 28);
    return beta_density(side) * now;
}

double sim_incomplete_beta(double a, double b, double x)
{
    if (!(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0))
        return SIM_NAN;
    if (x == 0.0 || x == 1.0)
        return x;
    SimDD whole = {x, 0.0}, rest = sim_dd_sum(1.0, -x);
    SimDD excess = sim_dd_product(b, x);
    excess = sim_dd_add(sim_dd_scale(rest, a), (SimDD){-excess.hi, -excess.lo});
    if (excess.hi >= 0.0)
        return sim_smaller(beta_side(&(BetaSide){a, b, whole, rest, excess}), 1.0);
    BetaSide other = {b, a, rest, whole, {-excess.hi, -excess.lo}};
    return sim_larger(1.0 - beta_side(&other), 0.0);
}
