/*
 * detmath_private.h — what the files of detmath share: first steps, second steps, tables.
 *
 * A first step gives hi + lo with an error that is stated and small; its caller rounds when adding
 * and subtracting that error does not change the result (Ziv 1991), and asks the second step, in
 * double-double arithmetic, otherwise.
 */
#ifndef SIM_DETMATH_PRIVATE_H
#define SIM_DETMATH_PRIVATE_H

#include "sim/dd.h"

#include <float.h>
#include <stdbool.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be computed as doubles");

/* ---- Tables (detmath_tables.c) ------------------------------------------------------------ */

/* log: x = 2^k m with m in [SIM_LOG_OFFSET as a double, twice that); the next bits of m after the
 * offset's choose the row. */
#define SIM_LOG_INDEX_BITS 8
#define SIM_LOG_ROWS 256
#define SIM_LOG_OFFSET UINT64_C(0x3fe6000000000000) /* 0.6875 */
#define SIM_LOG_GRID_BITS 42

typedef struct SimLogRow {
    double c;      /* about 1/m, a multiple of 2^-8 or 2^-9 */
    double hi, lo; /* -log(c); hi is a multiple of 2^-42, so that k log(2) + hi is exact */
} SimLogRow;

/* exp: row i holds 2^(i / SIM_EXP_ROWS) = head + rest, head having 26 bits. */
#define SIM_EXP_ROWS 256

typedef struct SimExpRow {
    double head, rest;
} SimExpRow;

extern const SimLogRow sim_log_table[SIM_LOG_ROWS];
extern const SimExpRow sim_exp_table[SIM_EXP_ROWS];

/* log(2) = hi + lo; hi has 42 bits after the point, so its multiples by up to 2^11 are exact. */
#define SIM_LN2_HI 0x1.62e42fefa38p-1
#define SIM_LN2_LO 0x1.ef35793c7673p-45

/* ---- First steps (detmath.c) -------------------------------------------------------------- */

/* log(x) for normal or subnormal x > 0 with a relative error below 2^-65; lo may be up to
 * 2^-17 hi. */
SimDD sim_log_first(double x);

/* exp(x) = 2^k (result), result in [0.99, 2.01], with an error below 2^-67; needs |x| < 750. lo of
 * the result may be up to 2^-17. */
SimDD sim_exp_first(double x, int *k);

/* ---- Second steps (detmath_exact.c) ------------------------------------------------------- */

/* log(x), relative error below 2^-98. */
SimDD sim_log_second(double x);
/* exp(x) = 2^k (result), relative error below 2^-96; needs |x.hi| < 750. */
SimDD sim_exp_second(SimDD x, int *k);
/* 2^k x rounded once, also where the result is subnormal or infinite; x.hi > 0. */
double sim_round_scaled(SimDD x, int k);
/* 2^k mantissa rounded once, ties to even; mantissa > 0. */
double sim_round_integer(uint64_t mantissa, int k);
/* Whether base^exponent (base > 0) is a number of at most 62 bits, mantissa 2^k with an odd
 * mantissa; only such can lie on a tie of the rounding. */
bool sim_exact_power(double base, double exponent, uint64_t *mantissa, int *k);

#endif
