/* fault.c — when faults strike, how long they last, and who repairs; see fault.h. */
#include "models/fault.h"

#include "models/world_state.h"

static void observe(RepWorld *world, const RepFaultProcess *process, RepObservationKind kind)
{
    RepObservation seen = {
        .kind = kind,
        .at = world->kernel.now,
        .fault = {.fault = (guint32)process->fault->id, .occurrence = process->number}};
    rep_world_emit(world, &seen);
}

static SimSpan draw(const SimDist *law, SimStream stream, guint64 occurrence, SimTime now)
{
    SimDraw lot = sim_draw(stream, occurrence);
    return sim_dist_span(law, &lot, now);
}

/* ---- when --------------------------------------------------------------------------------- */

/* The next occurrence: at an instant, or so long after now. */
static void plan(RepWorld *world, RepFaultProcess *process)
{
    const RepFaultSetup *setup = process->setup;
    SimTime now = world->kernel.now;
    if (setup->every)
        sim_kernel_arm(
            &world->kernel, process->slot,
            sim_time_after(now, draw(setup->every, process->times, process->occurrence, now)));
    else if (process->occurrence == 0 && setup->at)
        sim_kernel_arm(&world->kernel, process->slot, draw(setup->at, process->times, 0, 0));
}

static void plan_end(RepWorld *world, RepFaultProcess *process)
{
    SimTime now = world->kernel.now;
    process->waits = FALSE;
    sim_kernel_arm(&world->kernel, process->slot,
                   sim_time_after(now, draw(process->setup->duration, process->lengths,
                                            process->occurrence, now)));
}

static gboolean takes_place(const RepFaultProcess *process)
{
    SimDraw lot = sim_draw(process->chances, process->occurrence);
    return process->setup->chance >= 1 || sim_draw_chance(&lot, process->setup->chance);
}

static gboolean is_instant(const RepFaultSetup *setup)
{
    return setup->kind == REP_FAULT_PROMOTE || setup->kind == REP_FAULT_JOIN;
}

/* A crew begins with it, or it queues for one. */
static void repair(RepWorld *world, RepFaultProcess *process)
{
    RepFault *fault = process->fault;
    if (process->setup->crews > 0 && fault->busy_crews == process->setup->crews) {
        process->waits = TRUE;
        *(gsize *)sim_ring_push(&fault->queue) = (gsize)(process - fault->processes);
        return;
    }
    fault->busy_crews++;
    plan_end(world, process);
}

static void repair_next(RepWorld *world, RepFault *fault)
{
    fault->busy_crews--;
    if (sim_ring_len(&fault->queue) == 0)
        return;
    gsize next = *(gsize *)sim_ring_head(&fault->queue);
    sim_ring_pop(&fault->queue);
    fault->busy_crews++;
    plan_end(world, &fault->processes[next]);
}

static void end(RepWorld *world, RepFaultProcess *process)
{
    process->is_active = FALSE;
    rep_fault_takes_effect(world, process);
    observe(world, process, REP_OBS_FAULT_ENDED);
    g_clear_pointer(&process->places, g_free);
    process->n_places = 0;
    if (process->setup->duration)
        repair_next(world, process->fault);
    process->occurrence++;
    plan(world, process);
}

static void begin(RepWorld *world, RepFaultProcess *process)
{
    if (!takes_place(process)) {
        process->occurrence++;
        plan(world, process);
        return;
    }
    process->places = rep_fault_targets(world, process, &process->n_places);
    process->is_active = TRUE;
    process->number = process->fault->occurrences++;
    observe(world, process, REP_OBS_FAULT_BEGAN);
    rep_fault_takes_effect(world, process);
    if (is_instant(process->setup))
        end(world, process);
    else if (process->setup->duration)
        repair(world, process);
}

void rep_fault_due(void *self, guint64 number)
{
    RepWorld *world = self;
    RepFaultProcess *process = world->faults.processes[number];
    if (process->is_active)
        end(world, process);
    else
        begin(world, process);
    rep_world_carry_out(world);
}

/* ---- making ------------------------------------------------------------------------------- */

static const char *place_name(const RepSetup *setup, RepPlace place)
{
    return place.kind == REP_PLACE_NODE ? setup->nodes[place.id].name : setup->regions[place.id];
}

static void init_process(RepWorld *world, RepFault *fault, gsize i)
{
    const RepSetup *setup = world->setup;
    RepFaultProcess *process = &fault->processes[i];
    const RepFaultSetup *own = process->setup = &setup->faults[fault->id];
    process->fault = fault;
    SimStream faults = sim_stream_named(world->root, "fault");
    SimStream stream = own->name ? sim_stream_named(faults, own->name)
                                 : sim_stream_numbered(faults, (guint64)fault->id);
    process->spells = sim_stream_named(stream, "spell");
    if (own->each.n > 0) {
        process->each = own->each.places[i];
        stream = sim_stream_named(stream, place_name(setup, process->each));
    }
    process->times = sim_stream_named(stream, "at");
    process->lengths = sim_stream_named(stream, "for");
    process->chances = sim_stream_named(stream, "chance");
    process->targets = sim_stream_named(stream, "target");
    process->keys = sim_stream_named(stream, "key");
    process->slot =
        sim_kernel_add_source(&world->kernel, SIM_RANK_FAULT, (unsigned)fault->id, (unsigned)i,
                              world->fault_handler, world->faults.n_processes);
    world->faults.processes[world->faults.n_processes++] = process;
    plan(world, process);
}

void rep_faults_init(RepWorld *world)
{
    const RepSetup *setup = world->setup;
    RepFaults *faults = &world->faults;
    gsize n = 0;
    for (gsize id = 0; id < setup->n_faults; id++)
        n += MAX(setup->faults[id].each.n, 1);
    faults->all = g_new0(RepFault, setup->n_faults);
    faults->processes = g_new0(RepFaultProcess *, n + 1);
    faults->met = g_new0(gboolean, setup->n_faults + 1);
    for (gsize id = 0; id < setup->n_faults; id++)
        faults->n_messages += setup->faults[id].kind == REP_FAULT_MESSAGE ? 1 : 0;
    for (gsize id = 0; id < setup->n_faults; id++) {
        RepFault *fault = &faults->all[id];
        fault->id = (int)id;
        fault->n_processes = MAX(setup->faults[id].each.n, 1);
        fault->processes = g_new0(RepFaultProcess, fault->n_processes);
        sim_ring_init(&fault->queue, sizeof(gsize), 0);
        for (gsize i = 0; i < fault->n_processes; i++)
            init_process(world, fault, i);
    }
}

void rep_faults_clear(RepWorld *world)
{
    RepFaults *faults = &world->faults;
    for (gsize i = 0; i < faults->n_processes; i++)
        g_free(faults->processes[i]->places);
    for (gsize id = 0; id < world->setup->n_faults; id++) {
        sim_ring_clear(&faults->all[id].queue);
        g_free(faults->all[id].processes);
    }
    g_free(faults->all);
    g_free(faults->processes);
    g_free(faults->met);
}
