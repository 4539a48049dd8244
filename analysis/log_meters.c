/* log_meters.c — hands what happens in one log to its meters; see log_meters.h. */
#include "analysis/log_meters.h"

#include "analysis/meter_divergence.h"
#include "analysis/meter_lag.h"
#include "analysis/meter_leaders.h"
#include "analysis/meter_losses.h"
#include "analysis/meter_sessions.h"
#include "analysis/meter_staleness.h"

struct AnaLogMeters {
    AnaMeterContext context;
    AnaHistory *history;
    AnaCarried *carried;
    AnaStalenessMeter *staleness;
    AnaSessionLog *sessions;
    AnaLagMeter *lag;
    AnaLossMeter *losses;
    AnaLeaderMeter *leaders;
    AnaDivergenceMeter *divergence;
};

AnaLogMeters *ana_log_meters_new(const AnaMeterContext *context, int log)
{
    AnaLogMeters *meters = g_new0(AnaLogMeters, 1);
    meters->history = ana_history_new(context->world);
    meters->carried = ana_carried_new();
    meters->context = *context;
    meters->context.log = log;
    meters->context.history = meters->history;
    meters->context.carried = meters->carried;
    meters->staleness = ana_staleness_meter_new(&meters->context);
    meters->sessions = ana_session_log_new(&meters->context);
    meters->lag = ana_lag_meter_new(&meters->context);
    meters->losses = ana_loss_meter_new(&meters->context);
    meters->leaders = ana_leader_meter_new(&meters->context);
    meters->divergence = ana_divergence_meter_new(&meters->context);
    return meters;
}

void ana_log_meters_free(AnaLogMeters *meters)
{
    if (!meters)
        return;
    ana_staleness_meter_free(meters->staleness);
    ana_session_log_free(meters->sessions);
    ana_lag_meter_free(meters->lag);
    ana_loss_meter_free(meters->losses);
    ana_leader_meter_free(meters->leaders);
    ana_divergence_meter_free(meters->divergence);
    ana_history_free(meters->history);
    ana_carried_free(meters->carried);
    g_free(meters);
}

void ana_log_meters_ended(AnaLogMeters *meters, const RepOperationSeen *operation, SimTime at)
{
    ana_staleness_meter_ended(meters->staleness, operation, at);
    if (!meters->context.acknowledged)
        ana_loss_meter_ended(meters->losses, operation);
}

AnaSessionLog *ana_log_meters_sessions(const AnaLogMeters *meters)
{
    return meters->sessions;
}

/* ---- entries ------------------------------------------------------------------------------ */

static void history_changed(AnaLogMeters *meters, const RepObservation *seen)
{
    gboolean forked = ana_history_observe(meters->history, seen);
    if (forked) {
        ana_staleness_meter_forked(meters->staleness, ana_history_fork(meters->history));
        ana_session_log_forked(meters->sessions, ana_history_fork(meters->history));
    }
    if (seen->kind != REP_OBS_LEADERSHIP)
        ana_lag_meter_observe(meters->lag, seen, forked);
    if (seen->kind == REP_OBS_LEADERSHIP || seen->kind == REP_OBS_NODE_CHANGED)
        ana_leader_meter_observe(meters->leaders, seen);
    if (seen->kind == REP_OBS_LEADERSHIP || seen->kind == REP_OBS_APPLIED)
        ana_divergence_meter_observe(meters->divergence, seen);
}

static void prune_carried(AnaLogMeters *meters, SimTime now)
{
    if (meters->context.longest_life == SIM_NEVER || !ana_carried_is_full(meters->carried))
        return;
    ana_staleness_meter_settle(meters->staleness);
    ana_session_log_settle(meters->sessions);
    ana_carried_prune(meters->carried, meters->history, now, meters->context.longest_life);
}

/* Handed over once more while its new place lives, an entry has its fate; dropped, it has, whatever
 * else it loses to. */
static void entry_carried(AnaLogMeters *meters, const RepObservation *seen)
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

void ana_log_meters_observe(AnaLogMeters *meters, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_LEASE)
        ana_leader_meter_observe(meters->leaders, seen);
    else if (seen->kind == REP_OBS_DIVERGED)
        ana_divergence_meter_observe(meters->divergence, seen);
    else if (seen->kind == REP_OBS_CARRIED)
        entry_carried(meters, seen);
    else
        history_changed(meters, seen);
}

/* ---- windows and end ---------------------------------------------------------------------- */

void ana_log_meters_restart(AnaLogMeters *meters, gsize cell)
{
    ana_loss_meter_restart(meters->losses, cell);
    if (meters->context.plan->cells[cell].metric->required & ANA_FILTER_NODE)
        ana_lag_meter_restart(meters->lag, cell);
}

void ana_log_meters_finish(AnaLogMeters *meters, SimTime end, gboolean is_drained)
{
    ana_staleness_meter_finish(meters->staleness);
    ana_lag_meter_finish(meters->lag, end);
    if (!meters->context.acknowledged)
        ana_loss_meter_finish(meters->losses, is_drained);
    ana_leader_meter_finish(meters->leaders, end);
}
