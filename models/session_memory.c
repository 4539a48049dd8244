/*
 * session_memory.c — what a session remembers of what it did, and the writes that wait for its
 * last one; see client.h and RepMemoryRule.
 *
 * What an exchange carries lies beside the exchanges, one place per log, so that where nobody asks
 * for it nothing is kept and nothing costs. A place is compared as (term, index).
 */
#include "models/causes.h"
#include "models/client.h"

#include "models/world_state.h"

static RepVersion later_of(RepVersion a, RepVersion b)
{
    if (a.term != b.term)
        return a.term > b.term ? a : b;
    return a.index > b.index ? a : b;
}

static RepVersion *tokens_of(RepWorld *world, guint32 exchange)
{
    guint end = (guint)((exchange + 1) * world->n_logs);
    if (end > world->tokens->len)
        g_array_set_size(world->tokens, MAX(end, 2 * world->tokens->len));
    return &g_array_index(world->tokens, RepVersion, exchange * world->n_logs);
}

void rep_memory_init(RepWorld *world, RepGroup *group)
{
    if (!world->has_memory)
        return;
    if (!world->tokens)
        world->tokens = g_array_new(FALSE, TRUE, sizeof(RepVersion));
    if (!world->causes && world->memory.causes && world->n_logs > 1)
        world->causes = rep_causes_new(world->n_logs);
    group->memories = g_new0(RepMemory, group->n_sessions);
    group->wrote = g_new0(RepVersion, group->n_sessions * world->n_logs);
    group->saw = g_new0(RepVersion, group->n_sessions * world->n_logs);
    for (gsize i = 0; i < group->n_sessions; i++)
        group->memories[i].acknowledged_at = -1;
}

void rep_memory_clear(RepGroup *group)
{
    g_free(group->memories);
    g_free(group->wrote);
    g_free(group->saw);
}

/* ---- what is carried ---------------------------------------------------------------------- */

/* Does the session ask for its own writes now? */
static gboolean asks_for_own(const RepWorld *world, const RepMemory *memory)
{
    return memory->acknowledged_at >= 0 &&
           world->kernel.now < sim_time_after(memory->acknowledged_at, world->memory.own_writes);
}

void rep_memory_send(RepWorld *world, guint32 number)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    const RepGroup *group = &world->groups[operation->client];
    const RepMemoryRule *rule = &world->memory;
    gboolean is_read = operation->kind == REP_READ;
    gboolean own = asks_for_own(world, &group->memories[operation->session]);
    RepVersion *tokens = tokens_of(world, number);
    for (gsize log = 0; log < world->n_logs; log++) {
        gsize at = operation->session * world->n_logs + log;
        tokens[log] = (RepVersion){0};
        if (!is_read && !rule->causes)
            continue;
        if (own || !is_read)
            tokens[log] = group->wrote[at];
        if (rule->reads || rule->causes)
            tokens[log] = later_of(tokens[log], group->saw[at]);
    }
}

void rep_memory_append(RepWorld *world, int log, RepVersion place, guint32 exchange)
{
    if (world->causes)
        rep_causes_add(world, log, place, tokens_of(world, exchange));
}

void rep_memory_answer(RepWorld *world, int log, int node, RepVersion version, guint32 number)
{
    if (world->causes)
        rep_causes_get(world->causes, log, version, tokens_of(world, number));
    const RepLog *kept = &world->logs[log];
    const RepLogCopy *copy = &kept->copies[node];
    tokens_of(world, number)[log] = (RepVersion){
        .index = copy->applied, .term = rep_log_term_at(kept, copy->term, copy->applied)};
}

void rep_memory_copy(RepWorld *world, guint32 from, guint32 to)
{
    tokens_of(world, to); /* may move them */
    const RepVersion *source = tokens_of(world, from);
    RepVersion *target = tokens_of(world, to);
    for (gsize log = 0; log < world->n_logs; log++)
        target[log] = source[log];
}

void rep_memory_learn(RepWorld *world, guint32 number)
{
    const RepExchange *exchange = sim_pool_at(&world->exchanges, number);
    const RepOperation *operation = sim_pool_at(&world->operations, exchange->operation);
    RepGroup *group = &world->groups[operation->client];
    gsize first = operation->session * world->n_logs, at = first + operation->log;
    if (operation->kind == REP_WRITE) {
        group->memories[operation->session].acknowledged_at = world->kernel.now;
        group->wrote[at] = later_of(group->wrote[at], exchange->version);
        return;
    }
    if (world->memory.reads)
        group->saw[at] = later_of(group->saw[at], tokens_of(world, number)[operation->log]);
    if (!world->memory.causes)
        return;
    group->saw[at] = later_of(group->saw[at], exchange->version);
    for (gsize log = 0; world->causes && log < world->n_logs; log++)
        if (log != operation->log)
            group->saw[first + log] =
                later_of(group->saw[first + log], tokens_of(world, number)[log]);
}

/* ---- writes in order ---------------------------------------------------------------------- */

gboolean rep_memory_queues(RepWorld *world, guint32 number)
{
    RepOperation *operation = sim_pool_at(&world->operations, number);
    if (!world->memory.orders_writes || operation->kind != REP_WRITE)
        return FALSE;
    RepMemory *memory = &world->groups[operation->client].memories[operation->session];
    if (!memory->writing) {
        memory->writing = number + 1;
        return FALSE;
    }
    operation->is_queued = TRUE;
    operation->next = 0;
    if (memory->last)
        ((RepOperation *)sim_pool_at(&world->operations, memory->last - 1))->next = number + 1;
    else
        memory->first = number + 1;
    memory->last = number + 1;
    return TRUE;
}

guint32 rep_memory_dequeue(RepWorld *world, guint32 number)
{
    const RepOperation *ended = sim_pool_at(&world->operations, number);
    RepMemory *memory = &world->groups[ended->client].memories[ended->session];
    if (memory->writing != number + 1)
        return SIM_POOL_NONE;
    memory->writing = memory->first;
    if (!memory->first)
        return SIM_POOL_NONE;
    guint32 next = memory->first - 1;
    RepOperation *operation = sim_pool_at(&world->operations, next);
    memory->first = operation->next;
    if (!memory->first)
        memory->last = 0;
    operation->is_queued = FALSE;
    return next;
}

void rep_memory_close(RepGroup *group)
{
    for (gsize i = 0; group->memories && i < group->n_sessions; i++)
        group->memories[i].writing = group->memories[i].first = group->memories[i].last = 0;
}
