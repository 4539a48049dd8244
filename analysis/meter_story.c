/* meter_story.c — see meter_story.h. */
#include "analysis/meter_story.h"

#include "analysis/story_logs.h"
#include "analysis/values.h"
#include "sim/value.h"

#include <string.h>

/* What became of a step. */
typedef struct Fate {
    gboolean has_ended;
    guint8 outcome;     /* RepOutcome */
    GPtrArray *shown;   /* canonical values; owned; NULL: it did not succeed */
    RepVersion version; /* of what was written or returned */
} Fate;

/* A version that a node holds. */
typedef struct Held {
    int node;
    guint64 key, serial;
} Held;

struct AnaStoryMeter {
    const AnaMeterContext *context;
    gsize *cells; /* claims */
    gsize n_cells;
    Fate *fates;      /* per step of the world */
    GHashTable *keys; /* guint64: that steps are about */
    AnaStoryLogs *logs;
    gboolean has_versions; /* there is no one log */
    AnaValues *values;
    GArray *held; /* Held */
};

/* ---- life --------------------------------------------------------------------------------- */

static gboolean is_claim(AnaMetricId id)
{
    return id == ANA_RETURNS || id == ANA_HOLDS || id == ANA_VERSION;
}

AnaStoryMeter *ana_story_meter_new(const AnaMeterContext *context)
{
    AnaStoryMeter *meter = g_new0(AnaStoryMeter, 1);
    const AnaPlan *plan = context->plan;
    const AnaWorld *world = context->world;
    meter->context = context;
    meter->cells = g_new0(gsize, plan->n_cells + 1);
    for (gsize i = 0; i < plan->n_cells; i++)
        if (is_claim(ana_metric_id(plan->cells[i].metric)))
            meter->cells[meter->n_cells++] = i;
    if (meter->n_cells == 0)
        return meter;
    meter->has_versions = (world->events & ANA_HAS_VERSIONS) != 0;
    meter->fates = g_new0(Fate, world->n_steps + 1);
    meter->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (gsize i = 0; i < world->n_steps; i++)
        g_hash_table_add(meter->keys, g_memdup2(&world->steps[i].key, sizeof(guint64)));
    meter->logs = ana_story_logs_new(world->n_nodes, world->n_logs);
    meter->values = ana_values_new(meter->has_versions ? world->merge : ANA_MERGE_NONE);
    meter->held = g_array_new(FALSE, FALSE, sizeof(Held));
    return meter;
}

void ana_story_meter_free(AnaStoryMeter *meter)
{
    if (!meter)
        return;
    for (gsize i = 0; meter->fates && i < meter->context->world->n_steps; i++)
        if (meter->fates[i].shown)
            g_ptr_array_unref(meter->fates[i].shown);
    g_free(meter->fates);
    if (meter->keys)
        g_hash_table_unref(meter->keys);
    ana_story_logs_free(meter->logs);
    ana_values_free(meter->values);
    if (meter->held)
        g_array_unref(meter->held);
    g_free(meter->cells);
    g_free(meter);
}

guint32 ana_story_meter_kinds(const AnaStoryMeter *meter)
{
    guint32 ended = REP_OBS_BIT(REP_OBS_OPERATION_ENDED);
    if (meter->n_cells == 0)
        return 0;
    if (meter->has_versions)
        return ended | REP_OBS_BIT(REP_OBS_WRITTEN) | REP_OBS_BIT(REP_OBS_STORED) |
               REP_OBS_BIT(REP_OBS_UNSTORED);
    return ended | REP_OBS_BIT(REP_OBS_APPENDED) | REP_OBS_BIT(REP_OBS_CARRIED) |
           REP_OBS_BIT(REP_OBS_LEADERSHIP) | REP_OBS_BIT(REP_OBS_RECEIVED) |
           REP_OBS_BIT(REP_OBS_DURABLE) | REP_OBS_BIT(REP_OBS_APPLIED) |
           REP_OBS_BIT(REP_OBS_INSTALLED) | REP_OBS_BIT(REP_OBS_TRUNCATED);
}

/* ---- steps -------------------------------------------------------------------------------- */

/* Steps stand in the order of groups and numbers. -1: the operation is no step. */
static gssize step_of(const AnaStoryMeter *meter, guint32 client, guint64 number)
{
    const AnaWorld *world = meter->context->world;
    for (gsize i = 0; i < world->n_steps; i++)
        if (world->steps[i].client == client && world->steps[i].number == number)
            return (gssize)i;
    return -1;
}

/* What was written; of operations that are no steps, which one it was. NULL: a delete. */
static char *text_of(const AnaStoryMeter *meter, guint32 client, guint64 number)
{
    gssize step = step_of(meter, client, number);
    if (step < 0)
        return g_strdup_printf("%s %" G_GUINT64_FORMAT, meter->context->world->clients[client],
                               number);
    return g_strdup(meter->context->world->steps[step].value);
}

static GPtrArray *values_of_entry(const AnaStoryMeter *meter, const AnaStoryEntry *entry)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    char *text = entry ? text_of(meter, entry->client, entry->number) : NULL;
    if (text)
        g_ptr_array_add(values, text);
    return values;
}

static GPtrArray *values_shown(const AnaStoryMeter *meter, const RepOperationSeen *operation)
{
    if (!meter->has_versions)
        return values_of_entry(
            meter,
            ana_story_logs_at(meter->logs,
                              (gsize)rep_log_of_key(operation->key, meter->context->world->n_logs),
                              operation->version));
    const RepVersionsSeen *seen = operation->shown ? operation->shown : operation->versions;
    return ana_values_of(meter->values, operation->key, seen->serials, seen->n, seen->cover);
}

static void step_ended(AnaStoryMeter *meter, const RepOperationSeen *operation)
{
    gssize step = step_of(meter, operation->client, operation->number);
    if (step < 0)
        return;
    Fate *fate = &meter->fates[step];
    *fate = (Fate){.has_ended = TRUE, .outcome = operation->outcome, .version = operation->version};
    if (operation->outcome == REP_OK)
        fate->shown = values_shown(meter, operation);
}

/* ---- observations ------------------------------------------------------------------------- */

static gboolean matters(const AnaStoryMeter *meter, guint64 key)
{
    return g_hash_table_contains(meter->keys, &key);
}

static void written(AnaStoryMeter *meter, const RepObservation *seen)
{
    if (!matters(meter, seen->written.key))
        return;
    g_autofree char *text = text_of(meter, seen->written.client, seen->written.number);
    ana_values_add(meter->values, seen->written.key, seen->written.serial, text,
                   seen->written.context);
}

static void stored(AnaStoryMeter *meter, const RepObservation *seen)
{
    Held held = {.node = seen->stored.node, .key = seen->stored.key, .serial = seen->stored.serial};
    if (matters(meter, held.key))
        g_array_append_val(meter->held, held);
}

static void unstored(AnaStoryMeter *meter, const RepObservation *seen)
{
    for (guint i = 0; i < meter->held->len; i++) {
        const Held *held = &g_array_index(meter->held, Held, i);
        if (held->node == seen->stored.node && held->key == seen->stored.key &&
            held->serial == seen->stored.serial) {
            g_array_remove_index(meter->held, i);
            return;
        }
    }
}

void ana_story_meter_observe(AnaStoryMeter *meter, const RepObservation *seen)
{
    switch ((int)seen->kind) {
    case REP_OBS_OPERATION_ENDED:
        step_ended(meter, &seen->operation);
        break;
    case REP_OBS_WRITTEN:
        written(meter, seen);
        break;
    case REP_OBS_STORED:
        stored(meter, seen);
        break;
    case REP_OBS_UNSTORED:
        unstored(meter, seen);
        break;
    case REP_OBS_APPENDED:
        if (matters(meter, seen->appended.key))
            ana_story_logs_observe(meter->logs, seen);
        break;
    default:
        ana_story_logs_observe(meter->logs, seen);
    }
}

/* ---- claims ------------------------------------------------------------------------------- */

static gint by_serial(gconstpointer a, gconstpointer b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
    return (x > y) - (x < y);
}

static GPtrArray *values_held(const AnaStoryMeter *meter, int node, guint64 key)
{
    if (!meter->has_versions)
        return values_of_entry(meter, ana_story_logs_held(meter->logs, node, key));
    g_autoptr(GArray) serials = g_array_new(FALSE, FALSE, sizeof(guint64));
    for (guint i = 0; i < meter->held->len; i++) {
        const Held *held = &g_array_index(meter->held, Held, i);
        if (held->node == node && held->key == key)
            g_array_append_val(serials, held->serial);
    }
    g_array_sort(serials, by_serial);
    return ana_values_of(meter->values, key, (const guint64 *)(void *)serials->data, serials->len,
                         NULL);
}

/* The same values, in any order. */
static gboolean are_same(const GPtrArray *found, const GPtrArray *expected)
{
    if (found->len != expected->len)
        return FALSE;
    g_autofree gboolean *is_used = g_new0(gboolean, found->len + 1);
    for (guint e = 0; e < expected->len; e++) {
        guint f = 0;
        while (f < found->len && (is_used[f] || strcmp(g_ptr_array_index(found, f),
                                                       g_ptr_array_index(expected, e)) != 0))
            f++;
        if (f == found->len)
            return FALSE;
        is_used[f] = TRUE;
    }
    return TRUE;
}

/* `[A, B]` is two values side by side, or one that is a list. */
static gboolean fits(const AnaStoryMeter *meter, const GPtrArray *found, const char *expected)
{
    g_autoptr(GPtrArray) values = sim_value_items(expected);
    if (are_same(found, values))
        return TRUE;
    if (found->len != 1)
        return FALSE;
    const char *only = g_ptr_array_index(found, 0);
    if (strcmp(only, expected) == 0)
        return TRUE;
    g_autoptr(GPtrArray) elements = sim_value_items(only);
    return meter->context->world->merge == ANA_MERGE_SET && sim_value_is_list(only) &&
           are_same(elements, values);
}

static char *words_of(const GPtrArray *values)
{
    if (values->len == 0)
        return g_strdup("nothing");
    return values->len == 1 ? g_strdup(g_ptr_array_index(values, 0)) : sim_value_list(values);
}

/* Why a step has nothing to show; NULL: it succeeded. */
static const char *excuse(const Fate *fate)
{
    if (!fate->has_ended)
        return "not started";
    switch ((RepOutcome)fate->outcome) {
    case REP_OK:
        return NULL;
    case REP_FAILED:
        return "failed";
    case REP_UNKNOWN:
        return "unknown";
    case REP_NOT_STARTED:
        break;
    }
    return "not started";
}

static guint64 version_of(const AnaStoryMeter *meter, const AnaStep *step, const Fate *fate)
{
    if (meter->has_versions)
        return fate->version.index;
    gsize log = (gsize)rep_log_of_key(step->key, meter->context->world->n_logs);
    const AnaStoryEntry *entry = ana_story_logs_at(meter->logs, log, fate->version);
    return entry ? entry->version : 0;
}

/* What was found, in words; *holds: it is what was expected. */
static char *judge(const AnaStoryMeter *meter, const AnaQuery *claim, gboolean *holds)
{
    AnaMetricId id = ana_metric_id(claim->metric);
    if (id == ANA_HOLDS) {
        g_autoptr(GPtrArray) values = values_held(meter, claim->node, (guint64)claim->key);
        *holds = fits(meter, values, claim->expected);
        return words_of(values);
    }
    const Fate *fate = &meter->fates[claim->step];
    const char *why = excuse(fate);
    if (why) {
        *holds = strcmp(why, claim->expected) == 0;
        return g_strdup(why);
    }
    if (id == ANA_RETURNS) {
        *holds = fits(meter, fate->shown, claim->expected);
        return words_of(fate->shown);
    }
    char *version = g_strdup_printf(
        "%" G_GUINT64_FORMAT, version_of(meter, &meter->context->world->steps[claim->step], fate));
    *holds = strcmp(version, claim->expected) == 0;
    return version;
}

void ana_story_meter_finish(AnaStoryMeter *meter)
{
    for (gsize i = 0; i < meter->n_cells; i++) {
        AnaCell *cell = &meter->context->cells[meter->cells[i]];
        gboolean holds;
        char *found = judge(meter, &meter->context->plan->cells[meter->cells[i]], &holds);
        cell->of = 1;
        cell->hits = holds ? 1 : 0;
        if (holds)
            g_free(found);
        else
            cell->found = found;
    }
}
