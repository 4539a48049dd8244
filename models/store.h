/*
 * store.h — what a node holds of the keys where there is no one log: sets of versions, and what it
 * keeps for others (hints).
 *
 * What arrives waits for the node's disk: versions join what readers are shown, and hints are kept,
 * when a flush has covered them (group commit, as for log entries; at once where flushing is
 * free). `held` is what the node has of a key, flushed or not: what it accepts next has that
 * before it. A node that stops loses what was not flushed; on a wiped disk, everything.
 *
 * Memory: one slot per key that the node has anything of.
 */
#ifndef REP_STORE_H
#define REP_STORE_H

#include "models/conflict/versions.h"

#include "sim/ring.h"
#include "sim/time.h"

typedef struct RepWorld RepWorld;

typedef struct RepStoreSlot {
    guint64 key;
    guint32 shown; /* set; 0: none */
    guint32 held;  /* set, where it is another than `shown`; 0: the same */
    gboolean is_used;
} RepStoreSlot;

/* What waits for the disk. */
typedef struct RepStorePending {
    guint64 key, token;
    guint32 set;
    gint32 target; /* of a hint; -1: the node itself */
} RepStorePending;

typedef struct RepStoreHint {
    guint64 key;
    guint32 set;
    SimTime since;
} RepStoreHint;

typedef struct RepStore {
    RepStoreSlot *slots; /* open addressing; n_slots is a power of two */
    gsize n_slots, n_keys;
    SimRing pending;  /* RepStorePending */
    guint64 covered;  /* of them: by the flush that is running */
    SimRing *hints;   /* per target: RepStoreHint; NULL: none yet */
    gboolean is_live; /* the node is up: what it holds can be asked for */
} RepStore;

void rep_stores_init(RepWorld *world);
void rep_stores_clear(RepWorld *world);

guint32 rep_store_shown(const RepWorld *world, int node, guint64 key);
guint32 rep_store_held(const RepWorld *world, int node, guint64 key);
/* Effects STORE and HINT (target >= 0), UNHINT, FORGET. */
void rep_store_add(RepWorld *world, int node, guint32 set, int target, guint64 token);
void rep_store_unhint(RepWorld *world, int node, int target);
void rep_store_forget(RepWorld *world, int node, guint64 key);
/* Versions that need no disk any more join what the node shows (an applied log entry). */
void rep_store_show(RepWorld *world, int node, guint32 set);
/* … are in its memory, and in what it accepts next (an appended log entry). */
void rep_store_hold(RepWorld *world, int node, guint32 set);

/* Does anything wait for the disk of a node that is up? */
gboolean rep_stores_are_waiting(const RepWorld *world);
/* The disk (disk.c): is anything waiting; a flush begins (the cause of its draw: the first that it
 * covers), and has ended. */
gboolean rep_store_is_waiting(const RepWorld *world, int node);
guint64 rep_store_take(RepWorld *world, int node);
void rep_store_flushed(RepWorld *world, int node);

/* The node stopped or runs again (node.c). */
void rep_store_stopped(RepWorld *world, int node, gboolean wipe);
void rep_store_started(RepWorld *world, int node);

#endif
