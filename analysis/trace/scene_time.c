/* scene_time.c — time to scale, with folds; see scene.h. */
#include "analysis/trace/scene_private.h"

/* Of what is left, in percent: what is longer is folded. */
#define IDLE_PERCENT 10
#define BUSY_PERCENT 75 /* messages are under way */

typedef struct Gap {
    SimTime from, to;
    gboolean is_busy, is_folded;
} Gap;

static gint by_instant(gconstpointer a, gconstpointer b)
{
    SimTime one = *(const SimTime *)a, other = *(const SimTime *)b;
    return (one > other) - (one < other);
}

static void add(const AnaScene *scene, GArray *instants, SimTime at)
{
    at = CLAMP(at, scene->from, scene->to);
    g_array_append_val(instants, at);
}

/* A change of colour alone may happen in a fold. */
static gboolean is_said(const AnaScene *scene, guint i)
{
    const AnaStay *stay = &g_array_index(scene->stays, AnaStay, i);
    const AnaStay *before = i ? &g_array_index(scene->stays, AnaStay, i - 1) : NULL;
    return stay->label || !before || before->lane != stay->lane || before->state != stay->state ||
           before->leads != stay->leads;
}

/* All instants at which something is drawn, ascending. */
static GArray *instants_of(const AnaScene *scene)
{
    GArray *instants = g_array_new(FALSE, FALSE, sizeof(SimTime));
    add(scene, instants, scene->from);
    add(scene, instants, scene->to);
    for (guint i = 0; i < scene->arrows->len; i++) {
        add(scene, instants, g_array_index(scene->arrows, AnaArrow, i).sent);
        add(scene, instants, g_array_index(scene->arrows, AnaArrow, i).ends);
    }
    for (guint i = 0; i < scene->marks->len; i++)
        add(scene, instants, g_array_index(scene->marks, AnaMark, i).at);
    for (guint i = 0; i < scene->stays->len; i++)
        if (is_said(scene, i))
            add(scene, instants, g_array_index(scene->stays, AnaStay, i).from);
    g_array_sort(instants, by_instant);
    return instants;
}

static gboolean is_busy(const AnaScene *scene, SimTime from, SimTime to)
{
    for (guint i = 0; i < scene->arrows->len; i++) {
        const AnaArrow *arrow = &g_array_index(scene->arrows, AnaArrow, i);
        if (arrow->sent <= from && arrow->ends >= to)
            return TRUE;
    }
    return FALSE;
}

/* Folds the longest gap that is too long for its kind; FALSE: none is. */
static gboolean fold_one(GArray *gaps)
{
    SimSpan left = 0;
    Gap *longest[2] = {NULL, NULL};
    for (guint i = 0; i < gaps->len; i++) {
        Gap *gap = &g_array_index(gaps, Gap, i);
        Gap **known = &longest[gap->is_busy ? 1 : 0];
        if (gap->is_folded)
            continue;
        left += gap->to - gap->from;
        if (!*known || gap->to - gap->from > (*known)->to - (*known)->from)
            *known = gap;
    }
    for (int busy = 0; busy < 2; busy++) {
        Gap *gap = longest[busy];
        if (!gap || (gap->to - gap->from) <= left / 100 * (busy ? BUSY_PERCENT : IDLE_PERCENT) ||
            gap->to - gap->from == left) /* the only one gives the scale */
            continue;
        gap->is_folded = TRUE;
        return TRUE;
    }
    return FALSE;
}

/* A little is left of a fold at both of its ends, so that what happens there stands free. */
static void add_fold(AnaScene *scene, const Gap *gap, SimSpan margin)
{
    AnaFold fold = {gap->from + margin, gap->to - margin};
    if (fold.to - fold.from > margin)
        g_array_append_val(scene->folds, fold);
}

void ana_scene_make_folds(AnaScene *scene)
{
    g_autoptr(GArray) instants = instants_of(scene);
    g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(Gap));
    SimSpan left = 0;
    for (guint i = 1; i < instants->len; i++) {
        Gap gap = {g_array_index(instants, SimTime, i - 1), g_array_index(instants, SimTime, i),
                   FALSE, FALSE};
        gap.is_busy = is_busy(scene, gap.from, gap.to);
        if (gap.to > gap.from)
            g_array_append_val(gaps, gap);
    }
    while (fold_one(gaps))
        continue;
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = &g_array_index(gaps, Gap, i);
        left += gap->is_folded ? 0 : gap->to - gap->from;
    }
    for (guint i = 0; i < gaps->len; i++)
        if (g_array_index(gaps, Gap, i).is_folded)
            add_fold(scene, &g_array_index(gaps, Gap, i), left / 16);
}

SimSpan ana_scene_unfolded(const AnaScene *scene)
{
    SimSpan span = scene->to - scene->from;
    for (guint i = 0; i < scene->folds->len; i++) {
        const AnaFold *fold = &g_array_index(scene->folds, AnaFold, i);
        span -= fold->to - fold->from;
    }
    return span;
}

double ana_scene_at(const AnaScene *scene, SimTime at, double per_ns, double fold)
{
    double place = 0;
    SimTime done = scene->from;
    for (guint i = 0; i < scene->folds->len; i++) {
        const AnaFold *one = &g_array_index(scene->folds, AnaFold, i);
        if (at <= one->from)
            break;
        place += (double)(one->from - done) * per_ns;
        if (at < one->to)
            return place + fold * (double)(at - one->from) / (double)(one->to - one->from);
        place += fold;
        done = one->to;
    }
    return place + (double)(at - done) * per_ns;
}
