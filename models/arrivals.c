/*
 * arrivals.c — which operation begins when: open and closed loops, follow-up reads.
 *
 * The choices of operation n (kind, region, session, key) are sub-draws of one cause, in this
 * order, so that none of them depends on how many numbers another took.
 */
#include "models/client.h"

#include "models/conversation.h"
#include "models/script.h"
#include "models/versioned.h"

#include "models/world_state.h"

#define FOLLOW_UP_SHIFT 40           /* follow-up i of write n is number n + (i + 1) * 2^40 */
#define EDIT_READ ((guint64)1 << 47) /* the read of edit n is number n + 2^47 */
#define CACHE_LINE 64
#define UNIQUE_SHIFT 40 /* unique key k of group g is (g + 1) * 2^40 + k */

/* ---- choices ------------------------------------------------------------------------------ */

static guint32 choose_region(const RepGroup *group, gsize n_regions, double lot)
{
    guint32 region = 0; /* counted to the end: to stop at a random place costs more */
    for (gsize i = 0; i + 1 < n_regions; i++)
        region += lot >= group->upto_share[i];
    return region;
}

static guint64 choose_key(RepGroup *group, RepOperationKind kind, SimDraw *draw)
{
    const SimKeys *keys = group->setup->keys;
    if (sim_keys_kind(keys) != SIM_KEYS_UNIQUE)
        return sim_keys_draw(keys, draw);
    /* Reads look for the key of the newest write, which may still be on its way. */
    if (kind == REP_WRITE)
        group->n_unique++;
    return ((guint64)(group->id + 1) << UNIQUE_SHIFT) + group->n_unique;
}

static void begin(RepWorld *world, RepGroup *group, guint64 number, guint32 session, guint32 region,
                  RepOperationKind kind, guint64 key)
{
    RepOperation operation = {.number = number,
                              .key = key,
                              .client = (guint32)group->id,
                              .session = session,
                              .region = region,
                              .kind = (guint8)kind};
    if (kind == REP_WRITE && group->setup->write == REP_WRITE_EDIT) {
        operation.number |= EDIT_READ;
        operation.kind = REP_READ;
        operation.is_follow_up = operation.is_edit_read = TRUE;
    }
    rep_operation_begin(world, &operation);
}

/* ---- open loop ---------------------------------------------------------------------------- */

/* The simulated time at which the group's own time reaches `base`. */
static SimTime mapped(const RepGroup *group, SimTime base)
{
    if (group->rate_factor == 1 && group->mapped_base == (double)group->mapped_at)
        return base;
    if (group->rate_factor <= 0)
        return SIM_NEVER;
    double wait = ((double)base - group->mapped_base) / group->rate_factor;
    return wait < 0x1p62 ? sim_time_after(group->mapped_at, (SimSpan)(wait > 0 ? wait + 0.5 : 0))
                         : SIM_NEVER;
}

static void arm_arrival(RepWorld *world, RepGroup *group)
{
    SimTime at = mapped(group, group->base_time);
    if (world->phase >= REP_PHASE_DRAIN || at == SIM_NEVER)
        sim_kernel_disarm(&world->kernel, group->arrivals);
    else
        sim_kernel_arm(&world->kernel, group->arrivals, MAX(at, world->kernel.now));
}

void rep_client_rate_changed(RepWorld *world, int client, double factor)
{
    RepGroup *group = &world->groups[client];
    if (group->script || group->setup->rate.closed || factor == group->rate_factor)
        return;
    SimTime now = world->kernel.now;
    group->mapped_base += (double)(now - group->mapped_at) * group->rate_factor;
    group->mapped_at = now;
    group->rate_factor = factor;
    arm_arrival(world, group);
}

/* Chosen one arrival ahead, and after the one that happens now: so what it will need is fetched,
 * and its numbers are drawn, while the processor is not waiting for them. */
static void choose_next(RepWorld *world, RepGroup *group)
{
    group->then = sim_arrivals_next(&group->setup->rate.open, group->gaps, group->n_arrived + 1,
                                    group->base_time);
    SimDraw draw = sim_draw(group->choices, group->n_arrived);
    RepChosen *next = &group->next;
    next->kind = sim_draw_chance(&draw, group->setup->reads) ? REP_READ : REP_WRITE;
    next->region = choose_region(group, world->setup->n_regions, sim_draw_unit(&draw));
    gsize first = group->first_session[next->region];
    gsize count = group->first_session[next->region + 1] - first;
    next->session = (guint32)(first + sim_draw_below(&draw, count));
    next->key = draw;
    __builtin_prefetch(&group->sessions[next->session], 1);
    sim_keys_prefetch(group->setup->keys, draw);
}

void rep_operation_arrived(void *self, guint64 client)
{
    RepWorld *world = self;
    RepGroup *group = &world->groups[client];
    guint64 number = group->n_arrived++;
    RepChosen chosen = group->next;
    guint64 key = choose_key(group, chosen.kind, &chosen.key);
    group->base_time = group->then;
    arm_arrival(world, group);

    guint64 place = (guint64)client << 48 | (guint64)chosen.session << 8 | chosen.kind;
    world->world_digest = rep_digest_add(
        rep_digest_add(world->world_digest, (guint64)world->kernel.now, place), key, number);
    world->arrivals++;
    begin(world, group, number, chosen.session, chosen.region, chosen.kind, key);
    choose_next(world, group);
    rep_world_carry_out(world);
}

/* ---- closed loop -------------------------------------------------------------------------- */

static void plan_thought(RepWorld *world, RepGroup *group, guint32 session)
{
    guint64 number = group->sessions[session].operations * group->n_sessions + session;
    SimDraw draw = sim_draw(group->thinks, number);
    const SimDist *think = group->setup->rate.think;
    SimSpan span = think ? sim_dist_span(think, &draw, world->kernel.now) : 0;
    guint64 payload = (guint64)group->id << 32 | session;
    sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, span), SIM_RANK_CLIENT,
                    rep_client_entity(world, (gsize)group->id), world->think_handler, payload);
}

void rep_think_over(void *self, guint64 payload)
{
    RepWorld *world = self;
    if (world->phase >= REP_PHASE_DRAIN)
        return;
    RepGroup *group = &world->groups[payload >> 32];
    guint32 session = (guint32)payload;
    RepSession *state = &group->sessions[session];
    guint64 number = state->operations++ * group->n_sessions + session;
    SimDraw draw = sim_draw(group->choices, number);
    RepOperationKind kind = sim_draw_chance(&draw, group->setup->reads) ? REP_READ : REP_WRITE;
    guint64 key = choose_key(group, kind, &draw);
    begin(world, group, number, session, state->region, kind, key);
    rep_world_carry_out(world);
}

/* ---- what an operation's end brings ------------------------------------------------------- */

static void plan_follow_ups(RepWorld *world, RepGroup *group, const RepOperation *write)
{
    const RepReadAfter *plan = &group->setup->read_after_write;
    SimDraw lot = sim_draw(group->follow_ups, write->number);
    if (!sim_draw_chance(&lot, plan->share))
        return;
    for (gsize i = 0; i < plan->n; i++) {
        SimDraw draw = sim_draw(sim_stream_numbered(group->follow_ups, i), write->number);
        SimSpan wait = sim_dist_span(plan->after[i], &draw, world->kernel.now);
        guint32 number = sim_pool_take_raw(&world->operations);
        RepOperation *read = sim_pool_at(&world->operations, number);
        *read = (RepOperation){.number = write->number + ((guint64)(i + 1) << FOLLOW_UP_SHIFT),
                               .key = write->key,
                               .client = write->client,
                               .session = write->session,
                               .region = write->region,
                               .kind = REP_READ,
                               .is_follow_up = TRUE};
        sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, wait), SIM_RANK_CLIENT,
                        rep_client_entity(world, (gsize)group->id), world->follow_up_handler,
                        number);
    }
}

void rep_follow_up_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    RepOperation read = *(RepOperation *)sim_pool_at(&world->operations, (guint32)payload);
    sim_pool_give(&world->operations, (guint32)payload);
    if (world->phase >= REP_PHASE_DRAIN)
        return;
    rep_operation_begin(world, &read);
    rep_world_carry_out(world);
}

/* ---- edits -------------------------------------------------------------------------------- */

/* The read has its answer: the write, which takes over what was read, follows. */
static void plan_edit(RepWorld *world, RepGroup *group, RepOperation *read)
{
    guint64 write_number = read->number & ~EDIT_READ;
    SimDraw draw = sim_draw(group->edits, write_number);
    SimSpan wait = sim_dist_span(group->setup->edit_after, &draw, world->kernel.now);
    guint32 number = sim_pool_take_raw(&world->operations);
    RepOperation *write = sim_pool_at(&world->operations, number);
    *write = (RepOperation){.number = write_number,
                            .key = read->key,
                            .client = read->client,
                            .session = read->session,
                            .region = read->region,
                            .kind = REP_WRITE,
                            .has_context = TRUE,
                            .context = read->context};
    read->context = 0;
    sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, wait), SIM_RANK_CLIENT,
                    rep_client_entity(world, (gsize)group->id), world->edit_handler, number);
}

void rep_edit_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    RepOperation write = *(RepOperation *)sim_pool_at(&world->operations, (guint32)payload);
    sim_pool_give(&world->operations, (guint32)payload);
    if (world->phase >= REP_PHASE_DRAIN) {
        rep_versioned_release(world, &write);
        return;
    }
    rep_operation_begin(world, &write);
    rep_world_carry_out(world);
}

void rep_operation_ended(RepWorld *world, guint32 number, RepOutcome outcome, RepVersion version)
{
    RepOperation *operation = sim_pool_at(&world->operations, number);
    RepGroup *group = &world->groups[operation->client];
    if (G_UNLIKELY(operation->is_edit_read) && outcome == REP_OK) {
        plan_edit(world, group, operation);
        return;
    }
    if (group->script)
        return; /* nothing but its own steps follows */
    if (operation->talk)
        rep_conversation_step_ended(world, operation, outcome, version);
    if (outcome == REP_OK && operation->kind == REP_WRITE && !operation->is_follow_up) {
        if (group->setup->read_after_write.share > 0)
            plan_follow_ups(world, group, operation);
        if (group->setup->conversation.share > 0)
            rep_conversation_begin(world, operation, version);
    }
    gboolean is_extra = operation->is_follow_up && !operation->is_edit_read;
    if (group->setup->rate.closed && !is_extra && world->phase < REP_PHASE_DRAIN)
        plan_thought(world, group, operation->session);
}

/* ---- life --------------------------------------------------------------------------------- */

/* Sessions per region by largest remainder of the shares, at least one where clients live. */
static void place_sessions(RepGroup *group, gsize n_regions)
{
    const double *share = group->setup->from.share;
    const RepClientSetup *setup = group->setup;
    gsize n = (gsize)(setup->script.n > 0  ? setup->script.sessions
                      : setup->rate.closed ? setup->rate.sessions
                                           : setup->sessions);
    g_autofree gsize *count = g_new0(gsize, n_regions);
    gsize placed = 0;
    for (gsize i = 0; i < n_regions; i++) {
        count[i] = share[i] > 0 ? MAX((gsize)1, (gsize)((double)n * share[i])) : 0;
        placed += count[i];
    }
    while (placed < n) {
        gsize best = 0;
        double most = -1;
        for (gsize i = 0; i < n_regions; i++) {
            double missing = (double)n * share[i] - (double)count[i];
            if (share[i] > 0 && missing > most) {
                most = missing;
                best = i;
            }
        }
        count[best]++;
        placed++;
    }
    group->n_sessions = placed;
    group->first_session = g_new0(gsize, n_regions + 1);
    for (gsize i = 0; i < n_regions; i++)
        group->first_session[i + 1] = group->first_session[i] + count[i];
}

static void make_sessions(RepGroup *group, gsize n_regions)
{
    place_sessions(group, n_regions);
    group->sessions = g_aligned_alloc0(group->n_sessions, sizeof(RepSession), CACHE_LINE);
    group->upto_share = g_new0(double, n_regions);
    double sum = 0;
    for (gsize region = 0; region < n_regions; region++) {
        sum += group->setup->from.share[region];
        group->upto_share[region] = sum;
        for (gsize i = group->first_session[region]; i < group->first_session[region + 1]; i++) {
            group->sessions[i].region = (guint32)region;
            group->sessions[i].reads_from = group->sessions[i].first.node = -1;
        }
    }
    /* Rounding must not send the last lot to a region without clients. */
    for (gsize region = n_regions; region-- > 0;) {
        group->upto_share[region] = 2;
        if (group->setup->from.share[region] > 0)
            break;
    }
}

static void make_streams(RepWorld *world, RepGroup *group)
{
    const RepSetup *setup = world->setup;
    SimStream own = sim_stream_named(sim_stream_named(world->root, "client"), group->setup->name);
    group->gaps = sim_stream_named(own, "gap");
    group->choices = sim_stream_named(own, "choice");
    group->thinks = sim_stream_named(own, "think");
    group->retries = sim_stream_named(own, "retry");
    group->follow_ups = sim_stream_named(own, "read after write");
    group->edits = sim_stream_named(own, "edit");
    group->conversations = sim_stream_named(own, "conversation");
    group->lots = sim_stream_named(own, "route");
    group->session_lots = sim_stream_named(own, "session");
    group->steps = sim_stream_named(own, "step");
    SimStream **tables[] = {&group->requests, &group->replies, &group->request_losses,
                            &group->reply_losses};
    const char *purposes[] = {"request", "reply", "request loss", "reply loss"};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        *tables[i] = g_new(SimStream, setup->n_nodes);
        for (gsize node = 0; node < setup->n_nodes; node++)
            (*tables[i])[node] =
                sim_stream_named(sim_stream_named(own, purposes[i]), setup->nodes[node].name);
    }
}

static void init_group(RepWorld *world, int id)
{
    RepGroup *group = &world->groups[id];
    *group = (RepGroup){.id = id, .setup = &world->setup->clients[id], .rate_factor = 1};
    if (group->setup->keys) /* a script names its own */
        sim_keys_prepare(group->setup->keys);
    make_sessions(group, world->setup->n_regions);
    make_streams(world, group);
    rep_memory_init(world, group);
    unsigned entity = rep_client_entity(world, (gsize)id);
    group->arrivals = sim_kernel_add_source(&world->kernel, SIM_RANK_CLIENT, entity, 0,
                                            world->arrival_handler, (guint64)id);
    group->timeouts_slot = sim_kernel_add_source(&world->kernel, SIM_RANK_TIMER, entity, 0,
                                                 world->timeout_handler, (guint64)id);
    sim_ring_init(&group->timeouts, sizeof(RepTimeout), 0);
    if (group->setup->script.n > 0)
        rep_script_init(world, group);
    else if (group->setup->rate.closed)
        for (gsize session = 0; session < group->n_sessions; session++)
            plan_thought(world, group, (guint32)session);
    else {
        group->base_time = sim_arrivals_next(&group->setup->rate.open, group->gaps, 0, 0);
        choose_next(world, group);
        arm_arrival(world, group);
    }
}

void rep_clients_init(RepWorld *world)
{
    world->groups = g_new0(RepGroup, world->setup->n_clients);
    for (gsize id = 0; id < world->setup->n_clients; id++)
        init_group(world, (int)id);
}

void rep_clients_clear(RepWorld *world)
{
    for (gsize id = 0; id < world->setup->n_clients; id++) {
        RepGroup *group = &world->groups[id];
        for (gsize i = 0; i < group->n_sessions; i++) {
            g_free(group->sessions[i].links);
            g_free(group->sessions[i].avoided);
        }
        SimStream *tables[] = {group->requests, group->replies, group->request_losses,
                               group->reply_losses};
        for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
            g_free(tables[i]);
        rep_memory_clear(group);
        rep_script_clear(group);
        g_aligned_free(group->sessions);
        g_free(group->first_session);
        g_free(group->upto_share);
        sim_ring_clear(&group->timeouts);
    }
    g_free(world->groups);
}

void rep_clients_stop(RepWorld *world)
{
    for (gsize id = 0; id < world->setup->n_clients; id++)
        sim_kernel_disarm(&world->kernel, world->groups[id].arrivals);
}
