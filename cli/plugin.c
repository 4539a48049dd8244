/* plugin.c — see plugin.h. */
#include "cli/plugin.h"

#include "cli/terminal.h"
#include "models/policies/policy.h"

#include <gmodule.h>
#include <string.h>
#include <unistd.h>

typedef const RepPolicyOps *(*Entrance)(void);

/* The first of what the world calls without asking whether it is there; NULL: all are. */
static const char *missing_part(const RepPolicyOps *policy)
{
    const struct {
        const char *name;
        gboolean is_there;
    } parts[] = {
        {"summary", policy->summary != NULL},
        {"fields", policy->fields != NULL},
        {"message_names", policy->message_names != NULL},
        {"logs", policy->logs != NULL},
        {"holds", policy->holds != NULL},
        {"follows", policy->follows != NULL},
        {"answers_reads", policy->answers_reads != NULL},
        {"init", policy->init != NULL},
        {"route", policy->route != NULL},
        {"request", policy->request != NULL},
        {"message", policy->message != NULL},
        {"timer", policy->timer != NULL || policy->timers == 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!parts[i].is_there)
            return parts[i].name;
    return NULL;
}

static gboolean is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return text && *text && text[strspn(text, letters)] == '\0';
}

static CliStatus add(const char *file, const RepPolicyOps *policy)
{
    const char *missing;
    if (!policy)
        cli_error("'%s' brings no policy: '" REP_POLICY_PLUGIN_SYMBOL "' returns NULL", file);
    else if (policy->abi != REP_POLICY_ABI) {
        cli_error("'%s' was built for policy interface %u, and this program has %u", file,
                  policy->abi, REP_POLICY_ABI);
        cli_hint("build it again with the headers of this replsim");
    } else if (!is_name(policy->name))
        cli_error("'%s' brings a policy whose name is not of a-z, 0-9 and -: '%s'", file,
                  policy->name ? policy->name : "");
    else if (rep_policy_find(policy->name))
        cli_error("'%s' brings a policy '%s', and there is one of that name", file, policy->name);
    else if ((missing = missing_part(policy)))
        cli_error("'%s' brings a policy '%s' without '%s'", file, policy->name, missing);
    else if (!rep_policy_add(policy))
        cli_error("'%s' is one policy too many: %d are the most", file, REP_POLICIES_MAX);
    else
        return CLI_OK;
    return CLI_USAGE;
}

static CliStatus load(const char *file)
{
    if (access(file, R_OK) != 0) {
        cli_error("cannot read the plug-in '%s'", file);
        return CLI_ENVIRONMENT;
    }
    /* Without a folder the loader would look elsewhere. */
    g_autofree char *path = strchr(file, '/') ? g_strdup(file) : g_strconcat("./", file, NULL);
    GModule *module = g_module_open(path, G_MODULE_BIND_LOCAL);
    if (!module) {
        cli_error("'%s' is not a plug-in: it cannot be loaded", file);
        cli_hint("%s", g_module_error());
        return CLI_USAGE;
    }
    gpointer symbol = NULL;
    if (!g_module_symbol(module, REP_POLICY_PLUGIN_SYMBOL, &symbol) || !symbol) {
        cli_error("'%s' is not a plug-in: it has no function '" REP_POLICY_PLUGIN_SYMBOL "'", file);
        g_module_close(module);
        return CLI_USAGE;
    }
    g_module_make_resident(module);
    Entrance entrance;
    memcpy(&entrance, &symbol, sizeof entrance); /* C has no conversion between the two */
    return add(file, entrance());
}

CliStatus cli_plugins_load(const char *const *files)
{
    for (; files && *files; files++) {
        CliStatus status = load(*files);
        if (status != CLI_OK)
            return status;
    }
    return CLI_OK;
}
