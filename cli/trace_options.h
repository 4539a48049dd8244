/*
 * trace_options.h — what is asked of a trace: which events, and in which forms.
 */
#ifndef CLI_TRACE_OPTIONS_H
#define CLI_TRACE_OPTIONS_H

#include "analysis/trace/scene_svg.h"
#include "cli/options.h"
#include "cli/scenario_options.h"
#include "sim/time.h"

typedef enum CliTraceForm {
    CLI_TRACE_NDJSON,
    CLI_TRACE_PERFETTO,
    CLI_TRACE_EDN,
    CLI_TRACE_SHIVIZ,
    CLI_TRACE_MERMAID,
    CLI_TRACE_SVG,
    CLI_TRACE_TEXT,
    CLI_TRACE_FORMS
} CliTraceForm;

typedef struct CliTraceOptions {
    CliScenarioOptions scenario;
    CliCommon common;
    char **outputs;
    char *results, *replication_text, *window, *around, *influence, *key, *nodes, *records,
        *most_text, *runs;
    /* read from them by cli_trace_options_check() */
    guint replication, records_max, most;
    AnaTimeRuns time_runs;
    SimTime from, to;
    gboolean has_window;
} CliTraceOptions;

GArray *cli_trace_entries(CliTraceOptions *options);
/* FALSE after an error. */
gboolean cli_trace_options_check(CliTraceOptions *options);
void cli_trace_options_clear(CliTraceOptions *options);

/* The form of a file by its name's ending; CLI_TRACE_FORMS: there is none. */
CliTraceForm cli_trace_form_of(const char *output);

#endif
