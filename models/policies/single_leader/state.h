/*
 * state.h — the state of the single-leader policy, and what its parts share. Private to this
 * folder and single_leader.c.
 *
 * A RepSingleLeaderState is one partition: one log with its leader and followers, its monitors or
 * elections. Partitions share nodes, disks and connections, which are the world's, and nothing
 * here; single_leader.c hands each callback to the partition it is about.
 *
 * Each node has a RepMember: what it does as a leader, as a follower, and what it believes about
 * who leads. Monitors (failover.h) and elections (raft.h) have their own parts. A part is touched
 * by callbacks on behalf of its own party only, with the two exceptions that stand for something
 * outside the protocol: fencing (somebody pulls the plug) and clients (RepReign).
 */
#ifndef REP_SINGLE_LEADER_STATE_H
#define REP_SINGLE_LEADER_STATE_H

#include "models/policies/single_leader.h"
#include "models/policies/single_leader/ack_rule.h"

enum {
    REP_MESSAGE_ENTRIES,   /* leader to follower: first … last, which end a log of `term`; value:
                              what has committed, where followers show no more */
    REP_MESSAGE_ACK,       /* follower to leader: has everything up to `last` of log `term` */
    REP_MESSAGE_RESUME,    /* follower to leader: its disk ends at `last` of log `term`; value: a
                              RepResume */
    REP_MESSAGE_LEADER,    /* leader to member: I lead in `term`; value 1: resume, please. Also from
                              an upstream: what I send is of `term` now */
    REP_MESSAGE_HEARTBEAT, /* leader to monitor; value: when sent */
    REP_MESSAGE_HEARTBEAT_OK, /* monitor to leader: the same value */
    REP_MESSAGE_DEPOSED,      /* monitor to a leader of an old term: `value` leads in `term` */
    REP_MESSAGE_VOTE,  /* monitor to coordinator: for `term`; node `value` is gone, who led in
                          term `last` */
    REP_MESSAGE_CLAIM, /* returning leader to monitor: may I lead in `term`? */
    REP_MESSAGE_GRANT, /* monitor to returning leader: you may */
    REP_MESSAGE_REQUEST_VOTE, /* raft: candidate to member; last entry is `last` of term `value` */
    REP_MESSAGE_VOTED,        /* raft: member to candidate */
    REP_MESSAGE_SNAPSHOT,     /* leader to follower: everything up to `last` of log `term` */
    REP_MESSAGE_CARRY,    /* member to leader: `first` … `last` of log `term` were cut off here */
    REP_MESSAGE_ASK_VOTE, /* coordinator to monitor: others vote for `term` by now */
    REP_MESSAGE_COMMITTED, /* leader to follower: `value` entries have committed; the same back:
                             heard (on links that lose messages) */
    REP_MESSAGE_CONFIRM,   /* leader to member: do I lead still? `value` is the round */
    REP_MESSAGE_CONFIRMED, /* member to leader: you do, as far as I know */
    REP_MESSAGE_PROBE,     /* clients of a region to node: how far are you? */
    REP_MESSAGE_LAG, /* node to clients: at `first` the last write that I showed was of `value`;
                        term: that I lead in, or 0 */
    REP_MESSAGE_REPORT_RECEIVED, /* follower to leader: has received up to `last`; of a stage that
                                    is not the acknowledgement point */
    REP_MESSAGE_REPORT_FLUSHED,  /* likewise flushed */
    REP_MESSAGE_POLL,            /* follower to whom it follows: anything new? */
    REP_MESSAGE_NOTHING_NEW      /* the answer: no */
};

typedef enum RepResume {
    REP_RESUME_PLAIN,
    REP_RESUME_EMPTY,    /* it has joined, and needs a snapshot */
    REP_RESUME_INSTALLED /* the snapshot is there */
} RepResume;

/* Of a node … */
enum {
    REP_TIMER_ACK, /* the oldest waiting entry has waited long enough */
    REP_TIMER_RESEND,
    REP_TIMER_HEARTBEAT, /* of a leader, or of one that claims to lead again */
    REP_TIMER_ELECTION,  /* raft */
    REP_TIMER_LEASE,     /* of a leader: its lease lapses unless a monitor answers */
    REP_TIMER_HELD,      /* of a replica: a read has been held long enough */
    REP_TIMER_ROUND,     /* of a leader: members have not confirmed it yet, and are asked again */
    REP_TIMER_IN_SYNC, /* of a leader: a member of the in-sync set may have been behind for long */
    REP_TIMER_BATCH,   /* of a leader: the first entry of the batch has waited long enough */
    REP_TIMER_POLL,    /* of a follower: time to poll */
    REP_TIMERS
};

/* … and of a region. */
enum {
    REP_TIMER_SUSPECT,  /* of a monitor: too long without a heartbeat */
    REP_TIMER_REDIRECT, /* its clients hear of the newest leader, if they can */
    REP_TIMER_PROBE     /* its clients ask how far the nodes are */
};

/* Entries that arrived ahead of a gap, on links where messages overtake. */
typedef struct RepRange {
    guint64 first, last;
} RepRange;

/* A read that is answered later (reads.c). */
typedef struct RepHeldRead {
    guint32 handle;
    RepVersion at_least; /* a replica: that it must show … */
    SimTime until;       /* … before this, or the read is handed on; a leader: SIM_NEVER */
    guint64 need;        /* a leader: the entry that it must show … */
    guint64 round;       /* … and the round that must have confirmed it; 0: none */
} RepHeldRead;

/* A leader asks the members whether it leads still; reads that come meanwhile wait for the next
 * round. Rounds count from 1. */
typedef struct RepRounds {
    guint64 newest;     /* begun last */
    guint64 confirmed;  /* by a majority */
    gboolean is_asking; /* `newest` is under way … */
    SimTime asked_at;   /* … since then, by its own clock */
    gboolean *answers;  /* by node: to it */
    guint n_answers;
    SimTime held_from; /* when the last confirmed one began, by its clock; or REP_LEASE_NONE */
} RepRounds;

/* No round was confirmed in this leadership. A clock may be before its 0. */
#define REP_LEASE_NONE G_MININT64

typedef struct RepMember {
    /* what it believes; term and vote are on its disk */
    guint32 term;       /* newest it has heard of */
    int leader;         /* of that term; -1: not known */
    guint32 voted_term; /* raft: last term it voted in … */
    int voted_for;      /* … and for whom */

    /* as a leader */
    gboolean leads;
    gboolean is_fenced;
    RepAckState ack;
    guint64 *sent;        /* per node: shipped up to here */
    guint64 *unchanged;   /* per node: acknowledged when the resend timer last ran */
    guint64 *told;        /* per node: what has committed, as it was told … */
    guint64 *heard;       /* … and as it said it had heard */
    SimTime began;        /* its leadership … */
    guint64 began_with;   /* … with so much on its disk */
    gboolean is_watching; /* somebody of the in-sync set is behind: its timer is set */
    gboolean plans_resend;
    guint64 released;        /* batch: everything up to here was shipped to whoever was there */
    gboolean has_open_batch; /* something waits, and its timer runs */
    guint64 *snapshot_end;   /* per node: one of all entries before this is on its way; 0: none */
    gboolean has_lapsed;     /* its lease has, and observers know it */
    guint64 inherited;       /* a new leader shows this before it answers for all (reads.c) */
    RepRounds rounds;
    SimTime *answered; /* per monitor: sending, by the leader's own clock, of the newest heartbeat
                          that it answered */

    /* as a follower */
    guint64 reported;   /* last position acknowledged to the leader */
    guint64 due;        /* acknowledged after the running flush; 0: nothing is */
    guint32 ahead_term; /* of the ranges below */
    RepRange *ahead;
    guint n_ahead;
    gboolean is_new;     /* it joined, and has no data yet */
    guint32 agreed_term; /* what it has is in the log of this leadership */
    guint32 told_term;   /* in this leadership … */
    guint64 told_upto;   /* … so much has committed, as far as it was told */
    SimTime heard_at;    /* from a leader last, by its own clock */
    SimTime written;     /* when the last entry that it shows became durable; kept for lags only */

    /* reads that it answers later, in the order of their coming; owned */
    RepHeldRead *held;
    guint n_held, held_room;
    SimTime held_due; /* the timer is set to this; SIM_NEVER: it is off */

    /* on the way to lead */
    gboolean claims; /* it led, lost its memory, and asks the monitors */
    guint32 claim_term;
    guint granted;      /* monitors, or raft votes, so far */
    guint64 granted_by; /* bit set of parties modulo 64; with `granted` for up to 64 */
} RepMember;

/* Who leads, as clients learn it. */
typedef struct RepReign {
    int leader;
    SimTime since;
} RepReign;

/* How a node that joins catches up (Raft dissertation §4.2.1): what the leader had when a round
 * began is to be shown; a short round means that the node is of use. */
typedef struct RepRound {
    guint64 target; /* 0: it has no round yet */
    SimTime began;
} RepRound;

typedef struct RepMonitors RepMonitors;
typedef struct RepLags RepLags;
typedef struct RepRelay RepRelay;

/* One partition: its members, its leader, its elections. */
typedef struct RepSingleLeaderState {
    int log;            /* number of the partition */
    int first_leader;   /* … and who leads it at first */
    RepMember *members; /* by node */
    gsize n_nodes;
    RepIdList ids;         /* of the members, ascending */
    gboolean *is_member;   /* by node */
    RepRound *joining;     /* by node: the round of catching up that it is in */
    gboolean *is_joining;  /* by node: has not caught up for the first time; clients and failover
                              pass it by */
    gboolean *in_sync;     /* by node: of the in-sync set; what the controller knows */
    SimSpan resend;        /* 0: nothing is ever lost for good */
    GArray *reigns;        /* RepReign, ascending */
    int *known;            /* by region: the leader its clients know */
    guint32 newest_term;   /* that somebody leads in or was chosen for. Where the old leader is
                              fenced, being chosen earlier means nothing any more */
    RepMonitors *monitors; /* NULL: none */
    RepRelay *relays;      /* by node; NULL: everybody follows the leader */
    const int *upstream;   /* by node, where there are relays; -1: follows the leader */
    RepLags *lags;         /* what clients know of them; NULL: nobody asks */
    SimDist *poll_phase;   /* law of the time until a follower's first poll; NULL: none polls */
} RepSingleLeaderState;

/* The state of the policy: partitions that know nothing of each other. */
typedef struct RepSingleLeader {
    RepSingleLeaderState *logs; /* by number */
    int n;
} RepSingleLeader;

#define REP_EACH_PARTITION(state, one)                                                             \
    for (RepSingleLeaderState *one = ((RepSingleLeader *)(state))->logs,                           \
                              *end_ = one + ((RepSingleLeader *)(state))->n;                       \
         one < end_; one++)

static inline const RepSingleLeaderSetup *rep_policy_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

static inline const RepSingleLeaderSetup *rep_policy_in(RepView *view)
{
    return rep_policy_of(rep_view_setup(view));
}

/* Number of partitions, and who leads one when the run begins. */
int rep_n_partitions(const RepSetup *setup);
int rep_first_leader(const RepSetup *setup, int log);
/* Does the node lead any partition then? */
gboolean rep_leads_at_first(const RepSetup *setup, int node);
/* Leader or follower in the configuration. */
gboolean rep_is_member(const RepSetup *setup, int node);
/* Does the leader stay what it is, whatever happens? */
gboolean rep_leader_is_fixed(const RepSetup *setup);
/* For each member, by name; the body may be a block. */
#define REP_EACH_MEMBER(state, node)                                                               \
    for (int node, place_ = 0;                                                                     \
         place_ < (int)(state)->ids.n && ((node = (state)->ids.ids[place_]), TRUE); place_++)

/* ---- effects, in words -------------------------------------------------------------------- */

/* Bytes that entries first … last of the node's log take in a message, by the kind of log. */
guint64 rep_entry_bytes(const RepSingleLeaderState *state, RepView *view, int node, guint64 first,
                        guint64 last);
/* A message about entries first … last, in the term of the sender's log. */
void rep_say(const RepSingleLeaderState *state, RepView *view, int from, int to, guint8 kind,
             guint64 first, guint64 last, RepEffects *out);
/* A message about a term, with a value; `cause` tells it from others of its kind. */
void rep_tell(const RepSingleLeaderState *state, RepView *view, int from, int to, guint8 kind,
              guint32 term, guint64 value, guint64 cause, RepEffects *out);
void rep_set_timer(const RepSingleLeaderState *state, int party, guint32 timer, SimTime at,
                   RepEffects *out);
void rep_move_to(const RepSingleLeaderState *state, RepEffectKind kind, int node, guint64 index,
                 guint32 term, RepEffects *out);
void rep_answer(const RepSingleLeaderState *state, RepEffectKind kind, int node, guint32 handle,
                RepEffects *out);

/* ---- life (partition.c) ------------------------------------------------------------------- */

void rep_partition_init(RepSingleLeaderState *state, int log, RepView *view, RepEffects *out);
void rep_partition_clear(RepSingleLeaderState *state);
void rep_partition_stopped(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_partition_started(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_partition_disconnected(RepSingleLeaderState *state, RepView *view, int node, int peer,
                                RepEffects *out);
void rep_partition_connected(RepSingleLeaderState *state, RepView *view, int node, int peer,
                             RepEffects *out);

/* ---- the leader (leader.c) ---------------------------------------------------------------- */

/* The node begins to lead in `term`; clients hear of it. */
void rep_leader_begin(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                      RepEffects *out);
/* It leads no longer: it has heard of a newer term, or is fenced. */
void rep_leader_end(RepSingleLeaderState *state, int node, RepEffects *out);
void rep_leader_appended(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                         RepEffects *out);
void rep_leader_flushed(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                        RepEffects *out);
void rep_leader_acknowledged(RepSingleLeaderState *state, RepView *view, int node,
                             const RepMessage *ack, RepEffects *out);
/* A follower connects and says where its disk ends, and in which term. */
void rep_leader_resumes(RepSingleLeaderState *state, RepView *view, int node,
                        const RepMessage *resume, RepEffects *out);
void rep_leader_disconnected(RepSingleLeaderState *state, RepView *view, int node, int follower,
                             RepEffects *out);
void rep_leader_ack_timeout(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_leader_batch_is_due(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_leader_resend(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* A follower asks for what is new. */
void rep_leader_polled(RepSingleLeaderState *state, RepView *view, int node, const RepMessage *poll,
                       RepEffects *out);
/* Commits, shows and answers as far as the rule holds. */
void rep_leader_commit(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

/* ---- what has committed (committed.c) ---------------------------------------------------- */

/* Do followers have to know? */
gboolean rep_committed_matters(RepView *view);
/* The leader tells connected followers, unless entries have just told them. */
void rep_committed_tell(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out);
/* … tells this one, if it has not been told yet. TRUE: it did. */
gboolean rep_committed_tell_one(RepSingleLeaderState *state, RepView *view, int leader,
                                int follower, RepEffects *out);
/* Says it again where it may have been lost. TRUE: an answer is still to come. */
gboolean rep_committed_retell(const RepSingleLeaderState *state, RepView *view, int leader,
                              int follower, RepEffects *out);
/* A follower hears in leadership `term` that entries up to `value` have committed; what it has
 * agrees with that leader's log up to `end`. */
void rep_committed_heard(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                         guint64 value, guint64 end, RepEffects *out);
void rep_committed_arrived(RepSingleLeaderState *state, RepView *view, int node,
                           const RepMessage *message, RepEffects *out);

/* ---- the in-sync set (in_sync.c) ---------------------------------------------------------- */

/* A leadership has begun in place of `before`'s, whose leader leaves the set. */
void rep_in_sync_begin(RepSingleLeaderState *state, RepView *view, int leader, int before,
                       RepEffects *out);
/* There is something new on the leader's disk; a follower is known to have less than before. */
void rep_in_sync_watch(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out);
/* A follower has acknowledged: it may enter. */
void rep_in_sync_noted(RepSingleLeaderState *state, RepView *view, int leader, int follower,
                       RepEffects *out);
void rep_in_sync_timer(RepSingleLeaderState *state, RepView *view, int leader, RepEffects *out);

/* ---- pulling (pull.c) --------------------------------------------------------------------- */

/* Do followers poll? Then nothing leaves for them before they have asked. */
gboolean rep_is_pulled(RepView *view);
void rep_pull_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
void rep_pull_clear(RepSingleLeaderState *state);
/* The node runs (again): it polls from some time within the period on. */
void rep_pull_begin(const RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_pull_timer(const RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* Answers a poll that finds nothing. */
void rep_pull_nothing_new(const RepSingleLeaderState *state, RepView *view, int node,
                          const RepMessage *poll, RepEffects *out);

/* ---- snapshots (snapshot.c) --------------------------------------------------------------- */

typedef struct RepSnapshotFor {
    int sender;   /* a leader, or an upstream … */
    guint32 term; /* … in whose log it all is */
    guint64 *end; /* what the sender keeps of the follower: one of all entries before this is on
                     its way; 0: none */
} RepSnapshotFor;

/* Sends one to a follower that needs entries older than the sender keeps, or has joined with
 * nothing. TRUE: it did, or one is on its way. */
gboolean rep_snapshot_instead(RepSingleLeaderState *state, RepView *view,
                              const RepSnapshotFor *asked, const RepMessage *resume, guint64 agreed,
                              RepEffects *out);
void rep_snapshot_arrived(RepSingleLeaderState *state, RepView *view, int node,
                          const RepMessage *snapshot, RepEffects *out);

/* ---- the follower (follower.c) ------------------------------------------------------------ */

void rep_follower_takes(RepSingleLeaderState *state, RepView *view, int node,
                        const RepMessage *entries, RepEffects *out);
/* It has received, flushed or applied up to `index`: acknowledges where that is the point. */
void rep_follower_reached(RepSingleLeaderState *state, RepView *view, int node, RepAckPoint point,
                          guint64 index, RepEffects *out);
/* Its log was cut and the rest handed over: the leader appends what nothing later replaced. */
void rep_leader_carries(RepSingleLeaderState *state, RepView *view, int node,
                        const RepMessage *carry, RepEffects *out);
/* Readers of the node see up to `index`; one that joins may be of use now. */
void rep_follower_shows(RepSingleLeaderState *state, RepView *view, int node, guint64 index);
/* Asks the leader it believes in to go on from where its disk ends. */
void rep_follower_resume(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* Somebody leads in a term that may be new to the node. TRUE: it is not older than what it knows,
 * and the node follows it now. */
gboolean rep_follower_hears(RepSingleLeaderState *state, RepView *view, int node, guint32 term,
                            int leader, RepEffects *out);

/* ---- reads (reads.c) ---------------------------------------------------------------------- */

void rep_reads_init(RepMember *self);
void rep_reads_clear(RepMember *self);
/* A client asks the node. */
void rep_reads_asked(RepSingleLeaderState *state, RepView *view, int node, const RepRequest *asked,
                     RepEffects *out);
/* The node shows its log up to `index` from now on. */
void rep_reads_shown(RepSingleLeaderState *state, RepView *view, int node, guint64 index,
                     RepEffects *out);
void rep_reads_leading(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_reads_leads_no_more(RepSingleLeaderState *state, int node, RepEffects *out);
/* The node died: whoever waits gets no answer. */
void rep_reads_stopped(RepSingleLeaderState *state, int node, RepEffects *out);
void rep_reads_confirm(RepSingleLeaderState *state, RepView *view, int node,
                       const RepMessage *question, RepEffects *out);
void rep_reads_confirmed(RepSingleLeaderState *state, RepView *view, int node,
                         const RepMessage *answer, RepEffects *out);
void rep_reads_held_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
void rep_reads_round_timer(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);
/* Do promises to sessions or the rule of reads make it look at reads at all? */
gboolean rep_reads_are_plain(const RepSetup *setup);

/* ---- lags (lags.c) ------------------------------------------------------------------------ */

void rep_lags_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
void rep_lags_free(RepLags *lags);
void rep_lags_timer(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out);
void rep_lags_note(RepSingleLeaderState *state, RepView *view, int node, guint64 index);
void rep_lags_probed(RepSingleLeaderState *state, RepView *view, int node,
                     const RepMessage *question, RepEffects *out);
void rep_lags_hear(RepSingleLeaderState *state, RepView *view, int region,
                   const RepMessage *answer);
/* Do the clients of the region believe that the node lags no more than max_lag? */
gboolean rep_lags_allow(const RepSingleLeaderState *state, RepView *view, int region, int node);

/* ---- routing (routing.c) ------------------------------------------------------------------ */

int rep_single_leader_route(const RepSingleLeaderState *state, RepView *view,
                            const RepRoute *route);
/* May the node ever be the one that answers a read? */
gboolean rep_single_leader_answers(const RepSetup *setup, int node);
/* Who leads, as the clients of a region know it; region -1: the newest leader. */
int rep_known_leader(const RepSingleLeaderState *state, int region);
/* A leadership begins: clients hear of it, each region when its `redirect` has passed … */
void rep_clients_redirect(RepSingleLeaderState *state, RepView *view, RepEffects *out);
/* … or, where the leader cannot be reached then, once it can. */
void rep_redirect_timer(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out);

#endif
