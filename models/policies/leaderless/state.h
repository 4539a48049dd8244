/*
 * state.h — private to the leaderless policy: what coordinators and replicas remember.
 *
 * A coordination is one attempt of one operation at its coordinator: whom it asked, who answered
 * with what. It lives until all have answered, or until no client can still wait for it and late
 * answers are no longer looked at (`life`: the longest timeout of any client).
 *
 * coordinator.c asks, counts (by quorum.c) and answers; repair.c deals with what a read has shown
 * to be old; wars.c says when a read would have been fresh; replica.c is the other side; handoff.c
 * keeps and replays hints; entropy.c compares replicas in the background; seen.c is what sessions
 * that coordinate by themselves remember.
 */
#ifndef REP_LEADERLESS_STATE_H
#define REP_LEADERLESS_STATE_H

#include "models/policies/leaderless/placement.h"

#include "sim/pool.h"
#include "sim/ring.h"

#define REP_REPLICAS_MAX 64

/* Tokens of what waits for the disk: a hint; odd: a coordination's name << 1 | 1; otherwise an
 * answer that is owed. */
#define REP_LL_TOKEN_HINT G_MAXUINT64

typedef enum RepLeaderlessMessage {
    REP_LL_WRITE,    /* set; value: node + 1 for which the receiver stands in, or 0 */
    REP_LL_WRITE_OK, /* set: to the step of a script, what the replica has of the key */
    REP_LL_READ,     /* first: key */
    REP_LL_READ_OK,  /* set */
    REP_LL_HINT,     /* set; value: node + 1 for which the receiver keeps it */
    REP_LL_REPAIR,   /* set; value 1: it is waited for */
    REP_LL_REPAIR_OK,
    REP_LL_HINTED, /* set: what another kept for the receiver; last: its place among the hints */
    REP_LL_HINTED_OK,
    REP_LL_COMPARE,   /* anti-entropy: send me what I lack; value 1: and I will do the same */
    REP_LL_DIFFERENCE /* set */
} RepLeaderlessMessage;

enum {
    REP_LL_TIMER_EXPIRE,
    REP_LL_TIMER_HEDGE,
    REP_LL_TIMER_REPLAY,
    REP_LL_TIMER_PURGE,
    REP_LL_TIMER_COMPARE,
    REP_LL_TIMERS
};

typedef struct RepAsked {
    int node;
    gint32 instead_of; /* replica for which it stands in; -1: it is one */
    guint32 set;       /* what it answered with; kept */
    guint8 has_answered;
    guint8 counted; /* how often its answer counts: never or once */
} RepAsked;

/* wars: the latest acknowledged write of a key. */
typedef struct RepLatest {
    int client;
    guint64 number;
    guint attempt;
    SimTime written_at, acknowledged_at;
} RepLatest;

typedef struct RepCoordination {
    guint32 number, generation; /* its name; the generation tells a reused record */
    RepRequest request;
    int party;
    SimTime began;
    guint32 n_asked, n_answered;
    guint32 n_spare;     /* further ones in `asked`, whom only a hedge asks */
    guint32 n_repairing; /* read_repair: blocking: repairs that the answer waits for */
    guint32 set;         /* write: its own; read: the join of what was counted; kept */
    guint32 shown;       /* write, once answered: what its author is shown; kept */
    guint8 is_used;
    guint8 is_open;     /* the client has no answer yet */
    guint8 is_compared; /* late answers are compared with the others */
    guint8 has_latest;
    RepLatest latest; /* wars: when the read began */
    RepAsked asked[]; /* one for each replica */
} RepCoordination;

/* Coordinations in the order in which something falls due; all after the same span. */
typedef struct RepDue {
    SimTime at;
    guint64 name;
} RepDue;

typedef struct RepTombstone {
    guint64 key;
    SimTime due;
} RepTombstone;

/* Hints of a node for one target on their way: they are numbered as the store does. */
typedef struct RepReplay {
    guint64 first; /* the oldest that is kept */
    guint64 next;  /* the first not yet sent */
    SimRing marks; /* guint8 per hint that was sent and is still kept: it has arrived */
    SimTime sent_at;
} RepReplay;

typedef struct RepParty {
    SimRing expiring, hedging; /* RepDue */
    guint64 said;              /* numbers the messages that are about no operation */
    /* a node's: */
    RepReplay *replay;      /* per target; NULL: none yet */
    SimTime replays_at;     /* its timer; SIM_NEVER: it has no hints to see to */
    SimTime replay_free_at; /* no earlier, by the rate of replay */
    SimRing tombstones;     /* RepTombstone */
    int compared_with;      /* its partner in the last comparison */
} RepParty;

#define REP_NEVER_LOOKED G_MAXUINT64

typedef struct RepLeaderless {
    const RepLeaderlessSetup *setup;
    RepRing ring;
    gsize n_parties, n_nodes;
    RepParty *parties;
    SimSpan *p50; /* [party * n_nodes + node]; NULL: nobody asks */
    SimPool coordinations;
    guint32 begun; /* generation of the next one */
    SimPool owed;  /* RepMessage: what a replica answers when it is on its disk; to -1: free */
    SimSpan life;
    struct { /* the round of anti-entropy at the end */
        gboolean began;
        gboolean failed;         /* a node has stopped since */
        guint64 n_sent, n_heard; /* messages since */
        guint n_rounds;
        guint64 looked_at; /* n_sent + n_heard when replicas were compared … */
        gboolean differ;   /* … with this result */
    } last_round;
    struct RepSeen *seen; /* what sessions saw last; NULL: nobody asks */
    GHashTable *latest;   /* wars: RepLatest by key; only looked up */
} RepLeaderless;

/* Does the client group follow a script? Its writes are answered with what there is of the key. */
static inline gboolean rep_is_scripted(RepView *view, int client)
{
    return rep_view_setup(view)->clients[client].script.n > 0;
}

/* ---- coordinator.c ------------------------------------------------------------------------ */

void rep_coordinate(RepLeaderless *state, RepView *view, int party, const RepRequest *request,
                    RepEffects *out);
/* An answer to a coordinator has come. */
void rep_coordinate_answered(RepLeaderless *state, RepView *view, int party,
                             const RepMessage *message, RepEffects *out);
/* What it stored itself is on its disk. */
void rep_coordinate_stored(RepLeaderless *state, RepView *view, int node, guint64 name,
                           RepEffects *out);
void rep_coordinate_expire(RepLeaderless *state, RepView *view, int party, RepEffects *out);
void rep_coordinate_hedge(RepLeaderless *state, RepView *view, int party, RepEffects *out);
/* The node stopped: its coordinations are forgotten. */
void rep_coordinate_stop(RepLeaderless *state, RepView *view, int node, RepEffects *out);

/* Messages and tokens name a coordination so; NULL: it is over. */
guint64 rep_coordination_name(const RepCoordination *one);
RepCoordination *rep_coordination_find(const RepLeaderless *state, guint64 name);
RepMessage rep_coordination_message(RepView *view, const RepCoordination *one, guint8 kind, int to);
/* The i-th has answered with `set` (read), or has stored the write. */
void rep_coordination_counted(RepLeaderless *state, RepView *view, RepCoordination *one, guint32 i,
                              guint32 set, RepEffects *out);
/* Somebody who has the write keeps it for `target`. */
void rep_coordination_hint(RepLeaderless *state, RepView *view, RepCoordination *one, int target,
                           guint8 line, RepEffects *out);

/* ---- quorum.c ----------------------------------------------------------------------------- */

gboolean rep_quorum_is_met(const RepLeaderless *state, RepView *view, const RepCoordination *one);
/* Would it be, if all that are asked answered? */
gboolean rep_quorum_can_be_met(const RepLeaderless *state, RepView *view,
                               const RepCoordination *one);

/* ---- repair.c ----------------------------------------------------------------------------- */

/* Is the read one of the share whose answers are compared? */
gboolean rep_repair_is_due(const RepLeaderless *state, RepView *view, const RepCoordination *one);
/* Whoever answered with less than all answers together gets the rest. `is_awaited`: the client's
 * answer waits for it (n_repairing). */
void rep_repair(RepLeaderless *state, RepView *view, RepCoordination *one, gboolean is_awaited,
                RepEffects *out);

/* ---- wars.c ------------------------------------------------------------------------------- */

const SimDist *rep_wars_law(const RepSetup *setup, guint8 kind);
void rep_wars_acknowledged(RepLeaderless *state, RepView *view, const RepCoordination *one);
void rep_wars_read(RepLeaderless *state, RepCoordination *one);
void rep_wars_answer(RepLeaderless *state, RepView *view, const RepCoordination *one,
                     RepEffects *out);

/* ---- replica.c ---------------------------------------------------------------------------- */

/* STORE, by `token`; deleted keys are purged in their time. */
void rep_store(RepLeaderless *state, RepView *view, int node, guint32 set, guint64 token,
               RepEffects *out);
void rep_replica_message(RepLeaderless *state, RepView *view, int node, const RepMessage *message,
                         RepEffects *out);
void rep_replica_stored(RepLeaderless *state, RepView *view, int node, guint64 token,
                        RepEffects *out);
void rep_replica_purge(RepLeaderless *state, RepView *view, int node, RepEffects *out);
/* When replicas forget what such a set says: SIM_NEVER where it is not only deletes. */
SimTime rep_purge_time(const RepLeaderless *state, RepView *view, guint32 set);
void rep_replica_stop(RepLeaderless *state, int node);

/* ---- handoff.c ---------------------------------------------------------------------------- */

void rep_handoff_keep(RepLeaderless *state, RepView *view, int node, int target, guint32 set,
                      RepEffects *out);
/* A hint is on the disk, or a target can be reached again: replays what it can. */
void rep_handoff_kick(RepLeaderless *state, RepView *view, int node, RepEffects *out);
void rep_handoff_tick(RepLeaderless *state, RepView *view, int node, RepEffects *out);
void rep_handoff_arrived(RepLeaderless *state, RepView *view, int node, int target, guint64 place,
                         RepEffects *out);
void rep_handoff_stop(RepLeaderless *state, RepView *view, int node);
/* Is there a hint whose target can be reached? */
gboolean rep_handoff_is_pending(const RepLeaderless *state, RepView *view);

/* ---- entropy.c ---------------------------------------------------------------------------- */

void rep_entropy_begin(RepLeaderless *state, RepView *view, int node, RepEffects *out);
void rep_entropy_tick(RepLeaderless *state, RepView *view, int node, RepEffects *out);
void rep_entropy_compare(RepLeaderless *state, RepView *view, int node, const RepMessage *message,
                         RepEffects *out);
/* Can all nodes that are up compare with each other? */
gboolean rep_entropy_can_reach_all(const RepLeaderless *state, RepView *view);
/* A message of anti-entropy has arrived. */
static inline void rep_entropy_heard(RepLeaderless *state)
{
    state->last_round.n_heard++;
}
/* Nothing is on its way: did the last round lose something, so that replicas still differ? */
gboolean rep_entropy_is_due_again(RepLeaderless *state, RepView *view);
/* Every node that runs compares with every other. */
void rep_entropy_force(RepLeaderless *state, RepView *view, RepEffects *out);

/* ---- seen.c ------------------------------------------------------------------------------- */

struct RepSeen *rep_seen_new(void);
void rep_seen_free(struct RepSeen *seen);
/* The set that the session saw last of the key; 0: none. */
guint32 rep_seen_find(const struct RepSeen *seen, int client, int session, guint64 key);
void rep_seen_note(struct RepSeen *seen, RepView *view, int client, int session, guint64 key,
                   guint32 set);

#endif
