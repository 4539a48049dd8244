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

void cli_collect_scenarios(GPtrArray *items)
{
    g_auto(GStrv) names = cli_builtin_names();
    for (char **name = names; *name; name++) {
        g_autoptr(GBytes) bytes = cli_builtin_scenario(*name);
        g_autoptr(ScnDiags) diags = scn_diags_new();
        ScnInput input = {.display = *name};
        input.bytes = g_bytes_get_data(bytes, &input.length);
        ScnOptions options = {.lookup = cli_builtin_data};
        g_autoptr(ScnScenario) scenario = scn_load_bytes(&input, &options, diags);
        CliItem *item =
            cli_item_new(*name, NULL, scenario && scenario->question ? scenario->question : "");
        if (scenario) {
            g_autofree char *variants = variant_names(scenario);
            g_autofree char *differences = joined(scenario->differences);
            cli_item_fact(item, "variants", variants);
            cli_item_fact(item, "differ in", differences);
        }
        g_ptr_array_add(items, item);
    }
}
