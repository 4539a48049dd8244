/*
 * probe.h — a look at a scenario before it is run: a short piece of its first replication, without
 * faults.
 *
 * It tells how far followers will be behind (order: fifo makes a message wait for those before it,
 * so the lag of a busy stream exceeds the link's delay: the running maximum, simulated, not
 * approximated) and how much work the whole will be. The lag is deterministic; the speed is that of
 * this machine now.
 */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include "scenarios/format/scenario.h"

typedef struct CliProbedLag {
    int node;
    double p50, p99; /* ns; NaN where no entry was applied */
} CliProbedLag;

typedef struct CliProbe {
    double events;            /* of one replication, estimated */
    double events_per_second; /* handled by one thread here */
    CliProbedLag *lags;       /* of every node that follows, by number; owned */
    gsize n_lags;
} CliProbe;

void cli_probe(const RepSetup *setup, CliProbe *probe);
void cli_probe_clear(CliProbe *probe);
/* So many events one replication does not have, from a far shorter look: a bound that is far too
 * high, and enough for most scenarios. */
double cli_probe_most_events(const RepSetup *setup);

/* What all replications of all variants will come to, from probes of the variants. */
typedef struct CliWork {
    guint worlds;
    double events;
    double seconds; /* with `jobs` threads */
} CliWork;

CliWork cli_work(const ScnScenario *scenario, const CliProbe *probes, guint jobs);

#endif
