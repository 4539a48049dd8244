/* values.c — versions side by side, and merged; see values.h. */
#include "analysis/values.h"

#include "analysis/value_sequence.h"
#include "sim/check.h"
#include "sim/value.h"

#include <string.h>

typedef struct Write {
    guint64 serial;
    char *text;           /* owned; NULL: a delete */
    SimIntervals context; /* owned */
    GPtrArray *added;     /* set: elements; owned */
    GArray *removed;      /* set: Tag; owned */
} Write;

/* One addition of an element of a set. */
typedef struct Tag {
    gsize write, element;
} Tag;

typedef struct Key {
    GPtrArray *writes; /* Write, by serial */
    AnaSequence *sequence;
} Key;

struct AnaValues {
    AnaMerge merge;
    GHashTable *keys; /* Key by number */
};

/* ---- life --------------------------------------------------------------------------------- */

static void free_write(gpointer data)
{
    Write *write = data;
    g_free(write->text);
    sim_intervals_clear(&write->context);
    if (write->added)
        g_ptr_array_unref(write->added);
    if (write->removed)
        g_array_unref(write->removed);
    g_free(write);
}

static void free_key(gpointer data)
{
    Key *key = data;
    g_ptr_array_unref(key->writes);
    ana_sequence_free(key->sequence);
    g_free(key);
}

AnaValues *ana_values_new(AnaMerge merge)
{
    AnaValues *values = g_new0(AnaValues, 1);
    values->merge = merge;
    values->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_key);
    return values;
}

void ana_values_free(AnaValues *values)
{
    if (!values)
        return;
    g_hash_table_unref(values->keys);
    g_free(values);
}

static Key *key_of(AnaValues *values, guint64 number)
{
    Key *key = g_hash_table_lookup(values->keys, &number);
    if (key)
        return key;
    key = g_new0(Key, 1);
    key->writes = g_ptr_array_new_with_free_func(free_write);
    if (values->merge == ANA_MERGE_SEQUENCE)
        key->sequence = ana_sequence_new();
    g_hash_table_insert(values->keys, g_memdup2(&number, sizeof number), key);
    return key;
}

static const Write *write_at(const Key *key, guint64 serial)
{
    for (guint i = 0; i < key->writes->len; i++) {
        const Write *write = g_ptr_array_index(key->writes, i);
        if (write->serial == serial)
            return write;
    }
    return NULL;
}

/* ---- counters ----------------------------------------------------------------------------- */

/* A deleted counter begins again with what the delete had not seen. */
static gboolean is_deleted(const Key *key, const Write *write, const SimIntervals *cover)
{
    for (guint i = 0; i < key->writes->len; i++) {
        const Write *other = g_ptr_array_index(key->writes, i);
        if (!other->text && sim_intervals_has(cover, other->serial) &&
            sim_intervals_has(&other->context, write->serial))
            return TRUE;
    }
    return FALSE;
}

static gint64 increment_of(const char *text)
{
    char *end;
    gint64 by = g_ascii_strtoll(text, &end, 10);
    return end != text && !*end ? by : 1;
}

/* What 64 bits cannot hold stops at their end, once all is added: in whatever order. */
static char *count(const Key *key, const SimIntervals *cover)
{
    __int128 sum = 0;
    for (guint i = 0; i < key->writes->len; i++) {
        const Write *write = g_ptr_array_index(key->writes, i);
        if (write->text && sim_intervals_has(cover, write->serial) &&
            !is_deleted(key, write, cover))
            sum += increment_of(write->text);
    }
    return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)CLAMP(sum, G_MININT64, G_MAXINT64));
}

/* ---- sets --------------------------------------------------------------------------------- */

static gboolean is_removed(const Key *key, const SimIntervals *cover, Tag tag)
{
    for (guint i = 0; i < key->writes->len; i++) {
        const Write *write = g_ptr_array_index(key->writes, i);
        for (guint r = 0; sim_intervals_has(cover, write->serial) && r < write->removed->len; r++) {
            const Tag *removed = &g_array_index(write->removed, Tag, r);
            if (removed->write == tag.write && removed->element == tag.element)
                return TRUE;
        }
    }
    return FALSE;
}

/* The additions that stay; in the order of writing. */
static GArray *tags_of(const Key *key, const SimIntervals *cover)
{
    GArray *tags = g_array_new(FALSE, FALSE, sizeof(Tag));
    for (guint i = 0; i < key->writes->len; i++) {
        const Write *write = g_ptr_array_index(key->writes, i);
        for (guint e = 0; sim_intervals_has(cover, write->serial) && e < write->added->len; e++) {
            Tag tag = {.write = i, .element = e};
            if (!is_removed(key, cover, tag))
                g_array_append_val(tags, tag);
        }
    }
    return tags;
}

static const char *element_of(const Key *key, Tag tag)
{
    const Write *write = g_ptr_array_index(key->writes, tag.write);
    return g_ptr_array_index(write->added, tag.element);
}

static gboolean has_text(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (strcmp(g_ptr_array_index(texts, i), text) == 0)
            return TRUE;
    return FALSE;
}

static void add_missing(GPtrArray *added, const GPtrArray *wanted, const Key *key,
                        const GArray *before)
{
    for (guint i = 0; i < wanted->len; i++) {
        const char *element = g_ptr_array_index(wanted, i);
        gboolean is_there = has_text(added, element);
        for (guint t = 0; t < before->len && !is_there; t++)
            is_there = strcmp(element_of(key, g_array_index(before, Tag, t)), element) == 0;
        if (!is_there)
            g_ptr_array_add(added, g_strdup(element));
    }
}

/* What the write changes, beside what its author had before him. One more of an element that is
 * there is an addition all the same: who removes only the earlier one has not seen it. */
static void note_set(const Key *key, Write *write)
{
    g_autoptr(GArray) before = tags_of(key, &write->context);
    gboolean is_one = write->text && (write->text[0] == '+' || write->text[0] == '-');
    g_autoptr(GPtrArray) wanted =
        write->text ? sim_value_items(write->text + (is_one ? 1 : 0)) : g_ptr_array_new();
    gboolean removes_one = is_one && write->text[0] == '-';
    write->added = g_ptr_array_new_with_free_func(g_free);
    write->removed = g_array_new(FALSE, FALSE, sizeof(Tag));
    for (guint t = 0; t < before->len; t++) {
        Tag tag = g_array_index(before, Tag, t);
        gboolean is_named = has_text(wanted, element_of(key, tag));
        if (is_one ? removes_one && is_named : !is_named)
            g_array_append_val(write->removed, tag);
    }
    g_array_set_size(before, is_one ? 0 : before->len);
    if (!removes_one)
        add_missing(write->added, wanted, key, before);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *unite(const Key *key, const SimIntervals *cover)
{
    g_autoptr(GArray) tags = tags_of(key, cover);
    g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
    for (guint t = 0; t < tags->len; t++) {
        const char *element = element_of(key, g_array_index(tags, Tag, t));
        if (!has_text(elements, element))
            g_ptr_array_add(elements, g_strdup(element));
    }
    g_ptr_array_sort(elements, by_text);
    return sim_value_list(elements);
}

/* ---- writes ------------------------------------------------------------------------------- */

void ana_values_add(AnaValues *values, guint64 number, guint64 serial, const char *text,
                    const SimIntervals *context)
{
    Key *key = key_of(values, number);
    Write *write = g_new0(Write, 1);
    write->serial = serial;
    write->text = g_strdup(text);
    sim_intervals_copy(&write->context, context);
    if (values->merge == ANA_MERGE_SET)
        note_set(key, write);
    if (values->merge == ANA_MERGE_SEQUENCE)
        ana_sequence_add(key->sequence, serial, text, context);
    g_ptr_array_add(key->writes, write);
}

/* ---- reading ------------------------------------------------------------------------------ */

static void side_by_side(const Key *key, const guint64 *serials, gsize n, GPtrArray *out)
{
    for (gsize i = 0; i < n; i++) {
        const Write *write = write_at(key, serials[i]);
        if (write && write->text)
            g_ptr_array_add(out, g_strdup(write->text));
    }
}

/* A delete has removed whatever such versions follow: nothing is left. */
static gboolean are_deletes(const Key *key, const guint64 *serials, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const Write *write = write_at(key, serials[i]);
        if (write && write->text)
            return FALSE;
    }
    return TRUE;
}

static char *merged(const AnaValues *values, const Key *key, const SimIntervals *cover)
{
    switch (values->merge) {
    case ANA_MERGE_COUNTER:
        return count(key, cover);
    case ANA_MERGE_SET:
        return unite(key, cover);
    case ANA_MERGE_SEQUENCE:
        return ana_sequence_text(key->sequence, cover);
    case ANA_MERGE_NONE:
        break;
    }
    SIM_UNREACHABLE();
}

GPtrArray *ana_values_of(const AnaValues *values, guint64 number, const guint64 *serials, gsize n,
                         const SimIntervals *cover)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    const Key *key = g_hash_table_lookup(values->keys, &number);
    if (!key || are_deletes(key, serials, n))
        return out;
    if (values->merge == ANA_MERGE_NONE) {
        side_by_side(key, serials, n, out);
        return out;
    }
    SimIntervals own = {0};
    for (gsize i = 0; i < n && !cover; i++) {
        const Write *write = write_at(key, serials[i]);
        sim_intervals_add(&own, serials[i], serials[i]);
        if (write)
            sim_intervals_unite(&own, &write->context);
    }
    g_ptr_array_add(out, merged(values, key, cover ? cover : &own));
    sim_intervals_clear(&own);
    return out;
}
