/* meter_leaders.c — who leads, and how many at a time; see meter_leaders.h. */
#include "analysis/meter_leaders.h"

typedef struct Node {
    gboolean leads, holds_lease, is_up;
} Node;

struct AnaLeaderMeter {
    const AnaMeterContext *context;
    Node *nodes;
    guint accepting;     /* nodes that accept writes */
    SimTime split_since; /* while at least two do */
    int last;            /* the node whose leadership began last; -1: none yet */
    SimTime ended;       /* when that leadership did; SIM_NEVER: it lasts */
    gboolean has_died;   /* … with its node */
};

AnaLeaderMeter *ana_leader_meter_new(const AnaMeterContext *context)
{
    AnaLeaderMeter *meter = g_new0(AnaLeaderMeter, 1);
    meter->context = context;
    meter->nodes = g_new0(Node, context->world->n_nodes + 1);
    meter->last = -1;
    for (gsize i = 0; i < context->world->n_nodes; i++)
        meter->nodes[i].is_up = !context->world->joins[i];
    return meter;
}

void ana_leader_meter_free(AnaLeaderMeter *meter)
{
    if (!meter)
        return;
    g_free(meter->nodes);
    g_free(meter);
}

static void add_failover(AnaLeaderMeter *meter, SimTime at)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < context->plan->n_cells; i++) {
        AnaMetricId id = ana_metric_id(context->plan->cells[i].metric);
        gboolean counts = id == ANA_FAILOVERS || (id == ANA_FALSE_FAILOVERS && !meter->has_died);
        if (counts && ana_cell_has(context, i, at))
            context->cells[i].hits++;
    }
}

static void add_split(AnaLeaderMeter *meter, SimTime to)
{
    const AnaMeterContext *context = meter->context;
    for (gsize i = 0; i < context->plan->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[i];
        if (ana_metric_id(query->metric) == ANA_SPLIT_BRAIN)
            context->cells[i].hits +=
                (guint64)ana_windows_overlap(context->windows, query, meter->split_since, to);
    }
}

static void count_accepting(AnaLeaderMeter *meter, SimTime at)
{
    guint accepting = 0;
    for (gsize i = 0; i < meter->context->world->n_nodes; i++) {
        const Node *node = &meter->nodes[i];
        accepting += node->leads && node->holds_lease && node->is_up ? 1 : 0;
    }
    if (meter->accepting >= 2 && accepting < 2)
        add_split(meter, at);
    if (meter->accepting < 2)
        meter->split_since = at;
    meter->accepting = accepting;
}

static void leadership(AnaLeaderMeter *meter, const RepObservation *seen)
{
    int number = seen->leadership.node;
    Node *node = &meter->nodes[number];
    if (!seen->leadership.leads) {
        if (number == meter->last && meter->ended == SIM_NEVER)
            meter->ended = seen->at;
        node->leads = FALSE;
        return;
    }
    if (meter->last >= 0 && meter->last != number)
        add_failover(meter, seen->at);
    meter->last = number;
    meter->ended = SIM_NEVER;
    meter->has_died = FALSE;
    node->leads = node->holds_lease = TRUE;
}

/* A node that dies ceases to lead at that instant, and it is seen first. */
static void node_changed(AnaLeaderMeter *meter, const RepObservation *seen)
{
    meter->nodes[seen->node.node].is_up = seen->node.state == REP_NODE_UP;
    if (seen->node.state == REP_NODE_DOWN && seen->node.node == meter->last)
        meter->has_died |= meter->ended >= seen->at;
}

void ana_leader_meter_observe(AnaLeaderMeter *meter, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_LEADERSHIP)
        leadership(meter, seen);
    else if (seen->kind == REP_OBS_LEASE)
        meter->nodes[seen->leadership.node].holds_lease = seen->leadership.leads != 0;
    else
        node_changed(meter, seen);
    count_accepting(meter, seen->at);
}

void ana_leader_meter_finish(AnaLeaderMeter *meter, SimTime end)
{
    const AnaMeterContext *context = meter->context;
    if (meter->accepting >= 2)
        add_split(meter, end);
    for (gsize i = 0; i < context->plan->n_cells; i++) {
        const AnaQuery *query = &context->plan->cells[i];
        AnaMetricId id = ana_metric_id(query->metric);
        if (id == ANA_SPLIT_BRAIN || id == ANA_FAILOVERS || id == ANA_FALSE_FAILOVERS)
            context->cells[i].of =
                ana_windows_overlap(context->windows, query, 0, SIM_NEVER) > 0 ? 1 : 0;
    }
}
