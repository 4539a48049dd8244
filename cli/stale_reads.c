/* stale_reads.c — see stale_reads.h. */
#include "cli/stale_reads.h"

#include "cli/interrupt.h"
#include "cli/world_view.h"
#include "scenarios/format/runner.h"

#include <string.h>

#define POLL_US 50000

typedef struct Search {
    AnaPlan *plan;
    CliStaleReads *found;
    gboolean is_over; /* the event budget */
} Search;

static void *begin(void *self, guint variant, guint replication, RepWorld *world)
{
    const Search *search = self;
    AnaMeters *meters = ana_meters_new(search->plan);
    rep_world_observe(world, ana_meters_observer(meters));
    return meters;
}

static void finished(void *self, guint variant, guint replication, void *watch,
                     const RepRunResult *result)
{
    Search *search = self;
    AnaMeters *meters = watch;
    g_autoptr(GArray) reads = ana_meters_take_stale_reads(meters);
    if (result->end == REP_RUN_OVER_BUDGET || result->end == REP_RUN_FULL)
        search->is_over = TRUE;
    for (guint i = 0; i < reads->len; i++)
        g_array_index(reads, AnaStaleRead, i).replication = replication;
    g_array_append_vals(search->found->reads, reads->data, reads->len);
    search->found->replications++;
    ana_meters_free(meters);
}

static gint by_age(gconstpointer a, gconstpointer b)
{
    const AnaStaleRead *one = a, *other = b;
    gint64 keys[][2] = {{other->age, one->age},
                        {one->replication, other->replication},
                        {one->began, other->began},
                        {one->client, other->client},
                        {(gint64)one->number, (gint64)other->number}};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

CliStatus cli_stale_reads_find(const CliReplay *replay, gint64 only, CliStaleReads *found)
{
    const RepSetup *setup = replay->variant->setup;
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, NULL, 0);
    const char *name = replay->name;
    guint first, n;
    *found = (CliStaleReads){.reads = g_array_new(FALSE, FALSE, sizeof(AnaStaleRead))};
    Search search = {.plan = plan, .found = found};
    ana_plan_keep_stale_reads(plan);
    cli_replay_replications(replay, &first, &n);
    ScnRunPlan asked = {.setups = &setup,
                        .variants = &name,
                        .n_variants = 1,
                        .first_replication = only >= 0 ? (guint)only : first,
                        .n_replications = only >= 0 ? 1 : n,
                        .n_jobs = g_get_num_processors(),
                        .event_budget = replay->budget,
                        .scenario = replay->input->shown,
                        .watcher = {&search, begin, finished}};
    ScnRun *run = scn_run_start(&asked);
    cli_interrupt_watch(run);
    while (!scn_run_wait(run, POLL_US))
        continue;
    gboolean interrupted = cli_interrupt_end();
    scn_run_free(run);
    g_array_sort(found->reads, by_age);
    if (interrupted)
        return CLI_INTERRUPTED;
    if (!search.is_over)
        return CLI_OK;
    cli_error("a replication is over the event budget of %" G_GUINT64_FORMAT, replay->budget);
    cli_hint("--event-budget N allows more");
    return CLI_USAGE;
}

void cli_stale_reads_clear(CliStaleReads *found)
{
    g_clear_pointer(&found->reads, g_array_unref);
}

const AnaStaleRead *cli_stale_reads_pick(const CliStaleReads *found, const char *which,
                                         const CliReplay *replay)
{
    guint64 number = 1;
    if (strcmp(which, "typical") == 0)
        number = found->reads->len / 2 + 1;
    else if (strcmp(which, "worst") != 0 &&
             !g_ascii_string_to_unsigned(which, 10, 1, G_MAXUINT32, &number, NULL)) {
        cli_error("which stale read? stale:worst, stale:typical, or stale:3 for the third worst; "
                  "not 'stale:%s'",
                  which);
        return NULL;
    }
    if (number <= found->reads->len)
        return &g_array_index(found->reads, AnaStaleRead, number - 1);
    if (found->reads->len == 0)
        cli_error("%s answered no stale read in %u replication%s", replay->name,
                  found->replications, found->replications == 1 ? "" : "s");
    else
        cli_error("%s answered %u stale reads, so there is no stale:%s", replay->name,
                  found->reads->len, which);
    return NULL;
}

double cli_stale_reads_rank(const CliStaleReads *found, SimSpan age)
{
    guint younger = 0;
    for (guint i = 0; i < found->reads->len; i++)
        younger += g_array_index(found->reads, AnaStaleRead, i).age < age ? 1 : 0;
    return found->reads->len ? (double)younger / found->reads->len : 0;
}
