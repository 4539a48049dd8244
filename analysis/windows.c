/* windows.c — which instants a query's window covers; see windows.h. */
#include "analysis/windows.h"

#include "sim/check.h"

typedef struct Occurrence {
    SimTime begin, end; /* end is SIM_NEVER while it lasts */
} Occurrence;

typedef struct Fault {
    GArray *occurrences; /* disjoint, ascending: overlapping ones are one */
    guint active;
} Fault;

struct AnaWindows {
    SimTime warmup, duration;
    Fault *faults;
    gsize n_faults;
};

AnaWindows *ana_windows_new(const AnaWorld *world)
{
    AnaWindows *windows = g_new0(AnaWindows, 1);
    windows->warmup = world->warmup;
    windows->duration = world->duration;
    windows->n_faults = world->n_faults;
    windows->faults = g_new0(Fault, world->n_faults + 1);
    for (gsize i = 0; i < world->n_faults; i++)
        windows->faults[i].occurrences = g_array_new(FALSE, FALSE, sizeof(Occurrence));
    return windows;
}

void ana_windows_free(AnaWindows *windows)
{
    if (!windows)
        return;
    for (gsize i = 0; i < windows->n_faults; i++)
        g_array_free(windows->faults[i].occurrences, TRUE);
    g_free(windows->faults);
    g_free(windows);
}

static Occurrence *last_of(const Fault *fault)
{
    guint n = fault->occurrences->len;
    return n ? &g_array_index(fault->occurrences, Occurrence, n - 1) : NULL;
}

gboolean ana_windows_fault_began(AnaWindows *windows, guint32 fault, SimTime at)
{
    SIM_CHECK(fault < windows->n_faults, "fault %u of %zu", fault, windows->n_faults);
    Fault *f = &windows->faults[fault];
    if (at >= windows->duration || f->active++ > 0)
        return FALSE;
    Occurrence *last = last_of(f);
    if (last && last->end == at) {
        last->end = SIM_NEVER;
    } else {
        Occurrence occurrence = {.begin = at, .end = SIM_NEVER};
        g_array_append_val(f->occurrences, occurrence);
    }
    return TRUE;
}

void ana_windows_fault_ended(AnaWindows *windows, guint32 fault, SimTime at)
{
    SIM_CHECK(fault < windows->n_faults, "fault %u of %zu", fault, windows->n_faults);
    Fault *f = &windows->faults[fault];
    /* An occurrence that began after the measured part was not counted in. */
    if (f->active > 0 && --f->active == 0)
        last_of(f)->end = at;
}

/* Index of the first occurrence that ends after `instant`. */
static guint first_ending_after(const Fault *fault, SimTime instant)
{
    guint low = 0, high = fault->occurrences->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(fault->occurrences, Occurrence, middle).end > instant)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The only part of `window` that is not a union; empty (from >= to) where there is none. */
static Occurrence single_part(const AnaWindows *windows, const AnaQuery *query)
{
    Occurrence part = {windows->warmup, windows->duration};
    if (query->window == ANA_WINDOW_SPAN) {
        part.begin = MAX(part.begin, query->from);
        part.end = MIN(part.end, query->to);
    } else if (query->window == ANA_WINDOW_BEFORE) {
        const GArray *all = windows->faults[query->fault].occurrences;
        if (all->len)
            part.end = MIN(part.end, g_array_index(all, Occurrence, 0).begin);
    } else if (query->window == ANA_WINDOW_AFTER) {
        const Occurrence *last = last_of(&windows->faults[query->fault]);
        part.begin = last ? MAX(part.begin, last->end) : part.end;
    }
    return part;
}

gboolean ana_windows_next(const AnaWindows *windows, const AnaQuery *query, AnaParts *parts)
{
    if (query->window != ANA_WINDOW_DURING) {
        Occurrence part = single_part(windows, query);
        parts->begin = MAX(parts->from, part.begin);
        parts->end = MIN(parts->to, part.end);
        return parts->steps++ == 0 && parts->begin < parts->end;
    }
    SimTime from = MAX(parts->from, windows->warmup), to = MIN(parts->to, windows->duration);
    const Fault *fault = &windows->faults[query->fault];
    guint i = parts->steps ? parts->steps : first_ending_after(fault, from);
    if (i >= fault->occurrences->len)
        return FALSE;
    const Occurrence *occurrence = &g_array_index(fault->occurrences, Occurrence, i);
    parts->begin = MAX(from, occurrence->begin);
    parts->end = MIN(to, occurrence->end);
    parts->steps = i + 1;
    return parts->begin < parts->end;
}

gboolean ana_windows_has_instant(const AnaWindows *windows, const AnaQuery *query, SimTime instant)
{
    AnaParts parts = {.from = instant, .to = sim_time_after(instant, 1)};
    return ana_windows_next(windows, query, &parts);
}

SimSpan ana_windows_overlap(const AnaWindows *windows, const AnaQuery *query, SimTime from,
                            SimTime to)
{
    SimSpan sum = 0;
    AnaParts parts = {.from = from, .to = to};
    while (ana_windows_next(windows, query, &parts))
        sum += parts.end - parts.begin;
    return sum;
}
