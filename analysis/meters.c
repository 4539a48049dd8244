/*
 * meters.c — hands observations to the families of meters; see meters.h and meter_context.h.
 */
#include "analysis/meter_cost.h"
#include "analysis/meter_divergence.h"
#include "analysis/meter_downtime.h"
#include "analysis/meter_lag.h"
#include "analysis/meter_leaders.h"
#include "analysis/meter_losses.h"
#include "analysis/meter_operations.h"
#include "analysis/meter_staleness.h"
#include "sim/check.h"

struct AnaMeters {
    AnaMeterContext context;
    AnaWindows *windows;
    AnaHistory *history;
    AnaCarried *carried;
    AnaCell *cells;
    AnaOperationMeter *operations;
    AnaStalenessMeter *staleness;
    AnaLagMeter *lag;
    AnaDowntimeMeter *downtime;
    AnaLossMeter *losses;
    AnaLeaderMeter *leaders;
    AnaDivergenceMeter *divergence;
    AnaCostMeter *cost;
    gboolean has_ended;
};

AnaMeters *ana_meters_new(const AnaPlan *plan)
{
    AnaMeters *meters = g_new0(AnaMeters, 1);
    meters->windows = ana_windows_new(&plan->world);
    meters->history = ana_history_new(&plan->world);
    meters->carried = ana_carried_new();
    meters->cells = ana_cells_new(plan);
    meters->context = (AnaMeterContext){.plan = plan,
                                        .world = &plan->world,
                                        .windows = meters->windows,
                                        .history = meters->history,
                                        .carried = meters->carried,
                                        .cells = meters->cells,
                                        .longest_life = ana_world_longest_life(&plan->world)};
    meters->operations = ana_operation_meter_new(&meters->context);
    meters->staleness = ana_staleness_meter_new(&meters->context);
    meters->lag = ana_lag_meter_new(&meters->context);
    meters->downtime = ana_downtime_meter_new(&meters->context);
    meters->losses = ana_loss_meter_new(&meters->context);
    meters->leaders = ana_leader_meter_new(&meters->context);
    meters->divergence = ana_divergence_meter_new(&meters->context);
    meters->cost = ana_cost_meter_new(&meters->context);
    return meters;
}

void ana_meters_free(AnaMeters *meters)
{
    if (!meters)
        return;
    ana_operation_meter_free(meters->operations);
    ana_staleness_meter_free(meters->staleness);
    ana_lag_meter_free(meters->lag);
    ana_downtime_meter_free(meters->downtime);
    ana_loss_meter_free(meters->losses);
    ana_leader_meter_free(meters->leaders);
    ana_divergence_meter_free(meters->divergence);
    ana_cost_meter_free(meters->cost);
    ana_cells_free(meters->context.plan, meters->cells);
    ana_history_free(meters->history);
    ana_carried_free(meters->carried);
    ana_windows_free(meters->windows);
    g_free(meters);
}

static void operation_ended(AnaMeters *meters, const RepObservation *seen)
{
    const RepOperationSeen *operation = &seen->operation;
    const AnaWorld *world = meters->context.world;
    SIM_CHECK(operation->client < world->n_clients && operation->region < world->n_regions,
              "client group %u, region %u", operation->client, operation->region);
    SIM_CHECK(operation->outcome == REP_NOT_STARTED ||
                  seen->at - operation->began <= world->client_lives[operation->client],
              "an operation of %s took %" G_GINT64_FORMAT " ns, longer than any can",
              world->clients[operation->client], seen->at - operation->began);
    ana_operation_meter_ended(meters->operations, operation, seen->at);
    ana_staleness_meter_ended(meters->staleness, operation, seen->at);
    ana_downtime_meter_ended(meters->downtime, operation, seen->at);
    ana_loss_meter_ended(meters->losses, operation);
    ana_cost_meter_ended(meters->cost, operation);
}

static void history_changed(AnaMeters *meters, const RepObservation *seen)
{
    gboolean forked = ana_history_observe(meters->history, seen);
    if (forked)
        ana_staleness_meter_forked(meters->staleness, ana_history_fork(meters->history));
    if (seen->kind != REP_OBS_LEADERSHIP)
        ana_lag_meter_observe(meters->lag, seen, forked);
    if (seen->kind == REP_OBS_LEADERSHIP || seen->kind == REP_OBS_NODE_CHANGED)
        ana_leader_meter_observe(meters->leaders, seen);
    if (seen->kind == REP_OBS_LEADERSHIP || seen->kind == REP_OBS_APPLIED)
        ana_divergence_meter_observe(meters->divergence, seen);
}

static void prune_carried(AnaMeters *meters, SimTime now)
{
    if (meters->context.longest_life == SIM_NEVER || !ana_carried_is_full(meters->carried))
        return;
    ana_staleness_meter_settle(meters->staleness);
    ana_carried_prune(meters->carried, meters->history, now, meters->context.longest_life);
}

/* Handed over once more while its new place lives, an entry has its fate; dropped, it has, whatever
 * else it loses to. */
static void entry_carried(AnaMeters *meters, const RepObservation *seen)
{
    AnaVersion given = ana_version_pack(seen->carried.from);
    AnaVersion from = ana_carried_place(meters->carried, given);
    AnaVersion to = ana_version_pack(seen->carried.to);
    gboolean lives_on =
        from != given &&
        !ana_history_is_cut_off(meters->history, ana_version_term(from), ana_version_index(from));
    ana_history_observe(meters->history, seen);
    if (lives_on)
        return;
    if (!to)
        ana_loss_meter_conflict(meters->losses, seen->at);
    if (ana_carried_is_dropped(meters->carried, given))
        return;
    prune_carried(meters, seen->at);
    ana_carried_add(meters->carried, from, to);
    ana_loss_meter_carried(meters->losses, from, to);
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
        ana_loss_meter_restart(meters->losses, i);
        ana_downtime_meter_restart(meters->downtime, i);
        if (plan->cells[i].metric->required & ANA_FILTER_NODE)
            ana_lag_meter_restart(meters->lag, i);
    }
}

static void finish(AnaMeters *meters, SimTime end, gboolean is_drained)
{
    ana_operation_meter_finish(meters->operations);
    ana_staleness_meter_finish(meters->staleness);
    ana_lag_meter_finish(meters->lag, end);
    ana_downtime_meter_finish(meters->downtime, end);
    ana_loss_meter_finish(meters->losses, is_drained);
    ana_leader_meter_finish(meters->leaders, end);
    ana_cost_meter_finish(meters->cost);
    for (gsize i = 0; i < meters->context.plan->n_cells; i++)
        meters->cells[i].replications = 1;
    meters->has_ended = TRUE;
}

static void observe(void *self, const RepObservation *seen)
{
    AnaMeters *meters = self;
    SIM_CHECK(!meters->has_ended, "an observation after the end");
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
    case REP_OBS_NODE_CHANGED:
    case REP_OBS_LEADERSHIP:
        history_changed(meters, seen);
        break;
    case REP_OBS_LEASE:
        ana_leader_meter_observe(meters->leaders, seen);
        break;
    case REP_OBS_DIVERGED:
        ana_divergence_meter_observe(meters->divergence, seen);
        break;
    case REP_OBS_CARRIED:
        entry_carried(meters, seen);
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
    case REP_OBS_OPERATION_BEGAN:
    case REP_OBS_RULE_CHANGED:
    case REP_OBS_MESSAGE_ARRIVED:
    case REP_OBS_MESSAGE_DROPPED:
    case REP_OBS_APPENDED:
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
                   REP_OBS_BIT(REP_OBS_FAULT_ENDED) | REP_OBS_BIT(REP_OBS_PHASE);
    if (ana_cost_meter_wants_messages(meters->cost))
        mask |= REP_OBS_BIT(REP_OBS_FLUSH) | REP_OBS_BIT(REP_OBS_MESSAGE_SENT);
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
