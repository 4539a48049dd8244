/* world_view.c — see world_view.h. */
#include "cli/world_view.h"

#include "models/policies/policy.h"

/* Longest time between the arrival of an operation and the end of its last attempt. Only constant
 * pauses between attempts have a longest value. */
static SimSpan longest_life(const RepClientSetup *client)
{
    gint64 retries = client->retry.times;
    if (retries == 0)
        return client->timeout;
    if (client->retry.after && !sim_dist_is_constant(client->retry.after))
        return SIM_NEVER;
    double pause = client->retry.after ? sim_dist_mean(client->retry.after, 0) : 0;
    double life = (double)client->timeout * (double)(retries + 1) + pause * (double)retries;
    return life < 0x1p62 ? (SimSpan)life : SIM_NEVER;
}

/* Nodes whose disk the fault can destroy: those it names, or any where that is decided only when it
 * strikes. */
static void mark_wiped(const RepSetup *setup, const RepFaultSetup *fault, gboolean *wiped)
{
    const RepTarget *target = &fault->aim.target;
    const RepPlaceList *named = target->kind == REP_TARGET_EACH ? &fault->each : &target->places;
    gboolean is_named = target->kind == REP_TARGET_PLACES || target->kind == REP_TARGET_SOME ||
                        target->kind == REP_TARGET_EACH;
    for (gsize n = 0; n < setup->n_nodes; n++)
        wiped[n] |= !is_named;
    for (gsize i = 0; is_named && i < named->n; i++)
        for (gsize n = 0; n < setup->n_nodes; n++)
            wiped[n] |= named->places[i].kind == REP_PLACE_NODE
                            ? named->places[i].id == (int)n
                            : named->places[i].id == setup->nodes[n].region;
}

static void view_nodes(AnaWorld *world, const RepSetup *setup)
{
    const char **names = g_new0(const char *, setup->n_nodes + 1);
    int *regions = g_new0(int, setup->n_nodes + 1);
    gsize n_logs = (gsize)setup->policy->logs(setup);
    gboolean *follows = g_new0(gboolean, n_logs * setup->n_nodes + 1);
    gboolean *answers = g_new0(gboolean, setup->n_nodes + 1);
    gboolean *wiped = g_new0(gboolean, setup->n_nodes + 1);
    gboolean *joins = g_new0(gboolean, setup->n_nodes + 1);
    for (gsize i = 0; i < setup->n_nodes; i++) {
        names[i] = setup->nodes[i].name;
        regions[i] = setup->nodes[i].region;
        for (gsize log = 0; log < n_logs; log++)
            follows[log * setup->n_nodes + i] = setup->policy->follows(setup, (int)i, (int)log);
        answers[i] = setup->policy->answers_reads(setup, (int)i);
        joins[i] = rep_setup_joins(setup, (int)i);
    }
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].wipe)
            mark_wiped(setup, &setup->faults[i], wiped);
    world->nodes = names;
    world->node_regions = regions;
    world->n_nodes = setup->n_nodes;
    world->n_logs = n_logs;
    world->follows = follows;
    world->answers = answers;
    world->may_be_wiped = wiped;
    world->joins = joins;
}

static guint possible_events(const RepSetup *setup)
{
    static const struct {
        guint event, bit;
    } bits[] = {{REP_MAY_FAIL_OVER, ANA_CAN_FAIL_OVER}, {REP_MAY_DIVERGE, ANA_CAN_DIVERGE},
                {REP_MAY_CONFLICT, ANA_CAN_CONFLICT},   {REP_MAY_PROMISE, ANA_SESSIONS_RETURN},
                {REP_MAY_HINT, ANA_HAS_HINTS},          {REP_MAY_FORESEE, ANA_HAS_WARS}};
    guint possible = setup->policy->events ? setup->policy->events(setup) : 0, events = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(bits); i++)
        events |= possible & bits[i].event ? bits[i].bit : 0;
    return events;
}

static void view_clients(AnaWorld *world, const RepSetup *setup)
{
    const char **names = g_new0(const char *, setup->n_clients + 1);
    SimSpan *lives = g_new0(SimSpan, setup->n_clients + 1);
    gboolean *regions = g_new0(gboolean, setup->n_regions + 1);
    for (gsize i = 0; i < setup->n_clients; i++) {
        const RepClientSetup *client = &setup->clients[i];
        names[i] = client->name;
        lives[i] = longest_life(client);
        for (gsize r = 0; r < client->from.n; r++)
            regions[r] |= client->from.share[r] > 0;
        world->has_writes |= client->reads < 1;
        gboolean reads_again = client->reads < 1 && client->read_after_write.share > 0;
        gboolean edits = client->reads < 1 && client->write == REP_WRITE_EDIT;
        gboolean talks = client->reads < 1 && client->conversation.share > 0;
        world->has_reads |= client->reads > 0 || reads_again || talks || edits;
        world->events |=
            (reads_again || talks ? ANA_SESSIONS_RETURN : 0u) | (talks ? ANA_SESSIONS_TALK : 0u);
    }
    world->clients = names;
    world->client_lives = lives;
    world->client_regions = regions;
    world->n_clients = setup->n_clients;
}

static AnaMerge merge_of(const RepConflictRule *rule, const void *rule_setup)
{
    static const AnaMerge merges[] = {[REP_MERGE_COUNTER] = ANA_MERGE_COUNTER,
                                      [REP_MERGE_SET] = ANA_MERGE_SET,
                                      [REP_MERGE_SEQUENCE] = ANA_MERGE_SEQUENCE};
    return rule == &rep_conflict_merge ? merges[*(const int *)rule_setup] : ANA_MERGE_NONE;
}

/* A step asks the node that it names, whoever answers otherwise. */
static void view_steps(AnaWorld *world, const RepSetup *setup, gboolean *answers)
{
    for (gsize c = 0; c < setup->n_clients; c++)
        world->n_steps += setup->clients[c].script.n;
    AnaStep *steps = g_new0(AnaStep, world->n_steps + 1);
    gsize n = 0;
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++) {
            const RepStepSetup *step = &setup->clients[c].script.steps[i];
            char digits[24];
            const char *value = step->value ? step->value : step->name ? step->name : "unnamed";
            steps[n++] =
                (AnaStep){.client = (guint32)c,
                          .number = i,
                          .name = g_intern_string(step->name),
                          .key = step->key,
                          .key_text = g_intern_string(rep_key_text(setup, step->key, digits)),
                          .value = step->keys[0] ? g_intern_string(value) : NULL,
                          .session = g_intern_string(step->session),
                          .session_number = step->session_number};
            if (step->kind == REP_READ && step->to >= 0)
                answers[step->to] = TRUE;
        }
    world->steps = steps;
}

CliWorldView *cli_world_view_new(const RepSetup *setup)
{
    CliWorldView *view = g_new0(CliWorldView, 1);
    AnaWorld *world = &view->world;
    view_nodes(world, setup);
    view_clients(world, setup);
    view_steps(world, setup, (gboolean *)world->answers);
    const char **faults = g_new0(const char *, setup->n_faults + 1);
    for (gsize i = 0; i < setup->n_faults; i++)
        faults[i] = setup->faults[i].name;
    world->events |= possible_events(setup);
    const void *rule_setup = NULL;
    const RepConflictRule *rule =
        setup->policy->conflict_rule ? setup->policy->conflict_rule(setup, &rule_setup) : NULL;
    world->events |= rule ? ANA_HAS_VERSIONS : 0u;
    world->merge = merge_of(rule, rule_setup);
    world->stamps_order = rule && rule->orders;
    world->writes_queue = setup->policy->memory && setup->policy->memory(setup).orders_writes;
    world->faults = faults;
    world->n_faults = setup->n_faults;
    world->regions = (const char *const *)setup->regions;
    world->n_regions = setup->n_regions;
    world->warmup = setup->warmup;
    world->duration = setup->duration;
    world->downtime_floor = setup->downtime_floor;
    return view;
}

void cli_world_view_free(CliWorldView *view)
{
    if (!view)
        return;
    g_free((gpointer)view->world.nodes);
    g_free((gpointer)view->world.node_regions);
    g_free((gpointer)view->world.follows);
    g_free((gpointer)view->world.answers);
    g_free((gpointer)view->world.may_be_wiped);
    g_free((gpointer)view->world.joins);
    g_free((gpointer)view->world.clients);
    g_free((gpointer)view->world.client_lives);
    g_free((gpointer)view->world.client_regions);
    g_free((gpointer)view->world.faults);
    g_free((gpointer)view->world.steps);
    g_free(view);
}
