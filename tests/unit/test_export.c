/*
 * test_export.c — goal: what build servers, dashboards and line tools read is well formed and says
 * what the results say. Method: results made by hand; XML through a parser, JSON through a reader.
 */
#include "analysis/export.h"
#include "tests/support/check.h"
#include "tests/support/json_look.h"
#include "tests/support/result_world.h"
#include "tests/support/svg_look.h"

#include <string.h>

enum { REPLICATIONS = 5 };

typedef struct Made {
    AnaExpectation expectations[3];
    AnaPlan *plan;
    AnaResult *result;
} Made;

/* async is stale and not gated, sync is not stale and gated; nobody knows about reads' latency. */
static void make(Made *made, gboolean gates_async)
{
    made->expectations[0] = result_expect("stale_rate", ANA_STAT_NONE, ANA_LESS, 0.01, FALSE);
    made->expectations[1] = result_expect("write.latency", ANA_STAT_P99, ANA_LESS, 1e9, FALSE);
    made->expectations[2] = result_expect("read.latency", ANA_STAT_P99, ANA_LESS, 1e9, FALSE);
    made->expectations[0].text = "stale_rate < 1% & \"so on\"";
    made->expectations[1].text = "write.latency.p99 < 1s";
    made->expectations[2].text = "read.latency.p99 < 1s";
    made->plan = result_plan(made->expectations, 3);
    AnaVariant given[2] = {{.name = "async",
                            .plan = made->plan,
                            .n_replications = REPLICATIONS,
                            .expectations = made->expectations,
                            .n_expectations = 3,
                            .is_gated = gates_async},
                           {.name = "sync",
                            .plan = made->plan,
                            .n_replications = REPLICATIONS,
                            .expectations = made->expectations,
                            .n_expectations = 3,
                            .is_gated = TRUE}};
    made->result = ana_result_new(given, 2, 0, result_fold);
    for (guint r = 0; r < REPLICATIONS; r++)
        for (gsize v = 0; v < 2; v++)
            result_add(made->result, v, r,
                       &(ResultRow){.stale = v ? 0 : 30 + r,
                                    .reads = 1000,
                                    .acknowledged = 100,
                                    .latency = 1600412,
                                    .writes = 200,
                                    .downtime = 6300000000});
    ana_result_finish(made->result);
}

static void made_clear(Made *made)
{
    ana_result_free(made->result);
    ana_plan_free(made->plan);
}

static guint count(const char *text, const char *part)
{
    guint n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

static char *junit_of(const Made *made)
{
    GString *out = g_string_new(NULL);
    ana_junit_write(made->result, "small", "replsim run small.yaml --set 'a<b'", out);
    return g_string_free(out, FALSE);
}

static void junit_has_a_case_for_each_check_of_each_variant(void)
{
    Made made;
    make(&made, TRUE);
    g_autofree char *xml = junit_of(&made);
    g_autoptr(SvgLook) look = svg_look_new(xml);
    CHECK_STR(look->error, NULL);
    CHECK(strstr(xml, "<testsuites tests=\"6\" failures=\"1\" skipped=\"2\">") != NULL);
    CHECK_UINT(count(xml, "<testcase "), 6);
    CHECK_UINT(count(xml, "<failure "), 1);
    CHECK_UINT(count(xml, "<skipped message=\"inconclusive: "), 2);
    CHECK(strstr(xml, "it was 3.2 % [3.0, 3.4]") != NULL);
    CHECK(strstr(xml, "again: replsim run small.yaml --set 'a&lt;b'") != NULL);
    made_clear(&made);
}

static void a_variant_that_is_not_gated_fails_no_build(void)
{
    Made made;
    make(&made, FALSE);
    g_autofree char *xml = junit_of(&made);
    CHECK(strstr(xml, "<testsuites tests=\"6\" failures=\"0\" skipped=\"3\">") != NULL);
    CHECK_UINT(count(xml, "the variant is not gated"), 1);
    made_clear(&made);
}

static void openmetrics_is_in_base_units_and_in_one_piece_each(void)
{
    Made made;
    make(&made, TRUE);
    g_autoptr(GString) out = g_string_new(NULL);
    ana_openmetrics_write(made.result, "sm\"all", out);
    CHECK(g_str_has_suffix(out->str, "# EOF\n"));
    CHECK(
        strstr(out->str, "replsim_stale_rate_ratio{scenario=\"sm\\\"all\",variant=\"sync\"} 0\n"));
    CHECK(strstr(out->str, "replsim_downtime_seconds{scenario=\"sm\\\"all\",variant=\"async\","
                           "of=\"downtime(writes)\"} 6.3\n"));
    CHECK(strstr(out->str, "replsim_stale_rate_low_ratio{") != NULL);
    CHECK_UINT(count(out->str, "# TYPE replsim_stale_rate_ratio gauge\n"), 1);
    /* Each family once, and nothing but its samples behind its head. */
    g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
    g_autoptr(GPtrArray) heads = g_ptr_array_new();
    const char *family = "";
    for (char **line = lines; *line && **line; line++) {
        test_row("%s", *line);
        if (g_str_has_prefix(*line, "# TYPE ")) {
            CHECK(!g_ptr_array_find_with_equal_func(heads, *line, g_str_equal, NULL));
            g_ptr_array_add(heads, *line);
            family = *line + strlen("# TYPE ");
        } else if (**line != '#') {
            CHECK(strncmp(*line, family, strcspn(family, " ")) == 0);
            CHECK((*line)[strcspn(family, " ")] == '{');
        }
    }
    test_row(NULL);
    made_clear(&made);
}

static gboolean append(void *data, const char *text, gsize length)
{
    g_string_append_len(data, text, (gssize)length);
    return TRUE;
}

static gboolean stop(void *data, const char *text, gsize length)
{
    (void)text;
    (void)length;
    return ++*(guint *)data < 3;
}

static void every_line_of_ndjson_is_an_object_and_a_row_of_the_table(void)
{
    Made made;
    make(&made, TRUE);
    g_autoptr(GString) lines = g_string_new(NULL), table = g_string_new(NULL);
    CHECK(ana_ndjson_write(made.result, "small", append, lines));
    CHECK(ana_csv_write(made.result, "small", append, table));
    CHECK_UINT(count(lines->str, "\n"), count(table->str, "\n") - 1);
    g_auto(GStrv) each = g_strsplit(lines->str, "\n", -1);
    for (char **line = each; *line && **line; line++) {
        json_t *object = look_parse(*line);
        test_row("%s", *line);
        CHECK(json_is_object(object) && json_object_size(object) == 9);
        CHECK(json_is_string(json_object_get(object, "unit")));
        json_decref(object);
    }
    test_row(NULL);
    guint pieces = 0;
    CHECK(!ana_ndjson_write(made.result, "small", stop, &pieces));
    CHECK_UINT(pieces, 3);
    made_clear(&made);
}

static const TestCase cases[] = {TEST(junit_has_a_case_for_each_check_of_each_variant),
                                 TEST(a_variant_that_is_not_gated_fails_no_build),
                                 TEST(openmetrics_is_in_base_units_and_in_one_piece_each),
                                 TEST(every_line_of_ndjson_is_an_object_and_a_row_of_the_table),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("export", cases, argc, argv);
}
