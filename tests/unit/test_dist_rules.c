/*
 * test_dist_rules.c — goal: what dist.h and the semantics say of each kind of distribution beyond
 * its law: given percentiles, truncation, rows, steps, rounding, weights, extremes, copies.
 */
#include "sim/detmath.h"
#include "sim/dist.h"
#include "tests/support/check.h"
#include "tests/support/fit.h"

#include <math.h>

static SimStream stream_for(const char *name)
{
    return sim_stream_named(sim_stream_root(7, 0), name);
}

static void given_percentiles_are_those_of_the_result(void)
{
    static const SimSpan cases[][3] = {{0, 40 * SIM_MS, 90 * SIM_MS},
                                       {35 * SIM_MS, 40 * SIM_MS, 90 * SIM_MS},
                                       {0, 1, 2},
                                       {0, 1000000, 1000001},
                                       {0, 1, SIM_HOUR}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        SimDist *dist = sim_dist_lognormal(cases[i][0], cases[i][1], cases[i][2]);
        test_row("case %d", (int)i);
        CHECK_CLOSE(sim_dist_quantile(dist, 0.5, 0), (double)cases[i][1], 1e-13);
        CHECK_CLOSE(sim_dist_quantile(dist, 0.99, 0), (double)cases[i][2], 1e-13);
        CHECK(sim_dist_cdf(dist, (double)cases[i][0], 0) == 0.0);
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static void truncation_keeps_every_draw_inside(void)
{
    SimDist *dists[] = {sim_dist_pareto(5 * SIM_MS, 1.5, 2 * SIM_S),
                        sim_dist_pareto(5 * SIM_MS, 1.0, 6 * SIM_MS), sim_dist_normal(3e6, 2e6, 0),
                        sim_dist_normal(0, 1e6, 3e6)};
    const double low[] = {5e6, 5e6, 0, 3e6}, high[] = {2e9, 6e6, SIM_INFINITY, SIM_INFINITY};
    for (int k = 0; k < 4; k++) {
        bool inside = true;
        for (guint64 i = 0; i < 200000; i++) {
            SimDraw draw = sim_draw(stream_for("inside"), i);
            double x = sim_dist_value(dists[k], &draw, 0);
            inside &= x >= low[k] && x <= high[k];
        }
        test_row("law %d", k);
        CHECK(inside);
        CHECK(sim_dist_cdf(dists[k], low[k], 0) == 0.0);
        CHECK(sim_dist_cdf(dists[k], fmin(high[k], 1e12), 0) == 1.0);
        sim_dist_free(dists[k]);
    }
    test_row(NULL);
}

static void empirical_draws_rows_evenly_and_in_no_order(void)
{
    static const SimSpan forward[] = {10, 20, 20, 30, 70}, backward[] = {70, 20, 30, 20, 10};
    SimDist *a = sim_dist_empirical(forward, 5), *b = sim_dist_empirical(backward, 5);
    double counts[8] = {0};
    bool same = true;
    for (guint64 i = 0; i < 100000; i++) {
        SimDraw draw = sim_draw(stream_for("rows"), i), again = draw;
        SimSpan x = sim_dist_span(a, &draw, 0);
        same &= x == sim_dist_span(b, &again, 0);
        counts[x / 10]++;
    }
    const double expected[] = {0, 20000, 40000, 20000, 0, 0, 0, 20000};
    CHECK(same);
    CHECK(test_chi_square_p(counts, expected, 8) > TEST_FIT_LEAST);
    CHECK_NEAR(sim_dist_mean(a, 0), 30, 0);
    CHECK_NEAR(sim_dist_cdf(a, 19.9, 0), 0.2, 0);
    CHECK_NEAR(sim_dist_cdf(a, 20, 0), 0.6, 0);
    CHECK_NEAR(sim_dist_quantile(a, 0.2, 0), 10, 0);
    CHECK_NEAR(sim_dist_quantile(a, 0.2 + 1e-12, 0), 20, 0);
    CHECK_NEAR(sim_dist_quantile(a, 0.6, 0), 20, 0);
    CHECK_NEAR(sim_dist_quantile(a, 0.99, 0), 70, 0);
    CHECK_NEAR(sim_dist_quantile(a, 1e-9, 0), 10, 0);
    sim_dist_free(a);
    sim_dist_free(b);
}

/* The smallest x with cdf(x) >= p, also where p n is whole and rounds. */
static void empirical_quantile_inverts_its_steps(void)
{
    SimSpan values[1000];
    for (int i = 0; i < 1000; i++)
        values[i] = i;
    for (gsize n = 1; n <= 1000; n += 37) {
        SimDist *dist = sim_dist_empirical(values, n);
        for (gsize i = 1; i < n; i++) {
            double p = (double)i / (double)n;
            test_row("%d of %d", (int)i, (int)n);
            CHECK_NEAR(sim_dist_quantile(dist, p, 0), (double)(i - 1), 0);
            CHECK_NEAR(sim_dist_quantile(dist, nextafter(p, 1), 0), (double)i, 0);
        }
        sim_dist_free(dist);
    }
    test_row(NULL);
}

static void steps_and_replay_change_exactly_at_their_times(void)
{
    SimDist *parts[] = {sim_dist_constant(40), sim_dist_constant(200), sim_dist_constant(41)};
    static const SimTime starts[] = {0, 30, 45}, times[] = {5, 10, 10, 20};
    static const SimSpan values[] = {1, 2, 3, 4};
    SimDist *steps = sim_dist_steps(parts, starts, 3), *replay = sim_dist_replay(times, values, 4);
    static const struct {
        SimTime at;
        SimSpan step, value;
    } expected[] = {{0, 40, 1},   {4, 40, 1},   {5, 40, 1},  {9, 40, 1},
                    {10, 40, 3},  {19, 40, 3},  {20, 40, 4}, {29, 40, 4},
                    {30, 200, 4}, {44, 200, 4}, {45, 41, 4}, {SIM_NEVER - 1, 41, 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        SimDraw draw = sim_draw(sim_stream_root(1, 0), i);
        test_row("at %lld", (long long)expected[i].at);
        CHECK_INT(sim_dist_span(steps, &draw, expected[i].at), expected[i].step);
        CHECK_INT(sim_dist_span(replay, &draw, expected[i].at), expected[i].value);
        CHECK_NEAR(sim_dist_mean(steps, expected[i].at), (double)expected[i].step, 0);
        CHECK_NEAR(sim_dist_quantile(replay, 0.5, expected[i].at), (double)expected[i].value, 0);
        CHECK(sim_dist_cdf(replay, (double)expected[i].value, expected[i].at) == 1.0);
        CHECK(sim_dist_cdf(replay, (double)expected[i].value - 0.5, expected[i].at) == 0.0);
    }
    test_row(NULL);
    sim_dist_free(steps);
    sim_dist_free(replay);
}

static void spans_round_half_up_and_stay_in_range(void)
{
    static const struct {
        double factor;
        SimSpan value, expected;
    } cases[] = {{0.5, 5, 3},
                 {0.5, 4, 2},
                 {0.5, 1, 1},
                 {0.25, 1, 0},
                 {0.0, 1000, 0},
                 {1.0, -5, 0},
                 {0x1p-54, 1, 0},
                 {1e30, 1, INT64_C(1) << 62},
                 {0x1.fffffffffffffp-2, 1, 0},
                 {1.0, (INT64_C(1) << 53) - 1, (INT64_C(1) << 53) - 1},
                 {0x1p9, (INT64_C(1) << 52) + 1, ((INT64_C(1) << 52) + 1) << 9}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        SimDist *dist = sim_dist_scaled(sim_dist_constant(cases[i].value), cases[i].factor);
        SimDraw draw = sim_draw(sim_stream_root(1, 0), i);
        test_row("%lld times %g", (long long)cases[i].value, cases[i].factor);
        CHECK_INT(sim_dist_span(dist, &draw, 0), cases[i].expected);
        sim_dist_free(dist);
    }
    test_row(NULL);
    SimDist *below = sim_dist_normal(-1e6, 1.0, -SIM_INFINITY);
    SimDraw draw = sim_draw(sim_stream_root(1, 0), 1), again = draw;
    CHECK_INT(sim_dist_span(below, &draw, 0), 0);
    CHECK(sim_dist_value(below, &again, 0) < -9e5);
    sim_dist_free(below);
}

static void laws_that_look_at_the_time_are_known_as_such(void)
{
    SimSpan values[] = {7, 9};
    SimTime times[] = {0, 100};
    SimDist *even = sim_dist_uniform(1, 9), *replay = sim_dist_replay(times, values, 2);
    SimDist *steps =
        sim_dist_steps((SimDist *[]){sim_dist_constant(1), sim_dist_exponential(5)}, times, 2);
    SimDist *mix = sim_dist_mix((SimDist *[]){sim_dist_constant(1), sim_dist_copy(even)},
                                (double[]){0.5, 0.5}, 2);
    SimDist *late =
        sim_dist_mix((SimDist *[]){sim_dist_constant(1), sim_dist_scaled(sim_dist_copy(steps), 2)},
                     (double[]){0.5, 0.5}, 2);
    CHECK(sim_dist_is_steady(even) && sim_dist_is_steady(mix));
    CHECK(!sim_dist_is_steady(replay) && !sim_dist_is_steady(steps) && !sim_dist_is_steady(late));
    SimDist *all[] = {even, replay, steps, mix, late};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        sim_dist_free(all[i]);
}

static void constants_are_known_as_such(void)
{
    SimDist *zero = sim_dist_constant(0), *five = sim_dist_constant(5),
            *even = sim_dist_uniform(3, 3);
    SimDist *scaled = sim_dist_scaled(sim_dist_constant(7), 2),
            *none = sim_dist_scaled(sim_dist_pareto(5, 1.5, SIM_NEVER), 0);
    SimDist *random = sim_dist_uniform(1, 9);
    CHECK(sim_dist_is_constant(zero) && sim_dist_is_zero(zero));
    CHECK(sim_dist_is_constant(five) && !sim_dist_is_zero(five));
    CHECK(sim_dist_is_constant(even) && !sim_dist_is_zero(even));
    CHECK(sim_dist_is_constant(scaled) && !sim_dist_is_zero(scaled));
    CHECK(sim_dist_is_constant(none) && sim_dist_is_zero(none));
    CHECK(!sim_dist_is_constant(random) && !sim_dist_is_zero(random));
    CHECK_NEAR(sim_dist_quantile(scaled, 0.5, 0), 14, 0);
    CHECK(sim_dist_cdf(scaled, 14, 0) == 1.0 && sim_dist_cdf(scaled, 13.99, 0) == 0.0);
    CHECK(sim_dist_cdf(even, 3, 0) == 1.0 && sim_dist_cdf(even, 2.9, 0) == 0.0);
    SimDist *all[] = {zero, five, even, scaled, none, random};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        sim_dist_free(all[i]);
}

/* cdf(x) of a scaled constant must see the very double that a draw gives. */
static void scaled_distribution_function_includes_its_own_values(void)
{
    for (SimSpan value = 1; value < 2000; value += 7) {
        for (int k = 1; k < 60; k++) {
            double factor = k / 10.0;
            SimDist *dist = sim_dist_scaled(sim_dist_constant(value), factor);
            double x = sim_dist_quantile(dist, 0.5, 0);
            if (sim_dist_cdf(dist, x, 0) != 1.0 || sim_dist_cdf(dist, nextafter(x, 0), 0) != 0.0) {
                test_row("%d times %g", (int)value, factor);
                CHECK(false);
            }
            sim_dist_free(dist);
        }
    }
    test_row(NULL);
}

static void mix_takes_parts_by_weight_and_none_of_weight_zero(void)
{
    SimDist *parts[] = {sim_dist_constant(1), sim_dist_constant(2), sim_dist_constant(3),
                        sim_dist_constant(4)};
    static const double weights[] = {0.0, 0.95, 0.05, 0.0};
    SimDist *dist = sim_dist_mix(parts, weights, 4);
    double counts[5] = {0};
    for (guint64 i = 0; i < 200000; i++) {
        SimDraw draw = sim_draw(stream_for("mix"), i);
        counts[sim_dist_span(dist, &draw, 0)]++;
    }
    const double expected[] = {0, 0, 190000, 10000, 0};
    CHECK(test_chi_square_p(counts, expected, 5) > TEST_FIT_LEAST);
    CHECK(counts[1] + counts[4] == 0);
    CHECK_CLOSE(sim_dist_mean(dist, 0), 2.05, 1e-15);
    CHECK_NEAR(sim_dist_quantile(dist, 0.95, 0), 2, 0);
    CHECK_NEAR(sim_dist_quantile(dist, 0.96, 0), 3, 0);
    CHECK_NEAR(sim_dist_cdf(dist, 2, 0), 0.95, 1e-15);
    sim_dist_free(dist);
}

static void extreme_parameters_stay_finite(void)
{
    SimDist *dists[] = {
        sim_dist_normal(0, 1, 1000),             /* 1000 deviations out */
        sim_dist_normal(-1e9, 1e3, 0),           /* a million */
        sim_dist_normal(0, 1e9, -1e18),          /* as good as not cut */
        sim_dist_pareto(1, 1e-3, SIM_NEVER - 1), /* nearly log-uniform */
        sim_dist_pareto(1, 1e6, SIM_NEVER),      /* nearly constant */
        sim_dist_pareto(1, 1e-12, 2),            /* exactly log-uniform to 53 bits */
        sim_dist_lognormal(0, 1, SIM_NEVER - 1), /* 19 decades to the p99 */
        sim_dist_exponential(1e-300),
        sim_dist_uniform(0, SIM_NEVER - 1),
    };
    for (gsize k = 0; k < G_N_ELEMENTS(dists); k++) {
        TestFit *fit = test_fit_new();
        bool finite = true;
        for (guint64 i = 0; i < 100000; i++) {
            SimDraw draw = sim_draw(stream_for("extreme"), i);
            double x = sim_dist_value(dists[k], &draw, 0);
            finite &= isfinite(x) && draw.counter - i * SIM_SUBDRAWS_MAX < SIM_SUBDRAWS_MAX;
            test_fit_add(fit, sim_dist_cdf(dists[k], x, 0));
        }
        test_row("dist %d, p %g", (int)k, test_fit_p(fit));
        CHECK(finite);
        /* at a million deviations, or alpha 1e6, neighbouring doubles are far apart in p */
        CHECK(test_fit_p(fit) > TEST_FIT_LEAST);
        CHECK(!isnan(sim_dist_mean(dists[k], 0)));
        double median = sim_dist_quantile(dists[k], 0.5, 0);
        CHECK_NEAR(sim_dist_cdf(dists[k], median, 0), 0.5, 1e-6);
        test_fit_free(fit);
        sim_dist_free(dists[k]);
    }
    test_row(NULL);
}

static void copies_draw_the_same(void)
{
    SimDist *inner[] = {sim_dist_lognormal(0, 1000, 9000),
                        sim_dist_scaled(sim_dist_exponential(500), 0.5)},
            *original, *copy;
    static const SimTime starts[] = {0, 50};
    static const SimSpan values[] = {4, 5, 6};
    SimDist *outer[] = {sim_dist_steps(inner, starts, 2), sim_dist_empirical(values, 3),
                        sim_dist_replay(starts, values, 2)};
    static const double weights[] = {0.4, 0.3, 0.3};
    original = sim_dist_mix(outer, weights, 3);
    copy = sim_dist_copy(original);
    SimSpan expected[200];
    for (guint64 i = 0; i < 200; i++) {
        SimDraw draw = sim_draw(stream_for("copy"), i);
        expected[i] = sim_dist_span(original, &draw, (SimTime)i);
    }
    sim_dist_free(original);
    for (guint64 i = 0; i < 200; i++) {
        SimDraw draw = sim_draw(stream_for("copy"), i);
        CHECK_INT(sim_dist_span(copy, &draw, (SimTime)i), expected[i]);
    }
    CHECK(sim_dist_kind(copy) == SIM_DIST_MIX);
    CHECK(sim_dist_copy(NULL) == NULL);
    sim_dist_free(copy);
    sim_dist_free(NULL);
}

int main(int argc, char **argv)
{
#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    static const TestCase cases[] = {CASE(given_percentiles_are_those_of_the_result),
                                     CASE(truncation_keeps_every_draw_inside),
                                     CASE(empirical_draws_rows_evenly_and_in_no_order),
                                     CASE(empirical_quantile_inverts_its_steps),
                                     CASE(steps_and_replay_change_exactly_at_their_times),
                                     CASE(spans_round_half_up_and_stay_in_range),
                                     CASE(constants_are_known_as_such),
                                     CASE(laws_that_look_at_the_time_are_known_as_such),
                                     CASE(scaled_distribution_function_includes_its_own_values),
                                     CASE(mix_takes_parts_by_weight_and_none_of_weight_zero),
                                     CASE(extreme_parameters_stay_finite),
                                     CASE(copies_draw_the_same),
                                     {0}};
    return test_main("dist_rules", cases, argc, argv);
}
