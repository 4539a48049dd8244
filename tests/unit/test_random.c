/*
 * test_random.c — goal: random bits that are the published generators', uniform, and independent
 * between neighbouring causes, streams, names, replications and seeds.
 *
 * Method: known vectors; Pearson's chi-square over bytes and over pairs of related draws; counts of
 * differing bits. All seeds are fixed.
 */
#include "sim/random.h"
#include "tests/support/check.h"
#include "tests/support/fit.h"

#include <math.h>
#include <stdlib.h>

/* Printed by the author's program for this key of his list, and kept in the test suites of several
 * independent implementations. */
static void squares_gives_the_published_numbers(void)
{
    static const guint64 expected[] = {
        G_GUINT64_CONSTANT(0x36d88366cee633a5), G_GUINT64_CONSTANT(0x944716e00e60dfaa),
        G_GUINT64_CONSTANT(0xc8a8f4e0678654bf), G_GUINT64_CONSTANT(0x35cc666aab11c80d),
        G_GUINT64_CONSTANT(0x7094eab1cbae8747), G_GUINT64_CONSTANT(0xa2a1b6f56e92a96f),
        G_GUINT64_CONSTANT(0xd884957d48007552), G_GUINT64_CONSTANT(0xe61f37b97d593453),
        G_GUINT64_CONSTANT(0xe4d45c4762b10dad), G_GUINT64_CONSTANT(0xb0dbd071f201dd2a)};
    for (guint64 i = 0; i < G_N_ELEMENTS(expected); i++)
        CHECK_UINT(sim_squares64(i, G_GUINT64_CONSTANT(0x548c9decbce65297)), expected[i]);
}

/* From the authors' C code, state 1, 2, 3, 4. */
static void xoshiro_gives_the_published_numbers(void)
{
    static const guint64 expected[] = {G_GUINT64_CONSTANT(41943041),
                                       G_GUINT64_CONSTANT(58720359),
                                       G_GUINT64_CONSTANT(3588806011781223),
                                       G_GUINT64_CONSTANT(3591011842654386),
                                       G_GUINT64_CONSTANT(9228616714210784205),
                                       G_GUINT64_CONSTANT(9973669472204895162),
                                       G_GUINT64_CONSTANT(14011001112246962877),
                                       G_GUINT64_CONSTANT(12406186145184390807),
                                       G_GUINT64_CONSTANT(15849039046786891736),
                                       G_GUINT64_CONSTANT(10450023813501588000)};
    SimRng rng = {{1, 2, 3, 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        CHECK_UINT(sim_rng_bits(&rng), expected[i]);
}

static void seeding_is_splitmix(void)
{
    SimRng rng;
    sim_rng_seed(&rng, 1234567);
    CHECK_UINT(rng.s[0], G_GUINT64_CONSTANT(6457827717110365317));
    CHECK_UINT(rng.s[1], G_GUINT64_CONSTANT(3203168211198807973));
    CHECK_UINT(rng.s[2], G_GUINT64_CONSTANT(9817491932198370423));
    CHECK_UINT(rng.s[3], G_GUINT64_CONSTANT(4593380528125082431));
}

/* ---- Uniformity and independence ---------------------------------------------------------- */

/* Draw number i of some family. */
typedef guint64 (*Family)(guint64 i);

static guint64 by_cause(guint64 i)
{
    SimDraw draw = sim_draw(sim_stream_named(sim_stream_root(1, 0), "delay"), i);
    return sim_draw_bits(&draw);
}

static guint64 by_sub_draw(guint64 i)
{
    SimDraw draw = sim_draw(sim_stream_named(sim_stream_root(1, 0), "delay"), i / 16);
    guint64 bits = 0;
    for (guint64 k = 0; k <= i % 16; k++)
        bits = sim_draw_bits(&draw);
    return bits;
}

static guint64 by_number(guint64 i) /* the first draw of cause 0, where the counter is 0 */
{
    SimDraw draw = sim_draw(sim_stream_numbered(sim_stream_root(1, 0), i), 0);
    return sim_draw_bits(&draw);
}

static guint64 by_name(guint64 i)
{
    char name[24];
    g_snprintf(name, sizeof name, "db%u", (unsigned)i);
    SimDraw draw = sim_draw(sim_stream_named(sim_stream_root(1, 0), name), 7);
    return sim_draw_bits(&draw);
}

static guint64 by_seed(guint64 i)
{
    SimDraw draw = sim_draw(sim_stream_root(i, 0), 0);
    return sim_draw_bits(&draw);
}

static guint64 by_replication(guint64 i)
{
    SimDraw draw = sim_draw(sim_stream_root(42, i), 1);
    return sim_draw_bits(&draw);
}

static guint64 by_spread_cause(guint64 i) /* causes as models make them: high and low parts */
{
    SimDraw draw = sim_draw(sim_stream_root(1, 0), (i % 64) << 40 | i / 64);
    return sim_draw_bits(&draw);
}

static guint64 sequential(guint64 i)
{
    static SimRng rng;
    if (i == 0)
        sim_rng_seed(&rng, 5);
    SimDraw draw = sim_draw_sequential(&rng);
    return sim_draw_bits(&draw);
}

static const struct {
    const char *name;
    Family draw;
} families[] = {{"cause", by_cause},         {"sub-draw", by_sub_draw},
                {"number", by_number},       {"name", by_name},
                {"seed", by_seed},           {"replication", by_replication},
                {"spread", by_spread_cause}, {"sequential", sequential}};

static double flat_p(const double *counts, gsize n, double total)
{
    double *expected = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        expected[i] = total / (double)n;
    double p = test_chi_square_p(counts, expected, n);
    g_free(expected);
    return p;
}

static void every_byte_is_uniform(void)
{
    const guint64 n = 1000000;
    for (gsize f = 0; f < G_N_ELEMENTS(families); f++) {
        double *counts = g_new0(double, 8 * 256);
        for (guint64 i = 0; i < n; i++) {
            guint64 bits = families[f].draw(i);
            for (int byte = 0; byte < 8; byte++)
                counts[256 * byte + (int)(bits >> (8 * byte) & 255)]++;
        }
        for (int byte = 0; byte < 8; byte++) {
            test_row("%s, byte %d", families[f].name, byte);
            CHECK(flat_p(counts + 256 * byte, 256, (double)n) > TEST_FIT_LEAST);
        }
        g_free(counts);
    }
    test_row(NULL);
}

/* Pairs (draw i, draw i + step) fill a 16 x 16 table evenly, in the high and in the low bits. */
static void neighbours_are_independent(void)
{
    const guint64 n = 500000, steps[] = {1, 2, 16, 64};
    guint64 *bits = g_new(guint64, n + 64);
    for (gsize f = 0; f < G_N_ELEMENTS(families); f++) {
        for (guint64 i = 0; i < n + 64; i++)
            bits[i] = families[f].draw(i);
        for (gsize k = 0; k < G_N_ELEMENTS(steps); k++) {
            double high[256] = {0}, low[256] = {0}, mixed[256] = {0};
            for (guint64 i = 0; i < n; i++) {
                guint64 a = bits[i], b = bits[i + steps[k]];
                high[(a >> 60) << 4 | b >> 60]++;
                low[(a & 15) << 4 | (b & 15)]++;
                mixed[(a >> 60) << 4 | (b >> 28 & 15)]++;
            }
            test_row("%s, step %d", families[f].name, (int)steps[k]);
            CHECK(flat_p(high, 256, (double)n) > TEST_FIT_LEAST);
            CHECK(flat_p(low, 256, (double)n) > TEST_FIT_LEAST);
            CHECK(flat_p(mixed, 256, (double)n) > TEST_FIT_LEAST);
        }
    }
    test_row(NULL);
    g_free(bits);
}

/* Of 64 bits, neighbours differ in 32 +- 4: no family leaves a bit behind. */
static void each_bit_of_neighbours_differs_half_the_time(void)
{
    const guint64 n = 100000;
    for (gsize f = 0; f < G_N_ELEMENTS(families); f++) {
        int flips[64] = {0};
        guint64 before = families[f].draw(0);
        for (guint64 i = 1; i <= n; i++) {
            guint64 bits = families[f].draw(i);
            for (int k = 0; k < 64; k++)
                flips[k] += (int)((bits ^ before) >> k & 1);
            before = bits;
        }
        for (int k = 0; k < 64; k++) {
            test_row("%s, bit %d", families[f].name, k);
            CHECK_NEAR(flips[k] / (double)n, 0.5, 5 * 0.5 / sqrt((double)n));
        }
    }
    test_row(NULL);
}

/* ---- Derivation --------------------------------------------------------------------------- */

static void a_name_is_all_that_its_stream_depends_on(void)
{
    SimStream root = sim_stream_root(42, 3), before = sim_stream_named(root, "db4");
    for (int i = 0; i < 1000; i++) { /* other entities come and go, draws are made */
        SimStream other = sim_stream_numbered(root, (guint64)i);
        SimDraw draw = sim_draw(other, (guint64)i);
        CHECK(sim_draw_bits(&draw) != 0);
    }
    SimStream after = sim_stream_named(sim_stream_root(42, 3), "db4");
    CHECK_UINT(before.key, after.key);
    /* A golden value: changing the derivation changes every result ever published. */
    CHECK_UINT(after.key, G_GUINT64_CONSTANT(7573357810138812319));
    CHECK_UINT(sim_stream_numbered(root, 4).key, G_GUINT64_CONSTANT(8881792986016933351));
}

static void different_names_give_different_streams(void)
{
    SimStream root = sim_stream_root(1, 0);
    GArray *keys = g_array_new(FALSE, FALSE, sizeof(guint64));
#define ADD(stream)                                                                                \
    do {                                                                                           \
        guint64 key_ = (stream).key;                                                               \
        g_array_append_val(keys, key_);                                                            \
    } while (0)
    static const char *const names[] = {"",         "a",         "b",          "ab",   "ba",
                                        "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab",  "db1",  "db2",
                                        "\x01",     "1",         "baaaaaaaaa", "db1 ", "DB1"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        ADD(sim_stream_named(root, names[i]));
        ADD(sim_stream_named(sim_stream_named(root, "a"), names[i]));
        ADD(sim_stream_named(sim_stream_numbered(root, 1), names[i]));
    }
    for (guint64 i = 0; i < 20000; i++) {
        ADD(sim_stream_numbered(root, i));
        ADD(sim_stream_root(i, 1));
        ADD(sim_stream_root(1, i + 2));
    }
#undef ADD
    guint64 *all = (guint64 *)(void *)keys->data;
    GHashTable *seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < keys->len; i++) {
        test_row("stream %u", i);
        if (g_hash_table_contains(seen, &all[i]))
            CHECK_UINT(all[i], 0);
        g_hash_table_add(seen, &all[i]);
    }
    CHECK_UINT(g_hash_table_size(seen), keys->len);
    test_row(NULL);
    g_hash_table_unref(seen);
    g_array_unref(keys);
}

/* Squares asks for odd keys whose halves are about half ones. */
static void keys_are_odd_and_irregular(void)
{
    bool odd = true, irregular = true;
    for (guint64 i = 0; i < 100000; i++) {
        guint64 key = sim_stream_numbered(sim_stream_root(9, 9), i).key;
        int high = __builtin_popcountll(key >> 32), low = __builtin_popcountll(key & 0xffffffff);
        odd &= key & 1;
        irregular &= abs(high - 16) <= 7 && abs(low - 16) <= 7;
    }
    CHECK(odd);
    CHECK(irregular);
}

static void draws_of_one_cause_do_not_reach_into_the_next(void)
{
    SimStream stream = sim_stream_root(1, 1);
    SimDraw draw = sim_draw(stream, 10), next = sim_draw(stream, 11);
    for (unsigned i = 0; i < SIM_SUBDRAWS_MAX; i++)
        sim_draw_bits(&draw);
    CHECK_UINT(sim_draw_bits(&draw), sim_draw_bits(&next));
    CHECK(SIM_CAUSE_MAX >= G_GUINT64_CONSTANT(1) << 55);
}

/* ---- Conversions -------------------------------------------------------------------------- */

static void conversions_keep_to_their_ranges(void)
{
    SimRng rng;
    sim_rng_seed(&rng, 8);
    SimDraw draw = sim_draw_sequential(&rng);
    double counts[7] = {0}, sum = 0, sum_open = 0;
    const int n = 700000;
    bool inside = true;
    int chances = 0;
    for (int i = 0; i < n; i++) {
        double unit = sim_draw_unit(&draw), open = sim_draw_open(&draw);
        inside &= unit >= 0 && unit < 1 && open > 0 && open < 1 && !sim_draw_chance(&draw, 0.0) &&
                  sim_draw_chance(&draw, 1.0) && sim_draw_below(&draw, 1) == 0;
        sum += unit;
        sum_open += open;
        counts[sim_draw_below(&draw, 7)]++;
        chances += sim_draw_chance(&draw, 0.25);
    }
    CHECK(inside);
    CHECK_NEAR(sum / n, 0.5, 4 * 0.2887 / sqrt(n));
    CHECK_NEAR(sum_open / n, 0.5, 4 * 0.2887 / sqrt(n));
    CHECK_NEAR(chances / (double)n, 0.25, 4 * 0.433 / sqrt(n));
    CHECK(flat_p(counts, 7, n) > TEST_FIT_LEAST);
}

int main(int argc, char **argv)
{
    static const TestCase cases[] = {
        {"squares_gives_the_published_numbers", squares_gives_the_published_numbers},
        {"xoshiro_gives_the_published_numbers", xoshiro_gives_the_published_numbers},
        {"seeding_is_splitmix", seeding_is_splitmix},
        {"every_byte_is_uniform", every_byte_is_uniform},
        {"neighbours_are_independent", neighbours_are_independent},
        {"each_bit_of_neighbours_differs_half_the_time",
         each_bit_of_neighbours_differs_half_the_time},
        {"a_name_is_all_that_its_stream_depends_on", a_name_is_all_that_its_stream_depends_on},
        {"different_names_give_different_streams", different_names_give_different_streams},
        {"keys_are_odd_and_irregular", keys_are_odd_and_irregular},
        {"draws_of_one_cause_do_not_reach_into_the_next",
         draws_of_one_cause_do_not_reach_into_the_next},
        {"conversions_keep_to_their_ranges", conversions_keep_to_their_ranges},
        {0}};
    return test_main("random", cases, argc, argv);
}
