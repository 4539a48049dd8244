/*
 * pull.c — followers that ask for the log instead of being sent it (semantics §4, `pull`).
 *
 * A follower polls whom it follows, the leader or its upstream, once in every period, whatever
 * became of the polls before. The answer is one message with all that it has not been sent; or the
 * news of what has committed, where it shows no more than that; or nothing new. So an entry waits
 * for the next poll to arrive: half a period on average.
 *
 * When in its period a follower polls is drawn when it begins to run, so that followers do not ask
 * all at once. Who resumes after a cut, or under a new leader, is answered at once: that is a poll,
 * too. Acknowledgements do not wait for the next poll, as a Kafka follower fetches again as soon as
 * it has appended; and on links that lose messages what was sent is sent again as ever.
 *
 * Not modelled: a poll that waits at the leader until there is something (fetch.max.wait.ms of
 * Kafka, MongoDB's awaitData). Its followers are as fresh as if the leader pushed.
 */
#include "models/policies/single_leader/choices.h"
#include "models/policies/single_leader/state.h"

/* ---- the key ------------------------------------------------------------------------------ */

static const RepField period_args[] = {
    {.key = "period",
     .type = REP_FIELD_SPAN,
     .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, pull_period),
     .min = 1,
     .max = 3600e9,
     .doc = "between two polls of a follower",
     .example = "100ms"},
    {.key = NULL}};

const RepChoice rep_pull_choices[] = {
    {.name = "none",
     .value = REP_PULL_NONE,
     .doc = "the leader sends entries as 'ship' and 'batch' say"},
    {.name = "period",
     .value = REP_PULL_PERIOD,
     .args = period_args,
     .form = REP_FORM_VALUE,
     .doc = "each follower asks once in every period for what is new, and gets all of it as one "
            "message",
     .guarantees = "one message of entries for each poll, however much is written",
     .does_not = "keep followers as fresh: an entry waits for half a period on average, and writes "
                 "that wait for acknowledgements as well"},
    {.name = NULL}};

char *rep_pull_problem(const RepSingleLeaderSetup *policy)
{
    if (policy->pull == REP_PULL_NONE || policy->batch == REP_BATCH_NONE)
        return NULL;
    return g_strdup("followers that poll take all there is: 'batch' holds nothing back from them");
}

gboolean rep_is_pulled(RepView *view)
{
    return rep_policy_in(view)->pull != REP_PULL_NONE;
}

/* ---- polling ------------------------------------------------------------------------------ */

void rep_pull_init(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    if (!rep_is_pulled(view))
        return;
    state->poll_phase = sim_dist_uniform(0, rep_policy_in(view)->pull_period);
    REP_EACH_MEMBER(state, node)
    if (!state->is_joining[node])
        rep_pull_begin(state, view, node, out);
}

void rep_pull_clear(RepSingleLeaderState *state)
{
    g_clear_pointer(&state->poll_phase, sim_dist_free);
}

static void poll_after(const RepSingleLeaderState *state, RepView *view, int node, SimSpan span,
                       RepEffects *out)
{
    rep_set_timer(state, node, REP_TIMER_POLL, sim_time_after(rep_view_now(view), span), out);
}

void rep_pull_begin(const RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    gboolean follows = node != state->first_leader || !rep_leader_is_fixed(rep_view_setup(view));
    if (!state->poll_phase || !follows)
        return;
    guint64 cause = (guint64)rep_view_now(view);
    poll_after(state, view, node, rep_view_span(view, state->poll_phase, node, state->log, cause),
               out);
}

/* Who leads polls nobody, and goes on counting: it may follow again. */
void rep_pull_timer(const RepSingleLeaderState *state, RepView *view, int node, RepEffects *out)
{
    const RepMember *self = &state->members[node];
    if (!self->leads && !self->is_new && self->leader >= 0 && self->leader != node)
        rep_tell(state, view, node, self->leader, REP_MESSAGE_POLL, self->term, 0,
                 (guint64)rep_view_now(view), out);
    poll_after(state, view, node, rep_policy_in(view)->pull_period, out);
}

void rep_pull_nothing_new(const RepSingleLeaderState *state, RepView *view, int node,
                          const RepMessage *poll, RepEffects *out)
{
    rep_tell(state, view, node, poll->from, REP_MESSAGE_NOTHING_NEW, state->members[node].term, 0,
             poll->first, out);
}
