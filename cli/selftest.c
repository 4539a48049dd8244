/*
 * selftest.c — `replsim selftest`: can I trust this binary on this machine?
 *
 * Runs the checks of selftest_*.c one after the other and prints each with what it found. Exit 5
 * where a check about reproducibility or a known answer fails.
 */
#include "cli/selftest.h"

#include "cli/reproduce.h"
#include "cli/swarm.h"
#include "cli/verbs.h"
#include "scenarios/format/json.h"

#define SWARM_MAX 100000000u
#define JOBS_MAX 1024u

typedef struct Tally {
    CliPage page;
    gboolean json;
    guint checks, failures;
} Tally;

static void print_check(Tally *tally, const CliSelfCheck *check, gboolean holds, const char *found)
{
    if (tally->json) {
        GString *out = tally->page.text;
        g_string_append_printf(out, "%s\n  {\"check\": ", tally->checks > 1 ? "," : "");
        scn_json_string(out, check->claim);
        g_string_append_printf(out, ", \"holds\": %s, \"found\": ", holds ? "true" : "false");
        scn_json_string(out, found);
        g_string_append(out, "}");
        return;
    }
    cli_page_add(&tally->page, "  ");
    cli_page_coloured(&tally->page, holds ? CLI_GOOD : CLI_BAD, holds ? "pass" : "FAIL");
    g_autofree char *text = g_strdup_printf("%s: %s", check->claim, found);
    cli_page_add(&tally->page, "  ");
    cli_page_wrap(&tally->page, 8, text);
}

/* Text goes out check by check, because some take a second. */
static CliStatus run_checks(Tally *tally, const CliSelfCheck *checks)
{
    CliStatus status = CLI_OK;
    for (const CliSelfCheck *check = checks; check->claim && status == CLI_OK; check++) {
        GString *found = g_string_new(NULL);
        gboolean holds = check->holds(found);
        tally->checks++;
        tally->failures += holds ? 0 : 1;
        print_check(tally, check, holds, found->str);
        g_string_free(found, TRUE);
        if (!tally->json) {
            status = cli_write_page(&tally->page);
            g_string_truncate(tally->page.text, 0);
        }
    }
    return status;
}

static void print_end(Tally *tally, gint64 started)
{
    double seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    if (tally->json) {
        g_string_append_printf(tally->page.text, "\n], \"checks\": %u, \"failures\": %u}\n",
                               tally->checks, tally->failures);
        return;
    }
    if (tally->failures == 0)
        cli_page_printf(&tally->page, "all good: %u checks, %.1f s\n", tally->checks, seconds);
    else
        cli_page_printf(&tally->page,
                        "%u of %u checks failed: results of this binary on this "
                        "machine cannot be trusted\n",
                        tally->failures, tally->checks);
}

static int run_known_answers(gboolean json)
{
    gint64 started = g_get_monotonic_time();
    Tally tally = {.page = cli_page_new(cli_terminal()), .json = json};
    g_autofree char *version = cli_version_text();
    if (json) {
        g_string_append(tally.page.text, "{\"version\": ");
        scn_json_string(tally.page.text, version);
        g_string_append(tally.page.text, ", \"results\": [");
    } else {
        cli_page_printf(&tally.page, "%s\n", version);
    }
    CliStatus written = run_checks(&tally, cli_selftest_worlds);
    if (written == CLI_OK)
        written = run_checks(&tally, cli_selftest_samplers);
    print_end(&tally, started);
    if (written == CLI_OK)
        written = cli_write_page(&tally.page);
    cli_page_clear(&tally.page);
    return tally.failures > 0 ? CLI_NOT_REPRODUCED : (int)written;
}

/* ---- options ------------------------------------------------------------------------------ */

typedef struct Wanted {
    char *swarm, *seed, *jobs; /* as given; NULL where not */
    char *run, *results;
    guint64 n, first, processes;
} Wanted;

static gboolean read_numbers(Wanted *wanted)
{
    wanted->first = 1;
    if (wanted->run && wanted->swarm) {
        cli_error("--reproduce and --swarm are two tests: one at a time");
        return FALSE;
    }
    if (!wanted->run && wanted->results) {
        cli_error("--results is for --reproduce");
        return FALSE;
    }
    wanted->processes = g_get_num_processors();
    if (!wanted->swarm && (wanted->seed || wanted->jobs)) {
        cli_error("%s is for --swarm", wanted->seed ? "--seed" : "--jobs");
        return FALSE;
    }
    return (!wanted->swarm ||
            cli_whole_number("--swarm", wanted->swarm, 1, SWARM_MAX, &wanted->n)) &&
           (!wanted->seed ||
            cli_whole_number("--seed", wanted->seed, 0, G_MAXINT64 - SWARM_MAX, &wanted->first)) &&
           (!wanted->jobs ||
            cli_whole_number("--jobs", wanted->jobs, 1, JOBS_MAX, &wanted->processes));
}

static int run_selftest(const CliVerb *verb, int argc, char **argv)
{
    CliCommon common = {0};
    Wanted wanted = {0};
    g_auto(GStrv) rest = NULL;
    int status;
    const GOptionEntry entries[] = {
        {"swarm", 0, 0, G_OPTION_ARG_FILENAME, &wanted.swarm,
         "instead: so many random scenarios, each against everything that must always hold", "N"},
        {"seed", 0, 0, G_OPTION_ARG_FILENAME, &wanted.seed,
         "of the first random scenario; the next have the numbers after it (1)", "S"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &wanted.jobs,
         "processes (as many as there are processors)", "J"},
        {"reproduce", 0, 0, G_OPTION_ARG_FILENAME, &wanted.run,
         "instead: run a kept run or a page again, and compare", "RUN"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, &wanted.results,
         "where result folders are (default ./results)", "DIR"},
        {.long_name = NULL}};
    if (!cli_parse_options(verb, entries, &common, argc, argv, &rest, &status))
        return status;
    cli_common_clear(&common);
    if (*rest) {
        cli_error("'selftest' takes no arguments, such as '%s'", *rest);
        status = CLI_USAGE;
    } else if (!read_numbers(&wanted))
        status = CLI_USAGE;
    else if (wanted.run)
        status = (int)cli_reproduce(wanted.results ? wanted.results : "results", wanted.run,
                                    common.json);
    else if (wanted.swarm)
        status =
            cli_swarm_main(wanted.first, (guint)wanted.n, (guint)wanted.processes, common.json);
    else
        status = run_known_answers(common.json);
    g_free(wanted.swarm);
    g_free(wanted.seed);
    g_free(wanted.jobs);
    g_free(wanted.run);
    g_free(wanted.results);
    return status;
}

const CliVerb cli_verb_selftest = {
    .name = "selftest",
    .question = "can I trust this binary on this machine?",
    .usage = "",
    .about =
        "Runs small scenarios whose answers are known, twice and on several threads, and "
        "compares. Takes a few seconds. With --swarm, random scenarios are run under a checker "
        "instead: a failing one is printed, made smaller, and replayed by its seed. With "
        "--reproduce, a kept run or the page of one is run again, as it says, and compared. "
        "Exit 5 if anything differs.",
    .examples = "replsim selftest\tall checks\n"
                "replsim selftest --swarm 1000\trandom scenarios, seeds 1 to 1000\n"
                "replsim selftest --swarm 1 --seed 77\tone of them again\n"
                "replsim selftest --reproduce mailed.html\tdoes it come out here, too?\n"
                "replsim selftest --json\tfor programs\n",
    .run = run_selftest,
};
