/* items_presets.c — what `list preset NAME` says: what it stands for, by which setting of the
 * database, and what it leaves out. */
#include "cli/items.h"

#include "scenarios/format/presets.h"

#include <string.h>

static char *signature_of(const ScnPreset *preset)
{
    GString *out = g_string_new(preset->name);
    for (const RepField *arg = preset->args; arg && arg->key; arg++)
        g_string_append_printf(out, "%s%s", arg == preset->args ? "(" : ", ", arg->key);
    if (preset->args && preset->args->key)
        g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

/* Key and value, and behind them the setting they come from; `width` of the longest. */
static void add_line(GString *out, gsize width, const char *key, const char *value,
                     const char *setting)
{
    gsize length = strlen(key) + strlen(": ") + strlen(value);
    g_string_append_printf(out, "%s%s: %s", out->len ? "\n" : "", key, value);
    if (setting)
        g_string_append_printf(out, "%*s# %s", (int)(MAX(width, length) - length) + 3, "", setting);
}

/* What the bare name stands for. */
static void add_expansion(CliItem *item, const ScnPreset *preset)
{
    g_autoptr(GPtrArray) values = scn_preset_values(preset, NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    gsize width = 0;
    for (guint i = 0; i < values->len; i++) {
        const ScnPresetValue *value = g_ptr_array_index(values, i);
        width = MAX(width, strlen(value->key) + strlen(": ") + strlen(value->value));
    }
    for (guint i = 0; i < values->len; i++) {
        const ScnPresetValue *value = g_ptr_array_index(values, i);
        add_line(out, width, value->key, value->value, value->setting);
    }
    cli_item_fact(item, "stands for", out->str);
}

/* What else an argument makes of it. */
static void add_cases(CliItem *item, const ScnPreset *preset)
{
    for (const ScnPresetCase *one = preset->cases; one && one->rows; one++) {
        g_autofree char *label = g_strdup_printf("%s=%s", one->argument, one->word);
        g_autoptr(GString) out = g_string_new(NULL);
        for (const ScnPresetRow *row = one->rows; row->key; row++)
            g_string_append_printf(out, "%s%s: %s", out->len ? " \xc2\xb7 " : "", row->key,
                                   row->value);
        cli_item_fact(item, label, out->str);
    }
}

static void add_texts(CliItem *item, const char *label, const char *const *texts)
{
    for (; texts && *texts; texts++, label = "")
        cli_item_fact(item, label, *texts);
}

void cli_collect_presets(GPtrArray *items)
{
    for (gsize i = 0; scn_presets[i]; i++) {
        const ScnPreset *preset = scn_presets[i];
        g_autofree char *signature = signature_of(preset);
        CliItem *item = cli_item_new(preset->name, signature, preset->doc);
        cli_item_fields(item, preset->args);
        add_expansion(item, preset);
        add_cases(item, preset);
        add_texts(item, "for example", preset->examples);
        cli_item_fact(item, "manual", preset->manual);
        add_texts(item, "left out", preset->cannot);
        g_ptr_array_add(items, item);
    }
}
