/* summary.c — the JSON document of a run; see summary.h. */
#include "analysis/summary.h"

#include "analysis/json_keys.h"
#include "analysis/plan.h"

/* ---- metrics ------------------------------------------------------------------------------ */

static const char *per_of(const AnaQuery *query)
{
    if (query->metric->shape == ANA_SHAPE_PER_OPERATION)
        return "operation";
    return query->metric->shape == ANA_SHAPE_TOTAL && query->stat == ANA_STAT_NONE ? "replication"
                                                                                   : NULL;
}

static void write_difference(AnaJson *json, AnaUnit unit, const AnaEstimate *estimate,
                             gboolean is_paired)
{
    ana_put_object(json, ANA_JSON_METRIC_VS_BASELINE, ANA_JSON_INLINE);
    ana_put_number(json, ANA_JSON_DIFFERENCE_DIFFERENCE, unit, estimate->difference.value);
    if (estimate->difference_has_bounds) {
        ana_put_number(json, ANA_JSON_DIFFERENCE_LOW, unit, estimate->difference.low);
        ana_put_number(json, ANA_JSON_DIFFERENCE_HIGH, unit, estimate->difference.high);
    }
    ana_put_bool(json, ANA_JSON_DIFFERENCE_PAIRED, is_paired);
    ana_json_end(json);
}

static void write_metric(AnaJson *json, const AnaResult *result, gsize variant, gsize query)
{
    const AnaQuery *asked = ana_plan_query(ana_result_variant(result, variant)->plan, query);
    const AnaEstimate *estimate = ana_result_estimate(result, variant, query);
    AnaUnit unit = ana_query_unit(asked);
    ana_json_key(json, ana_result_query_name(result, variant, query));
    ana_json_object(json, ANA_JSON_INLINE);
    ana_put_number(json, ANA_JSON_METRIC_VALUE, unit, estimate->interval.value);
    ana_put_text(json, ANA_JSON_METRIC_UNIT, ana_unit_name(unit));
    if (estimate->why_absent) {
        ana_put_uint(json, ANA_JSON_METRIC_COUNT, 0);
        ana_put_text(json, ANA_JSON_METRIC_WHY_ABSENT, estimate->why_absent);
        ana_json_end(json);
        return;
    }
    if (per_of(asked))
        ana_put_text(json, ANA_JSON_METRIC_PER, per_of(asked));
    if (estimate->has_bounds) {
        ana_put_number(json, ANA_JSON_METRIC_LOW, unit, estimate->interval.low);
        ana_put_number(json, ANA_JSON_METRIC_HIGH, unit, estimate->interval.high);
    }
    ana_put_uint(json, ANA_JSON_METRIC_COUNT, estimate->count);
    if (estimate->censored)
        ana_put_uint(json, ANA_JSON_METRIC_CENSORED, estimate->censored);
    if (estimate->is_undrained)
        ana_put_bool(json, ANA_JSON_METRIC_UNDRAINED, TRUE);
    if (estimate->has_difference)
        write_difference(json, unit, estimate, ana_result_is_paired(result, variant));
    ana_json_end(json);
}

/* ---- checks ------------------------------------------------------------------------------- */

static void write_offender(AnaJson *json, const AnaWorld *world, const AnaOffender *call)
{
    ana_json_object(json, ANA_JSON_INLINE);
    ana_put_text(json, ANA_JSON_OPERATION_OPERATION, call->is_write ? "write" : "read");
    ana_put_uint(json, ANA_JSON_OPERATION_TERM, call->term);
    ana_put_uint(json, ANA_JSON_OPERATION_INDEX, call->index);
    if (call->is_earlier) {
        ana_put_bool(json, ANA_JSON_OPERATION_BEFORE_WINDOW, TRUE);
    } else {
        ana_put_text(json, ANA_JSON_OPERATION_CLIENT, world->clients[call->client]);
        ana_put_uint(json, ANA_JSON_OPERATION_SESSION, call->session);
        ana_put_instant(json, ANA_JSON_OPERATION_BEGAN, call->began);
        ana_put_instant(json, ANA_JSON_OPERATION_ENDED, call->ended);
    }
    if (call->node >= 0)
        ana_put_text(json, ANA_JSON_OPERATION_NODE, world->nodes[call->node]);
    ana_json_end(json);
}

static void write_offence(AnaJson *json, const AnaWorld *world, const AnaOffence *offence)
{
    ana_put_object(json, ANA_JSON_CHECK_OFFENCE, ANA_JSON_INLINE);
    ana_put_uint(json, ANA_JSON_OFFENCE_REPLICATION, offence->replication);
    ana_put_uint(json, ANA_JSON_OFFENCE_KEY, offence->key);
    ana_put_list(json, ANA_JSON_OFFENCE_OPERATIONS, ANA_JSON_INLINE);
    for (gsize i = 0; i < offence->n; i++)
        write_offender(json, world, &offence->calls[i]);
    ana_json_end(json);
    ana_json_end(json);
}

static void write_check(AnaJson *json, const AnaWorld *world, const AnaCheck *check,
                        gboolean is_gated)
{
    AnaUnit unit = ana_query_unit(&check->expectation->query);
    ana_json_object(json, ANA_JSON_INLINE);
    ana_put_text(json, ANA_JSON_CHECK_CHECK, check->expectation->text);
    ana_put_text(json, ANA_JSON_CHECK_VERDICT, ana_verdict_name(check->verdict));
    ana_put_number(json, ANA_JSON_CHECK_VALUE, unit, check->value);
    if (check->bound == check->bound)
        ana_put_number(json, ANA_JSON_CHECK_BOUND, ANA_UNIT_COUNT, check->bound);
    if (check->expectation->relative)
        ana_put_number(json, ANA_JSON_CHECK_LIMIT, ANA_UNIT_COUNT, check->limit);
    if (check->why)
        ana_put_text(json, ANA_JSON_CHECK_WHY, check->why);
    if (check->offence)
        write_offence(json, world, check->offence);
    ana_put_bool(json, ANA_JSON_CHECK_GATED, is_gated);
    ana_json_end(json);
}

/* ---- the document ------------------------------------------------------------------------- */

static void write_variant(AnaJson *json, const AnaResult *result, gsize variant, guint64 seed)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    ana_json_object(json, ANA_JSON_LINES);
    ana_put_text(json, ANA_JSON_VARIANT_NAME, given->name);
    if (given->seed != seed)
        ana_put_uint(json, ANA_JSON_VARIANT_SEED, given->seed);
    ana_put_digest(json, ANA_JSON_VARIANT_WORLD_DIGEST, ana_result_world_digest(result, variant));
    ana_put_digest(json, ANA_JSON_VARIANT_EVENT_DIGEST, ana_result_event_digest(result, variant));
    ana_put_uint(json, ANA_JSON_VARIANT_EVENTS, ana_result_events(result, variant));
    ana_put_object(json, ANA_JSON_VARIANT_METRICS, ANA_JSON_LINES);
    for (gsize i = 0; i < ana_plan_n_queries(given->plan); i++)
        write_metric(json, result, variant, i);
    ana_json_end(json);
    ana_put_list(json, ANA_JSON_VARIANT_CHECKS, ANA_JSON_LINES);
    for (gsize i = 0; i < given->n_expectations; i++)
        write_check(json, &given->plan->world, ana_result_check(result, variant, i),
                    given->is_gated);
    ana_json_end(json);
    ana_json_end(json);
}

/* The rest of the object. */
static void write_scenario(AnaJson *json, const AnaScenarioName *scenario)
{
    ana_put_text(json, ANA_JSON_SCENARIO_NAME, scenario->name);
    ana_put_text(json, ANA_JSON_SCENARIO_SHA256, scenario->sha256);
    ana_json_end(json);
}

static void write_scenarios(AnaJson *json, const AnaScenarioName *scenarios, gsize n)
{
    if (n == 1) {
        ana_put_object(json, ANA_JSON_SUMMARY_SCENARIO, ANA_JSON_INLINE);
        write_scenario(json, scenarios);
        return;
    }
    ana_put_list(json, ANA_JSON_SUMMARY_SCENARIO, ANA_JSON_LINES);
    for (gsize i = 0; i < n; i++) {
        ana_json_object(json, ANA_JSON_INLINE);
        write_scenario(json, &scenarios[i]);
    }
    ana_json_end(json);
}

void ana_summary_write(const AnaResult *result, const char *version,
                       const AnaScenarioName *scenarios, gsize n_scenarios, GString *out)
{
    g_autoptr(AnaJson) json = ana_json_new(out);
    const AnaVariant *first = ana_result_variant(result, 0);
    ana_json_object(json, ANA_JSON_LINES);
    ana_put_format(json, ANA_JSON_SUMMARY_FORMAT);
    ana_put_text(json, ANA_JSON_SUMMARY_REPLSIM, version);
    write_scenarios(json, scenarios, n_scenarios);
    ana_put_uint(json, ANA_JSON_SUMMARY_SEED, first->seed);
    ana_put_uint(json, ANA_JSON_SUMMARY_REPLICATIONS, ana_result_n_used(result, 0));
    if (ana_result_is_partial(result))
        ana_put_uint(json, ANA_JSON_SUMMARY_PLANNED, first->n_replications);
    ana_put_bool(json, ANA_JSON_SUMMARY_PARTIAL, ana_result_is_partial(result));
    ana_put_list(json, ANA_JSON_SUMMARY_VARIANTS, ANA_JSON_LINES);
    for (gsize v = 0; v < ana_result_n_variants(result); v++)
        write_variant(json, result, v, first->seed);
    ana_json_end(json);
    ana_json_end(json);
    g_string_append_c(out, '\n');
}
