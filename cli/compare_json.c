/* compare_json.c — a comparison as JSON: `list schema comparison`; see compare.h. */
#include "cli/compare_pairs.h"

#include "analysis/json_keys.h"
#include "cli/version.h"

#include <math.h>

/* Times are whole. */
static void put_number(AnaJson *json, AnaJsonKey key, AnaUnit unit, double value)
{
    ana_put_number(json, key, unit, unit == ANA_UNIT_NS ? floor(value + 0.5) : value);
}

static void write_run(AnaJson *json, AnaJsonKey key, const CliStoredRun *run)
{
    ana_put_object(json, key, ANA_JSON_INLINE);
    ana_put_text(json, ANA_JSON_RUN_NAME, run->where.name);
    ana_put_text(json, ANA_JSON_RUN_REPLSIM, run->version);
    ana_put_text(json, ANA_JSON_RUN_BUILD, run->build);
    ana_json_end(json);
}

static void write_setting(AnaJson *json, const CliDifferentSetting *setting)
{
    ana_json_object(json, ANA_JSON_INLINE);
    ana_put_text(json, ANA_JSON_SETTING_KEY, setting->path);
    if (setting->before)
        ana_put_text(json, ANA_JSON_SETTING_BEFORE, setting->before);
    if (setting->after)
        ana_put_text(json, ANA_JSON_SETTING_AFTER, setting->after);
    ana_json_end(json);
}

static void write_inputs(AnaJson *json, const CliCompare *compare, const GArray *pairs)
{
    if (compare->runs[0]->variants[0].settings->len == 0 ||
        compare->runs[1]->variants[0].settings->len == 0)
        return;
    g_autoptr(GArray) settings = cli_pairs_differences(compare, pairs);
    ana_put_list(json, ANA_JSON_COMPARISON_INPUTS, ANA_JSON_LINES);
    for (guint i = 0; i < settings->len; i++)
        write_setting(json, &g_array_index(settings, CliDifferentSetting, i));
    ana_json_end(json);
}

static void write_estimate(AnaJson *json, AnaJsonKey key, AnaUnit unit, const AnaEstimate *estimate)
{
    ana_put_object(json, key, ANA_JSON_INLINE);
    put_number(json, ANA_JSON_ESTIMATE_VALUE, unit, estimate->interval.value);
    if (estimate->has_bounds) {
        put_number(json, ANA_JSON_ESTIMATE_LOW, unit, estimate->interval.low);
        put_number(json, ANA_JSON_ESTIMATE_HIGH, unit, estimate->interval.high);
    }
    ana_json_end(json);
}

typedef struct Writer {
    AnaJson *json;
    gboolean is_paired;
} Writer;

static void write_compared(void *data, const CliCompared *compared)
{
    const Writer *writer = data;
    AnaJson *json = writer->json;
    AnaUnit unit = ana_query_unit(&compared->query);
    const AnaEstimate *after = &compared->after;
    ana_json_key(json, compared->name);
    ana_json_object(json, ANA_JSON_INLINE);
    ana_put_text(json, ANA_JSON_COMPARED_UNIT, ana_unit_name(unit));
    write_estimate(json, ANA_JSON_COMPARED_BEFORE, unit, &compared->before);
    write_estimate(json, ANA_JSON_COMPARED_AFTER, unit, after);
    ana_put_object(json, ANA_JSON_COMPARED_DIFFERENCE, ANA_JSON_INLINE);
    put_number(json, ANA_JSON_DIFFERENCE_DIFFERENCE, unit, after->difference.value);
    if (after->difference_has_bounds) {
        put_number(json, ANA_JSON_DIFFERENCE_LOW, unit, after->difference.low);
        put_number(json, ANA_JSON_DIFFERENCE_HIGH, unit, after->difference.high);
    }
    ana_put_bool(json, ANA_JSON_DIFFERENCE_PAIRED, writer->is_paired);
    ana_json_end(json);
    ana_put_text(json, ANA_JSON_COMPARED_CHANGE, ana_change_word(compared->change));
    ana_json_end(json);
}

static void write_pair(AnaJson *json, const CliCompare *compare, const CliPair *pair)
{
    CliComparison comparison = cli_pair_comparison(compare, pair);
    comparison.all = TRUE;
    Writer writer = {json, comparison.is_paired};
    ana_json_object(json, ANA_JSON_LINES);
    ana_put_text(json, ANA_JSON_PAIR_BEFORE, cli_pair_variant(compare, pair, 0)->name);
    ana_put_text(json, ANA_JSON_PAIR_AFTER, cli_pair_variant(compare, pair, 1)->name);
    ana_put_bool(json, ANA_JSON_PAIR_SAME_WORLD, cli_pair_is_same_world(compare, pair));
    ana_put_object(json, ANA_JSON_PAIR_METRICS, ANA_JSON_LINES);
    cli_compare_each(&comparison, write_compared, &writer);
    ana_json_end(json);
    ana_json_end(json);
}

GString *cli_compare_json(const CliCompare *compare)
{
    GString *out = g_string_new(NULL);
    g_autoptr(AnaJson) json = ana_json_new(out);
    g_autoptr(GArray) pairs = cli_pairs_of(compare);
    const CliStoredRun *before = compare->runs[0], *after = compare->runs[1];
    ana_json_object(json, ANA_JSON_LINES);
    ana_put_format(json, ANA_JSON_COMPARISON_FORMAT);
    ana_put_text(json, ANA_JSON_COMPARISON_REPLSIM, REPLSIM_VERSION);
    write_run(json, ANA_JSON_COMPARISON_BEFORE, before);
    write_run(json, ANA_JSON_COMPARISON_AFTER, after);
    ana_put_bool(json, ANA_JSON_COMPARISON_SAME_PROGRAM,
                 g_strcmp0(before->binary, after->binary) == 0);
    write_inputs(json, compare, pairs);
    ana_put_list(json, ANA_JSON_COMPARISON_VARIANTS, ANA_JSON_LINES);
    for (guint i = 0; i < pairs->len; i++)
        write_pair(json, compare, &g_array_index(pairs, CliPair, i));
    ana_json_end(json);
    ana_json_end(json);
    g_string_append_c(out, '\n');
    return out;
}
