/* mermaid.c — a sequence diagram for pages that render Mermaid; see forms.h. */
#include "analysis/trace/forms.h"
#include "analysis/trace/out.h"

typedef struct Actors {
    const AnaTraceAbout *about;
    GHashTable *by_name; /* → number + 1; only for look-up */
    AnaTraceOut out;
} Actors;

/* Signs that end a statement or begin an entity there. */
static void append_label(GString *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '#')
            g_string_append(out, "#35;");
        else if (*c == ';')
            g_string_append(out, "#59;");
        else
            g_string_append_c(out, *c == '\n' || *c == ':' ? ' ' : *c);
    }
}

static guint actor_of(Actors *actors, AnaTraceParty party)
{
    g_autofree char *name = ana_trace_party_name(actors->about->trace, party);
    return GPOINTER_TO_UINT(g_hash_table_lookup(actors->by_name, name));
}

static void declare(Actors *actors, AnaTraceParty party)
{
    char *name = ana_trace_party_name(actors->about->trace, party);
    if (g_hash_table_contains(actors->by_name, name)) {
        g_free(name);
        return;
    }
    guint number = g_hash_table_size(actors->by_name) + 1;
    g_string_append_printf(actors->out.text, "  participant P%u as ", number);
    append_label(actors->out.text, name);
    g_string_append_c(actors->out.text, '\n');
    g_hash_table_insert(actors->by_name, name, GUINT_TO_POINTER(number));
}

static gboolean is_message(const AnaTraceRecord *record)
{
    return record->seen.kind == REP_OBS_MESSAGE_SENT ||
           record->seen.kind == REP_OBS_MESSAGE_ARRIVED ||
           record->seen.kind == REP_OBS_MESSAGE_DROPPED;
}

/* Nodes first, in their order; then whoever else takes part. */
static void declare_all(Actors *actors, const guint8 *shown)
{
    const AnaTrace *trace = actors->about->trace;
    for (gint32 node = 0; node < (gint32)trace->world->n_nodes; node++)
        declare(actors, (AnaTraceParty){.place = node});
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        if ((shown && !shown[i - 1]) || record->place == ANA_TRACE_NOWHERE)
            continue;
        declare(actors, ana_trace_party(trace, record));
        if (is_message(record)) {
            declare(actors, ana_trace_sender(trace, &record->seen.message));
            declare(actors, ana_trace_receiver(trace, &record->seen.message));
        }
    }
}

static void append_delay(GString *out, SimSpan span)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT " ms", span / SIM_MS,
                           span % SIM_MS / SIM_US);
}

static void write_message(Actors *actors, const AnaTraceRecord *record)
{
    GString *out = actors->out.text;
    const RepMessageSeen *message = &record->seen.message;
    guint from = actor_of(actors, ana_trace_sender(actors->about->trace, message));
    guint to = actor_of(actors, ana_trace_receiver(actors->about->trace, message));
    g_autofree char *text = ana_trace_message_text(actors->about, message);
    if (record->seen.kind == REP_OBS_MESSAGE_SENT) {
        g_string_append_printf(out, "  Note over P%u: sends ", from);
        append_label(out, text);
        g_string_append_printf(out, " (message %" G_GUINT64_FORMAT ")\n", message->id);
        return;
    }
    gboolean is_lost = record->seen.kind == REP_OBS_MESSAGE_DROPPED;
    g_string_append_printf(out, "  P%u%sP%u: ", from, is_lost ? "-x" : "-)", to);
    append_label(out, text);
    g_string_append_printf(out, " (message %" G_GUINT64_FORMAT ", %s ", message->id,
                           is_lost ? "lost" : "after");
    if (is_lost)
        g_string_truncate(out, out->len - 1);
    else
        append_delay(out, record->seen.at - message->sent);
    g_string_append(out, ")\n");
}

static void write_note(Actors *actors, const AnaTraceRecord *record)
{
    g_autofree char *text = ana_trace_text(actors->about, record);
    guint actor = actor_of(actors, ana_trace_party(actors->about->trace, record));
    if (record->place == ANA_TRACE_NOWHERE) /* of the world: over all */
        g_string_append_printf(actors->out.text,
                               "  Note over P1,P%u: ", g_hash_table_size(actors->by_name));
    else
        g_string_append_printf(actors->out.text, "  Note right of P%u: ", actor);
    append_label(actors->out.text, text);
    g_string_append_c(actors->out.text, '\n');
}

gboolean ana_trace_mermaid(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                           void *data)
{
    Actors actors = {.about = about,
                     .by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                     .out = ana_trace_out_begin(sink, data)};
    g_string_append_printf(
        actors.out.text,
        "%%%% no delays shown: arrows stand in the order of arrival, not to "
        "scale; for time to scale see the SVG of replsim trace\n"
        "%%%% replsim %s, scenario %s, variant %s, seed %" G_GUINT64_FORMAT ", replication %u\n"
        "sequenceDiagram\n  autonumber\n",
        about->version, about->scenario, about->variant, about->seed, about->replication);
    declare_all(&actors, shown);
    for (guint i = 1; i <= ana_trace_n(about->trace) && actors.out.is_good; i++) {
        const AnaTraceRecord *record = ana_trace_at(about->trace, i);
        if (shown && !shown[i - 1])
            continue;
        if (is_message(record))
            write_message(&actors, record);
        else
            write_note(&actors, record);
        ana_trace_out_flush(&actors.out, ANA_TRACE_PIECE);
    }
    g_hash_table_unref(actors.by_name);
    return ana_trace_out_end(&actors.out);
}
