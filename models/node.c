/* node.c — making nodes, and how they die, return, pause and resume; see node.h. */
#include "models/node.h"

#include "models/store.h"
#include "models/wake.h"
#include "models/world_state.h"

static void init_node(RepWorld *world, int id)
{
    const RepSetup *setup = world->setup;
    RepNode *node = &world->nodes[id];
    *node = (RepNode){.id = id,
                      .setup = &setup->nodes[id],
                      .region = setup->nodes[id].region,
                      .crashed_at = -1,
                      .cpu_factor = 1,
                      .disk_factor = 1};
    node->is_absent = rep_setup_joins(setup, id);
    node->downs = node->is_absent ? 1 : 0;
    node->cpu.workers = node->setup->cpu.workers;
    const RepCpuSetup *cpu = &node->setup->cpu;
    node->serves_free = cpu->workers == 0 && rep_is_free(cpu->read) && rep_is_free(cpu->write);
    const RepStorageSetup *storage = &node->setup->storage;
    node->applies_free = rep_is_free(cpu->apply) && rep_is_free(storage->apply) &&
                         rep_is_free(storage->apply_per_byte) && !storage->apply_delay;
    node->reads_plainly = world->policy->reads_plainly && world->policy->reads_plainly(setup, id);
    sim_ring_init(&node->cpu.waiting, sizeof(guint32), 0);
    sim_ring_init(&node->held, sizeof(RepHeld), 0);
    rep_node_init_steps(world, id);
    node->disk.slot = sim_kernel_add_source(&world->kernel, SIM_RANK_COMPLETION, (unsigned)id, 0,
                                            world->flush_handler, (guint64)id);
    node->disk.covers = g_new0(guint64, world->n_logs);
    node->appliers = g_new0(RepApplier, world->n_logs);
    for (gsize log = 0; log < world->n_logs; log++) {
        node->appliers[log].next = 1;
        sim_ring_init(&node->appliers[log].finished, 1, 1);
    }
    node->timers = g_new(SimSlot, world->n_timers + 1);
    for (guint timer = 0; timer < world->n_timers; timer++)
        node->timers[timer] =
            sim_kernel_add_source(&world->kernel, SIM_RANK_TIMER, (unsigned)id, timer,
                                  world->timer_handler, (guint64)id << 32 | timer);
    SimStream own = sim_stream_named(sim_stream_named(world->root, "node"), node->setup->name);
    rep_clock_init(&node->clock, &node->setup->clock, sim_stream_named(own, "clock"));
    node->flushes = sim_stream_named(own, "flush");
    node->decisions = sim_stream_named(own, "decision");
    node->apply_cpu = sim_stream_named(own, "apply cpu");
    node->apply_store = sim_stream_named(own, "apply");
    const SimDist *wake = node->setup->wake ? node->setup->wake : setup->wake;
    node->wake = rep_is_free(wake) ? NULL : wake;
    node->wakes = sim_stream_named(own, "wake");
    node->reads = g_new(SimStream, setup->n_clients + 1);
    node->writes = g_new(SimStream, setup->n_clients + 1);
    for (gsize client = 0; client < setup->n_clients; client++) {
        const char *name = setup->clients[client].name;
        node->reads[client] = sim_stream_named(sim_stream_named(own, "read"), name);
        node->writes[client] = sim_stream_named(sim_stream_named(own, "write"), name);
    }
}

/* One agent in each region has the policy's timers, too. */
static void init_agents(RepWorld *world)
{
    guint n_timers = world->n_timers;
    world->agent_timers = g_new(SimSlot, world->setup->n_regions * n_timers + 1);
    for (gsize region = 0; region < world->setup->n_regions; region++) {
        guint64 party = world->setup->n_nodes + region;
        for (guint timer = 0; timer < n_timers; timer++)
            world->agent_timers[region * n_timers + timer] =
                sim_kernel_add_source(&world->kernel, SIM_RANK_TIMER, (unsigned)party, timer,
                                      world->timer_handler, party << 32 | timer);
    }
}

void rep_nodes_init(RepWorld *world)
{
    init_agents(world);
    world->nodes = g_new0(RepNode, world->setup->n_nodes);
    for (gsize id = 0; id < world->setup->n_nodes; id++)
        init_node(world, (int)id);
}

void rep_nodes_clear(RepWorld *world)
{
    for (gsize id = 0; id < world->setup->n_nodes; id++) {
        RepNode *node = &world->nodes[id];
        sim_ring_clear(&node->cpu.waiting);
        sim_ring_clear(&node->held);
        rep_node_clear_steps(world, (int)id);
        for (gsize log = 0; log < world->n_logs; log++)
            sim_ring_clear(&node->appliers[log].finished);
        g_free(node->disk.covers);
        g_free(node->appliers);
        g_free(node->timers);
        g_free(node->reads);
        g_free(node->writes);
    }
    g_free(world->nodes);
    g_free(world->agent_timers);
}

static void observe(RepWorld *world, int id, RepNodeState state, gboolean wiped)
{
    rep_world_emit(
        world, &(RepObservation){.kind = REP_OBS_NODE_CHANGED,
                                 .at = world->kernel.now,
                                 .node = {.node = id, .state = state, .wiped = (guint32)wiped}});
}

SimTime rep_node_own_time(const RepWorld *world, const RepNode *node)
{
    SimTime now = node->pauses ? node->paused_since : world->kernel.now;
    return now - node->paused_total;
}

/* ---- dying and returning ------------------------------------------------------------------ */

static void forget_held(RepWorld *world, RepNode *node)
{
    while (sim_ring_len(&node->held)) {
        RepHeld held = *(RepHeld *)sim_ring_head(&node->held);
        sim_ring_pop(&node->held);
        if (held.kind == REP_HELD_REQUEST)
            rep_exchange_drop(world, held.number);
        else if (held.kind == REP_HELD_MESSAGE)
            rep_stream_drop(world, &held.message);
        else if (held.kind == REP_HELD_JOB)
            rep_job_run_due(world, held.number); /* of an old epoch by now: dropped */
    }
}

/* What was not flushed is gone; on a wiped disk, everything. */
static void lose_memory(RepWorld *world, int id, gboolean wipe)
{
    world->nodes[id].is_wiped |= wipe;
    rep_store_stopped(world, id, wipe);
    for (int log = 0; log < (int)world->n_logs; log++) {
        RepLogCopy *copy = &world->logs[log].copies[id];
        rep_world_truncate(world, id, log, wipe ? 0 : copy->flushed);
        copy->received = copy->flushed;
        copy->decided = MIN(copy->decided, copy->applied); /* what it knew beyond was in memory */
        rep_applier_reset(world, id, log);
    }
}

void rep_node_stop(RepWorld *world, int id, gboolean loses_site, gboolean wipe)
{
    RepNode *node = &world->nodes[id];
    if (loses_site)
        node->crashed_at = world->kernel.now;
    if (node->downs++ > 0) {
        if (wipe)
            lose_memory(world, id, TRUE);
        return;
    }
    for (int log = 0; log < (int)world->n_logs; log++)
        rep_world_forget_waiting(world, id, log);
    for (int log = 0; log < (int)world->n_logs; log++)
        rep_world_end_leadership(world, id, log);
    node->epoch++;
    rep_cpu_forget(world, id);
    rep_node_forget_steps(world, id);
    rep_wake_forget(world, id);
    forget_held(world, node);
    node->disk.is_flushing = FALSE;
    sim_kernel_disarm(&world->kernel, node->disk.slot);
    for (guint timer = 0; timer < world->n_timers; timer++)
        sim_kernel_disarm(&world->kernel, node->timers[timer]);
    lose_memory(world, id, wipe);
    observe(world, id, REP_NODE_DOWN, wipe);
    if (world->policy->stopped)
        world->policy->stopped(world->policy_state, world, id, &world->effects);
    rep_world_check_connections(world);
}

static void call_started(RepWorld *world, int id)
{
    if (world->policy->started)
        world->policy->started(world->policy_state, world, id, &world->effects);
    world->nodes[id].is_wiped = FALSE;
}

void rep_node_start(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    SIM_CHECK(node->downs > 0, "%s starts though it runs", node->setup->name);
    if (--node->downs > 0)
        return;
    SIM_CHECK(node->n_held == 0, "%s starts with %u reads that it held when it stopped",
              node->setup->name, node->n_held);
    rep_store_started(world, id);
    observe(world, id, node->pauses ? REP_NODE_PAUSED : REP_NODE_UP, FALSE);
    if (node->pauses)
        rep_node_hold(world, id, &(RepHeld){.kind = REP_HELD_START});
    else
        call_started(world, id);
    rep_node_ask_step(world, id, REP_STEP_APPLY);
    rep_world_carry_out(world);
    rep_world_check_connections(world);
}

void rep_node_join(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    if (!node->is_absent)
        return;
    node->is_absent = FALSE;
    rep_node_start(world, id);
}

void rep_nodes_announce_absent(RepWorld *world)
{
    for (gsize id = 0; id < world->setup->n_nodes; id++)
        if (world->nodes[id].is_absent)
            observe(world, (int)id, REP_NODE_DOWN, FALSE);
}

/* ---- pausing ------------------------------------------------------------------------------ */

void rep_node_hold(RepWorld *world, int id, const RepHeld *held)
{
    *(RepHeld *)sim_ring_push(&world->nodes[id].held) = *held;
}

void rep_node_pause(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    if (node->pauses++ > 0)
        return;
    node->paused_since = world->kernel.now;
    rep_disk_pause(world, id);
    if (rep_node_is_up(node))
        observe(world, id, REP_NODE_PAUSED, FALSE);
}

static void call_timer(RepWorld *world, int id, guint timer)
{
    guint each = world->policy->timers;
    world->policy->timer(world->policy_state, world, id, (int)(timer / each), timer % each,
                         &world->effects);
}

static void release(RepWorld *world, int id, const RepHeld *held)
{
    switch ((RepHeldKind)held->kind) {
    case REP_HELD_REQUEST:
        rep_cpu_serve(world, id, held->number);
        return;
    case REP_HELD_MESSAGE:
        rep_stream_serve(world, &held->message);
        return;
    case REP_HELD_JOB:
        rep_job_run_due(world, held->number);
        return;
    case REP_HELD_TIMER:
        call_timer(world, id, held->number);
        return;
    case REP_HELD_LATER:
        world->policy->later(world->policy_state, world, id, (int)held->log, held->number,
                             &world->effects);
        return;
    case REP_HELD_START:
        call_started(world, id);
        return;
    case REP_HELD_CLOCK:
        rep_node_tell_clock(world, id);
        return;
    case REP_HELD_CONNECTED:
        world->policy->connected(world->policy_state, world, id, (int)held->number,
                                 &world->effects);
        return;
    case REP_HELD_DISCONNECTED:
        world->policy->disconnected(world->policy_state, world, id, (int)held->number,
                                    &world->effects);
        return;
    }
    SIM_UNREACHABLE();
}

void rep_node_resume(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    SIM_CHECK(node->pauses > 0, "%s resumes though it is not paused", node->setup->name);
    if (--node->pauses > 0)
        return;
    node->paused_total += world->kernel.now - node->paused_since;
    if (!rep_node_is_up(node))
        return;
    observe(world, id, REP_NODE_UP, FALSE);
    rep_disk_resume(world, id);
    rep_node_ask_step(world, id, REP_STEP_APPLY);
    /* What waited is dealt with in the order in which it came. */
    for (guint64 n = sim_ring_len(&node->held); n > 0; n--) {
        RepHeld held = *(RepHeld *)sim_ring_head(&node->held);
        sim_ring_pop(&node->held);
        release(world, id, &held);
        rep_world_carry_out(world);
    }
}

void rep_node_tell_clock(RepWorld *world, int id)
{
    const RepNode *node = &world->nodes[id];
    if (!world->policy->clock_changed || !rep_node_is_up(node))
        return;
    if (node->pauses)
        rep_node_hold(world, id, &(RepHeld){.kind = REP_HELD_CLOCK});
    else
        world->policy->clock_changed(world->policy_state, world, id, &world->effects);
}

void rep_policy_timer_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    int party = (int)(payload >> 32);
    guint timer = (guint)payload;
    const RepNode *node = rep_node_of_party(world, party);
    if (node && !rep_node_is_up(node))
        return; /* armed for one that has yet to join */
    if (node && node->pauses)
        rep_node_hold(world, party, &(RepHeld){.kind = REP_HELD_TIMER, .number = timer});
    else {
        call_timer(world, party, timer);
        rep_world_carry_out(world);
    }
}

void rep_policy_later_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    RepJob later = *(RepJob *)sim_pool_at(&world->jobs, (guint32)payload);
    sim_pool_give(&world->jobs, (guint32)payload);
    const RepNode *node = &world->nodes[later.node];
    if (later.epoch != node->epoch || !rep_node_is_up(node))
        return;
    RepHeld due = {.kind = REP_HELD_LATER, .log = later.log, .number = (guint32)later.index};
    if (node->pauses) {
        rep_node_hold(world, later.node, &due);
        return;
    }
    release(world, later.node, &due);
    rep_world_carry_out(world);
}

void rep_policy_later(RepWorld *world, int node, int log, guint32 token, SimTime at)
{
    guint32 number = sim_pool_take_raw(&world->jobs);
    *(RepJob *)sim_pool_at(&world->jobs, number) = (RepJob){
        .node = node, .epoch = world->nodes[node].epoch, .log = (guint32)log, .index = token};
    sim_kernel_post(&world->kernel, MAX(at, world->kernel.now), SIM_RANK_COMPLETION, (unsigned)node,
                    world->later_handler, number);
}
