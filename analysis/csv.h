/*
 * csv.h — metrics.csv: one value a row, tidy (RFC 4180; lines end in CR LF).
 *
 *   run,variant,replication,metric,filter,stat,unit,value
 *
 * For each query a row per replication, by number, then one with an empty replication: the merged
 * value. `filter` holds filters and window, `metric` the argument, as in `downtime(writes)`. An
 * absent value is an empty field. Numbers are as in the JSON document.
 */
#ifndef ANA_CSV_H
#define ANA_CSV_H

#include "analysis/result.h"

/* Takes text on its way out; FALSE stops the writing. */
typedef gboolean (*AnaSink)(void *data, const char *text, gsize length);

/* FALSE where the sink stopped it. */
gboolean ana_csv_write(const AnaResult *result, const char *run, AnaSink sink, void *data);

/* A field, quoted where it must be. */
void ana_csv_append_field(GString *out, const char *text);

#endif
