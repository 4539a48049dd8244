/*
 * tables.h — the tool that computes the tables of sim/detmath and sim/ziggurat, with MPFR.
 *
 * Each function returns the whole text of one generated C file. tests/unit/test_tables compares
 * them with the files that are checked in; with UPDATE_GOLDEN=1 it writes them.
 */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include <glib.h>

/* Text of sim/detmath_tables.c; free with g_free(). */
char *test_tables_detmath(void);
/* Text of sim/ziggurat_tables.c; free with g_free(). */
char *test_tables_ziggurat(void);

#endif
