/* kernel.c — slots, and the loop; the hot path is in the header. */
#include "sim/kernel.h"

#include <glib.h>
#include <stdlib.h>

#define STRIDE 4096                   /* events between two looks at budget and stop flag */
#define RESERVE (64 * (size_t)STRIDE) /* slots that these may take */

_Static_assert(SIM_SEQUENCE_BITS >= SIM_ENTITY_BITS, "the second entity fits above the slot");

void sim_kernel_init(SimKernel *kernel)
{
    *kernel = (SimKernel){.running = UINT32_MAX};
    sim_tree_init(&kernel->tree, 2);
}

void sim_kernel_clear(SimKernel *kernel)
{
    sim_tree_clear(&kernel->tree);
    g_free(kernel->actions);
    g_free(kernel->orders);
    g_free(kernel->free);
    *kernel = (SimKernel){0};
}

unsigned sim_kernel_add_handler(SimKernel *kernel, SimHandler run, void *self)
{
    SIM_CHECK(kernel->n_handlers < SIM_HANDLERS_MAX, "too many handlers");
    kernel->handlers[kernel->n_handlers] = (SimHandlerEntry){.run = run, .self = self};
    return kernel->n_handlers++;
}

SimSlot sim_kernel_add_slot(SimKernel *kernel)
{
    if (kernel->n_slots == kernel->room) {
        kernel->room = kernel->room ? 2 * kernel->room : 16;
        kernel->actions = g_renew(uint64_t, kernel->actions, kernel->room);
        kernel->orders = g_renew(uint64_t, kernel->orders, kernel->room);
        kernel->free = g_renew(SimSlot, kernel->free, kernel->room);
    }
    SimSlot slot = (SimSlot)kernel->n_slots++;
    sim_tree_grow(&kernel->tree, kernel->n_slots);
    kernel->orders[slot] = SIM_ONE_SHOT_BIT;
    return slot;
}

SimSlot sim_kernel_add_source(SimKernel *kernel, SimRank rank, unsigned entity, unsigned second,
                              unsigned handler, uint64_t payload)
{
    SIM_CHECK(entity <= SIM_ENTITY_MAX && second <= SIM_ENTITY_MAX, "entity %u, %u", entity,
              second);
    SIM_CHECK(payload <= SIM_PAYLOAD_MASK, "payload %llx", (unsigned long long)payload);
    SimSlot slot = sim_kernel_add_slot(kernel);
    kernel->actions[slot] = ((uint64_t)handler << SIM_PAYLOAD_BITS) | payload;
    kernel->orders[slot] = ((uint64_t)rank << SIM_RANK_SHIFT) |
                           ((uint64_t)entity << SIM_ENTITY_SHIFT) |
                           ((uint64_t)second << SIM_SLOT_BITS) | slot;
    return slot;
}

/* ---- sequence numbers --------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const SimKey *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The sequence numbers are used up: the pending one-shot events get new ones in their order. */
void sim_kernel_renumber(SimKernel *kernel)
{
    SimTree *tree = &kernel->tree;
    SimKey *pending = g_new(SimKey, kernel->n_slots);
    size_t n = 0;
    for (size_t slot = 0; slot < kernel->n_slots; slot++) {
        SimKey key = tree->nodes[tree->leaves + slot];
        if (key.time != (uint64_t)SIM_NEVER && (key.order & SIM_ONE_SHOT_BIT))
            pending[n++] = key;
    }
    qsort(pending, n, sizeof *pending, compare_keys);
    uint64_t sequence_mask = ((UINT64_C(1) << SIM_SEQUENCE_BITS) - 1) << SIM_SLOT_BITS;
    for (size_t i = 0; i < n; i++) {
        SimSlot slot = (SimSlot)(pending[i].order & SIM_SLOT_MASK);
        pending[i].order = (pending[i].order & ~sequence_mask) | ((uint64_t)i << SIM_SLOT_BITS);
        sim_tree_set(tree, slot, pending[i]);
    }
    g_free(pending);
    kernel->sequence = n;
    SIM_CHECK(n >> SIM_SEQUENCE_BITS == 0, "%zu events are pending, more than can be ordered", n);
}

/* ---- the loop ----------------------------------------------------------------------------- */

bool sim_kernel_is_full(const SimKernel *kernel)
{
    return kernel->n_slots - kernel->n_free > SIM_SLOT_MASK - RESERVE;
}

bool sim_kernel_run_until(SimKernel *kernel, SimTime limit, uint64_t budget,
                          const volatile int *stop)
{
    while (sim_kernel_next_at(kernel) < limit) {
        if (kernel->events >= budget || (stop && *stop) || sim_kernel_is_full(kernel))
            return false;
        for (int i = 0; i < STRIDE && sim_kernel_next_at(kernel) < limit; i++)
            sim_kernel_step(kernel);
    }
    if (kernel->now < limit && limit != SIM_NEVER)
        kernel->now = limit;
    return true;
}
