/* meter_lag.c — lag by entry, and the levels of behind and backlog; see meter_lag.h. */
#include "analysis/meter_lag.h"

#include "analysis/durability.h"
#include "analysis/course.h"
#include "analysis/time_levels.h"

typedef struct Follower {
    gboolean is_one;
    gboolean is_absent; /* it has yet to join; nothing is asked about it */
    SimTime joined;
    guint64 base;                /* entries up to here were durable when it joined */
    guint64 counted[ANA_STAGES]; /* entries of the main history up to here have their lag */
    gsize *cells[ANA_STAGES];
    gsize n_cells[ANA_STAGES];
    AnaTimeLevels *levels;
} Follower;

struct AnaLagMeter {
    const AnaMeterContext *context;
    AnaDurability *durability;
    Follower *followers; /* by node */
    gsize n_nodes;
    gboolean keeps_all; /* a wiped node may need entries from the first on */
};

static const AnaMetricId metric_of[ANA_STAGES] = {
    [ANA_RECEIVED] = ANA_LAG_RECEIVED, [ANA_FLUSHED] = ANA_LAG_FLUSHED, [ANA_APPLIED] = ANA_LAG};

static void find_cells(const AnaMeterContext *context, Follower *follower, int node, AnaStage stage)
{
    const AnaPlan *plan = context->plan;
    follower->cells[stage] = g_new0(gsize, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (plan->cells[i].node == node && ana_cell_of_log(context, i) &&
            ana_metric_id(plan->cells[i].metric) == metric_of[stage])
            follower->cells[stage][follower->n_cells[stage]++] = i;
}

AnaLagMeter *ana_lag_meter_new(const AnaMeterContext *context)
{
    AnaLagMeter *meter = g_new0(AnaLagMeter, 1);
    meter->context = context;
    meter->durability = ana_durability_new();
    meter->n_nodes = context->world->n_nodes;
    meter->followers = g_new0(Follower, meter->n_nodes + 1);
    for (gsize node = 0; node < meter->n_nodes; node++) {
        Follower *follower = &meter->followers[node];
        meter->keeps_all |= context->world->may_be_wiped[node];
        if (!context->world->follows[(gsize)context->log * meter->n_nodes + node])
            continue;
        follower->is_one = TRUE;
        follower->is_absent = context->world->joins[node];
        for (int stage = 0; stage < ANA_STAGES; stage++)
            find_cells(context, follower, (int)node, (AnaStage)stage);
        follower->levels = ana_time_levels_new(context, (int)node);
        if (!follower->is_absent)
            ana_time_levels_begin(follower->levels, 0);
    }
    return meter;
}

void ana_lag_meter_free(AnaLagMeter *meter)
{
    if (!meter)
        return;
    for (gsize node = 0; node < meter->n_nodes; node++) {
        for (int stage = 0; stage < ANA_STAGES; stage++)
            g_free(meter->followers[node].cells[stage]);
        ana_time_levels_free(meter->followers[node].levels);
    }
    ana_durability_free(meter->durability);
    g_free(meter->followers);
    g_free(meter);
}

static guint64 stage_reached(const AnaLagMeter *meter, int node, AnaStage stage)
{
    const AnaHistory *history = meter->context->history;
    return ana_history_shared(history, ana_history_copy(history, node)->stages[stage]);
}

/* ---- lag ---------------------------------------------------------------------------------- */

/* A run of entries that passed a stage, or are given up on, at one instant. */
typedef struct Passing {
    AnaStage stage;
    SimTime at;
    gboolean is_censored;
} Passing;

static void add_lag(AnaLagMeter *meter, const Follower *follower, const Passing *passing,
                    SimTime durable, guint64 n)
{
    const AnaMeterContext *context = meter->context;
    if (context->course && passing->stage == ANA_APPLIED)
        ana_course_lag(context->course, (int)(follower - meter->followers), durable,
                       passing->at - durable, n);
    for (gsize i = 0; i < follower->n_cells[passing->stage]; i++) {
        gsize c = follower->cells[passing->stage][i];
        if (!ana_cell_has(context, c, durable))
            continue;
        ana_hist_add_weighted(context->cells[c].hist, passing->at - durable, n);
        context->cells[c].censored += passing->is_censored ? n : 0;
    }
}

static void count_up_to(AnaLagMeter *meter, Follower *follower, const Passing *passing,
                        guint64 last)
{
    guint64 *counted = &follower->counted[passing->stage];
    while (*counted < last) {
        guint64 run_last;
        SimTime durable = ana_durability_at(meter->durability, *counted + 1, &run_last);
        run_last = MIN(run_last, last);
        add_lag(meter, follower, passing, durable, run_last - *counted);
        *counted = run_last;
    }
}

/* ---- behind and backlog ------------------------------------------------------------------- */

/* Of what was durable when the node joined, that instant stands for when it became so. */
static SimTime durable_at(const AnaLagMeter *meter, int node, guint64 index)
{
    const Follower *follower = &meter->followers[node];
    guint64 run_last;
    return index <= follower->base ? follower->joined
                                   : ana_durability_at(meter->durability, index, &run_last);
}

static void update_levels(AnaLagMeter *meter, int node, SimTime at)
{
    guint64 applied = stage_reached(meter, node, ANA_APPLIED);
    guint64 backlog = ana_durability_last(meter->durability) - applied;
    SimTime oldest = backlog ? durable_at(meter, node, applied + 1) : (SimTime)-1;
    ana_time_levels_set(meter->followers[node].levels, at, backlog, oldest);
}

/* ---- observations ------------------------------------------------------------------------- */

/* Entries whose lag is known everywhere and that no follower has still to apply. */
static void forget(AnaLagMeter *meter)
{
    guint64 known = G_MAXUINT64;
    for (gsize node = 0; node < meter->n_nodes; node++) {
        const Follower *follower = &meter->followers[node];
        if (!follower->is_one || follower->is_absent)
            continue;
        for (int stage = 0; stage < ANA_STAGES; stage++)
            known = MIN(known, follower->counted[stage]);
        known = MIN(known, MAX(stage_reached(meter, (int)node, ANA_APPLIED), follower->base));
    }
    ana_durability_forget(meter->durability, known);
}

static void became_durable(AnaLagMeter *meter, const RepObservation *seen, gboolean forked)
{
    const AnaHistory *history = meter->context->history;
    if (forked) {
        guint64 fork = ana_history_fork(history);
        ana_durability_cut(meter->durability, fork);
        for (gsize node = 0; node < meter->n_nodes; node++) {
            Follower *follower = &meter->followers[node];
            follower->base = MIN(follower->base, fork);
            for (int stage = 0; stage < ANA_STAGES; stage++)
                follower->counted[stage] = MIN(follower->counted[stage], fork);
        }
    }
    if (!meter->keeps_all && ana_durability_is_full(meter->durability))
        forget(meter);
    ana_durability_extend(meter->durability, ana_history_main(history).index, seen->at);
    for (gsize node = 0; node < meter->n_nodes; node++) {
        Follower *follower = &meter->followers[node];
        if (!follower->is_one || follower->is_absent)
            continue;
        for (int stage = 0; stage < ANA_STAGES; stage++) {
            guint64 reached = stage_reached(meter, (int)node, (AnaStage)stage);
            if ((int)node == seen->entries.node) /* its own entries need no lag */
                follower->counted[stage] = MAX(follower->counted[stage], reached);
            else
                count_up_to(meter, follower, &(Passing){(AnaStage)stage, seen->at, FALSE}, reached);
        }
        update_levels(meter, (int)node, seen->at);
    }
}

static void passed(AnaLagMeter *meter, int node, AnaStage stage, SimTime at)
{
    count_up_to(meter, &meter->followers[node], &(Passing){stage, at, FALSE},
                stage_reached(meter, node, stage));
}

static void join(AnaLagMeter *meter, int node, SimTime at)
{
    Follower *follower = &meter->followers[node];
    follower->is_absent = FALSE;
    follower->joined = at;
    follower->base = ana_durability_last(meter->durability);
    for (int stage = 0; stage < ANA_STAGES; stage++)
        follower->counted[stage] = follower->base;
    ana_time_levels_begin(follower->levels, at);
}

void ana_lag_meter_observe(AnaLagMeter *meter, const RepObservation *seen, gboolean forked)
{
    if (seen->kind == REP_OBS_DURABLE) {
        became_durable(meter, seen, forked);
        return;
    }
    int node = seen->kind == REP_OBS_NODE_CHANGED ? seen->node.node : seen->entries.node;
    Follower *follower = &meter->followers[node];
    if (!follower->is_one)
        return;
    if (follower->is_absent && !ana_history_copy(meter->context->history, node)->is_absent)
        join(meter, node, seen->at);
    if (follower->is_absent)
        return;
    gboolean is_installed = seen->kind == REP_OBS_INSTALLED;
    if (seen->kind == REP_OBS_RECEIVED || is_installed)
        passed(meter, node, ANA_RECEIVED, seen->at);
    if (seen->kind == REP_OBS_FLUSHED || is_installed)
        passed(meter, node, ANA_FLUSHED, seen->at);
    if (seen->kind == REP_OBS_APPLIED || is_installed)
        passed(meter, node, ANA_APPLIED, seen->at);
    if (seen->kind == REP_OBS_APPLIED || seen->kind == REP_OBS_TRUNCATED ||
        seen->kind == REP_OBS_NODE_CHANGED || is_installed)
        update_levels(meter, node, seen->at);
}

void ana_lag_meter_restart(AnaLagMeter *meter, gsize cell)
{
    int node = meter->context->plan->cells[cell].node;
    if (meter->followers[node].levels)
        ana_time_levels_restart(meter->followers[node].levels, cell);
}

gsize ana_lag_meter_n_runs(const AnaLagMeter *meter)
{
    return ana_durability_n_runs(meter->durability);
}

void ana_lag_meter_finish(AnaLagMeter *meter, SimTime end)
{
    guint64 last = ana_durability_last(meter->durability);
    for (gsize node = 0; node < meter->n_nodes; node++) {
        Follower *follower = &meter->followers[node];
        if (!follower->is_one || follower->is_absent)
            continue;
        for (int stage = 0; stage < ANA_STAGES; stage++)
            count_up_to(meter, follower, &(Passing){(AnaStage)stage, end, TRUE}, last);
        ana_time_levels_finish(follower->levels, end);
    }
}
