/*
 * list.c — `replsim list [KIND [NAME]]`: what exists and what it means.
 *
 * `list scenario NAME` prints the file itself, `list schema` the JSON Schema of scenario files and
 * `list schema NAME` that of a document; everything else is items of items.h, as text or JSON.
 * Singular and plural mean the same.
 */
#include "analysis/json_schema.h"
#include "cli/builtin.h"
#include "cli/items.h"
#include "cli/verbs.h"
#include "scenarios/format/json.h"
#include "scenarios/format/schema.h"
#include "scenarios/format/suggest.h"

#include <string.h>

#define NAME_COLUMNS_MAX 34

static const CliKind *find_kind(const char *word)
{
    for (const CliKind *kind = cli_kinds; kind->singular; kind++)
        if (strcmp(word, kind->singular) == 0 || strcmp(word, kind->plural) == 0)
            return kind;
    return NULL;
}

static int unknown_kind(const char *word)
{
    GPtrArray *words = g_ptr_array_new();
    for (const CliKind *kind = cli_kinds; kind->singular; kind++)
        g_ptr_array_add(words, (gpointer)kind->plural);
    g_ptr_array_add(words, (gpointer) "schema");
    g_ptr_array_add(words, NULL);
    const char *const *list = (const char *const *)words->pdata;
    const char *nearest = scn_suggest(word, list);
    g_autofree char *all = scn_word_list(list, " ", words->len);
    cli_error("there is nothing to list called '%s'", word);
    if (nearest)
        cli_hint("did you mean 'replsim list %s'?", nearest);
    cli_hint("kinds: %s", all);
    g_ptr_array_free(words, TRUE);
    return CLI_USAGE;
}

static int unknown_name(const CliKind *kind, const GPtrArray *items, const char *word)
{
    const char **names = g_new0(const char *, items->len + 1);
    for (guint i = 0; i < items->len; i++)
        names[i] = ((const CliItem *)items->pdata[i])->name;
    g_autofree char *meant = kind->nearest ? kind->nearest(word) : NULL;
    const char *nearest = meant ? meant : scn_suggest(word, names);
    cli_error("there is no %s '%s'", kind->singular, word);
    if (nearest)
        cli_hint("did you mean 'replsim list %s %s'?", kind->singular, nearest);
    cli_hint("all of them: replsim list %s", kind->plural);
    g_free(names);
    return CLI_USAGE;
}

/* ---- text --------------------------------------------------------------------------------- */

static int name_columns(const GPtrArray *items)
{
    int columns = 0;
    for (guint i = 0; i < items->len; i++)
        columns = MAX(columns, cli_columns(((const CliItem *)items->pdata[i])->signature));
    return MIN(columns, NAME_COLUMNS_MAX) + 4;
}

static void print_kinds(CliPage *page)
{
    for (const CliKind *kind = cli_kinds; kind->singular; kind++) {
        cli_page_printf(page, "  %s", kind->plural);
        cli_page_to_column(page, 18);
        cli_page_wrap(page, 18, kind->summary);
    }
    cli_page_add(page, "  schema");
    cli_page_to_column(page, 18);
    cli_page_wrap(page, 18,
                  "JSON Schema of the scenario format, for editors; of documents: schema summary");
    cli_page_add(page, "\nreplsim list KIND      replsim list KIND NAME      replsim list scenario "
                       "NAME > my.yaml\n");
}

static void print_items(CliPage *page, const GPtrArray *items)
{
    int column = name_columns(items);
    for (guint i = 0; i < items->len; i++) {
        const CliItem *item = items->pdata[i];
        cli_page_printf(page, "  %s", item->signature);
        if (cli_page_column(page) >= column)
            cli_page_add(page, "\n");
        cli_page_to_column(page, column);
        cli_page_wrap(page, column, item->summary);
    }
}

/* Facts whose text has several lines (examples of files) stand as a block. */
static void print_fact(CliPage *page, const CliFact *fact, int column)
{
    if (!strchr(fact->text, '\n')) {
        cli_page_printf(page, "  %s", fact->label);
        cli_page_to_column(page, column);
        cli_page_wrap(page, column, fact->text);
        return;
    }
    cli_page_printf(page, "  %s\n", fact->label);
    char **lines = g_strsplit(fact->text, "\n", -1);
    for (char **line = lines; *line; line++)
        if (**line || line[1])
            cli_page_printf(page, "    %s\n", *line);
    g_strfreev(lines);
}

static void print_item(CliPage *page, const CliItem *item)
{
    int column = 0;
    for (guint i = 0; i < item->facts->len; i++)
        column = MAX(column, cli_columns(g_array_index(item->facts, CliFact, i).label));
    cli_page_coloured(page, CLI_BOLD, item->signature);
    cli_page_add(page, "    ");
    cli_page_wrap(page, 4, item->summary);
    if (item->facts->len > 0)
        cli_page_add(page, "\n");
    for (guint i = 0; i < item->facts->len; i++)
        print_fact(page, &g_array_index(item->facts, CliFact, i), column + 4);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void json_member(GString *out, const char *key, const char *value)
{
    scn_json_string(out, key);
    g_string_append(out, ": ");
    scn_json_string(out, value);
}

static void json_item(GString *out, const CliItem *item)
{
    g_string_append(out, "{");
    json_member(out, "name", item->name);
    g_string_append(out, ", ");
    json_member(out, "form", item->signature);
    g_string_append(out, ", ");
    json_member(out, "summary", item->summary);
    g_string_append(out, ", \"facts\": [");
    for (guint i = 0; i < item->facts->len; i++) {
        const CliFact *fact = &g_array_index(item->facts, CliFact, i);
        g_string_append(out, i ? ", {" : "{");
        json_member(out, "label", fact->label);
        g_string_append(out, ", ");
        json_member(out, "text", fact->text);
        g_string_append(out, "}");
    }
    g_string_append(out, "]}");
}

static void json_items(GString *out, const GPtrArray *items)
{
    g_string_append(out, "[");
    for (guint i = 0; i < items->len; i++) {
        g_string_append(out, i ? ",\n " : "\n ");
        json_item(out, items->pdata[i]);
    }
    g_string_append(out, "\n]\n");
}

static void json_kinds(GString *out)
{
    g_string_append(out, "[");
    for (const CliKind *kind = cli_kinds; kind->singular; kind++) {
        g_string_append(out, kind == cli_kinds ? "\n {" : ",\n {");
        json_member(out, "kind", kind->singular);
        g_string_append(out, ", ");
        json_member(out, "summary", kind->summary);
        g_string_append(out, "}");
    }
    g_string_append(out, "\n]\n");
}

/* ---- the verb ----------------------------------------------------------------------------- */

static int list_kinds(gboolean json)
{
    CliPage page = cli_page_new(cli_terminal());
    if (json)
        json_kinds(page.text);
    else
        print_kinds(&page);
    int status = cli_write_page(&page);
    cli_page_clear(&page);
    return status;
}

/* All items with the name: arrivals and distributions may share one. */
static int list_items(const CliKind *kind, const char *name, gboolean json)
{
    GPtrArray *items = cli_items_of(kind);
    GPtrArray *chosen = g_ptr_array_new();
    for (guint i = 0; i < items->len; i++) {
        const CliItem *item = items->pdata[i];
        if (!name || g_ascii_strcasecmp(item->name, name) == 0 || g_strcmp0(item->also, name) == 0)
            g_ptr_array_add(chosen, items->pdata[i]);
    }
    int status = CLI_USAGE;
    CliPage page = cli_page_new(cli_terminal());
    if (chosen->len == 0) {
        unknown_name(kind, items, name);
    } else {
        if (json)
            json_items(page.text, chosen);
        else if (!name)
            print_items(&page, chosen);
        for (guint i = 0; i < chosen->len && name && !json; i++) {
            if (i > 0)
                cli_page_add(&page, "\n");
            print_item(&page, chosen->pdata[i]);
        }
        status = cli_write_page(&page);
    }
    cli_page_clear(&page);
    g_ptr_array_free(chosen, TRUE);
    g_ptr_array_free(items, TRUE);
    return status;
}

static int print_scenario(const char *name)
{
    if (g_str_has_prefix(name, CLI_BUILTIN_PREFIX))
        name += strlen(CLI_BUILTIN_PREFIX);
    g_autoptr(GBytes) bytes = cli_builtin_scenario(name);
    if (!bytes)
        return list_items(find_kind("scenario"), name, FALSE);
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    return cli_write(text, length);
}

/* ---- schemas ------------------------------------------------------------------------------ */

#define SCENARIO_SCHEMA "scenario"

static int unknown_schema(const char *name)
{
    const char *names[ANA_N_JSON_DOCUMENTS + 2] = {SCENARIO_SCHEMA};
    for (gsize i = 0; i < ANA_N_JSON_DOCUMENTS; i++)
        names[i + 1] = ana_json_object_name((AnaJsonObject)i);
    const char *nearest = scn_suggest(name, names);
    g_autofree char *all = scn_word_list(names, " ", G_N_ELEMENTS(names));
    cli_error("there is no schema '%s'", name);
    if (nearest)
        cli_hint("did you mean 'replsim list schema %s'?", nearest);
    cli_hint("schemas: %s", all);
    return CLI_USAGE;
}

/* NULL: of scenario files, for editors. */
static int print_schema(const char *name)
{
    if (!name || strcmp(name, SCENARIO_SCHEMA) == 0) {
        g_autofree char *schema = scn_schema_json();
        return cli_write(schema, strlen(schema));
    }
    for (gsize i = 0; i < ANA_N_JSON_DOCUMENTS; i++)
        if (strcmp(name, ana_json_object_name((AnaJsonObject)i)) == 0) {
            g_autoptr(GString) schema = g_string_new(NULL);
            ana_json_schema_write((AnaJsonObject)i, schema);
            return cli_write(schema->str, schema->len);
        }
    return unknown_schema(name);
}

static int run_list(const CliVerb *verb, int argc, char **argv)
{
    CliCommon common = {0};
    g_auto(GStrv) rest = NULL;
    int status;
    if (!cli_parse_options(verb, NULL, &common, argc, argv, &rest, &status))
        return status;
    cli_common_clear(&common);
    guint n = g_strv_length(rest);
    if (n == 0)
        return list_kinds(common.json);
    if (n > 2) {
        cli_error("'list' takes a kind and a name, and no more");
        return CLI_USAGE;
    }
    if (strcmp(rest[0], "schema") == 0)
        return print_schema(rest[1]);
    const CliKind *kind = find_kind(rest[0]);
    if (!kind)
        return unknown_kind(rest[0]);
    if (kind == find_kind("scenario") && n == 2 && !common.json)
        return print_scenario(rest[1]);
    return list_items(kind, n == 2 ? rest[1] : NULL, common.json);
}

const CliVerb cli_verb_list = {
    .name = "list",
    .question = "scenarios, figures, policies, faults, metrics, distributions, errors, units: what "
                "they mean",
    .usage = "[KIND [NAME]]",
    .about =
        "Says what exists and what it means. Without arguments: the kinds of things there are.",
    .examples = "replsim list\tthe kinds\n"
                "replsim list scenarios\tbuilt-in scenarios\n"
                "replsim list scenario quickstart > my.yaml\ta commented file to change\n"
                "replsim list figure 5-3\ta figure of the book, and its scenario\n"
                "replsim list ack semi-sync\tone rule, explained\n"
                "replsim list metric stale_rate\ta measure's definition\n"
                "replsim list error E0203\ta message, with an example\n"
                "replsim list schema > replsim.schema.json\tfor editors\n"
                "replsim list schema summary\tof what --json prints\n",
    .run = run_list,
};
