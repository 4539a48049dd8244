/*
 * detmath.h — elementary functions with the same bits everywhere.
 *
 * glibc's log, exp and pow depend on the CPU (FMA or not) in the last bit, so nothing whose bits
 * matter may call them: not the simulation, not the statistics that reach summary.json. These are
 * built from + - * / and sqrt alone, compiled without contraction, so gcc and clang, -O0 and -O3,
 * x86-64 and arm64 agree to the bit.
 *
 * Accuracy: sim_log, sim_exp and sim_pow are correctly rounded on all inputs tried against MPFR
 * (tests/unit/test_detmath.c): a fast first step with an error bound, and a double-double second
 * step where the bound does not decide the rounding. The others state their own error.
 *
 * Special values follow C17 Annex F; no errno, no floating-point exceptions are promised.
 */
#ifndef SIM_DETMATH_H
#define SIM_DETMATH_H

/* C's INFINITY and NAN are floats, which -Wdouble-promotion objects to. */
#define SIM_INFINITY ((double)__builtin_inf())
#define SIM_NAN ((double)__builtin_nan(""))

/* fmin and fmax leave open which zero they return; these take the second of equal ones. */
static inline double sim_smaller(double a, double b)
{
    return a < b ? a : b;
}

static inline double sim_larger(double a, double b)
{
    return a > b ? a : b;
}

double sim_log(double x);
double sim_exp(double x);
/* exp for samplers: error below 1 ulp, a third of the cost; portable like the rest. Normal results
 * only: -708 < x < 709, and sim_exp() otherwise. */
double sim_exp_close(double x);
double sim_pow(double base, double exponent); /* base >= 0; negative bases give NaN */
double sim_log1p(double x);                   /* error below 1 ulp */
double sim_expm1(double x);                   /* error below 1 ulp */

/* log Gamma(x) for x > 0; relative error below 1e-13. */
double sim_log_gamma(double x);

/* Standard normal: P(Z <= z), P(Z > z), and the z with P(Z <= z) = p for 0 < p < 1.
 * Relative error below 1e-13 (in the tails too). */
double sim_normal_cdf(double z);
double sim_normal_tail(double z);
double sim_normal_quantile(double p);

/* Standard normal density, relative error below 1e-15. */
double sim_normal_density(double z);
/* Mills' ratio tail(z) / density(z), z >= -2: finite where both have underflowed; relative error
 * below 1e-13. */
double sim_normal_mills(double z);

/* Regularised incomplete beta function I_x(a, b), 0 <= x <= 1; relative error below 1e-12 for
 * a, b >= 0.1 (Student's t needs 1/2), less exact below where x is close to 1. Base of Student's t
 * and of exact binomial bounds. Work grows as sqrt(a + b). */
double sim_incomplete_beta(double a, double b, double x);
/* Regularised lower incomplete gamma function P(a, x), a > 0, x >= 0; relative error below 1e-12.
 * Base of exact Poisson bounds. Work grows as sqrt(a). */
double sim_incomplete_gamma(double a, double x);

#endif
