/* dist_law.c — mean, distribution function and quantile; see dist.h. */
#include "sim/dist_private.h"

#include "sim/check.h"
#include "sim/dd.h"
#include "sim/detmath.h"

#include <math.h>

/* ---- Mean --------------------------------------------------------------------------------- */

/* (1 - e^-t) / t */
static double shrink(double t)
{
    return t == 0.0 ? 1.0 : -sim_expm1(-t) / t;
}

static double pareto_mean(const SimDist *dist)
{
    double min = dist->of.pareto.min, alpha = dist->of.pareto.alpha;
    if (isinf(dist->of.pareto.limit))
        return alpha > 1.0 ? min * alpha / (alpha - 1.0) : SIM_INFINITY;
    double range = dist->of.pareto.limit / alpha; /* log(max / min) */
    return min * alpha * range * shrink((alpha - 1.0) * range) / dist->of.pareto.kept;
}

static double normal_mean(const SimDist *dist)
{
    double mean = dist->of.normal.mean, sd = dist->of.normal.sd, a = dist->of.normal.standard;
    if (a < -2.0)
        return mean + sd * (sim_normal_density(a) / sim_normal_tail(a));
    if (a < 1000.0)
        return mean + sd / sim_normal_mills(a);
    return dist->of.normal.min + sd * (1.0 - 2.0 / (a * a)) / a; /* mills to 10 / a^4 */
}

static double empirical_mean(const SimDist *dist)
{
    __int128 sum = 0;
    for (gsize i = 0; i < dist->of.empirical.n; i++)
        sum += dist->of.empirical.rows[i];
    return (double)sum / (double)dist->of.empirical.n;
}

static double mix_mean(const SimDist *dist, SimTime at)
{
    double sum = 0.0;
    for (gsize i = 0; i < dist->of.mix.n; i++)
        if (dist->of.mix.weights[i] > 0.0)
            sum += dist->of.mix.weights[i] * sim_dist_mean(dist->of.mix.parts[i], at);
    return sum;
}

/* The part or value that holds at `at`. */
static const SimDist *step_at(const SimDist *dist, SimTime at)
{
    return dist->of.steps.parts[sim_dist_row_at(dist->of.steps.starts, dist->of.steps.n, at)];
}

static double replay_at(const SimDist *dist, SimTime at)
{
    gsize row = sim_dist_row_at(dist->of.replay.times, dist->of.replay.n, at);
    return (double)dist->of.replay.values[row];
}

double sim_dist_mean(const SimDist *dist, SimTime at)
{
    double spread;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->of.constant;
    case SIM_DIST_UNIFORM:
        return 0.5 * dist->of.uniform.low + 0.5 * dist->of.uniform.high;
    case SIM_DIST_EXPONENTIAL:
        return dist->of.mean;
    case SIM_DIST_LOGNORMAL:
        spread = dist->of.lognormal.sigma;
        return dist->of.lognormal.min + sim_exp(dist->of.lognormal.mu + 0.5 * spread * spread);
    case SIM_DIST_PARETO:
        return pareto_mean(dist);
    case SIM_DIST_NORMAL:
        return normal_mean(dist);
    case SIM_DIST_EMPIRICAL:
        return empirical_mean(dist);
    case SIM_DIST_MIX:
        return mix_mean(dist, at);
    case SIM_DIST_STEPS:
        return sim_dist_mean(step_at(dist, at), at);
    case SIM_DIST_REPLAY:
        return replay_at(dist, at);
    case SIM_DIST_SCALED:
        if (dist->of.scaled.factor == 0.0)
            return 0.0;
        return dist->of.scaled.factor * sim_dist_mean(dist->of.scaled.part, at);
    }
    SIM_UNREACHABLE();
}

/* ---- Distribution function ---------------------------------------------------------------- */

static double pareto_cdf(const SimDist *dist, double x)
{
    double min = dist->of.pareto.min;
    if (x <= min)
        return 0.0;
    if (x >= dist->of.pareto.max)
        return 1.0;
    return -sim_expm1(-dist->of.pareto.alpha * sim_log1p((x - min) / min)) / dist->of.pareto.kept;
}

/* Log of the share of Z > a that is beyond a + d; a >= 0, d >= 0. Mills' ratios keep it finite
 * where the tails have underflowed. */
static double log_survival(double a, double d)
{
    return -d * (a + 0.5 * d) + sim_log(sim_normal_mills(a + d) / sim_normal_mills(a));
}

static double normal_cdf(const SimDist *dist, double x)
{
    double z = (x - dist->of.normal.mean) / dist->of.normal.sd, a = dist->of.normal.standard;
    if (x < dist->of.normal.min)
        return 0.0;
    if (a > 0.0)
        return -sim_expm1(log_survival(a, (x - dist->of.normal.min) / dist->of.normal.sd));
    return (sim_normal_cdf(z) - sim_normal_cdf(a)) / sim_normal_tail(a);
}

static double empirical_cdf(const SimDist *dist, double x)
{
    gsize low = 0, high = dist->of.empirical.n; /* rows below low are <= x, from high on > x */
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if ((double)dist->of.empirical.rows[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / (double)dist->of.empirical.n;
}

static double mix_cdf(const SimDist *dist, double x, SimTime at)
{
    double sum = 0.0;
    for (gsize i = 0; i < dist->of.mix.n; i++)
        sum += dist->of.mix.weights[i] * sim_dist_cdf(dist->of.mix.parts[i], x, at);
    return sim_smaller(sum, 1.0);
}

/* Doubles in order as integers, and back. */
static int64_t rank_of(double x)
{
    int64_t bits = (int64_t)sim_double_bits(x);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double of_rank(int64_t rank)
{
    return sim_bits_double((uint64_t)(rank < 0 ? INT64_MIN - rank : rank));
}

/* P(factor * part <= x): of the largest part whose rounded product is still at most x. */
static double scaled_cdf(const SimDist *dist, double x, SimTime at)
{
    double factor = dist->of.scaled.factor;
    if (factor == 0.0 || !isfinite(x))
        return x >= 0.0 ? 1.0 : 0.0;
    double largest = x / factor;
    if (!isfinite(largest))
        return x >= 0.0 ? 1.0 : 0.0;
    for (int i = 0; i < 4 && largest * factor > x; i++)
        largest = of_rank(rank_of(largest) - 1);
    for (int i = 0; i < 4; i++) {
        double next = of_rank(rank_of(largest) + 1);
        if (next * factor > x)
            break;
        largest = next;
    }
    return sim_dist_cdf(dist->of.scaled.part, largest, at);
}

double sim_dist_cdf(const SimDist *dist, double x, SimTime at)
{
    double share, min;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return x >= dist->of.constant ? 1.0 : 0.0;
    case SIM_DIST_UNIFORM:
        if (x >= dist->of.uniform.high)
            return 1.0;
        share = (x - dist->of.uniform.low) / (dist->of.uniform.high - dist->of.uniform.low);
        return sim_larger(share, 0.0);
    case SIM_DIST_EXPONENTIAL:
        return x > 0.0 ? -sim_expm1(-x / dist->of.mean) : 0.0;
    case SIM_DIST_LOGNORMAL:
        min = dist->of.lognormal.min;
        if (x <= min)
            return 0.0;
        return sim_normal_cdf((sim_log(x - min) - dist->of.lognormal.mu) /
                              dist->of.lognormal.sigma);
    case SIM_DIST_PARETO:
        return pareto_cdf(dist, x);
    case SIM_DIST_NORMAL:
        return normal_cdf(dist, x);
    case SIM_DIST_EMPIRICAL:
        return empirical_cdf(dist, x);
    case SIM_DIST_MIX:
        return mix_cdf(dist, x, at);
    case SIM_DIST_STEPS:
        return sim_dist_cdf(step_at(dist, at), x, at);
    case SIM_DIST_REPLAY:
        return x >= replay_at(dist, at) ? 1.0 : 0.0;
    case SIM_DIST_SCALED:
        return scaled_cdf(dist, x, at);
    }
    SIM_UNREACHABLE();
}

/* ---- Quantile ----------------------------------------------------------------------------- */

static double normal_quantile(const SimDist *dist, double p)
{
    double mean = dist->of.normal.mean, sd = dist->of.normal.sd, a = dist->of.normal.standard;
    if (a <= 0.0) {
        double tail = sim_normal_tail(a), above = (1.0 - p) * tail;
        double z = above < 0.5 ? -sim_normal_quantile(above)
                               : sim_normal_quantile(sim_normal_cdf(a) + p * tail);
        return sim_larger(mean + sd * z, dist->of.normal.min);
    }
    /* Newton's method on -log survival, which is convex: the first step, from 0, overshoots and
     * all others come down to the root. */
    double target = -sim_log1p(-p), d = target * sim_normal_mills(a);
    for (int i = 0; i < 60; i++) {
        double step = (-log_survival(a, d) - target) * sim_normal_mills(a + d);
        d -= step;
        if (!(step > 0x1p-52 * d))
            break;
    }
    return dist->of.normal.min + sd * d;
}

static double empirical_quantile(const SimDist *dist, double p)
{
    double n = (double)dist->of.empirical.n, i = ceil(p * n) - 1.0;
    /* The product may have rounded across a step of cdf(), (i + 1) / n. */
    if (i > 0.0 && i / n >= p)
        i -= 1.0;
    if (i < n - 1.0 && (i + 1.0) / n < p)
        i += 1.0;
    return (double)dist->of.empirical.rows[(gsize)sim_larger(i, 0.0)];
}

static double mix_quantile(const SimDist *dist, double p, SimTime at)
{
    double least = SIM_INFINITY, most = -SIM_INFINITY;
    for (gsize i = 0; i < dist->of.mix.n; i++) {
        if (!(dist->of.mix.weights[i] > 0.0))
            continue;
        double x = sim_dist_quantile(dist->of.mix.parts[i], p, at);
        least = sim_smaller(least, x);
        most = sim_larger(most, x);
    }
    int64_t low = rank_of(least), high = rank_of(most);
    if (mix_cdf(dist, least, at) >= p)
        return least;
    uint64_t gap;
    while ((gap = (uint64_t)high - (uint64_t)low) > 1) { /* cdf(low) < p <= cdf(high) */
        int64_t middle = (int64_t)((uint64_t)low + gap / 2);
        if (mix_cdf(dist, of_rank(middle), at) >= p)
            high = middle;
        else
            low = middle;
    }
    return of_rank(high);
}

double sim_dist_quantile(const SimDist *dist, double p, SimTime at)
{
    SIM_CHECK(p > 0.0 && p < 1.0, "quantile of %g", p);
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->of.constant;
    case SIM_DIST_UNIFORM:
        return dist->of.uniform.low + p * (dist->of.uniform.high - dist->of.uniform.low);
    case SIM_DIST_EXPONENTIAL:
        return -dist->of.mean * sim_log1p(-p);
    case SIM_DIST_LOGNORMAL:
        return dist->of.lognormal.min +
               sim_exp(dist->of.lognormal.mu + dist->of.lognormal.sigma * sim_normal_quantile(p));
    case SIM_DIST_PARETO:
        return sim_smaller(dist->of.pareto.min * sim_exp(-sim_log1p(-p * dist->of.pareto.kept) *
                                                         dist->of.pareto.inverse_alpha),
                           dist->of.pareto.max);
    case SIM_DIST_NORMAL:
        return normal_quantile(dist, p);
    case SIM_DIST_EMPIRICAL:
        return empirical_quantile(dist, p);
    case SIM_DIST_MIX:
        return mix_quantile(dist, p, at);
    case SIM_DIST_STEPS:
        return sim_dist_quantile(step_at(dist, at), p, at);
    case SIM_DIST_REPLAY:
        return replay_at(dist, at);
    case SIM_DIST_SCALED:
        return dist->of.scaled.factor * sim_dist_quantile(dist->of.scaled.part, p, at);
    }
    SIM_UNREACHABLE();
}
