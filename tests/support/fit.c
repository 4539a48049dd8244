/* fit.c — see fit.h. */
#include "tests/support/fit.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

TestFit *test_fit_new(void)
{
    return g_new0(TestFit, 1);
}

void test_fit_add(TestFit *fit, double u)
{
    int bin = (int)(u * TEST_FIT_BINS);
    fit->counts[CLAMP(bin, 0, TEST_FIT_BINS - 1)]++;
    fit->n++;
}

double test_fit_p(const TestFit *fit)
{
    double distance = 0, root = sqrt((double)fit->n), p = 0;
    guint64 below = 0;
    for (int i = 0; i < TEST_FIT_BINS; i++) {
        below += fit->counts[i];
        distance = fmax(distance, fabs((double)below / (double)fit->n - (i + 1.0) / TEST_FIT_BINS));
    }
    double lambda = (root + 0.12 + 0.11 / root) * distance; /* Stephens 1970 */
    if (lambda < 0.2)
        return 1.0;
    for (int k = 1; k <= 100; k++)
        p += (k % 2 ? 2 : -2) * exp(-2.0 * k * k * lambda * lambda);
    return CLAMP(p, 0.0, 1.0);
}

void test_fit_free(TestFit *fit)
{
    g_free(fit);
}

double test_chi_square_p(const double *counts, const double *expected, gsize n)
{
    double sum = 0, count = 0, mean = 0;
    gsize cells = 0;
    for (gsize i = 0; i < n; i++) {
        count += counts[i];
        mean += expected[i];
        if (mean < 10 && i + 1 < n)
            continue;
        if (mean > 0)
            sum += (count - mean) * (count - mean) / mean;
        else if (count > 0)
            return 0.0; /* what cannot happen happened */
        cells += mean > 0;
        count = mean = 0;
    }
    return cells > 1 ? gsl_cdf_chisq_Q(sum, (double)(cells - 1)) : 1.0;
}
