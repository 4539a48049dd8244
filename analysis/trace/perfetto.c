/* perfetto.c — the trace event format of Chrome; see forms.h.
 *
 * "Trace Event Format" (Chromium). Perfetto calls its reader of it a best effort, so only the
 * simple core is used. Every record is a slice of 1 ns on its participant's track: flows have
 * something to hold on to, and slices of different instants never overlap.
 */
#include "analysis/json.h"
#include "analysis/trace/forms.h"
#include "analysis/trace/out.h"

typedef struct Tracks {
    const AnaTraceAbout *about;
    GHashTable *threads; /* name of a participant → number; only for look-up */
    AnaTraceOut out;
    gboolean is_first;
} Tracks;

/* ---- small things ------------------------------------------------------------------------- */

static AnaJson *begin(Tracks *tracks)
{
    g_string_append(tracks->out.text, tracks->is_first ? "\n" : ",\n");
    tracks->is_first = FALSE;
    AnaJson *json = ana_json_new(tracks->out.text);
    ana_json_object(json, ANA_JSON_INLINE);
    return json;
}

static void end(Tracks *tracks, AnaJson *json)
{
    ana_json_end(json);
    ana_json_free(json);
    ana_trace_out_flush(&tracks->out, ANA_TRACE_PIECE);
}

static void text_member(AnaJson *json, const char *key, const char *text)
{
    ana_json_key(json, key);
    ana_json_text(json, text);
}

static void int_member(AnaJson *json, const char *key, gint64 value)
{
    ana_json_key(json, key);
    ana_json_int(json, value);
}

/* In us, exactly: a double has 53 bits, so beyond 26 days the last digit may go. */
static void time_member(AnaJson *json, const char *key, SimTime at)
{
    ana_json_key(json, key);
    ana_json_double(json, (double)at / 1000);
}

/* ---- tracks ------------------------------------------------------------------------------- */

static int region_of(const AnaTrace *trace, gint32 place)
{
    gint32 n_nodes = (gint32)trace->world->n_nodes;
    if (place == ANA_TRACE_NOWHERE)
        return -1;
    return place < 0          ? -1 - place
           : place >= n_nodes ? place - n_nodes
                              : trace->world->node_regions[place];
}

static void name_track(Tracks *tracks, const char *what, int process, guint thread,
                       const char *name)
{
    AnaJson *json = begin(tracks);
    text_member(json, "ph", "M");
    text_member(json, "name", what);
    int_member(json, "pid", process);
    if (thread)
        int_member(json, "tid", thread);
    ana_json_key(json, "args");
    ana_json_object(json, ANA_JSON_INLINE);
    text_member(json, "name", name);
    ana_json_end(json);
    end(tracks, json);
}

/* Processes are regions from 1 on; 0 is the world. Threads are participants, as they are met. */
static guint thread_of(Tracks *tracks, AnaTraceParty party)
{
    char *name = ana_trace_party_name(tracks->about->trace, party);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(tracks->threads, name));
    if (known) {
        g_free(name);
        return known;
    }
    known = g_hash_table_size(tracks->threads) + 1;
    g_hash_table_insert(tracks->threads, name, GUINT_TO_POINTER(known));
    name_track(tracks, "thread_name", region_of(tracks->about->trace, party.place) + 1, known,
               name);
    return known;
}

static void track_members(Tracks *tracks, AnaJson *json, AnaTraceParty party, guint thread)
{
    int_member(json, "pid", region_of(tracks->about->trace, party.place) + 1);
    int_member(json, "tid", thread);
}

/* ---- events ------------------------------------------------------------------------------- */

static void write_slice(Tracks *tracks, guint number)
{
    const AnaTraceRecord *record = ana_trace_at(tracks->about->trace, number);
    AnaTraceParty party = ana_trace_party(tracks->about->trace, record);
    guint thread = thread_of(tracks, party);
    g_autofree char *text = ana_trace_text(tracks->about, record);
    AnaJson *json = begin(tracks);
    text_member(json, "ph", "X");
    text_member(json, "name", text);
    text_member(json, "cat", ana_trace_event(&record->seen));
    track_members(tracks, json, party, thread);
    time_member(json, "ts", record->seen.at);
    ana_json_key(json, "dur");
    ana_json_double(json, 0.001);
    ana_json_key(json, "args");
    ana_json_object(json, ANA_JSON_INLINE);
    int_member(json, "id", number);
    int_member(json, "cause", record->cause);
    ana_json_end(json);
    end(tracks, json);
}

static void write_flow(Tracks *tracks, const AnaTraceRecord *record, gboolean is_start)
{
    const RepMessageSeen *message = &record->seen.message;
    AnaTraceParty party = ana_trace_party(tracks->about->trace, record);
    guint thread = thread_of(tracks, party);
    AnaJson *json = begin(tracks);
    text_member(json, "ph", is_start ? "s" : "f");
    if (!is_start)
        text_member(json, "bp", "e");
    text_member(json, "cat", "message");
    text_member(json, "name", ana_trace_message_kind(tracks->about, message));
    int_member(json, "id", (gint64)message->id);
    track_members(tracks, json, party, thread);
    time_member(json, "ts", record->seen.at);
    end(tracks, json);
}

/* Both ends of a flow, when its later one is met. */
static void write_flows(Tracks *tracks, const guint8 *shown, const AnaTraceRecord *record)
{
    const AnaTrace *trace = tracks->about->trace;
    guint sending = ana_trace_sending(trace, record->seen.message.id);
    if (record->seen.kind != REP_OBS_MESSAGE_ARRIVED || !sending || (shown && !shown[sending - 1]))
        return;
    write_flow(tracks, ana_trace_at(trace, sending), TRUE);
    write_flow(tracks, record, FALSE);
}

static void write_span(Tracks *tracks, const char *phase, AnaTraceParty party, const char *category,
                       const char *name, const char *id, SimTime at)
{
    guint thread = thread_of(tracks, party);
    AnaJson *json = begin(tracks);
    text_member(json, "ph", phase);
    text_member(json, "cat", category);
    text_member(json, "name", name);
    text_member(json, "id", id);
    track_members(tracks, json, party, thread);
    time_member(json, "ts", at);
    end(tracks, json);
}

/* The end of an operation knows when it began. */
static void write_operation(Tracks *tracks, const AnaTraceRecord *record)
{
    const AnaTrace *trace = tracks->about->trace;
    const RepOperationSeen *operation = &record->seen.operation;
    AnaTraceParty party = ana_trace_party(trace, record);
    if (operation->outcome == REP_NOT_STARTED)
        return;
    g_autofree char *id = ana_trace_operation_name(trace, operation->client, operation->number);
    g_autofree char *key = ana_trace_key_name(trace, operation->key);
    g_autofree char *name =
        g_strdup_printf("%s %s", operation->kind == REP_WRITE ? "write" : "read", key);
    write_span(tracks, "b", party, "operation", name, id, operation->began);
    write_span(tracks, "e", party, "operation", name, id, record->seen.at);
}

static void write_states(Tracks *tracks, const guint8 *shown)
{
    const AnaTrace *trace = tracks->about->trace;
    gsize n = trace->world->n_nodes;
    g_autofree SimTime *since = g_new0(SimTime, n + 1);
    g_autofree guint32 *state = g_new0(guint32, n + 1);
    for (gsize i = 0; i < n; i++) {
        state[i] = trace->down_at_start[i];
        since[i] = trace->wants.from;
    }
    for (guint i = 1; i <= ana_trace_n(trace) + n; i++) {
        const AnaTraceRecord *record = i <= ana_trace_n(trace) ? ana_trace_at(trace, i) : NULL;
        if (record && (record->seen.kind != REP_OBS_NODE_CHANGED || (shown && !shown[i - 1])))
            continue;
        gint32 node = record ? record->place : (gint32)(i - ana_trace_n(trace) - 1);
        SimTime at = record ? record->seen.at : MIN(trace->ended, trace->wants.to);
        const char *name = state[node] == REP_NODE_PAUSED ? "paused" : "down";
        g_autofree char *id =
            g_strdup_printf("%s-%" G_GINT64_FORMAT, trace->world->nodes[node], since[node]);
        AnaTraceParty party = {.place = node};
        if (state[node] != REP_NODE_UP) {
            write_span(tracks, "b", party, "state", name, id, since[node]);
            write_span(tracks, "e", party, "state", name, id, at);
        }
        state[node] = record ? record->seen.node.state : REP_NODE_UP;
        since[node] = at;
    }
}

static void write_about(Tracks *tracks)
{
    const AnaTraceAbout *about = tracks->about;
    g_string_append(tracks->out.text, "{\"displayTimeUnit\": \"ms\",\n\"otherData\": ");
    AnaJson *json = ana_json_new(tracks->out.text);
    ana_json_object(json, ANA_JSON_INLINE);
    text_member(json, "replsim", about->version);
    text_member(json, "scenario", about->scenario);
    text_member(json, "variant", about->variant);
    int_member(json, "seed", (gint64)about->seed);
    int_member(json, "replication", about->replication);
    int_member(json, "dropped", (gint64)about->trace->n_dropped);
    ana_json_end(json);
    ana_json_free(json);
    g_string_append(tracks->out.text, ",\n\"traceEvents\": [");
}

gboolean ana_trace_perfetto(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                            void *data)
{
    const AnaTrace *trace = about->trace;
    Tracks tracks = {about, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                     ana_trace_out_begin(sink, data), TRUE};
    write_about(&tracks);
    name_track(&tracks, "process_name", 0, 0, "world");
    for (gsize i = 0; i < trace->world->n_regions; i++)
        name_track(&tracks, "process_name", (int)i + 1, 0, trace->world->regions[i]);
    for (guint i = 1; i <= ana_trace_n(trace) && tracks.out.is_good; i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        if (shown && !shown[i - 1])
            continue;
        write_slice(&tracks, i);
        write_flows(&tracks, shown, record);
        if (record->seen.kind == REP_OBS_OPERATION_ENDED)
            write_operation(&tracks, record);
    }
    write_states(&tracks, shown);
    g_string_append(tracks.out.text, "\n]}\n");
    g_hash_table_unref(tracks.threads);
    return ana_trace_out_end(&tracks.out);
}
