/* oracle.c — see oracle.h. */
#include "tests/support/oracle.h"

#include "tests/support/check.h"

#include <math.h>

/* Series end when a term is this many bits below the sum. */
#define SERIES_BITS 130

void test_oracle_normal_tail(mpfr_t out, double z)
{
    mpfr_t root;
    mpfr_init2(root, TEST_ORACLE_BITS);
    mpfr_sqrt_ui(root, 2, MPFR_RNDN);
    mpfr_d_div(out, z, root, MPFR_RNDN);
    mpfr_erfc(out, out, MPFR_RNDN);
    mpfr_div_2ui(out, out, 1, MPFR_RNDN);
    mpfr_clear(root);
}

void test_oracle_normal_density(mpfr_t out, double z)
{
    mpfr_t scale;
    mpfr_init2(scale, TEST_ORACLE_BITS);
    mpfr_set_d(out, z, MPFR_RNDN);
    mpfr_sqr(out, out, MPFR_RNDN);
    mpfr_div_si(out, out, -2, MPFR_RNDN);
    mpfr_exp(out, out, MPFR_RNDN);
    mpfr_const_pi(scale, MPFR_RNDN);
    mpfr_mul_2ui(scale, scale, 1, MPFR_RNDN);
    mpfr_sqrt(scale, scale, MPFR_RNDN);
    mpfr_div(out, out, scale, MPFR_RNDN);
    mpfr_clear(scale);
}

void test_oracle_mills(mpfr_t out, double z)
{
    mpfr_t density;
    mpfr_init2(density, TEST_ORACLE_BITS);
    test_oracle_normal_tail(out, z);
    test_oracle_normal_density(density, z);
    mpfr_div(out, out, density, MPFR_RNDN);
    mpfr_clear(density);
}

/* x^a (1-x)^b / (a B(a, b)) sum of (a+b)_n / (a+1)_n x^n, for x below a / (a + b). */
static void beta_series(mpfr_t out, const mpfr_t a, const mpfr_t b, const mpfr_t x)
{
    mpfr_t term, factor, sum;
    mpfr_inits2(TEST_ORACLE_BITS, term, factor, sum, (mpfr_ptr)0);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_ui(sum, 1, MPFR_RNDN);
    for (unsigned long n = 0; mpfr_get_exp(term) > mpfr_get_exp(sum) - SERIES_BITS; n++) {
        mpfr_add(factor, a, b, MPFR_RNDN);
        mpfr_add_ui(factor, factor, n, MPFR_RNDN);
        mpfr_mul(term, term, factor, MPFR_RNDN);
        mpfr_add_ui(factor, a, n + 1, MPFR_RNDN);
        mpfr_div(term, term, factor, MPFR_RNDN);
        mpfr_mul(term, term, x, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_log(term, x, MPFR_RNDN);
    mpfr_mul(term, term, a, MPFR_RNDN);
    mpfr_ui_sub(factor, 1, x, MPFR_RNDN);
    mpfr_log(factor, factor, MPFR_RNDN);
    mpfr_fma(term, factor, b, term, MPFR_RNDN);
    mpfr_beta(factor, a, b, MPFR_RNDN);
    mpfr_log(factor, factor, MPFR_RNDN);
    mpfr_sub(term, term, factor, MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
    mpfr_mul(sum, sum, term, MPFR_RNDN);
    mpfr_div(out, sum, a, MPFR_RNDN);
    mpfr_clears(term, factor, sum, (mpfr_ptr)0);
}

void test_oracle_incomplete_beta(mpfr_t out, double a, double b, double x)
{
    mpfr_t first, second, place;
    mpfr_inits2(TEST_ORACLE_BITS, first, second, place, (mpfr_ptr)0);
    mpfr_set_d(first, a, MPFR_RNDN);
    mpfr_set_d(second, b, MPFR_RNDN);
    mpfr_set_d(place, x, MPFR_RNDN);
    if (x <= a / (a + b)) {
        beta_series(out, first, second, place);
    } else {
        mpfr_ui_sub(place, 1, place, MPFR_RNDN);
        beta_series(out, second, first, place);
        mpfr_ui_sub(out, 1, out, MPFR_RNDN);
    }
    mpfr_clears(first, second, place, (mpfr_ptr)0);
}

void test_oracle_incomplete_gamma(mpfr_t out, double a, double x)
{
    mpfr_t term, factor, sum;
    mpfr_inits2(TEST_ORACLE_BITS, term, factor, sum, (mpfr_ptr)0);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_ui(sum, 1, MPFR_RNDN);
    for (unsigned long n = 1; mpfr_get_exp(term) > mpfr_get_exp(sum) - SERIES_BITS; n++) {
        mpfr_set_d(factor, a, MPFR_RNDN);
        mpfr_add_ui(factor, factor, n, MPFR_RNDN);
        mpfr_mul_d(term, term, x, MPFR_RNDN);
        mpfr_div(term, term, factor, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_set_d(term, x, MPFR_RNDN);
    mpfr_log(term, term, MPFR_RNDN);
    mpfr_mul_d(term, term, a, MPFR_RNDN);
    mpfr_sub_d(term, term, x, MPFR_RNDN);
    mpfr_set_d(factor, a, MPFR_RNDN);
    mpfr_add_ui(factor, factor, 1, MPFR_RNDN);
    mpfr_lngamma(factor, factor, MPFR_RNDN);
    mpfr_sub(term, term, factor, MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
    mpfr_mul(out, term, sum, MPFR_RNDN);
    mpfr_clears(term, factor, sum, (mpfr_ptr)0);
}

double test_oracle_relative_error(double value, const mpfr_t exact)
{
    mpfr_t error;
    mpfr_init2(error, TEST_ORACLE_BITS);
    mpfr_sub_d(error, exact, value, MPFR_RNDN);
    if (!mpfr_zero_p(error))
        mpfr_div(error, error, exact, MPFR_RNDN);
    double relative = fabs(mpfr_get_d(error, MPFR_RNDN));
    mpfr_clear(error);
    return relative;
}

void test_worst_observe(TestWorst *worst, double value, const mpfr_t exact, double x, double y,
                        double z)
{
    double error = test_oracle_relative_error(value, exact);
    if (!(error <= worst->error))
        *worst = (TestWorst){error, {x, y, z}};
}

void test_worst_check(const TestWorst *worst, double bound)
{
    test_row("error %.3g at %.17g, %.17g, %.17g", worst->error, worst->at[0], worst->at[1],
             worst->at[2]);
    CHECK(worst->error < bound);
    CHECK(worst->error > 0.0);
    test_row(NULL);
}
