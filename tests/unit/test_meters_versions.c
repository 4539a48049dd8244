/*
 * test_meters_versions.c — the measures where there is no one log (semantics §9), clause by clause.
 *
 * Method: transcripts by hand, with the expected cells worked out on paper. Key 7 unless said; what
 * a set covers is written as first to last serial.
 */
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#define END (110 * SIM_S)
#define KEY 7

typedef struct Story {
    MeterScript *script;
    GPtrArray *kept; /* what observations borrow */
} Story;

static Story *story_new(gboolean by_stamp)
{
    static const gboolean follows[] = {FALSE, FALSE, FALSE}, wiped[] = {FALSE, FALSE, FALSE};
    Story *story = g_new0(Story, 1);
    AnaWorld world = meter_script_world();
    world.events |= ANA_HAS_VERSIONS | ANA_HAS_HINTS;
    world.follows = follows;
    world.may_be_wiped = wiped;
    world.stamps_order = by_stamp;
    story->script = meter_script_new_in(&world);
    story->kept = g_ptr_array_new_with_free_func(g_free);
    return story;
}

static void story_free(Story *story)
{
    meter_script_free(story->script);
    g_ptr_array_unref(story->kept);
    g_free(story);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Story, story_free)

static gpointer keep(Story *story, gpointer data)
{
    g_ptr_array_add(story->kept, data);
    return data;
}

/* first > last: nothing. */
static const SimIntervals *range(Story *story, guint64 first, guint64 last)
{
    SimIntervals *set = keep(story, g_new0(SimIntervals, 1));
    sim_intervals_add(set, first, last);
    return set;
}

static const RepVersionsSeen *versions(Story *story, guint64 serial, guint64 from)
{
    RepVersionsSeen *seen = keep(story, g_new0(RepVersionsSeen, 1));
    guint64 *serials = keep(story, g_new0(guint64, 1));
    serials[0] = serial;
    *seen = (RepVersionsSeen){.n = serial ? 1 : 0,
                              .serials = serials,
                              .cover = range(story, from, serial),
                              .newest = {.time = (SimTime)serial}};
    return seen;
}

/* Accepted by db1 at `began`, following the serials up to `follows`. */
static RepOperationSeen *write_by(Story *story, guint session, SimTime began, guint64 serial,
                                  guint64 follows)
{
    meter_script_add(story->script,
                     (RepObservation){.kind = REP_OBS_WRITTEN,
                                      .at = began,
                                      .written = {.party = DB1,
                                                  .client = WEB,
                                                  .key = KEY,
                                                  .serial = serial,
                                                  .stamp = {.time = (SimTime)serial},
                                                  .conflicts = serial - 1 - follows,
                                                  .context = range(story, 1, follows)}});
    RepOperationSeen *write = meter_script_write(story->script, began, began + SIM_S, KEY, serial);
    write->session = session;
    write->versions = versions(story, serial, serial);
    write->visible_after = -1;
    return write;
}

/* It returns `serial`, and covers what is from `from` on. */
static RepOperationSeen *read_by(Story *story, guint session, SimTime began, guint64 serial,
                                 guint64 from)
{
    RepOperationSeen *read = meter_script_read(story->script, began, began + SIM_MS, KEY, serial);
    read->session = session;
    read->versions = versions(story, serial, from);
    read->visible_after = -1;
    return read;
}

static void stored(Story *story, SimTime at, RepObservationKind kind, int node, guint64 serial,
                   guint32 why)
{
    meter_script_add(
        story->script,
        (RepObservation){.kind = kind, .at = at, .stored = {node, why, KEY, serial, 0}});
}

static void settled(Story *story, SimTime at, guint64 serial)
{
    meter_script_add(story->script,
                     (RepObservation){.kind = REP_OBS_SETTLED,
                                      .at = at,
                                      .settled = {.key = KEY,
                                                  .serial = serial,
                                                  .stamp = {.time = (SimTime)serial},
                                                  .context = range(story, 1, serial - 1)}});
}

static void cut_off(Story *story, SimTime at, guint64 serial, guint64 live, gboolean is_cut_off)
{
    meter_script_add(story->script,
                     (RepObservation){.kind = REP_OBS_WRITE_CUT_OFF,
                                      .at = at,
                                      .cut_off = {.is_cut_off = (guint32)is_cut_off,
                                                  .key = KEY,
                                                  .serial = serial,
                                                  .context = range(story, 1, serial - 1),
                                                  .live = range(story, 1, live)}});
}

static void expect(Story *story, const char *name, guint64 hits, guint64 of)
{
    test_row("%s", name);
    CHECK_UINT(meter_script_cell(story->script, name)->hits, hits);
    CHECK_UINT(meter_script_cell(story->script, name)->of, of);
    test_row(NULL);
}

/* ---- coverage ----------------------------------------------------------------------------- */

static void a_sibling_does_not_cover_the_other(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    write_by(story, 1, 10 * SIM_S, 1, 0);
    write_by(story, 2, 10 * SIM_S, 2, 0);
    read_by(story, 1, 12 * SIM_S, 2, 2); /* misses its own 1 */
    read_by(story, 2, 12 * SIM_S, 2, 2); /* has its own, but misses 1 */
    read_by(story, 1, 13 * SIM_S, 2, 1); /* covers both */
    meter_script_play(story->script, END, TRUE);
    expect(story, "stale_rate", 2, 3);
    expect(story, "ryw_violations", 1, 3);
    expect(story, "monotonic_violations", 0, 1);
    expect(story, "conflicts", 1, 2);
}

static void where_stamps_order_the_larger_covers_the_smaller(void)
{
    g_autoptr(Story) story = story_new(TRUE);
    write_by(story, 1, 10 * SIM_S, 1, 0);
    write_by(story, 2, 10 * SIM_S, 2, 0);
    read_by(story, 1, 12 * SIM_S, 2, 2);
    read_by(story, 1, 13 * SIM_S, 1, 1); /* stale, and back in time; its own write it has */
    meter_script_play(story->script, END, TRUE);
    expect(story, "stale_rate", 1, 2);
    expect(story, "ryw_violations", 0, 2);
    expect(story, "monotonic_violations", 1, 1);
}

static void a_cut_off_write_is_missed_by_no_read_until_it_is_back(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    write_by(story, 1, 10 * SIM_S, 1, 0);
    write_by(story, 1, 12 * SIM_S, 2, 1);
    cut_off(story, 20 * SIM_S, 2, 0, TRUE); /* and 1, which it follows, with it */
    read_by(story, 1, 21 * SIM_S, 0, 1);
    cut_off(story, 22 * SIM_S, 2, 1, TRUE); /* 1 is live again */
    read_by(story, 1, 23 * SIM_S, 0, 1);
    read_by(story, 1, 24 * SIM_S, 1, 1);
    cut_off(story, 25 * SIM_S, 2, 2, FALSE);
    read_by(story, 1, 26 * SIM_S, 1, 1);
    meter_script_play(story->script, END, TRUE);
    expect(story, "stale_rate", 2, 4);
    expect(story, "ryw_violations", 2, 4);
    CHECK_NEAR(meter_script_value(story->script, "stale_age.max"), 13e9, 0);
}

static void an_answer_is_known_to_need_its_question_before_its_author_hears_of_it(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    write_by(story, 1, 10 * SIM_S, 1, 0);
    meter_script_add(story->script,
                     (RepObservation){.kind = REP_OBS_WRITTEN,
                                      .at = 12 * SIM_S,
                                      .written = {.party = DB2,
                                                  .client = WEB,
                                                  .key = 8,
                                                  .serial = 1,
                                                  .context = range(story, 2, 1),
                                                  .depends_on = {KEY, {.index = 1, .term = 1}}}});
    read_by(story, 3, 13 * SIM_S, 1, 1)->key = 8;
    read_by(story, 3, 14 * SIM_S, 0, 1); /* the answer without the question */
    read_by(story, 4, 14 * SIM_S, 0, 1); /* has not seen the answer */
    read_by(story, 3, 15 * SIM_S, 1, 1);
    meter_script_play(story->script, END, TRUE);
    expect(story, "prefix_violations", 1, 2);
}

static void what_all_have_shown_for_a_life_is_forgotten_and_due_all_the_same(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    for (guint64 i = 1; i <= 20; i++) {
        write_by(story, 1, (2 * (SimTime)i) * SIM_S, i, i - 1);
        settled(story, (2 * (SimTime)i + 1) * SIM_S, i);
    }
    read_by(story, 1, 90 * SIM_S, 20, 1);
    read_by(story, 1, 91 * SIM_S, 19, 1);
    meter_script_play(story->script, END, TRUE);
    expect(story, "ryw_violations", 1, 2);
}

/* ---- fates -------------------------------------------------------------------------------- */

static void a_write_is_lost_or_overwritten_but_never_both(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    for (guint64 i = 1; i <= 4; i++)
        write_by(story, 1, 10 * SIM_S, i, 0);
    write_by(story, 1, 10 * SIM_S, 5, 0)->outcome = REP_UNKNOWN;
    cut_off(story, 20 * SIM_S, 2, 0, TRUE); /* 1 goes with it: overwritten before */
    stored(story, 19 * SIM_S, REP_OBS_WRITE_ENDED, -1, 1, REP_FATE_OVERWRITTEN);
    stored(story, 21 * SIM_S, REP_OBS_WRITE_ENDED, -1, 2, REP_FATE_LOST);
    stored(story, 21 * SIM_S, REP_OBS_WRITE_ENDED, -1, 3, REP_FATE_FOLLOWED);
    stored(story, 21 * SIM_S, REP_OBS_WRITE_ENDED, -1, 5, REP_FATE_OVERWRITTEN);
    stored(story, 22 * SIM_S, REP_OBS_UNSTORED, DB2, 4, REP_UNSTORED_BACKWARDS);
    stored(story, 23 * SIM_S, REP_OBS_UNSTORED, DB3, 3,
           REP_UNSTORED_BACKWARDS | REP_UNSTORED_AT_ONCE);
    stored(story, 24 * SIM_S, REP_OBS_UNSTORED, DB3, 5, REP_UNSTORED_RULE);
    meter_script_play(story->script, END, TRUE);
    expect(story, "lost_writes", 1, 4);
    expect(story, "overwritten_writes", 1, 4);
    expect(story, "backwards_wins", 2, 4);
    CHECK(!meter_script_cell(story->script, "lost_writes")->undrained);
}

/* ---- replicas ----------------------------------------------------------------------------- */

static void agreement_is_counted_from_the_last_write(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    write_by(story, 1, 10 * SIM_S, 1, 0);
    write_by(story, 1, 12 * SIM_S, 2, 1);
    settled(story, 14 * SIM_S, 1);
    settled(story, 15 * SIM_S, 2);
    write_by(story, 1, 90 * SIM_S, 3, 2); /* they never agree again */
    meter_script_play(story->script, END, FALSE);
    CHECK_NEAR(meter_script_value(story->script, "divergence_time.max"), 3e9, 0);
    CHECK_UINT(ana_hist_count(meter_script_cell(story->script, "divergence_time.max")->hist), 1);
    CHECK(meter_script_cell(story->script, "lost_writes")->undrained);
}

static void hints_are_counted_over_time_and_after_a_return(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    const struct {
        SimTime at;
        guint32 was, pending;
    } hints[] = {{21 * SIM_S, 0, 1}, {31 * SIM_S, 1, 2}, {43 * SIM_S, 2, 0}};
    meter_script_node(story->script, 20 * SIM_S, DB3, REP_NODE_DOWN, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
        meter_script_add(story->script, (RepObservation){.kind = REP_OBS_HINT,
                                                         .at = hints[i].at,
                                                         .hint = {.node = DB1,
                                                                  .target = DB3,
                                                                  .pending = hints[i].pending,
                                                                  .was = hints[i].was,
                                                                  .key = KEY}});
    meter_script_node(story->script, 41 * SIM_S, DB3, REP_NODE_UP, FALSE);
    meter_script_play(story->script, END, TRUE);
    /* 10 s of one and 12 s of two, of 100 s. */
    CHECK_NEAR(meter_script_value(story->script, "hints.pending.mean"), 0.34, 1e-12);
    CHECK_NEAR(meter_script_value(story->script, "hints.drained_after_recovery.max"), 2e9, 0);
}

static void lag_is_from_acceptance_until_a_node_shows_it_or_what_follows_it(void)
{
    g_autoptr(Story) story = story_new(FALSE);
    for (int node = DB1; node <= DB3; node++) {
        AnaQuery query = ana_query_of(ana_metric_find("lag"));
        query.node = node;
        meter_script_ask(story->script, query);
    }
    write_by(story, 1, 10 * SIM_S, 1, 0);
    stored(story, 10 * SIM_S, REP_OBS_STORED, DB1, 1, 0); /* its own acceptor */
    stored(story, 11 * SIM_S, REP_OBS_STORED, DB2, 1, 0);
    stored(story, 13 * SIM_S, REP_OBS_STORED, DB2, 1, 0); /* again, after a loss: not counted */
    write_by(story, 1, 12 * SIM_S, 2, 1);
    stored(story, 14 * SIM_S, REP_OBS_STORED, DB3, 2, 0); /* 1 has come to this: 4 s; 2: 2 s */
    stored(story, 17 * SIM_S, REP_OBS_UNSTORED, DB2, 2, REP_UNSTORED_RULE | REP_UNSTORED_AT_ONCE);
    settled(story, 17 * SIM_S, 1);
    settled(story, 17 * SIM_S, 2);
    stored(story, 18 * SIM_S, REP_OBS_STORED, DB3, 1, 0); /* nothing is open any more */
    meter_script_play(story->script, END, TRUE);
    CHECK_UINT(ana_hist_count(meter_script_cell(story->script, "lag{node=db1}.mean")->hist), 0);
    CHECK_NEAR(meter_script_value(story->script, "lag{node=db2}.mean"), 3e9, 0); /* 1 s, 5 s */
    CHECK_NEAR(meter_script_value(story->script, "lag{node=db3}.mean"), 3e9, 0);
    CHECK_NEAR(meter_script_value(story->script, "lag{node=db3}.max"), 4e9, 0);
}

static const TestCase cases[] = {
    TEST(a_sibling_does_not_cover_the_other),
    TEST(where_stamps_order_the_larger_covers_the_smaller),
    TEST(a_cut_off_write_is_missed_by_no_read_until_it_is_back),
    TEST(an_answer_is_known_to_need_its_question_before_its_author_hears_of_it),
    TEST(what_all_have_shown_for_a_life_is_forgotten_and_due_all_the_same),
    TEST(a_write_is_lost_or_overwritten_but_never_both),
    TEST(agreement_is_counted_from_the_last_write),
    TEST(hints_are_counted_over_time_and_after_a_return),
    TEST(lag_is_from_acceptance_until_a_node_shows_it_or_what_follows_it),
    {0}};

int main(int argc, char **argv)
{
    return test_main("meters_versions", cases, argc, argv);
}
