/* scenario_options.c — see scenario_options.h. */
#include "cli/scenario_options.h"

#include "cli/terminal.h"
#include "scenarios/format/quantity.h"

/* An hour or so on one core: far beyond what anybody waits for, near enough to end. */
#define BUDGET_DEFAULT G_GUINT64_CONSTANT(20000000000)

void cli_scenario_entries(CliScenarioOptions *options, GArray *entries)
{
    const GOptionEntry own[] = {
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->set,
         "override one value, same syntax as in the file; repeatable", "KEY=VALUE"},
        {"variant", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->variants,
         "only this variant; repeatable", "NAME"},
        {"seed", 0, 0, G_OPTION_ARG_FILENAME, &options->seed,
         "root of everything random (default: the file's, else 1)", "N"},
        {"replications", 0, 0, G_OPTION_ARG_FILENAME, &options->replications,
         "how many worlds per variant (default: the file's, else 30)", "N"},
        {"event-budget", 0, 0, G_OPTION_ARG_FILENAME, &options->budget,
         "most events that may be simulated (default 20G)", "N"},
        {"allow-path", 0, 0, G_OPTION_ARG_NONE, &options->allow_path,
         "let the scenario read data files outside its own folder", NULL},
    };
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

static void add(CliScenarioOptions *options, const char *option, const char *key, const char *text)
{
    char *setting = key ? g_strconcat(key, "=", text, NULL) : g_strdup(text);
    ScnSetting added = {.option = option, .text = setting};
    g_ptr_array_add(options->texts, setting);
    g_array_append_val(options->settings, added);
}

ScnOptions cli_scenario_read_options(CliScenarioOptions *options)
{
    if (!options->settings) {
        options->settings = g_array_new(FALSE, FALSE, sizeof(ScnSetting));
        options->texts = g_ptr_array_new_with_free_func(g_free);
        for (char **set = options->set; set && *set; set++)
            add(options, "--set", NULL, *set);
        if (options->seed)
            add(options, "--seed", "seed", options->seed);
        if (options->replications)
            add(options, "--replications", "replications", options->replications);
    }
    return (ScnOptions){.settings = (const ScnSetting *)(gconstpointer)options->settings->data,
                        .n_settings = options->settings->len,
                        .variants = (const char *const *)options->variants,
                        .allow_path = options->allow_path};
}

gboolean cli_event_budget(const CliScenarioOptions *options, guint64 *events)
{
    g_auto(ScnIssue) issue = {0};
    gint64 budget = (gint64)BUDGET_DEFAULT;
    if (options->budget && (!scn_parse_count(options->budget, &budget, &issue) || budget < 1)) {
        cli_error("--event-budget takes a count such as 20G, not '%s'", options->budget);
        return FALSE;
    }
    *events = (guint64)budget;
    return TRUE;
}

void cli_scenario_options_clear(CliScenarioOptions *options)
{
    g_strfreev(options->set);
    g_strfreev(options->variants);
    g_free(options->seed);
    g_free(options->replications);
    g_free(options->budget);
    g_clear_pointer(&options->texts, g_ptr_array_unref);
    if (options->settings)
        g_array_free(options->settings, TRUE);
    *options = (CliScenarioOptions){0};
}
