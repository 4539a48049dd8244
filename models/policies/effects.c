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

void rep_effects_clear(RepEffects *effects)
{
    g_free(effects->items);
    *effects = (RepEffects){0};
}
