/* resolved.c — an ordered list of lines; a hash table by path serves look-ups only. */
#include "scenarios/format/resolved.h"

#include "scenarios/format/json.h"

#include <stdlib.h>
#include <string.h>

struct ScnResolved {
    GPtrArray *lines;   /* ScnLine * */
    GHashTable *places; /* path -> ScnLine *, borrowed */
};

static void line_free(void *pointer)
{
    ScnLine *line = pointer;
    g_free(line->path);
    g_free(line->value);
    g_free(line->origin);
    g_free(line->data);
    g_free(line);
}

ScnResolved *scn_resolved_new(void)
{
    ScnResolved *resolved = g_new0(ScnResolved, 1);
    resolved->lines = g_ptr_array_new_with_free_func(line_free);
    resolved->places = g_hash_table_new(g_str_hash, g_str_equal);
    return resolved;
}

void scn_resolved_free(ScnResolved *resolved)
{
    if (!resolved)
        return;
    g_hash_table_unref(resolved->places);
    g_ptr_array_unref(resolved->lines);
    g_free(resolved);
}

ScnLine *scn_resolved_add(ScnResolved *resolved, const char *path, const char *value,
                          const char *origin, const char *data)
{
    ScnLine *line = g_new0(ScnLine, 1);
    line->path = g_strdup(path);
    line->value = g_strdup(value);
    line->origin = g_strdup(origin);
    line->data = g_strdup(data);
    g_ptr_array_add(resolved->lines, line);
    g_hash_table_insert(resolved->places, line->path, line);
    return line;
}

gsize scn_resolved_count(const ScnResolved *resolved)
{
    return resolved->lines->len;
}

const ScnLine *scn_resolved_get(const ScnResolved *resolved, gsize i)
{
    return g_ptr_array_index(resolved->lines, i);
}

const ScnLine *scn_resolved_find(const ScnResolved *resolved, const char *path)
{
    return g_hash_table_lookup(resolved->places, path);
}

typedef struct Ranked {
    ScnLine *line;
    gsize rank, sequence;
} Ranked;

static gint by_rank(gconstpointer a, gconstpointer b)
{
    const Ranked *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->sequence < right->sequence ? -1 : 1;
}

static gsize rank_of(const char *path, const char *const *heads)
{
    gsize rank = 0;
    for (; heads[rank]; rank++) {
        gsize length = strlen(heads[rank]);
        if (strncmp(path, heads[rank], length) == 0 && (!path[length] || path[length] == '.'))
            break;
    }
    return rank;
}

void scn_resolved_arrange(ScnResolved *resolved, const char *const *heads)
{
    gsize n = resolved->lines->len;
    g_autofree Ranked *ranked = g_new0(Ranked, n + 1);
    for (gsize i = 0; i < n; i++) {
        ScnLine *line = g_ptr_array_index(resolved->lines, i);
        ranked[i] = (Ranked){line, rank_of(line->path, heads), i};
    }
    if (n > 1)
        qsort(ranked, n, sizeof *ranked, by_rank);
    for (gsize i = 0; i < n; i++)
        resolved->lines->pdata[i] = ranked[i].line;
}

/* ---- printing ----------------------------------------------------------------------------- */

char *scn_path_part(const char *name)
{
    return strchr(name, '.') ? g_strdup_printf("\"%s\"", name) : g_strdup(name);
}

char *scn_yaml_value(const char *value)
{
    gsize length = strlen(value);
    gboolean is_safe = length > 0 && !strchr("[]}!&*?|>%@`\"'#,-: ", value[0]) &&
                       !strstr(value, ": ") && !strstr(value, " #") && !strchr(value, '\n') &&
                       value[length - 1] != ':' && value[length - 1] != ' ';
    /* Lists of names, and lists of quoted texts, are YAML; calls in a list have commas. */
    gboolean is_yaml = value[0] == '{' || g_str_has_prefix(value, "[\"") ||
                       (value[0] == '[' && !strchr(value, '('));
    if (is_safe || is_yaml || (value[0] == '-' && g_ascii_isdigit(value[1])))
        return g_strdup(value);
    GString *quoted = g_string_new(NULL);
    scn_json_string(quoted, value);
    return g_string_free(quoted, FALSE);
}

void scn_resolved_print(const ScnResolved *resolved, GString *out)
{
    for (gsize i = 0; i < resolved->lines->len; i++) {
        const ScnLine *line = g_ptr_array_index(resolved->lines, i);
        g_autofree char *value = scn_yaml_value(line->value);
        gsize start = out->len;
        g_string_append_printf(out, "%s: %s", line->path, value);
        if (strcmp(line->origin, "file") != 0) {
            while (out->len < start + 60)
                g_string_append_c(out, ' ');
            g_string_append_printf(out, "  # %s", line->origin);
        }
        g_string_append_c(out, '\n');
    }
}

/* ---- the world ---------------------------------------------------------------------------- */

/* What a step writes: nothing that happens depends on it. */
static gboolean is_value_of_step(const char *path)
{
    return g_str_has_prefix(path, "clients.") && strstr(path, ".script.") &&
           g_str_has_suffix(path, ".value");
}

gboolean scn_path_is_world(const char *path)
{
    static const char *const others[] = {"replsim", "name",   "question",    "replications",
                                         "expect",  "policy", "not_modelled"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        gsize length = strlen(others[i]);
        if (strncmp(path, others[i], length) == 0 && (path[length] == '\0' || path[length] == '.'))
            return FALSE;
    }
    return !is_value_of_step(path);
}

static void hash_text(GChecksum *sum, const char *text)
{
    gsize length = text ? strlen(text) : 0;
    if (length)
        g_checksum_update(sum, (const guchar *)text, (gssize)length);
    g_checksum_update(sum, (const guchar *)"", 1); /* a zero byte ends it */
}

guint64 scn_resolved_world_hash(const ScnResolved *resolved)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (gsize i = 0; i < resolved->lines->len; i++) {
        const ScnLine *line = g_ptr_array_index(resolved->lines, i);
        if (!scn_path_is_world(line->path) || line->is_unhashed)
            continue;
        hash_text(sum, line->path);
        hash_text(sum, line->value);
        hash_text(sum, line->data);
    }
    guint8 digest[32];
    gsize length = sizeof digest;
    g_checksum_get_digest(sum, digest, &length);
    guint64 hash = 0;
    for (int i = 0; i < 8; i++)
        hash = hash << 8 | digest[i];
    return hash;
}

static gboolean are_equal(const ScnLine *a, const ScnLine *b)
{
    return a && b && strcmp(a->value, b->value) == 0 && g_strcmp0(a->data, b->data) == 0;
}

void scn_resolved_diff(const ScnResolved *a, const ScnResolved *b, ScnResolvedDiffers differs,
                       void *data)
{
    for (gsize i = 0; i < a->lines->len; i++) {
        const ScnLine *left = g_ptr_array_index(a->lines, i);
        const ScnLine *right = scn_resolved_find(b, left->path);
        if (!are_equal(left, right))
            differs(data, left->path, left->value, right ? right->value : NULL);
    }
    for (gsize i = 0; i < b->lines->len; i++) {
        const ScnLine *right = g_ptr_array_index(b->lines, i);
        if (!scn_resolved_find(a, right->path))
            differs(data, right->path, NULL, right->value);
    }
}
