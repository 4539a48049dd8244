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
        append_arrivals(text, &client->rate);
        g_string_append_printf(text, ", %s reads, ", reads);
        append_keys(text, client->keys);
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
    if (link->to.kind == REP_PLACE_NONE)
        return g_strdup(place_name(setup, link->from));
    return g_strdup_printf("%s%s%s", place_name(setup, link->from), link->both_ways ? "↔" : "→",
                           place_name(setup, link->to));
}

/* What happens, as a clause: "db1 crashes". */
static char *fault_clause(const RepSetup *setup, const RepFaultSetup *fault)
{
    const char *target = place_name(setup, fault->target);
    g_autofree char *link = link_name(setup, &fault->link);
    g_autofree char *share = ana_format_value(ANA_UNIT_RATIO, fault->loss, FALSE);
    g_autofree char *load = ana_format_value(ANA_UNIT_COUNT, fault->load, FALSE);
    switch ((RepFaultKind)fault->kind) {
    case REP_FAULT_CRASH:
        return g_strdup_printf("%s crashes%s", target, fault->wipe ? " and loses its disk" : "");
    case REP_FAULT_KILL:
        return g_strdup_printf("the process of %s is killed%s", target,
                               fault->wipe ? " and its disk lost" : "");
    case REP_FAULT_PAUSE:
        return g_strdup_printf("%s is frozen", target);
    case REP_FAULT_ISOLATE:
        return g_strdup_printf("%s is cut off from everything else", target);
    case REP_FAULT_PARTITION:
        return g_strdup("the network is partitioned");
    case REP_FAULT_CUT:
        return g_strdup_printf("%s carries nothing", link);
    case REP_FAULT_SLOW:
        return g_strdup_printf("%s is slower", link);
    case REP_FAULT_LOSE:
        return g_strdup_printf("%s loses %s of its messages", link, share);
    case REP_FAULT_LOAD:
        return g_strdup_printf("the rate of %s is %s times as high",
                               setup->clients[fault->client].name, load);
    }
    return g_strdup("");
}

static char *instant_words(const SimDist *at)
{
    g_autofree char *mean = ana_format_value(ANA_UNIT_NS, sim_dist_mean(at, 0), FALSE);
    return sim_dist_is_constant(at) ? g_strdup(mean) : g_strdup_printf("about %s", mean);
}

void cli_words_faults(CliPage *page, const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++) {
        const RepFaultSetup *fault = &setup->faults[i];
        g_autofree char *clause = fault_clause(setup, fault);
        g_autofree char *at = instant_words(fault->at);
        g_autofree char *length = fault->duration ? instant_words(fault->duration) : NULL;
        GString *text = g_string_new(at);
        if (i == 0)
            cli_words_label(page, "faults");
        else
            cli_page_to_column(page, CLI_WORDS_INDENT);
        g_string_append_printf(text, ": %s", clause);
        if (length)
            g_string_append_printf(text, " for %s", length);
        else
            g_string_append(text, ", to the end");
        if (fault->name)
            g_string_append_printf(text, " (%s)", fault->name);
        cli_page_wrap(page, CLI_WORDS_INDENT, text->str);
        g_string_free(text, TRUE);
    }
}
