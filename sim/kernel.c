/* kernel.c — sources, one-shot events and the loop; the hot path is in the header. */
#include "sim/kernel.h"

#include <glib.h>

#define SEQUENCE_BITS 43
#define RANK_SHIFT 61
#define ENTITY_SHIFT (RANK_SHIFT - SIM_ENTITY_BITS)
/* The heap's place among the sources of an entity: after them. */
#define SECOND_LAST ((1u << SIM_ENTITY_BITS) - 1)
#define NO_SLOT UINT32_MAX

_Static_assert(ENTITY_SHIFT == SEQUENCE_BITS, "a sequence number fills the bits below the entity");
_Static_assert(ENTITY_SHIFT - SIM_ENTITY_BITS >= SIM_SLOT_BITS, "second entity and slot fit");

static uint64_t order_of(unsigned rank, unsigned entity, unsigned second, SimSlot slot)
{
    return ((uint64_t)rank << RANK_SHIFT) | ((uint64_t)entity << ENTITY_SHIFT) |
           ((uint64_t)second << (ENTITY_SHIFT - SIM_ENTITY_BITS)) | slot;
}

/* The heap's leaf carries the time, rank and entity of its first item. */
static void plan_heap(SimKernel *kernel)
{
    const SimHeap *heap = &kernel->heap;
    SimKey key = SIM_KEY_NEVER;
    if (heap->n > 0) {
        uint64_t rank_and_entity = heap->items[0].order >> ENTITY_SHIFT << ENTITY_SHIFT;
        key = (SimKey){.time = heap->items[0].time,
                       .order = rank_and_entity | order_of(0, 0, SECOND_LAST, kernel->heap_slot)};
    }
    sim_tree_set(&kernel->tree, kernel->heap_slot, key);
}

static void run_posted(void *self, uint64_t unused)
{
    (void)unused;
    SimKernel *kernel = self;
    SimHeapItem item = sim_heap_pop(&kernel->heap);
    kernel->running_armed = true;
    plan_heap(kernel);
    sim_kernel_act(kernel, item.payload);
}

void sim_kernel_init(SimKernel *kernel)
{
    *kernel = (SimKernel){.running = NO_SLOT, .heap_slot = NO_SLOT};
    sim_tree_init(&kernel->tree, 2);
    sim_heap_init(&kernel->heap);
}

void sim_kernel_clear(SimKernel *kernel)
{
    sim_tree_clear(&kernel->tree);
    sim_heap_clear(&kernel->heap);
    g_free(kernel->actions);
    g_free(kernel->orders);
    *kernel = (SimKernel){0};
}

unsigned sim_kernel_add_handler(SimKernel *kernel, SimHandler run, void *self)
{
    SIM_CHECK(kernel->n_handlers < SIM_HANDLERS_MAX, "too many handlers");
    kernel->handlers[kernel->n_handlers] = (SimHandlerEntry){.run = run, .self = self};
    return kernel->n_handlers++;
}

static uint64_t action_of(unsigned handler, uint64_t payload)
{
    SIM_CHECK(payload <= SIM_PAYLOAD_MASK, "payload %llx", (unsigned long long)payload);
    return ((uint64_t)handler << SIM_PAYLOAD_BITS) | payload;
}

SimSlot sim_kernel_add_source(SimKernel *kernel, SimRank rank, unsigned entity, unsigned second,
                              unsigned handler, uint64_t payload)
{
    SIM_CHECK(entity <= SIM_ENTITY_MAX && second <= SIM_ENTITY_MAX, "entity %u, %u", entity,
              second);
    if (kernel->n_sources == kernel->room) {
        kernel->room = kernel->room ? 2 * kernel->room : 16;
        kernel->actions = g_renew(uint64_t, kernel->actions, kernel->room);
        kernel->orders = g_renew(uint64_t, kernel->orders, kernel->room);
    }
    SimSlot slot = (SimSlot)kernel->n_sources++;
    sim_tree_grow(&kernel->tree, kernel->n_sources);
    kernel->actions[slot] = action_of(handler, payload);
    kernel->orders[slot] = order_of(rank, entity, second, slot);
    return slot;
}

void sim_kernel_post(SimKernel *kernel, SimTime at, SimRank rank, unsigned entity, unsigned handler,
                     uint64_t payload)
{
    SIM_CHECK(at >= kernel->now, "event planned %lld ns in the past",
              (long long)(kernel->now - at));
    if (at == SIM_NEVER)
        return;
    SimHeapItem item = {.time = (uint64_t)at,
                        .order = ((uint64_t)rank << RANK_SHIFT) |
                                 ((uint64_t)entity << ENTITY_SHIFT) | kernel->sequence++,
                        .payload = action_of(handler, payload)};
    SIM_CHECK(kernel->sequence >> SEQUENCE_BITS == 0, "one-shot events are used up");
    sim_heap_push(&kernel->heap, item);
    /* A kernel without one-shot events does without a slot for them. */
    if (kernel->heap_slot == NO_SLOT)
        kernel->heap_slot = sim_kernel_add_source(
            kernel, 0, 0, 0, sim_kernel_add_handler(kernel, run_posted, kernel), 0);
    if (kernel->heap.items[0].order == item.order)
        plan_heap(kernel);
}

bool sim_kernel_run_until(SimKernel *kernel, SimTime limit, uint64_t budget,
                          const volatile int *stop)
{
    const uint64_t stride = 4096;
    while (sim_kernel_next_at(kernel) < limit) {
        if (kernel->events >= budget || (stop && *stop))
            return false;
        for (uint64_t i = 0; i < stride && sim_kernel_next_at(kernel) < limit; i++)
            sim_kernel_step(kernel);
    }
    if (kernel->now < limit && limit != SIM_NEVER)
        kernel->now = limit;
    return true;
}
