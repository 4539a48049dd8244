/*
 * runs.h — scenarios run and measured: where setups, worlds, meters and results meet.
 *
 * All variants of all files are run side by side: replication by replication, so that what is
 * finished when a run is stopped can be compared. Files with different numbers of replications are
 * run one group after the other.
 */
#ifndef CLI_RUNS_H
#define CLI_RUNS_H

#include "analysis/result.h"
#include "cli/input.h"
#include "cli/status.h"

typedef struct CliRunsRequest {
    CliInput *const *inputs; /* each with a scenario */
    guint n_inputs;
    char **metrics;        /* --metric: further questions; or NULL */
    char **gate;           /* --gate: these decide the exit status; NULL: the files' own */
    gint64 replication;    /* this one alone, by number; -1: all */
    guint jobs;            /* threads */
    guint64 event_budget;  /* of all worlds together */
    gboolean keeps_course; /* the course of runs too, for the report */
    gboolean reference;    /* worlds without shortcuts: slower, the same digests */
} CliRunsRequest;

typedef struct CliRunVariant {
    const CliInput *input;
    const ScnVariant *variant;
    char *name; /* STEM:VARIANT where there are several files; owned */
    AnaPlan *plan;
    guint first, n;    /* replications */
    guint64 *arrivals; /* per replication */
} CliRunVariant;

typedef struct CliRuns {
    CliRunVariant *variants;
    guint n_variants;
    gssize baseline; /* or -1: it was left out */
    AnaResult *result;
    gboolean interrupted;
    char *overflow; /* what had grown when the event budget was used up; NULL: nothing */
    char *overflow_variant;
    gboolean is_full; /* … or when no more could be kept pending */
    double seconds;   /* of wall-clock time */
} CliRuns;

/* Plans everything, without running: CLI_OK, or CLI_USAGE after an error. */
CliStatus cli_runs_prepare(const CliRunsRequest *request, CliRuns *runs);
/* Runs all worlds, showing progress, until done or interrupted. */
void cli_runs_execute(const CliRunsRequest *request, CliRuns *runs);
void cli_runs_clear(CliRuns *runs);

guint cli_runs_worlds(const CliRuns *runs);
guint64 cli_runs_events(const CliRuns *runs);
/* Open-loop operations of one variant over the replications that are in the result. */
guint64 cli_runs_operations(const CliRuns *runs, guint variant);
gboolean cli_runs_same_world(const CliRuns *runs);

#endif
