/* state.c — membership, and effects in words; see state.h. */
#include "models/policies/single_leader/state.h"

#include "sim/check.h"

/* What a value of n bytes is in the log: pages with their headers; the statement without the rows
 * it touched. Ratios of one measured workload differ by more than these do. */
#define PHYSICAL_FACTOR 4
#define STATEMENT_DIVISOR 2

gboolean rep_is_member(const RepSetup *setup, int node)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    if (node == policy->leader)
        return TRUE;
    for (gsize i = 0; i < policy->followers.n; i++)
        if (policy->followers.ids[i] == node)
            return TRUE;
    return FALSE;
}

guint64 rep_entry_bytes(const RepSingleLeaderState *state, RepView *view, int node, guint64 first,
                        guint64 last)
{
    guint64 bytes = rep_view_bytes(view, node, state->log, first, last);
    switch ((RepLogKind)rep_policy_in(view)->log) {
    case REP_LOG_LOGICAL:
        return bytes;
    case REP_LOG_PHYSICAL:
        return PHYSICAL_FACTOR * bytes;
    case REP_LOG_STATEMENT:
        return (bytes + 1) / STATEMENT_DIVISOR;
    }
    SIM_UNREACHABLE();
}

gboolean rep_leader_is_fixed(const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].kind == REP_FAULT_PROMOTE)
            return FALSE;
    return rep_policy_of(setup)->failover.rule == REP_FAILOVER_NEVER;
}

void rep_say(const RepSingleLeaderState *state, RepView *view, int from, int to, guint8 kind,
             guint64 first, guint64 last, RepEffects *out)
{
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = kind,
                          .log = (guint8)state->log,
                          .term = rep_view_log(view, from, state->log).term,
                          .first = first,
                          .last = last,
                          .bytes = (guint64)rep_view_setup(view)->network.message_size};
    if ((kind == REP_MESSAGE_ENTRIES || kind == REP_MESSAGE_CARRY) && last >= first)
        message.bytes = rep_entry_bytes(state, view, from, first, last);
    if (kind == REP_MESSAGE_ENTRIES && rep_committed_matters(view))
        message.value = state->members[from].ack.committed;
    rep_effects_send(out, &message);
}

void rep_tell(const RepSingleLeaderState *state, RepView *view, int from, int to, guint8 kind,
              guint32 term, guint64 value, guint64 cause, RepEffects *out)
{
    RepMessage message = {.from = from,
                          .to = to,
                          .kind = kind,
                          .log = (guint8)state->log,
                          .term = term,
                          .first = cause,
                          .value = value,
                          .bytes = (guint64)rep_view_setup(view)->network.message_size};
    rep_effects_send(out, &message);
}

void rep_set_timer(const RepSingleLeaderState *state, int party, guint32 timer, SimTime at,
                   RepEffects *out)
{
    rep_effects_add(
        out,
        &(RepEffect){
            .kind = REP_EFFECT_TIMER, .node = party, .log = state->log, .timer = timer, .at = at});
}

void rep_move_to(const RepSingleLeaderState *state, RepEffectKind kind, int node, guint64 index,
                 guint32 term, RepEffects *out)
{
    rep_effects_add(
        out,
        &(RepEffect){.kind = kind, .node = node, .log = state->log, .index = index, .term = term});
}

void rep_answer(const RepSingleLeaderState *state, RepEffectKind kind, int node, guint32 handle,
                RepEffects *out)
{
    rep_effects_add(out,
                    &(RepEffect){.kind = kind, .node = node, .log = state->log, .handle = handle});
}
