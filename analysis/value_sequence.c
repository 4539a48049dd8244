/*
 * value_sequence.c — a replicated growable array: Roh, Jeon, Kim and Lee, "Replicated abstract data
 * types", 2011.
 *
 * Elements form a tree: each hangs from the element that was its left neighbour when it was
 * written, or from the root. The sequence is the tree in depth-first order, the last written child
 * first. Writes are told apart by their serials, in which no write comes before one that it
 * follows, so all who know the same writes see the same sequence.
 */
#include "analysis/value_sequence.h"

#include "sim/value.h"

#include <string.h>

typedef struct Element {
    guint64 serial; /* of the write */
    gint parent;    /* element; -1: the root */
    char *text;     /* owned */
} Element;

typedef struct Removal {
    guint64 serial; /* of the write */
    gint element;
} Removal;

struct AnaSequence {
    GArray *elements;   /* Element, in the order of writing */
    GArray *removals;   /* Removal */
    SimIntervals lists; /* serials of the writes that said a list */
};

static void clear_element(gpointer data)
{
    g_free(((Element *)data)->text);
}

AnaSequence *ana_sequence_new(void)
{
    AnaSequence *sequence = g_new0(AnaSequence, 1);
    sequence->elements = g_array_new(FALSE, FALSE, sizeof(Element));
    g_array_set_clear_func(sequence->elements, clear_element);
    sequence->removals = g_array_new(FALSE, FALSE, sizeof(Removal));
    return sequence;
}

void ana_sequence_free(AnaSequence *sequence)
{
    if (!sequence)
        return;
    g_array_unref(sequence->elements);
    g_array_unref(sequence->removals);
    sim_intervals_clear(&sequence->lists);
    g_free(sequence);
}

static const Element *element_at(const AnaSequence *sequence, gint i)
{
    return &g_array_index(sequence->elements, Element, i);
}

/* ---- who sees what ------------------------------------------------------------------------ */

static gboolean is_removed(const AnaSequence *sequence, const SimIntervals *cover, gint element)
{
    for (guint i = 0; i < sequence->removals->len; i++) {
        const Removal *removal = &g_array_index(sequence->removals, Removal, i);
        if (removal->element == element && sim_intervals_has(cover, removal->serial))
            return TRUE;
    }
    return FALSE;
}

/* What hangs from `parent`, depth first; its last written child comes first. */
static void walk(const AnaSequence *sequence, const SimIntervals *cover, gint parent, GArray *seen)
{
    for (gint i = (gint)sequence->elements->len - 1; i > parent; i--) {
        const Element *element = element_at(sequence, i);
        if (element->parent != parent || !sim_intervals_has(cover, element->serial))
            continue;
        if (!is_removed(sequence, cover, i))
            g_array_append_val(seen, i);
        walk(sequence, cover, i, seen);
    }
}

static GArray *visible(const AnaSequence *sequence, const SimIntervals *cover)
{
    GArray *seen = g_array_new(FALSE, FALSE, sizeof(gint));
    walk(sequence, cover, -1, seen);
    return seen;
}

/* ---- writing ------------------------------------------------------------------------------ */

static GPtrArray *items_of(const char *text)
{
    if (text && sim_value_is_list(text))
        return sim_value_items(text);
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = text; at && *at; at = g_utf8_next_char(at))
        g_ptr_array_add(items, g_strndup(at, (gsize)(g_utf8_next_char(at) - at)));
    return items;
}

/* Lengths of the longest common subsequences of what is left, from each place on. */
static guint *common_lengths(const AnaSequence *sequence, const GArray *before,
                             const GPtrArray *items)
{
    gsize width = items->len + 1;
    guint *length = g_new0(guint, (before->len + 1) * width);
    for (guint b = before->len; b-- > 0;)
        for (guint i = items->len; i-- > 0;) {
            const Element *element = element_at(sequence, g_array_index(before, gint, b));
            gboolean is_same = strcmp(element->text, g_ptr_array_index(items, i)) == 0;
            guint skip = MAX(length[(b + 1) * width + i], length[b * width + i + 1]);
            length[b * width + i] = is_same ? length[(b + 1) * width + i + 1] + 1 : skip;
        }
    return length;
}

static gint insert(AnaSequence *sequence, guint64 serial, gint after, const char *text)
{
    Element element = {.serial = serial, .parent = after, .text = g_strdup(text)};
    g_array_append_val(sequence->elements, element);
    return (gint)sequence->elements->len - 1;
}

static void removes(AnaSequence *sequence, guint64 serial, gint element)
{
    Removal removal = {.serial = serial, .element = element};
    g_array_append_val(sequence->removals, removal);
}

void ana_sequence_add(AnaSequence *sequence, guint64 serial, const char *text,
                      const SimIntervals *context)
{
    g_autoptr(GArray) before = visible(sequence, context);
    g_autoptr(GPtrArray) items = items_of(text);
    g_autofree guint *length = common_lengths(sequence, before, items);
    gsize width = items->len + 1;
    gint left = -1;
    if (text && sim_value_is_list(text))
        sim_intervals_add(&sequence->lists, serial, serial);
    for (guint b = 0, i = 0; b < before->len || i < items->len;) {
        gint old = b < before->len ? g_array_index(before, gint, b) : -1;
        const char *item = i < items->len ? g_ptr_array_index(items, i) : NULL;
        if (old >= 0 && item && strcmp(element_at(sequence, old)->text, item) == 0) {
            left = old;
            b++;
            i++;
        } else if (item && (old < 0 || length[b * width + i + 1] >= length[(b + 1) * width + i])) {
            left = insert(sequence, serial, left, item);
            i++;
        } else {
            removes(sequence, serial, old);
            b++;
        }
    }
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean has_list(const AnaSequence *sequence, const SimIntervals *cover)
{
    for (guint32 i = 0; i < sequence->lists.n; i++) {
        const SimRange *range = sim_intervals_range(&sequence->lists, i);
        if (sim_intervals_count(cover, range->first, range->last) > 0)
            return TRUE;
    }
    return FALSE;
}

char *ana_sequence_text(const AnaSequence *sequence, const SimIntervals *cover)
{
    g_autoptr(GArray) seen = visible(sequence, cover);
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < seen->len; i++) {
        char *item = element_at(sequence, g_array_index(seen, gint, i))->text;
        g_ptr_array_add(items, item);
        g_string_append(text, item);
    }
    if (!has_list(sequence, cover))
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return sim_value_list(items);
}
