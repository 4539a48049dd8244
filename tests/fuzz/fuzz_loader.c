/*
 * fuzz_loader.c — any bytes are a scenario or a list of mistakes, never a crash; and what is
 * accepted prints as a resolved document that is the same scenario again.
 */
#include "scenarios/format/scenario.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ScnScenario *load(const char *bytes, gsize length, ScnDiags *diags)
{
    ScnInput input = {.bytes = bytes, .length = length, .display = "fuzz.yaml"};
    return scn_load_bytes(&input, NULL, diags);
}

static void print_mistakes(ScnDiags *diags)
{
    ScnDiagStyle plain = {0}, ascii = {.ascii = TRUE, .colour = TRUE};
    g_autoptr(GString) out = g_string_new(NULL);
    scn_diags_print(diags, &plain, out);
    scn_diags_print(diags, &ascii, out);
    scn_diags_print_gcc(diags, out);
    scn_diags_print_json(diags, out);
    if (!g_utf8_validate(out->str, (gssize)out->len, NULL))
        abort();
}

static void check_variant(const ScnVariant *variant)
{
    g_autoptr(GString) printed = g_string_new(NULL);
    g_autoptr(ScnDiags) diags = scn_diags_new();
    scn_resolved_print(variant->resolved, printed);
    g_autoptr(ScnScenario) again = load(printed->str, printed->len, diags);
    /* The resolved document may be larger than a scenario may be. */
    if (!again && printed->len <= 1024 * 1024)
        abort();
    if (again && again->variants[0].setup->world_hash != variant->setup->world_hash)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnScenario) scenario = load((const char *)data, size, diags);
    if ((scenario == NULL) != (scn_diags_errors(diags) > 0))
        abort();
    print_mistakes(diags);
    for (gsize i = 0; scenario && i < scenario->n_variants && i < 3; i++)
        check_variant(&scenario->variants[i]);
    return 0;
}
