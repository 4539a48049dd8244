/*
 * test_scale.c — goal: values stand where they belong and ticks are round, few and inside the
 * scale. Method: tables of scales with the labels they must have, and laws over many scales.
 */
#include "analysis/report/scale.h"
#include "tests/support/check.h"

#include <math.h>

static char *labels_of(const AnaScale *scale, AnaTickForm form, guint most)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GArray) ticks = ana_ticks(scale, form, most);
    for (guint i = 0; i < ticks->len; i++)
        if (g_array_index(ticks, AnaTick, i).is_major)
            g_string_append_printf(out, "%s%s", out->len ? "|" : "",
                                   g_array_index(ticks, AnaTick, i).label);
    return g_string_free(out, FALSE);
}

static void labels_are_round_and_have_their_unit(void)
{
    const struct {
        AnaScaleKind kind;
        AnaTickForm form;
        double low, high;
        guint most;
        const char *labels;
    } rows[] = {
        {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 0, 10, 5, "0|2|4|6|8|10"},
        {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 0, 3, 6, "0|0.5|1|1.5|2|2.5|3"},
        {ANA_SCALE_LINEAR, ANA_TICK_COUNT, -1, 1, 4, "-1|-0.5|0|0.5|1"},
        {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 0, 25000, 5, "0|5,000|10,000|15,000|20,000|25,000"},
        {ANA_SCALE_LINEAR, ANA_TICK_SHARE, 0, 1, 5, "0 %|20 %|40 %|60 %|80 %|100 %"},
        {ANA_SCALE_LINEAR, ANA_TICK_SHARE, 0, 0.003, 3, "0 %|0.1 %|0.2 %|0.3 %"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 60e9, 6, "0|10 s|20 s|30 s|40 s|50 s|60 s"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 600e9, 5, "0|2 min|4 min|6 min|8 min|10 min"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 5e6, 5, "0|1 ms|2 ms|3 ms|4 ms|5 ms"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 250e6, 5, "0|50 ms|100 ms|150 ms|200 ms|250 ms"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 90e9, 3, "0|30 s|60 s|90 s"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 2e6, 4, "0|0.5 ms|1 ms|1.5 ms|2 ms"},
        {ANA_SCALE_LINEAR, ANA_TICK_TIME, 0, 4 * 3600e9, 4, "0|1 h|2 h|3 h|4 h"},
        {ANA_SCALE_LOG, ANA_TICK_TIME, 1e5, 1e10, 8, "100 µs|1 ms|10 ms|100 ms|1 s|10 s"},
        {ANA_SCALE_LOG, ANA_TICK_TIME, 1e6, 1e7, 8, "1 ms|2 ms|5 ms|10 ms"},
        {ANA_SCALE_LOG, ANA_TICK_TIME, 3e6, 6e7, 8, "5 ms|10 ms|20 ms|50 ms"},
        {ANA_SCALE_LOG, ANA_TICK_SHARE, 1e-6, 1, 3, "0.0001 %|0.01 %|1 %|100 %"},
        {ANA_SCALE_LOG, ANA_TICK_COUNT, 1, 1e6, 8, "1|10|100|1,000|10,000|100,000|1,000,000"},
        {ANA_SCALE_TAIL, ANA_TICK_QUANTILE, 0, 0.9999, 8, "0 %|50 %|90 %|99 %|99.9 %|99.99 %"},
        {ANA_SCALE_TAIL, ANA_TICK_QUANTILE, 0, 0.5, 8, "0 %|50 %"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].labels);
        AnaScale scale = {rows[i].kind, rows[i].low, rows[i].high, 0, 100};
        g_autofree char *labels = labels_of(&scale, rows[i].form, rows[i].most);
        CHECK_STR(labels, rows[i].labels);
    }
    test_row(NULL);
}

static void ticks_ascend_and_stay_inside_at_any_size(void)
{
    const AnaScaleKind kinds[] = {ANA_SCALE_LINEAR, ANA_SCALE_LOG};
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
        for (double low = 1e-9; low < 1e15; low *= 7.3)
            for (double factor = 1.001; factor < 1e13; factor *= 2.9) {
                AnaScale scale = {kinds[k], low, low * factor, 0, 100};
                test_row("kind %d, %g … %g", (int)kinds[k], scale.low, scale.high);
                g_autoptr(GArray) ticks = ana_ticks(&scale, ANA_TICK_TIME, 6);
                double before = -G_MAXDOUBLE;
                guint n_major = 0;
                for (guint i = 0; i < ticks->len; i++) {
                    const AnaTick *tick = &g_array_index(ticks, AnaTick, i);
                    CHECK(tick->value > before);
                    CHECK(tick->value >= scale.low - 1e-6 * (scale.high - scale.low));
                    CHECK(tick->value <= scale.high + 1e-6 * (scale.high - scale.low));
                    before = tick->value;
                    n_major += tick->is_major ? 1 : 0;
                }
                CHECK(n_major <= 8);
            }
    test_row(NULL);
}

static void places_and_values_are_inverse_to_each_other(void)
{
    const AnaScale scales[] = {{ANA_SCALE_LINEAR, -3, 17, 10, 500},
                               {ANA_SCALE_LOG, 1e3, 1e10, 500, 10},
                               {ANA_SCALE_TAIL, 0, 0.99999, 0, 900}};
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        CHECK_NEAR(ana_scale_at(&scales[i], scales[i].low), scales[i].from, 1e-9);
        CHECK_NEAR(ana_scale_at(&scales[i], scales[i].high), scales[i].to, 1e-9);
        for (int share = 1; share < 10; share++) {
            double at = scales[i].from + (scales[i].to - scales[i].from) * share / 10;
            CHECK_NEAR(ana_scale_at(&scales[i], ana_scale_value(&scales[i], at)), at, 1e-6);
        }
    }
}

static void the_tail_gives_each_further_nine_the_same_room(void)
{
    AnaScale scale = {ANA_SCALE_TAIL, 0, 0.9999, 0, 400};
    CHECK_NEAR(ana_scale_at(&scale, 0.9), 100, 1e-6);
    CHECK_NEAR(ana_scale_at(&scale, 0.99), 200, 1e-6);
    CHECK_NEAR(ana_scale_at(&scale, 0.999), 300, 1e-6);
    CHECK_NEAR(ana_scale_at(&scale, 1), 400, 1e-6);
}

static void what_has_no_logarithm_stands_at_the_low_end(void)
{
    AnaScale scale = {ANA_SCALE_LOG, 1, 100, 50, 250};
    CHECK_NEAR(ana_scale_at(&scale, 0), 50, 0);
    CHECK_NEAR(ana_scale_at(&scale, -3), 50, 0);
    CHECK_NEAR(ana_scale_at(&scale, 10), 150, 1e-9);
}

static void widened_ends_are_round_and_hold_the_data(void)
{
    const struct {
        AnaScaleKind kind;
        AnaTickForm form;
        double low, high, wide_low, wide_high;
    } rows[] = {{ANA_SCALE_LOG, ANA_TICK_TIME, 1.3e6, 7e8, 1e6, 1e9},
                {ANA_SCALE_LOG, ANA_TICK_TIME, 2e6, 5e8, 2e6, 5e8},
                {ANA_SCALE_LOG, ANA_TICK_TIME, 3e6, 3e6, 2e6, 5e6},
                {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 0, 9.3, 0, 10},
                {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 4, 4, 4, 8},
                {ANA_SCALE_LINEAR, ANA_TICK_COUNT, 0, 0, 0, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AnaScale scale = {rows[i].kind, rows[i].low, rows[i].high, 0, 100};
        test_row("%g … %g", rows[i].low, rows[i].high);
        ana_scale_widen(&scale, rows[i].form, 5);
        CHECK_CLOSE(scale.low, rows[i].wide_low, 1e-9);
        CHECK_CLOSE(scale.high, rows[i].wide_high, 1e-9);
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(labels_are_round_and_have_their_unit),
                                 TEST(ticks_ascend_and_stay_inside_at_any_size),
                                 TEST(places_and_values_are_inverse_to_each_other),
                                 TEST(the_tail_gives_each_further_nine_the_same_room),
                                 TEST(what_has_no_logarithm_stands_at_the_low_end),
                                 TEST(widened_ends_are_round_and_hold_the_data),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("scale", cases, argc, argv);
}
