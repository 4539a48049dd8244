/*
 * test_hist.c — histograms against sorted lists, and ramps against counting every nanosecond.
 *
 * Goal: parts merge to the whole in any order, bit for bit; quantiles are within 0.1 % and exact
 * where a bucket holds one value; means are exact.
 */
#include "analysis/hist.h"
#include "analysis/ramp.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
static guint64 next_random(guint64 *state)
{
    guint64 z = (*state += G_GUINT64_CONSTANT(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Spread over all magnitudes. */
static gint64 random_value(guint64 *state)
{
    return (gint64)(next_random(state) >> (2 + next_random(state) % 61));
}

static int compare(const void *a, const void *b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

static void check_equal(const AnaHist *a, const AnaHist *b)
{
    CHECK_UINT(ana_hist_count(a), ana_hist_count(b));
    CHECK_INT(ana_hist_min(a), ana_hist_min(b));
    CHECK_INT(ana_hist_max(a), ana_hist_max(b));
    CHECK(ana_hist_sum(a) == ana_hist_sum(b));
    for (int i = 1; i <= 1000; i++)
        if (ana_hist_count(a))
            CHECK_INT(ana_hist_quantile(a, i / 1000.0), ana_hist_quantile(b, i / 1000.0));
}

static void merged_parts_are_the_whole_in_any_order(void)
{
    enum { PARTS = 7, VALUES = 20000 };
    guint64 state = 1;
    g_autoptr(AnaHist) whole = ana_hist_new();
    AnaHist *parts[PARTS];
    for (int p = 0; p < PARTS; p++)
        parts[p] = ana_hist_new();
    for (int i = 0; i < VALUES; i++) {
        gint64 value = random_value(&state);
        guint64 weight = 1 + next_random(&state) % 3;
        ana_hist_add_weighted(whole, value, weight);
        ana_hist_add_weighted(parts[next_random(&state) % PARTS], value, weight);
    }
    g_autoptr(AnaHist) forwards = ana_hist_new();
    g_autoptr(AnaHist) backwards = ana_hist_new();
    for (int p = 0; p < PARTS; p++) {
        ana_hist_merge(forwards, parts[p]);
        ana_hist_merge(backwards, parts[PARTS - 1 - p]);
    }
    check_equal(forwards, whole);
    check_equal(backwards, whole);
    for (int p = 0; p < PARTS; p++)
        ana_hist_free(parts[p]);
}

static void quantiles_are_within_a_thousandth_of_the_sorted_list(void)
{
    enum { VALUES = 30000 };
    guint64 state = 2;
    gint64 *values = g_new(gint64, VALUES);
    g_autoptr(AnaHist) hist = ana_hist_new();
    for (int i = 0; i < VALUES; i++) {
        values[i] = random_value(&state);
        ana_hist_add(hist, values[i]);
    }
    qsort(values, VALUES, sizeof *values, compare);
    for (int i = 1; i <= 999; i++) {
        gint64 exact = values[(int)ceil(i * VALUES / 1000.0 - 1e-9) - 1];
        test_row("quantile %d", i);
        CHECK_NEAR((double)ana_hist_quantile(hist, i / 1000.0), (double)exact,
                   (double)exact / 1000);
    }
    test_row(NULL);
    CHECK_INT(ana_hist_min(hist), values[0]);
    CHECK_INT(ana_hist_max(hist), values[VALUES - 1]);
    g_free(values);
}

static void a_constant_is_exact_at_every_quantile(void)
{
    const gint64 constants[] = {0, 1, 1023, 1024, 1600412, 222000123, G_GINT64_CONSTANT(1) << 62};
    for (gsize c = 0; c < G_N_ELEMENTS(constants); c++) {
        g_autoptr(AnaHist) hist = ana_hist_new();
        for (int i = 0; i < 100; i++)
            ana_hist_add(hist, constants[c]);
        const double quantiles[] = {1e-9, 0.5, 0.9, 0.99, 0.999, 1};
        for (gsize q = 0; q < G_N_ELEMENTS(quantiles); q++)
            CHECK_INT(ana_hist_quantile(hist, quantiles[q]), constants[c]);
        CHECK_NEAR(ana_hist_mean(hist), (double)constants[c], 0);
    }
}

static void ranks_are_the_textbook_ones(void)
{
    g_autoptr(AnaHist) hist = ana_hist_new();
    for (int i = 1; i <= 10; i++)
        ana_hist_add(hist, i);
    const struct {
        double q;
        gint64 value;
    } rows[] = {{0.05, 1}, {0.1, 1},   {0.11, 2},  {0.5, 5},
                {0.9, 9},  {0.91, 10}, {0.99, 10}, {1, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("q %g", rows[i].q);
        CHECK_INT(ana_hist_quantile(hist, rows[i].q), rows[i].value);
    }
    test_row(NULL);
}

static void negative_values_count_as_zero_and_an_empty_histogram_has_no_mean(void)
{
    g_autoptr(AnaHist) hist = ana_hist_new();
    CHECK(isnan(ana_hist_mean(hist)));
    CHECK_INT(ana_hist_min(hist), 0);
    CHECK_INT(ana_hist_max(hist), 0);
    ana_hist_add(hist, -5);
    ana_hist_add_weighted(hist, 17, 0);
    CHECK_UINT(ana_hist_count(hist), 1);
    CHECK_INT(ana_hist_max(hist), 0);
    ana_hist_clear(hist);
    CHECK_UINT(ana_hist_count(hist), 0);
}

static void sums_beyond_64_bits_stay_exact(void)
{
    g_autoptr(AnaHist) hist = ana_hist_new();
    gint64 value = G_GINT64_CONSTANT(1) << 60;
    for (int i = 0; i < 1000; i++)
        ana_hist_add_weighted(hist, value, G_GUINT64_CONSTANT(1) << 40);
    g_autoptr(AnaHist) twice = ana_hist_new();
    ana_hist_merge(twice, hist);
    ana_hist_merge(twice, hist);
    CHECK(ana_hist_mean(hist) == (double)value);
    CHECK(ana_hist_mean(twice) == (double)value);
    CHECK_INT(ana_hist_quantile(twice, 0.99), value);
    CHECK(ana_hist_sum(twice) == 2000 * ldexp(1, 100));
}

typedef struct Visited {
    guint64 count;
    double sum;
    gint64 last_high;
    gboolean is_ordered;
} Visited;

static void visit(void *data, gint64 low, gint64 high, guint64 count, double sum)
{
    Visited *visited = data;
    visited->is_ordered &= low > visited->last_high && high >= low;
    visited->is_ordered &=
        sum >= (double)low * (double)count && sum <= (double)high * (double)count;
    visited->last_high = high;
    visited->count += count;
    visited->sum += sum;
}

static void buckets_are_visited_ascending_with_all_that_was_added(void)
{
    g_autoptr(AnaHist) hist = ana_hist_new();
    guint64 state = 3;
    double sum = 0;
    for (int i = 0; i < 5000; i++) {
        gint64 value = (gint64)(next_random(&state) % 100000000);
        ana_hist_add(hist, value);
        sum += (double)value;
    }
    Visited visited = {.last_high = -1, .is_ordered = TRUE};
    ana_hist_visit(hist, visit, &visited);
    CHECK(visited.is_ordered);
    CHECK_UINT(visited.count, 5000);
    CHECK(visited.sum == sum);
}

static void a_ramp_gives_what_counting_every_nanosecond_gives(void)
{
    guint64 state = 4;
    for (int round = 0; round < 20; round++) {
        g_autoptr(AnaRamp) ramp = ana_ramp_new();
        g_autoptr(AnaHist) flat = ana_hist_new();
        g_autoptr(AnaHist) brute = ana_hist_new();
        int segments = (int)(next_random(&state) % 12);
        for (int s = 0; s < segments; s++) {
            gint64 from = (gint64)(next_random(&state) % (round % 2 ? 300000 : 900));
            gint64 to = from + (gint64)(next_random(&state) % (round % 3 ? 5000 : 200000));
            ana_ramp_add(ramp, from, to);
            for (gint64 level = from; level < to; level++)
                ana_hist_add(brute, level);
        }
        ana_ramp_flatten(ramp, flat);
        test_row("round %d, %d segments", round, segments);
        check_equal(flat, brute);
    }
    test_row(NULL);
}

static void a_ramp_over_hours_needs_no_hours(void)
{
    g_autoptr(AnaRamp) ramp = ana_ramp_new();
    g_autoptr(AnaHist) flat = ana_hist_new();
    const gint64 hours = G_GINT64_CONSTANT(36000000000000);
    ana_ramp_add(ramp, 0, hours);
    ana_ramp_flatten(ramp, flat);
    CHECK_UINT(ana_hist_count(flat), hours);
    CHECK_CLOSE(ana_hist_mean(flat), (double)(hours - 1) / 2, 1e-15);
    CHECK_CLOSE((double)ana_hist_quantile(flat, 0.9), 0.9 * (double)hours, 1e-3);
    ana_ramp_clear(ramp);
    ana_hist_clear(flat);
    ana_ramp_flatten(ramp, flat);
    CHECK_UINT(ana_hist_count(flat), 0);
}

static const TestCase cases[] = {
    {"merged_parts_are_the_whole_in_any_order", merged_parts_are_the_whole_in_any_order},
    {"quantiles_are_within_a_thousandth_of_the_sorted_list",
     quantiles_are_within_a_thousandth_of_the_sorted_list},
    {"a_constant_is_exact_at_every_quantile", a_constant_is_exact_at_every_quantile},
    {"ranks_are_the_textbook_ones", ranks_are_the_textbook_ones},
    {"negative_values_count_as_zero_and_an_empty_histogram_has_no_mean",
     negative_values_count_as_zero_and_an_empty_histogram_has_no_mean},
    {"sums_beyond_64_bits_stay_exact", sums_beyond_64_bits_stay_exact},
    {"buckets_are_visited_ascending_with_all_that_was_added",
     buckets_are_visited_ascending_with_all_that_was_added},
    {"a_ramp_gives_what_counting_every_nanosecond_gives",
     a_ramp_gives_what_counting_every_nanosecond_gives},
    {"a_ramp_over_hours_needs_no_hours", a_ramp_over_hours_needs_no_hours},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("hist", cases, argc, argv);
}
