/*
 * test_clock.c — goal: a clock shows what clock.h says. Method: one clock alone, readings worked
 * out in the comments; for what is drawn, bounds that hold for every seed, and shares over many.
 */
#include "models/clock.h"
#include "tests/support/check.h"

#define DAY (24 * SIM_HOUR)
#define PERFECT ((RepClockSetup){.kind = REP_CLOCK_PERFECT})

static RepClockSetup drifting(double drift)
{
    return (RepClockSetup){.kind = REP_CLOCK_SKEWED, .drift = drift};
}

static RepClockSetup by_server(SimSpan error_p99)
{
    return (RepClockSetup){.kind = REP_CLOCK_NTP, .error_p99 = error_p99};
}

static RepClock clock_of(const RepClockSetup *setup, guint64 seed)
{
    RepClock clock;
    rep_clock_init(&clock, setup, sim_stream_root(seed, 0));
    return clock;
}

/* ---- what it shows ------------------------------------------------------------------------ */

static void a_perfect_clock_shows_true_time(void)
{
    RepClockSetup setup = PERFECT;
    RepClock clock = clock_of(&setup, 1);
    CHECK_INT(rep_clock_shows(&clock, 0), 0);
    CHECK_INT(rep_clock_shows(&clock, 365 * DAY), 365 * DAY);
    CHECK_INT(rep_clock_when(&clock, 365 * DAY, 366 * DAY), 366 * DAY);
}

/* 40 ppm of a day are 3.456 s. */
static void a_drift_gains_its_share_and_an_offset_stays(void)
{
    RepClockSetup setup = drifting(40e-6);
    setup.by = -250 * SIM_MS;
    RepClock clock = clock_of(&setup, 1);
    CHECK_INT(rep_clock_shows(&clock, 0), -250 * SIM_MS);
    CHECK_INT(rep_clock_shows(&clock, DAY), DAY + 3456 * SIM_MS - 250 * SIM_MS);
}

/* No double is 200 ppm, and some that are written so lie below. */
static void a_drift_is_rounded_to_parts_per_billion(void)
{
    for (gint64 ppm = -100000; ppm <= 100000; ppm += 7)
        CHECK_INT(rep_clock_ppb((double)ppm / 1e6), 1000 * ppm);
}

/* Errors are slewed from one poll to the next, so they stay within what was drawn; and 99 % of
 * those are below 5 ms. */
static void a_server_keeps_it_near_and_it_never_goes_back(void)
{
    RepClockSetup setup = by_server(5 * SIM_MS);
    guint far = 0, n = 0;
    for (guint64 seed = 1; seed <= 50; seed++) {
        RepClock clock = clock_of(&setup, seed);
        SimTime last = G_MININT64;
        for (SimTime now = 0; now < 6 * SIM_HOUR; now += 17 * SIM_S, n++) {
            SimTime shown = rep_clock_shows(&clock, now);
            CHECK(shown >= last);
            CHECK(ABS(shown - now) < 15 * SIM_MS);
            far += ABS(shown - now) > 5 * SIM_MS;
            last = shown;
        }
    }
    CHECK(far > 0);
    CHECK((double)far / n < 0.01);
}

/* Half of a normal law lies within 0.674 / 2.576 of its p99: 1.309 ms. */
static void errors_at_polls_are_normal(void)
{
    RepClockSetup setup = by_server(5 * SIM_MS);
    RepClock clock = clock_of(&setup, 3);
    guint near = 0, far = 0, behind = 0, n = 0;
    for (SimTime at = 0; n < 20000; n++, at += 64 * SIM_S) {
        SimSpan error = rep_clock_shows(&clock, at) - at;
        near += ABS(error) < 1309 * SIM_US;
        far += ABS(error) > 5 * SIM_MS;
        behind += error < 0;
    }
    CHECK_NEAR((double)near / n, 0.5, 0.015);
    CHECK_NEAR((double)behind / n, 0.5, 0.015);
    CHECK_NEAR((double)far / n, 0.01, 0.003);
}

/* A nanosecond at a time: both the error and a fault's drift take it back, each rounded down. */
static void two_slow_parts_together_do_not_take_it_back(void)
{
    RepClockSetup setup = by_server(100 * SIM_MS);
    for (guint64 seed = 1; seed <= 20; seed++) {
        RepClock clock = clock_of(&setup, seed);
        rep_clock_drift(&clock, 0, -12345678);
        SimTime last = rep_clock_shows(&clock, SIM_S);
        for (SimTime now = SIM_S; now < SIM_S + 3000; now++) {
            SimTime shown = rep_clock_shows(&clock, now);
            CHECK(shown >= last);
            last = shown;
        }
    }
}

/* ---- instants ----------------------------------------------------------------------------- */

static void check_first(const RepClock *clock, SimTime now, SimTime shown)
{
    SimTime at = rep_clock_when(clock, now, shown);
    CHECK(rep_clock_shows(clock, at) >= shown);
    CHECK(at == now || rep_clock_shows(clock, at - 1) < shown);
}

static void an_instant_is_the_first_at_which_the_clock_shows_it(void)
{
    static const double drifts[] = {-0.1, -37e-6, 0, 1e-6, 0.012345, 0.1};
    for (gsize i = 0; i < G_N_ELEMENTS(drifts); i++) {
        RepClockSetup setup = drifting(drifts[i]);
        RepClock clock = clock_of(&setup, 1);
        test_row("%g", drifts[i]);
        for (SimTime now = 0; now < 100; now += 7)
            for (SimTime shown = now - 3; shown < 200; shown++)
                check_first(&clock, now, shown);
        check_first(&clock, 1000, 3 * DAY + 1);
    }
    test_row(NULL);
    RepClockSetup setup = by_server(300 * SIM_MS);
    for (guint64 seed = 1; seed <= 20; seed++) {
        RepClock clock = clock_of(&setup, seed);
        for (SimTime shown = 0; shown < 1000 * SIM_S; shown += 33333333333)
            check_first(&clock, SIM_S, shown);
    }
}

/* 3.9 s by a clock that runs 4 % slow: 3.9 / 0.96 = 4.0625. */
static void a_slow_clock_takes_longer_over_a_span(void)
{
    RepClockSetup slow = drifting(-0.04), perfect = PERFECT;
    RepClock clock = clock_of(&slow, 1);
    CHECK_INT(rep_clock_takes(&slow, 3900 * SIM_MS), 4062500000);
    CHECK_INT(rep_clock_when(&clock, 0, 3900 * SIM_MS), 4062500000);
    CHECK_INT(rep_clock_takes(&perfect, 3900 * SIM_MS), 3900 * SIM_MS);
    CHECK_INT(rep_clock_takes(&slow, SIM_NEVER), SIM_NEVER);
}

/* ---- faults ------------------------------------------------------------------------------- */

static void a_step_lasts_while_the_fault_does(void)
{
    RepClockSetup setup = PERFECT;
    RepClock clock = clock_of(&setup, 1);
    rep_clock_step(&clock, -2 * SIM_S);
    CHECK_INT(rep_clock_shows(&clock, 10 * SIM_S), 8 * SIM_S);
    CHECK_INT(rep_clock_when(&clock, 10 * SIM_S, 9 * SIM_S), 11 * SIM_S);
    rep_clock_step(&clock, 2 * SIM_S);
    CHECK_INT(rep_clock_shows(&clock, 31 * SIM_S), 31 * SIM_S);
}

/* 200 ppm of 1000 s are 0.2 s. */
static void what_a_drift_gained_stays(void)
{
    RepClockSetup setup = PERFECT;
    RepClock clock = clock_of(&setup, 1);
    rep_clock_drift(&clock, 1000 * SIM_S, 200000);
    rep_clock_drift(&clock, 2000 * SIM_S, -200000);
    CHECK_INT(rep_clock_shows(&clock, 5000 * SIM_S), 5000 * SIM_S + 200 * SIM_MS);
}

static void a_frozen_clock_stands_still_and_is_right_afterwards(void)
{
    RepClockSetup setup = PERFECT;
    RepClock clock = clock_of(&setup, 1);
    rep_clock_freeze(&clock, 10 * SIM_S, TRUE);
    rep_clock_freeze(&clock, 12 * SIM_S, TRUE);
    CHECK_INT(rep_clock_shows(&clock, 15 * SIM_S), 10 * SIM_S);
    CHECK_INT(rep_clock_when(&clock, 15 * SIM_S, 10 * SIM_S), 15 * SIM_S);
    CHECK_INT(rep_clock_when(&clock, 15 * SIM_S, 10 * SIM_S + 1), SIM_NEVER);
    rep_clock_freeze(&clock, 20 * SIM_S, FALSE);
    CHECK_INT(rep_clock_shows(&clock, 20 * SIM_S), 10 * SIM_S);
    rep_clock_freeze(&clock, 30 * SIM_S, FALSE);
    CHECK_INT(rep_clock_shows(&clock, 30 * SIM_S), 30 * SIM_S);
}

/* Slower by 1.1 s a second, it would run backwards. */
static void a_clock_that_is_slowed_too_much_stands_still(void)
{
    RepClockSetup setup = drifting(-0.1);
    RepClock clock = clock_of(&setup, 1);
    rep_clock_drift(&clock, 10 * SIM_S, -500000000);
    rep_clock_drift(&clock, 10 * SIM_S, -500000000);
    CHECK_INT(rep_clock_shows(&clock, 20 * SIM_S), 9 * SIM_S);
    CHECK_INT(rep_clock_when(&clock, 20 * SIM_S, 9 * SIM_S + 1), SIM_NEVER);
    rep_clock_drift(&clock, 20 * SIM_S, 500000000);
    CHECK_INT(rep_clock_shows(&clock, 30 * SIM_S), 13 * SIM_S);
}

static const TestCase cases[] = {
    TEST(a_perfect_clock_shows_true_time),
    TEST(a_drift_gains_its_share_and_an_offset_stays),
    TEST(a_drift_is_rounded_to_parts_per_billion),
    TEST(a_server_keeps_it_near_and_it_never_goes_back),
    TEST(errors_at_polls_are_normal),
    TEST(two_slow_parts_together_do_not_take_it_back),
    TEST(an_instant_is_the_first_at_which_the_clock_shows_it),
    TEST(a_slow_clock_takes_longer_over_a_span),
    TEST(a_step_lasts_while_the_fault_does),
    TEST(what_a_drift_gained_stays),
    TEST(a_frozen_clock_stands_still_and_is_right_afterwards),
    TEST(a_clock_that_is_slowed_too_much_stands_still),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("clock", cases, argc, argv);
}
