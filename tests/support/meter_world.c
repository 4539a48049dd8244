/* meter_world.c — random lawful histories with the truth about each; see meter_world.h. */
#include "tests/support/meter_toy.h"

enum { KEYS = 5, LIFE = 6000 };

/* ---- operations --------------------------------------------------------------------------- */

static void end_operation(MeterToy *toy, guint i, RepOutcome outcome)
{
    MeterOperation ended = {.seen = g_array_index(toy->pending, MeterPending, i).seen,
                            .ended = toy->now};
    ended.seen.outcome = (guint8)outcome;
    if (outcome != REP_OK)
        ended.seen.node = -1;
    if (outcome == REP_OK && ended.seen.kind == REP_READ) {
        meter_judge(toy, &ended);
        meter_judge_session(toy, &ended);
    }
    g_array_append_val(toy->world->operations, ended);
    meter_emit(toy, (RepObservation){.kind = REP_OBS_OPERATION_ENDED, .operation = ended.seen});
    g_array_remove_index_fast(toy->pending, i);
}

/* Every third write answers what its session has read last. */
static RepDependency find_dependency(const MeterToy *toy, const RepOperationSeen *write)
{
    for (guint i = toy->world->operations->len; write->number % 3 == 0 && i-- > 0;) {
        const RepOperationSeen *read =
            &g_array_index(toy->world->operations, MeterOperation, i).seen;
        if (read->client == write->client && read->session == write->session &&
            read->kind == REP_READ && read->outcome == REP_OK && read->key != write->key)
            return (RepDependency){.key = read->key, .version = read->version};
    }
    return (RepDependency){0};
}

static void begin_operation(MeterToy *toy)
{
    MeterPending pending = {.seen = {.number = toy->next_number++,
                                     .client = (guint32)meter_draw(toy, METER_CLIENTS),
                                     .session = (guint32)meter_draw(toy, 3),
                                     .region = (guint32)meter_draw(toy, METER_REGIONS),
                                     .kind = (guint8)meter_draw(toy, 2),
                                     .attempts = 1,
                                     .node = -1,
                                     .key = meter_draw(toy, KEYS),
                                     .began = toy->now}};
    if (pending.seen.kind == REP_WRITE)
        pending.seen.depends_on = find_dependency(toy, &pending.seen);
    g_array_append_val(toy->pending, pending);
}

static void append(MeterToy *toy, MeterPending *pending)
{
    if (toy->leader < 0)
        return;
    MeterNode *leader = &toy->nodes[toy->leader];
    MeterEntry entry = {.term = leader->label,
                        .key = pending->seen.key,
                        .index = leader->log->len + 1,
                        .durable = -1,
                        .depends_on = pending->seen.depends_on};
    pending->entry = toy->entries->len;
    pending->progress = METER_APPENDED;
    pending->seen.node = toy->leader;
    pending->seen.version = (RepVersion){.index = entry.index, .term = entry.term};
    g_array_append_val(toy->entries, entry);
    g_array_append_val(leader->log, pending->entry);
    meter_emit(toy, (RepObservation){.kind = REP_OBS_APPENDED,
                                     .appended = {.node = toy->leader,
                                                  .client = pending->seen.client,
                                                  .number = pending->seen.number,
                                                  .key = pending->seen.key,
                                                  .entry = pending->seen.version,
                                                  .depends_on = entry.depends_on}});
}

static void serve(MeterToy *toy, MeterPending *pending)
{
    int n = (int)meter_draw(toy, METER_NODES);
    const MeterNode *node = &toy->nodes[n];
    if (!meter_is_running(node) || !node->is_ready)
        return;
    pending->seen.node = n;
    pending->progress = METER_SERVED;
    for (guint64 i = 0; i < node->shown; i++) {
        const MeterEntry *entry = meter_entry(toy, meter_number(node->log, i));
        if (entry->key == pending->seen.key)
            pending->seen.version = (RepVersion){.index = entry->index, .term = entry->term};
    }
}

/* The answer may be on its way while the entry is cut and carried. */
static void answer(MeterToy *toy, guint i)
{
    if (meter_draw(toy, 2))
        end_operation(toy, i, REP_OK);
    else
        g_array_index(toy->pending, MeterPending, i).progress = METER_ANSWERED;
}

static void go_on(MeterToy *toy)
{
    if (toy->pending->len == 0)
        return;
    guint i = (guint)meter_draw(toy, toy->pending->len);
    MeterPending *pending = &g_array_index(toy->pending, MeterPending, i);
    if (pending->progress == METER_BEGUN && meter_draw(toy, 40) == 0)
        end_operation(toy, i, meter_draw(toy, 4) ? REP_FAILED : REP_NOT_STARTED);
    else if (pending->progress == METER_BEGUN && pending->seen.kind == REP_WRITE)
        append(toy, pending);
    else if (pending->progress == METER_BEGUN)
        serve(toy, pending);
    else if (pending->progress == METER_SERVED && meter_draw(toy, 3))
        end_operation(toy, i, REP_OK);
    else if (pending->progress == METER_APPENDED && toy->leader == pending->seen.node &&
             meter_holds(toy, toy->nodes[toy->leader].log, toy->committed, pending->entry))
        answer(toy, i);
    else if (pending->progress == METER_ANSWERED && meter_draw(toy, 30) == 0) {
        const MeterEntry *entry = meter_entry(toy, pending->entry);
        toy->world->late += entry->carried_to || entry->is_dropped;
        end_operation(toy, i, REP_OK);
    }
}

/* Nothing takes longer than LIFE. */
static void advance(MeterToy *toy, SimSpan by)
{
    for (guint i = toy->pending->len; i-- > 0;)
        if (g_array_index(toy->pending, MeterPending, i).seen.began + LIFE < toy->now + by)
            end_operation(toy, i, REP_UNKNOWN);
    toy->now += by;
}

/* ---- nodes and faults --------------------------------------------------------------------- */

static void emit_leads(MeterToy *toy, RepObservationKind kind, int n, gboolean leads)
{
    meter_emit(
        toy, (RepObservation){
                 .kind = kind,
                 .leadership = {.node = n, .term = toy->nodes[n].label, .leads = (guint32)leads}});
}

static void cease(MeterToy *toy, int n)
{
    if (!toy->nodes[n].leads)
        return;
    toy->nodes[n].leads = FALSE;
    emit_leads(toy, REP_OBS_LEADERSHIP, n, FALSE);
}

/* What it held beyond its disk is no part of the new term. */
static void lead(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    MeterFailover failover = {toy->now, !toy->has_died};
    if (toy->last_leader >= 0 && toy->last_leader != n)
        g_array_append_val(toy->world->failovers, failover);
    toy->last_leader = n;
    toy->has_died = FALSE;
    for (int other = 0; other < METER_NODES; other++)
        if (other != n && (!toy->splits || meter_draw(toy, 2)))
            cease(toy, other);
    meter_truncate(toy, n, node->flushed);
    toy->leader = n;
    node->label = ++toy->term;
    node->leads = node->holds_lease = node->is_ready = TRUE;
    toy->committed = MIN(node->shown, node->flushed);
    g_array_set_size(toy->led, 0);
    if (node->log->len)
        g_array_append_vals(toy->led, node->log->data, node->log->len);
    emit_leads(toy, REP_OBS_LEADERSHIP, n, TRUE);
}

static void change_node(MeterToy *toy, int n, RepNodeState state, gboolean wiped)
{
    meter_emit(toy, (RepObservation){.kind = REP_OBS_NODE_CHANGED,
                                     .node = {.node = n, .state = state, .wiped = (guint32)wiped}});
}

static void crash(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    gboolean wiped = toy->world->world.may_be_wiped[n] && meter_draw(toy, 3) == 0;
    if (node->is_down)
        return;
    advance(toy, 1); /* faults come first at an instant */
    toy->has_died |= n == toy->last_leader && node->leads;
    cease(toy, n);
    meter_truncate(toy, n, wiped ? 0 : node->flushed);
    node->stage[METER_RECEIVED] = MIN(node->stage[METER_RECEIVED], node->flushed);
    node->is_down = TRUE;
    node->is_paused = FALSE;
    toy->world->wipes += wiped ? 1 : 0;
    change_node(toy, n, REP_NODE_DOWN, wiped);
    if (n == toy->leader)
        toy->leader = -1;
}

static void join(MeterToy *toy, int n)
{
    toy->nodes[n].is_absent = FALSE;
    toy->nodes[n].joined = toy->now;
    toy->world->joins++;
    for (guint i = 0; i < toy->main->len; i++)
        for (int s = 0; s < METER_STAGES; s++)
            meter_entry(toy, meter_number(toy->main, i))->counted[n][s] = TRUE;
}

static void rise(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (!node->is_down || (node->is_absent && meter_draw(toy, 4)))
        return;
    node->is_down = FALSE;
    if (node->is_absent)
        join(toy, n);
    change_node(toy, n, REP_NODE_UP, FALSE);
    if (n == 0 && !toy->with_failover)
        lead(toy, n);
}

/* All turn to the new leader and hand over what they cut, before old answers have arrived. */
static void follow_at_once(MeterToy *toy)
{
    for (int n = 0; n < METER_NODES; n++)
        meter_receive(toy, n);
    while (toy->handed->len)
        meter_carry(toy);
}

/* A new leader; or the old one is fenced, and the new one comes later. */
static void change_leader(MeterToy *toy)
{
    int n = (int)meter_draw(toy, METER_NODES);
    if (!toy->with_failover || (toy->leader >= 0 && meter_draw(toy, 4)))
        return;
    if (toy->leader >= 0 && meter_draw(toy, 2)) {
        cease(toy, toy->leader);
        toy->leader = -1;
    } else if (meter_is_running(&toy->nodes[n]) && toy->nodes[n].is_ready) {
        lead(toy, n);
        if (toy->carries && meter_draw(toy, 2))
            follow_at_once(toy);
    }
}

/* A lease lapses or holds again, a node pauses or goes on, an old leader notices. */
static void waver(MeterToy *toy, int n)
{
    MeterNode *node = &toy->nodes[n];
    if (!toy->splits)
        return;
    if (meter_draw(toy, 3) == 0 && node->leads && n != toy->leader) {
        cease(toy, n);
    } else if (meter_draw(toy, 2) && node->leads) {
        node->holds_lease = !node->holds_lease;
        emit_leads(toy, REP_OBS_LEASE, n, node->holds_lease);
    } else if (!node->is_down) {
        node->is_paused = !node->is_paused;
        change_node(toy, n, node->is_paused ? REP_NODE_PAUSED : REP_NODE_UP, FALSE);
    }
}

static void toggle_fault(MeterToy *toy)
{
    guint32 fault = (guint32)meter_draw(toy, METER_FAULTS);
    gboolean begins = toy->active[fault] == 0 || meter_draw(toy, 4) == 0;
    GArray *occurrences = toy->world->occurrences;
    advance(toy, 1); /* faults come first at an instant */
    if (begins) {
        MeterOccurrence occurrence = {(int)fault, toy->now, SIM_NEVER};
        g_array_append_val(occurrences, occurrence);
        toy->active[fault]++;
    } else {
        toy->active[fault]--;
        for (guint i = 0; i < occurrences->len; i++) {
            MeterOccurrence *occurrence = &g_array_index(occurrences, MeterOccurrence, i);
            if (occurrence->fault != (int)fault || occurrence->to != SIM_NEVER)
                continue;
            occurrence->to = toy->now;
            break;
        }
    }
    meter_emit(toy, (RepObservation){.kind = begins ? REP_OBS_FAULT_BEGAN : REP_OBS_FAULT_ENDED,
                                     .fault = {.fault = fault}});
}

/* ---- a run -------------------------------------------------------------------------------- */

static void step(MeterToy *toy, gboolean is_draining)
{
    int n = (int)meter_draw(toy, METER_NODES);
    guint64 what = meter_draw(toy, 1000);
    if (meter_draw(toy, 3))
        advance(toy, (SimSpan)meter_draw(toy, meter_draw(toy, 50) ? 100 : 1500));
    if (toy->handed->len && meter_draw(toy, 10) == 0)
        meter_carry(toy);
    else if (what < 270)
        is_draining ? go_on(toy) : begin_operation(toy);
    else if (what < 690)
        go_on(toy);
    else if (what < 780)
        meter_flush(toy, toy->leader >= 0 && meter_draw(toy, 2) ? toy->leader : n);
    else if (what < 850)
        meter_receive(toy, n);
    else if (what < 940) /* the leader is ahead of the others, so that reads are stale */
        meter_apply_or_commit(toy, toy->leader >= 0 && meter_draw(toy, 2) ? toy->leader : n);
    else if (what < 960)
        rise(toy, n);
    else if (what < 967)
        crash(toy, n);
    else if (what < 972)
        waver(toy, n);
    else if (what < 977)
        meter_install(toy, n);
    else if (what < 991)
        change_leader(toy);
    else
        toggle_fault(toy);
}

static void finish(MeterToy *toy)
{
    MeterWorld *world = toy->world;
    while (toy->pending->len)
        end_operation(toy, toy->pending->len - 1, REP_UNKNOWN);
    advance(toy, 1 + (SimSpan)meter_draw(toy, 1000));
    world->end = toy->now;
    for (guint i = 0; i < world->operations->len; i++) {
        MeterOperation *write = &g_array_index(world->operations, MeterOperation, i);
        if (write->seen.kind == REP_WRITE && write->seen.outcome == REP_OK)
            meter_find_fate(toy, write);
    }
    for (guint i = 0; i < toy->main->len; i++) {
        const MeterEntry *entry = meter_entry(toy, meter_number(toy->main, i));
        for (int n = 0; n < METER_NODES; n++)
            for (int s = 0; s < METER_STAGES; s++) {
                MeterLag lag = {n, s, entry->durable, toy->now, TRUE};
                if (!entry->counted[n][s] && world->world.follows[n] && !toy->nodes[n].is_absent)
                    g_array_append_val(world->lags, lag);
            }
    }
    meter_note_levels(toy);
    RepObservation last = {
        .kind = REP_OBS_PHASE, .at = toy->now, .phase = {.phase = REP_PHASE_END, .drained = 1}};
    g_array_append_val(world->observed, last);
}

static void describe(MeterWorld *world, guint features)
{
    gboolean with_failover = (features & METER_FAILOVER) != 0;
    static const char *const nodes[] = {"n0", "n1", "n2", "n3"},
                             *const regions[] = {"east", "west"}, *const clients[] = {"app", "web"},
                             *const faults[] = {"cut", "dead"};
    static const int node_regions[] = {0, 1, 0, 1};
    static const gboolean client_regions[] = {TRUE, TRUE}, all[] = {TRUE, TRUE, TRUE, TRUE},
                          not_0[] = {FALSE, TRUE, TRUE, TRUE}, some[] = {TRUE, FALSE, TRUE, FALSE},
                          none[METER_NODES], last[] = {FALSE, FALSE, FALSE, TRUE};
    static const SimSpan lives[] = {LIFE, LIFE};
    world->world = (AnaWorld){.nodes = nodes,
                              .node_regions = node_regions,
                              .n_nodes = METER_NODES,
                              .regions = regions,
                              .n_regions = METER_REGIONS,
                              .client_regions = client_regions,
                              .clients = clients,
                              .client_lives = lives,
                              .n_clients = METER_CLIENTS,
                              .faults = faults,
                              .n_faults = METER_FAULTS,
                              .follows = with_failover ? all : not_0,
                              .answers = all,
                              .may_be_wiped = none,
                              .events = ANA_CAN_FAIL_OVER | ANA_CAN_DIVERGE | ANA_CAN_CONFLICT |
                                        ANA_SESSIONS_RETURN | ANA_SESSIONS_TALK,
                              .downtime_floor = 500,
                              .has_reads = TRUE,
                              .has_writes = TRUE};
    if (features & METER_WIPES)
        world->world.may_be_wiped = some;
    if (features & METER_JOINS)
        world->world.joins = last;
}

static void open_toy(MeterToy *toy, guint features)
{
    toy->with_failover = (features & METER_FAILOVER) != 0;
    toy->coarse = (features & METER_COARSE_TERMS) != 0;
    toy->splits = (features & METER_SPLITS) != 0;
    toy->carries = (features & METER_CARRIES) != 0;
    toy->joins = (features & METER_JOINS) != 0;
    toy->entries = g_array_new(FALSE, TRUE, sizeof(MeterEntry));
    toy->main = g_array_new(FALSE, TRUE, sizeof(guint));
    toy->pending = g_array_new(FALSE, TRUE, sizeof(MeterPending));
    toy->led = g_array_new(FALSE, TRUE, sizeof(guint));
    toy->handed = g_array_new(FALSE, TRUE, sizeof(guint));
    for (int n = 0; n < METER_NODES; n++) {
        gboolean is_absent = toy->joins && toy->world->world.joins[n];
        toy->nodes[n] = (MeterNode){.log = g_array_new(FALSE, TRUE, sizeof(guint)),
                                    .is_down = is_absent,
                                    .is_absent = is_absent,
                                    .is_ready = !is_absent};
    }
    meter_note_levels(toy);
    for (int n = 0; n < METER_NODES; n++)
        if (toy->nodes[n].is_absent)
            change_node(toy, n, REP_NODE_DOWN, FALSE);
    lead(toy, 0);
}

MeterWorld *meter_world_new(guint64 seed, guint steps, guint features)
{
    MeterWorld *world = g_new0(MeterWorld, 1);
    world->observed = g_array_new(FALSE, TRUE, sizeof(RepObservation));
    world->operations = g_array_new(FALSE, TRUE, sizeof(MeterOperation));
    world->lags = g_array_new(FALSE, TRUE, sizeof(MeterLag));
    world->levels = g_array_new(FALSE, TRUE, sizeof(MeterLevel));
    world->occurrences = g_array_new(FALSE, TRUE, sizeof(MeterOccurrence));
    world->accepting = g_array_new(FALSE, TRUE, sizeof(MeterAccepting));
    world->failovers = g_array_new(FALSE, TRUE, sizeof(MeterFailover));
    world->applied = g_array_new(FALSE, TRUE, sizeof(MeterApplied));
    world->conflicts = g_array_new(FALSE, TRUE, sizeof(SimTime));
    describe(world, features);
    MeterToy toy = {.world = world, .random = seed, .last_leader = -1};
    open_toy(&toy, features);
    for (guint i = 0; i < steps; i++) {
        if (i == steps / 10)
            world->world.warmup = toy.now;
        if (i == steps - steps / 20)
            world->world.duration = toy.now + 1;
        step(&toy, i >= steps - steps / 20);
    }
    finish(&toy);
    for (int n = 0; n < METER_NODES; n++)
        g_array_free(toy.nodes[n].log, TRUE);
    g_array_free(toy.entries, TRUE);
    g_array_free(toy.main, TRUE);
    g_array_free(toy.pending, TRUE);
    g_array_free(toy.led, TRUE);
    g_array_free(toy.handed, TRUE);
    return world;
}

void meter_world_free(MeterWorld *world)
{
    if (!world)
        return;
    g_array_free(world->observed, TRUE);
    g_array_free(world->operations, TRUE);
    g_array_free(world->lags, TRUE);
    g_array_free(world->levels, TRUE);
    g_array_free(world->occurrences, TRUE);
    g_array_free(world->accepting, TRUE);
    g_array_free(world->failovers, TRUE);
    g_array_free(world->applied, TRUE);
    g_array_free(world->conflicts, TRUE);
    g_free(world);
}
