/* shiviz.c — a log with vector clocks for ShiViz; see forms.h.
 *
 * Clocks by Mattern (1988): every event of a host counts, and what a message brings is joined on
 * its arrival. Beschastnikh et al., "Debugging distributed systems", CACM 59(8), 2016.
 */
#include "analysis/trace/forms.h"
#include "analysis/trace/out.h"

typedef struct Hosts {
    const AnaTraceAbout *about;
    GPtrArray *names;  /* char *, in the order in which they are met */
    GPtrArray *clocks; /* GArray of guint by host */
    GHashTable *by_name;
    GHashTable *sent; /* message → GArray: the clock of its sending */
    AnaTraceOut out;
} Hosts;

static void unref_array(gpointer data)
{
    g_array_unref(data);
}

static guint host_of(Hosts *hosts, AnaTraceParty party)
{
    char *name = ana_trace_party_name(hosts->about->trace, party);
    gpointer known;
    if (g_hash_table_lookup_extended(hosts->by_name, name, NULL, &known)) {
        g_free(name);
        return GPOINTER_TO_UINT(known);
    }
    g_ptr_array_add(hosts->names, name);
    g_ptr_array_add(hosts->clocks, g_array_new(FALSE, TRUE, sizeof(guint)));
    g_hash_table_insert(hosts->by_name, name, GUINT_TO_POINTER(hosts->names->len - 1));
    return hosts->names->len - 1;
}

static void join(GArray *clock, const GArray *other)
{
    if (clock->len < other->len)
        g_array_set_size(clock, other->len);
    for (guint i = 0; i < other->len; i++)
        g_array_index(clock, guint, i) =
            MAX(g_array_index(clock, guint, i), g_array_index(other, guint, i));
}

static void tick(Hosts *hosts, guint host, const AnaTraceRecord *record)
{
    GArray *clock = hosts->clocks->pdata[host];
    gint64 id = (gint64)record->seen.message.id;
    if (clock->len <= host)
        g_array_set_size(clock, host + 1);
    g_array_index(clock, guint, host)++;
    if (record->seen.kind == REP_OBS_MESSAGE_ARRIVED) {
        const GArray *brought = g_hash_table_lookup(hosts->sent, &id);
        if (brought)
            join(clock, brought);
    } else if (record->seen.kind == REP_OBS_MESSAGE_SENT) {
        g_hash_table_insert(hosts->sent, g_memdup2(&id, sizeof id), g_array_copy(clock));
    }
    if (record->seen.kind == REP_OBS_MESSAGE_ARRIVED ||
        record->seen.kind == REP_OBS_MESSAGE_DROPPED)
        g_hash_table_remove(hosts->sent, &id);
}

static void write_event(Hosts *hosts, guint host, const AnaTraceRecord *record)
{
    GString *out = hosts->out.text;
    const GArray *clock = hosts->clocks->pdata[host];
    g_autofree char *text = ana_trace_text(hosts->about, record);
    gboolean is_first = TRUE;
    g_string_append_printf(out, "%s {", (const char *)hosts->names->pdata[host]);
    for (guint i = 0; i < clock->len; i++) {
        guint count = g_array_index(clock, guint, i);
        if (count == 0)
            continue;
        g_string_append_printf(out, "%s\"%s\": %u", is_first ? "" : ", ",
                               (const char *)hosts->names->pdata[i], count);
        is_first = FALSE;
    }
    g_string_append_printf(out, "}\n%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT " s %s\n",
                           record->seen.at / SIM_S, record->seen.at % SIM_S, text);
}

gboolean ana_trace_shiviz(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink, void *data)
{
    Hosts hosts = {about,
                   g_ptr_array_new_with_free_func(g_free),
                   g_ptr_array_new_with_free_func(unref_array),
                   g_hash_table_new(g_str_hash, g_str_equal),
                   g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, unref_array),
                   ana_trace_out_begin(sink, data)};
    g_string_append(hosts.out.text, ANA_TRACE_SHIVIZ_PATTERN "\n\n");
    for (guint i = 1; i <= ana_trace_n(about->trace) && hosts.out.is_good; i++) {
        const AnaTraceRecord *record = ana_trace_at(about->trace, i);
        if (shown && !shown[i - 1])
            continue;
        guint host = host_of(&hosts, ana_trace_party(about->trace, record));
        tick(&hosts, host, record);
        write_event(&hosts, host, record);
        ana_trace_out_flush(&hosts.out, ANA_TRACE_PIECE);
    }
    g_hash_table_unref(hosts.sent);
    g_hash_table_unref(hosts.by_name);
    g_ptr_array_unref(hosts.names);
    g_ptr_array_unref(hosts.clocks);
    return ana_trace_out_end(&hosts.out);
}
