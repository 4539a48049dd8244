/*
 * query_filter.c — what a measure is restricted to: {client_region=eu, age>50ms}.
 */
#include "scenarios/format/expect.h"

#include "models/policies/policy.h"
#include "scenarios/format/quantity.h"
#include "scenarios/format/suggest.h"

#include <string.h>

static gboolean is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

typedef struct Filter {
    const char *name;
    AnaFilterBit bit;
} Filter;

static const Filter filters[] = {{"region", ANA_FILTER_REGION},
                                 {"client_region", ANA_FILTER_CLIENT_REGION},
                                 {"client", ANA_FILTER_CLIENT},
                                 {"node", ANA_FILTER_NODE},
                                 {"session", ANA_FILTER_SESSION},
                                 {"key", ANA_FILTER_KEY},
                                 {"age", ANA_FILTER_AGE},
                                 {"partition", ANA_FILTER_PARTITION},
                                 {NULL, 0}};

/* Names of the filters in `bits`. */
static const char **filter_names(guint bits)
{
    const char **names = g_new0(const char *, G_N_ELEMENTS(filters) + 1);
    gsize n = 0;
    for (const Filter *filter = filters; filter->name; filter++)
        if (bits & filter->bit)
            names[n++] = filter->name;
    return names;
}

/* One filter as written: name, mark and value with their places. */
typedef struct Given {
    const Filter *filter;
    char mark;
    const char *name, *value;
    gsize name_at, mark_at, value_at;
} Given;

static gboolean report_unknown(const ScnCheckText *text, const Given *given, ScnCodeId code,
                               const char *noun, const char *const *names)
{
    g_autofree char *list = scn_word_list(names, " ", 12);
    const char *near = scn_suggest(given->value, names);
    ScnDiag *diag =
        scn_check_report(text, code, given->value_at, given->value_at + strlen(given->value),
                         "no %s is called '%s'", noun, given->value);
    scn_diag_label(diag, "known: %s", *list ? list : "none");
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return FALSE;
}

static gboolean use_node(const ScnCheckText *text, const Given *given, AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    query->node = rep_setup_node(setup, given->value);
    if (query->node >= 0)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, setup->n_nodes + 1);
    for (gsize i = 0; i < setup->n_nodes; i++)
        names[i] = setup->nodes[i].name;
    return report_unknown(text, given, SCN_UNKNOWN_PLACE, "node", names);
}

static gboolean use_region(const ScnCheckText *text, const Given *given, int *region)
{
    const RepSetup *setup = text->question->setup;
    *region = rep_setup_region(setup, given->value);
    if (*region >= 0)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, setup->n_regions + 1);
    for (gsize i = 0; i < setup->n_regions; i++)
        names[i] = setup->regions[i];
    return report_unknown(text, given, SCN_UNKNOWN_REGION, "region", names);
}

static gboolean use_client(const ScnCheckText *text, const Given *given, AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    query->client = rep_setup_client(setup, given->value);
    if (query->client >= 0)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, setup->n_clients + 1);
    for (gsize i = 0; i < setup->n_clients; i++)
        names[i] = setup->clients[i].name;
    return report_unknown(text, given, SCN_UNKNOWN_CLIENT, "client group", names);
}

static gboolean use_number(const ScnCheckText *text, const Given *given, gint64 *number)
{
    g_auto(ScnIssue) issue = {0};
    gsize end = given->value_at + strlen(given->value);
    if (scn_parse_count(given->value, number, &issue) && *number >= 0)
        return TRUE;
    scn_check_report(text, SCN_NOT_A_QUANTITY, given->value_at, end,
                     "'%s' is not the number of a %s, from 0 on", given->value,
                     given->filter->name);
    return FALSE;
}

/* A key of a script may have a name. */
static gboolean use_key(const ScnCheckText *text, const Given *given, gint64 *key)
{
    guint64 number = rep_key_number(given->value);
    if (!rep_setup_names_key(text->question->setup, number))
        return use_number(text, given, key);
    *key = (gint64)number;
    return TRUE;
}

static gboolean use_age(const ScnCheckText *text, const Given *given, AnaQuery *query)
{
    g_auto(ScnIssue) issue = {0};
    if (scn_parse_span(given->value, &query->age, &issue) && query->age >= 0)
        return TRUE;
    query->age = -1;
    gsize end = given->value_at + strlen(given->value);
    ScnDiag *diag =
        scn_check_report(text, issue.message ? issue.code : SCN_OUT_OF_RANGE, given->value_at, end,
                         "%s", issue.message ? issue.message : "an age cannot be negative");
    if (issue.label)
        scn_diag_label(diag, "%s", issue.label);
    if (issue.help)
        scn_diag_help(diag, "%s", issue.help);
    return FALSE;
}

static gboolean use_filter(ScnCheckText *text, const Given *given, AnaQuery *query)
{
    switch (given->filter->bit) {
    case ANA_FILTER_REGION:
        return use_region(text, given, &query->region);
    case ANA_FILTER_CLIENT_REGION:
        return use_region(text, given, &query->client_region);
    case ANA_FILTER_CLIENT:
        return use_client(text, given, query);
    case ANA_FILTER_NODE:
        return use_node(text, given, query);
    case ANA_FILTER_SESSION:
        text->session_at = given->value_at;
        text->session_end = given->value_at + strlen(given->value);
        return use_number(text, given, &query->session);
    case ANA_FILTER_KEY:
        text->key_at = given->value_at;
        text->key_end = given->value_at + strlen(given->value);
        return use_key(text, given, &query->key);
    case ANA_FILTER_AGE:
        return use_age(text, given, query);
    case ANA_FILTER_PARTITION:
        return use_number(text, given, &query->partition);
    }
    return FALSE;
}

/* Cut [start, end) into name, mark and value. FALSE: reported. */
static gboolean cut_filter(const ScnCheckText *text, gsize start, gsize end, Given *given)
{
    gsize at = start;
    while (at < end && is_space(text->text[at]))
        at++;
    given->name_at = at;
    while (at < end && (g_ascii_isalnum(text->text[at]) || text->text[at] == '_'))
        at++;
    given->name = scn_check_part(text, given->name_at, at);
    while (at < end && is_space(text->text[at]))
        at++;
    given->mark_at = at;
    given->mark = at < end ? text->text[at++] : '\0';
    while (at < end && is_space(text->text[at]))
        at++;
    given->value_at = at;
    given->value = g_strstrip(scn_check_part(text, at, end));
    if (given->name[0] && given->value[0] && (given->mark == '=' || given->mark == '>'))
        return TRUE;
    ScnDiag *diag = scn_check_report(text, SCN_CHECK_SYNTAX, start, MAX(end, start + 1),
                                     "this is not a filter");
    scn_diag_help(diag, "for example  {node=db2} or {age>50ms}");
    return FALSE;
}

/* Known, taken by the metric, with its own mark, and not given before. */
static gboolean check_filter(const ScnCheckText *text, Given *given, const AnaMetric *metric,
                             guint seen)
{
    gsize end = given->name_at + strlen(given->name);
    for (const Filter *filter = filters; filter->name; filter++)
        if (strcmp(filter->name, given->name) == 0)
            given->filter = filter;
    g_autofree const char **names = filter_names(given->filter ? metric->filters : G_MAXUINT);
    g_autofree char *list = scn_word_list(names, " ", 12);
    ScnDiag *diag;
    if (!given->filter) {
        const char *near = scn_suggest(given->name, names);
        diag = scn_check_report(text, SCN_UNKNOWN_FILTER, given->name_at, end,
                                "'%s' is not a filter", given->name);
        if (near)
            scn_diag_label(diag, "did you mean '%s'?", near);
        else
            scn_diag_label(diag, "known: %s", list);
    } else if (!(metric->filters & given->filter->bit)) {
        diag = scn_check_report(text, SCN_FILTER_NOT_TAKEN, given->name_at, end,
                                "'%s' cannot be restricted by '%s'", metric->name, given->name);
        scn_diag_label(diag, "it takes: %s", *list ? list : "no filter");
    } else if (seen & given->filter->bit) {
        scn_check_report(text, SCN_REPEATED_ARGUMENT, given->name_at, end,
                         "the filter '%s' is given twice", given->name);
    } else if ((given->mark == '>') != (given->filter->bit == ANA_FILTER_AGE)) {
        diag = scn_check_report(text, SCN_CHECK_SYNTAX, given->mark_at, given->mark_at + 1,
                                "'%c' does not fit '%s'", given->mark, given->name);
        scn_diag_label(diag, "expected '%c'", given->mark == '>' ? '=' : '>');
    } else {
        return TRUE;
    }
    return FALSE;
}

/* {…} at the cursor. */
gboolean scn_parse_filters(ScnCheckText *text, AnaQuery *query, guint *seen)
{
    const char *close = strchr(text->text + text->at, '}');
    gsize open = text->at;
    gboolean is_good = TRUE;
    if (!close) {
        scn_check_report(text, SCN_CHECK_SYNTAX, open, open + 1, "this '{' is never closed");
        return FALSE;
    }
    gsize end = (gsize)(close - text->text);
    for (gsize start = open + 1; start <= end;) {
        gsize comma = start;
        while (comma < end && text->text[comma] != ',')
            comma++;
        Given given = {0};
        if (!cut_filter(text, start, comma, &given) ||
            !check_filter(text, &given, query->metric, *seen) || !use_filter(text, &given, query))
            is_good = FALSE;
        *seen |= given.filter ? given.filter->bit : 0;
        start = comma + 1;
    }
    text->at = end + 1;
    return is_good;
}

gboolean scn_check_required(const ScnCheckText *text, const AnaQuery *query, guint seen)
{
    guint missing = query->metric->required & ~seen;
    if (!missing)
        return TRUE;
    g_autofree const char **names = filter_names(missing);
    const RepSetup *setup = text->question->setup;
    const char *sample = setup->n_nodes ? setup->nodes[setup->n_nodes - 1].name : "db2";
    gsize length = strlen(query->metric->name);
    ScnDiag *diag =
        scn_check_report(text, SCN_MISSING_FILTER, text->name_end - length, text->name_end,
                         "'%s' is measured for each %s: say which", query->metric->name, names[0]);
    scn_diag_help(diag, "for example  %s{%s=%s}", query->metric->name, names[0], sample);
    return FALSE;
}

/* How many sessions or keys the client groups that are asked about have at most; 0: no limit. */
static gint64 limit_of(const RepSetup *setup, const AnaQuery *query, AnaFilterBit bit)
{
    gint64 limit = 0;
    for (int i = 0; i < (int)setup->n_clients; i++) {
        const RepClientSetup *client = &setup->clients[i];
        if (query->client >= 0 && query->client != i)
            continue;
        gint64 n = client->rate.closed ? client->rate.sessions : client->sessions;
        if (bit == ANA_FILTER_KEY && client->script.n > 0)
            return 0;
        if (bit == ANA_FILTER_KEY) {
            if (!client->keys || sim_keys_kind(client->keys) == SIM_KEYS_UNIQUE)
                return 0;
            n = (gint64)sim_keys_count(client->keys);
        }
        limit = MAX(limit, n);
    }
    return limit;
}

/* Sessions, keys and partitions are counted from 0; known once the client group is. */
gboolean scn_check_numbers(const ScnCheckText *text, const AnaQuery *query)
{
    const RepSetup *setup = text->question->setup;
    const struct {
        const char *noun;
        gint64 number, limit; /* 0: none */
    } asked[] = {
        {"session", query->session, limit_of(setup, query, ANA_FILTER_SESSION)},
        {"key", query->key, limit_of(setup, query, ANA_FILTER_KEY)},
        {"partition", query->partition, setup->policy ? setup->policy->logs(setup) : 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
        if (asked[i].number < 0 || !asked[i].limit || asked[i].number < asked[i].limit)
            continue;
        ScnDiag *diag = scn_check_report(text, SCN_OUT_OF_RANGE, 0, strlen(text->text),
                                         "no %s has the number %" G_GINT64_FORMAT, asked[i].noun,
                                         asked[i].number);
        scn_diag_label(diag, "they are numbered from 0 to %" G_GINT64_FORMAT, asked[i].limit - 1);
        return FALSE;
    }
    return TRUE;
}
