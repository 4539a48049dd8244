/* chain.h — chain replication and CRAQ (chain.c): what `policy: {model: chain}` may say. */
#ifndef REP_CHAIN_H
#define REP_CHAIN_H

#include "models/policies/policy.h"

typedef enum RepChainReads {
    REP_CHAIN_READS_TAIL,
    REP_CHAIN_READS_ANY, /* CRAQ's apportioned queries */
    REP_CHAIN_READS_NEAREST
} RepChainReads;

typedef enum RepChainAckPath { REP_CHAIN_ACK_DIRECT, REP_CHAIN_ACK_BACK } RepChainAckPath;
typedef enum RepChainFence { REP_CHAIN_FENCE_TRUE, REP_CHAIN_FENCE_FALSE } RepChainFence;

typedef struct RepChainSetup {
    RepIdList nodes;     /* the head first, the tail last */
    int reads;           /* RepChainReads */
    int ack_path;        /* RepChainAckPath */
    gboolean fails_over; /* there is a master, and … */
    RepPlaceList master; /* … this is its region; empty: that of the first node */
    SimSpan heartbeat;   /* between two of a node; 0: detect / 5 */
    SimSpan detect;      /* without one for so long, the master suspects the node */
    SimDist *takes;      /* from the suspicion to the new chain */
    int fence;           /* RepChainFence */
} RepChainSetup;

extern const RepPolicyOps rep_chain;
extern const RepField rep_chain_fields[];
gboolean rep_chain_validate(const RepSetup *setup, char **message, const char **key);

/* Does the node ever have a place in the chain? Without a master nobody can join it later. */
gboolean rep_chain_is_member(const RepSetup *setup, int node);
int rep_chain_first_head(const RepSetup *setup);
int rep_chain_master_region(const RepSetup *setup);
SimSpan rep_chain_heartbeat(const RepSetup *setup);

#endif
