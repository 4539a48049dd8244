/*
 * versioned.h — operations where there is no one log: accepting writes, answering with sets of
 * versions, and what an edit had before it. Nothing of it is called in worlds with logs only.
 */
#ifndef REP_VERSIONED_H
#define REP_VERSIONED_H

#include "models/client.h"
#include "models/policies/policy.h"

void rep_versioned_init(RepWorld *world);
void rep_versioned_clear(RepWorld *world);
/* The run is over: what becomes of writes that no live node holds is told. */
void rep_versioned_finish(RepWorld *world);
/* What a policy is told of a request besides. */
void rep_versioned_request(RepWorld *world, RepRequest *request, const RepOperation *operation);
/* A message that brought the set has been dealt with, once all effects are carried out. */
void rep_versioned_let_go(RepWorld *world, guint32 set);
/* All effects are carried out: what was let go is, and loose sets are swept. */
void rep_versioned_sweep(RepWorld *world);
/* What the author of a step's write is shown besides it. */
void rep_versioned_show_author(RepWorld *world, guint32 exchange, guint32 set);
/* Effect ANSWER. */
void rep_versioned_answer(RepWorld *world, guint32 exchange, int node, guint32 set);
/* The set of the operation's write, whose only version it is; 0: none was accepted. */
guint32 rep_versioned_own(const RepWorld *world, const RepOperation *operation);
/* What the operation returned or wrote, for observers; `serials` is room that the caller lends. */
void rep_versioned_seen(RepWorld *world, guint32 set, GArray *serials, RepVersionsSeen *seen);
/* Effect APPEND: the operation's write gets the next place in the node's log. Returns FALSE where
 * it has one there already. */
gboolean rep_versioned_append(RepWorld *world, int node, int log, guint32 exchange);
/* Readers of the node see entries first … last of a log from now on. */
void rep_versioned_show(RepWorld *world, int node, int log, guint64 first, guint64 last);
/* The read of an edit returned the set. */
void rep_versioned_remember(RepWorld *world, RepOperation *operation, guint32 set);
/* The exchange, the operation is released: so is what it held. */
void rep_versioned_drop_exchange(RepWorld *world, RepExchange *exchange);
void rep_versioned_release(RepWorld *world, RepOperation *operation);

#endif
