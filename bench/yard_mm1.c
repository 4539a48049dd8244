/*
 * yard_mm1.c — the yardstick M/M/1: a 4-ary heap of events with a callback, a ring of waiting
 * customers, Welford's mean and variance and a log-linear histogram of the time in system.
 */
#include "bench/clock.h"
#include "bench/yardsticks.h"

#include "sim/ziggurat.h"

#include <string.h>

#define RHO 0.9
#define MEAN_SERVICE_NS 1e6
#define RING 65536u
#define SUB_BITS 10

typedef struct Mm1 Mm1;

typedef struct Event {
    YardKey key; /* time, then sequence */
    void (*callback)(Mm1 *queue);
} Event;

struct Mm1 {
    Event *heap; /* 4-ary */
    size_t n;
    SimRng rng;
    uint64_t now, sequence, arrived, served, customers, waiting_head, waiting_tail;
    uint64_t *waiting;
    double mean, sum_squares;
    uint64_t *histogram;
};

static void push(Mm1 *queue, uint64_t time, void (*callback)(Mm1 *queue))
{
    Event event = {{time, queue->sequence++}, callback};
    size_t hole = queue->n++;
    for (; hole > 0; hole = (hole - 1) / 4) {
        size_t parent = (hole - 1) / 4;
        if (!yard_is_before(event.key, queue->heap[parent].key))
            break;
        queue->heap[hole] = queue->heap[parent];
    }
    queue->heap[hole] = event;
}

static Event pop(Mm1 *queue)
{
    Event *items = queue->heap, top = items[0], last = items[--queue->n];
    size_t n = queue->n, hole = 0;
    for (;;) {
        size_t first = 4 * hole + 1;
        if (first >= n)
            break;
        size_t end = first + 4 < n ? first + 4 : n, least = first;
        for (size_t child = first + 1; child < end; child++)
            least = yard_is_before(items[child].key, items[least].key) ? child : least;
        if (!yard_is_before(items[least].key, last.key))
            break;
        items[hole] = items[least];
        hole = least;
    }
    items[hole] = last;
    return top;
}

static uint64_t span(Mm1 *queue, double mean)
{
    SimDraw draw = sim_draw_sequential(&queue->rng);
    return (uint64_t)(sim_draw_exponential(&draw) * mean + 0.5);
}

static void record(Mm1 *queue, uint64_t value)
{
    double delta = (double)value - queue->mean;
    queue->mean += delta / (double)queue->served;
    queue->sum_squares += delta * ((double)value - queue->mean);
    unsigned octave =
        value < (1u << SUB_BITS) ? 0 : 63u - (unsigned)__builtin_clzll(value) - SUB_BITS + 1;
    uint64_t sub = octave ? value >> (octave - 1) : value;
    queue->histogram[(octave << SUB_BITS) + (sub & ((1u << SUB_BITS) - 1))]++;
}

static void depart(Mm1 *queue);

static void serve(Mm1 *queue)
{
    push(queue, queue->now + span(queue, MEAN_SERVICE_NS), depart);
}

static void arrive(Mm1 *queue)
{
    queue->waiting[queue->waiting_tail++ & (RING - 1)] = queue->now;
    if (++queue->arrived < queue->customers)
        push(queue, queue->now + span(queue, MEAN_SERVICE_NS / RHO), arrive);
    if (queue->waiting_tail - queue->waiting_head == 1)
        serve(queue);
}

static void depart(Mm1 *queue)
{
    queue->served++;
    record(queue, queue->now - queue->waiting[queue->waiting_head++ & (RING - 1)]);
    if (queue->waiting_tail != queue->waiting_head)
        serve(queue);
}

double yard_mm1(guint64 customers, guint64 seed)
{
    Mm1 *queue = g_new0(Mm1, 1);
    queue->heap = g_new(Event, 64);
    queue->customers = customers;
    queue->waiting = g_new(uint64_t, RING);
    queue->histogram = g_new0(uint64_t, 64u << SUB_BITS);
    sim_rng_seed(&queue->rng, seed);
    double start = bench_seconds();
    push(queue, 0, arrive);
    while (queue->n) {
        Event event = pop(queue);
        queue->now = event.key.time;
        event.callback(queue);
    }
    double seconds = bench_seconds() - start;
    bench_keep(queue->mean + queue->sum_squares);
    g_free(queue->heap);
    g_free(queue->waiting);
    g_free(queue->histogram);
    g_free(queue);
    return seconds * 1e9 / (2.0 * (double)customers);
}
