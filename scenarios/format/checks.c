/*
 * checks.c — `expect`: a list for every variant, or a mapping of lists for `all` and for variants.
 */
#include "scenarios/format/load.h"

#include "scenarios/format/expect.h"
#include "scenarios/format/json.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define CHECKS_MAX 1000u
#define RARE_REPLICATIONS 300 /* fewer say little about a count that should be 0 */

static const ScnNode *expect_of(const ScnLoad *load)
{
    const ScnNode *expect = scn_map_get(load->top, "expect");
    return expect && !scn_node_is_empty(expect) && expect->kind != SCN_BROKEN ? expect : NULL;
}

/* ---- shape -------------------------------------------------------------------------------- */

static void check_list(ScnLoad *load, const ScnNode *list)
{
    if (list->kind == SCN_BROKEN || list->kind == SCN_SCALAR)
        return;
    if (list->kind == SCN_MAP) {
        scn_diags_add(load->diags, SCN_WRONG_SHAPE,
                      (ScnSpan){list->span.source, list->span.start, list->span.start + 1},
                      "a list of checks is expected here, and this is a mapping");
        return;
    }
    if (list->n > CHECKS_MAX)
        scn_diags_add(load->diags, SCN_TOO_MANY, list->items[CHECKS_MAX]->span,
                      "%u checks are the most", CHECKS_MAX);
    for (gsize i = 0; i < list->n; i++) {
        const ScnNode *item = list->items[i];
        if (item->kind == SCN_BROKEN || (scn_node_is_scalar(item) && !scn_node_is_empty(item)))
            continue;
        ScnSpan span = {item->span.source, item->span.start, item->span.start + 1};
        ScnDiag *diag = scn_diags_add(load->diags, SCN_CHECK_SYNTAX, span,
                                      "a check is a text such as 'stale_rate < 1%%'");
        scn_diag_label(diag, "this is %s",
                       item->kind == SCN_SCALAR ? "empty" : scn_node_kind_name(item));
    }
}

static void check_variant_key(ScnLoad *load, const ScnNode *key)
{
    g_autofree const char **names = g_new0(const char *, load->n_wishes + 2);
    names[0] = "all";
    for (gsize i = 0; i < load->n_wishes; i++) {
        names[i + 1] = load->wishes[i].name;
        if (strcmp(key->text, load->wishes[i].name) == 0)
            return;
    }
    if (strcmp(key->text, "all") == 0 || g_str_has_prefix(key->text, "x-"))
        return;
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(key->text, names);
    ScnDiag *diag = scn_diags_add(load->diags, SCN_UNKNOWN_VARIANT, key->span,
                                  "no variant is called '%s'", key->text);
    scn_diag_label(diag, "expected: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
}

void scn_check_expect(ScnLoad *load)
{
    const ScnNode *expect = expect_of(load);
    if (!expect)
        return;
    if (expect->kind != SCN_MAP) {
        check_list(load, expect);
        return;
    }
    for (gsize i = 0; i < expect->n; i++) {
        check_variant_key(load, expect->entries[i].key);
        check_list(load, expect->entries[i].value);
    }
}

/* ---- one variant -------------------------------------------------------------------------- */

typedef struct Reading {
    ScnLoad *load;
    ScnVariant *variant;
    gboolean is_alone; /* no other variant is judged by these checks, and it is the baseline */
    GArray *checks;    /* AnaExpectation */
    GString *resolved; /* the list as YAML */
} Reading;

static void warn_rare(Reading *reading, const ScnNode *node, const AnaExpectation *check)
{
    const AnaMetric *metric = check->query.metric;
    gint64 replications = reading->variant->setup->replications;
    gboolean wants_none =
        (check->op == ANA_EQUAL || check->op == ANA_LESS_EQUAL) && check->limit <= 0;
    if (!wants_none || check->relative || metric->shape != ANA_SHAPE_TOTAL ||
        metric->unit != ANA_UNIT_COUNT || check->query.stat == ANA_STAT_RATE ||
        replications >= RARE_REPLICATIONS || replications < 1)
        return;
    ScnDiag *diag = scn_diags_add(reading->load->diags, SCN_RARE_EVENT, node->span,
                                  "a check on a rare event needs more trials");
    scn_diag_label(diag, "%" G_GINT64_FORMAT " replication%s will be simulated", replications,
                   replications == 1 ? "" : "s");
    scn_diag_note(diag,
                  replications > 3 ? "seeing none in %" G_GINT64_FORMAT
                                     " only shows the chance is below about 1 in %" G_GINT64_FORMAT
                                     " (95 %%)"
                                   : "seeing none in %" G_GINT64_FORMAT " shows next to nothing",
                  replications, replications / 3);
    scn_diag_help(diag, "'replications: %d' shows below 1 in %d", RARE_REPLICATIONS,
                  RARE_REPLICATIONS / 3);
}

static void warn_itself(Reading *reading, const ScnNode *node, const AnaExpectation *check)
{
    if (!check->relative || !reading->is_alone)
        return;
    ScnDiag *diag = scn_diags_add(reading->load->diags, SCN_COMPARED_WITH_ITSELF, node->span,
                                  "this compares the baseline with itself");
    scn_diag_help(diag, "put the check under the variants that are to be compared");
}

static void read_check(Reading *reading, const ScnNode *node)
{
    ScnQuestion question = {.arena = reading->load->arena,
                            .diags = reading->load->diags,
                            .setup = reading->variant->setup,
                            .node = node};
    AnaExpectation check;
    if (!scn_node_is_scalar(node) || scn_node_is_empty(node))
        return;
    if (!scn_read_check(&question, &check)) {
        g_free(check.text);
        return;
    }
    warn_rare(reading, node, &check);
    warn_itself(reading, node, &check);
    g_string_append(reading->resolved, reading->checks->len ? ", " : "");
    scn_json_string(reading->resolved, check.text);
    g_array_append_val(reading->checks, check);
}

static void read_list(Reading *reading, const ScnNode *list)
{
    if (list->kind == SCN_SCALAR)
        read_check(reading, list);
    for (gsize i = 0; list->kind == SCN_LIST && i < list->n && i < CHECKS_MAX; i++)
        read_check(reading, list->items[i]);
}

void scn_read_checks(ScnLoad *load, const ScnWish *wish, gboolean is_baseline, ScnVariant *variant)
{
    const ScnNode *expect = expect_of(load);
    Reading reading = {.load = load, .variant = variant};
    if (!expect)
        return;
    reading.checks = g_array_new(FALSE, FALSE, sizeof(AnaExpectation));
    reading.resolved = g_string_new("[");
    reading.is_alone = load->n_wishes == 1;
    if (expect->kind != SCN_MAP)
        read_list(&reading, expect);
    for (gsize i = 0; expect->kind == SCN_MAP && i < expect->n; i++)
        if (strcmp(expect->entries[i].key->text, "all") == 0)
            read_list(&reading, expect->entries[i].value);
    reading.is_alone |= is_baseline;
    for (gsize i = 0; expect->kind == SCN_MAP && i < expect->n; i++)
        if (strcmp(expect->entries[i].key->text, wish->name) == 0)
            read_list(&reading, expect->entries[i].value);
    g_string_append_c(reading.resolved, ']');
    if (reading.checks->len)
        scn_resolved_add(variant->resolved, "expect", reading.resolved->str, expect->origin, NULL);
    g_string_free(reading.resolved, TRUE);
    variant->n_expectations = reading.checks->len;
    variant->expectations = (AnaExpectation *)(void *)g_array_free(reading.checks, FALSE);
}

/* ---- lists of texts ----------------------------------------------------------------------- */

char **scn_read_texts(ScnLoad *load, const char *key)
{
    const ScnNode *list = scn_map_get(load->top, key);
    GPtrArray *texts = g_ptr_array_new();
    if (list && list->kind != SCN_LIST && list->kind != SCN_BROKEN && !scn_node_is_empty(list))
        scn_diags_add(load->diags, SCN_WRONG_SHAPE, list->span, "'%s' is a list of texts", key);
    for (gsize i = 0; list && list->kind == SCN_LIST && i < list->n; i++) {
        const ScnNode *item = list->items[i];
        if (item->kind == SCN_SCALAR)
            g_ptr_array_add(texts, g_strstrip(g_strdup(item->text)));
        else if (item->kind != SCN_BROKEN)
            scn_diags_add(load->diags, SCN_WRONG_SHAPE, item->span,
                          "a text is expected here, and this is %s", scn_node_kind_name(item));
    }
    g_ptr_array_add(texts, NULL);
    return (char **)g_ptr_array_free(texts, FALSE);
}
