/*
 * batch.c — entries that wait for others before they are shipped (semantics §4, `batch`).
 *
 * What may be shipped waits, counted from the first entry that does, or until there are `most`
 * bytes of it; then all of it leaves, be it more than `most`. Whoever ships does so by this rule: a
 * leader, and a follower that others have as their upstream, so that entries may wait once at each
 * hop. A follower that resumes is given everything at once.
 */
#include "models/policies/single_leader/choices.h"
#include "models/policies/single_leader/state.h"

#define AT(member) .offset = G_STRUCT_OFFSET(RepSingleLeaderSetup, member)

static const RepField batch_args[] = {
    {.key = "every",
     .type = REP_FIELD_SPAN,
     AT(batch_every),
     .required = TRUE,
     .min = 1,
     .max = 3600e9,
     .doc = "the first entry of a batch waits so long (linger.ms of Kafka's producers)",
     .example = "5ms"},
    {.key = "most",
     .type = REP_FIELD_SIZE,
     AT(batch_most),
     .min = 1,
     .max = 1e18,
     .doc = "a batch of so many bytes leaves at once; default: however large",
     .example = "1MB"},
    {.key = NULL}};

const RepChoice rep_batch_choices[] = {
    {.name = "none",
     .value = REP_BATCH_NONE,
     .doc = "entries are shipped as 'ship' says, what one flush covers as one message"},
    {.name = "batch",
     .value = REP_BATCH_ON,
     .args = batch_args,
     .form = REP_FORM_MAPPING,
     .doc = "what is ready to be shipped waits until the first of it has waited for 'every', or "
            "there are 'most' bytes of it, and leaves as one message; at the leader, and likewise "
            "at each follower that is an 'upstream'",
     .guarantees = "at most one message per follower in each 'every', unless batches fill up",
     .does_not = "keep followers as fresh: each entry is up to 'every' later at each hop, and "
                 "writes that wait for acknowledgements as well"},
    {.name = NULL}};

/* ---- waiting ------------------------------------------------------------------------------ */

void rep_batch_left(const RepSingleLeaderState *state, int node, guint64 upto, RepEffects *out)
{
    RepBatch *batch = &state->members[node].batch;
    if (batch->is_open)
        rep_set_timer(state, node, REP_TIMER_BATCH, SIM_NEVER, out);
    *batch = (RepBatch){.released = upto};
}

void rep_batch_given(const RepSingleLeaderState *state, int node, guint64 upto)
{
    RepBatch *batch = &state->members[node].batch;
    if (!batch->is_open)
        batch->released = MAX(batch->released, upto);
}

/* What a follower was given because it resumed may be gone from the log by now. */
gboolean rep_batch_holds(const RepSingleLeaderState *state, RepView *view, int node, guint64 upto,
                         RepEffects *out)
{
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    RepBatch *batch = &state->members[node].batch;
    if (policy->batch == REP_BATCH_NONE)
        return FALSE;
    guint64 before = MAX(batch->released, rep_view_shown_by_all(view, state->log));
    if (upto <= before)
        return TRUE;
    if (policy->batch_most &&
        rep_entry_bytes(state, view, node, before + 1, upto) >= (guint64)policy->batch_most)
        return FALSE;
    if (!batch->is_open)
        rep_set_timer(state, node, REP_TIMER_BATCH,
                      sim_time_after(rep_view_now(view), policy->batch_every), out);
    batch->is_open = TRUE;
    return TRUE;
}
