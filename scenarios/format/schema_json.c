/*
 * schema_json.c — the tables as JSON Schema, draft-07, which is what editors read.
 *
 * A schema can say which keys there are, what they mean and what their values look like; it cannot
 * check references or distributions, so those are strings with a description. Where alternatives
 * are words they are listed, with those that take arguments as patterns, so that completion offers
 * them and a typo is underlined. Numbers may stand without quotes, so scalars accept both types.
 */
#include "scenarios/format/schema.h"

#include "scenarios/format/presets.h"

#include "scenarios/format/functions.h"
#include "scenarios/format/json.h"

#include <string.h>

typedef struct Out {
    GString *text;
    int indent;
} Out;

static void newline(Out *out)
{
    g_string_append_c(out->text, '\n');
    for (int i = 0; i < out->indent; i++)
        g_string_append(out->text, "  ");
}

static void member(Out *out, const char *key)
{
    char last = out->text->str[out->text->len - 1];
    if (last != '{')
        g_string_append_c(out->text, ',');
    newline(out);
    scn_json_string(out->text, key);
    g_string_append(out->text, ": ");
}

static void begin(Out *out, const char *key)
{
    if (key)
        member(out, key);
    g_string_append_c(out->text, '{');
    out->indent++;
}

static void end(Out *out)
{
    out->indent--;
    newline(out);
    g_string_append_c(out->text, '}');
}

static void text_member(Out *out, const char *key, const char *value)
{
    member(out, key);
    scn_json_string(out->text, value);
}

static void raw_member(Out *out, const char *key, const char *json)
{
    member(out, key);
    g_string_append(out->text, json);
}

/* ---- values ------------------------------------------------------------------------------- */

static void describe(Out *out, const RepField *field)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s (%s)", field->doc, scn_field_kind(field));
    if (field->fallback && field->fallback[0] != '@')
        g_string_append_printf(text, "; default: %s", field->fallback);
    text_member(out, "description", text->str);
    gboolean is_value = field->type != REP_FIELD_MAPPING && field->type != REP_FIELD_READER;
    if (is_value && field->fallback && field->fallback[0] != '@')
        text_member(out, "default", field->fallback);
    if (is_value && field->example && field->example[0] != '{' && field->example[0] != '[') {
        member(out, "examples");
        g_string_append_c(out->text, '[');
        scn_json_string(out->text, field->example);
        g_string_append_c(out->text, ']');
    }
}

static void value_type(Out *out, const RepField *field);

/* A value alone, without a name. */
static void bare_value(Out *out, const RepChoice *choice)
{
    begin(out, NULL);
    value_type(out, choice->args);
    text_member(out, "description", choice->doc);
    end(out);
}

/* Alternatives of a choice: names without arguments as an enumeration, the others as patterns. */
static void choice_values(Out *out, const RepField *field)
{
    gboolean has_words = FALSE;
    member(out, "anyOf");
    g_string_append(out->text, "[");
    for (const RepChoice *choice = field->choices; choice->name; choice++) {
        gboolean is_open = choice->args && choice->form == REP_FORM_CALL;
        if (choice->form == REP_FORM_MAPPING)
            continue;
        g_string_append(out->text, has_words ? ", " : "");
        has_words = TRUE;
        if (choice->form == REP_FORM_VALUE) {
            bare_value(out, choice);
            continue;
        }
        g_string_append_printf(out->text, "{\"%s\": ", is_open ? "pattern" : "const");
        g_autofree char *pattern =
            is_open ? g_strdup_printf("^%s(\\(.*\\)| .*)?$", choice->name) : g_strdup(choice->name);
        scn_json_string(out->text, pattern);
        if (is_open)
            g_string_append(out->text, ", \"type\": \"string\"");
        g_string_append(out->text, ", \"description\": ");
        scn_json_string(out->text, choice->doc);
        g_string_append_c(out->text, '}');
    }
    if (field->type == REP_FIELD_CHOICES)
        g_string_append_printf(out->text, "%s{\"const\": \"none\"}, {\"type\": \"array\"}",
                               has_words ? ", " : "");
    else
        g_string_append_printf(out->text, "%s{\"type\": \"object\"}", has_words ? ", " : "");
    g_string_append_c(out->text, ']');
}

static void value_type(Out *out, const RepField *field)
{
    switch ((int)field->type) {
    case REP_FIELD_COUNT:
    case REP_FIELD_RETENTION:
    case REP_FIELD_RATIO:
    case REP_FIELD_NUMBER:
    case REP_FIELD_TEXT:
    case REP_FIELD_NAME:
        raw_member(out, "type", "[\"string\", \"number\"]");
        break;
    case REP_FIELD_VALUE:
        raw_member(out, "type", "[\"string\", \"number\", \"array\"]");
        break;
    case REP_FIELD_BOOL:
        raw_member(out, "type", "\"boolean\"");
        break;
    case REP_FIELD_NODES:
    case REP_FIELD_PLACES:
    case REP_FIELD_GROUPS:
    case REP_FIELD_LINKS:
    case REP_FIELD_TARGET:
    case REP_FIELD_TARGET_NODES:
    case REP_FIELD_LINK_OR_TARGET:
        raw_member(out, "type", "[\"array\", \"string\"]");
        break;
    case REP_FIELD_SHARES:
    case REP_FIELD_NODE_MAP:
    case REP_FIELD_KEY_HOMES:
        raw_member(out, "type", "[\"object\", \"string\"]");
        break;
    case REP_FIELD_CHOICE:
    case REP_FIELD_CHOICES:
        choice_values(out, field);
        break;
    default: /* quantities with units, and what may be a one-key mapping instead of a call */
        raw_member(out, "type", "[\"string\", \"object\"]");
    }
}

/* ---- objects ------------------------------------------------------------------------------ */

static void properties(Out *out, const RepField *fields);

static gboolean has_script(const RepField *fields)
{
    for (; fields->key; fields++)
        if (fields->type == REP_FIELD_READER && fields->inside == REP_INSIDE_SCRIPT)
            return TRUE;
    return FALSE;
}

static void close_object(Out *out, const RepField *fields, gboolean is_top)
{
    g_autoptr(GString) required = g_string_new("[");
    for (const RepField *field = fields; field && field->key; field++)
        if (field->required) {
            g_string_append(required, required->len > 1 ? ", " : "");
            scn_json_string(required, field->key);
        }
    g_string_append_c(required, ']');
    raw_member(out, "patternProperties",
               is_top
                   ? "{\"^x-\": {}, \"\\\\.\": {\"description\": \"a value by its dotted path\"}}"
                   : "{\"^x-\": {}}");
    raw_member(out, "additionalProperties", "false");
    /* Dotted keys may give what is required; a script stands for all of it. */
    if (required->len > 2 && !is_top && has_script(fields)) {
        g_autofree char *either =
            g_strdup_printf("[{\"required\": [\"script\"]}, {\"required\": %s}]", required->str);
        raw_member(out, "anyOf", either);
    } else if (required->len > 2 && !is_top) {
        raw_member(out, "required", required->str);
    }
}

static void object_of(Out *out, const RepField *fields)
{
    raw_member(out, "type", "\"object\"");
    begin(out, "properties");
    properties(out, fields);
    end(out);
    close_object(out, fields, FALSE);
}

static gboolean has_key(const RepPolicyOps *policy, const char *key)
{
    for (const RepField *field = policy->fields; field->key; field++)
        if (strcmp(field->key, key) == 0)
            return TRUE;
    return FALSE;
}

/* What a word means to several policies is said once, and only in words. */
static void properties_of_policy(Out *out, gsize policy)
{
    for (const RepField *field = rep_policies[policy]->fields; field->key; field++) {
        const RepField alone[] = {*field, {.key = NULL}};
        gboolean is_earlier = FALSE, is_shared = FALSE;
        for (gsize i = 0; rep_policies[i]; i++) {
            is_shared |= i != policy && has_key(rep_policies[i], field->key);
            is_earlier |= i < policy && has_key(rep_policies[i], field->key);
        }
        if (is_earlier)
            continue;
        if (!is_shared) {
            properties(out, alone);
            continue;
        }
        begin(out, field->key);
        describe(out, field);
        end(out);
    }
}

static void policy_object(Out *out)
{
    raw_member(out, "type", "\"object\"");
    begin(out, "properties");
    begin(out, "model");
    member(out, "enum");
    for (gsize i = 0; rep_policies[i]; i++) {
        g_string_append(out->text, i ? ", " : "[");
        scn_json_string(out->text, rep_policies[i]->name);
    }
    g_string_append_c(out->text, ']');
    end(out);
    properties(out, scn_preset_field);
    for (gsize i = 0; rep_policies[i]; i++)
        properties_of_policy(out, i);
    end(out);
    close_object(out, NULL, FALSE);
}

static gboolean is_earlier(const RepFaultVerb *verb, const char *key)
{
    for (const RepFaultVerb *other = rep_fault_verbs; other != verb; other++)
        for (const RepField *field = other->extras; field && field->key; field++)
            if (strcmp(field->key, key) == 0)
                return TRUE;
    return FALSE;
}

static gboolean is_verb(const char *key)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        if (strcmp(verb->target.key, key) == 0)
            return TRUE;
    return FALSE;
}

/* `lose` is a verb, and what happens to a `message`: it is described, and may be anything. */
static gboolean is_extra_too(const char *key)
{
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
        for (const RepField *field = verb->extras; field && field->key; field++)
            if (strcmp(field->key, key) == 0)
                return TRUE;
    return FALSE;
}

static void verb_property(Out *out, const RepField *target)
{
    const RepField alone[] = {*target, {.key = NULL}};
    if (!is_extra_too(target->key)) {
        properties(out, alone);
        return;
    }
    begin(out, target->key);
    describe(out, target);
    end(out);
}

static void fault_object(Out *out)
{
    raw_member(out, "type", "\"object\"");
    begin(out, "properties");
    properties(out, rep_fault_fields);
    for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++) {
        verb_property(out, &verb->target);
        for (const RepField *field = verb->extras; field && field->key; field++) {
            const RepField extra[] = {*field, {.key = NULL}};
            if (!is_earlier(verb, field->key) &&
                !is_verb(field->key)) /* one description; verbs differ in its meaning */
                properties(out, extra);
        }
    }
    end(out);
    close_object(out, NULL, FALSE);
}

static void inside(Out *out, const RepField *field)
{
    switch (field->inside) {
    case REP_INSIDE_VALUE:
        raw_member(out, "type", "[\"string\", \"number\"]");
        break;
    case REP_INSIDE_TEXTS:
        raw_member(out, "type", "\"array\"");
        raw_member(out, "items", "{\"type\": \"string\"}");
        break;
    case REP_INSIDE_NAMES:
        raw_member(out, "type", "[\"array\", \"string\"]");
        break;
    case REP_INSIDE_ENTRIES:
        raw_member(out, "type", "\"object\"");
        begin(out, "additionalProperties");
        member(out, "anyOf");
        g_string_append(out->text, "[{\"type\": \"string\"}, ");
        begin(out, NULL);
        object_of(out, field->fields);
        end(out);
        g_string_append_c(out->text, ']');
        end(out);
        break;
    case REP_INSIDE_DEFAULTS:
        object_of(out, field->fields);
        break;
    case REP_INSIDE_CLOCKS:
    case REP_INSIDE_LINKS:
        raw_member(out, "type", "\"object\"");
        begin(out, "additionalProperties");
        describe(out, field->fields);
        value_type(out, field->fields);
        end(out);
        break;
    case REP_INSIDE_POLICY:
        policy_object(out);
        break;
    case REP_INSIDE_FAULTS:
        raw_member(out, "type", "[\"array\", \"object\"]");
        begin(out, "items");
        fault_object(out);
        end(out);
        begin(out, "additionalProperties");
        fault_object(out);
        end(out);
        break;
    case REP_INSIDE_SCRIPT:
        raw_member(out, "type", "[\"array\", \"object\"]");
        begin(out, "items");
        object_of(out, field->fields);
        end(out);
        begin(out, "additionalProperties");
        object_of(out, field->fields);
        end(out);
        break;
    case REP_INSIDE_VARIANTS:
        raw_member(out, "type", "\"object\"");
        raw_member(out, "additionalProperties", "{\"type\": [\"object\", \"null\"]}");
        break;
    case REP_INSIDE_EXPECT:
        raw_member(out, "type", "[\"array\", \"object\", \"string\"]");
        break;
    }
}

static void properties(Out *out, const RepField *fields)
{
    for (const RepField *field = fields; field->key; field++) {
        begin(out, field->key);
        describe(out, field);
        if (field->type == REP_FIELD_MAPPING)
            object_of(out, field->fields);
        else if (field->type == REP_FIELD_READER)
            inside(out, field);
        else
            value_type(out, field);
        end(out);
    }
}

char *scn_schema_json(void)
{
    Out out = {.text = g_string_new(NULL)};
    begin(&out, NULL);
    text_member(&out, "$schema", "http://json-schema.org/draft-07/schema#");
    text_member(&out, "title", "replsim scenario, format 1");
    raw_member(&out, "type", "\"object\"");
    begin(&out, "properties");
    properties(&out, rep_top_fields);
    end(&out);
    close_object(&out, rep_top_fields, TRUE);
    raw_member(&out, "required", "[\"replsim\"]");
    end(&out);
    g_string_append_c(out.text, '\n');
    return g_string_free(out.text, FALSE);
}
