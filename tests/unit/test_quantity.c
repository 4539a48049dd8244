/*
 * Goal: quantities are read exactly, without rounding, and written so that they read back.
 * Method: tables of texts and values; mistakes by their code and place; round trips.
 */
#include "scenarios/format/decimal.h"
#include "scenarios/format/quantity.h"
#include "sim/random.h"
#include "sim/time.h"
#include "tests/support/check.h"

#include <locale.h>
#include <string.h>

static void durations_are_exact_nanoseconds(void)
{
    static const struct {
        const char *text;
        SimSpan ns;
    } rows[] = {{"5ms", 5 * SIM_MS},
                {"0.1ms", 100000},
                {"0.3us", 300},
                {"1.5s", 1500 * SIM_MS},
                {"2m30s", 150 * SIM_S},
                {"2min30s", 150 * SIM_S},
                {"1h 30min", 90 * SIM_MIN},
                {"3h", 3 * SIM_HOUR},
                {"1d", 24 * SIM_HOUR},
                {"30 s", 30 * SIM_S},
                {"5µs", 5000},
                {"5μs", 5000},
                {"0ns", 0},
                {"0.000000001s", 1},
                {"1e3ms", SIM_S},
                {"1e-9s", 1},
                {"100.000000001s", 100 * SIM_S + 1},
                {"-5ms", -5 * SIM_MS},
                {"9223372036854775807ns", INT64_MAX},
                {"0.1h", 6 * SIM_MIN},
                {"0.602409638554ms", 602410}, /* rounded: 1/1660 s, as a program writes it */
                {"1.0000000004s", SIM_S},
                {"1.0000000005s", SIM_S + 1},
                {"-1.0000000005s", -SIM_S - 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        SimSpan ns = -1;
        test_row("%s", rows[i].text);
        CHECK(scn_parse_span(rows[i].text, &ns, &issue));
        CHECK_INT(ns, rows[i].ns);
    }
    test_row(NULL);
}

static void bad_durations_say_what_and_where(void)
{
    static const struct {
        const char *text;
        ScnCodeId code;
        gsize start, end;
    } rows[] = {{"42", SCN_NEEDS_UNIT, 0, 2},
                {"0", SCN_NEEDS_UNIT, 0, 1},
                {"5 parsecs", SCN_UNKNOWN_UNIT, 2, 9},
                {"5M", SCN_UNKNOWN_UNIT, 1, 2},
                {"0.1ns", SCN_TOO_FINE, 0, 5},
                {"999.4ns", SCN_TOO_FINE, 0, 7},
                {"0.5ns", SCN_TOO_FINE, 0, 5},
                {"300y", SCN_UNKNOWN_UNIT, 3, 4},
                {"9223372036854775808ns", SCN_OVERFLOW, 0, 21},
                {"1e300s", SCN_OVERFLOW, 0, 6},
                {"106751d 24h 0min 1s", SCN_OVERFLOW, 0, 19},
                {"12:30", SCN_NOT_A_QUANTITY, 0, 5},
                {"1,5ms", SCN_NOT_A_QUANTITY, 0, 5},
                {".5s", SCN_NOT_A_QUANTITY, 0, 3},
                {"s", SCN_NOT_A_QUANTITY, 0, 1},
                {"", SCN_NOT_A_QUANTITY, 0, 0},
                {"1s2m", SCN_NOT_A_QUANTITY, 0, 4},
                {"1s1s", SCN_NOT_A_QUANTITY, 0, 4},
                {"1s-1ms", SCN_NOT_A_QUANTITY, 0, 6},
                {"0x10s", SCN_UNKNOWN_UNIT, 1, 2},
                {"1_000s", SCN_UNKNOWN_UNIT, 1, 2},
                {"five ms", SCN_NOT_A_QUANTITY, 0, 7},
                {"1234567890123456789012345678901234567s", SCN_OVERFLOW, 0, 38}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        SimSpan ns = -1;
        test_row("%s", rows[i].text);
        CHECK(!scn_parse_span(rows[i].text, &ns, &issue));
        CHECK_INT(issue.code, rows[i].code);
        CHECK_UINT(issue.start, rows[i].start);
        CHECK_UINT(issue.end, rows[i].end);
        CHECK(issue.message && *issue.message);
        CHECK_INT(ns, -1);
    }
    test_row(NULL);
}

static void a_missing_unit_is_asked_for_in_words(void)
{
    g_auto(ScnIssue) issue = {.prefix = "p50=", .example = "40us"};
    SimSpan ns;
    CHECK(!scn_parse_span("42", &ns, &issue));
    CHECK_STR(issue.message, "a duration needs a unit");
    CHECK_STR(issue.label, "42 what?");
    CHECK_STR(issue.help, "'p50=42us'?   units: ns us ms s min h d");
}

static void rates_are_exact_fractions_in_lowest_terms(void)
{
    static const struct {
        const char *text;
        guint64 events, per;
    } rows[] = {{"500/s", 1, 2 * SIM_MS},
                {"2k/s", 1, 500 * SIM_US},
                {"90/min", 3, 2 * SIM_S},
                {"3/s", 3, SIM_S},
                {"0.5/s", 1, 2 * SIM_S},
                {"1/10min", 1, 600 * SIM_S},
                {"1.5M/h", 1, 2400 * SIM_US},
                {"7 / s", 7, SIM_S},
                {"1G/s", 1, 1},
                {"3G/s", 3, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        RepRate rate = {0};
        test_row("%s", rows[i].text);
        CHECK(scn_parse_rate(rows[i].text, &rate, &issue));
        CHECK_UINT(rate.events, rows[i].events);
        CHECK_UINT(rate.per, rows[i].per);
    }
    test_row(NULL);
}

static void bad_rates_are_refused(void)
{
    static const struct {
        const char *text;
        ScnCodeId code;
    } rows[] = {{"500", SCN_NEEDS_UNIT},           {"2k", SCN_NEEDS_UNIT},
                {"0/s", SCN_OUT_OF_RANGE},         {"-1/s", SCN_OUT_OF_RANGE},
                {"5/fortnight", SCN_UNKNOWN_UNIT}, {"/s", SCN_NOT_A_QUANTITY},
                {"5/0s", SCN_NOT_A_QUANTITY},      {"5x/s", SCN_UNKNOWN_UNIT},
                {"1e40/s", SCN_OVERFLOW},          {"1e-30/s", SCN_OVERFLOW},
                {"5//s", SCN_UNKNOWN_UNIT},        {"5/", SCN_UNKNOWN_UNIT}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        RepRate rate;
        test_row("%s", rows[i].text);
        CHECK(!scn_parse_rate(rows[i].text, &rate, &issue));
        CHECK_INT(issue.code, rows[i].code);
    }
    test_row(NULL);
}

typedef gboolean (*ParseInteger)(const char *text, gint64 *result, ScnIssue *issue);

static void integers_have_their_units(void)
{
    static const struct {
        ParseInteger parse;
        const char *text;
        gint64 value; /* -1: a mistake */
    } rows[] = {{scn_parse_count, "100k", 100000},
                {scn_parse_count, "1.5k", 1500},
                {scn_parse_count, "1M", 1000000},
                {scn_parse_count, "0", 0},
                {scn_parse_count, "1e3", 1000},
                {scn_parse_count, "1.5", -1},
                {scn_parse_count, "1K", -1},
                {scn_parse_count, "many", -1},
                {scn_parse_size, "4KiB", 4096},
                {scn_parse_size, "1MB", 1000000},
                {scn_parse_size, "1.5kB", 1500},
                {scn_parse_size, "0B", 0},
                {scn_parse_size, "4", -1},
                {scn_parse_size, "4KB", -1},
                {scn_parse_size, "0.5B", -1},
                {scn_parse_bandwidth, "1Gbit/s", 1000000000},
                {scn_parse_bandwidth, "10MB/s", 80000000},
                {scn_parse_bandwidth, "8 Mbit/s", 8000000},
                {scn_parse_bandwidth, "8Mbps", -1},
                {scn_parse_bandwidth, "8", -1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        gint64 value = -1;
        test_row("%s", rows[i].text);
        CHECK(rows[i].parse(rows[i].text, &value, &issue) == (rows[i].value >= 0));
        CHECK_INT(value, rows[i].value);
    }
    test_row(NULL);
}

static void ratios_are_the_nearest_doubles(void)
{
    static const struct {
        const char *text;
        double value; /* < 0: a mistake */
    } rows[] = {{"95%", 0.95}, {"0.01%", 0.0001},  {"1e-4", 0.0001}, {"0.01", 0.01},
                {"100%", 1},   {"200ppm", 0.0002}, {"0", 0},         {"1", 1},
                {"150%", 1.5}, {"99.9 %", 0.999},  {"95", -1},       {"half", -1},
                {"5%%", -1},   {"1/2", -1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(ScnIssue) issue = {0};
        double value = -1;
        test_row("%s", rows[i].text);
        CHECK(scn_parse_ratio(rows[i].text, &value, &issue) == (rows[i].value >= 0));
        CHECK_NEAR(value, rows[i].value, 0);
    }
    test_row(NULL);
}

static void factors_begin_with_an_x(void)
{
    g_auto(ScnIssue) issue = {0};
    double value = 0;
    CHECK(scn_parse_factor("x20", &value, &issue));
    CHECK_NEAR(value, 20, 0);
    CHECK(scn_parse_factor("x 0.5", &value, &issue));
    CHECK_NEAR(value, 0.5, 0);
    CHECK(!scn_parse_factor("20", &value, &issue));
    CHECK_STR(issue.help, "'x20'?");
    CHECK(!scn_parse_factor("20x", &value, &issue));
    CHECK_STR(issue.help, "'x20'?");
    CHECK(!scn_parse_factor("x", &value, &issue));
    CHECK(!scn_parse_factor("xx2", &value, &issue));
    CHECK(!scn_parse_factor("x1e400", &value, &issue));
    CHECK_INT(issue.code, SCN_OVERFLOW);
}

/* ---- writing ------------------------------------------------------------------------------ */

static void spans_are_written_in_the_unit_that_suits_them(void)
{
    static const struct {
        SimSpan ns;
        const char *text;
    } rows[] = {{0, "0s"},
                {1, "1ns"},
                {1500, "1.5us"},
                {300 * SIM_US, "300us"},
                {33500 * SIM_US, "33.5ms"},
                {SIM_MS + 1, "1.000001ms"},
                {60 * SIM_S, "60s"},
                {150 * SIM_S, "150s"},
                {10 * SIM_MIN, "10min"},
                {601 * SIM_S, "601s"},
                {24 * SIM_HOUR, "24h"},
                {240 * SIM_HOUR, "10d"},
                {-5 * SIM_MS, "-5ms"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = scn_format_span(rows[i].ns);
        CHECK_STR(text, rows[i].text);
    }
}

static void whatever_is_written_reads_back(void)
{
    SimRng rng;
    sim_rng_seed(&rng, 7);
    for (int i = 0; i < 20000; i++) {
        int bits = (int)(sim_rng_bits(&rng) % 63);
        gint64 value = (gint64)(sim_rng_bits(&rng) >> (63 - bits) >> 1), back = -1;
        double real = (double)(sim_rng_bits(&rng) >> 11) * 0x1p-53, real_back = -1;
        g_auto(ScnIssue) issue = {0};
        g_autofree char *span = scn_format_span(value);
        CHECK(scn_parse_span(span, &back, &issue) && back == value);
        g_autofree char *count = scn_format_count(value);
        CHECK(scn_parse_count(count, &back, &issue) && back == value);
        g_autofree char *size = scn_format_size(value);
        CHECK(scn_parse_size(size, &back, &issue) && back == value);
        g_autofree char *bandwidth = scn_format_bandwidth(value);
        CHECK(scn_parse_bandwidth(bandwidth, &back, &issue) && back == value);
        g_autofree char *ratio = scn_format_ratio(real);
        CHECK(scn_parse_ratio(ratio, &real_back, &issue) && real_back == real);
        g_autofree char *factor = scn_format_factor(real * 1e6);
        CHECK(scn_parse_factor(factor, &real_back, &issue) && real_back == real * 1e6);
        g_autofree char *number = scn_format_number(real * 1e-9);
        CHECK(scn_parse_number(number, &real_back, &issue) && real_back == real * 1e-9);
    }
}

static void rates_read_back_to_the_same_fraction(void)
{
    static const char *const texts[] = {"500/s",   "3/s",       "90/min", "0.5/s",        "1/10min",
                                        "1.5M/h",  "7/d",       "1/3s",   "2.75/s",       "1/7h",
                                        "0.001/d", "123.456/s", "9G/s",   "0.999999999/s"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(ScnIssue) issue = {0};
        RepRate rate, back = {0};
        CHECK(scn_parse_rate(texts[i], &rate, &issue));
        g_autofree char *text = scn_format_rate(rate);
        test_row("%s written as %s", texts[i], text);
        CHECK(scn_parse_rate(text, &back, &issue));
        CHECK_UINT(back.events, rate.events);
        CHECK_UINT(back.per, rate.per);
    }
    test_row(NULL);
}

static void measured_values_are_rounded_half_up(void)
{
    SimSpan ns = 0;
    CHECK(scn_parse_measured("0.1234567", SIM_MS, &ns));
    CHECK_INT(ns, 123457);
    CHECK(scn_parse_measured("0.0000005", SIM_MS, &ns));
    CHECK_INT(ns, 1);
    CHECK(scn_parse_measured("0.0000004999999", SIM_MS, &ns));
    CHECK_INT(ns, 0);
    CHECK(scn_parse_measured("1.23456789012345678901234567890", SIM_MS, &ns));
    CHECK_INT(ns, 1234568);
    CHECK(!scn_parse_measured("1ms", SIM_MS, &ns));
    CHECK(!scn_parse_measured("1e30", SIM_MS, &ns));
    CHECK(!scn_parse_measured("", SIM_MS, &ns));
}

/* In a German locale the decimal mark is a comma; nothing may depend on it. */
static void the_locale_changes_nothing(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8"};
    g_auto(ScnIssue) issue = {0};
    double value = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (setlocale(LC_ALL, names[i]))
            break;
    CHECK(scn_parse_ratio("99.5%", &value, &issue));
    CHECK_NEAR(value, 0.995, 0);
    g_autofree char *text = scn_format_ratio(0.995);
    CHECK_STR(text, "99.5%");
    setlocale(LC_ALL, "C");
}

static const TestCase cases[] = {
    {"durations_are_exact_nanoseconds", durations_are_exact_nanoseconds},
    {"bad_durations_say_what_and_where", bad_durations_say_what_and_where},
    {"a_missing_unit_is_asked_for_in_words", a_missing_unit_is_asked_for_in_words},
    {"rates_are_exact_fractions_in_lowest_terms", rates_are_exact_fractions_in_lowest_terms},
    {"bad_rates_are_refused", bad_rates_are_refused},
    {"integers_have_their_units", integers_have_their_units},
    {"ratios_are_the_nearest_doubles", ratios_are_the_nearest_doubles},
    {"factors_begin_with_an_x", factors_begin_with_an_x},
    {"spans_are_written_in_the_unit_that_suits_them",
     spans_are_written_in_the_unit_that_suits_them},
    {"whatever_is_written_reads_back", whatever_is_written_reads_back},
    {"rates_read_back_to_the_same_fraction", rates_read_back_to_the_same_fraction},
    {"measured_values_are_rounded_half_up", measured_values_are_rounded_half_up},
    {"the_locale_changes_nothing", the_locale_changes_nothing},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("quantity", cases, argc, argv);
}
