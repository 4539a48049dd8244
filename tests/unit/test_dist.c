/*
 * test_dist.c — goal: each distribution is the one its parameters say, in its quantiles, its
 * distribution function, its mean and its draws.
 *
 * Method: quantiles against GSL and closed forms at probabilities from 1e-6 to 1 - 1e-6; Kolmogorov
 * and Smirnov's test of a million draws against the own distribution function and, where GSL has
 * the law, against GSL's; statements of the header one by one.
 */
#include "sim/detmath.h"
#include "sim/dist.h"
#include "tests/support/check.h"
#include "tests/support/fit.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const double probabilities[] = {1e-6, 1e-4, 0.01, 0.1,      0.25,    0.5,
                                       0.75, 0.9,  0.99, 1 - 1e-4, 1 - 1e-6};

/* A law as GSL or a closed form has it. */
typedef double (*Law)(double x_or_p, bool is_quantile);

typedef struct Row {
    const char *name;
    SimDist *(*make)(void);
    Law law;     /* NULL: none but the own */
    double mean; /* 0: not compared */
} Row;

/* ---- The laws ----------------------------------------------------------------------------- */

static SimDist *make_uniform(void)
{
    return sim_dist_uniform(1000, 9000000);
}

static double law_uniform(double x, bool is_quantile)
{
    return is_quantile ? gsl_cdf_flat_Pinv(x, 1000, 9000000) : gsl_cdf_flat_P(x, 1000, 9000000);
}

static SimDist *make_exponential(void)
{
    return sim_dist_exponential(2e7);
}

static double law_exponential(double x, bool is_quantile)
{
    return is_quantile ? gsl_cdf_exponential_Pinv(x, 2e7) : gsl_cdf_exponential_P(x, 2e7);
}

#define LN_MIN 38e6
#define LN_P50 42e6
#define LN_P99 70e6

static SimDist *make_lognormal(void)
{
    return sim_dist_lognormal((SimSpan)LN_MIN, (SimSpan)LN_P50, (SimSpan)LN_P99);
}

static double law_lognormal(double x, bool is_quantile)
{
    double mu = log(LN_P50 - LN_MIN);
    double sigma = (log(LN_P99 - LN_MIN) - mu) / gsl_cdf_ugaussian_Pinv(0.99);
    return is_quantile ? LN_MIN + gsl_cdf_lognormal_Pinv(x, mu, sigma)
                       : gsl_cdf_lognormal_P(x - LN_MIN, mu, sigma);
}

static SimDist *make_pareto(void)
{
    return sim_dist_pareto(5 * SIM_MS, 1.5, SIM_NEVER);
}

static double law_pareto(double x, bool is_quantile)
{
    return is_quantile ? gsl_cdf_pareto_Pinv(x, 1.5, 5e6) : gsl_cdf_pareto_P(x, 1.5, 5e6);
}

static SimDist *make_pareto_long(void) /* truncated by rejection */
{
    return sim_dist_pareto(5 * SIM_MS, 1.5, 2 * SIM_S);
}

static double law_pareto_long(double x, bool is_quantile)
{
    double kept = gsl_cdf_pareto_P(2e9, 1.5, 5e6);
    return is_quantile ? gsl_cdf_pareto_Qinv(1 - x * kept, 1.5, 5e6)
                       : gsl_cdf_pareto_P(x, 1.5, 5e6) / kept;
}

static SimDist *make_pareto_short(void) /* truncated by inversion */
{
    return sim_dist_pareto(5 * SIM_MS, 1.0, 6 * SIM_MS);
}

static double law_pareto_short(double x, bool is_quantile)
{
    double kept = 1.0 / 6;
    return is_quantile ? 5e6 / (1 - x * kept) : (1 - 5e6 / x) / kept;
}

static SimDist *make_normal(void)
{
    return sim_dist_normal(1e7, 2e6, -SIM_INFINITY);
}

static double law_normal(double x, bool is_quantile)
{
    return is_quantile ? 1e7 + gsl_cdf_gaussian_Pinv(x, 2e6) : gsl_cdf_gaussian_P(x - 1e7, 2e6);
}

/* Truncated at `a` standard deviations: x = min + sd (z - a). */
static double truncated(double a, double min, double sd, double x, bool is_quantile)
{
    double kept = gsl_cdf_ugaussian_Q(a);
    if (is_quantile)
        return min + sd * (gsl_cdf_ugaussian_Qinv((1 - x) * kept) - a);
    return 1 - gsl_cdf_ugaussian_Q(a + (x - min) / sd) / kept;
}

static SimDist *make_normal_low(void) /* cut on the left of the mean */
{
    return sim_dist_normal(3e6, 2e6, 0);
}

static double law_normal_low(double x, bool is_quantile)
{
    return truncated(-1.5, 0, 2e6, x, is_quantile);
}

static SimDist *make_normal_high(void) /* only a far tail is kept */
{
    return sim_dist_normal(0, 1e6, 3e6);
}

static double law_normal_high(double x, bool is_quantile)
{
    return truncated(3, 3e6, 1e6, x, is_quantile);
}

static SimDist *make_mix(void)
{
    SimDist *parts[] = {make_exponential(), make_uniform(), make_pareto()};
    static const double weights[] = {0.5, 0.3, 0.2};
    return sim_dist_mix(parts, weights, 3);
}

static double law_mix(double x, bool is_quantile)
{
    double pareto = x > 5e6 ? law_pareto(x, false) : 0;
    return is_quantile
               ? SIM_NAN
               : 0.5 * law_exponential(x, false) + 0.3 * law_uniform(x, false) + 0.2 * pareto;
}

static SimDist *make_steps(void) /* at the instant used below, the second */
{
    SimDist *parts[] = {sim_dist_constant(1), make_exponential(), sim_dist_constant(2)};
    static const SimTime starts[] = {0, 10, 20};
    return sim_dist_steps(parts, starts, 3);
}

static SimDist *make_scaled(void)
{
    return sim_dist_scaled(make_exponential(), 0.5);
}

static double law_scaled(double x, bool is_quantile)
{
    return is_quantile ? 0.5 * law_exponential(x, true) : law_exponential(2 * x, false);
}

static const Row rows[] = {
    {"uniform", make_uniform, law_uniform, 4500500},
    {"exponential", make_exponential, law_exponential, 2e7},
    {"lognormal", make_lognormal, law_lognormal, 0},
    {"pareto", make_pareto, law_pareto, 15e6},
    {"pareto long", make_pareto_long, law_pareto_long, 0},
    {"pareto short", make_pareto_short, law_pareto_short, 0},
    {"normal", make_normal, law_normal, 1e7},
    {"normal low", make_normal_low, law_normal_low, 0},
    {"normal high", make_normal_high, law_normal_high, 0},
    {"mix", make_mix, law_mix, 1e7 + 0.3 * 4500500 + 3e6},
    {"steps", make_steps, law_exponential, 2e7},
    {"scaled", make_scaled, law_scaled, 1e7},
};

#define AT 15 /* instant of every draw and question */

/* ---- The laws against other people's ------------------------------------------------------ */

static void quantiles_are_those_of_gsl_and_closed_forms(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        for (gsize i = 0; i < G_N_ELEMENTS(probabilities); i++) {
            double expected = rows[r].law(probabilities[i], true);
            test_row("%s at p = %.9g", rows[r].name, probabilities[i]);
            if (!isnan(expected))
                CHECK_CLOSE(sim_dist_quantile(dist, probabilities[i], AT), expected, 1e-9);
        }
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static void distribution_functions_are_those_of_gsl_and_closed_forms(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        for (gsize i = 0; i < G_N_ELEMENTS(probabilities); i++) {
            double x = sim_dist_quantile(dist, probabilities[i], AT);
            test_row("%s at x = %.17g", rows[r].name, x);
            CHECK_NEAR(sim_dist_cdf(dist, x, AT), rows[r].law(x, false), 1e-14);
        }
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static void distribution_function_undoes_quantile(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        for (gsize i = 0; i < G_N_ELEMENTS(probabilities); i++) {
            double p = probabilities[i], x = sim_dist_quantile(dist, p, AT);
            test_row("%s at p = %.9g", rows[r].name, p);
            /* x itself is rounded: to 2^-53 of the place, which may be far from the start */
            double slack = 4 * (sim_dist_cdf(dist, x * (1 + 0x1p-51), AT) -
                                sim_dist_cdf(dist, x * (1 - 0x1p-51), AT));
            CHECK_NEAR(sim_dist_cdf(dist, x, AT), p, 1e-9 * p + slack);
        }
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static SimStream stream_for(const char *name)
{
    return sim_stream_named(sim_stream_root(7, 0), name);
}

static void million_draws_fit_the_law(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        SimStream stream = stream_for(rows[r].name);
        TestFit *own = test_fit_new(), *other = test_fit_new();
        for (guint64 i = 0; i < 1000000; i++) {
            SimDraw draw = sim_draw(stream, i);
            double x = sim_dist_value(dist, &draw, AT);
            test_fit_add(own, sim_dist_cdf(dist, x, AT));
            test_fit_add(other, rows[r].law(x, false));
        }
        test_row("%s", rows[r].name);
        CHECK(test_fit_p(own) > TEST_FIT_LEAST);
        CHECK(test_fit_p(other) > TEST_FIT_LEAST);
        test_fit_free(own);
        test_fit_free(other);
        sim_dist_free(dist);
    }
    test_row(NULL);
}

/* A test that cannot fail would be worthless: a law wrong by 1 % must be found. */
static void fit_finds_a_law_that_is_wrong_by_one_percent(void)
{
    SimStream stream = stream_for("wrong");
    TestFit *fit = test_fit_new();
    for (guint64 i = 0; i < 1000000; i++) {
        SimDraw draw = sim_draw(stream, i);
        test_fit_add(fit, gsl_cdf_exponential_P(1.01 * sim_draw_exponential(&draw), 1.0));
    }
    CHECK(test_fit_p(fit) < 1e-6);
    test_fit_free(fit);
}

/* The tails, which Kolmogorov and Smirnov's test hardly sees: counts beyond high quantiles. */
static void tails_hold_their_share(void)
{
    static const double shares[] = {1e-3, 1e-4, 1e-5};
    const guint64 n = 4000000;
    SimStream stream = stream_for("tails");
    double counts[3][3] = {{0}}, far_e[3], far_z[3];
    for (int k = 0; k < 3; k++) {
        far_e[k] = -log(shares[k]);
        far_z[k] = gsl_cdf_ugaussian_Qinv(shares[k]);
    }
    for (guint64 i = 0; i < n; i++) {
        SimDraw draw = sim_draw(stream, i), again = draw;
        double e = sim_draw_exponential(&draw), z = sim_draw_normal(&again);
        for (int k = 0; k < 3; k++) {
            counts[0][k] += e > far_e[k];
            counts[1][k] += z > far_z[k];
            counts[2][k] += z < -far_z[k];
        }
    }
    for (int law = 0; law < 3; law++)
        for (int k = 0; k < 3; k++) {
            double mean = shares[k] * (double)n;
            test_row("law %d, share %g", law, shares[k]);
            CHECK_NEAR(counts[law][k], mean, 4 * sqrt(mean));
        }
    test_row(NULL);
}

/* ---- Means -------------------------------------------------------------------------------- */

/* Mean as the integral of the quantile, by the midpoint rule after p = s^2 (3 - 2 s), which tames
 * both ends. */
static double integrated_mean(const SimDist *dist)
{
    const int n = 20000;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double s = (i + 0.5) / n, p = s * s * (3 - 2 * s);
        sum += sim_dist_quantile(dist, p, AT) * 6 * s * (1 - s) / n;
    }
    return sum;
}

static void means_are_those_of_the_law(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        test_row("%s", rows[r].name);
        if (rows[r].mean > 0)
            CHECK_CLOSE(sim_dist_mean(dist, AT), rows[r].mean, 1e-12);
        else
            CHECK_CLOSE(sim_dist_mean(dist, AT), integrated_mean(dist), 1e-4);
        sim_dist_free(dist);
    }
    test_row(NULL);
    SimDist *heavy = sim_dist_pareto(1000, 1.0, SIM_NEVER);
    CHECK(isinf(sim_dist_mean(heavy, 0)));
    sim_dist_free(heavy);
    /* The two forms of a truncated Pareto's mean meet at alpha = 1. */
    SimDist *one = sim_dist_pareto(1000, 1.0, 9000), *near = sim_dist_pareto(1000, 1 + 1e-9, 9000);
    CHECK_CLOSE(sim_dist_mean(one, 0), 1000 * log(9.0) / (1 - 1.0 / 9), 1e-14);
    CHECK_CLOSE(sim_dist_mean(near, 0), sim_dist_mean(one, 0), 1e-8);
    sim_dist_free(one);
    sim_dist_free(near);
}

/* ---- Keyed draws -------------------------------------------------------------------------- */

/* A draw is a function of stream and cause, whatever else is drawn, and however it is drawn. */
static void draws_depend_on_their_cause_alone(void)
{
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        SimStream stream = stream_for(rows[r].name);
        SimSpan forward[300];
        for (guint64 i = 0; i < 300; i++) {
            SimDraw draw = sim_draw(stream, i);
            forward[i] = sim_dist_span(dist, &draw, AT);
        }
        test_row("%s", rows[r].name);
        for (guint64 i = 300; i-- > 0;) {
            SimDraw draw = sim_draw(stream, i);
            CHECK_INT(sim_dist_span(dist, &draw, AT), forward[i]);
        }
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static void draws_have_the_same_bits_on_every_machine(void)
{
    guint64 hash = 0;
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        SimDist *dist = rows[r].make();
        SimStream stream = stream_for(rows[r].name);
        for (guint64 i = 0; i < 100000; i++) {
            SimDraw draw = sim_draw(stream, i);
            hash = (hash ^ (guint64)sim_dist_span(dist, &draw, AT)) *
                   G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
            hash ^= hash >> 29;
        }
        sim_dist_free(dist);
    }
    CHECK_UINT(hash, G_GUINT64_CONSTANT(2661098453146927654));
}

int main(int argc, char **argv)
{
#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    static const TestCase cases[] = {CASE(quantiles_are_those_of_gsl_and_closed_forms),
                                     CASE(distribution_functions_are_those_of_gsl_and_closed_forms),
                                     CASE(distribution_function_undoes_quantile),
                                     CASE(million_draws_fit_the_law),
                                     CASE(fit_finds_a_law_that_is_wrong_by_one_percent),
                                     CASE(tails_hold_their_share),
                                     CASE(means_are_those_of_the_law),
                                     CASE(draws_depend_on_their_cause_alone),
                                     CASE(draws_have_the_same_bits_on_every_machine),
                                     {0}};
    return test_main("dist", cases, argc, argv);
}
