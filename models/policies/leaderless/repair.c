/* repair.c — read repair: what a read has shown to be old is brought up to date (Dynamo §5;
 * DDIA 1st ed. ch. 5 "Read repair and anti-entropy", figure 5-10). */
#include "models/planted.h"
#include "models/policies/leaderless/state.h"

#define UNIT 0x1p-53

gboolean rep_repair_is_due(const RepLeaderless *state, RepView *view, const RepCoordination *one)
{
    const RepRequest *request = &one->request;
    if (state->setup->repair != REP_REPAIR_SHARE)
        return FALSE;
    guint64 lot = rep_view_lot(view, request->client, request->number, request->attempt);
    return (double)(lot >> 11) * UNIT < state->setup->repair_share;
}

static guint32 all_together(RepView *view, const RepCoordination *one)
{
    guint32 set = 0;
    for (guint32 i = 0; i < one->n_asked; i++)
        if (one->asked[i].has_answered && !(REP_PLANTED(REPAIR_WRITES_OLDER) && set))
            set = rep_set_join(view, set, one->asked[i].set);
    return set;
}

void rep_repair(RepLeaderless *state, RepView *view, RepCoordination *one, gboolean is_awaited,
                RepEffects *out)
{
    guint32 newest = all_together(view, one);
    const RepVersions *versions = rep_view_versions(view);
    for (guint32 i = 0; newest && i < one->n_asked; i++) {
        const RepAsked *asked = &one->asked[i];
        if (!asked->has_answered || (asked->set && rep_sets_agree(versions, asked->set, newest)))
            continue;
        one->n_repairing += is_awaited ? 1 : 0;
        if (asked->node == one->party) {
            rep_store(state, view, asked->node, newest,
                      is_awaited ? rep_coordination_name(one) << 1 | 1 : 0, out);
            continue;
        }
        RepMessage message = rep_coordination_message(view, one, REP_LL_REPAIR, asked->node);
        message.line = 1;
        message.value = is_awaited ? 1 : 0;
        message.set = newest;
        rep_effects_send(out, &message);
    }
}
