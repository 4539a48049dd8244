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
    gint32 node;        /* that the attempt under way went to */
    guint16 attempt;    /* the one under way, from 0 */
    guint8 kind;        /* RepOperationKind */
    guint8 is_follow_up;
    guint8 has_ended;
    guint8 is_uncertain; /* an attempt was not answered in time: it may have been done */
    guint16 log;         /* that the key belongs to */
    guint32 talk;        /* number + 1 of the conversation that it is part of; 0: none */
    guint64 serial;      /* counts all operations of the world; tells a reused record */
    RepVersion entry;    /* write: where it was appended last; index 0: nowhere */
} RepOperation;

typedef enum RepAnswer { REP_ANSWER_DONE, REP_ANSWER_REFUSED } RepAnswer;

/* Which of an attempt's messages were copies, so that each line of copies has draws of its own. */
enum { REP_COPY_REQUEST = 1, REP_COPY_REPLY = 2 };

/* One attempt on its way: the request, its service at the node, the reply. */
typedef struct RepExchange {
    guint32 operation;
    guint32 next; /* in the chain of those waiting for a commit */
    gint32 node;
    guint16 attempt;
    guint8 answer;      /* RepAnswer, once the reply is sent */
    guint8 line;        /* REP_COPY_*: what a `duplicate` fault made of the first */
    RepVersion version; /* carried by the reply */
    SimTime sent;       /* the message that is under way now */
    guint64 message;    /* its number */
} RepExchange;

/* The ordered streams between a session and one node. */
typedef struct RepSessionLink {
    int node;
    SimTime requests, replies; /* latest arrival so far */
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
    gsize *first_session; /* per region, and one past the last */
    double *upto_share;   /* per region: cumulated shares */
    SimStream gaps, choices, thinks, retries, follow_ups, conversations, lots, session_lots;
    SimStream *requests, *replies, *request_losses, *reply_losses; /* per node */
    SimSlot arrivals, timeouts_slot;
    SimRing timeouts; /* RepTimeout, in the order in which they fall due */
    guint64 n_arrived;
    RepChosen next;     /* of the operation that arrives next, chosen ahead of its time */
    SimTime base_time;  /* of the next arrival, at rate factor 1 */
    double rate_factor; /* of `load` faults */
    SimTime mapped_at;  /* base time `mapped_base` was reached at simulated time `mapped_at` */
    double mapped_base;
    guint64 n_unique; /* keys made so far (keys: unique) */
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
void rep_attempt_timed_out(void *world, guint64 client);  /* SimHandler of a group's source */
void rep_plain_timeout_due(void *world, guint64 timeout); /* SimHandler, posted; reference mode */
void rep_request_arrived(void *world, guint64 exchange);  /* SimHandler, posted */
void rep_reply_arrived(void *world, guint64 exchange);    /* SimHandler, posted */
void rep_attempt_again(void *world, guint64 operation);   /* SimHandler, posted */
/* A node answers; the exchange is on its way back. */
void rep_reply_send(RepWorld *world, guint32 exchange, RepAnswer answer, RepVersion version);
/* Nobody will answer: the request was lost, or the node forgot it. */
void rep_exchange_drop(RepWorld *world, guint32 exchange);

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

/* After an operation ended: follow-ups, conversations and the closed loop (arrivals.c). */
void rep_operation_ended(RepWorld *world, guint32 operation, RepOutcome outcome,
                         RepVersion version);
void rep_operation_arrived(void *world, guint64 client); /* SimHandler of a group's source */
void rep_follow_up_due(void *world, guint64 operation);  /* SimHandler, posted */
void rep_think_over(void *world, guint64 session);       /* SimHandler, posted */

#endif
