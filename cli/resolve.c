/* resolve.c — see resolve.h. */
#include "cli/resolve.h"

#include <string.h>

#define ORIGIN_COLUMN 60

static gboolean is_shared(const ScnScenario *scenario, const ScnLine *line)
{
    for (gsize i = 0; i < scenario->n_variants; i++) {
        const ScnLine *other = scn_resolved_find(scenario->variants[i].resolved, line->path);
        if (!other || strcmp(other->value, line->value) != 0)
            return FALSE;
    }
    return TRUE;
}

static void print_line(GString *out, const char *indent, const ScnLine *line)
{
    g_autofree char *value = scn_yaml_value(line->value);
    gsize start = out->len;
    g_string_append_printf(out, "%s%s: %s", indent, line->path, value);
    if (strcmp(line->origin, "file") != 0) {
        while (out->len < start + ORIGIN_COLUMN)
            g_string_append_c(out, ' ');
        g_string_append_printf(out, "  # %s", line->origin);
    }
    g_string_append_c(out, '\n');
}

static gboolean is_expect(const ScnLine *line)
{
    return strcmp(line->path, "expect") == 0;
}

static void print_own(GString *out, const ScnScenario *scenario, const ScnVariant *variant)
{
    gsize before = out->len;
    g_string_append_printf(out, "  %s:", variant->name);
    gsize header = out->len;
    g_string_append_c(out, '\n');
    for (gsize i = 0; i < scn_resolved_count(variant->resolved); i++) {
        const ScnLine *line = scn_resolved_get(variant->resolved, i);
        if (!is_shared(scenario, line) && !is_expect(line))
            print_line(out, "    ", line);
    }
    if (out->len == header + 1) {
        g_string_truncate(out, before);
        g_string_append_printf(out, "  %s: {}\n", variant->name);
    }
}

/* Checks that are not the same for all: a mapping from variants to lists. */
static void print_expect(GString *out, const ScnScenario *scenario)
{
    const ScnLine *first = scn_resolved_find(scenario->variants[0].resolved, "expect");
    if (first && is_shared(scenario, first))
        return; /* printed with what is shared */
    gboolean begun = FALSE;
    for (gsize i = 0; i < scenario->n_variants; i++) {
        const ScnLine *line = scn_resolved_find(scenario->variants[i].resolved, "expect");
        if (!line)
            continue;
        if (!begun)
            g_string_append(out, "expect:\n");
        begun = TRUE;
        g_string_append_printf(out, "  %s: %s\n", scenario->variants[i].name, line->value);
    }
}

static void print_gate(GString *out, const ScnScenario *scenario)
{
    gboolean all = TRUE;
    for (gsize i = 0; i < scenario->n_variants; i++)
        all &= scenario->variants[i].gated;
    if (all)
        return;
    g_string_append(out, "gate: [");
    for (gsize i = 0, n = 0; i < scenario->n_variants; i++)
        if (scenario->variants[i].gated)
            g_string_append_printf(out, "%s%s", n++ ? ", " : "", scenario->variants[i].name);
    g_string_append(out, "]\n");
}

void cli_resolve_print(const ScnScenario *scenario, GString *out)
{
    const ScnVariant *first = &scenario->variants[0];
    if (scenario->n_variants == 1 && strcmp(first->name, "base") == 0) {
        scn_resolved_print(first->resolved, out);
        return;
    }
    for (gsize i = 0; i < scn_resolved_count(first->resolved); i++) {
        const ScnLine *line = scn_resolved_get(first->resolved, i);
        if (is_shared(scenario, line))
            print_line(out, "", line);
    }
    g_string_append(out, "variants:\n");
    for (gsize i = 0; i < scenario->n_variants; i++)
        print_own(out, scenario, &scenario->variants[i]);
    if (scenario->baseline_selected)
        g_string_append_printf(out, "baseline: %s\n", scenario->variants[scenario->baseline].name);
    print_gate(out, scenario);
    print_expect(out, scenario);
}

static void print_difference(void *data, const char *path, const char *a, const char *b)
{
    g_string_append_printf(data, "%s: %s → %s\n", path, a ? a : "(not there)",
                           b ? b : "(not there)");
}

void cli_resolve_diff(const ScnVariant *a, const ScnVariant *b, GString *out)
{
    scn_resolved_diff(a->resolved, b->resolved, print_difference, out);
}
