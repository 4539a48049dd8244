/* register_zones.c — clusters, their zones, and one sweep over them; see register_zones.h. */
#include "analysis/register_zones.h"

#include <stdlib.h>

#define NOBODY G_MAXSIZE

typedef struct Zone {
    guint64 begin, end;
    gsize write, first,
        last; /* calls: the write, who was answered first, invoked last; or NOBODY */
    gboolean is_forward;
} Zone;

typedef struct Sweep {
    const AnaCall *calls;
    Zone *zones;
    gsize n_zones;
    AnaConflict best;
    guint64 best_at; /* the last invocation in it */
} Sweep;

typedef struct Sorted {
    guint64 value;
    gsize call;
} Sorted;

static int compare_sorted(const void *a, const void *b)
{
    const Sorted *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->call < y->call ? -1 : x->call > y->call;
}

static int compare_zones(const void *a, const void *b)
{
    const Zone *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end; /* one place belongs to one call */
}

/* ---- what is blamed ----------------------------------------------------------------------- */

static void add_call(AnaConflict *conflict, gsize call)
{
    gsize at = 0;
    if (call == NOBODY)
        return;
    while (at < conflict->n && conflict->calls[at] < call)
        at++;
    if (at < conflict->n && conflict->calls[at] == call)
        return;
    for (gsize i = conflict->n++; i > at; i--)
        conflict->calls[i] = conflict->calls[i - 1];
    conflict->calls[at] = call;
}

static void propose(Sweep *sweep, const AnaConflict *conflict)
{
    guint64 at = 0;
    for (gsize i = 0; i < conflict->n; i++)
        at = MAX(at, sweep->calls[conflict->calls[i]].invoked);
    if (sweep->best.n &&
        (conflict->n > sweep->best.n || (conflict->n == sweep->best.n && at >= sweep->best_at)))
        return;
    sweep->best = *conflict;
    sweep->best_at = at;
}

static void propose_zones(Sweep *sweep, const Zone *a, const Zone *b)
{
    AnaConflict conflict = {.n = 0};
    const Zone *zones[] = {a, b};
    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
        add_call(&conflict, zones[i]->write);
        add_call(&conflict, zones[i]->first);
        add_call(&conflict, zones[i]->last);
    }
    propose(sweep, &conflict);
}

/* ---- clusters ----------------------------------------------------------------------------- */

/* A read answered before its write was invoked, or of what nobody wrote. */
static void check_read(Sweep *sweep, gsize write, gsize read)
{
    AnaConflict conflict = {.n = 0};
    if (write != NOBODY && sweep->calls[read].answered > sweep->calls[write].invoked)
        return;
    add_call(&conflict, write);
    add_call(&conflict, read);
    propose(sweep, &conflict);
}

/* The calls of one value. */
static void add_cluster(Sweep *sweep, const Sorted *cluster, gsize n)
{
    gsize n_reads = 0;
    guint64 first = ANA_CALL_OPEN, last = 0;
    gboolean is_beginning = cluster->value == 0;
    Zone zone = {.write = NOBODY, .first = NOBODY, .last = NOBODY};
    for (gsize i = 0; i < n; i++) {
        const AnaCall *call = &sweep->calls[cluster[i].call];
        if (call->is_write)
            zone.write = cluster[i].call;
        else
            n_reads++;
        if (call->answered < first) {
            first = call->answered;
            zone.first = cluster[i].call;
        }
        if (call->invoked >= last) {
            last = call->invoked;
            zone.last = cluster[i].call;
        }
    }
    if (n_reads == 0 &&
        (zone.write == NOBODY || sweep->calls[zone.write].answered == ANA_CALL_OPEN))
        return;
    for (gsize i = 0; i < n && !is_beginning; i++)
        if (!sweep->calls[cluster[i].call].is_write)
            check_read(sweep, zone.write, cluster[i].call);
    if (is_beginning) { /* written before everything */
        first = 0;
        zone.first = NOBODY;
    }
    zone.is_forward = first < last;
    zone.begin = MIN(first, last);
    zone.end = MAX(first, last);
    sweep->zones[sweep->n_zones++] = zone;
}

static void make_zones(Sweep *sweep, gsize n)
{
    g_autofree Sorted *sorted = g_new(Sorted, n + 1);
    gsize n_sorted = 0;
    for (gsize i = 0; i < n; i++)
        if (sweep->calls[i].is_write || sweep->calls[i].answered != ANA_CALL_OPEN)
            sorted[n_sorted++] = (Sorted){sweep->calls[i].value, i};
    qsort(sorted, n_sorted, sizeof *sorted, compare_sorted);
    for (gsize from = 0, to; from < n_sorted; from = to) {
        for (to = from + 1; to < n_sorted && sorted[to].value == sorted[from].value;)
            to++;
        add_cluster(sweep, sorted + from, to - from);
    }
}

AnaOrder ana_register_zones(const AnaCall *calls, gsize n, AnaConflict *conflict)
{
    Sweep sweep = {.calls = calls, .zones = g_new(Zone, n + 1)};
    make_zones(&sweep, n);
    qsort(sweep.zones, sweep.n_zones, sizeof(Zone), compare_zones);
    const Zone *reach = NULL; /* the forward zone that lasts longest so far */
    for (gsize i = 0; i < sweep.n_zones; i++) {
        const Zone *zone = &sweep.zones[i];
        if (reach && (zone->is_forward ? zone->begin : zone->end) < reach->end)
            propose_zones(&sweep, reach, zone);
        if (zone->is_forward && (!reach || zone->end > reach->end))
            reach = zone;
    }
    g_free(sweep.zones);
    if (conflict)
        *conflict = sweep.best;
    return sweep.best.n ? ANA_ORDER_NONE : ANA_ORDER_EXISTS;
}
