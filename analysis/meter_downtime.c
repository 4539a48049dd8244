/* meter_downtime.c — windows without a success, and the first of them; see meter_downtime.h. */
#include "analysis/meter_downtime.h"

/* The time between two successes. */
typedef struct Gap {
    SimTime from, to;
    SimTime first;       /* invocation in it, of the operations that have ended; SIM_NEVER: none */
    gboolean has_failed; /* one of those did not succeed */
} Gap;

/* Operations of one kind by the clients of one region or group; -1: any. */
typedef struct Tracker {
    int writes, client_region, client;
    Gap now;              /* since the last success; .to is not known */
    SimTime held;         /* an operation failed here in no time: a success of the same instant may
                             still come, and comes before it; -1: none */
    GArray *pending;      /* gaps that are not decided yet, ascending */
    GArray *cells;        /* gsize: where its windows count */
    GArray *firsts;       /* gsize: cells of time_to_first, which wait for the first of them */
    guint64 operations;   /* of the measured part */
    gboolean is_windowed; /* some cell is not about the whole measured part */
    gboolean is_quiet;    /* no filter on clients, no window, nothing held or pending */
} Tracker;

struct AnaDowntimeMeter {
    const AnaMeterContext *context;
    Tracker *trackers;
    gsize n_trackers;
    SimTime *first;       /* by cell of time_to_first: when it happened; SIM_NEVER: not yet */
    guint **by_operation; /* [kind * n_regions + region]: the trackers concerned, by number */
    guint *n_by_operation;
};

static Tracker *tracker_for(AnaDowntimeMeter *meter, const AnaQuery *query, int writes)
{
    for (gsize i = 0; i < meter->n_trackers; i++) {
        Tracker *known = &meter->trackers[i];
        if (known->writes == writes && known->client_region == query->client_region &&
            known->client == query->client)
            return known;
    }
    Tracker *tracker = &meter->trackers[meter->n_trackers++];
    *tracker = (Tracker){.writes = writes,
                         .client_region = query->client_region,
                         .client = query->client,
                         .now = {.from = 0, .first = SIM_NEVER},
                         .held = -1,
                         .pending = g_array_new(FALSE, FALSE, sizeof(Gap)),
                         .cells = g_array_new(FALSE, FALSE, sizeof(gsize)),
                         .firsts = g_array_new(FALSE, FALSE, sizeof(gsize))};
    return tracker;
}

static void index_trackers(AnaDowntimeMeter *meter)
{
    gsize n_regions = meter->context->world->n_regions;
    meter->by_operation = g_new0(guint *, 2 * n_regions + 1);
    meter->n_by_operation = g_new0(guint, 2 * n_regions + 1);
    for (gsize i = 0; i < 2 * n_regions; i++) {
        meter->by_operation[i] = g_new0(guint, meter->n_trackers + 1);
        for (guint t = 0; t < meter->n_trackers; t++) {
            const Tracker *tracker = &meter->trackers[t];
            if (tracker->writes >= 0 && tracker->writes != (i >= n_regions))
                continue;
            if (tracker->client_region < 0 || (gsize)tracker->client_region == i % n_regions)
                meter->by_operation[i][meter->n_by_operation[i]++] = t;
        }
    }
}

static void follow(AnaDowntimeMeter *meter, gsize cell, int writes)
{
    const AnaQuery *query = &meter->context->plan->cells[cell];
    Tracker *tracker = tracker_for(meter, query, writes);
    gboolean is_first = ana_metric_id(query->metric) == ANA_TIME_TO_FIRST;
    g_array_append_val(is_first ? tracker->firsts : tracker->cells, cell);
    tracker->is_windowed |= query->window != ANA_WINDOW_ALL;
}

AnaDowntimeMeter *ana_downtime_meter_new(const AnaMeterContext *context)
{
    AnaDowntimeMeter *meter = g_new0(AnaDowntimeMeter, 1);
    const AnaPlan *plan = context->plan;
    meter->context = context;
    meter->trackers = g_new0(Tracker, 2 * plan->n_cells + 1);
    meter->first = g_new0(SimTime, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(plan->cells[i].metric);
        meter->first[i] = SIM_NEVER;
        if (id == ANA_DOWNTIME)
            follow(meter, i, plan->cells[i].writes);
        for (int writes = 0; writes <= 1 && id == ANA_TIME_TO_FIRST; writes++)
            follow(meter, i, writes);
    }
    index_trackers(meter);
    return meter;
}

void ana_downtime_meter_free(AnaDowntimeMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; i < meter->n_trackers; i++) {
        g_array_free(meter->trackers[i].pending, TRUE);
        g_array_free(meter->trackers[i].cells, TRUE);
        g_array_free(meter->trackers[i].firsts, TRUE);
    }
    for (gsize i = 0; i < 2 * meter->context->world->n_regions; i++)
        g_free(meter->by_operation[i]);
    g_free(meter->by_operation);
    g_free(meter->n_by_operation);
    g_free(meter->trackers);
    g_free(meter->first);
    g_free(meter);
}

/* ---- gaps --------------------------------------------------------------------------------- */

/* All operations invoked in the gap have ended. */
static void decide(const AnaDowntimeMeter *meter, const Tracker *tracker, const Gap *gap)
{
    const AnaMeterContext *context = meter->context;
    if (!gap->has_failed || gap->to - gap->first < context->world->downtime_floor)
        return;
    for (guint i = 0; i < tracker->cells->len; i++) {
        gsize cell = g_array_index(tracker->cells, gsize, i);
        context->cells[cell].hits += (guint64)ana_windows_overlap(
            context->windows, &context->plan->cells[cell], gap->first, gap->to);
    }
    for (guint i = 0; i < tracker->firsts->len; i++) {
        gsize cell = g_array_index(tracker->firsts, gsize, i);
        AnaParts parts = {.from = gap->first, .to = gap->to};
        if (ana_windows_next(context->windows, &context->plan->cells[cell], &parts))
            meter->first[cell] = MIN(meter->first[cell], parts.begin);
    }
}

static void decide_old(const AnaDowntimeMeter *meter, Tracker *tracker, SimTime now)
{
    /* Whether what was invoked in a gap has failed is known at its end. */
    SimSpan life = meter->context->world->writes_queue ? SIM_NEVER : meter->context->longest_life;
    guint n = 0;
    while (n < tracker->pending->len) {
        const Gap *gap = &g_array_index(tracker->pending, Gap, n);
        if (sim_time_after(gap->to, life) >= now)
            break;
        decide(meter, tracker, gap);
        n++;
    }
    if (n)
        g_array_remove_range(tracker->pending, 0, n);
}

static void join(Gap *gap, SimTime began, gboolean has_failed)
{
    gap->first = MIN(gap->first, began);
    gap->has_failed |= has_failed;
}

static void join_pending(Tracker *tracker, const RepOperationSeen *operation)
{
    for (guint i = tracker->pending->len; i-- > 0;) {
        Gap *gap = &g_array_index(tracker->pending, Gap, i);
        if (operation->began >= gap->from && operation->began < gap->to)
            join(gap, operation->began, operation->outcome != REP_OK);
        if (operation->began >= gap->from)
            return;
    }
}

static void succeeded(const AnaDowntimeMeter *meter, Tracker *tracker, SimTime at)
{
    if (at - tracker->now.from >= meter->context->world->downtime_floor && at > tracker->now.from) {
        tracker->now.to = at;
        g_array_append_val(tracker->pending, tracker->now);
    }
    tracker->now = (Gap){.from = at, .first = SIM_NEVER};
}

static void join_held(Tracker *tracker)
{
    if (tracker->held >= 0)
        join(&tracker->now, tracker->held, TRUE);
    tracker->held = -1;
}

static void ended(const AnaDowntimeMeter *meter, Tracker *tracker,
                  const RepOperationSeen *operation, SimTime at)
{
    gboolean has_failed = operation->outcome != REP_OK;
    if (at > tracker->held)
        join_held(tracker);
    if (has_failed && operation->began == at)
        tracker->held = at;
    else if (operation->began >= tracker->now.from)
        join(&tracker->now, operation->began, has_failed);
    else if (tracker->pending->len)
        join_pending(tracker, operation);
    if (!has_failed)
        succeeded(meter, tracker, at);
    if (tracker->pending->len)
        decide_old(meter, tracker, at);
}

/* Operations are the opportunities: without any there is no downtime to speak of. Those of windows
 * are counted one by one. */
static void count_in_windows(const AnaDowntimeMeter *meter, const GArray *cells, SimTime began)
{
    const AnaMeterContext *context = meter->context;
    for (guint i = 0; i < cells->len; i++) {
        gsize cell = g_array_index(cells, gsize, i);
        if (context->plan->cells[cell].window != ANA_WINDOW_ALL)
            context->cells[cell].of += ana_cell_has(context, cell, began) ? 1 : 0;
    }
}

static void track(const AnaDowntimeMeter *meter, Tracker *tracker,
                  const RepOperationSeen *operation, SimTime at)
{
    if (tracker->client >= 0 && (guint32)tracker->client != operation->client)
        return;
    tracker->operations += ana_is_measured(meter->context->world, operation->began) ? 1 : 0;
    ended(meter, tracker, operation, at);
    if (tracker->is_windowed) {
        count_in_windows(meter, tracker->cells, operation->began);
        count_in_windows(meter, tracker->firsts, operation->began);
    }
    tracker->is_quiet = tracker->client < 0 && !tracker->is_windowed && tracker->held < 0 &&
                        tracker->pending->len == 0;
}

void ana_downtime_meter_ended(AnaDowntimeMeter *meter, const RepOperationSeen *operation,
                              SimTime at)
{
    const AnaWorld *world = meter->context->world;
    if (operation->outcome == REP_NOT_STARTED)
        return;
    gsize which = operation->kind * world->n_regions + operation->region;
    const guint *concerned = meter->by_operation[which];
    guint n = meter->n_by_operation[which];
    guint measured = ana_is_measured(world, operation->began) ? 1 : 0;
    for (guint i = 0; i < n; i++) {
        Tracker *tracker = &meter->trackers[concerned[i]];
        /* The common case: a success soon after another, and nothing to decide. The gap between
         * them is too short to count, whatever was invoked in it. */
        if (tracker->is_quiet && operation->outcome == REP_OK &&
            at - tracker->now.from < world->downtime_floor) {
            tracker->operations += measured;
            tracker->now.from = at;
            tracker->now.first = SIM_NEVER;
            tracker->now.has_failed = FALSE;
        } else {
            track(meter, tracker, operation, at);
        }
    }
}

void ana_downtime_meter_restart(AnaDowntimeMeter *meter, gsize cell)
{
    meter->first[cell] = SIM_NEVER;
}

static void add_operations(const AnaMeterContext *context, const GArray *cells, guint64 n)
{
    for (guint i = 0; i < cells->len; i++) {
        gsize cell = g_array_index(cells, gsize, i);
        if (context->plan->cells[cell].window == ANA_WINDOW_ALL)
            context->cells[cell].of += n;
    }
}

/* Where it did not happen, all the time that there was. */
static void finish_firsts(AnaDowntimeMeter *meter)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < context->plan->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[i];
        if (ana_metric_id(query->metric) != ANA_TIME_TO_FIRST || context->cells[i].of == 0)
            continue;
        context->cells[i].hits =
            (guint64)ana_windows_overlap(context->windows, query, 0, meter->first[i]);
        context->cells[i].censored = meter->first[i] == SIM_NEVER ? 1 : 0;
    }
}

void ana_downtime_meter_finish(AnaDowntimeMeter *meter, SimTime end)
{
    for (gsize t = 0; t < meter->n_trackers; t++) {
        Tracker *tracker = &meter->trackers[t];
        for (guint i = 0; i < tracker->pending->len; i++)
            decide(meter, tracker, &g_array_index(tracker->pending, Gap, i));
        join_held(tracker);
        tracker->now.to = end;
        decide(meter, tracker, &tracker->now);
        add_operations(meter->context, tracker->cells, tracker->operations);
        add_operations(meter->context, tracker->firsts, tracker->operations);
    }
    finish_firsts(meter);
}
