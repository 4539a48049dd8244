/*
 * made_up_run.h — a run that no model made: observations told one by one to the checker of
 * analysis/invariants.h. Three nodes a, b, c; one of the two followers has to confirm a write, and
 * every write goes to one key.
 */
#ifndef TEST_MADE_UP_RUN_H
#define TEST_MADE_UP_RUN_H

#include "analysis/invariants.h"

enum { A, B, C, NODES };
enum { MADE_REQUEST, MADE_REPLY, MADE_ENTRIES };

/* These have their violations in test_invariants_failover.c, test_invariants_acks.c,
 * test_invariants_sessions.c and test_invariants_versions.c, the others in test_invariants.c. */
#define MADE_IS_VERSIONS(invariant)                                                                \
    ((invariant) >= ANA_VERSIONS_IN_ORDER && (invariant) <= ANA_HINT_STAYS)
#define MADE_IS_FAILOVER(invariant)                                                                \
    ((invariant) >= ANA_MAJORITY_DECIDES && (invariant) <= ANA_LATER_WRITE_STANDS)
#define MADE_IS_SESSION(invariant)                                                                 \
    ((invariant) >= ANA_READS_OWN_WRITES && (invariant) <= ANA_SESSION_STAYS)

#define MADE_IS_ACKS(invariant)                                                                    \
    ((invariant) >= ANA_SHOWS_COMMITTED && (invariant) <= ANA_SHOWN_STAYS)

extern AnaRules made_rules; /* lists and numbers of places only while there is no checker */
extern AnaInvariants *made_checker;
extern SimTime made_now;

/* The rules as above, and a checker. */
void made_new_run(void);
/* A new checker under the rules as they are. */
void made_start(void);
void made_stop(void);
void made_tell(RepObservation seen);
void made_entries(RepObservationKind kind, int node, guint32 term, guint64 first, guint64 last);
void made_leads(int node, guint32 term, gboolean begins);
void made_becomes(int node, RepNodeState state);
void made_appends(int node, guint32 term, guint64 index, guint64 number);
void made_begins(guint64 number, RepOperationKind kind);
void made_ends(guint64 number, RepOperationKind kind, RepOutcome outcome, int node,
               RepVersion version);
void made_message(RepObservationKind kind, guint64 id, int from, int to, guint64 first,
                  SimTime sent, SimTime due);
void made_finish(gboolean drained, guint64 messages, guint64 flushes);

#endif
