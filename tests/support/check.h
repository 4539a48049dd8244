/*
 * check.h — assertions that print their operands, and the skeleton of a test program.
 *
 * A test module is a program: a static const TestCase table and
 *   int main(int argc, char **argv) { return test_main("module", cases, argc, argv); }
 * A test's name is a claim. With arguments, only tests whose name contains one of them run.
 * The CUnit run summary is the last thing printed.
 *
 * Assertions count into CUnit and go on, so that one run shows every failure of a test.
 */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <glib.h>
#include <stdbool.h>

typedef struct TestCase {
    const char *name;
    void (*run)(void);
} TestCase;

/* A row of the table: the claim is the function's name. */
#define TEST(claim)                                                                                \
    {                                                                                              \
#claim, claim                                                                              \
    }

/* `cases` is ended by a zero entry. Returns the exit status for main(). */
int test_main(const char *module, const TestCase *cases, int argc, char **argv);

/* Row of a table loop, printed with failures until cleared with NULL; printf-like. */
void test_row(const char *format, ...) __attribute__((format(printf, 1, 2)));

void test_true(bool holds, const char *text, const char *file, int line);
void test_int_eq(gint64 a, gint64 b, const char *text, const char *file, int line);
void test_uint_eq(guint64 a, guint64 b, const char *text, const char *file, int line);
void test_double_near(double a, double b, double tolerance, const char *text, const char *file,
                      int line);
void test_str_eq(const char *a, const char *b, const char *text, const char *file, int line);

#define CHECK(condition) test_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(a, b) test_int_eq((gint64)(a), (gint64)(b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_UINT(a, b) test_uint_eq((guint64)(a), (guint64)(b), #a " == " #b, __FILE__, __LINE__)
/* |a - b| <= tolerance (absolute) */
#define CHECK_NEAR(a, b, tolerance)                                                                \
    test_double_near((a), (b), (tolerance), #a " ~ " #b, __FILE__, __LINE__)
/* |a - b| <= tolerance * |b| */
#define CHECK_CLOSE(a, b, tolerance)                                                               \
    test_double_near((a), (b), (tolerance) * ((b) < 0 ? -(b) : (b)), #a " ~ " #b, __FILE__,        \
                     __LINE__)
#define CHECK_STR(a, b) test_str_eq((a), (b), #a " == " #b, __FILE__, __LINE__)

#endif
