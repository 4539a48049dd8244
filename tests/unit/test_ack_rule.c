/*
 * Goal: each acknowledgement rule commits exactly what semantics §4 says, as a prefix, and falls
 * back and returns as documented. Method: a table of rules and positions, and random positions
 * against the definition computed by sorting.
 */
#include "models/policies/single_leader/ack_rule.h"
#include "sim/random.h"

#include "tests/support/check.h"

#define N_NODES 6 /* 0 leads, 1 … 5 follow */

static int followers[] = {1, 2, 3, 4, 5};
/* Regions 0: nodes 0, 1, 2; 1: 3, 4; 2: 5. */
static RepNodeSetup nodes[N_NODES] = {{.region = 0}, {.region = 0}, {.region = 0},
                                      {.region = 1}, {.region = 1}, {.region = 2}};
static RepSetup setup = {.n_nodes = N_NODES, .nodes = nodes, .n_regions = 3};
static RepPlace regions[] = {{REP_PLACE_REGION, 1}, {REP_PLACE_REGION, 0}, {REP_PLACE_REGION, 2}};

static RepSingleLeaderSetup rule(RepAckRule ack, gint64 count)
{
    return (RepSingleLeaderSetup){.followers = {followers, G_N_ELEMENTS(followers)},
                                  .ack = (int)ack,
                                  .ack_count = count,
                                  .ack_regions = {regions, 2},
                                  .ack_timeout = SIM_NEVER};
}

static guint64 committed_at(const RepSingleLeaderSetup *policy, const guint64 *acked,
                            guint64 flushed)
{
    RepAckState state;
    setup.policy_setup = (void *)policy;
    rep_ack_init(&state, &setup, 0, 0);
    for (int node = 1; node < N_NODES; node++) {
        rep_ack_note_connection(&state, node, TRUE);
        rep_ack_note(&state, node, acked[node]);
    }
    guint64 index = rep_ack_commit(&state, flushed);
    rep_ack_clear(&state);
    return index;
}

static void each_rule_commits_what_its_definition_says(void)
{
    const guint64 acked[N_NODES] = {0, 50, 40, 30, 20, 10};
    int list[] = {4, 2, 5};
    struct {
        const char *name;
        RepSingleLeaderSetup policy;
        guint64 flushed, expected;
    } rows[] = {
        {"async", rule(REP_ACK_ASYNC, 0), 60, 60},
        {"semi-sync(1)", rule(REP_ACK_SEMI_SYNC, 1), 60, 50},
        {"semi-sync(1), leader's disk behind", rule(REP_ACK_SEMI_SYNC, 1), 45, 45},
        {"semi-sync(2)", rule(REP_ACK_SEMI_SYNC, 2), 60, 40},
        {"semi-sync(5)", rule(REP_ACK_SEMI_SYNC, 5), 60, 10},
        {"sync(all)", rule(REP_ACK_SYNC_ALL, 0), 60, 10},
        {"sync(3)", rule(REP_ACK_SYNC, 0), 60, 30},
        {"any(2, [4, 2, 5])", rule(REP_ACK_ANY, 2), 60, 20},
        {"first(1, [4, 2, 5])", rule(REP_ACK_FIRST, 1), 60, 20},
        {"first(2, [4, 2, 5])", rule(REP_ACK_FIRST, 2), 60, 20},
        {"each(1, [1, 0])", rule(REP_ACK_EACH, 1), 60, 30},
        {"each(2, [1, 0])", rule(REP_ACK_EACH, 2), 60, 20},
        {"majority of 6", rule(REP_ACK_MAJORITY, 0), 60, 30},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        rows[i].policy.ack_node = 3;
        rows[i].policy.ack_nodes = (RepIdList){list, G_N_ELEMENTS(list)};
        test_row("%s", rows[i].name);
        CHECK_UINT(committed_at(&rows[i].policy, acked, rows[i].flushed), rows[i].expected);
    }
    test_row(NULL);
}

static void first_skips_who_is_not_connected_and_waits_where_too_few_are(void)
{
    int list[] = {4, 2, 5};
    RepSingleLeaderSetup policy = rule(REP_ACK_FIRST, 2);
    policy.ack_nodes = (RepIdList){list, G_N_ELEMENTS(list)};
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note_connection(&state, node, TRUE);
    rep_ack_note(&state, 2, 40);
    rep_ack_note(&state, 5, 10);
    CHECK_UINT(rep_ack_commit(&state, 60), 0); /* 4 is connected and has nothing */
    rep_ack_note_connection(&state, 4, FALSE);
    CHECK_UINT(rep_ack_commit(&state, 60), 10);
    rep_ack_note_connection(&state, 2, FALSE);
    rep_ack_note(&state, 5, 60);
    CHECK_UINT(rep_ack_commit(&state, 60), 10); /* one connected, two wanted */
    rep_ack_clear(&state);
}

/* The second region has fewer than the first; nobody of another region counts for it. */
static void each_waits_for_every_region_of_its_own(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_EACH, 1);
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note_connection(&state, node, TRUE);
    rep_ack_note(&state, 1, 50);
    rep_ack_note(&state, 2, 50);
    rep_ack_note(&state, 5, 50);
    CHECK_UINT(rep_ack_commit(&state, 60), 0);
    rep_ack_note(&state, 4, 20);
    CHECK_UINT(rep_ack_commit(&state, 60), 20);
    rep_ack_note_cut(&state, 1, 10);
    rep_ack_note_cut(&state, 2, 15);
    rep_ack_note(&state, 3, 40);
    CHECK_UINT(rep_ack_commit(&state, 60), 20);
    rep_ack_note(&state, 2, 30);
    CHECK_UINT(rep_ack_commit(&state, 60), 30);
    rep_ack_clear(&state);
}

static void a_fallen_back_each_waits_again_when_every_region_has_caught_up(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_EACH, 1);
    policy.ack_timeout = 1000;
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    rep_ack_fall_back(&state, 100, 5000);
    rep_ack_note(&state, 1, 100);
    CHECK(!rep_ack_try_return(&state, 1, 100, 5500));
    rep_ack_note(&state, 2, 100);
    CHECK(!rep_ack_try_return(&state, 2, 100, 5600)); /* of the same region */
    rep_ack_note(&state, 3, 100);
    CHECK(rep_ack_try_return(&state, 3, 100, 5700));
    rep_ack_clear(&state);
}

/* any(2, [4, 2, 5]): two of them are gone; after the timeout writes go on, until one is back. */
static void any_falls_back_with_partly_dead_followers_and_returns(void)
{
    int list[] = {4, 2, 5};
    RepSingleLeaderSetup policy = rule(REP_ACK_ANY, 2);
    policy.ack_nodes = (RepIdList){list, G_N_ELEMENTS(list)};
    policy.ack_timeout = 1000;
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    rep_ack_note(&state, 4, 50);
    rep_ack_note(&state, 1, 50);
    rep_ack_note(&state, 3, 50);
    CHECK_UINT(rep_ack_commit(&state, 50), 0);
    rep_ack_fall_back(&state, 50, 2000);
    CHECK_UINT(rep_ack_commit(&state, 50), 50);
    rep_ack_note(&state, 4, 60);
    CHECK(!rep_ack_try_return(&state, 4, 60, 2100)); /* one is not two */
    rep_ack_note(&state, 1, 60);
    CHECK(!rep_ack_try_return(&state, 1, 60, 2200)); /* not of the list */
    rep_ack_note(&state, 2, 60);
    CHECK(rep_ack_try_return(&state, 2, 60, 2300));
    rep_ack_clear(&state);
}

static int descending(gconstpointer a, gconstpointer b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void random_positions_agree_with_the_definition(void)
{
    SimRng rng;
    sim_rng_seed(&rng, 5);
    for (gint64 k = 1; k <= 5; k++) {
        RepSingleLeaderSetup policy = rule(REP_ACK_SEMI_SYNC, k);
        RepAckState state;
        setup.policy_setup = &policy;
        rep_ack_init(&state, &setup, 0, 0);
        guint64 acked[N_NODES] = {0}, flushed = 0, committed = 0;
        for (int step = 0; step < 3000; step++) {
            int node = 1 + (int)(sim_rng_bits(&rng) % 5);
            guint64 move = sim_rng_bits(&rng) % 8;
            flushed += sim_rng_bits(&rng) % 3;
            if (move == 0 && acked[node] > committed) {
                /* A follower that lost its memory holds less than it had. */
                acked[node] -= sim_rng_bits(&rng) % (acked[node] - committed + 1);
                rep_ack_note_cut(&state, node, acked[node]);
            } else {
                acked[node] = MIN(flushed + 2, acked[node] + move);
                rep_ack_note(&state, node, acked[node]);
            }
            guint64 sorted[5];
            memcpy(sorted, acked + 1, sizeof sorted);
            qsort(sorted, 5, sizeof *sorted, descending);
            committed = MAX(committed, MIN(sorted[k - 1], flushed));
            CHECK_UINT(rep_ack_commit(&state, flushed), committed);
        }
        rep_ack_clear(&state);
    }
}

static void fallen_back_it_waits_again_after_one_short_round(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_SEMI_SYNC, 1);
    policy.ack_timeout = 1000;
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    CHECK_UINT(rep_ack_commit(&state, 100), 0);
    rep_ack_fall_back(&state, 100, 5000);
    CHECK_UINT(rep_ack_commit(&state, 100), 100);
    CHECK_UINT(rep_ack_commit(&state, 130), 130);
    /* The round that began with the fall-back took longer than the timeout: not caught up. */
    rep_ack_note(&state, 1, 110);
    CHECK(!rep_ack_try_return(&state, 1, 150, 9000));
    rep_ack_note(&state, 1, 149);
    CHECK(!rep_ack_try_return(&state, 1, 160, 9500));
    rep_ack_note(&state, 1, 150);
    CHECK(rep_ack_try_return(&state, 1, 170, 9600));
    CHECK(state.is_waiting);
    CHECK_UINT(rep_ack_commit(&state, 170), 150);
    rep_ack_note(&state, 2, 165);
    CHECK_UINT(rep_ack_commit(&state, 170), 165);
    rep_ack_clear(&state);
}

static void a_follower_that_never_catches_up_does_not_bring_the_wait_back(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_SEMI_SYNC, 1);
    policy.ack_timeout = 1000;
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 0);
    rep_ack_fall_back(&state, 100, 0);
    for (SimTime now = 2000; now < 100000; now += 2000) {
        /* Always two timeouts behind. */
        rep_ack_note(&state, 1, (guint64)(100 + (now - 2000) / 10));
        CHECK(!rep_ack_try_return(&state, 1, (guint64)(100 + now / 10), now));
    }
    rep_ack_clear(&state);
}

/* ---- after a failover --------------------------------------------------------------------- */

static void a_leader_does_not_wait_for_itself(void)
{
    int list[] = {4, 2, 5};
    struct {
        const char *name;
        RepSingleLeaderSetup policy;
        int leader;
        guint64 need;
    } rows[] = {
        {"sync(3), 3 leads", rule(REP_ACK_SYNC, 0), 3, 0},
        {"sync(3), 2 leads", rule(REP_ACK_SYNC, 0), 2, 1},
        {"any(2, [4, 2, 5]), 2 leads", rule(REP_ACK_ANY, 2), 2, 1},
        {"any(2, [4, 2, 5]), 1 leads", rule(REP_ACK_ANY, 2), 1, 2},
        {"sync(all), 2 leads", rule(REP_ACK_SYNC_ALL, 0), 2, 5},
        {"semi-sync(1), 2 leads", rule(REP_ACK_SEMI_SYNC, 1), 2, 1},
        {"each(2, [1, 0]), 3 leads", rule(REP_ACK_EACH, 2), 3, 1},
        {"each(2, [1, 0]), 0 leads", rule(REP_ACK_EACH, 2), 0, 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        RepAckState state;
        rows[i].policy.ack_node = 3;
        rows[i].policy.ack_nodes = (RepIdList){list, G_N_ELEMENTS(list)};
        setup.policy_setup = &rows[i].policy;
        rep_ack_init(&state, &setup, rows[i].leader, 0);
        test_row("%s", rows[i].name);
        CHECK_UINT(state.groups[0].need, rows[i].need);
        CHECK(!state.peers[rows[i].leader].is_eligible);
        rep_ack_clear(&state);
    }
    test_row(NULL);
}

static void sync_all_counts_a_returning_leader_only_once_it_has_caught_up(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_SYNC_ALL, 0);
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 2, 0);
    rep_ack_exclude(&state, 0);
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note(&state, node, node == 2 ? 0 : 10);
    CHECK_UINT(rep_ack_commit(&state, 10), 10);
    rep_ack_note(&state, 0, 7);
    rep_ack_readmit(&state, 0, 12, 0);
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note(&state, node, node == 2 ? 0 : 12);
    CHECK_UINT(rep_ack_commit(&state, 12), 12);
    rep_ack_note(&state, 0, 12);
    rep_ack_readmit(&state, 0, 12, 0); /* from here on it counts */
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note(&state, node, node == 2 ? 0 : 15);
    CHECK_UINT(rep_ack_commit(&state, 15), 12);
    rep_ack_note(&state, 0, 15);
    CHECK_UINT(rep_ack_commit(&state, 15), 15);
    rep_ack_clear(&state);
}

static void entries_of_earlier_terms_commit_only_with_one_of_the_leaders_own(void)
{
    RepSingleLeaderSetup policy = rule(REP_ACK_MAJORITY, 0);
    RepAckState state;
    setup.policy_setup = &policy;
    rep_ack_init(&state, &setup, 0, 3);
    state.not_before = 8;
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note(&state, node, 7);
    CHECK_UINT(rep_ack_commit(&state, 9), 3);
    for (int node = 1; node < N_NODES; node++)
        rep_ack_note(&state, node, 8);
    CHECK_UINT(rep_ack_commit(&state, 9), 8);
    rep_ack_clear(&state);
}

static const TestCase cases[] = {
    TEST(each_rule_commits_what_its_definition_says),
    TEST(first_skips_who_is_not_connected_and_waits_where_too_few_are),
    TEST(each_waits_for_every_region_of_its_own),
    TEST(a_fallen_back_each_waits_again_when_every_region_has_caught_up),
    TEST(any_falls_back_with_partly_dead_followers_and_returns),
    TEST(random_positions_agree_with_the_definition),
    TEST(fallen_back_it_waits_again_after_one_short_round),
    TEST(a_follower_that_never_catches_up_does_not_bring_the_wait_back),
    TEST(a_leader_does_not_wait_for_itself),
    TEST(sync_all_counts_a_returning_leader_only_once_it_has_caught_up),
    TEST(entries_of_earlier_terms_commit_only_with_one_of_the_leaders_own),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("ack_rule", cases, argc, argv);
}
