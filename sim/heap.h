/*
 * heap.h — a 4-ary heap of one-shot events: what has no slot of its own.
 *
 * Messages that may overtake each other, and jobs in service side by side, are unbounded in number
 * and live once; they wait here, and the heap as a whole is one source of the tournament tree.
 * Ordered by (time, order); orders carry a sequence number and are unique.
 */
#ifndef SIM_HEAP_H
#define SIM_HEAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct SimHeapItem {
    uint64_t time;
    uint64_t order;
    uint64_t payload;
} SimHeapItem;

typedef struct SimHeap {
    SimHeapItem *items; /* private; [0] is the first */
    size_t n;           /* read-only */
    size_t room;        /* private */
    void *memory;       /* private */
} SimHeap;

void sim_heap_init(SimHeap *heap);
void sim_heap_clear(SimHeap *heap);
void sim_heap_push(SimHeap *heap, SimHeapItem item);
/* Removes and returns the first; the heap must not be empty. */
SimHeapItem sim_heap_pop(SimHeap *heap);

#endif
