/*
 * why_stale.h — why a read was stale, in records of a trace: the write that it missed, and how and
 * when that came to the node that answered.
 *
 * The trace must have its key in focus and reach from before the write to the answer of the read,
 * and as far behind it as one wants to look for the write's arrival.
 */
#ifndef ANA_TRACE_WHY_STALE_H
#define ANA_TRACE_WHY_STALE_H

#include "analysis/trace/words.h"

typedef struct AnaWhyStale {
    guint read;     /* record: its answer; 0: not in the trace, and nothing else is known */
    guint write;    /* record: the earliest acknowledgement that it misses; 0: not in the trace */
    gint32 node;    /* that answered; -1: several did */
    SimTime served; /* when it did: the reply was sent; of several: the read was answered */
    guint hold;     /* record: the node came to have what was missed; 0: not in the trace */
    GArray *path;   /* guint: records that led to `hold`, from the write's begin on */
} AnaWhyStale;

/* The read of client group `client` that was answered, and how old its answer was. */
AnaWhyStale ana_why_stale(const AnaTrace *trace, const AnaStaleRead *read);
void ana_why_stale_clear(AnaWhyStale *why);

/* When a node came to have what the read misses: a record, or 0. */
guint ana_why_stale_held(const AnaTrace *trace, const AnaWhyStale *why, gint32 node);
/* What is missed, as versions of the key are numbered; 0: not known. */
guint64 ana_why_stale_version(const AnaTrace *trace, const AnaWhyStale *why);
/* Messages with what the read misses that were to bring it to the node: how many were sent and lost
 * in the trace, and the last loss. */
typedef struct AnaWhyMessages {
    guint sent, lost, last_lost; /* last_lost: a record; 0: none */
} AnaWhyMessages;
AnaWhyMessages ana_why_stale_messages(const AnaTraceAbout *about, const AnaWhyStale *why);
/* From the write's begin to its arrival at the node, or to the answer, whatever is later. */
void ana_why_stale_span(const AnaTrace *trace, const AnaWhyStale *why, SimTime *from, SimTime *to);
/* A flag for each record that belongs to the story: the read and the write with all their messages,
 * what led to `hold`, faults and what they did. The caller frees. */
guint8 *ana_why_stale_shown(const AnaTrace *trace, const AnaWhyStale *why);

#endif
