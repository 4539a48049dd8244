/* causes.c — see causes.h. The table is only looked up, so that its order cannot show. */
#include "models/causes.h"

#include "models/world_state.h"

#define ROOM_MIN 1024

struct RepCauses {
    gsize n_logs;
    GHashTable *numbers; /* name of an entry -> number + 1 of its record */
    GArray *names;       /* guint64, by number */
    GArray *seen;        /* RepVersion [number * n_logs + log] */
    guint room;          /* records until the next look at what may go */
};

/* An entry of any log: its cause takes 56 bits, and there are fewer than 256 logs. */
static gpointer name_of(int log, RepVersion place)
{
    return GSIZE_TO_POINTER(rep_entry_cause(place.term, place.index) ^ (guint64)log << 56);
}

RepCauses *rep_causes_new(gsize n_logs)
{
    RepCauses *causes = g_new0(RepCauses, 1);
    *causes = (RepCauses){.n_logs = n_logs,
                          .numbers = g_hash_table_new(NULL, NULL),
                          .names = g_array_new(FALSE, FALSE, sizeof(gpointer)),
                          .seen = g_array_new(FALSE, FALSE, sizeof(RepVersion)),
                          .room = ROOM_MIN};
    return causes;
}

void rep_causes_free(RepCauses *causes)
{
    if (!causes)
        return;
    g_hash_table_destroy(causes->numbers);
    g_array_unref(causes->names);
    g_array_unref(causes->seen);
    g_free(causes);
}

/* Does some replica lack any of it, or may it again, with an empty disk? */
static gboolean binds(const RepWorld *world, const RepVersion *seen)
{
    for (gsize log = 0; log < world->n_logs; log++)
        if (seen[log].index > world->logs[log].floor ||
            (seen[log].index && world->logs[log].keeps_all))
            return TRUE;
    return FALSE;
}

static void drop_what_all_show(RepWorld *world, RepCauses *causes)
{
    guint kept = 0;
    g_hash_table_remove_all(causes->numbers);
    for (guint i = 0; i < causes->names->len; i++) {
        RepVersion *seen = &g_array_index(causes->seen, RepVersion, i * causes->n_logs);
        if (!binds(world, seen))
            continue;
        gpointer name = g_array_index(causes->names, gpointer, i);
        g_array_index(causes->names, gpointer, kept) = name;
        for (gsize log = 0; log < causes->n_logs; log++)
            g_array_index(causes->seen, RepVersion, kept * causes->n_logs + log) = seen[log];
        g_hash_table_insert(causes->numbers, name, GSIZE_TO_POINTER((gsize)++kept));
    }
    g_array_set_size(causes->names, kept);
    g_array_set_size(causes->seen, (guint)(kept * causes->n_logs));
    causes->room = MAX(ROOM_MIN, 2 * kept);
}

void rep_causes_add(RepWorld *world, int log, RepVersion place, const RepVersion *seen)
{
    RepCauses *causes = world->causes;
    if (causes->names->len >= causes->room)
        drop_what_all_show(world, causes);
    gpointer name = name_of(log, place);
    guint first = causes->seen->len;
    g_array_append_val(causes->names, name);
    g_array_append_vals(causes->seen, seen, (guint)causes->n_logs);
    g_array_index(causes->seen, RepVersion, first + (guint)log) = (RepVersion){0};
    g_hash_table_insert(causes->numbers, name, GSIZE_TO_POINTER((gsize)causes->names->len));
}

void rep_causes_get(const RepCauses *causes, int log, RepVersion place, RepVersion *seen)
{
    gsize number = place.index
                       ? GPOINTER_TO_SIZE(g_hash_table_lookup(causes->numbers, name_of(log, place)))
                       : 0;
    for (gsize i = 0; i < causes->n_logs; i++)
        seen[i] = number
                      ? g_array_index(causes->seen, RepVersion, (number - 1) * causes->n_logs + i)
                      : (RepVersion){0};
}
