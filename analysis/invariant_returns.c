/*
 * invariant_returns.c — entries that a leader's log has not: whoever comes back with them hears of
 * it, and of two conflicting writes the later stands; see invariants.h.
 */
#include "analysis/invariants_private.h"

/* An answer that a leader owes, within the instant. */
typedef struct Question {
    SimTime at;
    int leader, follower;
} Question;

/* Both keyed by place: term << 40 | index. */
struct AnaReturns {
    Question asked;           /* .at SIM_NEVER: nobody waits */
    GHashTable *has_snapshot; /* by term and follower: one has been sent in it */
    GHashTable *durable;      /* SimTime, of an entry at its origin */
    GHashTable *origins;      /* guint64: where a carried entry came from */
};

static guint64 place_of(RepVersion entry)
{
    return (guint64)entry.term << 40 | entry.index;
}

static void put(GHashTable *table, guint64 key, guint64 value)
{
    guint64 *pair = g_new(guint64, 2);
    pair[0] = key;
    pair[1] = value;
    g_hash_table_replace(table, pair, pair);
}

static guint64 get(GHashTable *table, guint64 key, guint64 fallback)
{
    const guint64 *pair = g_hash_table_lookup(table, &key);
    return pair ? pair[1] : fallback;
}

void ana_returns_init(AnaInvariants *self)
{
    AnaReturns *returns = self->returns = g_new0(AnaReturns, 1);
    returns->asked.at = SIM_NEVER;
    returns->has_snapshot = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    returns->durable = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    returns->origins = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void ana_returns_clear(AnaInvariants *self)
{
    g_hash_table_destroy(self->returns->has_snapshot);
    g_hash_table_destroy(self->returns->durable);
    g_hash_table_destroy(self->returns->origins);
    g_free(self->returns);
}

/* ---- what to cut off ---------------------------------------------------------------------- */

static guint64 snapshot_of(guint32 term, int follower)
{
    return (guint64)term << 40 | (guint64)follower;
}

static void asked(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaReplica *leader = &self->replicas[message->to];
    const AnaReplica *follower = &self->replicas[message->from];
    if (!leader->leads || leader->state != REP_NODE_UP || self->rules->wakes ||
        get(self->returns->has_snapshot, snapshot_of(leader->term, message->from), 0))
        return;
    /* An old question: it has entries of a later leader by now, and follows that one. */
    if (ana_chain_term_at(&follower->chain, follower->received) > leader->term)
        return;
    const AnaReign *reign = ana_reign(self, leader->term);
    if (ana_chain_common(&follower->chain, &reign->log) < follower->received)
        self->returns->asked = (Question){self->now, message->to, message->from};
}

static void answered(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaKinds *kinds = &self->rules->kinds;
    Question *question = &self->returns->asked;
    gboolean is_snapshot = message->kind == kinds->snapshot;
    if (is_snapshot)
        put(self->returns->has_snapshot,
            snapshot_of(self->replicas[message->from].term, message->to), 1);
    if ((is_snapshot || message->kind == kinds->entries) && message->from == question->leader &&
        message->to == question->follower)
        question->at = SIM_NEVER;
}

static void check_answered(AnaInvariants *self)
{
    Question *question = &self->returns->asked;
    ana_violated(self, ANA_TAIL_IS_CUT,
                 "%s asked where to go on at %" G_GINT64_FORMAT
                 " ns, with entries that the log of %s lacks, and was not answered",
                 ana_node_name(self, question->follower), question->at,
                 ana_node_name(self, question->leader));
    question->at = SIM_NEVER;
}

/* ---- conflicts ---------------------------------------------------------------------------- */

static void durable(AnaInvariants *self, const RepEntriesSeen *seen)
{
    const AnaReign *reign = ana_reign(self, seen->term);
    for (guint64 index = seen->first; index <= seen->last; index++) {
        RepVersion entry = {.index = index, .term = ana_chain_term_at(&reign->log, index)};
        put(self->returns->durable, place_of(entry), (guint64)self->now);
    }
}

static SimTime durable_at(const AnaInvariants *self, RepVersion entry)
{
    return (SimTime)get(self->returns->durable, place_of(entry), (guint64)SIM_NEVER);
}

static RepVersion origin_of(const AnaInvariants *self, RepVersion entry)
{
    guint64 place = get(self->returns->origins, place_of(entry), place_of(entry));
    return (RepVersion){.index = place & ((UINT64_C(1) << 40) - 1), .term = (guint32)(place >> 40)};
}

static void carried(AnaInvariants *self, const RepObservation *seen)
{
    RepVersion from = seen->carried.from, to = seen->carried.to;
    const AnaReplica *leader = &self->replicas[seen->carried.node];
    const AnaAppended *what = ana_logs_entry(self, from);
    if (!what || ana_chain_contains(&leader->chain, from, leader->received))
        return; /* the loser of what is carried next */
    RepVersion other =
        origin_of(self, ana_clients_newest(self, leader, leader->received, what->key));
    const AnaReign *reign = ana_reign(self, from.term);
    gboolean has_seen = other.index == 0 ||
                        (from.index > 1 && ana_chain_contains(&reign->log, other, from.index - 1));
    gboolean is_later = !has_seen && durable_at(self, other) >= durable_at(self, from);
    if (to.index && is_later)
        ana_violated(self, ANA_LATER_WRITE_STANDS,
                     "%s puts entry %" G_GUINT64_FORMAT " of term %u over entry %" G_GUINT64_FORMAT
                     " of term %u, which became durable later and had not been seen",
                     ana_node_name(self, seen->carried.node), from.index, from.term, other.index,
                     other.term);
    if (!to.index && !is_later)
        ana_violated(self, ANA_LATER_WRITE_STANDS,
                     "%s drops entry %" G_GUINT64_FORMAT " of term %u though no later write stands",
                     ana_node_name(self, seen->carried.node), from.index, from.term);
    if (to.index)
        put(self->returns->origins, place_of(to), place_of(from));
}

void ana_returns_observe(AnaInvariants *self, const RepObservation *seen)
{
    const AnaKinds *kinds = &self->rules->kinds;
    if (self->returns->asked.at < seen->at ||
        (self->returns->asked.at != SIM_NEVER && seen->kind == REP_OBS_PHASE))
        check_answered(self);
    gboolean is_asked = kinds->resume != 0;
    if (is_asked && seen->kind == REP_OBS_MESSAGE_SENT)
        answered(self, &seen->message);
    else if (is_asked && seen->kind == REP_OBS_MESSAGE_ARRIVED &&
             seen->message.kind == kinds->resume)
        asked(self, &seen->message);
    else if (seen->kind == REP_OBS_DURABLE)
        durable(self, &seen->entries);
    else if (seen->kind == REP_OBS_CARRIED)
        carried(self, seen);
}
