/*
 * Goal: values that replicas show keep the laws of replicated data types (Shapiro et al. 2011): a
 * replica that joins what others have shows the same whatever came first, in how many pieces and
 * how often; and that is what an object shows which was sent the operations one by one. For
 * counters, sets, sequences and values side by side. Method: random histories of holders that
 * write, join and forget, over the sets of models/conflict and the values of analysis/values.h,
 * against tests/support/value_model.h; and the same with something wrong planted in between.
 */
#include "models/conflict/conflict.h"
#include "tests/support/check.h"
#include "tests/support/value_model.h"

#include <string.h>

#define HISTORIES 2000u
#define HOLDERS 5u
#define STEPS 80u
#define KEY 7u

static const char *const merge_names[] = {"siblings", "counter", "set", "sequence"};

typedef enum Planted {
    PLANTED_NOTHING,
    PLANTED_CAUSES_FORGOTTEN, /* a value is read from the versions alone, without what they follow
                               */
    PLANTED_SIBLING_MISSED,   /* of versions side by side one is not shown */
    PLANTED_ARRIVAL_COUNTS    /* what was joined last is taken for what was written last */
} Planted;

typedef struct History {
    AnaMerge merge;
    Planted planted;
    guint64 seed;
    guint n_writes;
    SimRng rng;
    RepVersions versions;
    AnaValues *values;
    ValueModel *model;
    guint32 holders[HOLDERS];
    char *violation;
} History;

static guint below(History *history, guint n)
{
    return (guint)(sim_rng_bits(&history->rng) % n);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- what is shown ------------------------------------------------------------------------ */

static Bits known(const History *history, guint32 set)
{
    Bits all = 0;
    for (guint i = 0; set && i < history->n_writes; i++)
        if (sim_intervals_has(&rep_set_at(&history->versions, set)->cover, i + 1))
            all |= (Bits)1 << i;
    return all;
}

/* By the cover of the set, or by what the contexts of its versions say: both are to be the same. */
static char *shown(const History *history, guint32 set, gboolean by_cover)
{
    guint64 serials[VALUE_WRITES_MAX];
    const RepVersionSet *in = rep_set_at(&history->versions, set);
    SimIntervals alone = {0};
    const SimIntervals *cover = by_cover ? &in->cover : NULL;
    guint32 n = set ? in->n : 0;
    for (guint32 i = 0; i < n; i++) {
        serials[i] = rep_set_version(&history->versions, in, i)->serial;
        sim_intervals_add(&alone, serials[i], serials[i]);
    }
    if (history->planted == PLANTED_SIBLING_MISSED && n > 1)
        n--;
    if (history->planted == PLANTED_CAUSES_FORGOTTEN)
        cover = &alone;
    g_autoptr(GPtrArray) values = ana_values_of(history->values, KEY, serials, n, cover);
    sim_intervals_clear(&alone);
    if (history->merge != ANA_MERGE_NONE)
        return g_strdup(values->len ? g_ptr_array_index(values, 0) : "");
    g_ptr_array_sort(values, by_text);
    GString *list = g_string_new("[");
    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(list, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(values, i));
    return g_string_free(g_string_append_c(list, ']'), FALSE);
}

static void compare(History *history, const char *law, char *got, char *wanted)
{
    if (!history->violation && strcmp(got, wanted) != 0)
        history->violation = g_strdup_printf(
            "%s, seed %" G_GUINT64_FORMAT ", write %u: %s: '%s', not '%s'",
            merge_names[history->merge], history->seed, history->n_writes, law, got, wanted);
    g_free(got);
    g_free(wanted);
}

static void check_shown(History *history, guint32 set)
{
    if (!set)
        return;
    compare(history, "what a cover shows, and operations one by one", shown(history, set, TRUE),
            value_model_read(history->model, known(history, set)));
    if (history->planted == PLANTED_NOTHING)
        compare(history, "what contexts show, and the cover", shown(history, set, FALSE),
                shown(history, set, TRUE));
}

/* ---- the laws ----------------------------------------------------------------------------- */

static guint32 join(History *history, guint32 a, guint32 b)
{
    guint32 both = rep_versions_join(&history->versions, a, b);
    return history->planted == PLANTED_ARRIVAL_COUNTS && b ? b : both;
}

static void check_laws(History *history)
{
    guint32 a = history->holders[below(history, HOLDERS)];
    guint32 b = history->holders[below(history, HOLDERS)];
    guint32 c = history->holders[below(history, HOLDERS)];
    guint32 a_b = join(history, a, b), b_c = join(history, b, c);
    compare(history, "commutative", shown(history, a_b, TRUE),
            shown(history, join(history, b, a), TRUE));
    compare(history, "associative", shown(history, join(history, a_b, c), TRUE),
            shown(history, join(history, a, b_c), TRUE));
    compare(history, "idempotent", shown(history, join(history, a_b, b), TRUE),
            shown(history, a_b, TRUE));
    check_shown(history, join(history, a_b, c));
}

/* ---- histories ---------------------------------------------------------------------------- */

static void take(History *history, guint holder, guint32 set)
{
    if (set)
        rep_set_hold(&history->versions, set, TRUE);
    if (history->holders[holder])
        rep_set_release(&history->versions, history->holders[holder], TRUE);
    history->holders[holder] = set;
}

/* Somebody writes on top of what any holder has, and the write comes to another one. */
static void write_one(History *history)
{
    guint32 before = below(history, 8) ? history->holders[below(history, HOLDERS)] : 0;
    Bits context = known(history, before);
    const char *text = value_model_write(history->model, context);
    SimIntervals follows = {0};
    for (guint i = 0; i < history->n_writes; i++)
        if (context >> i & 1)
            sim_intervals_add(&follows, i + 1, i + 1);
    guint64 n_conflicts;
    guint32 own = rep_versions_write(
        &history->versions, &(RepNewWrite){.key = KEY, .context = before, .is_delete = !text},
        &n_conflicts);
    ana_values_add(history->values, KEY, ++history->n_writes, text, &follows);
    sim_intervals_clear(&follows);
    rep_set_hold(&history->versions, own, TRUE);
    guint holder = below(history, HOLDERS);
    take(history, holder, join(history, history->holders[holder], own));
    check_shown(history, history->holders[holder]);
}

static void step(History *history)
{
    guint holder = below(history, HOLDERS), what = below(history, 100);
    guint32 other = history->holders[below(history, HOLDERS)];
    if (what < 40 && history->n_writes < VALUE_WRITES_MAX)
        write_one(history);
    else if (what < 97)
        take(history, holder, join(history, history->holders[holder], other));
    else
        take(history, holder, 0);
    check_laws(history);
}

static char *run(AnaMerge merge, Planted planted, guint64 seed, guint *n_writes)
{
    History history = {.merge = merge, .planted = planted, .seed = seed};
    sim_rng_seed(&history.rng, seed);
    rep_versions_init(&history.versions,
                      merge == ANA_MERGE_NONE ? &rep_conflict_siblings : &rep_conflict_merge, NULL,
                      (RepVersionsListener){0});
    history.values = ana_values_new(merge);
    history.model = value_model_new(merge, &history.rng);
    for (guint i = 0; i < STEPS && !history.violation; i++)
        step(&history);
    *n_writes += history.n_writes;
    value_model_free(history.model);
    ana_values_free(history.values);
    rep_versions_clear(&history.versions);
    return history.violation;
}

/* ---- claims ------------------------------------------------------------------------------- */

static void all_laws_hold(AnaMerge merge)
{
    guint n_writes = 0;
    char *violation = NULL;
    for (guint64 seed = 1; seed <= HISTORIES && !violation; seed++)
        violation = run(merge, PLANTED_NOTHING, seed, &n_writes);
    CHECK_STR(violation, NULL);
    CHECK(n_writes > 20 * HISTORIES);
    g_free(violation);
}

static void values_side_by_side_keep_the_laws(void)
{
    all_laws_hold(ANA_MERGE_NONE);
}

static void counters_keep_the_laws(void)
{
    all_laws_hold(ANA_MERGE_COUNTER);
}

static void sets_keep_the_laws(void)
{
    all_laws_hold(ANA_MERGE_SET);
}

static void sequences_keep_the_laws(void)
{
    all_laws_hold(ANA_MERGE_SEQUENCE);
}

static void what_breaks_a_law_is_found(void)
{
    for (AnaMerge merge = ANA_MERGE_NONE; merge <= ANA_MERGE_SEQUENCE; merge++)
        for (Planted planted = PLANTED_CAUSES_FORGOTTEN; planted <= PLANTED_ARRIVAL_COUNTS;
             planted++) {
            /* Merged values are read from the cover; values side by side have no use for it. */
            if (planted == (merge ? PLANTED_SIBLING_MISSED : PLANTED_CAUSES_FORGOTTEN))
                continue;
            guint n_writes = 0;
            char *violation = NULL;
            for (guint64 seed = 1; seed <= 20 && !violation; seed++)
                violation = run(merge, planted, seed, &n_writes);
            test_row("%s, bug %d", merge_names[merge], (int)planted);
            CHECK(violation != NULL);
            g_free(violation);
        }
    test_row(NULL);
}

static const TestCase cases[] = {
    TEST(values_side_by_side_keep_the_laws),
    TEST(counters_keep_the_laws),
    TEST(sets_keep_the_laws),
    TEST(sequences_keep_the_laws),
    TEST(what_breaks_a_law_is_found),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("values", cases, argc, argv);
}
