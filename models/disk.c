/* disk.c — group commit: one flush at a time covers all that had arrived when it began. */
#include "models/node.h"

#include "models/store.h"
#include "models/world_state.h"

/* The cause of a flush is the node and the first entry it covers; several logs on one disk share
 * the flush, and the first of them names it. */
static SimSpan flush_cost(RepWorld *world, RepNode *node, int log, guint64 first)
{
    const SimDist *law = node->setup->storage.fsync;
    if (rep_is_free(law))
        return 0;
    const RepLogCopy *copy = &world->logs[log].copies[node->id];
    SimDraw draw = sim_draw(sim_stream_remembered(&node->flushes_of, node->flushes, (guint64)log),
                            rep_entry_cause(copy->term, first));
    SimSpan cost = sim_dist_span(law, &draw, world->kernel.now);
    return node->disk_factor == 1 ? cost : sim_span_scaled(cost, node->disk_factor);
}

/* The receiver takes everything that has arrived in one log. Returns its first entry, or 0. */
static guint64 take(RepWorld *world, int id, int log)
{
    RepLogCopy *copy = &world->logs[log].copies[id];
    world->nodes[id].disk.covers[log] = copy->arrived;
    if (copy->arrived == copy->flushed)
        return 0;
    guint64 first = copy->received + 1;
    copy->received = copy->arrived;
    if (!copy->leads && copy->received >= first) {
        rep_world_observe_entries(world, REP_OBS_RECEIVED, id, log, copy->term, first,
                                  copy->received);
        rep_world_received(world, id, log, copy->received);
    }
    return copy->flushed + 1;
}

static SimSpan store_flush_cost(RepWorld *world, RepNode *node, guint64 cause)
{
    SimDraw draw = sim_draw(sim_stream_named(node->flushes, "store"), cause & SIM_CAUSE_MAX);
    SimSpan cost = sim_dist_span(node->setup->storage.fsync, &draw, world->kernel.now);
    return node->disk_factor == 1 ? cost : sim_span_scaled(cost, node->disk_factor);
}

void rep_disk_kick(RepWorld *world, int id)
{
    const RepNode *node = &world->nodes[id];
    if (!node->disk.is_flushing && rep_node_runs(node))
        rep_node_ask_step(world, id, REP_STEP_TAKE);
}

void rep_disk_take(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    RepDisk *disk = &node->disk;
    if (disk->is_flushing || !rep_node_runs(node))
        return;
    SimSpan cost = 0;
    for (int log = 0; log < (int)world->n_logs; log++) {
        guint64 first = take(world, id, log);
        if (!first)
            continue;
        if (!disk->is_flushing)
            cost = flush_cost(world, node, log, first);
        disk->is_flushing = TRUE;
    }
    if (G_UNLIKELY(rep_store_is_waiting(world, id))) {
        guint64 cause = rep_store_take(world, id);
        if (!disk->is_flushing)
            cost = store_flush_cost(world, node, cause);
        disk->is_flushing = TRUE;
    }
    if (disk->is_flushing)
        sim_kernel_arm(&world->kernel, disk->slot, sim_time_after(world->kernel.now, cost));
}

static void mark_durable(RepWorld *world, int log, guint32 term, guint64 first, guint64 last)
{
    for (guint64 index = first; index <= last; index++) {
        RepLogEntry *entry = rep_log_entry(&world->logs[log], term, index);
        if (entry && entry->durable_at == SIM_NEVER)
            entry->durable_at = world->kernel.now;
    }
}

static void finish_log(RepWorld *world, int id, int log)
{
    RepLogCopy *copy = &world->logs[log].copies[id];
    /* A truncation during the flush may have taken back what it covered. */
    guint64 covered = MIN(world->nodes[id].disk.covers[log], copy->arrived);
    guint64 first = copy->flushed + 1;
    if (covered < first)
        return;
    guint64 before = rep_log_holds(&world->logs[log], id);
    copy->flushed = covered;
    if (copy->leads) {
        mark_durable(world, log, copy->term, first, covered);
        rep_world_observe_entries(world, REP_OBS_DURABLE, id, log, copy->term, first, covered);
    } else {
        rep_world_observe_entries(world, REP_OBS_FLUSHED, id, log, copy->term, first, covered);
        rep_node_ask_step(world, id, REP_STEP_APPLY);
    }
    rep_log_moved(&world->logs[log], id, before);
    rep_world_flushed(world, id, log, first, covered);
}

void rep_disk_flushed(void *self, guint64 node)
{
    RepWorld *world = self;
    int id = (int)node;
    world->nodes[id].disk.is_flushing = FALSE;
    world->network.traffic.flushes++;
    rep_world_observe_entries(world, REP_OBS_FLUSH, id, 0, 0, 1, 0);
    for (int log = 0; log < (int)world->n_logs; log++)
        finish_log(world, id, log);
    if (G_UNLIKELY(world->stores))
        rep_store_flushed(world, id);
    rep_disk_kick(world, id);
    rep_world_carry_out(world);
}

void rep_disk_pause(RepWorld *world, int id)
{
    RepDisk *disk = &world->nodes[id].disk;
    if (!disk->is_flushing)
        return;
    disk->remaining = sim_kernel_armed_at(&world->kernel, disk->slot) - world->kernel.now;
    sim_kernel_disarm(&world->kernel, disk->slot);
}

void rep_disk_resume(RepWorld *world, int id)
{
    RepDisk *disk = &world->nodes[id].disk;
    if (disk->is_flushing)
        sim_kernel_arm(&world->kernel, disk->slot,
                       sim_time_after(world->kernel.now, disk->remaining));
    else
        rep_disk_kick(world, id);
}
