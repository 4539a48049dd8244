/* applier.c — flushed entries become visible, in log order; see node.h. */
#include "models/node.h"

#include "models/world_state.h"

static RepApplier *applier_of(RepWorld *world, int id, int log)
{
    return &world->nodes[id].appliers[log];
}

static SimSpan draw_span(RepWorld *world, const SimDist *law, SimStream stream, int log,
                         const RepLogCopy *copy, guint64 index)
{
    if (rep_is_free(law))
        return 0;
    guint32 term = rep_log_term_at(&world->logs[log], copy->term, index);
    SimDraw draw = sim_draw(stream, rep_entry_cause(term, index));
    return sim_dist_span(law, &draw, world->kernel.now);
}

static SimSpan store_cost(RepWorld *world, const RepNode *node, int log, guint64 index)
{
    const RepStorageSetup *storage = &node->setup->storage;
    const RepLogCopy *copy = &world->logs[log].copies[node->id];
    SimStream stream = sim_stream_numbered(node->apply_store, (guint64)log);
    SimSpan cost = draw_span(world, storage->apply, stream, log, copy, index);
    if (!rep_is_free(storage->apply_per_byte)) {
        SimStream per_byte = sim_stream_named(stream, "byte");
        SimSpan span = draw_span(world, storage->apply_per_byte, per_byte, log, copy, index);
        guint64 bytes = rep_log_bytes(&world->logs[log], copy->term, index, index);
        cost = sim_time_after(cost, sim_span_scaled(span, (double)bytes));
    }
    return node->disk_factor == 1 ? cost : sim_span_scaled(cost, node->disk_factor);
}

/* True where applying takes no time at all, so that a flush makes its entries visible. */
static gboolean is_free(const RepNode *node)
{
    const RepStorageSetup *storage = &node->setup->storage;
    return rep_is_free(node->setup->cpu.apply) && rep_is_free(storage->apply) &&
           rep_is_free(storage->apply_per_byte);
}

static void show(RepWorld *world, int id, int log, guint64 index)
{
    RepLogCopy *copy = &world->logs[log].copies[id];
    guint64 before = rep_log_holds(&world->logs[log], id), first = copy->applied + 1;
    copy->applied = index;
    rep_world_observe_entries(world, REP_OBS_APPLIED, id, log, copy->term, first, index);
    rep_log_moved(&world->logs[log], id, before);
    rep_world_applied(world, id, log, index);
}

static void begin_store(RepWorld *world, int id, int log, guint64 index)
{
    RepNode *node = &world->nodes[id];
    rep_job_begin(world, &(RepJob){.kind = REP_JOB_APPLY_STORE,
                                   .node = id,
                                   .generation = node->appliers[log].generation,
                                   .log = (guint32)log,
                                   .index = index,
                                   .cost = store_cost(world, node, log, index)});
}

static void begin_entry(RepWorld *world, int id, int log, guint64 index)
{
    RepNode *node = &world->nodes[id];
    const SimDist *law = node->setup->cpu.apply;
    if (!rep_is_free(law)) {
        const RepLogCopy *copy = &world->logs[log].copies[id];
        SimStream stream = sim_stream_numbered(node->apply_cpu, (guint64)log);
        rep_cpu_apply(world, id, log, index, draw_span(world, law, stream, log, copy, index));
    } else
        begin_store(world, id, log, index);
}

void rep_applier_kick(RepWorld *world, int id, int log)
{
    RepNode *node = &world->nodes[id];
    RepLogCopy *copy = &world->logs[log].copies[id];
    RepApplier *applier = applier_of(world, id, log);
    if (copy->leads || !rep_node_runs(node))
        return;
    if (is_free(node)) {
        applier->next = copy->flushed + 1;
        if (copy->applied < copy->flushed)
            show(world, id, log, copy->flushed);
        return;
    }
    if (applier->is_kicked)
        return; /* an entry that took no time: the loop below goes on by itself */
    applier->is_kicked = TRUE;
    guint64 workers = (guint64)node->setup->storage.apply_workers;
    while (applier->next <= copy->flushed && applier->in_service < workers) {
        applier->in_service++;
        begin_entry(world, id, log, applier->next++);
    }
    applier->is_kicked = FALSE;
}

/* Marks an entry as done and shows the prefix that is. */
static void finish_entry(RepWorld *world, int id, int log, guint64 index)
{
    RepApplier *applier = applier_of(world, id, log);
    const RepLogCopy *copy = &world->logs[log].copies[id];
    SimRing *finished = &applier->finished;
    applier->in_service--;
    while (finished->end <= index)
        *(guint8 *)sim_ring_push(finished) = FALSE;
    *(guint8 *)sim_ring_at(finished, index) = TRUE;
    guint64 visible = copy->applied;
    while (sim_ring_len(finished) && *(guint8 *)sim_ring_head(finished)) {
        sim_ring_pop(finished);
        visible++;
    }
    if (visible > copy->applied)
        show(world, id, log, visible);
    rep_applier_kick(world, id, log);
}

void rep_applier_job_done(RepWorld *world, const RepJob *job)
{
    int id = job->node, log = (int)job->log;
    if (job->generation != applier_of(world, id, log)->generation)
        return;
    if (job->kind == REP_JOB_APPLY_STORE)
        finish_entry(world, id, log, job->index);
    else
        begin_store(world, id, log, job->index);
}

void rep_applier_reset(RepWorld *world, int id, int log)
{
    RepApplier *applier = applier_of(world, id, log);
    const RepLogCopy *copy = &world->logs[log].copies[id];
    applier->next = copy->applied + 1;
    applier->in_service = 0;
    applier->generation++;
    sim_ring_clear(&applier->finished);
    sim_ring_init(&applier->finished, 1, applier->next);
}
