/*
 * verdict.h — pass, fail or inconclusive (semantics §9 "Verdicts").
 */
#ifndef ANA_VERDICT_H
#define ANA_VERDICT_H

#include "analysis/metrics.h"

typedef enum AnaVerdict { ANA_PASS, ANA_FAIL, ANA_INCONCLUSIVE } AnaVerdict;

/* The interval [low, high] inside the limit passes, outside it fails, across it is inconclusive.
 * `==` holds where low = high = limit, and fails where the limit is outside. */
AnaVerdict ana_verdict(AnaOp op, double limit, double low, double high);
const char *ana_verdict_name(AnaVerdict verdict); /* "pass", "fail", "inconclusive" */
const char *ana_op_text(AnaOp op);                /* "<", "<=", … */

#endif
