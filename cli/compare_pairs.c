/* compare_pairs.c — see compare_pairs.h. */
#include "cli/compare_pairs.h"

#include <string.h>

GArray *cli_pairs_of(const CliCompare *compare)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(CliPair));
    const CliStoredRun *a = compare->runs[0], *b = compare->runs[1];
    for (guint v = 0; v < a->n_variants; v++) {
        gssize other = cli_stored_run_variant(b, a->variants[v].name);
        CliPair pair = {{v, (guint)other}};
        if (other >= 0)
            g_array_append_val(pairs, pair);
    }
    if (pairs->len == 0 && a->n_variants == 1 && b->n_variants == 1) {
        CliPair only = {{0, 0}};
        g_array_append_val(pairs, only);
    }
    return pairs;
}

const CliStoredVariant *cli_pair_variant(const CliCompare *compare, const CliPair *pair, guint side)
{
    return &compare->runs[side]->variants[pair->numbers[side]];
}

char *cli_pair_name(const CliCompare *compare, const CliPair *pair)
{
    const char *a = cli_pair_variant(compare, pair, 0)->name,
               *b = cli_pair_variant(compare, pair, 1)->name;
    return strcmp(a, b) == 0 ? g_strdup(a) : g_strdup_printf("%s and %s", a, b);
}

gboolean cli_pair_is_paired(const CliCompare *compare, const CliPair *pair)
{
    const CliStoredVariant *a = cli_pair_variant(compare, pair, 0),
                           *b = cli_pair_variant(compare, pair, 1);
    return a->seed == b->seed && a->replications == b->replications;
}

gboolean cli_pair_is_same_world(const CliCompare *compare, const CliPair *pair)
{
    return cli_pair_is_paired(compare, pair) &&
           strcmp(cli_pair_variant(compare, pair, 0)->world_digest,
                  cli_pair_variant(compare, pair, 1)->world_digest) == 0;
}

CliComparison cli_pair_comparison(const CliCompare *compare, const CliPair *pair)
{
    return (CliComparison){.runs = {compare->runs[0], compare->runs[1]},
                           .numbers = {pair->numbers[0], pair->numbers[1]},
                           .is_paired = cli_pair_is_paired(compare, pair),
                           .all = compare->all};
}

/* ---- what differs ------------------------------------------------------------------------- */

static void clear_difference(gpointer data)
{
    CliDifferentSetting *setting = data;
    g_free(setting->path);
    g_free(setting->before);
    g_free(setting->after);
}

static void add_difference(GArray *list, const char *path, const char *before, const char *after)
{
    for (guint i = 0; i < list->len; i++) {
        const CliDifferentSetting *known = &g_array_index(list, CliDifferentSetting, i);
        if (strcmp(known->path, path) == 0 && g_strcmp0(known->before, before) == 0 &&
            g_strcmp0(known->after, after) == 0)
            return;
    }
    CliDifferentSetting setting = {g_strdup(path), g_strdup(before), g_strdup(after)};
    g_array_append_val(list, setting);
}

/* Lines that name or judge a run, but simulate nothing else. */
static gboolean is_remark(const char *path)
{
    static const char *const remarks[] = {"name",   "question",     "baseline", "gate",
                                          "expect", "not_modelled", NULL};
    return g_strv_contains(remarks, path);
}

GArray *cli_pairs_differences(const CliCompare *compare, const GArray *pairs)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(CliDifferentSetting));
    g_array_set_clear_func(list, clear_difference);
    for (guint i = 0; i < pairs->len; i++) {
        const CliStoredVariant *a = cli_pair_variant(compare, &g_array_index(pairs, CliPair, i), 0);
        const CliStoredVariant *b = cli_pair_variant(compare, &g_array_index(pairs, CliPair, i), 1);
        for (guint s = 0; s < a->settings->len; s++) {
            const CliSetting *setting = &g_array_index(a->settings, CliSetting, s);
            const char *other = cli_stored_run_setting(b, setting->path);
            if (g_strcmp0(setting->value, other) != 0 && !is_remark(setting->path))
                add_difference(list, setting->path, setting->value, other);
        }
        for (guint s = 0; s < b->settings->len; s++) {
            const CliSetting *setting = &g_array_index(b->settings, CliSetting, s);
            if (!cli_stored_run_setting(a, setting->path) && !is_remark(setting->path))
                add_difference(list, setting->path, NULL, setting->value);
        }
    }
    return list;
}
