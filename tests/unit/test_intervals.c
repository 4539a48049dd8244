/*
 * Goal: a set of intervals (sim/intervals.h) has what a plain bitmap has, in as few ranges as there
 * can be. Method: small sets written out; every pair of sets of numbers up to 6; and random ones
 * of all densities against a bitmap, asked after every change.
 */
#include "sim/intervals.h"

#include "sim/random.h"
#include "tests/support/check.h"

#include <string.h>

#define N 96u /* numbers 1 … N */

static char *written(const SimIntervals *set)
{
    GString *out = g_string_new(NULL);
    for (guint32 i = 0; i < set->n; i++) {
        const SimRange *range = sim_intervals_range(set, i);
        g_string_append_printf(out, "%s%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, i ? " " : "",
                               range->first, range->last);
    }
    return g_string_free(out, FALSE);
}

static void check_written(const SimIntervals *set, const char *expected)
{
    g_autofree char *text = written(set);
    CHECK_STR(text, expected);
}

/* ---- against a bitmap --------------------------------------------------------------------- */

typedef struct Bitmap {
    gboolean has[N + 2]; /* 0 and N + 1: never */
} Bitmap;

static void bitmap_add(Bitmap *map, guint64 first, guint64 last)
{
    for (guint64 i = first; i <= last; i++)
        map->has[i] = TRUE;
}

static gboolean bitmap_contains(const Bitmap *map, const Bitmap *other)
{
    for (guint i = 1; i <= N; i++)
        if (other->has[i] && !map->has[i])
            return FALSE;
    return TRUE;
}

/* Members, canonical form and counts; the first difference is enough. */
static void check_equal(const SimIntervals *set, const Bitmap *map)
{
    guint32 n_ranges = 0;
    guint64 first_half = 0, all = 0;
    for (guint i = 1; i <= N; i++) {
        n_ranges += map->has[i] && !map->has[i - 1];
        first_half += map->has[i] && i <= N / 2;
        all += map->has[i] != 0;
        if (sim_intervals_has(set, i) != map->has[i])
            CHECK_INT(i, -1);
    }
    CHECK_UINT(set->n, n_ranges);
    CHECK_UINT(sim_intervals_count(set, 1, N / 2), first_half);
    CHECK_UINT(sim_intervals_count(set, N / 2 + 1, G_MAXUINT64), all - first_half);
    CHECK(!sim_intervals_has(set, 0) && !sim_intervals_has(set, N + 1));
    for (guint32 i = 0; i < set->n; i++) {
        const SimRange *range = sim_intervals_range(set, i);
        CHECK(range->first <= range->last);
        CHECK(i == 0 || sim_intervals_range(set, i - 1)->last + 1 < range->first);
    }
}

/* ---- claims ------------------------------------------------------------------------------- */

static void ranges_that_touch_become_one(void)
{
    SimIntervals set = {0};
    check_written(&set, "");
    sim_intervals_add(&set, 4, 5);
    sim_intervals_add(&set, 9, 9);
    check_written(&set, "4-5 9-9");
    sim_intervals_add(&set, 1, 1);
    check_written(&set, "1-1 4-5 9-9");
    sim_intervals_add(&set, 6, 8);
    check_written(&set, "1-1 4-9");
    sim_intervals_add(&set, 3, 2); /* none */
    check_written(&set, "1-1 4-9");
    sim_intervals_add(&set, 2, 20);
    check_written(&set, "1-20");
    sim_intervals_clear(&set);
    check_written(&set, "");
}

static void the_largest_number_is_a_number(void)
{
    SimIntervals set = {0};
    sim_intervals_add(&set, G_MAXUINT64, G_MAXUINT64);
    sim_intervals_add(&set, 1, 3);
    CHECK_UINT(set.n, 2);
    CHECK(sim_intervals_has(&set, G_MAXUINT64));
    sim_intervals_add(&set, 7, G_MAXUINT64);
    check_written(&set, "1-3 7-18446744073709551615");
    sim_intervals_add(&set, 4, G_MAXUINT64 - 1);
    CHECK_UINT(set.n, 1);
    sim_intervals_clear(&set);
}

static void a_set_of_one_range_needs_no_heap(void)
{
    SimIntervals set = {0}, copy, other = {0};
    sim_intervals_add(&set, 5, 9);
    sim_intervals_add(&set, 1, 4);
    sim_intervals_add(&other, 3, 30);
    sim_intervals_unite(&set, &other);
    sim_intervals_copy(&copy, &set);
    CHECK(!set.more && !copy.more);
    check_written(&copy, "1-30");
}

static void make(SimIntervals *set, Bitmap *map, guint members)
{
    *set = (SimIntervals){0};
    *map = (Bitmap){0};
    for (guint i = 0; i < 6; i++)
        if (members & 1u << i) {
            sim_intervals_add(set, i + 1, i + 1);
            bitmap_add(map, i + 1, i + 1);
        }
}

static void every_pair_of_small_sets_is_united_and_compared_as_bits_are(void)
{
    for (guint a = 0; a < 64; a++)
        for (guint b = 0; b < 64; b++) {
            SimIntervals x, y;
            Bitmap in_x, in_y, in_both = {0};
            make(&x, &in_x, a);
            make(&y, &in_y, b);
            for (guint i = 0; i <= N; i++)
                in_both.has[i] = in_x.has[i] || in_y.has[i];
            CHECK_INT(sim_intervals_contains(&x, &y), bitmap_contains(&in_x, &in_y));
            sim_intervals_unite(&x, &y);
            check_equal(&x, &in_both);
            check_equal(&y, &in_y);
            sim_intervals_clear(&x);
            sim_intervals_clear(&y);
        }
}

static void random_sets_have_what_bitmaps_have(void)
{
    enum { SETS = 4, STEPS = 20000 };
    SimRng rng;
    SimIntervals sets[SETS] = {0};
    Bitmap maps[SETS] = {0};
    sim_rng_seed(&rng, 5);
    for (guint step = 0; step < STEPS; step++) {
        guint one = sim_rng_bits(&rng) % SETS, other = sim_rng_bits(&rng) % SETS;
        guint64 first = 1 + sim_rng_bits(&rng) % N, length = sim_rng_bits(&rng) % (1 + step % 12);
        guint what = sim_rng_bits(&rng) % 32;
        if (what == 0) {
            sim_intervals_clear(&sets[one]);
            maps[one] = (Bitmap){0};
        } else if (what == 1 && one != other) {
            sim_intervals_clear(&sets[one]);
            sim_intervals_copy(&sets[one], &sets[other]);
            maps[one] = maps[other];
        } else if (what < 4) {
            sim_intervals_unite(&sets[one], &sets[other]);
            for (guint i = 1; i <= N; i++)
                maps[one].has[i] |= maps[other].has[i];
        } else {
            sim_intervals_add(&sets[one], first, MIN(first + length, N));
            bitmap_add(&maps[one], first, MIN(first + length, N));
        }
        test_row("step %u", step);
        check_equal(&sets[one], &maps[one]);
        CHECK_INT(sim_intervals_contains(&sets[one], &sets[other]),
                  bitmap_contains(&maps[one], &maps[other]));
    }
    test_row(NULL);
    for (guint i = 0; i < SETS; i++)
        sim_intervals_clear(&sets[i]);
}

static const TestCase cases[] = {
    TEST(ranges_that_touch_become_one),
    TEST(the_largest_number_is_a_number),
    TEST(a_set_of_one_range_needs_no_heap),
    TEST(every_pair_of_small_sets_is_united_and_compared_as_bits_are),
    TEST(random_sets_have_what_bitmaps_have),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("intervals", cases, argc, argv);
}
