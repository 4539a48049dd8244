/* check.c — assertions on top of CUnit; see check.h. */
#include "tests/support/check.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_PRINTED 20

static char row[256];
static unsigned n_printed;

void test_row(const char *format, ...)
{
    row[0] = '\0';
    if (!format)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(row, sizeof row, format, arguments);
    va_end(arguments);
}

static void report(bool holds, const char *text, const char *operands, const char *file, int line)
{
    char *message = holds ? NULL
                          : g_strdup_printf("%s%s%s%s%s", text, *operands ? "   " : "", operands,
                                            *row ? "   row: " : "", row);
    if (!holds && n_printed++ < MOST_PRINTED)
        fprintf(stderr, "%s:%d: %s\n", file, line, message);
    CU_assertImplementation(holds, (unsigned)line, message ? message : text, file, "", CU_FALSE);
    g_free(message);
}

void test_true(bool holds, const char *text, const char *file, int line)
{
    report(holds, text, "", file, line);
}

void test_int_eq(gint64 a, gint64 b, const char *text, const char *file, int line)
{
    char operands[80];
    snprintf(operands, sizeof operands, "%" G_GINT64_FORMAT " != %" G_GINT64_FORMAT, a, b);
    report(a == b, text, operands, file, line);
}

void test_uint_eq(guint64 a, guint64 b, const char *text, const char *file, int line)
{
    char operands[80];
    snprintf(operands, sizeof operands, "%" G_GUINT64_FORMAT " != %" G_GUINT64_FORMAT, a, b);
    report(a == b, text, operands, file, line);
}

void test_double_near(double a, double b, double tolerance, const char *text, const char *file,
                      int line)
{
    char operands[120];
    snprintf(operands, sizeof operands, "%.17g against %.17g, tolerance %.3g", a, b, tolerance);
    report(fabs(a - b) <= tolerance || a == b, text, operands, file, line);
}

void test_str_eq(const char *a, const char *b, const char *text, const char *file, int line)
{
    char *operands =
        g_strdup_printf("\n--- got\n%s\n--- expected\n%s\n---", a ? a : "(null)", b ? b : "(null)");
    report(g_strcmp0(a, b) == 0, text, operands, file, line);
    g_free(operands);
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strstr(name, argv[i]))
            return true;
    return argc < 2;
}

int test_main(const char *module, const TestCase *cases, int argc, char **argv)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 2;
    CU_pSuite suite = CU_add_suite(module, NULL, NULL);
    for (const TestCase *test = cases; test->name; test++)
        if (is_wanted(test->name, argc, argv))
            CU_add_test(suite, test->name, test->run);
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures ? 1 : 0;
}
