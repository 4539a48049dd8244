/*
 * windows.h — private to analysis/: which instants a query's window covers.
 *
 * All windows lie within the measured part [warmup, duration). `during F` is the union of F's
 * occurrences, `before F` runs up to the first, `after F` from the end of the last. Faults come
 * before anything else of the same instant (semantics §1), so occurrences are [begin, end).
 * Occurrences that begin after the measured part do not exist here.
 *
 * The last occurrence is known only at the end: until another begins, the latest counts as the
 * last; whoever gathers `after F` must start anew when ana_windows_fault_began() says TRUE.
 *
 * An instant may be asked about later than it happened (the invocation of an operation, when it
 * ends), so the occurrences are kept.
 */
#ifndef ANA_WINDOWS_H
#define ANA_WINDOWS_H

#include "analysis/meters.h"

typedef struct AnaWindows AnaWindows;

AnaWindows *ana_windows_new(const AnaWorld *world);
void ana_windows_free(AnaWindows *windows);

/* TRUE where `after` windows of the fault start anew. */
gboolean ana_windows_fault_began(AnaWindows *windows, guint32 fault, SimTime at);
void ana_windows_fault_ended(AnaWindows *windows, guint32 fault, SimTime at);

static inline gboolean ana_is_measured(const AnaWorld *world, SimTime instant)
{
    return instant >= world->warmup && instant < world->duration;
}

gboolean ana_windows_has_instant(const AnaWindows *windows, const AnaQuery *query, SimTime instant);
static inline gboolean ana_windows_has(const AnaWindows *windows, const AnaWorld *world,
                                       const AnaQuery *query, SimTime instant)
{
    return query->window == ANA_WINDOW_ALL ? ana_is_measured(world, instant)
                                           : ana_windows_has_instant(windows, query, instant);
}

/* The parts of [from, to) that a window covers, ascending. */
typedef struct AnaParts {
    SimTime from, to;   /* given; steps 0 */
    guint steps;        /* private */
    SimTime begin, end; /* the part: [begin, end) */
} AnaParts;

/* Goes to the first or next part; FALSE when there are no more. */
gboolean ana_windows_next(const AnaWindows *windows, const AnaQuery *query, AnaParts *parts);
/* Length of those parts together. */
SimSpan ana_windows_overlap(const AnaWindows *windows, const AnaQuery *query, SimTime from,
                            SimTime to);

#endif
