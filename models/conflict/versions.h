/*
 * versions.h — writes, what their authors had seen, and the sets of versions that replicas hold
 * where there is no one log (semantics §5, §6).
 *
 * A write is the serial-th to its key that any replica accepted: serials are the world's numbers,
 * no protocol knows them. Its *context* is the set of earlier serials of its key that it follows.
 * Two writes conflict when neither context contains the other. Contexts are exact causal
 * histories; they decide what version vectors with one entry per accepting party (and dots for the
 * holes) decide: Preguiça, Baquero et al., "Dotted Version Vectors", 2010.
 *
 * A *set* is what a replica holds of a key or a message carries: the versions that count
 * (siblings; one, where a rule picks a winner) and its *cover*, every serial that was ever joined
 * into it, with their contexts: what reading the set makes known. Sets are immutable and shared by
 * reference.
 *
 * Live and kept. A write is *live* while a set that holds it is at a live replica or on its way;
 * kept while any set holds it, on the disk of a dead node too. Whoever holds a set says which. A
 * write is *cut off* while neither it nor one that follows it is live. When it is held nowhere it
 * ends, with the fate of RepWriteFate:
 *
 *   FOLLOWED     one that follows it has taken its place somewhere, or is left
 *   OVERWRITTEN  the same, where the rule had shown the author another one in its place; and
 *                otherwise, where a rule has dropped it in favour of one that does not
 *   LOST         otherwise
 *
 * FOLLOWED is no promise: what follows it may be cut off later, and with it all of its context that
 * has ended and that nothing live contains. The listener has what is needed to say so.
 *
 * Memory: a write goes when nobody holds it. What was lost before anybody else heard of it leaves a
 * gap in every cover for ever; in covers that have many, gaps further back than REP_CONFLICT_REACH
 * are closed where no write is left in them. That is seen by nobody: who follows whom is asked of
 * writes that are left, and conflicts are not counted with writes further back.
 *
 * Numbers are names (SimPool); set 0 and write 0 are none.
 */
#ifndef REP_VERSIONS_H
#define REP_VERSIONS_H

#include "models/observation.h"

#include "sim/intervals.h"
#include "sim/pool.h"

/* Writes to a key that are further apart are not counted as a conflict. */
#define REP_CONFLICT_REACH 4096u

typedef struct RepConflictRule RepConflictRule; /* conflict.h */

typedef struct RepWrite {
    guint32 id; /* its own number */
    guint64 key, serial;
    RepStamp stamp;       /* by the clock of who accepted it */
    SimIntervals context; /* serials of its key that it follows; owned */
    gint32 origin;        /* party that accepted it */
    guint32 client;       /* whose operation it is … */
    guint64 number;       /* … and its number in the group */
    guint32 bytes;
    guint32 value;        /* the caller's: a text, say; 0: none */
    SimTime written_at;   /* when it was accepted */
    guint32 sets, live;   /* that hold it; live ones among them */
    guint32 older, newer; /* neighbours among the key's writes that are left, by serial */
    guint8 was_backwards; /* the caller's: a replica has dropped it for one that it follows */
    guint8 is_settled;    /* the caller's, too: all of them do */
    guint32 shown_by;     /* the caller's: nodes that keep its key and show it or what it came to */
    guint8 is_delete;
    guint8 is_replaced;    /* one whose author had seen it took its place in a set */
    guint8 is_overruled;   /* a rule dropped it in favour of one whose author had not */
    guint8 is_passed_over; /* whoever followed it had been shown another one in its place */
    guint8 is_expired;     /* it was forgotten on purpose: a tombstone whose time is over */
    guint8 is_cut_off;     /* listener told, but for … */
    guint8 was_live;       /* … before it was live for the first time */
    guint32 n_drawn_in; /* writes in a conflict for the first time since it came, it among them */
} RepWrite;

typedef struct RepVersionSet {
    guint32 refs, live; /* holders; live ones among them */
    guint32 n;          /* versions; 0 only in the empty set */
    guint32 one;        /* n == 1: the version */
    guint32 *many;      /* n > 1: versions, ascending by serial; owned */
    SimIntervals cover; /* owned */
    guint64 key;
} RepVersionSet;

/* What happens to writes; the world makes observations of it. Any may be NULL. It must not change
 * anything. `live`: the live writes to its key and all that they follow. */
typedef struct RepVersionsListener {
    void (*cut_off)(void *self, const RepWrite *write, gboolean is_cut_off,
                    const SimIntervals *live);
    void (*ended)(void *self, const RepWrite *write, RepWriteFate fate);
    void *self;
} RepVersionsListener;

struct RepVersionKey;

typedef struct RepVersions {
    const RepConflictRule *rule;
    const void *rule_setup; /* of the rule; borrowed */
    SimPool writes, sets;
    struct RepVersionKey *keys; /* open addressing by key */
    gsize n_slots, n_keys;
    GArray *loose;  /* guint32: sets that nobody may hold; see rep_versions_sweep() */
    GArray *ending; /* guint32: writes that nobody holds */
    RepVersionsListener listener;
} RepVersions;

void rep_versions_init(RepVersions *versions, const RepConflictRule *rule, const void *rule_setup,
                       RepVersionsListener listener);
void rep_versions_clear(RepVersions *versions);

/* What a new write is; `context` is the set its author had before him (0: nothing): its cover
 * becomes the write's context. */
typedef struct RepNewWrite {
    guint64 key;
    RepStamp stamp;
    gint32 origin;
    guint32 client;
    guint64 number;
    guint32 bytes, value;
    gboolean is_delete;
    guint32 context;
    gboolean is_edit; /* its author had the context as a reader, as far as the rule shows it */
    SimTime written_at;
} RepNewWrite;

/* Accepts a write. Returns a loose set that holds it alone. *n_conflicts: the earlier writes to
 * its key, within reach, that its context lacks (each such pair is a conflict, counted once). */
guint32 rep_versions_write(RepVersions *versions, const RepNewWrite *write, guint64 *n_conflicts);

/* The join of two sets of a key by the rule, `held` at the replica and `arriving`. Returns `held`
 * or `arriving` where it equals one of them, otherwise a loose set. Either may be 0. */
guint32 rep_versions_join(RepVersions *versions, guint32 held, guint32 arriving);

/* What a join dropped: versions of `before` that are not in `after`, with why: `by_rule` if none of
 * `after` follows it. Called by who stores the result at a replica; marks the writes as overruled
 * or replaced. */
typedef void (*RepDropped)(void *self, const RepWrite *write, gboolean by_rule);
void rep_versions_note_dropped(RepVersions *versions, guint32 before, guint32 after,
                               RepDropped dropped, void *self);

/* Holding. Each hold is given back with the same liveness, or changed by rep_set_set_live(). */
void rep_set_hold(RepVersions *versions, guint32 set, gboolean is_live);
void rep_set_release(RepVersions *versions, guint32 set, gboolean is_live);
void rep_set_move(RepVersions *versions, guint32 set, gboolean to_live); /* one hold changes */
/* Frees sets that nobody holds, and ends writes: call when an event has been dealt with. */
void rep_versions_sweep(RepVersions *versions);
/* Holders of the set forget it because its time is over: what they let go is not lost. */
void rep_versions_note_expired(RepVersions *versions, guint32 set);
/* The run is over: what is held but not live ends as if it were let go, in no set that counts. The
 * listener is told of nothing after that. */
void rep_versions_finish(RepVersions *versions);

static inline const RepVersionSet *rep_set_at(const RepVersions *versions, guint32 set)
{
    return sim_pool_at(&versions->sets, set);
}
static inline const RepWrite *rep_write_at(const RepVersions *versions, guint32 write)
{
    return sim_pool_at(&versions->writes, write);
}
/* The i-th version of a set, by serial. */
static inline const RepWrite *rep_set_version(const RepVersions *versions, const RepVersionSet *set,
                                              guint32 i)
{
    return rep_write_at(versions, set->n == 1 ? set->one : set->many[i]);
}
/* The oldest and the newest write to a key that is left, and the next one after one; 0: none. */
guint32 rep_versions_oldest(const RepVersions *versions, guint64 key);
guint32 rep_versions_newest(const RepVersions *versions, guint64 key);
static inline guint32 rep_versions_next(const RepVersions *versions, guint32 write)
{
    return rep_write_at(versions, write)->newer;
}
/* The version that a reader is shown first: the one with the largest stamp; NULL: none. */
const RepWrite *rep_set_newest(const RepVersions *versions, guint32 set);
/* Do both sets hold the same versions? */
gboolean rep_sets_agree(const RepVersions *versions, guint32 a, guint32 b);

#endif
