/*
 * setup.c — life cycle of a RepSetup and look-ups in it.
 *
 * Names are looked up by bisection, because everything named is in name order. Links are looked up
 * by a walk over the lines of the file: worlds do it once per pair when they are built.
 */
#include "models/setup.h"

#include "models/policies/policy.h"
#include "sim/check.h"

#include <string.h>

RepSetup *rep_setup_new(void)
{
    return g_new0(RepSetup, 1);
}

static void links_clear(RepNetworkSetup *network)
{
    for (gsize i = 0; i < network->n_links; i++)
        sim_dist_free(network->links[i].delay);
    g_free(network->links);
}

static void script_clear(RepScriptSetup *script)
{
    for (gsize i = 0; i < script->n; i++) {
        g_free(script->steps[i].name);
        rep_fields_clear(rep_step_fields, &script->steps[i]);
    }
    g_free(script->steps);
}

void rep_setup_free(RepSetup *setup)
{
    if (!setup)
        return;
    for (gsize i = 0; i < setup->n_nodes; i++) {
        g_free(setup->nodes[i].name);
        rep_fields_clear(rep_node_fields, &setup->nodes[i]);
    }
    for (gsize i = 0; i < setup->n_clients; i++) {
        g_free(setup->clients[i].name);
        rep_fields_clear(rep_client_fields, &setup->clients[i]);
        script_clear(&setup->clients[i].script);
    }
    for (gsize i = 0; i < setup->n_faults; i++) {
        g_free(setup->faults[i].name);
        rep_fields_clear(rep_fault_fields, &setup->faults[i]);
        for (const RepFaultVerb *verb = rep_fault_verbs; verb->target.key; verb++)
            if (verb->kind == setup->faults[i].kind) {
                const RepField target[] = {verb->target, {.key = NULL}};
                rep_fields_clear(target, &setup->faults[i]);
                rep_fields_clear(verb->extras, &setup->faults[i]);
            }
    }
    for (gsize i = 0; i < setup->n_regions; i++)
        g_free(setup->regions[i]);
    if (setup->policy_setup && setup->policy)
        rep_fields_clear(setup->policy->fields, setup->policy_setup);
    links_clear(&setup->network);
    rep_fields_clear(rep_top_fields, setup);
    g_free(setup->policy_setup);
    g_free(setup->nodes);
    g_free(setup->clients);
    g_free(setup->faults);
    g_free(setup->regions);
    g_free(setup);
}

/* ---- names -------------------------------------------------------------------------------- */

/* The names stand in records of `size` bytes, `offset` bytes from their start. */
typedef struct Names {
    const void *records;
    gsize n, size, offset;
} Names;

static int find_name(const Names *names, const char *name)
{
    gsize low = 0, high = names->n;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        const char *record = (const char *)names->records + middle * names->size;
        int order = strcmp(name, *(char *const *)(const void *)(record + names->offset));
        if (order == 0)
            return (int)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

int rep_setup_node(const RepSetup *setup, const char *name)
{
    Names names = {setup->nodes, setup->n_nodes, sizeof(RepNodeSetup),
                   G_STRUCT_OFFSET(RepNodeSetup, name)};
    return find_name(&names, name);
}

int rep_setup_region(const RepSetup *setup, const char *name)
{
    Names names = {setup->regions, setup->n_regions, sizeof(char *), 0};
    return find_name(&names, name);
}

int rep_setup_client(const RepSetup *setup, const char *name)
{
    Names names = {setup->clients, setup->n_clients, sizeof(RepClientSetup),
                   G_STRUCT_OFFSET(RepClientSetup, name)};
    return find_name(&names, name);
}

int rep_setup_fault(const RepSetup *setup, const char *name)
{
    gsize named = 0;
    while (named < setup->n_faults && setup->faults[named].name)
        named++;
    Names names = {setup->faults, named, sizeof(RepFaultSetup),
                   G_STRUCT_OFFSET(RepFaultSetup, name)};
    return find_name(&names, name);
}

/* ---- scripts ------------------------------------------------------------------------------ */

#define NAMED_KEYS ((guint64)1 << 61) /* above those of workloads and of conversations */

/* FNV-1a (Fowler, Noll and Vo, 64 bits). */
guint64 rep_key_number(const char *text)
{
    gsize length = strlen(text);
    if (length > 0 && length < 18 && strspn(text, "0123456789") == length)
        return g_ascii_strtoull(text, NULL, 10);
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (guint8)*text) * G_GUINT64_CONSTANT(0x100000001b3);
    return NAMED_KEYS | (hash & (NAMED_KEYS - 1));
}

const char *rep_key_text(const RepSetup *setup, guint64 key, char *digits)
{
    for (gsize c = 0; key >= NAMED_KEYS && c < setup->n_clients; c++) {
        const RepScriptSetup *script = &setup->clients[c].script;
        for (gsize i = 0; i < script->n; i++)
            for (gsize verb = 0; verb < G_N_ELEMENTS(script->steps[i].keys); verb++)
                if (script->steps[i].key == key && script->steps[i].keys[verb])
                    return script->steps[i].keys[verb];
    }
    g_snprintf(digits, 24, "%" G_GUINT64_FORMAT, key);
    return digits;
}

gboolean rep_setup_names_key(const RepSetup *setup, guint64 key)
{
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (setup->clients[c].script.steps[i].key == key)
                return TRUE;
    return FALSE;
}

RepStepName rep_setup_step(const RepSetup *setup, const char *name)
{
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (g_strcmp0(setup->clients[c].script.steps[i].name, name) == 0)
                return (RepStepName){(int)c, (int)i};
    return (RepStepName){-1, -1};
}

/* ---- links -------------------------------------------------------------------------------- */

int rep_setup_region_of(const RepSetup *setup, RepPlace place)
{
    return place.kind == REP_PLACE_NODE ? setup->nodes[place.id].region : place.id;
}

/* How well the name in a line fits the place: 2 its node, 1 its region, 0 not at all. */
static int fit(const RepSetup *setup, RepPlace named, RepPlace place)
{
    if (named.kind == REP_PLACE_REGION)
        return named.id == rep_setup_region_of(setup, place) ? 1 : 0;
    return named.kind == place.kind && named.id == place.id ? 2 : 0;
}

typedef enum LinkWhat { LINK_DELAY, LINK_BANDWIDTH, LINK_LOSS } LinkWhat;

static gboolean line_sets(const RepLinkSetup *line, LinkWhat what)
{
    switch (what) {
    case LINK_DELAY:
        return line->delay != NULL;
    case LINK_BANDWIDTH:
        return line->bits_per_s > 0;
    case LINK_LOSS:
        return line->loss >= 0;
    }
    SIM_UNREACHABLE();
}

static const RepLinkSetup *best_line(const RepSetup *setup, RepPlace from, RepPlace to,
                                     LinkWhat what)
{
    const RepLinkSetup *best = NULL;
    int best_score = 0;
    for (gsize i = 0; i < setup->network.n_links; i++) {
        const RepLinkSetup *line = &setup->network.links[i];
        int sender = fit(setup, line->from, from), receiver = fit(setup, line->to, to);
        int score = sender && receiver ? 2 * sender + receiver : 0;
        if (score > best_score && line_sets(line, what)) {
            best = line;
            best_score = score;
        }
    }
    return best;
}

const RepLinkSetup *rep_setup_delay_line(const RepSetup *setup, RepPlace from, RepPlace to)
{
    return best_line(setup, from, to, LINK_DELAY);
}

const RepLinkSetup *rep_setup_bandwidth_line(const RepSetup *setup, RepPlace from, RepPlace to)
{
    return best_line(setup, from, to, LINK_BANDWIDTH);
}

const RepLinkSetup *rep_setup_loss_line(const RepSetup *setup, RepPlace from, RepPlace to)
{
    return best_line(setup, from, to, LINK_LOSS);
}

const SimDist *rep_setup_delay(const RepSetup *setup, RepPlace from, RepPlace to)
{
    const RepLinkSetup *line = rep_setup_delay_line(setup, from, to);
    if (line)
        return line->delay;
    gboolean same = rep_setup_region_of(setup, from) == rep_setup_region_of(setup, to);
    return same ? setup->network.within : NULL;
}

gboolean rep_fault_names_node(const RepFaultSetup *fault, int node)
{
    const RepTarget *target = &fault->aim.target;
    const RepPlaceList *named = target->kind == REP_TARGET_EACH ? &fault->each : &target->places;
    for (gsize i = 0; i < named->n; i++)
        if (named->places[i].kind == REP_PLACE_NODE && named->places[i].id == node)
            return TRUE;
    return FALSE;
}

gboolean rep_setup_may_lose_a_disk(const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].wipe)
            return TRUE;
    return FALSE;
}

gboolean rep_setup_joins(const RepSetup *setup, int node)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].kind == REP_FAULT_JOIN &&
            rep_fault_names_node(&setup->faults[i], node))
            return TRUE;
    return FALSE;
}
