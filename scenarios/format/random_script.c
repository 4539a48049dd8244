/*
 * random_script.c — a random script: steps that begin at instants and after each other, ask some
 * node or whoever is next, and know this or that; see random_value.h.
 *
 * One draw a statement, as in random_load.c.
 */
#include "scenarios/format/random_value.h"

#define KEYS 4u /* few, so that steps meet */
#define STEPS_MOST 24u

static void add_when(ScnDraft *draft, guint number)
{
    guint ms = scn_draft_below(draft, draft->duration_ms);
    guint earlier = 1 + scn_draft_below(draft, number);
    gboolean follows = number > 1 && earlier < number && scn_draft_chance(draft, 40);
    guint wait = scn_draft_between(draft, 0, 100);
    if (!follows) {
        g_string_append_printf(draft->text, "        at: %ums\n", ms);
        return;
    }
    g_string_append_printf(draft->text, "        after: s%u\n", earlier);
    if (wait > 20)
        g_string_append_printf(draft->text, "        wait: %ums\n", wait);
}

static void add_context(ScnDraft *draft, guint number)
{
    guint earlier = 1 + scn_draft_below(draft, number);
    switch (scn_draft_below(draft, 4)) {
    case 0:
        g_string_append(draft->text, "        context: last\n");
        return;
    case 1:
        g_string_append(draft->text, "        context: none\n");
        return;
    case 2:
        g_string_append_printf(draft->text, "        context: s%u\n", earlier);
        return;
    default:
        return;
    }
}

static void add_step(ScnDraft *draft, guint number)
{
    static const char *const verbs[] = {"write", "read", "write", "read", "delete"};
    const char *verb = verbs[scn_draft_below(draft, G_N_ELEMENTS(verbs))];
    guint key = scn_draft_below(draft, KEYS), session = scn_draft_below(draft, 4);
    guint node = 1 + scn_draft_below(draft, draft->n_nodes);
    g_string_append_printf(draft->text, "      - name: s%u\n", number);
    add_when(draft, number);
    /* The first is a key of the other clients' laws, too. */
    g_string_append_printf(draft->text, key ? "        %s: k%u\n" : "        %s: %u\n", verb, key);
    if (session)
        g_string_append_printf(draft->text, "        session: a%u\n", session);
    if (scn_draft_chance(draft, 40))
        g_string_append_printf(draft->text, "        to: %c%u\n", SCN_DRAFT_NODE, node);
    if (verb[0] != 'r')
        add_context(draft, number);
}

void scn_draft_script(ScnDraft *draft)
{
    if (!scn_draft_chance(draft, 25))
        return;
    draft->n_steps = 2 + scn_draft_below(draft, STEPS_MOST);
    g_string_append(draft->text, "  story:\n    script:\n");
    for (guint number = 1; number <= draft->n_steps; number++)
        add_step(draft, number);
}

gboolean scn_draft_message(ScnDraft *draft)
{
    if (draft->n_steps == 0)
        return FALSE;
    guint step = 1 + scn_draft_below(draft, draft->n_steps);
    guint node = 1 + scn_draft_below(draft, draft->n_nodes);
    guint late = scn_draft_between(draft, 1, 300);
    g_string_append_printf(draft->text, "  - message: {of: s%u, to: %c%u}\n", step, SCN_DRAFT_NODE,
                           node);
    if (scn_draft_chance(draft, 50))
        g_string_append(draft->text, "    lose: true\n");
    else
        g_string_append_printf(draft->text, "    delay: %ums\n", late);
    return TRUE;
}
