/*
 * client.h — client groups: arrivals, sessions, operations, attempts (semantics §7).
 *
 * Open loop: operations arrive whatever happens to earlier ones, and latency counts from the
 * intended arrival. Closed loop: each session issues its next operation after the last one ended
 * and a think time. An operation is tried up to 1 + retry.times times; an attempt that is not
 * answered within `timeout` has failed, and a late answer to it is ignored. Every operation has
 * exactly one outcome.
 *
 * Which node an attempt goes to is the policy's decision; a session avoids a node that let it down
 * (timed out or refused) for 10 s.
 *
 * Besides the operations of the rate there are those that follow from them: reads after a write,
 * and conversations (conversation.h). They have the number of the operation that they follow from,
 * and what they are in the bits above 2^40.
 *
 * An edit is a read, on top of the rate, and some time after its answer a write that knows what was
 * read. The read has the number of the operation, marked; the write begins when it is sent, and its
 * latency counts from then. Where the read fails nothing is written.
 *
 * Draws are keyed by operation: its number in the group gives kind, region, session and key; the
 * number and the attempt give each message's delay. So changing a share of reads or a policy
 * shifts nobody else's luck.
 */
#ifndef REP_CLIENT_H
#define REP_CLIENT_H

#include "models/observation.h"
#include "models/setup.h"

#include "sim/kernel.h"
#include "sim/pool.h"
#include "sim/ring.h"

typedef struct RepWorld RepWorld;

#define REP_AVOID_SPAN (10 * SIM_S) /* semantics §4 */
#define REP_ATTEMPTS_MAX 60         /* so that (operation, attempt) is a cause */

typedef struct RepOperation {
    guint64 number; /* in its group; follow-ups: the write's number + (i + 1) * 2^40 */
    guint64 key;
    SimTime began;
    guint32 client, session, region;
    guint32 references; /* exchanges under way, and 1 while the client waits */
    union {
        gint32 node;  /* that the attempt under way went to */
        guint32 next; /* while it is queued: what waits behind it */
    };
    guint16 attempt; /* the one under way, from 0 */
    guint8 kind;     /* RepOperationKind */
    guint8 is_follow_up;
    guint8 has_ended;
    guint8 is_uncertain : 1; /* an attempt was not answered in time: it may have been done */
    guint8 is_queued : 1;    /* a write that waits for its session's last */
    guint16 log;             /* that the key belongs to */
    guint16 entry_log;       /* where there is no one log: that `entry` is in */
    guint32 talk;            /* number + 1 of the conversation that it is part of; 0: none */
    guint8 has_context : 1;  /* an edit: its author says what he had before him … */
    guint8 is_delete : 1;
    guint8 is_edit_read : 1; /* the read of an edit: the write follows it */
    guint32 context;         /* … in this set of versions */
    guint32 write;           /* set of the version that it became; 0: none yet */
    guint64 serial;          /* counts all operations of the world; tells a reused record */
    RepVersion entry;        /* write: where it was appended last; index 0: nowhere */
} RepOperation;

typedef enum RepAnswer {
    REP_ANSWER_DONE,
    REP_ANSWER_REFUSED,
    REP_ANSWER_UNAVAILABLE, /* the same, for want of others: the node itself is well */
    REP_ANSWER_BEHIND       /* a replica that lacks what the session has seen: ask the leader */
} RepAnswer;

/* Which of an attempt's messages were copies, so that each line of copies has draws of its own. */
enum { REP_COPY_REQUEST = 1, REP_COPY_REPLY = 2 };

/* What is special about an exchange. */
enum { REP_MARK_HANDED_ON = 1, REP_MARK_HELD = 2 };

/* One attempt on its way: the request, its service at the node, the reply. */
typedef struct RepExchange {
    guint32 operation;
    guint32 next; /* in the chain of those waiting for a commit */
    gint32 node;
    guint8 attempt;
    guint8 marks;          /* REP_MARK_* */
    guint8 answer;         /* RepAnswer, once the reply is sent */
    guint8 line;           /* REP_COPY_*: what a `duplicate` fault made of the first */
    RepVersion version;    /* carried by the reply */
    guint32 set;           /* … and the versions, where there is no one log; 0: none */
    gint32 answered_by;    /* the node that gave them; -1: no one node */
    SimSpan visible_after; /* see RepOperationSeen */
    SimTime sent;          /* the message that is under way now */
    guint64 message;       /* its number */
    SimSpan way_back;      /* the reply's delay, drawn ahead (network.h); -1: it is not known */
} RepExchange;

/* The ordered streams between a session and one node. */
typedef struct RepSessionLink {
    int node;
    guint16 requests_taken, replies_taken; /* since the last bare acknowledgement (transport.h) */
    SimTime requests, replies;             /* latest arrival so far */
} RepSessionLink;

typedef struct RepAvoided {
    int node;
    SimTime until;
} RepAvoided;

/* One cache line: operations come from any session in turn. */
typedef struct RepSession {
    RepSessionLink first; /* to the first node it ever met; node -1: none yet */
    guint32 region;
    gint32 reads_from; /* node of its last read; -1: none yet */
    guint32 moves;     /* how often reads_from changed */
    guint16 n_links, n_avoided;
    RepSessionLink *links; /* to further nodes; owned */
    RepAvoided *avoided;   /* owned */
    guint64 operations;    /* closed loop: begun so far */
} RepSession;

/* What a session remembers besides, where the policy asks for it (RepMemoryRule). Numbers of
 * operations count from 1; 0: none. */
typedef struct RepMemory {
    SimTime acknowledged_at; /* its last write that was; -1: none yet */
    guint32 writing;         /* its write that is under way … */
    guint32 first, last;     /* … and those that wait for it */
} RepMemory;

/* What an operation of an open loop will be, but for the key, whose draw is ready. */
typedef struct RepChosen {
    RepOperationKind kind;
    guint32 region, session;
    SimDraw key;
} RepChosen;

typedef struct RepTimeout {
    SimTime at;
    guint32 operation;
    guint16 attempt;
    guint64 serial; /* of the operation */
} RepTimeout;

typedef struct RepGroup {
    int id;
    const RepClientSetup *setup;
    RepSession *sessions;
    gsize n_sessions;
    RepMemory *memories;     /* per session; NULL: sessions remember nothing */
    RepVersion *wrote, *saw; /* [session * logs + log]: its newest acknowledged write; the newest
                                place that its reads have shown it */
    gsize *first_session;    /* per region, and one past the last */
    double *upto_share;      /* per region: cumulated shares */
    SimStream gaps, choices, thinks, retries, follow_ups, edits, conversations, lots, session_lots;
    SimStream *requests, *replies, *request_losses, *reply_losses; /* per node */
    SimSlot arrivals, timeouts_slot;
    SimRing timeouts; /* RepTimeout, in the order in which they fall due */
    guint64 n_arrived;
    RepChosen next;     /* of the operation that arrives next, chosen ahead of its time */
    SimTime base_time;  /* of the next arrival, at rate factor 1 … */
    SimTime then;       /* … and of the one after it */
    double rate_factor; /* of `load` faults */
    SimTime mapped_at;  /* base time `mapped_base` was reached at simulated time `mapped_at` */
    double mapped_base;
    guint64 n_unique;          /* keys made so far (keys: unique) */
    struct RepStepRun *script; /* per step (script.h); NULL: arrivals come by the rate */
    SimStream steps;
} RepGroup;

void rep_clients_init(RepWorld *world);
void rep_clients_clear(RepWorld *world);
/* Clients stop: nothing new arrives, what is under way goes on. */
void rep_clients_stop(RepWorld *world);
/* The run is over: operations still under way end as unknown. */
void rep_clients_finish(RepWorld *world);
/* The product of the load faults on a group changed. */
void rep_client_rate_changed(RepWorld *world, int client, double factor);

/* The cause of draws about one attempt of operation `number` of its group. */
static inline guint64 rep_attempt_cause(guint64 number, guint attempt)
{
    return number * 64 + attempt;
}

static inline guint64 rep_operation_cause(const RepOperation *operation, guint attempt)
{
    return rep_attempt_cause(operation->number, attempt);
}

/* An operation begins now in a session (arrivals.c decides which and when). */
void rep_operation_begin(RepWorld *world, const RepOperation *template);

/* ---- attempts (attempt.c) ----------------------------------------------------------------- */

void rep_attempt_send(RepWorld *world, guint32 operation);
void rep_request_arrived(void *world, guint64 exchange); /* SimHandler, posted */
void rep_reply_arrived(void *world, guint64 exchange);   /* SimHandler, posted */
void rep_attempt_again(void *world, guint64 operation);  /* SimHandler, posted */
/* The attempt under way was not answered in time. */
void rep_attempt_unanswered(RepWorld *world, guint32 operation);
/* A node answers; the exchange is on its way back. */
void rep_reply_send(RepWorld *world, guint32 exchange, RepAnswer answer, RepVersion version);
/* Nobody will answer: the request was lost, or the node forgot it. */
void rep_exchange_drop(RepWorld *world, guint32 exchange);

/* ---- timeouts (timeout.c) ----------------------------------------------------------------- */

/* The operation's attempt leaves now. */
void rep_timeout_plan(RepWorld *world, guint32 operation);
void rep_attempt_timed_out(void *world, guint64 client);  /* SimHandler of a group's source */
void rep_plain_timeout_due(void *world, guint64 timeout); /* SimHandler, posted; reference mode */

/* ---- sessions (session.c) ----------------------------------------------------------------- */

RepSessionLink *rep_session_find_link(RepSession *session, int node);
/* Good until the session meets another node. Most go to the first they ever met. */
static inline RepSessionLink *rep_session_link(RepSession *session, int node)
{
    if (session->first.node == node)
        return &session->first;
    return rep_session_find_link(session, node);
}
gboolean rep_session_avoids(const RepSession *session, int node, SimTime now);
void rep_session_avoid(RepSession *session, int node, SimTime now);

/* ---- what sessions remember (session_memory.c) -------------------------------------------- */

void rep_memory_init(RepWorld *world, RepGroup *group);
void rep_memory_clear(RepGroup *group);
/* When the session's last write was acknowledged; -1: never, or nobody asks for it. */
static inline SimTime rep_memory_wrote_at(const RepGroup *group, guint32 session)
{
    return G_UNLIKELY(group->memories) ? group->memories[session].acknowledged_at : -1;
}
/* The request carries what the session must be shown. */
void rep_memory_send(RepWorld *world, guint32 exchange);
/* The reply carries how far the node showed its log, and what the version depends on. */
void rep_memory_answer(RepWorld *world, int log, int node, RepVersion version, guint32 exchange);
/* A write took its place: what its session had seen goes with it. */
void rep_memory_append(RepWorld *world, int log, RepVersion place, guint32 exchange);
/* A copy carries the same. */
void rep_memory_copy(RepWorld *world, guint32 from, guint32 to);
/* The reply has arrived: the session has seen what it carries. */
void rep_memory_learn(RepWorld *world, guint32 exchange);
/* TRUE: the write waits until the session's last one has ended. */
gboolean rep_memory_queues(RepWorld *world, guint32 operation);
/* A write has ended: the operation that was waiting for it, or SIM_POOL_NONE. */
guint32 rep_memory_dequeue(RepWorld *world, guint32 operation);
/* The run is over: whatever waits does so no longer. */
void rep_memory_close(RepGroup *group);

/* After an operation ended: follow-ups, conversations and the closed loop (arrivals.c). */
void rep_operation_ended(RepWorld *world, guint32 operation, RepOutcome outcome,
                         RepVersion version);
void rep_operation_arrived(void *world, guint64 client); /* SimHandler of a group's source */
void rep_edit_due(void *world, guint64 operation);       /* SimHandler, posted */
void rep_follow_up_due(void *world, guint64 operation);  /* SimHandler, posted */
void rep_think_over(void *world, guint64 session);       /* SimHandler, posted */

#endif
