/*
 * expect_story.c — claims about scripts: returns(STEP) == VALUE, holds(NODE, KEY) == VALUE,
 * version(STEP) == NUMBER.
 */
#include "scenarios/format/expect.h"

#include "scenarios/format/suggest.h"
#include "sim/value.h"

#include <string.h>

#define NAMES_SHOWN 12

/* ---- steps -------------------------------------------------------------------------------- */

/* Steps are numbered over all scripts, as AnaWorld has them. */
static int number_of(const RepSetup *setup, RepStepName step)
{
    gsize before = 0;
    for (int c = 0; c < step.client; c++)
        before += setup->clients[c].script.n;
    return (int)before + step.number;
}

static void report_step(const ScnCheckText *text, gsize start, gsize end, const char *name)
{
    const RepSetup *setup = text->question->setup;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (setup->clients[c].script.steps[i].name)
                g_ptr_array_add(names, setup->clients[c].script.steps[i].name);
    g_ptr_array_add(names, NULL);
    const char *const *all = (const char *const *)names->pdata;
    g_autofree char *list = scn_word_list(all, " ", NAMES_SHOWN);
    const char *near = scn_suggest(name, all);
    ScnDiag *diag = scn_check_report(text, SCN_UNKNOWN_STEP, start, MAX(end, start + 1),
                                     *name ? "no step is called '%s'" : "which step?%s", name);
    scn_diag_label(diag, "known: %s", *list ? list : "none; give a step a 'name:'");
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
}

static gboolean use_step(const ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    const char *name = g_strstrip(scn_check_part(text, start, end));
    RepStepName step = rep_setup_step(setup, name);
    if (step.client < 0 || !*name) {
        report_step(text, start, end, name);
        return FALSE;
    }
    query->step = number_of(setup, step);
    return TRUE;
}

/* ---- places ------------------------------------------------------------------------------- */

static gboolean use_node(const ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    const char *name = g_strstrip(scn_check_part(text, start, end));
    query->node = rep_setup_node(setup, name);
    if (query->node >= 0)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, setup->n_nodes + 1);
    for (gsize i = 0; i < setup->n_nodes; i++)
        names[i] = setup->nodes[i].name;
    g_autofree char *list = scn_word_list(names, " ", NAMES_SHOWN);
    ScnDiag *diag = scn_check_report(text, SCN_UNKNOWN_PLACE, start, MAX(end, start + 1),
                                     "no node is called '%s'", name);
    scn_diag_label(diag, "known: %s", list);
    return FALSE;
}

static gboolean use_place(const ScnCheckText *text, gsize start, gsize end, AnaQuery *query)
{
    gsize comma = start;
    while (comma < end && text->text[comma] != ',')
        comma++;
    if (comma == end) {
        ScnDiag *diag = scn_check_report(text, SCN_METRIC_ARGUMENT, start, MAX(end, start + 1),
                                         "a node and a key are expected here");
        scn_diag_help(diag, "for example  holds(db1, cart)");
        return FALSE;
    }
    const char *key = g_strstrip(scn_check_part(text, comma + 1, end));
    guint64 number = rep_key_number(key);
    if (!use_node(text, start, comma, query))
        return FALSE;
    query->key = (gint64)number;
    if (rep_setup_names_key(text->question->setup, number))
        return TRUE;
    scn_check_report(text, SCN_METRIC_ARGUMENT, comma + 1, MAX(end, comma + 2),
                     "no step is about the key '%s'", key);
    return FALSE;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static gboolean read_argument(ScnCheckText *text, AnaQuery *query)
{
    const AnaMetric *metric = query->metric;
    gboolean is_step = metric->arg == ANA_ARG_STEP;
    if (text->text[text->at] != '(') {
        ScnDiag *diag =
            scn_check_report(text, SCN_METRIC_ARGUMENT, text->at - strlen(metric->name), text->at,
                             is_step ? "'%s' of which step?" : "'%s' where?", metric->name);
        scn_diag_help(diag, "for example  %s(%s)", metric->name, is_step ? "s1" : "db1, cart");
        return FALSE;
    }
    const char *close = strchr(text->text + text->at, ')');
    if (!close) {
        scn_check_report(text, SCN_CHECK_SYNTAX, text->at, text->at + 1,
                         "this '(' is never closed");
        return FALSE;
    }
    gsize start = text->at + 1, end = (gsize)(close - text->text);
    text->at = end + 1;
    return is_step ? use_step(text, start, end, query) : use_place(text, start, end, query);
}

/* == VALUE, to the end of the text. */
static gboolean read_expected(ScnCheckText *text, AnaQuery *query)
{
    scn_check_skip_space(text);
    gsize start = text->at, sign = strspn(text->text + start, "<>=!~"), problem = 0;
    if (sign != 2 || strncmp(text->text + start, "==", 2) != 0) {
        ScnDiag *diag = scn_check_report(text, SCN_NOT_A_COMPARISON, start, start + MAX(sign, 1),
                                         "'%s' is compared with '=='", query->metric->name);
        scn_diag_help(diag, "for example  %s(…) == %s", query->metric->name,
                      strcmp(query->metric->name, "version") == 0 ? "3" : "[A, B]");
        return FALSE;
    }
    text->at += 2;
    scn_check_skip_space(text);
    start = text->at;
    gsize end = strlen(text->text);
    g_autofree char *value = sim_value_canonical(text->text + start, &problem);
    if (!value || start == end) {
        scn_check_report(text, SCN_CHECK_SYNTAX, start, MAX(end, start + 1),
                         start == end ? "a value is missing" : "this list is never closed");
        return FALSE;
    }
    query->expected = g_intern_string(value);
    text->at = end;
    return TRUE;
}

gboolean scn_parse_story(ScnCheckText *text, AnaQuery *query)
{
    return read_argument(text, query) && read_expected(text, query);
}
