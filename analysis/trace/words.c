/* words.c — see words.h. */
#include "analysis/trace/words.h"

#include <string.h>

/* ---- names -------------------------------------------------------------------------------- */

/* As a script calls it, or GROUP/NUMBER. */
static char *session_name(const AnaTrace *trace, guint32 client, guint32 session)
{
    const AnaWorld *world = trace->world;
    for (gsize i = 0; i < world->n_steps; i++) {
        const AnaStep *step = &world->steps[i];
        if (step->client == client && step->session_number == session)
            return step->session ? g_strdup(step->session) : g_strdup(world->clients[client]);
    }
    return g_strdup_printf("%s/%u", world->clients[client], session);
}

char *ana_trace_party_name(const AnaTrace *trace, AnaTraceParty party)
{
    const AnaWorld *world = trace->world;
    gint32 n_nodes = (gint32)world->n_nodes;
    if (party.place == ANA_TRACE_NOWHERE)
        return g_strdup("world");
    if (party.client)
        return session_name(trace, party.client - 1, party.session);
    if (party.place < 0)
        return g_strdup_printf("clients-%s", world->regions[-1 - party.place]);
    return party.place < n_nodes
               ? g_strdup(world->nodes[party.place])
               : g_strdup_printf("agent-%s", world->regions[party.place - n_nodes]);
}

static const AnaStep *step_of(const AnaTrace *trace, guint32 client, guint64 number)
{
    const AnaWorld *world = trace->world;
    for (gsize i = 0; i < world->n_steps; i++)
        if (world->steps[i].client == client && world->steps[i].number == number)
            return &world->steps[i];
    return NULL;
}

char *ana_trace_operation_name(const AnaTrace *trace, guint32 client, guint64 number)
{
    const AnaStep *step = step_of(trace, client, number);
    if (step && step->name)
        return g_strdup(step->name);
    return g_strdup_printf("%s-%" G_GUINT64_FORMAT, trace->world->clients[client], number);
}

const char *ana_trace_value(const AnaTrace *trace, guint32 client, guint64 number)
{
    const AnaStep *step = step_of(trace, client, number);
    return step ? step->value : NULL;
}

char *ana_trace_key_name(const AnaTrace *trace, guint64 key)
{
    for (gsize i = 0; i < trace->world->n_steps; i++)
        if (trace->world->steps[i].key == key)
            return g_strdup(trace->world->steps[i].key_text);
    return g_strdup_printf("%" G_GUINT64_FORMAT, key);
}

/* ---- messages ----------------------------------------------------------------------------- */

const char *ana_trace_message_kind(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    if (message->kind == REP_MESSAGE_REQUEST)
        return "request";
    if (message->kind == REP_MESSAGE_REPLY)
        return "reply";
    guint kind = message->kind - (guint)REP_MESSAGE_POLICY;
    for (guint i = 0; about->messages && about->messages[i]; i++)
        if (i == kind)
            return about->messages[i];
    return message->kind >= REP_MESSAGE_BARE ? "transport-ack" : "message";
}

gboolean ana_trace_is_routine(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    if (message->kind >= REP_MESSAGE_BARE)
        return TRUE;
    return message->kind >= REP_MESSAGE_POLICY &&
           (about->routine >> (message->kind - REP_MESSAGE_POLICY) & 1);
}

gboolean ana_trace_message_has_entries(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    static const char *const kinds[] = {"entries",        "ack",      "tail-ack", "report-received",
                                        "report-flushed", "snapshot", "committed"};
    const char *name = ana_trace_message_kind(about, message);
    if (message->client || message->first > message->last || message->last == 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(name, kinds[i]) == 0)
            return TRUE;
    return FALSE;
}

static void append_range(GString *out, guint64 first, guint64 last)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, first);
    if (last != first)
        g_string_append_printf(out, "–%" G_GUINT64_FORMAT, last);
}

/* "write cart [milk]" */
static char *request_text(const AnaTrace *trace, const RepMessageSeen *message)
{
    guint32 client = message->client - 1;
    const AnaTraceOperation *known = ana_trace_operation(trace, client, message->number);
    const char *value = ana_trace_value(trace, client, message->number);
    if (!known || !known->is_known) {
        g_autofree char *name = ana_trace_operation_name(trace, client, message->number);
        return g_strdup_printf("request of %s", name);
    }
    g_autofree char *key = ana_trace_key_name(trace, known->key);
    return g_strdup_printf("%s %s%s%s", known->kind == REP_WRITE ? "write" : "read", key,
                           value && known->kind == REP_WRITE ? " " : "",
                           value && known->kind == REP_WRITE ? value : "");
}

char *ana_trace_message_text(const AnaTraceAbout *about, const RepMessageSeen *message)
{
    const char *kind = ana_trace_message_kind(about, message);
    if (message->kind == REP_MESSAGE_REQUEST && message->client)
        return request_text(about->trace, message);
    GString *out = g_string_new(kind);
    if (message->client) {
        g_autofree char *name =
            ana_trace_operation_name(about->trace, message->client - 1, message->number);
        g_string_append_printf(out, "%s%s", message->kind == REP_MESSAGE_REPLY ? " to " : " of ",
                               name);
    } else if (ana_trace_message_has_entries(about, message)) {
        g_string_append_c(out, ' ');
        append_range(out, message->first, message->last);
    }
    return g_string_free(out, FALSE);
}

/* ---- events ------------------------------------------------------------------------------- */

static const char *node_word(guint32 state)
{
    return state == REP_NODE_UP ? "up" : state == REP_NODE_DOWN ? "down" : "paused";
}

const char *ana_trace_event(const RepObservation *seen)
{
    switch (seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
        return "invoked";
    case REP_OBS_OPERATION_ENDED:
        return "answered";
    case REP_OBS_DURABLE:
        return "durable";
    case REP_OBS_RECEIVED:
        return "received";
    case REP_OBS_FLUSHED:
        return "flushed";
    case REP_OBS_APPLIED:
        return "applied";
    case REP_OBS_COMMITTED:
        return "committed";
    case REP_OBS_TRUNCATED:
        return "truncated";
    case REP_OBS_LEADERSHIP:
        return seen->leadership.leads ? "leads" : "leads-no-more";
    case REP_OBS_LEASE:
        return seen->leadership.leads ? "lease-holds" : "lease-lapsed";
    case REP_OBS_INSTALLED:
        return "installed";
    case REP_OBS_DIVERGED:
        return "diverged";
    case REP_OBS_CARRIED:
        return "carried";
    case REP_OBS_RULE_CHANGED:
        return seen->rule.waiting ? "waits-again" : "fell-back";
    case REP_OBS_NODE_CHANGED:
        return node_word(seen->node.state);
    case REP_OBS_FAULT_BEGAN:
        return "fault-began";
    case REP_OBS_FAULT_ENDED:
        return "fault-ended";
    case REP_OBS_PHASE:
        return "phase";
    case REP_OBS_MESSAGE_SENT:
        return "sent";
    case REP_OBS_MESSAGE_ARRIVED:
        return "arrived";
    case REP_OBS_MESSAGE_DROPPED:
        return "lost";
    case REP_OBS_APPENDED:
        return "appended";
    case REP_OBS_IN_SYNC:
        return seen->in_sync.enters ? "in-sync" : "out-of-sync";
    case REP_OBS_WRITTEN:
        return "accepted";
    case REP_OBS_STORED:
        return "stored";
    case REP_OBS_UNSTORED:
        return "unstored";
    case REP_OBS_WRITE_ENDED:
        return "write-gone";
    case REP_OBS_HINT:
        return seen->hint.pending > seen->hint.was ? "hint-kept" : "hint-gone";
    case REP_OBS_FLUSH:
    case REP_OBS_WRITE_CUT_OFF:
    case REP_OBS_SETTLED:
    case REP_OBS_KINDS:
        break;
    }
    return "other";
}

const char *ana_trace_outcome(guint8 outcome)
{
    static const char *const names[] = {"ok", "failed", "unknown", "not-started"};
    return names[MIN(outcome, REP_NOT_STARTED)];
}

const char *ana_trace_phase(guint32 phase)
{
    static const char *const names[] = {"warmup", "measured", "drain", "end"};
    return names[MIN(phase, REP_PHASE_END)];
}

char *ana_trace_version_text(const AnaTrace *trace, const AnaTraceRecord *record)
{
    const RepVersion *version = &record->seen.operation.version;
    if (trace->world->events & ANA_HAS_VERSIONS) {
        GString *out = g_string_new(record->n_serials ? NULL : "nothing");
        for (guint i = 0; i < record->n_serials; i++)
            g_string_append_printf(
                out, "%sv%" G_GUINT64_FORMAT, i ? " and " : "",
                g_array_index(trace->serials, guint64, record->first_serial + i));
        return g_string_free(out, FALSE);
    }
    if (version->index == 0)
        return g_strdup("nothing");
    guint64 number = ana_trace_version_number(trace, record->seen.operation.key, *version);
    if (number)
        return g_strdup_printf("v%" G_GUINT64_FORMAT, number);
    return g_strdup_printf("entry %u/%" G_GUINT64_FORMAT, version->term, version->index);
}

static char *operation_text(const AnaTraceAbout *about, const AnaTraceRecord *record)
{
    const RepOperationSeen *operation = &record->seen.operation;
    g_autofree char *key = ana_trace_key_name(about->trace, operation->key);
    g_autofree char *name =
        ana_trace_operation_name(about->trace, operation->client, operation->number);
    const char *verb = operation->kind == REP_WRITE ? "write" : "read";
    if (record->seen.kind == REP_OBS_OPERATION_BEGAN)
        return g_strdup_printf("%s begins: %s %s", name, verb, key);
    if (operation->outcome != REP_OK)
        return g_strdup_printf("%s ends: %s %s, %s", name, verb, key,
                               ana_trace_outcome(operation->outcome));
    g_autofree char *version = ana_trace_version_text(about->trace, record);
    return g_strdup_printf("%s ends: %s %s %s %s", name, verb, key,
                           operation->kind == REP_WRITE ? "became" : "returned", version);
}

static char *message_record_text(const AnaTraceAbout *about, const RepObservation *seen)
{
    const RepMessageSeen *message = &seen->message;
    gboolean is_sent = seen->kind == REP_OBS_MESSAGE_SENT;
    AnaTraceParty other = is_sent ? ana_trace_receiver(about->trace, message)
                                  : ana_trace_sender(about->trace, message);
    g_autofree char *what = ana_trace_message_text(about, message);
    g_autofree char *name = ana_trace_party_name(about->trace, other);
    return g_strdup_printf("%s %s %s %s", ana_trace_event(seen), what, is_sent ? "to" : "from",
                           name);
}

static char *entries_text(const AnaTraceAbout *about, const RepObservation *seen)
{
    GString *out = g_string_new(ana_trace_event(seen));
    g_string_append_c(out, ' ');
    append_range(out, seen->entries.first, seen->entries.last);
    if (about->trace->world->n_logs > 1)
        g_string_append_printf(out, " of log %u", seen->entries.log);
    return g_string_free(out, FALSE);
}

static const char *fault_name(const AnaTrace *trace, guint32 fault)
{
    const char *name = trace->world->faults[fault];
    return name ? name : "fault";
}

static char *version_event_text(const AnaTraceAbout *about, const RepObservation *seen, guint64 key,
                                guint64 serial)
{
    g_autofree char *name = ana_trace_key_name(about->trace, key);
    return g_strdup_printf("%s v%" G_GUINT64_FORMAT " of %s", ana_trace_event(seen), serial, name);
}

char *ana_trace_text(const AnaTraceAbout *about, const AnaTraceRecord *record)
{
    const RepObservation *seen = &record->seen;
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        return operation_text(about, record);
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        return message_record_text(about, seen);
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
        return entries_text(about, seen);
    case REP_OBS_LEADERSHIP:
        return g_strdup_printf("%s, term %u", ana_trace_event(seen), seen->leadership.term);
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
        return g_strdup_printf("%s %s", fault_name(about->trace, seen->fault.fault),
                               seen->kind == REP_OBS_FAULT_BEGAN ? "begins" : "ends");
    case REP_OBS_PHASE:
        return g_strdup_printf("phase: %s", ana_trace_phase(seen->phase.phase));
    case REP_OBS_IN_SYNC:
        return g_strdup_printf("%s: %s", ana_trace_event(seen),
                               about->trace->world->nodes[seen->in_sync.member]);
    case REP_OBS_APPENDED: {
        g_autofree char *name =
            ana_trace_operation_name(about->trace, seen->appended.client, seen->appended.number);
        return g_strdup_printf("appended %s as entry %u/%" G_GUINT64_FORMAT, name,
                               seen->appended.entry.term, seen->appended.entry.index);
    }
    case REP_OBS_WRITTEN:
        return version_event_text(about, seen, seen->written.key, seen->written.serial);
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_ENDED:
        return version_event_text(about, seen, seen->stored.key, seen->stored.serial);
    case REP_OBS_HINT:
        return version_event_text(about, seen, seen->hint.key, seen->hint.serial);
    default:
        return g_strdup(ana_trace_event(seen));
    }
}
