/* stats.c — intervals over replications; see stats.h. */
#include "analysis/stats.h"

#include "sim/check.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

/* ---- Student's t -------------------------------------------------------------------------- */

/* The argument of the incomplete beta function must not be close to 1, where its distance from 1
 * is lost: so for small t the probability within is computed, else the one outside. */
static gboolean is_central(double freedom, double t)
{
    return t < 3 && 100 * t * t < freedom;
}

/* P(|T| <= t) */
static double t_within(double freedom, double t)
{
    return sim_incomplete_beta(0.5, freedom / 2, t * t / (freedom + t * t));
}

/* P(|T| > t) */
static double t_outside(double freedom, double t)
{
    return sim_incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

double ana_t_tail(double freedom, double t)
{
    return is_central(freedom, t) ? 1 - t_within(freedom, t) : t_outside(freedom, t);
}

/* Density at t, up to the constant factor that `scale` is. */
static double t_density(double freedom, double scale, double t)
{
    return scale * sim_exp(-(freedom + 1) / 2 * sim_log1p(t * t / freedom));
}

double ana_t_quantile(double freedom, double p)
{
    SIM_CHECK(freedom > 0 && p > 0 && p < 1, "t quantile of %g with %g degrees", p, freedom);
    const double pi = 3.141592653589793;
    double scale =
        sim_exp(sim_log_gamma((freedom + 1) / 2) - sim_log_gamma(freedom / 2)) / sqrt(freedom * pi);
    /* P(|T| <= t) is concave and the normal quantile lies below: Newton's steps go up to the root
     * and never over it, until rounding stops them. */
    double t = sim_normal_quantile((1 + p) / 2);
    for (int i = 0; i < 200; i++) {
        double lacking =
            is_central(freedom, t) ? p - t_within(freedom, t) : t_outside(freedom, t) - (1 - p);
        double next = t + lacking / (2 * t_density(freedom, scale, t));
        if (!(next > t * (1 + 1e-15)))
            break;
        t = next;
    }
    return t;
}

/* ---- intervals ---------------------------------------------------------------------------- */

static const AnaInterval nothing = {.value = (double)NAN, .low = (double)NAN, .high = (double)NAN};

static AnaInterval interval_of(double value, double error, double freedom)
{
    AnaInterval interval = {.value = value, .low = value, .high = value};
    if (error > 0 && freedom > 0) {
        double half = ana_t_quantile(freedom, ANA_CONFIDENCE) * error;
        interval.low = value - half;
        interval.high = value + half;
        interval.error = error;
        interval.freedom = freedom;
    }
    return interval;
}

static gboolean are_equal(const double *values, gsize n)
{
    for (gsize i = 1; i < n; i++)
        if (values[i] != values[0])
            return FALSE;
    return TRUE;
}

AnaInterval ana_mean_interval(const double *values, gsize n)
{
    double sum = 0, squares = 0;
    if (n == 0)
        return nothing;
    if (are_equal(values, n))
        return interval_of(values[0], 0, 0);
    for (gsize i = 0; i < n; i++)
        sum += values[i];
    double mean = sum / (double)n;
    for (gsize i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return interval_of(mean, sqrt(squares / ((double)n * (double)(n - 1))), (double)(n - 1));
}

/* Two pooled ratios, the second weighted with -factor; b is NULL where there is one. */
typedef struct Pool {
    const double *a_above, *a_below, *b_above, *b_below;
    double factor;
    gsize n;
    double sums[4];
} Pool;

static double pooled_without(const Pool *pool, gsize left_out)
{
    double above = pool->sums[0], below = pool->sums[1];
    double b_above = pool->sums[2], b_below = pool->sums[3];
    if (left_out < pool->n) {
        above -= pool->a_above[left_out];
        below -= pool->a_below[left_out];
        b_above -= pool->b_above ? pool->b_above[left_out] : 0;
        b_below -= pool->b_above ? pool->b_below[left_out] : 0;
    }
    double value = above / below;
    return pool->b_above ? value - pool->factor * (b_above / b_below) : value;
}

/* TRUE where leaving the replication out says something: it had opportunities, and others too. */
static gboolean is_informative(const Pool *pool, gsize i)
{
    gboolean a = pool->a_below[i] > 0, b = pool->b_above && pool->b_below[i] > 0;
    gboolean a_left = pool->sums[1] > pool->a_below[i];
    gboolean b_left = !pool->b_above || pool->sums[3] > pool->b_below[i];
    return (a || b) && a_left && b_left;
}

/* TRUE where each replication by itself gives the same value. */
static gboolean is_constant(const Pool *pool, double value)
{
    for (gsize i = 0; i < pool->n; i++) {
        double own = pool->a_above[i] / pool->a_below[i];
        if (pool->b_above)
            own -= pool->factor * (pool->b_above[i] / pool->b_below[i]);
        if (own != value && own == own)
            return FALSE;
    }
    return TRUE;
}

static AnaInterval jack_knife(Pool *pool)
{
    for (gsize i = 0; i < pool->n; i++) {
        pool->sums[0] += pool->a_above[i];
        pool->sums[1] += pool->a_below[i];
        pool->sums[2] += pool->b_above ? pool->b_above[i] : 0;
        pool->sums[3] += pool->b_above ? pool->b_below[i] : 0;
    }
    if (!(pool->sums[1] > 0) || (pool->b_above && !(pool->sums[3] > 0)))
        return nothing;
    double value = pooled_without(pool, pool->n), sum = 0, squares = 0;
    if (is_constant(pool, value))
        return interval_of(value, 0, 0);
    gsize used = 0;
    for (gsize i = 0; i < pool->n; i++) {
        if (!is_informative(pool, i))
            continue;
        sum += pooled_without(pool, i);
        used++;
    }
    if (used < 2)
        return interval_of(value, 0, 0);
    double mean = sum / (double)used;
    for (gsize i = 0; i < pool->n; i++) {
        double off = is_informative(pool, i) ? pooled_without(pool, i) - mean : 0;
        squares += off * off;
    }
    double freedom = (double)(used - 1);
    return interval_of(value, sqrt(squares * freedom / (double)used), freedom);
}

AnaInterval ana_ratio_interval(const double *above, const double *below, gsize n)
{
    Pool pool = {.a_above = above, .a_below = below, .n = n};
    return jack_knife(&pool);
}

AnaInterval ana_section_interval(double merged, const double *own, gsize n)
{
    double squares = 0;
    gsize used = 0;
    if (merged != merged)
        return nothing;
    for (gsize i = 0; i < n; i++) {
        if (own[i] != own[i])
            continue;
        squares += (own[i] - merged) * (own[i] - merged);
        used++;
    }
    if (used < 2)
        return interval_of(merged, 0, 0);
    return interval_of(merged, sqrt(squares / ((double)used * (double)(used - 1))),
                       (double)(used - 1));
}

/* ---- differences -------------------------------------------------------------------------- */

/* The mean of those that have a value; their number goes to *used. */
static AnaInterval own_interval(const double *own, gsize n, gsize *used)
{
    g_autofree double *known = g_new(double, n + 1);
    *used = 0;
    for (gsize i = 0; i < n; i++)
        if (own[i] == own[i])
            known[(*used)++] = own[i];
    return ana_mean_interval(known, *used);
}

/* With the error of whichever says less surely that there is a difference. */
static AnaInterval hull(const AnaInterval *pooled, const AnaInterval *own)
{
    AnaInterval both = *pooled;
    both.low = sim_smaller(pooled->low, own->low);
    both.high = sim_larger(pooled->high, own->high);
    if (own->error > 0 && ana_p_value(own) > ana_p_value(pooled)) {
        both.freedom = own->freedom;
        both.error = own->value == 0 ? (double)INFINITY
                                     : own->error * fabs(pooled->value) / fabs(own->value);
    }
    return both;
}

/* Pooling takes it for granted that the replications' own values lie about the pooled one. Where
 * the pooled one is further from their mean than chance puts it when they do (their mean has an
 * error, and the two share most of it), the interval has to hold both. Elsewhere it stays as it is.
 */
#define AGREES 1.0 /* standard errors of the mean */

static AnaInterval checked(const AnaInterval *pooled, const double *own, gsize n)
{
    gsize used;
    AnaInterval mean = own_interval(own, n, &used);
    gboolean agrees = used < 2 || pooled->value != pooled->value ||
                      fabs(pooled->value - mean.value) <= AGREES * mean.error;
    return agrees ? *pooled : hull(pooled, &mean);
}

static double *differences(const double *a, const double *b, double factor, gsize n)
{
    double *d = g_new(double, n + 1);
    for (gsize i = 0; i < n; i++)
        d[i] = a[i] - factor * b[i];
    return d;
}

AnaInterval ana_mean_difference(const double *a, const double *b, double factor, gsize n)
{
    g_autofree double *d = differences(a, b, factor, n);
    return ana_mean_interval(d, n);
}

/* Each replication's own ratio; NaN where it had no opportunity. Returns how many had. */
static gsize own_ratios(AnaRatios ratios, gsize n, double *own)
{
    gsize used = 0;
    for (gsize i = 0; i < n; i++) {
        own[i] = ratios.below[i] > 0 ? ratios.above[i] / ratios.below[i] : (double)NAN;
        used += ratios.below[i] > 0 ? 1 : 0;
    }
    return used;
}

AnaInterval ana_ratio_difference(AnaRatios a, AnaRatios b, double factor, gsize n)
{
    Pool pool = {.a_above = a.above,
                 .a_below = a.below,
                 .b_above = b.above,
                 .b_below = b.below,
                 .factor = factor,
                 .n = n};
    AnaInterval pooled = jack_knife(&pool);
    g_autofree double *own_a = g_new(double, n + 1), *own_b = g_new(double, n + 1);
    gsize used_a = own_ratios(a, n, own_a), used_b = own_ratios(b, n, own_b);
    gboolean is_same = memcmp(a.above, b.above, n * sizeof *a.above) == 0 &&
                       memcmp(a.below, b.below, n * sizeof *a.below) == 0;
    if (is_same || (used_a == n && used_b == n) || used_a < 2 || used_b < 2)
        return pooled;
    /* Opportunities were few, and not in the same replications: pooling hides how few. */
    AnaInterval mean_a = own_interval(own_a, n, &used_a), mean_b = own_interval(own_b, n, &used_b);
    AnaInterval own = ana_unpaired_difference(&mean_a, &mean_b, factor);
    return hull(&pooled, &own);
}

AnaInterval ana_section_difference(AnaSections a, AnaSections b, double factor, gsize n)
{
    g_autofree double *d = differences(a.own, b.own, factor, n); /* NaN where either is */
    AnaInterval pooled = ana_section_interval(a.merged - factor * b.merged, d, n);
    return checked(&pooled, d, n);
}

AnaInterval ana_unpaired_difference(const AnaInterval *a, const AnaInterval *b, double factor)
{
    double value = a->value - factor * b->value;
    double va = a->error * a->error, vb = factor * factor * b->error * b->error;
    if (value != value)
        return nothing;
    if (!(va + vb > 0))
        return interval_of(value, 0, 0);
    double spread = (va > 0 ? va * va / a->freedom : 0) + (vb > 0 ? vb * vb / b->freedom : 0);
    return interval_of(value, sqrt(va + vb), (va + vb) * (va + vb) / spread);
}

gboolean ana_unpaired_interval(const AnaSide *a, const AnaSide *b, double factor,
                               AnaInterval *difference)
{
    gsize used_a, used_b;
    AnaInterval own_a = own_interval(a->own, a->n, &used_a),
                own_b = own_interval(b->own, b->n, &used_b);
    *difference = ana_unpaired_difference(a->interval, b->interval, factor);
    if (difference->value != difference->value || used_a == 0 || used_b == 0)
        return TRUE;
    if ((used_a < 2 && a->n > 1) || (used_b < 2 && b->n > 1))
        return FALSE;
    AnaInterval own = ana_unpaired_difference(&own_a, &own_b, factor);
    *difference = hull(difference, &own);
    return TRUE;
}

/* ---- bounds ------------------------------------------------------------------------------- */

double ana_zero_bound(double n)
{
    return 3 / n;
}

/* The x in [low, high] at which `function` (increasing in x) reaches `target`, by halving to the
 * last bit. */
static double find_level(double (*function)(double x, double a, double b), double a, double b,
                         double target, double low, double high)
{
    for (int i = 0; i < 2000; i++) {
        double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            break;
        if (function(middle, a, b) < target)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static double beta_law(double x, double a, double b)
{
    return sim_incomplete_beta(a, b, x);
}

static double gamma_law(double x, double a, double b)
{
    return sim_incomplete_gamma(a, x);
}

void ana_binomial_bounds(guint64 hits, guint64 n, double confidence, double *low, double *high)
{
    double k = (double)hits, tail = (1 - confidence) / 2;
    SIM_CHECK(hits <= n && n > 0, "%" G_GUINT64_FORMAT " hits", hits);
    *low = hits == 0 ? 0 : find_level(beta_law, k, (double)n - k + 1, tail, 0, 1);
    *high = hits == n ? 1 : find_level(beta_law, k + 1, (double)n - k, 1 - tail, 0, 1);
}

void ana_poisson_bounds(guint64 hits, double confidence, double *low, double *high)
{
    double k = (double)hits, tail = (1 - confidence) / 2, most = 2 * k + 1000;
    *low = hits == 0 ? 0 : find_level(gamma_law, k, 0, tail, 0, most);
    *high = find_level(gamma_law, k + 1, 0, 1 - tail, 0, most);
}

/* ---- several comparisons ------------------------------------------------------------------ */

double ana_p_value(const AnaInterval *interval)
{
    if (interval->value != interval->value || !(interval->error > 0))
        return 1;
    return ana_t_tail(interval->freedom, fabs(interval->value) / interval->error);
}

void ana_holm(double *p, gsize n)
{
    g_autofree gsize *order = g_new(gsize, n + 1);
    for (gsize i = 0; i < n; i++) {
        gsize at = i;
        for (; at > 0 && p[order[at - 1]] > p[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    double largest = 0;
    for (gsize i = 0; i < n; i++) {
        largest = sim_larger(largest, p[order[i]] * (double)(n - i));
        p[order[i]] = sim_smaller(largest, 1);
    }
}

double ana_relative_half_width(const AnaInterval *interval)
{
    double half = (interval->high - interval->low) / 2;
    if (half == 0)
        return 0;
    return interval->value == 0 ? (double)INFINITY : half / fabs(interval->value);
}
