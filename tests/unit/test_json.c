/*
 * test_json.c — the JSON writer: exact, shortest, escaped, and refusing what is not JSON.
 */
#include "analysis/json.h"
#include "sim/check.h"
#include "tests/support/check.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

static void containers_are_laid_out_by_lines_or_inline(void)
{
    GString *out = g_string_new(NULL);
    {
        g_autoptr(AnaJson) json = ana_json_new(out);
        ana_json_object(json, ANA_JSON_LINES);
        ana_json_key(json, "a");
        ana_json_int(json, -5);
        ana_json_key(json, "b");
        ana_json_array(json, ANA_JSON_INLINE);
        ana_json_bool(json, TRUE);
        ana_json_null(json);
        ana_json_object(json, ANA_JSON_LINES); /* inline, because what holds it is */
        ana_json_key(json, "c");
        ana_json_uint(json, G_MAXUINT64);
        ana_json_end(json);
        ana_json_end(json);
        ana_json_key(json, "d");
        ana_json_array(json, ANA_JSON_LINES);
        ana_json_text(json, "x");
        ana_json_text(json, NULL);
        ana_json_end(json);
        ana_json_key(json, "e");
        ana_json_object(json, ANA_JSON_LINES);
        ana_json_end(json);
        ana_json_end(json);
    }
    CHECK_STR(out->str, "{\n"
                        "  \"a\": -5,\n"
                        "  \"b\": [true, null, {\"c\": 18446744073709551615}],\n"
                        "  \"d\": [\n"
                        "    \"x\",\n"
                        "    null\n"
                        "  ],\n"
                        "  \"e\": {}\n"
                        "}");
    g_string_free(out, TRUE);
}

static void text_is_escaped_and_made_valid(void)
{
    const struct {
        const char *text, *json;
    } rows[] = {{"", "\"\""},
                {"a\"b\\c", "\"a\\\"b\\\\c\""},
                {"tab\tline\nreturn\r", "\"tab\\tline\\nreturn\\r\""},
                {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
                {"größer ⁻⁶", "\"größer ⁻⁶\""},
                {"bad\xff", "\"bad\xef\xbf\xbd\""}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *out = g_string_new(NULL);
        AnaJson *json = ana_json_new(out);
        ana_json_text(json, rows[i].text);
        ana_json_free(json);
        CHECK_STR(out->str, rows[i].json);
        g_string_free(out, TRUE);
    }
}

static void doubles_are_the_shortest_that_read_back_equal(void)
{
    const struct {
        double value;
        const char *text;
    } rows[] = {{0, "0"},
                {-0.0, "0"},
                {1, "1"},
                {-17, "-17"},
                {0.1, "0.1"},
                {0.0272, "0.0272"},
                {1.0 / 3, "0.3333333333333333"},
                {2.0 / 3, "0.6666666666666666"},
                {0.1 + 0.2, "0.30000000000000004"},
                {9.57e-7, "9.57e-07"},
                {222000123, "222000123"},
                {9007199254740991.0, "9007199254740991"},
                {1e22, "1e+22"},
                {1.7976931348623157e308, "1.7976931348623157e+308"},
                {5e-324, "4.94065645841247e-324"}};
    char text[ANA_DOUBLE_TEXT];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        CHECK_STR(ana_double_text(rows[i].value, text), rows[i].text);
        CHECK(g_ascii_strtod(text, NULL) == rows[i].value);
    }
    guint64 state = 5;
    for (int i = 0; i < 20000; i++) {
        guint64 bits = (state = state * G_GUINT64_CONSTANT(6364136223846793005) +
                                G_GUINT64_CONSTANT(1442695040888963407));
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            CHECK(g_ascii_strtod(ana_double_text(value, text), NULL) == value);
    }
}

static jmp_buf caught;
static char complaint[256];

static void catch_check(const char *report)
{
    g_strlcpy(complaint, report, sizeof complaint);
    longjmp(caught, 1);
}

typedef void (*Misuse)(AnaJson *json);

static void write_nan(AnaJson *json)
{
    ana_json_double(json, (double)NAN);
}

static void write_infinity(AnaJson *json)
{
    ana_json_double(json, (double)INFINITY);
}

static void value_without_key(AnaJson *json)
{
    ana_json_object(json, ANA_JSON_LINES);
    ana_json_int(json, 1);
}

static void key_without_value(AnaJson *json)
{
    ana_json_object(json, ANA_JSON_LINES);
    ana_json_key(json, "a");
    ana_json_end(json);
}

static void two_values(AnaJson *json)
{
    ana_json_int(json, 1);
    ana_json_int(json, 2);
}

static void end_of_nothing(AnaJson *json)
{
    ana_json_end(json);
}

static void check_refused(Misuse misuse)
{
    GString *out = g_string_new(NULL);
    AnaJson *json = ana_json_new(out);
    complaint[0] = '\0';
    sim_check_set_handler(catch_check);
    if (setjmp(caught) == 0)
        misuse(json);
    sim_check_set_handler(NULL);
    CHECK(strstr(complaint, "internal error") != NULL);
    g_free(json); /* not ana_json_free(), which would complain again */
    g_string_free(out, TRUE);
}

static void what_would_not_be_json_is_a_broken_invariant(void)
{
    const Misuse misuses[] = {write_nan,         write_infinity, value_without_key,
                              key_without_value, two_values,     end_of_nothing};
    for (gsize i = 0; i < G_N_ELEMENTS(misuses); i++) {
        test_row("misuse %zu", i);
        check_refused(misuses[i]);
    }
    test_row(NULL);
}

static void the_locale_does_not_show(void)
{
    char text[ANA_DOUBLE_TEXT];
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        setlocale(LC_ALL, "fr_FR.UTF-8");
    CHECK_STR(ana_double_text(0.5, text), "0.5");
    setlocale(LC_ALL, "C");
}

static const TestCase cases[] = {
    {"containers_are_laid_out_by_lines_or_inline", containers_are_laid_out_by_lines_or_inline},
    {"text_is_escaped_and_made_valid", text_is_escaped_and_made_valid},
    {"doubles_are_the_shortest_that_read_back_equal",
     doubles_are_the_shortest_that_read_back_equal},
    {"what_would_not_be_json_is_a_broken_invariant", what_would_not_be_json_is_a_broken_invariant},
    {"the_locale_does_not_show", the_locale_does_not_show},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("json", cases, argc, argv);
}
