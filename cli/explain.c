/*
 * explain.c — `replsim explain RUN EVENT`: why a read was stale, from the events themselves.
 *
 * The replication is simulated again with the recorder on and its digest checked. What is printed
 * is what happened: the write that was missed, its way to the node that answered, stage by stage,
 * and the settings that let each thing be so.
 */
#include "cli/crash.h"
#include "cli/explain_text.h"
#include "cli/run_options.h"
#include "cli/stale_reads.h"
#include "cli/store.h"
#include "cli/trace_event.h"
#include "cli/trace_picture.h"
#include "cli/verbs.h"
#include "cli/world_view.h"
#include "models/policies/policy.h"

#include <string.h>

#define BEFORE (10 * SIM_S) /* a write may have taken so long to be acknowledged … */
#define BEHIND (30 * SIM_S) /* … and to arrive after the read */

typedef struct ExplainOptions {
    CliScenarioOptions scenario;
    CliCommon common;
    char **outputs;
    char *results, *replication_text;
    guint replication;
} ExplainOptions;

static GArray *explain_entries(ExplainOptions *options)
{
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->outputs,
         "write the diagram to FILE: .svg or .txt; repeatable", "FILE"},
        {"replication", 0, 0, G_OPTION_ARG_FILENAME, &options->replication_text,
         "only this one, by number from 0 (of an operation by its number: default 0)", "N"},
        {"rep", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options->replication_text,
         "the same", "N"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, &options->results,
         "where result folders are (default ./results)", "DIR"},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    cli_scenario_entries(&options->scenario, entries);
    return entries;
}

static void options_clear(ExplainOptions *options)
{
    cli_scenario_options_clear(&options->scenario);
    cli_common_clear(&options->common);
    g_strfreev(options->outputs);
    g_free(options->results);
    g_free(options->replication_text);
}

static gboolean options_check(ExplainOptions *options)
{
    guint64 replication = 0;
    if (options->replication_text &&
        !cli_whole_number("--replication", options->replication_text, 0, 1000000, &replication))
        return FALSE;
    options->replication = (guint)replication;
    for (char **output = options->outputs; output && *output; output++)
        if (!g_str_has_suffix(*output, ".svg") && !g_str_has_suffix(*output, ".txt")) {
            cli_error("-o writes .svg or .txt, by the ending of the name; not '%s'", *output);
            return FALSE;
        }
    if (!options->common.json)
        return TRUE;
    cli_error("an explanation has no JSON form; its events have: trace RUN --around EVENT --json");
    return FALSE;
}

/* ---- the event ---------------------------------------------------------------------------- */

/* A note, and status 0: nothing to explain is an answer too. */
static CliStatus nothing(const char *text)
{
    CliPage page = cli_page_new(cli_terminal());
    cli_page_wrap(&page, 0, text);
    CliStatus status = cli_write_page(&page);
    cli_page_clear(&page);
    return status;
}

static CliStatus none_stale(const CliReplay *replay, const CliStaleReads *found)
{
    g_autofree char *text =
        g_strdup_printf("%s answered no stale read in %u replication%s.", replay->name,
                        found->replications, found->replications == 1 ? "" : "s");
    return nothing(text);
}

static CliStatus not_stale(const CliReplay *replay, const char *name, const CliTraceEvent *event)
{
    g_autofree char *text = g_strdup_printf(
        "%s is a %s of %s, replication %u, and %s: only stale reads are explained yet.", name,
        event->found_kind == REP_WRITE ? "write" : "read", replay->name, replay->replication,
        event->found_kind == REP_WRITE ? "no read" : "not stale");
    return nothing(text);
}

static const AnaStaleRead *find_number(const CliStaleReads *found, const CliTraceEvent *event)
{
    for (guint i = 0; i < found->reads->len; i++) {
        const AnaStaleRead *read = &g_array_index(found->reads, AnaStaleRead, i);
        if (read->client == event->client && read->number == event->number)
            return read;
    }
    return NULL;
}

/* ---- the story ---------------------------------------------------------------------------- */

static CliStatus write_diagram(const AnaScene *scene, const char *output)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    if (g_str_has_suffix(output, ".svg")) {
        g_autoptr(AnaPicture) picture = ana_scene_picture(scene, ANA_TIME_BY_SIZE);
        ana_picture_svg(picture, "explain", TRUE, bytes);
    } else {
        g_autofree char *text = cli_trace_characters(scene);
        g_string_append(bytes, text);
    }
    return cli_store_file(&(CliFile){.name = output, .bytes = bytes->str, .length = bytes->len});
}

static CliStatus tell(const ExplainOptions *options, CliExplain *explain)
{
    const RepSetup *setup = explain->replay->variant->setup;
    const AnaTrace *trace = explain->about.trace;
    g_autofree guint8 *shown = ana_why_stale_shown(trace, &explain->why);
    g_autoptr(GArray) stale = g_array_new(FALSE, FALSE, sizeof(AnaStaleRead));
    g_array_append_vals(stale, explain->read, 1);
    AnaSceneAsk ask = {.about = &explain->about,
                       .shown = shown,
                       .stale_reads = stale,
                       .version = ana_why_stale_version(trace, &explain->why)};
    AnaScene *scene = NULL;
    ana_why_stale_span(trace, &explain->why, &ask.from, &ask.to);
    CliStatus status = cli_trace_scene(&ask, setup, ANA_SCENE_MESSAGES_MAX, &scene);
    explain->scene = scene;
    for (char **output = options->outputs; status == CLI_OK && output && *output; output++)
        status = write_diagram(scene, *output);
    if (status == CLI_OK && !options->common.quiet) {
        CliPage page = cli_page_new(cli_terminal());
        cli_explain_stale(&page, explain);
        status = cli_write_page(&page);
        cli_page_clear(&page);
    }
    ana_scene_free(scene);
    return status;
}

static CliStatus explain_read(const ExplainOptions *options, CliReplay *replay,
                              const CliStaleReads *found, const AnaStaleRead *read)
{
    const RepSetup *setup = replay->variant->setup;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    AnaTraceWants wants = {.from = MAX(read->began - read->age - BEFORE, 0),
                           .to = sim_time_after(read->ended, BEHIND),
                           .records_max = ANA_TRACE_RECORDS_MAX,
                           .keeps_writers = view->world.n_steps > 0,
                           .has_focus = TRUE,
                           .focus = read->key};
    g_autoptr(AnaTrace) trace = ana_trace_new(&view->world, &wants);
    RepObserver observer = ana_trace_observer(trace);
    CliStatus status = cli_replay_run(replay, &observer, 1);
    if (status != CLI_OK)
        return status;
    CliExplain explain = {.replay = replay,
                          .read = read,
                          .rank = cli_stale_reads_rank(found, read->age),
                          .of = found->reads->len,
                          .is_oldest = read == &g_array_index(found->reads, AnaStaleRead, 0),
                          .about = {.trace = trace,
                                    .messages = setup->policy->message_names,
                                    .routine = setup->policy->routine,
                                    .version = REPLSIM_VERSION,
                                    .scenario = replay->input->scenario->name,
                                    .variant = replay->name,
                                    .seed = setup->seed,
                                    .replication = replay->replication},
                          .why = ana_why_stale(trace, read)};
    if (explain.why.read) {
        status = tell(options, &explain);
    } else {
        cli_error("more than %u events lie between the write and the read: their story is too long "
                  "to be kept",
                  ANA_TRACE_RECORDS_MAX);
        status = CLI_USAGE;
    }
    ana_why_stale_clear(&explain.why);
    return status;
}

static CliStatus explain_event(const ExplainOptions *options, CliReplay *replay, const char *event)
{
    gboolean is_ranked = g_str_has_prefix(event, "stale:");
    CliTraceEvent operation = {0};
    CliStaleReads found;
    if (!is_ranked && !cli_trace_event_read(replay->variant->setup, "explain", event, &operation))
        return CLI_USAGE;
    if (operation.is_fault) {
        cli_error("'%s' is a fault, and faults are given: trace RUN --around %s shows what it did",
                  event, event);
        return CLI_USAGE;
    }
    CliStatus status = is_ranked ? CLI_OK : cli_trace_event_find(replay, event, &operation);
    if (status != CLI_OK)
        return status;
    gint64 only = options->replication_text || !is_ranked ? (gint64)replay->replication : -1;
    status = cli_stale_reads_find(replay, only, &found);
    const AnaStaleRead *read = NULL;
    if (status == CLI_OK && is_ranked && found.reads->len > 0)
        read = cli_stale_reads_pick(&found, event + strlen("stale:"), replay);
    else if (status == CLI_OK && !is_ranked)
        read = find_number(&found, &operation);
    if (read && !cli_replay_choose(replay, read->replication))
        status = CLI_USAGE;
    else if (read)
        status = explain_read(options, replay, &found, read);
    else if (status == CLI_OK && is_ranked)
        status = found.reads->len ? CLI_USAGE : none_stale(replay, &found);
    else if (status == CLI_OK)
        status = not_stale(replay, event, &operation);
    cli_stale_reads_clear(&found);
    return status;
}

/* ---- the verb ----------------------------------------------------------------------------- */

static CliStatus explain_run(ExplainOptions *options, char **arguments)
{
    if (!options_check(options))
        return CLI_USAGE;
    if (g_strv_length(arguments) != 2) {
        cli_error("'explain' needs a run and an event");
        cli_hint("try: replsim explain latest stale:typical");
        return CLI_USAGE;
    }
    CliReplay replay;
    const char *results = options->results ? options->results : "results";
    CliStatus status =
        cli_replay_open(&replay, results, arguments[0], &options->scenario, options->replication);
    if (status == CLI_OK && replay.is_first_of_several)
        cli_note("variant '%s', the first; --variant NAME takes another", replay.name);
    if (status == CLI_OK)
        status = explain_event(options, &replay, arguments[1]);
    cli_replay_clear(&replay);
    return status;
}

static int run_explain(const CliVerb *verb, int argc, char **argv)
{
    ExplainOptions options = {0};
    GArray *entries = explain_entries(&options);
    g_auto(GStrv) rest = NULL;
    g_autofree char *command = cli_command_line("explain", argc, argv);
    int status;
    cli_crash_set_command(command);
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = (int)explain_run(&options, rest);
    g_array_free(entries, TRUE);
    options_clear(&options);
    return status;
}

const CliVerb cli_verb_explain = {
    .name = "explain",
    .question = "why was this read stale?",
    .usage = "RUN EVENT",
    .about =
        "Says why a read was stale: which write it missed, how that came to the node that "
        "answered, and which settings let it be so. EVENT is stale:worst, stale:typical (of the "
        "median age), stale:3 (the third worst), or a read by its number (web-17, r-17) or its "
        "step in a script. RUN is as for 'trace'. Nothing to explain is an answer, too. Exit: 0 "
        "done, 2 wrong use, 4 a run or a file could not be read or written, 5 the run is not "
        "reproduced.",
    .examples =
        "replsim explain latest stale:typical\tthe stale read of the median age\n"
        "replsim explain latest:async stale:worst -o why.svg\tand its diagram as a picture\n"
        "replsim explain builtin:quickstart web-15809 --replication 25\tone read\n",
    .run = run_explain,
};
