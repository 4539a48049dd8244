/* course.c — see course.h. */
#include "analysis/course.h"

#include "sim/check.h"
#include "sim/detmath.h"

/* Lag is kept in eighths of an octave. */
enum { FIRST_OCTAVE = 13, LAST_OCTAVE = 42, EIGHTHS = 8 };
enum { BUCKETS = (LAST_OCTAVE - FIRST_OCTAVE + 1) * EIGHTHS };

typedef struct Tally {
    guint32 ok, all;
} Tally;

struct AnaCourse {
    SimSpan cell, lag_cell;
    SimTime duration;
    guint n_cells, n_lag_cells;
    Tally *tallies[2]; /* by kind: [cell] */
    gsize n_nodes;
    guint32 **lag; /* by node: [cell * BUCKETS + bucket]; NULL: none yet, or none is kept */
    gboolean *is_kept;
    guint64 reads[ANA_COURSE_BINS], stale[ANA_COURSE_BINS];
};

AnaCourse *ana_course_new(const AnaWorld *world)
{
    AnaCourse *course = g_new0(AnaCourse, 1);
    const SimSpan least = 100 * SIM_MS;
    SimSpan longest = least * ANA_COURSE_CELLS;
    course->duration = world->duration;
    course->cell = least * MAX((world->duration + longest - 1) / longest, 1);
    course->n_cells = (guint)((world->duration + course->cell - 1) / course->cell);
    course->lag_cell = course->cell * ANA_COURSE_COARSE;
    course->n_lag_cells = (guint)((world->duration + course->lag_cell - 1) / course->lag_cell);
    for (int kind = 0; kind < 2; kind++)
        course->tallies[kind] = g_new0(Tally, course->n_cells + 1);
    course->n_nodes = world->n_nodes;
    course->lag = g_new0(guint32 *, world->n_nodes + 1);
    course->is_kept = g_new0(gboolean, world->n_nodes + 1);
    for (gsize node = 0; node < MIN(world->n_nodes, ANA_COURSE_NODES); node++)
        course->is_kept[node] = TRUE;
    return course;
}

void ana_course_free(AnaCourse *course)
{
    if (!course)
        return;
    for (gsize node = 0; node < course->n_nodes; node++)
        g_free(course->lag[node]);
    g_free(course->lag);
    g_free(course->is_kept);
    g_free(course->tallies[0]);
    g_free(course->tallies[1]);
    g_free(course);
}

static gsize lag_size(const AnaCourse *course)
{
    return (gsize)course->n_lag_cells * BUCKETS;
}

void ana_course_merge(AnaCourse *into, const AnaCourse *from)
{
    SIM_CHECK(into->n_cells == from->n_cells && into->n_nodes == from->n_nodes,
              "course of other worlds: %u and %u cells", into->n_cells, from->n_cells);
    for (int kind = 0; kind < 2; kind++)
        for (guint cell = 0; cell < into->n_cells; cell++) {
            into->tallies[kind][cell].ok += from->tallies[kind][cell].ok;
            into->tallies[kind][cell].all += from->tallies[kind][cell].all;
        }
    for (gsize node = 0; node < into->n_nodes; node++) {
        if (!from->lag[node])
            continue;
        if (!into->lag[node])
            into->lag[node] = g_new0(guint32, lag_size(into));
        for (gsize i = 0; i < lag_size(into); i++)
            into->lag[node][i] += from->lag[node][i];
    }
    for (guint bin = 0; bin < ANA_COURSE_BINS; bin++) {
        into->reads[bin] += from->reads[bin];
        into->stale[bin] += from->stale[bin];
    }
}

/* ---- what meters tell it ------------------------------------------------------------------ */

void ana_course_operation(AnaCourse *course, const RepOperationSeen *operation)
{
    if (operation->outcome == REP_NOT_STARTED || operation->began >= course->duration)
        return;
    Tally *tally = &course->tallies[operation->kind == REP_WRITE][operation->began / course->cell];
    tally->all++;
    tally->ok += operation->outcome == REP_OK ? 1 : 0;
}

/* Time since a write is kept in quarters of octaves, behind a bin for what is shorter. */
enum { FIRST_SINCE = 16, QUARTERS = 4 };

void ana_course_read(AnaCourse *course, SimSpan since, gboolean is_stale)
{
    guint bin = 0;
    if (since < 0 || since >= ANA_COURSE_SINCE)
        return;
    if (since >= (SimSpan)1 << FIRST_SINCE) {
        guint octave = 63 - (guint)__builtin_clzll((guint64)since);
        bin = 1 + (octave - FIRST_SINCE) * QUARTERS + (guint)((guint64)since >> (octave - 2) & 3);
    }
    course->reads[bin]++;
    course->stale[bin] += is_stale ? 1 : 0;
}

/* Where bin number `bin` begins. */
static SimSpan bin_start(guint bin)
{
    if (bin == 0)
        return 0;
    guint octave = FIRST_SINCE + (bin - 1) / QUARTERS;
    return (SimSpan)(QUARTERS + (bin - 1) % QUARTERS) << (octave - 2);
}

/* Which eighth of which octave. */
static guint bucket_of(SimSpan lag)
{
    if (lag < (SimSpan)1 << FIRST_OCTAVE)
        return 0;
    guint octave = 63 - (guint)__builtin_clzll((guint64)lag);
    if (octave > LAST_OCTAVE)
        return BUCKETS - 1;
    return (octave - FIRST_OCTAVE) * EIGHTHS + (guint)((guint64)lag >> (octave - 3) & 7);
}

void ana_course_lag(AnaCourse *course, int node, SimTime durable, SimSpan lag, guint64 n)
{
    if (durable >= course->duration || !course->is_kept[node])
        return;
    if (!course->lag[node])
        course->lag[node] = g_new0(guint32, lag_size(course));
    gsize cell = (gsize)(durable / course->lag_cell);
    course->lag[node][cell * BUCKETS + bucket_of(lag)] += (guint32)n;
}

/* ---- what charts ask ---------------------------------------------------------------------- */

guint ana_course_n_cells(const AnaCourse *course)
{
    return course->n_cells;
}

SimSpan ana_course_cell(const AnaCourse *course)
{
    return course->cell;
}

double ana_course_availability(const AnaCourse *course, gboolean writes, guint cell)
{
    SIM_CHECK(cell < course->n_cells, "cell %u", cell);
    const Tally *tally = &course->tallies[writes ? 1 : 0][cell];
    return tally->all ? (double)tally->ok / tally->all : SIM_NAN;
}

guint ana_course_n_lag_cells(const AnaCourse *course)
{
    return course->n_lag_cells;
}

SimSpan ana_course_lag_cell(const AnaCourse *course)
{
    return course->lag_cell;
}

gboolean ana_course_has_lag(const AnaCourse *course, gsize node)
{
    return node < course->n_nodes && course->lag[node] != NULL;
}

static double quantile_of(const guint64 *buckets, double q)
{
    guint64 all = 0, seen = 0;
    for (guint b = 0; b < BUCKETS; b++)
        all += buckets[b];
    if (all == 0)
        return SIM_NAN;
    for (guint b = 0; b < BUCKETS; b++) {
        seen += buckets[b];
        if ((double)seen < q * (double)all || seen == 0)
            continue;
        double octave = (double)((guint64)1 << (FIRST_OCTAVE + b / EIGHTHS));
        return octave * (1 + (b % EIGHTHS + 0.5) / EIGHTHS); /* the middle of the bucket */
    }
    SIM_UNREACHABLE();
}

static void add_buckets(guint64 *buckets, const AnaCourse *course, gsize node, guint cell)
{
    for (guint b = 0; b < BUCKETS; b++)
        buckets[b] += course->lag[node][(gsize)cell * BUCKETS + b];
}

double ana_course_lag_quantile(const AnaCourse *course, gsize node, guint cell, double q)
{
    guint64 buckets[BUCKETS] = {0};
    SIM_CHECK(cell < course->n_lag_cells, "cell %u", cell);
    if (ana_course_has_lag(course, node))
        add_buckets(buckets, course, node, cell);
    return quantile_of(buckets, q);
}

double ana_course_lag_between(const AnaCourse *course, SimTime from, SimTime to, double q)
{
    guint64 buckets[BUCKETS] = {0};
    for (gsize node = 0; node < course->n_nodes; node++)
        for (guint cell = 0; cell < course->n_lag_cells && course->lag[node]; cell++)
            if (cell * course->lag_cell >= from && cell * course->lag_cell < to)
                add_buckets(buckets, course, node, cell);
    return quantile_of(buckets, q);
}

AnaFreshBin ana_course_fresh(const AnaCourse *course, guint bin)
{
    SIM_CHECK(bin < ANA_COURSE_BINS, "bin %u", bin);
    return (AnaFreshBin){.from = bin_start(bin),
                         .to = bin_start(bin + 1),
                         .reads = course->reads[bin],
                         .stale = course->stale[bin]};
}
