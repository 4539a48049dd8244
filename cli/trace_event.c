/* trace_event.c — see trace_event.h. */
#include "cli/trace_event.h"

#include "scenarios/format/suggest.h"

#include <string.h>

/* ---- names -------------------------------------------------------------------------------- */

static gboolean read_number(const char *text, guint64 *number)
{
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, number, NULL);
}

/* "web-17", "w-17", "r-17" */
static gboolean read_operation(const RepSetup *setup, const char *text, CliTraceEvent *event)
{
    const char *dash = strrchr(text, '-');
    if (!dash || !read_number(dash + 1, &event->number))
        return FALSE;
    g_autofree char *group = g_strndup(text, (gsize)(dash - text));
    int client = rep_setup_client(setup, group);
    gboolean is_short =
        client < 0 && setup->n_clients == 1 && (strcmp(group, "w") == 0 || strcmp(group, "r") == 0);
    if (client < 0 && !is_short)
        return FALSE;
    event->client = client < 0 ? 0 : (guint32)client;
    event->kind = !is_short ? -1 : *group == 'w' ? REP_WRITE : REP_READ;
    return TRUE;
}

static void report_unknown(const RepSetup *setup, const char *option, const char *text)
{
    GPtrArray *names = g_ptr_array_new();
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].name)
            g_ptr_array_add(names, setup->faults[i].name);
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (setup->clients[c].script.steps[i].name)
                g_ptr_array_add(names, setup->clients[c].script.steps[i].name);
    g_ptr_array_add(names, NULL);
    const char *const *all = (const char *const *)names->pdata;
    const char *nearest = scn_suggest(text, all);
    g_autofree char *list = scn_word_list(all, ", ", 20);
    cli_error("%s: there is no event '%s'", option, text);
    if (nearest)
        cli_hint("did you mean '%s'?", nearest);
    if (names->len > 1)
        cli_hint("faults and steps that have names: %s", list);
    cli_hint("an operation is called GROUP-NUMBER, such as %s-17", setup->clients[0].name);
    g_ptr_array_unref(names);
}

gboolean cli_trace_event_read(const RepSetup *setup, const char *option, const char *text,
                              CliTraceEvent *event)
{
    *event = (CliTraceEvent){.kind = -1, .fault = rep_setup_fault(setup, text)};
    RepStepName step = rep_setup_step(setup, text);
    if (event->fault >= 0) {
        event->is_fault = TRUE;
        return TRUE;
    }
    if (step.client >= 0) {
        event->client = (guint32)step.client;
        event->number = (guint64)step.number;
        return TRUE;
    }
    if (read_operation(setup, text, event))
        return TRUE;
    report_unknown(setup, option, text);
    return FALSE;
}

/* ---- finding ------------------------------------------------------------------------------ */

static void observe(void *self, const RepObservation *seen)
{
    CliTraceEvent *event = self;
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_ENDED:
        if (event->is_fault || seen->operation.client != event->client ||
            seen->operation.number != event->number)
            return;
        event->is_found = TRUE;
        event->found_kind = seen->operation.kind;
        event->from = seen->operation.began;
        event->to = seen->at;
        event->key = seen->operation.key;
        return;
    case REP_OBS_FAULT_BEGAN:
        if (event->is_fault && !event->is_found && (int)seen->fault.fault == event->fault) {
            event->is_found = TRUE;
            event->from = event->to = seen->at;
        }
        return;
    default:
        return;
    }
}

CliStatus cli_trace_event_find(CliReplay *replay, const char *text, CliTraceEvent *event)
{
    RepObserver observer = {.mask = REP_OBS_BIT(REP_OBS_OPERATION_ENDED) |
                                    REP_OBS_BIT(REP_OBS_FAULT_BEGAN),
                            .observe = observe,
                            .self = event};
    CliStatus status = cli_replay_run(replay, &observer, 1);
    if (status != CLI_OK)
        return status;
    if (!event->is_found) {
        cli_error("'%s' did not happen in replication %u of '%s'", text, replay->replication,
                  replay->name);
        return CLI_USAGE;
    }
    if (event->kind >= 0 && event->found_kind != event->kind) {
        cli_error("'%s' is a %s, not a %s", text, event->found_kind == REP_WRITE ? "write" : "read",
                  event->kind == REP_WRITE ? "write" : "read");
        return CLI_USAGE;
    }
    return CLI_OK;
}
