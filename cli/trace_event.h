/*
 * trace_event.h — an event that a trace is about, by the name that a person gives it: a fault, a
 * step of a script, or an operation as GROUP-NUMBER (r-17 and w-17: of the only group of clients,
 * and a read or a write).
 */
#ifndef CLI_TRACE_EVENT_H
#define CLI_TRACE_EVENT_H

#include "cli/replay.h"

typedef struct CliTraceEvent {
    gboolean is_fault;
    int fault;
    guint32 client;
    guint64 number;
    int kind; /* that it must have: RepOperationKind; -1: any */
    /* what was found */
    gboolean is_found;
    gint32 found_kind;
    SimTime from, to; /* of an operation: invocation and end; of a fault: its first occurrence */
    guint64 key;      /* of an operation */
} CliTraceEvent;

/* FALSE after an error: nothing can be called so. */
gboolean cli_trace_event_read(const RepSetup *setup, const char *option, const char *text,
                              CliTraceEvent *event);
/* Finds the event in the replication, which is simulated for it. */
CliStatus cli_trace_event_find(CliReplay *replay, const char *text, CliTraceEvent *event);

#endif
