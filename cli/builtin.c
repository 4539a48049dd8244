/* builtin.c — look-ups in the program's own resource; see builtin.h. */
#include "cli/builtin.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIOS "/replsim/scenarios/"
#define DATA "/replsim/data/"

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds what is in the folder (its name ends with '/', or is empty), and in those below it. */
static void add_names(GPtrArray *names, const char *folder)
{
    g_autofree char *path = g_strconcat(SCENARIOS, folder, NULL);
    g_auto(GStrv) children =
        g_resources_enumerate_children(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    for (char **child = children; child && *child; child++) {
        char *name = g_strconcat(folder, *child, NULL);
        if (g_str_has_suffix(name, "/")) {
            add_names(names, name);
            g_free(name);
        } else {
            g_ptr_array_add(names, name);
        }
    }
}

char **cli_builtin_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    add_names(names, "");
    if (names->len > 0)
        qsort(names->pdata, names->len, sizeof *names->pdata, by_name); /* unique: no ties */
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* Resources take "a//b" and "a/" for "a/b" and "a"; here a name is what cli_builtin_names() says.
 */
static gboolean is_name(const char *name)
{
    gsize length = strlen(name);
    return length > 0 && name[0] != '/' && name[length - 1] != '/' && !strstr(name, "//");
}

GBytes *cli_builtin_scenario(const char *name)
{
    g_autofree char *path = g_strconcat(SCENARIOS, name, NULL);
    return is_name(name) ? g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL) : NULL;
}

GBytes *cli_builtin_data(void *unused, const char *name)
{
    (void)unused;
    g_autofree char *path = g_strconcat(DATA, name, NULL);
    return strchr(name, '/') ? NULL
                             : g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}
