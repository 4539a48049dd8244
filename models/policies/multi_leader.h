/*
 * multi_leader.h — setup of the multi-leader policy: several nodes take writes, each into a log of
 * its own, and exchange them (semantics §5; DDIA 1st ed. ch. 5 "Multi-Leader Replication").
 */
#ifndef REP_MULTI_LEADER_H
#define REP_MULTI_LEADER_H

#include "models/policies/policy.h"

typedef enum RepTopology {
    REP_TOPOLOGY_ALL,    /* each leader sends its own writes to every other */
    REP_TOPOLOGY_CIRCLE, /* each passes everything on to the next in the list */
    REP_TOPOLOGY_STAR,   /* one passes on between all others */
    REP_TOPOLOGY_LINKS   /* along these */
} RepTopology;

typedef enum RepMultiReads { REP_MULTI_READS_LOCAL, REP_MULTI_READS_NEAREST } RepMultiReads;

typedef enum RepMultiConflict {
    REP_CONFLICT_LWW,
    REP_CONFLICT_HYBRID,
    REP_CONFLICT_SIBLINGS,
    REP_CONFLICT_MERGE,
    REP_CONFLICT_HOME,
    REP_CONFLICT_PRIORITY
} RepMultiConflict;

typedef enum RepHome { REP_HOME_HASH, REP_HOME_PREFIX } RepHome;

typedef struct RepMultiLeaderSetup {
    RepIdList leaders;
    RepNodeMap followers; /* the leader that each follows; -1: none */
    int topology;         /* RepTopology */
    int centre;           /* star */
    RepLinks links;
    int reads;    /* RepMultiReads */
    int conflict; /* RepMultiConflict */
    int stamp;    /* of lww: RepMultiConflict */
    int merge;    /* RepMerge */
    int home;     /* RepHome */
    RepKeyHomes key_homes;
    RepIdList priority;
    gboolean causal;
} RepMultiLeaderSetup;

extern const RepPolicyOps rep_multi_leader;
extern const RepField rep_multi_leader_fields[];

gboolean rep_multi_leader_validate(const RepSetup *setup, char **message, const char **key);
gboolean rep_multi_leader_advise(const RepSetup *setup, guint n, char **message, const char **key);

static inline const RepMultiLeaderSetup *rep_multi_leader_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

/* The log that the node leads; -1: none. */
int rep_multi_leader_log(const RepMultiLeaderSetup *policy, int node);
/* The leader at which the key is at home (conflict: home), and why there may be none. */
int rep_home_of(const RepSetup *setup, const RepMultiLeaderSetup *policy, guint64 key);
char *rep_home_problem(const RepSetup *setup, const RepMultiLeaderSetup *policy);
/* Leads, or follows a leader. */
gboolean rep_multi_leader_is_member(const RepMultiLeaderSetup *policy, int node);

#endif
