/*
 * snapshot.c — setting up a follower that the log alone cannot (semantics §3; DDIA ch. 5 "Setting
 * Up New Followers").
 *
 * A leader keeps `retain` entries or bytes of its log. A follower that resumes further back, or has
 * joined with nothing, gets a snapshot of what the leader shows, and then goes on from there. The
 * transfer takes snapshot_size over the link's bandwidth, beside the stream. If more is written
 * meanwhile than is kept, the next question is again too old, and it all begins anew: a rebuild
 * that never succeeds (GitLab, 31 January 2017).
 */
#include "models/planted.h"
#include "models/policies/single_leader/upstream.h"

static const RepRetention *retention_of(const RepSetup *setup, int leader)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    return policy->retain.is_given ? &policy->retain : &setup->nodes[leader].storage.retain;
}

static guint64 snapshot_size(const RepSetup *setup, int leader)
{
    gint64 own = setup->nodes[leader].storage.snapshot_size;
    gint64 size = rep_policy_of(setup)->snapshot_size;
    return (guint64)(size > 0 ? size : own);
}

/* What a snapshot contains: what the sender shows, and nothing that followers must not. */
static guint64 contained(const RepSingleLeaderState *state, RepView *view, int sender)
{
    const RepMember *self = &state->members[sender];
    RepLogView log = rep_view_log(view, sender, state->log);
    guint64 shown = MIN(log.applied, log.flushed);
    if (!rep_committed_matters(view))
        return shown;
    return MIN(shown, self->leads ? self->ack.committed : log.decided);
}

/* Does the leader still keep what comes after entry `agreed`? */
static gboolean keeps_from(const RepSingleLeaderState *state, RepView *view, int leader,
                           guint64 agreed)
{
    const RepRetention *retain = retention_of(rep_view_setup(view), leader);
    RepLogView log = rep_view_log(view, leader, state->log);
    guint64 flushed = log.flushed;
    /* What a snapshot does not contain cannot have been given up. */
    if (agreed >= contained(state, view, leader))
        return TRUE;
    if (retain->entries > 0 && flushed - agreed > (guint64)retain->entries)
        return FALSE;
    return retain->bytes <= 0 ||
           rep_entry_bytes(state, view, leader, agreed + 1, flushed) <= (guint64)retain->bytes;
}

gboolean rep_snapshot_instead(RepSingleLeaderState *state, RepView *view,
                              const RepSnapshotFor *asked, const RepMessage *resume, guint64 agreed,
                              RepEffects *out)
{
    int follower = resume->from;
    guint64 *end = asked->end;
    /* The answer to a snapshot may have been lost: what the follower has says that it is there. */
    if (resume->value == REP_RESUME_INSTALLED ||
        (resume->value == REP_RESUME_PLAIN && resume->last + 1 >= *end))
        *end = 0;
    if (resume->value != REP_RESUME_EMPTY && keeps_from(state, view, asked->sender, agreed)) {
        *end = 0;
        return FALSE;
    }
    if (*end)
        return TRUE;
    guint64 index = contained(state, view, asked->sender);
    *end = index + 1;
    rep_move_to(state, REP_EFFECT_RESERVE, follower, index, 0, out);
    RepMessage message = {.from = asked->sender,
                          .to = follower,
                          .kind = REP_MESSAGE_SNAPSHOT,
                          .log = (guint8)state->log,
                          .is_bulk = TRUE,
                          .term = asked->term,
                          .first = index,
                          .last = index,
                          .bytes = (guint64)rep_view_setup(view)->network.message_size +
                                   snapshot_size(rep_view_setup(view), asked->sender)};
    rep_effects_send(out, &message);
    return TRUE;
}

void rep_snapshot_arrived(RepSingleLeaderState *state, RepView *view, int node,
                          const RepMessage *snapshot, RepEffects *out)
{
    RepMember *self = &state->members[node];
    RepLogView log = rep_view_log(view, node, state->log);
    if (!rep_follower_hears(state, view, node, snapshot->term, snapshot->from, out))
        return; /* of a leadership that is over */
    /* Whatever its last term: what agrees with the sender's log is not given back. */
    guint64 agreed = MIN(log.flushed, rep_view_common(view, node, state->log, snapshot->term));
    gboolean has_more = !self->is_new && agreed > snapshot->last;
    if (!has_more || REP_PLANTED(STALE_SNAPSHOT)) {
        rep_move_to(state, REP_EFFECT_INSTALL, node, snapshot->last, snapshot->term, out);
        log.flushed = snapshot->last;
        log.term = snapshot->term;
        self->agreed_term = snapshot->term;
    }
    self->is_new = FALSE;
    self->n_ahead = 0;
    self->reported = log.flushed;
    RepMessage resume = {.from = node,
                         .to = snapshot->from,
                         .kind = REP_MESSAGE_RESUME,
                         .log = (guint8)state->log,
                         .term = log.term,
                         .first = log.flushed + 1,
                         .last = log.flushed,
                         .value = REP_RESUME_INSTALLED,
                         .bytes = (guint64)rep_view_setup(view)->network.message_size};
    rep_effects_send(out, &resume);
    rep_relay_agrees(state, view, node, TRUE, out);
}
