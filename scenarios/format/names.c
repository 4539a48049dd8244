/* names.c — what nodes, regions, client groups, faults and variants may be called. */
#include "scenarios/format/build.h"

#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 100u

/* Words with a meaning of their own where a name could stand. */
static const char *const reserved[] = {"all", "none", "never", "others", "in-sync", "baseline"};

/* What YAML 1.1 readers take for a boolean or nothing. */
static const char *const misread[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};

static gboolean is_letter_or_digit(gunichar c)
{
    return c == '_' || g_unichar_isalnum(c);
}

/* The first offending character, or NULL: the name is good. */
static const char *first_bad(const char *name)
{
    const char *end = name + strlen(name);
    for (const char *at = name; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gboolean is_edge = at == name || g_utf8_next_char(at) == end;
        if (!is_letter_or_digit(c) && (is_edge || (c != '.' && c != '-')))
            return at;
        if (c == '.' && at[1] == '.')
            return at;
    }
    return NULL;
}

/* Numbers in any of YAML's forms: 12, 0x1F, 1e3, 1.5, 1_000. */
static gboolean looks_like_number(const char *name)
{
    if (!g_ascii_isdigit(name[0]))
        return FALSE;
    gboolean is_hex = name[0] == '0' && (name[1] == 'x' || name[1] == 'o');
    for (const char *at = name + (is_hex ? 2 : 0); *at; at++) {
        gboolean fits = is_hex ? g_ascii_isxdigit(*at)
                               : g_ascii_isdigit(*at) || strchr("._eE", *at) ||
                                     (*at == '-' && (at[-1] == 'e' || at[-1] == 'E'));
        if (!fits)
            return FALSE;
    }
    return TRUE;
}

static void warn_misread(ScnReader *reader, const ScnNode *key)
{
    gboolean is_word = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(misread); i++)
        is_word |= g_ascii_strcasecmp(key->text, misread[i]) == 0;
    if (key->style != SCN_PLAIN || (!is_word && !looks_like_number(key->text)))
        return;
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_NAME_MISREAD, key->span,
                                  "other YAML readers take the name '%s' for %s", key->text,
                                  is_word ? "true, false or nothing" : "a number");
    scn_diag_note(diag, "here it stays '%s'", key->text);
    scn_diag_help(diag, "quote it where other programs read this file, or choose another name");
}

static gboolean report(ScnReader *reader, const ScnNode *key, const char *what, const char *label)
{
    ScnDiag *diag = scn_diags_add(reader->diags, SCN_BAD_NAME, key->span,
                                  "'%s' cannot be the name of %s", key->text, what);
    scn_diag_label(diag, "%s", label);
    return FALSE;
}

gboolean scn_check_name(ScnReader *reader, const ScnNode *key, const char *what)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reserved); i++)
        if (strcmp(key->text, reserved[i]) == 0)
            return report(reader, key, what, "this word has a meaning of its own");
    if (key->text[0] == '\0')
        return report(reader, key, what, "it is empty");
    if (strlen(key->text) > NAME_BYTES_MAX)
        return report(reader, key, what, "100 bytes are the most");
    if (first_bad(key->text))
        return report(reader, key, what,
                      "names have letters, digits and _, and inside also . and -");
    warn_misread(reader, key);
    return TRUE;
}

/* ---- entries ------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    const ScnNamed *left = a, *right = b;
    gboolean left_unnamed = left->name[0] == '#', right_unnamed = right->name[0] == '#';
    if (left_unnamed != right_unnamed)
        return left_unnamed ? 1 : -1;
    if (!left_unnamed)
        return strcmp(left->name, right->name);
    guint64 a_number = g_ascii_strtoull(left->name + 1, NULL, 10);
    guint64 b_number = g_ascii_strtoull(right->name + 1, NULL, 10);
    if (a_number != b_number)
        return a_number < b_number ? -1 : 1;
    return strcmp(left->name, right->name);
}

ScnNamed *scn_named_entries(const ScnNode *section, gsize *n)
{
    *n = section && section->kind == SCN_MAP ? section->n : 0;
    ScnNamed *entries = g_new0(ScnNamed, *n + 1);
    gsize kept = 0;
    for (gsize i = 0; i < *n; i++) {
        const ScnEntry *entry = &section->entries[i];
        if (!g_str_has_prefix(entry->key->text, "x-"))
            entries[kept++] = (ScnNamed){entry->key->text, entry->key, entry->value};
    }
    *n = kept;
    if (kept > 1) /* names are unique, so there are no ties */
        qsort(entries, kept, sizeof *entries, by_name);
    return entries;
}

const char *scn_plain_text(ScnReader *reader, const ScnNode *root, const char *key)
{
    const ScnEntry *entry = scn_map_find(root, key);
    if (!entry || entry->value->kind == SCN_BROKEN)
        return NULL;
    if (entry->value->kind == SCN_SCALAR && !scn_node_is_empty(entry->value))
        return entry->value->text;
    gboolean is_empty = entry->value->kind == SCN_SCALAR;
    ScnDiag *diag = scn_diags_add(reader->diags, is_empty ? SCN_EMPTY_VALUE : SCN_WRONG_SHAPE,
                                  is_empty ? entry->key->span : entry->value->span,
                                  is_empty ? "'%s' has no value" : "'%s' is a single value", key);
    if (!is_empty)
        scn_diag_label(diag, "this is %s", scn_node_kind_name(entry->value));
    return NULL;
}

void scn_record(ScnReader *reader, const char *path, const char *value, const char *origin)
{
    if (reader->resolved)
        scn_resolved_add(reader->resolved, path, value, origin, NULL);
}
