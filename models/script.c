/* script.c — steps begin, end, and are shown something; see script.h. */
#include "models/script.h"

#include "models/versioned.h"
#include "models/world_state.h"

static guint64 payload_of(int client, gsize number)
{
    return (guint64)client << 32 | number;
}

/* ---- life --------------------------------------------------------------------------------- */

static void plan(RepWorld *world, const RepGroup *group, gsize number, const SimDist *law,
                 SimTime from)
{
    SimSpan span = 0;
    if (law) {
        SimDraw draw = sim_draw(group->steps, number);
        span = sim_dist_span(law, &draw, world->kernel.now);
    }
    sim_kernel_post(&world->kernel, sim_time_after(from, span), SIM_RANK_CLIENT,
                    rep_client_entity(world, (gsize)group->id), world->script_handler,
                    payload_of(group->id, number));
}

void rep_script_init(RepWorld *world, RepGroup *group)
{
    const RepScriptSetup *script = &group->setup->script;
    group->script = g_new0(RepStepRun, script->n);
    for (gsize i = 0; i < script->n; i++)
        if (script->steps[i].follows.client < 0)
            plan(world, group, i, script->steps[i].at, 0);
}

void rep_script_clear(RepGroup *group)
{
    g_clear_pointer(&group->script, g_free);
}

/* ---- contexts ----------------------------------------------------------------------------- */

/* What the session was shown last of the key, in a step that has ended. */
static guint32 last_shown(const RepGroup *group, const RepStepSetup *step)
{
    const RepScriptSetup *script = &group->setup->script;
    guint64 latest = 0;
    guint32 set = 0;
    for (gsize i = 0; i < script->n; i++) {
        const RepStepSetup *other = &script->steps[i];
        const RepStepRun *run = &group->script[i];
        if (other->session_number != step->session_number || other->key != step->key ||
            !run->shown || run->ended <= latest)
            continue;
        latest = run->ended;
        set = run->shown;
    }
    return set;
}

static void give_context(const RepWorld *world, const RepGroup *group, const RepStepSetup *step,
                         RepOperation *operation)
{
    if (!world->versions || step->context == REP_CONTEXT_BLIND || operation->kind == REP_READ)
        return;
    operation->has_context = TRUE;
    if (step->context == REP_CONTEXT_LAST)
        operation->context = last_shown(group, step);
    else if (step->context == REP_CONTEXT_STEP)
        operation->context =
            world->groups[step->based_on.client].script[step->based_on.number].shown;
    if (operation->context)
        rep_set_hold(world->versions, operation->context, FALSE);
}

/* ---- a step ------------------------------------------------------------------------------- */

void rep_script_step_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    RepGroup *group = &world->groups[payload >> 32];
    guint32 number = (guint32)payload;
    const RepStepSetup *step = &group->setup->script.steps[number];
    if (world->phase >= REP_PHASE_DRAIN)
        return;
    RepOperation operation = {.number = number,
                              .key = step->key,
                              .client = (guint32)group->id,
                              .session = step->session_number,
                              .region = group->sessions[step->session_number].region,
                              .kind = (guint8)step->kind,
                              .is_delete = step->is_delete != FALSE};
    guint64 place =
        (guint64)operation.client << 48 | (guint64)operation.session << 8 | operation.kind;
    if (step->follows.client < 0) /* others come when the system lets them */
        world->world_digest =
            rep_digest_add(rep_digest_add(world->world_digest, (guint64)world->kernel.now, place),
                           step->key, number);
    world->arrivals++;
    give_context(world, group, step, &operation);
    rep_operation_begin(world, &operation);
    rep_world_carry_out(world);
}

static void keep_shown(RepWorld *world, RepStepRun *run, guint32 set)
{
    if (set)
        rep_set_hold(world->versions, set, FALSE);
    if (run->shown)
        rep_set_release(world->versions, run->shown, FALSE);
    run->shown = set;
}

void rep_script_shown(RepWorld *world, const RepOperation *operation, guint32 set)
{
    if (operation->has_ended)
        return;
    RepStepRun *run = &world->groups[operation->client].script[operation->number];
    keep_shown(world, run, rep_versions_join(world->versions, operation->write, set));
}

void rep_script_appended(RepWorld *world, const RepOperation *operation)
{
    RepStepRun *run = &world->groups[operation->client].script[operation->number];
    run->entry = operation->entry;
    run->log = world->versions ? operation->entry_log : operation->log;
}

void rep_script_ended(RepWorld *world, const RepOperation *operation, guint32 set)
{
    RepStepRun *run = &world->groups[operation->client].script[operation->number];
    run->ended = ++world->steps_ended;
    if (world->versions && operation->kind == REP_READ)
        keep_shown(world, run, set);
    RepStepName own = {(int)operation->client, (int)operation->number};
    for (gsize c = 0; c < world->setup->n_clients; c++) {
        const RepGroup *group = &world->groups[c];
        const RepScriptSetup *script = &group->setup->script;
        for (gsize i = 0; i < script->n; i++)
            if (script->steps[i].follows.client == own.client &&
                script->steps[i].follows.number == own.number)
                plan(world, group, i, script->steps[i].wait, world->kernel.now);
    }
}

/* ---- message faults ----------------------------------------------------------------------- */

static const RepFaultSetup *use_up(RepWorld *world, gsize fault)
{
    world->faults.met[fault] = TRUE;
    world->faults.n_messages--;
    return &world->setup->faults[fault];
}

static gboolean waits_for(const RepWorld *world, gsize fault, int to)
{
    const RepFaultSetup *setup = &world->setup->faults[fault];
    return setup->kind == REP_FAULT_MESSAGE && !world->faults.met[fault] && setup->message.to == to;
}

static const RepFaultSetup *meets(RepWorld *world, int client, guint64 number, int to)
{
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepStepName *step = &world->setup->faults[i].message.step;
        if (waits_for(world, i, to) && step->client == client && (guint64)step->number == number)
            return use_up(world, i);
    }
    return NULL;
}

const RepFaultSetup *rep_script_meets_request(RepWorld *world, const RepOperation *operation,
                                              int node)
{
    return meets(world, (int)operation->client, operation->number, node);
}

/* Is the step's entry among those that the message carries? */
static gboolean carries(const RepWorld *world, const RepMessage *message, const RepStepRun *run)
{
    const RepLog *log = &world->logs[message->log];
    return run->entry.index && run->log == message->log && message->first <= run->entry.index &&
           run->entry.index <= message->last && message->term < log->n_terms &&
           rep_log_term_at(log, message->term, run->entry.index) == run->entry.term;
}

const RepFaultSetup *rep_script_meets_message(RepWorld *world, const RepMessage *message)
{
    if (message->client)
        return meets(world, (int)message->client - 1, message->number, message->to);
    if (message->kind >= 64 || !(world->policy->carrying >> message->kind & 1))
        return NULL;
    for (gsize i = 0; i < world->setup->n_faults; i++) {
        const RepStepName *step = &world->setup->faults[i].message.step;
        if (waits_for(world, i, message->to) &&
            carries(world, message, &world->groups[step->client].script[step->number]))
            return use_up(world, i);
    }
    return NULL;
}
