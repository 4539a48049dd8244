/* history.c — a Jepsen history of client operations, in EDN; see forms.h. */
#include "analysis/trace/forms.h"
#include "analysis/trace/out.h"

#include <string.h>

/* One half of an operation. */
typedef struct Half {
    SimTime at;
    guint record; /* its end, or its begin where it has not ended */
    gboolean is_invocation;
} Half;

typedef struct History {
    const AnaTraceAbout *about;
    GArray *halves;    /* by time */
    GArray *processes; /* gboolean: busy */
    guint *process_of; /* by record: of its operation, + 1 */
    AnaTraceOut out;
} History;

static const RepOperationSeen *operation_at(const History *history, guint record)
{
    return &ana_trace_at(history->about->trace, record)->seen.operation;
}

/* ---- halves ------------------------------------------------------------------------------- */

/* Equal instants: what ends, ends before what begins; then as recorded. */
static gint by_time(gconstpointer a, gconstpointer b)
{
    const Half *one = a, *other = b;
    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    if (one->is_invocation != other->is_invocation && one->record != other->record)
        return one->is_invocation ? 1 : -1;
    if (one->record != other->record)
        return one->record < other->record ? -1 : 1;
    return one->is_invocation ? -1 : 1;
}

/* Operations that end in the window, and those that only begin in it. */
static void collect(History *history, const guint8 *shown)
{
    const AnaTrace *trace = history->about->trace;
    g_autoptr(GHashTable) ended = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = ana_trace_n(trace); i >= 1; i--) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        gboolean ends = record->seen.kind == REP_OBS_OPERATION_ENDED;
        if ((!ends && record->seen.kind != REP_OBS_OPERATION_BEGAN) || (shown && !shown[i - 1]) ||
            (ends && record->seen.operation.outcome == REP_NOT_STARTED))
            continue;
        char *name = g_strdup_printf("%u %" G_GUINT64_FORMAT, record->seen.operation.client,
                                     record->seen.operation.number);
        gboolean is_known = !g_hash_table_add(ended, name);
        if (is_known)
            continue;
        Half invocation = {ends ? record->seen.operation.began : record->seen.at, i, TRUE};
        Half completion = {record->seen.at, i, FALSE};
        g_array_append_val(history->halves, invocation);
        if (ends)
            g_array_append_val(history->halves, completion);
    }
    g_array_sort(history->halves, by_time);
}

/* ---- processes ---------------------------------------------------------------------------- */

static guint take_process(History *history)
{
    gboolean busy = TRUE;
    for (guint i = 0; i < history->processes->len; i++)
        if (!g_array_index(history->processes, gboolean, i)) {
            g_array_index(history->processes, gboolean, i) = TRUE;
            return i;
        }
    g_array_append_val(history->processes, busy);
    return history->processes->len - 1;
}

/* ---- values ------------------------------------------------------------------------------- */

static void append_text(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c == '\n' ? ' ' : *c);
    }
    g_string_append_c(out, '"');
}

static void append_written(const History *history, GString *out, guint32 client, guint64 number)
{
    const AnaTrace *trace = history->about->trace;
    const char *value = ana_trace_value(trace, client, number);
    if (value)
        append_text(out, value);
    else
        g_string_append_printf(out, "%" G_GUINT64_FORMAT,
                               number * trace->world->n_clients + client);
}

static void append_writer(const History *history, GString *out, const AnaTraceWriter *writer)
{
    if (writer)
        append_written(history, out, writer->client, writer->number);
    else
        g_string_append(out, ":unknown");
}

static void append_read(const History *history, GString *out, guint record)
{
    const AnaTrace *trace = history->about->trace;
    const AnaTraceRecord *seen = ana_trace_at(trace, record);
    const RepOperationSeen *operation = &seen->seen.operation;
    gboolean has_versions = (trace->world->events & ANA_HAS_VERSIONS) != 0;
    guint n = has_versions ? seen->n_serials : operation->version.index ? 1 : 0;
    if (n == 0) {
        g_string_append(out, "nil");
        return;
    }
    if (!has_versions) {
        append_writer(history, out, ana_trace_writer(trace, operation->key, operation->version));
        return;
    }
    if (n > 1)
        g_string_append_c(out, '[');
    for (guint i = 0; i < n; i++) {
        guint64 serial = g_array_index(trace->serials, guint64, seen->first_serial + i);
        if (i)
            g_string_append_c(out, ' ');
        append_writer(history, out, ana_trace_serial_writer(trace, operation->key, serial));
    }
    if (n > 1)
        g_string_append_c(out, ']');
}

/* ---- lines -------------------------------------------------------------------------------- */

static const char *type_of(const RepOperationSeen *operation, gboolean is_invocation)
{
    if (is_invocation)
        return "invoke";
    return operation->outcome == REP_OK ? "ok" : operation->outcome == REP_FAILED ? "fail" : "info";
}

static void append_key(const History *history, GString *out, guint64 key)
{
    g_autofree char *name = ana_trace_key_name(history->about->trace, key);
    if (strspn(name, "0123456789") == strlen(name))
        g_string_append(out, name);
    else
        append_text(out, name);
}

static void write_half(History *history, const Half *half, guint index)
{
    GString *out = history->out.text;
    const RepOperationSeen *operation = operation_at(history, half->record);
    guint *process = &history->process_of[half->record - 1];
    if (half->is_invocation)
        *process = take_process(history) + 1;
    const char *type = type_of(operation, half->is_invocation);
    gboolean is_write = operation->kind == REP_WRITE;
    g_string_append_printf(out, "{:process %u, :type :%s, :f :%s, :key ", *process - 1, type,
                           is_write ? "write" : "read");
    append_key(history, out, operation->key);
    g_string_append(out, ", :value ");
    if (is_write)
        append_written(history, out, operation->client, operation->number);
    else if (half->is_invocation || operation->outcome != REP_OK)
        g_string_append(out, "nil");
    else
        append_read(history, out, half->record);
    g_string_append_printf(
        out, ", :time %" G_GINT64_FORMAT ", :index %u, :session \"%s/%u\"", half->at, index,
        history->about->trace->world->clients[operation->client], operation->session);
    if (!half->is_invocation && operation->node >= 0)
        g_string_append_printf(out, ", :node \"%s\"",
                               history->about->trace->world->nodes[operation->node]);
    g_string_append(out, "}\n");
    if (!half->is_invocation && strcmp(type, "info") != 0)
        g_array_index(history->processes, gboolean, *process - 1) = FALSE;
}

static void write_about(History *history)
{
    const AnaTraceAbout *about = history->about;
    g_string_append_printf(
        history->out.text,
        "; replsim %s · scenario %s · variant %s · seed %" G_GUINT64_FORMAT " · replication %u\n",
        about->version, about->scenario, about->variant, about->seed, about->replication);
    if (about->trace->n_dropped || about->trace->writers_dropped)
        g_string_append_printf(history->out.text,
                               "; not kept: %" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT
                               " writes\n",
                               about->trace->n_dropped, about->trace->writers_dropped);
}

gboolean ana_trace_history(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                           void *data)
{
    History history = {
        about, g_array_new(FALSE, FALSE, sizeof(Half)), g_array_new(FALSE, FALSE, sizeof(gboolean)),
        g_new0(guint, ana_trace_n(about->trace) + 1), ana_trace_out_begin(sink, data)};
    collect(&history, shown);
    write_about(&history);
    for (guint i = 0; i < history.halves->len && history.out.is_good; i++) {
        write_half(&history, &g_array_index(history.halves, Half, i), i);
        ana_trace_out_flush(&history.out, ANA_TRACE_PIECE);
    }
    g_array_unref(history.halves);
    g_array_unref(history.processes);
    g_free(history.process_of);
    return ana_trace_out_end(&history.out);
}
