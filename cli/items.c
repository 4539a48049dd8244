/* items.c — the kinds of `list`, from the description tables; see items.h. */
#include "cli/items.h"

#include "analysis/metrics.h"
#include "models/policies/policy.h"
#include "scenarios/format/codes.h"
#include "scenarios/format/functions.h"
#include "scenarios/format/schema.h"

#include <string.h>

/* ---- items -------------------------------------------------------------------------------- */

CliItem *cli_item_new(const char *name, const char *signature, const char *summary)
{
    CliItem *item = g_new0(CliItem, 1);
    item->name = g_strdup(name);
    item->signature = g_strdup(signature ? signature : name);
    item->summary = g_strdup(summary);
    item->facts = g_array_new(FALSE, FALSE, sizeof(CliFact));
    return item;
}

void cli_item_free(gpointer pointer)
{
    CliItem *item = pointer;
    for (guint i = 0; i < item->facts->len; i++) {
        CliFact *fact = &g_array_index(item->facts, CliFact, i);
        g_free(fact->label);
        g_free(fact->text);
    }
    g_array_free(item->facts, TRUE);
    g_free(item->name);
    g_free(item->also);
    g_free(item->signature);
    g_free(item->summary);
    g_free(item);
}

void cli_item_fact(CliItem *item, const char *label, const char *text)
{
    if (!text)
        return;
    CliFact fact = {.label = g_strdup(label), .text = g_strdup(text)};
    g_array_append_val(item->facts, fact);
}

GPtrArray *cli_items_of(const CliKind *kind)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(cli_item_free);
    kind->collect(items);
    return items;
}

/* ---- fields and choices ------------------------------------------------------------------- */

/* "a duration or a distribution; default 0s: time of one flush; e.g. 2ms" */
static char *field_words(const RepField *field)
{
    GString *out = g_string_new(field->doc);
    g_string_append_printf(out, " (%s)", scn_field_kind(field));
    if (field->required)
        g_string_append(out, "; required");
    else if (field->fallback && field->fallback[0] != '@' && !strstr(field->doc, "default"))
        g_string_append_printf(out, "; default: %s", field->fallback);
    if (field->example)
        g_string_append_printf(out, "; e.g. %s", field->example);
    return g_string_free(out, FALSE);
}

void cli_item_fields(CliItem *item, const RepField *fields)
{
    for (; fields && fields->key; fields++) {
        g_autofree char *words = field_words(fields);
        cli_item_fact(item, fields->key, words);
    }
}

/* "semi-sync(K)", "lognormal(min=…, p50=…, p99=…)" */
static char *choice_signature(const RepChoice *choice)
{
    GString *out = g_string_new(choice->name);
    if (!choice->args || !choice->args->key)
        return g_string_free(out, FALSE);
    if (choice->form == REP_FORM_MAPPING) { /* written without its name, as its keys */
        g_string_append(out, " {…}");
        return g_string_free(out, FALSE);
    }
    if (choice->form == REP_FORM_VALUE) { /* written as its value alone */
        g_string_assign(out, choice->args->example ? choice->args->example : choice->args->key);
        return g_string_free(out, FALSE);
    }
    g_string_append_c(out, '(');
    for (const RepField *arg = choice->args; arg->key; arg++) {
        /* An argument that can be one word only is that word: sync(all). */
        gboolean fixed = arg->type == REP_FIELD_CHOICE && arg->choices && !arg->choices[1].name;
        g_string_append_printf(out, "%s%s", arg == choice->args ? "" : ", ",
                               fixed ? arg->choices->name : arg->key);
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

static void collect_choices(GPtrArray *items, const RepChoice *choices)
{
    for (; choices && choices->name; choices++) {
        g_autofree char *signature = choice_signature(choices);
        CliItem *item = cli_item_new(choices->name, signature, choices->doc);
        cli_item_fields(item, choices->args);
        cli_item_fact(item, "guarantees", choices->guarantees);
        cli_item_fact(item, "does not", choices->does_not);
        cli_item_fact(item, "in the book", choices->book);
        g_ptr_array_add(items, item);
    }
}

/* The choices of every policy's key that refers to the kind. */
static void collect_policy_key(GPtrArray *items, const char *kind)
{
    for (const RepPolicyOps *const *policy = rep_policies; *policy; policy++)
        for (const RepField *field = (*policy)->fields; field->key; field++)
            if (g_strcmp0(field->list, kind) == 0)
                collect_choices(items, field->choices);
}

static void collect_ack(GPtrArray *items)
{
    collect_policy_key(items, "ack");
}

static void collect_reads(GPtrArray *items)
{
    collect_policy_key(items, "reads");
}

static void collect_session(GPtrArray *items)
{
    collect_policy_key(items, "session");
}

static void collect_partitions(GPtrArray *items)
{
    collect_policy_key(items, "partitions");
}

static void collect_conflict(GPtrArray *items)
{
    collect_policy_key(items, "conflict");
}

static void collect_versions(GPtrArray *items)
{
    collect_policy_key(items, "versions");
}

static void collect_failover(GPtrArray *items)
{
    for (const RepPolicyOps *const *policy = rep_policies; *policy; policy++)
        for (const RepField *field = (*policy)->fields; field->key; field++)
            if (strcmp(field->key, "failover") == 0)
                collect_choices(items, field->choices);
}

static void collect_policies(GPtrArray *items)
{
    for (const RepPolicyOps *const *policy = rep_policies; *policy; policy++) {
        CliItem *item = cli_item_new((*policy)->name, NULL, (*policy)->summary);
        cli_item_fields(item, (*policy)->fields);
        g_ptr_array_add(items, item);
    }
}

static void collect_distributions(GPtrArray *items)
{
    collect_choices(items, scn_distributions);
    collect_choices(items, scn_arrivals);
    collect_choices(items, scn_key_laws);
}

static void collect_faults(GPtrArray *items)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++) {
        g_autofree char *signature =
            g_strdup_printf("%s: %s", verb->target.key, verb->target.example);
        CliItem *item = cli_item_new(verb->target.key, signature, verb->target.doc);
        cli_item_fact(item, "target", scn_field_kind(&verb->target));
        cli_item_fields(item, rep_fault_fields);
        cli_item_fields(item, verb->extras);
        g_ptr_array_add(items, item);
    }
}

/* ---- keys of the file --------------------------------------------------------------------- */

static void collect_key(void *data, const ScnKey *key)
{
    GPtrArray *items = data;
    const RepField *field = key->field;
    g_autofree char *signature =
        key->verb && field != &key->verb->target && strcmp(field->key, key->verb->target.key) != 0
            ? g_strdup_printf("%s  (with %s)", key->path, key->verb->target.key)
            : g_strdup(key->path);
    CliItem *item = cli_item_new(key->path, signature, field->doc);
    cli_item_fact(item, "value", scn_field_kind(field));
    cli_item_fact(item, "default", field->fallback);
    cli_item_fact(item, "required", field->required ? "yes" : NULL);
    cli_item_fact(item, "example", field->example);
    for (const RepChoice *choice = field->choices; choice && choice->name; choice++)
        cli_item_fact(item, choice->name, choice->doc);
    g_ptr_array_add(items, item);
}

static void collect_keys(GPtrArray *items)
{
    scn_schema_walk(collect_key, items);
}

/* ---- metrics ------------------------------------------------------------------------------ */

static const char *unit_words(AnaUnit unit)
{
    switch (unit) {
    case ANA_UNIT_RATIO:
        return "a ratio";
    case ANA_UNIT_NS:
        return "time";
    case ANA_UNIT_COUNT:
        return "a count";
    case ANA_UNIT_BYTES:
        return "bytes";
    }
    return NULL;
}

static const char *statistics_words(const AnaMetric *metric)
{
    switch (metric->shape) {
    case ANA_SHAPE_DISTRIBUTION:
    case ANA_SHAPE_TIME_AVERAGE:
        return ".mean .p50 .p90 .p99 .p999 .max, and any other .pNN";
    case ANA_SHAPE_TOTAL:
        return metric->has_rate ? "none: per replication; or .rate" : "none: per replication";
    case ANA_SHAPE_RATIO:
    case ANA_SHAPE_PER_OPERATION:
        return "none";
    }
    return NULL;
}

static char *filter_words(const AnaMetric *metric)
{
    static const struct {
        guint bit;
        const char *text;
    } filters[] = {{ANA_FILTER_CLIENT_REGION, "client_region="},
                   {ANA_FILTER_CLIENT, "client="},
                   {ANA_FILTER_REGION, "region="},
                   {ANA_FILTER_NODE, "node="},
                   {ANA_FILTER_SESSION, "session="},
                   {ANA_FILTER_KEY, "key="},
                   {ANA_FILTER_AGE, "age>"},
                   {ANA_FILTER_PARTITION, "partition="}};
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++)
        if (metric->filters & filters[i].bit)
            g_string_append_printf(out, "%s%s%s", out->len ? " " : "", filters[i].text,
                                   metric->required & filters[i].bit ? " (required)" : "");
    if (out->len == 0)
        g_string_append(out, "none");
    return g_string_free(out, FALSE);
}

static char *metric_signature(const AnaMetric *metric)
{
    GString *out = g_string_new(metric->name);
    if (metric->arg == ANA_ARG_KIND)
        g_string_append(out, "(reads|writes)");
    if (metric->arg == ANA_ARG_SPAN)
        g_string_append(out, "(T)");
    if (metric->arg == ANA_ARG_STEP)
        g_string_append(out, "(STEP) == …");
    if (metric->arg == ANA_ARG_NODE_AND_KEY)
        g_string_append(out, "(NODE, KEY) == …");
    for (int i = 0; metric->arg == ANA_ARG_WORD && metric->words[i].name; i++)
        g_string_append_printf(out, "%s%s%s", i ? "|" : "(", metric->words[i].name,
                               metric->words[i + 1].name ? "" : ")");
    if (metric->required & ANA_FILTER_NODE)
        g_string_append(out, "{node=…}");
    return g_string_free(out, FALSE);
}

static void collect_metrics(GPtrArray *items)
{
    for (const AnaMetric *metric = ana_metrics; metric->name; metric++) {
        g_autofree char *signature = metric_signature(metric);
        g_autofree char *filters = filter_words(metric);
        CliItem *item = cli_item_new(metric->name, signature, metric->doc);
        cli_item_fact(item, "exactly", metric->detail);
        cli_item_fact(item, "unit", unit_words(metric->unit));
        cli_item_fact(item, "statistics", statistics_words(metric));
        cli_item_fact(item, "filters", filters);
        cli_item_fact(item, "windows", "during FAULT, before FAULT, after FAULT, A..B");
        cli_item_fact(item, "better",
                      metric->good == ANA_GOOD_LOW    ? "smaller"
                      : metric->good == ANA_GOOD_HIGH ? "larger"
                                                      : NULL);
        g_ptr_array_add(items, item);
    }
}

/* ---- errors ------------------------------------------------------------------------------- */

static void collect_errors(GPtrArray *items)
{
    for (gsize i = 0; i < scn_codes_count(); i++) {
        const ScnCode *code = scn_codes_get(i);
        char name[8];
        scn_code_name(code->id, name);
        CliItem *item = cli_item_new(name, NULL, code->title);
        cli_item_fact(item, "meaning", code->explanation);
        cli_item_fact(item, "example", code->example);
        cli_item_fact(item, "with --set", code->set);
        g_ptr_array_add(items, item);
    }
}

/* ---- the table ---------------------------------------------------------------------------- */

const CliKind cli_kinds[] = {
    {"scenario", "scenarios", "built-in scenarios: run them, or print one and change it",
     cli_collect_scenarios, NULL},
    {"figure", "figures", "the figures of chapter 5 of 'Designing Data-Intensive Applications'",
     cli_collect_figures, cli_nearest_figure},
    {"policy", "policies", "replication models and their keys", collect_policies, NULL},
    {"preset", "presets", "how real databases are set, as values of policy", cli_collect_presets,
     NULL},
    {"ack", "ack", "whom a leader waits for before it answers a write", collect_ack, NULL},
    {"reads", "reads", "who answers reads", collect_reads, NULL},
    {"session", "sessions", "what a session is promised", collect_session, NULL},
    {"failover", "failover", "what happens when a leader is gone", collect_failover, NULL},
    {"partition", "partitions", "into how many logs keys are dealt", collect_partitions, NULL},
    {"conflict", "conflicts", "what becomes of writes that did not know of each other",
     collect_conflict, NULL},
    {"versions", "versions", "how leaderless replicas tell versions apart", collect_versions, NULL},
    {"fault", "faults", "what can go wrong", collect_faults, NULL},
    {"distribution", "distributions", "delays, arrivals and laws of keys", collect_distributions,
     NULL},
    {"metric", "metrics", "what is measured, each in one sentence", collect_metrics, NULL},
    {"key", "keys", "every key of a scenario file", collect_keys, NULL},
    {"unit", "units", "how quantities are written", cli_collect_units, NULL},
    {"error", "errors", "every message about a scenario, with an example", collect_errors, NULL},
    {NULL, NULL, NULL, NULL, NULL}};
