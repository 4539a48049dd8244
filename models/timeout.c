/*
 * timeout.c — how long clients wait for the answer to an attempt.
 *
 * A group's attempts all wait equally long, so they fall due in the order in which they were sent:
 * a ring, of which only the head is armed. In reference mode each is an event of its own.
 */
#include "models/client.h"

#include "models/world_state.h"

void rep_timeout_plan(RepWorld *world, guint32 number)
{
    const RepOperation *operation = sim_pool_at(&world->operations, number);
    RepGroup *group = &world->groups[operation->client];
    SimTime at = sim_time_after(world->kernel.now, group->setup->timeout);
    if (at == SIM_NEVER)
        return;
    RepTimeout timeout = {
        .at = at, .operation = number, .attempt = operation->attempt, .serial = operation->serial};
    if (world->is_reference) {
        guint32 plain = sim_pool_take_raw(&world->timeouts);
        *(RepTimeout *)sim_pool_at(&world->timeouts, plain) = timeout;
        sim_kernel_post(&world->kernel, at, SIM_RANK_TIMER,
                        rep_client_entity(world, operation->client), world->plain_timeout_handler,
                        plain);
        return;
    }
    gboolean was_empty = sim_ring_len(&group->timeouts) == 0;
    *(RepTimeout *)sim_ring_push(&group->timeouts) = timeout;
    if (was_empty)
        sim_kernel_arm(&world->kernel, group->timeouts_slot, at);
}

/* Does the timeout still concern somebody? */
static gboolean is_waiting(RepWorld *world, const RepTimeout *timeout)
{
    const RepOperation *operation = sim_pool_at(&world->operations, timeout->operation);
    gboolean is_same = operation->serial == timeout->serial && operation->references > 0;
    return is_same && !operation->has_ended && operation->attempt == timeout->attempt;
}

static void arm_next_timeout(RepWorld *world, RepGroup *group)
{
    while (sim_ring_len(&group->timeouts)) {
        const RepTimeout *head = sim_ring_head(&group->timeouts);
        if (is_waiting(world, head)) {
            sim_kernel_arm(&world->kernel, group->timeouts_slot, head->at);
            return;
        }
        sim_ring_pop(&group->timeouts);
    }
}

static void time_out(RepWorld *world, const RepTimeout *timeout)
{
    if (is_waiting(world, timeout))
        rep_attempt_unanswered(world, timeout->operation);
}

void rep_attempt_timed_out(void *self, guint64 client)
{
    RepWorld *world = self;
    RepGroup *group = &world->groups[client];
    RepTimeout timeout = *(RepTimeout *)sim_ring_head(&group->timeouts);
    sim_ring_pop(&group->timeouts);
    time_out(world, &timeout);
    arm_next_timeout(world, group);
}

void rep_plain_timeout_due(void *self, guint64 number)
{
    RepWorld *world = self;
    RepTimeout timeout = *(RepTimeout *)sim_pool_at(&world->timeouts, (guint32)number);
    sim_pool_give(&world->timeouts, (guint32)number);
    time_out(world, &timeout);
}
