/* dist.c — making, copying and freeing distributions; see dist.h. */
#include "sim/dist_private.h"

#include "sim/check.h"
#include "sim/detmath.h"

#include <math.h>

static SimDist *dist_new(SimDistKind kind)
{
    SimDist *dist = g_new0(SimDist, 1);
    dist->kind = kind;
    return dist;
}

SimDist *sim_dist_constant(SimSpan value)
{
    SimDist *dist = dist_new(SIM_DIST_CONSTANT);
    dist->of.constant = (double)value;
    return dist;
}

SimDist *sim_dist_uniform(SimSpan low, SimSpan high)
{
    SIM_CHECK(low <= high, "uniform(%lld, %lld)", (long long)low, (long long)high);
    SimDist *dist = dist_new(SIM_DIST_UNIFORM);
    dist->of.uniform.low = (double)low;
    dist->of.uniform.high = (double)high;
    return dist;
}

SimDist *sim_dist_exponential(double mean_ns)
{
    SIM_CHECK(mean_ns > 0 && isfinite(mean_ns), "exponential(mean=%g)", mean_ns);
    SimDist *dist = dist_new(SIM_DIST_EXPONENTIAL);
    dist->of.mean = mean_ns;
    return dist;
}

SimDist *sim_dist_lognormal(SimSpan min, SimSpan p50, SimSpan p99)
{
    SIM_CHECK(0 <= min && min < p50 && p50 < p99, "lognormal(min=%lld, p50=%lld, p99=%lld)",
              (long long)min, (long long)p50, (long long)p99);
    SimDist *dist = dist_new(SIM_DIST_LOGNORMAL);
    double mu = sim_log((double)(p50 - min));
    dist->of.lognormal.min = (double)min;
    dist->of.lognormal.mu = mu;
    /* log(p99'/p50') through log1p, so that a p99 close to p50 keeps its digits */
    dist->of.lognormal.sigma =
        sim_log1p((double)(p99 - p50) / (double)(p50 - min)) / sim_normal_quantile(0.99);
    return dist;
}

SimDist *sim_dist_pareto(SimSpan min, double alpha, SimSpan max)
{
    SIM_CHECK(0 < min && min < max && alpha > 0 && isfinite(alpha),
              "pareto(min=%lld, alpha=%g, max=%lld)", (long long)min, alpha, (long long)max);
    SimDist *dist = dist_new(SIM_DIST_PARETO);
    double limit = SIM_INFINITY;
    if (max != SIM_NEVER)
        limit = alpha * sim_log1p((double)(max - min) / (double)min);
    dist->of.pareto.min = (double)min;
    dist->of.pareto.max = max == SIM_NEVER ? SIM_INFINITY : (double)max;
    dist->of.pareto.alpha = alpha;
    dist->of.pareto.inverse_alpha = 1.0 / alpha;
    dist->of.pareto.limit = limit;
    dist->of.pareto.kept = -sim_expm1(-limit);
    return dist;
}

SimDist *sim_dist_normal(double mean_ns, double sd_ns, double min_ns)
{
    SIM_CHECK(isfinite(mean_ns) && sd_ns > 0 && isfinite(sd_ns) && min_ns < SIM_INFINITY,
              "normal(mean=%g, sd=%g, min=%g)", mean_ns, sd_ns, min_ns);
    SimDist *dist = dist_new(SIM_DIST_NORMAL);
    dist->of.normal.mean = mean_ns;
    dist->of.normal.sd = sd_ns;
    dist->of.normal.min = min_ns;
    dist->of.normal.standard = (min_ns - mean_ns) / sd_ns;
    return dist;
}

static int compare_spans(gconstpointer a, gconstpointer b, gpointer unused)
{
    SimSpan x = *(const SimSpan *)a, y = *(const SimSpan *)b;
    return (x > y) - (x < y);
}

SimDist *sim_dist_empirical(const SimSpan *rows, gsize n)
{
    SIM_CHECK(n >= 1, "empirical without rows");
    SimDist *dist = dist_new(SIM_DIST_EMPIRICAL);
    dist->of.empirical.rows = g_memdup2(rows, n * sizeof *rows);
    dist->of.empirical.n = n;
    /* Sorted, so that the order of the rows in a file means nothing. Equal rows are identical. */
    g_qsort_with_data(dist->of.empirical.rows, (gint)n, sizeof *rows, compare_spans, NULL);
    return dist;
}

SimDist *sim_dist_mix(SimDist **parts, const double *weights, gsize n)
{
    SimDist *dist = dist_new(SIM_DIST_MIX);
    double total = 0, sum = 0;
    gsize last = 0;
    for (gsize i = 0; i < n; i++) {
        SIM_CHECK(weights[i] >= 0, "weight %g of part %zu", weights[i], i);
        total += weights[i];
        if (weights[i] > 0)
            last = i;
    }
    SIM_CHECK(n >= 1 && fabs(total - 1.0) < 1e-6, "weights sum to %g", total);
    dist->of.mix.parts = g_memdup2(parts, n * sizeof(SimDist *));
    dist->of.mix.weights = g_new(double, n);
    dist->of.mix.cumulative = g_new(double, n);
    dist->of.mix.n = n;
    for (gsize i = 0; i < n; i++) {
        dist->of.mix.weights[i] = weights[i] / total;
        sum += weights[i] / total;
        dist->of.mix.cumulative[i] = i >= last ? SIM_INFINITY : sum;
    }
    return dist;
}

SimDist *sim_dist_steps(SimDist **parts, const SimTime *starts, gsize n)
{
    SIM_CHECK(n >= 1 && starts[0] == 0, "steps must begin at 0");
    for (gsize i = 1; i < n; i++)
        SIM_CHECK(starts[i - 1] < starts[i], "step %zu is not after the one before", i);
    SimDist *dist = dist_new(SIM_DIST_STEPS);
    dist->of.steps.parts = g_memdup2(parts, n * sizeof(SimDist *));
    dist->of.steps.starts = g_memdup2(starts, n * sizeof *starts);
    dist->of.steps.n = n;
    return dist;
}

SimDist *sim_dist_replay(const SimTime *times, const SimSpan *values, gsize n)
{
    SIM_CHECK(n >= 1, "replay without rows");
    for (gsize i = 1; i < n; i++)
        SIM_CHECK(times[i - 1] <= times[i], "row %zu is before the one before", i);
    SimDist *dist = dist_new(SIM_DIST_REPLAY);
    dist->of.replay.times = g_memdup2(times, n * sizeof *times);
    dist->of.replay.values = g_memdup2(values, n * sizeof *values);
    dist->of.replay.n = n;
    return dist;
}

SimDist *sim_dist_scaled(SimDist *part, double factor)
{
    SIM_CHECK(factor >= 0 && isfinite(factor), "factor %g", factor);
    SimDist *dist = dist_new(SIM_DIST_SCALED);
    dist->of.scaled.part = part;
    dist->of.scaled.factor = factor;
    return dist;
}

static SimDist **copy_parts(SimDist *const *parts, gsize n)
{
    SimDist **copies = g_new(SimDist *, n);
    for (gsize i = 0; i < n; i++)
        copies[i] = sim_dist_copy(parts[i]);
    return copies;
}

static void free_parts(SimDist **parts, gsize n)
{
    for (gsize i = 0; i < n; i++)
        sim_dist_free(parts[i]);
    g_free(parts);
}

/* What a copy of the struct still shares with its original. */
static void copy_arrays(SimDist *copy)
{
    gsize n;
    switch (copy->kind) {
    case SIM_DIST_EMPIRICAL:
        n = copy->of.empirical.n * sizeof(SimSpan);
        copy->of.empirical.rows = g_memdup2(copy->of.empirical.rows, n);
        break;
    case SIM_DIST_MIX:
        n = copy->of.mix.n;
        copy->of.mix.parts = copy_parts(copy->of.mix.parts, n);
        copy->of.mix.weights = g_memdup2(copy->of.mix.weights, n * sizeof(double));
        copy->of.mix.cumulative = g_memdup2(copy->of.mix.cumulative, n * sizeof(double));
        break;
    case SIM_DIST_STEPS:
        n = copy->of.steps.n;
        copy->of.steps.parts = copy_parts(copy->of.steps.parts, n);
        copy->of.steps.starts = g_memdup2(copy->of.steps.starts, n * sizeof(SimTime));
        break;
    case SIM_DIST_REPLAY:
        n = copy->of.replay.n;
        copy->of.replay.times = g_memdup2(copy->of.replay.times, n * sizeof(SimTime));
        copy->of.replay.values = g_memdup2(copy->of.replay.values, n * sizeof(SimSpan));
        break;
    case SIM_DIST_SCALED:
        copy->of.scaled.part = sim_dist_copy(copy->of.scaled.part);
        break;
    case SIM_DIST_CONSTANT:
    case SIM_DIST_UNIFORM:
    case SIM_DIST_EXPONENTIAL:
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_PARETO:
    case SIM_DIST_NORMAL:
        break;
    }
}

SimDist *sim_dist_copy(const SimDist *dist)
{
    if (!dist)
        return NULL;
    SimDist *copy = g_memdup2(dist, sizeof *dist);
    copy_arrays(copy);
    return copy;
}

void sim_dist_free(SimDist *dist)
{
    if (!dist)
        return;
    if (dist->kind == SIM_DIST_EMPIRICAL) {
        g_free(dist->of.empirical.rows);
    } else if (dist->kind == SIM_DIST_MIX) {
        free_parts(dist->of.mix.parts, dist->of.mix.n);
        g_free(dist->of.mix.weights);
        g_free(dist->of.mix.cumulative);
    } else if (dist->kind == SIM_DIST_STEPS) {
        free_parts(dist->of.steps.parts, dist->of.steps.n);
        g_free(dist->of.steps.starts);
    } else if (dist->kind == SIM_DIST_REPLAY) {
        g_free(dist->of.replay.times);
        g_free(dist->of.replay.values);
    } else if (dist->kind == SIM_DIST_SCALED) {
        sim_dist_free(dist->of.scaled.part);
    }
    g_free(dist);
}

SimDistKind sim_dist_kind(const SimDist *dist)
{
    return dist->kind;
}

bool sim_dist_is_constant(const SimDist *dist)
{
    if (dist->kind == SIM_DIST_SCALED)
        return dist->of.scaled.factor == 0 || sim_dist_is_constant(dist->of.scaled.part);
    if (dist->kind == SIM_DIST_UNIFORM)
        return dist->of.uniform.low == dist->of.uniform.high;
    return dist->kind == SIM_DIST_CONSTANT;
}

bool sim_dist_is_zero(const SimDist *dist)
{
    if (dist->kind == SIM_DIST_CONSTANT)
        return dist->of.constant == 0; /* asked for every entry: kept quick */
    return sim_dist_is_constant(dist) && sim_dist_mean(dist, 0) == 0;
}

bool sim_dist_is_steady(const SimDist *dist)
{
    if (dist->kind == SIM_DIST_SCALED)
        return sim_dist_is_steady(dist->of.scaled.part);
    for (gsize i = 0; dist->kind == SIM_DIST_MIX && i < dist->of.mix.n; i++)
        if (!sim_dist_is_steady(dist->of.mix.parts[i]))
            return false;
    return dist->kind != SIM_DIST_STEPS && dist->kind != SIM_DIST_REPLAY;
}
