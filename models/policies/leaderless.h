/*
 * leaderless.h — setup of the leaderless policy: every replica of a key takes writes, and
 * coordinators count answers (semantics §6; DeCandia et al., "Dynamo", SOSP 2007; DDIA 1st ed.
 * ch. 5 "Leaderless Replication").
 */
#ifndef REP_LEADERLESS_H
#define REP_LEADERLESS_H

#include "models/policies/policy.h"

typedef enum RepCoordinator { REP_COORDINATOR_CLIENT, REP_COORDINATOR_NEAREST } RepCoordinator;

typedef enum RepQuorumRule {
    REP_QUORUM_COUNT,    /* so many replicas, wherever they are */
    REP_QUORUM_MAJORITY, /* more than half of the replicas */
    REP_QUORUM_ALL,
    REP_QUORUM_LOCAL, /* a majority of the replicas in the coordinator's region */
    REP_QUORUM_EACH   /* a majority of the replicas in each region */
} RepQuorumRule;

typedef struct RepQuorumSetup {
    int rule; /* RepQuorumRule */
    gint64 count;
} RepQuorumSetup;

typedef enum RepPlacement {
    REP_PLACEMENT_RING,  /* the first N nodes clockwise from the key */
    REP_PLACEMENT_SPREAD /* the same, with as many in each region as can be */
} RepPlacement;

typedef enum RepFanout { REP_FANOUT_ALL, REP_FANOUT_QUORUM } RepFanout;
typedef enum RepHandoff { REP_HANDOFF_NONE, REP_HANDOFF_ON } RepHandoff;
typedef enum RepRepair { REP_REPAIR_NONE, REP_REPAIR_SHARE, REP_REPAIR_BLOCKING } RepRepair;
typedef enum RepAntiEntropy { REP_ANTI_ENTROPY_NONE, REP_ANTI_ENTROPY_EVERY } RepAntiEntropy;

typedef enum RepVersioning {
    REP_VERSIONS_VECTOR,
    REP_VERSIONS_SINGLE,
    REP_VERSIONS_LWW,
    REP_VERSIONS_HYBRID,
    REP_VERSIONS_MERGE,
    REP_VERSIONS_NONE
} RepVersioning;

typedef enum RepWars { REP_WARS_OFF, REP_WARS_ON } RepWars;

typedef struct RepLeaderlessSetup {
    gint64 replicas;
    RepQuorumSetup write, read;
    int coordinator; /* RepCoordinator */
    int placement;   /* RepPlacement */
    gint64 vnodes;
    int fanout;    /* RepFanout; of reads */
    SimSpan hedge; /* SIM_NEVER: none */
    gboolean sloppy;
    int handoff; /* RepHandoff */
    RepRate replay;
    SimSpan keep; /* a hint */
    int repair;   /* RepRepair */
    double repair_share;
    int anti_entropy; /* RepAntiEntropy */
    SimSpan every;
    int versions; /* RepVersioning */
    int merge;    /* RepMerge */
    int clock;    /* which one, of lww: RepVersioning */
    SimSpan tombstone_grace;
    int wars; /* RepWars */
    SimDist *w, *a, *r, *s;
} RepLeaderlessSetup;

extern const RepPolicyOps rep_leaderless;
extern const RepField rep_leaderless_fields[];

gboolean rep_leaderless_validate(const RepSetup *setup, char **message, const char **key);
gboolean rep_leaderless_advise(const RepSetup *setup, guint n, char **message, const char **key);

static inline const RepLeaderlessSetup *rep_leaderless_of(const RepSetup *setup)
{
    return setup->policy_setup;
}

#endif
