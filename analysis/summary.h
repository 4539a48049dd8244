/*
 * summary.h — the JSON document of a run: semantics §10, `format` 1.
 *
 * Everything in it follows from the scenario, the seed and the version: no wall-clock time, host
 * name or path. The same result gives the same bytes.
 *
 * Beyond the keys that semantics §10 shows: `planned` where the run is partial (then `replications`
 * is the number that was used); a variant's own `seed` where it differs from the document's;
 * `censored` (entries whose lag was cut off by the end) and `undrained` (some run had not drained)
 * where they apply; `"per": "operation"` for costs; of a check, `bound` where nothing was seen,
 * `limit` where it is relative to the baseline, `why` where it is inconclusive, and
 * `offence` where a history is not linearizable. A maximum has no `low` and `high`.
 */
#ifndef ANA_SUMMARY_H
#define ANA_SUMMARY_H

#include "analysis/result.h"

typedef struct AnaScenarioName {
    const char *name, *sha256;
} AnaScenarioName;

/* Appends the document, with a newline at its end. `scenario` is an object for one scenario, a list
 * for several. The result must be finished. */
void ana_summary_write(const AnaResult *result, const char *version,
                       const AnaScenarioName *scenarios, gsize n_scenarios, GString *out);

#endif
