/*
 * query_name.c — the written form of a query, as `expect` and --metric accept it:
 * METRIC{filters, sorted}.stat [window].
 */
#include "analysis/plan.h"

#include <string.h>

/* Digits and a unit that say exactly `span`. */
char *ana_span_text(SimSpan span)
{
    static const struct {
        SimSpan ns;
        const char *name;
        int digits;
    } units[] = {{SIM_S, "s", 9}, {SIM_MS, "ms", 6}, {SIM_US, "us", 3}, {1, "ns", 0}};
    if (span == 0)
        return g_strdup("0ms");
    gsize u = 0;
    while (u + 1 < G_N_ELEMENTS(units) && span < units[u].ns)
        u++;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%" G_GINT64_FORMAT, span / units[u].ns);
    if (span % units[u].ns) {
        g_string_append_printf(text, ".%0*" G_GINT64_FORMAT, units[u].digits, span % units[u].ns);
        while (text->str[text->len - 1] == '0')
            g_string_truncate(text, text->len - 1);
    }
    g_string_append(text, units[u].name);
    return g_string_free(text, FALSE);
}

static void append_span(GString *out, SimSpan span)
{
    char *text = ana_span_text(span);
    g_string_append(out, text);
    g_free(text);
}

static void append_argument(GString *out, const AnaQuery *query)
{
    if (query->metric->arg == ANA_ARG_KIND && query->writes >= 0)
        g_string_append(out, query->writes ? "(writes)" : "(reads)");
    if (query->metric->arg == ANA_ARG_WORD && query->word >= 0)
        g_string_append_printf(out, "(%s)", query->metric->words[query->word].name);
    if (query->metric->arg == ANA_ARG_SPAN) {
        g_string_append_c(out, '(');
        append_span(out, query->span);
        g_string_append_c(out, ')');
    }
}

/* The name of a key of a script; NULL: it has none. */
static const char *key_name(const AnaWorld *world, gint64 key)
{
    for (gsize i = 0; i < world->n_steps; i++)
        if (world->steps[i].key == (guint64)key)
            return world->steps[i].key_text;
    return NULL;
}

/* `returns(s3)`, `holds(db1, cart)`. */
static void append_claim(GString *out, const AnaWorld *world, const AnaQuery *query)
{
    /* An empty text must be seen to be one. */
    const char *expected = query->expected && !*query->expected ? "\"\"" : query->expected;
    if (query->metric->arg == ANA_ARG_STEP)
        g_string_append_printf(out, "(%s) == %s", world->steps[query->step].name, expected);
    if (query->metric->arg != ANA_ARG_NODE_AND_KEY)
        return;
    g_string_append_printf(out, "(%s, %s) == %s", world->nodes[query->node],
                           key_name(world, query->key), expected);
}

static void append_filter(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s%s=%s", out->len ? ", " : "", name, value);
}

static void append_number_filter(GString *out, const char *name, gint64 value)
{
    g_string_append_printf(out, "%s%s=%" G_GINT64_FORMAT, out->len ? ", " : "", name, value);
}

/* Without braces; in alphabetical order. */
static GString *filters_of(const AnaWorld *world, const AnaQuery *query)
{
    GString *out = g_string_new(NULL);
    if (query->age >= 0) {
        g_string_append(out, "age>");
        append_span(out, query->age);
    }
    if (query->client >= 0)
        append_filter(out, "client", world->clients[query->client]);
    if (query->client_region >= 0)
        append_filter(out, "client_region", world->regions[query->client_region]);
    gboolean is_argument = query->metric->arg == ANA_ARG_NODE_AND_KEY;
    if (query->key >= 0 && !is_argument && key_name(world, query->key))
        append_filter(out, "key", key_name(world, query->key));
    else if (query->key >= 0 && !is_argument)
        append_number_filter(out, "key", query->key);
    if (query->node >= 0 && !is_argument)
        append_filter(out, "node", world->nodes[query->node]);
    if (query->partition >= 0)
        append_number_filter(out, "partition", query->partition);
    if (query->region >= 0)
        append_filter(out, "region", world->regions[query->region]);
    if (query->session >= 0)
        append_number_filter(out, "session", query->session);
    return out;
}

static void append_window(GString *out, const AnaWorld *world, const AnaQuery *query)
{
    const char *fault =
        query->fault >= 0 && world->faults[query->fault] ? world->faults[query->fault] : "?";
    switch (query->window) {
    case ANA_WINDOW_ALL:
        break;
    case ANA_WINDOW_DURING:
        g_string_append_printf(out, "during %s", fault);
        break;
    case ANA_WINDOW_BEFORE:
        g_string_append_printf(out, "before %s", fault);
        break;
    case ANA_WINDOW_AFTER:
        g_string_append_printf(out, "after %s", fault);
        break;
    case ANA_WINDOW_SPAN:
        append_span(out, query->from);
        g_string_append(out, "..");
        append_span(out, query->to);
        break;
    }
}

/* 0.95 is p95, 0.5 is p50, 0.9999 is p9999. */
static void append_quantile(GString *out, double quantile)
{
    char digits[40];
    g_ascii_formatd(digits, sizeof digits, "%.15f", quantile);
    gsize end = strlen(digits);
    while (end > 4 && digits[end - 1] == '0')
        end--;
    g_string_append_c(out, 'p');
    g_string_append_len(out, digits + 2, (gssize)(end - 2));
}

static void append_stat(GString *out, const AnaQuery *query)
{
    switch (query->stat) {
    case ANA_STAT_NONE:
        break;
    case ANA_STAT_MEAN:
        g_string_append(out, "mean");
        break;
    case ANA_STAT_MAX:
        g_string_append(out, "max");
        break;
    case ANA_STAT_RATE:
        g_string_append(out, "rate");
        break;
    case ANA_STAT_P50:
    case ANA_STAT_P90:
    case ANA_STAT_P99:
    case ANA_STAT_P999:
    case ANA_STAT_QUANTILE:
        append_quantile(out, query->quantile);
        break;
    }
}

void ana_plan_query_parts(const AnaPlan *plan, const AnaQuery *query, AnaQueryParts *parts)
{
    const AnaWorld *world = &plan->world;
    GString *metric = g_string_new(query->metric->name);
    append_argument(metric, query);
    append_claim(metric, world, query);
    parts->metric = g_string_free(metric, FALSE);
    parts->filter = g_string_free(filters_of(world, query), FALSE);
    GString *stat = g_string_new(NULL);
    append_stat(stat, query);
    parts->stat = g_string_free(stat, FALSE);
    GString *window = g_string_new(NULL);
    append_window(window, world, query);
    parts->window = g_string_free(window, FALSE);
}

void ana_query_parts_clear(AnaQueryParts *parts)
{
    g_clear_pointer(&parts->metric, g_free);
    g_clear_pointer(&parts->filter, g_free);
    g_clear_pointer(&parts->stat, g_free);
    g_clear_pointer(&parts->window, g_free);
}

char *ana_plan_query_name(const AnaPlan *plan, const AnaQuery *query)
{
    AnaQueryParts parts;
    ana_plan_query_parts(plan, query, &parts);
    GString *name = g_string_new(parts.metric);
    if (*parts.filter)
        g_string_append_printf(name, "{%s}", parts.filter);
    if (*parts.stat)
        g_string_append_printf(name, ".%s", parts.stat);
    if (*parts.window)
        g_string_append_printf(name, " %s", parts.window);
    ana_query_parts_clear(&parts);
    return g_string_free(name, FALSE);
}
