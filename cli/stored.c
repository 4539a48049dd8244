/* stored.c — see stored.h. */
#include "cli/stored.h"

#include "cli/terminal.h"

#include <glib/gstdio.h>
#include <string.h>

#define NEWEST_SHOWN 5u

/* ---- what there is ------------------------------------------------------------------------ */

typedef struct Kept {
    char *name;
    gint64 changed; /* when its manifest was written, in ns */
} Kept;

static void clear_kept(gpointer data)
{
    g_free(((Kept *)data)->name);
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
    const Kept *one = a, *other = b;
    if (one->changed != other->changed)
        return one->changed > other->changed ? -1 : 1;
    return strcmp(one->name, other->name);
}

/* Folders with a manifest, newest first. */
static GArray *kept_in(const char *results)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Kept));
    GDir *folder = g_dir_open(results, 0, NULL);
    const char *name;
    g_array_set_clear_func(all, clear_kept);
    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *manifest = g_build_filename(results, name, "manifest.json", NULL);
        GStatBuf status;
        if (*name == '.' || strcmp(name, "latest") == 0 || g_stat(manifest, &status) != 0)
            continue;
        Kept kept = {g_strdup(name),
                     (gint64)status.st_mtim.tv_sec * 1000000000 + (gint64)status.st_mtim.tv_nsec};
        g_array_append_val(all, kept);
    }
    if (folder)
        g_dir_close(folder);
    g_array_sort(all, newest_first);
    return all;
}

/* ---- finding ------------------------------------------------------------------------------ */

static gboolean is_run(const char *path)
{
    g_autofree char *summary = g_build_filename(path, "summary.json", NULL);
    return g_file_test(summary, G_FILE_TEST_IS_REGULAR);
}

/* The number behind "latest~", 0 for "latest" alone; -1: it is neither. */
static gint64 steps_back(const char *text)
{
    guint64 steps = 0;
    if (strcmp(text, "latest") == 0)
        return 0;
    if (!g_str_has_prefix(text, "latest~") ||
        !g_ascii_string_to_unsigned(text + strlen("latest~"), 10, 0, 100000, &steps, NULL))
        return -1;
    return (gint64)steps;
}

/* The name that `text` means; NULL: none, or several (`n` says how many). Caller frees. */
static char *match(const char *results, const GArray *all, const char *text, guint *n)
{
    gint64 back = steps_back(text);
    const char *found = NULL;
    *n = 0;
    if (back == 0) {
        g_autofree char *link = g_build_filename(results, "latest", NULL);
        char *target = g_file_read_link(link, NULL);
        if (target)
            return target;
    }
    if (back >= 0)
        return back < all->len ? g_strdup(g_array_index(all, Kept, back).name) : NULL;
    for (guint i = 0; i < all->len; i++) {
        const char *name = g_array_index(all, Kept, i).name;
        if (strcmp(name, text) == 0)
            return g_strdup(name);
        if (g_str_has_prefix(name, text)) {
            found = name;
            (*n)++;
        }
    }
    return *n == 1 ? g_strdup(found) : NULL;
}

static void report_none(const char *results, const GArray *all, const char *text, guint n)
{
    if (n > 1)
        cli_error("'%s' is the beginning of %u runs in '%s'", text, n, results);
    else
        cli_error("there is no run '%s', neither as a folder nor in '%s'", text, results);
    for (guint i = 0, shown = 0; i < all->len && shown < NEWEST_SHOWN; i++) {
        const char *name = g_array_index(all, Kept, i).name;
        if (n > 1 && !g_str_has_prefix(name, text))
            continue;
        cli_hint("%s%s", shown++ == 0 ? (n > 1 ? "they are: " : "the newest: ") : "            ",
                 name);
    }
    if (all->len == 0)
        cli_hint("there is none yet: replsim run builtin:quickstart");
}

CliStatus cli_stored_find(const char *results, const char *text, CliStored *stored)
{
    *stored = (CliStored){0};
    if (g_str_has_suffix(text, ".html") && g_file_test(text, G_FILE_TEST_IS_REGULAR)) {
        stored->is_page = TRUE;
        stored->path = g_strdup(text);
    } else if (is_run(text)) {
        stored->path = g_strdup(text);
    } else {
        guint n;
        g_autoptr(GArray) all = kept_in(results);
        g_autofree char *name = match(results, all, text, &n);
        g_autofree char *path = name ? g_build_filename(results, name, NULL) : NULL;
        if (!path || !is_run(path)) {
            report_none(results, all, text, n);
            return CLI_ENVIRONMENT;
        }
        stored->path = g_steal_pointer(&path);
    }
    /* `latest` is a link: the run has a name of its own. */
    g_autofree char *real = g_file_read_link(stored->path, NULL);
    stored->name = g_path_get_basename(real ? real : stored->path);
    return CLI_OK;
}

void cli_stored_clear(CliStored *stored)
{
    g_free(stored->path);
    g_free(stored->name);
    *stored = (CliStored){0};
}

char *cli_stored_read(const CliStored *stored, const char *file, gsize *length)
{
    g_autofree char *path =
        stored->is_page ? g_strdup(stored->path) : g_build_filename(stored->path, file, NULL);
    g_autoptr(GError) error = NULL;
    char *bytes = NULL;
    if (stored->is_page && strcmp(file, "report.html") != 0) {
        cli_error("'%s' is a page alone: there is no %s beside it", stored->path, file);
        return NULL;
    }
    if (g_file_get_contents(path, &bytes, length, &error))
        return bytes;
    cli_error("cannot read '%s': %s", path, error->message);
    return NULL;
}
