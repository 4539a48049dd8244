/*
 * invariants.h — what must be true of every run, whatever goes wrong in it.
 *
 * An observer that keeps its own account of a run (who holds which entries, who leads, what was
 * promised to whom, what is on the wire) from nothing but observations, and compares. It shares no
 * code with the models or the meters, so that one mistake cannot hide another. The first violation
 * is kept, in words with its simulated time; after it the checker listens no more, because its own
 * account may be wrong from there on.
 *
 * It keeps whole histories: for tests and short runs. Partitions know nothing of each other, so
 * each log has a checker of its own, which sees what is about that log.
 *
 * When may an acknowledged write not be lost (semantics §4)? Two rules are checked at the moment
 * when somebody begins to lead:
 *
 *   new-leader-has-all   where AnaRules.elects_complete is set: entries commit when leader and
 *       followers that have them on disk are so many that any majority of the members contains one
 *       of them, the rule never falls back, no disk is wiped, and a majority elects only whom its
 *       members find as complete as themselves (raft). Then whoever leads in a later term has every
 *       entry that was ever committed (Raft §5.4.3, "leader completeness").
 *
 *   furthest-promoted    where AnaRules.promotes_furthest is set: monitors promote the most caught
 *       up, fence the old leader, and no link ever loses or stops anything. Then the promoted node
 *       has everything committed in the term before that some other node has had on its disk since
 *       before the decision, unless that node was not running meanwhile or led before. So a write
 *       that K followers confirmed survives the loss of any K nodes.
 *
 * A leader that commits before its own flush (acks_unflushed) does not count for the first; for the
 * second, one that is granted that it leads again begins where its disk ends.
 *
 * Both say what the whole run must show as well: nothing-lost.
 *
 * Who decides, and what a promise rests on, is judged by messages that really arrived, never by
 * what a node believes. Where a bound is needed for what cannot be seen (a monitor that votes at
 * itself sends nothing), it is the one that favours the run:
 *
 *   acknowledged-by-rule a follower that has an entry counts when its word has arrived, and no
 *       longer than until it says that it has less.
 *
 *   majority-decides     AnaRules.decides says who. Each of them is for one candidate a term. A
 *       monitor is for another leader only after `detect` without a heartbeat, and its voice counts
 *       at the coordinator until that one hears of a newer leadership.
 *
 *   lease-holds          a lease lasts until AnaRules.lease after the sending of the newest
 *       heartbeats that a majority of monitors has answered; then it lapses, and no write is taken.
 *
 *   most-caught-up       where AnaRules.ranks_candidates is set: at the decision no other node that
 *       runs is further, by the term of its last entry on disk and then by position. Judged where
 *       no link is cut between the earliest instant of the decision and the promotion.
 *
 *   tail-is-cut          a follower that tells the leader where its log ends, and has entries that
 *       the leader's log lacks, gets an answer at once, new writes or not: only from that can it
 *       know what to cut off. Not judged where stages have to be woken.
 *
 *   in-sync-confirms     every follower of the in-sync set has told the leader that it has what
 *       commits; while the set is too small nothing commits and nothing is appended for clients.
 *
 *   in-sync-changes      who leaves lacked an entry that had been on the leader's disk for
 *       AnaRules.in_sync_evict, and the leadership was as old; or one has just begun. Who enters
 *       has said that it has what has committed.
 *
 *   reports-are-true     an acknowledgement or report that leaves names no entry that its sender
 *       has not received, flushed or applied; where reports come in turn, none of what is applied
 *       leaves during a flush.
 *
 *   entries-are-asked    AnaRules.asks: entries, or the news of what has committed, leave for a
 *       follower in the instant in which its poll, or its resuming, arrived. Not judged where
 *       stages have to be woken.
 *
 *   shows-committed      AnaRules.shows_committed: what a follower shows has committed before, in
 *       the log of some leader.
 *
 *   shown-stays          AnaRules.keeps_shown: no truncation removes what a node has shown.
 *
 *   linearizable         AnaRules.is_linearizable: an order explains what clients saw
 * (linearizable.h), of the first 20,000 operations of each log.
 *
 *   reads-own-writes and the other promises to sessions: where AnaRules.sessions says so. A version
 *       that the log of a later leader lacks is lost, and no promise is about it.
 *
 *   read-stays-read      AnaVersionRules.reads_repair: what a read returned is covered by every
 *       read of the key that begins when it has been answered.
 *
 *   causes-first         AnaVersionRules.causes_first: no node shows a write of another before all
 *       that it follows of what had arrived at who took it.
 *
 *   hint-stays           AnaVersionRules.hints_kept: who runs drops a hint when its target shows
 *       the write, or something that replaced it; or when it is that old.
 *
 *   later-write-stands   keep-and-conflict: of two writes to a key neither of which had seen the
 *       other, the one that became durable later stands.
 */
#ifndef ANA_INVARIANTS_H
#define ANA_INVARIANTS_H

#include "analysis/meters.h"
#include "models/observation.h"

typedef enum AnaInvariant {
    ANA_TIME_ORDER,           /* time never goes back */
    ANA_ONE_OUTCOME,          /* an operation begins once and ends once */
    ANA_OUTCOME_HAS_CAUSE,    /* it succeeds only by an answer that arrived */
    ANA_ONE_LEADER_A_TERM,    /* … and terms grow at every node */
    ANA_ONE_LEADER_AT_A_TIME, /* where the old leader is fenced for sure */
    ANA_LOG_PREFIX,         /* what a follower takes continues what it has, in that leader's log */
    ANA_POSITIONS_IN_ORDER, /* received, flushed, applied: without gaps, one after the other */
    ANA_SILENT_WHILE_STOPPED,  /* a dead or paused node does nothing */
    ANA_ACKNOWLEDGED_BY_RULE,  /* an entry commits when as many have it as the rule demands */
    ANA_ANSWERED_AFTER_COMMIT, /* a client hears of its write after that, and of its own write */
    ANA_APPENDED_ONCE,         /* a write is not appended to a log that has it */
    ANA_READ_WHAT_IS_SHOWN,    /* a read returns the newest version the node shows */
    ANA_NEW_LEADER_HAS_ALL,
    ANA_FURTHEST_PROMOTED,
    ANA_MAJORITY_DECIDES, /* a leadership was voted for by a majority, each with one voice */
    ANA_LEASE_HOLDS,      /* writes are taken under a lease that a majority answers for */
    ANA_MOST_CAUGHT_UP,
    ANA_TAIL_IS_CUT,        /* a returning node hears what its leader's log has not */
    ANA_LATER_WRITE_STANDS, /* of two writes that conflict */
    ANA_READS_OWN_WRITES,   /* … so long as the session is promised that */
    ANA_READS_MONOTONIC,
    ANA_READS_PREFIX,
    ANA_READS_NEWEST,       /* a leader that makes sure shows what was acknowledged before */
    ANA_WRITES_IN_ORDER,    /* of a session */
    ANA_SESSION_STAYS,      /* at its replica, while that answers */
    ANA_NOTHING_LOST,       /* nothing committed is missing at the end, where a rule forbids it */
    ANA_SHOWS_COMMITTED,    /* a follower shows nothing that has not committed, where it should */
    ANA_IN_SYNC_CONFIRMS,   /* all of the in-sync set have what commits, and are enough */
    ANA_IN_SYNC_CHANGES,    /* who leaves it was behind for long, who enters has what committed */
    ANA_IN_SYNC_LEADS,      /* who is promoted is of the set, where the rule asks for it */
    ANA_REPORTS_ARE_TRUE,   /* a follower says no more than it has, and when it may */
    ANA_ENTRIES_ARE_ASKED,  /* where followers poll, nothing leaves for them before they have */
    ANA_SHOWN_STAYS,        /* … and nothing that is taken back, where nothing may be lost */
    ANA_LINEARIZABLE_RUN,   /* what clients saw has an order */
    ANA_VERSIONS_IN_ORDER,  /* a node stores what was written, once, and drops what it has */
    ANA_FOLLOWS_SHOWN,      /* a blind write follows all that its acceptor shows of the key */
    ANA_SIBLINGS_STAY,      /* a version gives way to one that follows it only, where promised */
    ANA_LARGER_STAMP_STAYS, /* … or to a larger stamp, where stamps decide */
    ANA_QUORUMS_MEET,       /* a read sees what was acknowledged, where quorums must meet */
    ANA_READ_STAYS_READ,    /* … and what an earlier read saw, where reads repair first */
    ANA_CAUSES_FIRST,       /* causal delivery: nothing is shown before what it rests on */
    ANA_HINT_STAYS,         /* a hint is given up when its target has it, or when it is old */
    ANA_MESSAGES_CONSERVED, /* sent = delivered + dropped + in flight, each once, when planned */
    ANA_REPLICAS_EQUAL,     /* after a drained run live replicas hold and show the same */
    ANA_COMES_TO_REST,      /* a run whose faults are over drains */
    ANA_METERS_SUM_UP,      /* totals of the meters are what was observed */
    ANA_INVARIANTS
} AnaInvariant;

/* "one-leader-a-term", and a sentence. */
const char *ana_invariant_name(AnaInvariant invariant);
const char *ana_invariant_claim(AnaInvariant invariant);

typedef enum AnaPoint { ANA_POINT_RECEIVED, ANA_POINT_FLUSHED, ANA_POINT_APPLIED } AnaPoint;

/* Who agrees that somebody leads, after the first. */
typedef enum AnaDeciders {
    ANA_DECIDED_ANYHOW, /* by hand, or by nobody */
    ANA_DECIDED_BY_MONITORS,
    ANA_DECIDED_BY_MEMBERS
} AnaDeciders;

/* What sessions are promised. */
typedef struct AnaSessionRules {
    SimSpan own_writes;  /* reads show the session's acknowledged writes so long after the last
                            acknowledgement; 0: never, SIM_NEVER: always */
    gboolean reads;      /* … what it has read of the key … */
    gboolean causes;     /* … and all that the log had before anything that it has read */
    gboolean writes;     /* what is acknowledged to it stands in its order */
    gboolean keeps_node; /* it reads from one node while that answers, and finds no less there */
    gboolean newest;     /* a read shows all that was acknowledged to anybody before it began */
} AnaSessionRules;

/* Which RepMessageKind says what. */
typedef struct AnaKinds {
    guint8 vote;         /* monitor to coordinator: the leader of term `last` be replaced */
    guint8 grant;        /* monitor to a node that asked */
    guint8 heartbeat;    /* leader to monitor */
    guint8 answer;       /* monitor to leader: of a heartbeat */
    guint8 request_vote; /* candidate to member, and its own vote */
    guint8 voted;        /* member to candidate */
    guint8 ack;          /* follower to leader: has everything up to `last` */
    guint8 resume;       /* follower to leader: where its log ends */
    guint8 entries, snapshot;
    guint8 report_received, report_flushed; /* follower to leader: of another stage; 0: none */
    guint8 poll;                            /* follower to whom it follows: anything new? */
    guint8 committed;                       /* … and what is there has committed */
} AnaKinds;

/* What is promised where there is no one log. */
typedef struct AnaVersionRules {
    gboolean follows_shown;  /* whoever accepts a write knows what he shows of its key */
    gboolean keeps_siblings; /* a version gives way to one that follows it, and to no other */
    gboolean shows_one;      /* readers get one version, whatever there is */
    gboolean stamps_order;   /* the larger stamp stays */
    gboolean quorums_meet;   /* each read meets each acknowledged write at some replica */
    gboolean reads_repair;   /* … and each read before it, which made equal what it counted */
    gboolean causes_first;   /* a write of another leader waits for what it rests on */
    SimSpan hints_kept;      /* a hint is given up when so old; 0: nobody can say */
    gboolean converges;      /* after a drained run live replicas hold the same */
    gboolean (*keeps)(const void *data, int node, guint64 key);
    const void *keeps_data;
} AnaVersionRules;

/* What the run has promised. Borrowed; by node where there is a list. */
typedef struct AnaRules {
    const char *const *nodes; /* names */
    gsize n_nodes;
    gsize n_logs;            /* partitions; 0 is 1 */
    const gboolean *members; /* keeps a copy of each log */

    const gboolean *confirms; /* counts for the acknowledgement rule */
    const int *upstream;      /* … while it follows nobody but the leader: whom it follows where
                                 that is another follower, -1 elsewhere; NULL: nobody does */
    const guint *groups;      /* … in this group, below n_groups */
    guint n_groups;
    guint64 confirmations;    /* so many of each group before an entry commits */
    gboolean leader_confirms; /* a leader among them counts as one, but not who led first */
    int first_leader;
    AnaPoint point;           /* what a follower must have done */
    const gboolean *joins;    /* comes later, and is passed by until it has caught up */
    const gboolean *delayed;  /* shows entries later than it could */
    gboolean spares_joining;  /* those, and who lost its disk, need not confirm */
    gboolean spares_previous; /* the leader before need not confirm until it has caught up */
    gboolean acks_unflushed;  /* the leader commits and shows what is not on its disk yet */
    gboolean reports_in_turn; /* acknowledgements of what is applied wait for the end of a flush */
    guint64 in_sync_min;    /* 0: there is no in-sync set; else so many members, with the leader */
    SimSpan in_sync_evict;  /* so long behind, a follower leaves it */
    gboolean in_sync_leads; /* nobody else is promoted */
    gboolean asks;          /* followers poll */
    gboolean shows_committed; /* followers show what has committed */
    gboolean keeps_shown;     /* … and that is never lost */
    gboolean
        is_linearizable;    /* only the leader answers reads, and nothing that it showed is lost */
    gboolean may_fall_back; /* after a timeout the rule may be suspended */

    gboolean fences;            /* never two leaders at one moment */
    gboolean commits_own_term;  /* entries of earlier terms commit only with one of its own */
    gboolean elects_complete;   /* see above */
    gboolean dead_may_keep;     /* what nobody else has may be on a node that never returns */
    gboolean promotes_furthest; /* see above */
    SimSpan promotion_min, promotion_max; /* from the decision to the beginning */
    gboolean ranks_candidates;            /* see above */
    gboolean limits_lag;                  /* whoever lags too far is not promoted */
    AnaDeciders decides;
    const gboolean *monitors; /* by region; whose agent is party n_nodes + region */
    gsize n_regions;
    SimSpan detect;        /* a monitor suspects whom it has not heard for so long */
    SimSpan lease;         /* 0: leaders have none */
    const SimSpan *leases; /* by node: how long it takes by the leader's clock; SIM_NEVER: nobody
                              can say. NULL: by all as long as it says */
    AnaSessionRules sessions;
    AnaKinds kinds;
    const gboolean *cuts; /* by fault: it keeps messages from arriving */
    gboolean wakes;       /* stages have to be woken: what arrives is not dealt with at once */
    gboolean must_rest;   /* the run has to drain */
    guint64 routine;      /* bit set of RepMessageKind that may be on their way in a run at rest */
    guint64 overtaking;   /* likewise: those that overtake others even so */
    gboolean delays_are_fifo; /* between two parties messages arrive in the order of sending */
    SimTime warmup, duration;
    const AnaVersionRules *versions; /* NULL: there is one log */
} AnaRules;

typedef struct AnaInvariants AnaInvariants;

/* The rules are borrowed, and must live as long. */
AnaInvariants *ana_invariants_new(const AnaRules *rules);
void ana_invariants_free(AnaInvariants *invariants);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaInvariants, ana_invariants_free)

/* It must see a run from its start to REP_PHASE_END. */
RepObserver ana_invariants_observer(AnaInvariants *invariants);

/* After the run: compares the meters' totals. */
void ana_invariants_compare(AnaInvariants *invariants, const AnaPlan *plan, const AnaCell *cells);

/* NULL: all hold so far. Owned by the checker. */
typedef struct AnaViolation {
    AnaInvariant invariant;
    SimTime at;
    char *text; /* one sentence, without the time */
} AnaViolation;

const AnaViolation *ana_invariants_violation(const AnaInvariants *invariants);

#endif
