/*
 * test_stats.c — intervals against GSL, textbook values and simulated coverage.
 */
#include "analysis/stats.h"
#include "tests/support/check.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
static guint64 next_random(guint64 *state)
{
    guint64 z = (*state += G_GUINT64_CONSTANT(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static double uniform(guint64 *state)
{
    return ((double)(next_random(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(guint64 *state)
{
    return gsl_cdf_ugaussian_Pinv(uniform(state));
}

static void t_quantiles_agree_with_gsl(void)
{
    const double freedoms[] = {0.5, 1, 1.3, 2, 3, 4.7, 9, 15, 29, 99, 299, 2999, 1e6};
    const double levels[] = {0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999};
    for (gsize f = 0; f < G_N_ELEMENTS(freedoms); f++) {
        for (gsize l = 0; l < G_N_ELEMENTS(levels); l++) {
            test_row("freedom %g level %g", freedoms[f], levels[l]);
            double t = ana_t_quantile(freedoms[f], levels[l]);
            CHECK_CLOSE(t, gsl_cdf_tdist_Pinv((1 + levels[l]) / 2, freedoms[f]), 1e-10);
            CHECK_CLOSE(ana_t_tail(freedoms[f], t), 1 - levels[l], 1e-9);
        }
    }
    test_row(NULL);
}

static void t_quantiles_are_those_of_the_tables(void)
{
    CHECK_NEAR(ana_t_quantile(1, 0.95), 12.706, 5e-4);
    CHECK_NEAR(ana_t_quantile(4, 0.95), 2.776, 5e-4);
    CHECK_NEAR(ana_t_quantile(9, 0.95), 2.262, 5e-4);
    CHECK_NEAR(ana_t_quantile(29, 0.95), 2.045, 5e-4);
    CHECK_NEAR(ana_t_quantile(1e9, 0.95), 1.959964, 1e-6);
}

static void a_mean_of_five_has_the_textbook_interval(void)
{
    const double values[] = {1, 2, 3, 4, 5};
    AnaInterval interval = ana_mean_interval(values, 5);
    CHECK_NEAR(interval.value, 3, 0);
    CHECK_NEAR(interval.error, sqrt(0.5), 1e-15);
    CHECK_NEAR(interval.high, 3 + 2.7764451052 * sqrt(0.5), 1e-9);
    CHECK_NEAR(interval.low, 3 - 2.7764451052 * sqrt(0.5), 1e-9);
}

static void nothing_is_known_of_the_spread_of_one_value_or_equal_ones(void)
{
    const double one[] = {0.1}, same[] = {0.1, 0.1, 0.1}, below[] = {3, 3, 3}, seven[] = {7};
    const AnaInterval intervals[] = {
        ana_mean_interval(one, 1),
        ana_mean_interval(same, 3),
        ana_ratio_interval(one, (const double[]){1}, 1),
        ana_section_interval(0.1, same, 3),
        ana_section_interval(0.1, one, 1),
        ana_mean_difference((const double[]){0.3, 0.3}, (const double[]){0.1, 0.1}, 2, 2),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(intervals); i++) {
        test_row("%zu", i);
        CHECK_NEAR(intervals[i].low, intervals[i].value, 0);
        CHECK_NEAR(intervals[i].high, intervals[i].value, 0);
    }
    AnaInterval ratio = ana_ratio_interval(same, below, 3);
    CHECK_NEAR(ratio.low, ratio.high, 0);
    AnaInterval again =
        ana_ratio_difference((AnaRatios){one, seven}, (AnaRatios){one, seven}, 1, 1);
    CHECK_NEAR(again.low, 0, 0);
    CHECK_NEAR(again.high, 0, 0);
    test_row(NULL);
}

static void without_opportunities_there_is_no_value(void)
{
    const double zero[] = {0, 0}, own[] = {(double)NAN, (double)NAN}, some[] = {1, 2},
                 four[] = {4, 4};
    CHECK(isnan(ana_mean_interval(zero, 0).value));
    CHECK(isnan(ana_ratio_interval(zero, zero, 2).value));
    CHECK(isnan(ana_section_interval((double)NAN, own, 2).value));
    CHECK(
        isnan(ana_ratio_difference((AnaRatios){some, four}, (AnaRatios){zero, zero}, 1, 2).value));
    CHECK(
        isnan(ana_section_difference((AnaSections){3, four}, (AnaSections){(double)NAN, own}, 1, 2)
                  .value));
}

/* With equal denominators the jack-knife of a ratio is Student's interval of the mean. */
static void the_jack_knife_of_equal_denominators_is_students(void)
{
    const double hits[] = {3, 8, 5, 6, 1}, of[] = {10, 10, 10, 10, 10},
                 shares[] = {0.3, 0.8, 0.5, 0.6, 0.1};
    AnaInterval jack = ana_ratio_interval(hits, of, 5), student = ana_mean_interval(shares, 5);
    CHECK_NEAR(jack.value, student.value, 1e-15);
    CHECK_NEAR(jack.low, student.low, 1e-14);
    CHECK_NEAR(jack.high, student.high, 1e-14);
}

/* Worked by hand: ratios 1/2, 3/4, 2/6 pooled 6/12; without each 5/10, 3/8, 4/6. */
static void the_jack_knife_leaves_each_replication_out_once(void)
{
    const double hits[] = {1, 3, 2}, of[] = {2, 4, 6};
    double left[] = {5.0 / 10, 3.0 / 8, 4.0 / 6};
    double mean = (left[0] + left[1] + left[2]) / 3, squares = 0;
    for (int i = 0; i < 3; i++)
        squares += (left[i] - mean) * (left[i] - mean);
    AnaInterval interval = ana_ratio_interval(hits, of, 3);
    CHECK_NEAR(interval.value, 0.5, 0);
    CHECK_NEAR(interval.error, sqrt(2.0 / 3 * squares), 1e-15);
    CHECK_NEAR(interval.freedom, 2, 0);
    /* A replication without opportunities changes nothing. */
    const double more_hits[] = {1, 0, 3, 2}, more_of[] = {2, 0, 4, 6};
    AnaInterval same = ana_ratio_interval(more_hits, more_of, 4);
    CHECK_NEAR(same.error, interval.error, 1e-15);
    CHECK_NEAR(same.high, interval.high, 1e-14);
}

static void sectioning_is_the_spread_about_the_merged_quantile(void)
{
    const double own[] = {10, 14, (double)NAN, 12};
    AnaInterval interval = ana_section_interval(13, own, 4);
    CHECK_NEAR(interval.value, 13, 0);
    CHECK_NEAR(interval.error, sqrt((9 + 1 + 1) / 6.0), 1e-15);
    CHECK_NEAR(interval.high - 13, gsl_cdf_tdist_Pinv(0.975, 2) * interval.error, 1e-9);
}

static void pairing_removes_what_both_share(void)
{
    const double a[] = {101, 203, 299, 402}, b[] = {100, 200, 300, 400};
    AnaInterval paired = ana_mean_difference(a, b, 1, 4);
    AnaInterval ia = ana_mean_interval(a, 4), ib = ana_mean_interval(b, 4);
    AnaInterval unpaired = ana_unpaired_difference(&ia, &ib, 1);
    CHECK_NEAR(paired.value, 1.25, 1e-12);
    CHECK_NEAR(unpaired.value, 1.25, 1e-12);
    CHECK(paired.high - paired.low < (unpaired.high - unpaired.low) / 50);
}

/* Welch's example values: checked against the formula with GSL's quantile. */
static void unpaired_differences_are_welchs(void)
{
    const double a[] = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9}, b[] = {27.1, 22.0, 20.8, 23.4};
    AnaInterval ia = ana_mean_interval(a, 6), ib = ana_mean_interval(b, 4);
    AnaInterval d = ana_unpaired_difference(&ia, &ib, 1);
    double va = ia.error * ia.error, vb = ib.error * ib.error;
    double freedom = (va + vb) * (va + vb) / (va * va / 5 + vb * vb / 3);
    CHECK_NEAR(d.freedom, freedom, 1e-12);
    CHECK_NEAR(d.high - d.value, gsl_cdf_tdist_Pinv(0.975, freedom) * sqrt(va + vb), 1e-9);
}

/* A median in the gap between 1 and 80: merged values lie on either side of it by chance. */
static void an_unpaired_interval_holds_what_own_values_say(void)
{
    const double a[] = {1, 80, 1, 80, 80, 1, 80, 80}, b[] = {1, 1, 80, 1, 80, 1, 80, 1};
    AnaInterval ia = ana_section_interval(80, a, 8), ib = ana_section_interval(1, b, 8), both;
    AnaInterval pooled = ana_unpaired_difference(&ia, &ib, 1);
    AnaInterval ma = ana_mean_interval(a, 8), mb = ana_mean_interval(b, 8);
    AnaInterval own = ana_unpaired_difference(&ma, &mb, 1);
    CHECK(pooled.low > 0); /* what it would say alone */
    CHECK(ana_unpaired_interval(&(AnaSide){&ia, a, 8}, &(AnaSide){&ib, b, 8}, 1, &both));
    CHECK_NEAR(both.value, 79, 0);
    CHECK_NEAR(both.low, own.low, 1e-12);
    CHECK_NEAR(both.high, pooled.high, 1e-12);
    CHECK_NEAR(ana_p_value(&both), ana_p_value(&own), 1e-12);
}

static void a_paired_interval_holds_both_where_they_disagree(void)
{
    const double a[] = {1, 80, 1, 80, 80, 1, 80, 80}, b[] = {1, 1, 80, 1, 80, 1, 80, 1};
    double d[8];
    for (gsize i = 0; i < 8; i++)
        d[i] = a[i] - b[i];
    AnaInterval textbook = ana_section_interval(79, d, 8), mean = ana_mean_interval(d, 8);
    AnaInterval both = ana_section_difference((AnaSections){80, a}, (AnaSections){1, b}, 1, 8);
    CHECK_NEAR(both.value, 79, 0);
    CHECK_NEAR(both.high, textbook.high, 1e-12);
    CHECK_NEAR(both.low, mean.low < textbook.low ? mean.low : textbook.low, 1e-12);
    CHECK(both.low < 0);
    /* Where they agree it is the textbook's. */
    const double x[] = {10, 11, 12, 13}, y[] = {9, 9.5, 10, 10.5}, off[] = {1, 1.5, 2, 2.5};
    AnaInterval plain = ana_section_interval(1.8, off, 4);
    AnaInterval same = ana_section_difference((AnaSections){11.6, x}, (AnaSections){9.8, y}, 1, 4);
    CHECK_NEAR(same.low, plain.low, 1e-12);
    CHECK_NEAR(same.high, plain.high, 1e-12);
}

static void few_opportunities_widen_the_difference_of_ratios(void)
{
    /* Two of five replications had reads on one side, all fresh; three on the other. */
    const double a[] = {0, 0, 0, 0, 0}, of_a[] = {1, 0, 2, 0, 0};
    const double b[] = {0, 1, 0, 2, 1}, of_b[] = {0, 1, 0, 2, 2};
    AnaInterval d = ana_ratio_difference((AnaRatios){b, of_b}, (AnaRatios){a, of_a}, 1, 5);
    CHECK_NEAR(d.value, 0.8, 1e-12);
    CHECK(d.low < 0.3);
    CHECK(d.high > 1);
}

static void own_values_that_agree_leave_an_unpaired_interval_alone(void)
{
    const double a[] = {5, 6, 5.5, 6.5}, b[] = {1, 2, 1.5, 2.5};
    AnaInterval ia = ana_mean_interval(a, 4), ib = ana_mean_interval(b, 4), both;
    AnaInterval welch = ana_unpaired_difference(&ia, &ib, 2);
    CHECK(ana_unpaired_interval(&(AnaSide){&ia, a, 4}, &(AnaSide){&ib, b, 4}, 2, &both));
    CHECK_NEAR(both.low, welch.low, 0);
    CHECK_NEAR(both.high, welch.high, 0);
    CHECK_NEAR(ana_p_value(&both), ana_p_value(&welch), 0);
}

static void one_replication_with_a_value_says_nothing_of_the_spread(void)
{
    const double a[] = {(double)NAN, 0.5, (double)NAN}, b[] = {1, 1, 0.9};
    AnaInterval ia = ana_section_interval(0.5, a, 3), ib = ana_section_interval(1, b, 3), both;
    CHECK(!ana_unpaired_interval(&(AnaSide){&ia, a, 3}, &(AnaSide){&ib, b, 3}, 1, &both));
    CHECK(!ana_unpaired_interval(&(AnaSide){&ib, b, 3}, &(AnaSide){&ia, a, 3}, 1, &both));
    /* With one replication each, all values are what they are (semantics §9). */
    CHECK(ana_unpaired_interval(&(AnaSide){&ia, &a[1], 1}, &(AnaSide){&ib, b, 1}, 1, &both));
}

static void a_factor_weights_the_second_of_two(void)
{
    const double a[] = {4, 6}, b[] = {2, 4}, of[] = {10, 10};
    CHECK_NEAR(ana_mean_difference(a, b, 2, 2).value, -1, 0);
    CHECK_NEAR(ana_ratio_difference((AnaRatios){a, of}, (AnaRatios){b, of}, 2, 2).value, -0.1,
               1e-15);
    CHECK_NEAR(ana_section_difference((AnaSections){5, a}, (AnaSections){3, b}, 2, 2).value, -1, 0);
}

typedef AnaInterval (*Study)(guint64 *state);

static AnaInterval study_mean(guint64 *state)
{
    double values[10];
    for (int i = 0; i < 10; i++)
        values[i] = normal(state);
    return ana_mean_interval(values, 10);
}

/* Replications of unequal size whose rate itself varies: the true pooled ratio is 0.1. */
static AnaInterval study_ratio(guint64 *state)
{
    double hits[20], of[20];
    for (int i = 0; i < 20; i++) {
        double rate = 0.1 * (0.5 + uniform(state));
        of[i] = 200 + (double)(next_random(state) % 100);
        hits[i] = 0;
        for (int k = 0; k < (int)of[i]; k++)
            hits[i] += uniform(state) < rate ? 1 : 0;
    }
    AnaInterval interval = ana_ratio_interval(hits, of, 20);
    interval.low -= 0.1;
    interval.high -= 0.1;
    return interval;
}

/* Medians of 15 replications of 101 normal values; the merged one from all values. */
static AnaInterval study_median(guint64 *state)
{
    enum { R = 15, N = 101 };
    double all[R * N], own[R];
    for (int r = 0; r < R; r++) {
        for (int i = 0; i < N; i++) {
            double x = normal(state);
            int at = i;
            for (; at > 0 && all[r * N + at - 1] > x; at--)
                all[r * N + at] = all[r * N + at - 1];
            all[r * N + at] = x;
        }
        own[r] = all[r * N + N / 2];
    }
    for (int i = 1; i < R * N; i++) {
        double x = all[i];
        int at = i;
        for (; at > 0 && all[at - 1] > x; at--)
            all[at] = all[at - 1];
        all[at] = x;
    }
    return ana_section_interval(all[R * N / 2], own, R);
}

/* Share of intervals that contain 0, the truth, within four standard errors of 95 %. */
static void check_coverage(const char *name, Study study, int n, double slack)
{
    guint64 state = 11;
    int covered = 0;
    for (int i = 0; i < n; i++) {
        AnaInterval interval = study(&state);
        covered += interval.low <= 0 && interval.high >= 0 ? 1 : 0;
    }
    test_row("%s: %d of %d", name, covered, n);
    CHECK_NEAR((double)covered / n, 0.95, slack + 4 * sqrt(0.95 * 0.05 / n));
    test_row(NULL);
}

static void intervals_cover_the_truth_in_95_of_100_studies(void)
{
    check_coverage("mean", study_mean, 20000, 0);
    check_coverage("ratio", study_ratio, 2000, 0.01);  /* the law is only nearly normal */
    check_coverage("median", study_median, 300, 0.02); /* likewise */
}

static void zero_events_are_bounded_by_the_rule_of_three(void)
{
    CHECK_NEAR(ana_zero_bound(30), 0.1, 0);
    CHECK_NEAR(ana_zero_bound(3135000), 3.0 / 3135000, 0);
    /* The rule rounds the exact one-sided bound 1 - 0.05^(1/n) up, by 5 % at
     * 30 and less beyond. */
    for (double n = 30; n < 1e6; n *= 10) {
        double exact = -expm1(log(0.05) / n);
        CHECK(ana_zero_bound(n) > exact && ana_zero_bound(n) < 1.06 * exact);
    }
}

static void exact_bounds_agree_with_gsl(void)
{
    const guint64 rows[][2] = {{0, 10},  {1, 10},   {5, 10},    {9, 10},
                               {10, 10}, {3, 1000}, {500, 1000}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double k = (double)rows[i][0], n = (double)rows[i][1], low, high;
        ana_binomial_bounds(rows[i][0], rows[i][1], 0.95, &low, &high);
        test_row("%g of %g", k, n);
        CHECK_CLOSE(low, k > 0 ? gsl_cdf_beta_Pinv(0.025, k, n - k + 1) : 0, 1e-10);
        CHECK_CLOSE(high, k < n ? gsl_cdf_beta_Pinv(0.975, k + 1, n - k) : 1, 1e-10);
        ana_poisson_bounds(rows[i][0], 0.95, &low, &high);
        CHECK_CLOSE(low, k > 0 ? gsl_cdf_gamma_Pinv(0.025, k, 1) : 0, 1e-10);
        CHECK_CLOSE(high, gsl_cdf_gamma_Pinv(0.975, k + 1, 1), 1e-10);
    }
    test_row(NULL);
}

static void holm_gives_the_published_example(void)
{
    /* Holm 1979 as worked in R's p.adjust: 0.01, 0.04, 0.03, 0.005 */
    double p[] = {0.01, 0.04, 0.03, 0.005};
    const double expected[] = {0.03, 0.06, 0.06, 0.02};
    ana_holm(p, 4);
    for (int i = 0; i < 4; i++)
        CHECK_NEAR(p[i], expected[i], 1e-15);
    double ones[] = {0.6, 0.9};
    ana_holm(ones, 2);
    CHECK_NEAR(ones[0], 1, 0);
    CHECK_NEAR(ones[1], 1, 0);
}

static void p_values_are_of_the_two_sided_t_test(void)
{
    const double values[] = {1, 2, 3, 4, 5};
    AnaInterval interval = ana_mean_interval(values, 5);
    double t = 3 / sqrt(0.5);
    CHECK_CLOSE(ana_p_value(&interval), 2 * gsl_cdf_tdist_Q(t, 4), 1e-10);
    AnaInterval unknown = ana_mean_interval(values, 1);
    CHECK_NEAR(ana_p_value(&unknown), 1, 0);
}

static void the_relative_half_width_is_of_the_value(void)
{
    const AnaInterval interval = {.value = -4, .low = -6, .high = -2};
    CHECK_NEAR(ana_relative_half_width(&interval), 0.5, 0);
    const AnaInterval at_zero = {.value = 0, .low = 0, .high = 1}, point = {.value = 0};
    CHECK(isinf(ana_relative_half_width(&at_zero)));
    CHECK_NEAR(ana_relative_half_width(&point), 0, 0);
}

static const TestCase cases[] = {
    {"t_quantiles_agree_with_gsl", t_quantiles_agree_with_gsl},
    {"t_quantiles_are_those_of_the_tables", t_quantiles_are_those_of_the_tables},
    {"a_mean_of_five_has_the_textbook_interval", a_mean_of_five_has_the_textbook_interval},
    {"nothing_is_known_of_the_spread_of_one_value_or_equal_ones",
     nothing_is_known_of_the_spread_of_one_value_or_equal_ones},
    {"without_opportunities_there_is_no_value", without_opportunities_there_is_no_value},
    {"the_jack_knife_of_equal_denominators_is_students",
     the_jack_knife_of_equal_denominators_is_students},
    {"the_jack_knife_leaves_each_replication_out_once",
     the_jack_knife_leaves_each_replication_out_once},
    {"sectioning_is_the_spread_about_the_merged_quantile",
     sectioning_is_the_spread_about_the_merged_quantile},
    {"pairing_removes_what_both_share", pairing_removes_what_both_share},
    {"unpaired_differences_are_welchs", unpaired_differences_are_welchs},
    TEST(an_unpaired_interval_holds_what_own_values_say),
    TEST(a_paired_interval_holds_both_where_they_disagree),
    TEST(few_opportunities_widen_the_difference_of_ratios),
    TEST(own_values_that_agree_leave_an_unpaired_interval_alone),
    TEST(one_replication_with_a_value_says_nothing_of_the_spread),
    {"a_factor_weights_the_second_of_two", a_factor_weights_the_second_of_two},
    {"intervals_cover_the_truth_in_95_of_100_studies",
     intervals_cover_the_truth_in_95_of_100_studies},
    {"zero_events_are_bounded_by_the_rule_of_three", zero_events_are_bounded_by_the_rule_of_three},
    {"exact_bounds_agree_with_gsl", exact_bounds_agree_with_gsl},
    {"holm_gives_the_published_example", holm_gives_the_published_example},
    {"p_values_are_of_the_two_sided_t_test", p_values_are_of_the_two_sided_t_test},
    {"the_relative_half_width_is_of_the_value", the_relative_half_width_is_of_the_value},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("stats", cases, argc, argv);
}
