/*
 * words.h — names and short texts for what a trace holds, the same in every form.
 *
 * Operations are called GROUP-NUMBER, or by the name of their step in a script; sessions
 * GROUP/NUMBER. All results are owned by the caller.
 */
#ifndef ANA_TRACE_WORDS_H
#define ANA_TRACE_WORDS_H

#include "analysis/trace/trace.h"

/* What the trace was made from. Borrowed. */
typedef struct AnaTraceAbout {
    const AnaTrace *trace;
    const char *const *messages; /* names of the policy's kinds; ended by NULL */
    guint64 routine;             /* bit k: a message of kind k comes and goes all the time */
    const char *version;         /* of the program */
    const char *scenario, *variant, *command;
    guint64 seed, event_digest;
    guint replication;
    gboolean is_checked; /* the digest is that of the kept run */
} AnaTraceAbout;

char *ana_trace_party_name(const AnaTrace *trace, AnaTraceParty party);
char *ana_trace_operation_name(const AnaTrace *trace, guint32 client, guint64 number);
char *ana_trace_key_name(const AnaTrace *trace, guint64 key);
/* The text that a step of a script writes; NULL: it is no step, or writes none. Borrowed. */
const char *ana_trace_value(const AnaTrace *trace, guint32 client, guint64 number);

/* "entries" */
const char *ana_trace_message_kind(const AnaTraceAbout *about, const RepMessageSeen *message);
/* "entries 5–7", "write cart [milk]", "reply to web-12" */
char *ana_trace_message_text(const AnaTraceAbout *about, const RepMessageSeen *message);
/* Does its range tell of entries of a log, by its kind? */
gboolean ana_trace_message_has_entries(const AnaTraceAbout *about, const RepMessageSeen *message);
gboolean ana_trace_is_routine(const AnaTraceAbout *about, const RepMessageSeen *message);
/* "sent", "applied", "down": the kind of a record, a word that never changes. */
const char *ana_trace_event(const RepObservation *seen);
/* A sentence part: "applied entries 5–7 of log 0", "sent entries 5–7 to db2". */
char *ana_trace_text(const AnaTraceAbout *about, const AnaTraceRecord *record);
/* "version 1/1022", "v3 and v5", "nothing": what an operation returned or became. */
char *ana_trace_version_text(const AnaTrace *trace, const AnaTraceRecord *record);

const char *ana_trace_outcome(guint8 outcome);
const char *ana_trace_phase(guint32 phase);

#endif
