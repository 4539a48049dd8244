/* trace_private.h — private to analysis/trace: what the recorder remembers while a run goes on. */
#ifndef ANA_TRACE_PRIVATE_H
#define ANA_TRACE_PRIVATE_H

#include "analysis/story_logs.h"
#include "analysis/trace/trace.h"

typedef struct AnaTraceState {
    guint32 *latest;        /* by place: number of the latest record there */
    gsize n_places;         /* nodes, agents, clients of regions */
    guint32 latest_fault;   /* record */
    GHashTable *sendings;   /* message id → number of the record; only for look-up */
    GHashTable *operations; /* AnaTraceOperation as a set; only for look-up */
    GHashTable *appendings; /* AnaTraceWriter by log and index; only for look-up */
    GHashTable *writers;    /* AnaTraceWriter as a set; only for look-up */
    AnaStoryLogs *logs;     /* of the key in focus; NULL: there is none */
    GArray **held;          /* by node: guint64 serials of it, ascending */
    char **labels;          /* by node: the present label */
    guint8 *node_states;    /* now: RepNodeState */
    guint8 *leads;          /* now: of how many logs */
    guint8 *faults;         /* now: occurrences under way */
    gboolean has_begun;     /* the window */
} AnaTraceState;

/* causes.c: the cause of the record, which is about to be added. */
guint32 ana_trace_cause(const AnaTrace *trace, const AnaTraceRecord *record);
/* … and what later records will be found by. */
void ana_trace_note(AnaTrace *trace, const AnaTraceRecord *record, guint32 number);
gsize ana_trace_slot(const AnaTrace *trace, gint32 place);

/* holdings.c: what nodes hold of the key in focus. */
void ana_trace_hold_observe(AnaTrace *trace, const RepObservation *seen);
/* The window begins: what is held now is held from before it. */
void ana_trace_hold_begin(AnaTrace *trace);

#endif
