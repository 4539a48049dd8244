/*
 * export.h — results in the forms that other programs read: JUnit XML, OpenMetrics, NDJSON.
 *
 * Values are those of the JSON document; nothing here is rounded but the texts of failures.
 */
#ifndef ANA_EXPORT_H
#define ANA_EXPORT_H

#include "analysis/csv.h"

/* One test case for each expectation of each variant. An inconclusive one is skipped, with the
 * reason; so is one that fails in a variant that is not gated, as the exit status does not follow
 * it. `command` runs the same again. */
void ana_junit_write(const AnaResult *result, const char *scenario, const char *command,
                     GString *out);

/* A gauge for each measure, with its interval as _low and _high, in base units (seconds, ratios,
 * bytes); no time stamps: simulated time is not wall time. */
void ana_openmetrics_write(const AnaResult *result, const char *scenario, GString *out);

/* The rows of metrics.csv, each a JSON object on a line of its own. FALSE where the sink stopped
 * it. */
gboolean ana_ndjson_write(const AnaResult *result, const char *run, AnaSink sink, void *data);

#endif
