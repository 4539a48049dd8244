/* words_network.c — links, and how far they leave followers behind; see words.h. */
#include "cli/words.h"

#include "analysis/format.h"

#include <math.h>
#include <string.h>

#define LINKS_SHOWN 6u
#define LAGS_SHOWN 8u
#define DOT CLI_SPACE "· "

/* "33 / 45 ms"; the unit is said once where it is the same. */
static char *pair_words(double first, double second)
{
    g_autofree char *left = ana_format_value(ANA_UNIT_NS, first, FALSE);
    g_autofree char *right = ana_format_value(ANA_UNIT_NS, second, FALSE);
    char *unit = strchr(left, ' ');
    if (unit && g_strcmp0(unit, strchr(right, ' ')) == 0)
        *unit = '\0';
    char *words = g_strdup_printf("%s / %s", left, right);
    return g_strdelimit(words, " ", CLI_SPACE[0]);
}

char *cli_words_delay(const SimDist *delay)
{
    if (delay && !sim_dist_is_constant(delay))
        return pair_words(sim_dist_quantile(delay, 0.5, 0), sim_dist_quantile(delay, 0.99, 0));
    char *words = ana_format_value(ANA_UNIT_NS, delay ? sim_dist_mean(delay, 0) : 0, FALSE);
    return g_strdelimit(words, " ", CLI_SPACE[0]);
}

static const SimDist *between(const RepSetup *setup, gsize from, gsize to)
{
    return rep_setup_delay(setup, (RepPlace){REP_PLACE_REGION, (int)from},
                           (RepPlace){REP_PLACE_REGION, (int)to});
}

static void append_link(GString *text, guint *shown, const char *name, const SimDist *delay)
{
    if (++*shown > LINKS_SHOWN)
        return;
    g_autofree char *words = cli_words_delay(delay);
    g_string_append_printf(text, "%s%s" CLI_SPACE "%s", *shown > 1 ? DOT : "", name, words);
}

static void append_region_pair(GString *text, guint *shown, const RepSetup *setup, gsize a, gsize b)
{
    const SimDist *there = between(setup, a, b), *back = between(setup, b, a);
    if (!there && !back)
        return;
    g_autofree char *one = cli_words_delay(there);
    g_autofree char *other = cli_words_delay(back);
    if (there && back && g_strcmp0(one, other) == 0) {
        g_autofree char *name = g_strdup_printf("%s↔%s", setup->regions[a], setup->regions[b]);
        append_link(text, shown, name, there);
        return;
    }
    g_autofree char *forth = g_strdup_printf("%s→%s", setup->regions[a], setup->regions[b]);
    g_autofree char *reverse = g_strdup_printf("%s→%s", setup->regions[b], setup->regions[a]);
    if (there)
        append_link(text, shown, forth, there);
    if (back)
        append_link(text, shown, reverse, back);
}

/* "in order (like TCP): effective lag without faults, p50 / p99, about db4 91 / 222 ms" */
static void say_lags(CliPage *page, const RepSetup *setup, const CliProbe *probe)
{
    GString *text =
        g_string_new(setup->network.order == REP_ORDER_FIFO ? "in order (like TCP): effective lag"
                                                            : "messages may overtake: lag");
    g_string_append(text, " without faults, p50 / p99, about ");
    guint shown = 0;
    for (gsize i = 0; i < probe->n_lags; i++) {
        const CliProbedLag *lag = &probe->lags[i];
        if (isnan(lag->p50) || ++shown > LAGS_SHOWN)
            continue;
        g_autofree char *words = pair_words(lag->p50, lag->p99);
        g_string_append_printf(text, "%s%s" CLI_SPACE "%s", shown > 1 ? DOT : "",
                               setup->nodes[lag->node].name, words);
    }
    if (shown > LAGS_SHOWN)
        g_string_append_printf(text, DOT "%u more", shown - LAGS_SHOWN);
    if (shown > 0) {
        cli_page_to_column(page, CLI_WORDS_INDENT);
        cli_page_wrap(page, CLI_WORDS_INDENT, text->str);
    }
    g_string_free(text, TRUE);
}

void cli_words_links(CliPage *page, const RepSetup *setup, const CliProbe *probe)
{
    GString *text = g_string_new("one-way p50 / p99: ");
    guint shown = 0;
    cli_words_label(page, "links");
    for (gsize a = 0; a < setup->n_regions; a++)
        for (gsize b = a + 1; b < setup->n_regions; b++)
            append_region_pair(text, &shown, setup, a, b);
    append_link(text, &shown, "within" CLI_SPACE "a" CLI_SPACE "region", setup->network.within);
    if (shown > LINKS_SHOWN)
        g_string_append_printf(text, DOT "%u more: --resolved", shown - LINKS_SHOWN);
    cli_page_wrap(page, CLI_WORDS_INDENT, text->str);
    g_string_free(text, TRUE);
    say_lags(page, setup, probe);
}
