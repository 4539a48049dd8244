/* why_stale.c — see why_stale.h. */
#include "analysis/trace/why_stale.h"

static gboolean is_operation_end(const RepObservation *seen, guint32 client, guint64 number)
{
    return seen->kind == REP_OBS_OPERATION_ENDED && seen->operation.client == client &&
           seen->operation.number == number;
}

static guint find_read(const AnaTrace *trace, const AnaStaleRead *read)
{
    for (guint i = ana_trace_n(trace); i >= 1; i--)
        if (is_operation_end(&ana_trace_at(trace, i)->seen, read->client, read->number))
            return i;
    return 0;
}

/* A write to the key that was acknowledged just then. */
static guint find_write(const AnaTrace *trace, const AnaStaleRead *read)
{
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        if (seen->kind == REP_OBS_OPERATION_ENDED && seen->at == read->began - read->age &&
            seen->operation.kind == REP_WRITE && seen->operation.outcome == REP_OK &&
            seen->operation.key == read->key)
            return i;
    }
    return 0;
}

/* The node's reply, among the causes of the answer. */
static SimTime served_at(const AnaTrace *trace, const AnaWhyStale *why)
{
    SimTime served = ana_trace_at(trace, why->read)->seen.at;
    for (guint32 i = why->read; i; i = ana_trace_at(trace, i)->cause) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        if (record->seen.kind == REP_OBS_MESSAGE_SENT && record->place == why->node &&
            why->node >= 0)
            return record->seen.at;
    }
    return served;
}

static gboolean has_entry(const RepObservation *seen, guint32 log, guint64 index)
{
    gboolean makes_visible = seen->kind == REP_OBS_APPLIED || seen->kind == REP_OBS_INSTALLED;
    if (!makes_visible || seen->entries.log != log)
        return FALSE;
    return seen->entries.last >= index &&
           (seen->kind == REP_OBS_INSTALLED || seen->entries.first <= index);
}

guint64 ana_why_stale_version(const AnaTrace *trace, const AnaWhyStale *why)
{
    if (!why->write)
        return 0;
    const AnaTraceRecord *write = ana_trace_at(trace, why->write);
    if (write->n_serials)
        return g_array_index(trace->serials, guint64, write->first_serial + write->n_serials - 1);
    return ana_trace_version_number(trace, write->seen.operation.key,
                                    write->seen.operation.version);
}

guint ana_why_stale_held(const AnaTrace *trace, const AnaWhyStale *why, gint32 node)
{
    if (!why->write)
        return 0;
    const AnaTraceRecord *write = ana_trace_at(trace, why->write);
    const RepOperationSeen *operation = &write->seen.operation;
    gboolean has_versions = (trace->world->events & ANA_HAS_VERSIONS) != 0;
    guint32 log = (guint32)rep_log_of_key(operation->key, MAX(trace->world->n_logs, 1));
    guint64 serial = write->n_serials ? g_array_index(trace->serials, guint64,
                                                      write->first_serial + write->n_serials - 1)
                                      : operation->version.index;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        const RepObservation *seen = &record->seen;
        if (record->place != node || seen->at < operation->began)
            continue;
        if (has_versions ? seen->kind == REP_OBS_STORED && seen->stored.key == operation->key &&
                               seen->stored.serial == serial
                         : has_entry(seen, log, operation->version.index))
            return i;
    }
    return 0;
}

/* Does the message carry what the write became, by its operation or its entry? */
static gboolean carries(const AnaTraceAbout *about, const RepMessageSeen *message,
                        const RepOperationSeen *write)
{
    const AnaTraceOperation *known =
        ana_trace_operation(about->trace, write->client, write->number);
    if (message->client)
        return message->client == write->client + 1 && message->number == write->number;
    return known && known->entry.index && message->log == known->log &&
           ana_trace_message_has_entries(about, message) && message->first <= known->entry.index &&
           message->last >= known->entry.index;
}

AnaWhyMessages ana_why_stale_messages(const AnaTraceAbout *about, const AnaWhyStale *why)
{
    const AnaTrace *trace = about->trace;
    AnaWhyMessages messages = {0};
    if (!why->write || why->node < 0)
        return messages;
    const RepOperationSeen *write = &ana_trace_at(trace, why->write)->seen.operation;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        gboolean is_sent = seen->kind == REP_OBS_MESSAGE_SENT;
        if ((!is_sent && seen->kind != REP_OBS_MESSAGE_DROPPED) || seen->message.to != why->node ||
            !carries(about, &seen->message, write))
            continue;
        messages.sent += is_sent ? 1 : 0;
        messages.lost += is_sent ? 0 : 1;
        messages.last_lost = is_sent ? messages.last_lost : i;
    }
    return messages;
}

/* Is the record about another operation than the write? What is sent together has the cause of
 * what was sent last. */
static gboolean is_of_another(const RepObservation *seen, const RepOperationSeen *write)
{
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
        return seen->operation.client != write->client || seen->operation.number != write->number;
    case REP_OBS_APPENDED:
        return seen->appended.client != write->client || seen->appended.number != write->number;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
        return seen->message.client &&
               (seen->message.client != write->client + 1 || seen->message.number != write->number);
    default:
        return FALSE;
    }
}

static void find_path(const AnaTrace *trace, AnaWhyStale *why)
{
    if (!why->write)
        return;
    const RepOperationSeen *write = &ana_trace_at(trace, why->write)->seen.operation;
    for (guint32 i = why->hold; i; i = ana_trace_at(trace, i)->cause) {
        if (is_of_another(&ana_trace_at(trace, i)->seen, write))
            return;
        g_array_prepend_val(why->path, i);
    }
}

AnaWhyStale ana_why_stale(const AnaTrace *trace, const AnaStaleRead *read)
{
    AnaWhyStale why = {.path = g_array_new(FALSE, FALSE, sizeof(guint)), .node = -1};
    why.read = find_read(trace, read);
    if (!why.read)
        return why;
    why.write = find_write(trace, read);
    why.node = ana_trace_at(trace, why.read)->seen.operation.node;
    why.served = served_at(trace, &why);
    if (why.node >= 0)
        why.hold = ana_why_stale_held(trace, &why, why.node);
    find_path(trace, &why);
    return why;
}

void ana_why_stale_clear(AnaWhyStale *why)
{
    g_clear_pointer(&why->path, g_array_unref);
}

/* ---- what is shown ------------------------------------------------------------------------ */

/* Is the record about the operation that another one ends? */
static gboolean is_about(const RepObservation *seen, const RepOperationSeen *operation)
{
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return seen->operation.client == operation->client &&
               seen->operation.number == operation->number;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return seen->message.client == operation->client + 1 &&
               seen->message.number == operation->number;
    default:
        return FALSE;
    }
}

static gboolean is_of_the_world(const RepObservation *seen)
{
    return seen->kind == REP_OBS_FAULT_BEGAN || seen->kind == REP_OBS_FAULT_ENDED ||
           seen->kind == REP_OBS_NODE_CHANGED || seen->kind == REP_OBS_LEADERSHIP;
}

void ana_why_stale_span(const AnaTrace *trace, const AnaWhyStale *why, SimTime *from, SimTime *to)
{
    const RepObservation *read = &ana_trace_at(trace, why->read)->seen;
    *from = read->operation.began;
    *to = read->at;
    if (why->write)
        *from = MIN(*from, ana_trace_at(trace, why->write)->seen.operation.began);
    if (why->hold)
        *to = MAX(*to, ana_trace_at(trace, why->hold)->seen.at);
}

guint8 *ana_why_stale_shown(const AnaTrace *trace, const AnaWhyStale *why)
{
    guint8 *shown = g_new0(guint8, ana_trace_n(trace) + 1);
    SimTime from, to;
    if (!why->read)
        return shown;
    ana_why_stale_span(trace, why, &from, &to);
    const RepOperationSeen *read = &ana_trace_at(trace, why->read)->seen.operation;
    const RepOperationSeen *write =
        why->write ? &ana_trace_at(trace, why->write)->seen.operation : read;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const RepObservation *seen = &ana_trace_at(trace, i)->seen;
        gboolean is_within = seen->at >= from && seen->at <= to;
        shown[i - 1] =
            is_within && (is_about(seen, read) || is_about(seen, write) || is_of_the_world(seen));
    }
    for (guint i = 0; i < why->path->len; i++)
        shown[g_array_index(why->path, guint, i) - 1] = 1;
    return shown;
}
