/*
 * test_detmath_laws.c — goal: log Gamma, the normal law and the incomplete functions within the
 * errors that detmath.h states.
 *
 * Method: against MPFR, and against series in MPFR where it lacks the function (oracle.h), at
 * random arguments from the middle of each law to its far tails.
 */
#include "sim/detmath.h"
#include "tests/support/check.h"
#include "tests/support/numbers.h"
#include "tests/support/oracle.h"

#include <math.h>

static SimRng rng;

#define NORMAL_BITS 128 /* MPFR's erfc takes a millisecond at more */

static void log_gamma_keeps_its_zeros_accurate(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_t exact;
    mpfr_init2(exact, TEST_ORACLE_BITS);
    TestWorst worst = {0};
    for (int i = 0; i < 5000; i++) {
        int sign;
        double x = i % 3 == 0   ? test_near_one(&rng)
                   : i % 3 == 1 ? test_near_one(&rng) + 1.0
                                : sim_exp(test_between(&rng, -30, 30));
        mpfr_set_d(exact, x, MPFR_RNDN);
        mpfr_lgamma(exact, &sign, exact, MPFR_RNDN);
        if (!mpfr_zero_p(exact))
            test_worst_observe(&worst, sim_log_gamma(x), exact, x, 0, 0);
    }
    test_worst_check(&worst, 1e-13);
    mpfr_clear(exact);
}

static void normal_law_is_accurate_in_its_tails(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_t exact;
    mpfr_init2(exact, NORMAL_BITS);
    TestWorst tail = {0}, cdf = {0}, density = {0}, mills = {0};
    for (int i = 0; i < 3000; i++) {
        double z = i % 2 ? test_between(&rng, -8, 37.5) : test_between(&rng, -2.5, 2.5);
        test_oracle_normal_tail(exact, z);
        test_worst_observe(&tail, sim_normal_tail(z), exact, z, 0, 0);
        test_worst_observe(&cdf, sim_normal_cdf(-z), exact, z, 0, 0);
        test_oracle_normal_density(exact, z);
        test_worst_observe(&density, sim_normal_density(z), exact, z, 0, 0);
        z = test_between(&rng, -2, 100);
        test_oracle_mills(exact, z);
        test_worst_observe(&mills, sim_normal_mills(z), exact, z, 0, 0);
    }
    test_worst_check(&tail, 1e-13);
    test_worst_check(&cdf, 1e-13);
    test_worst_check(&density, 1e-15);
    test_worst_check(&mills, 1e-13);
    mpfr_clear(exact);
}

/* The error of z follows from P(Z > z) computed at z: (tail(z) - q) / density(z). */
static void normal_quantile_is_accurate_for_every_probability(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_t exact, density;
    mpfr_inits2(NORMAL_BITS, exact, density, (mpfr_ptr)0);
    double worst = 0, worst_p = 0;
    for (int i = 0; i < 3000; i++) {
        double away = ldexp(test_unit(&rng), -(int)(sim_rng_bits(&rng) % (i % 4 == 2 ? 1070 : 50)));
        double p = i % 4 == 0 ? test_unit(&rng) : i % 4 == 1 ? 0.5 + (away - 0.5 * away) : away;
        p = i % 4 == 3 ? 1.0 - away : p;
        if (!(p > 0.0 && p < 1.0) || p == 0.5)
            continue;
        double z = fabs(sim_normal_quantile(p));
        test_oracle_normal_tail(exact, z);
        mpfr_sub_d(exact, exact, p < 0.5 ? p : 1.0 - p, MPFR_RNDN);
        test_oracle_normal_density(density, z);
        mpfr_div(exact, exact, density, MPFR_RNDN);
        double error = fabs(mpfr_get_d(exact, MPFR_RNDN)) / z;
        if (!(error <= worst)) {
            worst = error;
            worst_p = p;
        }
    }
    test_row("error %.3g at %.17g", worst, worst_p);
    CHECK(worst < 1e-13 && worst > 0);
    CHECK_CLOSE(sim_normal_quantile(0.99), 2.3263478740408411, 1e-15);
    CHECK_CLOSE(sim_normal_quantile(0.975), 1.9599639845400543, 1e-15);
    CHECK_CLOSE(sim_normal_quantile(0x1p-1074), -38.467405617144344, 1e-14);
    test_row(NULL);
    mpfr_clears(exact, density, (mpfr_ptr)0);
}

static void incomplete_beta_is_accurate_from_the_middle_to_far_tails(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_t exact;
    mpfr_init2(exact, TEST_ORACLE_BITS);
    TestWorst worst = {0};
    for (int i = 0; i < 1500; i++) {
        double a = 0.1 * sim_exp(test_between(&rng, 0, 9)),
               b = 0.1 * sim_exp(test_between(&rng, 0, 9));
        if (i % 5 == 0)
            b = 0.5; /* Student's t */
        double middle = a / (a + b), spread = sqrt(middle * (1 - middle) / (a + b + 1));
        double x = i % 3 == 0   ? test_unit(&rng)
                   : i % 3 == 1 ? middle + spread * test_between(&rng, -8, 8)
                                : sim_exp(test_between(&rng, -30, 0));
        if (!(x > 0 && x < 1) || sim_incomplete_beta(a, b, x) < 1e-290)
            continue;
        test_oracle_incomplete_beta(exact, a, b, x);
        test_worst_observe(&worst, sim_incomplete_beta(a, b, x), exact, a, b, x);
    }
    test_worst_check(&worst, 1e-12);
    /* Large and exact: the median of a symmetric law, and powers. */
    CHECK_NEAR(sim_incomplete_beta(1e9, 1e9, 0.5), 0.5, 1e-13);
    CHECK_CLOSE(sim_incomplete_beta(1.0, 1e6, 1e-6), -expm1(1e6 * log1p(-1e-6)), 1e-12);
    CHECK_CLOSE(sim_incomplete_beta(1e6, 1.0, 0.9999), exp(1e6 * log(0.9999)), 1e-12);
    mpfr_clear(exact);
}

static void incomplete_gamma_is_accurate_from_the_middle_to_far_tails(void)
{
    sim_rng_seed(&rng, 2);
    mpfr_t exact;
    mpfr_init2(exact, TEST_ORACLE_BITS);
    TestWorst worst = {0};
    for (int i = 0; i < 2000; i++) {
        double a = sim_exp(test_between(&rng, -7, 7));
        double x = i % 3 == 0   ? sim_exp(test_between(&rng, -7, 7))
                   : i % 3 == 1 ? a + sqrt(a) * test_between(&rng, -8, 8)
                                : sim_exp(test_between(&rng, -30, 0));
        if (!(x > 0) || sim_incomplete_gamma(a, x) < 1e-290)
            continue;
        test_oracle_incomplete_gamma(exact, a, x);
        test_worst_observe(&worst, sim_incomplete_gamma(a, x), exact, a, x, 0);
    }
    test_worst_check(&worst, 1e-12);
    CHECK_CLOSE(sim_incomplete_gamma(1.0, 2.5), -expm1(-2.5), 1e-15);
    CHECK_CLOSE(sim_incomplete_gamma(0.5, 4.5), erf(sqrt(4.5)), 1e-14);
    mpfr_clear(exact);
}

int main(int argc, char **argv)
{
    static const TestCase cases[] = {
        {"log_gamma_keeps_its_zeros_accurate", log_gamma_keeps_its_zeros_accurate},
        {"normal_law_is_accurate_in_its_tails", normal_law_is_accurate_in_its_tails},
        {"normal_quantile_is_accurate_for_every_probability",
         normal_quantile_is_accurate_for_every_probability},
        {"incomplete_beta_is_accurate_from_the_middle_to_far_tails",
         incomplete_beta_is_accurate_from_the_middle_to_far_tails},
        {"incomplete_gamma_is_accurate_from_the_middle_to_far_tails",
         incomplete_gamma_is_accurate_from_the_middle_to_far_tails},
        {0}};
    return test_main("detmath_laws", cases, argc, argv);
}
