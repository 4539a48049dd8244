/*
 * bench/kernel — the event loop through its public interface against bare data structures, in one
 * program, rounds interleaved, medians of rounds. Only ratios mean anything: the machine is shared.
 *
 *   hold N   take the earliest of N pending events, put one in Exp(1 ms) later
 *   M/M/1    rho 0.9, FIFO, time in system into mean, variance and histogram
 *   draws    a keyed exponential against one from a sequential generator
 */
#include "analysis/hist.h"
#include "bench/clock.h"
#include "bench/yardsticks.h"
#include "sim/kernel.h"
#include "sim/ring.h"
#include "sim/ziggurat.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS 7
#define HOLDS 2000000
#define CUSTOMERS 1000000
#define DRAWS 20000000
#define MEAN_NS 1e6

static SimRng rng;

static uint64_t span(double mean)
{
    SimDraw draw = sim_draw_sequential(&rng);
    return (uint64_t)(sim_draw_exponential(&draw) * mean + 0.5);
}

/* ---- hold --------------------------------------------------------------------------------- */

static SimKernel kernel;

static void hold(void *self, uint64_t unused)
{
    sim_kernel_again(&kernel, sim_kernel_now(&kernel) + (SimTime)span(MEAN_NS));
}

static double kernel_hold(size_t n)
{
    sim_kernel_init(&kernel);
    unsigned handler = sim_kernel_add_handler(&kernel, hold, NULL);
    for (size_t i = 0; i < n; i++) {
        SimSlot slot = sim_kernel_add_source(&kernel, SIM_RANK_TIMER, 0, 0, handler, 0);
        sim_kernel_arm(&kernel, slot, (SimTime)span(MEAN_NS));
    }
    double start = bench_seconds();
    for (int i = 0; i < HOLDS; i++)
        sim_kernel_step(&kernel);
    double seconds = bench_seconds() - start;
    sim_kernel_clear(&kernel);
    return seconds * 1e9 / HOLDS;
}

static double loser_hold(size_t n)
{
    YardLoser tree = {.n = 2};
    while (tree.n < n)
        tree.n *= 2;
    tree.losers = g_new(YardKey, tree.n);
    YardKey *winners = g_new(YardKey, 2 * tree.n);
    for (size_t slot = 0; slot < tree.n; slot++)
        winners[tree.n + slot] = slot < n ? (YardKey){span(MEAN_NS), slot} : SIM_KEY_NEVER;
    for (size_t i = tree.n - 1; i >= 1; i--) {
        winners[i] = winners[2 * i];
        tree.losers[i] = winners[2 * i + 1];
        yard_play(&winners[i], &tree.losers[i]);
    }
    tree.losers[0] = winners[1];
    g_free(winners);
    uint64_t sequence = 0;
    double start = bench_seconds();
    for (int i = 0; i < HOLDS; i++) {
        YardKey key = tree.losers[0];
        key.time += span(MEAN_NS);
        key.order = (++sequence << SIM_SLOT_BITS) | (key.order & SIM_SLOT_MASK);
        yard_loser_replace(&tree, key);
    }
    double seconds = bench_seconds() - start;
    bench_keep((double)tree.losers[0].time);
    g_free(tree.losers);
    return seconds * 1e9 / HOLDS;
}

static int compare_keys(const void *a, const void *b)
{
    const YardKey *x = a, *y = b;
    return yard_is_before(*x, *y) ? -1 : yard_is_before(*y, *x);
}

typedef void (*Replace)(YardHeap *heap, YardKey key);

static inline double heap_hold(size_t n, Replace replace)
{
    YardHeap heap = {.items = g_new(YardKey, n + 4)};
    for (size_t i = 0; i < n; i++)
        heap.items[i] = (YardKey){span(MEAN_NS), i};
    qsort(heap.items, n, sizeof *heap.items, compare_keys); /* sorted: a heap of any arity */
    heap.n = n;
    uint64_t sequence = n;
    double start = bench_seconds();
    for (int i = 0; i < HOLDS; i++) {
        YardKey key = heap.items[0];
        key.time += span(MEAN_NS);
        key.order = sequence++;
        replace(&heap, key);
    }
    double seconds = bench_seconds() - start;
    bench_keep((double)heap.items[0].time);
    g_free(heap.items);
    return seconds * 1e9 / HOLDS;
}

static double heap4_hold(size_t n)
{
    return heap_hold(n, yard_heap4_replace);
}

static double heap2_hold(size_t n)
{
    return heap_hold(n, yard_heap2_replace);
}

/* ---- M/M/1 through the kernel ------------------------------------------------------------- */

typedef struct Mm1 {
    SimKernel kernel;
    SimSlot arrivals, server;
    SimRing waiting; /* SimTime of arrival */
    uint64_t arrived, served;
    double mean, sum_squares;
    AnaHist *hist;
} Mm1;

static void arrive(void *self, uint64_t unused)
{
    Mm1 *queue = self;
    SimTime now = sim_kernel_now(&queue->kernel);
    *(SimTime *)sim_ring_push(&queue->waiting) = now;
    if (++queue->arrived < CUSTOMERS)
        sim_kernel_again(&queue->kernel, now + (SimTime)span(MEAN_NS / 0.9));
    if (sim_ring_len(&queue->waiting) == 1)
        sim_kernel_arm(&queue->kernel, queue->server, now + (SimTime)span(MEAN_NS));
}

static void depart(void *self, uint64_t unused)
{
    Mm1 *queue = self;
    SimTime now = sim_kernel_now(&queue->kernel);
    SimSpan stayed = now - *(SimTime *)sim_ring_head(&queue->waiting);
    sim_ring_pop(&queue->waiting);
    double delta = (double)stayed - queue->mean;
    queue->mean += delta / (double)++queue->served;
    queue->sum_squares += delta * ((double)stayed - queue->mean);
    ana_hist_add(queue->hist, stayed);
    if (sim_ring_len(&queue->waiting))
        sim_kernel_again(&queue->kernel, now + (SimTime)span(MEAN_NS));
}

static double kernel_mm1(void)
{
    Mm1 queue = {.hist = ana_hist_new()};
    sim_kernel_init(&queue.kernel);
    sim_ring_init(&queue.waiting, sizeof(SimTime), 0);
    queue.server = sim_kernel_add_source(&queue.kernel, SIM_RANK_COMPLETION, 0, 0,
                                         sim_kernel_add_handler(&queue.kernel, depart, &queue), 0);
    queue.arrivals =
        sim_kernel_add_source(&queue.kernel, SIM_RANK_CLIENT, 0, 0,
                              sim_kernel_add_handler(&queue.kernel, arrive, &queue), 0);
    sim_kernel_arm(&queue.kernel, queue.arrivals, 0);
    double start = bench_seconds();
    sim_kernel_run_until(&queue.kernel, SIM_NEVER, UINT64_MAX, NULL);
    double seconds = bench_seconds() - start;
    bench_keep(queue.mean + queue.sum_squares);
    ana_hist_free(queue.hist);
    sim_ring_clear(&queue.waiting);
    sim_kernel_clear(&queue.kernel);
    return seconds * 1e9 / (2.0 * CUSTOMERS);
}

/* ---- draws -------------------------------------------------------------------------------- */

static double keyed_draws(void)
{
    SimStream stream = sim_stream_named(sim_stream_root(1, 0), "bench");
    double sum = 0, start = bench_seconds();
    for (uint64_t cause = 0; cause < DRAWS; cause++) {
        SimDraw draw = sim_draw(stream, cause);
        sum += sim_draw_exponential(&draw);
    }
    bench_keep(sum);
    return (bench_seconds() - start) * 1e9 / DRAWS;
}

static double sequential_draws(void)
{
    SimDraw draw = sim_draw_sequential(&rng);
    double sum = 0, start = bench_seconds();
    for (int i = 0; i < DRAWS; i++)
        sum += sim_draw_exponential(&draw);
    bench_keep(sum);
    return (bench_seconds() - start) * 1e9 / DRAWS;
}

/* ---- the table ---------------------------------------------------------------------------- */

static void bench_hold(size_t n)
{
    double k[ROUNDS], l[ROUNDS], h4[ROUNDS], h2[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        k[round] = kernel_hold(n);
        l[round] = loser_hold(n);
        h4[round] = heap4_hold(n);
        h2[round] = heap2_hold(n);
    }
    double kernel_ns = bench_median(k, ROUNDS), loser = bench_median(l, ROUNDS);
    double heap4 = bench_median(h4, ROUNDS), heap2 = bench_median(h2, ROUNDS);
    double fastest = MIN(loser, MIN(heap4, heap2));
    printf("hold %-7zu kernel %6.1f   loser tree %6.1f   4-ary heap %6.1f   binary heap %6.1f   "
           "kernel / fastest %.2f\n",
           n, kernel_ns, loser, heap4, heap2, kernel_ns / fastest);
}

int main(void)
{
    sim_rng_seed(&rng, 1);
    printf("ns per operation, medians of %d interleaved rounds\n", ROUNDS);
    bench_hold(16);
    bench_hold(1000);
    bench_hold(100000);
    double k[ROUNDS], y[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        k[round] = kernel_mm1();
        y[round] = yard_mm1(CUSTOMERS, (guint64)round);
    }
    double ours = bench_median(k, ROUNDS), yard = bench_median(y, ROUNDS);
    printf("M/M/1 event  kernel %6.1f   yardstick %6.1f   kernel / yardstick %.2f\n", ours, yard,
           ours / yard);
    for (int round = 0; round < ROUNDS; round++) {
        k[round] = keyed_draws();
        y[round] = sequential_draws();
    }
    double keyed = bench_median(k, ROUNDS), sequential = bench_median(y, ROUNDS);
    printf("exponential  keyed  %6.2f   sequential %5.2f   keyed / sequential %.2f\n", keyed,
           sequential, keyed / sequential);
    return 0;
}
