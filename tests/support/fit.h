/*
 * fit.h — tests of fit for samplers: Kolmogorov and Smirnov's, and Pearson's chi-square.
 *
 * Both return the probability that a sample as bad or worse comes from the law stated. Seeds are
 * fixed, so a test either always passes or never; TEST_FIT_LEAST leaves room for one unlucky seed
 * in ten thousand and none for a wrong law.
 */
#ifndef TEST_FIT_H
#define TEST_FIT_H

#include <glib.h>

#define TEST_FIT_LEAST 1e-4
#define TEST_FIT_BINS 65536

/* Collects u = cdf(draw), which is uniform on [0, 1] if the law is right. */
typedef struct TestFit {
    guint64 counts[TEST_FIT_BINS];
    guint64 n;
} TestFit;

TestFit *test_fit_new(void);
void test_fit_add(TestFit *fit, double u);
/* Kolmogorov and Smirnov's p. Distances are taken at the ends of the bins, which makes them at most
 * 1/65536 smaller: little against 1/sqrt(n) up to some ten million draws. */
double test_fit_p(const TestFit *fit);
void test_fit_free(TestFit *fit);

/* Pearson's p for counts against expected counts of the same sum; neighbouring cells that expect
 * less than 10 are taken together. */
double test_chi_square_p(const double *counts, const double *expected, gsize n);

#endif
