/* items_scenarios.c — the built-in scenarios as items of `list`: their names and questions. */
#include "cli/builtin.h"
#include "cli/items.h"
#include "scenarios/format/scenario.h"

static char *joined(char **words)
{
    return words && *words ? g_strjoinv(", ", words) : NULL;
}

static char *variant_names(const ScnScenario *scenario)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < scenario->n_variants; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", scenario->variants[i].name);
    return g_string_free(out, FALSE);
}

/* NULL: it is not valid, which `selftest` would say. */
static ScnScenario *load(const char *name)
{
    g_autoptr(GBytes) bytes = cli_builtin_scenario(name);
    g_autoptr(ScnDiags) diags = scn_diags_new();
    ScnInput input = {.display = name};
    input.bytes = g_bytes_get_data(bytes, &input.length);
    ScnOptions options = {.lookup = cli_builtin_data};
    return scn_load_bytes(&input, &options, diags);
}

void cli_item_scenario(CliItem *item, const char *name)
{
    g_autoptr(ScnScenario) scenario = load(name);
    if (!scenario)
        return;
    g_autofree char *variants = variant_names(scenario);
    cli_item_fact(item, "question", scenario->question);
    cli_item_fact(item, "variants", variants);
}

/* What it asks; of a figure's scenario, also which. */
static char *summary_of(const char *name, const ScnScenario *scenario)
{
    const char *question = scenario && scenario->question ? scenario->question : "";
    g_autofree char *figure = cli_figure_of_scenario(name);
    return figure ? g_strdup_printf("%s: %s", figure, question) : g_strdup(question);
}

void cli_collect_scenarios(GPtrArray *items)
{
    g_auto(GStrv) names = cli_builtin_names();
    for (char **name = names; *name; name++) {
        g_autoptr(ScnScenario) scenario = load(*name);
        g_autofree char *summary = summary_of(*name, scenario);
        CliItem *item = cli_item_new(*name, NULL, summary);
        if (scenario) {
            g_autofree char *variants = variant_names(scenario);
            g_autofree char *differences = joined(scenario->differences);
            cli_item_fact(item, "variants", variants);
            cli_item_fact(item, "differ in", differences);
        }
        g_ptr_array_add(items, item);
    }
}
