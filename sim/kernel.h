/*
 * kernel.h — the event loop: sources with slots, one-shot events, one total order.
 *
 * Sources, not events, are in the queue. What a model has pending is one head per FIFO stream, one
 * completion per server, one next arrival per client, one per timer: each is a *source* with a
 * fixed slot in a tournament tree (tree.h), armed for one instant at a time. What waits behind a
 * head waits in the source's own ring. One-shot events (sim_kernel_post) go to a heap that is
 * itself one source.
 *
 * Order. Events happen by time; at equal times by rank, then entity, then sequence (semantics §1):
 *
 *   SIM_RANK_FAULT < SIM_RANK_COMPLETION < SIM_RANK_MESSAGE < SIM_RANK_TIMER < SIM_RANK_CLIENT
 *
 * Entities are numbers given in name order by the model: a first one (e.g. the receiver) and a
 * second one (e.g. the sender), which orders sources of one entity. One-shot events of an entity
 * come after its sources at the same instant and rank, among themselves in the order in which they
 * were posted. Nothing depends on addresses, hash order or threads.
 *
 * A handler runs with sim_kernel_now() at its instant and may arm, disarm and post at that instant
 * or later; never earlier. Its own source is disarmed while it runs unless it arms it again.
 *
 * Cost: 10-20 ns for take-and-replace with up to 1,000 sources. Nothing is allocated per event.
 * One kernel belongs to one thread.
 */
#ifndef SIM_KERNEL_H
#define SIM_KERNEL_H

#include "sim/check.h"
#include "sim/heap.h"
#include "sim/tree.h"

#include <stdbool.h>

typedef enum SimRank {
    SIM_RANK_FAULT,
    SIM_RANK_COMPLETION,
    SIM_RANK_MESSAGE,
    SIM_RANK_TIMER,
    SIM_RANK_CLIENT
} SimRank;

#define SIM_ENTITY_BITS 18
#define SIM_ENTITY_MAX ((1u << SIM_ENTITY_BITS) - 2)

/* `self` as given when the handler was added, `payload` as given with the source or posted. */
typedef void (*SimHandler)(void *self, uint64_t payload);

typedef struct SimHandlerEntry {
    SimHandler run;
    void *self;
} SimHandlerEntry;

#define SIM_HANDLERS_MAX 256
#define SIM_PAYLOAD_BITS 56
#define SIM_PAYLOAD_MASK ((UINT64_C(1) << SIM_PAYLOAD_BITS) - 1)

typedef struct SimKernel {
    SimTime now;     /* read-only; instant of the event being handled */
    uint64_t events; /* read-only; handled so far */
    SimTree tree;    /* private, like all below */
    SimHeap heap;
    SimSlot heap_slot; /* UINT32_MAX until the first one-shot event */
    uint64_t *actions; /* per slot: handler number and payload */
    uint64_t *orders;  /* per slot: rank and entities, with the slot in the low bits */
    size_t n_sources, room;
    SimSlot running; /* slot whose handler runs */
    uint64_t running_order;
    bool running_armed;
    uint64_t sequence; /* of one-shot events */
    SimHandlerEntry handlers[SIM_HANDLERS_MAX];
    unsigned n_handlers;
} SimKernel;

void sim_kernel_init(SimKernel *kernel);
void sim_kernel_clear(SimKernel *kernel);

/* Registers a handler for sources and one-shot events and returns its number. */
unsigned sim_kernel_add_handler(SimKernel *kernel, SimHandler run, void *self);
/* A new source, disarmed. `entity` and `second` are at most SIM_ENTITY_MAX, `payload` is below
 * 2^56. */
SimSlot sim_kernel_add_source(SimKernel *kernel, SimRank rank, unsigned entity, unsigned second,
                              unsigned handler, uint64_t payload);

static inline SimTime sim_kernel_now(const SimKernel *kernel)
{
    return kernel->now;
}

/* The source's next event is at `at` (replacing an earlier plan). */
static inline void sim_kernel_arm(SimKernel *kernel, SimSlot slot, SimTime at)
{
    SIM_CHECK(at >= kernel->now, "event planned %lld ns in the past",
              (long long)(kernel->now - at));
    kernel->running_armed |= slot == kernel->running;
    sim_tree_set(&kernel->tree, slot,
                 (SimKey){.time = (uint64_t)at, .order = kernel->orders[slot]});
}

/* The running source's next event is at `at`: the quick form of arming oneself. */
static inline void sim_kernel_again(SimKernel *kernel, SimTime at)
{
    SIM_CHECK(at >= kernel->now, "event planned %lld ns in the past",
              (long long)(kernel->now - at));
    kernel->running_armed = true;
    sim_tree_set(&kernel->tree, kernel->running,
                 (SimKey){.time = (uint64_t)at, .order = kernel->running_order});
}

static inline void sim_kernel_disarm(SimKernel *kernel, SimSlot slot)
{
    sim_tree_set(&kernel->tree, slot, SIM_KEY_NEVER);
}

/* Instant for which the source is armed, or SIM_NEVER. Not meaningful for the running source. */
static inline SimTime sim_kernel_armed_at(const SimKernel *kernel, SimSlot slot)
{
    return (SimTime)kernel->tree.nodes[kernel->tree.leaves + slot].time;
}

/* A one-shot event for handler number `handler`; `payload` is below 2^56. */
void sim_kernel_post(SimKernel *kernel, SimTime at, SimRank rank, unsigned entity, unsigned handler,
                     uint64_t payload);

/* Instant of the next event, SIM_NEVER where there is none. */
static inline SimTime sim_kernel_next_at(const SimKernel *kernel)
{
    return (SimTime)sim_tree_first(&kernel->tree).time;
}

/* Private: calls the handler with the payload that an action names. */
static inline void sim_kernel_act(SimKernel *kernel, uint64_t action)
{
    const SimHandlerEntry *handler = &kernel->handlers[action >> SIM_PAYLOAD_BITS];
    handler->run(handler->self, action & SIM_PAYLOAD_MASK);
}

/* Handles the next event; there must be one. */
static inline void sim_kernel_step(SimKernel *kernel)
{
    SimKey first = sim_tree_first(&kernel->tree);
    SimSlot slot = (SimSlot)(first.order & SIM_SLOT_MASK);
    uint64_t action = kernel->actions[slot];
    kernel->now = (SimTime)first.time;
    kernel->events++;
    kernel->running = slot;
    kernel->running_order = first.order;
    kernel->running_armed = false;
    sim_kernel_act(kernel, action);
    if (!kernel->running_armed)
        sim_tree_set(&kernel->tree, slot, SIM_KEY_NEVER);
    kernel->running = UINT32_MAX;
}

/* Handles every event before `limit`, then sets the clock to `limit`. Stops early, returning
 * false, where *stop becomes non-zero (looked at every 4096 events) or `events` reaches `budget`;
 * `stop` may be NULL. */
bool sim_kernel_run_until(SimKernel *kernel, SimTime limit, uint64_t budget,
                          const volatile int *stop);

#endif
