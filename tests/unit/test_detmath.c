/*
 * test_detmath.c — goal: elementary functions that are right, and the same on every machine.
 *
 * Method: log, exp and pow against MPFR's correctly rounded results, bit for bit, over ranges that
 * include subnormal, huge, nearly exact and exact cases; the others against MPFR within the error
 * that the header states; and a hash of the bits of a million results of each function, which was
 * equal with gcc and clang, -O0 and -O3, with and without FMA instructions.
 */
#include "sim/detmath.h"
#include "sim/detmath_private.h"
#include "sim/random.h"
#include "tests/support/check.h"
#include "tests/support/numbers.h"
#include "tests/support/oracle.h"

#include <math.h>

static SimRng rng;

/* ---- log, exp, pow: correctly rounded ----------------------------------------------------- */

typedef int (*MpfrFunction)(mpfr_t out, const mpfr_t in, mpfr_rnd_t rounding);

/* What MPFR rounds to, subnormal results included. */
static double rounded(MpfrFunction function, double x)
{
    mpfr_t value;
    mpfr_init2(value, 53);
    mpfr_set_d(value, x, MPFR_RNDN);
    int inexact = function(value, value, MPFR_RNDN);
    inexact = mpfr_check_range(value, inexact, MPFR_RNDN);
    mpfr_subnormalize(value, inexact, MPFR_RNDN);
    double result = mpfr_get_d(value, MPFR_RNDN);
    mpfr_clear(value);
    return result;
}

static double rounded_pow(double x, double y)
{
    mpfr_t base, exponent;
    mpfr_inits2(53, base, exponent, (mpfr_ptr)0);
    mpfr_set_d(base, x, MPFR_RNDN);
    mpfr_set_d(exponent, y, MPFR_RNDN);
    int inexact = mpfr_pow(base, base, exponent, MPFR_RNDN);
    inexact = mpfr_check_range(base, inexact, MPFR_RNDN);
    mpfr_subnormalize(base, inexact, MPFR_RNDN);
    double result = mpfr_get_d(base, MPFR_RNDN);
    mpfr_clears(base, exponent, (mpfr_ptr)0);
    return result;
}

/* Counts instead of asserting each: CUnit keeps a record per assertion. */
static void check_same(double value, double expected, double x, double y)
{
    if (sim_double_bits(value) == sim_double_bits(expected))
        return;
    test_row("at %a, %a", x, y);
    CHECK_NEAR(value, expected, 0.0);
    test_row(NULL);
}

static void use_double_range(void)
{
    sim_rng_seed(&rng, 1);
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
}

static void use_full_range(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
}

static void log_is_correctly_rounded(void)
{
    use_double_range();
    for (int i = 0; i < 300000; i++) {
        double x = i % 4 == 0   ? test_unit(&rng) + 0x1p-60
                   : i % 4 == 1 ? test_near_one(&rng)
                   : i % 4 == 2 ? test_any_positive(&rng)
                                : test_any_subnormal(&rng);
        double expected = rounded(mpfr_log, x);
        check_same(sim_log(x), expected, x, 0);
        if (i % 8 < 4)
            check_same(sim_log_second(x).hi, expected, x, 2);
    }
    for (int e = -1074; e < 1024; e++) /* neighbours of powers of two, where the grid changes */
        for (int side = -1; side <= 1; side++) {
            double x = side ? nextafter(ldexp(1.0, e), side * SIM_INFINITY) : ldexp(1.0, e);
            if (x > 0)
                check_same(sim_log(x), rounded(mpfr_log, x), x, 0);
        }
}

static void exp_is_correctly_rounded(void)
{
    use_double_range();
    for (int i = 0; i < 300000; i++) {
        double x = i % 4 == 0   ? test_between(&rng, -20, 20)
                   : i % 4 == 1 ? test_near_one(&rng) - 1.0
                   : i % 4 == 2 ? test_between(&rng, -750, 715)
                                : test_between(&rng, -746, -708);
        check_same(sim_exp(x), rounded(mpfr_exp, x), x, 0);
    }
    static const double edges[] = {0x1.62e42fefa39efp+9,
                                   0x1.62e42fefa39fp+9,
                                   -0x1.74910d52d3051p+9,
                                   -0x1.74910d52d3052p+9,
                                   -0x1.6232bdd7abcd2p+9,
                                   -0x1.6232bdd7abcd3p+9,
                                   709.0,
                                   -708.0,
                                   710.0,
                                   -746.0};
    for (gsize i = 0; i < G_N_ELEMENTS(edges); i++)
        check_same(sim_exp(edges[i]), rounded(mpfr_exp, edges[i]), edges[i], 0);
    for (int e = -1074; e < 10; e++) /* down to results that are 1 and half a unit */
        for (int side = -1; side <= 1; side++) {
            double x = ldexp(1.0, e);
            x = side ? nextafter(x, side * SIM_INFINITY) : x;
            check_same(sim_exp(x), rounded(mpfr_exp, x), x, 0);
            check_same(sim_exp(-x), rounded(mpfr_exp, -x), -x, 0);
        }
}

static void pow_is_correctly_rounded(void)
{
    use_double_range();
    for (int i = 0; i < 250000; i++) {
        double x, y;
        if (i % 5 == 0) {
            x = test_between(&rng, 0x1p-30, 10);
            y = test_between(&rng, -10, 10);
        } else if (i % 5 == 1) { /* any base, results over the whole range and beyond */
            x = test_any_positive(&rng);
            y = test_between(&rng, -750, 750) / log(x);
        } else if (i % 5 == 2) {
            x = test_near_one(&rng);
            y = (test_unit(&rng) - 0.5) * ldexp(1.0, (int)(sim_rng_bits(&rng) % 62));
        } else if (i % 5 == 3) { /* whole and half powers of small numbers: exact and tied */
            x = (double)(1 + sim_rng_bits(&rng) % 1000);
            y = (double)(sim_rng_bits(&rng) % 40) * 0.5 - 4;
        } else { /* fourth powers with fractional exponents */
            x = ldexp((double)(1 + sim_rng_bits(&rng) % 63), (int)(sim_rng_bits(&rng) % 40) - 20);
            x *= x;
            x *= x;
            y = (double)((int)(sim_rng_bits(&rng) % 200) - 100) * 0.25;
        }
        if (isfinite(y))
            check_same(sim_pow(x, y), rounded_pow(x, y), x, y);
    }
}

/* Results that lie exactly between two doubles, which no precision of the second step decides. */
static void pow_decides_exact_ties_to_even(void)
{
    use_double_range();
    static const double ties[][2] = {
        {2.0, -1075.0}, {8.0, -1075.0 / 3}, {0.5, 1075.0}, {3.0, 34.0},       {5.0, 23.0},
        {7.0, 19.0},    {11.0, 15.0},       {4097.0, 4.5}, {0x1.8p-537, 2.0}, {0x1.8p-268, 4.0},
        {2.0, 1024.0},  {2.0, 1023.5},      {4.0, 511.75}, {2.0, -1074.0},    {2.0, -1074.5}};
    for (gsize i = 0; i < G_N_ELEMENTS(ties); i++)
        check_same(sim_pow(ties[i][0], ties[i][1]), rounded_pow(ties[i][0], ties[i][1]), ties[i][0],
                   ties[i][1]);
    /* 54-bit squares and cubes: half of the odd ones are ties. */
    for (int i = 0; i < 20000; i++) {
        double n = (double)((sim_rng_bits(&rng) >> 37) | 1), m = (double)((int)n >> 9 | 1);
        check_same(sim_pow(n, 2.0), rounded_pow(n, 2.0), n, 2.0);
        check_same(sim_pow(m, 3.0), rounded_pow(m, 3.0), m, 3.0);
        check_same(sim_pow(n * n * 4.0, 0.5), rounded_pow(n * n * 4.0, 0.5), n, 0.5);
    }
}

static void special_values_follow_annex_f(void)
{
    double inf = SIM_INFINITY, nan = SIM_NAN;
    CHECK(sim_log(0.0) == -inf && sim_log(inf) == inf && isnan(sim_log(-1.0)));
    CHECK(isnan(sim_log(nan)) && sim_double_bits(sim_log(1.0)) == 0);
    CHECK(sim_exp(-inf) == 0.0 && sim_exp(inf) == inf && isnan(sim_exp(nan)));
    CHECK(sim_exp(0.0) == 1.0 && sim_exp(-0.0) == 1.0 && sim_exp(1e300) == inf);
    CHECK(sim_exp(-1e300) == 0.0);
    CHECK(sim_log1p(-1.0) == -inf && sim_log1p(inf) == inf && isnan(sim_log1p(-1.5)));
    CHECK(sim_double_bits(sim_log1p(-0.0)) == sim_double_bits(-0.0));
    CHECK(sim_expm1(-inf) == -1.0 && sim_expm1(inf) == inf && isnan(sim_expm1(nan)));
    CHECK(sim_double_bits(sim_expm1(-0.0)) == sim_double_bits(-0.0));
    CHECK(sim_pow(nan, 0.0) == 1.0 && sim_pow(1.0, nan) == 1.0 && isnan(sim_pow(nan, 1.0)));
    CHECK(isnan(sim_pow(2.0, nan)) && isnan(sim_pow(-2.0, 2.0)) && sim_pow(1.0, inf) == 1.0);
    CHECK(sim_pow(0.0, 2.0) == 0.0 && sim_pow(0.0, -2.0) == inf && sim_pow(0.0, 0.0) == 1.0);
    CHECK(sim_pow(inf, 2.0) == inf && sim_pow(inf, -2.0) == 0.0);
    CHECK(sim_pow(2.0, inf) == inf && sim_pow(2.0, -inf) == 0.0);
    CHECK(sim_pow(0.5, inf) == 0.0 && sim_pow(0.5, -inf) == inf);
    CHECK(sim_pow(2.0, 1e300) == inf && sim_pow(2.0, -1e300) == 0.0);
    CHECK(sim_pow(1.0 + DBL_EPSILON, 1e-300) == 1.0);
    CHECK(sim_normal_cdf(inf) == 1.0 && sim_normal_cdf(-inf) == 0.0 && isnan(sim_normal_tail(nan)));
    CHECK(sim_normal_quantile(0.0) == -inf && sim_normal_quantile(1.0) == inf);
    CHECK(isnan(sim_normal_quantile(1.5)) && sim_normal_quantile(0.5) == 0.0);
    CHECK(sim_log_gamma(1.0) == 0.0 && sim_log_gamma(2.0) == 0.0 && sim_log_gamma(0.0) == inf);
    CHECK(sim_incomplete_beta(2, 3, 0) == 0.0 && sim_incomplete_beta(2, 3, 1) == 1.0);
    CHECK(sim_incomplete_gamma(2, 0) == 0.0 && sim_incomplete_gamma(2, inf) == 1.0);
    CHECK(isnan(sim_incomplete_beta(-1, 1, 0.5)) && isnan(sim_incomplete_gamma(0, 1)));
}

/* The bounds on which the rounding tests rely, with the second steps as the measure. */
static void first_steps_keep_their_stated_error(void)
{
    use_double_range();
    double worst_log = 0, worst_exp = 0;
    for (int i = 0; i < 200000; i++) {
        double x = i % 2 ? test_near_one(&rng) : test_any_positive(&rng);
        SimDD first = sim_log_first(x), second = sim_log_second(x);
        if (second.hi != 0.0)
            worst_log = fmax(worst_log,
                             fabs(((first.hi - second.hi) + (first.lo - second.lo)) / second.hi));
        x = i % 2 ? test_near_one(&rng) - 1.0 : test_between(&rng, -745, 709);
        int k, k2;
        first = sim_exp_first(x, &k);
        second = sim_exp_second((SimDD){x, 0.0}, &k2);
        double scale = ldexp(1.0, k2 - k);
        worst_exp =
            fmax(worst_exp, fabs((first.hi - second.hi * scale) + (first.lo - second.lo * scale)));
    }
    test_row("worst log 2^%.2f, exp 2^%.2f", log2(worst_log), log2(worst_exp));
    CHECK(worst_log < 0x1p-65);
    CHECK(worst_exp < 0x1p-67);
    test_row(NULL);
}

/* What samplers use: portable, and off by at most the neighbour. */
static void the_close_exp_is_the_nearest_or_next_to_it(void)
{
    sim_rng_seed(&rng, 77);
    gint64 furthest = 0, off = 0;
    for (int i = 0; i < 1000000; i++) {
        double x = (test_unit(&rng) - 0.5) * (i % 2 ? 1400.0 : 40.0);
        gint64 ulps =
            (gint64)sim_double_bits(sim_exp_close(x)) - (gint64)sim_double_bits(sim_exp(x));
        furthest = MAX(furthest, ABS(ulps));
        off += ulps != 0;
    }
    CHECK(furthest <= 1);
    CHECK(off < 100000);
    CHECK(sim_exp_close(800.0) == SIM_INFINITY && sim_exp_close(-800.0) == 0.0);
}

static void log1p_and_expm1_err_by_less_than_one_unit(void)
{
    use_full_range();
    mpfr_t exact;
    mpfr_init2(exact, TEST_ORACLE_BITS);
    TestWorst log1p_worst = {0}, expm1_worst = {0};
    for (int i = 0; i < 100000; i++) {
        double x = i % 3 == 0   ? test_between(&rng, -1, 2)
                   : i % 3 == 1 ? test_near_one(&rng) - 1.0
                                : ldexp(test_any_positive(&rng), -100);
        /* Below a normal number a unit is not relative any more. */
        if (x <= -1.0 || fabs(x) < 0x1p-1000)
            continue;
        mpfr_set_d(exact, x, MPFR_RNDN);
        mpfr_log1p(exact, exact, MPFR_RNDN);
        test_worst_observe(&log1p_worst, sim_log1p(x), exact, x, 0, 0);
        if (i % 3 == 2)
            x = test_between(&rng, -50, 709);
        mpfr_set_d(exact, x, MPFR_RNDN);
        mpfr_expm1(exact, exact, MPFR_RNDN);
        test_worst_observe(&expm1_worst, sim_expm1(x), exact, x, 0, 0);
    }
    test_worst_check(&log1p_worst, 0x1.1p-53); /* half a unit is at most 2^-53 */
    test_worst_check(&expm1_worst, 0x1.1p-53);
    mpfr_clear(exact);
}

/* ---- The same bits everywhere ------------------------------------------------------------- */

static guint64 fold(guint64 hash, double x)
{
    hash ^= sim_double_bits(x);
    hash *= G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

static double random_log(void)
{
    return sim_log(test_any_positive(&rng));
}
static double random_log_unit(void)
{
    return sim_log(test_unit(&rng) + 0x1p-60);
}
static double random_exp(void)
{
    return sim_exp(test_between(&rng, -746, 710));
}
static double random_pow(void)
{
    double base = test_between(&rng, 0, 20); /* in this order: arguments have none */
    return sim_pow(base, test_between(&rng, -20, 20));
}
static double random_log1p(void)
{
    return sim_log1p(test_near_one(&rng) - 1.0);
}
static double random_expm1(void)
{
    return sim_expm1(test_between(&rng, -2, 2));
}
static double random_log_gamma(void)
{
    return sim_log_gamma(test_between(&rng, 0, 100));
}
static double random_cdf(void)
{
    return sim_normal_cdf(test_between(&rng, -38, 8));
}
static double random_quantile(void)
{
    return sim_normal_quantile(test_unit(&rng) + 0x1p-60);
}
static double random_density(void)
{
    return sim_normal_density(test_between(&rng, -40, 40));
}
static double random_mills(void)
{
    return sim_normal_mills(test_between(&rng, -2, 50));
}

static double random_beta(void)
{
    double a = test_between(&rng, 0.5, 50), b = test_between(&rng, 0.5, 50);
    return sim_incomplete_beta(a, b, test_unit(&rng));
}

static double random_gamma(void)
{
    double a = test_between(&rng, 0.5, 50);
    return sim_incomplete_gamma(a, test_between(&rng, 0, 100));
}

static void results_have_the_same_bits_on_every_machine(void)
{
    static const struct {
        const char *name;
        double (*run)(void);
        int n;
        guint64 hash;
    } rows[] = {
        {"log", random_log, 1000000, G_GUINT64_CONSTANT(0xc1ad5fd7713ea04a)},
        {"log unit", random_log_unit, 1000000, G_GUINT64_CONSTANT(0x7137a088e635605e)},
        {"exp", random_exp, 1000000, G_GUINT64_CONSTANT(0xd9adec21263b8fe7)},
        {"pow", random_pow, 1000000, G_GUINT64_CONSTANT(0x20cad92017a86c51)},
        {"log1p", random_log1p, 1000000, G_GUINT64_CONSTANT(0xdf597fd05da649e1)},
        {"expm1", random_expm1, 1000000, G_GUINT64_CONSTANT(0x9cb8b00a9a6de5f5)},
        {"log_gamma", random_log_gamma, 1000000, G_GUINT64_CONSTANT(0xc279eb0ebb5007b8)},
        {"normal_cdf", random_cdf, 1000000, G_GUINT64_CONSTANT(0xf1744b97ca4d23a7)},
        {"normal_quantile", random_quantile, 1000000, G_GUINT64_CONSTANT(0xfd459256555c26b7)},
        {"normal_density", random_density, 1000000, G_GUINT64_CONSTANT(0xe480e8bfbf51b21d)},
        {"normal_mills", random_mills, 1000000, G_GUINT64_CONSTANT(0x66d98eec5d546ab7)},
        {"incomplete_beta", random_beta, 100000, G_GUINT64_CONSTANT(0x68b5d14c95ddb743)},
        {"incomplete_gamma", random_gamma, 100000, G_GUINT64_CONSTANT(0x0d1819a089431363)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 hash = 0;
        sim_rng_seed(&rng, 3);
        for (int k = 0; k < rows[i].n; k++)
            hash = fold(hash, rows[i].run());
        test_row("%s: 0x%016" G_GINT64_MODIFIER "x", rows[i].name, hash);
        CHECK(hash == rows[i].hash);
    }
    test_row(NULL);
}

int main(int argc, char **argv)
{
    static const TestCase cases[] = {
        {"log_is_correctly_rounded", log_is_correctly_rounded},
        {"exp_is_correctly_rounded", exp_is_correctly_rounded},
        {"pow_is_correctly_rounded", pow_is_correctly_rounded},
        {"pow_decides_exact_ties_to_even", pow_decides_exact_ties_to_even},
        {"special_values_follow_annex_f", special_values_follow_annex_f},
        {"first_steps_keep_their_stated_error", first_steps_keep_their_stated_error},
        {"the_close_exp_is_the_nearest_or_next_to_it", the_close_exp_is_the_nearest_or_next_to_it},
        {"log1p_and_expm1_err_by_less_than_one_unit", log1p_and_expm1_err_by_less_than_one_unit},
        {"results_have_the_same_bits_on_every_machine",
         results_have_the_same_bits_on_every_machine},
        {0}};
    return test_main("detmath", cases, argc, argv);
}
