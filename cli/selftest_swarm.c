/* selftest_swarm.c — what `selftest --swarm` prints; see swarm.h. */
#include "cli/swarm.h"

#include "cli/terminal.h"
#include "models/world.h"
#include "scenarios/format/json.h"
#include "scenarios/format/random_scenario.h"

#include <string.h>

/* Of each invariant that fails the first seed is shown; of so many invariants at most. */
#define SHOWN_MAX 3u

typedef struct Tally {
    guint64 first;
    guint n, failures;
    guint64 digest, events;
    const CliSwarmFinding *findings;
} Tally;

static Tally tally_up(guint64 first, guint n, const CliSwarmFinding *findings)
{
    Tally tally = {.first = first, .n = n, .findings = findings};
    for (guint i = 0; i < n; i++) {
        tally.failures += findings[i].invariant ? 1 : 0;
        tally.events += findings[i].events;
        tally.digest = rep_digest_fold(tally.digest, findings[i].digest);
    }
    return tally;
}

static gboolean is_first(const Tally *tally, guint place)
{
    for (guint i = 0; i < place; i++)
        if (g_strcmp0(tally->findings[i].invariant, tally->findings[place].invariant) == 0)
            return FALSE;
    return TRUE;
}

static void show(const Tally *tally, guint place, CliPage *page)
{
    const CliSwarmFinding *finding = &tally->findings[place];
    guint64 seed = tally->first + place;
    g_autofree char *scenario = scn_random_scenario(seed);
    guint alike = 0;
    for (guint i = 0; i < tally->n; i++)
        alike += g_strcmp0(tally->findings[i].invariant, finding->invariant) == 0 ? 1 : 0;
    cli_page_add(page, "\n");
    cli_page_coloured(page, CLI_BAD, "FAIL");
    cli_page_printf(page, "  %s, in %u of %u scenarios; the first has seed %" G_GUINT64_FORMAT "\n",
                    finding->invariant, alike, tally->n, seed);
    cli_page_printf(page, "  %s\n", finding->text);
    cli_page_printf(page, "  replay: replsim selftest --swarm 1 --seed %" G_GUINT64_FORMAT "\n\n",
                    seed);
    cli_page_printf(page, "# seed %" G_GUINT64_FORMAT "\n%s\n", seed, scenario);
    cli_write_page(page); /* making it smaller takes a while */
    g_string_truncate(page->text, 0);
    g_autofree char *small = cli_swarm_shrink(scenario, finding->invariant);
    cli_page_printf(page, "# the same, as small as it could be made\n%s", small);
}

static void print_summary(const Tally *tally, double seconds, CliPage *page)
{
    cli_page_printf(page,
                    "swarm: %u scenarios from seed %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
                    " events, digest %016" G_GINT64_MODIFIER "x: ",
                    tally->n, tally->first, tally->events, tally->digest);
    if (tally->failures)
        cli_page_printf(page, "%u violate an invariant (%.1f s)\n", tally->failures, seconds);
    else
        cli_page_printf(page, "no invariant violated (%.1f s)\n", seconds);
}

static void print_json(const Tally *tally, CliPage *page)
{
    GString *out = page->text;
    g_string_append_printf(out,
                           "{\"scenarios\": %u, \"seed\": %" G_GUINT64_FORMAT
                           ", \"events\": %" G_GUINT64_FORMAT
                           ", \"digest\": \"%016" G_GINT64_MODIFIER "x\", \"violations\": [",
                           tally->n, tally->first, tally->events, tally->digest);
    for (guint i = 0, shown = 0; i < tally->n; i++) {
        if (!tally->findings[i].invariant)
            continue;
        g_string_append_printf(out, "%s\n  {\"seed\": %" G_GUINT64_FORMAT ", \"invariant\": ",
                               shown++ ? "," : "", tally->first + i);
        scn_json_string(out, tally->findings[i].invariant);
        g_string_append(out, ", \"found\": ");
        scn_json_string(out, tally->findings[i].text);
        g_string_append_c(out, '}');
    }
    g_string_append(out, "]}\n");
}

int cli_swarm_main(guint64 first, guint n, guint jobs, gboolean json)
{
    gint64 started = g_get_monotonic_time();
    CliSwarmFinding *findings = g_new0(CliSwarmFinding, n);
    gboolean good = cli_swarm_run(first, n, jobs, findings);
    Tally tally = tally_up(first, n, findings);
    CliPage page = cli_page_new(cli_terminal());
    if (json)
        print_json(&tally, &page);
    else
        print_summary(&tally, (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC, &page);
    for (guint i = 0, shown = 0; good && !json && i < n && shown < SHOWN_MAX; i++)
        if (findings[i].invariant && is_first(&tally, i)) {
            show(&tally, i, &page);
            shown++;
        }
    CliStatus written = cli_write_page(&page);
    cli_page_clear(&page);
    for (guint i = 0; i < n; i++)
        cli_swarm_finding_clear(&findings[i]);
    g_free(findings);
    if (!good)
        return CLI_ENVIRONMENT;
    return tally.failures ? CLI_NOT_REPRODUCED : (int)written;
}
