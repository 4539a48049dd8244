/* codes.c — finding codes; the texts are in codes_text.c and its neighbours. */
#include "scenarios/format/codes.h"

#include "sim/check.h"

#include <string.h>

static const ScnCode *const families[] = {scn_codes_text, scn_codes_quantity, scn_codes_scenario,
                                          scn_codes_check};

gsize scn_codes_count(void)
{
    gsize n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++)
        for (const ScnCode *code = families[i]; code->title; code++)
            n++;
    return n;
}

const ScnCode *scn_codes_get(gsize i)
{
    for (gsize family = 0; family < G_N_ELEMENTS(families); family++)
        for (const ScnCode *code = families[family]; code->title; code++)
            if (i-- == 0)
                return code;
    SIM_UNREACHABLE();
}

const ScnCode *scn_code(ScnCodeId id)
{
    for (gsize family = 0; family < G_N_ELEMENTS(families); family++)
        for (const ScnCode *code = families[family]; code->title; code++)
            if (code->id == id)
                return code;
    SIM_UNREACHABLE();
}

gboolean scn_code_is_warning(ScnCodeId id)
{
    return (id & SCN_WARNING_BIT) != 0;
}

void scn_code_name(ScnCodeId id, char name[8])
{
    g_snprintf(name, 8, "%c%04u", scn_code_is_warning(id) ? 'W' : 'E', (guint)id & 0xFFFFu);
}

const ScnCode *scn_code_find(const char *name)
{
    for (gsize i = 0; i < scn_codes_count(); i++) {
        char known[8];
        scn_code_name(scn_codes_get(i)->id, known);
        if (g_ascii_strcasecmp(name, known) == 0)
            return scn_codes_get(i);
    }
    return NULL;
}
