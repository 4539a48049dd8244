/* value_model.c — see value_model.h. */
#include "tests/support/value_model.h"

#include "sim/value.h"

#include <string.h>

#define LETTERS 6u
#define INSERTS_MAX 3u
#define FIRST_LETTER 0x100u /* of sequences of characters: each two bytes long */

/* One write: what it does to an object that has all that it follows. */
typedef struct Operation {
    Bits context;
    gboolean is_delete;
    gint64 by;       /* counter */
    char *text;      /* as the script says it; owned; NULL: a delete */
    GArray *adds;    /* guint: set: letters; sequence: pairs of (place behind which, item) */
    GArray *removes; /* guint: tags, or items */
} Operation;

typedef struct Item {
    guint id; /* larger for later ones; the text of the item follows from it */
    gboolean is_gone;
} Item;

struct ValueModel {
    AnaMerge merge;
    SimRng *rng;
    gboolean is_text; /* sequences are texts, not lists */
    guint n, n_items;
    Operation writes[VALUE_WRITES_MAX];
};

static guint below(ValueModel *model, guint n)
{
    return (guint)(sim_rng_bits(model->rng) % n);
}

static gboolean has(Bits set, guint write)
{
    return set >> write & 1;
}

ValueModel *value_model_new(AnaMerge merge, SimRng *rng)
{
    ValueModel *model = g_new0(ValueModel, 1);
    model->merge = merge;
    model->rng = rng;
    model->is_text = below(model, 2) == 0;
    return model;
}

void value_model_free(ValueModel *model)
{
    for (guint i = 0; i < model->n; i++) {
        g_free(model->writes[i].text);
        g_array_unref(model->writes[i].adds);
        g_array_unref(model->writes[i].removes);
    }
    g_free(model);
}

/* ---- the order in which writes come ------------------------------------------------------- */

/* Calls `apply` for each of `known`, none before what it follows. */
static void deliver(ValueModel *model, Bits known,
                    void (*apply)(ValueModel *model, guint write, void *object), void *object)
{
    Bits left = known;
    while (left) {
        guint ready[VALUE_WRITES_MAX], n = 0;
        for (guint i = 0; i < model->n; i++)
            if (has(left, i) && !(model->writes[i].context & left))
                ready[n++] = i;
        guint next = ready[below(model, n)];
        apply(model, next, object);
        left &= ~((Bits)1 << next);
    }
}

/* ---- counters ----------------------------------------------------------------------------- */

static void count(ValueModel *model, guint write, void *object)
{
    gint64 *each = object;
    each[write] = model->writes[write].by;
    for (guint i = 0; model->writes[write].is_delete && i < model->n; i++)
        if (has(model->writes[write].context, i))
            each[i] = 0;
}

static char *read_counter(ValueModel *model, Bits known)
{
    gint64 each[VALUE_WRITES_MAX] = {0}, sum = 0;
    deliver(model, known, count, each);
    for (guint i = 0; i < VALUE_WRITES_MAX; i++)
        sum += each[i];
    return g_strdup_printf("%" G_GINT64_FORMAT, sum);
}

/* ---- sets --------------------------------------------------------------------------------- */

/* A tag is write * LETTERS + letter; the object holds those that are there. */
static void change_set(ValueModel *model, guint write, void *object)
{
    gboolean *tags = object;
    const Operation *operation = &model->writes[write];
    for (guint i = 0; i < operation->adds->len; i++)
        tags[write * LETTERS + g_array_index(operation->adds, guint, i)] = TRUE;
    for (guint i = 0; i < operation->removes->len; i++)
        tags[g_array_index(operation->removes, guint, i)] = FALSE;
}

static char *list_of(const gboolean *letters)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < LETTERS; i++)
        if (letters[i])
            g_ptr_array_add(items, g_strdup_printf("%c", (int)('a' + i)));
    return sim_value_list(items);
}

static void letters_of(const gboolean *tags, gboolean *letters)
{
    memset(letters, 0, LETTERS * sizeof *letters);
    for (guint tag = 0; tag < VALUE_WRITES_MAX * LETTERS; tag++)
        letters[tag % LETTERS] |= tags[tag];
}

static char *read_set(ValueModel *model, Bits known)
{
    gboolean tags[VALUE_WRITES_MAX * LETTERS] = {0}, letters[LETTERS];
    deliver(model, known, change_set, tags);
    letters_of(tags, letters);
    return list_of(letters);
}

static void remove_letter(Operation *operation, const gboolean *tags, guint letter)
{
    for (guint tag = letter; tag < VALUE_WRITES_MAX * LETTERS; tag += LETTERS)
        if (tags[tag])
            g_array_append_val(operation->removes, tag);
}

/* The whole set, one element more, or one less. */
static void write_set(ValueModel *model, Operation *operation)
{
    gboolean tags[VALUE_WRITES_MAX * LETTERS] = {0}, letters[LETTERS], wanted[LETTERS];
    deliver(model, operation->context, change_set, tags);
    letters_of(tags, letters);
    guint letter = below(model, LETTERS), how = below(model, 3);
    for (guint i = 0; i < LETTERS; i++) {
        wanted[i] = !operation->is_delete && below(model, 2);
        gboolean is_one = !operation->is_delete && how > 0;
        if (is_one ? how == 1 && i == letter : wanted[i] && !letters[i])
            g_array_append_val(operation->adds, i);
        if (is_one ? how == 2 && i == letter : !wanted[i])
            remove_letter(operation, tags, i);
    }
    operation->text = operation->is_delete ? NULL
                      : how == 0
                          ? list_of(wanted)
                          : g_strdup_printf("%c%c", how == 1 ? '+' : '-', (int)('a' + letter));
}

/* ---- sequences ---------------------------------------------------------------------------- */

static guint index_of(const GArray *items, guint id)
{
    guint i = 0;
    while (g_array_index(items, Item, i).id != id)
        i++;
    return i;
}

/* Behind its left neighbour (0: at the front), and past all that are larger. */
static void insert(GArray *items, guint behind, guint id)
{
    guint at = behind ? index_of(items, behind) + 1 : 0;
    while (at < items->len && g_array_index(items, Item, at).id > id)
        at++;
    Item item = {.id = id};
    g_array_insert_val(items, at, item);
}

static void change_sequence(ValueModel *model, guint write, void *object)
{
    GArray *items = object;
    const Operation *operation = &model->writes[write];
    for (guint i = 0; i < operation->adds->len; i += 2)
        insert(items, g_array_index(operation->adds, guint, i),
               g_array_index(operation->adds, guint, i + 1));
    for (guint i = 0; i < operation->removes->len; i++) {
        guint id = g_array_index(operation->removes, guint, i);
        g_array_index(items, Item, index_of(items, id)).is_gone = TRUE;
    }
}

/* A text, or a list once somebody has said one. */
static char *spell(const ValueModel *model, const GArray *items, gboolean says_a_list)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < items->len; i++) {
        const Item *item = &g_array_index(items, Item, i);
        if (item->is_gone)
            continue;
        g_ptr_array_add(list, g_strdup_printf("item %u", item->id));
        g_string_append_unichar(text, FIRST_LETTER + item->id);
    }
    if (model->is_text || !says_a_list)
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return sim_value_list(list);
}

static char *read_sequence(ValueModel *model, Bits known)
{
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
    deliver(model, known, change_sequence, items);
    gboolean says_a_list = FALSE;
    for (guint i = 0; i < model->n; i++)
        says_a_list |= has(known, i) && !model->writes[i].is_delete;
    return spell(model, items, says_a_list);
}

/* Goes through what its author sees; takes some out, puts new ones in. No two items are alike, so
 * there is one way only to tell the new text from the old. */
static void write_sequence(ValueModel *model, Operation *operation)
{
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
    deliver(model, operation->context, change_sequence, items);
    guint left = 0, n_inserts = below(model, INSERTS_MAX + 1);
    for (guint i = 0; i <= items->len; i++) {
        while (!operation->is_delete && n_inserts > 0 &&
               (i == items->len || below(model, 1 + items->len) == 0)) {
            guint id = ++model->n_items;
            g_array_append_val(operation->adds, left);
            g_array_append_val(operation->adds, id);
            left = id;
            n_inserts--;
        }
        if (i == items->len || g_array_index(items, Item, i).is_gone)
            continue;
        guint id = g_array_index(items, Item, i).id;
        if (operation->is_delete || below(model, 6) == 0)
            g_array_append_val(operation->removes, id);
        else
            left = id;
    }
    change_sequence(model, (guint)(operation - model->writes), items);
    operation->text = operation->is_delete ? NULL : spell(model, items, TRUE);
}

/* ---- side by side ------------------------------------------------------------------------- */

static void keep(ValueModel *model, guint write, void *object)
{
    Bits *left = object;
    *left = (*left & ~model->writes[write].context) | (Bits)1 << write;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *read_siblings(ValueModel *model, Bits known)
{
    Bits left = 0;
    deliver(model, known, keep, &left);
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    for (guint i = 0; i < model->n; i++)
        if (has(left, i) && model->writes[i].text)
            g_ptr_array_add(values, model->writes[i].text);
    g_ptr_array_sort(values, by_text);
    return sim_value_list(values);
}

/* ---- the whole ---------------------------------------------------------------------------- */

const char *value_model_write(ValueModel *model, Bits context)
{
    Operation *operation = &model->writes[model->n];
    *operation = (Operation){.context = context,
                             .is_delete = below(model, 8) == 0,
                             .adds = g_array_new(FALSE, FALSE, sizeof(guint)),
                             .removes = g_array_new(FALSE, FALSE, sizeof(guint))};
    switch (model->merge) {
    case ANA_MERGE_NONE:
        operation->text = operation->is_delete ? NULL : g_strdup_printf("value %u", model->n);
        break;
    case ANA_MERGE_COUNTER:
        operation->by = operation->is_delete ? 0 : (gint64)below(model, 9) - 4;
        operation->text = operation->is_delete ? NULL : g_strdup_printf("%+d", (int)operation->by);
        break;
    case ANA_MERGE_SET:
        write_set(model, operation);
        break;
    case ANA_MERGE_SEQUENCE:
        write_sequence(model, operation);
        break;
    }
    model->n++;
    return operation->text;
}

/* Did all that nobody followed delete? Then there is nothing. */
static gboolean is_deleted(ValueModel *model, Bits known)
{
    g_autofree char *values = read_siblings(model, known);
    return strcmp(values, "[]") == 0;
}

char *value_model_read(ValueModel *model, Bits known)
{
    if (model->merge != ANA_MERGE_NONE && is_deleted(model, known))
        return g_strdup("");
    switch (model->merge) {
    case ANA_MERGE_COUNTER:
        return read_counter(model, known);
    case ANA_MERGE_SET:
        return read_set(model, known);
    case ANA_MERGE_SEQUENCE:
        return read_sequence(model, known);
    case ANA_MERGE_NONE:
        break;
    }
    return read_siblings(model, known);
}
