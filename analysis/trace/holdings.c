/* holdings.c — what every node holds of the key in focus, over time; see trace.h. */
#include "analysis/trace/trace_private.h"

#include <string.h>

/* Labels of more versions than these say how many there are. */
#define SHOWN_MAX 3u

static gboolean has_versions(const AnaTrace *trace)
{
    return (trace->world->events & ANA_HAS_VERSIONS) != 0;
}

static guint64 newest_of(const AnaTrace *trace, int node)
{
    if (!has_versions(trace)) {
        const AnaStoryEntry *entry =
            ana_story_logs_held(trace->state->logs, node, trace->wants.focus);
        return entry ? entry->version : 0;
    }
    const GArray *held = trace->state->held[node];
    return held->len ? g_array_index(held, guint64, held->len - 1) : 0;
}

static char *label_of(const AnaTrace *trace, int node)
{
    guint64 newest = newest_of(trace, node);
    const GArray *held = trace->state->held[node];
    if (newest == 0)
        return g_strdup("–");
    if (!has_versions(trace) || held->len == 1)
        return g_strdup_printf("v%" G_GUINT64_FORMAT, newest);
    if (held->len > SHOWN_MAX)
        return g_strdup_printf("%u versions", held->len);
    GString *label = g_string_new(NULL);
    for (guint i = 0; i < held->len; i++)
        g_string_append_printf(label, "%sv%" G_GUINT64_FORMAT, i ? " " : "",
                               g_array_index(held, guint64, i));
    return g_string_free(label, FALSE);
}

static void add(AnaTrace *trace, int node, SimTime at)
{
    AnaTraceHold hold = {.at = at, .node = node, .version = newest_of(trace, node)};
    hold.label = g_strdup(trace->state->labels[node]);
    g_array_append_val(trace->holds, hold);
}

static void look_again(AnaTrace *trace, int node, SimTime at)
{
    char *label = label_of(trace, node), **known = &trace->state->labels[node];
    gboolean is_same = g_strcmp0(label, *known) == 0;
    g_free(*known);
    *known = label;
    if (!is_same && trace->state->has_begun)
        add(trace, node, at);
}

void ana_trace_hold_begin(AnaTrace *trace)
{
    for (int i = 0; trace->wants.has_focus && i < (int)trace->world->n_nodes; i++) {
        g_free(trace->state->labels[i]);
        trace->state->labels[i] = label_of(trace, i);
        add(trace, i, trace->wants.from);
    }
}

static void put(GArray *held, guint64 serial)
{
    guint at = 0;
    while (at < held->len && g_array_index(held, guint64, at) < serial)
        at++;
    if (at == held->len || g_array_index(held, guint64, at) != serial)
        g_array_insert_val(held, at, serial);
}

static void take(GArray *held, guint64 serial)
{
    for (guint i = 0; i < held->len; i++)
        if (g_array_index(held, guint64, i) == serial) {
            g_array_remove_index(held, i);
            return;
        }
}

void ana_trace_hold_observe(AnaTrace *trace, const RepObservation *seen)
{
    AnaStoryLogs *logs = trace->state->logs;
    int node = -1;
    switch ((int)seen->kind) {
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
        node = seen->stored.key == trace->wants.focus ? seen->stored.node : -1;
        if (node >= 0 && seen->kind == REP_OBS_STORED)
            put(trace->state->held[node], seen->stored.serial);
        else if (node >= 0)
            take(trace->state->held[node], seen->stored.serial);
        break;
    case REP_OBS_APPENDED:
        if (seen->appended.key == trace->wants.focus)
            ana_story_logs_observe(logs, seen);
        break;
    case REP_OBS_LEADERSHIP:
    case REP_OBS_CARRIED:
    case REP_OBS_RECEIVED:
        ana_story_logs_observe(logs, seen);
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_APPLIED:
    case REP_OBS_INSTALLED:
    case REP_OBS_TRUNCATED:
        ana_story_logs_observe(logs, seen);
        node = seen->entries.node;
        break;
    default:
        break;
    }
    if (node >= 0)
        look_again(trace, node, seen->at);
}

guint64 ana_trace_version_number(const AnaTrace *trace, guint64 key, RepVersion version)
{
    if (version.index == 0 || !trace->wants.has_focus || key != trace->wants.focus)
        return 0;
    if (has_versions(trace))
        return version.index;
    gsize log = (gsize)rep_log_of_key(key, MAX(trace->world->n_logs, 1));
    const AnaStoryEntry *entry = ana_story_logs_at(trace->state->logs, log, version);
    return entry ? entry->version : 0;
}
