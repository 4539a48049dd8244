/* fault_effects.c — whom a fault hits, and what each verb does to it; see fault.h. */
#include "models/client.h"
#include "models/fault.h"
#include "models/world_state.h"

/* ---- whom a fault hits -------------------------------------------------------------------- */

static gboolean holds_data(const RepWorld *world, int node)
{
    const RepPolicyOps *policy = world->policy;
    return world->logs[0].copies[node].is_kept ||
           (policy->stores && policy->stores(world->setup, node));
}

/* Nodes that hold the data, and are up and not `but`, where that is asked. */
static gsize find_holders(const RepWorld *world, gboolean only_up, int but, RepPlace *found)
{
    gsize n = 0;
    for (int node = 0; node < (int)world->setup->n_nodes; node++)
        if (holds_data(world, node) && node != but &&
            (!only_up || rep_node_is_up(&world->nodes[node])))
            found[n++] = (RepPlace){REP_PLACE_NODE, node};
    return n;
}

static gboolean keeps_key(const RepWorld *world, int node, guint64 key)
{
    const RepLog *log = &world->logs[rep_log_of_key(key, world->n_logs)];
    if (world->policy->keeps)
        return world->policy->keeps(world->setup, world->policy_state, node, key);
    return log->copies[node].is_kept;
}

static gsize find_replicas(const RepWorld *world, const RepFaultProcess *process, RepPlace *found)
{
    const RepTarget *target = &process->setup->aim.target;
    const SimKeys *keys = world->setup->n_clients ? world->setup->clients[0].keys : NULL;
    SimDraw draw = sim_draw(process->keys, process->occurrence);
    gboolean has_law = keys && sim_keys_kind(keys) != SIM_KEYS_UNIQUE;
    guint64 key = !target->is_drawn ? target->key : has_law ? sim_keys_draw(keys, &draw) : 0;
    gsize n = 0;
    for (int node = 0; node < (int)world->setup->n_nodes; node++)
        if (keeps_key(world, node, key))
            found[n++] = (RepPlace){REP_PLACE_NODE, node};
    return n;
}

/* Keeps `count` of n places, each set of them as likely (Fisher and Yates 1938). */
static gsize keep_some(const RepFaultProcess *process, RepPlace *places, gsize n, gsize count)
{
    SimDraw draw = sim_draw(process->targets, process->occurrence);
    count = MIN(count, n);
    for (gsize i = 0; i < count; i++) {
        gsize k = i + (gsize)sim_draw_below(&draw, n - i);
        RepPlace swap = places[i];
        places[i] = places[k];
        places[k] = swap;
    }
    return count;
}

RepPlace *rep_fault_targets(RepWorld *world, const RepFaultProcess *process, gsize *n)
{
    const RepTarget *target = &process->setup->aim.target;
    RepPlace *places = g_new0(RepPlace, MAX(world->setup->n_nodes, target->places.n) + 1);
    /* Where each partition has a leader of its own, the words are about the first. */
    int leader = world->policy->leader ? world->policy->leader(world->policy_state, 0) : -1;
    *n = 0;
    switch (target->kind) {
    case REP_TARGET_PLACES:
    case REP_TARGET_SOME:
        for (gsize i = 0; i < target->places.n; i++)
            places[(*n)++] = target->places.places[i];
        if (target->kind == REP_TARGET_SOME)
            *n = keep_some(process, places, *n, (gsize)target->count);
        return places;
    case REP_TARGET_LEADER:
        if (leader >= 0)
            places[(*n)++] = (RepPlace){REP_PLACE_NODE, leader};
        return places;
    case REP_TARGET_ANY_FOLLOWER:
        *n = keep_some(process, places, find_holders(world, TRUE, leader, places), 1);
        return places;
    case REP_TARGET_MINORITY:
        *n = find_holders(world, FALSE, -1, places);
        *n = keep_some(process, places, *n, (*n - 1) / 2);
        return places;
    case REP_TARGET_REPLICAS:
        *n = find_replicas(world, process, places);
        *n = keep_some(process, places, *n, target->count ? (gsize)target->count : *n);
        return places;
    case REP_TARGET_EACH:
        places[(*n)++] = process->each;
        return places;
    }
    SIM_UNREACHABLE();
}

static gboolean place_is_in(const RepSetup *setup, RepPlace place, RepPlace target)
{
    if (target.kind == REP_PLACE_NODE)
        return place.kind == REP_PLACE_NODE && place.id == target.id;
    return rep_setup_region_of(setup, place) == target.id;
}

static gboolean is_hit(const RepSetup *setup, const RepFaultProcess *process, RepPlace place)
{
    for (gsize i = 0; i < process->n_places; i++)
        if (place_is_in(setup, place, process->places[i]))
            return TRUE;
    return FALSE;
}

/* A link by name; or, where the fault has a target, everything between it and the rest. */
static gboolean names_link(const RepSetup *setup, const RepFaultProcess *process, RepPlace from,
                           RepPlace to)
{
    const RepLinkName *link = &process->setup->aim.link;
    if (link->to.kind == REP_PLACE_NONE)
        return is_hit(setup, process, from) != is_hit(setup, process, to);
    if (place_is_in(setup, from, link->from) && place_is_in(setup, to, link->to))
        return TRUE;
    return link->both_ways && place_is_in(setup, from, link->to) &&
           place_is_in(setup, to, link->from);
}

/* ---- cuts --------------------------------------------------------------------------------- */

/* The group of a partition that a place belongs to; -1 for clients of a region that no group
 * names, who can still reach everybody. Nodes named nowhere form one more group (semantics §2). */
static int group_of(const RepSetup *setup, const RepGroups *groups, RepPlace place)
{
    for (int by_region = 0; by_region < 2; by_region++)
        for (gsize i = 0; i < groups->n; i++)
            for (gsize k = 0; k < groups->groups[i].n; k++) {
                RepPlace named = groups->groups[i].places[k];
                if ((by_region || named.kind == REP_PLACE_NODE) && place_is_in(setup, place, named))
                    return (int)i;
            }
    return place.kind == REP_PLACE_NODE ? (int)groups->n : -1;
}

static gboolean cuts(const RepSetup *setup, const RepFaultProcess *process, RepPlace from,
                     RepPlace to)
{
    const RepFaultSetup *fault = process->setup;
    if (fault->kind == REP_FAULT_CUT)
        return names_link(setup, process, from, to);
    if (fault->kind == REP_FAULT_PARTITION) {
        int a = group_of(setup, &fault->groups, from), b = group_of(setup, &fault->groups, to);
        return a >= 0 && b >= 0 && a != b;
    }
    if (fault->kind != REP_FAULT_ISOLATE)
        return FALSE;
    gboolean leaves = is_hit(setup, process, from), enters = is_hit(setup, process, to);
    if (leaves == enters)
        return FALSE;
    return fault->direction == REP_DIRECTION_BOTH ||
           (fault->direction == REP_DIRECTION_OUT) == leaves;
}

gboolean rep_faults_cut(const RepWorld *world, RepPlace from, RepPlace to)
{
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (process->is_active && cuts(world->setup, process, from, to))
            return TRUE;
    }
    return FALSE;
}

static void change_cuts(RepWorld *world, const RepFaultProcess *process)
{
    for (gsize i = 0; i < world->network.n_paths; i++) {
        RepPath *path = world->network.paths[i];
        if (!cuts(world->setup, process, path->from, path->to))
            continue;
        path->cuts += process->is_active ? 1 : -1;
        path->cut_until = world->kernel.now;
        rep_path_changed(path);
    }
    rep_world_check_connections(world);
}

/* ---- slow and lossy links ----------------------------------------------------------------- */

/* What the active `slow` faults make of a path: factors multiply; of several laws or bandwidths
 * the one of the last fault in name order holds. */
static void find_slowness(RepWorld *world, RepPath *path)
{
    path->factor = 1;
    path->replaced = NULL;
    path->squeezed_bits_per_s = 0;
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        const RepFaultSetup *fault = process->setup;
        if (!process->is_active || fault->kind != REP_FAULT_SLOW ||
            !names_link(world->setup, process, path->from, path->to))
            continue;
        if (fault->latency.dist)
            path->replaced = fault->latency.dist;
        else if (fault->latency.factor > 0)
            path->factor *= fault->latency.factor;
        if (fault->bits_per_s > 0)
            path->squeezed_bits_per_s = fault->bits_per_s;
    }
    rep_path_changed(path);
}

static void slow_node(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    RepPlace here = {REP_PLACE_NODE, id};
    node->cpu_factor = node->disk_factor = 1;
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        const RepFaultSetup *fault = process->setup;
        if (!process->is_active || fault->kind != REP_FAULT_SLOW ||
            !is_hit(world->setup, process, here))
            continue;
        if (fault->cpu > 0)
            node->cpu_factor *= fault->cpu;
        if (fault->disk > 0)
            node->disk_factor *= fault->disk;
    }
}

static void find_all_slowness(RepWorld *world)
{
    for (gsize i = 0; i < world->network.n_paths; i++)
        find_slowness(world, world->network.paths[i]);
    for (gsize id = 0; id < world->setup->n_nodes; id++)
        slow_node(world, (int)id);
}

/* Is the fault in a lossy spell? Time is divided into spells of `burst`, each lossy or not. */
static double loss_of(const RepFaultProcess *process, SimTime sent)
{
    const RepFaultSetup *fault = process->setup;
    if (fault->burst <= 0)
        return fault->loss;
    SimDraw draw = sim_draw(process->spells, (guint64)(sent / fault->burst));
    return sim_draw_chance(&draw, fault->loss) ? 1 : 0;
}

static gboolean loses(const RepFaultSetup *fault)
{
    return fault->kind == REP_FAULT_LOSE || fault->kind == REP_FAULT_CORRUPT;
}

/* A retransmission leaves later than now: is the fault still there then? */
static gboolean lasts_until(const RepWorld *world, const RepFaultProcess *process, SimTime sent)
{
    return process->is_active && sent < sim_kernel_armed_at(&world->kernel, process->slot);
}

double rep_faults_loss(RepWorld *world, const RepPath *path, SimTime sent)
{
    double arrives = 1;
    if (!world->faults.losing)
        return 0;
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (loses(process->setup) && lasts_until(world, process, sent) &&
            names_link(world->setup, process, path->from, path->to))
            arrives *= 1 - loss_of(process, sent);
    }
    return 1 - arrives;
}

double rep_faults_share(RepWorld *world, const RepPath *path, RepFaultKind kind)
{
    double spared = 1;
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (process->is_active && process->setup->kind == (int)kind &&
            names_link(world->setup, process, path->from, path->to))
            spared *= 1 - process->setup->loss;
    }
    return 1 - spared;
}

void rep_faults_meet_path(RepWorld *world, RepPath *path)
{
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (process->is_active && cuts(world->setup, process, path->from, path->to))
            path->cuts++;
    }
    find_slowness(world, path);
}

/* ---- nodes and clients -------------------------------------------------------------------- */

static void stop_or_start(RepWorld *world, const RepFaultProcess *process, int node)
{
    const RepFaultSetup *fault = process->setup;
    if (fault->refuse)
        world->nodes[node].refusals += process->is_active ? 1 : -1;
    if (process->is_active)
        rep_node_stop(world, node, fault->kind == REP_FAULT_CRASH, fault->wipe);
    else
        rep_node_start(world, node);
}

static void change_clock(RepWorld *world, const RepFaultProcess *process, int node)
{
    const RepFaultSetup *fault = process->setup;
    RepClock *clock = &world->nodes[node].clock;
    SimTime now = world->kernel.now;
    gint64 ppb = rep_clock_ppb(fault->drift);
    if (fault->kind == REP_FAULT_CLOCK_STEP)
        rep_clock_step(clock, process->is_active ? fault->step : -fault->step);
    else if (fault->kind == REP_FAULT_CLOCK_DRIFT)
        rep_clock_drift(clock, now, process->is_active ? ppb : -ppb);
    else
        rep_clock_freeze(clock, now, process->is_active);
    rep_node_tell_clock(world, node);
}

static void change_node(RepWorld *world, const RepFaultProcess *process, int node)
{
    switch (process->setup->kind) {
    case REP_FAULT_PAUSE:
        if (process->is_active)
            rep_node_pause(world, node);
        else
            rep_node_resume(world, node);
        return;
    case REP_FAULT_PROMOTE:
        if (process->is_active && world->policy->promote && rep_node_runs(&world->nodes[node]))
            world->policy->promote(world->policy_state, world, node, &world->effects);
        return;
    case REP_FAULT_JOIN:
        if (process->is_active)
            rep_node_join(world, node);
        return;
    case REP_FAULT_CLOCK_STEP:
    case REP_FAULT_CLOCK_DRIFT:
    case REP_FAULT_CLOCK_FREEZE:
        change_clock(world, process, node);
        return;
    case REP_FAULT_UPGRADE:
        rep_node_ask_step(world, node, REP_STEP_APPLY);
        return;
    default:
        stop_or_start(world, process, node);
    }
}

static void change_nodes(RepWorld *world, const RepFaultProcess *process)
{
    for (gsize i = 0; i < process->n_places; i++)
        if (process->places[i].kind == REP_PLACE_NODE) {
            change_node(world, process, process->places[i].id);
            /* What it brings about at others comes before the next of them is hit. */
            rep_world_carry_out(world);
        }
}

gboolean rep_faults_upgrade(const RepWorld *world, int node)
{
    RepPlace here = {REP_PLACE_NODE, node};
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (process->is_active && process->setup->kind == REP_FAULT_UPGRADE &&
            is_hit(world->setup, process, here))
            return TRUE;
    }
    return FALSE;
}

static void change_load(RepWorld *world, int client)
{
    double factor = 1;
    for (gsize i = 0; i < world->faults.n_processes; i++) {
        const RepFaultProcess *process = world->faults.processes[i];
        if (process->is_active && process->setup->kind == REP_FAULT_LOAD &&
            process->setup->client == client)
            factor *= process->setup->load;
    }
    rep_client_rate_changed(world, client, factor);
}

void rep_fault_takes_effect(RepWorld *world, const RepFaultProcess *process)
{
    gsize change = process->is_active ? 1 : (gsize)-1;
    switch ((RepFaultKind)process->setup->kind) {
    case REP_FAULT_CRASH:
    case REP_FAULT_KILL:
        world->faults.returning += process->setup->duration ? change : 0;
        change_nodes(world, process);
        return;
    case REP_FAULT_PAUSE:
    case REP_FAULT_PROMOTE:
    case REP_FAULT_JOIN:
    case REP_FAULT_UPGRADE:
    case REP_FAULT_CLOCK_STEP:
    case REP_FAULT_CLOCK_DRIFT:
    case REP_FAULT_CLOCK_FREEZE:
        change_nodes(world, process);
        return;
    case REP_FAULT_ISOLATE:
    case REP_FAULT_PARTITION:
    case REP_FAULT_CUT:
        change_cuts(world, process);
        return;
    case REP_FAULT_SLOW:
        find_all_slowness(world);
        return;
    case REP_FAULT_LOSE:
    case REP_FAULT_CORRUPT:
        world->faults.losing += change;
        world->faults.on_messages += change;
        return;
    case REP_FAULT_DUPLICATE:
    case REP_FAULT_REORDER:
        world->faults.disturbing += change;
        world->faults.on_messages += change;
        return;
    case REP_FAULT_LOAD:
        change_load(world, process->setup->client);
        return;
    case REP_FAULT_MESSAGE: /* strikes by itself when the message is sent */
        return;
    }
    SIM_UNREACHABLE();
}
