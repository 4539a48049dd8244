/*
 * course.h — the course of one replication, for charts: by simulated time and by time since a
 * write.
 *
 * Three curves that no measure holds: how many operations succeeded in each span of simulated time,
 * how the lag of each follower went, and which share of reads was stale so long after the latest
 * acknowledgement of their key. Integers throughout, so that courses merge exactly, in any order.
 * They are for pages only and reach no summary and no check.
 *
 * - Availability: at most ANA_COURSE_CELLS cells of a multiple of 100 ms over [0, duration), by the
 *   instant of invocation, for reads and writes. Operations that were not started do not count.
 * - Lag: cells ANA_COURSE_COARSE times as long, by the instant of durability, in octaves of
 *   eight buckets from 8 µs to 2.4 h (so a quantile is within 5 %); the first
 *   ANA_COURSE_NODES nodes by name.
 * - Freshness: by time since the latest acknowledgement, in quarters of octaves from 66 µs to 10 s;
 *   the measured part only.
 *
 * Memory: at most 1 MiB a node, of which only what is touched is paged in.
 */
#ifndef ANA_COURSE_H
#define ANA_COURSE_H

#include "analysis/meters.h"

enum { ANA_COURSE_CELLS = 600, ANA_COURSE_COARSE = 5, ANA_COURSE_NODES = 12 };
/* Freshness is known up to here. */
#define ANA_COURSE_SINCE (10 * SIM_S)
enum { ANA_COURSE_BINS = 70 }; /* of freshness: one for what is shorter, then quarters */

AnaCourse *ana_course_new(const AnaWorld *world);
void ana_course_free(AnaCourse *course);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnaCourse, ana_course_free)
/* Of the same world. */
void ana_course_merge(AnaCourse *into, const AnaCourse *from);

/* ---- what meters tell it ------------------------------------------------------------------ */

void ana_course_operation(AnaCourse *course, const RepOperationSeen *operation);
/* A read of the measured part; `since` < 0: unknown. */
void ana_course_read(AnaCourse *course, SimSpan since, gboolean is_stale);
/* n entries that became durable at `durable` were applied at the node so much later. */
void ana_course_lag(AnaCourse *course, int node, SimTime durable, SimSpan lag, guint64 n);

/* ---- what charts ask ---------------------------------------------------------------------- */

guint ana_course_n_cells(const AnaCourse *course);
SimSpan ana_course_cell(const AnaCourse *course); /* width */
/* Share of operations that succeeded; NaN where none was invoked. */
double ana_course_availability(const AnaCourse *course, gboolean writes, guint cell);

guint ana_course_n_lag_cells(const AnaCourse *course);
SimSpan ana_course_lag_cell(const AnaCourse *course);
/* Has the node any lag at all? FALSE too for nodes beyond ANA_COURSE_NODES. */
gboolean ana_course_has_lag(const AnaCourse *course, gsize node);
/* Quantile of the lag of entries that became durable in the cell, ns; NaN where there were none. */
double ana_course_lag_quantile(const AnaCourse *course, gsize node, guint cell, double q);

/* The same over all nodes and the cells that begin within [from, to). */
double ana_course_lag_between(const AnaCourse *course, SimTime from, SimTime to, double q);

/* Bins of freshness: [from, to), how many reads, how many of them stale. */
typedef struct AnaFreshBin {
    SimSpan from, to;
    guint64 reads, stale;
} AnaFreshBin;

AnaFreshBin ana_course_fresh(const AnaCourse *course, guint bin);

#endif
