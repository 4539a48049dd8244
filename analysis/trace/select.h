/*
 * select.h — which records of a trace are shown.
 *
 * A message is shown where both of its ends are, and everything that happened to it goes with it.
 * Faults and phases are always shown.
 */
#ifndef ANA_TRACE_SELECT_H
#define ANA_TRACE_SELECT_H

#include "analysis/trace/words.h"

typedef struct AnaTraceFilter {
    const gboolean *nodes;         /* by number; NULL: all */
    const AnaTraceParty *sessions; /* … and these: .client is the group + 1 */
    guint n_sessions;              /* 0: whoever talks with a node that is shown */
    gboolean has_key;
    guint64 key;            /* operations on it, and what carries entries or versions of it */
    gboolean hides_routine; /* heartbeats and the like */
    guint influences;       /* only what may have led to this record; 0: all */
} AnaTraceFilter;

/* A flag for each record; the caller frees. */
guint8 *ana_trace_select(const AnaTraceAbout *about, const AnaTraceFilter *filter);

#endif
