/* select.c — see select.h. */
#include "analysis/trace/select.h"

typedef struct Entry {
    guint32 log;
    guint64 index;
} Entry;

typedef struct Selection {
    const AnaTraceAbout *about;
    const AnaTraceFilter *filter;
    GArray *entries; /* Entry: writes to the key, by log and index */
} Selection;

static gint by_place(gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *other = b;
    if (one->log != other->log)
        return one->log < other->log ? -1 : 1;
    return (one->index > other->index) - (one->index < other->index);
}

/* Entries of the key that the window has seen appended, or shown by an operation. */
static void find_entries(Selection *selection)
{
    const AnaTrace *trace = selection->about->trace;
    guint32 log = (guint32)rep_log_of_key(selection->filter->key, MAX(trace->world->n_logs, 1));
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        Entry entry = {.log = log};
        if (seen->kind == REP_OBS_APPENDED && seen->appended.key == selection->filter->key)
            entry = (Entry){seen->appended.log, seen->appended.entry.index};
        else if (seen->kind == REP_OBS_OPERATION_ENDED && seen->operation.kind == REP_WRITE &&
                 seen->operation.key == selection->filter->key &&
                 !(trace->world->events & ANA_HAS_VERSIONS))
            entry.index = seen->operation.version.index;
        if (entry.index)
            g_array_append_val(selection->entries, entry);
    }
    g_array_sort(selection->entries, by_place);
}

static gboolean holds_entry(const Selection *selection, guint32 log, guint64 first, guint64 last)
{
    guint low = 0, high = selection->entries->len;
    Entry wanted = {log, first};
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (by_place(&g_array_index(selection->entries, Entry, middle), &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == selection->entries->len)
        return FALSE;
    const Entry *next = &g_array_index(selection->entries, Entry, low);
    return next->log == log && next->index <= last;
}

/* ---- parties ------------------------------------------------------------------------------ */

static gboolean shows_party(const Selection *selection, AnaTraceParty party)
{
    const AnaTraceFilter *filter = selection->filter;
    gint32 n_nodes = (gint32)selection->about->trace->world->n_nodes;
    if (party.place == ANA_TRACE_NOWHERE || (!filter->nodes && !filter->n_sessions))
        return TRUE;
    if (party.place >= 0 && party.place < n_nodes)
        return !filter->nodes || filter->nodes[party.place];
    if (party.place >= n_nodes) /* agents */
        return filter->n_sessions == 0;
    for (guint i = 0; i < filter->n_sessions; i++)
        if (filter->sessions[i].client == party.client &&
            (filter->sessions[i].session == party.session ||
             filter->sessions[i].session == G_MAXUINT32))
            return TRUE;
    return filter->n_sessions == 0;
}

static gboolean is_operation(const RepObservation *seen)
{
    return seen->kind == REP_OBS_OPERATION_BEGAN || seen->kind == REP_OBS_OPERATION_ENDED;
}

static gboolean is_message(const RepObservation *seen)
{
    return seen->kind == REP_OBS_MESSAGE_SENT || seen->kind == REP_OBS_MESSAGE_ARRIVED ||
           seen->kind == REP_OBS_MESSAGE_DROPPED;
}

/* ---- keys --------------------------------------------------------------------------------- */

static gboolean message_is_about_key(const Selection *selection, const RepMessageSeen *message)
{
    const AnaTrace *trace = selection->about->trace;
    if (message->client) {
        const AnaTraceOperation *known =
            ana_trace_operation(trace, message->client - 1, message->number);
        return known && known->is_known && known->key == selection->filter->key;
    }
    if (!ana_trace_message_has_entries(selection->about, message))
        return !ana_trace_is_routine(selection->about, message);
    return holds_entry(selection, message->log, message->first, message->last);
}

static gboolean is_about_key(const Selection *selection, const RepObservation *seen)
{
    guint64 key = selection->filter->key;
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return seen->operation.key == key;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return message_is_about_key(selection, &seen->message);
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_DIVERGED:
        return holds_entry(selection, seen->entries.log, seen->entries.first, seen->entries.last);
    case REP_OBS_CARRIED:
        return holds_entry(selection, seen->carried.log, seen->carried.to.index,
                           seen->carried.to.index);
    case REP_OBS_APPENDED:
        return seen->appended.key == key;
    case REP_OBS_WRITTEN:
        return seen->written.key == key;
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_ENDED:
        return seen->stored.key == key;
    case REP_OBS_HINT:
        return seen->hint.key == key;
    default:
        return TRUE;
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static gboolean shows(const Selection *selection, const AnaTraceRecord *record)
{
    const AnaTraceAbout *about = selection->about;
    const RepObservation *seen = &record->seen;
    const AnaTraceFilter *filter = selection->filter;
    if (is_message(seen)) {
        if (filter->hides_routine && ana_trace_is_routine(about, &seen->message))
            return FALSE;
        if (!shows_party(selection, ana_trace_sender(about->trace, &seen->message)) ||
            !shows_party(selection, ana_trace_receiver(about->trace, &seen->message)))
            return FALSE;
    } else if (!shows_party(selection, ana_trace_party(about->trace, record))) {
        return FALSE;
    }
    return !filter->has_key || is_about_key(selection, seen);
}

/* Where nodes were named and sessions not: only operations that had to do with them. */
static void hide_others(const Selection *selection, guint8 *shown)
{
    const AnaTrace *trace = selection->about->trace;
    g_autoptr(GHashTable) met = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        if (shown[i - 1] && is_message(seen) && seen->message.client)
            g_hash_table_add(met, (gpointer)ana_trace_operation(trace, seen->message.client - 1,
                                                                seen->message.number));
    }
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        if (is_operation(seen) &&
            !g_hash_table_contains(
                met, ana_trace_operation(trace, seen->operation.client, seen->operation.number)))
            shown[i - 1] = 0;
    }
}

static void keep_influences(const AnaTrace *trace, guint number, guint8 *shown)
{
    g_autofree guint8 *leads = g_new0(guint8, ana_trace_n(trace) + 1);
    for (guint32 at = number; at; at = ana_trace_at(trace, at)->cause)
        leads[at - 1] = 1;
    for (guint i = 0; i < ana_trace_n(trace); i++)
        shown[i] = shown[i] && leads[i];
}

guint8 *ana_trace_select(const AnaTraceAbout *about, const AnaTraceFilter *filter)
{
    guint n = ana_trace_n(about->trace);
    guint8 *shown = g_new0(guint8, n + 1);
    Selection selection = {about, filter, g_array_new(FALSE, FALSE, sizeof(Entry))};
    if (filter->has_key)
        find_entries(&selection);
    for (guint i = 0; i < n; i++)
        shown[i] = shows(&selection, ana_trace_at(about->trace, i + 1)) ? 1 : 0;
    if (filter->nodes && !filter->n_sessions)
        hide_others(&selection, shown);
    if (filter->influences)
        keep_influences(about->trace, filter->influences, shown);
    g_array_unref(selection.entries);
    return shown;
}
