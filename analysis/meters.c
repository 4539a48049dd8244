/*
 * meters.c — hands observations to the families of meters; see meters.h and meter_context.h.
 */
#include "analysis/log_meters.h"
#include "analysis/meter_agreement.h"
#include "analysis/meter_arrivals.h"
#include "analysis/meter_cost.h"
#include "analysis/meter_downtime.h"
#include "analysis/meter_linear.h"
#include "analysis/meter_operations.h"
#include "analysis/meter_overtakes.h"
#include "analysis/meter_sessions.h"
#include "analysis/meter_story.h"
#include "analysis/meter_versions.h"
#include "analysis/course.h"
#include "sim/check.h"

struct AnaMeters {
    AnaMeterContext context;
    AnaWindows *windows;
    AnaCell *cells;
    AnaLogMeters **logs; /* by number */
    gsize n_logs;
    AnaOperationMeter *operations;
    AnaSessionMeter *sessions;
    AnaAgreementMeter *agreement; /* NULL: there is one log */
    AnaArrivalMeter *arrivals;    /* NULL: there is one log */
    AnaOvertakeMeter *overtakes;  /* NULL: there is one log */
    AnaVersionMeter *versions;    /* NULL: there is one log */
    AnaLinearMeter *linear;
    AnaStoryMeter *story;
    guint32 story_kinds; /* REP_OBS_BIT of what the story needs; 0: none is asked */
    AnaDowntimeMeter *downtime;
    AnaCostMeter *cost;
    guint32 history_kinds; /* REP_OBS_BIT of what a history needs; 0: none is kept */
    gboolean has_ended;
};

static AnaSessionMeter *session_meter_of(const AnaMeters *meters)
{
    g_autofree AnaSessionLog **logs = g_new0(AnaSessionLog *, meters->n_logs);
    for (gsize log = 0; log < meters->n_logs; log++)
        logs[log] = ana_log_meters_sessions(meters->logs[log]);
    return ana_session_meter_new(&meters->context, logs, meters->n_logs);
}

AnaMeters *ana_meters_new(const AnaPlan *plan)
{
    AnaMeters *meters = g_new0(AnaMeters, 1);
    meters->windows = ana_windows_new(&plan->world);
    meters->cells = ana_cells_new(plan);
    meters->context = (AnaMeterContext){.plan = plan,
                                        .world = &plan->world,
                                        .windows = meters->windows,
                                        .cells = meters->cells,
                                        .longest_life = ana_world_longest_life(&plan->world)};
    if (ana_plan_keeps_course(plan))
        meters->context.course = ana_course_new(&plan->world);
    if (plan->keeps_stale_reads)
        meters->context.stale_reads = g_array_new(FALSE, FALSE, sizeof(AnaStaleRead));
    if (plan->world.events & ANA_HAS_VERSIONS) {
        meters->agreement = ana_agreement_meter_new(&meters->context);
        meters->arrivals = ana_arrival_meter_new(&meters->context);
        meters->overtakes = ana_overtake_meter_new(&meters->context);
        meters->versions = ana_version_meter_new(&meters->context);
        meters->context.acknowledged = ana_version_meter_acknowledged(meters->versions);
    }
    meters->n_logs = plan->world.n_logs;
    meters->logs = g_new0(AnaLogMeters *, meters->n_logs);
    for (gsize log = 0; log < meters->n_logs; log++)
        meters->logs[log] = ana_log_meters_new(&meters->context, (int)log);
    meters->operations = ana_operation_meter_new(&meters->context);
    meters->sessions = session_meter_of(meters);
    meters->linear = ana_linear_meter_new(&meters->context);
    meters->story = ana_story_meter_new(&meters->context);
    meters->story_kinds = ana_story_meter_kinds(meters->story);
    meters->downtime = ana_downtime_meter_new(&meters->context);
    meters->cost = ana_cost_meter_new(&meters->context);
    if (ana_linear_meter_is_asked(meters->linear))
        meters->history_kinds = REP_OBS_BIT(REP_OBS_OPERATION_BEGAN) |
                                REP_OBS_BIT(REP_OBS_OPERATION_ENDED) |
                                REP_OBS_BIT(REP_OBS_APPENDED) | REP_OBS_BIT(REP_OBS_CARRIED);
    return meters;
}

void ana_meters_free(AnaMeters *meters)
{
    if (!meters)
        return;
    for (gsize log = 0; log < meters->n_logs; log++)
        ana_log_meters_free(meters->logs[log]);
    g_free(meters->logs);
    ana_operation_meter_free(meters->operations);
    ana_session_meter_free(meters->sessions);
    ana_agreement_meter_free(meters->agreement);
    ana_arrival_meter_free(meters->arrivals);
    ana_overtake_meter_free(meters->overtakes);
    ana_version_meter_free(meters->versions);
    ana_linear_meter_free(meters->linear);
    ana_story_meter_free(meters->story);
    ana_downtime_meter_free(meters->downtime);
    ana_cost_meter_free(meters->cost);
    ana_cells_free(meters->context.plan, meters->cells);
    ana_windows_free(meters->windows);
    ana_course_free(meters->context.course);
    if (meters->context.stale_reads)
        g_array_unref(meters->context.stale_reads);
    g_free(meters);
}

GArray *ana_meters_take_stale_reads(AnaMeters *meters)
{
    return g_steal_pointer(&meters->context.stale_reads);
}

static AnaLogMeters *log_meters(const AnaMeters *meters, guint32 log)
{
    SIM_CHECK(log < meters->n_logs, "log %u of %" G_GSIZE_FORMAT, log, meters->n_logs);
    return meters->logs[log];
}

static void operation_ended(AnaMeters *meters, const RepObservation *seen)
{
    const RepOperationSeen *operation = &seen->operation;
    const AnaWorld *world = meters->context.world;
    SIM_CHECK(operation->client < world->n_clients && operation->region < world->n_regions,
              "client group %u, region %u", operation->client, operation->region);
    SIM_CHECK(operation->outcome == REP_NOT_STARTED ||
                  (world->writes_queue && operation->kind == REP_WRITE) ||
                  seen->at - operation->began <= world->client_lives[operation->client],
              "an operation of %s took %" G_GINT64_FORMAT " ns, longer than any can",
              world->clients[operation->client], seen->at - operation->began);
    ana_operation_meter_ended(meters->operations, operation, seen->at);
    if (meters->context.course)
        ana_course_operation(meters->context.course, operation);
    if (meters->versions)
        ana_version_meter_ended(meters->versions, operation, seen->at);
    ana_log_meters_ended(meters->logs[rep_log_of_key(operation->key, meters->n_logs)], operation,
                         seen->at);
    ana_session_meter_ended(meters->sessions, operation, seen->at);
    ana_downtime_meter_ended(meters->downtime, operation, seen->at);
    ana_cost_meter_ended(meters->cost, operation);
}

/* Another occurrence of the fault has begun, so what came after the previous is not `after`. */
static void restart_after(AnaMeters *meters, guint32 fault)
{
    const AnaPlan *plan = meters->context.plan;
    for (gsize i = 0; i < plan->n_cells; i++) {
        AnaCell *cell = &meters->cells[i];
        if (plan->cells[i].window != ANA_WINDOW_AFTER || (guint32)plan->cells[i].fault != fault)
            continue;
        if (cell->hist)
            ana_hist_clear(cell->hist);
        *cell = (AnaCell){.hist = cell->hist};
        for (gsize log = 0; log < meters->n_logs; log++)
            ana_log_meters_restart(meters->logs[log], i);
        ana_downtime_meter_restart(meters->downtime, i);
        ana_linear_meter_restart(meters->linear, i);
    }
}

static void finish(AnaMeters *meters, SimTime end, gboolean is_drained)
{
    ana_operation_meter_finish(meters->operations);
    for (gsize log = 0; log < meters->n_logs; log++)
        ana_log_meters_finish(meters->logs[log], end, is_drained);
    if (meters->versions)
        ana_version_meter_finish(meters->versions, is_drained);
    if (meters->agreement)
        ana_agreement_meter_finish(meters->agreement, end);
    ana_session_meter_finish(meters->sessions);
    ana_linear_meter_finish(meters->linear);
    ana_story_meter_finish(meters->story);
    ana_downtime_meter_finish(meters->downtime, end);
    ana_cost_meter_finish(meters->cost);
    for (gsize i = 0; i < meters->context.plan->n_cells; i++)
        meters->cells[i].replications = 1;
    meters->has_ended = TRUE;
}

static void observe(void *self, const RepObservation *seen)
{
    AnaMeters *meters = self;
    SIM_CHECK(!meters->has_ended, "an observation after the end");
    if (G_UNLIKELY(REP_OBS_BIT(seen->kind) & meters->history_kinds))
        ana_linear_meter_observe(meters->linear, seen);
    if (G_UNLIKELY(REP_OBS_BIT(seen->kind) & meters->story_kinds))
        ana_story_meter_observe(meters->story, seen);
    switch (seen->kind) {
    case REP_OBS_OPERATION_ENDED:
        operation_ended(meters, seen);
        break;
    case REP_OBS_DURABLE:
    case REP_OBS_RECEIVED:
    case REP_OBS_FLUSHED:
    case REP_OBS_APPLIED:
    case REP_OBS_COMMITTED:
    case REP_OBS_TRUNCATED:
    case REP_OBS_INSTALLED:
    case REP_OBS_DIVERGED:
        ana_log_meters_observe(log_meters(meters, seen->entries.log), seen);
        break;
    case REP_OBS_LEADERSHIP:
    case REP_OBS_LEASE:
        ana_log_meters_observe(log_meters(meters, seen->leadership.log), seen);
        break;
    case REP_OBS_CARRIED:
        ana_log_meters_observe(log_meters(meters, seen->carried.log), seen);
        break;
    case REP_OBS_NODE_CHANGED:
        if (meters->agreement)
            ana_agreement_meter_observe(meters->agreement, seen);
        for (gsize log = 0; log < meters->n_logs; log++)
            ana_log_meters_observe(meters->logs[log], seen);
        break;
    case REP_OBS_FAULT_BEGAN:
        if (ana_windows_fault_began(meters->windows, seen->fault.fault, seen->at))
            restart_after(meters, seen->fault.fault);
        break;
    case REP_OBS_FAULT_ENDED:
        ana_windows_fault_ended(meters->windows, seen->fault.fault, seen->at);
        break;
    case REP_OBS_PHASE:
        ana_cost_meter_phase(meters->cost, seen->phase.phase, &seen->phase.traffic);
        if (seen->phase.phase == REP_PHASE_END)
            finish(meters, seen->at, seen->phase.drained != 0);
        break;
    case REP_OBS_FLUSH:
        ana_cost_meter_flushed(meters->cost, seen->at);
        break;
    case REP_OBS_MESSAGE_SENT:
        ana_cost_meter_sent(meters->cost, &seen->message, seen->at);
        break;
    case REP_OBS_WRITTEN:
    case REP_OBS_UNSTORED:
    case REP_OBS_WRITE_CUT_OFF:
    case REP_OBS_WRITE_ENDED:
    case REP_OBS_SETTLED:
        ana_version_meter_observe(meters->versions, seen);
        ana_session_meter_observe(meters->sessions, seen);
        ana_arrival_meter_observe(meters->arrivals, seen);
        ana_overtake_meter_observe(meters->overtakes, seen);
        ana_agreement_meter_observe(meters->agreement, seen);
        break;
    case REP_OBS_HINT:
        ana_agreement_meter_observe(meters->agreement, seen);
        break;
    case REP_OBS_APPENDED:
        if (ana_session_meter_wants_appended(meters->sessions))
            ana_session_meter_appended(meters->sessions, seen);
        break;
    case REP_OBS_STORED:
        ana_arrival_meter_observe(meters->arrivals, seen);
        ana_overtake_meter_observe(meters->overtakes, seen);
        break;
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_RULE_CHANGED:
    case REP_OBS_IN_SYNC:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
    case REP_OBS_KINDS:
        break;
    }
}

RepObserver ana_meters_observer(AnaMeters *meters)
{
    guint32 mask = REP_OBS_BIT(REP_OBS_OPERATION_ENDED) | REP_OBS_BIT(REP_OBS_DURABLE) |
                   REP_OBS_BIT(REP_OBS_RECEIVED) | REP_OBS_BIT(REP_OBS_FLUSHED) |
                   REP_OBS_BIT(REP_OBS_APPLIED) | REP_OBS_BIT(REP_OBS_COMMITTED) |
                   REP_OBS_BIT(REP_OBS_TRUNCATED) | REP_OBS_BIT(REP_OBS_NODE_CHANGED) |
                   REP_OBS_BIT(REP_OBS_INSTALLED) | REP_OBS_BIT(REP_OBS_CARRIED) |
                   REP_OBS_BIT(REP_OBS_DIVERGED) | REP_OBS_BIT(REP_OBS_LEASE) |
                   REP_OBS_BIT(REP_OBS_LEADERSHIP) | REP_OBS_BIT(REP_OBS_FAULT_BEGAN) |
                   REP_OBS_BIT(REP_OBS_FAULT_ENDED) | REP_OBS_BIT(REP_OBS_PHASE) |
                   meters->history_kinds | meters->story_kinds;
    if (ana_cost_meter_wants_messages(meters->cost))
        mask |= REP_OBS_BIT(REP_OBS_FLUSH) | REP_OBS_BIT(REP_OBS_MESSAGE_SENT);
    if (meters->versions)
        mask |= REP_OBS_BIT(REP_OBS_WRITTEN) | REP_OBS_BIT(REP_OBS_UNSTORED) |
                REP_OBS_BIT(REP_OBS_WRITE_CUT_OFF) | REP_OBS_BIT(REP_OBS_WRITE_ENDED) |
                REP_OBS_BIT(REP_OBS_SETTLED) | REP_OBS_BIT(REP_OBS_HINT);
    if (meters->arrivals && (ana_arrival_meter_is_asked(meters->arrivals) ||
                             ana_overtake_meter_is_asked(meters->overtakes)))
        mask |= REP_OBS_BIT(REP_OBS_STORED);
    if (ana_session_meter_wants_appended(meters->sessions))
        mask |= REP_OBS_BIT(REP_OBS_APPENDED);
    return (RepObserver){.mask = mask, .observe = observe, .self = meters};
}

const AnaCell *ana_meters_cells(const AnaMeters *meters)
{
    SIM_CHECK(meters->has_ended, "the run has not ended");
    return meters->cells;
}

AnaCell *ana_meters_take_cells(AnaMeters *meters)
{
    SIM_CHECK(meters->has_ended, "the run has not ended");
    return g_steal_pointer(&meters->cells);
}

AnaCourse *ana_meters_take_course(AnaMeters *meters)
{
    SIM_CHECK(meters->has_ended, "the run has not ended");
    return g_steal_pointer(&meters->context.course);
}
