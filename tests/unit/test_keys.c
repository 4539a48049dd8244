/*
 * test_keys.c — goal: keys are drawn by the exact law that their parameters state.
 *
 * Method: Pearson's chi-square of draws against probabilities; the probabilities against GSL's zeta
 * functions and against plain sums. Sizes up to 2^17 use an alias table, larger ones
 * rejection-inversion; both sides of the border are tested.
 */
#include "sim/keys.h"
#include "tests/support/check.h"
#include "tests/support/fit.h"

#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sf_zeta.h>
#include <math.h>
#include <string.h>

static const double exponents[] = {0, 0.5, 0.99, 1, 1.5, 3};

static SimStream stream_for(guint64 number)
{
    return sim_stream_numbered(sim_stream_root(11, 0), number);
}

/* ---- Zipf --------------------------------------------------------------------------------- */

/* Sum of k^-s up to n. */
static double harmonic(guint64 n, double s)
{
    if (s == 1.0)
        return gsl_sf_psi((double)n + 1) - gsl_sf_psi(1);
    if (s > 1.0)
        return gsl_sf_hzeta(s, 1) - gsl_sf_hzeta(s, (double)n + 1);
    double sum = 0;
    for (guint64 k = n; k >= 1; k--)
        sum += pow((double)k, -s);
    return sum;
}

static void zipf_shares_are_exact(void)
{
    static const guint64 sizes[] = {1, 2, 255, 256, 257, 10000, 1000000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(exponents); j++) {
            SimKeys *keys = sim_keys_zipf(sizes[i], exponents[j]);
            double total = harmonic(sizes[i], exponents[j]);
            test_row("n = %d, s = %g", (int)sizes[i], exponents[j]);
            CHECK_CLOSE(sim_keys_share(keys, 0), 1 / total, 1e-12);
            guint64 last = sizes[i] - 1;
            double expected = pow((double)sizes[i], -exponents[j]) / total;
            CHECK_CLOSE(sim_keys_share(keys, last), expected, 1e-12);
            CHECK_NEAR(sim_keys_share(keys, sizes[i]), 0, 0);
            CHECK_UINT(sim_keys_count(keys), sizes[i]);
            CHECK(sim_keys_kind(keys) == SIM_KEYS_ZIPF);
            sim_keys_free(keys);
        }
    test_row(NULL);
    /* The example of the design: "the hottest of 100,000 gets 7.8 % of the traffic". */
    SimKeys *keys = sim_keys_zipf(100000, 0.99);
    CHECK_NEAR(sim_keys_share(keys, 0), 0.078, 0.0005);
    sim_keys_free(keys);
}

#define SINGLE 200 /* keys with a cell of their own */
#define CELLS (SINGLE + 64)

/* Cells: the first keys one by one, then ranges that grow by 1.3. Returns their number; cell i ends
 * before ends[i]. */
static gsize make_cells(guint64 n, guint64 *ends)
{
    gsize cells = 0;
    guint64 end = 0;
    while (end < n && cells < CELLS - 1) {
        end = cells < SINGLE ? end + 1 : end + end * 3 / 10;
        ends[cells++] = MIN(end, n);
    }
    ends[cells - 1] = n;
    return cells;
}

/* The share of the first m of n keys, from the sums of two sizes. */
static double share_of_first(guint64 m, guint64 n, double s)
{
    SimKeys *few = sim_keys_zipf(m, s), *all = sim_keys_zipf(n, s);
    double share = sim_keys_share(all, 0) / sim_keys_share(few, 0);
    sim_keys_free(few);
    sim_keys_free(all);
    return share;
}

static gsize cell_of(const guint64 *ends, gsize cells, guint64 key)
{
    gsize low = 0, high = cells - 1; /* the first cell that ends after key */
    if (key < SINGLE && key < cells)
        return key;
    while (low < high) {
        gsize middle = (low + high) / 2;
        if (key < ends[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double zipf_p(guint64 n, double s, guint64 draws)
{
    guint64 ends[CELLS];
    double counts[CELLS] = {0}, expected[CELLS], before = 0;
    gsize cells = make_cells(n, ends);
    SimKeys *keys = sim_keys_zipf(n, s);
    for (gsize i = 0; i < cells; i++) {
        if (i < SINGLE) {
            expected[i] = sim_keys_share(keys, i) * (double)draws;
            before += sim_keys_share(keys, i);
        } else {
            double upto = share_of_first(ends[i], n, s);
            expected[i] = (upto - before) * (double)draws;
            before = upto;
        }
    }
    CHECK_NEAR(before, 1.0, 1e-9);
    SimStream stream = stream_for(n);
    for (guint64 i = 0; i < draws; i++) {
        SimDraw draw = sim_draw(stream, i);
        guint64 key = sim_keys_draw(keys, &draw);
        if (key >= n)
            return 0.0;
        counts[cell_of(ends, cells, key)]++;
    }
    sim_keys_free(keys);
    return test_chi_square_p(counts, expected, cells);
}

static void zipf_draws_follow_the_law_by_table(void)
{
    static const guint64 sizes[] = {1, 2, 3, 10, 1000, 20000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(exponents); j++) {
            double p = zipf_p(sizes[i], exponents[j], 1000000);
            test_row("n = %d, s = %g, p = %g", (int)sizes[i], exponents[j], p);
            CHECK(p > TEST_FIT_LEAST);
        }
    test_row(NULL);
}

static void zipf_draws_follow_the_law_by_inversion(void)
{
    static const guint64 sizes[] = {(1u << 17) + 1, 1000000, SIM_KEYS_MAX};
    static const double more[] = {0.01, 0.5, 0.99, 0.999999, 1, 1.000001, 1.5, 3, 10};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(more); j++) {
            double p = zipf_p(sizes[i], more[j], 1000000);
            test_row("n = %d, s = %g, p = %g", (int)sizes[i], more[j], p);
            CHECK(p > TEST_FIT_LEAST);
        }
    double uniform = zipf_p(SIM_KEYS_MAX, 0, 1000000);
    CHECK(uniform > TEST_FIT_LEAST);
    test_row(NULL);
}

static void both_methods_agree_at_their_border(void)
{
    double counts[2][50] = {{0}};
    for (guint64 way = 0; way < 2; way++) {
        SimKeys *keys = sim_keys_zipf((1u << 17) + way, 0.99);
        for (guint64 i = 0; i < 1000000; i++) {
            SimDraw draw = sim_draw(stream_for(way), i);
            guint64 key = sim_keys_draw(keys, &draw);
            counts[way][MIN(key, 49)]++;
        }
        sim_keys_free(keys);
    }
    double sum = 0; /* two samples of one law: (a - b)^2 / (a + b) is chi-square of one degree */
    for (int i = 0; i < 50; i++) {
        double a = counts[0][i], b = counts[1][i];
        sum += (a - b) * (a - b) / (a + b);
    }
    CHECK(sum < 50 + 4 * sqrt(2 * 50)); /* mean 49, standard deviation sqrt(98) */
}

static void zipf_with_a_huge_exponent_draws_the_first_key(void)
{
    static const guint64 sizes[] = {1000, SIM_KEYS_MAX};
    for (int i = 0; i < 2; i++) {
        SimKeys *keys = sim_keys_zipf(sizes[i], 200);
        bool first = true;
        for (guint64 k = 0; k < 10000; k++) {
            SimDraw draw = sim_draw(stream_for(5), k);
            first &= sim_keys_draw(keys, &draw) == 0;
        }
        CHECK(first);
        CHECK_NEAR(sim_keys_share(keys, 0), 1.0, 1e-15);
        sim_keys_free(keys);
    }
}

/* A wrong exponent must be found, else the tests above say nothing. */
static void chi_square_finds_a_slightly_wrong_exponent(void)
{
    double counts[100] = {0}, expected[100];
    SimKeys *keys = sim_keys_zipf(100, 0.99), *wrong = sim_keys_zipf(100, 1.0);
    for (guint64 i = 0; i < 1000000; i++) {
        SimDraw draw = sim_draw(stream_for(6), i);
        counts[sim_keys_draw(keys, &draw)]++;
    }
    for (guint64 k = 0; k < 100; k++)
        expected[k] = 1e6 * sim_keys_share(wrong, k);
    CHECK(test_chi_square_p(counts, expected, 100) < 1e-6);
    sim_keys_free(keys);
    sim_keys_free(wrong);
}

/* ---- The others --------------------------------------------------------------------------- */

/* p of a million draws over all keys of a small set. */
static double fit_all(SimKeys *keys, guint64 number)
{
    guint64 n = sim_keys_count(keys);
    double *counts = g_new0(double, n), *expected = g_new(double, n), total = 0;
    for (guint64 i = 0; i < 1000000; i++) {
        SimDraw draw = sim_draw(stream_for(number), i);
        guint64 key = sim_keys_draw(keys, &draw);
        counts[MIN(key, n - 1)] += key < n ? 1 : 1e9;
    }
    for (guint64 k = 0; k < n; k++) {
        expected[k] = 1e6 * sim_keys_share(keys, k);
        total += sim_keys_share(keys, k);
        if (expected[k] == 0.0 && counts[k] > 0)
            counts[k] = 1e9; /* an impossible key */
    }
    CHECK_NEAR(total, 1.0, 1e-9);
    double p = test_chi_square_p(counts, expected, n);
    g_free(counts);
    g_free(expected);
    sim_keys_free(keys);
    return p;
}

static void uniform_and_hotset_follow_the_law(void)
{
    CHECK(fit_all(sim_keys_uniform(500), 1) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_uniform(1), 2) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_hotset(1000, 0.01, 0.9), 3) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_hotset(1000, 0.01, 1.0), 4) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_hotset(1000, 0.01, 0.0), 5) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_hotset(2, 0.5, 0.3), 6) > TEST_FIT_LEAST);
}

static void hotset_has_at_least_one_hot_and_one_cold_key(void)
{
    SimKeys *least = sim_keys_hotset(1000, 0.0, 0.9), *most = sim_keys_hotset(1000, 1.0, 0.9);
    SimKeys *rounded = sim_keys_hotset(10, 0.26, 0.9);
    CHECK_CLOSE(sim_keys_share(least, 0), 0.9, 1e-15);
    CHECK_CLOSE(sim_keys_share(least, 1), 0.1 / 999, 1e-14);
    CHECK_CLOSE(sim_keys_share(most, 998), 0.9 / 999, 1e-15);
    CHECK_CLOSE(sim_keys_share(most, 999), 0.1, 1e-14);
    CHECK_CLOSE(sim_keys_share(rounded, 2), 0.3, 1e-15);
    CHECK_CLOSE(sim_keys_share(rounded, 3), 0.1 / 7, 1e-14);
    sim_keys_free(least);
    sim_keys_free(most);
    sim_keys_free(rounded);
}

static void weights_follow_the_law_and_zero_is_never_drawn(void)
{
    static const double plain[] = {1, 2, 3, 4}, holes[] = {0, 5, 0, 0, 1, 0};
    static const double steep[] = {1e-300, 1, 1e300, 1e-5}, one[] = {0.25};
    double many[3000];
    for (int i = 0; i < 3000; i++)
        many[i] = i % 3 ? exp(-i / 300.0) : 0;
    CHECK(fit_all(sim_keys_weights(plain, 4), 1) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_weights(holes, 6), 2) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_weights(steep, 4), 3) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_weights(one, 1), 4) > TEST_FIT_LEAST);
    CHECK(fit_all(sim_keys_weights(many, 3000), 5) > TEST_FIT_LEAST);
}

static void unique_keys_are_left_to_the_model(void)
{
    SimKeys *keys = sim_keys_unique();
    CHECK(sim_keys_kind(keys) == SIM_KEYS_UNIQUE);
    CHECK_UINT(sim_keys_count(keys), 0);
    CHECK_NEAR(sim_keys_share(keys, 0), 0, 0);
    sim_keys_free(keys);
    sim_keys_free(NULL);
}

static void draws_have_the_same_bits_on_every_machine(void)
{
    SimKeys *all[] = {sim_keys_zipf(100000, 0.99), sim_keys_zipf(SIM_KEYS_MAX, 0.99),
                      sim_keys_zipf(SIM_KEYS_MAX, 1.0), sim_keys_zipf(1000000, 2.5),
                      sim_keys_hotset(1000000, 0.01, 0.9)};
    guint64 hash = 0;
    for (gsize k = 0; k < G_N_ELEMENTS(all); k++) {
        for (guint64 i = 0; i < 200000; i++) {
            SimDraw draw = sim_draw(stream_for(k), i);
            hash = (hash ^ sim_keys_draw(all[k], &draw)) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
            hash ^= hash >> 29;
        }
        sim_keys_free(all[k]);
    }
    CHECK_UINT(hash, G_GUINT64_CONSTANT(18446429450897927133));
}

/* ---- several threads ---------------------------------------------------------------------- */

enum { THREADS = 4, DRAWS = 1000 };

typedef struct Drawer {
    const SimKeys *keys;
    gint *waiting; /* atomic; all start when all are there */
    guint64 drawn[DRAWS];
} Drawer;

static gpointer draw_all(gpointer data)
{
    Drawer *drawer = data;
    g_atomic_int_dec_and_test(drawer->waiting);
    while (g_atomic_int_get(drawer->waiting) > 0)
        g_thread_yield();
    for (guint64 i = 0; i < DRAWS; i++) {
        SimDraw draw = sim_draw(sim_stream_root(5, 0), i);
        drawer->drawn[i] = sim_keys_draw(drawer->keys, &draw);
    }
    return NULL;
}

/* Whoever comes first makes the tables, and several may: each law is asked by all at once. */
static void threads_that_draw_first_at_once_draw_the_same(void)
{
    Drawer *drawers = g_new0(Drawer, THREADS);
    for (int round = 0; round < 20; round++) {
        SimKeys *keys = sim_keys_zipf(5000, 0.99);
        GThread *threads[THREADS];
        gint waiting = THREADS;
        for (int t = 0; t < THREADS; t++) {
            drawers[t] = (Drawer){.keys = keys, .waiting = &waiting};
            threads[t] = g_thread_new("draw", draw_all, &drawers[t]);
        }
        for (int t = 0; t < THREADS; t++)
            g_thread_join(threads[t]);
        for (int t = 1; t < THREADS; t++)
            CHECK(memcmp(drawers[t].drawn, drawers[0].drawn, sizeof drawers[0].drawn) == 0);
        for (guint64 i = 0; i < DRAWS; i++) {
            SimDraw draw = sim_draw(sim_stream_root(5, 0), i);
            CHECK_UINT(drawers[0].drawn[i], sim_keys_draw(keys, &draw));
        }
        sim_keys_free(keys);
    }
    g_free(drawers);
}

int main(int argc, char **argv)
{
#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    static const TestCase cases[] = {CASE(zipf_shares_are_exact),
                                     CASE(zipf_draws_follow_the_law_by_table),
                                     CASE(zipf_draws_follow_the_law_by_inversion),
                                     CASE(both_methods_agree_at_their_border),
                                     CASE(zipf_with_a_huge_exponent_draws_the_first_key),
                                     CASE(chi_square_finds_a_slightly_wrong_exponent),
                                     CASE(uniform_and_hotset_follow_the_law),
                                     CASE(hotset_has_at_least_one_hot_and_one_cold_key),
                                     CASE(weights_follow_the_law_and_zero_is_never_drawn),
                                     CASE(unique_keys_are_left_to_the_model),
                                     CASE(threads_that_draw_first_at_once_draw_the_same),
                                     CASE(draws_have_the_same_bits_on_every_machine),
                                     {0}};
    return test_main("keys", cases, argc, argv);
}
