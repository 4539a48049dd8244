/*
 * kernel.h — the event loop: sources with slots, one-shot events, one total order.
 *
 * What a model has pending is mostly one head per FIFO stream, one completion per server, one next
 * arrival per client, one per timer: each is a *source* with a fixed slot in a tournament tree
 * (tree.h), armed for one instant at a time. What waits behind a head waits in the source's own
 * ring. *One-shot events* (messages that may overtake each other, jobs in service side by side)
 * borrow a slot for as long as they are pending; a handler that posts a successor reuses its own,
 * so a chain of events costs one replay each.
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
 * Cost: 10-20 ns for take-and-replace with up to 1,000 pending. Nothing is allocated per event.
 * One kernel belongs to one thread.
 */
#ifndef SIM_KERNEL_H
#define SIM_KERNEL_H

#include "sim/check.h"
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
#define SIM_ENTITY_MAX ((1u << SIM_ENTITY_BITS) - 1)

/* `self` as given when the handler was added, `payload` as given with the source or posted. */
typedef void (*SimHandler)(void *self, uint64_t payload);

typedef struct SimHandlerEntry {
    SimHandler run;
    void *self;
} SimHandlerEntry;

#define SIM_HANDLERS_MAX 256
#define SIM_PAYLOAD_BITS 56
#define SIM_PAYLOAD_MASK ((UINT64_C(1) << SIM_PAYLOAD_BITS) - 1)

/* Layout of an order, from the top: rank, entity, one-shot or not; then the second entity, or the
 * sequence number of a one-shot event; then the slot. */
#define SIM_RANK_SHIFT 61
#define SIM_ENTITY_SHIFT (SIM_RANK_SHIFT - SIM_ENTITY_BITS)
#define SIM_ONE_SHOT_BIT (UINT64_C(1) << (SIM_ENTITY_SHIFT - 1))
#define SIM_SEQUENCE_BITS (SIM_ENTITY_SHIFT - 1 - SIM_SLOT_BITS)

typedef struct SimKernel {
    SimTime now;       /* read-only; instant of the event being handled */
    uint64_t events;   /* read-only; handled so far */
    SimTree tree;      /* private, like all below */
    uint64_t *actions; /* per slot: handler number and payload */
    uint64_t *orders;  /* per slot of a source */
    size_t n_slots, room;
    SimSlot *free; /* slots that one-shot events have given back, last in first out */
    size_t n_free;
    uint64_t sequence; /* of the next one-shot event */
    uint64_t running_order;
    SimSlot running; /* slot whose handler runs */
    bool running_armed;
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

SimSlot sim_kernel_add_slot(SimKernel *kernel); /* private */
void sim_kernel_renumber(SimKernel *kernel);    /* private */

static inline SimTime sim_kernel_now(const SimKernel *kernel)
{
    return kernel->now;
}

/* Rank and first entity of the event that is handled now; between events SIM_RANK_FAULT and 0. */
static inline SimRank sim_kernel_running_rank(const SimKernel *kernel)
{
    return (SimRank)(kernel->running_order >> SIM_RANK_SHIFT);
}

static inline unsigned sim_kernel_running_entity(const SimKernel *kernel)
{
    return (unsigned)(kernel->running_order >> SIM_ENTITY_SHIFT) & SIM_ENTITY_MAX;
}

#define SIM_CHECK_NOT_PAST(kernel, at)                                                             \
    SIM_CHECK((at) >= (kernel)->now, "event planned %lld ns in the past",                          \
              (long long)((kernel)->now - (at)))

/* The source's next event is at `at` (replacing an earlier plan). */
static inline void sim_kernel_arm(SimKernel *kernel, SimSlot slot, SimTime at)
{
    SIM_CHECK_NOT_PAST(kernel, at);
    kernel->running_armed |= slot == kernel->running;
    sim_tree_set(&kernel->tree, slot,
                 (SimKey){.time = (uint64_t)at, .order = kernel->orders[slot]});
}

/* The running source's next event is at `at`: the quick form of arming oneself. */
static inline void sim_kernel_again(SimKernel *kernel, SimTime at)
{
    SIM_CHECK_NOT_PAST(kernel, at);
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

/* A one-shot event for handler number `handler`; `payload` is below 2^56. At SIM_NEVER nothing
 * happens. */
static inline void sim_kernel_post(SimKernel *kernel, SimTime at, SimRank rank, unsigned entity,
                                   unsigned handler, uint64_t payload)
{
    SIM_CHECK_NOT_PAST(kernel, at);
    if (at == SIM_NEVER)
        return;
    if (kernel->sequence >> SIM_SEQUENCE_BITS)
        sim_kernel_renumber(kernel);
    SimSlot slot;
    if (!kernel->running_armed && (kernel->running_order & SIM_ONE_SHOT_BIT)) {
        slot = kernel->running; /* the running event is over: its successor takes its place */
        kernel->running_armed = true;
    } else if (kernel->n_free)
        slot = kernel->free[--kernel->n_free];
    else
        slot = sim_kernel_add_slot(kernel);
    kernel->actions[slot] = ((uint64_t)handler << SIM_PAYLOAD_BITS) | payload;
    uint64_t order = ((uint64_t)rank << SIM_RANK_SHIFT) | ((uint64_t)entity << SIM_ENTITY_SHIFT) |
                     SIM_ONE_SHOT_BIT | (kernel->sequence++ << SIM_SLOT_BITS) | slot;
    sim_tree_set(&kernel->tree, slot, (SimKey){.time = (uint64_t)at, .order = order});
}

/* Instant of the next event, SIM_NEVER where there is none. */
static inline SimTime sim_kernel_next_at(const SimKernel *kernel)
{
    return (SimTime)sim_tree_first(&kernel->tree).time;
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
    const SimHandlerEntry *handler = &kernel->handlers[action >> SIM_PAYLOAD_BITS];
    handler->run(handler->self, action & SIM_PAYLOAD_MASK);
    if (!kernel->running_armed) {
        sim_tree_set(&kernel->tree, slot, SIM_KEY_NEVER);
        if (first.order & SIM_ONE_SHOT_BIT)
            kernel->free[kernel->n_free++] = slot;
    }
    kernel->running = UINT32_MAX;
    kernel->running_order = 0;
}

/* So many are pending that soon there will be no slot for one more: a system that is overloaded
 * beyond anything sensible. */
bool sim_kernel_is_full(const SimKernel *kernel);

/* Handles every event before `limit`, then sets the clock to `limit`. Stops early, returning
 * false, where *stop becomes non-zero, `events` reaches `budget`, or the kernel is full (all looked
 * at every 4096 events); `stop` may be NULL. */
bool sim_kernel_run_until(SimKernel *kernel, SimTime limit, uint64_t budget,
                          const volatile int *stop);

#endif
