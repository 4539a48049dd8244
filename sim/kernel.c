/* kernel.c — sources, one-shot events and the loop; the hot path is in the header. */
#include "sim/kernel.h"

#include <glib.h>

#define SEQUENCE_BITS 43
#define RANK_SHIFT 61
#define ENTITY_SHIFT (RANK_SHIFT - SIM_ENTITY_BITS)
/* The heap's place among the sources of an entity: after them. */
#define SECOND_LAST ((1u << SIM_ENTITY_BITS) - 1)
#define HEAP_SLOT 0

_Static_assert(ENTITY_SHIFT == SEQUENCE_BITS, "a sequence number fills the bits below the entity");
_Static_assert(ENTITY_SHIFT - SIM_ENTITY_BITS >= SIM_SLOT_BITS, "second entity and slot fit");

static uint64_t order_of(unsigned rank, unsigned entity, unsigned second, SimSlot slot)
{
    return ((uint64_t)rank << RANK_SHIFT) | ((uint64_t)entity << ENTITY_SHIFT) |
           ((uint64_t)second << (ENTITY_SHIFT - SIM_ENTITY_BITS)) | slot;
}

/* The heap's leaf carries the time, rank and entity of its first item. */
static SimKey heap_key(const SimHeap *heap)
{
    if (heap->n == 0)
        return SIM_KEY_NEVER;
    uint64_t rank_and_entity = heap->items[0].order >> ENTITY_SHIFT << ENTITY_SHIFT;
    return (SimKey){.time = heap->items[0].time,
                    .order = rank_and_entity | order_of(0, 0, SECOND_LAST, HEAP_SLOT)};
}

static void run_posted(void *self, uint64_t unused)
{
    (void)unused;
    SimKernel *kernel = self;
    SimHeapItem item = sim_heap_pop(&kernel->heap);
    kernel->running_armed = true;
    sim_tree_set(&kernel->tree, HEAP_SLOT, heap_key(&kernel->heap));
    SimPostHandler handler = kernel->post_handlers[item.payload >> SIM_POST_PAYLOAD_BITS];
    handler.run(handler.self, item.payload & ((UINT64_C(1) << SIM_POST_PAYLOAD_BITS) - 1));
}

void sim_kernel_init(SimKernel *kernel)
{
    *kernel = (SimKernel){.running = UINT32_MAX};
    sim_tree_init(&kernel->tree, 16);
    sim_heap_init(&kernel->heap);
    SimSlot slot = sim_kernel_add_source(kernel, 0, 0, 0, run_posted, kernel, 0);
    SIM_CHECK(slot == HEAP_SLOT, "the heap is the first source");
}

void sim_kernel_clear(SimKernel *kernel)
{
    sim_tree_clear(&kernel->tree);
    sim_heap_clear(&kernel->heap);
    g_free(kernel->sources);
    *kernel = (SimKernel){0};
}

SimSlot sim_kernel_add_source(SimKernel *kernel, SimRank rank, unsigned entity, unsigned second,
                              SimHandler run, void *self, uint64_t payload)
{
    SIM_CHECK(entity <= SIM_ENTITY_MAX && second <= SIM_ENTITY_MAX, "entity %u, %u", entity,
              second);
    if (kernel->n_sources == kernel->room) {
        kernel->room = kernel->room ? 2 * kernel->room : 16;
        kernel->sources = g_renew(SimSource, kernel->sources, kernel->room);
    }
    SimSlot slot = (SimSlot)kernel->n_sources++;
    sim_tree_grow(&kernel->tree, kernel->n_sources);
    kernel->sources[slot] = (SimSource){.run = run,
                                        .self = self,
                                        .payload = payload,
                                        .order = order_of(rank, entity, second, slot)};
    return slot;
}

unsigned sim_kernel_add_handler(SimKernel *kernel, SimHandler run, void *self)
{
    SIM_CHECK(kernel->n_post_handlers < SIM_POST_HANDLERS, "too many handlers");
    kernel->post_handlers[kernel->n_post_handlers] = (SimPostHandler){.run = run, .self = self};
    return kernel->n_post_handlers++;
}

void sim_kernel_post(SimKernel *kernel, SimTime at, SimRank rank, unsigned entity, unsigned handler,
                     uint64_t payload)
{
    SIM_CHECK(at >= kernel->now, "event planned %lld ns in the past",
              (long long)(kernel->now - at));
    SIM_CHECK(payload >> SIM_POST_PAYLOAD_BITS == 0, "payload %llx", (unsigned long long)payload);
    if (at == SIM_NEVER)
        return;
    SimHeapItem item = {.time = (uint64_t)at,
                        .order = ((uint64_t)rank << RANK_SHIFT) |
                                 ((uint64_t)entity << ENTITY_SHIFT) | kernel->sequence++,
                        .payload = ((uint64_t)handler << SIM_POST_PAYLOAD_BITS) | payload};
    SIM_CHECK(kernel->sequence >> SEQUENCE_BITS == 0, "one-shot events are used up");
    sim_heap_push(&kernel->heap, item);
    if (kernel->heap.items[0].order == item.order)
        sim_tree_set(&kernel->tree, HEAP_SLOT, heap_key(&kernel->heap));
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
