/* monitors.h — the monitors' side of failover.h: suspicion, votes, decision. Private. */
#ifndef REP_MONITORS_H
#define REP_MONITORS_H

#include "models/policies/single_leader/state.h"

void rep_monitors_init(RepSingleLeaderState *state, RepView *view, RepEffects *out);
void rep_monitors_free(RepMonitors *monitors);
guint rep_monitors_count(const RepSingleLeaderState *state);
gboolean rep_monitors_exists(const RepSingleLeaderState *state, int region);
void rep_monitors_promote(RepSingleLeaderState *state, RepView *view, int node, RepEffects *out);

#endif
