/* scene_labels.c — what stands at arrows and answers; see scene.h. */
#include "analysis/trace/scene_private.h"

#include <string.h>

#define ENTRIES_LOOKED_AT 1000u
#define VALUE_MAX 28 /* characters of a value */

/* ---- values ------------------------------------------------------------------------------- */

/* What a step of a script wrote, cut where it is long; NULL: nothing, or it is no step. */
static char *value_text(const AnaTrace *trace, const AnaTraceWriter *writer)
{
    const char *value = writer ? ana_trace_value(trace, writer->client, writer->number) : NULL;
    if (!value || g_utf8_strlen(value, -1) <= VALUE_MAX)
        return g_strdup(value);
    g_autofree char *start = g_utf8_substring(value, 0, VALUE_MAX - 1);
    return g_strconcat(start, "…", NULL);
}

/* ---- arrows ------------------------------------------------------------------------------- */

/* The version of the key in focus that an entry is; 0: of another key, or not known. */
static guint64 version_of_entry(const AnaTrace *trace, guint32 log, guint32 term, guint64 index)
{
    const AnaTraceWriter *writer = ana_trace_appended(trace, log, index);
    const AnaTraceOperation *known =
        writer ? ana_trace_operation(trace, writer->client, writer->number) : NULL;
    guint64 focus = trace->wants.focus;
    if (known && known->key != focus)
        return 0;
    if (trace->world->events & ANA_HAS_VERSIONS)
        return known ? known->serial : 0;
    RepVersion place = known ? known->entry : (RepVersion){.index = index, .term = term};
    gboolean is_its_log = log == (guint32)rep_log_of_key(focus, MAX(trace->world->n_logs, 1));
    return is_its_log ? ana_trace_version_number(trace, focus, place) : 0;
}

/* The newest among those that a message names; 0: none. */
static guint64 version_in(const AnaTrace *trace, const RepMessageSeen *message)
{
    guint64 least = message->last - MIN(message->last - message->first, (guint64)ENTRIES_LOOKED_AT);
    for (guint64 index = message->last; trace->wants.has_focus && index >= least && index > 0;
         index--) {
        guint64 version = version_of_entry(trace, message->log, message->term, index);
        if (version)
            return version;
    }
    return 0;
}

static char *entries_label(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    const char *name = ana_trace_message_kind(about, message);
    guint64 version = version_in(about->trace, message);
    g_autofree char *value =
        message->first == message->last
            ? value_text(about->trace,
                         ana_trace_appended(about->trace, message->log, message->last))
            : NULL;
    g_autofree char *what =
        version ? g_strdup_printf("v%" G_GUINT64_FORMAT, version) : g_steal_pointer(&value);
    if (!what)
        return ana_trace_message_text(about, message);
    return strcmp(name, "entries") == 0 ? g_steal_pointer(&what)
                                        : g_strdup_printf("%s %s", name, what);
}

/* A message about an operation, that is neither its request nor its reply. */
static char *operation_label(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    const char *name = ana_trace_message_kind(about, message);
    const AnaTraceOperation *known =
        ana_trace_operation(about->trace, message->client - 1, message->number);
    gboolean is_request = strcmp(name, "write") == 0 || strcmp(name, "read") == 0;
    if (message->from < 0 && is_request) {
        RepMessageSeen request = *message;
        request.kind = REP_MESSAGE_REQUEST;
        return ana_trace_message_text(about, &request);
    }
    if (known && known->serial && strcmp(name, "write") == 0)
        return g_strdup_printf("v%" G_GUINT64_FORMAT, known->serial);
    return g_strdup(name);
}

char *ana_scene_arrow_label(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    if (message->kind == REP_MESSAGE_REPLY || message->to < 0)
        return NULL; /* what the client is told stands at its end */
    if (message->kind == REP_MESSAGE_REQUEST)
        return ana_trace_message_text(about, message);
    if (message->client)
        return operation_label(about, message);
    if (ana_trace_message_has_entries(about, message))
        return entries_label(about, message);
    return ana_trace_message_text(about, message);
}

/* ---- answers ------------------------------------------------------------------------------ */

static gboolean is_in_focus(const AnaTrace *trace, const RepOperationSeen *operation)
{
    return (trace->world->events & ANA_HAS_VERSIONS) ||
           (trace->wants.has_focus && operation->key == trace->wants.focus);
}

/* The one write whose version a read returned; NULL: none, several, or it was not kept. */
static const AnaTraceWriter *writer_of(const AnaTrace *trace, const AnaTraceRecord *record)
{
    const RepOperationSeen *operation = &record->seen.operation;
    if (!(trace->world->events & ANA_HAS_VERSIONS))
        return ana_trace_writer(trace, operation->key, operation->version);
    if (record->n_serials != 1)
        return NULL;
    return ana_trace_serial_writer(trace, operation->key,
                                   g_array_index(trace->serials, guint64, record->first_serial));
}

char *ana_scene_answer_label(const AnaTraceAbout *about, const AnaTraceRecord *record,
                             gboolean is_stale)
{
    const AnaTrace *trace = about->trace;
    const RepOperationSeen *operation = &record->seen.operation;
    g_autofree char *version = ana_trace_version_text(trace, record);
    gboolean is_numbered = is_in_focus(trace, operation);
    if (operation->kind == REP_WRITE)
        return is_numbered ? g_strdup_printf("ok, %s", version) : g_strdup("ok");
    g_autofree char *value = value_text(trace, writer_of(trace, record));
    const char *space = is_numbered && value ? " " : "";
    return g_strdup_printf("%s%s%s%s", is_numbered || !value ? version : "", space,
                           value ? value : "", is_stale ? ", STALE" : "");
}
