/*
 * oracle.h — reference values from MPFR, for functions that MPFR does not have itself.
 *
 * Each is computed with several hundred bits straight from its definition (a series of positive
 * terms), so it shares no method with sim/detmath. Slow: microseconds to milliseconds.
 */
#ifndef TEST_ORACLE_H
#define TEST_ORACLE_H

#include <mpfr.h>

#define TEST_ORACLE_BITS 320

/* P(Z > z) of the standard normal law, its density, and their ratio. */
void test_oracle_normal_tail(mpfr_t out, double z);
void test_oracle_normal_density(mpfr_t out, double z);
void test_oracle_mills(mpfr_t out, double z);

/* I_x(a, b) and P(a, x). The number of terms is about 100 / (1 - ratio of terms). */
void test_oracle_incomplete_beta(mpfr_t out, double a, double b, double x);
void test_oracle_incomplete_gamma(mpfr_t out, double a, double x);

/* |value - exact| / |exact| */
double test_oracle_relative_error(double value, const mpfr_t exact);

/* Largest relative error seen, and its arguments. */
typedef struct TestWorst {
    double error, at[3];
} TestWorst;

void test_worst_observe(TestWorst *worst, double value, const mpfr_t exact, double x, double y,
                        double z);
/* Asserts that the error is below `bound`, and that something was compared. */
void test_worst_check(const TestWorst *worst, double bound);

#endif
