/* explain_text.c — see explain_text.h. */
#include "cli/explain_text.h"

#include "cli/trace_picture.h"
#include "scenarios/format/resolved.h"

#include <string.h>

#define REASON_COLUMN 5
#define WHAT_COLUMN 36
/* Stages of less than this share of the whole way are not worth a line. */
#define STAGE_SHARE 0.05

typedef struct Telling {
    CliPage *page;
    const CliExplain *explain;
    const AnaTrace *trace;
    const RepSetup *setup;
    guint n; /* reasons so far */
} Telling;

/* ---- small texts -------------------------------------------------------------------------- */

/* Three digits are enough to understand, and the trace has all. */
static char *span_text(SimSpan span)
{
    double ms = (double)span / 1e6;
    if (span >= SIM_S)
        return g_strdup_printf("%.3g s", ms / 1e3);
    return ms >= 100 ? g_strdup_printf("%.0f ms", ms) : g_strdup_printf("%.3g ms", ms);
}

static const char *node_name(const Telling *telling, gint32 node)
{
    return telling->trace->world->nodes[node];
}

static const RepObservation *seen_at(const Telling *telling, guint record)
{
    return &ana_trace_at(telling->trace, record)->seen;
}

static char *missed_text(const Telling *telling)
{
    guint write = telling->explain->why.write;
    return write ? ana_trace_version_text(telling->trace, ana_trace_at(telling->trace, write))
                 : g_strdup("a newer version");
}

/* A line of the resolved scenario: "policy.ack: async"; NULL: the policy has no such key. */
static char *setting(const Telling *telling, const char *path)
{
    const ScnLine *line = scn_resolved_find(telling->explain->replay->variant->resolved, path);
    return line ? g_strdup_printf("%s: %s", path, line->value) : NULL;
}

/* The first that there is. */
static char *first_setting(const Telling *telling, const char *const *paths)
{
    for (; *paths; paths++) {
        char *text = setting(telling, *paths);
        if (text)
            return text;
    }
    return setting(telling, "policy.model");
}

/* ---- what was read ------------------------------------------------------------------------ */

static void tell_head(Telling *telling)
{
    const CliExplain *explain = telling->explain;
    const AnaStaleRead *read = explain->read;
    const AnaTraceRecord *answer = ana_trace_at(telling->trace, explain->why.read);
    g_autofree char *name = ana_trace_operation_name(telling->trace, read->client, read->number);
    g_autofree char *session =
        ana_trace_party_name(telling->trace, ana_trace_party(telling->trace, answer));
    g_autofree char *title = g_strdup_printf("Read %s returned an old value.", name);
    cli_page_coloured(telling->page, CLI_BOLD, title);
    cli_page_printf(telling->page, "   %s · replication %u · t = %.6f s · %s in %s\n\n",
                    explain->replay->name, read->replication, (double)read->ended / 1e9, session,
                    telling->trace->world->regions[answer->seen.operation.region]);
    g_autofree char *returned = ana_trace_version_text(telling->trace, answer);
    g_autofree char *missed = missed_text(telling);
    g_autofree char *key = ana_trace_key_name(telling->trace, read->key);
    g_autofree char *age = span_text(read->age);
    cli_page_printf(telling->page,
                    "  It returned  %s of key %s     It missed  %s, acknowledged %s before it "
                    "began\n",
                    returned, key, missed, age);
    g_autofree char *rank =
        explain->is_oldest ? g_strdup_printf("the oldest answer of %u stale reads", explain->of)
                           : g_strdup_printf("older than %.0f %% of %u stale reads",
                                             explain->rank * 100, explain->of);
    g_autofree char *place = g_strdup_printf("That is %" G_GUINT64_FORMAT " version%s behind; %s.",
                                             read->missed, read->missed == 1 ? "" : "s", rank);
    cli_page_add(telling->page, "  ");
    cli_page_wrap(telling->page, 2, place);
    cli_page_add(telling->page, "\n");
}

/* ---- reasons ------------------------------------------------------------------------------ */

static void reason(Telling *telling, const char *cause, const char *text)
{
    cli_page_printf(telling->page, "  %u  %s", ++telling->n, cause);
    cli_page_to_column(telling->page, MAX(WHAT_COLUMN, cli_page_column(telling->page) + 2));
    cli_page_wrap(telling->page, WHAT_COLUMN, text);
}

static void tell_acknowledgement(Telling *telling)
{
    static const char *const paths[] = {"policy.ack", "policy.write_quorum", NULL};
    const AnaWhyStale *why = &telling->explain->why;
    g_autofree char *cause = first_setting(telling, paths), *missed = missed_text(telling);
    if (!why->write || why->node < 0) {
        reason(telling, cause, "the write was acknowledged before every node had it");
        return;
    }
    SimSpan early =
        why->hold ? seen_at(telling, why->hold)->at - seen_at(telling, why->write)->at : -1;
    g_autofree char *span = span_text(MAX(early, 0));
    g_autofree char *text =
        !why->hold
            ? g_strdup_printf("the writer of %s was told that it is done, and nothing waited "
                              "for %s",
                              missed, node_name(telling, why->node))
        : early > 0
            ? g_strdup_printf("the writer of %s was told that it is done %s before %s had it",
                              missed, span, node_name(telling, why->node))
            : g_strdup_printf("%s had %s when its writer was told", node_name(telling, why->node),
                              missed);
    reason(telling, cause, text);
}

static RepPlace place_of(const Telling *telling, gint32 party)
{
    gint32 n_nodes = (gint32)telling->setup->n_nodes;
    if (party < 0)
        return (RepPlace){REP_PLACE_REGION, -1 - party};
    return party < n_nodes ? (RepPlace){REP_PLACE_NODE, party}
                           : (RepPlace){REP_PLACE_REGION, party - n_nodes};
}

/* "(this link: p50 86 ms; longer than 57 %)", or "" where it has but one delay. */
static char *link_text(const Telling *telling, const RepMessageSeen *message, SimSpan delay)
{
    const SimDist *law = rep_setup_delay(telling->setup, place_of(telling, message->from),
                                         place_of(telling, message->to));
    if (!law || sim_dist_is_constant(law))
        return g_strdup("");
    g_autofree char *half = span_text((SimSpan)sim_dist_quantile(law, 0.5, message->sent));
    double share = sim_dist_cdf(law, (double)delay, message->sent);
    if (share > 0.9999)
        return g_strdup_printf(" (this link: p50 %s; hardly ever so long: it waited behind earlier "
                               "messages, or was sent again)",
                               half);
    return g_strdup_printf(" (this link: p50 %s; longer than %.3g %% of its delays)", half,
                           share * 100);
}

static void tell_message(Telling *telling, const RepObservation *arrived)
{
    const RepMessageSeen *message = &arrived->message;
    SimSpan delay = arrived->at - message->sent;
    g_autofree char *from =
        ana_trace_party_name(telling->trace, ana_trace_sender(telling->trace, message));
    g_autofree char *to =
        ana_trace_party_name(telling->trace, ana_trace_receiver(telling->trace, message));
    g_autofree char *cause = g_strdup_printf("%s → %s", from, to);
    g_autofree char *took = span_text(delay), *link = link_text(telling, message, delay);
    g_autofree char *missed = missed_text(telling);
    g_autofree char *text = g_strdup_printf("%s was %s on the way%s", missed, took, link);
    reason(telling, cause, text);
}

/* Between two events at one place. */
static void tell_stage(Telling *telling, const AnaTraceRecord *from, const AnaTraceRecord *to)
{
    static const struct {
        RepObservationKind kind;
        const char *words;
    } stages[] = {{REP_OBS_DURABLE, "until it was on the leader's disk"},
                  {REP_OBS_MESSAGE_SENT, "until it was sent on"},
                  {REP_OBS_RECEIVED, "until it was taken in"},
                  {REP_OBS_FLUSHED, "until it was on that disk"},
                  {REP_OBS_APPLIED, "until it was applied, behind what came before it"},
                  {REP_OBS_STORED, "until it was stored"},
                  {REP_OBS_INSTALLED, "until a snapshot was installed"}};
    g_autofree char *took = span_text(to->seen.at - from->seen.at);
    const char *words = "";
    for (gsize i = 0; i < G_N_ELEMENTS(stages); i++)
        if (stages[i].kind == to->seen.kind)
            words = stages[i].words;
    g_autofree char *cause =
        ana_trace_party_name(telling->trace, ana_trace_party(telling->trace, to));
    g_autofree char *text = g_strdup_printf("%s %s", took, words);
    reason(telling, cause, text);
}

/* The way of the write from whoever accepted it to the node that answered. */
static void tell_way(Telling *telling)
{
    const AnaWhyStale *why = &telling->explain->why;
    if (why->path->len < 2)
        return;
    guint last = g_array_index(why->path, guint, why->path->len - 1);
    SimSpan whole =
        seen_at(telling, last)->at - seen_at(telling, g_array_index(why->path, guint, 0))->at;
    gboolean is_accepted = FALSE;
    for (guint i = 1; i < why->path->len; i++) {
        const AnaTraceRecord *from =
            ana_trace_at(telling->trace, g_array_index(why->path, guint, i - 1));
        const AnaTraceRecord *to = ana_trace_at(telling->trace, g_array_index(why->path, guint, i));
        gboolean is_delivery = to->seen.kind == REP_OBS_MESSAGE_ARRIVED;
        gboolean is_request = is_delivery && to->seen.message.from < 0 &&
                              to->seen.message.kind == REP_MESSAGE_REQUEST;
        is_accepted |= from->place >= 0 || (is_delivery && !is_request);
        if (is_delivery && !is_request)
            tell_message(telling, &to->seen);
        else if (is_accepted && !is_delivery &&
                 (double)(to->seen.at - from->seen.at) > STAGE_SHARE * (double)whole)
            tell_stage(telling, from, to);
    }
}

/* ---- what went wrong ---------------------------------------------------------------------- */

static char *instant_text(SimTime at)
{
    return g_strdup_printf("%.6g s", (double)at / 1e9);
}

/* Faults that were there between the acknowledgement and the answer. */
static void tell_faults(Telling *telling)
{
    const AnaWhyStale *why = &telling->explain->why;
    const AnaTrace *trace = telling->trace;
    SimTime from = why->write ? seen_at(telling, why->write)->at : trace->wants.from;
    for (guint fault = 0; fault < trace->world->n_faults; fault++) {
        guint under_way = trace->faults_at_start[fault];
        SimTime since = -1, until = -1;
        for (guint i = 1; i <= ana_trace_n(trace); i++) {
            const RepObservation *seen = seen_at(telling, i);
            gboolean begins = seen->kind == REP_OBS_FAULT_BEGAN;
            if ((!begins && seen->kind != REP_OBS_FAULT_ENDED) || seen->fault.fault != fault)
                continue;
            if (begins && seen->at <= why->served) {
                under_way++;
                since = seen->at;
                until = -1;
            } else if (!begins && under_way > 0) {
                under_way--;
                until = seen->at;
                if (until < from)
                    since = -1;
            }
        }
        gboolean was_there = since >= 0
                                 ? until < 0 || until >= from
                                 : trace->faults_at_start[fault] && (until < 0 || until >= from);
        if (!was_there)
            continue;
        const char *name = trace->world->faults[fault];
        g_autofree char *cause = g_strdup_printf("fault %s", name ? name : "without a name");
        g_autofree char *begun = since >= 0 ? instant_text(since) : g_strdup("long before");
        g_autofree char *over = until >= 0 ? instant_text(until) : NULL;
        g_autofree char *text =
            over ? g_strdup_printf("began %s%s and ended at %s", since >= 0 ? "at " : "", begun,
                                   over)
                 : g_strdup_printf("began %s%s and had not ended", since >= 0 ? "at " : "", begun);
        reason(telling, cause, text);
    }
}

static void tell_losses(Telling *telling)
{
    const AnaWhyStale *why = &telling->explain->why;
    AnaWhyMessages messages = ana_why_stale_messages(&telling->explain->about, why);
    g_autofree char *missed = missed_text(telling);
    if (!why->write || why->node < 0)
        return;
    const char *node = node_name(telling, why->node);
    if (messages.lost > 0) {
        g_autofree char *cause = g_strdup_printf("→ %s", node);
        g_autofree char *last = instant_text(seen_at(telling, messages.last_lost)->at);
        g_autofree char *text = g_strdup_printf("%u message%s with %s %s lost, the last at %s",
                                                messages.lost, messages.lost == 1 ? "" : "s",
                                                missed, messages.lost == 1 ? "was" : "were", last);
        reason(telling, cause, text);
    } else if (messages.sent == 0 && !why->hold) {
        static const char *const paths[] = {"policy.sloppy_quorum", NULL};
        g_autofree char *cause = first_setting(telling, paths);
        g_autofree char *text = g_strdup_printf("nobody sent %s to %s", missed, node);
        reason(telling, cause, text);
    }
}

static void tell_reader(Telling *telling)
{
    static const char *const paths[] = {"policy.reads", "policy.read_quorum", NULL};
    const AnaWhyStale *why = &telling->explain->why;
    g_autofree char *cause = first_setting(telling, paths), *missed = missed_text(telling);
    if (why->node < 0) {
        reason(telling, cause, "the read was answered by nodes that did not have it");
        return;
    }
    const char *node = node_name(telling, why->node);
    g_autofree char *text = NULL;
    SimSpan after = why->hold ? seen_at(telling, why->hold)->at - why->served : -1;
    g_autofree char *late = span_text(MAX(after, 0));
    if (!why->hold)
        text = g_strdup_printf("the read went to %s, which did not have %s within 30 s after it",
                               node, missed);
    else if (after >= 0)
        text = g_strdup_printf("the read went to %s, which had %s %s too late", node, missed, late);
    else
        text = g_strdup_printf("the read went to %s, which had %s already, but did not show it",
                               node, missed);
    reason(telling, cause, text);
}

/* ---- who had it, and when ----------------------------------------------------------------- */

static void tell_holders(Telling *telling)
{
    const AnaWhyStale *why = &telling->explain->why;
    SimTime asked = seen_at(telling, why->read)->operation.began;
    g_autofree char *missed = missed_text(telling);
    if (!why->write)
        return;
    cli_page_printf(telling->page, "\n");
    cli_page_coloured(telling->page, CLI_BOLD, "Who had it");
    cli_page_printf(telling->page, "   %s, against the begin of the read\n", missed);
    for (gint32 node = 0; node < (gint32)telling->setup->n_nodes; node++) {
        guint hold = ana_why_stale_held(telling->trace, why, node);
        SimSpan since = hold ? seen_at(telling, hold)->at - asked : 0;
        g_autofree char *span = span_text(ABS(since));
        cli_page_printf(telling->page, "     %s", node_name(telling, node));
        cli_page_to_column(telling->page, 20);
        cli_page_printf(telling->page, "%s%s\n", hold ? span : "not within 30 s",
                        !hold       ? ""
                        : since < 0 ? " before it"
                                    : " after it");
    }
}

void cli_explain_stale(CliPage *page, const CliExplain *explain)
{
    Telling telling = {.page = page,
                       .explain = explain,
                       .trace = explain->about.trace,
                       .setup = explain->replay->variant->setup};
    tell_head(&telling);
    g_autofree char *diagram = cli_trace_characters(explain->scene);
    const char *body = strstr(diagram, "\n\n"); /* its title has been said */
    cli_page_add(page, body ? body + 2 : diagram);
    cli_page_add(page, "\n");
    cli_page_coloured(page, CLI_BOLD, "Why");
    cli_page_add(page, "\n");
    tell_acknowledgement(&telling);
    tell_faults(&telling);
    tell_losses(&telling);
    tell_way(&telling);
    tell_reader(&telling);
    tell_holders(&telling);
    const CliReplay *replay = explain->replay;
    const char *run = replay->where.name ? replay->where.name : replay->input->shown;
    g_autofree char *name =
        ana_trace_operation_name(telling.trace, explain->read->client, explain->read->number);
    cli_page_printf(page,
                    "\n  next     replsim trace %s --variant %s --replication %u --around %s\n",
                    run, replay->name, explain->read->replication, name);
}
