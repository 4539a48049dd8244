/*
 * forms.h — a trace in the forms that other programs read (ux.md §9).
 *
 * `shown` has one flag for each record, from the first; NULL: all are written. Every form goes out
 * through a sink piece by piece; FALSE where the sink stopped it. The same trace has the same
 * bytes everywhere.
 */
#ifndef ANA_TRACE_FORMS_H
#define ANA_TRACE_FORMS_H

#include "analysis/csv.h"
#include "analysis/trace/words.h"

/* One JSON object a line. The first describes the trace (`"event": "trace"`) and says what was not
 * kept; each further one is a record: number, instant in ns, event, place, cause, and what the kind
 * has. Fields stand in a fixed order. */
gboolean ana_trace_ndjson(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                          void *data);

/* The trace event format of Chrome, which Perfetto opens: a process for each region, a thread for
 * each participant, a flow from each message's sending to its arrival, operations and times of
 * being down as asynchronous pairs. Only flows with both ends in the trace are written. Instants
 * are in us with three decimals, so nothing is rounded. */
gboolean ana_trace_perfetto(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                            void *data);

/* Operations as Jepsen writes them: a map a line with :process :type :f :key :value :time :index.
 * Processes have one operation at a time, as checkers demand: an operation takes the lowest number
 * that is free, and one whose outcome nobody knows (:info) keeps it for ever; the session of the
 * scenario is :session. A write's value is its number, unique in the file (or the text of its
 * script); a read's that of the write whose version it returned, nil for none, a vector of several,
 * :unknown where the write was not kept. Operations that end in the window are written whole, even
 * where they began before it. */
gboolean ana_trace_history(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                           void *data);

/* A vector-clock log for ShiViz: the pattern of its events on line 1, the pattern that separates
 * executions (none) on line 2; then two lines an event. Hosts are nodes, agents and sessions. */
gboolean ana_trace_shiviz(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                          void *data);
#define ANA_TRACE_SHIVIZ_PATTERN "(?<host>\\S*) (?<clock>{.*})\\n(?<event>.*)"

/* A Mermaid sequence diagram. It has no time axis: line 1 says so, each message has its delay in
 * its text, and its sending is a note of its own, so that overtaking can be seen. */
gboolean ana_trace_mermaid(const AnaTraceAbout *about, const guint8 *shown, AnaSink sink,
                           void *data);

#endif
