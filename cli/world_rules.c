/* world_rules.c — see world_rules.h. */
#include "cli/world_rules.h"

#include "models/clock.h"
#include "models/message.h"
#include "models/policies/chain/state.h"
#include "models/policies/leaderless.h"
#include "models/policies/multi_leader.h"
#include "models/policies/single_leader.h"
#include "models/policies/single_leader/failover.h"

/* Longer than any of the times that are compared with it; for what has no longest value. */
#define SURELY 0.999999999
#define REST_MIN (30 * SIM_S)

static gboolean contains(const RepIdList *list, int node)
{
    for (gsize i = 0; i < list->n; i++)
        if (list->ids[i] == node)
            return TRUE;
    return FALSE;
}

/* ---- what faults can do ------------------------------------------------------------------- */

static gboolean has_fault(const RepSetup *setup, RepFaultKind kind)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].kind == (int)kind)
            return TRUE;
    return FALSE;
}

static gboolean may_wipe(const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].wipe)
            return TRUE;
    return FALSE;
}

static double largest_loss(const RepSetup *setup)
{
    double loss = 0;
    for (gsize i = 0; i < setup->network.n_links; i++)
        loss = MAX(loss, setup->network.links[i].loss);
    return loss;
}

static gboolean has_bandwidth(const RepSetup *setup)
{
    for (gsize i = 0; i < setup->network.n_links; i++)
        if (setup->network.links[i].bits_per_s > 0)
            return TRUE;
    for (gsize i = 0; i < setup->n_faults; i++)
        if (setup->faults[i].bits_per_s > 0)
            return TRUE;
    return FALSE;
}

/* Every message sent arrives, and everybody can reach everybody who runs. */
static gboolean links_hold(const RepSetup *setup)
{
    static const RepFaultKind breaking[] = {REP_FAULT_ISOLATE, REP_FAULT_PARTITION, REP_FAULT_CUT,
                                            REP_FAULT_LOSE, REP_FAULT_CORRUPT};
    for (gsize i = 0; i < G_N_ELEMENTS(breaking); i++)
        if (has_fault(setup, breaking[i]))
            return FALSE;
    return largest_loss(setup) <= 0;
}

/* ---- what the policy promises ------------------------------------------------------------- */

/* Followers without an upstream: whoever leads, at least so many hang on it. */
static guint64 hanging_on_the_leader(const RepSingleLeaderSetup *policy)
{
    guint64 n = 0;
    for (gsize i = 0; i < policy->followers.n; i++)
        n += !policy->upstream.to || policy->upstream.to[policy->followers.ids[i]] < 0;
    return n;
}

static guint64 confirmations(const RepSingleLeaderSetup *policy)
{
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return 0;
    case REP_ACK_SEMI_SYNC:
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
    case REP_ACK_EACH:
        return (guint64)policy->ack_count;
    case REP_ACK_SYNC_ALL:
        return hanging_on_the_leader(policy);
    case REP_ACK_IN_SYNC:
        return (guint64)policy->ack_min - 1;
    case REP_ACK_SYNC:
        return 1;
    case REP_ACK_MAJORITY:
        return (policy->followers.n + 1) / 2;
    }
    return 0;
}

static gboolean confirms(const RepSetup *setup, const RepSingleLeaderSetup *policy, int node)
{
    gboolean is_member = node == policy->leader || contains(&policy->followers, node);
    switch ((RepAckRule)policy->ack) {
    case REP_ACK_ASYNC:
        return FALSE;
    case REP_ACK_SYNC:
        return node == policy->ack_node;
    case REP_ACK_FIRST:
    case REP_ACK_ANY:
        return contains(&policy->ack_nodes, node);
    case REP_ACK_EACH:
        for (gsize i = 0; is_member && i < policy->ack_regions.n; i++)
            if (policy->ack_regions.places[i].id == setup->nodes[node].region)
                return TRUE;
        return FALSE;
    case REP_ACK_SEMI_SYNC:
    case REP_ACK_SYNC_ALL:
    case REP_ACK_IN_SYNC:
    case REP_ACK_MAJORITY:
        return is_member;
    }
    return FALSE;
}

/* Each region of each(…) is a group; other rules have one. */
static void group(AnaRules *rules, guint *groups, const RepSetup *setup,
                  const RepSingleLeaderSetup *policy)
{
    rules->n_groups = policy->ack == REP_ACK_EACH ? (guint)policy->ack_regions.n : 1;
    rules->first_leader = policy->leader;
    for (gsize i = 0; i < setup->n_nodes; i++)
        for (guint k = 0; policy->ack == REP_ACK_EACH && k < rules->n_groups; k++)
            if (policy->ack_regions.places[k].id == setup->nodes[i].region)
                groups[i] = k;
}

static AnaPoint point_of(const RepSingleLeaderSetup *policy)
{
    switch ((RepAckPoint)policy->ack_point) {
    case REP_POINT_FLUSHED:
        return ANA_POINT_FLUSHED;
    case REP_POINT_RECEIVED:
        return ANA_POINT_RECEIVED;
    case REP_POINT_APPLIED:
        return ANA_POINT_APPLIED;
    }
    return ANA_POINT_FLUSHED;
}

/* Leader (where its own flush comes first) and confirming followers together meet every majority,
 * and a lost disk never takes a confirmation back. */
static gboolean elects_complete(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    gsize members = 1 + policy->followers.n;
    guint64 itself = policy->leader_ack == REP_LEADER_ACK_FLUSHED ? 1 : 0;
    gboolean counts_all = policy->ack == REP_ACK_SEMI_SYNC || policy->ack == REP_ACK_MAJORITY;
    return failover->rule == REP_FAILOVER_ON && failover->elect == REP_ELECT_RAFT && counts_all &&
           itself + confirmations(policy) + members / 2 + 1 > members &&
           policy->ack_timeout == SIM_NEVER && policy->ack_point != REP_POINT_RECEIVED &&
           !may_wipe(setup);
}

/* Followers show what has committed, and that is never lost: because elections see to it, or
 * because the leader has it on its disk and always leads again. */
static gboolean keeps_shown(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    gboolean never_replaced =
        policy->failover.rule == REP_FAILOVER_NEVER && !has_fault(setup, REP_FAULT_PROMOTE);
    return policy->follower_shows == REP_SHOWS_COMMITTED &&
           policy->visible == REP_VISIBLE_ON_COMMIT &&
           policy->leader_ack == REP_LEADER_ACK_FLUSHED && !may_wipe(setup) &&
           (never_replaced || elects_complete(setup, policy));
}

static gboolean has_step(const RepSetup *setup, gboolean (*is_such)(const RepStepSetup *step))
{
    for (gsize c = 0; c < setup->n_clients; c++)
        for (gsize i = 0; i < setup->clients[c].script.n; i++)
            if (is_such(&setup->clients[c].script.steps[i]))
                return TRUE;
    return FALSE;
}

static gboolean asks_node(const RepStepSetup *step)
{
    return step->kind == REP_READ && step->to >= 0;
}

/* Only the leader answers reads; it has what it acknowledged or showed on its disk, and leads again
 * after whatever happened, or another leads that has it all, and that made sure that it leads. */
static gboolean is_linearizable(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    if (has_step(setup, asks_node))
        return FALSE;
    gboolean never_replaced =
        policy->failover.rule == REP_FAILOVER_NEVER && !has_fault(setup, REP_FAULT_PROMOTE);
    gboolean by_leader = policy->reads == REP_READS_LEADER ||
                         policy->reads == REP_READS_LEADER_LEASE ||
                         policy->reads == REP_READS_LEADER_INDEX;
    return by_leader && policy->visible == REP_VISIBLE_ON_COMMIT &&
           policy->leader_ack == REP_LEADER_ACK_FLUSHED && !may_wipe(setup) &&
           (never_replaced ||
            (policy->reads == REP_READS_LEADER_INDEX && elects_complete(setup, policy)));
}

/* Who has to agree, by which messages, and what monitors promise. */
static void elect(AnaRules *rules, const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    gboolean by_monitors = failover->elect == REP_ELECT_MONITORS;
    gboolean by_hand = has_fault(setup, REP_FAULT_PROMOTE);
    rules->kinds = (AnaKinds){.vote = REP_MESSAGE_POLICY + REP_MESSAGE_VOTE,
                              .grant = REP_MESSAGE_POLICY + REP_MESSAGE_GRANT,
                              .heartbeat = REP_MESSAGE_POLICY + REP_MESSAGE_HEARTBEAT,
                              .answer = REP_MESSAGE_POLICY + REP_MESSAGE_HEARTBEAT_OK,
                              .request_vote = REP_MESSAGE_POLICY + REP_MESSAGE_REQUEST_VOTE,
                              .voted = REP_MESSAGE_POLICY + REP_MESSAGE_VOTED,
                              .ack = REP_MESSAGE_POLICY + REP_MESSAGE_ACK,
                              .resume = REP_MESSAGE_POLICY + REP_MESSAGE_RESUME,
                              .entries = REP_MESSAGE_POLICY + REP_MESSAGE_ENTRIES,
                              .report_received = REP_MESSAGE_POLICY + REP_MESSAGE_REPORT_RECEIVED,
                              .report_flushed = REP_MESSAGE_POLICY + REP_MESSAGE_REPORT_FLUSHED,
                              .poll = REP_MESSAGE_POLICY + REP_MESSAGE_POLL,
                              .committed = REP_MESSAGE_POLICY + REP_MESSAGE_COMMITTED,
                              .snapshot = REP_MESSAGE_POLICY + REP_MESSAGE_SNAPSHOT};
    if (failover->rule != REP_FAILOVER_ON)
        return;
    /* By hand members stand as candidates; monitors are overruled. */
    rules->decides = !by_monitors ? ANA_DECIDED_BY_MEMBERS
                     : by_hand    ? ANA_DECIDED_ANYHOW
                                  : ANA_DECIDED_BY_MONITORS;
    if (!by_monitors)
        return;
    rules->detect = failover->detect;
    rules->lease = failover->fence == REP_FENCE_LEASE ? failover->lease : 0;
    rules->ranks_candidates = !by_hand && failover->promote == REP_PROMOTE_MOST_CAUGHT_UP;
    rules->limits_lag = failover->max_lag != SIM_NEVER;
    if (!failover->takes)
        return;
    rules->promotion_min = (SimSpan)sim_dist_quantile(failover->takes, 1 - SURELY, 0);
    rules->promotion_max = (SimSpan)sim_dist_quantile(failover->takes, SURELY, 0);
}

static void promise_sessions(AnaRules *rules, const RepSetup *setup,
                             const RepSingleLeaderSetup *policy)
{
    RepMemoryRule memory = rep_session_memory(setup);
    /* Two leaders at once may take writes of a session in any order. */
    gboolean has_one_leader = rules->fences || rules->elects_complete;
    rules->sessions = (AnaSessionRules){
        .own_writes = memory.own_writes,
        .reads = memory.reads,
        .causes = memory.causes,
        .writes = memory.orders_writes && has_one_leader,
        .keeps_node = rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY) &&
                      !rep_session_uses_tokens(policy) && !has_step(setup, asks_node) &&
                      (policy->reads == REP_READS_ANY || policy->reads == REP_READS_NEAREST ||
                       policy->reads == REP_READS_STICKY),
        .newest = has_one_leader && !has_step(setup, asks_node) &&
                  (policy->reads == REP_READS_LEADER_INDEX ||
                   (policy->reads == REP_READS_LEADER_LEASE &&
                    (rules->fences || rep_clocks_keep_pace(setup))))};
}

static void promise(AnaRules *rules, const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    const RepFailoverSetup *failover = &policy->failover;
    gboolean has_failover = failover->rule == REP_FAILOVER_ON;
    gboolean by_monitors = has_failover && failover->elect == REP_ELECT_MONITORS;
    rules->confirmations = confirmations(policy);
    rules->leader_confirms = policy->ack == REP_ACK_SYNC || policy->ack == REP_ACK_FIRST ||
                             policy->ack == REP_ACK_ANY || policy->ack == REP_ACK_EACH;
    rules->upstream = policy->upstream.to;
    rules->point = point_of(policy);
    rules->spares_joining = policy->ack == REP_ACK_SYNC_ALL;
    rules->overtaking = UINT64_C(1) << (REP_MESSAGE_POLICY + REP_MESSAGE_SNAPSHOT);
    rules->spares_previous = policy->ack == REP_ACK_SYNC_ALL;
    rules->acks_unflushed = policy->leader_ack == REP_LEADER_ACK_APPENDED;
    if (policy->ack == REP_ACK_IN_SYNC) {
        rules->in_sync_min = (guint64)policy->ack_min;
        rules->in_sync_evict = policy->ack_evict;
        rules->in_sync_leads = by_monitors && failover->promote == REP_PROMOTE_IN_SYNC &&
                               !has_fault(setup, REP_FAULT_PROMOTE);
    }
    rules->reports_in_turn = policy->ack_messages == REP_ACK_MESSAGES_EACH_STAGE;
    /* What free links lose is sent again without a question. */
    rules->asks = policy->pull != REP_PULL_NONE && setup->network.order == REP_ORDER_FIFO;
    rules->shows_committed = policy->follower_shows == REP_SHOWS_COMMITTED;
    rules->keeps_shown = keeps_shown(setup, policy);
    rules->is_linearizable = is_linearizable(setup, policy);
    rules->may_fall_back = policy->ack_timeout != SIM_NEVER;
    rules->fences = !has_failover || (by_monitors && failover->fence == REP_FENCE_TRUE);
    rules->commits_own_term = has_failover && failover->elect == REP_ELECT_RAFT;
    rules->elects_complete = elects_complete(setup, policy);
    rules->promotes_furthest = by_monitors && failover->fence == REP_FENCE_TRUE &&
                               failover->promote == REP_PROMOTE_MOST_CAUGHT_UP &&
                               failover->max_lag == SIM_NEVER && !may_wipe(setup) &&
                               links_hold(setup) && !has_fault(setup, REP_FAULT_PROMOTE);
    elect(rules, setup, policy);
    promise_sessions(rules, setup, policy);
}

/* ---- coming to rest ----------------------------------------------------------------------- */

static double slowest(const RepSetup *setup)
{
    double delay = sim_dist_quantile(setup->network.within, SURELY, 0);
    for (gsize i = 0; i < setup->network.n_links; i++)
        if (setup->network.links[i].delay)
            delay = MAX(delay, sim_dist_quantile(setup->network.links[i].delay, SURELY, 0));
    return delay;
}

/* A message that is lost twice on an ordered stream comes so much later (network.h). */
#define LOST_TWICE ((double)(600 * SIM_MS))

/* A detector that errs for ever keeps a healthy cluster from its rest. */
static gboolean detects_well(const RepSetup *setup, const RepFailoverSetup *failover)
{
    if (failover->rule == REP_FAILOVER_NEVER)
        return TRUE;
    double patience = failover->elect == REP_ELECT_RAFT
                          ? sim_dist_quantile(failover->election_timeout, 1e-9, 0)
                          : (double)failover->detect;
    double late = largest_loss(setup) > 0 ? LOST_TWICE : 0;
    return patience > 2 * ((double)rep_heartbeat_of(setup) + 2 * slowest(setup)) + late;
}

/* What goes wrong is over at some time. */
static gboolean all_return(const RepSetup *setup)
{
    for (gsize i = 0; i < setup->n_faults; i++) {
        const RepFaultSetup *fault = &setup->faults[i];
        gboolean is_instant = fault->kind == REP_FAULT_PROMOTE || fault->kind == REP_FAULT_JOIN;
        if (fault->every || fault->crews || (!fault->duration && !is_instant))
            return FALSE;
        /* Who may never come is waited for. */
        if (fault->kind == REP_FAULT_JOIN &&
            (fault->chance < 1 || fault->aim.target.kind != REP_TARGET_PLACES))
            return FALSE;
    }
    return TRUE;
}

/* Retransmissions back off without limit, and a narrow link may need longer than the drain. */
static gboolean faults_end(const RepSetup *setup)
{
    return all_return(setup) && setup->drain >= REST_MIN && largest_loss(setup) <= 0.05 &&
           !has_bandwidth(setup);
}

/* A session sends a write when the one before was acknowledged, and that takes as long as something
 * waits on purpose: with many to send it takes longer than the drain. */
static gboolean sessions_queue(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    return rep_session_memory(setup).orders_writes &&
           (policy->batch != REP_BATCH_NONE || policy->pull != REP_PULL_NONE ||
            policy->ack_point == REP_POINT_APPLIED);
}

static gboolean must_rest(const RepSetup *setup, const RepSingleLeaderSetup *policy)
{
    if (sessions_queue(setup, policy))
        return FALSE;
    /* Where all have lost their disks, nobody is promoted. */
    if (may_wipe(setup) && policy->failover.rule == REP_FAILOVER_ON &&
        policy->failover.elect == REP_ELECT_MONITORS)
        return FALSE;
    /* What a raft leader inherits may wait for a write of its own, and none comes. */
    if (policy->follower_shows == REP_SHOWS_COMMITTED && policy->failover.rule == REP_FAILOVER_ON &&
        policy->failover.elect == REP_ELECT_RAFT)
        return FALSE;
    /* By hand somebody may be promoted who is about to die. */
    if (has_fault(setup, REP_FAULT_PROMOTE) &&
        (has_fault(setup, REP_FAULT_CRASH) || has_fault(setup, REP_FAULT_KILL)))
        return FALSE;
    return faults_end(setup) && detects_well(setup, &policy->failover);
}

/* ---- a chain ------------------------------------------------------------------------------ */

/* What has committed is on the disk of everybody in the chain, and only they answer reads. */
static void promise_chain(AnaRules *rules, const RepSetup *setup, const RepChainSetup *policy)
{
    gboolean is_fenced = !policy->fails_over || policy->fence == REP_CHAIN_FENCE_TRUE;
    double patience = (double)policy->detect;
    rules->fences = is_fenced;
    rules->elects_complete = !may_wipe(setup);
    rules->overtaking = UINT64_C(1) << (REP_MESSAGE_POLICY + REP_CHAIN_SNAPSHOT);
    rules->dead_may_keep = !all_return(setup);
    rules->is_linearizable = is_fenced && !may_wipe(setup);
    rules->must_rest = faults_end(setup) && !may_wipe(setup) &&
                       (!policy->fails_over ||
                        patience > 2 * ((double)rep_chain_heartbeat(setup) + 2 * slowest(setup)));
}

/* ---- places and faults -------------------------------------------------------------------- */

static gboolean is_cut(const RepFaultSetup *fault)
{
    return fault->kind == REP_FAULT_ISOLATE || fault->kind == REP_FAULT_PARTITION ||
           fault->kind == REP_FAULT_CUT;
}

/* One in each region that has a node, unless named. */
static void find_monitors(gboolean *monitors, const RepSetup *setup,
                          const RepFailoverSetup *failover)
{
    for (gsize i = 0; i < failover->monitors.n; i++)
        monitors[failover->monitors.places[i].id] = TRUE;
    for (gsize i = 0; !failover->monitors.n && i < setup->n_nodes; i++)
        monitors[setup->nodes[i].region] = TRUE;
}

/* How long a leader's lease takes where its clock drifts and nothing else happens to it. */
static void find_leases(SimSpan *leases, const RepSetup *setup, SimSpan lease)
{
    for (int node = 0; node < (int)setup->n_nodes; node++)
        leases[node] = rep_clock_drifts_only(setup, node)
                           ? rep_clock_takes(&setup->nodes[node].clock, lease)
                           : SIM_NEVER;
}

/* ---- versions ----------------------------------------------------------------------------- */

static gboolean keeps(const void *data, int node, guint64 key)
{
    const CliWorldRules *self = data;
    if (self->setup->policy == &rep_leaderless)
        return rep_ring_keeps(&self->ring, node, key);
    return rep_multi_leader_is_member(self->setup->policy_setup, node);
}

/* So many replicas, wherever they are; 0: it matters where. */
static gint64 size_of(const RepLeaderlessSetup *policy, const RepQuorumSetup *quorum)
{
    if (quorum->rule == REP_QUORUM_LOCAL || quorum->rule == REP_QUORUM_EACH)
        return 0;
    return quorum->rule == REP_QUORUM_COUNT      ? quorum->count
           : quorum->rule == REP_QUORUM_MAJORITY ? policy->replicas / 2 + 1
                                                 : policy->replicas;
}

/* What a replica has stored it keeps, until something replaces it. */
static gboolean replicas_keep(const RepSetup *setup)
{
    const RepLeaderlessSetup *policy = setup->policy_setup;
    return !may_wipe(setup) && policy->tombstone_grace == SIM_NEVER &&
           policy->versions != REP_VERSIONS_NONE;
}

/* Any so many of the replicas and any R of them have one in common, and it keeps what it has. */
static gboolean quorums_meet(const RepSetup *setup, const RepQuorumSetup *earlier)
{
    const RepLeaderlessSetup *policy = setup->policy_setup;
    gint64 w = size_of(policy, earlier), r = size_of(policy, &policy->read);
    return w > 0 && r > 0 && w + r > policy->replicas && !policy->sloppy && replicas_keep(setup);
}

static void promise_quorums(AnaVersionRules *rules, const RepSetup *setup)
{
    const RepLeaderlessSetup *policy = setup->policy_setup;
    gboolean is_wars = policy->wars == REP_WARS_ON;
    rules->quorums_meet = quorums_meet(setup, &policy->write);
    rules->reads_repair = rules->quorums_meet && policy->repair == REP_REPAIR_BLOCKING &&
                          !is_wars && quorums_meet(setup, &policy->read);
    if (policy->handoff == REP_HANDOFF_ON && !is_wars && replicas_keep(setup))
        rules->hints_kept = policy->keep;
}

static gboolean has_context(const RepStepSetup *step)
{
    return step->context != REP_CONTEXT_BLIND;
}

static gboolean writes_are_blind(const RepSetup *setup)
{
    if (has_step(setup, has_context))
        return FALSE;
    for (gsize i = 0; i < setup->n_clients; i++)
        if (setup->clients[i].write != REP_WRITE_BLIND)
            return FALSE;
    return TRUE;
}

static void promise_versions(CliWorldRules *self, const RepSetup *setup)
{
    const void *rule_setup;
    const RepConflictRule *rule =
        setup->policy->conflict_rule ? setup->policy->conflict_rule(setup, &rule_setup) : NULL;
    if (!rule)
        return;
    gboolean is_leaderless = setup->policy == &rep_leaderless;
    gboolean exchanges_all =
        !is_leaderless || rep_leaderless_of(setup)->anti_entropy == REP_ANTI_ENTROPY_EVERY;
    if (is_leaderless)
        rep_ring_init(&self->ring, setup);
    self->versions = (AnaVersionRules){.causes_first = setup->policy == &rep_multi_leader &&
                                                       rep_multi_leader_of(setup)->causal,
                                       .follows_shown = writes_are_blind(setup),
                                       .keeps_siblings = !rule->orders && rule->converges,
                                       .shows_one = rule->shows != NULL,
                                       .stamps_order = rule->orders,
                                       .converges = rule->converges && exchanges_all,
                                       .keeps = keeps,
                                       .keeps_data = self};
    if (is_leaderless)
        promise_quorums(&self->versions, setup);
    self->rules.versions = &self->versions;
}

/* ---- the whole ---------------------------------------------------------------------------- */

CliWorldRules *cli_world_rules_new(const RepSetup *setup)
{
    CliWorldRules *self = g_new0(CliWorldRules, 1);
    AnaRules *rules = &self->rules;
    const char **names = g_new0(const char *, setup->n_nodes + 1);
    gboolean *members = g_new0(gboolean, setup->n_nodes + 1);
    gboolean *counted = g_new0(gboolean, setup->n_nodes + 1);
    guint *groups = g_new0(guint, setup->n_nodes + 1);
    gboolean *joins = g_new0(gboolean, setup->n_nodes + 1);
    gboolean *delayed = g_new0(gboolean, setup->n_nodes + 1);
    gboolean *monitors = g_new0(gboolean, setup->n_regions + 1);
    gboolean *cuts = g_new0(gboolean, setup->n_faults + 1);
    SimSpan *leases = g_new0(SimSpan, setup->n_nodes + 1);
    *rules = (AnaRules){.nodes = names,
                        .n_nodes = setup->n_nodes,
                        .n_logs = (gsize)setup->policy->logs(setup),
                        .members = members,
                        .confirms = counted,
                        .groups = groups,
                        .n_groups = 1,
                        .first_leader = -1,
                        .joins = joins,
                        .delayed = delayed,
                        .monitors = monitors,
                        .n_regions = setup->n_regions,
                        .cuts = cuts,
                        .leases = leases,
                        .routine = setup->policy->routine << REP_MESSAGE_POLICY |
                                   UINT64_C(1) << REP_MESSAGE_BARE,
                        .delays_are_fifo = setup->network.order == REP_ORDER_FIFO,
                        .warmup = setup->warmup,
                        .duration = setup->duration};
    const RepSingleLeaderSetup *policy =
        setup->policy == &rep_single_leader ? setup->policy_setup : NULL;
    for (gsize i = 0; i < setup->n_nodes; i++) {
        names[i] = setup->nodes[i].name;
        members[i] = setup->policy->holds(setup, (int)i, 0);
        joins[i] = rep_setup_joins(setup, (int)i);
        delayed[i] = setup->nodes[i].storage.apply_delay > 0;
        rules->wakes |= setup->nodes[i].wake || !sim_dist_is_zero(setup->wake);
        counted[i] = policy && confirms(setup, policy, (int)i);
    }
    for (gsize i = 0; i < setup->n_faults; i++)
        cuts[i] = is_cut(&setup->faults[i]);
    if (policy) {
        find_monitors(monitors, setup, &policy->failover);
        group(rules, groups, setup, policy);
        promise(rules, setup, policy);
        find_leases(leases, setup, rules->lease);
        rules->must_rest = must_rest(setup, policy);
    }
    self->setup = setup;
    promise_versions(self, setup);
    if (setup->policy == &rep_chain)
        promise_chain(rules, setup, setup->policy_setup);
    return self;
}

void cli_world_rules_free(CliWorldRules *self)
{
    if (!self)
        return;
    g_free((gpointer)self->rules.nodes);
    g_free((gpointer)self->rules.members);
    g_free((gpointer)self->rules.confirms);
    g_free((gpointer)self->rules.groups);
    g_free((gpointer)self->rules.joins);
    g_free((gpointer)self->rules.delayed);
    g_free((gpointer)self->rules.monitors);
    g_free((gpointer)self->rules.cuts);
    g_free((gpointer)self->rules.leases);
    rep_ring_clear(&self->ring);
    g_free(self);
}
