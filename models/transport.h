/*
 * transport.h — bare acknowledgements of the transport (semantics §2, `network.transport_acks: N`).
 *
 * TCP tells the sender what has arrived. Where nothing else goes back soon enough, that is a
 * message of its own: Linux sends one for every second full segment, and at the latest after 40 ms
 * (RFC 1122 §4.2.3.2). Such a message says nothing to the database, but it travels on the same
 * ordered stream as what the database says: an acknowledgement that is sent behind a slow one
 * arrives behind it.
 *
 * With N > 0 whoever takes the N-th message of a stream since the last time sends a bare one back,
 * at once, of network.message_size bytes. It is a message like others: counted, delayed by a draw
 * of its own, in the order of the stream that goes the other way. Nobody acknowledges it, and one
 * that is lost is not sent again, so it holds up nothing. Streams are those of network.h: between
 * two nodes for each log, and between a session and a node. `order: free` has no streams, a bulk
 * copy goes beside them, and delays that a policy gives itself have none.
 *
 * A node that is dead or paused acknowledges nothing; what it takes after a pause does not count.
 *
 * Draws are keyed by the kind and the cause of the message that is acknowledged.
 */
#ifndef REP_TRANSPORT_H
#define REP_TRANSPORT_H

#include "models/message.h"
#include "models/policies/policy.h"

/* Kind of a bare message, beyond those of every policy: observers see it as REP_MESSAGE_BARE. */
#define REP_TRANSPORT_ACK (REP_MESSAGE_BARE - REP_MESSAGE_POLICY)
#define REP_TRANSPORT_ACKS_MAX 1000

/* A running party takes a message. Only where transport_acks is not 0. */
void rep_transport_took(RepWorld *world, const RepMessage *message);
/* A node takes the request of an exchange, or its session the reply. */
void rep_transport_took_exchange(RepWorld *world, guint32 exchange, gboolean is_request);

#endif
