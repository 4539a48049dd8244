/*
 * state.h — the state of the chain policy, and what its parts share. Private to this folder and
 * chain.c.
 *
 * Configurations are numbered from 1 and never change; messages carry the number, which stands for
 * the list of nodes. A member is touched on behalf of its own node only, with one exception that
 * stands for something outside the protocol: fencing (somebody pulls the plug).
 */
#ifndef REP_CHAIN_STATE_H
#define REP_CHAIN_STATE_H

#include "models/policies/chain.h"

enum {
    REP_CHAIN_ENTRIES,      /* to the successor: first … last of the log of `term` */
    REP_CHAIN_RESUME,       /* to the predecessor: the disk ends at `last` of log `term` */
    REP_CHAIN_SNAPSHOT,     /* to who joins with nothing: all up to `last` of log `term` */
    REP_CHAIN_ACK,          /* to the predecessor: the tail has everything up to `last` */
    REP_CHAIN_COMMITTED,    /* tail to head: the same */
    REP_CHAIN_QUERY,        /* to the tail: what has committed? `first` is the question */
    REP_CHAIN_ANSWER,       /* everything up to `last` has, or may have */
    REP_CHAIN_HEARTBEAT,    /* node to master; the mark is a RepChainMark */
    REP_CHAIN_CONFIG,       /* master to node: this is the configuration */
    REP_CHAIN_CLIENTS,      /* master to the clients of a region: the same */
    REP_CHAIN_CLIENTS_KNOW, /* … and back */
    REP_CHAIN_KINDS
};

/* In RepMessage.value: number of the configuration * 4 + mark. */
typedef enum RepChainMark {
    REP_CHAIN_PLAIN,
    REP_CHAIN_EMPTY,     /* it joins, or lost its disk, and has nothing */
    REP_CHAIN_RESTARTED, /* a head that has restarted: may it lead? */
    REP_CHAIN_CAUGHT_UP  /* whoever joins has what the tail has; a tail, all of the one before */
} RepChainMark;

enum {
    REP_CHAIN_TIMER_HEARTBEAT, /* of a node */
    REP_CHAIN_TIMER_RESEND,    /* of a node, where links lose messages for good */
    REP_CHAIN_TIMER_SUSPECT,   /* of the master: a node may be gone */
    REP_CHAIN_TIMER_TAKES,     /* … and now is removed */
    REP_CHAIN_TIMER_TELL,      /* of the master: clients may not have heard */
    REP_CHAIN_TIMERS
};

typedef struct RepChainConfig {
    int *nodes; /* owned: the chain, and behind it those who join */
    guint n, n_joining;
} RepChainConfig;

typedef enum RepChainRole { REP_CHAIN_OUT, REP_CHAIN_JOINS, REP_CHAIN_IN } RepChainRole;

/* What a node knows of one that it sends to. */
typedef struct RepChainLink {
    int node;
    gboolean is_open;
    guint64 sent, acked, unchanged; /* `unchanged`: acknowledged when the resend timer last ran */
    gboolean has_snapshot;          /* one is on its way */
    RepMessage asked; /* its RESUME, while the node itself waits for its predecessor's answer */
} RepChainLink;

typedef struct RepChainHeld {
    guint32 handle;
    guint64 key;
    guint64 question; /* to the tail; 0: it waits for what the node has inherited */
    guint64 need;     /* to be shown; G_MAXUINT64: not known yet */
} RepChainHeld;

typedef struct RepChainMember {
    guint64 config; /* newest it knows; 0: none */
    RepChainRole role;
    guint32 term; /* of the head, as far as it knows */
    gboolean leads;
    guint64 fenced;        /* in configurations up to this one it answers nothing */
    gboolean is_lost;      /* it was in the chain, and its disk is empty */
    gboolean is_restarted; /* a head that waits for a new term */
    gboolean is_new;       /* it joins and needs a snapshot */
    gboolean has_resumed;  /* its predecessor has answered in this configuration */
    gboolean has_caught_up;
    gboolean plans_resend;
    guint64 gap;       /* asked for entries from here on already; 0: not */
    guint64 missed;    /* entries up to here came ahead of a gap, and were not kept */
    guint64 told;      /* whoever joins: so much has committed */
    guint64 committed; /* as far as it knows by acknowledgements */
    guint64 inherited; /* to be shown before it answers reads; G_MAXUINT64: not known yet */
    guint64 questions;
    RepChainLink *links;
    guint n_links;
    RepChainHeld *held;
    guint n_held, held_room;
} RepChainMember;

typedef struct RepChainMaster {
    int party;
    SimTime *heard;       /* by node */
    gboolean *is_gone;    /* by node: to be removed */
    gboolean *is_settled; /* by node: has all that has committed, while it is in the chain */
    gboolean is_deciding; /* … when `takes` is over */
    guint64 *told;        /* by region: newest configuration its clients know */
} RepChainMaster;

typedef struct RepChain {
    RepChainMember *members; /* by node */
    gsize n_nodes;
    GArray *configs;        /* RepChainConfig */
    guint64 *known;         /* by region: configuration its clients know */
    guint32 term;           /* newest, where there is no master */
    SimSpan resend;         /* 0: nothing is lost for good */
    RepChainMaster *master; /* NULL: none */
} RepChain;

static inline gboolean rep_chain_is_fenced(const RepChainMember *member)
{
    return member->config <= member->fenced;
}

static inline const RepChainSetup *rep_chain_setup_in(RepView *view)
{
    return rep_view_setup(view)->policy_setup;
}

/* ---- places (place.c) --------------------------------------------------------------------- */

const RepChainConfig *rep_chain_config(const RepChain *state, guint64 number);
/* The node before and behind in its configuration; -1: none. Those who join follow the tail. */
int rep_chain_predecessor(const RepChain *state, int node);
int rep_chain_successor(const RepChain *state, int node);
gboolean rep_chain_is_head(const RepChain *state, int node);
gboolean rep_chain_is_tail(const RepChain *state, int node);
int rep_chain_tail_of(const RepChainConfig *config);
RepChainRole rep_chain_role_in(const RepChainConfig *config, int node);
/* The node hears of a configuration. */
void rep_chain_adopt(RepChain *state, RepView *view, int node, guint64 number, RepEffects *out);
void rep_chain_start_at(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_stop_at(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_step_down(RepChain *state, int node, RepEffects *out);

/* ---- along the chain (links.c) ------------------------------------------------------------ */

void rep_chain_send(const RepChain *state, RepView *view, const RepMessage *message,
                    RepChainMark mark, RepEffects *out);
void rep_chain_move(RepEffectKind kind, int node, guint64 index, guint32 term, RepEffects *out);
void rep_chain_timer(int party, guint32 timer, SimTime at, RepEffects *out);
void rep_chain_resume(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_flushed(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out);
void rep_chain_applied(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out);
/* A tail has everything up to `index`, and says so. */
void rep_chain_confirm(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out);
/* A head knows that so much has committed. */
void rep_chain_commit(RepChain *state, RepView *view, int node, guint64 index, RepEffects *out);
void rep_chain_hear(RepChain *state, RepView *view, int node, const RepMessage *message,
                    RepEffects *out);
void rep_chain_resend_timer(RepChain *state, RepView *view, int node, RepEffects *out);

/* ---- reads (reads.c) ---------------------------------------------------------------------- */

void rep_chain_read(RepChain *state, RepView *view, int node, const RepRequest *asked,
                    RepEffects *out);
/* Answers what waits for no more than `shown`. */
void rep_chain_release(RepChain *state, int node, guint64 shown, RepEffects *out);
/* Its place is another: asks again, or refuses. */
void rep_chain_reconsider(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_drop_reads(RepChain *state, int node, RepEffects *out);
void rep_chain_asked(RepChain *state, RepView *view, int node, const RepMessage *query,
                     RepEffects *out);
void rep_chain_answered(RepChain *state, RepView *view, int node, const RepMessage *answer,
                        RepEffects *out);
int rep_chain_route(const RepChain *state, RepView *view, const RepRoute *asked);

/* ---- the master (master.c) ---------------------------------------------------------------- */

void rep_chain_master_init(RepChain *state, RepView *view, RepEffects *out);
void rep_chain_master_clear(RepChain *state);
void rep_chain_heartbeat_now(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_heartbeat_timer(RepChain *state, RepView *view, int node, RepEffects *out);
void rep_chain_master_hears(RepChain *state, RepView *view, int party, const RepMessage *message,
                            RepEffects *out);
void rep_chain_master_timer(RepChain *state, RepView *view, guint timer, RepEffects *out);

#endif
