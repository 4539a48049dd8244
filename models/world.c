/* world.c — building a world, running it through its phases, and taking it down; see world.h. */
#include "models/world.h"

#include "models/conversation.h"
#include "models/script.h"
#include "models/causes.h"
#include "models/store.h"
#include "models/versioned.h"
#include "models/world_state.h"

/* ---- building ----------------------------------------------------------------------------- */

typedef struct Near {
    double p50;
    int node;
} Near;

static int compare_near(gconstpointer a, gconstpointer b)
{
    const Near *x = a, *y = b;
    if (x->p50 != y->p50)
        return x->p50 < y->p50 ? -1 : 1;
    return x->node - y->node; /* name order: no two are equal */
}

/* semantics §4: nearest = smallest configured p50, then name. */
static void find_nearest(RepWorld *world)
{
    const RepSetup *setup = world->setup;
    gsize n = setup->n_nodes;
    world->nearest = g_new(int, setup->n_regions *n);
    g_autofree Near *near = g_new(Near, n);
    for (gsize region = 0; region < setup->n_regions; region++) {
        for (gsize node = 0; node < n; node++) {
            const SimDist *delay = rep_setup_delay(setup, (RepPlace){REP_PLACE_REGION, (int)region},
                                                   (RepPlace){REP_PLACE_NODE, (int)node});
            near[node] =
                (Near){.p50 = delay ? sim_dist_quantile(delay, 0.5, 0) : 0x1p62, .node = (int)node};
        }
        qsort(near, n, sizeof *near, compare_near);
        for (gsize i = 0; i < n; i++)
            world->nearest[region * n + i] = near[i].node;
    }
}

static void add_handlers(RepWorld *world)
{
    SimKernel *kernel = &world->kernel;
    world->request_handler = sim_kernel_add_handler(kernel, rep_request_arrived, world);
    world->reply_handler = sim_kernel_add_handler(kernel, rep_reply_arrived, world);
    world->retry_handler = sim_kernel_add_handler(kernel, rep_attempt_again, world);
    world->follow_up_handler = sim_kernel_add_handler(kernel, rep_follow_up_due, world);
    world->edit_handler = sim_kernel_add_handler(kernel, rep_edit_due, world);
    world->talk_handler = sim_kernel_add_handler(kernel, rep_conversation_step_due, world);
    world->think_handler = sim_kernel_add_handler(kernel, rep_think_over, world);
    world->later_handler = sim_kernel_add_handler(kernel, rep_policy_later_due, world);
    world->job_handler = sim_kernel_add_handler(kernel, rep_job_run_due, world);
    world->stream_handler = sim_kernel_add_handler(kernel, rep_stream_head_arrived, world);
    world->flush_handler = sim_kernel_add_handler(kernel, rep_disk_flushed, world);
    world->timer_handler = sim_kernel_add_handler(kernel, rep_policy_timer_due, world);
    world->arrival_handler = sim_kernel_add_handler(kernel, rep_operation_arrived, world);
    world->timeout_handler = sim_kernel_add_handler(kernel, rep_attempt_timed_out, world);
    world->fault_handler = sim_kernel_add_handler(kernel, rep_fault_due, world);
    world->apply_handler = sim_kernel_add_handler(kernel, rep_applier_due, world);
    world->step_handler = sim_kernel_add_handler(kernel, rep_node_step_due, world);
    world->plain_timeout_handler = sim_kernel_add_handler(kernel, rep_plain_timeout_due, world);
    world->free_message_handler = sim_kernel_add_handler(kernel, rep_stream_free_arrived, world);
    world->script_handler = sim_kernel_add_handler(kernel, rep_script_step_due, world);
}

RepWorld *rep_world_new(const RepSetup *setup, guint32 replication, const char *scenario,
                        const char *variant)
{
    RepWorld *world = g_new0(RepWorld, 1);
    world->setup = setup;
    world->replication = replication;
    world->stepping = -1;
    world->root = sim_stream_root(setup->seed, replication);
    world->policy = setup->policy;
    sim_kernel_init(&world->kernel);
    world->check = (SimCheckContext){.now = &world->kernel.now,
                                     .events = &world->kernel.events,
                                     .seed = setup->seed,
                                     .replication = replication,
                                     .scenario = scenario,
                                     .variant = variant};
    world->world_digest = rep_digest_add(setup->world_hash, setup->seed, replication);
    sim_pool_init(&world->operations, sizeof(RepOperation));
    sim_pool_init(&world->exchanges, sizeof(RepExchange));
    sim_pool_init(&world->jobs, sizeof(RepJob));
    sim_pool_init(&world->served, sizeof(RepMessage));
    sim_pool_init(&world->timeouts, sizeof(RepTimeout));
    rep_conversations_init(world);
    add_handlers(world);

    world->n_logs = (gsize)world->policy->logs(setup);
    world->logs = g_new0(RepLog, world->n_logs);
    world->handovers = g_new0(RepHandover, world->n_logs);
    world->log_form = world->policy->log_form ? world->policy->log_form(setup) : (RepLogForm){0};
    gboolean keeps_all = rep_setup_may_lose_a_disk(setup) || world->log_form.keeps_all;
    for (gsize i = 0; i < world->n_logs; i++) {
        rep_log_init(&world->logs[i], (int)i, setup->n_nodes, keeps_all);
        for (int id = 0; id < (int)setup->n_nodes; id++) {
            RepLogCopy *copy = &world->logs[i].copies[id];
            gboolean holds = world->policy->holds(setup, id, (int)i);
            copy->is_awaited = holds && rep_setup_joins(setup, id);
            copy->is_kept = holds && !copy->is_awaited;
        }
        rep_log_begin(&world->logs[i]);
    }
    world->n_timers = world->policy->timers * (guint)world->n_logs;
    rep_versioned_init(world);
    rep_nodes_init(world);
    rep_stores_init(world);
    rep_faults_init(world);
    rep_network_init(world);
    rep_streams_init(world);
    find_nearest(world);
    if (world->policy->memory)
        world->memory = world->policy->memory(setup);
    world->has_memory = world->memory.own_writes || world->memory.reads || world->memory.causes ||
                        world->memory.orders_writes;
    rep_clients_init(world);
    world->policy_state = g_malloc0(world->policy->state_size + 1);
    return world;
}

void rep_world_free(RepWorld *world)
{
    if (!world)
        return;
    if (world->policy->clear)
        world->policy->clear(world->policy_state);
    g_free(world->policy_state);
    rep_clients_clear(world);
    g_free(world->nearest);
    rep_streams_clear(world);
    rep_network_clear(world);
    rep_faults_clear(world);
    rep_stores_clear(world);
    rep_versioned_clear(world);
    rep_nodes_clear(world);
    for (gsize i = 0; i < world->n_logs; i++)
        rep_log_clear(&world->logs[i]);
    g_free(world->logs);
    rep_world_clear_handovers(world);
    g_clear_pointer(&world->tokens, g_array_unref);
    rep_causes_free(world->causes);
    rep_effects_clear(&world->effects);
    sim_pool_clear(&world->operations);
    sim_pool_clear(&world->exchanges);
    sim_pool_clear(&world->jobs);
    sim_pool_clear(&world->served);
    sim_pool_clear(&world->timeouts);
    sim_pool_clear(&world->talks);
    sim_kernel_clear(&world->kernel);
    g_free(world);
}

void rep_world_use_reference(RepWorld *world)
{
    SIM_CHECK(world->kernel.events == 0, "the run has begun");
    world->is_reference = TRUE;
    for (gsize id = 0; id < world->setup->n_nodes; id++)
        world->nodes[id].serves_free = world->nodes[id].reads_plainly = FALSE;
    for (gsize i = 0; i < world->n_logs; i++)
        world->logs[i].keeps_all = TRUE;
}

void rep_world_observe(RepWorld *world, RepObserver observer)
{
    SIM_CHECK(world->n_observers < REP_OBSERVERS_MAX, "too many observers");
    world->observers[world->n_observers++] = observer;
    world->mask |= observer.mask;
}

/* ---- running ------------------------------------------------------------------------------ */

static void enter_phase(RepWorld *world, RepPhase phase, const RepTraffic *traffic,
                        gboolean drained)
{
    world->phase = phase;
    rep_world_emit(
        world, &(RepObservation){
                   .kind = REP_OBS_PHASE,
                   .at = world->kernel.now,
                   .phase = {.phase = phase, .drained = (guint32)drained, .traffic = *traffic}});
}

/* Live replicas agree: every node that is up holds the same prefix of each log, and shows it. Of a
 * delayed replica only the first may be asked. */
static gboolean replicas_agree(const RepWorld *world, gboolean delayed_too)
{
    const RepSetup *setup = world->setup;
    for (gsize i = 0; i < world->n_logs; i++) {
        const RepLogCopy *first = NULL;
        for (gsize id = 0; id < setup->n_nodes; id++) {
            const RepLogCopy *copy = &world->logs[i].copies[id];
            if (!rep_node_is_up(&world->nodes[id]) || (!copy->is_kept && !copy->is_awaited))
                continue;
            gboolean is_delayed = !delayed_too && setup->nodes[id].storage.apply_delay > 0;
            if (copy->is_awaited || (is_delayed ? copy->flushed : copy->applied) != copy->arrived)
                return FALSE;
            if (first && (first->arrived != copy->arrived ||
                          rep_log_common(&world->logs[i], first->term, copy->term) < copy->arrived))
                return FALSE;
            first = copy;
        }
    }
    return TRUE;
}

/* Nodes that will return are waited for: what their disks kept is not lost. */
static gboolean is_drained(const RepWorld *world, gboolean delayed_too)
{
    /* An instant is judged when all of it has happened. */
    return sim_kernel_next_at(&world->kernel) > world->kernel.now && world->operations_open == 0 &&
           world->network.in_flight == 0 && world->jobs.live == 0 && world->faults.returning == 0 &&
           !rep_stores_are_waiting(world) && replicas_agree(world, delayed_too);
}

/* Has the policy come to rest, too? It may begin what it does at the end. */
static gboolean is_settled(RepWorld *world, gboolean delayed_too)
{
    if (!is_drained(world, delayed_too))
        return FALSE;
    if (!world->policy->unsettled)
        return TRUE;
    gboolean settled = !world->policy->unsettled(world->policy_state, world, &world->effects);
    rep_world_carry_out(world);
    return settled;
}

static gboolean drain(RepWorld *world, guint64 budget, const volatile int *stop, gboolean *drained)
{
    SimTime limit = sim_time_after(world->setup->duration, world->setup->drain);
    SimKernel *kernel = &world->kernel;
    while (!(*drained = is_settled(world, TRUE))) {
        if (sim_kernel_next_at(kernel) >= limit) {
            kernel->now = limit;
            /* What a delayed replica will show is on its disk, and not lost. */
            *drained = is_settled(world, FALSE);
            break;
        }
        if (kernel->events >= budget || (stop && *stop) || sim_kernel_is_full(kernel))
            return FALSE;
        sim_kernel_step(kernel);
    }
    return TRUE;
}

/* Which queue has grown: said when a run went over its budget. */
static char *describe_overflow(const RepWorld *world)
{
    guint64 most = 0;
    const char *what = "operations without an answer", *where = "clients";
    if (world->operations_open > 0)
        most = (guint64)world->operations_open;
    for (gsize id = 0; id < world->setup->n_nodes; id++) {
        const RepNode *node = &world->nodes[id];
        guint64 waiting = sim_ring_len(&node->cpu.waiting);
        guint64 behind = 0;
        for (gsize log = 0; log < world->n_logs; log++)
            behind += world->logs[log].copies[id].flushed - world->logs[log].copies[id].applied;
        if (MAX(waiting, behind) <= most)
            continue;
        most = MAX(waiting, behind);
        what = waiting > behind ? "jobs waiting for its cpu" : "entries waiting to be applied";
        where = node->setup->name;
    }
    guint64 pending = world->kernel.n_slots - world->kernel.n_free;
    if (pending > most && sim_kernel_is_full(&world->kernel)) {
        most = pending;
        what = "messages and jobs under way";
        where = "everywhere";
    }
    return g_strdup_printf("%s: %" G_GUINT64_FORMAT " %s", where, most, what);
}

static gboolean run_phases(RepWorld *world, guint64 budget, const volatile int *stop,
                           gboolean *drained)
{
    const RepSetup *setup = world->setup;
    const RepTraffic *traffic = &world->network.traffic;
    /* Without a warm-up the first instant belongs to the measured part, and so does what it sends
     * before that part is announced. */
    RepTraffic none = *traffic;
    enter_phase(world, REP_PHASE_WARMUP, traffic, FALSE);
    rep_nodes_announce_absent(world);
    world->policy->init(world->policy_state, world, &world->effects);
    rep_world_carry_out(world);
    if (!sim_kernel_run_until(&world->kernel, setup->warmup, budget, stop))
        return FALSE;
    enter_phase(world, REP_PHASE_MEASURED, setup->warmup > 0 ? traffic : &none, FALSE);
    if (!sim_kernel_run_until(&world->kernel, setup->duration, budget, stop))
        return FALSE;
    enter_phase(world, REP_PHASE_DRAIN, traffic, FALSE);
    rep_clients_stop(world);
    return drain(world, budget, stop, drained);
}

RepRunResult rep_world_run(RepWorld *world, guint64 event_budget, const volatile int *stop)
{
    gboolean drained = FALSE;
    RepRunResult result = {0};
    sim_check_set_context(&world->check);
    if (run_phases(world, event_budget, stop, &drained)) {
        rep_clients_finish(world);
        rep_versioned_finish(world);
        enter_phase(world, REP_PHASE_END, &world->network.traffic, drained);
        result.end = drained ? REP_RUN_DRAINED : REP_RUN_NOT_DRAINED;
    } else if (stop && *stop)
        result.end = REP_RUN_STOPPED;
    else {
        result.end = sim_kernel_is_full(&world->kernel) ? REP_RUN_FULL : REP_RUN_OVER_BUDGET;
        result.overflow = describe_overflow(world);
    }
    sim_check_set_context(NULL);
    result.events = world->kernel.events;
    result.event_digest = world->event_digest;
    result.world_digest = world->world_digest;
    result.arrivals = world->arrivals;
    result.ended_at = world->kernel.now;
    return result;
}
