/* selftest_samplers.c — draws against their laws: Kolmogorov-Smirnov and chi-square at fixed
 * seeds. */
#include "cli/selftest.h"

#include "sim/arrivals.h"
#include "sim/dist.h"
#include "sim/keys.h"

#include <math.h>
#include <stdlib.h>

#define DRAWS 100000u
/* sqrt(n) * D exceeds this once in a thousand samples (Kolmogorov's law). */
#define KS_LIMIT 1.95

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* sqrt(n) times the largest distance between the sample and the law. */
static double distance(double *values, const SimDist *dist)
{
    double largest = 0, n = DRAWS;
    qsort(values, DRAWS, sizeof *values, ascending);
    for (guint i = 0; i < DRAWS; i++) {
        double law = sim_dist_cdf(dist, values[i], 0);
        largest = fmax(largest, fmax(law - i / n, (i + 1) / n - law));
    }
    return sqrt(n) * largest;
}

static gboolean fits(const SimDist *dist, const char *name, GString *found)
{
    double *values = g_new(double, DRAWS);
    SimStream stream = sim_stream_named(sim_stream_root(1, 0), name);
    for (guint i = 0; i < DRAWS; i++) {
        SimDraw draw = sim_draw(stream, i);
        values[i] = sim_dist_value(dist, &draw, 0);
    }
    double statistic = distance(values, dist);
    g_free(values);
    g_string_append_printf(found, "%s%s %.2f", found->len ? ", " : "", name, statistic);
    return statistic < KS_LIMIT;
}

static gboolean distributions_fit(GString *found)
{
    struct {
        const char *name;
        SimDist *dist;
    } all[] = {
        {"exponential", sim_dist_exponential(20e6)},
        {"lognormal", sim_dist_lognormal(38 * SIM_MS, 42 * SIM_MS, 70 * SIM_MS)},
        {"pareto", sim_dist_pareto(5 * SIM_MS, 1.5, 2 * SIM_S)},
        {"normal", sim_dist_normal(10e6, 2e6, 0)},
        {"uniform", sim_dist_uniform(SIM_MS, 9 * SIM_MS)},
    };
    gboolean good = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        good &= fits(all[i].dist, all[i].name, found);
        sim_dist_free(all[i].dist);
    }
    g_string_append_printf(found, "; limit %.2f", KS_LIMIT);
    return good;
}

static gboolean arrivals_fit(GString *found)
{
    SimArrivals poisson = {.kind = SIM_ARRIVALS_POISSON, .events = 1000, .per = SIM_S};
    SimStream stream = sim_stream_named(sim_stream_root(1, 0), "arrivals");
    double *gaps = g_new(double, DRAWS);
    SimTime at = 0;
    for (guint i = 0; i < DRAWS; i++) {
        SimTime next = sim_arrivals_next(&poisson, stream, i, at);
        gaps[i] = (double)(next - at);
        at = next;
    }
    SimDist *law = sim_dist_exponential(1e6);
    double statistic = distance(gaps, law);
    sim_dist_free(law);
    g_free(gaps);
    g_string_append_printf(found, "%.2f; limit %.2f", statistic, KS_LIMIT);
    return statistic < KS_LIMIT;
}

/* Chi-square over the 20 most popular keys and the rest, 20 degrees of freedom: exceeds 45.3 once
 * in a thousand samples. */
static gboolean zipf_fits(GString *found)
{
    enum { KEYS = 20 };
    const double limit = 45.3;
    g_autoptr(SimKeys) keys = sim_keys_zipf(100000, 0.99);
    SimStream stream = sim_stream_named(sim_stream_root(1, 0), "zipf");
    guint counts[KEYS + 1] = {0};
    for (guint i = 0; i < DRAWS; i++) {
        SimDraw draw = sim_draw(stream, i);
        guint64 key = sim_keys_draw(keys, &draw);
        counts[MIN(key, KEYS)]++;
    }
    double statistic = 0, rest = 1;
    for (guint64 k = 0; k <= KEYS; k++) {
        double share = k < KEYS ? sim_keys_share(keys, k) : rest;
        double expected = share * DRAWS, off = counts[k] - expected;
        rest -= share;
        statistic += off * off / expected;
    }
    g_string_append_printf(found, "chi-square %.1f; limit %.1f", statistic, limit);
    return statistic < limit;
}

const CliSelfCheck cli_selftest_samplers[] = {
    {"exponential, lognormal, Pareto, normal and uniform samplers: goodness of fit",
     distributions_fit},
    {"Poisson arrivals: gaps are exponential", arrivals_fit},
    {"Zipf keys: shares of the most popular", zipf_fits},
    {NULL, NULL}};
