/*
 * log.h — a replicated log: its entries, who holds how much of it, and which version of a key a
 * node shows.
 *
 * Idea. Nodes do not keep copies of entries; they keep positions. The entries of a log are stored
 * once, by the leadership (term) that appended them; a term knows which term's log it continues and
 * from which index on. So a node's copy is (term, index): by the log matching property (Raft §5.3)
 * two copies whose last entries agree in term and index agree everywhere. Truncation and forks are
 * moves of (term, index); nothing is copied.
 *
 * Versions of a key are chained, newest append first; what a node shows of a key is the first
 * version in the chain that its shown prefix contains.
 *
 * Memory: entries and versions that every node shows already are dropped (the floor), so memory
 * grows with what some node still needs. Where a node may lose its disk (`keeps_all`), nothing is.
 */
#ifndef REP_LOG_H
#define REP_LOG_H

#include "models/observation.h"

#include "sim/pool.h"
#include "sim/ring.h"

typedef struct RepLogEntry {
    guint64 key;          /* where the log names writes: the number of a set (versions.h) */
    guint64 bytes_before; /* of all earlier entries of the term */
    guint32 bytes;
    guint32 waiting;    /* exchanges that wait for the commit: first of a chain, or none */
    SimTime durable_at; /* at the node that appended it; SIM_NEVER until then */
} RepLogEntry;

typedef struct RepLogTerm {
    guint32 parent;  /* term whose log this one continues; 0: none */
    guint64 first;   /* index of the term's first entry */
    SimRing entries; /* positions are indexes */
    gboolean opened;
} RepLogTerm;

/* One node's copy: prefixes of the log of `term`. */
typedef struct RepLogCopy {
    guint32 term;
    guint64 arrived, received, flushed, applied;
    guint64 committed;   /* where this node leads: the rule has held up to here */
    guint64 decided;     /* the node knows that the rule has held up to here */
    gboolean leads;      /* the node appends to this log */
    gboolean is_kept;    /* the node keeps a copy of this log at all */
    gboolean is_awaited; /* it will, once a snapshot is there … */
    gboolean is_reserved;
    guint64 reserved; /* … of everything up to here; 0: none is on its way */
} RepLogCopy;

/* A key and its newest version, in one place because that is what nearly every read asks for. */
typedef struct RepKeySlot {
    guint64 key;
    guint64 index; /* of the newest version; 0: the slot is free */
    guint32 term;
    guint32 older; /* version in the pool; SIM_POOL_NONE: none */
} RepKeySlot;

typedef struct RepLog {
    int id;
    gboolean keeps_all;
    /* Where not NULL the log does not order the versions of keys: its entries name writes, which
     * are given back when an entry is dropped. */
    void (*dropped)(void *self, const RepLogEntry *entry);
    void *self;
    RepLogTerm *terms; /* by term number; [0] is unused */
    guint32 n_terms;
    guint32 newest_term;
    RepLogCopy *copies; /* one per node */
    gsize n_copies;
    guint64 floor;    /* every node shows at least this prefix of the newest log */
    gsize at_floor;   /* number of copies that stand exactly there */
    guint64 settled;  /* the highest floor so far, as far as nobody has cut it off again */
    RepKeySlot *keys; /* open addressing, linear probing; n_slots is a power of two */
    gsize n_slots, n_keys;
    SimPool versions;
} RepLog;

/* The caller then marks the copies that are kept and calls rep_log_begin(). */
void rep_log_init(RepLog *log, int id, gsize n_nodes, gboolean keeps_all);
void rep_log_begin(RepLog *log);
void rep_log_clear(RepLog *log);

/* Node `node` opens term `term` at the end of what it has flushed; what it held beyond is cut. */
void rep_log_open_term(RepLog *log, int node, guint32 term);
/* The leader's next entry. Returns its index. */
guint64 rep_log_append(RepLog *log, int node, guint64 key, guint32 bytes);
/* The entry at `index` of the log of `term`; NULL where it is dropped or does not exist. */
RepLogEntry *rep_log_entry(const RepLog *log, guint32 term, guint64 index);
/* Which term appended index `index` of the log of `term`; 0 where there is none. */
guint32 rep_log_term_at(const RepLog *log, guint32 term, guint64 index);
/* Last index at which the logs of two terms agree. */
guint64 rep_log_common(const RepLog *log, guint32 a, guint32 b);
/* Bytes of entries first … last of the log of `term`. */
guint64 rep_log_bytes(const RepLog *log, guint32 term, guint64 first, guint64 last);

/* What the node needs no more of the log: it shows it, has it on disk and, where it leads, has
 * committed it. Call rep_log_moved() after a copy changed (`before`: what rep_log_holds() was):
 * moves the floor and drops what nobody needs. */
guint64 rep_log_holds(const RepLog *log, int node);
void rep_log_moved(RepLog *log, int node, guint64 before);

/* Says that somebody will soon look for the key, where waiting for memory is the price of it. */
void rep_log_prefetch(const RepLog *log, guint64 key);
/* The version of a key that the node shows; index 0 where it shows none. */
RepVersion rep_log_version(const RepLog *log, int node, guint64 key);
/* The newest version of a key in the node's copy, shown or not; index 0 where there is none. */
RepVersion rep_log_newest(const RepLog *log, int node, guint64 key);
/* True where (term, index) is in the node's copy up to `arrived`. */
gboolean rep_log_contains(const RepLog *log, int node, RepVersion version);

#endif
