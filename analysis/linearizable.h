/*
 * linearizable.h — is there an order of a register's calls that explains what every reader saw?
 *
 * A history is linearizable if each call can be given one instant between its invocation and its
 * answer so that, in the order of these instants, every read returns the write before it (Herlihy
 * and Wing, "Linearizability", 1990). The property is local: a history is linearizable if that of
 * each key is, so keys are looked at one by one.
 *
 * The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with the
 * memory of Lowe ("Testing for Linearizability", 2017): a set of calls already placed, together
 * with the value they leave, is never looked at twice. Sets are remembered by 128 bits of hash. A
 * read that can be placed now is placed now: later it could not be easier, because it changes
 * nothing; so only writes are tried in more than one order.
 *
 * The question is NP-complete in general; the search gives up after so many states and says so.
 */
#ifndef ANA_LINEARIZABLE_H
#define ANA_LINEARIZABLE_H

#include <glib.h>

#define ANA_CALL_OPEN G_MAXUINT64

typedef struct AnaCall {
    guint64 invoked;  /* place in one order of all invocations and answers; no two are equal */
    guint64 answered; /* ANA_CALL_OPEN: never; a write may then have taken effect at any time after
                         its invocation, or not at all */
    guint64 value;    /* written or read; no two writes have one; 0: the register as it began */
    gboolean is_write;
} AnaCall;

typedef enum AnaOrder { ANA_ORDER_EXISTS, ANA_ORDER_NONE, ANA_ORDER_UNKNOWN } AnaOrder;

/* Whether an order exists; UNKNOWN after `most` states. Open reads say nothing and are passed by.
 */
AnaOrder ana_linearizable(const AnaCall *calls, gsize n, guint64 most);

/* Of a history without an order: calls that have none either, and have one as soon as any of them
 * is left out. What a left-out write wrote may then have been written at any time. Numbers of calls
 * in *chosen (room for n), ascending; returns how many. */
gsize ana_offending_calls(const AnaCall *calls, gsize n, guint64 most, gsize *chosen);

#endif
