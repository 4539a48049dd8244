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
    REP_ACK_MAJORITY   /* leader and followers together are a majority */
} RepAckRule;

typedef enum RepAckPoint { REP_POINT_FLUSHED, REP_POINT_RECEIVED, REP_POINT_APPLIED } RepAckPoint;
typedef enum RepShip { REP_SHIP_ON_FLUSH, REP_SHIP_ON_APPEND } RepShip;
typedef enum RepVisible { REP_VISIBLE_ON_COMMIT, REP_VISIBLE_ON_FLUSH } RepVisible;

typedef enum RepReadRule {
    REP_READS_LEADER,
    REP_READS_NEAREST,
    REP_READS_ANY,
    REP_READS_STICKY,
    REP_READS_FOLLOWER /* reads_node */
} RepReadRule;

typedef enum RepFailoverRule { REP_FAILOVER_NEVER } RepFailoverRule;

typedef struct RepSingleLeaderSetup {
    int leader;
    RepIdList followers;      /* in the order of the file; default: all other nodes, by name */
    int ack;                  /* RepAckRule */
    gint64 ack_count;
    int ack_node;
    RepIdList ack_nodes;
    int ack_point;            /* RepAckPoint */
    SimSpan ack_timeout;      /* SIM_NEVER: none; the reader fills in 10 s for semi-sync */
    int ship;                 /* RepShip */
    int visible;              /* RepVisible */
    int reads;                /* RepReadRule */
    int reads_node;
    guint session;            /* bit set of session guarantees; 0: none */
    int failover;             /* RepFailoverRule */
} RepSingleLeaderSetup;

extern const RepPolicyOps rep_single_leader;

/* What `policy:` may say (single_leader_setup.c), and whether it can be: RepPolicyOps.fields and
 * .validate. */
extern const RepField rep_single_leader_fields[];
gboolean rep_single_leader_validate(const RepSetup *setup, char **message, const char **key);

#endif
