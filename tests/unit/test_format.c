/*
 * test_format.c — numbers as people read them, and what counts as better.
 */
#include "analysis/format.h"
#include "tests/support/check.h"

#include <locale.h>
#include <math.h>

static void values_keep_two_digits_and_the_unit_that_suits_them(void)
{
    const struct {
        AnaUnit unit;
        double value;
        const char *text, *ascii;
    } rows[] = {
        {ANA_UNIT_NS, 0, "0 ns", NULL},
        {ANA_UNIT_NS, 7, "7 ns", NULL},
        {ANA_UNIT_NS, 1500, "1.5 µs", "1.5 us"},
        {ANA_UNIT_NS, 1600412, "1.6 ms", NULL},
        {ANA_UNIT_NS, 68900000, "69 ms", NULL},
        {ANA_UNIT_NS, 182400000, "182 ms", NULL},
        {ANA_UNIT_NS, 222000123, "222 ms", NULL},
        {ANA_UNIT_NS, 999600000, "1.0 s", NULL},
        {ANA_UNIT_NS, 6300123456, "6.3 s", NULL},
        {ANA_UNIT_NS, 60e9, "60 s", NULL},
        {ANA_UNIT_NS, 1234e9, "21 min", NULL},
        {ANA_UNIT_NS, 86400e9, "24 h", NULL},
        {ANA_UNIT_RATIO, 0, "0 %", NULL},
        {ANA_UNIT_RATIO, 0.0048, "0.48 %", NULL},
        {ANA_UNIT_RATIO, 0.0272, "2.7 %", NULL},
        {ANA_UNIT_RATIO, 0.5, "50 %", NULL},
        {ANA_UNIT_RATIO, 1, "100 %", NULL},
        {ANA_UNIT_RATIO, 0.99967, "99.967 %", NULL},
        {ANA_UNIT_RATIO, 1e-6, "0.00010 %", NULL},
        {ANA_UNIT_RATIO, 2e-9, "2·10⁻⁷ %", "2e-7 %"},
        {ANA_UNIT_RATIO, 1e-12, "10⁻¹⁰ %", "1e-10 %"},
        {ANA_UNIT_COUNT, 2.9166, "2.9", NULL},
        {ANA_UNIT_COUNT, 0.0333, "0.033", NULL},
        {ANA_UNIT_COUNT, 12, "12", NULL},
        {ANA_UNIT_COUNT, 3598204, "3,598,204", NULL},
        {ANA_UNIT_COUNT, 999, "999", NULL},
        {ANA_UNIT_COUNT, 1000, "1,000", NULL},
        {ANA_UNIT_BYTES, 294.4, "294 B", NULL},
        {ANA_UNIT_BYTES, 1234567, "1.2 MB", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = ana_format_value(rows[i].unit, rows[i].value, FALSE);
        g_autofree char *ascii = ana_format_value(rows[i].unit, rows[i].value, TRUE);
        CHECK_STR(text, rows[i].text);
        CHECK_STR(ascii, rows[i].ascii ? rows[i].ascii : rows[i].text);
    }
}

static void no_number_becomes_0_by_rounding(void)
{
    const AnaUnit units[] = {ANA_UNIT_NS, ANA_UNIT_RATIO, ANA_UNIT_COUNT, ANA_UNIT_BYTES};
    for (gsize u = 0; u < G_N_ELEMENTS(units); u++) {
        for (double value = 1e-30; value < 1e18; value *= 3.7) {
            g_autofree char *text = ana_format_value(units[u], value, TRUE);
            CHECK(g_ascii_strtod(text, NULL) != 0);
        }
    }
}

static void an_interval_shares_the_unit_and_decides_the_digits(void)
{
    const struct {
        AnaUnit unit;
        AnaInterval interval;
        const char *estimate, *with;
    } rows[] = {
        {ANA_UNIT_RATIO,
         {.value = 0.0272, .low = 0.0269, .high = 0.0275},
         "2.72 %",
         "2.72 % [2.69, 2.75]"},
        {ANA_UNIT_COUNT, {.value = 2.8667, .low = 2.31, .high = 3.42}, "2.9", "2.9 [2.3, 3.4]"},
        {ANA_UNIT_COUNT, {.value = 0, .low = 0, .high = 0.1}, "0", "0 [0, 0.1]"},
        {ANA_UNIT_RATIO, {.value = 0, .low = 0, .high = 9.57e-7}, "0 %", "0 % [0, 0.0001]"},
        {ANA_UNIT_NS, {.value = 6.3e9, .low = 6.1e9, .high = 6.5e9}, "6.3 s", "6.3 s [6.1, 6.5]"},
        {ANA_UNIT_NS,
         {.value = 1.6e6, .low = 1.5996e6, .high = 1.6004e6},
         "1.6000 ms",
         "1.6000 ms [1.5996, 1.6004]"},
        {ANA_UNIT_NS, {.value = 1.6e6, .low = 1.6e6, .high = 1.6e6}, "1.6 ms", "1.6 ms"},
        {ANA_UNIT_NS,
         {.value = 0.9e6, .low = 0.8e6, .high = 1.1e6},
         "900 µs",
         "900 µs [800, 1,100]"},
        {ANA_UNIT_COUNT, {.value = 0, .low = 0, .high = 0}, "0", "0"},
        {ANA_UNIT_RATIO,
         {.value = 0.9999924, .low = 0.9999764, .high = 1},
         "99.9992 %",
         "99.9992 % [99.9976, 100.0000]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *estimate = ana_format_estimate(rows[i].unit, &rows[i].interval, FALSE);
        g_autofree char *with = ana_format_interval(rows[i].unit, &rows[i].interval, FALSE);
        CHECK_STR(estimate, rows[i].estimate);
        CHECK_STR(with, rows[i].with);
    }
}

static void changes_carry_their_sign_and_ratios_differ_in_points(void)
{
    const struct {
        AnaUnit unit;
        AnaInterval difference;
        const char *text, *with;
    } rows[] = {
        {ANA_UNIT_NS, {.value = 68e6, .low = 67e6, .high = 69e6}, "+68 ms", "+68 ms [+67, +69]"},
        {ANA_UNIT_NS,
         {.value = -3e9, .low = -3.1e9, .high = -2.9e9},
         "-3.0 s",
         "-3.0 s [-3.1, -2.9]"},
        {ANA_UNIT_RATIO,
         {.value = -0.0224, .low = -0.0228, .high = -0.022},
         "-2.24 pp",
         "-2.24 pp [-2.28, -2.20]"},
        {ANA_UNIT_COUNT, {.value = 0, .low = -0.1, .high = 0.1}, "0", "0 [-0.1, +0.1]"},
        {ANA_UNIT_COUNT, {.value = -2.9, .low = -2.9, .high = -2.9}, "-2.9", "-2.9"},
        {ANA_UNIT_NS,
         {.value = -1400, .low = -19350600, .high = 19347700},
         "-0.001 ms",
         "-0.001 ms [-19, +19]"},
        {ANA_UNIT_NS,
         {.value = -9.1e6, .low = -131e6, .high = 112.8e6},
         "-9 ms",
         "-9 ms [-131, +113]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = ana_format_change(rows[i].unit, &rows[i].difference, FALSE);
        g_autofree char *with =
            ana_format_change_interval(rows[i].unit, &rows[i].difference, FALSE);
        CHECK_STR(text, rows[i].text);
        CHECK_STR(with, rows[i].with);
    }
}

static void counts_and_shares(void)
{
    const struct {
        double count;
        const char *text;
    } counts[] = {{412, "412"},       {9800, "9.80 k"}, {51300123, "51.3 M"},
                  {999600, "1.00 M"}, {2e9, "2 G"},     {0, "0"}};
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *text = ana_format_short_count(counts[i].count);
        CHECK_STR(text, counts[i].text);
    }
    const struct {
        double share;
        const char *text;
    } shares[] = {{0.0096, "1 %"}, {0.001, "0.1 %"}, {0.0011, "0.2 %"}, {0.37, "37 %"},
                  {0.371, "38 %"}, {0.1, "10 %"},    {0, "0 %"}};
    for (gsize i = 0; i < G_N_ELEMENTS(shares); i++) {
        g_autofree char *text = ana_format_share_up(shares[i].share);
        CHECK_STR(text, shares[i].text);
    }
    g_autofree char *count = ana_format_count(G_MAXUINT64);
    CHECK_STR(count, "18,446,744,073,709,551,615");
}

static void better_needs_a_direction_and_an_interval_without_0(void)
{
    const struct {
        AnaGood good;
        double low, high;
        gboolean has_bounds;
        const char *word;
    } rows[] = {
        {ANA_GOOD_LOW, -3, -1, TRUE, "better"},    {ANA_GOOD_LOW, 1, 3, TRUE, "worse"},
        {ANA_GOOD_HIGH, 1, 3, TRUE, "better"},     {ANA_GOOD_HIGH, -3, -1, TRUE, "worse"},
        {ANA_GOOD_NEITHER, 1, 3, TRUE, "differs"}, {ANA_GOOD_LOW, -1, 3, TRUE, "~"},
        {ANA_GOOD_LOW, 0, 3, TRUE, "~"},           {ANA_GOOD_LOW, 0, 0, TRUE, "~"},
        {ANA_GOOD_NEITHER, -1, 1, TRUE, "~"},      {ANA_GOOD_LOW, -3, -1, FALSE, "?"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AnaMetric metric = {.good = rows[i].good};
        AnaEstimate estimate = {.has_difference = TRUE,
                                .difference_has_bounds = rows[i].has_bounds,
                                .difference = {.low = rows[i].low, .high = rows[i].high}};
        CHECK_STR(ana_change_word(ana_change_of(&metric, &estimate)), rows[i].word);
    }
    AnaEstimate none = {.has_difference = FALSE};
    AnaMetric metric = {.good = ANA_GOOD_LOW};
    CHECK_STR(ana_change_word(ana_change_of(&metric, &none)), "?");
    CHECK(isnan(ana_change_largest(&none)));
    AnaEstimate same = {.has_difference = TRUE,
                        .difference_has_bounds = TRUE,
                        .difference = {.low = -2, .high = 1}};
    CHECK_NEAR(ana_change_largest(&same), 2, 0);
}

static void the_locale_does_not_show(void)
{
    /* Where a locale with a decimal comma is installed, it must change nothing. */
    const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    for (gsize i = 0; i < G_N_ELEMENTS(locales); i++)
        if (setlocale(LC_ALL, locales[i]))
            break;
    g_autofree char *text = ana_format_value(ANA_UNIT_COUNT, 2.5, FALSE);
    CHECK_STR(text, "2.5");
    setlocale(LC_ALL, "C");
}

static const TestCase cases[] = {
    {"values_keep_two_digits_and_the_unit_that_suits_them",
     values_keep_two_digits_and_the_unit_that_suits_them},
    {"no_number_becomes_0_by_rounding", no_number_becomes_0_by_rounding},
    {"an_interval_shares_the_unit_and_decides_the_digits",
     an_interval_shares_the_unit_and_decides_the_digits},
    {"changes_carry_their_sign_and_ratios_differ_in_points",
     changes_carry_their_sign_and_ratios_differ_in_points},
    {"counts_and_shares", counts_and_shares},
    {"better_needs_a_direction_and_an_interval_without_0",
     better_needs_a_direction_and_an_interval_without_0},
    {"the_locale_does_not_show", the_locale_does_not_show},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("format", cases, argc, argv);
}
