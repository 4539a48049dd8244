/* wing_gong.c — see wing_gong.h. */
#include "tests/support/wing_gong.h"

#include <string.h>

typedef struct Call {
    gint64 value;        /* -1: nil */
    gint64 began, ended; /* ended G_MAXINT64: nobody knows */
    bool is_write;
} Call;

typedef struct Search {
    Call calls[WING_GONG_MAX];
    guint n;
    guint8 done[WING_GONG_MAX];
    GHashTable *tried; /* what is done, and the value then */
} Search;

static gint64 value_of(const EdnValue *half)
{
    const EdnValue *value = edn_get(half, "value");
    return value->kind == EDN_INT ? value->number : -1;
}

static bool is(const EdnValue *half, const char *key, const char *word)
{
    return strcmp(edn_text(edn_get(half, key)), word) == 0;
}

/* The end of the call that a process has under way; NULL: it has none. */
static const EdnValue *end_of(const GPtrArray *history, guint begin)
{
    gint64 process = edn_get(history->pdata[begin], "process")->number;
    for (guint i = begin + 1; i < history->len; i++)
        if (edn_get(history->pdata[i], "process")->number == process)
            return history->pdata[i];
    return NULL;
}

static void add_call(Search *search, const EdnValue *begin, const EdnValue *end)
{
    bool is_write = is(begin, "f", "write");
    bool is_known = end && !is(end, "type", "info");
    if ((end && is(end, "type", "fail")) || (!is_known && !is_write))
        return;
    g_assert(search->n < WING_GONG_MAX);
    search->calls[search->n++] =
        (Call){.value = value_of(is_write ? begin : end),
               .began = edn_get(begin, "time")->number,
               .ended = is_known ? edn_get(end, "time")->number : G_MAXINT64,
               .is_write = is_write};
}

/* Could it be the next: is there none that ended before it began? */
static bool may_be_next(const Search *search, guint call)
{
    for (guint i = 0; i < search->n; i++)
        if (!search->done[i] && search->calls[i].ended < search->calls[call].began)
            return false;
    return true;
}

static bool is_over(const Search *search)
{
    for (guint i = 0; i < search->n; i++)
        if (!search->done[i] && search->calls[i].ended < G_MAXINT64)
            return false;
    return true;
}

/* Was it all tried from here before? */
static bool is_known(Search *search, gint64 value)
{
    GString *state = g_string_new(NULL);
    for (guint i = 0; i < search->n; i++)
        g_string_append_c(state, search->done[i] ? '1' : '0');
    g_string_append_printf(state, "%" G_GINT64_FORMAT, value);
    return !g_hash_table_add(search->tried, g_string_free(state, FALSE));
}

static bool go_on(Search *search, gint64 value)
{
    if (is_over(search))
        return true;
    if (is_known(search, value))
        return false;
    for (guint i = 0; i < search->n; i++) {
        const Call *call = &search->calls[i];
        if (search->done[i] || !may_be_next(search, i) || (!call->is_write && call->value != value))
            continue;
        search->done[i] = 1;
        bool found = go_on(search, call->is_write ? call->value : value);
        search->done[i] = 0;
        if (found)
            return true;
    }
    return false;
}

bool wing_gong_linearizable(const GPtrArray *history, gint64 key)
{
    Search *search = g_new0(Search, 1);
    search->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < history->len; i++) {
        const EdnValue *half = history->pdata[i];
        if (edn_get(half, "key")->number == key && is(half, "type", "invoke"))
            add_call(search, half, end_of(history, i));
    }
    bool found = go_on(search, -1);
    g_hash_table_unref(search->tried);
    g_free(search);
    return found;
}
