/*
 * diag.c — collecting diagnostics.
 *
 * Kept in the order of adding and sorted when read: by source, offset, then order of adding, so
 * the sort has no ties. A set of "code, place, message" drops repetitions.
 */
#include "scenarios/format/diag.h"

#include <stdarg.h>
#include <string.h>

#define DIAGS_KEPT 2000 /* more are counted but not kept */
#define TEXT_BYTES 400u /* longer messages quote something absurd; their middle is left out */

typedef struct Kept {
    ScnDiag diag;
    gsize sequence;
} Kept;

struct ScnDiags {
    GPtrArray *kept;    /* Kept *, sorted or not */
    GPtrArray *sources; /* ScnSource * */
    GHashTable *seen;   /* code and place of those kept; only looked up */
    ScnDiag dropped;    /* what callers fill in for one that is not kept */
    gsize errors, warnings, attempts;
    gboolean is_sorted, is_muted;
};

static void clear_texts(ScnDiag *diag)
{
    g_clear_pointer(&diag->message, g_free);
    g_clear_pointer(&diag->label, g_free);
    g_clear_pointer(&diag->help, g_free);
    g_clear_pointer(&diag->note, g_free);
    g_clear_pointer(&diag->more, g_free);
    g_clear_pointer(&diag->related_label, g_free);
}

static void kept_free(void *pointer)
{
    Kept *kept = pointer;
    clear_texts(&kept->diag);
    g_free(kept);
}

static void source_free(void *pointer)
{
    scn_source_free(pointer);
}

ScnDiags *scn_diags_new(void)
{
    ScnDiags *diags = g_new0(ScnDiags, 1);
    diags->kept = g_ptr_array_new_with_free_func(kept_free);
    diags->sources = g_ptr_array_new_with_free_func(source_free);
    diags->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    diags->is_sorted = TRUE;
    return diags;
}

void scn_diags_free(ScnDiags *diags)
{
    if (!diags)
        return;
    clear_texts(&diags->dropped);
    g_ptr_array_unref(diags->kept);
    g_ptr_array_unref(diags->sources);
    g_hash_table_unref(diags->seen);
    g_free(diags);
}

const ScnSource *scn_diags_source(ScnDiags *diags, const char *name, const char *text, gsize length)
{
    ScnSource *source = scn_source_new(name, text, length, diags->sources->len);
    g_ptr_array_add(diags->sources, source);
    return source;
}

void scn_diags_mute_whole(ScnDiags *diags, gboolean mute)
{
    diags->is_muted = mute;
}

static gboolean is_new(ScnDiags *diags, ScnCodeId code, ScnSpan span, const char *message)
{
    g_autofree char *place = g_strdup_printf(
        "%d %u %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT " %s", (int)code,
        span.source ? span.source->order : G_MAXUINT, span.start, span.end, message);
    if (g_hash_table_contains(diags->seen, place))
        return FALSE;
    g_hash_table_add(diags->seen, g_steal_pointer(&place));
    return TRUE;
}

/* The text without its middle where it is too long. Takes ownership. */
static char *shortened(char *text)
{
    gsize length = strlen(text);
    if (length <= TEXT_BYTES)
        return text;
    gsize head = TEXT_BYTES / 2, tail = length - TEXT_BYTES / 4;
    while (head > 0 && ((guchar)text[head] & 0xC0) == 0x80)
        head--;
    while (tail < length && ((guchar)text[tail] & 0xC0) == 0x80)
        tail++;
    char *result = g_strdup_printf("%.*s…%s", (int)head, text, text + tail);
    g_free(text);
    return result;
}

ScnDiag *scn_diags_add(ScnDiags *diags, ScnCodeId code, ScnSpan span, const char *format, ...)
{
    clear_texts(&diags->dropped);
    diags->attempts += !scn_code_is_warning(code);
    if (diags->is_muted && scn_code(code)->whole)
        return &diags->dropped;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = shortened(g_strdup_vprintf(format, arguments));
    va_end(arguments);
    if (!is_new(diags, code, span, message))
        return &diags->dropped;
    if (scn_code_is_warning(code))
        diags->warnings++;
    else
        diags->errors++;
    if (diags->kept->len >= DIAGS_KEPT)
        return &diags->dropped;
    Kept *kept = g_new0(Kept, 1);
    kept->diag.message = g_steal_pointer(&message);
    kept->diag.code = code;
    kept->diag.span = span;
    kept->sequence = diags->kept->len;
    g_ptr_array_add(diags->kept, kept);
    diags->is_sorted = FALSE;
    return &kept->diag;
}

#define SET_TEXT(member)                                                                           \
    do {                                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        g_free(member);                                                                            \
        member = shortened(g_strdup_vprintf(format, arguments));                                   \
        va_end(arguments);                                                                         \
    } while (0)

void scn_diag_label(ScnDiag *diag, const char *format, ...)
{
    SET_TEXT(diag->label);
}

void scn_diag_help(ScnDiag *diag, const char *format, ...)
{
    SET_TEXT(diag->help);
}

void scn_diag_note(ScnDiag *diag, const char *format, ...)
{
    SET_TEXT(diag->note);
}

void scn_diag_more(ScnDiag *diag, const char *format, ...)
{
    SET_TEXT(diag->more);
}

void scn_diag_relate(ScnDiag *diag, ScnSpan span, const char *label)
{
    diag->related = span;
    g_free(diag->related_label);
    diag->related_label = g_strdup(label);
}

gsize scn_diags_attempts(const ScnDiags *diags)
{
    return diags->attempts;
}

gsize scn_diags_errors(const ScnDiags *diags)
{
    return diags->errors;
}

gsize scn_diags_warnings(const ScnDiags *diags)
{
    return diags->warnings;
}

gsize scn_diags_count(const ScnDiags *diags)
{
    return diags->kept->len;
}

static gint in_file_order(gconstpointer left, gconstpointer right)
{
    const Kept *a = *(Kept *const *)left, *b = *(Kept *const *)right;
    guint order_a = a->diag.span.source ? a->diag.span.source->order : 0;
    guint order_b = b->diag.span.source ? b->diag.span.source->order : 0;
    if (order_a != order_b)
        return order_a < order_b ? -1 : 1;
    if (a->diag.span.start != b->diag.span.start)
        return a->diag.span.start < b->diag.span.start ? -1 : 1;
    return a->sequence < b->sequence ? -1 : 1;
}

const ScnDiag *scn_diags_get(ScnDiags *diags, gsize i)
{
    if (!diags->is_sorted)
        g_ptr_array_sort(diags->kept, in_file_order);
    diags->is_sorted = TRUE;
    return &((Kept *)g_ptr_array_index(diags->kept, i))->diag;
}
