/*
 * test_tables.c — the generated tables are those that MPFR gives, and have the properties that the
 * code built on them relies on.
 *
 * With UPDATE_GOLDEN=1 the files in the source tree are written instead of compared.
 */
#include "sim/detmath_private.h"
#include "sim/ziggurat.h"
#include "tests/support/check.h"
#include "tests/support/tables.h"

#include <math.h>

static void check_file(const char *path, char *expected)
{
    char *full = g_build_filename(REPLSIM_SOURCE_DIR, path, NULL), *found = NULL;
    if (g_getenv("UPDATE_GOLDEN"))
        g_file_set_contents(full, expected, -1, NULL);
    CHECK(g_file_get_contents(full, &found, NULL, NULL));
    CHECK(g_strcmp0(found, expected) == 0);
    g_free(found);
    g_free(expected);
    g_free(full);
}

static void checked_in_tables_are_those_that_mpfr_gives(void)
{
    check_file("sim/detmath_tables.c", test_tables_detmath());
    check_file("sim/ziggurat_tables.c", test_tables_ziggurat());
}

/* The first step of log takes m * c - 1 as exact and |log c| >= |m c - 1|. m * c - 1 is exact when
 * it is a multiple of 2^-61 below 2^-8. */
static void log_rows_leave_an_exact_small_remainder(void)
{
    for (guint64 i = 0; i < SIM_LOG_ROWS; i++) {
        const SimLogRow *row = &sim_log_table[i];
        double from = sim_bits_double(SIM_LOG_OFFSET + (i << (52 - SIM_LOG_INDEX_BITS)));
        double to = sim_bits_double(SIM_LOG_OFFSET + ((i + 1) << (52 - SIM_LOG_INDEX_BITS)));
        test_row("row %d, [%g, %g)", (int)i, from, to);
        CHECK(fmod(row->c, to <= 1.0 ? 0x1p-8 : 0x1p-9) == 0.0);
        CHECK(fabs(from * row->c - 1.0) <= 0x1p-8 && fabs(to * row->c - 1.0) <= 0x1p-8);
        CHECK(row->c == 1.0 || fabs(row->hi) >= fabs(from * row->c - 1.0));
        CHECK(row->c == 1.0 || fabs(row->hi) >= fabs(to * row->c - 1.0));
        CHECK(fmod(row->hi, 0x1p-42) == 0.0 && fabs(row->lo) <= 0x1p-43);
    }
    test_row(NULL);
}

/* The layers' cores cover the share that ziggurat.h states. The places where the tails begin are
 * those that Marsaglia and Tsang print for 256 layers. */
static void most_draws_end_in_the_core(void)
{
    double exponential = 0, normal = 0;
    for (int i = 0; i < SIM_ZIGGURAT_LAYERS; i++) {
        exponential += (double)sim_ziggurat_exponential[i].core * 0x1p-61;
        normal += (double)sim_ziggurat_normal[i].core * 0x1p-61;
    }
    CHECK_NEAR(exponential, 0.978, 0.0005);
    CHECK_NEAR(normal, 0.985, 0.0005);
    CHECK_NEAR(sim_ziggurat_exponential_r, 7.69711747013104972, 1e-15);
    CHECK_NEAR(sim_ziggurat_normal_r, 3.6541528853610088, 1e-15);
}

int main(int argc, char **argv)
{
    static const TestCase cases[] = {
        {"checked_in_tables_are_those_that_mpfr_gives",
         checked_in_tables_are_those_that_mpfr_gives},
        {"log_rows_leave_an_exact_small_remainder", log_rows_leave_an_exact_small_remainder},
        {"most_draws_end_in_the_core", most_draws_end_in_the_core},
        {0}};
    return test_main("tables", cases, argc, argv);
}
