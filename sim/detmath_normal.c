/*
 * detmath_normal.c — the standard normal law.
 *
 * Near 0, P(0 < Z <= z) = density(z) (z + z^3/3 + z^5/(3 5) + …), all terms of one sign. Further
 * out, P(Z > z) = density(z) R(z) with Mills' ratio R by Laplace's continued fraction
 * 1/(z + 1/(z + 2/(z + 3/(z + …)))), evaluated backwards. Both are in Abramowitz, Stegun, §26.2.
 *
 * The quantile starts from their rational formula 26.2.23 (error below 4.5e-4) and takes three
 * steps of Halley's method, each of which cubes the error.
 */
#include "sim/detmath.h"

#include "sim/detmath_private.h"

#include <math.h>

#define SERIES_UP_TO 2.0
#define ONE_BY_SQRT_2PI 0x1.9884533d43651p-2
#define SQRT_2PI 0x1.40d931ff62706p1

double sim_normal_density(double z)
{
    if (!(fabs(z) < 40.0))
        return isnan(z) ? z : 0.0;
    double head = sim_head(z); /* head^2 is exact, so no error of the square is blown up by exp */
    return ONE_BY_SQRT_2PI * sim_exp(-0.5 * head * head) * sim_exp(-0.5 * (z - head) * (z + head));
}

/* P(0 < Z <= z) for |z| <= SERIES_UP_TO. */
static double central(double z)
{
    double z2 = z * z, term = z, sum = z;
    for (int n = 3; fabs(term) > 0x1p-56 * fabs(sum); n += 2) {
        term *= z2 / n;
        sum += term;
    }
    return sim_normal_density(z) * sum;
}

double sim_normal_mills(double z)
{
    if (z < SERIES_UP_TO)
        return (0.5 - central(z)) / sim_normal_density(z);
    /* Depth found by trial against MPFR: an error below 2^-54 for z >= SERIES_UP_TO. */
    int depth = 8 + (int)(440.0 / (z * z));
    double fraction = z;
    for (int n = depth; n >= 1; n--)
        fraction = z + n / fraction;
    return 1.0 / fraction;
}

double sim_normal_tail(double z)
{
    if (isnan(z))
        return z;
    if (z < 0.0)
        return 1.0 - sim_normal_tail(-z);
    if (z < SERIES_UP_TO)
        return 0.5 - central(z);
    return z < 40.0 ? sim_normal_density(z) * sim_normal_mills(z) : 0.0;
}

double sim_normal_cdf(double z)
{
    return sim_normal_tail(-z);
}

/* The z > 0 with tail(z) = q, for q well below 1/2. */
static double tail_quantile(double q)
{
    double log_q = sim_log(q), t = sqrt(-2.0 * log_q);
    double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (int i = 0; i < 3; i++) {
        /* q / density(z), also where both are subnormal */
        double head = sim_head(z), exponent = 0.5 * head * head + log_q;
        double ratio = SQRT_2PI * sim_exp(exponent + 0.5 * (z - head) * (z + head));
        double step = sim_normal_mills(z) - ratio;
        z += step / (1.0 - 0.5 * step * z);
    }
    return z;
}

/* The z with P(0 < Z <= z) = share, |share| up to 0.45. */
static double central_quantile(double share)
{
    double z = share * SQRT_2PI;
    for (int i = 0; i < 5; i++) {
        double step = (central(z) - share) / sim_normal_density(z);
        z -= step / (1.0 + 0.5 * step * z);
    }
    return z;
}

double sim_normal_quantile(double p)
{
    if (!(p > 0.0 && p < 1.0)) {
        if (p == 0.0)
            return -SIM_INFINITY;
        return p == 1.0 ? SIM_INFINITY : SIM_NAN;
    }
    if (p < 0.1)
        return -tail_quantile(p);
    return p > 0.9 ? tail_quantile(1.0 - p) : central_quantile(p - 0.5);
}
