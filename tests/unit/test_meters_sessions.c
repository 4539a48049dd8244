/*
 * test_meters_sessions.c — ryw_violations, monotonic_violations and prefix_violations (semantics
 * §9), clause by clause.
 *
 * Method: transcripts by hand, with the expected cells worked out on paper. Key 7 unless said.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#define END (110 * SIM_S)

static RepOperationSeen *write_at(MeterScript *script, guint session, SimTime began, SimTime ended,
                                  guint64 index)
{
    RepOperationSeen *write = meter_script_write(script, began, ended, 7, index);
    write->session = session;
    return write;
}

static RepOperationSeen *read_at(MeterScript *script, guint session, SimTime began, guint64 index)
{
    RepOperationSeen *read = meter_script_read(script, began, began + SIM_MS, 7, index);
    read->session = session;
    return read;
}

static void expect(MeterScript *script, const char *name, guint64 hits, guint64 of)
{
    test_row("%s", name);
    CHECK_UINT(meter_script_cell(script, name)->hits, hits);
    CHECK_UINT(meter_script_cell(script, name)->of, of);
    test_row(NULL);
}

/* ---- own writes --------------------------------------------------------------------------- */

static void a_session_that_misses_its_acknowledged_write_is_counted(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    write_at(script, 3, 10 * SIM_S, 11 * SIM_S, 1);
    read_at(script, 3, 11 * SIM_S - 1, 0);            /* began before: no opportunity */
    read_at(script, 3, 11 * SIM_S, 0);                /* at the instant: missed */
    read_at(script, 3, 12 * SIM_S, 1);                /* seen */
    read_at(script, 3, 12 * SIM_S, 2);                /* what followed it */
    read_at(script, 3, 13 * SIM_S, 0)->key = 8;       /* another key */
    read_at(script, 4, 13 * SIM_S, 0);                /* another session */
    read_at(script, 3, 13 * SIM_S, 0)->client = JOBS; /* of the same number, in another group */
    read_at(script, 3, 13 * SIM_S, 0)->outcome = REP_UNKNOWN;
    meter_script_play(script, END, TRUE);
    expect(script, "ryw_violations", 1, 3);
    expect(script, "ryw_violations{client_region=us}", 1, 3);
    expect(script, "ryw_violations{client_region=eu}", 0, 0);
    CHECK_NEAR(meter_script_value(script, "ryw_violations"), 1, 0);
    CHECK_NEAR(meter_script_value(script, "ryw_violations.rate"), 1.0 / 3, 1e-15);
}

static void only_the_newest_own_write_counts_and_only_if_it_was_acknowledged(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    write_at(script, 3, 10 * SIM_S, 20 * SIM_S, 5);
    write_at(script, 3, 10 * SIM_S, 21 * SIM_S, 2); /* acknowledged later, though older */
    write_at(script, 3, 10 * SIM_S, 22 * SIM_S, 9)->outcome = REP_UNKNOWN;
    read_at(script, 3, 23 * SIM_S, 5);
    read_at(script, 3, 23 * SIM_S, 4); /* it misses 5, though not 2 */
    read_at(script, 3, 23 * SIM_S, 1);
    meter_script_play(script, END, TRUE);
    expect(script, "ryw_violations", 2, 3);
}

static void a_read_under_way_is_held_against_what_was_acknowledged_when_it_began(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    for (guint64 i = 1; i <= 12; i++)
        write_at(script, 3, 10 * SIM_S, (10 + (SimTime)i) * SIM_S, i);
    meter_script_read(script, 13 * SIM_S, 30 * SIM_S, 7, 3)->session = 3;
    meter_script_read(script, 13 * SIM_S, 30 * SIM_S, 7, 2)->session = 3;
    meter_script_play(script, END, TRUE);
    expect(script, "ryw_violations", 1, 2);
}

/* db1 has 1 and 2, and is lost; db2 goes on with 1 alone. */
static void two_are_written_and_one_is_lost(MeterScript *script)
{
    meter_script_entries(script, 8 * SIM_S, REP_OBS_DURABLE, DB1, 1, 2);
    for (int node = DB2; node <= DB3; node++)
        for (int kind = REP_OBS_RECEIVED; kind <= REP_OBS_APPLIED; kind++)
            if (kind != REP_OBS_DURABLE)
                meter_script_entries(script, 9 * SIM_S, (RepObservationKind)kind, node, 1, 1);
    meter_script_node(script, 15 * SIM_S, DB1, REP_NODE_DOWN, FALSE);
    meter_script_leads(script, 16 * SIM_S, DB2, 2);
    meter_script_entries(script, 17 * SIM_S, REP_OBS_DURABLE, DB2, 2, 2)->term = 2;
}

static void a_lost_write_is_no_violation_but_those_before_it_are(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_are_written_and_one_is_lost(script);
    write_at(script, 3, 7 * SIM_S, 10 * SIM_S, 1);
    write_at(script, 3, 7 * SIM_S, 11 * SIM_S, 2);
    read_at(script, 3, 12 * SIM_S, 1); /* misses 2, which is not lost yet */
    read_at(script, 3, 50 * SIM_S, 1); /* 2 is lost */
    read_at(script, 3, 60 * SIM_S, 0); /* but 1 is not */
    meter_script_play(script, END, TRUE);
    expect(script, "ryw_violations", 2, 3);
}

static void the_warm_up_counts_for_what_was_written_but_not_for_what_is_read(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    write_at(script, 3, 0, SIM_MS, 1);
    read_at(script, 3, SCRIPT_WARMUP - 1, 0);
    read_at(script, 3, SCRIPT_WARMUP, 0);
    read_at(script, 3, SCRIPT_DURATION, 0);
    meter_script_play(script, END, TRUE);
    expect(script, "ryw_violations", 1, 1);
}

/* ---- own reads ---------------------------------------------------------------------------- */

static void time_must_not_run_backwards_in_a_session(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    read_at(script, 3, 10 * SIM_S, 5);          /* the first: no opportunity */
    read_at(script, 3, 10 * SIM_S, 4);          /* at the same time: none either */
    read_at(script, 3, 10 * SIM_S + SIM_MS, 4); /* 5 was answered at this instant */
    read_at(script, 3, 11 * SIM_S, 5);
    read_at(script, 3, 12 * SIM_S, 6);
    read_at(script, 3, 13 * SIM_S, 5); /* older than 6 */
    read_at(script, 3, 14 * SIM_S, 0); /* older than anything */
    read_at(script, 4, 15 * SIM_S, 1); /* another session's first */
    meter_script_play(script, END, TRUE);
    expect(script, "monotonic_violations", 3, 5);
}

/* It is newer than what was before it, and older than what the next leader appends. */
static void what_was_read_and_then_taken_back_was_there(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_are_written_and_one_is_lost(script);
    read_at(script, 3, 10 * SIM_S, 2); /* not acknowledged to anybody */
    read_at(script, 3, 50 * SIM_S, 1);
    read_at(script, 3, 51 * SIM_S, 2)->version.term = 2;
    read_at(script, 3, 52 * SIM_S, 1);
    read_at(script, 4, 53 * SIM_S, 1);
    read_at(script, 4, 54 * SIM_S, 1); /* has never seen more */
    meter_script_play(script, END, TRUE);
    expect(script, "monotonic_violations", 2, 4);
}

static void an_earlier_read_of_nothing_is_an_opportunity(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    read_at(script, 3, 10 * SIM_S, 0);
    read_at(script, 3, 11 * SIM_S, 0);
    read_at(script, 3, 12 * SIM_S, 1);
    read_at(script, 3, 13 * SIM_S, 0);
    meter_script_play(script, END, TRUE);
    expect(script, "monotonic_violations", 1, 3);
}

/* ---- what writes depend on ---------------------------------------------------------------- */

/* Entry `index` answers, at key 9, version 4 of key 7. */
static void append_answer(MeterScript *script, SimTime at, guint64 index)
{
    meter_script_add(script, (RepObservation){.kind = REP_OBS_APPENDED,
                                              .at = at,
                                              .appended = {.node = DB1,
                                                           .client = WEB,
                                                           .key = 9,
                                                           .entry = {.index = index, .term = 1},
                                                           .depends_on = {7, {4, 1}}}});
}

static void who_has_read_the_answer_must_see_the_question(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    append_answer(script, 10 * SIM_S, 6);
    read_at(script, 3, 10 * SIM_S, 3);          /* has not read the answer */
    read_at(script, 3, 11 * SIM_S, 6)->key = 9; /* now it has */
    read_at(script, 3, 12 * SIM_S, 3);          /* lacks the question */
    read_at(script, 3, 13 * SIM_S, 4);          /* has it */
    read_at(script, 3, 14 * SIM_S, 5);          /* has what followed it */
    read_at(script, 4, 15 * SIM_S, 0)->key = 9; /* of the answer's key, not the answer */
    read_at(script, 4, 16 * SIM_S, 0);
    read_at(script, 5, 17 * SIM_S, 7)->key = 9; /* what followed the answer is not it */
    read_at(script, 5, 18 * SIM_S, 0);
    meter_script_play(script, END, TRUE);
    expect(script, "prefix_violations", 1, 3);
}

static void an_answer_counts_though_its_author_never_hears_of_it(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    append_answer(script, 10 * SIM_S, 6);
    meter_script_write(script, 9 * SIM_S, 39 * SIM_S, 9, 0)->outcome = REP_UNKNOWN;
    read_at(script, 3, 11 * SIM_S, 6)->key = 9;
    read_at(script, 3, 12 * SIM_S, 0);
    meter_script_play(script, END, TRUE);
    expect(script, "prefix_violations", 1, 1);
}

/* ---- what is asked ------------------------------------------------------------------------ */

static void nothing_is_watched_that_nobody_asks_for(void)
{
    AnaWorld world = meter_script_world();
    world.events = 0;
    g_autoptr(MeterScript) script = meter_script_new_in(&world);
    AnaQuery query = ana_query_of(ana_metric_find("monotonic_violations"));
    query.session = 3;
    query.node = DB3;
    meter_script_ask(script, query);
    read_at(script, 3, 10 * SIM_S, 5);
    read_at(script, 3, 11 * SIM_S, 4)->node = DB3;
    read_at(script, 3, 12 * SIM_S, 4);
    read_at(script, 4, 13 * SIM_S, 5);
    read_at(script, 4, 14 * SIM_S, 4)->node = DB3;
    meter_script_play(script, END, TRUE);
    expect(script, "monotonic_violations{node=db3, session=3}", 1, 1);
}

static const TestCase cases[] = {
    {"a_session_that_misses_its_acknowledged_write_is_counted",
     a_session_that_misses_its_acknowledged_write_is_counted},
    {"only_the_newest_own_write_counts_and_only_if_it_was_acknowledged",
     only_the_newest_own_write_counts_and_only_if_it_was_acknowledged},
    {"a_read_under_way_is_held_against_what_was_acknowledged_when_it_began",
     a_read_under_way_is_held_against_what_was_acknowledged_when_it_began},
    {"a_lost_write_is_no_violation_but_those_before_it_are",
     a_lost_write_is_no_violation_but_those_before_it_are},
    {"the_warm_up_counts_for_what_was_written_but_not_for_what_is_read",
     the_warm_up_counts_for_what_was_written_but_not_for_what_is_read},
    {"time_must_not_run_backwards_in_a_session", time_must_not_run_backwards_in_a_session},
    {"what_was_read_and_then_taken_back_was_there", what_was_read_and_then_taken_back_was_there},
    {"an_earlier_read_of_nothing_is_an_opportunity", an_earlier_read_of_nothing_is_an_opportunity},
    {"who_has_read_the_answer_must_see_the_question",
     who_has_read_the_answer_must_see_the_question},
    {"an_answer_counts_though_its_author_never_hears_of_it",
     an_answer_counts_though_its_author_never_hears_of_it},
    {"nothing_is_watched_that_nobody_asks_for", nothing_is_watched_that_nobody_asks_for},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_sessions", cases, argc, argv);
}
