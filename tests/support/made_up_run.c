/* made_up_run.c — see made_up_run.h. */
#include "tests/support/made_up_run.h"

AnaRules made_rules;
AnaInvariants *made_checker;
SimTime made_now;

static RepObserver observer;
static const char *const names[] = {"a", "b", "c"};
static const gboolean all[] = {TRUE, TRUE, TRUE};
static const gboolean followers[] = {FALSE, TRUE, TRUE};
static const gboolean none[] = {FALSE, FALSE, FALSE};
static const guint no_groups[] = {0, 0, 0};

void made_tell(RepObservation seen)
{
    seen.at = made_now;
    observer.observe(observer.self, &seen);
}

void made_entries(RepObservationKind kind, int node, guint32 term, guint64 first, guint64 last)
{
    made_tell((RepObservation){
        .kind = kind, .entries = {.node = node, .term = term, .first = first, .last = last}});
}

void made_leads(int node, guint32 term, gboolean begins)
{
    made_tell(
        (RepObservation){.kind = REP_OBS_LEADERSHIP,
                         .leadership = {.node = node, .term = term, .leads = begins ? 1 : 0}});
}

void made_becomes(int node, RepNodeState state)
{
    made_tell(
        (RepObservation){.kind = REP_OBS_NODE_CHANGED, .node = {.node = node, .state = state}});
}

void made_appends(int node, guint32 term, guint64 index, guint64 number)
{
    made_tell((RepObservation){
        .kind = REP_OBS_APPENDED,
        .appended = {
            .node = node, .number = number, .key = 7, .entry = {.index = index, .term = term}}});
}

void made_begins(guint64 number, RepOperationKind kind)
{
    made_tell((RepObservation){.kind = REP_OBS_OPERATION_BEGAN,
                               .operation = {.number = number, .kind = (guint8)kind, .key = 7}});
}

void made_ends(guint64 number, RepOperationKind kind, RepOutcome outcome, int node,
               RepVersion version)
{
    made_tell((RepObservation){.kind = REP_OBS_OPERATION_ENDED,
                               .operation = {.number = number,
                                             .kind = (guint8)kind,
                                             .outcome = (guint8)outcome,
                                             .attempts = 1,
                                             .node = node,
                                             .key = 7,
                                             .version = version}});
}

void made_message(RepObservationKind kind, guint64 id, int from, int to, guint64 first,
                  SimTime sent, SimTime due)
{
    made_tell((RepObservation){.kind = kind,
                               .message = {.from = from,
                                           .to = to,
                                           .kind = to < 0     ? MADE_REPLY
                                                   : from < 0 ? MADE_REQUEST
                                                              : MADE_ENTRIES,
                                           .id = id,
                                           .first = first,
                                           .sent = sent,
                                           .due = due}});
}

void made_finish(gboolean drained, guint64 messages, guint64 flushes)
{
    made_tell((RepObservation){.kind = REP_OBS_PHASE,
                               .phase = {.phase = REP_PHASE_END,
                                         .drained = drained ? 1 : 0,
                                         .traffic = {.messages = messages, .flushes = flushes}}});
}

void made_new_run(void)
{
    made_rules = (AnaRules){.nodes = names,
                            .n_nodes = NODES,
                            .members = all,
                            .confirms = followers,
                            .groups = no_groups,
                            .n_groups = 1,
                            .first_leader = -1,
                            .confirmations = 1,
                            .point = ANA_POINT_FLUSHED,
                            .joins = none,
                            .delayed = none,
                            .duration = SIM_S};
    made_now = 0;
    made_start();
}

void made_start(void)
{
    ana_invariants_free(made_checker);
    made_checker = ana_invariants_new(&made_rules);
    observer = ana_invariants_observer(made_checker);
}

void made_stop(void)
{
    g_clear_pointer(&made_checker, ana_invariants_free);
}
