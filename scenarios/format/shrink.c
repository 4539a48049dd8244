/* shrink.c — see shrink.h. */
#include "scenarios/format/shrink.h"

#include "scenarios/format/blocks.h"

#include <string.h>

#define TRIES_MAX 5000u

typedef struct Shrink {
    GString *text;
    ScnShows shows;
    void *self;
    guint tries;
} Shrink;

/* Takes the candidate over if it shows the same. Frees it. */
static gboolean try(Shrink *shrink, GString *candidate)
{
    gboolean better = shrink->tries < TRIES_MAX && !g_string_equal(candidate, shrink->text);
    if (better) {
        shrink->tries++;
        better = shrink->shows(candidate->str, shrink->self);
    }
    if (better)
        g_string_assign(shrink->text, candidate->str);
    g_string_free(candidate, TRUE);
    return better;
}

static void remove_block(GString *text, gsize offset)
{
    ScnBlock block = scn_block_at(text->str, offset);
    g_string_erase(text, (gssize)block.start, (gssize)(block.end - block.start));
}

/* ---- names -------------------------------------------------------------------------------- */

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.';
}

/* Where the name stands as a word of its own, or NULL. */
static const char *find_name(const char *text, const char *name)
{
    gsize length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || !is_word(at[-1])) && !is_word(at[length]))
            return at;
    return NULL;
}

static gboolean remove_names(Shrink *shrink)
{
    gboolean any = FALSE;
    for (const char *letter = "cnr"; *letter; letter++)
        for (int number = 9; number > 0; number--) {
            const char name[] = {*letter, (char)('0' + number), '\0'}, *at;
            GString *candidate = g_string_new(shrink->text->str);
            while ((at = find_name(candidate->str, name)))
                remove_block(candidate, (gsize)(at - candidate->str));
            any |= try(shrink, candidate);
        }
    return any;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* From the end, so that faults go before what they are about. */
static gboolean remove_lines(Shrink *shrink)
{
    gboolean any = FALSE;
    for (gsize at = shrink->text->len; at > 0;) {
        at--;
        while (at > 0 && shrink->text->str[at - 1] != '\n')
            at--;
        /* Without it a run is longer, not smaller. */
        if (g_str_has_prefix(shrink->text->str + at, "duration:"))
            continue;
        GString *candidate = g_string_new(shrink->text->str);
        remove_block(candidate, at);
        any |= try(shrink, candidate);
        at = MIN(at, shrink->text->len);
    }
    return any;
}

/* ---- values ------------------------------------------------------------------------------- */

/* A call gives way to the first number in it: lognormal(p50=3ms, p99=9ms) to 3ms. */
static gboolean simplify_calls(Shrink *shrink)
{
    gboolean any = FALSE;
    for (gsize at = 0; at < shrink->text->len; at++) {
        const char *text = shrink->text->str;
        if (text[at] != '(')
            continue;
        gsize start = at, number = at + 1, end = at + strcspn(text + at, ")\n");
        while (start > 0 && g_ascii_isalpha(text[start - 1]))
            start--;
        const char *value = strchr(text + at, '=');
        if (value && (gsize)(value - text) < end)
            number = (gsize)(value - text) + 1;
        gsize length = strcspn(text + number, ",)\n");
        if (text[end] != ')' || !g_ascii_isdigit(text[number]))
            continue;
        g_autofree char *constant = g_strndup(text + number, length);
        GString *candidate = g_string_new(text);
        g_string_erase(candidate, (gssize)start, (gssize)(end + 1 - start));
        g_string_insert(candidate, (gssize)start, constant);
        any |= try(shrink, candidate);
    }
    return any;
}

/* Whole numbers that are no part of a name. */
static gboolean halve_numbers(Shrink *shrink)
{
    gboolean any = FALSE;
    for (gsize at = 0; at < shrink->text->len; at++) {
        const char *text = shrink->text->str;
        if (!g_ascii_isdigit(text[at]) || (at > 0 && is_word(text[at - 1])))
            continue;
        char *end;
        guint64 value = g_ascii_strtoull(text + at, &end, 10);
        gsize length = (gsize)(end - (text + at));
        if (value > 1) {
            g_autofree char *half = g_strdup_printf("%" G_GUINT64_FORMAT, value / 2);
            GString *candidate = g_string_new(text);
            g_string_erase(candidate, (gssize)at, (gssize)length);
            g_string_insert(candidate, (gssize)at, half);
            any |= try(shrink, candidate);
        }
        while (at + 1 < shrink->text->len && is_word(shrink->text->str[at + 1]))
            at++;
    }
    return any;
}

char *scn_shrink(const char *text, ScnShows shows, void *self)
{
    Shrink shrink = {.text = g_string_new(text), .shows = shows, .self = self};
    gboolean any = TRUE;
    while (any && shrink.tries < TRIES_MAX) {
        any = remove_names(&shrink);
        any |= remove_lines(&shrink);
        any |= simplify_calls(&shrink);
        any |= halve_numbers(&shrink);
    }
    return g_string_free(shrink.text, FALSE);
}
