/*
 * invariants_private.h — the checker's account of a run, shared by its parts:
 *
 *   invariants.c           the list, who listens to what, violations
 *   invariant_chain.c      a log as runs of terms
 *   invariant_logs.c       copies of the log, leaders
 *   invariant_commits.c    what the acknowledgement rule asks for
 *   invariant_clients.c    operations and answers
 *   invariant_messages.c   what is on the wire
 *   invariant_settled.c    what every member has shown
 *   invariant_acks.c       what leaders have heard of their followers
 *   invariant_in_sync.c    who is in the in-sync set
 *   invariant_elections.c  who voted for whom
 *   invariant_leases.c     who may take writes
 *   invariant_ranks.c      whose log goes further
 *   invariant_sessions.c   what sessions are promised
 *   invariant_returns.c    what becomes of entries that the leader's log has not
 *   invariant_session_meters.c  what sessions lack
 *   invariant_linear.c     what clients saw
 *   invariant_meters.c     totals
 */
#ifndef ANA_INVARIANTS_PRIVATE_H
#define ANA_INVARIANTS_PRIVATE_H

#include "analysis/client_history.h"
#include "analysis/invariants.h"

/* ---- chains ------------------------------------------------------------------------------- */

/* A log as it is: entries up to `last` (and beyond the run before) were appended in `term`. */
typedef struct AnaRun {
    guint32 term;
    guint64 last;
} AnaRun;

typedef struct AnaChain {
    AnaRun *runs; /* owned; ascending */
    guint n;
} AnaChain;

void ana_chain_clear(AnaChain *chain);
guint64 ana_chain_last(const AnaChain *chain);
/* Which term appended the entry; 0: the chain does not reach so far. */
guint32 ana_chain_term_at(const AnaChain *chain, guint64 index);
void ana_chain_cut(AnaChain *chain, guint64 last);
/* Entries up to `last` were appended in `term`; nothing where the chain is as long already. */
void ana_chain_extend(AnaChain *chain, guint32 term, guint64 last);
/* Length of the prefix on which two agree. */
guint64 ana_chain_common(const AnaChain *a, const AnaChain *b);
/* `to` continues as `from` does, up to `last`. */
void ana_chain_follow(AnaChain *to, const AnaChain *from, guint64 last);
gboolean ana_chain_contains(const AnaChain *chain, RepVersion entry, guint64 upto);
/* Last entry of the term in the first `upto` of the chain; 0: none. */
guint64 ana_chain_end_of(const AnaChain *chain, guint32 term, guint64 upto);

/* ---- logs --------------------------------------------------------------------------------- */

/* Who appended what, where. */
typedef struct AnaAppended {
    guint64 key, number;
    guint32 client;
} AnaAppended;

typedef struct AnaReign {
    int leader; /* -1: nobody has led in the term */
    gboolean is_over;
    AnaChain log;    /* what it began with, and what it appended */
    guint64 first;   /* that it appended itself */
    GArray *entries; /* AnaAppended, from `first` on */
    guint64 committed;
} AnaReign;

typedef struct AnaFlushed {
    SimTime at;
    guint64 last;
} AnaFlushed;

typedef struct AnaReplica {
    guint32 term;   /* newest it has taken anything of, or led in */
    AnaChain chain; /* up to `received` */
    guint64 received, flushed, applied;
    GArray *flushes;    /* AnaFlushed, ascending in both */
    GArray *reached[3]; /* by AnaPoint: guint64 per term, the last entry of it ever so far */
    RepNodeState state;
    SimTime running_since;
    gboolean leads;
    gboolean has_fallen_back;
    gboolean has_installed; /* a snapshot */
    gboolean has_run;
    gboolean was_wiped;     /* it is back as one that joins */
    guint64 durable_before; /* of AnaTotals.durable, when it ran first */
} AnaReplica;

/* ---- the whole ---------------------------------------------------------------------------- */

typedef struct AnaWire AnaWire;
struct AnaVersionChecks;
typedef struct AnaClients AnaClients;
typedef struct AnaSettled AnaSettled;
typedef struct AnaAcks AnaAcks;
typedef struct AnaElections AnaElections;
typedef struct AnaInSync AnaInSync;
typedef struct AnaLeases AnaLeases;
typedef struct AnaRanks AnaRanks;
typedef struct AnaReturns AnaReturns;
typedef struct AnaSessions AnaSessions;
typedef struct AnaSessionTally AnaSessionTally;

typedef struct AnaTotals {
    guint64 outcomes[2][REP_NOT_STARTED + 1]; /* by RepOperationKind; of the measured part */
    guint64 messages, bytes, bytes_between_regions, flushes; /* of the measured part */
    guint64 all_messages, all_bytes, all_flushes;
    guint64 durable; /* entries, of the measured part */
} AnaTotals;

/* The checker of one log. That of the first owns those of the others, and is the whole. */
struct AnaInvariants {
    const AnaRules *rules;
    AnaInvariants **logs; /* of the first: all, by number, itself among them; else NULL */
    gsize n_logs;
    SimTime now;
    gboolean is_drained;
    AnaReplica *replicas; /* by node */
    GArray *reigns;       /* AnaReign, by term; [0] unused */
    guint32 latest;       /* term whose leadership began last */
    guint n_leaderships;
    AnaWire *wire;
    struct AnaVersionChecks *versions; /* NULL: there is one log */
    struct AnaCauseChecks *causes;     /* NULL like versions */
    AnaClients *clients;
    AnaSettled *settled;
    AnaAcks *acks;
    AnaElections *elections;
    AnaInSync *in_sync;
    AnaLeases *leases;
    AnaRanks *ranks;
    AnaReturns *returns;
    AnaSessions *sessions;
    AnaClientHistory *seen_by_clients;
    AnaSessionTally *tally;
    AnaTotals totals;
    RepTraffic traffic;     /* as the run's end says */
    AnaViolation violation; /* text NULL: none */
};

/* Notes the first violation; the others are dropped. */
void ana_violated(AnaInvariants *self, AnaInvariant invariant, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
const char *ana_node_name(const AnaInvariants *self, int node);

AnaReign *ana_reign(AnaInvariants *self, guint32 term);
void ana_logs_init(AnaInvariants *self);
void ana_logs_clear(AnaInvariants *self);
void ana_logs_observe(AnaInvariants *self, const RepObservation *seen);
void ana_logs_finish(AnaInvariants *self);
const AnaAppended *ana_logs_entry(AnaInvariants *self, RepVersion entry);
/* Has the entry been committed in the log of some term? */
gboolean ana_logs_is_committed(AnaInvariants *self, RepVersion entry);

/* Has the node ever had the entry, received, flushed or applied? */
gboolean ana_logs_has_reached(const AnaReplica *node, AnaPoint point, RepVersion entry);

/* What the node had on its disk then. */
guint64 ana_logs_flushed_at(const AnaReplica *node, SimTime at);

/* A follower shows its log up to `last`: has that committed? */
void ana_commits_check_shown(AnaInvariants *self, int node, guint64 last);
/* Entries commit in the log of the reign: has the rule been kept? */
void ana_commits_check(AnaInvariants *self, const RepEntriesSeen *seen, const AnaReign *reign);

/* Where there is no one log (invariant_versions.c). */
void ana_versions_init(AnaInvariants *self);
void ana_versions_clear(AnaInvariants *self);
void ana_versions_observe(AnaInvariants *self, const RepObservation *seen);

/* ---- causal delivery (invariant_causes.c) ------------------------------------------------- */

void ana_causes_init(AnaInvariants *self);
void ana_causes_clear(AnaInvariants *self);
void ana_causes_observe(AnaInvariants *self, const RepObservation *seen);

void ana_clients_init(AnaInvariants *self);
void ana_clients_clear(AnaInvariants *self);
void ana_clients_operation(AnaInvariants *self, const RepObservation *seen);
void ana_clients_appended(AnaInvariants *self, const RepObservation *seen);
/* The write was appended once more, by a leader that it was handed to. */
void ana_clients_carried(AnaInvariants *self, const AnaAppended *what, RepVersion to);
void ana_clients_message(AnaInvariants *self, const RepObservation *seen);
void ana_clients_finish(AnaInvariants *self);

/* The newest version of a key in the first `upto` of what the node has; index 0: none. */
RepVersion ana_clients_newest(AnaInvariants *self, const AnaReplica *node, guint64 upto,
                              guint64 key);

/* Each but the first listens before the logs do: what it is told of has not been noted there yet.
 */
void ana_settled_init(AnaInvariants *self);
void ana_settled_clear(AnaInvariants *self);
/* Listens after the logs. */
void ana_settled_observe(AnaInvariants *self, const RepObservation *seen);
/* Has every member shown the entry at one moment? Then it is decided, whether the leader has been
 * told or not, and whatever becomes of them later. */
gboolean ana_settled_has(AnaInvariants *self, RepVersion entry);

void ana_acks_init(AnaInvariants *self);
void ana_acks_clear(AnaInvariants *self);
void ana_acks_observe(AnaInvariants *self, const RepObservation *seen);
/* The leadership has begun, and nobody has told it anything but what waited to be read. */
void ana_acks_begin(AnaInvariants *self, int leader);
/* Has the follower told the leader that it has the entry? */
gboolean ana_acks_cover(const AnaInvariants *self, int leader, int follower, guint64 index);

void ana_in_sync_init(AnaInvariants *self);
void ana_in_sync_clear(AnaInvariants *self);
void ana_in_sync_observe(AnaInvariants *self, const RepObservation *seen);

/* Listens to what clients see, and judges it at the end. */
void ana_linear_init(AnaInvariants *self);
void ana_linear_clear(AnaInvariants *self);
void ana_linear_observe(AnaInvariants *self, const RepObservation *seen);
void ana_linear_finish(AnaInvariants *self);

void ana_elections_init(AnaInvariants *self);
void ana_elections_clear(AnaInvariants *self);
void ana_elections_observe(AnaInvariants *self, const RepObservation *seen);
/* Have monitors granted the node that it leads again in the term? Nobody compared logs then. */
gboolean ana_elections_are_granted(const AnaInvariants *self, int leader, guint32 term);

void ana_leases_init(AnaInvariants *self);
void ana_leases_clear(AnaInvariants *self);
void ana_leases_observe(AnaInvariants *self, const RepObservation *seen);

void ana_ranks_init(AnaInvariants *self);
void ana_ranks_clear(AnaInvariants *self);
void ana_ranks_observe(AnaInvariants *self, const RepObservation *seen);

void ana_returns_init(AnaInvariants *self);
void ana_returns_clear(AnaInvariants *self);
void ana_returns_observe(AnaInvariants *self, const RepObservation *seen);

void ana_sessions_init(AnaInvariants *self);
void ana_sessions_clear(AnaInvariants *self);
/* Listens after all logs; of the first only. */
void ana_sessions_observe(AnaInvariants *self, const RepObservation *seen);

/* The measures of meter_sessions.c, in their order. */
typedef enum AnaSessionMeasure {
    ANA_SESSION_OWN_WRITES,
    ANA_SESSION_MONOTONIC,
    ANA_SESSION_PREFIX,
    ANA_SESSION_MEASURES
} AnaSessionMeasure;

void ana_tally_init(AnaInvariants *self);
void ana_tally_clear(AnaInvariants *self);
/* Listens after all logs; of the first only. */
void ana_tally_observe(AnaInvariants *self, const RepObservation *seen);
/* Reads of the measured part that could have been late, and that were. FALSE: nobody can say by
 * this account alone. */
gboolean ana_tally_counted(const AnaInvariants *self, AnaSessionMeasure measure, guint64 *due);
gboolean ana_tally_late(const AnaInvariants *self, AnaSessionMeasure measure, guint64 *late);

void ana_wire_init(AnaInvariants *self);
void ana_wire_clear(AnaInvariants *self);
void ana_wire_observe(AnaInvariants *self, const RepObservation *seen);
void ana_wire_finish(AnaInvariants *self);

#endif
