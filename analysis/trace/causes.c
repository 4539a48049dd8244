/* causes.c — which record led to which; the rules are in trace.h. */
#include "analysis/trace/trace_private.h"

/* What a record is about: as much of these as it says. */
typedef struct Subject {
    gboolean has_operation, has_entries, has_version;
    guint32 client, log;
    guint64 number;
    guint64 first, last; /* entries */
    guint64 key, serial;
} Subject;

gsize ana_trace_slot(const AnaTrace *trace, gint32 place)
{
    gsize n_parties = trace->world->n_nodes + trace->world->n_regions;
    return place >= 0 ? (gsize)place : n_parties + (gsize)(-1 - place);
}

/* An operation stands also for the entry or the version that it wrote. */
static void name_operation(const AnaTrace *trace, Subject *subject, guint32 client, guint64 number)
{
    const AnaTraceOperation *known = ana_trace_operation(trace, client, number);
    subject->has_operation = TRUE;
    subject->client = client;
    subject->number = number;
    if (known && known->entry.index) {
        subject->has_entries = TRUE;
        subject->log = known->log;
        subject->first = subject->last = known->entry.index;
    }
    if (known && known->serial) {
        subject->has_version = TRUE;
        subject->key = known->key;
        subject->serial = known->serial;
    }
}

static void name_entries(Subject *subject, guint32 log, guint64 first, guint64 last)
{
    subject->has_entries = first <= last && last > 0;
    subject->log = log;
    subject->first = first;
    subject->last = last;
}

static Subject subject_of(const AnaTrace *trace, const RepObservation *seen)
{
    Subject subject = {0};
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        name_operation(trace, &subject, seen->operation.client, seen->operation.number);
        break;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        if (seen->message.client)
            name_operation(trace, &subject, seen->message.client - 1, seen->message.number);
        else
            name_entries(&subject, seen->message.log, seen->message.first, seen->message.last);
        break;
    case REP_OBS_APPENDED:
        name_operation(trace, &subject, seen->appended.client, seen->appended.number);
        name_entries(&subject, seen->appended.log, seen->appended.entry.index,
                     seen->appended.entry.index);
        break;
    case REP_OBS_WRITTEN:
        name_operation(trace, &subject, seen->written.client, seen->written.number);
        subject.has_version = TRUE;
        subject.key = seen->written.key;
        subject.serial = seen->written.serial;
        break;
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_ENDED:
        subject.has_version = TRUE;
        subject.key = seen->stored.key;
        subject.serial = seen->stored.serial;
        break;
    case REP_OBS_HINT:
        subject.has_version = TRUE;
        subject.key = seen->hint.key;
        subject.serial = seen->hint.serial;
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
        name_entries(&subject, seen->entries.log, seen->entries.first, seen->entries.last);
        break;
    case REP_OBS_CARRIED:
        name_entries(&subject, seen->carried.log, seen->carried.from.index,
                     seen->carried.from.index);
        break;
    default:
        break;
    }
    return subject;
}

static gboolean meets(const Subject *a, const Subject *b)
{
    if (a->has_operation && b->has_operation && a->client == b->client && a->number == b->number)
        return TRUE;
    if (a->has_entries && b->has_entries && a->log == b->log && a->first <= b->last &&
        b->first <= a->last)
        return TRUE;
    return a->has_version && b->has_version && a->key == b->key && a->serial == b->serial;
}

static gboolean comes_from_outside(RepObservationKind kind)
{
    return kind == REP_OBS_MESSAGE_ARRIVED || kind == REP_OBS_NODE_CHANGED ||
           kind == REP_OBS_LEADERSHIP;
}

/* What is sent leads to nothing where it was sent, but for the end of an operation that waited for
 * an answer in vain; and what did not arrive leads to nothing. */
static gboolean may_lead(const RepObservation *seen, const RepObservation *later)
{
    return seen->kind != REP_OBS_MESSAGE_DROPPED &&
           (seen->kind != REP_OBS_MESSAGE_SENT || later->kind == REP_OBS_OPERATION_ENDED);
}

/* The latest record at the place that it may follow from. */
static guint32 look_back(const AnaTrace *trace, const AnaTraceRecord *record)
{
    Subject subject = subject_of(trace, &record->seen);
    guint32 number = record->previous, same_instant = 0;
    for (guint i = 0; number && i < ANA_TRACE_LOOK_BACK; i++) {
        const AnaTraceRecord *other = ana_trace_at(trace, number);
        Subject its = subject_of(trace, &other->seen);
        gboolean is_now = other->seen.at == record->seen.at;
        if (may_lead(&other->seen, &record->seen) && meets(&subject, &its))
            return number;
        if (is_now && !same_instant && comes_from_outside(other->seen.kind))
            same_instant = number;
        number = other->previous;
    }
    return same_instant;
}

guint ana_trace_sending(const AnaTrace *trace, guint64 message)
{
    gint64 id = (gint64)message;
    return GPOINTER_TO_UINT(g_hash_table_lookup(trace->state->sendings, &id));
}

guint32 ana_trace_cause(const AnaTrace *trace, const AnaTraceRecord *record)
{
    switch ((int)record->seen.kind) {
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return ana_trace_sending(trace, record->seen.message.id);
    case REP_OBS_NODE_CHANGED: {
        const AnaTraceRecord *fault = ana_trace_at(trace, trace->state->latest_fault);
        return fault && fault->seen.at == record->seen.at ? trace->state->latest_fault : 0;
    }
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
    case REP_OBS_PHASE:
        return 0;
    default:
        return record->place == ANA_TRACE_NOWHERE ? 0 : look_back(trace, record);
    }
}

static AnaTraceOperation *operation_for(AnaTrace *trace, guint32 client, guint64 number)
{
    AnaTraceOperation wanted = {.client = client, .number = number};
    AnaTraceOperation *known = g_hash_table_lookup(trace->state->operations, &wanted);
    if (known)
        return known;
    known = g_new0(AnaTraceOperation, 1);
    known->client = client;
    known->number = number;
    g_hash_table_add(trace->state->operations, known);
    return known;
}

/* By what later records of an operation are found. */
static void note_operation(AnaTrace *trace, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_OPERATION_BEGAN || seen->kind == REP_OBS_OPERATION_ENDED) {
        const RepOperationSeen *operation = &seen->operation;
        AnaTraceOperation *known = operation_for(trace, operation->client, operation->number);
        known->is_known = TRUE;
        known->session = operation->session;
        known->kind = (RepOperationKind)operation->kind;
        known->key = operation->key;
    } else if (seen->kind == REP_OBS_MESSAGE_SENT && seen->message.client) {
        operation_for(trace, seen->message.client - 1, seen->message.number)->session =
            seen->message.session;
    } else if (seen->kind == REP_OBS_APPENDED) {
        AnaTraceOperation *known =
            operation_for(trace, seen->appended.client, seen->appended.number);
        known->log = seen->appended.log;
        known->entry = seen->appended.entry;
        AnaTraceWriter writer = {.space = seen->appended.log,
                                 .version = seen->appended.entry.index,
                                 .client = seen->appended.client,
                                 .number = seen->appended.number};
        g_hash_table_add(trace->state->appendings, g_memdup2(&writer, sizeof writer));
        known->key = seen->appended.key;
    } else if (seen->kind == REP_OBS_WRITTEN) {
        AnaTraceOperation *known = operation_for(trace, seen->written.client, seen->written.number);
        known->key = seen->written.key;
        known->serial = seen->written.serial;
    }
}

void ana_trace_note(AnaTrace *trace, const AnaTraceRecord *record, guint32 number)
{
    AnaTraceState *state = trace->state;
    const RepObservation *seen = &record->seen;
    note_operation(trace, seen);
    if (record->place != ANA_TRACE_NOWHERE)
        state->latest[ana_trace_slot(trace, record->place)] = number;
    if (seen->kind == REP_OBS_FAULT_BEGAN || seen->kind == REP_OBS_FAULT_ENDED) {
        state->latest_fault = number;
    } else if (seen->kind == REP_OBS_MESSAGE_SENT) {
        gint64 *id = g_new(gint64, 1);
        *id = (gint64)seen->message.id;
        g_hash_table_insert(state->sendings, id, GUINT_TO_POINTER(number));
    }
}
