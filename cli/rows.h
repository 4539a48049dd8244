/*
 * rows.h — which measures a table of results shows, and what they are called there.
 *
 * At most CLI_ROWS_SHOWN unless all are asked for: every measure named in `expect`, then those that
 * differ between variants, then latency and downtime (ux.md §5.6). Short runs stay short.
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "analysis/result.h"
#include "cli/runs.h"

#define CLI_ROWS_SHOWN 9u

typedef struct CliRow {
    char *name;      /* of the query: "write.latency.p99{client_region=eu} before outage" */
    char *label;     /* for people: "write latency p99, eu clients, before outage" */
    AnaQuery query;  /* in the numbering of the first variant that has it */
    gssize *numbers; /* per variant: of the query in its plan, or -1 */
} CliRow;

/* Of CliRow *. */
GPtrArray *cli_rows_new(const CliRuns *runs, gboolean all);
/* All that a short table chooses from. */
GPtrArray *cli_rows_candidates(const CliRuns *runs);
/* The row of one query of a variant's plan. */
CliRow *cli_row_of(const CliRuns *runs, guint variant, gsize query);
void cli_row_free(gpointer row);

/* "write latency p99, eu clients, before outage"; caller frees. */
char *cli_query_label(const AnaPlan *plan, const AnaQuery *query);
/* The same of a measure as metrics.csv names it, and whether it is one of those that a short table
 * chooses from. */
char *cli_parts_label(const AnaMetric *metric, const AnaQueryParts *parts);
gboolean cli_rows_is_headline(const AnaMetric *metric, const AnaQueryParts *parts);

#endif
