/*
 * test_arrivals.c — goal: arrivals come at the stated rate, with the stated law, and arrival n
 * depends on its stream, its number and its predecessor alone.
 *
 * Method: Kolmogorov and Smirnov's test of gaps; dispersion of counts in windows; periodic arrivals
 * against exact integer arithmetic; bursty ones window by window.
 */
#include "sim/arrivals.h"
#include "tests/support/check.h"
#include "tests/support/fit.h"

#include <math.h>

static const SimArrivals poisson = {SIM_ARRIVALS_POISSON, 2000, SIM_S, 0, 0};
static const SimArrivals bursty = {SIM_ARRIVALS_BURSTY, 2000, SIM_S, 200 * SIM_MS, 800 * SIM_MS};

static SimStream stream(void)
{
    return sim_stream_named(sim_stream_root(3, 0), "clients");
}

/* The first n arrivals; free with g_free(). */
static SimTime *arrivals_of(const SimArrivals *process, guint64 n)
{
    SimTime *times = g_new(SimTime, n), previous = 0;
    for (guint64 i = 0; i < n; i++)
        times[i] = previous = sim_arrivals_next(process, stream(), i, previous);
    return times;
}

static double exponential_cdf(double x, double mean)
{
    return -expm1(-x / mean);
}

static void poisson_gaps_are_exponential_and_independent(void)
{
    const guint64 n = 1000000;
    SimTime *times = arrivals_of(&poisson, n), previous = 0;
    TestFit *fit = test_fit_new();
    double pairs[64] = {0}, expected[64], before = 0;
    for (guint64 i = 0; i < n; i++) {
        double u = exponential_cdf((double)(times[i] - previous), 500e3);
        test_fit_add(fit, u);
        if (i % 2)
            pairs[(int)(before * 8) * 8 + (int)(u * 8)]++;
        before = u;
        previous = times[i];
    }
    for (int k = 0; k < 64; k++)
        expected[k] = (double)n / 2 / 64;
    CHECK(test_fit_p(fit) > TEST_FIT_LEAST);
    CHECK(test_chi_square_p(pairs, expected, 64) > TEST_FIT_LEAST);
    CHECK_CLOSE((double)times[n - 1], 500e3 * (double)n, 4 / sqrt((double)n));
    test_fit_free(fit);
    g_free(times);
}

/* Counts in windows of length w vary as their mean: sum (c - m)^2 / m is chi-square. */
static double dispersion(const SimTime *times, guint64 n, SimTime window, double mean)
{
    guint64 windows = (guint64)(times[n - 1] / window), i = 0;
    double sum = 0;
    for (guint64 k = 0; k < windows; k++) {
        double count = 0;
        for (; times[i] < (SimTime)(k + 1) * window; i++)
            count++;
        sum += (count - mean) * (count - mean) / mean;
    }
    return (sum - (double)windows) / sqrt(2.0 * (double)windows);
}

static void poisson_counts_vary_as_their_mean(void)
{
    const guint64 n = 1000000;
    SimTime *times = arrivals_of(&poisson, n);
    CHECK_NEAR(dispersion(times, n, 10 * SIM_MS, 20), 0, 4);
    CHECK_NEAR(dispersion(times, n, 100 * SIM_MS, 200), 0, 4);
    CHECK_NEAR(dispersion(times, n, SIM_S, 2000), 0, 4);
    g_free(times);
}

static void periodic_arrivals_are_exact_and_never_drift(void)
{
    const SimArrivals third = {SIM_ARRIVALS_PERIODIC, 3, SIM_S, 0, 0};
    const SimArrivals slow = {SIM_ARRIVALS_PERIODIC, 1, 10 * SIM_MIN, 0, 0};
    const SimArrivals fast = {SIM_ARRIVALS_PERIODIC, 7, 2, 0, 0};
    CHECK_INT(sim_arrivals_next(&third, stream(), 0, 0), 333333333);
    CHECK_INT(sim_arrivals_next(&third, stream(), 1, 333333333), 666666666);
    CHECK_INT(sim_arrivals_next(&third, stream(), 2, 666666666), SIM_S);
    CHECK_INT(sim_arrivals_next(&third, stream(), 3 * G_GUINT64_CONSTANT(1000000000) - 1, 0),
              SIM_S * 1000000000);
    CHECK_INT(sim_arrivals_next(&slow, stream(), 0, 0), 10 * SIM_MIN);
    CHECK_INT(sim_arrivals_next(&slow, stream(), 5, 50 * SIM_MIN), 60 * SIM_MIN);
    CHECK_INT(sim_arrivals_next(&fast, stream(), 6, 1), 2);
    CHECK_INT(sim_arrivals_next(&slow, stream(), G_MAXUINT64, 0), SIM_NEVER);
}

static void bursty_keeps_the_average_and_leaves_off_windows_empty(void)
{
    const guint64 n = 1000000;
    const SimTime cycle = SIM_S;
    SimTime *times = arrivals_of(&bursty, n);
    bool outside = false, ordered = true;
    for (guint64 i = 0; i < n; i++) {
        outside |= times[i] % cycle >= 200 * SIM_MS;
        ordered &= i == 0 || times[i] >= times[i - 1];
    }
    CHECK(!outside);
    CHECK(ordered);
    CHECK(times[0] < 200 * SIM_MS && times[100] < 200 * SIM_MS); /* on comes first, at 0 */
    CHECK_CLOSE((double)times[n - 1], 500e3 * (double)n, 6 / sqrt((double)n));
    CHECK_NEAR(dispersion(times, n, cycle, 2000), 0, 4);
    g_free(times);
}

static void bursty_is_poisson_within_its_on_windows(void)
{
    const guint64 n = 1000000;
    SimTime *times = arrivals_of(&bursty, n);
    TestFit *gaps = test_fit_new(), *places = test_fit_new();
    SimTime previous = 0;
    for (guint64 i = 0; i < n; i++) {
        SimTime busy = times[i] / SIM_S * 200 * SIM_MS + times[i] % SIM_S;
        test_fit_add(gaps, exponential_cdf((double)(busy - previous), 100e3));
        test_fit_add(places, (double)(times[i] % SIM_S) / (200.0 * SIM_MS));
        previous = busy;
    }
    CHECK(test_fit_p(gaps) > TEST_FIT_LEAST);
    CHECK(test_fit_p(places) > TEST_FIT_LEAST);
    test_fit_free(gaps);
    test_fit_free(places);
    g_free(times);
}

static void bursty_without_off_is_poisson(void)
{
    const SimArrivals always = {SIM_ARRIVALS_BURSTY, 2000, SIM_S, 10 * SIM_MS, 0};
    SimTime *a = arrivals_of(&always, 10000), *b = arrivals_of(&poisson, 10000);
    bool same = true;
    for (int i = 0; i < 10000; i++)
        same &= a[i] == b[i];
    CHECK(same);
    g_free(a);
    g_free(b);
}

static void a_gap_depends_on_stream_and_number_alone(void)
{
    for (guint64 n = 0; n < 1000; n++) {
        SimTime from_0 = sim_arrivals_next(&poisson, stream(), n, 0);
        SimTime from_t = sim_arrivals_next(&poisson, stream(), n, 123456789);
        CHECK_INT(from_t - 123456789, from_0);
        /* Within one on window a bursty gap moves with its predecessor, too. */
        SimTime first = sim_arrivals_next(&bursty, stream(), n, 0);
        SimTime second = sim_arrivals_next(&bursty, stream(), n, 5 * SIM_S + 1000);
        CHECK_INT(second - first, 5 * SIM_S + 1000);
    }
    SimStream other = sim_stream_named(sim_stream_root(3, 0), "others");
    CHECK(sim_arrivals_next(&poisson, other, 0, 0) != sim_arrivals_next(&poisson, stream(), 0, 0));
}

static void an_arrival_in_an_off_window_waits_for_the_next_on(void)
{
    /* `previous` may be any instant, e.g. the start of a shifted process. */
    SimTime next = sim_arrivals_next(&bursty, stream(), 1, 500 * SIM_MS);
    SimTime from_edge = sim_arrivals_next(&bursty, stream(), 1, SIM_S);
    CHECK_INT(next, from_edge);
    CHECK(next >= SIM_S);
}

static void extreme_rates_end_in_never_or_at_once(void)
{
    const SimArrivals rare = {SIM_ARRIVALS_POISSON, 1, G_MAXUINT64, 0, 0};
    const SimArrivals dense = {SIM_ARRIVALS_POISSON, G_MAXUINT64, 1, 0, 0};
    const SimArrivals window = {SIM_ARRIVALS_BURSTY, 1, G_MAXUINT64, 1, SIM_NEVER / 2};
    bool held = true;
    int never = 0;
    for (guint64 n = 0; n < 1000; n++) {
        SimTime at = sim_arrivals_next(&rare, stream(), n, 1000);
        held &= at >= 1000;
        never += at == SIM_NEVER;
        held &= sim_arrivals_next(&dense, stream(), n, 1000) == 1000;
        held &= sim_arrivals_next(&window, stream(), n, 0) >= 0;
        held &= sim_arrivals_next(&poisson, stream(), n, SIM_NEVER) == SIM_NEVER;
    }
    CHECK(held);
    CHECK(never > 500);
}

static void rates_read_back(void)
{
    const SimArrivals slow = {SIM_ARRIVALS_PERIODIC, 1, 10 * SIM_MIN, 0, 0};
    CHECK_NEAR(sim_arrivals_rate(&poisson), 2000, 1e-9);
    CHECK_NEAR(sim_arrivals_rate(&bursty), 2000, 1e-9);
    CHECK_NEAR(sim_arrivals_rate(&slow), 1.0 / 600, 1e-12);
}

int main(int argc, char **argv)
{
#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    static const TestCase cases[] = {CASE(poisson_gaps_are_exponential_and_independent),
                                     CASE(poisson_counts_vary_as_their_mean),
                                     CASE(periodic_arrivals_are_exact_and_never_drift),
                                     CASE(bursty_keeps_the_average_and_leaves_off_windows_empty),
                                     CASE(bursty_is_poisson_within_its_on_windows),
                                     CASE(bursty_without_off_is_poisson),
                                     CASE(a_gap_depends_on_stream_and_number_alone),
                                     CASE(an_arrival_in_an_off_window_waits_for_the_next_on),
                                     CASE(extreme_rates_end_in_never_or_at_once),
                                     CASE(rates_read_back),
                                     {0}};
    return test_main("arrivals", cases, argc, argv);
}
