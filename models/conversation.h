/*
 * conversation.h — questions, answers and who watches: the workload of consistent prefix
 * (semantics §7 `conversation`; DDIA 1st ed. figure 5-5: Mr Poons asks, Mrs Cake answers, and an
 * observer hears the answer before the question).
 *
 * A share of the acknowledged writes of a group are *questions*. For each, two further sessions of
 * the group are drawn, each as likely as any other that is not taken: a reader and an observer.
 * They are where their sessions are, and their operations go where the policy sends those of their
 * sessions. Then, each step once the one before it was answered:
 *
 *   LOOK    `delay` after the acknowledgement the reader reads the question's key. It has seen the
 *           question if it gets that write, or one that came after it in its place.
 *   ANSWER  At once the reader writes to another key: the answer. It depends on what the reader
 *           read, and every observation of it says so (RepDependency).
 *   WATCH   `delay` after the acknowledgement of the answer the observer reads the answer's key. It
 *           has seen the answer if it gets that write, or one that came after it in its place.
 *   CHECK   At once the observer reads the question's key. If it saw the answer itself, this is the
 *           read that can lack what the answer depends on (prefix_violations). Whatever it gets,
 *           the conversation is over.
 *
 * Who looks in vain, or is not answered, looks again after a `delay` of its own, up to
 * REP_LOOKS_MAX times in all; then the conversation ends there, as it does where the answer is not
 * acknowledged, or when clients stop. Answers are no questions, and nobody reads after them
 * (read_after_write). All these operations come on top of the rate and count like any other.
 *
 * The answer's key is drawn by the group's law until it is another than the question's, and under
 * `session: consistent-prefix(same-partition)` in the same log (where there is no such key, in
 * any); under `keys: unique` it is a new key that no read of the rate looks for.
 *
 * Draws are keyed by the question: whether it is one, who takes part, every delay and the answer's
 * key. The numbers of the operations are the question's with the step in the bits above 2^40
 * (client.h), above those of read_after_write.
 */
#ifndef REP_CONVERSATION_H
#define REP_CONVERSATION_H

#include "models/client.h"

#define REP_LOOKS_MAX 10

void rep_conversations_init(RepWorld *world);
/* The write may be a question: it has just been acknowledged, as `version`. */
void rep_conversation_begin(RepWorld *world, const RepOperation *write, RepVersion version);
/* An operation of a conversation has its outcome. */
void rep_conversation_step_ended(RepWorld *world, const RepOperation *operation, RepOutcome outcome,
                                 RepVersion version);
void rep_conversation_step_due(void *world, guint64 talk); /* SimHandler, posted */
/* What the operation depends on. */
RepDependency rep_conversation_dependency(const RepWorld *world, const RepOperation *operation);
/* The operation is no longer needed. */
void rep_conversation_release(RepWorld *world, const RepOperation *operation);

#endif
