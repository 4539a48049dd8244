/*
 * stale_reads.h — the stale reads of a run, one by one: found by simulating its replications again
 * with the meters that counted them.
 */
#ifndef CLI_STALE_READS_H
#define CLI_STALE_READS_H

#include "analysis/meters.h"
#include "cli/replay.h"

typedef struct CliStaleReads {
    GArray *reads; /* AnaStaleRead, the oldest answers first: by age, replication, invocation */
    guint replications;
} CliStaleReads;

/* Of all replications of the variant, or (only >= 0) of one. CLI_OK, CLI_INTERRUPTED, or CLI_USAGE
 * after an error. Cleared in every case by cli_stale_reads_clear(). */
CliStatus cli_stale_reads_find(const CliReplay *replay, gint64 only, CliStaleReads *found);
void cli_stale_reads_clear(CliStaleReads *found);

/* "worst", "typical" (the median age) or a number from 1, the worst. NULL after an error. */
const AnaStaleRead *cli_stale_reads_pick(const CliStaleReads *found, const char *which,
                                         const CliReplay *replay);
/* Share of all stale reads that are less old. */
double cli_stale_reads_rank(const CliStaleReads *found, SimSpan age);

#endif
