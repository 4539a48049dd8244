/* words.c — nodes, policy, variants, expectations and work in plain words; see words.h. */
#include "cli/words.h"

#include "analysis/format.h"
#include "models/policies/policy.h"
#include "models/policies/single_leader.h"

#include <math.h>
#include <string.h>

#define NODES_SHOWN 12u
#define DOT CLI_SPACE "· "

void cli_words_label(CliPage *page, const char *label)
{
    cli_page_add(page, "  ");
    cli_page_coloured(page, CLI_BOLD, label);
    cli_page_to_column(page, CLI_WORDS_INDENT);
}

static void end(CliPage *page, GString *text)
{
    cli_page_wrap(page, CLI_WORDS_INDENT, text->str);
    g_string_free(text, TRUE);
}

char *cli_words_role(const RepSetup *setup, int node)
{
    const RepPolicyOps *policy = setup->policy;
    int n_logs = policy->logs(setup), leads = 0;
    gboolean holds = policy->stores && policy->stores(setup, node);
    GString *text = g_string_new(CLI_SPACE "leader");
    for (int log = 0; log < n_logs; log++) {
        holds |= policy->holds(setup, node, log);
        if (!policy->first_leader || policy->first_leader(setup, log) != node)
            continue;
        if (n_logs > 1)
            g_string_append_printf(
                text, "%s%d",
                leads ? "," CLI_SPACE : CLI_SPACE "of" CLI_SPACE "partition" CLI_SPACE, log);
        leads++;
    }
    if (!leads)
        g_string_assign(text, holds || n_logs == 0 ? "" : CLI_SPACE "unused");
    return g_string_free(text, FALSE);
}

static void say_nodes(CliPage *page, const RepSetup *setup)
{
    GString *text = g_string_new(NULL);
    cli_words_label(page, "nodes");
    for (gsize i = 0; i < MIN(setup->n_nodes, NODES_SHOWN); i++) {
        const RepNodeSetup *node = &setup->nodes[i];
        g_autofree char *as = cli_words_role(setup, (int)i);
        g_string_append_printf(text, "%s%s" CLI_SPACE "%s%s", i ? DOT : "", node->name,
                               setup->regions[node->region], as);
    }
    if (setup->n_nodes > NODES_SHOWN)
        g_string_append_printf(text, DOT "%u more: --resolved",
                               (guint)(setup->n_nodes - NODES_SHOWN));
    end(page, text);
}

/* The policy's keys that the file gives; of those in which variants differ only the name. */
static void say_policy(CliPage *page, const ScnScenario *scenario)
{
    const ScnResolved *resolved = scenario->variants[scenario->baseline].resolved;
    const RepSetup *setup = scenario->variants[scenario->baseline].setup;
    GString *text = g_string_new(setup->policy->name);
    cli_words_label(page, "policy");
    for (gsize i = 0; i < scn_resolved_count(resolved); i++) {
        const ScnLine *line = scn_resolved_get(resolved, i);
        if (!g_str_has_prefix(line->path, "policy.") || strcmp(line->path, "policy.model") == 0 ||
            strcmp(line->origin, "default") == 0 ||
            g_strv_contains((const char *const *)scenario->differences, line->path))
            continue;
        g_autofree char *value = g_strdup(line->value);
        g_strdelimit(value, " ", CLI_SPACE[0]);
        g_string_append_printf(text, DOT "%s" CLI_SPACE "%s", line->path + strlen("policy."),
                               value);
    }
    end(page, text);
}

/* Checks are no setting. */
static void append_differences(GString *text, char **paths)
{
    guint n = 0;
    for (char **path = paths; *path; path++)
        if (strcmp(*path, "expect") != 0)
            g_string_append_printf(text, "%s%s", n++ ? ", " : "; they differ only in ", *path);
    if (n == 0)
        g_string_append(text, "; they do not differ");
}

static void say_variants(CliPage *page, const ScnScenario *scenario)
{
    if (scenario->n_variants < 2)
        return;
    GString *text = g_string_new(NULL);
    cli_words_label(page, "variants");
    for (gsize i = 0; i < scenario->n_variants; i++)
        g_string_append_printf(text, "%s%s%s", i ? DOT : "", scenario->variants[i].name,
                               i == scenario->baseline ? CLI_SPACE "(baseline)" : "");
    append_differences(text, scenario->differences);
    end(page, text);
    if (scenario->same_world)
        return;
    g_autofree char *worlds = g_strjoinv(", ", scenario->world_differences);
    cli_page_to_column(page, CLI_WORDS_INDENT);
    text = g_string_new("not the same world in every variant: they differ in ");
    g_string_append(text, worlds);
    end(page, text);
}

static void say_checks(CliPage *page, const ScnScenario *scenario)
{
    gsize least = G_MAXSIZE, most = 0, gated = 0;
    for (gsize i = 0; i < scenario->n_variants; i++) {
        least = MIN(least, scenario->variants[i].n_expectations);
        most = MAX(most, scenario->variants[i].n_expectations);
        gated += scenario->variants[i].gated ? 1 : 0;
    }
    GString *text = g_string_new(NULL);
    cli_words_label(page, "expects");
    if (most == 0) {
        g_string_append(text, "nothing: no check decides the exit status");
        end(page, text);
        return;
    }
    if (least == most)
        g_string_append_printf(text, "%u check%s", (guint)most, most == 1 ? "" : "s");
    else
        g_string_append_printf(text, "%u to %u checks", (guint)least, (guint)most);
    if (scenario->n_variants > 1)
        g_string_append(text, " per variant");
    if (gated < scenario->n_variants)
        g_string_append(text, "; exit status follows");
    for (gsize i = 0, n = 0; i < scenario->n_variants && gated < scenario->n_variants; i++)
        if (scenario->variants[i].gated)
            g_string_append_printf(text, "%s %s", n++ ? "," : "", scenario->variants[i].name);
    end(page, text);
}

static void say_work(CliPage *page, const ScnScenario *scenario, const CliWork *work, guint jobs)
{
    const RepSetup *setup = scenario->variants[scenario->baseline].setup;
    g_autofree char *length = ana_format_value(ANA_UNIT_NS, (double)setup->duration, FALSE);
    g_autofree char *events = ana_format_short_count(work->events);
    g_autofree char *seconds = ana_format_value(ANA_UNIT_NS, work->seconds * 1e9, FALSE);
    GString *text = g_string_new(NULL);
    cli_words_label(page, "work");
    if (scenario->n_variants > 1)
        g_string_append_printf(text, "%u variants × ", (guint)scenario->n_variants);
    g_string_append_printf(text, "%" G_GINT64_FORMAT " replication%s × %s ≈ %s events ≈ %s here",
                           setup->replications, setup->replications == 1 ? "" : "s", length, events,
                           seconds);
    if (jobs > 1)
        g_string_append_printf(text, " on %u threads", jobs);
    end(page, text);
}

void cli_words_scenario(CliPage *page, const ScnScenario *scenario, const CliProbe *probes,
                        const CliWork *work, guint jobs)
{
    const RepSetup *setup = scenario->variants[scenario->baseline].setup;
    say_nodes(page, setup);
    cli_words_links(page, setup, &probes[scenario->baseline]);
    cli_words_clients(page, setup);
    say_policy(page, scenario);
    say_variants(page, scenario);
    cli_words_faults(page, setup);
    say_checks(page, scenario);
    say_work(page, scenario, work, jobs);
}
