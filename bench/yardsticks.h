/*
 * yardsticks.h — what a kernel is measured against, in the same program: the classic event-set
 * structures, written for this one purpose, without handlers, payloads or cancelling.
 *
 * All hold 16-byte keys (time, sequence), compared as one 128-bit number, and perform HOLD: take
 * the earliest, put one in later. The loser tree is the fastest known here for that one operation;
 * it can do nothing else.
 */
#ifndef BENCH_YARDSTICKS_H
#define BENCH_YARDSTICKS_H

#include "sim/tree.h"

#include <glib.h>

typedef SimKey YardKey;

static inline int yard_is_before(YardKey a, YardKey b)
{
    unsigned __int128 x = ((unsigned __int128)a.time << 64) | a.order;
    unsigned __int128 y = ((unsigned __int128)b.time << 64) | b.order;
    return x < y;
}

/* ---- loser tree (fixed slots, branch-free) ------------------------------------------------ */

typedef struct YardLoser {
    YardKey *losers; /* [1 … n-1]; [0] is the winner */
    size_t n;        /* power of two */
} YardLoser;

/* Orders two keys without a branch: *winner keeps the smaller, *loser the larger. */
static inline void yard_play(YardKey *winner, YardKey *loser)
{
#if defined(__x86_64__)
    uint64_t wt = winner->time, wo = winner->order, lt = loser->time, lo = loser->order;
    uint64_t nt = wt, no = wo, difference = lt;
    __asm__("cmp %[wo], %[lo]\n\t"
            "sbb %[wt], %[d]\n\t"
            "cmovc %[lt], %[nt]\n\t"
            "cmovc %[lo], %[no]\n\t"
            "cmovc %[wt], %[lt]\n\t"
            "cmovc %[wo], %[lo]"
            : [nt] "+&r"(nt), [no] "+&r"(no), [lt] "+&r"(lt), [lo] "+&r"(lo), [d] "+&r"(difference)
            : [wt] "r"(wt), [wo] "r"(wo)
            : "cc");
    *winner = (YardKey){nt, no};
    *loser = (YardKey){lt, lo};
#else
    uint64_t mask = (uint64_t)0 - (uint64_t)yard_is_before(*loser, *winner);
    uint64_t t = (winner->time ^ loser->time) & mask, o = (winner->order ^ loser->order) & mask;
    winner->time ^= t;
    loser->time ^= t;
    winner->order ^= o;
    loser->order ^= o;
#endif
}

static inline void yard_loser_replace(YardLoser *tree, YardKey key)
{
    size_t i = (tree->n + (tree->losers[0].order & SIM_SLOT_MASK)) / 2;
    for (; i >= 1; i /= 2)
        yard_play(&key, &tree->losers[i]);
    tree->losers[0] = key;
}

/* ---- 4-ary and binary heaps, replace-top -------------------------------------------------- */

typedef struct YardHeap {
    YardKey *items;
    size_t n;
} YardHeap;

static inline void yard_heap4_replace(YardHeap *heap, YardKey key)
{
    YardKey *items = heap->items;
    size_t n = heap->n, hole = 0;
    for (;;) {
        size_t first = 4 * hole + 1;
        if (first >= n)
            break;
        size_t last = first + 4 < n ? first + 4 : n, least = first;
        for (size_t child = first + 1; child < last; child++)
            least = yard_is_before(items[child], items[least]) ? child : least;
        if (!yard_is_before(items[least], key))
            break;
        items[hole] = items[least];
        hole = least;
    }
    items[hole] = key;
}

static inline void yard_heap2_replace(YardHeap *heap, YardKey key)
{
    YardKey *items = heap->items;
    size_t n = heap->n, hole = 0;
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= n)
            break;
        if (child + 1 < n && yard_is_before(items[child + 1], items[child]))
            child++;
        if (!yard_is_before(items[child], key))
            break;
        items[hole] = items[child];
        hole = child;
    }
    items[hole] = key;
}

/* ---- M/M/1 by heap, callback and inline statistics ---------------------------------------- */

/* ns per event of a queue with two sources of events; see yard_mm1.c. */
double yard_mm1(guint64 customers, guint64 seed);

#endif
