/*
 * observation.h — what a world lets outsiders see: the only header of models/ that analysis may
 * include.
 *
 * A world does not know that it is being watched. Observers are called, in simulated-time order,
 * at the moment something happened; they must not change anything. The kinds in an observer's mask
 * reach it; the event digest covers REP_OBS_DIGESTED whatever the masks are.
 *
 * Names are given as numbers: nodes, regions, client groups and faults in name order, as in
 * RepSetup. Log positions: an entry is (term, index); index 0 means "no entry", entries count
 * from 1. Versions of a key are positions of the entry that wrote them, in the log that the key
 * belongs to (rep_log_of_key).
 */
#ifndef REP_OBSERVATION_H
#define REP_OBSERVATION_H

#include "models/message.h"
#include "sim/intervals.h"
#include "sim/time.h"

#include <glib.h>

typedef struct RepVersion {
    guint64 index; /* 0: the key was never written, as far as the reader knew */
    guint32 term;
} RepVersion;

/* Which of n logs a key belongs to: by a hash of the key, so that neighbours spread (Stafford's
 * variant 13 of the finaliser of MurmurHash3). */
static inline int rep_log_of_key(guint64 key, gsize n_logs)
{
    if (G_LIKELY(n_logs <= 1))
        return 0;
    key = (key ^ key >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return (int)(((key ^ key >> 31) >> 32) * n_logs >> 32);
}

/* What a write rests on besides its own key: its author had read this version of that key. */
typedef struct RepDependency {
    guint64 key;
    RepVersion version; /* index 0: it depends on nothing */
} RepDependency;

/* ---- versions, where there is no one log (models/conflict/versions.h) ------------------------
 *
 * A write is the serial-th to its key. RepVersion.index is its serial there, and the term 1. */

/* What orders writes where a conflict rule does: by time, count, then origin (the larger name). */
typedef struct RepStamp {
    SimTime time;  /* by the clock of who accepted it; `versions: single`: the counter */
    guint32 count; /* of a hybrid logical clock */
    gint32 origin; /* party that accepted it */
} RepStamp;

/* What became of a write that nobody holds any more. */
typedef enum RepWriteFate {
    REP_FATE_FOLLOWED,    /* somebody who had seen it replaced it */
    REP_FATE_OVERWRITTEN, /* a conflict rule dropped it, and nobody who had seen it replaced it */
    REP_FATE_LOST         /* neither */
} RepWriteFate;

/* What an operation returned, or wrote. Borrowed while the observer is called. */
typedef struct RepVersionsSeen {
    guint n; /* versions, as far as the rule shows them; 0: the key was never written, as far as
                they knew */
    const guint64 *serials;    /* ascending */
    const SimIntervals *cover; /* these, and all that they follow or have won over; NULL: none */
    RepStamp newest;           /* the largest stamp among them */
    gboolean is_cut_off;       /* written: no live node holds it any more (WRITE_CUT_OFF) */
} RepVersionsSeen;

typedef enum RepOperationKind { REP_READ, REP_WRITE } RepOperationKind;

/* semantics §7 */
typedef enum RepOutcome {
    REP_OK,         /* an attempt succeeded */
    REP_FAILED,     /* refused before any replica was contacted: surely not done */
    REP_UNKNOWN,    /* not answered in time: may or may not have happened */
    REP_NOT_STARTED /* the run ended first */
} RepOutcome;

typedef enum RepObservationKind {
    REP_OBS_OPERATION_BEGAN, /* .operation, but for what only the end knows */
    REP_OBS_OPERATION_ENDED, /* .operation: exactly one per operation */
    REP_OBS_DURABLE,         /* .entries: flushed at the origin (the leader that appended them) */
    REP_OBS_RECEIVED,        /* .entries: taken by a follower's receiver */
    REP_OBS_FLUSHED,         /* .entries: on a follower's disk */
    REP_OBS_APPLIED,         /* .entries: visible to readers of a follower */
    REP_OBS_COMMITTED,       /* .entries: the acknowledgement rule holds, at the leader */
    REP_OBS_TRUNCATED,       /* .entries: cut from node's log (first..last are gone there) */
    REP_OBS_LEADERSHIP,      /* .leadership: a node begins or ceases to accept writes as leader */
    REP_OBS_LEASE,        /* .leadership: a leader's lease lapsed (leads 0), or holds again (1); it
                             holds when the leadership begins */
    REP_OBS_INSTALLED,    /* .entries: a snapshot replaced the node's copy; it now has all up to
                             `last` of the log of `term`, received, flushed and applied */
    REP_OBS_DIVERGED,     /* .entries: applying the statement gave another result at the node */
    REP_OBS_CARRIED,      /* .carried: what happened to an entry that was cut off and handed to
                             the new leader */
    REP_OBS_RULE_CHANGED, /* .rule: semi-sync fell back to async, or waits again */
    REP_OBS_NODE_CHANGED, /* .node */
    REP_OBS_FAULT_BEGAN,  /* .fault */
    REP_OBS_FAULT_ENDED,  /* .fault */
    REP_OBS_PHASE,        /* .phase */
    REP_OBS_FLUSH,        /* .entries: one flush of a disk (cost) */
    REP_OBS_MESSAGE_SENT, /* .message */
    REP_OBS_MESSAGE_ARRIVED, /* .message: delivered to its receiver */
    REP_OBS_MESSAGE_DROPPED, /* .message: lost, cut, or its receiver was dead */
    REP_OBS_APPENDED,        /* .appended: a write took its place in a leader's log */
    REP_OBS_IN_SYNC,         /* .in_sync: a node entered the leader's in-sync set, or left it; all
                                who are there at the start are in it at first */
    REP_OBS_WRITTEN,         /* .written: a replica or coordinator accepted a write (versions) */
    REP_OBS_STORED,          /* .stored: a node holds the version, and shows it to readers */
    REP_OBS_UNSTORED,        /* .stored: a node holds it no longer; .why */
    REP_OBS_WRITE_CUT_OFF,   /* .cut_off: no live replica holds the write, or what follows it, or
                                can receive it; or one does again */
    REP_OBS_WRITE_ENDED,     /* .stored: nobody holds it any more; .why is its RepWriteFate */
    REP_OBS_SETTLED,         /* .settled: every node that keeps its key shows the write, or what it
                                came to */
    REP_OBS_HINT,            /* .hint: a node keeps one more write for another, or one less */
    REP_OBS_KINDS
} RepObservationKind;

#define REP_OBS_BIT(kind) (1u << (kind))
#define REP_OBS_MESSAGES                                                                           \
    (REP_OBS_BIT(REP_OBS_MESSAGE_SENT) | REP_OBS_BIT(REP_OBS_MESSAGE_ARRIVED) |                    \
     REP_OBS_BIT(REP_OBS_MESSAGE_DROPPED))
#define REP_OBS_DIGESTED                                                                           \
    (((1u << REP_OBS_KINDS) - 1) &                                                                 \
     ~(REP_OBS_MESSAGES | REP_OBS_BIT(REP_OBS_OPERATION_BEGAN) | REP_OBS_BIT(REP_OBS_APPENDED) |   \
       REP_OBS_BIT(REP_OBS_SETTLED) | REP_OBS_BIT(REP_OBS_WRITE_CUT_OFF) |                         \
       REP_OBS_BIT(REP_OBS_WRITE_ENDED)))

typedef enum RepPhase {
    REP_PHASE_WARMUP, /* simulated, not counted */
    REP_PHASE_MEASURED,
    REP_PHASE_DRAIN, /* no new operations */
    REP_PHASE_END    /* the last observation of a run; .drained tells how it ended */
} RepPhase;

typedef struct RepOperationSeen {
    guint64 number;      /* of the operation in its client group, from 0 */
    guint32 client;      /* group */
    guint32 session;     /* number in the group */
    guint32 region;      /* where the client is */
    guint8 kind;         /* RepOperationKind */
    guint8 outcome;      /* RepOutcome; at the end */
    guint8 is_follow_up; /* of read_after_write or a conversation: on top of the rate */
    guint8 attempts;     /* made so far; saturates at 255 */
    gint32 node;         /* that answered; -1: none */
    guint64 key;
    SimTime began;                   /* intended arrival: the invocation */
    RepVersion version;              /* read: what was returned; write: what it became */
    RepDependency depends_on;        /* write: the answer of a conversation */
    const RepVersionsSeen *versions; /* NULL: there is one log, or nothing to tell */
    const RepVersionsSeen *shown;    /* write of a script: what its answer showed of the key, itself
                                        included; NULL: nothing to tell */
    SimSpan visible_after; /* read: how long after the latest acknowledgement of its key the same
                              read, with its delays, would first have been fresh; -1: not known */
} RepOperationSeen;

typedef struct RepEntriesSeen {
    gint32 node;
    guint32 log; /* number of the log (partition or leader) */
    guint32 term;
    guint64 first, last; /* inclusive; first > last means none */
} RepEntriesSeen;

typedef enum RepNodeState { REP_NODE_UP, REP_NODE_DOWN, REP_NODE_PAUSED } RepNodeState;

typedef struct RepMessageSeen {
    gint32 from, to; /* node; number of nodes + region for the agent of a region; or -1 - region
                        for the clients of a region */
    guint8 kind;     /* RepMessageKind */
    guint8 crosses_regions;
    guint16 log;  /* that it is about; of client traffic: that the key belongs to */
    guint32 term; /* that it names; 0: of client traffic */
    guint64 bytes;
    guint64 id;          /* of the message: pairs SENT with ARRIVED or DROPPED */
    guint64 first, last; /* entries carried or acknowledged; of requests and replies client << 48 |
                            number, attempt */
    SimTime sent;
    SimTime due;     /* arrival as planned at sending */
    guint32 client;  /* group + 1 of the operation that it is about; 0: of no one operation … */
    guint32 session; /* … its session … */
    guint32 attempt; /* … from 0 … */
    guint64 number;  /* … and its number in the group */
} RepMessageSeen;

/* What was sent and flushed since the start, as an interface's counters would say. */
typedef struct RepTraffic {
    guint64 messages, bytes, bytes_between_regions, flushes;
} RepTraffic;

/* Why a node holds a version no longer. */
typedef enum RepUnstored {
    REP_UNSTORED_FOLLOWED, /* it holds one whose author had seen it */
    REP_UNSTORED_RULE,     /* a rule preferred one whose author had not; backwards where that one
                              is followed by it */
    REP_UNSTORED_BACKWARDS,
    REP_UNSTORED_AT_ONCE = 8, /* added to the reason: it arrived, lost, and was never held */
    REP_UNSTORED_LOST = 3, /* its disk or its memory was lost, or the tombstone's time was over */
} RepUnstored;

typedef struct RepObservation {
    RepObservationKind kind;
    SimTime at;
    union {
        RepOperationSeen operation;
        RepEntriesSeen entries;
        struct {
            gint32 node;
            guint32 log, term;
            guint32 leads; /* 1: begins; 0: it stopped, stepped down or was fenced */
        } leadership;
        struct {
            gint32 node; /* the leader that took it */
            guint32 log;
            RepVersion from; /* as it was in the log that was cut */
            RepVersion to;   /* as it was appended again; index 0: a later write to its key stands,
                                and it is dropped: a conflict whose loser it is */
        } carried;
        struct {
            gint32 node;
            guint32 waiting; /* 1: waits for followers again; 0: fell back to async */
            guint32 log;
        } rule;
        struct {
            gint32 node; /* the leader that says so */
            guint32 log;
            gint32 member;
            guint32 enters; /* 1; 0: it leaves */
        } in_sync;
        struct {
            gint32 node;
            guint32 state; /* RepNodeState */
            guint32 wiped;
        } node;
        struct {
            guint32 fault;
            guint32 occurrence; /* from 0 */
        } fault;
        struct {
            guint32 phase;   /* RepPhase */
            guint32 drained; /* at REP_PHASE_END: 1 as RepRunEnd has it */
            RepTraffic traffic;
        } phase;
        RepMessageSeen message;
        struct {
            gint32 party; /* that accepted it */
            guint32 client;
            guint64 number; /* of the operation in its client group */
            guint64 key, serial;
            RepStamp stamp;
            guint64 conflicts;   /* earlier writes to the key that it did not know */
            guint64 in_conflict; /* writes that are in such a pair for the first time; with it */
            const SimIntervals *context; /* serials that it follows; borrowed as .versions */
            RepDependency depends_on;    /* as the operation's */
        } written;
        struct {
            gint32 node;             /* -1: of no one node */
            guint32 why;             /* UNSTORED: RepUnstored */
            guint64 key, serial, by; /* UNSTORED: the version that displaced it; 0: none.
                                        WRITE_ENDED: 1 where it had settled */
        } stored;
        struct {
            guint32 is_cut_off; /* 0: no longer */
            guint64 key, serial;
            const SimIntervals *context; /* of the write: it is so of these too, … */
            const SimIntervals *live; /* … but for these, which are live or followed by what is */
        } cut_off;
        struct {
            guint64 key, serial;
            RepStamp stamp;
            const SimIntervals *context; /* borrowed */
        } settled;
        struct {
            gint32 node, target;
            guint32 pending; /* hints that the node now keeps for the target */
            guint32 was;     /* … and before */
            guint64 key;
            guint64 serial; /* of the (first) version that comes or goes */
            SimTime since;  /* kept from then on */
        } hint;
        struct {
            gint32 node;
            guint32 log, client;
            guint64 number, key; /* of the operation in its client group */
            RepVersion entry;
            RepDependency depends_on; /* as the operation's */
        } appended;
    };
} RepObservation;

typedef struct RepObserver {
    guint32 mask; /* REP_OBS_BIT of the kinds wanted */
    void (*observe)(void *self, const RepObservation *observation);
    void *self;
} RepObserver;

#endif
