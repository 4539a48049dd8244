/*
 * heap.c — 4-ary heap: children of i are 4i + 1 … 4i + 4. Half the depth of a binary heap, four
 * compares a level without a function call, and holes that move instead of items that swap.
 */
#include "sim/heap.h"

#include <glib.h>

static inline int is_before(const SimHeapItem *a, const SimHeapItem *b)
{
    unsigned __int128 x = ((unsigned __int128)a->time << 64) | a->order;
    unsigned __int128 y = ((unsigned __int128)b->time << 64) | b->order;
    return x < y;
}

void sim_heap_init(SimHeap *heap)
{
    *heap = (SimHeap){.room = 256};
    heap->items = g_new(SimHeapItem, heap->room);
}

void sim_heap_clear(SimHeap *heap)
{
    g_free(heap->items);
    *heap = (SimHeap){0};
}

void sim_heap_push(SimHeap *heap, SimHeapItem item)
{
    if (heap->n == heap->room) {
        heap->room *= 2;
        heap->items = g_renew(SimHeapItem, heap->items, heap->room);
    }
    SimHeapItem *items = heap->items;
    size_t hole = heap->n++;
    while (hole > 0) {
        size_t parent = (hole - 1) / 4;
        if (!is_before(&item, &items[parent]))
            break;
        items[hole] = items[parent];
        hole = parent;
    }
    items[hole] = item;
}

/* The least of the children first … last - 1, without branches on the data. */
static inline size_t least_child(const SimHeapItem *items, size_t first, size_t last)
{
    size_t least = first;
    for (size_t child = first + 1; child < last; child++) {
        size_t mask = (size_t)0 - (size_t)is_before(&items[child], &items[least]);
        least ^= (least ^ child) & mask;
    }
    return least;
}

SimHeapItem sim_heap_pop(SimHeap *heap)
{
    SimHeapItem *items = heap->items;
    SimHeapItem top = items[0];
    SimHeapItem moved = items[--heap->n];
    size_t n = heap->n, hole = 0;
    for (;;) {
        size_t first = 4 * hole + 1;
        if (first >= n)
            break;
        size_t least =
            first + 4 <= n ? least_child(items, first, first + 4) : least_child(items, first, n);
        if (!is_before(&items[least], &moved))
            break;
        items[hole] = items[least];
        hole = least;
    }
    items[hole] = moved;
    return top;
}
