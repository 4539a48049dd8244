/*
 * random_load.c — a random load: arrivals, keys, reads after writes; see random_value.h.
 *
 * One draw a statement: in what order the arguments of a call are evaluated is the compiler's
 * choice, and two compilers must draw the same scenario.
 */
#include "scenarios/format/random_value.h"

void scn_draft_arrivals(ScnDraft *draft)
{
    guint rate = 2 + scn_draft_between(draft, 0, 600), sessions, think, on, off;
    GString *text = draft->text;
    switch (scn_draft_below(draft, 6)) {
    case 0:
        sessions = 1 + scn_draft_below(draft, 6);
        think = 2 + scn_draft_below(draft, 40);
        g_string_append_printf(text, "closed(sessions=%u, think=%ums)", sessions, think);
        return;
    case 1:
        g_string_append_printf(text, "periodic(%u/s)", rate);
        return;
    case 2:
        on = 5 + scn_draft_below(draft, 100);
        off = 5 + scn_draft_below(draft, 300);
        g_string_append_printf(text, "bursty(%u/s, on=%ums, off=%ums)", rate, on, off);
        return;
    default:
        g_string_append_printf(text, "poisson(%u/s)", rate);
        return;
    }
}

void scn_draft_keys(ScnDraft *draft)
{
    guint n = scn_draft_between(draft, 1, 300), hot, share;
    GString *text = draft->text;
    switch (scn_draft_below(draft, 5)) {
    case 0:
        g_string_append(text, "unique");
        return;
    case 1:
        g_string_append_printf(text, "zipf(%u, s=0.99)", n);
        return;
    case 2:
        hot = 10 + scn_draft_below(draft, 60);
        share = 10 + scn_draft_below(draft, 80);
        g_string_append_printf(text, "hotset(%u, hot=%u%%, share=%u%%)", n + 10, hot, share);
        return;
    default:
        g_string_append_printf(text, "uniform_keys(%u)", n);
        return;
    }
}

void scn_draft_read_after(ScnDraft *draft)
{
    guint share = 5 + scn_draft_below(draft, 90), ms = scn_draft_between(draft, 0, 200);
    if (scn_draft_chance(draft, 30))
        g_string_append_printf(draft->text, "%u%% after [0ms, %ums]", share, ms + 1);
    else
        g_string_append_printf(draft->text, "%u%% after %ums", share, ms);
}
