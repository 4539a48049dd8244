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

char **cli_builtin_names(void)
{
    char **children = g_resources_enumerate_children(SCENARIOS, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize n = children ? g_strv_length(children) : 0;
    if (n > 0)
        qsort(children, n, sizeof *children, by_name); /* names are unique: no ties */
    return children ? children : g_new0(char *, 1);
}

static GBytes *look_up(const char *prefix, const char *name)
{
    if (strchr(name, '/'))
        return NULL;
    g_autofree char *path = g_strconcat(prefix, name, NULL);
    return g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

GBytes *cli_builtin_scenario(const char *name)
{
    return *name ? look_up(SCENARIOS, name) : NULL;
}

GBytes *cli_builtin_data(void *unused, const char *name)
{
    (void)unused;
    return look_up(DATA, name);
}
