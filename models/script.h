/*
 * script.h — clients that follow a script: each step is one operation, at an instant or after
 * another step has ended (semantics §7).
 *
 * Steps are the operations of their group, numbered as they stand in the list. A step begins at
 * its `at`, or `wait` after the end of the step that it follows, whatever that one came to; a step
 * that would begin when the clients have stopped does not begin. A step with `to` asks that node
 * and no other, in every attempt; where no single node leads, that node coordinates.
 *
 * What a step has shown its author is kept: what a read returned, and of a write what the node that
 * took it (or those of its quorum) then had of the key, itself included: the answer of a server
 * that returns the siblings with a version (DDIA 1st ed. fig. 5-13). Later steps may be based on
 * it: their causal context is that set.
 *
 * A `message` fault meets the first message of a step to a node: the request, or the message that
 * carries its entry or version there. It is late, or it never arrives; a lost part of an ordered
 * replication stream is sent again (network.h).
 */
#ifndef REP_SCRIPT_H
#define REP_SCRIPT_H

#include "models/client.h"
#include "models/policies/policy.h"

/* One step while the world runs. */
typedef struct RepStepRun {
    guint64 ended;    /* counts the ends of all steps of the world; 0: it has not ended */
    guint32 shown;    /* set that its author was shown; kept; 0: none */
    guint16 log;      /* that its entry is in */
    RepVersion entry; /* write: where it was appended last; index 0: nowhere */
} RepStepRun;

void rep_script_init(RepWorld *world, RepGroup *group);
void rep_script_clear(RepGroup *group);
void rep_script_step_due(void *world, guint64 step); /* SimHandler: client << 32 | number */

/* The step that an operation is; NULL: it is of no script. */
static inline const RepStepSetup *rep_script_step(const RepGroup *group,
                                                  const RepOperation *operation)
{
    return G_UNLIKELY(group->script) ? &group->setup->script.steps[operation->number] : NULL;
}

/* An answer says what its author is shown besides the write itself. */
void rep_script_shown(RepWorld *world, const RepOperation *operation, guint32 set);
/* A write took its place in a log. */
void rep_script_appended(RepWorld *world, const RepOperation *operation);
/* A step has ended; `set` is what a read returned. Those that follow it are planned. */
void rep_script_ended(RepWorld *world, const RepOperation *operation, guint32 set);

/* What happens to a message to a node: nothing (NULL), or a fault, which is then used up. */
const RepFaultSetup *rep_script_meets_request(RepWorld *world, const RepOperation *operation,
                                              int node);
const RepFaultSetup *rep_script_meets_message(RepWorld *world, const RepMessage *message);

#endif
