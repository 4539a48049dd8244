/* fault.c — occurrences of faults and what each verb does; see fault.h. */
#include "models/fault.h"

#include "models/client.h"
#include "models/world_state.h"

/* ---- whom a fault concerns ---------------------------------------------------------------- */

static gboolean place_is_in(const RepSetup *setup, RepPlace place, RepPlace target)
{
    if (target.kind == REP_PLACE_NODE)
        return place.kind == REP_PLACE_NODE && place.id == target.id;
    return rep_setup_region_of(setup, place) == target.id;
}

static gboolean link_names(const RepSetup *setup, const RepLinkName *link, RepPlace from,
                           RepPlace to)
{
    if (link->to.kind == REP_PLACE_NONE)
        return place_is_in(setup, from, link->from) != place_is_in(setup, to, link->from);
    if (place_is_in(setup, from, link->from) && place_is_in(setup, to, link->to))
        return TRUE;
    return link->both_ways && place_is_in(setup, from, link->to) &&
           place_is_in(setup, to, link->from);
}

/* The group of a partition that a place belongs to; -1 for clients of a region that no group
 * names, who can still reach everybody. Nodes named nowhere form one more group (semantics §2). */
static int group_of(const RepSetup *setup, const RepGroups *groups, RepPlace place)
{
    for (gsize i = 0; i < groups->n; i++)
        for (gsize k = 0; k < groups->groups[i].n; k++)
            if (groups->groups[i].places[k].kind == REP_PLACE_NODE &&
                place_is_in(setup, place, groups->groups[i].places[k]))
                return (int)i;
    for (gsize i = 0; i < groups->n; i++)
        for (gsize k = 0; k < groups->groups[i].n; k++)
            if (place_is_in(setup, place, groups->groups[i].places[k]))
                return (int)i;
    return place.kind == REP_PLACE_NODE ? (int)groups->n : -1;
}

static gboolean cuts(const RepSetup *setup, const RepFaultSetup *fault, RepPlace from, RepPlace to)
{
    if (fault->kind == REP_FAULT_CUT)
        return link_names(setup, &fault->link, from, to);
    if (fault->kind == REP_FAULT_PARTITION) {
        int a = group_of(setup, &fault->groups, from), b = group_of(setup, &fault->groups, to);
        return a >= 0 && b >= 0 && a != b;
    }
    if (fault->kind != REP_FAULT_ISOLATE)
        return FALSE;
    gboolean leaves = place_is_in(setup, from, fault->target);
    gboolean enters = place_is_in(setup, to, fault->target);
    if (leaves == enters)
        return FALSE;
    return fault->direction == REP_DIRECTION_BOTH ||
           (fault->direction == REP_DIRECTION_OUT) == leaves;
}

static gboolean cuts_path(const RepSetup *setup, const RepFaultSetup *fault, const RepPath *path)
{
    return cuts(setup, fault, path->from, path->to);
}

gboolean rep_faults_cut(const RepWorld *world, RepPlace from, RepPlace to)
{
    for (gsize i = 0; i < world->setup->n_faults; i++)
        if (world->faults.all[i].is_active &&
            cuts(world->setup, world->faults.all[i].setup, from, to))
            return TRUE;
    return FALSE;
}

/* ---- slow and lossy links ----------------------------------------------------------------- */

static gboolean slows_path(const RepSetup *setup, const RepFaultSetup *fault, const RepPath *path)
{
    return fault->kind == REP_FAULT_SLOW && link_names(setup, &fault->link, path->from, path->to);
}

/* What the active `slow` faults make of a path: factors multiply; of several laws or bandwidths
 * the one of the last fault in name order holds. */
static void find_slowness(RepWorld *world, RepPath *path)
{
    path->factor = 1;
    path->replaced = NULL;
    path->squeezed_bits_per_s = 0;
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepFault *fault = &world->faults.all[i];
        if (!fault->is_active || !slows_path(world->setup, fault->setup, path))
            continue;
        if (fault->setup->latency.dist)
            path->replaced = fault->setup->latency.dist;
        else if (fault->setup->latency.factor > 0)
            path->factor *= fault->setup->latency.factor;
        if (fault->setup->bits_per_s > 0)
            path->squeezed_bits_per_s = fault->setup->bits_per_s;
    }
    rep_path_changed(path);
}

static void slow_node(RepWorld *world, int id)
{
    RepNode *node = &world->nodes[id];
    node->cpu_factor = node->disk_factor = 1;
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepFault *fault = &world->faults.all[i];
        RepPlace here = {REP_PLACE_NODE, id};
        if (!fault->is_active || fault->setup->kind != REP_FAULT_SLOW ||
            fault->setup->link.to.kind != REP_PLACE_NONE ||
            !place_is_in(world->setup, here, fault->setup->link.from))
            continue;
        if (fault->setup->cpu > 0)
            node->cpu_factor *= fault->setup->cpu;
        if (fault->setup->disk > 0)
            node->disk_factor *= fault->setup->disk;
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
static double loss_of(const RepFault *fault, SimTime sent)
{
    if (fault->setup->burst <= 0)
        return fault->setup->loss;
    SimDraw draw = sim_draw(fault->spells, (guint64)(sent / fault->setup->burst));
    return sim_draw_chance(&draw, fault->setup->loss) ? 1 : 0;
}

double rep_faults_loss(RepWorld *world, const RepPath *path, SimTime sent)
{
    double arrives = 1;
    if (!world->faults.losing)
        return 0;
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepFault *fault = &world->faults.all[i];
        if (fault->is_active && fault->setup->kind == REP_FAULT_LOSE &&
            link_names(world->setup, &fault->setup->link, path->from, path->to))
            arrives *= 1 - loss_of(fault, sent);
    }
    return 1 - arrives;
}

void rep_faults_meet_path(RepWorld *world, RepPath *path)
{
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepFault *fault = &world->faults.all[i];
        if (fault->is_active && cuts_path(world->setup, fault->setup, path))
            path->cuts++;
    }
    find_slowness(world, path);
}

/* ---- what each verb does ------------------------------------------------------------------ */

static void change_cuts(RepWorld *world, const RepFaultSetup *fault, gboolean begins)
{
    for (gsize i = 0; i < world->network.n_paths; i++) {
        RepPath *path = world->network.paths[i];
        if (!cuts_path(world->setup, fault, path))
            continue;
        path->cuts += begins ? 1 : -1;
        path->cut_until = world->kernel.now;
        rep_path_changed(path);
    }
    rep_world_check_connections(world);
}

static void change_node(RepWorld *world, const RepFaultSetup *fault, gboolean begins)
{
    int id = fault->target.id;
    if (fault->refuse)
        world->nodes[id].refusals += begins ? 1 : -1;
    if (begins)
        rep_node_stop(world, id, fault->kind == REP_FAULT_CRASH, fault->wipe);
    else
        rep_node_start(world, id);
}

static void change_load(RepWorld *world, int client)
{
    double factor = 1;
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepFault *fault = &world->faults.all[i];
        if (fault->is_active && fault->setup->kind == REP_FAULT_LOAD &&
            fault->setup->client == client)
            factor *= fault->setup->load;
    }
    rep_client_rate_changed(world, client, factor);
}

static void change(RepWorld *world, const RepFaultSetup *fault, gboolean begins)
{
    switch ((RepFaultKind)fault->kind) {
    case REP_FAULT_CRASH:
    case REP_FAULT_KILL:
        change_node(world, fault, begins);
        return;
    case REP_FAULT_PAUSE:
        if (begins)
            rep_node_pause(world, fault->target.id);
        else
            rep_node_resume(world, fault->target.id);
        return;
    case REP_FAULT_ISOLATE:
    case REP_FAULT_PARTITION:
    case REP_FAULT_CUT:
        change_cuts(world, fault, begins);
        return;
    case REP_FAULT_SLOW:
        find_all_slowness(world);
        return;
    case REP_FAULT_LOSE:
        world->faults.losing += begins ? 1 : (gsize)-1;
        return;
    case REP_FAULT_LOAD:
        change_load(world, fault->client);
        return;
    }
    SIM_UNREACHABLE();
}

/* ---- occurrences -------------------------------------------------------------------------- */

static void observe(RepWorld *world, const RepFault *fault, RepObservationKind kind)
{
    RepObservation seen = {.kind = kind,
                           .at = world->kernel.now,
                           .fault = {.fault = (guint32)fault->id, .occurrence = fault->occurrence}};
    rep_world_emit(world, &seen);
}

static void begin(RepWorld *world, RepFault *fault)
{
    fault->is_active = TRUE;
    observe(world, fault, REP_OBS_FAULT_BEGAN);
    change(world, fault->setup, TRUE);
    if (!fault->setup->duration)
        return;
    SimDraw draw = sim_draw(sim_stream_named(fault->times, "for"), fault->occurrence);
    SimSpan span = sim_dist_span(fault->setup->duration, &draw, world->kernel.now);
    sim_kernel_arm(&world->kernel, fault->slot, sim_time_after(world->kernel.now, span));
}

static void end(RepWorld *world, RepFault *fault)
{
    fault->is_active = FALSE;
    change(world, fault->setup, FALSE);
    observe(world, fault, REP_OBS_FAULT_ENDED);
    fault->occurrence++;
}

void rep_fault_due(void *self, guint64 id)
{
    RepWorld *world = self;
    RepFault *fault = &world->faults.all[id];
    if (fault->is_active)
        end(world, fault);
    else
        begin(world, fault);
    rep_world_carry_out(world);
}

void rep_faults_init(RepWorld *world)
{
    const RepSetup *setup = world->setup;
    world->faults.all = g_new0(RepFault, setup->n_faults);
    for (gsize id = 0; id < setup->n_faults; id++) {
        RepFault *fault = &world->faults.all[id];
        fault->id = (int)id;
        fault->setup = &setup->faults[id];
        SimStream faults = sim_stream_named(world->root, "fault");
        SimStream own = fault->setup->name ? sim_stream_named(faults, fault->setup->name)
                                           : sim_stream_numbered(faults, id);
        fault->times = sim_stream_named(own, "at");
        fault->spells = sim_stream_named(own, "spell");
        fault->slot = sim_kernel_add_source(&world->kernel, SIM_RANK_FAULT, (unsigned)id, 0,
                                            world->fault_handler, id);
        SimDraw draw = sim_draw(fault->times, 0);
        SimTime at = sim_dist_span(fault->setup->at, &draw, 0);
        sim_kernel_arm(&world->kernel, fault->slot, at);
    }
}

void rep_faults_clear(RepWorld *world)
{
    g_free(world->faults.all);
}
