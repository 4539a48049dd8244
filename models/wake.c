/* wake.c — the stages of streams; those of appliers are in applier.c. See wake.h. */
#include "models/wake.h"

#include "models/world_state.h"

#include "sim/check.h"

static gboolean is_of(guint64 kinds, const RepMessage *message)
{
    return kinds >> message->kind & 1;
}

/* Is there a stage for it, and does that sleep? */
static gboolean wakes(const RepWorld *world, const RepNode *node, const RepMessage *message,
                      RepStreamEnd end)
{
    const RepPolicyOps *policy = world->policy;
    if (end == REP_STREAM_SENDER)
        return is_of(policy->carrying, message);
    return is_of(policy->confirming, message) ||
           (is_of(policy->carrying, message) && !node->disk.is_flushing);
}

static SimSpan cost_of(const RepWorld *world, const RepNode *node, const RepMessage *message,
                       RepStreamEnd end)
{
    int peer = end == REP_STREAM_SENDER ? message->to : message->from;
    SimStream stage =
        sim_stream_named(node->wakes, end == REP_STREAM_SENDER ? "sender" : "receiver");
    SimStream stream = sim_stream_numbered(sim_stream_named(stage, world->setup->nodes[peer].name),
                                           (guint64)message->log << 8 | message->kind);
    SimDraw draw = sim_draw(stream, rep_entry_cause(message->term, message->first));
    return sim_dist_span(node->wake, &draw, world->kernel.now);
}

static void begin(RepWorld *world, const RepStream *stream, RepStreamEnd end, SimSpan cost)
{
    rep_job_begin(world, &(RepJob){.kind = REP_JOB_WAKE,
                                   .node = end == REP_STREAM_SENDER ? stream->from : stream->to,
                                   .exchange = stream->number,
                                   .index = end,
                                   .cost = cost});
}

gboolean rep_wake_holds(RepWorld *world, const RepMessage *message, RepStreamEnd end)
{
    int n_nodes = (int)world->setup->n_nodes;
    int own = end == REP_STREAM_SENDER ? message->from : message->to;
    if (own >= n_nodes || !world->nodes[own].wake || message->is_bulk || message->is_clients ||
        message->from >= n_nodes || message->to >= n_nodes)
        return FALSE;
    RepNode *node = &world->nodes[own];
    RepStream *stream = rep_stream_between(world, message->from, message->to, message->log);
    SimRing *waking = &stream->waking[end];
    gboolean is_first = sim_ring_len(waking) == 0;
    if (is_first && !wakes(world, node, message, end))
        return FALSE;
    SIM_CHECK(!message->set, "versions travel between replicas, which have no stages");
    *(RepMessage *)sim_ring_push(waking) = *message;
    if (is_first)
        begin(world, stream, end, cost_of(world, node, message, end));
    return TRUE;
}

/* What one message brings about comes before the next. */
static void take_next(RepWorld *world, RepStream *stream)
{
    SimRing *waking = &stream->waking[REP_STREAM_RECEIVER];
    RepMessage message = *(RepMessage *)sim_ring_head(waking);
    if (sim_ring_len(waking) > 1)
        begin(world, stream, REP_STREAM_RECEIVER, 0);
    sim_ring_pop(waking);
    rep_stream_take(world, &message);
}

void rep_wake_over(RepWorld *world, const RepJob *job)
{
    RepStream *stream = world->streams.all[job->exchange];
    SimRing *waking = &stream->waking[job->index];
    if (job->index == REP_STREAM_RECEIVER) {
        take_next(world, stream);
        return;
    }
    for (guint64 n = sim_ring_len(waking); n > 0; n--) {
        RepMessage message = *(RepMessage *)sim_ring_head(waking);
        sim_ring_pop(waking);
        rep_stream_send(world, &message);
    }
}

static void forget(SimRing *waking)
{
    while (sim_ring_len(waking))
        sim_ring_pop(waking);
}

void rep_wake_forget(RepWorld *world, int node)
{
    if (!world->nodes[node].wake)
        return;
    for (gsize i = 0; i < world->streams.n; i++) {
        RepStream *stream = world->streams.all[i];
        if (stream->from == node)
            forget(&stream->waking[REP_STREAM_SENDER]);
        if (stream->to == node)
            forget(&stream->waking[REP_STREAM_RECEIVER]);
    }
}
