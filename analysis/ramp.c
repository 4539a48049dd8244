/*
 * ramp.c — time at each level of a quantity that grows linearly; see ramp.h.
 *
 * In a bucket of levels [low, low + width) let x be an end's offset from low. A segment that starts
 * at x covers the levels x … width - 1 of the bucket: width - x of them, with offsets summing to
 * (width (width - 1) - x (x - 1)) / 2; one that ends at x takes the same away again. So the net
 * number of ends, the net sum of x and the net sum of x^2 are all that is needed.
 */
#include "analysis/ramp.h"

#include "analysis/hist_layout.h"
#include "sim/check.h"

typedef struct Ends {
    gint64 net;            /* starts minus ends */
    AnaWideSigned offsets; /* the same, of offsets */
    AnaWideSigned squares; /* the same, of squared offsets */
} Ends;

/* Segments wait in a short list, so that the buckets of all of them are fetched side by side. */
enum { WAITING = 16 };

typedef struct Segment {
    gint64 from, to;
} Segment;

enum { PAGE_BITS = 6, PAGE_ENDS = 1 << PAGE_BITS, PAGES = ANA_SUBS / PAGE_ENDS };

typedef struct Page {
    Ends ends[PAGE_ENDS];
} Page;

typedef struct Octave {
    Page *pages[PAGES]; /* NULL: nothing begins or ends there */
} Octave;

struct AnaRamp {
    gint64 min, max; /* levels passed; min > max where none */
    Segment waiting[WAITING];
    guint n_waiting;
    Octave *octaves[ANA_OCTAVES];
};

AnaRamp *ana_ramp_new(void)
{
    AnaRamp *ramp = g_new0(AnaRamp, 1);
    ramp->min = G_MAXINT64;
    ramp->max = -1;
    return ramp;
}

void ana_ramp_clear(AnaRamp *ramp)
{
    for (unsigned o = 0; o < ANA_OCTAVES; o++) {
        for (unsigned page = 0; ramp->octaves[o] && page < PAGES; page++)
            g_free(ramp->octaves[o]->pages[page]);
        g_clear_pointer(&ramp->octaves[o], g_free);
    }
    ramp->n_waiting = 0;
    ramp->min = G_MAXINT64;
    ramp->max = -1;
}

void ana_ramp_free(AnaRamp *ramp)
{
    if (!ramp)
        return;
    ana_ramp_clear(ramp);
    g_free(ramp);
}

static Ends *ends_at(AnaRamp *ramp, gint64 level)
{
    AnaBucketAt at = ana_bucket_at(level);
    if (G_UNLIKELY(!ramp->octaves[at.octave]))
        ramp->octaves[at.octave] = g_new0(Octave, 1);
    Page **page = &ramp->octaves[at.octave]->pages[at.sub >> PAGE_BITS];
    if (G_UNLIKELY(!*page))
        *page = g_new0(Page, 1);
    return &(*page)->ends[at.sub % PAGE_ENDS];
}

static void note(Ends *ends, gint64 level, int sign)
{
    AnaBucketAt at = ana_bucket_at(level);
    AnaWideSigned offset = level - ana_bucket_low(at.octave, at.sub);
    ends->net += sign;
    ends->offsets += sign * offset;
    ends->squares += sign * offset * offset;
}

static void settle(AnaRamp *ramp)
{
    Ends *ends[2 * WAITING];
    for (guint i = 0; i < ramp->n_waiting; i++) {
        ends[2 * i] = ends_at(ramp, ramp->waiting[i].from);
        ends[2 * i + 1] = ends_at(ramp, ramp->waiting[i].to);
        __builtin_prefetch(ends[2 * i], 1);
        __builtin_prefetch(ends[2 * i + 1], 1);
    }
    for (guint i = 0; i < ramp->n_waiting; i++) {
        note(ends[2 * i], ramp->waiting[i].from, 1);
        note(ends[2 * i + 1], ramp->waiting[i].to, -1);
    }
    ramp->n_waiting = 0;
}

void ana_ramp_add(AnaRamp *ramp, gint64 from, gint64 to)
{
    SIM_CHECK(from >= 0 && from <= to, "from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, from, to);
    if (from == to)
        return;
    ramp->waiting[ramp->n_waiting++] = (Segment){from, to};
    if (ramp->n_waiting == WAITING)
        settle(ramp);
    if (from < ramp->min)
        ramp->min = from;
    if (to - 1 > ramp->max)
        ramp->max = to - 1;
}

void ana_ramp_flatten(AnaRamp *ramp, AnaHist *into)
{
    static const Ends none;
    AnaWideSigned passing = 0; /* segments that cover the whole bucket, but for its own ends */
    if (ramp->max < 0)
        return;
    settle(ramp);
    unsigned last = ana_bucket_at(ramp->max).octave;
    for (unsigned o = ana_bucket_at(ramp->min).octave; o <= last; o++) {
        AnaWideSigned width = ana_bucket_width(o);
        for (unsigned sub = 0; sub < ANA_SUBS; sub++) {
            const Page *page = ramp->octaves[o] ? ramp->octaves[o]->pages[sub >> PAGE_BITS] : NULL;
            const Ends *ends = page ? &page->ends[sub % PAGE_ENDS] : &none;
            AnaWideSigned covering = passing + ends->net;
            AnaWideSigned weight = covering * width - ends->offsets;
            AnaWideSigned inside =
                (covering * width * (width - 1) - ends->squares + ends->offsets) / 2;
            AnaWideSigned low = ana_bucket_low(o, sub);
            AnaMass mass = {(guint64)weight, (AnaWide)(low * weight + inside), ramp->min,
                            ramp->max};
            if (weight > 0)
                ana_hist_add_mass(into, (AnaBucketAt){o, sub}, &mass);
            passing = covering;
        }
    }
    SIM_CHECK(passing == 0 || ana_bucket_at(ramp->max + 1).octave > last, "ends do not balance");
}
