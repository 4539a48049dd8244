/* probe.c — see probe.h. */
#include "cli/probe.h"

#include "cli/world_view.h"
#include "models/world.h"

#include <math.h>

#define OPERATIONS 30000.0 /* enough for a p99 of a few hundred writes; some 20 ms of work */
#define EVENTS_MAX 1000000u
/* Some 1 ms of work, enough for the order of magnitude of events: what so few operations miss comes
 * more rarely than they do, and a hundred times what was seen leaves room for it. */
#define FEW_OPERATIONS 500.0
#define ROOM 100

static double client_rate(const RepClientSetup *client)
{
    if (!client->rate.closed)
        return sim_arrivals_rate(&client->rate.open);
    /* At most one operation per session and pause; at least the pause of 1 ms is assumed. */
    double think = client->rate.think ? sim_dist_mean(client->rate.think, 0) : 0;
    return (double)client->rate.sessions / (fmax(think, 1e6) / 1e9);
}

static SimSpan probe_length(const RepSetup *setup, double operations)
{
    double rate = 0;
    for (gsize i = 0; i < setup->n_clients; i++)
        rate += client_rate(&setup->clients[i]);
    double length = rate > 0 ? operations / rate * 1e9 : (double)setup->duration; /* scripts only */
    length = fmin(fmax(length, 1), (double)setup->duration);
    return (SimSpan)length;
}

static double measured(const AnaPlan *plan, const AnaCell *cells, int node, AnaStat stat)
{
    AnaQuery query = ana_query_of(ana_metric_find("lag"));
    query.node = node;
    query = ana_query_with(&query, stat);
    gssize at = ana_plan_find(plan, &query);
    return at < 0 ? (double)NAN : ana_cell_value(&query, &cells[ana_plan_cell_of(plan, (gsize)at)]);
}

static void read_lags(const AnaPlan *plan, const AnaWorld *world, const AnaCell *cells,
                      CliProbe *probe)
{
    probe->lags = g_new0(CliProbedLag, world->n_nodes + 1);
    for (gsize i = 0; i < world->n_nodes; i++) {
        if (!ana_world_follows(world, i))
            continue;
        probe->lags[probe->n_lags++] =
            (CliProbedLag){.node = (int)i,
                           .p50 = measured(plan, cells, (int)i, ANA_STAT_P50),
                           .p99 = measured(plan, cells, (int)i, ANA_STAT_P99)};
    }
}

/* Shares what the setup points to; never freed as a setup. */
static RepSetup piece_of(const RepSetup *setup, double operations)
{
    RepSetup piece = *setup;
    piece.duration = probe_length(setup, operations);
    piece.warmup = MIN(setup->warmup, piece.duration / 10);
    piece.n_faults = 0;
    return piece;
}

/* Of the whole, from those of a piece. */
static double all_events(const RepSetup *setup, const RepSetup *piece, const RepRunResult *result)
{
    SimSpan seen = MIN(MAX(result->ended_at, 1), piece->duration);
    return (double)result->events * ((double)setup->duration / (double)seen);
}

double cli_probe_most_events(const RepSetup *setup)
{
    RepSetup piece = piece_of(setup, FEW_OPERATIONS);
    g_autoptr(RepWorld) world = rep_world_new(&piece, 0, NULL, NULL);
    RepRunResult result = rep_world_run(world, EVENTS_MAX, NULL);
    g_free(result.overflow);
    return ROOM * all_events(setup, &piece, &result);
}

void cli_probe(const RepSetup *setup, CliProbe *probe)
{
    RepSetup piece = piece_of(setup, OPERATIONS);
    *probe = (CliProbe){0};
    g_autoptr(CliWorldView) view = cli_world_view_new(&piece);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, NULL, 0);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    g_autoptr(RepWorld) world = rep_world_new(&piece, 0, NULL, NULL);
    rep_world_observe(world, ana_meters_observer(meters));
    gint64 started = g_get_monotonic_time();
    RepRunResult result = rep_world_run(world, EVENTS_MAX, NULL);
    double seconds = (double)(g_get_monotonic_time() - started) / 1e6;
    g_free(result.overflow);
    probe->events = all_events(setup, &piece, &result);
    probe->events_per_second = (double)result.events / fmax(seconds, 1e-6);
    if (result.end == REP_RUN_DRAINED || result.end == REP_RUN_NOT_DRAINED)
        read_lags(plan, &view->world, ana_meters_cells(meters), probe);
}

void cli_probe_clear(CliProbe *probe)
{
    g_free(probe->lags);
    *probe = (CliProbe){0};
}

CliWork cli_work(const ScnScenario *scenario, const CliProbe *probes, guint jobs)
{
    CliWork work = {0};
    double seconds = 0;
    for (gsize i = 0; i < scenario->n_variants; i++) {
        gint64 replications = scenario->variants[i].setup->replications;
        double events = probes[i].events * (double)replications;
        work.worlds += (guint)replications;
        work.events += events;
        seconds += events / fmax(probes[i].events_per_second, 1);
    }
    work.seconds = seconds / (double)MIN(MAX(jobs, 1), MAX(work.worlds, 1));
    return work;
}
