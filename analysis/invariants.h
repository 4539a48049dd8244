/*
 * invariants.h — what must be true of every run, whatever goes wrong in it.
 *
 * An observer that keeps its own account of a run (who holds which entries, who leads, what was
 * promised to whom, what is on the wire) from nothing but observations, and compares. It shares no
 * code with the models or the meters, so that one mistake cannot hide another. The first violation
 * is kept, in words with its simulated time; after it the checker listens no more, because its own
 * account may be wrong from there on.
 *
 * It keeps whole histories: for tests and short runs.
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
 * Both say what the whole run must show as well: nothing-lost.
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
    ANA_NOTHING_LOST,       /* nothing committed is missing at the end, where a rule forbids it */
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

/* What the run has promised. Borrowed; by node where there is a list. */
typedef struct AnaRules {
    const char *const *nodes; /* names */
    gsize n_nodes;
    const gboolean *members; /* keeps a copy of the log */

    const gboolean *confirms; /* counts for the acknowledgement rule */
    guint64 confirmations;    /* so many of them before an entry commits */
    gboolean leader_confirms; /* a leader among them counts as one */
    AnaPoint point;           /* what a follower must have done */
    const gboolean *joins;    /* comes later, and is passed by until it has caught up */
    const gboolean *delayed;  /* shows entries later than it could */
    gboolean spares_joining;  /* those need not confirm */
    gboolean spares_previous; /* the leader before need not confirm until it has caught up */
    gboolean may_fall_back;   /* after a timeout the rule may be suspended */

    gboolean fences;            /* never two leaders at one moment */
    gboolean commits_own_term;  /* entries of earlier terms commit only with one of its own */
    gboolean elects_complete;   /* see above */
    gboolean promotes_furthest; /* see above */
    SimSpan promotion_max;      /* from the decision to the beginning */
    gboolean must_rest;         /* the run has to drain */
    guint64 routine;    /* bit set of RepMessageKind that may be on their way in a run at rest */
    guint64 overtaking; /* likewise: those that overtake others even so */
    gboolean delays_are_fifo; /* between two parties messages arrive in the order of sending */
    SimTime warmup, duration;
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
