/* summary.c — the JSON document of a run; see summary.h. */
#include "analysis/summary.h"

#include "analysis/json.h"
#include "analysis/plan.h"

enum { SUMMARY_FORMAT = 1 };

static void write_number(AnaJson *json, AnaUnit unit, double value)
{
    if (value != value)
        ana_json_null(json);
    else if (unit == ANA_UNIT_NS)
        ana_json_int(json, (gint64)value);
    else
        ana_json_double(json, value);
}

static void key_number(AnaJson *json, const char *key, AnaUnit unit, double value)
{
    ana_json_key(json, key);
    write_number(json, unit, value);
}

static void key_text(AnaJson *json, const char *key, const char *text)
{
    ana_json_key(json, key);
    ana_json_text(json, text);
}

static void key_uint(AnaJson *json, const char *key, guint64 value)
{
    ana_json_key(json, key);
    ana_json_uint(json, value);
}

static void key_bool(AnaJson *json, const char *key, gboolean value)
{
    ana_json_key(json, key);
    ana_json_bool(json, value);
}

static void key_digest(AnaJson *json, const char *key, guint64 digest)
{
    char text[17];
    g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", digest);
    key_text(json, key, text);
}

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
    ana_json_key(json, "vs_baseline");
    ana_json_object(json, ANA_JSON_INLINE);
    key_number(json, "difference", unit, estimate->difference.value);
    if (estimate->difference_has_bounds) {
        key_number(json, "low", unit, estimate->difference.low);
        key_number(json, "high", unit, estimate->difference.high);
    }
    key_bool(json, "paired", is_paired);
    ana_json_end(json);
}

static void write_metric(AnaJson *json, const AnaResult *result, gsize variant, gsize query)
{
    const AnaQuery *asked = ana_plan_query(ana_result_variant(result, variant)->plan, query);
    const AnaEstimate *estimate = ana_result_estimate(result, variant, query);
    AnaUnit unit = ana_query_unit(asked);
    ana_json_key(json, ana_result_query_name(result, variant, query));
    ana_json_object(json, ANA_JSON_INLINE);
    key_number(json, "value", unit, estimate->interval.value);
    key_text(json, "unit", ana_unit_name(unit));
    if (estimate->why_absent) {
        key_uint(json, "count", 0);
        key_text(json, "why_absent", estimate->why_absent);
        ana_json_end(json);
        return;
    }
    if (per_of(asked))
        key_text(json, "per", per_of(asked));
    if (estimate->has_bounds) {
        key_number(json, "low", unit, estimate->interval.low);
        key_number(json, "high", unit, estimate->interval.high);
    }
    key_uint(json, "count", estimate->count);
    if (estimate->censored)
        key_uint(json, "censored", estimate->censored);
    if (estimate->is_undrained)
        key_bool(json, "undrained", TRUE);
    if (estimate->has_difference)
        write_difference(json, unit, estimate, ana_result_is_paired(result, variant));
    ana_json_end(json);
}

/* ---- checks ------------------------------------------------------------------------------- */

static void key_instant(AnaJson *json, const char *key, SimTime at)
{
    ana_json_key(json, key);
    if (at == SIM_NEVER)
        ana_json_null(json);
    else
        ana_json_int(json, at);
}

static void write_offender(AnaJson *json, const AnaWorld *world, const AnaOffender *call)
{
    ana_json_object(json, ANA_JSON_INLINE);
    key_text(json, "operation", call->is_write ? "write" : "read");
    key_uint(json, "term", call->term);
    key_uint(json, "index", call->index);
    if (call->is_earlier) {
        key_bool(json, "before_window", TRUE);
    } else {
        key_text(json, "client", world->clients[call->client]);
        key_uint(json, "session", call->session);
        key_instant(json, "began", call->began);
        key_instant(json, "ended", call->ended);
    }
    if (call->node >= 0)
        key_text(json, "node", world->nodes[call->node]);
    ana_json_end(json);
}

static void write_offence(AnaJson *json, const AnaWorld *world, const AnaOffence *offence)
{
    ana_json_key(json, "offence");
    ana_json_object(json, ANA_JSON_INLINE);
    key_uint(json, "replication", offence->replication);
    key_uint(json, "key", offence->key);
    ana_json_key(json, "operations");
    ana_json_array(json, ANA_JSON_INLINE);
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
    key_text(json, "check", check->expectation->text);
    key_text(json, "verdict", ana_verdict_name(check->verdict));
    key_number(json, "value", unit, check->value);
    if (check->bound == check->bound)
        key_number(json, "bound", ANA_UNIT_COUNT, check->bound);
    if (check->expectation->relative)
        key_number(json, "limit", ANA_UNIT_COUNT, check->limit);
    if (check->why)
        key_text(json, "why", check->why);
    if (check->offence)
        write_offence(json, world, check->offence);
    key_bool(json, "gated", is_gated);
    ana_json_end(json);
}

/* ---- the document ------------------------------------------------------------------------- */

static void write_variant(AnaJson *json, const AnaResult *result, gsize variant, guint64 seed)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    ana_json_object(json, ANA_JSON_LINES);
    key_text(json, "name", given->name);
    if (given->seed != seed)
        key_uint(json, "seed", given->seed);
    key_digest(json, "world_digest", ana_result_world_digest(result, variant));
    key_digest(json, "event_digest", ana_result_event_digest(result, variant));
    key_uint(json, "events", ana_result_events(result, variant));
    ana_json_key(json, "metrics");
    ana_json_object(json, ANA_JSON_LINES);
    for (gsize i = 0; i < ana_plan_n_queries(given->plan); i++)
        write_metric(json, result, variant, i);
    ana_json_end(json);
    ana_json_key(json, "checks");
    ana_json_array(json, ANA_JSON_LINES);
    for (gsize i = 0; i < given->n_expectations; i++)
        write_check(json, &given->plan->world, ana_result_check(result, variant, i),
                    given->is_gated);
    ana_json_end(json);
    ana_json_end(json);
}

static void write_scenario(AnaJson *json, const AnaScenarioName *scenario)
{
    ana_json_object(json, ANA_JSON_INLINE);
    key_text(json, "name", scenario->name);
    key_text(json, "sha256", scenario->sha256);
    ana_json_end(json);
}

static void write_scenarios(AnaJson *json, const AnaScenarioName *scenarios, gsize n)
{
    ana_json_key(json, "scenario");
    if (n == 1) {
        write_scenario(json, scenarios);
        return;
    }
    ana_json_array(json, ANA_JSON_LINES);
    for (gsize i = 0; i < n; i++)
        write_scenario(json, &scenarios[i]);
    ana_json_end(json);
}

void ana_summary_write(const AnaResult *result, const char *version,
                       const AnaScenarioName *scenarios, gsize n_scenarios, GString *out)
{
    g_autoptr(AnaJson) json = ana_json_new(out);
    const AnaVariant *first = ana_result_variant(result, 0);
    ana_json_object(json, ANA_JSON_LINES);
    key_uint(json, "format", SUMMARY_FORMAT);
    key_text(json, "replsim", version);
    write_scenarios(json, scenarios, n_scenarios);
    key_uint(json, "seed", first->seed);
    key_uint(json, "replications", ana_result_n_used(result, 0));
    if (ana_result_is_partial(result))
        key_uint(json, "planned", first->n_replications);
    key_bool(json, "partial", ana_result_is_partial(result));
    ana_json_key(json, "variants");
    ana_json_array(json, ANA_JSON_LINES);
    for (gsize v = 0; v < ana_result_n_variants(result); v++)
        write_variant(json, result, v, first->seed);
    ana_json_end(json);
    ana_json_end(json);
    g_string_append_c(out, '\n');
}
