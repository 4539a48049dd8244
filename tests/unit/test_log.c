/*
 * Goal: positions on shared entries behave as copies of a log would: prefixes, forks, truncation,
 * versions of keys; and nothing is kept that no node needs. Method: scripts, and random histories
 * of appends, moves and forks against plain per-node arrays.
 */
#include "models/log.h"
#include "sim/random.h"

#include "tests/support/check.h"

static RepLog make(gsize n_nodes, gboolean keeps_all)
{
    RepLog log;
    rep_log_init(&log, 0, n_nodes, keeps_all);
    for (gsize i = 0; i < n_nodes; i++)
        log.copies[i].is_kept = TRUE;
    rep_log_begin(&log);
    return log;
}

/* Node follows `term` up to `index`, flushed and shown. */
static void hold(RepLog *log, int node, guint32 term, guint64 index)
{
    guint64 before = rep_log_holds(log, node);
    RepLogCopy *copy = &log->copies[node];
    copy->term = term;
    copy->arrived = copy->received = copy->flushed = copy->applied = copy->committed = index;
    rep_log_moved(log, node, before);
}

static void a_node_shows_the_newest_version_within_its_prefix(void)
{
    RepLog log = make(2, FALSE);
    rep_log_open_term(&log, 0, 1);
    for (guint64 key = 1; key <= 3; key++)
        rep_log_append(&log, 0, 7, 100);
    rep_log_append(&log, 0, 8, 100);
    hold(&log, 0, 1, 4);
    hold(&log, 1, 1, 2);
    CHECK_UINT(rep_log_version(&log, 0, 7).index, 3);
    CHECK_UINT(rep_log_version(&log, 1, 7).index, 2);
    CHECK_UINT(rep_log_version(&log, 1, 8).index, 0);
    CHECK_UINT(rep_log_version(&log, 0, 99).index, 0);
    rep_log_clear(&log);
}

static void a_new_term_forks_where_its_leader_had_flushed(void)
{
    RepLog log = make(3, FALSE);
    rep_log_open_term(&log, 0, 1);
    for (int i = 0; i < 5; i++)
        rep_log_append(&log, 0, 7, 10);
    hold(&log, 1, 1, 5);
    hold(&log, 2, 1, 3);
    rep_log_open_term(&log, 2, 2);
    guint64 index = rep_log_append(&log, 2, 7, 10);
    CHECK_UINT(index, 4);
    CHECK_UINT(rep_log_common(&log, 1, 2), 3);
    CHECK_UINT(rep_log_term_at(&log, 2, 3), 1);
    CHECK_UINT(rep_log_term_at(&log, 2, 4), 2);
    CHECK_UINT(rep_log_term_at(&log, 2, 5), 0);
    CHECK(rep_log_contains(&log, 1, (RepVersion){.index = 4, .term = 1}));
    CHECK(!rep_log_contains(&log, 1, (RepVersion){.index = 4, .term = 2}));
    CHECK(rep_log_contains(&log, 2, (RepVersion){.index = 4, .term = 2}));
    hold(&log, 2, 2, 4);
    CHECK_UINT(rep_log_version(&log, 1, 7).index, 5);
    CHECK_UINT(rep_log_version(&log, 2, 7).index, 4);
    CHECK_UINT(rep_log_version(&log, 2, 7).term, 2);
    rep_log_clear(&log);
}

static void what_a_leader_had_not_flushed_is_no_part_of_its_next_term(void)
{
    RepLog log = make(1, FALSE);
    rep_log_open_term(&log, 0, 1);
    for (int i = 0; i < 5; i++)
        rep_log_append(&log, 0, 7, 10);
    log.copies[0].flushed = 2;
    rep_log_open_term(&log, 0, 2);
    CHECK_UINT(log.copies[0].arrived, 2);
    CHECK_UINT(rep_log_append(&log, 0, 7, 10), 3);
    CHECK(!rep_log_contains(&log, 0, (RepVersion){.index = 3, .term = 1}));
    rep_log_clear(&log);
}

static void bytes_of_a_range_cross_terms(void)
{
    RepLog log = make(1, TRUE);
    rep_log_open_term(&log, 0, 1);
    for (guint32 i = 1; i <= 4; i++)
        rep_log_append(&log, 0, i, 10 * i);
    log.copies[0].flushed = 3;
    rep_log_open_term(&log, 0, 2);
    rep_log_append(&log, 0, 9, 1000);
    CHECK_UINT(rep_log_bytes(&log, 2, 1, 4), 10 + 20 + 30 + 1000);
    CHECK_UINT(rep_log_bytes(&log, 2, 2, 3), 20 + 30);
    CHECK_UINT(rep_log_bytes(&log, 1, 4, 4), 40);
    CHECK_UINT(rep_log_bytes(&log, 2, 4, 4), 1000);
    rep_log_clear(&log);
}

static void memory_stays_with_what_the_slowest_node_needs(void)
{
    RepLog log = make(3, FALSE);
    rep_log_open_term(&log, 0, 1);
    guint32 most_versions = 0;
    guint64 most_entries = 0;
    for (guint64 i = 1; i <= 100000; i++) {
        rep_log_append(&log, 0, i % 50, 10);
        hold(&log, 0, 1, i);
        if (i > 10)
            hold(&log, 1, 1, i - 10);
        if (i > 100)
            hold(&log, 2, 1, i - 100);
        most_versions = MAX(most_versions, log.versions.live);
        most_entries = MAX(most_entries, sim_ring_len(&log.terms[1].entries));
    }
    CHECK(most_entries <= 103);
    CHECK(most_versions <= 50 * 4);
    CHECK_UINT(log.floor, 100000 - 100);
    rep_log_clear(&log);
}

static void an_entry_is_kept_until_its_leader_has_committed_it(void)
{
    RepLog log = make(2, FALSE);
    rep_log_open_term(&log, 0, 1);
    for (int i = 0; i < 9; i++)
        rep_log_append(&log, 0, 7, 10);
    hold(&log, 1, 1, 9);
    guint64 before = rep_log_holds(&log, 0);
    log.copies[0].flushed = log.copies[0].applied = 9;
    log.copies[0].committed = 4;
    rep_log_moved(&log, 0, before);
    CHECK_UINT(log.floor, 4);
    CHECK(rep_log_entry(&log, 1, 5) != NULL);
    CHECK(rep_log_entry(&log, 1, 2) == NULL);
    rep_log_clear(&log);
}

/* ---- against plain copies ----------------------------------------------------------------- */

#define N_NODES 4
#define N_KEYS 6

typedef struct Plain {
    RepVersion entries[4000]; /* by index - 1 */
    guint64 keys[4000];
    guint64 n;
} Plain;

static RepVersion plain_version(const Plain *plain, guint64 shown, guint64 key)
{
    for (guint64 i = MIN(shown, plain->n); i > 0; i--)
        if (plain->keys[i - 1] == key)
            return plain->entries[i - 1];
    return (RepVersion){0};
}

static guint64 plain_common(const Plain *a, const Plain *b)
{
    guint64 n = 0;
    while (n < a->n && n < b->n && a->entries[n].term == b->entries[n].term)
        n++;
    return n;
}

static void random_histories_agree_with_plain_copies(void)
{
    static Plain plain[N_NODES];
    SimRng rng;
    sim_rng_seed(&rng, 3);
    for (int round = 0; round < 30; round++) {
        RepLog log = make(N_NODES, FALSE);
        memset(plain, 0, sizeof plain);
        guint32 term = 1;
        int leader = 0;
        rep_log_open_term(&log, 0, 1);
        for (int step = 0; step < 2000; step++) {
            guint64 what = sim_rng_bits(&rng) % 20;
            int node = (int)(sim_rng_bits(&rng) % N_NODES);
            RepLogCopy *copy = &log.copies[node];
            if (what < 8) {
                guint64 key = sim_rng_bits(&rng) % N_KEYS;
                Plain *p = &plain[leader];
                guint64 index = rep_log_append(&log, leader, key, 1);
                p->entries[p->n] = (RepVersion){.index = index, .term = term};
                p->keys[p->n++] = key;
                CHECK_UINT(index, p->n);
                hold(&log, leader, term, index);
            } else if (what < 18 && node != leader) {
                /* The node cuts what the leader has not, and takes a few more. */
                guint64 common = plain_common(&plain[node], &plain[leader]);
                CHECK_UINT(MIN(common, copy->arrived),
                           MIN(rep_log_common(&log, copy->term, term), copy->arrived));
                guint64 wanted = common + sim_rng_bits(&rng) % 6;
                guint64 upto = MIN(plain[leader].n, wanted);
                upto = MAX(upto, MIN(copy->applied, common));
                memcpy(&plain[node], &plain[leader], sizeof(Plain));
                plain[node].n = upto;
                hold(&log, node, term, upto);
            } else if (what == 18 && copy->term) {
                leader = node;
                rep_log_open_term(&log, node, ++term);
            }
            guint64 key = sim_rng_bits(&rng) % N_KEYS;
            RepVersion got = rep_log_version(&log, node, key);
            RepVersion wanted = plain_version(&plain[node], copy->applied, key);
            CHECK_UINT(got.index, wanted.index);
            CHECK_UINT(got.term, wanted.term);
        }
        rep_log_clear(&log);
    }
}

static const TestCase cases[] = {
    TEST(a_node_shows_the_newest_version_within_its_prefix),
    TEST(a_new_term_forks_where_its_leader_had_flushed),
    TEST(what_a_leader_had_not_flushed_is_no_part_of_its_next_term),
    TEST(bytes_of_a_range_cross_terms),
    TEST(memory_stays_with_what_the_slowest_node_needs),
    TEST(an_entry_is_kept_until_its_leader_has_committed_it),
    TEST(random_histories_agree_with_plain_copies),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("log", cases, argc, argv);
}
