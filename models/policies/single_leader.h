/*
 * single_leader.h — setup of the single-leader policy: one leader, followers, an
 * acknowledgement rule (semantics §4; DDIA ch. 5 "Leaders and Followers").
 */
#ifndef REP_SINGLE_LEADER_H
#define REP_SINGLE_LEADER_H

#include "models/policies/policy.h"

typedef enum RepAckRule {
    REP_ACK_ASYNC,
    REP_ACK_SEMI_SYNC, /* any ack_count followers */
    REP_ACK_SYNC_ALL,  /* every follower in the configuration */
    REP_ACK_SYNC,      /* the one follower ack_node */
    REP_ACK_FIRST,     /* the first ack_count connected of ack_nodes, in that order */
    REP_ACK_ANY,       /* any ack_count of ack_nodes */
    REP_ACK_EACH,      /* any ack_count in each of ack_regions */
    REP_ACK_IN_SYNC,   /* every member of the in-sync set */
    REP_ACK_MAJORITY   /* leader and followers together are a majority */
} RepAckRule;

typedef enum RepAckPoint { REP_POINT_FLUSHED, REP_POINT_RECEIVED, REP_POINT_APPLIED } RepAckPoint;
typedef enum RepAckMessages { REP_ACK_MESSAGES_ONE, REP_ACK_MESSAGES_EACH_STAGE } RepAckMessages;
typedef enum RepLeaderAck { REP_LEADER_ACK_FLUSHED, REP_LEADER_ACK_APPENDED } RepLeaderAck;
typedef enum RepShip { REP_SHIP_ON_FLUSH, REP_SHIP_ON_APPEND } RepShip;
typedef enum RepVisible { REP_VISIBLE_ON_COMMIT, REP_VISIBLE_ON_FLUSH } RepVisible;

typedef enum RepRelayRule { REP_RELAY_FLUSHED, REP_RELAY_APPLIED } RepRelayRule;
typedef enum RepFollowerShows { REP_SHOWS_APPLIED, REP_SHOWS_COMMITTED } RepFollowerShows;
typedef enum RepBatchRule { REP_BATCH_NONE, REP_BATCH_ON } RepBatchRule;
typedef enum RepPullRule { REP_PULL_NONE, REP_PULL_PERIOD } RepPullRule;

typedef enum RepReadRule {
    REP_READS_LEADER,
    REP_READS_NEAREST,
    REP_READS_ANY,
    REP_READS_STICKY,
    REP_READS_FOLLOWER, /* reads_node */
    REP_READS_LEADER_LEASE,
    REP_READS_LEADER_INDEX,
    REP_READS_NEAREST_FRESH /* of those that lag at most max_lag */
} RepReadRule;

/* What a session is promised, and by which mechanism: bits of `session`. */
typedef enum RepSessionRule {
    REP_SESSION_OWN_LEADER, /* read-your-writes(leader, session_window) */
    REP_SESSION_OWN_TOKEN,  /* read-your-writes(token), session_behind, session_up_to */
    REP_SESSION_MONOTONIC_STICKY,
    REP_SESSION_MONOTONIC_TOKEN,
    REP_SESSION_WRITES, /* monotonic-writes */
    REP_SESSION_PREFIX_PARTITION,
    REP_SESSION_PREFIX_CAUSAL,
    REP_SESSION_CAUSAL
} RepSessionRule;

typedef enum RepBehind { REP_BEHIND_WAIT, REP_BEHIND_LEADER } RepBehind;

typedef enum RepLogKind {
    REP_LOG_LOGICAL,  /* rows as they became */
    REP_LOG_PHYSICAL, /* bytes of the storage: both sides must run the same version */
    REP_LOG_STATEMENT /* what was asked for: may give another result elsewhere */
} RepLogKind;

typedef enum RepFailoverRule { REP_FAILOVER_NEVER, REP_FAILOVER_ON } RepFailoverRule;
typedef enum RepPromoteRule {
    REP_PROMOTE_MOST_CAUGHT_UP, /* by flushed position */
    REP_PROMOTE_PREFERRED,      /* the first of `preferred` that can be reached */
    REP_PROMOTE_IN_SYNC,        /* likewise, among the in-sync set */
    REP_PROMOTE_NEVER           /* only an operator promotes */
} RepPromoteRule;
typedef enum RepFence {
    REP_FENCE_TRUE,  /* the old leader accepts nothing from the decision on */
    REP_FENCE_FALSE, /* it goes on while it believes itself leader */
    REP_FENCE_LEASE  /* it accepts only while a majority of monitors answered lately */
} RepFence;
typedef enum RepElect { REP_ELECT_MONITORS, REP_ELECT_RAFT } RepElect;
typedef enum RepReturning {
    REP_RETURNING_DISCARD, /* cuts off what the new leader has not */
    REP_RETURNING_KEEP     /* hands it to the new leader, which appends it again */
} RepReturning;

typedef enum RepRedirect { REP_REDIRECT_ROUND_TRIP, REP_REDIRECT_AFTER } RepRedirect;

typedef struct RepFailoverSetup {
    int rule;          /* RepFailoverRule */
    SimSpan heartbeat; /* between two heartbeats of the leader; 0: detect / 5 */
    SimSpan detect;    /* without a heartbeat for so long, a monitor suspects the leader */
    SimDist *takes;    /* from the decision to the new leader's first write */
    int promote;       /* RepPromoteRule */
    RepIdList preferred;
    SimSpan max_lag;   /* of the old leader's log that may be lost; SIM_NEVER: any */
    int redirect_rule; /* RepRedirect */
    SimSpan redirect;  /* until clients know the new leader */
    int returning;     /* RepReturning */
    int fence;         /* RepFence */
    SimSpan lease;
    int elect;                 /* RepElect */
    SimDist *election_timeout; /* raft */
    RepPlaceList monitors;     /* regions; empty: one in each region that has a node */
} RepFailoverSetup;

typedef enum RepPartitionRule { REP_PARTITIONS_COUNTED, REP_PARTITIONS_LISTED } RepPartitionRule;
typedef enum RepLeaderPlacing { REP_LEADERS_SPREAD, REP_LEADERS_NAMED } RepLeaderPlacing;

typedef struct RepPartitionsSetup {
    int rule;          /* RepPartitionRule: by their number, or by the list of their leaders */
    gint64 count;      /* COUNTED; 0 is 1 */
    int placing;       /* COUNTED: RepLeaderPlacing */
    RepIdList leaders; /* NAMED, LISTED: by partition */
} RepPartitionsSetup;

typedef struct RepSingleLeaderSetup {
    int leader;          /* of the first partition, and who comes first when leaders are spread */
    RepIdList followers; /* in the order of the file; default: all other nodes, by name */
    int ack;             /* RepAckRule */
    gint64 ack_count;
    int ack_node;
    RepIdList ack_nodes;
    RepPlaceList ack_regions;
    gint64 ack_min; /* in-sync: members, the leader among them, without whom writes are refused */
    SimSpan ack_evict;   /* in-sync: so long behind, a follower leaves the set */
    int ack_point;       /* RepAckPoint */
    int ack_messages;    /* RepAckMessages */
    int leader_ack;      /* RepLeaderAck */
    SimSpan ack_timeout; /* SIM_NEVER: none; the reader fills in 10 s for semi-sync */
    int ship;            /* RepShip */
    int visible;         /* RepVisible */
    int follower_shows;  /* RepFollowerShows */
    RepNodeMap upstream; /* of followers; -1: whoever leads */
    int relay;           /* RepRelayRule */
    int batch;           /* RepBatchRule */
    SimSpan batch_every; /* the first entry of a batch waits no longer */
    gint64 batch_most;   /* bytes that end the waiting; 0: none do */
    int pull;            /* RepPullRule */
    SimSpan pull_period; /* between two polls of a follower */
    int reads;           /* RepReadRule */
    int reads_node;
    SimSpan max_lag;         /* reads: nearest(max_lag) */
    SimSpan probe;           /* between two questions how far nodes are */
    RepRetention retain;     /* where not given, as the leader's storage says */
    gint64 snapshot_size;    /* 0: as its storage says */
    int log;                 /* RepLogKind */
    double nondeterministic; /* statement: share of entries */
    guint session;           /* bit set of 1 << RepSessionRule; 0: none */
    SimSpan session_window;
    int session_behind; /* RepBehind */
    SimSpan session_up_to;
    RepFailoverSetup failover;
    RepPartitionsSetup partitions;
} RepSingleLeaderSetup;

extern const RepPolicyOps rep_single_leader;

/* What `policy:` may say (single_leader_setup.c), and whether it can be: RepPolicyOps.fields and
 * .validate. */
extern const RepField rep_single_leader_fields[];
extern const RepChoice rep_failover_choices[];
/* Why the acknowledgement rule cannot hold, with the key it is about; NULL: it can. The caller
 * frees. */
char *rep_ack_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy, const char **key);
/* Why the partitions cannot be as set; what is possible but risky about them. NULL: nothing. The
 * caller frees. */
char *rep_partitions_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy);
char *rep_partitions_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy);
/* Why followers cannot poll so; NULL: they can. The caller frees. */
char *rep_pull_problem(const RepSingleLeaderSetup *policy);
/* Why the followers cannot follow each other so; NULL: they can. The caller frees. */
char *rep_upstream_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy);
/* Why the failover cannot be as set; NULL: it can. The caller frees. */
/* The n-th thing about it that is possible but risky; NULL: no more. The caller frees. */
char *rep_failover_risk(const RepSetup *setup, const RepSingleLeaderSetup *policy, guint n);
char *rep_failover_problem(const RepSetup *setup, const RepSingleLeaderSetup *policy);
gboolean rep_single_leader_advise(const RepSetup *setup, guint n, char **message, const char **key);
gboolean rep_single_leader_validate(const RepSetup *setup, char **message, const char **key);

/* Is the session promised this? */
static inline gboolean rep_session_has(const RepSingleLeaderSetup *policy, RepSessionRule rule)
{
    return policy->session >> rule & 1;
}

/* Is it promised something by tokens, so that a replica may find itself behind? (session_rule.c) */
gboolean rep_session_uses_tokens(const RepSingleLeaderSetup *policy);
RepMemoryRule rep_session_memory(const RepSetup *setup);
/* Why the promises cannot be as set, and the n-th thing about them that is possible but risky;
 * NULL: they can, and no more. The caller frees. */
char *rep_session_problem(const RepSingleLeaderSetup *policy);
char *rep_session_risk(const RepSingleLeaderSetup *policy, guint n);

#endif
