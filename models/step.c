/*
 * step.c — what a node does in no time: jobs that cost nothing, the appliers' beginning, the
 * receiver's taking; see node.h.
 *
 * Plainly, each is an event: a completion of the node at the instant in which it was asked for,
 * ahead of the node's jobs that end at that instant. The shortcut leaves the event out and takes
 * the step when the running handler and what it brought about are through. That is the same order
 * because nothing can come between: at the rank of messages and below, every completion of this
 * instant has been handled; at the rank of completions, every one of a node with a smaller name,
 * and those of the node itself come after its steps. A fault's handler may be followed by another
 * fault, so there the step stays an event. tests/property/test_reference.c compares the two.
 */
#include "models/node.h"

#include "models/world_state.h"

#define SECOND 1 /* as an entity: after the end of a flush */

void rep_node_init_steps(RepWorld *world, int id)
{
    RepSteps *steps = &world->nodes[id].steps;
    sim_ring_init(&steps->jobs, sizeof(guint32), 0);
    steps->slot = sim_kernel_add_source(&world->kernel, SIM_RANK_COMPLETION, (unsigned)id, SECOND,
                                        world->step_handler, (guint64)id);
}

void rep_node_clear_steps(RepWorld *world, int id)
{
    sim_ring_clear(&world->nodes[id].steps.jobs);
}

static gboolean nothing_comes_between(const RepWorld *world, int id)
{
    SimRank rank = sim_kernel_running_rank(&world->kernel);
    return rank > SIM_RANK_COMPLETION ||
           (rank == SIM_RANK_COMPLETION &&
            (unsigned)id <= sim_kernel_running_entity(&world->kernel));
}

static void arm(RepWorld *world, int id)
{
    RepSteps *steps = &world->nodes[id].steps;
    steps->is_armed = TRUE;
    sim_kernel_arm(&world->kernel, steps->slot, world->kernel.now);
}

static void plan(RepWorld *world, int id)
{
    if (world->nodes[id].steps.is_armed || world->stepping == id)
        return;
    if (!world->is_reference && world->stepping < 0 && nothing_comes_between(world, id)) {
        world->stepping = id;
        return;
    }
    /* Two nodes at once: their names decide which is first. */
    arm(world, id);
    if (world->stepping >= 0)
        arm(world, world->stepping);
    world->stepping = -1;
}

void rep_node_ask_step(RepWorld *world, int id, RepStep step)
{
    world->nodes[id].steps.due |= step;
    plan(world, id);
}

void rep_node_ask_job(RepWorld *world, int id, guint32 job)
{
    *(guint32 *)sim_ring_push(&world->nodes[id].steps.jobs) = job;
    rep_node_ask_step(world, id, REP_STEP_JOB);
}

static void take_step(RepWorld *world, int id)
{
    RepSteps *steps = &world->nodes[id].steps;
    if (steps->due & REP_STEP_JOB) {
        guint32 job = *(guint32 *)sim_ring_head(&steps->jobs);
        sim_ring_pop(&steps->jobs);
        if (sim_ring_len(&steps->jobs) == 0)
            steps->due &= ~(guint)REP_STEP_JOB;
        rep_job_run_due(world, job);
    } else if (steps->due & REP_STEP_APPLY) {
        steps->due &= ~(guint)REP_STEP_APPLY;
        for (int log = 0; log < (int)world->n_logs; log++)
            rep_applier_kick(world, id, log);
    } else if (steps->due & REP_STEP_TAKE) {
        steps->due &= ~(guint)REP_STEP_TAKE;
        rep_disk_take(world, id);
    }
}

void rep_node_take_step(RepWorld *world)
{
    int id = world->stepping;
    take_step(world, id);
    if (world->stepping == id && !world->nodes[id].steps.due)
        world->stepping = -1;
}

void rep_node_step_due(void *self, guint64 node)
{
    RepWorld *world = self;
    int id = (int)node;
    world->nodes[id].steps.is_armed = FALSE;
    take_step(world, id);
    if (world->nodes[id].steps.due)
        plan(world, id);
    rep_world_carry_out(world);
}

void rep_node_forget_steps(RepWorld *world, int id)
{
    RepSteps *steps = &world->nodes[id].steps;
    while (sim_ring_len(&steps->jobs)) {
        rep_job_drop(world, *(guint32 *)sim_ring_head(&steps->jobs));
        sim_ring_pop(&steps->jobs);
    }
    steps->due = 0;
    steps->is_armed = FALSE;
    sim_kernel_disarm(&world->kernel, steps->slot);
    if (world->stepping == id)
        world->stepping = -1;
}
