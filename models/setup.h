/*
 * setup.h — what is to be simulated: one variant of a scenario, checked and resolved.
 *
 * Plain structs without behaviour. The scenario reader fills them through the tables of setup.c
 * (field.h); tests may fill them by hand with rep_setup_new() and the builders in
 * tests/support. A RepSetup is immutable while worlds run from it and may be shared by threads;
 * it owns everything it points to.
 *
 * Nodes, regions, clients and faults are numbered in *name order* (strcmp), so that numbers stand
 * for names wherever ties are broken (semantics §1) and the order in the file means nothing.
 * Faults without a name are numbered after the named ones, in file order.
 */
#ifndef REP_SETUP_H
#define REP_SETUP_H

#include "models/field.h"

typedef struct RepPolicyOps RepPolicyOps;

/* ---- nodes -------------------------------------------------------------------------------- */

typedef struct RepCpuSetup {
    gint64 workers; /* 0: unlimited */
    SimDist *read, *write, *apply;
} RepCpuSetup;

typedef struct RepStorageSetup {
    SimDist *fsync;          /* one flush */
    SimDist *apply;          /* one entry, besides the cpu's share */
    SimDist *apply_per_byte; /* added per byte of the entry */
    gint64 apply_workers;    /* >= 1 */
    SimSpan apply_delay;     /* from being durable at its origin until an entry may be applied */
    RepRetention retain;     /* as a leader */
    gint64 snapshot_size;    /* bytes of a copy of all its data */
} RepStorageSetup;

typedef enum RepClockKind { REP_CLOCK_PERFECT, REP_CLOCK_NTP, REP_CLOCK_SKEWED } RepClockKind;

typedef struct RepClockSetup {
    int kind;          /* RepClockKind */
    SimSpan by;        /* skewed: ahead at the start; negative: behind */
    double drift;      /* skewed: runs fast by this share; negative: slow */
    SimSpan error_p99; /* ntp */
} RepClockSetup;

typedef struct RepNodeSetup {
    char *name;
    int region;
    RepClockSetup clock;
    RepCpuSetup cpu;
    RepStorageSetup storage;
    SimDist *wake; /* of an idle stage; NULL: as RepSetup.wake says */
} RepNodeSetup;

/* ---- network ------------------------------------------------------------------------------ */

typedef enum RepOrder { REP_ORDER_FIFO, REP_ORDER_FREE } RepOrder;
typedef enum RepFifoScope { REP_FIFO_STREAM, REP_FIFO_LINK } RepFifoScope;

/* One line of network.between, .bandwidth or .loss, one direction. Exactly one of the three is
 * set (delay != NULL, bits_per_s > 0, loss >= 0); the most specific line wins for each. */
typedef struct RepLinkSetup {
    RepPlace from, to;
    SimDist *delay;    /* one way; NULL where this line sets no delay */
    gint64 bits_per_s; /* 0 where this line sets no bandwidth */
    double loss;       /* probability; < 0 where this line sets no loss */
} RepLinkSetup;

typedef struct RepNetworkSetup {
    int order;             /* RepOrder */
    int fifo_scope;        /* RepFifoScope; of order: fifo */
    gint64 transport_acks; /* one bare message back for every so many; 0: none */
    SimDist *within;       /* between places of one region */
    gint64 message_size;   /* bytes of everything that carries no value */
    RepLinkSetup *links;
    gsize n_links;
} RepNetworkSetup;

/* ---- clients ------------------------------------------------------------------------------ */

typedef struct RepRetrySetup {
    gint64 times;   /* further attempts */
    SimDist *after; /* from the end of the failed attempt */
} RepRetrySetup;

#define REP_TALKERS 3 /* sessions that a conversation needs */

typedef struct RepConversationSetup {
    double share;   /* of the writes are questions; 0: none */
    SimDist *delay; /* before somebody looks; NULL: none */
} RepConversationSetup;

typedef enum RepWriteRule { REP_WRITE_BLIND, REP_WRITE_EDIT } RepWriteRule;

/* A step of a script by its place; client -1: none. */
typedef struct RepStepName {
    int client, number;
} RepStepName;

typedef enum RepStepContext {
    REP_CONTEXT_BLIND, /* what whoever accepts the write has of the key */
    REP_CONTEXT_LAST,  /* what the session was last shown of it */
    REP_CONTEXT_NONE,  /* nothing */
    REP_CONTEXT_STEP   /* what another step showed */
} RepStepContext;

/* One operation of a script. The texts are as given; what they mean stands below them. */
typedef struct RepStepSetup {
    char *name;    /* NULL where the file gives none */
    SimDist *at;   /* instant; NULL: `after` */
    char *after;   /* name of a step */
    SimDist *wait; /* from its end; NULL: none */
    char *keys[3]; /* of write, read, delete: one of them */
    char *value;   /* canonical (value_text.h); NULL: none */
    char *session; /* NULL: the group has one */
    char *context_text;
    int to; /* node; -1: as the policy routes */

    RepStepName follows, based_on;
    int context; /* RepStepContext */
    int kind;    /* RepOperationKind */
    gboolean is_delete;
    guint64 key;
    guint32 session_number;
} RepStepSetup;

typedef struct RepScriptSetup {
    RepStepSetup *steps; /* owned */
    gsize n;
    gint64 sessions;
} RepScriptSetup;

typedef struct RepClientSetup {
    char *name;
    RepScriptSetup script; /* n > 0: instead of `rate` and what goes with it; `keys` is NULL and
                              `reads` the share of its steps */
    RepArrivals rate;      /* a closed loop's sessions are in here */
    double reads;          /* share of operations */
    SimKeys *keys;
    gint64 sessions; /* of an open loop; a closed loop has its own */
    SimSpan timeout; /* per attempt */
    RepRetrySetup retry;
    RepShares from;      /* per region */
    gint64 value_size;   /* bytes */
    int write;           /* RepWriteRule */
    SimDist *edit_after; /* read-then-edit: from the answer to the write */
    RepReadAfter read_after_write;
    RepConversationSetup conversation;
} RepClientSetup;

/* ---- faults ------------------------------------------------------------------------------- */

typedef enum RepFaultKind {
    REP_FAULT_CRASH,
    REP_FAULT_KILL,
    REP_FAULT_PAUSE,
    REP_FAULT_ISOLATE,
    REP_FAULT_PARTITION,
    REP_FAULT_CUT,
    REP_FAULT_SLOW,
    REP_FAULT_LOSE,
    REP_FAULT_DUPLICATE,
    REP_FAULT_REORDER,
    REP_FAULT_CORRUPT,
    REP_FAULT_LOAD,
    REP_FAULT_PROMOTE,
    REP_FAULT_JOIN,
    REP_FAULT_UPGRADE,
    REP_FAULT_CLOCK_STEP,
    REP_FAULT_CLOCK_DRIFT,
    REP_FAULT_CLOCK_FREEZE,
    REP_FAULT_MESSAGE
} RepFaultKind;

typedef enum RepDirection { REP_DIRECTION_BOTH, REP_DIRECTION_IN, REP_DIRECTION_OUT } RepDirection;

/* The first message of a step to a node. */
typedef struct RepMessageAim {
    char *of;
    int to;           /* node */
    RepStepName step; /* that `of` names */
} RepMessageAim;

typedef struct RepFaultSetup {
    char *name;               /* NULL where the file gives none */
    int kind;                 /* RepFaultKind */
    SimDist *at;              /* instant; NULL: `every` */
    SimDist *every;           /* from the end of the previous occurrence, the first from 0 */
    SimDist *duration;        /* `for`; NULL: to the end */
    double chance;            /* that an occurrence takes place */
    RepPlaceList each;        /* one process for each; empty: one process */
    gint64 crews;             /* repairs at a time; 0: no limit */
    RepAim aim;               /* target: crash, kill, pause, isolate, slow, promote, join, upgrade;
                                 link: cut, slow, lose, duplicate, reorder, corrupt */
    RepGroups groups;         /* partition */
    int client;               /* load */
    int direction;            /* isolate: RepDirection */
    gboolean wipe, refuse;    /* crash, kill */
    RepLatencyChange latency; /* slow */
    gint64 bits_per_s;        /* slow; 0: unchanged */
    double cpu, disk;         /* slow: factors; 0: unchanged */
    double loss;              /* lose, duplicate, reorder, corrupt: probability */
    SimSpan burst;            /* lose: length of a lossy spell; 0: each message by itself */
    double load;              /* load: factor */
    SimSpan step;             /* clock_step: ahead by so much; negative: back */
    double drift;             /* clock_drift: fast by this share; negative: slow */
    RepMessageAim message;    /* message */
    gboolean drop;            /* message: it is lost */
    SimSpan delay;            /* message: it is so late */
} RepFaultSetup;

/* ---- the whole ---------------------------------------------------------------------------- */

typedef struct RepSetup {
    char *name;
    guint64 seed;
    SimSpan duration, warmup, drain;
    gint64 replications;
    SimSpan downtime_floor; /* shorter windows are not downtime (semantics §9) */

    char **regions; /* names, in name order */
    gsize n_regions;
    RepNodeSetup *nodes;
    gsize n_nodes;
    SimDist *wake; /* of an idle stage of every node that says nothing else (wake.h) */
    RepNetworkSetup network;
    RepClientSetup *clients;
    gsize n_clients;
    RepFaultSetup *faults;
    gsize n_faults;

    const RepPolicyOps *policy;
    void *policy_setup; /* policy->setup_size bytes, filled by policy->fields; owned */

    guint64 world_hash; /* of all resolved keys but policy.* */
} RepSetup;

RepSetup *rep_setup_new(void);
void rep_setup_free(RepSetup *setup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RepSetup, rep_setup_free)

/* The tables (field.h), each ended by a zero entry. Those of policies are RepPolicyOps.fields. */
extern const RepField rep_top_fields[];          /* into RepSetup: every top-level key */
extern const RepField rep_node_fields[];         /* into RepNodeSetup */
extern const RepField rep_cpu_fields[];          /* into RepCpuSetup */
extern const RepField rep_storage_fields[];      /* into RepStorageSetup */
extern const RepField rep_clock_fields[];        /* into RepNodeSetup: the one key `clock` */
extern const RepField rep_network_fields[];      /* into RepNetworkSetup */
extern const RepField rep_client_fields[];       /* into RepClientSetup */
extern const RepField rep_retry_fields[];        /* into RepRetrySetup */
extern const RepField rep_conversation_fields[]; /* into RepConversationSetup */
extern const RepField rep_step_fields[];         /* into RepStepSetup */
extern const RepField rep_fault_fields[];        /* into RepFaultSetup: what every verb takes */

/* A fault's verb is a key and its value the target. The same key may mean different things after
 * different verbs (`rate`), so each verb has its own table of further keys. */
typedef struct RepFaultVerb {
    RepField target;        /* key = verb; type, offset and doc of the target */
    int kind;               /* RepFaultKind */
    const RepField *extras; /* into RepFaultSetup; NULL or ended by a zero entry */
    gboolean needs_extra;   /* without one of them the fault changes nothing */
    gboolean is_instant;    /* it is over at once: takes no `for` */
    gboolean has_no_time;   /* its target says when: takes no key of rep_fault_fields but `name` */
} RepFaultVerb;
extern const RepFaultVerb rep_fault_verbs[]; /* ended by a zero entry */

/* Release what the fields of one table own in `base` and zero the pointers. */
void rep_fields_clear(const RepField *fields, void *base);
/* Copy what the fields of one table describe into `to`, which owns nothing yet. For tables of
 * plain values and distributions, such as those of cpu and storage. */
void rep_fields_copy(const RepField *fields, void *to, const void *from);

/* Number of a node, region, client group or (named) fault by its name, or -1. */
int rep_setup_node(const RepSetup *setup, const char *name);
int rep_setup_region(const RepSetup *setup, const char *name);
int rep_setup_client(const RepSetup *setup, const char *name);
int rep_setup_fault(const RepSetup *setup, const char *name);

/* A key by its text: digits are its number; a name has one that depends on nothing else, above
 * those of all laws of keys. */
guint64 rep_key_number(const char *text);
/* The text of a key: its name in a script, or its digits. `digits` has room for 24 bytes. */
const char *rep_key_text(const RepSetup *setup, guint64 key, char *digits);
/* Is some step of a script about the key? */
gboolean rep_setup_names_key(const RepSetup *setup, guint64 key);
/* The step of that name in any script; client -1: there is none. */
RepStepName rep_setup_step(const RepSetup *setup, const char *name);

/* The line that sets the delay from one place to another (most specific: node-node, then the
 * sender's node to a region, then a region to the receiver's node, then region-region, then
 * `within` as a NULL result where both are in one region). `from` and `to` are nodes, or regions
 * standing for the clients in them. */
const RepLinkSetup *rep_setup_delay_line(const RepSetup *setup, RepPlace from, RepPlace to);
const RepLinkSetup *rep_setup_bandwidth_line(const RepSetup *setup, RepPlace from, RepPlace to);
const RepLinkSetup *rep_setup_loss_line(const RepSetup *setup, RepPlace from, RepPlace to);
/* One-way delay from a place to a place; NULL where the file gives none (an error the reader has
 * reported). */
const SimDist *rep_setup_delay(const RepSetup *setup, RepPlace from, RepPlace to);
int rep_setup_region_of(const RepSetup *setup, RepPlace place);
/* Does some fault take what is on a node's disk? */
gboolean rep_setup_may_lose_a_disk(const RepSetup *setup);
/* Does the fault name the node as a target of its own? */
gboolean rep_fault_names_node(const RepFaultSetup *fault, int node);
/* Is the node not there at the start, because a fault lets it join later? */
gboolean rep_setup_joins(const RepSetup *setup, int node);

#endif
