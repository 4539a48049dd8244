/* trace_options.c — see trace_options.h. */
#include "cli/trace_options.h"

#include "analysis/trace/trace.h"
#include "scenarios/format/quantity.h"

#include <string.h>

static const struct {
    const char *ending;
    CliTraceForm form;
} endings[] = {{".perfetto.json", CLI_TRACE_PERFETTO},
               {".json", CLI_TRACE_PERFETTO},
               {".edn", CLI_TRACE_EDN},
               {".shiviz.log", CLI_TRACE_SHIVIZ},
               {".log", CLI_TRACE_SHIVIZ},
               {".mmd", CLI_TRACE_MERMAID},
               {".mermaid", CLI_TRACE_MERMAID},
               {".ndjson", CLI_TRACE_NDJSON},
               {".jsonl", CLI_TRACE_NDJSON},
               {".svg", CLI_TRACE_SVG},
               {".txt", CLI_TRACE_TEXT}};

CliTraceForm cli_trace_form_of(const char *output)
{
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(output, endings[i].ending))
            return endings[i].form;
    return CLI_TRACE_FORMS;
}

GArray *cli_trace_entries(CliTraceOptions *options)
{
    const GOptionEntry own[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->outputs,
         "write FILE; repeatable; the ending decides: .svg, .txt (diagrams), .ndjson, "
         ".perfetto.json, .edn (Jepsen), .shiviz.log, .mmd (Mermaid)",
         "FILE"},
        {"replication", 0, 0, G_OPTION_ARG_FILENAME, &options->replication_text,
         "which one, by number from 0 (default 0)", "N"},
        {"rep", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options->replication_text,
         "the same", "N"},
        {"window", 0, 0, G_OPTION_ARG_FILENAME, &options->window,
         "only from A to B of simulated time, such as 29.9s..30.2s (default: all)", "A..B"},
        {"around", 0, 0, G_OPTION_ARG_FILENAME, &options->around,
         "only 250 ms around a fault (by its name), an operation (by its step in a script, or as "
         "web-17 or w-17), or stale:worst, stale:typical, stale:3",
         "EVENT"},
        {"influence", 0, 0, G_OPTION_ARG_FILENAME, &options->influence,
         "only what led to the end of an operation", "EVENT"},
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &options->key,
         "only what is about this key, and what has no key", "KEY"},
        {"nodes", 0, 0, G_OPTION_ARG_FILENAME, &options->nodes,
         "only these: nodes, client groups, or sessions such as web/3", "LIST"},
        {"max", 0, 0, G_OPTION_ARG_FILENAME, &options->most_text,
         "most messages in one diagram (default 400, at most 2000)", "N"},
        {"time", 0, 0, G_OPTION_ARG_FILENAME, &options->runs,
         "down or right: where time runs in an SVG (default: by size)", "WHERE"},
        {"max-events", 0, 0, G_OPTION_ARG_FILENAME, &options->records,
         "keep no more than so many events (default 1M, some 200 MB)", "N"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, &options->results,
         "where result folders are (default ./results)", "DIR"},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    cli_scenario_entries(&options->scenario, entries);
    return entries;
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean read_instant(const char *text, SimTime *at)
{
    g_auto(ScnIssue) issue = {0};
    return scn_parse_span(text, at, &issue) && *at >= 0;
}

static gboolean read_window(CliTraceOptions *options)
{
    g_auto(GStrv) ends = g_strsplit(options->window, "..", 2);
    if (g_strv_length(ends) == 2 && read_instant(ends[0], &options->from) &&
        read_instant(ends[1], &options->to) && options->from < options->to) {
        options->has_window = TRUE;
        return TRUE;
    }
    cli_error("--window takes two instants, the earlier first, such as 29.9s..30.2s; not '%s'",
              options->window);
    return FALSE;
}

static gboolean read_records(CliTraceOptions *options)
{
    g_auto(ScnIssue) issue = {0};
    gint64 most = ANA_TRACE_RECORDS_MAX;
    if (options->records &&
        (!scn_parse_count(options->records, &most, &issue) || most < 1 || most > G_MAXINT32)) {
        cli_error("--max-events takes a count such as 2M, not '%s'", options->records);
        return FALSE;
    }
    options->records_max = (guint)most;
    return TRUE;
}

static gboolean check_outputs(const CliTraceOptions *options)
{
    for (char **output = options->outputs; output && *output; output++)
        if (cli_trace_form_of(*output) == CLI_TRACE_FORMS) {
            cli_error("-o writes .svg, .txt, .ndjson, .perfetto.json, .edn, .shiviz.log or .mmd, "
                      "by the ending of the name; not '%s'",
                      *output);
            return FALSE;
        }
    return TRUE;
}

static gboolean read_picture(CliTraceOptions *options)
{
    guint64 most = ANA_SCENE_MESSAGES_MAX;
    if (options->most_text && !cli_whole_number("--max", options->most_text, 1, 2000, &most))
        return FALSE;
    options->most = (guint)most;
    if (g_strcmp0(options->runs, "down") == 0)
        options->time_runs = ANA_TIME_DOWN;
    else if (g_strcmp0(options->runs, "right") == 0)
        options->time_runs = ANA_TIME_RIGHT;
    if (!options->runs || options->time_runs != ANA_TIME_BY_SIZE)
        return TRUE;
    cli_error("--time is down or right, not '%s'", options->runs);
    return FALSE;
}

gboolean cli_trace_options_check(CliTraceOptions *options)
{
    guint64 replication = 0;
    options->to = SIM_NEVER;
    if (options->replication_text &&
        !cli_whole_number("--replication", options->replication_text, 0, 1000000, &replication))
        return FALSE;
    options->replication = (guint)replication;
    if (options->window && (options->around || options->influence)) {
        cli_error("--window and %s both say when: one of them",
                  options->around ? "--around" : "--influence");
        return FALSE;
    }
    if (options->around && options->influence) {
        cli_error("--around and --influence: one event at a time");
        return FALSE;
    }
    return check_outputs(options) && (!options->window || read_window(options)) &&
           read_records(options) && read_picture(options);
}

void cli_trace_options_clear(CliTraceOptions *options)
{
    cli_scenario_options_clear(&options->scenario);
    cli_common_clear(&options->common);
    g_strfreev(options->outputs);
    g_free(options->results);
    g_free(options->replication_text);
    g_free(options->window);
    g_free(options->around);
    g_free(options->influence);
    g_free(options->key);
    g_free(options->nodes);
    g_free(options->records);
    g_free(options->most_text);
    g_free(options->runs);
}
