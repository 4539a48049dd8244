/*
 * trace.h — everything that happened in a window of one replication, and what led to what.
 *
 * The recorder is an observer: it keeps the observations of a window as records, in the order in
 * which they came, up to a fixed number. What came after that is counted, and said to be missing.
 * Of the time before the window it keeps only what a picture has to begin with: who is down, who
 * leads, and what every node holds of one key.
 *
 * Causes. A record's cause is the record that led to it, found by these rules in this order:
 *
 *   arrived, lost       ← the message was sent
 *   node up/down/paused ← the fault that began or ended at that instant
 *   anything else       ← the latest earlier record at the same place that is about the same
 *                         operation, the same entries of a log or the same version of a key; else
 *                         the latest one of that very instant that came from outside: a message
 *                         that arrived, a change of the node or of its leadership. What was sent
 *                         leads to nothing where it was sent, but to the end of an operation whose
 *                         answer never came
 *
 * Where none is in the window, or none of the last ANA_TRACE_LOOK_BACK at that place, there is no
 * cause (0): timers, arrivals of operations, faults. Faults and phases have no place.
 *
 * A record never owns anything: pointers of its observation are NULL, and the versions of an
 * operation stand in AnaTrace.serials.
 */
#ifndef ANA_TRACE_H
#define ANA_TRACE_H

#include "analysis/meters.h"
#include "models/observation.h"

#define ANA_TRACE_LOOK_BACK 512
#define ANA_TRACE_RECORDS_MAX 1000000u /* some 200 MB */

/* Where something happened: a node, by number; number of nodes + region: the agent of a region;
 * -1 - region: clients there; or nowhere. */
#define ANA_TRACE_NOWHERE G_MININT32

typedef struct AnaTraceRecord {
    RepObservation seen;
    guint32 cause;    /* number of the record that led to it, from 1; 0: none is known */
    guint32 previous; /* the record before at the same place; 0: it is the first */
    guint32 n_serials, first_serial; /* of an operation, in AnaTrace.serials */
    gint32 place;
} AnaTraceRecord;

/* Who takes part: a node or agent, or a session of clients. */
typedef struct AnaTraceParty {
    gint32 place;
    guint32 client; /* group + 1, of clients; 0 where it is not known */
    guint32 session;
} AnaTraceParty;

/* What is known of an operation that the window has met. */
typedef struct AnaTraceOperation {
    guint32 client, session, log;
    guint64 number;
    gboolean is_known; /* kind and key are */
    RepOperationKind kind;
    guint64 key;
    RepVersion entry; /* where its write was appended last; index 0: nowhere */
    guint64 serial;   /* its version; 0: none */
} AnaTraceOperation;

/* A node came to hold something else of the key in focus. */
typedef struct AnaTraceHold {
    SimTime at; /* the window's begin, or earlier: held from before it */
    int node;
    guint64 version; /* the newest: how many writes to the key there were up to it; 0: none */
    char *label;     /* "v3", "v2 v3", "–"; owned by the trace */
} AnaTraceHold;

/* A write, by the version that it became. */
typedef struct AnaTraceWriter {
    guint64 space, version; /* log << 32 | term and index; or key and serial */
    guint64 number;
    guint32 client;
} AnaTraceWriter;

typedef struct AnaTraceWants {
    SimTime from, to; /* records of [from, to] are kept */
    guint records_max;
    gboolean has_focus;
    guint64 focus;          /* key whose versions are followed */
    gboolean keeps_writers; /* of all writes of the run: histories need them */
} AnaTraceWants;

typedef struct AnaTrace {
    /* read-only */
    const AnaWorld *world; /* borrowed */
    AnaTraceWants wants;
    GArray *records; /* AnaTraceRecord */
    GArray *serials; /* guint64 */
    GArray *holds;   /* AnaTraceHold, by time */
    guint64 n_dropped;
    SimTime dropped_from;    /* the first that was not kept */
    SimTime ended;           /* the last observation of the run */
    guint8 *down_at_start;   /* by node: RepNodeState */
    guint8 *leads_at_start;  /* by node: of how many logs, up to 255 */
    guint8 *faults_at_start; /* by fault: occurrences under way, up to 255 */
    guint64 writers_dropped;
    struct AnaTraceState *state; /* private */
} AnaTrace;

AnaTrace *ana_trace_new(const AnaWorld *world, const AnaTraceWants *wants);
void ana_trace_free(AnaTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaTrace, ana_trace_free)

RepObserver ana_trace_observer(AnaTrace *trace);

/* By number, from 1; NULL for 0. */
const AnaTraceRecord *ana_trace_at(const AnaTrace *trace, guint number);
guint ana_trace_n(const AnaTrace *trace);
/* The record in which a message was sent; 0: before the window. */
guint ana_trace_sending(const AnaTrace *trace, guint64 message);
/* Who it happened to; of messages ana_trace_sender() and …_receiver(). */
AnaTraceParty ana_trace_party(const AnaTrace *trace, const AnaTraceRecord *record);
AnaTraceParty ana_trace_sender(const AnaTrace *trace, const RepMessageSeen *message);
AnaTraceParty ana_trace_receiver(const AnaTrace *trace, const RepMessageSeen *message);
gboolean ana_trace_same_party(AnaTraceParty a, AnaTraceParty b);
/* NULL: the window has not met it. */
const AnaTraceOperation *ana_trace_operation(const AnaTrace *trace, guint32 client, guint64 number);
/* The operation that wrote a version of the key; NULL: nobody, or it was not kept. */
const AnaTraceWriter *ana_trace_writer(const AnaTrace *trace, guint64 key, RepVersion version);
const AnaTraceWriter *ana_trace_serial_writer(const AnaTrace *trace, guint64 key, guint64 serial);
/* Who wrote the entry that was appended last at that place of a log; NULL: not in the window. */
const AnaTraceWriter *ana_trace_appended(const AnaTrace *trace, guint32 log, guint64 index);
/* How many writes to the key in focus there were up to a place in its log; 0: not known. */
guint64 ana_trace_version_number(const AnaTrace *trace, guint64 key, RepVersion version);

#endif
