/*
 * causal.c — causal delivery: an entry is applied after everything that its leader showed when it
 * took it (semantics §5 `causal`; DDIA 1st ed. figure 5-9; Lloyd et al., "COPS", SOSP 2011, with
 * the whole state of the leader in place of the session's reads: it waits for more than it must).
 *
 * What an entry depends on travels with it on real systems. Here it is kept once, by place, and
 * dropped when everybody shows the entry, unless a node may lose its disk and need it again.
 */
#include "models/planted.h"
#include "models/policies/multi_leader/state.h"

void rep_causal_init(RepMultiLeader *state, const RepSetup *setup)
{
    if (!state->setup->causal)
        return;
    state->forgets_causes = !rep_setup_may_lose_a_disk(setup);
    state->depends = g_new0(RepDependencies, state->n_logs);
    for (gsize log = 0; log < state->n_logs; log++)
        sim_ring_init(&state->depends[log].rows, state->n_logs * sizeof(guint64), 1);
}

void rep_causal_clear(RepMultiLeader *state)
{
    for (gsize log = 0; state->depends && log < state->n_logs; log++)
        sim_ring_clear(&state->depends[log].rows);
    g_free(state->depends);
}

void rep_causal_note(RepMultiLeader *state, RepView *view, int node, int log, guint64 index)
{
    if (!state->depends)
        return;
    SimRing *rows = &state->depends[log].rows;
    guint64 shown = state->forgets_causes ? rep_view_shown_by_all(view, log) : 0;
    while (rows->begin < rows->end && rows->begin <= shown)
        sim_ring_pop(rows);
    /* A new leadership goes on where the disk ended: what was beyond is gone. */
    if (rows->end > index)
        rows->end = MAX(rows->begin, index);
    while (rows->end < index)
        memset(sim_ring_push(rows), 0, state->n_logs * sizeof(guint64));
    guint64 *row = sim_ring_push(rows);
    for (gsize other = 0; other < state->n_logs; other++)
        row[other] = (int)other == log ? 0 : rep_view_log(view, node, (int)other).applied;
}

static gboolean is_ready(const RepMultiLeader *state, RepView *view, int node, int log,
                         guint64 index)
{
    const SimRing *rows = &state->depends[log].rows;
    if (index < rows->begin || index >= rows->end)
        return TRUE;
    const guint64 *row = sim_ring_at(rows, index);
    for (gsize other = 0; other < (REP_PLANTED(CAUSES_NOT_AWAITED) ? 1 : state->n_logs); other++)
        if (row[other] > rep_view_log(view, node, (int)other).applied)
            return FALSE;
    return TRUE;
}

void rep_causal_release(RepMultiLeader *state, RepView *view, int node, RepEffects *out)
{
    for (int log = 0; state->depends && log < (int)state->n_logs; log++) {
        RepLogView own = rep_view_log(view, node, log);
        guint64 upto = own.decided;
        while (upto < own.flushed && is_ready(state, view, node, log, upto + 1))
            upto++;
        if (upto > own.decided)
            rep_effects_add(
                out,
                &(RepEffect){.kind = REP_EFFECT_DECIDED, .node = node, .log = log, .index = upto});
    }
}
