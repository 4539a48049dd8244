/*
 * trace.c — `replsim trace RUN`: the events of one replication, as a diagram or in forms that other
 * programs read.
 *
 * Nothing of this is stored with a run: the replication is simulated again with the recorder on,
 * and its digest compared with the kept one. An event that is named is looked for in a first pass.
 */
#include "analysis/trace/forms.h"
#include "analysis/trace/select.h"
#include "cli/crash.h"
#include "cli/replay.h"
#include "cli/run_options.h"
#include "cli/stale_reads.h"
#include "cli/store.h"
#include "cli/trace_event.h"
#include "cli/trace_options.h"
#include "cli/trace_picture.h"
#include "cli/verbs.h"
#include "cli/world_view.h"
#include "models/policies/policy.h"
#include "scenarios/format/quantity.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define AROUND (250 * SIM_MS)

typedef struct Tracing {
    const CliTraceOptions *options;
    CliReplay *replay;
    const RepSetup *setup;
    CliWorldView *view;
    CliTraceEvent event; /* of --around or --influence */
    gboolean has_event, has_key;
    guint64 key;
    gboolean *nodes;  /* that --nodes names; NULL: it names none */
    GArray *sessions; /* AnaTraceParty that it names */
    AnaTrace *trace;
    AnaScene *scene; /* NULL: no picture is wanted */
    GArray *stale;   /* AnaStaleRead, as the meters judged; NULL likewise */
} Tracing;

/* ---- what is to be shown ------------------------------------------------------------------ */

static void report_party(const Tracing *tracing, const char *text)
{
    GPtrArray *names = g_ptr_array_new();
    for (gsize i = 0; i < tracing->setup->n_nodes; i++)
        g_ptr_array_add(names, tracing->setup->nodes[i].name);
    for (gsize i = 0; i < tracing->setup->n_clients; i++)
        g_ptr_array_add(names, tracing->setup->clients[i].name);
    g_ptr_array_add(names, NULL);
    const char *nearest = scn_suggest(text, (const char *const *)names->pdata);
    g_autofree char *all = scn_word_list((const char *const *)names->pdata, ", ", 20);
    cli_error("--nodes: there is neither a node nor a client group '%s'", text);
    if (nearest)
        cli_hint("did you mean '%s'?", nearest);
    cli_hint("there are: %s", all);
    g_ptr_array_unref(names);
}

/* As a script calls it. */
static gboolean read_script_session(Tracing *tracing, const char *text)
{
    const AnaWorld *world = &tracing->view->world;
    for (gsize i = 0; i < world->n_steps; i++)
        if (g_strcmp0(world->steps[i].session, text) == 0) {
            AnaTraceParty party = {.client = world->steps[i].client + 1,
                                   .session = world->steps[i].session_number};
            g_array_append_val(tracing->sessions, party);
            return TRUE;
        }
    return FALSE;
}

/* "web" or "web/3" */
static gboolean read_session(Tracing *tracing, const char *text)
{
    const char *slash = strrchr(text, '/');
    g_autofree char *group = slash ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);
    guint64 session = G_MAXUINT32;
    int client = rep_setup_client(tracing->setup, group);
    if (read_script_session(tracing, text))
        return TRUE;
    if (client < 0 ||
        (slash && !g_ascii_string_to_unsigned(slash + 1, 10, 0, G_MAXINT32, &session, NULL)))
        return FALSE;
    AnaTraceParty party = {.client = (guint32)client + 1, .session = (guint32)session};
    g_array_append_val(tracing->sessions, party);
    return TRUE;
}

static gboolean read_nodes(Tracing *tracing)
{
    g_auto(GStrv) names =
        g_strsplit(tracing->options->nodes ? tracing->options->nodes : "", ",", -1);
    for (char **name = names; tracing->options->nodes && *name; name++) {
        g_strstrip(*name);
        int node = rep_setup_node(tracing->setup, *name);
        if (!tracing->nodes)
            tracing->nodes = g_new0(gboolean, tracing->setup->n_nodes + 1);
        if (node >= 0) {
            tracing->nodes[node] = TRUE;
        } else if (!read_session(tracing, *name)) {
            report_party(tracing, *name);
            return FALSE;
        }
    }
    return TRUE;
}

/* stale:…; the replication is the one in which it happened. */
static CliStatus read_stale(Tracing *tracing, const char *which)
{
    CliReplay *replay = tracing->replay;
    CliStaleReads found;
    gint64 only = tracing->options->replication_text ? (gint64)replay->replication : -1;
    CliStatus status = cli_stale_reads_find(replay, only, &found);
    const AnaStaleRead *read =
        status == CLI_OK ? cli_stale_reads_pick(&found, which, replay) : NULL;
    if (read && cli_replay_choose(replay, read->replication)) {
        tracing->event = (CliTraceEvent){.is_found = TRUE,
                                         .client = read->client,
                                         .number = read->number,
                                         .from = MAX(read->began - read->age, 0),
                                         .to = read->ended,
                                         .key = read->key};
        g_autofree char *age = scn_format_span(read->age);
        cli_note("%s-%" G_GUINT64_FORMAT " in replication %u: it missed what was acknowledged %s "
                 "before it began",
                 tracing->setup->clients[read->client].name, read->number, read->replication, age);
    } else if (status == CLI_OK) {
        status = CLI_USAGE;
    }
    cli_stale_reads_clear(&found);
    return status;
}

static CliStatus find_event(Tracing *tracing, const char *option, const char *text)
{
    if (g_str_has_prefix(text, "stale:"))
        return read_stale(tracing, text + strlen("stale:"));
    if (!cli_trace_event_read(tracing->setup, option, text, &tracing->event))
        return CLI_USAGE;
    if (tracing->options->influence && tracing->event.is_fault) {
        cli_error("--influence: nothing leads to a fault; the name of an operation is wanted");
        return CLI_USAGE;
    }
    return cli_trace_event_find(tracing->replay, text, &tracing->event);
}

static CliStatus read_event(Tracing *tracing)
{
    const CliTraceOptions *options = tracing->options;
    const char *text = options->around ? options->around : options->influence;
    const char *option = options->around ? "--around" : "--influence";
    if (!text)
        return CLI_OK;
    CliStatus status = find_event(tracing, option, text);
    tracing->has_event = status == CLI_OK;
    if (status == CLI_OK && !tracing->has_key && !tracing->event.is_fault) {
        tracing->has_key = TRUE;
        tracing->key = tracing->event.key;
    }
    return status;
}

/* ---- recording ---------------------------------------------------------------------------- */

static gboolean wants_form(const CliTraceOptions *options, CliTraceForm form)
{
    for (char **output = options->outputs; output && *output; output++)
        if (cli_trace_form_of(*output) == form)
            return TRUE;
    return FALSE;
}

static gboolean wants_text(const CliTraceOptions *options)
{
    return !options->common.json && !options->outputs;
}

static gboolean wants_picture(const CliTraceOptions *options)
{
    return wants_text(options) || wants_form(options, CLI_TRACE_SVG) ||
           wants_form(options, CLI_TRACE_TEXT);
}

/* With the meters beside the recorder where a picture says what was stale. */
static CliStatus replay(Tracing *tracing)
{
    RepObserver recorder = ana_trace_observer(tracing->trace);
    if (!wants_picture(tracing->options))
        return cli_replay_run(tracing->replay, &recorder, 1);
    g_autoptr(AnaPlan) plan = ana_plan_new(&tracing->view->world, NULL, 0);
    ana_plan_keep_stale_reads(plan);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    RepObserver both[] = {recorder, ana_meters_observer(meters)};
    CliStatus status = cli_replay_run(tracing->replay, both, G_N_ELEMENTS(both));
    tracing->stale = ana_meters_take_stale_reads(meters);
    return status;
}

static CliStatus record(Tracing *tracing)
{
    const CliTraceOptions *options = tracing->options;
    AnaTraceWants wants = {.from = options->from,
                           .to = options->to,
                           .records_max = options->records_max,
                           .keeps_writers = wants_form(options, CLI_TRACE_EDN) ||
                                            tracing->view->world.n_steps > 0,
                           .has_focus = tracing->has_key,
                           .focus = tracing->key};
    if (!wants.has_focus) { /* a script is about its first key */
        wants.has_focus = tracing->view->world.n_steps > 0;
        wants.focus = wants.has_focus ? tracing->view->world.steps[0].key : 0;
    }
    if (tracing->has_event) {
        wants.from = MAX(tracing->event.from - AROUND, 0);
        wants.to = sim_time_after(tracing->event.to, options->influence ? 0 : AROUND);
    }
    tracing->trace = ana_trace_new(&tracing->view->world, &wants);
    CliStatus status = replay(tracing);
    if (status == CLI_OK && tracing->trace->n_dropped)
        cli_warning("%u events were kept, and %" G_GUINT64_FORMAT " from %.3f s on were not; "
                    "--window chooses others, --max-events keeps more",
                    ana_trace_n(tracing->trace), tracing->trace->n_dropped,
                    (double)tracing->trace->dropped_from / 1e9);
    if (status == CLI_OK && ana_trace_n(tracing->trace) == 0)
        cli_warning("nothing happened in that window: the run ended at %.3f s",
                    (double)tracing->trace->ended / 1e9);
    return status;
}

/* The record in which the operation ended. */
static guint end_of_operation(const Tracing *tracing)
{
    for (guint i = ana_trace_n(tracing->trace); i >= 1; i--) {
        const RepObservation *seen = &ana_trace_at(tracing->trace, i)->seen;
        if (seen->kind == REP_OBS_OPERATION_ENDED &&
            seen->operation.client == tracing->event.client &&
            seen->operation.number == tracing->event.number)
            return i;
    }
    return 0;
}

static guint8 *select_records(const Tracing *tracing, const AnaTraceAbout *about,
                              gboolean hides_routine)
{
    AnaTraceFilter filter = {
        .nodes = tracing->nodes,
        .sessions = (const AnaTraceParty *)(gconstpointer)tracing->sessions->data,
        .n_sessions = tracing->sessions->len,
        .has_key = tracing->has_key,
        .key = tracing->key,
        .hides_routine = hides_routine,
        .influences = tracing->options->influence ? end_of_operation(tracing) : 0};
    return ana_trace_select(about, &filter);
}

/* ---- pictures ----------------------------------------------------------------------------- */

static CliStatus make_scene(Tracing *tracing, const AnaTraceAbout *about)
{
    const CliTraceOptions *options = tracing->options;
    if (!wants_picture(options))
        return CLI_OK;
    g_autofree guint8 *shown = select_records(tracing, about, !options->common.verbose);
    return cli_trace_scene(
        &(AnaSceneAsk){.about = about, .shown = shown, .stale_reads = tracing->stale},
        tracing->setup, options->most, &tracing->scene);
}

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct Writing {
    const AnaTraceAbout *about;
    const guint8 *shown;
    const AnaScene *scene;
    const CliTraceOptions *options;
    CliTraceForm form;
} Writing;

static gboolean write_piece(void *data, const char *text, gsize length)
{
    return fwrite(text, 1, length, data) == length;
}

static gboolean write_form(void *data, FILE *file)
{
    const Writing *writing = data;
    switch (writing->form) {
    case CLI_TRACE_NDJSON:
        return ana_trace_ndjson(writing->about, writing->shown, write_piece, file);
    case CLI_TRACE_PERFETTO:
        return ana_trace_perfetto(writing->about, writing->shown, write_piece, file);
    case CLI_TRACE_EDN:
        return ana_trace_history(writing->about, writing->shown, write_piece, file);
    case CLI_TRACE_SHIVIZ:
        return ana_trace_shiviz(writing->about, writing->shown, write_piece, file);
    case CLI_TRACE_MERMAID:
        return ana_trace_mermaid(writing->about, writing->shown, write_piece, file);
    case CLI_TRACE_SVG:
        return cli_trace_svg(writing->scene, writing->options->time_runs, file);
    case CLI_TRACE_TEXT:
        return cli_trace_text(writing->scene, file);
    case CLI_TRACE_FORMS:
        break;
    }
    return FALSE;
}

static gboolean write_out(void *data, const char *text, gsize length)
{
    CliStatus *status = data;
    *status = cli_write(text, length);
    return *status == CLI_OK;
}

static CliStatus write_all(Tracing *tracing)
{
    const CliTraceOptions *options = tracing->options;
    const CliReplay *replay = tracing->replay;
    AnaTraceAbout about = {.trace = tracing->trace,
                           .messages = tracing->setup->policy->message_names,
                           .routine = tracing->setup->policy->routine,
                           .version = REPLSIM_VERSION,
                           .scenario = replay->input->scenario->name,
                           .variant = replay->name,
                           .seed = tracing->setup->seed,
                           .replication = replay->replication,
                           .event_digest = replay->result.event_digest,
                           .is_checked = replay->is_checked};
    CliStatus worst = make_scene(tracing, &about);
    if (worst != CLI_OK)
        return worst;
    g_autofree guint8 *shown = select_records(tracing, &about, FALSE);
    for (char **output = options->outputs; output && *output; output++) {
        Writing writing = {&about, shown, tracing->scene, options, cli_trace_form_of(*output)};
        CliStatus written =
            cli_store_file(&(CliFile){.name = *output, .write = write_form, .data = &writing});
        worst = MAX(worst, written);
    }
    CliStatus printed = CLI_OK;
    if (options->common.json)
        ana_trace_ndjson(&about, shown, write_out, &printed);
    else if (wants_text(options) && !options->common.quiet)
        printed = cli_trace_print(tracing->scene);
    return MAX(worst, printed);
}

static CliStatus trace_replay(const CliTraceOptions *options, CliReplay *replay)
{
    Tracing tracing = {.options = options,
                       .replay = replay,
                       .setup = replay->variant->setup,
                       .view = cli_world_view_new(replay->variant->setup),
                       .sessions = g_array_new(FALSE, TRUE, sizeof(AnaTraceParty))};
    CliStatus status = read_nodes(&tracing) ? CLI_OK : CLI_USAGE;
    if (options->key) {
        tracing.has_key = TRUE;
        tracing.key = rep_key_number(options->key);
    }
    if (status == CLI_OK)
        status = read_event(&tracing);
    if (status == CLI_OK)
        status = record(&tracing);
    if (status == CLI_OK)
        status = write_all(&tracing);
    ana_scene_free(tracing.scene);
    if (tracing.stale)
        g_array_unref(tracing.stale);
    ana_trace_free(tracing.trace);
    g_array_unref(tracing.sessions);
    g_free(tracing.nodes);
    cli_world_view_free(tracing.view);
    return status;
}

/* ---- the verb ----------------------------------------------------------------------------- */

static CliStatus trace_run(CliTraceOptions *options, char **runs)
{
    if (!cli_trace_options_check(options))
        return CLI_USAGE;
    if (g_strv_length(runs) != 1) {
        cli_error(*runs ? "one run is traced at a time" : "'trace' needs a run");
        cli_hint("try: replsim trace latest -o run.perfetto.json");
        return CLI_USAGE;
    }
    CliReplay replay;
    const char *results = options->results ? options->results : "results";
    CliStatus status =
        cli_replay_open(&replay, results, runs[0], &options->scenario, options->replication);
    if (status == CLI_OK && replay.is_first_of_several)
        cli_note("variant '%s', the first; --variant NAME takes another", replay.name);
    if (status == CLI_OK)
        status = trace_replay(options, &replay);
    cli_replay_clear(&replay);
    return status;
}

static int run_trace(const CliVerb *verb, int argc, char **argv)
{
    CliTraceOptions options = {0};
    GArray *entries = cli_trace_entries(&options);
    g_auto(GStrv) rest = NULL;
    g_autofree char *command = cli_command_line("trace", argc, argv);
    int status;
    cli_crash_set_command(command);
    if (cli_parse_options(verb, (const GOptionEntry *)(gconstpointer)entries->data, &options.common,
                          argc, argv, &rest, &status))
        status = (int)trace_run(&options, rest);
    g_array_free(entries, TRUE);
    cli_trace_options_clear(&options);
    return status;
}

const CliVerb cli_verb_trace = {
    .name = "trace",
    .question = "what happened, message by message",
    .usage = "RUN",
    .about =
        "Simulates one replication of a run again and draws or writes its events. RUN is a run "
        "that was "
        "kept (a folder, 'latest', 'latest~1', the beginning of a folder's name), a scenario "
        "file, or builtin:NAME; with :VARIANT behind it, that variant. What is replayed of a kept "
        "run is compared with it by digest. Exit: 0 done, 2 wrong use, 4 a run or a file could not "
        "be read or written, 5 the run is not reproduced.",
    .examples =
        "replsim trace builtin:shopping-cart\ta space-time diagram, here\n"
        "replsim trace latest --around crash -o crash.svg\tas a picture\n"
        "replsim trace latest -o run.perfetto.json\topens in ui.perfetto.dev, with arrows\n"
        "replsim trace latest --replication 7 -o history.edn\tJepsen history of operations\n"
        "replsim trace latest --window 29.9s..30.2s --json\tone event per line\n"
        "replsim trace builtin:failover --around crash -o x.mmd\tMermaid sequence diagram\n"
        "replsim trace latest -o run.shiviz.log\tvector clocks for ShiViz\n",
    .run = run_trace,
};
