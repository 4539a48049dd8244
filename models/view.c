/* view.c — what a policy may read of the world; see policies/policy.h. */
#include "models/world_state.h"

SimTime rep_view_now(RepView *view)
{
    return view->kernel.now;
}

const RepSetup *rep_view_setup(RepView *view)
{
    return view->setup;
}

RepLogView rep_view_log(RepView *view, int node, int log)
{
    const RepLogCopy *copy = &view->logs[log].copies[node];
    return (RepLogView){.term = copy->term,
                        .arrived = copy->arrived,
                        .received = copy->received,
                        .flushed = copy->flushed,
                        .applied = copy->applied,
                        .decided = copy->leads ? copy->committed : copy->decided};
}

SimTime rep_view_durable_at(RepView *view, int node, int log, guint64 index)
{
    const RepLogEntry *entry =
        rep_log_entry(&view->logs[log], view->logs[log].copies[node].term, index);
    return entry ? entry->durable_at : SIM_NEVER;
}

guint64 rep_view_common(RepView *view, int node, int log, guint32 term)
{
    const RepLogCopy *copy = &view->logs[log].copies[node];
    return MIN(copy->arrived, rep_log_common(&view->logs[log], copy->term, term));
}

guint64 rep_view_common_of(RepView *view, int log, guint32 one, guint32 other)
{
    return rep_log_common(&view->logs[log], one, other);
}

guint32 rep_view_term_at(RepView *view, int node, int log, guint64 index)
{
    return rep_log_term_at(&view->logs[log], view->logs[log].copies[node].term, index);
}

RepVersion rep_view_newest(RepView *view, int node, int log, guint64 key)
{
    return rep_log_newest(&view->logs[log], node, key);
}

guint64 rep_view_shown_by_all(RepView *view, int log)
{
    return view->logs[log].floor;
}

guint64 rep_view_bytes(RepView *view, int node, int log, guint64 first, guint64 last)
{
    return rep_log_bytes(&view->logs[log], view->logs[log].copies[node].term, first, last);
}

gboolean rep_route_avoids(RepView *view, const RepRoute *route, int node)
{
    return rep_session_avoids(route->private_state, node, view->kernel.now);
}

gboolean rep_view_awaits(RepView *view, guint32 handle)
{
    const RepExchange *exchange = sim_pool_at(&view->exchanges, handle);
    const RepOperation *operation = sim_pool_at(&view->operations, exchange->operation);
    return !operation->has_ended && operation->attempt == exchange->attempt;
}

guint64 rep_route_lot(RepView *view, const RepRoute *route)
{
    SimDraw draw = sim_draw(view->groups[route->client].lots,
                            rep_attempt_cause(route->number, route->attempt));
    return sim_draw_bits(&draw);
}

guint64 rep_view_lot(RepView *view, int client, guint64 number, guint attempt)
{
    SimDraw draw = sim_draw(sim_stream_numbered(view->groups[client].lots, 1),
                            rep_attempt_cause(number, attempt));
    return sim_draw_bits(&draw);
}

guint64 rep_route_session_lot(RepView *view, const RepRoute *route)
{
    const RepSession *session = route->private_state;
    SimStream own =
        sim_stream_numbered(view->groups[route->client].session_lots, (guint64)route->session);
    SimDraw draw = sim_draw(own, session->moves);
    return sim_draw_bits(&draw);
}

/* ---- parties ------------------------------------------------------------------------------ */

SimTime rep_party_clock(const RepWorld *world, int party)
{
    const RepNode *node = rep_node_of_party((RepWorld *)world, party);
    return node ? rep_clock_shows(&node->clock, world->kernel.now) : world->kernel.now;
}

SimTime rep_view_clock(RepView *view, int node)
{
    return rep_clock_shows(&view->nodes[node].clock, view->kernel.now);
}

SimTime rep_view_when(RepView *view, int node, SimTime shown)
{
    return rep_clock_when(&view->nodes[node].clock, view->kernel.now, shown);
}

int rep_party_of_region(RepView *view, int region)
{
    return (int)view->setup->n_nodes + region;
}

int rep_region_of_party(RepView *view, int party)
{
    return party - (int)view->setup->n_nodes;
}

gboolean rep_party_is_node(RepView *view, int party)
{
    return party < (int)view->setup->n_nodes;
}

SimSpan rep_view_p50(RepView *view, int from, int to)
{
    const SimDist *delay =
        rep_setup_delay(view->setup, rep_place_of_party(view, from), rep_place_of_party(view, to));
    return delay ? (SimSpan)sim_dist_quantile(delay, 0.5, 0) : SIM_NEVER;
}

gboolean rep_view_is_up(RepView *view, int node)
{
    return rep_node_is_up(&view->nodes[node]);
}

gboolean rep_view_is_wiped(RepView *view, int node)
{
    return view->nodes[node].is_wiped;
}

gboolean rep_view_reaches(RepView *view, int party, int node)
{
    if (!rep_node_runs(&view->nodes[node]))
        return FALSE;
    RepPlace from = rep_place_of_party(view, party), to = rep_place_of_party(view, node);
    return !rep_faults_cut(view, from, to) && !rep_faults_cut(view, to, from);
}

SimSpan rep_view_span(RepView *view, const SimDist *law, int node, int log, guint64 cause)
{
    SimStream decisions = rep_log_stream(view->nodes[node].decisions, log);
    SimDraw draw = sim_draw(decisions, cause & SIM_CAUSE_MAX);
    return sim_dist_span(law, &draw, view->kernel.now);
}
