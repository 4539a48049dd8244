/* export.c — see export.h. */
#include "analysis/export.h"

#include "analysis/format.h"
#include "analysis/json.h"
#include "analysis/report/svg.h"

#include <math.h>
#include <string.h>

/* ---- JUnit -------------------------------------------------------------------------------- */

typedef struct Count {
    guint tests, failures, skipped;
} Count;

static gboolean is_failure(const AnaCheck *check, const AnaVariant *variant)
{
    return check->verdict == ANA_FAIL && variant->is_gated;
}

static Count count_of(const AnaResult *result, gsize variant)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    Count count = {.tests = (guint)given->n_expectations};
    for (gsize i = 0; i < given->n_expectations; i++) {
        const AnaCheck *check = ana_result_check(result, variant, i);
        count.failures += is_failure(check, given) ? 1 : 0;
        count.skipped += check->verdict != ANA_PASS && !is_failure(check, given) ? 1 : 0;
    }
    return count;
}

/* "1.64 % [1.56, 1.72]"; caller frees. */
static char *value_text(const AnaCheck *check)
{
    AnaUnit unit = ana_query_unit(&check->expectation->query);
    if (isnan(check->value))
        return g_strdup("no value");
    gboolean has_bounds = !isnan(check->low) && !isnan(check->high);
    AnaInterval interval = {.value = check->value,
                            .low = has_bounds ? check->low : check->value,
                            .high = has_bounds ? check->high : check->value};
    return ana_format_interval(unit, &interval, FALSE);
}

static void write_verdict(GString *out, const AnaCheck *check, const AnaVariant *variant,
                          const char *command)
{
    g_autofree char *value = value_text(check);
    const char *text = check->expectation->text, *metric = check->expectation->query.metric->name;
    if (is_failure(check, variant))
        ana_svg_printf(out,
                       "<failure message=\"%s: it was %s\">expected %s; it was %s.\n"
                       "again: %s\nwhat is measured: replsim list metric %s\n</failure>",
                       text, value, text, value, command, metric);
    else if (check->verdict == ANA_FAIL)
        ana_svg_printf(out, "<skipped message=\"it fails (%s), but the variant is not gated\"/>",
                       value);
    else if (check->verdict == ANA_INCONCLUSIVE)
        ana_svg_printf(out, "<skipped message=\"inconclusive: %s\"/>",
                       check->why ? check->why : value);
}

static void write_suite(GString *out, const AnaResult *result, gsize variant, const char *scenario,
                        const char *command)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    Count count = count_of(result, variant);
    ana_svg_printf(out,
                   "  <testsuite name=\"%s.%s\" tests=\"%u\" failures=\"%u\" skipped=\"%u\">\n",
                   scenario, given->name, count.tests, count.failures, count.skipped);
    for (gsize i = 0; i < given->n_expectations; i++) {
        const AnaCheck *check = ana_result_check(result, variant, i);
        ana_svg_printf(out, "    <testcase classname=\"%s.%s\" name=\"%s\"", scenario, given->name,
                       check->expectation->text);
        if (check->verdict == ANA_PASS) {
            g_string_append(out, "/>\n");
            continue;
        }
        g_string_append_c(out, '>');
        write_verdict(out, check, given, command);
        g_string_append(out, "</testcase>\n");
    }
    g_string_append(out, "  </testsuite>\n");
}

void ana_junit_write(const AnaResult *result, const char *scenario, const char *command,
                     GString *out)
{
    Count all = {0};
    for (gsize v = 0; v < ana_result_n_variants(result); v++) {
        Count count = count_of(result, v);
        all.tests += count.tests;
        all.failures += count.failures;
        all.skipped += count.skipped;
    }
    ana_svg_printf(out,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<testsuites tests=\"%u\" failures=\"%u\" skipped=\"%u\">\n",
                   all.tests, all.failures, all.skipped);
    for (gsize v = 0; v < ana_result_n_variants(result); v++)
        write_suite(out, result, v, scenario, command);
    g_string_append(out, "</testsuites>\n");
}

/* ---- OpenMetrics -------------------------------------------------------------------------- */

static const char *suffix_of(AnaUnit unit)
{
    static const char *const suffixes[] = {[ANA_UNIT_RATIO] = "ratio",
                                           [ANA_UNIT_NS] = "seconds",
                                           [ANA_UNIT_COUNT] = "count",
                                           [ANA_UNIT_BYTES] = "bytes"};
    return suffixes[unit];
}

/* "replsim_write_latency_seconds"; caller frees. */
static char *family_of(const AnaMetric *metric, AnaUnit unit, const char *bound)
{
    g_autofree char *name = g_strdup(metric->name);
    for (char *c = name; *c; c++)
        if (!g_ascii_isalnum(*c))
            *c = '_';
    return g_strdup_printf("replsim_%s%s_%s", name, bound, suffix_of(unit));
}

static void append_label(GString *out, const char *key, const char *value)
{
    if (!*value)
        return;
    g_string_append_printf(out, "%s%s=\"", out->str[out->len - 1] == '{' ? "" : ",", key);
    for (const char *c = value; *c; c++) {
        if (*c == '\\' || *c == '"')
            g_string_append_c(out, '\\');
        if (*c == '\n')
            g_string_append(out, "\\n");
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

/* Which bound of an interval a family holds. */
typedef struct Bound {
    const char *name; /* "", "_low", "_high" */
    gsize offset;     /* into AnaInterval */
} Bound;

static const Bound bounds[] = {{"", G_STRUCT_OFFSET(AnaInterval, value)},
                               {"_low", G_STRUCT_OFFSET(AnaInterval, low)},
                               {"_high", G_STRUCT_OFFSET(AnaInterval, high)}};

static void append_sample(GString *out, const AnaResult *result, gsize variant, gsize query,
                          const char *scenario, const Bound *bound)
{
    const AnaEstimate *estimate = ana_result_estimate(result, variant, query);
    const AnaVariant *given = ana_result_variant(result, variant);
    const AnaQuery *asked = ana_plan_query(given->plan, query);
    AnaUnit unit = ana_query_unit(asked);
    double value = G_STRUCT_MEMBER(double, &estimate->interval, bound->offset);
    if (isnan(value) || (*bound->name && !estimate->has_bounds))
        return;
    g_autofree char *family = family_of(asked->metric, unit, bound->name);
    AnaQueryParts parts;
    ana_plan_query_parts(given->plan, asked, &parts);
    char text[ANA_DOUBLE_TEXT];
    g_string_append_printf(out, "%s{", family);
    append_label(out, "scenario", scenario);
    append_label(out, "variant", given->name);
    append_label(out, "of", strchr(parts.metric, '(') ? parts.metric : "");
    append_label(out, "filter", parts.filter);
    append_label(out, "stat", parts.stat);
    append_label(out, "window", parts.window);
    g_string_append_printf(out, "} %s\n",
                           ana_double_text(unit == ANA_UNIT_NS ? value / 1e9 : value, text));
    ana_query_parts_clear(&parts);
}

/* All samples of a family stand together; a measure has one for its own unit and one for `.rate`.
 */
static void append_family(GString *out, const AnaResult *result, const char *scenario,
                          const AnaMetric *metric, AnaUnit unit, const Bound *bound)
{
    GString *samples = g_string_new(NULL);
    for (gsize v = 0; v < ana_result_n_variants(result); v++) {
        const AnaPlan *plan = ana_result_variant(result, v)->plan;
        for (gsize q = 0; q < ana_plan_n_queries(plan); q++)
            if (ana_plan_query(plan, q)->metric == metric &&
                ana_query_unit(ana_plan_query(plan, q)) == unit)
                append_sample(samples, result, v, q, scenario, bound);
    }
    if (samples->len > 0) {
        g_autofree char *family = family_of(metric, unit, bound->name);
        g_autofree char *doc = g_strdelimit(g_strdup(metric->doc), "\\\n\"", ' ');
        g_string_append_printf(out, "# TYPE %s gauge\n# HELP %s %s%s\n%s", family, family, doc,
                               *bound->name ? " (end of its 95 % interval)" : "", samples->str);
    }
    g_string_free(samples, TRUE);
}

void ana_openmetrics_write(const AnaResult *result, const char *scenario, GString *out)
{
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++)
        for (gsize b = 0; b < G_N_ELEMENTS(bounds); b++) {
            append_family(out, result, scenario, metric, metric->unit, &bounds[b]);
            if (metric->has_rate && metric->unit != ANA_UNIT_RATIO)
                append_family(out, result, scenario, metric, ANA_UNIT_RATIO, &bounds[b]);
        }
    g_string_append(out, "# EOF\n");
}

/* ---- NDJSON ------------------------------------------------------------------------------- */

static void key_text(AnaJson *json, const char *key, const char *text)
{
    ana_json_key(json, key);
    ana_json_text(json, text);
}

/* `replication` < 0: merged. */
static void append_line(GString *out, const AnaResult *result, gsize variant, gsize query,
                        const char *run, gint64 replication, double value)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    const AnaQuery *asked = ana_plan_query(given->plan, query);
    AnaQueryParts parts;
    ana_plan_query_parts(given->plan, asked, &parts);
    g_autoptr(AnaJson) json = ana_json_new(out);
    ana_json_object(json, ANA_JSON_INLINE);
    key_text(json, "run", run);
    key_text(json, "variant", given->name);
    ana_json_key(json, "replication");
    if (replication >= 0)
        ana_json_int(json, replication);
    else
        ana_json_null(json);
    key_text(json, "metric", parts.metric);
    key_text(json, "filter", parts.filter);
    key_text(json, "window", parts.window);
    key_text(json, "stat", parts.stat);
    key_text(json, "unit", ana_unit_name(ana_query_unit(asked)));
    ana_json_key(json, "value");
    if (isnan(value))
        ana_json_null(json);
    else
        ana_json_double(json, value);
    ana_json_end(json);
    g_string_append_c(out, '\n');
    ana_query_parts_clear(&parts);
}

gboolean ana_ndjson_write(const AnaResult *result, const char *run, AnaSink sink, void *data)
{
    gboolean goes_on = TRUE;
    GString *out = g_string_new(NULL);
    for (gsize v = 0; v < ana_result_n_variants(result); v++) {
        gsize n = ana_plan_n_queries(ana_result_variant(result, v)->plan);
        for (gsize q = 0; q < n && goes_on; q++) {
            g_string_truncate(out, 0);
            for (guint i = 0; i < ana_result_n_used(result, v); i++)
                append_line(out, result, v, q, run, ana_result_used_replication(result, v, i),
                            ana_result_own_value(result, v, q, i));
            append_line(out, result, v, q, run, -1,
                        ana_result_estimate(result, v, q)->interval.value);
            goes_on = sink(data, out->str, out->len);
        }
    }
    g_string_free(out, TRUE);
    return goes_on;
}
