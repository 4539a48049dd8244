/*
 * policy.h — the interface behind which each replication protocol lives.
 *
 * A policy is a const table of callbacks over a state of its own. It reads the world through a
 * RepView (what a node may know: configuration, its own positions) and says what it wants by
 * adding to RepEffects (append, send, commit, reply, arm a timer). It never touches the event
 * queue, the network's internals, a random draw or a meter, so it reads like its textbook page and
 * can be tested as a transcript without a kernel (tests/unit/test_single_leader.c).
 *
 * The world carries effects out after the callback returns, in the order in which they were added.
 * Each callback runs on behalf of one node and may use that node's part of the state only: other
 * nodes are reached by messages.
 *
 * What the world does by itself, because no protocol differs in it: it serves requests on the
 * node's cpu, flushes the disk in group commits, applies flushed entries in log order, keeps what
 * was flushed through a crash, delays, orders, loses and cuts messages, and times requests out.
 *
 * A new policy: one file here, one line in policies/registry.c (CONTRIBUTING.md has the steps).
 */
#ifndef REP_POLICY_H
#define REP_POLICY_H

#include "models/conflict/conflict.h"
#include "models/field.h"
#include "models/observation.h"
#include "models/setup.h"

#define REP_POLICY_ABI 8u

/* ---- what a policy sees ------------------------------------------------------------------- */

/* A node's copy of a log. Positions are prefixes: everything up to the index is … */
typedef struct RepLogView {
    guint32 term;     /* of the last entry, or of the leadership that opened the log's end */
    guint64 arrived;  /* … in the node's memory (a leader: appended) */
    guint64 received; /* … taken by the receiver; never more than arrived */
    guint64 flushed;  /* … on its disk */
    guint64 applied;  /* … visible to its readers */
    guint64 decided;  /* … known to the node to have committed: by DECIDED, or because it leads */
} RepLogView;

typedef struct RepWorld RepWorld;
typedef const RepWorld RepView;

SimTime rep_view_now(RepView *view);
const RepSetup *rep_view_setup(RepView *view);
/* The node's copy of log `log` (0 where there is one log). */
RepLogView rep_view_log(RepView *view, int node, int log);
/* When the leader's own entry reached its disk; SIM_NEVER where it has not yet, or where the entry
 * is no longer kept because every node has it. */
SimTime rep_view_durable_at(RepView *view, int node, int log, guint64 index);
/* Every node that keeps the log shows at least so much of it, and nobody will ask for it again. */
guint64 rep_view_shown_by_all(RepView *view, int log);
/* Bytes of entries first … last of the node's copy. */
guint64 rep_view_bytes(RepView *view, int node, int log, guint64 first, guint64 last);
/* Last index at which the node's copy agrees with the log of leadership `term`. */
guint64 rep_view_common(RepView *view, int node, int log, guint32 term);
/* Last index at which the logs of two leaderships agree; no limit where they are the same. */
guint64 rep_view_common_of(RepView *view, int log, guint32 one, guint32 other);
/* Leadership that appended entry `index` of the node's copy; 0 where it has none. */
guint32 rep_view_term_at(RepView *view, int node, int log, guint64 index);
/* The newest version of the key in the node's copy, shown or not; index 0 where there is none. */
RepVersion rep_view_newest(RepView *view, int node, int log, guint64 key);

/* ---- parties ----------------------------------------------------------------------------------
 *
 * Who sends and gets messages and has timers: the nodes, by number, and after them one agent in
 * each region (a failover monitor, say). An agent has no cpu and no disk and never fails. */

int rep_party_of_region(RepView *view, int region);
int rep_region_of_party(RepView *view, int party); /* of an agent */
gboolean rep_party_is_node(RepView *view, int party);
/* Configured median of the one-way delay. */
SimSpan rep_view_p50(RepView *view, int from, int to);
/* Could `party` talk to the node now: is it up and running, and no direction cut? */
gboolean rep_view_reaches(RepView *view, int party, int node);
gboolean rep_view_is_up(RepView *view, int node); /* perhaps paused */
/* Was its disk lost since it last ran? Asked when it starts. */
gboolean rep_view_is_wiped(RepView *view, int node);
/* What the node believes the time to be; and when it will believe that it is `shown`, if nothing
 * happens to its clock: now, where it does already. For leases and timestamps. A timer set by it
 * looks again, for the clock may have been set meanwhile; `clock_changed` says when a fault did. */
SimTime rep_view_clock(RepView *view, int node);
SimTime rep_view_when(RepView *view, int node, SimTime shown);
/* A draw for a node's own decisions about a log (an election timeout), keyed by these and cause. */
SimSpan rep_view_span(RepView *view, const SimDist *law, int node, int log, guint64 cause);

/* ---- versions ---------------------------------------------------------------------------------
 *
 * Where a policy has a conflict rule, nodes hold sets of versions of a key
 * (models/conflict/versions.h); 0 is the empty set. A set that a function here returns, or a
 * message brings, is good until the callback returns; what a policy keeps longer it holds, and
 * releases. Sets are held beside what a node stores: they keep nothing alive for readers. */

const RepVersions *rep_view_versions(RepView *view);
/* What the node shows to readers of the key; what it has, flushed or not. */
guint32 rep_view_shown(RepView *view, int node, guint64 key);
guint32 rep_view_held(RepView *view, int node, guint64 key);
/* Goes through what the node shows: from *cursor 0 on, TRUE while there is more. A change of the
 * store ends the walk. */
gboolean rep_view_next_shown(RepView *view, int node, gsize *cursor, guint64 *key, guint32 *set);
gsize rep_view_n_shown(RepView *view, int node); /* keys */
guint32 rep_set_join(RepView *view, guint32 a, guint32 b);
void rep_set_keep(RepView *view, guint32 set);
void rep_set_let_go(RepView *view, guint32 set);
/* The party accepts the write of the request: it gets its serial, its stamp by the party's clock
 * (an agent's is exact), and its context: what the request brings, or `context` where it brings
 * none. Returns the set of it alone. A write that was accepted before, in another attempt, is
 * the same write and returns the same. */
guint32 rep_write_accept(RepView *view, int party, guint32 handle, guint32 context);
/* What the node keeps for another: how much; the hints are numbered in the order in which they were
 * kept, and the number of the oldest that is left; a hint by number (FALSE: it is not kept). */
guint rep_view_n_hints(RepView *view, int node, int target);
typedef struct RepHint {
    guint64 key;
    guint32 set;
    SimTime since;
} RepHint;
guint64 rep_view_first_hint(RepView *view, int node, int target);
gboolean rep_view_hint_at(RepView *view, int node, int target, guint64 number, RepHint *hint);
/* The delay that a message between the session of an operation and the node has, or had, where
 * RepPolicyOps.delay_law gives its kind one; line 0. */
SimSpan rep_view_drawn_delay(RepView *view, int client, guint64 number, guint attempt, int node,
                             gboolean is_request, guint8 kind);

/* ---- what sessions remember ------------------------------------------------------------------
 *
 * A session may remember where its writes went and how far the nodes that answered its reads
 * showed their logs, and send that along: the token of causal sessions. Places are (term, index),
 * in this order; a node that shows a place of a later term shows all that was not cut off of
 * earlier ones. */

typedef struct RepMemoryRule {
    SimSpan own_writes; /* reads ask for the session's own acknowledged writes, so long after the
                           last acknowledgement reached it; 0: never, SIM_NEVER: always */
    gboolean reads;     /* … for what the nodes that answered its earlier reads showed then */
    gboolean causes;    /* … for the versions that it has read; and its writes carry all that it
                           has read and written */
    gboolean orders_writes;  /* its next write is sent when the last has ended */
    gboolean keeps_together; /* the answer of a conversation is in its question's log */
} RepMemoryRule;

/* ---- client requests ---------------------------------------------------------------------- */

/* One attempt of one operation, as it stands before a node. */
typedef struct RepRequest {
    guint32 handle; /* the world's; names the request in effects */
    RepOperationKind kind;
    int client, session, region;
    guint64 number;  /* of the operation in its client group */
    guint32 attempt; /* from 0 */
    guint64 key;
    int log; /* that the key belongs to */
    guint32 bytes;
    RepVersion at_least;   /* what the session must be shown, by its memory; index 0: nothing */
    gboolean is_handed_on; /* another node was behind: only who leads may answer */
    gboolean is_directed;  /* the step of a script names this node: it answers as a replica may,
                              whoever answers otherwise */
    guint64 entry;         /* write: where an earlier attempt is in this node's log, or 0 */
    gboolean committed;    /* … and whether that entry has committed */
    gboolean has_context; /* write of a versioned key: its author says what he had before him … */
    guint32 context;      /* … in this set */
    gboolean is_delete;
} RepRequest;

/* What a client's session knows when it chooses a node: which nodes let it down lately. */
typedef struct RepRoute {
    RepOperationKind kind;
    int client, session, region;
    guint64 number;
    guint32 attempt;
    int log; /* that the key belongs to */
    guint64 key;
    const int *nearest;        /* all nodes by (configured p50 from `region`, name) */
    int sticky;                /* the session's own replica, or -1 while it has none */
    gboolean is_handed_on;     /* the node that was asked is behind: the leader, please */
    SimTime wrote_at;          /* when its last write was acknowledged; -1: never, or not asked
                                  for by the RepMemoryRule */
    const void *private_state; /* of the session */
} RepRoute;

/* 64 random bits keyed by this attempt; and keyed by the session and how often it has moved. */
guint64 rep_route_lot(RepView *view, const RepRoute *route);
guint64 rep_route_session_lot(RepView *view, const RepRoute *route);
/* Added to the node's number: the session asks there for once, and keeps its own replica. */
#define REP_ROUTE_ASIDE (1 << 30)
/* 64 random bits keyed by an attempt of an operation, for what a policy decides about it. */
guint64 rep_view_lot(RepView *view, int client, guint64 number, guint attempt);
/* True while the session avoids the node (it timed out there within the last 10 s). */
gboolean rep_route_avoids(RepView *view, const RepRoute *route, int node);

/* Does the client still wait for an answer to this attempt? It has hung up otherwise. */
gboolean rep_view_awaits(RepView *view, guint32 handle);

/* ---- messages between parties ------------------------------------------------------------- */

/* `kind` belongs to the policy (names in RepPolicyOps.message_names); first and last are entries,
 * term and value whatever the kind says. */
typedef struct RepMessage {
    int from, to;
    guint8 kind;
    guint8 log;
    guint8 is_bulk; /* a large copy beside the stream: it waits for nobody and holds up nobody */
    guint8 service; /* RepService: the receiving node's cpu serves it first */
    guint32 term;
    guint64 first, last;
    guint64 value;
    guint64 bytes;
    guint32 set;     /* of versions that it carries; 0: none */
    guint32 client;  /* group + 1 whose operation it is about, which keys its draws; 0: none … */
    guint32 session; /* … of this session … */
    guint8 attempt;  /* … this attempt … */
    guint8 line;     /* … and which of several like it, from 0 */
    guint8 is_clients; /* it travels between the session and a node, on the session's stream; the
                          agent of the session's region stands for it */
    guint64 number;    /* of the operation in its group */
} RepMessage;

typedef enum RepService { REP_SERVICE_NONE, REP_SERVICE_READ, REP_SERVICE_WRITE } RepService;

/* ---- what a policy wants ------------------------------------------------------------------ */

typedef enum RepEffectKind {
    REP_EFFECT_CONNECT,  /* open the connection between node and `peer` (both ways) */
    REP_EFFECT_LEAD,     /* the node begins a leadership of term `term`, from its flushed end on */
    REP_EFFECT_APPEND,   /* a write gets the next place in the node's log; its disk starts */
    REP_EFFECT_WAIT,     /* a repeated write waits with the entry it already has */
    REP_EFFECT_ACCEPT,   /* entries of the log of leadership `term` join the node's copy up to
                            `index`; the copy must agree with that log so far */
    REP_EFFECT_TRUNCATE, /* the node's log is cut so that it ends at `index` */
    REP_EFFECT_RESERVE,  /* a snapshot of everything up to `index` is on its way to the node */
    REP_EFFECT_INSTALL,  /* it is there: the node's copy is now the log of `term` up to `index` */
    REP_EFFECT_CARRY,    /* the leader gets entry `index` of the log of `term`, which was cut off:
                            appended again, unless a later write to its key stands there */
    REP_EFFECT_SEND,     /* a message */
    REP_EFFECT_COMMIT,   /* the rule holds up to `index` of the leader's log: waiting clients of the
                            entries are answered, in log order */
    REP_EFFECT_DECIDED,  /* the node knows that its log up to `index` has committed: where followers
                            show what is (RepLogForm), it applies so much */
    REP_EFFECT_SHOW,     /* readers of the node may see up to `index` (a leader's log) */
    REP_EFFECT_READ,     /* answer the read with what the node shows now */
    REP_EFFECT_DONE,     /* answer the write: its entry has committed already */
    REP_EFFECT_REFUSE,   /* answer: not done, and surely so; value 1: for want of others, so that
                            the session does not avoid the node */
    REP_EFFECT_TIMER,    /* call `timer` at `at` (replaces the timer of that number; SIM_NEVER
                            disarms it) */
    REP_EFFECT_STEP_DOWN, /* the node leads the log no longer: who waits for it gets no answer */
    REP_EFFECT_WORK,      /* the node's cpu gets round to `token` behind what it has to do */
    REP_EFFECT_LATER,     /* a completion at the node, of `token` at `at`, if it lives till then */
    REP_EFFECT_LEASE,  /* tell observers that the leader's lease lapsed (value 0), or holds again */
    REP_EFFECT_RULE,   /* tell observers that the acknowledgement rule changed; value 1: waits */
    REP_EFFECT_HOLD,   /* the read is answered later: the policy keeps its handle, and gives it back
                          by READ, REFUSE, BEHIND or DROP, at the latest when the node stops */
    REP_EFFECT_DROP,   /* a held read gets no answer: the node stopped, or the client hung up */
    REP_EFFECT_BEHIND, /* answer: not shown here; the client asks the leader at once, within the
                          same attempt */
    REP_EFFECT_STORE,  /* the versions of `set` join what the node holds once they are flushed; then
                          `stored` is called with `value` as the token, unless it is 0 */
    REP_EFFECT_HINT,   /* the same, kept for node `log` instead */
    REP_EFFECT_UNHINT, /* the oldest hint for node `log` is no longer kept */
    REP_EFFECT_FORGET, /* the node holds nothing of key `index` any more */
    REP_EFFECT_VISIBLE, /* of the read that is answered next: `at` after the latest acknowledgement
                           of its key the same read, with its delays, would first have been fresh */
    REP_EFFECT_SHOWN,  /* the author of the write that is answered next, a step of a script, is also
                          shown the set `value` */
    REP_EFFECT_ANSWER, /* the operation succeeded: the set `value` was read, or written; node `log`
                          gave the answer, or no one node (-1) */
    REP_EFFECT_IN_SYNC /* tell observers that `peer` entered the in-sync set (value 1) or left it */
} RepEffectKind;

typedef struct RepEffect {
    RepEffectKind kind;
    gint32 node; /* TIMER: a party */
    gint32 log;
    union {
        gint32 peer;     /* CONNECT, IN_SYNC */
        guint32 handle;  /* APPEND, WAIT, READ, DONE, REFUSE, HOLD, DROP, BEHIND, VISIBLE,
                            SHOWN, ANSWER */
        guint32 term;    /* ACCEPT, LEAD, INSTALL, CARRY */
        guint32 timer;   /* TIMER: number below RepPolicyOps.timers */
        guint32 token;   /* WORK, LATER: the policy's own */
        guint32 message; /* SEND: place in RepEffects.messages */
        guint32 set;     /* STORE, HINT */
    };
    union {
        guint64
            index;  /* ACCEPT, TRUNCATE, COMMIT, DECIDED, SHOW, RESERVE, INSTALL, CARRY, FORGET */
        SimTime at; /* TIMER, LATER */
        guint64 value; /* RULE, LEASE, IN_SYNC, REFUSE, STORE, HINT, ANSWER, SHOWN */
    };
} RepEffect;

typedef struct RepEffects {
    RepEffect *items; /* owned, like messages */
    guint n, room;
    RepMessage *messages;
    guint n_messages, message_room;
} RepEffects;

void rep_effects_add(RepEffects *effects, const RepEffect *effect);
/* Adds a SEND from message->from. */
void rep_effects_send(RepEffects *effects, const RepMessage *message);
void rep_effects_clear(RepEffects *effects);

/* What may come to pass in a run, so that its measures are worth asking for. */
typedef enum RepMayBit {
    REP_MAY_FAIL_OVER = 1 << 0, /* a leadership may pass to another node */
    REP_MAY_DIVERGE = 1 << 1,   /* an entry may give another result elsewhere */
    REP_MAY_CONFLICT = 1 << 2,  /* a conflict rule may drop a write */
    REP_MAY_PROMISE = 1 << 3,   /* sessions are promised something */
    REP_MAY_HINT = 1 << 5,      /* nodes keep writes for others */
    REP_MAY_FORESEE = 1 << 4    /* reads say when they would have been fresh (VISIBLE) */
} RepMayBit;

/* ---- the table ---------------------------------------------------------------------------- */

/* What the entries of the logs are (DDIA ch. 5 "Implementation of Replication Logs"). */
typedef struct RepLogForm {
    gboolean stops_for_upgrade; /* a replica that runs another version cannot apply them */
    double nondeterministic;    /* share whose result may differ where they are run again */
    gboolean applies_decided;   /* a follower applies no more than it knows to have committed */
    gboolean keeps_all;         /* entries that were cut off may be asked for later */
} RepLogForm;

struct RepPolicyOps {
    guint32 abi;            /* REP_POLICY_ABI */
    const char *name;       /* `policy.model` in a scenario */
    const char *summary;    /* one sentence */
    gsize setup_size;       /* of the struct that `fields` fill */
    const RepField *fields; /* keys of `policy:`; ended by a zero entry */
    gsize state_size;
    guint timers;                     /* timer numbers per party and log */
    const char *const *message_names; /* by message kind; ended by NULL */
    guint64 routine; /* bit set of message kinds that never cease, such as heartbeats: a run may
                        come to rest while they are on their way */
    /* Bit sets of message kinds, for stages that have to be woken (models/wake.h): those that carry
     * entries, which a sender ships and a receiver takes; and those that confirm them. */
    guint64 carrying, confirming;

    /* Is the setup possible? Called by the reader after the fields are filled, with every
     * reference resolved. NULL, or a sentence for the user in *message (owned by the caller) with
     * the key it is about in *key (static). */
    gboolean (*validate)(const RepSetup *setup, char **message, const char **key);

    /* What is possible but risky: the n-th such sentence, from 0, with the key it is about, as
     * above. FALSE: there are no more. NULL: there are none. */
    gboolean (*advise)(const RepSetup *setup, guint n, char **message, const char **key);

    /* Number of logs; whether a node keeps a copy of one; whether it receives entries of it from
     * elsewhere when the run begins. */
    int (*logs)(const RepSetup *setup);
    gboolean (*holds)(const RepSetup *setup, int node, int log);
    gboolean (*follows)(const RepSetup *setup, int node, int log);
    /* What its entries are; NULL: rows, all of the RepLogForm zero. */
    RepLogForm (*log_form)(const RepSetup *setup);
    /* Does the node keep any keys beside a log? NULL: none does. */
    gboolean (*stores)(const RepSetup *setup, int node);
    /* Who leads a log when the run begins; NULL: the policy has no one leader. */
    int (*first_leader)(const RepSetup *setup, int log);
    /* May the node ever answer a client's read? */
    gboolean (*answers_reads)(const RepSetup *setup, int node);

    /* RepMayBit; NULL: none of it. */
    guint (*events)(const RepSetup *setup);

    /* Are reads at the node answered at once with what it shows, without asking `request`? A
     * short cut for the commonest case; NULL: never. */
    gboolean (*reads_plainly)(const RepSetup *setup, int node);

    /* What sessions remember; NULL: nothing, all of the RepMemoryRule zero. */
    RepMemoryRule (*memory)(const RepSetup *setup);

    /* What becomes of versions of a key that did not know of each other, with the rule's own setup.
     * NULL: every key belongs to one log, whose order decides. */
    const RepConflictRule *(*conflict_rule)(const RepSetup *setup, const void **rule_setup);
    /* How many nodes keep a key, where there is a rule; NULL: all. */
    guint (*n_keepers)(const RepSetup *setup);
    /* Does the node keep the key (where there is a rule)? NULL: all of them do. */
    gboolean (*keeps)(const RepSetup *setup, const void *state, int node, guint64 key);
    /* The law of the one-way delay of client traffic of a kind, in place of the network's: messages
     * then overtake, and no fault touches them. NULL, or returns NULL: the network's. */
    const SimDist *(*delay_law)(const RepSetup *setup, guint8 kind);

    void (*init)(void *state, RepView *view, RepEffects *out);
    void (*clear)(void *state);

    /* Where an attempt goes: a node number, with REP_ROUTE_ASIDE or without; or the agent of the
     * session's region, which it reaches at once: the client coordinates by itself. Pure. */
    int (*route)(const void *state, RepView *view, const RepRoute *route);
    /* A request has been served by the node's cpu. */
    void (*request)(void *state, RepView *view, int node, const RepRequest *request,
                    RepEffects *out);
    /* An append took its place in the node's log; may be NULL. */
    void (*appended)(void *state, RepView *view, int node, int log, guint64 index, RepEffects *out);
    /* The receiver took (…), the disk flushed, readers see: everything up to `index`. */
    void (*received)(void *state, RepView *view, int node, int log, guint64 index, RepEffects *out);
    void (*flushed)(void *state, RepView *view, int node, int log, guint64 first, guint64 index,
                    RepEffects *out);
    void (*applied)(void *state, RepView *view, int node, int log, guint64 index, RepEffects *out);
    /* STORE or HINT of `token` is on the node's disk. */
    void (*stored)(void *state, RepView *view, int node, guint64 token, RepEffects *out);
    void (*message)(void *state, RepView *view, int party, const RepMessage *message,
                    RepEffects *out);
    void (*timer)(void *state, RepView *view, int party, int log, guint timer, RepEffects *out);
    /* The node's cpu got round to WORK; LATER has come. May be NULL where the policy asks for
     * neither. */
    void (*worked)(void *state, RepView *view, int node, int log, guint32 token, RepEffects *out);
    void (*later)(void *state, RepView *view, int node, int log, guint32 token, RepEffects *out);
    /* The node that leads a log in its newest term, as nobody but the world can know it; -1: none.
     * NULL: the policy has no one leader. */
    int (*leader)(const void *state, int log);
    /* An operator wants the node to lead. NULL: there is nothing to promote. */
    void (*promote)(void *state, RepView *view, int node, RepEffects *out);
    /* The node lost its memory (crash, kill): forget the node's volatile part of the state, and
     * DROP what is held. */
    void (*stopped)(void *state, RepView *view, int node, RepEffects *out);
    /* The node runs again, with what its disk kept. */
    void (*started)(void *state, RepView *view, int node, RepEffects *out);
    /* The clients have stopped and nothing is on its way. TRUE: the policy is not at rest yet; it
     * may begin what it does at the end. NULL: it rests. */
    gboolean (*unsettled)(void *state, RepView *view, RepEffects *out);
    /* The connection between node and peer broke, or stands again (both directions). */
    void (*disconnected)(void *state, RepView *view, int node, int peer, RepEffects *out);
    void (*connected)(void *state, RepView *view, int node, int peer, RepEffects *out);
    /* A fault has set the node's clock, or changed its speed; told when the node runs, if it does
     * not. NULL: the policy has no timers by own clocks. */
    void (*clock_changed)(void *state, RepView *view, int node, RepEffects *out);
};

/* Every policy, ended by NULL: those compiled in, and behind them what plug-ins brought. One by its
 * name, or NULL. */
#define REP_POLICIES_MAX 32
extern const RepPolicyOps *rep_policies[REP_POLICIES_MAX + 1];
const RepPolicyOps *rep_policy_find(const char *name);
/* Adds one, before the first scenario is read. FALSE: there is no room. */
gboolean rep_policy_add(const RepPolicyOps *policy);

/* ---- plug-ins -----------------------------------------------------------------------------------
 *
 * A shared object outside the tree brings one policy by this function (examples/policy-plugin).
 * What this header declares it finds in the program that loads it. The table must stay what it is.
 */

const RepPolicyOps *rep_policy_plugin(void);
#define REP_POLICY_PLUGIN_SYMBOL "rep_policy_plugin"

#endif
