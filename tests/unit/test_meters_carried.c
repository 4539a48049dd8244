/*
 * test_meters_carried.c — writes that were cut off and handed to a new leader: lost_writes,
 * overwritten_writes, conflicts, staleness; and places that were left.
 *
 * Method: transcripts by hand, with the expected cells worked out on paper.
 */
#include "analysis/carried.h"
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#define END (110 * SIM_S)
#define AT(term_, index_) ((RepVersion){.index = (index_), .term = (term_)})

/* db1 leads with five acknowledged writes to keys 1 … 5; db2 has three of them, leads from 30 s on
 * and writes entry 4 of term 2. db1 cuts its two at 40 s. */
static void two_cut(MeterScript *script)
{
    meter_script_leads(script, 0, DB1, 1);
    meter_script_entries(script, 10 * SIM_S, REP_OBS_DURABLE, DB1, 1, 5);
    for (guint64 i = 1; i <= 5; i++)
        meter_script_write(script, 10 * SIM_S, 11 * SIM_S, i, i);
    meter_script_entries(script, 12 * SIM_S, REP_OBS_FLUSHED, DB2, 1, 3);
    meter_script_entries(script, 12 * SIM_S, REP_OBS_APPLIED, DB2, 1, 3);
    meter_script_ceases(script, 29 * SIM_S, DB1, 1);
    meter_script_leads(script, 30 * SIM_S, DB2, 2);
    meter_script_entries(script, 31 * SIM_S, REP_OBS_DURABLE, DB2, 4, 4)->term = 2;
    meter_script_entries(script, 40 * SIM_S, REP_OBS_TRUNCATED, DB1, 4, 5);
}

static void check_fates(MeterScript *script, guint64 lost, guint64 overwritten, guint64 conflicts)
{
    CHECK_UINT(meter_script_cell(script, "lost_writes")->hits, lost);
    CHECK_UINT(meter_script_cell(script, "overwritten_writes")->hits, overwritten);
    CHECK_UINT(meter_script_cell(script, "conflicts")->hits, conflicts);
}

static void a_write_is_looked_for_where_it_was_carried(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_entries(script, 42 * SIM_S, REP_OBS_DURABLE, DB2, 5, 5)->term = 2;
    meter_script_play(script, END, TRUE);
    check_fates(script, 1, 0, 0); /* 1/5 was not handed over */
    CHECK_UINT(meter_script_cell(script, "lost_writes")->of, 5);
}

static void a_write_that_a_conflict_rule_drops_is_overwritten_and_not_lost(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(0, 0));
    meter_script_play(script, END, TRUE);
    check_fates(script, 1, 1, 1);
    CHECK_NEAR(meter_script_value(script, "overwritten_writes.rate"), 0.2, 0);
    CHECK_NEAR(meter_script_value(script, "conflicts.rate"), 0.2, 0);
}

static void a_write_of_the_new_log_may_be_the_one_that_is_dropped(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_write(script, 31 * SIM_S, 32 * SIM_S, 4, 4)->version.term = 2;
    meter_script_carried(script, 41 * SIM_S, DB2, AT(2, 4), AT(0, 0));
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_entries(script, 42 * SIM_S, REP_OBS_DURABLE, DB2, 5, 5)->term = 2;
    meter_script_play(script, END, TRUE);
    check_fates(script, 1, 1, 1);
}

static void handed_over_twice_it_has_its_fate_from_the_first_time(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_carried(script, 42 * SIM_S, DB2, AT(1, 4), AT(0, 0));
    meter_script_carried(script, 43 * SIM_S, DB2, AT(1, 5), AT(0, 0));
    meter_script_carried(script, 44 * SIM_S, DB2, AT(1, 5), AT(2, 6));
    meter_script_play(script, END, TRUE);
    check_fates(script, 0, 1, 1);
}

static void carried_and_cut_again_it_is_lost_unless_carried_again(void)
{
    for (int again = 0; again <= 1; again++) {
        g_autoptr(MeterScript) script = meter_script_new();
        two_cut(script);
        meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
        meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 5), AT(2, 6));
        meter_script_entries(script, 42 * SIM_S, REP_OBS_DURABLE, DB2, 5, 6)->term = 2;
        meter_script_entries(script, 43 * SIM_S, REP_OBS_FLUSHED, DB3, 1, 4)->term = 2;
        meter_script_ceases(script, 44 * SIM_S, DB2, 2);
        meter_script_leads(script, 45 * SIM_S, DB3, 3);
        meter_script_entries(script, 45 * SIM_S, REP_OBS_DURABLE, DB3, 5, 5)->term = 3;
        meter_script_entries(script, 46 * SIM_S, REP_OBS_TRUNCATED, DB2, 5, 6)->term = 2;
        if (again)
            meter_script_carried(script, 47 * SIM_S, DB3, AT(2, 6), AT(3, 6));
        meter_script_play(script, END, TRUE);
        check_fates(script, again ? 1 : 2, 0, 0);
    }
}

static void an_acknowledgement_that_arrives_after_the_cut_names_the_old_place(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_entries(script, 10 * SIM_S, REP_OBS_DURABLE, DB1, 6, 7);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 6), AT(2, 5));
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 7), AT(0, 0));
    meter_script_write(script, 15 * SIM_S, 43 * SIM_S, 6, 6);
    meter_script_write(script, 15 * SIM_S, 43 * SIM_S, 7, 7);
    meter_script_play(script, END, TRUE);
    check_fates(script, 2, 1, 1);
}

/* db3 had not cut it yet, and leads after db2, which alone had it at its new place. */
static void a_write_lost_where_it_was_carried_may_live_where_it_was(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_entries(script, 12 * SIM_S, REP_OBS_FLUSHED, DB3, 1, 4);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_ceases(script, 44 * SIM_S, DB2, 2);
    meter_script_node(script, 44 * SIM_S, DB2, REP_NODE_DOWN, FALSE);
    meter_script_leads(script, 45 * SIM_S, DB3, 3);
    meter_script_play(script, END, TRUE);
    check_fates(script, 1, 0, 0);
}

static void a_read_of_a_carried_write_is_fresh_at_either_place_and_stale_below(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_entries(script, 42 * SIM_S, REP_OBS_DURABLE, DB2, 5, 5)->term = 2;
    meter_script_read(script, 50 * SIM_S, 51 * SIM_S, 4, 5)->version.term = 2;
    meter_script_read(script, 50 * SIM_S, 51 * SIM_S, 4, 4);
    meter_script_read(script, 50 * SIM_S, 51 * SIM_S, 4, 0); /* it is there again */
    meter_script_read(script, 50 * SIM_S, 51 * SIM_S, 5, 0); /* 1/5 is not */
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->of, 4);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 1);
    CHECK_INT(ana_hist_max(meter_script_cell(script, "stale_age.max")->hist), 39 * SIM_S);
}

static void a_later_write_between_the_places_is_older_than_the_carried_one(void)
{
    g_autoptr(MeterScript) script = meter_script_new();
    two_cut(script);
    meter_script_write(script, 31 * SIM_S, 32 * SIM_S, 4, 4)->version.term = 2;
    meter_script_carried(script, 41 * SIM_S, DB2, AT(2, 4), AT(0, 0));
    meter_script_carried(script, 41 * SIM_S, DB2, AT(1, 4), AT(2, 5));
    meter_script_entries(script, 42 * SIM_S, REP_OBS_DURABLE, DB2, 5, 5)->term = 2;
    meter_script_read(script, 50 * SIM_S, 51 * SIM_S, 4, 4)->version.term = 2;
    meter_script_play(script, END, TRUE);
    CHECK_UINT(meter_script_cell(script, "stale_rate")->hits, 1);
    CHECK_INT(ana_hist_max(meter_script_cell(script, "stale_age.max")->hist), 39 * SIM_S);
}

static AnaVersion place(guint32 term, guint64 index)
{
    return ana_version_pack(AT(term, index));
}

static void places_that_nobody_holds_are_pruned_after_a_life_and_chains_keep_their_end(void)
{
    AnaWorld world = meter_script_world();
    AnaHistory *history = ana_history_new(&world);
    AnaCarried *carried = ana_carried_new();
    RepObservation durable = {.kind = REP_OBS_DURABLE,
                              .entries = {.node = DB1, .term = 1, .first = 1, .last = 10}};
    ana_history_observe(history, &durable);
    ana_carried_add(carried, place(1, 10), place(2, 5)); /* DB1 still holds 1/10 */
    ana_carried_add(carried, place(2, 5), place(3, 1));
    ana_carried_add(carried, place(1, 11), place(2, 6));
    ana_carried_add(carried, place(2, 6), 0);
    CHECK_UINT(ana_carried_place(carried, place(1, 10)), place(3, 1));
    ana_carried_prune(carried, history, 100, 50);
    CHECK_UINT(ana_carried_n_left(carried), 4);
    CHECK_UINT(ana_carried_place(carried, place(1, 11)), place(2, 6));
    CHECK(ana_carried_is_dropped(carried, place(1, 11)));
    ana_carried_prune(carried, history, 151, 50);
    CHECK_UINT(ana_carried_n_left(carried), 1);
    CHECK_UINT(ana_carried_place(carried, place(1, 10)), place(3, 1));
    CHECK(!ana_carried_is_dropped(carried, place(1, 10)));
    ana_carried_free(carried);
    ana_history_free(history);
}

static const TestCase cases[] = {
    {"a_write_is_looked_for_where_it_was_carried", a_write_is_looked_for_where_it_was_carried},
    {"a_write_that_a_conflict_rule_drops_is_overwritten_and_not_lost",
     a_write_that_a_conflict_rule_drops_is_overwritten_and_not_lost},
    {"a_write_of_the_new_log_may_be_the_one_that_is_dropped",
     a_write_of_the_new_log_may_be_the_one_that_is_dropped},
    {"handed_over_twice_it_has_its_fate_from_the_first_time",
     handed_over_twice_it_has_its_fate_from_the_first_time},
    {"carried_and_cut_again_it_is_lost_unless_carried_again",
     carried_and_cut_again_it_is_lost_unless_carried_again},
    {"an_acknowledgement_that_arrives_after_the_cut_names_the_old_place",
     an_acknowledgement_that_arrives_after_the_cut_names_the_old_place},
    {"a_write_lost_where_it_was_carried_may_live_where_it_was",
     a_write_lost_where_it_was_carried_may_live_where_it_was},
    {"a_read_of_a_carried_write_is_fresh_at_either_place_and_stale_below",
     a_read_of_a_carried_write_is_fresh_at_either_place_and_stale_below},
    {"a_later_write_between_the_places_is_older_than_the_carried_one",
     a_later_write_between_the_places_is_older_than_the_carried_one},
    {"places_that_nobody_holds_are_pruned_after_a_life_and_chains_keep_their_end",
     places_that_nobody_holds_are_pruned_after_a_life_and_chains_keep_their_end},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("meters_carried", cases, argc, argv);
}
