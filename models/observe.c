/* observe.c — digests, and handing observations to observers. */
#include "models/world_state.h"

static guint64 digest_body(guint64 digest, const RepObservation *seen)
{
    switch (seen->kind) {
    case REP_OBS_OPERATION_ENDED: {
        const RepOperationSeen *operation = &seen->operation;
        guint64 who = (guint64)operation->client << 48 | (guint64)operation->session << 16 |
                      (guint64)operation->kind << 8 | operation->outcome;
        guint64 where = (guint64)(guint32)operation->node << 32 | operation->version.term;
        digest = rep_digest_add(digest, operation->number, who);
        digest = rep_digest_add(digest, operation->key, where);
        digest = rep_digest_add(digest, operation->version.index, operation->attempts);
        for (guint i = 0; operation->versions && i < operation->versions->n; i++)
            digest = rep_digest_add(digest, operation->versions->serials[i], i);
        return digest;
    }
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
    case REP_OBS_FLUSH: {
        const RepEntriesSeen *entries = &seen->entries;
        guint64 who = (guint64)(guint32)entries->node << 32 | entries->log << 16 | entries->term;
        return rep_digest_add(rep_digest_add(digest, entries->first, who), entries->last, 1);
    }
    case REP_OBS_CARRIED: {
        const RepVersion *from = &seen->carried.from, *to = &seen->carried.to;
        guint64 terms = (guint64)from->term << 32 | to->term;
        digest = rep_digest_add(digest, terms,
                                (guint64)seen->carried.node | (guint64)seen->carried.log << 32);
        return rep_digest_add(digest, from->index, to->index);
    }
    case REP_OBS_LEASE:
    case REP_OBS_LEADERSHIP:
        return rep_digest_add(digest, (guint64)seen->leadership.node << 32 | seen->leadership.term,
                              (guint64)seen->leadership.log << 1 | seen->leadership.leads);
    case REP_OBS_RULE_CHANGED:
        return rep_digest_add(digest, (guint64)seen->rule.node,
                              seen->rule.waiting | (guint64)seen->rule.log << 1);
    case REP_OBS_IN_SYNC:
        return rep_digest_add(digest,
                              (guint64)seen->in_sync.log << 32 | (guint32)seen->in_sync.node,
                              (guint64)seen->in_sync.member << 1 | seen->in_sync.enters);
    case REP_OBS_NODE_CHANGED:
        return rep_digest_add(digest, (guint64)seen->node.node,
                              seen->node.state * 2 + seen->node.wiped);
    case REP_OBS_FAULT_BEGAN:
    case REP_OBS_FAULT_ENDED:
        return rep_digest_add(digest, seen->fault.fault, seen->fault.occurrence);
    case REP_OBS_PHASE:
        return rep_digest_add(digest, seen->phase.phase, seen->phase.drained);
    case REP_OBS_WRITTEN: {
        guint64 who = (guint64)(guint32)seen->written.party << 32 | seen->written.client;
        digest = rep_digest_add(digest, seen->written.key, who);
        digest = rep_digest_add(digest, seen->written.serial, (guint64)seen->written.stamp.time);
        return rep_digest_add(digest, seen->written.number, seen->written.conflicts);
    }
    case REP_OBS_STORED:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_ENDED: {
        guint64 who = (guint64)(guint32)seen->stored.node << 32 | seen->stored.why;
        return rep_digest_add(rep_digest_add(digest, seen->stored.key, who), seen->stored.serial,
                              seen->stored.by);
    }
    case REP_OBS_WRITE_CUT_OFF:
        return rep_digest_add(rep_digest_add(digest, seen->cut_off.key, seen->cut_off.is_cut_off),
                              seen->cut_off.serial, seen->cut_off.live->n);
    case REP_OBS_HINT:
        return rep_digest_add(digest,
                              (guint64)(guint32)seen->hint.node << 32 | (guint32)seen->hint.target,
                              (guint64)seen->hint.was << 32 | seen->hint.pending);
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_MESSAGE_SENT:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
    case REP_OBS_APPENDED:
    case REP_OBS_SETTLED:
    case REP_OBS_KINDS:
        break;
    }
    SIM_UNREACHABLE();
}

void rep_world_emit(RepWorld *world, const RepObservation *seen)
{
    guint32 bit = REP_OBS_BIT(seen->kind);
    if (bit & REP_OBS_DIGESTED)
        world->event_digest = digest_body(
            rep_digest_add(world->event_digest, (guint64)seen->at, (guint64)seen->kind), seen);
    if (!(world->mask & bit))
        return;
    for (guint i = 0; i < world->n_observers; i++)
        if (world->observers[i].mask & bit)
            world->observers[i].observe(world->observers[i].self, seen);
}

void rep_world_observe_entries(RepWorld *world, RepObservationKind kind, int node, int log,
                               guint32 term, guint64 first, guint64 last)
{
    RepObservation seen = {
        .kind = kind,
        .at = world->kernel.now,
        .entries = {.node = node, .log = (guint32)log, .term = term, .first = first, .last = last}};
    rep_world_emit(world, &seen);
}

guint64 rep_digest_fold(guint64 digest, guint64 next)
{
    return rep_digest_add(digest, next, 0x9e3779b97f4a7c15u);
}
