/*
 * test_versions.c — acknowledged versions by key: memory follows what is alive, and bit sets and
 * durable instants beside them.
 */
#include "analysis/bit_log.h"
#include "analysis/durability.h"
#include "analysis/versions.h"
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

static AnaVersion version(guint32 term, guint64 index)
{
    return ana_version_pack((RepVersion){.index = index, .term = term});
}

static void packed_versions_order_as_the_log_does(void)
{
    CHECK(version(1, 5) < version(1, 6));
    CHECK(version(1, 900) < version(2, 3));
    CHECK_UINT(version(3, 0), 0); /* no entry, whatever the term */
    CHECK_UINT(ana_version_term(version(7, 123)), 7);
    CHECK_UINT(ana_version_index(version(7, 123)), 123);
}

/* Entries up to `index` of term 1 are in the main history. */
static void extend(AnaHistory *history, guint64 index)
{
    RepObservation seen = {.kind = REP_OBS_DURABLE,
                           .entries = {.node = DB1, .term = 1, .first = index, .last = index}};
    ana_history_observe(history, &seen);
}

static void memory_follows_what_can_still_be_missed(void)
{
    AnaWorld world = meter_script_world();
    AnaHistory *history = ana_history_new(&world);
    AnaCarried *carried = ana_carried_new();
    AnaVersions *versions = ana_versions_new(history, carried, FALSE, 100);
    gsize most_records = 0, most_keys = 0;
    for (guint64 i = 1; i <= 200000; i++) {
        /* A new key every time, and a hot one; all replicas show an entry 50 later. */
        SimTime now = (SimTime)i * 10;
        extend(history, i);
        AnaForget forget = {.index = i > 50 ? i - 50 : 0, .before = now - 500};
        ana_versions_acknowledged(versions, i % 2 ? 1000000 + i : 7, version(1, i), now, forget);
        most_records = MAX(most_records, ana_versions_n_records(versions));
        most_keys = MAX(most_keys, ana_versions_n_keys(versions));
    }
    CHECK(most_records < 1000);
    CHECK(most_keys < 1000);
    ana_versions_free(versions);
    ana_carried_free(carried);
    ana_history_free(history);
}

static void what_is_not_shown_by_all_is_kept(void)
{
    AnaWorld world = meter_script_world();
    AnaHistory *history = ana_history_new(&world);
    AnaCarried *carried = ana_carried_new();
    AnaVersions *versions = ana_versions_new(history, carried, FALSE, 0);
    for (guint64 i = 1; i <= 5000; i++) {
        extend(history, i);
        ana_versions_acknowledged(versions, i % 10, version(1, i), (SimTime)i,
                                  (AnaForget){.index = 100, .before = (SimTime)i - 1});
    }
    CHECK_UINT(ana_versions_n_records(versions), 4900);
    AnaReadJudged judged = ana_versions_judge(versions, 3, version(1, 103), 4000);
    CHECK(judged.is_stale);
    CHECK_INT(judged.age, 4000 - 113);
    CHECK_UINT(judged.missed, (3993 - 113) / 10 + 1);
    CHECK_INT(judged.since, 4000 - 3993);
    ana_versions_free(versions);
    ana_carried_free(carried);
    ana_history_free(history);
}

/* Entry 2 of term 1 is cut by term 2, which writes the key again; long after, it is carried. */
static void what_was_cut_off_is_kept_where_it_may_be_carried_and_counts_at_its_new_place(void)
{
    for (int keeps = 0; keeps <= 1; keeps++) {
        AnaWorld world = meter_script_world();
        AnaHistory *history = ana_history_new(&world);
        AnaCarried *carried = ana_carried_new();
        AnaVersions *versions = ana_versions_new(history, carried, keeps, 0);
        AnaForget nothing = {.before = -1}, all = {.index = 2, .before = 500};
        extend(history, 2);
        ana_versions_acknowledged(versions, 7, version(1, 1), 10, nothing);
        ana_versions_acknowledged(versions, 7, version(1, 2), 20, nothing);
        RepObservation seen = {.kind = REP_OBS_TRUNCATED,
                               .entries = {.node = DB1, .term = 1, .first = 2, .last = 2}};
        ana_history_observe(history, &seen);
        seen = (RepObservation){.kind = REP_OBS_DURABLE,
                                .entries = {.node = DB1, .term = 2, .first = 2, .last = 2}};
        ana_history_observe(history, &seen);
        ana_versions_acknowledged(versions, 7, version(2, 2), 30, nothing);
        ana_versions_acknowledged(versions, 7, version(2, 3), 1000, all);
        CHECK_UINT(ana_versions_n_records(versions), keeps ? 2 : 1);
        ana_carried_add(carried, version(1, 2), version(2, 4));
        seen.entries.first = seen.entries.last = 4;
        ana_history_observe(history, &seen);
        AnaReadJudged judged = ana_versions_judge(versions, 7, version(2, 3), 2000);
        CHECK(judged.is_stale == keeps);
        CHECK_INT(judged.age, keeps ? 2000 - 20 : 0);
        ana_versions_free(versions);
        ana_carried_free(carried);
        ana_history_free(history);
    }
}

static void a_key_never_written_has_nothing_to_miss(void)
{
    AnaWorld world = meter_script_world();
    AnaHistory *history = ana_history_new(&world);
    AnaCarried *carried = ana_carried_new();
    AnaVersions *versions = ana_versions_new(history, carried, FALSE, 0);
    AnaReadJudged judged = ana_versions_judge(versions, 5, 0, 10);
    CHECK(!judged.is_stale);
    CHECK_INT(judged.since, -1);
    ana_versions_free(versions);
    ana_carried_free(carried);
    ana_history_free(history);
}

static void a_bit_log_counts_above_a_place_and_may_drop_below_it(void)
{
    AnaBitLog *log = ana_bit_log_new();
    for (guint64 i = 300000; i >= 3; i -= 3) /* late ones may come first */
        ana_bit_log_add(log, i);
    const guint64 places[] = {0, 2, 3, 64, 65535, 65536, 262143, 299999, 300000, 400000};
    for (gsize p = 0; p < G_N_ELEMENTS(places); p++) {
        test_row("above %" G_GUINT64_FORMAT, places[p]);
        guint64 expected = places[p] < 300000 ? 100000 - places[p] / 3 : 0;
        CHECK_UINT(ana_bit_log_count_above(log, places[p]), expected);
    }
    test_row(NULL);
    CHECK(!ana_bit_log_would_grow(log, 300000));
    CHECK(ana_bit_log_would_grow(log, 400000));
    ana_bit_log_drop(log, 200000);
    ana_bit_log_add(log, 10); /* dropped already: says nothing */
    CHECK_UINT(ana_bit_log_count_above(log, 200000), 100000 - 200000 / 3);
    ana_bit_log_drop(log, 1000000);
    ana_bit_log_add(log, 2000000);
    CHECK_UINT(ana_bit_log_count_above(log, 0), 1);
    ana_bit_log_free(log);
}

static void durable_instants_are_found_by_run_and_cut_and_forgotten(void)
{
    AnaDurability *durability = ana_durability_new();
    guint64 last;
    for (guint64 run = 1; run <= 1000; run++)
        ana_durability_extend(durability, run * 3 - run % 2, (SimTime)run * 10);
    for (guint64 i = 1; i <= 3000; i++) {
        SimTime at = ana_durability_at(durability, i, &last);
        guint64 run = (guint64)at / 10, before = (run - 1) * 3 - (run - 1) % 2;
        CHECK(run == 1 || i > before);
        CHECK(i <= last && last == run * 3 - run % 2);
    }
    ana_durability_forget(durability, 1501);
    CHECK_INT(ana_durability_at(durability, 1502, &last), 5010);
    ana_durability_cut(durability, 2000);
    CHECK_UINT(ana_durability_last(durability), 2000);
    ana_durability_extend(durability, 2002, 99999);
    CHECK_INT(ana_durability_at(durability, 2001, &last), 99999);
    CHECK_UINT(last, 2002);
    ana_durability_free(durability);
}

static const TestCase cases[] = {
    {"packed_versions_order_as_the_log_does", packed_versions_order_as_the_log_does},
    {"memory_follows_what_can_still_be_missed", memory_follows_what_can_still_be_missed},
    {"what_is_not_shown_by_all_is_kept", what_is_not_shown_by_all_is_kept},
    {"what_was_cut_off_is_kept_where_it_may_be_carried_and_counts_at_its_new_place",
     what_was_cut_off_is_kept_where_it_may_be_carried_and_counts_at_its_new_place},
    {"a_key_never_written_has_nothing_to_miss", a_key_never_written_has_nothing_to_miss},
    {"a_bit_log_counts_above_a_place_and_may_drop_below_it",
     a_bit_log_counts_above_a_place_and_may_drop_below_it},
    {"durable_instants_are_found_by_run_and_cut_and_forgotten",
     durable_instants_are_found_by_run_and_cut_and_forgotten},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("versions", cases, argc, argv);
}
