/* ndjson.c — one JSON object a line; see forms.h. */
#include "analysis/json.h"
#include "analysis/trace/forms.h"
#include "analysis/trace/out.h"

static void text_member(AnaJson *json, const char *key, const char *text)
{
    ana_json_key(json, key);
    ana_json_text(json, text);
}

static void owned_member(AnaJson *json, const char *key, char *text)
{
    text_member(json, key, text);
    g_free(text);
}

static void uint_member(AnaJson *json, const char *key, guint64 value)
{
    ana_json_key(json, key);
    ana_json_uint(json, value);
}

static void int_member(AnaJson *json, const char *key, gint64 value)
{
    ana_json_key(json, key);
    ana_json_int(json, value);
}

static void place_member(AnaJson *json, const AnaTrace *trace, const char *key, AnaTraceParty party)
{
    owned_member(json, key, ana_trace_party_name(trace, party));
}

static void node_member(AnaJson *json, const AnaTrace *trace, const char *key, gint32 node)
{
    text_member(json, key, node >= 0 ? trace->world->nodes[node] : NULL);
}

static void version_member(AnaJson *json, const char *key, RepVersion version)
{
    ana_json_key(json, key);
    if (version.index == 0) {
        ana_json_null(json);
        return;
    }
    ana_json_object(json, ANA_JSON_INLINE);
    uint_member(json, "term", version.term);
    uint_member(json, "index", version.index);
    ana_json_end(json);
}

/* ---- the kinds ---------------------------------------------------------------------------- */

static void write_operation(AnaJson *json, const AnaTraceAbout *about, const AnaTraceRecord *record)
{
    const AnaTrace *trace = about->trace;
    const RepOperationSeen *operation = &record->seen.operation;
    owned_member(json, "operation",
                 ana_trace_operation_name(trace, operation->client, operation->number));
    text_member(json, "kind", operation->kind == REP_WRITE ? "write" : "read");
    owned_member(json, "key", ana_trace_key_name(trace, operation->key));
    const char *value = ana_trace_value(trace, operation->client, operation->number);
    if (value)
        text_member(json, "value", value);
    text_member(json, "region", trace->world->regions[operation->region]);
    if (record->seen.kind == REP_OBS_OPERATION_BEGAN)
        return;
    text_member(json, "outcome", ana_trace_outcome(operation->outcome));
    node_member(json, trace, "node", operation->node);
    int_member(json, "began", operation->began);
    uint_member(json, "attempts", operation->attempts);
    if (!(trace->world->events & ANA_HAS_VERSIONS)) {
        version_member(json, "version", operation->version);
        return;
    }
    ana_json_key(json, "versions");
    ana_json_array(json, ANA_JSON_INLINE);
    for (guint i = 0; i < record->n_serials; i++)
        ana_json_uint(json, g_array_index(trace->serials, guint64, record->first_serial + i));
    ana_json_end(json);
}

static void write_message(AnaJson *json, const AnaTraceAbout *about, const AnaTraceRecord *record)
{
    const AnaTrace *trace = about->trace;
    const RepMessageSeen *message = &record->seen.message;
    uint_member(json, "message", message->id);
    text_member(json, "kind", ana_trace_message_kind(about, message));
    place_member(json, trace, "from", ana_trace_sender(trace, message));
    place_member(json, trace, "to", ana_trace_receiver(trace, message));
    uint_member(json, "bytes", message->bytes);
    int_member(json, "sent", message->sent);
    if (record->seen.kind == REP_OBS_MESSAGE_SENT && message->due != SIM_NEVER)
        int_member(json, "due", message->due);
    if (message->client) {
        owned_member(json, "operation",
                     ana_trace_operation_name(trace, message->client - 1, message->number));
        uint_member(json, "attempt", message->attempt);
    } else if (ana_trace_message_has_entries(about, message)) {
        uint_member(json, "log", message->log);
        uint_member(json, "term", message->term);
        uint_member(json, "first", message->first);
        uint_member(json, "last", message->last);
    }
}

static void write_entries(AnaJson *json, const RepEntriesSeen *entries)
{
    uint_member(json, "log", entries->log);
    uint_member(json, "term", entries->term);
    uint_member(json, "first", entries->first);
    uint_member(json, "last", entries->last);
}

static void write_stored(AnaJson *json, const AnaTrace *trace, guint64 key, guint64 serial)
{
    owned_member(json, "key", ana_trace_key_name(trace, key));
    uint_member(json, "version", serial);
}

static void write_accepted(AnaJson *json, const AnaTrace *trace, const RepObservation *seen)
{
    owned_member(json, "operation",
                 ana_trace_operation_name(trace, seen->written.client, seen->written.number));
    write_stored(json, trace, seen->written.key, seen->written.serial);
    ana_json_key(json, "stamp");
    ana_json_object(json, ANA_JSON_INLINE);
    int_member(json, "time", seen->written.stamp.time);
    uint_member(json, "count", seen->written.stamp.count);
    ana_json_end(json);
    uint_member(json, "conflicts", seen->written.conflicts);
}

static const char *reason(const RepObservation *seen)
{
    if (seen->kind == REP_OBS_WRITE_ENDED) {
        static const char *const fates[] = {"followed", "overwritten", "lost"};
        return fates[MIN(seen->stored.why, REP_FATE_LOST)];
    }
    switch (seen->stored.why & ~(guint32)REP_UNSTORED_AT_ONCE) {
    case REP_UNSTORED_FOLLOWED:
        return "followed";
    case REP_UNSTORED_RULE:
        return "rule";
    case REP_UNSTORED_BACKWARDS:
        return "backwards";
    default:
        return "lost";
    }
}

static void write_body(AnaJson *json, const AnaTraceAbout *about, const AnaTraceRecord *record)
{
    const AnaTrace *trace = about->trace;
    const RepObservation *seen = &record->seen;
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_OPERATION_ENDED:
        write_operation(json, about, record);
        break;
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
        write_message(json, about, record);
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
        write_entries(json, &seen->entries);
        break;
    case REP_OBS_LEADERSHIP:
    case REP_OBS_LEASE:
        uint_member(json, "log", seen->leadership.log);
        uint_member(json, "term", seen->leadership.term);
        break;
    case REP_OBS_CARRIED:
        uint_member(json, "log", seen->carried.log);
        version_member(json, "was", seen->carried.from);
        version_member(json, "is", seen->carried.to);
        break;
    case REP_OBS_RULE_CHANGED:
        uint_member(json, "log", seen->rule.log);
        break;
    case REP_OBS_NODE_CHANGED:
        ana_json_key(json, "wiped");
        ana_json_bool(json, seen->node.wiped != 0);
        break;
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
        text_member(json, "fault", trace->world->faults[seen->fault.fault]);
        uint_member(json, "number", seen->fault.fault);
        uint_member(json, "occurrence", seen->fault.occurrence);
        break;
    case REP_OBS_PHASE:
        text_member(json, "phase", ana_trace_phase(seen->phase.phase));
        break;
    case REP_OBS_APPENDED:
        owned_member(json, "operation",
                     ana_trace_operation_name(trace, seen->appended.client, seen->appended.number));
        owned_member(json, "key", ana_trace_key_name(trace, seen->appended.key));
        uint_member(json, "log", seen->appended.log);
        version_member(json, "version", seen->appended.entry);
        break;
    case REP_OBS_IN_SYNC:
        uint_member(json, "log", seen->in_sync.log);
        node_member(json, trace, "member", seen->in_sync.member);
        break;
    case REP_OBS_WRITTEN:
        write_accepted(json, trace, seen);
        break;
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_ENDED:
        write_stored(json, trace, seen->stored.key, seen->stored.serial);
        text_member(json, "why", reason(seen));
        break;
    case REP_OBS_STORED:
        write_stored(json, trace, seen->stored.key, seen->stored.serial);
        break;
    case REP_OBS_HINT:
        write_stored(json, trace, seen->hint.key, seen->hint.serial);
        node_member(json, trace, "for", seen->hint.target);
        uint_member(json, "pending", seen->hint.pending);
        break;
    default:
        break;
    }
}

/* ---- lines -------------------------------------------------------------------------------- */

static void write_about(AnaJson *json, const AnaTraceAbout *about)
{
    const AnaTrace *trace = about->trace;
    ana_json_object(json, ANA_JSON_INLINE);
    text_member(json, "event", "trace");
    uint_member(json, "format", 1);
    text_member(json, "replsim", about->version);
    text_member(json, "scenario", about->scenario);
    text_member(json, "variant", about->variant);
    uint_member(json, "seed", about->seed);
    uint_member(json, "replication", about->replication);
    owned_member(json, "event_digest",
                 g_strdup_printf("%016" G_GINT64_MODIFIER "x", about->event_digest));
    ana_json_key(json, "digest_checked");
    ana_json_bool(json, about->is_checked);
    int_member(json, "from", trace->wants.from);
    int_member(json, "to", MIN(trace->wants.to, trace->ended));
    uint_member(json, "records", trace->records->len);
    uint_member(json, "dropped", trace->n_dropped);
    ana_json_key(json, "dropped_from");
    if (trace->n_dropped)
        ana_json_int(json, trace->dropped_from);
    else
        ana_json_null(json);
    ana_json_end(json);
}

static void write_record(AnaJson *json, const AnaTraceAbout *about, guint number)
{
    const AnaTraceRecord *record = ana_trace_at(about->trace, number);
    ana_json_object(json, ANA_JSON_INLINE);
    uint_member(json, "id", number);
    int_member(json, "t", record->seen.at);
    text_member(json, "event", ana_trace_event(&record->seen));
    place_member(json, about->trace, "at", ana_trace_party(about->trace, record));
    ana_json_key(json, "cause");
    if (record->cause)
        ana_json_uint(json, record->cause);
    else
        ana_json_null(json);
    write_body(json, about, record);
    ana_json_end(json);
}

gboolean ana_trace_ndjson(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink, void *data)
{
    AnaTraceOut out = ana_trace_out_begin(sink, data);
    AnaJson *json = ana_json_new(out.text);
    write_about(json, about);
    ana_json_free(json);
    g_string_append_c(out.text, '\n');
    for (guint i = 1; i <= ana_trace_n(about->trace) && out.is_good; i++) {
        if (shown && !shown[i - 1])
            continue;
        json = ana_json_new(out.text);
        write_record(json, about, i);
        ana_json_free(json);
        g_string_append_c(out.text, '\n');
        ana_trace_out_flush(&out, ANA_TRACE_PIECE);
    }
    return ana_trace_out_end(&out);
}
