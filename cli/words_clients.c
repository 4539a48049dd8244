/* words_clients.c — client groups and faults in plain words; see words.h. */
#include "cli/words.h"

#include "analysis/format.h"

#include <string.h>

/* ---- clients ------------------------------------------------------------------------------ */

static void append_arrivals(GString *text, const RepArrivals *rate)
{
    if (rate->closed) {
        g_string_append_printf(text,
                               "%" G_GINT64_FORMAT " sessions, each waits for its answer (closed "
                               "loop: hides outages from latencies)",
                               rate->sessions);
        return;
    }
    g_autofree char *number =
        ana_format_value(ANA_UNIT_COUNT, sim_arrivals_rate(&rate->open), FALSE);
    double whole = sim_arrivals_rate(&rate->open);
    g_autofree char *large = ana_format_count((guint64)(whole + 0.5));
    g_string_append_printf(text, "%s ops/s ", whole >= 10 ? large : number);
    switch (rate->open.kind) {
    case SIM_ARRIVALS_POISSON:
        g_string_append(text, "arriving at random");
        break;
    case SIM_ARRIVALS_PERIODIC:
        g_string_append(text, "at even distances");
        break;
    case SIM_ARRIVALS_BURSTY:
        g_string_append(text, "on average, in bursts");
        break;
    }
    g_string_append(text, " (open loop)");
}

static void append_script(GString *text, const RepScriptSetup *script)
{
    g_string_append_printf(text, "a script of %" G_GSIZE_FORMAT " step%s", script->n,
                           script->n == 1 ? "" : "s");
    if (script->sessions > 1)
        g_string_append_printf(text, ", %" G_GINT64_FORMAT " sessions", script->sessions);
}

static void append_keys(GString *text, const SimKeys *keys)
{
    static const char *const laws[] = {[SIM_KEYS_ZIPF] = "Zipf keys",
                                       [SIM_KEYS_UNIFORM] = "keys all alike",
                                       [SIM_KEYS_HOTSET] = "a hot set",
                                       [SIM_KEYS_WEIGHTS] = "weighted keys",
                                       [SIM_KEYS_UNIQUE] = "every write makes a new key"};
    SimKeysKind kind = sim_keys_kind(keys);
    g_string_append(text, laws[kind]);
    if (kind == SIM_KEYS_UNIQUE)
        return;
    double hottest = 0;
    guint64 looked_at = kind == SIM_KEYS_WEIGHTS ? sim_keys_count(keys) : 1;
    for (guint64 k = 0; k < looked_at; k++)
        hottest = MAX(hottest, sim_keys_share(keys, k));
    g_autofree char *count = ana_format_count(sim_keys_count(keys));
    g_autofree char *share = ana_format_value(ANA_UNIT_RATIO, hottest, FALSE);
    g_strdelimit(share, " ", CLI_SPACE[0]);
    g_string_append_printf(text, " — the hottest of %s gets %s of the traffic", count, share);
}

static void append_regions(GString *text, const RepSetup *setup, const RepClientSetup *client)
{
    guint n = 0;
    if (setup->n_regions < 2)
        return;
    for (gsize r = 0; r < client->from.n; r++) {
        if (client->from.share[r] <= 0)
            continue;
        g_autofree char *share = ana_format_value(ANA_UNIT_RATIO, client->from.share[r], FALSE);
        g_strdelimit(share, " ", CLI_SPACE[0]);
        g_string_append_printf(text, "%s%s" CLI_SPACE "%s", n++ ? ", " : "; from ",
                               setup->regions[r], share);
    }
}

void cli_words_clients(CliPage *page, const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_clients; i++) {
        const RepClientSetup *client = &setup->clients[i];
        GString *text = g_string_new(client->name);
        g_autofree char *reads = ana_format_value(ANA_UNIT_RATIO, client->reads, FALSE);
        g_strdelimit(reads, " ", CLI_SPACE[0]);
        if (i == 0)
            cli_words_label(page, "clients");
        else
            cli_page_to_column(page, CLI_WORDS_INDENT);
        g_string_append(text, ": ");
        if (client->script.n > 0)
            append_script(text, &client->script);
        else {
            append_arrivals(text, &client->rate);
            g_string_append_printf(text, ", %s reads, ", reads);
            append_keys(text, client->keys);
        }
        append_regions(text, setup, client);
        cli_page_wrap(page, CLI_WORDS_INDENT, text->str);
        g_string_free(text, TRUE);
    }
}

/* ---- faults ------------------------------------------------------------------------------- */

static const char *place_name(const RepSetup *setup, RepPlace place)
{
    switch (place.kind) {
    case REP_PLACE_NODE:
        return setup->nodes[place.id].name;
    case REP_PLACE_REGION:
        return setup->regions[place.id];
    case REP_PLACE_NONE:
        break;
    }
    return "";
}

static char *link_name(const RepSetup *setup, const RepLinkName *link)
{
    return g_strdup_printf("%s%s%s", place_name(setup, link->from), link->both_ways ? "↔" : "→",
                           place_name(setup, link->to));
}

static void append_places(GString *text, const RepSetup *setup, const RepPlaceList *list)
{
    for (gsize i = 0; i < list->n; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0             ? ""
                               : i + 1 == list->n ? " and "
                                                  : ", ",
                               place_name(setup, list->places[i]));
}

static char *target_name(const RepSetup *setup, const RepFaultSetup *fault)
{
    const RepTarget *target = &fault->aim.target;
    GString *text = g_string_new(NULL);
    switch (target->kind) {
    case REP_TARGET_PLACES:
        append_places(text, setup, &target->places);
        break;
    case REP_TARGET_LEADER:
        g_string_append(text, "the leader");
        break;
    case REP_TARGET_ANY_FOLLOWER:
        g_string_append(text, "any follower");
        break;
    case REP_TARGET_MINORITY:
        g_string_append(text, "a minority");
        break;
    case REP_TARGET_SOME:
        g_string_append_printf(text, "%" G_GINT64_FORMAT " of ", target->count);
        append_places(text, setup, &target->places);
        break;
    case REP_TARGET_REPLICAS:
        if (target->count)
            g_string_append_printf(text, "%" G_GINT64_FORMAT " of ", target->count);
        if (target->is_drawn)
            g_string_append(text, "the replicas of a key at random");
        else
            g_string_append_printf(text, "the replicas of key %" G_GUINT64_FORMAT, target->key);
        break;
    case REP_TARGET_EACH:
        g_string_append(text, "each of ");
        append_places(text, setup, &fault->each);
        break;
    }
    return g_string_free(text, FALSE);
}

/* What happens, as the rest of a sentence about its target or link. */
static char *fault_verb(const RepFaultSetup *fault)
{
    g_autofree char *share = ana_format_value(ANA_UNIT_RATIO, fault->loss, FALSE);
    g_autofree char *load = ana_format_value(ANA_UNIT_COUNT, fault->load, FALSE);
    switch ((RepFaultKind)fault->kind) {
    case REP_FAULT_CRASH:
        return g_strconcat("crashes", fault->wipe ? " and loses its disk" : "", NULL);
    case REP_FAULT_KILL:
        return g_strconcat("is killed", fault->wipe ? " and loses its disk" : "", NULL);
    case REP_FAULT_PAUSE:
        return g_strdup("is frozen");
    case REP_FAULT_ISOLATE:
        return g_strdup("is cut off from everything else");
    case REP_FAULT_PARTITION:
        return g_strdup("is partitioned");
    case REP_FAULT_CUT:
        return g_strdup("carries nothing");
    case REP_FAULT_SLOW:
        return g_strdup("is slower");
    case REP_FAULT_LOSE:
        return g_strdup_printf("loses %s of its messages", share);
    case REP_FAULT_DUPLICATE:
        return g_strdup_printf("duplicates %s of its messages", share);
    case REP_FAULT_REORDER:
        return g_strdup_printf("holds back %s of its messages", share);
    case REP_FAULT_CORRUPT:
        return g_strdup_printf("corrupts %s of its messages", share);
    case REP_FAULT_LOAD:
        return g_strdup_printf("sends %s times as much", load);
    case REP_FAULT_PROMOTE:
        return g_strdup("is made the leader by hand");
    case REP_FAULT_JOIN:
        return g_strdup("joins as a follower");
    case REP_FAULT_UPGRADE:
        return g_strdup("runs another version");
    case REP_FAULT_CLOCK_STEP: {
        g_autofree char *step = ana_format_value(ANA_UNIT_NS, (double)ABS(fault->step), FALSE);
        return g_strdup_printf("has a clock that jumps %s by %s",
                               fault->step < 0 ? "back" : "ahead", step);
    }
    case REP_FAULT_CLOCK_DRIFT:
        return g_strdup_printf("has a clock that runs %s", fault->drift < 0 ? "slow" : "fast");
    case REP_FAULT_CLOCK_FREEZE:
        return g_strdup("has a clock that stands still");
    case REP_FAULT_MESSAGE: {
        g_autofree char *late = ana_format_value(ANA_UNIT_NS, (double)fault->delay, FALSE);
        return fault->drop ? g_strdup("is lost") : g_strdup_printf("is %s late", late);
    }
    }
    return g_strdup("");
}

/* "db1 crashes" */
static char *fault_clause(const RepSetup *setup, const RepFaultSetup *fault)
{
    g_autofree char *verb = fault_verb(fault);
    g_autofree char *subject = NULL;
    if (fault->kind == REP_FAULT_PARTITION)
        subject = g_strdup("the network");
    else if (fault->kind == REP_FAULT_LOAD)
        subject = g_strdup_printf("client group %s", setup->clients[fault->client].name);
    else if (fault->kind == REP_FAULT_MESSAGE)
        subject = g_strdup_printf("the message of %s to %s", fault->message.of,
                                  setup->nodes[fault->message.to].name);
    else if (fault->aim.link.to.kind != REP_PLACE_NONE)
        subject = link_name(setup, &fault->aim.link);
    else
        subject = target_name(setup, fault);
    return g_strdup_printf("%s %s", subject, verb);
}

static char *span_words(const SimDist *span)
{
    g_autofree char *mean = ana_format_value(ANA_UNIT_NS, sim_dist_mean(span, 0), FALSE);
    return sim_dist_is_constant(span) ? g_strdup(mean) : g_strdup_printf("about %s", mean);
}

static gboolean is_instant(int kind)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        if (verb->kind == kind)
            return verb->is_instant;
    return FALSE;
}

char *cli_words_fault(const RepSetup *setup, const RepFaultSetup *fault)
{
    g_autofree char *clause = fault_clause(setup, fault);
    if (fault->kind == REP_FAULT_MESSAGE)
        return g_steal_pointer(&clause);
    g_autofree char *when = span_words(fault->at ? fault->at : fault->every);
    g_autofree char *length = fault->duration ? span_words(fault->duration) : NULL;
    GString *text = g_string_new(fault->at ? "" : "every ");
    g_string_append_printf(text, "%s: %s", when, clause);
    if (length)
        g_string_append_printf(text, " for %s", length);
    else if (!is_instant(fault->kind))
        g_string_append(text, ", to the end");
    if (fault->chance < 1) {
        g_autofree char *chance = ana_format_value(ANA_UNIT_RATIO, fault->chance, FALSE);
        g_string_append_printf(text, ", with a chance of %s", chance);
    }
    if (fault->name)
        g_string_append_printf(text, " (%s)", fault->name);
    return g_string_free(text, FALSE);
}

void cli_words_faults(CliPage *page, const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++) {
        g_autofree char *words = cli_words_fault(setup, &setup->faults[i]);
        if (i == 0)
            cli_words_label(page, "faults");
        else
            cli_page_to_column(page, CLI_WORDS_INDENT);
        cli_page_wrap(page, CLI_WORDS_INDENT, words);
    }
}
