/*
 * Goal: the event loop handles events in the order semantics §1 gives, whatever is armed, moved or
 * cancelled. Method: small scripts whose order is known, and random scripts against a naive list.
 */
#include "sim/kernel.h"
#include "sim/pool.h"
#include "sim/random.h"
#include "sim/ring.h"

#include "tests/support/check.h"

/* ---- a recording of what ran -------------------------------------------------------------- */

static SimKernel kernel;
static GString *ran;

static void record(void *self, uint64_t payload)
{
    g_string_append_printf(ran, "%s%s%d@%d", ran->len ? " " : "", (const char *)self, (int)payload,
                           (int)sim_kernel_now(&kernel));
}

static void begin(void)
{
    sim_kernel_init(&kernel);
    ran = g_string_new("");
}

static void end(const char *expected)
{
    CHECK(sim_kernel_run_until(&kernel, SIM_NEVER, UINT64_MAX, NULL));
    CHECK_STR(ran->str, expected);
    g_string_free(ran, TRUE);
    sim_kernel_clear(&kernel);
}

static SimSlot source(SimRank rank, unsigned entity, unsigned second, const char *name)
{
    return sim_kernel_add_source(&kernel, rank, entity, second,
                                 sim_kernel_add_handler(&kernel, record, (void *)name), entity);
}

/* ---- order -------------------------------------------------------------------------------- */

static void at_one_instant_ranks_decide_before_entities(void)
{
    begin();
    SimSlot client = source(SIM_RANK_CLIENT, 0, 0, "client");
    SimSlot timer = source(SIM_RANK_TIMER, 1, 0, "timer");
    SimSlot message = source(SIM_RANK_MESSAGE, 2, 0, "message");
    SimSlot completion = source(SIM_RANK_COMPLETION, 3, 0, "completion");
    SimSlot fault = source(SIM_RANK_FAULT, 4, 0, "fault");
    SimSlot all[] = {client, timer, message, completion, fault};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        sim_kernel_arm(&kernel, all[i], 5);
    end("fault4@5 completion3@5 message2@5 timer1@5 client0@5");
}

static void at_one_rank_entities_decide_and_then_their_second(void)
{
    begin();
    SimSlot b1 = source(SIM_RANK_MESSAGE, 2, 1, "from1-");
    SimSlot b0 = source(SIM_RANK_MESSAGE, 2, 0, "from0-");
    SimSlot a9 = source(SIM_RANK_MESSAGE, 1, 9, "from9-");
    sim_kernel_arm(&kernel, b1, 7);
    sim_kernel_arm(&kernel, b0, 7);
    sim_kernel_arm(&kernel, a9, 7);
    end("from9-1@7 from0-2@7 from1-2@7");
}

static void one_shot_events_follow_the_sources_of_their_entity_in_the_order_of_posting(void)
{
    begin();
    unsigned handler = sim_kernel_add_handler(&kernel, record, "shot");
    SimSlot own = source(SIM_RANK_MESSAGE, 3, 7, "stream");
    SimSlot next = source(SIM_RANK_MESSAGE, 4, 0, "next");
    sim_kernel_post(&kernel, 9, SIM_RANK_MESSAGE, 3, handler, 1);
    sim_kernel_post(&kernel, 9, SIM_RANK_MESSAGE, 3, handler, 2);
    sim_kernel_post(&kernel, 9, SIM_RANK_MESSAGE, 2, handler, 3);
    sim_kernel_post(&kernel, 8, SIM_RANK_CLIENT, 9, handler, 4);
    sim_kernel_arm(&kernel, next, 9);
    sim_kernel_arm(&kernel, own, 9);
    end("shot4@8 shot3@9 stream3@9 shot1@9 shot2@9 next4@9");
}

/* ---- moving and cancelling ---------------------------------------------------------------- */

static void a_source_can_be_moved_earlier_and_later_and_cancelled(void)
{
    begin();
    SimSlot a = source(SIM_RANK_TIMER, 1, 0, "a"), b = source(SIM_RANK_TIMER, 2, 0, "b"),
            c = source(SIM_RANK_TIMER, 3, 0, "c");
    sim_kernel_arm(&kernel, a, 10);
    sim_kernel_arm(&kernel, b, 20);
    sim_kernel_arm(&kernel, c, 30);
    sim_kernel_arm(&kernel, c, 5);
    sim_kernel_arm(&kernel, a, 25);
    CHECK_INT(sim_kernel_armed_at(&kernel, a), 25);
    sim_kernel_disarm(&kernel, b);
    CHECK_INT(sim_kernel_armed_at(&kernel, b), SIM_NEVER);
    end("c3@5 a1@25");
}

static void a_cancelled_event_does_not_move_the_clock(void)
{
    begin();
    SimSlot a = source(SIM_RANK_TIMER, 1, 0, "a");
    sim_kernel_arm(&kernel, a, 10);
    sim_kernel_disarm(&kernel, a);
    CHECK_INT(sim_kernel_next_at(&kernel), SIM_NEVER);
    CHECK(sim_kernel_run_until(&kernel, SIM_NEVER, UINT64_MAX, NULL));
    CHECK_INT(sim_kernel_now(&kernel), 0);
    CHECK_UINT(kernel.events, 0);
    end("");
}

static void run_until_leaves_what_falls_on_the_limit_and_sets_the_clock_to_it(void)
{
    begin();
    SimSlot a = source(SIM_RANK_TIMER, 1, 0, "a"), b = source(SIM_RANK_TIMER, 2, 0, "b");
    sim_kernel_arm(&kernel, a, 9);
    sim_kernel_arm(&kernel, b, 10);
    CHECK(sim_kernel_run_until(&kernel, 10, UINT64_MAX, NULL));
    CHECK_INT(sim_kernel_now(&kernel), 10);
    CHECK_UINT(kernel.events, 1);
    end("a1@9 b2@10");
}

static void again(void *self, uint64_t unused)
{
    sim_kernel_again(self, sim_kernel_now(self) + 1);
}

static void a_budget_and_a_stop_flag_end_a_run_early(void)
{
    begin();
    unsigned handler = sim_kernel_add_handler(&kernel, again, &kernel);
    SimSlot slot = sim_kernel_add_source(&kernel, SIM_RANK_TIMER, 0, 0, handler, 0);
    sim_kernel_arm(&kernel, slot, 1);
    CHECK(!sim_kernel_run_until(&kernel, SIM_NEVER, 10000, NULL));
    CHECK(kernel.events >= 10000);
    volatile int stop = 1;
    CHECK(!sim_kernel_run_until(&kernel, SIM_NEVER, UINT64_MAX, &stop));
    sim_kernel_disarm(&kernel, slot);
    end("");
}

/* ---- against a naive list ----------------------------------------------------------------- */

#define N_SLOTS 200

static SimTime naive[N_SLOTS];
static unsigned entity_of[N_SLOTS];
static GArray *expected, *got;
static SimRng rng;

static void note(void *self, uint64_t slot)
{
    (void)self;
    g_array_append_val(got, slot);
}

static guint64 naive_first(void)
{
    guint64 first = N_SLOTS;
    for (guint64 i = 0; i < N_SLOTS; i++)
        if (naive[i] != SIM_NEVER &&
            (first == N_SLOTS || naive[i] < naive[first] ||
             (naive[i] == naive[first] && entity_of[i] < entity_of[first])))
            first = i;
    return first;
}

static void random_scripts_agree_with_a_naive_list(void)
{
    sim_rng_seed(&rng, 7);
    for (int round = 0; round < 20; round++) {
        sim_kernel_init(&kernel);
        expected = g_array_new(FALSE, FALSE, sizeof(guint64));
        got = g_array_new(FALSE, FALSE, sizeof(guint64));
        SimSlot slots[N_SLOTS];
        unsigned handler = sim_kernel_add_handler(&kernel, note, NULL);
        for (guint64 i = 0; i < N_SLOTS; i++) {
            entity_of[i] = (unsigned)((i * 37) % N_SLOTS);
            naive[i] = SIM_NEVER;
            slots[i] = sim_kernel_add_source(&kernel, SIM_RANK_TIMER, entity_of[i], 0, handler, i);
        }
        for (int step = 0; step < 3000; step++) {
            guint64 i = sim_rng_bits(&rng) % N_SLOTS;
            guint64 what = sim_rng_bits(&rng) % 4;
            if (what < 2) {
                naive[i] = sim_kernel_now(&kernel) + (SimTime)(sim_rng_bits(&rng) % 50);
                sim_kernel_arm(&kernel, slots[i], naive[i]);
            } else if (what == 2) {
                naive[i] = SIM_NEVER;
                sim_kernel_disarm(&kernel, slots[i]);
            } else {
                guint64 first = naive_first();
                CHECK_INT(sim_kernel_next_at(&kernel), first < N_SLOTS ? naive[first] : SIM_NEVER);
                if (first < N_SLOTS) {
                    g_array_append_val(expected, first);
                    naive[first] = SIM_NEVER;
                    sim_kernel_step(&kernel);
                }
            }
        }
        CHECK_UINT(got->len, expected->len);
        CHECK(memcmp(got->data, expected->data, got->len * sizeof(guint64)) == 0);
        g_array_unref(expected);
        g_array_unref(got);
        sim_kernel_clear(&kernel);
    }
}

/* One-shot events of a few entities at few instants, so that ties abound; each posts up to two
 * successors. The order must be (time, entity, order of posting). */
typedef struct Shot {
    SimTime at;
    unsigned entity;
    guint64 posted;
} Shot;

static GArray *shots;
static unsigned shot_handler;
static guint64 n_posted;

static void post_shot(SimTime at)
{
    Shot shot = {at, (unsigned)(sim_rng_bits(&rng) % 3), n_posted++};
    g_array_append_val(shots, shot);
    sim_kernel_post(&kernel, at, SIM_RANK_MESSAGE, shot.entity, shot_handler, shot.posted);
}

static void shot_runs(void *self, uint64_t posted)
{
    (void)self;
    guint64 number = posted;
    g_array_append_val(got, number);
    for (guint64 n = sim_rng_bits(&rng) % 3; n > 0 && n_posted < 20000; n--)
        post_shot(sim_kernel_now(&kernel) + (SimTime)(sim_rng_bits(&rng) % 4));
}

static int compare_shots(gconstpointer a, gconstpointer b)
{
    const Shot *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    return x->posted < y->posted ? -1 : 1;
}

static void check_shots(guint64 first_sequence)
{
    sim_rng_seed(&rng, 11);
    sim_kernel_init(&kernel);
    kernel.sequence = first_sequence;
    shots = g_array_new(FALSE, FALSE, sizeof(Shot));
    got = g_array_new(FALSE, FALSE, sizeof(guint64));
    n_posted = 0;
    shot_handler = sim_kernel_add_handler(&kernel, shot_runs, NULL);
    for (int i = 0; i < 300; i++)
        post_shot((SimTime)(sim_rng_bits(&rng) % 10));
    CHECK(sim_kernel_run_until(&kernel, SIM_NEVER, UINT64_MAX, NULL));
    CHECK_UINT(got->len, shots->len);
    CHECK(shots->len > 15000);
    for (guint i = 1; i < got->len; i++) {
        const Shot *before = &g_array_index(shots, Shot, g_array_index(got, guint64, i - 1));
        const Shot *after = &g_array_index(shots, Shot, g_array_index(got, guint64, i));
        /* An event posted for this instant may belong to an entity whose turn is over. */
        CHECK(compare_shots(before, after) < 0 || after->at == before->at);
        CHECK(after->at >= before->at);
        CHECK(after->at != before->at || after->entity != before->entity ||
              after->posted > before->posted);
    }
    g_array_unref(shots);
    g_array_unref(got);
    sim_kernel_clear(&kernel);
}

static void one_shot_events_keep_their_order_among_many_ties(void)
{
    check_shots(0);
}

static void one_shot_events_keep_their_order_when_sequence_numbers_run_out(void)
{
    check_shots((UINT64_C(1) << SIM_SEQUENCE_BITS) - 5000);
}

static void growing_the_tree_keeps_what_is_armed(void)
{
    begin();
    for (unsigned i = 0; i < 100; i++)
        sim_kernel_arm(&kernel, source(SIM_RANK_TIMER, i, 0, "s"), 100 - (SimTime)i);
    CHECK_INT(sim_kernel_next_at(&kernel), 1);
    for (unsigned i = 99; i >= 3; i--)
        sim_kernel_step(&kernel);
    g_string_truncate(ran, 0);
    end("s2@98 s1@99 s0@100");
}

/* ---- pools and rings ---------------------------------------------------------------------- */

static void a_pool_reuses_records_zeroed_and_never_moves_them(void)
{
    SimPool pool;
    sim_pool_init(&pool, 24);
    uint32_t first = sim_pool_take(&pool);
    char *at = sim_pool_at(&pool, first);
    memset(at, 0xff, 24);
    for (int i = 0; i < 5000; i++)
        sim_pool_take(&pool);
    CHECK(sim_pool_at(&pool, first) == at);
    CHECK_UINT(pool.live, 5001);
    sim_pool_give(&pool, first);
    CHECK_UINT(sim_pool_take(&pool), first);
    for (int i = 0; i < 24; i++)
        CHECK_INT(at[i], 0);
    sim_pool_clear(&pool);
}

static void a_ring_keeps_positions_while_it_grows_and_shrinks(void)
{
    SimRing ring;
    sim_ring_init(&ring, sizeof(guint64), 5);
    for (guint64 position = 5; position < 1000; position++) {
        *(guint64 *)sim_ring_push(&ring) = position;
        if (position % 3 == 0)
            sim_ring_pop(&ring);
    }
    CHECK_UINT(*(guint64 *)sim_ring_head(&ring), ring.begin);
    for (guint64 position = ring.begin; position < ring.end; position++)
        CHECK_UINT(*(guint64 *)sim_ring_at(&ring, position), position);
    sim_ring_clear(&ring);
}

static const TestCase cases[] = {
    TEST(at_one_instant_ranks_decide_before_entities),
    TEST(at_one_rank_entities_decide_and_then_their_second),
    TEST(one_shot_events_follow_the_sources_of_their_entity_in_the_order_of_posting),
    TEST(a_source_can_be_moved_earlier_and_later_and_cancelled),
    TEST(a_cancelled_event_does_not_move_the_clock),
    TEST(run_until_leaves_what_falls_on_the_limit_and_sets_the_clock_to_it),
    TEST(a_budget_and_a_stop_flag_end_a_run_early),
    TEST(random_scripts_agree_with_a_naive_list),
    TEST(one_shot_events_keep_their_order_among_many_ties),
    TEST(one_shot_events_keep_their_order_when_sequence_numbers_run_out),
    TEST(growing_the_tree_keeps_what_is_armed),
    TEST(a_pool_reuses_records_zeroed_and_never_moves_them),
    TEST(a_ring_keeps_positions_while_it_grows_and_shrinks),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("kernel", cases, argc, argv);
}
