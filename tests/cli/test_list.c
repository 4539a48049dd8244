/*
 * test_list.c — goal: `list` explains everything that exists, in text and JSON. Method: every kind
 * and every name of every kind is asked for.
 */
#include "scenarios/format/quantity.h"
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <jansson.h>
#include <string.h>

static const char *const kinds[] = {"scenario", "figure",       "policy", "ack", "reads", "fault",
                                    "preset",   "distribution", "metric", "key", "unit",  "error"};

/* The items of a kind, by --json. */
static json_t *items_of(Command *command, const char *kind)
{
    command_run(command, "list %s --json", kind);
    CHECK_INT(command->status, 0);
    json_error_t error;
    json_t *items = json_loads(command->out, JSON_REJECT_DUPLICATES, &error);
    CHECK(json_is_array(items) && json_array_size(items) > 0);
    return items;
}

static void every_kind_lists_its_items_singular_and_plural_alike(void)
{
    static const char *const plurals[][2] = {{"scenario", "scenarios"},
                                             {"policy", "policies"},
                                             {"figure", "figures"},
                                             {"fault", "faults"},
                                             {"distribution", "distributions"},
                                             {"metric", "metrics"},
                                             {"key", "keys"},
                                             {"unit", "units"},
                                             {"error", "errors"}};
    Command one, many;
    command_init(&one);
    command_init(&many);
    for (gsize i = 0; i < G_N_ELEMENTS(plurals); i++) {
        test_row("%s", plurals[i][0]);
        command_run(&one, "list %s", plurals[i][0]);
        command_run(&many, "list %s", plurals[i][1]);
        CHECK_INT(one.status, 0);
        CHECK(strlen(one.out) > 50);
        CHECK_STR(one.out, many.out);
    }
    test_row(NULL);
    command_clear(&one);
    command_clear(&many);
}

static void every_name_of_every_kind_can_be_asked_for(void)
{
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        json_t *items = items_of(&command, kinds[i]);
        for (gsize k = 0; k < json_array_size(items); k++) {
            const char *name = json_string_value(json_object_get(json_array_get(items, k), "name"));
            const char *summary =
                json_string_value(json_object_get(json_array_get(items, k), "summary"));
            test_row("list %s %s", kinds[i], name);
            CHECK(summary && *summary);
            command_run(&command, "list %s '%s'", kinds[i], name);
            CHECK_INT(command.status, 0);
            CHECK(strlen(command.out) > strlen(name));
        }
        json_decref(items);
    }
    test_row(NULL);
    command_clear(&command);
}

static void a_printed_scenario_is_valid_as_it_stands(void)
{
    Command command;
    command_init(&command);
    json_t *items = items_of(&command, "scenarios");
    for (gsize k = 0; k < json_array_size(items); k++) {
        const char *name = json_string_value(json_object_get(json_array_get(items, k), "name"));
        test_row("%s", name);
        g_autofree char *script = g_strdup_printf(
            "\"$replsim\" list scenario %s > my.yaml && \"$replsim\" check my.yaml -q", name);
        command_shell(&command, script);
        CHECK_INT(command.status, 0);
        CHECK_STR(command.err, "");
    }
    test_row(NULL);
    json_decref(items);
    command_clear(&command);
}

/* The text of an item's fact; NULL: it has none of that label. */
static const char *fact(json_t *item, const char *label)
{
    json_t *facts = json_object_get(item, "facts");
    for (size_t i = 0; i < json_array_size(facts); i++) {
        json_t *each = json_array_get(facts, i);
        if (strcmp(json_string_value(json_object_get(each, "label")), label) == 0)
            return json_string_value(json_object_get(each, "text"));
    }
    return NULL;
}

static void a_figure_has_a_scenario_and_both_of_its_numbers(void)
{
    Command one, other;
    command_init(&one);
    command_init(&other);
    json_t *items = items_of(&one, "figures");
    for (size_t k = 0; k < json_array_size(items); k++) {
        json_t *item = json_array_get(items, k);
        const char *first = fact(item, "1st edition"), *second = fact(item, "2nd edition");
        const char *name = json_string_value(json_object_get(item, "name"));
        test_row("figure %s", name);
        command_run(&one, "list figure %s", name);
        if (first && second) {
            command_run(&other, "list figure %s", second);
            CHECK_STR(other.out, one.out);
        }
        const char *run = fact(item, "run it");
        CHECK(fact(item, "question") && fact(item, "variants"));
        CHECK(g_str_has_prefix(run, "replsim run "));
        command_run(&other, "check %s -q", run + strlen("replsim run "));
        CHECK_INT(other.status, 0);
        CHECK_STR(other.err, "");
    }
    test_row(NULL);
    json_decref(items);
    command_clear(&one);
    command_clear(&other);
}

static void the_definition_of_a_metric_is_the_same_in_the_list_and_alone(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "list metric stale_rate --width 200");
    CHECK_CONTAINS(command.out,
                   "share of successful reads that miss a write to their key which had "
                   "been acknowledged to its client when the read began");
    command_run(&command, "list metrics --width 200");
    CHECK_CONTAINS(command.out,
                   "share of successful reads that miss a write to their key which had "
                   "been acknowledged to its client when the read began");
    command_clear(&command);
}

static void errors_are_found_whatever_the_case_of_their_code(void)
{
    Command upper, lower;
    command_init(&upper);
    command_init(&lower);
    command_run(&upper, "list error E0203");
    command_run(&lower, "list error e0203");
    CHECK_CONTAINS(upper.out, "example");
    CHECK_STR(upper.out, lower.out);
    command_clear(&upper);
    command_clear(&lower);
}

static void the_schema_is_json_with_descriptions(void)
{
    Command command;
    command_init(&command);
    command_run(&command, "list schema");
    json_error_t error;
    json_t *schema = json_loads(command.out, JSON_REJECT_DUPLICATES, &error);
    CHECK(json_is_object(schema));
    const char *draft = json_string_value(json_object_get(schema, "$schema"));
    CHECK_CONTAINS(draft, "draft-07");
    json_t *properties = json_object_get(schema, "properties");
    const char *key;
    json_t *property;
    json_object_foreach(properties, key, property)
    {
        if (!g_str_has_prefix(key, "x-"))
            CHECK(json_object_get(property, "description"));
    }
    json_decref(schema);
    command_clear(&command);
}

/* The one table that is written by hand is held against the reader. */
static void examples_of_units_are_read_as_what_they_claim(void)
{
    Command command;
    command_init(&command);
    json_t *items = items_of(&command, "units");
    unsigned read = 0;
    for (gsize k = 0; k < json_array_size(items); k++) {
        json_t *item = json_array_get(items, k);
        const char *name = json_string_value(json_object_get(item, "name"));
        json_t *fact = json_array_get(json_object_get(item, "facts"), 0);
        g_auto(GStrv) examples =
            g_strsplit(json_string_value(json_object_get(fact, "text")), " ", -1);
        for (char **example = examples; *example; example++, read++) {
            g_auto(ScnIssue) issue = {0};
            gint64 whole;
            double real;
            RepRate rate;
            test_row("%s %s", name, *example);
            gboolean good =
                strcmp(name, "duration") == 0    ? scn_parse_span(*example, &whole, &issue)
                : strcmp(name, "rate") == 0      ? scn_parse_rate(*example, &rate, &issue)
                : strcmp(name, "count") == 0     ? scn_parse_count(*example, &whole, &issue)
                : strcmp(name, "size") == 0      ? scn_parse_size(*example, &whole, &issue)
                : strcmp(name, "bandwidth") == 0 ? scn_parse_bandwidth(*example, &whole, &issue)
                : strcmp(name, "ratio") == 0     ? scn_parse_ratio(*example, &real, &issue)
                                                 : scn_parse_factor(*example, &real, &issue);
            CHECK(good);
        }
    }
    test_row(NULL);
    CHECK(read > 10);
    json_decref(items);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(every_kind_lists_its_items_singular_and_plural_alike),
                                 TEST(every_name_of_every_kind_can_be_asked_for),
                                 TEST(a_printed_scenario_is_valid_as_it_stands),
                                 TEST(a_figure_has_a_scenario_and_both_of_its_numbers),
                                 TEST(the_definition_of_a_metric_is_the_same_in_the_list_and_alone),
                                 TEST(errors_are_found_whatever_the_case_of_their_code),
                                 TEST(the_schema_is_json_with_descriptions),
                                 TEST(examples_of_units_are_read_as_what_they_claim),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("list", cases, argc, argv);
}
