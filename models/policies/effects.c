/* effects.c — the list of what a policy wants; see policy.h. */
#include "models/policies/policy.h"

void rep_effects_add(RepEffects *effects, const RepEffect *effect)
{
    if (effects->n == effects->room) {
        effects->room = effects->room ? 2 * effects->room : 32;
        effects->items = g_renew(RepEffect, effects->items, effects->room);
    }
    effects->items[effects->n++] = *effect;
}

void rep_effects_send(RepEffects *effects, const RepMessage *message)
{
    if (effects->n_messages == effects->message_room) {
        effects->message_room = effects->message_room ? 2 * effects->message_room : 8;
        effects->messages = g_renew(RepMessage, effects->messages, effects->message_room);
    }
    rep_effects_add(effects, &(RepEffect){.kind = REP_EFFECT_SEND,
                                          .node = message->from,
                                          .log = message->log,
                                          .message = effects->n_messages});
    effects->messages[effects->n_messages++] = *message;
}

void rep_effects_clear(RepEffects *effects)
{
    g_free(effects->items);
    g_free(effects->messages);
    *effects = (RepEffects){0};
}
