/* cpu.c — jobs: what a node's workers, or its storage, are busy with; see node.h. */
#include "models/node.h"

#include "models/client.h"
#include "models/wake.h"
#include "models/world_state.h"

/* A job whose service begins now. */
static void start(RepWorld *world, guint32 number)
{
    RepJob *job = sim_pool_at(&world->jobs, number);
    RepNode *node = &world->nodes[job->node];
    job->due = sim_time_after(rep_node_own_time(world, node), job->cost);
    if (job->cost == 0)
        rep_node_ask_job(world, job->node, number);
    else
        sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, job->cost),
                        SIM_RANK_COMPLETION, (unsigned)job->node, world->job_handler, number);
}

static gboolean is_on_cpu(const RepJob *job)
{
    return job->kind != REP_JOB_APPLY_STORE && job->kind != REP_JOB_WAKE &&
           job->kind != REP_JOB_WAKE_APPLY;
}

static void submit(RepWorld *world, const RepJob *template)
{
    guint32 number = sim_pool_take_raw(&world->jobs);
    RepJob *job = sim_pool_at(&world->jobs, number);
    *job = *template;
    job->epoch = world->nodes[job->node].epoch;
    RepCpu *cpu = &world->nodes[job->node].cpu;
    if (is_on_cpu(job) && cpu->workers > 0) {
        if (cpu->busy == cpu->workers) {
            *(guint32 *)sim_ring_push(&cpu->waiting) = number;
            return;
        }
        cpu->busy++;
    }
    start(world, number);
}

void rep_job_begin(RepWorld *world, const RepJob *job)
{
    submit(world, job);
}

static SimSpan slowed(const RepNode *node, SimSpan cost)
{
    return node->cpu_factor == 1 ? cost : sim_span_scaled(cost, node->cpu_factor);
}

void rep_cpu_serve(RepWorld *world, int id, guint32 exchange)
{
    RepNode *node = &world->nodes[id];
    if (node->serves_free && sim_kernel_running_rank(&world->kernel) > SIM_RANK_FAULT) {
        rep_world_request(world, exchange);
        return;
    }
    const RepExchange *attempt = sim_pool_at(&world->exchanges, exchange);
    const RepOperation *operation = sim_pool_at(&world->operations, attempt->operation);
    gboolean is_read = operation->kind == REP_READ;
    const SimDist *law = is_read ? node->setup->cpu.read : node->setup->cpu.write;
    SimSpan cost = 0;
    if (!rep_is_free(law)) {
        SimStream stream = (is_read ? node->reads : node->writes)[operation->client];
        SimDraw draw = sim_draw(stream, rep_operation_cause(operation, attempt->attempt));
        cost = slowed(node, sim_dist_span(law, &draw, world->kernel.now));
    }
    submit(world,
           &(RepJob){.kind = REP_JOB_REQUEST, .node = id, .exchange = exchange, .cost = cost});
}

void rep_cpu_serve_message(RepWorld *world, int id, const RepMessage *message)
{
    RepNode *node = &world->nodes[id];
    gboolean is_free = node->serves_free || rep_world_delay_law(world, message->kind);
    if (is_free && sim_kernel_running_rank(&world->kernel) > SIM_RANK_FAULT) {
        rep_stream_deliver(world, message);
        return;
    }
    gboolean is_read = message->service == REP_SERVICE_READ;
    const SimDist *law = is_read ? node->setup->cpu.read : node->setup->cpu.write;
    SimSpan cost = 0;
    if (!rep_is_free(law) && message->client) {
        SimStream stream = (is_read ? node->reads : node->writes)[message->client - 1];
        SimDraw draw = sim_draw(message->line ? sim_stream_numbered(stream, message->line) : stream,
                                rep_attempt_cause(message->number, message->attempt));
        cost = slowed(node, sim_dist_span(law, &draw, world->kernel.now));
    } else if (!rep_is_free(law)) {
        /* About no operation: its numbers are its cause. */
        SimStream stream = sim_stream_numbered(is_read ? node->decisions : node->apply_cpu,
                                               (guint64)message->kind << 32 | message->term);
        SimDraw draw = sim_draw(sim_stream_numbered(stream, (guint64)message->from),
                                message->first & SIM_CAUSE_MAX);
        cost = slowed(node, sim_dist_span(law, &draw, world->kernel.now));
    }
    guint32 number = sim_pool_take_raw(&world->served);
    *(RepMessage *)sim_pool_at(&world->served, number) = *message;
    submit(world, &(RepJob){.kind = REP_JOB_MESSAGE, .node = id, .exchange = number, .cost = cost});
}

void rep_cpu_apply(RepWorld *world, int id, int log, guint64 index, SimSpan cost)
{
    submit(world, &(RepJob){.kind = REP_JOB_APPLY_CPU,
                            .node = id,
                            .log = (guint32)log,
                            .generation = world->nodes[id].appliers[log].generation,
                            .index = index,
                            .cost = slowed(&world->nodes[id], cost)});
}

void rep_cpu_work(RepWorld *world, int id, int log, guint32 token)
{
    submit(world,
           &(RepJob){.kind = REP_JOB_POLICY, .node = id, .log = (guint32)log, .index = token});
}

/* A worker is free: the next in the queue begins. */
static void serve_next(RepWorld *world, RepNode *node)
{
    RepCpu *cpu = &node->cpu;
    cpu->busy--;
    if (sim_ring_len(&cpu->waiting) == 0)
        return;
    guint32 number = *(guint32 *)sim_ring_head(&cpu->waiting);
    sim_ring_pop(&cpu->waiting);
    cpu->busy++;
    start(world, number);
}

static void finish(RepWorld *world, guint32 number)
{
    RepJob job = *(RepJob *)sim_pool_at(&world->jobs, number);
    RepNode *node = &world->nodes[job.node];
    sim_pool_give(&world->jobs, number);
    if (is_on_cpu(&job) && node->cpu.workers > 0)
        serve_next(world, node);
    switch ((RepJobKind)job.kind) {
    case REP_JOB_REQUEST:
        rep_world_request(world, job.exchange);
        return;
    case REP_JOB_MESSAGE: {
        RepMessage message = *(RepMessage *)sim_pool_at(&world->served, job.exchange);
        sim_pool_give(&world->served, job.exchange);
        rep_stream_deliver(world, &message);
        return;
    }
    case REP_JOB_POLICY:
        world->policy->worked(world->policy_state, world, job.node, (int)job.log,
                              (guint32)job.index, &world->effects);
        return;
    case REP_JOB_APPLY_CPU:
    case REP_JOB_APPLY_STORE:
        rep_applier_job_done(world, &job);
        return;
    case REP_JOB_WAKE:
        rep_wake_over(world, &job);
        return;
    case REP_JOB_WAKE_APPLY:
        rep_applier_woken(world, &job);
        return;
    case REP_JOB_KINDS:
        break;
    }
    SIM_UNREACHABLE();
}

void rep_job_drop(RepWorld *world, guint32 number)
{
    const RepJob *job = sim_pool_at(&world->jobs, number);
    if (job->kind == REP_JOB_REQUEST)
        rep_exchange_drop(world, job->exchange);
    if (job->kind == REP_JOB_MESSAGE) {
        rep_stream_drop(world, sim_pool_at(&world->served, job->exchange));
        sim_pool_give(&world->served, job->exchange);
    }
    sim_pool_give(&world->jobs, number);
}

void rep_job_run_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    guint32 number = (guint32)payload;
    RepJob *job = sim_pool_at(&world->jobs, number);
    RepNode *node = &world->nodes[job->node];
    if (job->epoch != node->epoch) {
        rep_job_drop(world, number);
        return;
    }
    if (node->pauses) {
        rep_node_hold(world, job->node, &(RepHeld){.kind = REP_HELD_JOB, .number = number});
        return;
    }
    /* The node stood still for a while since the job began: what that cost is still to be done. */
    SimSpan missing = job->due - rep_node_own_time(world, node);
    if (missing > 0) {
        sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, missing),
                        SIM_RANK_COMPLETION, (unsigned)job->node, world->job_handler, number);
        return;
    }
    finish(world, number);
    rep_world_carry_out(world);
}

void rep_cpu_forget(RepWorld *world, int id)
{
    RepCpu *cpu = &world->nodes[id].cpu;
    while (sim_ring_len(&cpu->waiting)) {
        rep_job_drop(world, *(guint32 *)sim_ring_head(&cpu->waiting));
        sim_ring_pop(&cpu->waiting);
    }
    cpu->busy = 0; /* jobs in service fall due with an old epoch and are dropped then */
}
