/* applier.c — flushed entries become visible, in log order; see node.h. */
#include "models/node.h"

#include "models/versioned.h"
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

static SimSpan store_cost(RepWorld *world, RepNode *node, int log, guint64 index)
{
    const RepStorageSetup *storage = &node->setup->storage;
    const RepLogCopy *copy = &world->logs[log].copies[node->id];
    SimStream stream =
        sim_stream_remembered(&node->appliers[log].store_of, node->apply_store, (guint64)log);
    SimSpan cost = draw_span(world, storage->apply, stream, log, copy, index);
    if (!rep_is_free(storage->apply_per_byte)) {
        SimStream per_byte = sim_stream_named(stream, "byte");
        SimSpan span = draw_span(world, storage->apply_per_byte, per_byte, log, copy, index);
        guint64 bytes = rep_log_bytes(&world->logs[log], copy->term, index, index);
        cost = sim_time_after(cost, sim_span_scaled(span, (double)bytes));
    }
    return node->disk_factor == 1 ? cost : sim_span_scaled(cost, node->disk_factor);
}

/* Who runs a statement again may get another result. */
static void find_divergences(RepWorld *world, int id, int log, guint64 first, guint64 last)
{
    const RepLogCopy *copy = &world->logs[log].copies[id];
    SimStream stream = rep_log_stream(sim_stream_named(world->root, "nondeterministic"), log);
    for (guint64 index = first; index <= last; index++) {
        guint32 term = rep_log_term_at(&world->logs[log], copy->term, index);
        SimDraw draw = sim_draw(stream, rep_entry_cause(term, index));
        if (sim_draw_chance(&draw, world->log_form.nondeterministic))
            rep_world_observe_entries(world, REP_OBS_DIVERGED, id, log, copy->term, index, index);
    }
}

static void show(RepWorld *world, int id, int log, guint64 index)
{
    RepLogCopy *copy = &world->logs[log].copies[id];
    guint64 before = rep_log_holds(&world->logs[log], id), first = copy->applied + 1;
    copy->applied = index;
    rep_world_observe_entries(world, REP_OBS_APPLIED, id, log, copy->term, first, index);
    if (G_UNLIKELY(world->versions))
        rep_versioned_show(world, id, log, first, index);
    if (world->log_form.nondeterministic > 0)
        find_divergences(world, id, log, first, index);
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
        SimStream stream =
            sim_stream_remembered(&node->appliers[log].cpu_of, node->apply_cpu, (guint64)log);
        rep_cpu_apply(world, id, log, index, draw_span(world, law, stream, log, copy, index));
    } else
        begin_store(world, id, log, index);
}

/* May the next entry be applied, by the node's apply_delay? If not, asks to be kicked when it may.
 * Where the origin has not flushed it yet, the delay counts from now. */
static gboolean is_released(RepWorld *world, int id, int log)
{
    const RepNode *node = &world->nodes[id];
    SimSpan delay = node->setup->storage.apply_delay;
    RepApplier *applier = applier_of(world, id, log);
    if (!delay)
        return TRUE;
    if (applier->delayed != applier->next) {
        guint32 term = world->logs[log].copies[id].term;
        const RepLogEntry *entry = rep_log_entry(&world->logs[log], term, applier->next);
        SimTime durable = entry ? entry->durable_at : 0;
        applier->delayed = applier->next;
        applier->delayed_until =
            sim_time_after(durable == SIM_NEVER ? world->kernel.now : durable, delay);
        if (applier->delayed_until > world->kernel.now)
            sim_kernel_post(&world->kernel, applier->delayed_until, SIM_RANK_COMPLETION,
                            (unsigned)id, world->apply_handler,
                            (guint64)id << 32 | (guint64)(guint32)log);
    }
    return world->kernel.now >= applier->delayed_until;
}

void rep_applier_due(void *self, guint64 node_and_log)
{
    rep_applier_kick(self, (int)(node_and_log >> 32), (int)(guint32)node_and_log);
    rep_world_carry_out(self);
}

/* How far a follower may apply: its disk, and where so configured what it knows to be decided. */
static guint64 applicable(const RepWorld *world, const RepLogCopy *copy)
{
    return world->log_form.applies_decided ? MIN(copy->flushed, copy->decided) : copy->flushed;
}

/* An applier that has nothing to do sleeps. TRUE: it is being woken, and will be kicked then. */
static gboolean must_wake(RepWorld *world, int id, int log, guint64 upto)
{
    RepNode *node = &world->nodes[id];
    RepApplier *applier = applier_of(world, id, log);
    const RepLogCopy *copy = &world->logs[log].copies[id];
    if (applier->is_waking)
        return TRUE;
    if (applier->is_awake || applier->in_service > 0 || applier->next > upto)
        return FALSE;
    SimStream stream = rep_log_stream(sim_stream_named(node->wakes, "applier"), log);
    applier->is_waking = TRUE;
    rep_job_begin(
        world, &(RepJob){.kind = REP_JOB_WAKE_APPLY,
                         .node = id,
                         .generation = applier->generation,
                         .log = (guint32)log,
                         .cost = draw_span(world, node->wake, stream, log, copy, applier->next)});
    return TRUE;
}

static void kick_awake(RepWorld *world, int id, int log)
{
    RepApplier *applier = applier_of(world, id, log);
    applier->is_awake = TRUE;
    rep_applier_kick(world, id, log);
    applier->is_awake = FALSE;
}

void rep_applier_woken(RepWorld *world, const RepJob *job)
{
    RepApplier *applier = applier_of(world, job->node, (int)job->log);
    if (job->generation != applier->generation)
        return;
    applier->is_waking = FALSE;
    kick_awake(world, job->node, (int)job->log);
}

void rep_applier_kick(RepWorld *world, int id, int log)
{
    RepNode *node = &world->nodes[id];
    RepLogCopy *copy = &world->logs[log].copies[id];
    RepApplier *applier = applier_of(world, id, log);
    if (copy->leads || !rep_node_runs(node))
        return;
    if (world->log_form.stops_for_upgrade && rep_faults_upgrade(world, id))
        return;
    guint64 upto = applicable(world, copy);
    if (G_UNLIKELY(node->wake) && must_wake(world, id, log, upto))
        return;
    if (node->applies_free) {
        applier->next = upto + 1;
        if (copy->applied < upto)
            show(world, id, log, upto);
        return;
    }
    guint64 workers = (guint64)node->setup->storage.apply_workers;
    while (applier->next <= upto && applier->in_service < workers && is_released(world, id, log)) {
        applier->in_service++;
        begin_entry(world, id, log, applier->next++);
    }
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
    kick_awake(world, id, log);
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
    applier->delayed = 0;
    applier->generation++;
    applier->is_waking = FALSE;
    sim_ring_clear(&applier->finished);
    sim_ring_init(&applier->finished, 1, applier->next);
}
