/* json_look.c — see json_look.h. */
#include "tests/support/json_look.h"

#include "tests/support/check.h"

#include <math.h>
#include <string.h>

json_t *look_parse(const char *text)
{
    json_error_t error;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    g_autofree char *claim =
        g_strdup_printf("JSON (line %d: %s) in:\n%.200s", error.line, error.text, text);
    test_true(document != NULL, claim, __FILE__, __LINE__);
    return document ? document : json_object();
}

static json_t *by_name(json_t *list, const char *key, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        const char *text = json_string_value(json_object_get(item, key));
        if (text && strcmp(text, name) == 0)
            return item;
    }
    return NULL;
}

json_t *look_variant(json_t *document, const char *name)
{
    return by_name(json_object_get(document, "variants"), "name", name);
}

json_t *look_metric(json_t *document, const char *variant, const char *metric)
{
    return json_object_get(json_object_get(look_variant(document, variant), "metrics"), metric);
}

double look_value(json_t *document, const char *variant, const char *metric)
{
    json_t *value = json_object_get(look_metric(document, variant, metric), "value");
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

json_t *look_own_metrics(json_t *document, const char *variant)
{
    json_t *metrics = json_deep_copy(json_object_get(look_variant(document, variant), "metrics"));
    const char *key;
    json_t *metric;
    json_object_foreach(metrics, key, metric) json_object_del(metric, "vs_baseline");
    return metrics;
}

const char *look_verdict(json_t *document, const char *variant, const char *check)
{
    json_t *checks = json_object_get(look_variant(document, variant), "checks");
    return json_string_value(json_object_get(by_name(checks, "check", check), "verdict"));
}
