/*
 * wake.h — idle stages have to be woken (semantics §3, `wake`).
 *
 * On a real server the stages of replication are threads or processes that sleep while they have
 * nothing to do: who ships the log to a follower, who takes it there, who applies it, and who deals
 * with acknowledgements. Waking one is an interrupt, a scheduler and cold caches: 20 to 80 us. A
 * synchronous commit pays for three of them one after the other, and for the applier too where it
 * waits for that; a busy server pays for none.
 *
 * With `wake` a stage that is idle when something comes begins with it so much later, and with all
 * that has come by then. Stages are per log and peer:
 *
 *   sender     of a node to another: messages that carry entries, or say what has committed
 *   receiver   the same messages where they arrive; while the node's disk flushes it is at work,
 *              and takes them at the end of the flush
 *   handler    of acknowledgements, where they arrive
 *   applier    of a log; at work while it applies anything
 *
 * Sending and handling take no time otherwise, so those two are idle whenever they are not being
 * woken. What is sent, or arrives, on a stream while its stage is being woken waits behind it,
 * whatever it is: streams stay in order. Messages of other kinds wake nobody; which do a policy
 * says (RepPolicyOps). A stopped node forgets what waited; a pause makes the waking longer.
 *
 * Not modelled: clients' connections, whose cost is that of the cpu; the leader's own log writer.
 *
 * Draws are keyed by node, stage, peer and the message, or entry, that wakes it.
 */
#ifndef REP_WAKE_H
#define REP_WAKE_H

#include "models/node.h"
#include "models/stream.h"

/* A message is to leave, or has arrived. TRUE: it waits, and is sent or taken when the stage at
 * that end has been woken. */
gboolean rep_wake_holds(RepWorld *world, const RepMessage *message, RepStreamEnd end);
void rep_wake_over(RepWorld *world, const RepJob *job);
/* The node stopped. */
void rep_wake_forget(RepWorld *world, int node);

#endif
