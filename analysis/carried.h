/*
 * carried.h — private to analysis/: what became of entries that were cut off and handed to a newer
 * leader.
 *
 * Such an entry was appended again at a new place, or a conflict rule dropped it. A place that was
 * left may still be named later: by an answer that was on its way, or by a read at a replica that
 * has not cut it yet. Its new place may be cut and carried again. Handed over twice (the first time
 * without an answer), an entry counts once, as long as its first new place lives.
 *
 * Ascending by old place, which is mostly the order of arrival. Places that nothing can name any
 * more are pruned.
 */
#ifndef ANA_CARRIED_H
#define ANA_CARRIED_H

#include "analysis/history.h"
#include "analysis/version.h"

typedef struct AnaCarried AnaCarried;

AnaCarried *ana_carried_new(void);
void ana_carried_free(AnaCarried *carried);

/* Where the entry that was at `place` is now, or was when a rule dropped it. */
AnaVersion ana_carried_place(const AnaCarried *carried, AnaVersion place);
gboolean ana_carried_is_dropped(const AnaCarried *carried, AnaVersion place);
/* `place`, where an entry was carried last; or, where that is cut off and an earlier place of it is
 * not (a node that had not cut it yet led again), the newest such. */
AnaVersion ana_carried_living(const AnaCarried *carried, const AnaHistory *history,
                              AnaVersion place);
/* The i-th place that was left and not pruned, i < ana_carried_n_left(). */
guint ana_carried_n_left(const AnaCarried *carried);
AnaVersion ana_carried_left(const AnaCarried *carried, guint i);
/* The entry that was at `from` is at `to` from now on; 0: it was dropped. */
void ana_carried_add(AnaCarried *carried, AnaVersion from, AnaVersion to);
/* Number of additions ever. */
guint ana_carried_count(const AnaCarried *carried);
/* TRUE when it has grown so much that pruning is worth a look at everything. */
gboolean ana_carried_is_full(const AnaCarried *carried);
/* Forgets places that no node's copy has held for longer than an operation's life. */
void ana_carried_prune(AnaCarried *carried, const AnaHistory *history, SimTime now, SimSpan life);

#endif
