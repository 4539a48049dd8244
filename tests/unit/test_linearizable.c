/*
 * Goal: the checker of linearizability says what the definition says.
 * Method: histories from the literature and of replication; thousands of random ones against a
 * checker that tries every order; what it blames is without an order, and nothing of it can be
 * spared; long histories, and the limit. The fast check by zones says the same as the search, and
 * what it blames has no order either.
 */
#include "analysis/linearizable.h"

#include "analysis/register_zones.h"
#include "sim/random.h"
#include "tests/support/check.h"

#include <string.h>

#define MOST 1000000u

/* ---- histories as texts ------------------------------------------------------------------- */

/* "w1 0-5, r1 3-9, w2 4-": written or read, invoked and answered; without an end: open. */
static gsize parse(const char *text, AnaCall *calls)
{
    g_auto(GStrv) parts = g_strsplit(text, ", ", -1);
    gsize n = 0;
    for (char **part = parts; *part; part++) {
        const char *space = strchr(*part, ' ');
        char *end;
        AnaCall call = {.is_write = **part == 'w',
                        .value = g_ascii_strtoull(*part + 1, NULL, 10),
                        .invoked = g_ascii_strtoull(space + 1, &end, 10)};
        call.answered = end[1] ? g_ascii_strtoull(end + 1, NULL, 10) : ANA_CALL_OPEN;
        calls[n++] = call;
    }
    return n;
}

typedef struct History {
    const char *calls;
    AnaOrder order;
} History;

static void known_histories_are_judged_right(void)
{
    static const History rows[] = {
        {"w1 1-2, r1 3-4", ANA_ORDER_EXISTS},
        {"r0 1-2, w1 3-4, r1 5-6", ANA_ORDER_EXISTS},
        /* a stale read */
        {"w1 1-2, r0 3-4", ANA_ORDER_NONE},
        {"w1 1-2, w2 3-4, r1 5-6", ANA_ORDER_NONE},
        /* while a write is under way, old and new are right … */
        {"w1 1-6, r0 2-3, r1 4-5", ANA_ORDER_EXISTS},
        /* … but nobody may see the old one after the new one (DDIA figure 9-2) */
        {"w1 1-8, r1 2-3, r0 4-5", ANA_ORDER_NONE},
        {"w1 1-8, r1 2-5, r0 3-6", ANA_ORDER_EXISTS},
        /* two writes at once may stand in either order, but in one */
        {"w1 1-10, w2 2-9, r1 11-12", ANA_ORDER_EXISTS},
        {"w1 1-10, w2 2-9, r2 11-12", ANA_ORDER_EXISTS},
        {"w1 1-10, w2 2-9, r1 11-12, r2 13-14", ANA_ORDER_NONE},
        {"w1 1-10, w2 2-9, r2 3-4, r1 5-6, r2 7-8", ANA_ORDER_NONE},
        /* a write that nobody answered may have been done, at any time, or not */
        {"w1 1-, r0 2-3, r0 4-5", ANA_ORDER_EXISTS},
        {"w1 1-, r0 2-3, r1 4-5", ANA_ORDER_EXISTS},
        {"w1 1-, r1 2-3, r0 4-5", ANA_ORDER_NONE},
        {"w1 1-, w2 2-3, r2 4-5, r1 6-7", ANA_ORDER_EXISTS},
        {"w1 1-, w2 2-3, r1 4-5, r2 6-7", ANA_ORDER_NONE},
        /* a value before it was written; one that nobody wrote */
        {"r1 1-2, w1 3-4", ANA_ORDER_NONE},
        {"w1 1-2, r7 3-4", ANA_ORDER_NONE},
        /* an open read says nothing */
        {"w1 1-2, r7 3-", ANA_ORDER_EXISTS},
        /* the history of Herlihy and Wing's register that only waiting explains */
        {"w1 1-12, r1 2-3, w2 4-9, r2 5-6, r2 10-11", ANA_ORDER_EXISTS},
        {"w1 1-4, w2 2-8, w3 3-7, r3 9-10, r1 5-6, r2 11-12", ANA_ORDER_NONE}};
    AnaCall calls[16];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].calls);
        CHECK_INT(ana_linearizable(calls, parse(rows[i].calls, calls), MOST), rows[i].order);
        CHECK_INT(ana_register_zones(calls, parse(rows[i].calls, calls), NULL), rows[i].order);
    }
    test_row(NULL);
}

static void nothing_at_all_has_an_order(void)
{
    CHECK_INT(ana_linearizable(NULL, 0, MOST), ANA_ORDER_EXISTS);
}

/* ---- against every order ------------------------------------------------------------------ */

/* Places the calls one after the other in every order that time allows. */
static gboolean some_order_works(const AnaCall *calls, gsize n, guint placed, guint64 value)
{
    gboolean is_done = TRUE;
    for (gsize i = 0; i < n; i++)
        is_done &= placed >> i & 1 || calls[i].answered == ANA_CALL_OPEN;
    if (is_done)
        return TRUE;
    for (gsize i = 0; i < n; i++) {
        if (placed >> i & 1 || (!calls[i].is_write && calls[i].value != value))
            continue;
        gboolean is_first = TRUE; /* no other has been answered before this one was invoked */
        for (gsize j = 0; j < n; j++)
            is_first &= placed >> j & 1 || calls[j].answered > calls[i].invoked;
        if (is_first && some_order_works(calls, n, placed | 1u << i,
                                         calls[i].is_write ? calls[i].value : value))
            return TRUE;
    }
    return FALSE;
}

/* Calls of random lengths; what is read is mostly a value written earlier. */
static gsize random_history(SimRng *rng, AnaCall *calls)
{
    SimDraw draw = sim_draw_sequential(rng);
    gsize n = 1 + sim_draw_below(&draw, 8);
    guint64 places[16], n_writes = 0;
    for (gsize i = 0; i < 2 * n; i++)
        places[i] = i + 1;
    for (gsize i = 2 * n; i-- > 1;) {
        gsize j = sim_draw_below(&draw, i + 1);
        guint64 other = places[i];
        places[i] = places[j];
        places[j] = other;
    }
    for (gsize i = 0; i < n; i++) {
        guint64 a = places[2 * i], b = places[2 * i + 1];
        calls[i] = (AnaCall){.invoked = MIN(a, b), .answered = MAX(a, b)};
        calls[i].is_write = sim_draw_chance(&draw, 0.4);
        if (calls[i].is_write)
            calls[i].value = ++n_writes;
        if (sim_draw_chance(&draw, 0.15))
            calls[i].answered = ANA_CALL_OPEN;
    }
    for (gsize i = 0; i < n; i++)
        if (!calls[i].is_write)
            calls[i].value = sim_draw_below(&draw, n_writes + 1);
    return n;
}

/* The calls, and for values whose writes are missing open writes from the beginning. */
static gboolean has_order_without_missing(const AnaCall *calls, gsize n)
{
    AnaCall all[24];
    gsize total = n;
    memcpy(all, calls, n * sizeof *calls);
    for (guint64 value = 1; value <= 8; value++) {
        gboolean is_read = FALSE, is_written = FALSE;
        for (gsize i = 0; i < n; i++)
            if (calls[i].value == value)
                *(calls[i].is_write ? &is_written : &is_read) = TRUE;
        if (is_read && !is_written)
            all[total++] = (AnaCall){
                .invoked = 0, .answered = ANA_CALL_OPEN, .value = value, .is_write = TRUE};
    }
    return some_order_works(all, total, 0, 0);
}

static void check_offending(const AnaCall *calls, gsize n)
{
    gsize chosen[16];
    AnaCall part[16];
    gsize n_chosen = ana_offending_calls(calls, n, MOST, chosen);
    CHECK(n_chosen >= 1);
    for (gsize left_out = 0; left_out <= n_chosen; left_out++) {
        gsize n_part = 0;
        for (gsize i = 0; i < n_chosen; i++)
            if (i != left_out)
                part[n_part++] = calls[chosen[i]];
        CHECK_INT(has_order_without_missing(part, n_part), left_out < n_chosen);
    }
}

/* The zones' few calls have no order, and the search finds the smallest part of them. */
static void check_conflict(const AnaCall *calls, const AnaConflict *conflict)
{
    AnaCall part[ANA_CONFLICT_MOST];
    gsize chosen[ANA_CONFLICT_MOST];
    CHECK(conflict->n >= 1 && conflict->n <= ANA_CONFLICT_MOST);
    for (gsize i = 0; i < conflict->n; i++)
        part[i] = calls[conflict->calls[i]];
    CHECK(!some_order_works(part, conflict->n, 0, 0));
    CHECK(ana_offending_calls(part, conflict->n, MOST, chosen) <= conflict->n);
}

static void random_histories_are_judged_as_by_every_order(void)
{
    SimRng rng;
    unsigned n_without = 0, n_with = 0;
    sim_rng_seed(&rng, 4);
    for (unsigned round = 0; round < 20000; round++) {
        AnaCall calls[16];
        gsize n = random_history(&rng, calls);
        gboolean works = some_order_works(calls, n, 0, 0);
        test_row("seed 4, round %u", round);
        AnaConflict conflict;
        CHECK_INT(ana_linearizable(calls, n, MOST), works ? ANA_ORDER_EXISTS : ANA_ORDER_NONE);
        CHECK_INT(ana_register_zones(calls, n, &conflict),
                  works ? ANA_ORDER_EXISTS : ANA_ORDER_NONE);
        if (!works)
            check_conflict(calls, &conflict);
        /* A value that nobody writes at all is blamed by itself. */
        if (!works && !has_order_without_missing(calls, n))
            check_offending(calls, n);
        *(works ? &n_with : &n_without) += 1;
    }
    test_row(NULL);
    CHECK(n_with > 3000);
    CHECK(n_without > 3000);
}

/* ---- what is blamed ----------------------------------------------------------------------- */

static void a_stale_read_is_blamed_together_with_what_it_contradicts(void)
{
    AnaCall calls[400];
    gsize n = 0, chosen[400];
    for (guint64 i = 1; i <= 150; i++) {
        guint64 at = 10 * i;
        calls[n++] = (AnaCall){.invoked = at, .answered = at + 2, .value = i, .is_write = TRUE};
        /* the 100th read returns what the 97th did */
        calls[n++] = (AnaCall){.invoked = at + 3, .answered = at + 5, .value = i == 100 ? 97 : i};
    }
    CHECK_INT(ana_linearizable(calls, n, MOST), ANA_ORDER_NONE);
    gsize n_chosen = ana_offending_calls(calls, n, MOST, chosen);
    CHECK_UINT(n_chosen, 3);
    CHECK_UINT(calls[chosen[0]].value, 97); /* 97 was there, … */
    CHECK_UINT(chosen[2], 2 * 99 + 1);      /* … and is read again, too late */
    CHECK(calls[chosen[1]].value > 97);
}

static void long_histories_of_many_clients_are_judged(void)
{
    enum { CALLS = 30000 };
    g_autofree AnaCall *calls = g_new(AnaCall, CALLS);
    SimRng rng;
    sim_rng_seed(&rng, 9);
    SimDraw draw = sim_draw_sequential(&rng);
    guint64 value = 0, n_writes = 0;
    /* Each takes effect at 100 i; it lasts up to 400 to either side, so eight overlap. */
    for (guint64 i = 0; i < CALLS; i++) {
        guint64 at = 1000 + 100 * i, before = 1 + 2 * sim_draw_below(&draw, 200);
        guint64 after = 2 + 2 * sim_draw_below(&draw, 200);
        gboolean is_write = sim_draw_chance(&draw, 0.3);
        if (is_write)
            value = ++n_writes;
        /* distinct places: (time, number of the call, end) */
        calls[i] = (AnaCall){.invoked = (at - before) * CALLS * 2 + 2 * i,
                             .answered = (at + after) * CALLS * 2 + 2 * i + 1,
                             .value = value,
                             .is_write = is_write};
    }
    CHECK_INT(ana_linearizable(calls, CALLS, MOST), ANA_ORDER_EXISTS);
    CHECK_INT(ana_register_zones(calls, CALLS, NULL), ANA_ORDER_EXISTS);
    gsize read = CALLS - 1;
    while (calls[read].is_write || calls[read].value < 10)
        read--;
    calls[read].value -= 9; /* far too old */
    CHECK_INT(ana_linearizable(calls, CALLS, MOST), ANA_ORDER_NONE);
    CHECK_INT(ana_register_zones(calls, CALLS, NULL), ANA_ORDER_NONE);
}

static void the_search_gives_up_at_its_limit(void)
{
    enum { WRITES = 24 };
    AnaCall calls[WRITES + 2];
    gsize n = 0;
    for (guint64 i = 0; i < WRITES; i++)
        calls[n++] =
            (AnaCall){.invoked = 1 + i, .answered = 100 + i, .value = 1 + i, .is_write = TRUE};
    calls[n++] = (AnaCall){.invoked = 200, .answered = 201, .value = 1};
    calls[n++] = (AnaCall){.invoked = 202, .answered = 203, .value = 2};
    CHECK_INT(ana_linearizable(calls, n, 1000), ANA_ORDER_UNKNOWN);
    AnaConflict conflict;
    CHECK_INT(ana_register_zones(calls, n, &conflict), ANA_ORDER_NONE);
    CHECK_UINT(conflict.n, 4); /* where the search gives up, the zones name both writes and reads */
}

static const TestCase cases[] = {TEST(known_histories_are_judged_right),
                                 TEST(nothing_at_all_has_an_order),
                                 TEST(random_histories_are_judged_as_by_every_order),
                                 TEST(a_stale_read_is_blamed_together_with_what_it_contradicts),
                                 TEST(long_histories_of_many_clients_are_judged),
                                 TEST(the_search_gives_up_at_its_limit),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("linearizable", cases, argc, argv);
}
