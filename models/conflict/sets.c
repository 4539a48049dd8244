/* sets.c — sets of versions: who holds them, and what two of them become. */
#include "models/conflict/versions_private.h"

#include "models/planted.h"

#include "sim/check.h"

#include <string.h>

static RepVersionSet *set_at(const RepVersions *versions, guint32 set)
{
    return sim_pool_at(&versions->sets, set);
}

/* ---- making ------------------------------------------------------------------------------- */

static guint32 make(RepVersions *versions, const guint32 *numbers, guint32 n, guint64 key)
{
    guint32 number = sim_pool_take(&versions->sets);
    RepVersionSet *set = set_at(versions, number);
    set->key = key;
    set->n = n;
    if (n == 1)
        set->one = numbers[0];
    else {
        set->many = g_new(guint32, n);
        for (guint32 i = 0; i < n; i++)
            set->many[i] = numbers[i];
    }
    for (guint32 i = 0; i < n; i++)
        rep_versions_count_set(versions, numbers[i], 1);
    g_array_append_val(versions->loose, number);
    return number;
}

guint32 rep_sets_of_one(RepVersions *versions, guint32 write)
{
    const RepWrite *only = rep_write_at(versions, write);
    guint32 number = make(versions, &write, 1, only->key);
    SimIntervals *cover = &set_at(versions, number)->cover;
    sim_intervals_copy(cover, &only->context);
    sim_intervals_add(cover, only->serial, only->serial);
    return number;
}

/* ---- holding ------------------------------------------------------------------------------ */

static void count_live(RepVersions *versions, const RepVersionSet *set, int change)
{
    for (guint32 i = 0; i < set->n; i++)
        rep_versions_count_live(versions, rep_set_number(set, i), change);
}

static void free_set(RepVersions *versions, guint32 number)
{
    RepVersionSet *set = set_at(versions, number);
    for (guint32 i = 0; i < set->n; i++)
        rep_versions_count_set(versions, rep_set_number(set, i), -1);
    g_free(set->many);
    sim_intervals_clear(&set->cover);
    *set = (RepVersionSet){0};
    sim_pool_give(&versions->sets, number);
}

void rep_set_hold(RepVersions *versions, guint32 number, gboolean is_live)
{
    RepVersionSet *set = set_at(versions, number);
    set->refs++;
    if (is_live && set->live++ == 0)
        count_live(versions, set, 1);
}

void rep_set_release(RepVersions *versions, guint32 number, gboolean is_live)
{
    RepVersionSet *set = set_at(versions, number);
    SIM_CHECK(set->refs > 0, "a set of versions is released that nobody holds");
    if (is_live && --set->live == 0)
        count_live(versions, set, -1);
    /* Who has just let it go may still look at it. */
    if (--set->refs == 0)
        g_array_append_val(versions->loose, number);
}

void rep_set_move(RepVersions *versions, guint32 number, gboolean to_live)
{
    RepVersionSet *set = set_at(versions, number);
    if (to_live ? set->live++ == 0 : --set->live == 0)
        count_live(versions, set, to_live ? 1 : -1);
}

void rep_versions_sweep(RepVersions *versions)
{
    for (guint i = 0; i < versions->loose->len; i++) {
        guint32 number = g_array_index(versions->loose, guint32, i);
        const RepVersionSet *set = set_at(versions, number);
        /* It may be in the list twice, and gone by the second time. */
        if (set->refs == 0 && set->n > 0)
            free_set(versions, number);
    }
    g_array_set_size(versions->loose, 0);
    rep_versions_end_all(versions);
}

void rep_versions_note_expired(RepVersions *versions, guint32 number)
{
    const RepVersionSet *set = set_at(versions, number);
    for (guint32 i = 0; i < set->n; i++)
        rep_versions_write_at(versions, rep_set_number(set, i))->is_expired = TRUE;
}

/* ---- joining ------------------------------------------------------------------------------ */

/* A version of one set that the other has not. */
static gboolean stays(const RepVersions *versions, guint32 write, const RepVersionSet *other,
                      gboolean is_arriving)
{
    const RepWrite *version = rep_write_at(versions, write);
    if (versions->rule->by_cover)
        return !sim_intervals_has(&other->cover, version->serial);
    for (guint32 i = 0; i < other->n; i++)
        if (!versions->rule->stays(versions->rule_setup, version,
                                   rep_write_at(versions, rep_set_number(other, i)), is_arriving))
            return FALSE;
    return TRUE;
}

/* What is left of both, ascending by serial. */
static guint32 choose(const RepVersions *versions, const RepVersionSet *held,
                      const RepVersionSet *arriving, guint32 *chosen)
{
    guint32 n = 0, i = 0, j = 0;
    while (i < held->n || j < arriving->n) {
        guint32 a = i < held->n ? rep_set_number(held, i) : 0;
        guint32 b = j < arriving->n ? rep_set_number(arriving, j) : 0;
        if (a == b) {
            if (versions->rule->by_cover ||
                (stays(versions, a, held, TRUE) && stays(versions, a, arriving, TRUE)))
                chosen[n++] = a;
            i++;
            j++;
        } else if (!b ||
                   (a && rep_write_at(versions, a)->serial < rep_write_at(versions, b)->serial)) {
            if (stays(versions, a, arriving, FALSE))
                chosen[n++] = a;
            i++;
        } else {
            if (stays(versions, b, held, TRUE))
                chosen[n++] = b;
            j++;
        }
    }
    return n;
}

static gboolean is_same(const RepVersionSet *set, const guint32 *numbers, guint32 n)
{
    if (set->n != n)
        return FALSE;
    for (guint32 i = 0; i < n; i++)
        if (rep_set_number(set, i) != numbers[i])
            return FALSE;
    return TRUE;
}

guint32 rep_versions_join(RepVersions *versions, guint32 held, guint32 arriving)
{
    if (!held || !arriving || held == arriving)
        return held ? held : arriving;
    const RepVersionSet *a = set_at(versions, held), *b = set_at(versions, arriving);
    guint32 few[8];
    guint32 *chosen = a->n + b->n <= G_N_ELEMENTS(few) ? few : g_new(guint32, a->n + b->n);
    guint32 n = choose(versions, a, b, chosen), result = 0;
    if (REP_PLANTED(SIBLING_FORGOTTEN) && n > 1)
        memmove(chosen, chosen + 1, --n * sizeof *chosen);
    if (is_same(a, chosen, n) && sim_intervals_contains(&a->cover, &b->cover))
        result = held;
    else if (is_same(b, chosen, n) && sim_intervals_contains(&b->cover, &a->cover))
        result = arriving;
    else {
        result = make(versions, chosen, n, a->key);
        SimIntervals *cover = &set_at(versions, result)->cover;
        sim_intervals_copy(cover, &a->cover);
        sim_intervals_unite(cover, &b->cover);
        rep_versions_close_gaps(versions, a->key, cover);
    }
    if (chosen != few)
        g_free(chosen);
    return result;
}

static gboolean is_by_rule(const RepVersions *versions, const RepWrite *write,
                           const RepVersionSet *left)
{
    for (guint32 i = 0; i < left->n; i++)
        if (rep_write_follows(rep_set_version(versions, left, i), write))
            return FALSE;
    return TRUE;
}

void rep_versions_note_dropped(RepVersions *versions, guint32 before, guint32 after,
                               RepDropped dropped, void *self)
{
    const RepVersionSet *old = set_at(versions, before), *new = set_at(versions, after);
    guint32 j = 0;
    for (guint32 i = 0; i < old->n; i++) {
        RepWrite *write = rep_versions_write_at(versions, rep_set_number(old, i));
        while (j < new->n && rep_set_version(versions, new, j)->serial < write->serial)
            j++;
        if (j < new->n && rep_set_version(versions, new, j) == write)
            continue;
        gboolean by_rule = is_by_rule(versions, write, new);
        if (by_rule)
            write->is_overruled = TRUE;
        else
            write->is_replaced = TRUE;
        if (dropped)
            dropped(self, write, by_rule);
    }
}

/* ---- questions ---------------------------------------------------------------------------- */

const RepWrite *rep_set_newest(const RepVersions *versions, guint32 number)
{
    const RepVersionSet *set = set_at(versions, number);
    const RepConflictRule *rule = versions->rule;
    const RepWrite *best = NULL;
    for (guint32 i = 0; number && i < set->n; i++) {
        const RepWrite *write = rep_set_version(versions, set, i);
        int order = !best         ? 1
                    : rule->shows ? rule->shows(versions->rule_setup, write, best)
                                  : rep_write_compare(write, best);
        if (order > 0)
            best = write;
    }
    return best;
}

gboolean rep_sets_agree(const RepVersions *versions, guint32 a, guint32 b)
{
    if (a == b)
        return TRUE;
    const RepVersionSet *x = set_at(versions, a), *y = set_at(versions, b);
    if (x->n != y->n)
        return FALSE;
    for (guint32 i = 0; i < x->n; i++)
        if (rep_set_number(x, i) != rep_set_number(y, i))
            return FALSE;
    return TRUE;
}
