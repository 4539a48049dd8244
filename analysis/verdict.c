/* verdict.c — an interval against a limit; see verdict.h. */
#include "analysis/verdict.h"

#include "sim/check.h"

static AnaVerdict decide(gboolean holds, gboolean is_violated)
{
    return holds ? ANA_PASS : is_violated ? ANA_FAIL : ANA_INCONCLUSIVE;
}

AnaVerdict ana_verdict(AnaOp op, double limit, double low, double high)
{
    switch (op) {
    case ANA_LESS:
        return decide(high < limit, low >= limit);
    case ANA_LESS_EQUAL:
        return decide(high <= limit, low > limit);
    case ANA_GREATER:
        return decide(low > limit, high <= limit);
    case ANA_GREATER_EQUAL:
        return decide(low >= limit, high < limit);
    case ANA_EQUAL:
        return decide(low == limit && high == limit, high < limit || low > limit);
    }
    SIM_UNREACHABLE();
}

const char *ana_verdict_name(AnaVerdict verdict)
{
    static const char *const names[] = {
        [ANA_PASS] = "pass", [ANA_FAIL] = "fail", [ANA_INCONCLUSIVE] = "inconclusive"};
    return names[verdict];
}

const char *ana_op_text(AnaOp op)
{
    static const char *const texts[] = {[ANA_LESS] = "<",
                                        [ANA_LESS_EQUAL] = "<=",
                                        [ANA_GREATER] = ">",
                                        [ANA_GREATER_EQUAL] = ">=",
                                        [ANA_EQUAL] = "=="};
    return texts[op];
}
