/*
 * hist.c — log-linear histograms; see hist.h, and hist_layout.h for the place of the buckets.
 *
 * Values wait in a short list before they go to their buckets, which are too many for the cache:
 * the buckets of the whole list are fetched side by side, where one by one each would be waited
 * for. Whoever reads settles the list first; adding in another order gives the same integers.
 *
 * A bucket's sum is kept modulo 2^64 with the carries in an array of the octave that is allocated
 * at the first one: sums stay exact whatever the weights are, and the common case touches 16 bytes.
 * Buckets are made a page at a time, so that a few values far out take little room.
 */
#include "analysis/hist.h"

#include "analysis/hist_layout.h"
#include "sim/check.h"

#include <math.h>

typedef struct Bucket {
    guint64 count, sum;
} Bucket;

enum { PAGE_BITS = 6, PAGE_BUCKETS = 1 << PAGE_BITS, PAGES = ANA_SUBS / PAGE_BUCKETS };

typedef struct Page {
    Bucket buckets[PAGE_BUCKETS];
} Page;

typedef struct Octave {
    Page *pages[PAGES]; /* NULL: nothing there */
    guint64 *carries;   /* 2^64s of each sum; NULL while there are none */
} Octave;

enum { WAITING = 32 };

struct AnaHist {
    gint64 *waiting; /* room for WAITING; NULL until used */
    guint n_waiting;
    guint64 count;
    gint64 min, max;
    Octave *octaves[ANA_OCTAVES];
};

AnaHist *ana_hist_new(void)
{
    AnaHist *hist = g_new0(AnaHist, 1);
    hist->min = G_MAXINT64;
    return hist;
}

void ana_hist_clear(AnaHist *hist)
{
    for (unsigned o = 0; o < ANA_OCTAVES; o++) {
        Octave *octave = hist->octaves[o];
        for (unsigned page = 0; octave && page < PAGES; page++)
            g_free(octave->pages[page]);
        if (octave)
            g_free(octave->carries);
        g_clear_pointer(&hist->octaves[o], g_free);
    }
    hist->n_waiting = 0;
    hist->count = 0;
    hist->min = G_MAXINT64;
    hist->max = 0;
}

void ana_hist_free(AnaHist *hist)
{
    if (!hist)
        return;
    ana_hist_clear(hist);
    g_free(hist->waiting);
    g_free(hist);
}

static inline Octave *touch(AnaHist *hist, AnaBucketAt at, Bucket **bucket)
{
    if (G_UNLIKELY(!hist->octaves[at.octave]))
        hist->octaves[at.octave] = g_new0(Octave, 1);
    Octave *octave = hist->octaves[at.octave];
    Page **page = &octave->pages[at.sub >> PAGE_BITS];
    if (G_UNLIKELY(!*page))
        *page = g_new0(Page, 1);
    *bucket = &(*page)->buckets[at.sub % PAGE_BUCKETS];
    return octave;
}

/* The bucket at a place; NULL where nothing fell near it. */
static inline const Bucket *look(const Octave *octave, unsigned sub)
{
    const Page *page = octave->pages[sub >> PAGE_BITS];
    return page ? &page->buckets[sub % PAGE_BUCKETS] : NULL;
}

static void carry(Octave *octave, unsigned sub, guint64 n)
{
    if (!octave->carries)
        octave->carries = g_new0(guint64, ANA_SUBS);
    octave->carries[sub] += n;
}

void ana_hist_add_mass(AnaHist *hist, AnaBucketAt at, const AnaMass *mass)
{
    Bucket *bucket;
    Octave *octave = touch(hist, at, &bucket);
    guint64 high = (guint64)(mass->sum >> 64);
    bucket->count += mass->weight;
    if (__builtin_add_overflow(bucket->sum, (guint64)mass->sum, &bucket->sum))
        high++;
    if (G_UNLIKELY(high))
        carry(octave, at.sub, high);
    hist->count += mass->weight;
    if (mass->least < hist->min)
        hist->min = mass->least;
    if (mass->largest > hist->max)
        hist->max = mass->largest;
}

static void settle_all(AnaHist *hist)
{
    Bucket *buckets[WAITING];
    for (guint i = 0; i < hist->n_waiting; i++) {
        touch(hist, ana_bucket_at(hist->waiting[i]), &buckets[i]);
        __builtin_prefetch(buckets[i], 1);
    }
    for (guint i = 0; i < hist->n_waiting; i++) {
        gint64 value = hist->waiting[i];
        buckets[i]->count++;
        if (G_UNLIKELY(__builtin_add_overflow(buckets[i]->sum, (guint64)value, &buckets[i]->sum))) {
            AnaBucketAt at = ana_bucket_at(value);
            carry(hist->octaves[at.octave], at.sub, 1);
        }
        hist->min = MIN(hist->min, value);
        hist->max = MAX(hist->max, value);
    }
    hist->count += hist->n_waiting;
    hist->n_waiting = 0;
}

/* For readers too, to whom nothing changes. */
static inline void settle(const AnaHist *hist)
{
    if (hist->n_waiting)
        settle_all((AnaHist *)hist);
}

void ana_hist_add(AnaHist *hist, gint64 value)
{
    if (G_UNLIKELY(!hist->waiting))
        hist->waiting = g_new(gint64, WAITING);
    hist->waiting[hist->n_waiting++] = MAX(value, 0);
    if (hist->n_waiting == WAITING)
        settle_all(hist);
}

void ana_hist_add_weighted(AnaHist *hist, gint64 value, guint64 weight)
{
    if (weight == 1)
        ana_hist_add(hist, value);
    if (weight <= 1)
        return;
    if (value < 0)
        value = 0;
    AnaMass mass = {weight, (AnaWide)(guint64)value * weight, value, value};
    ana_hist_add_mass(hist, ana_bucket_at(value), &mass);
}

static AnaWide bucket_sum(const Octave *octave, unsigned sub)
{
    AnaWide high = octave->carries ? octave->carries[sub] : 0;
    const Bucket *bucket = look(octave, sub);
    return (high << 64) + (bucket ? bucket->sum : 0);
}

void ana_hist_merge(AnaHist *into, const AnaHist *from)
{
    settle(from);
    for (unsigned o = 0; o < ANA_OCTAVES; o++) {
        const Octave *octave = from->octaves[o];
        for (unsigned sub = 0; octave && sub < ANA_SUBS; sub++) {
            const Bucket *bucket = look(octave, sub);
            if (!bucket || !bucket->count)
                continue;
            AnaMass mass = {bucket->count, bucket_sum(octave, sub), from->min, from->max};
            ana_hist_add_mass(into, (AnaBucketAt){o, sub}, &mass);
        }
    }
}

guint64 ana_hist_count(const AnaHist *hist)
{
    settle(hist);
    return hist->count;
}

gint64 ana_hist_min(const AnaHist *hist)
{
    settle(hist);
    return hist->count ? hist->min : 0;
}

gint64 ana_hist_max(const AnaHist *hist)
{
    settle(hist);
    return hist->max;
}

double ana_hist_sum(const AnaHist *hist)
{
    settle(hist);
    AnaWide sum = 0;
    for (unsigned o = 0; o < ANA_OCTAVES; o++)
        for (unsigned sub = 0; hist->octaves[o] && sub < ANA_SUBS; sub++)
            sum += bucket_sum(hist->octaves[o], sub);
    return (double)sum;
}

double ana_hist_mean(const AnaHist *hist)
{
    settle(hist);
    return hist->count ? ana_hist_sum(hist) / (double)hist->count : (double)NAN;
}

/* The rank of the quantile: the least integer not below q * n. The last bits are given away so
 * that 0.9 of 10 is 9, although the double 0.9 is a little more than nine tenths. */
static guint64 rank_of(double q, guint64 n)
{
    double rank = ceil(q * (double)n * (1 - 1e-15));
    if (!(rank > 1))
        return 1;
    return rank >= (double)n ? n : (guint64)rank;
}

gint64 ana_hist_quantile(const AnaHist *hist, double q)
{
    settle(hist);
    if (hist->count == 0)
        return 0;
    guint64 rank = rank_of(q, hist->count), below = 0;
    for (unsigned o = 0; o < ANA_OCTAVES; o++) {
        const Octave *octave = hist->octaves[o];
        for (unsigned sub = 0; octave && sub < ANA_SUBS; sub++) {
            const Bucket *bucket = look(octave, sub);
            guint64 count = bucket ? bucket->count : 0;
            below += count;
            if (count && below >= rank)
                return (gint64)((bucket_sum(octave, sub) + count / 2) / count);
        }
    }
    SIM_UNREACHABLE();
}

void ana_hist_visit(const AnaHist *hist, AnaHistVisit visit, void *data)
{
    settle(hist);
    for (unsigned o = 0; o < ANA_OCTAVES; o++) {
        const Octave *octave = hist->octaves[o];
        for (unsigned sub = 0; octave && sub < ANA_SUBS; sub++) {
            gint64 low = ana_bucket_low(o, sub);
            const Bucket *bucket = look(octave, sub);
            if (bucket && bucket->count)
                visit(data, low, low + ana_bucket_width(o) - 1, bucket->count,
                      (double)bucket_sum(octave, sub));
        }
    }
}
