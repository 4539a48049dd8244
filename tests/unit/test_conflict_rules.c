/*
 * Goal: what becomes of concurrent writes to a key under each conflict rule is what the books say.
 * Method: stories told write by write, with the versions that each replica shows after it: figures
 * 5-12, 5-13 and 5-14 of Kleppmann, "Designing Data-Intensive Applications", 1st ed., and a few
 * made up; stamps of hybrid clocks as in figure 6 of Kulkarni et al. 2014.
 */
#include "models/conflict/conflict.h"
#include "tests/support/check.h"

#include <string.h>

#define NODES 4

/* A world of one key: what each node holds, and what each author saw last. */
typedef struct Story {
    RepVersions versions;
    guint32 nodes[NODES], authors[NODES];
    guint n_dropped_by_rule;
    char ended[16]; /* of the first: f, o or l; 0: not yet */
    GString *text;
} Story;

static void hear_ended(void *self, const RepWrite *write, RepWriteFate fate)
{
    Story *story = self;
    if (write->serial < sizeof story->ended)
        story->ended[write->serial] = "fol"[fate];
}

static void begin(Story *story, const RepConflictRule *rule, const void *setup)
{
    *story = (Story){.text = g_string_new(NULL)};
    rep_versions_init(&story->versions, rule, setup,
                      (RepVersionsListener){.ended = hear_ended, .self = story});
}

static void hold(Story *story, guint32 *place, guint32 set)
{
    guint32 before = *place;
    rep_set_hold(&story->versions, set, TRUE);
    *place = set;
    if (before)
        rep_set_release(&story->versions, before, TRUE);
}

static void end(Story *story)
{
    rep_versions_clear(&story->versions);
    g_string_free(story->text, TRUE);
}

static void count_dropped(void *self, const RepWrite *write, gboolean by_rule)
{
    ((Story *)self)->n_dropped_by_rule += by_rule ? 1 : 0;
}

static void arrives(Story *story, int node, guint32 set)
{
    guint32 before = story->nodes[node], after = rep_versions_join(&story->versions, before, set);
    if (after != set)
        rep_versions_note_dropped(&story->versions, set, after, NULL, NULL);
    if (before)
        rep_versions_note_dropped(&story->versions, before, after, count_dropped, story);
    hold(story, &story->nodes[node], after);
}

static guint32 new_write(Story *story, guint32 context, SimTime time, gint32 origin,
                         gboolean is_edit, guint64 *n_conflicts)
{
    RepNewWrite new = {.key = 1,
                       .stamp = {.time = time, .origin = origin},
                       .origin = origin,
                       .context = context,
                       .is_edit = is_edit};
    guint64 ignored;
    return rep_versions_write(&story->versions, &new, n_conflicts ? n_conflicts : &ignored);
}

/* The author, who knows `context`, writes; the set is not yet anywhere. */
static guint32 writes(Story *story, guint32 context, SimTime time, gint32 origin,
                      guint64 *n_conflicts)
{
    return new_write(story, context, time, origin, FALSE, n_conflicts);
}

/* The author has read the context, and edits that. */
static guint32 edits(Story *story, guint32 context, gint32 origin)
{
    return new_write(story, context, 0, origin, TRUE, NULL);
}

/* "2 3" */
static const char *shown(const Story *story, guint32 set)
{
    const RepVersionSet *in = rep_set_at(&story->versions, set);
    g_string_truncate(story->text, 0);
    for (guint32 i = 0; set && i < in->n; i++)
        g_string_append_printf(story->text, "%s%" G_GUINT64_FORMAT, i ? " " : "",
                               rep_set_version(&story->versions, in, i)->serial);
    return story->text->str;
}

static gboolean follows(const Story *story, guint64 later, guint64 earlier)
{
    const RepWrite *writes_left[16] = {NULL};
    for (guint32 at = rep_versions_oldest(&story->versions, 1); at;
         at = rep_versions_next(&story->versions, at)) {
        const RepWrite *write = rep_write_at(&story->versions, at);
        writes_left[write->serial] = write;
    }
    return rep_write_follows(writes_left[later], writes_left[earlier]);
}

/* ---- figure 5-12 -------------------------------------------------------------------------- */

enum { A = 1, B = 2 }; /* set X = A, set X = B: the first and the second write */

/* Node 1 misses B; node 2 receives A, then B; node 3 receives B, then A. */
static void tell_figure_5_12(Story *story, const RepConflictRule *rule, SimTime a, SimTime b)
{
    begin(story, rule, NULL);
    guint32 set_a = writes(story, 0, a, 1, NULL), set_b = writes(story, 0, b, 2, NULL);
    arrives(story, 1, set_a);
    arrives(story, 2, set_a);
    arrives(story, 2, set_b);
    arrives(story, 3, set_b);
    arrives(story, 3, set_a);
    rep_versions_sweep(&story->versions);
}

static void check_nodes(Story *story, const char *one, const char *two, const char *three)
{
    CHECK_STR(shown(story, story->nodes[1]), one);
    CHECK_STR(shown(story, story->nodes[2]), two);
    CHECK_STR(shown(story, story->nodes[3]), three);
}

static void without_an_order_nodes_disagree_for_good(void)
{
    Story story;
    tell_figure_5_12(&story, &rep_conflict_none, 10, 11);
    check_nodes(&story, "1", "2", "1"); /* A, B, A */
    end(&story);
}

static void the_last_writer_wins_at_every_node_that_hears_of_him(void)
{
    Story story;
    tell_figure_5_12(&story, &rep_conflict_lww, 10, 11);
    check_nodes(&story, "1", "2", "2");
    arrives(&story, 1, story.nodes[2]); /* anti-entropy */
    rep_versions_sweep(&story.versions);
    check_nodes(&story, "2", "2", "2");
    CHECK_INT(story.ended[A], 'o');
    end(&story);
    tell_figure_5_12(&story, &rep_conflict_lww, 11, 10);
    check_nodes(&story, "1", "1", "1");
    CHECK_INT(story.ended[B], 'o');
    end(&story);
}

static void at_equal_times_the_larger_origin_wins(void)
{
    Story story;
    tell_figure_5_12(&story, &rep_conflict_lww, 10, 10);
    check_nodes(&story, "1", "2", "2");
    end(&story);
    tell_figure_5_12(&story, &rep_conflict_single, 7, 7);
    check_nodes(&story, "1", "2", "2");
    end(&story);
}

static void siblings_are_kept_wherever_both_arrive(void)
{
    static const RepConflictRule *const rules[] = {&rep_conflict_siblings, &rep_conflict_merge};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        Story story;
        tell_figure_5_12(&story, rules[i], 10, 11);
        check_nodes(&story, "1", "1 2", "1 2");
        CHECK_UINT(story.n_dropped_by_rule, 0);
        end(&story);
    }
}

/* ---- figures 5-13 and 5-14 ---------------------------------------------------------------- */

/* Two clients fill one cart at one server (node 0), each writing on top of what it was answered
 * last: milk, eggs, flour, ham, bacon. */
static guint64 adds(Story *story, int client)
{
    guint64 n_conflicts;
    arrives(story, 0, writes(story, story->authors[client], 0, client, &n_conflicts));
    hold(story, &story->authors[client], story->nodes[0]);
    rep_versions_sweep(&story->versions);
    return n_conflicts;
}

static void the_cart_has_five_versions_and_ends_with_two_siblings(void)
{
    static const struct {
        int client;
        guint64 n_conflicts;
        const char *siblings;
    } rows[] = {
        {1, 0, "1"},   /* [milk] */
        {2, 1, "1 2"}, /* [milk] [eggs] */
        {1, 1, "2 3"}, /* [milk, flour] [eggs] */
        {2, 1, "3 4"}, /* [milk, flour] [eggs, milk, ham] */
        {1, 1, "4 5"}, /* [milk, flour, eggs, bacon] [eggs, milk, ham] */
    };
    Story story;
    begin(&story, &rep_conflict_siblings, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("write %u", (guint)i + 1);
        CHECK_UINT(adds(&story, rows[i].client), rows[i].n_conflicts);
        CHECK_STR(shown(&story, story.nodes[0]), rows[i].siblings);
    }
    test_row(NULL);
    CHECK_UINT(story.n_dropped_by_rule, 0);
    end(&story);
}

static void the_causal_dependencies_of_the_cart_are_those_of_figure_5_14(void)
{
    static const struct {
        guint64 later, earlier;
        gboolean follows;
    } rows[] = {{2, 1, FALSE}, {3, 1, TRUE}, {3, 2, FALSE}, {4, 1, TRUE}, {4, 2, TRUE},
                {4, 3, FALSE}, {5, 1, TRUE}, {5, 2, TRUE},  {5, 3, TRUE}, {5, 4, FALSE}};
    Story story;
    guint32 kept[6] = {0}; /* so that all writes are left to be asked */
    begin(&story, &rep_conflict_siblings, NULL);
    for (guint i = 0; i < 5; i++) {
        int client = i % 2 ? 2 : 1;
        guint32 set = writes(&story, story.authors[client], 0, client, NULL);
        hold(&story, &kept[i], set);
        arrives(&story, 0, set);
        hold(&story, &story.authors[client], story.nodes[0]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%u, %u", (guint)rows[i].later, (guint)rows[i].earlier);
        CHECK_INT(follows(&story, rows[i].later, rows[i].earlier), rows[i].follows);
    }
    test_row(NULL);
    end(&story);
}

static void the_same_cart_under_lww_forgets_what_one_client_put_in(void)
{
    Story story;
    begin(&story, &rep_conflict_lww, NULL);
    arrives(&story, 0, writes(&story, 0, 10, 1, NULL)); /* milk */
    hold(&story, &story.authors[1], story.nodes[0]);
    arrives(&story, 0, writes(&story, 0, 11, 2, NULL)); /* eggs, who had not seen the milk */
    rep_versions_sweep(&story.versions);
    CHECK_STR(shown(&story, story.nodes[0]), "2");
    CHECK_UINT(story.n_dropped_by_rule, 1);
    CHECK_INT(story.ended[1], 0); /* its author still has it */
    hold(&story, &story.authors[1], story.nodes[0]);
    rep_versions_sweep(&story.versions);
    CHECK_INT(story.ended[1], 'o');
    end(&story);
}

/* ---- the others --------------------------------------------------------------------------- */

/* A clock that is behind: who edits what he has read loses to it. */
static guint32 drawn_in(const Story *story, guint32 set)
{
    return rep_set_version(&story->versions, rep_set_at(&story->versions, set), 0)->n_drawn_in;
}

/* Also of those that are gone: under lww a loser is forgotten when everybody has the winner. */
static void a_write_is_drawn_into_a_conflict_once(void)
{
    static const RepConflictRule *const rules[] = {&rep_conflict_siblings, &rep_conflict_lww};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        Story story;
        begin(&story, rules[i], NULL);
        guint32 set = writes(&story, 0, 10, 1, NULL);
        CHECK_UINT(drawn_in(&story, set), 0);
        arrives(&story, 0, set);
        set = writes(&story, 0, 20, 2, NULL); /* and the first */
        CHECK_UINT(drawn_in(&story, set), 2);
        arrives(&story, 0, set);
        set = writes(&story, story.nodes[0], 30, 1, NULL);
        CHECK_UINT(drawn_in(&story, set), 0);
        arrives(&story, 0, set);
        guint64 pairs;
        set = writes(&story, 0, 40, 2, &pairs); /* and the third */
        CHECK_UINT(pairs, 3);
        CHECK_UINT(drawn_in(&story, set), 2);
        arrives(&story, 0, set);
        end(&story);
    }
}

static void under_lww_an_edit_may_lose_to_what_it_follows_and_under_hybrid_never(void)
{
    static const RepConflictRule *const rules[] = {&rep_conflict_lww, &rep_conflict_hybrid};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        Story story;
        begin(&story, rules[i], NULL);
        arrives(&story, 0, writes(&story, 0, 100, 1, NULL));
        RepStamp seen = rep_set_newest(&story.versions, story.nodes[0])->stamp;
        RepStamp stamp = rules[i]->is_hybrid ? rep_stamp_hybrid(40, 2, &seen)
                                             : (RepStamp){.time = 40, .origin = 2};
        RepNewWrite edit = {.key = 1, .stamp = stamp, .origin = 2, .context = story.nodes[0]};
        guint64 n_conflicts;
        guint32 set = rep_versions_write(&story.versions, &edit, &n_conflicts);
        CHECK_UINT(n_conflicts, 0);
        arrives(&story, 0, set);
        CHECK_STR(shown(&story, story.nodes[0]), rules[i]->is_hybrid ? "2" : "1");
        rep_versions_sweep(&story.versions);
        CHECK_INT(story.ended[1], rules[i]->is_hybrid ? 'f' : 0);
        CHECK_INT(story.ended[2], rules[i]->is_hybrid ? 0 : 'o');
        end(&story);
    }
}

static void hybrid_stamps_are_past_the_clock_and_past_what_was_seen(void)
{
    static const struct {
        SimTime clock, seen_time;
        guint32 seen_count;
        SimTime time;
        guint32 count;
    } rows[] = {{10, 9, 7, 10, 0},  /* the clock is ahead: the count begins anew */
                {10, 10, 0, 10, 1}, /* level */
                {10, 12, 3, 12, 4}, /* behind */
                {-5, 0, 0, 0, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        RepStamp seen = {.time = rows[i].seen_time, .count = rows[i].seen_count, .origin = 9};
        RepStamp made = rep_stamp_hybrid(rows[i].clock, 3, &seen);
        test_row("row %u", (guint)i);
        CHECK_INT(made.time, rows[i].time);
        CHECK_UINT(made.count, rows[i].count);
        CHECK_INT(made.origin, 3);
        CHECK_INT(rep_stamp_compare(made, seen), 1);
    }
    test_row(NULL);
    RepStamp first = rep_stamp_hybrid(10, 3, NULL);
    CHECK_INT(first.time, 10);
    CHECK_UINT(first.count, 0);
}

/* Both read counter 1 and count to 2; one counts on to 3. */
static void under_single_counters_the_larger_counter_wins_whoever_knew_of_whom(void)
{
    Story story;
    begin(&story, &rep_conflict_single, NULL);
    arrives(&story, 0, writes(&story, 0, 1, 1, NULL));
    guint32 base = story.nodes[0];
    guint32 left = writes(&story, base, 2, 1, NULL), right = writes(&story, base, 2, 2, NULL);
    guint32 again = writes(&story, left, 3, 1, NULL);
    arrives(&story, 0, right);
    CHECK_STR(shown(&story, story.nodes[0]), "3");
    arrives(&story, 0, left);
    CHECK_STR(shown(&story, story.nodes[0]), "3");
    arrives(&story, 0, again);
    CHECK_STR(shown(&story, story.nodes[0]), "4"); /* and the third is gone unseen */
    CHECK_UINT(story.n_dropped_by_rule, 1);
    end(&story);
}

static void priority_keeps_siblings_and_shows_the_origin_that_is_first_in_the_list(void)
{
    int first[] = {2, 0};
    RepIdList list = {.ids = first, .n = 2};
    Story story;
    begin(&story, &rep_conflict_priority, &list);
    arrives(&story, 0, writes(&story, 0, 30, 3, NULL)); /* in no place of the list */
    arrives(&story, 0, writes(&story, 0, 40, 1, NULL));
    CHECK_UINT(rep_set_newest(&story.versions, story.nodes[0])->serial, 2); /* the larger stamp */
    arrives(&story, 0, writes(&story, 0, 20, 0, NULL));
    CHECK_UINT(rep_set_newest(&story.versions, story.nodes[0])->serial, 3);
    arrives(&story, 0, writes(&story, 0, 10, 2, NULL));
    CHECK_UINT(rep_set_newest(&story.versions, story.nodes[0])->serial, 4);
    CHECK_STR(shown(&story, story.nodes[0]), "1 2 3 4");
    arrives(&story, 0, writes(&story, story.nodes[0], 5, 3, NULL));
    CHECK_STR(shown(&story, story.nodes[0]), "5");
    CHECK_UINT(story.n_dropped_by_rule, 0);
    end(&story);
}

/* ---- fates -------------------------------------------------------------------------------- */

/* Deleted by nobody, overruled by nobody: the only copy is gone. */
static void what_is_let_go_without_a_follower_is_lost_and_what_has_one_is_not(void)
{
    Story story;
    guint32 one = 0, other = 0;
    begin(&story, &rep_conflict_siblings, NULL);
    hold(&story, &one, writes(&story, 0, 0, 1, NULL));
    hold(&story, &other, writes(&story, one, 0, 2, NULL));
    rep_set_release(&story.versions, one, TRUE);
    rep_versions_sweep(&story.versions);
    CHECK_INT(story.ended[1], 'f');
    rep_set_release(&story.versions, other, TRUE);
    rep_versions_sweep(&story.versions);
    CHECK_INT(story.ended[2], 'l');
    CHECK_UINT(story.versions.writes.live, 1);
    end(&story);
}

static void what_goes_together_follows_nothing_that_is_left(void)
{
    Story story;
    guint32 one = 0, other = 0;
    begin(&story, &rep_conflict_siblings, NULL);
    hold(&story, &one, writes(&story, 0, 0, 1, NULL));
    hold(&story, &other, writes(&story, one, 0, 2, NULL));
    rep_set_release(&story.versions, one, TRUE);
    rep_set_release(&story.versions, other, TRUE);
    rep_versions_sweep(&story.versions);
    CHECK_STR(story.ended + 1, "ll");
    end(&story);
}

static void a_tombstone_whose_time_is_over_is_not_lost(void)
{
    Story story;
    guint32 one = 0;
    begin(&story, &rep_conflict_siblings, NULL);
    hold(&story, &one, writes(&story, 0, 0, 1, NULL));
    rep_versions_note_expired(&story.versions, one);
    rep_set_release(&story.versions, one, TRUE);
    rep_versions_sweep(&story.versions);
    CHECK_INT(story.ended[1], 'f');
    end(&story);
}

/* Two siblings, an edit of what a reader is shown of them, and what becomes of them. */
static void edit_siblings(const RepConflictRule *rule, const void *setup, const char *fates)
{
    Story story;
    begin(&story, rule, setup);
    arrives(&story, 0, writes(&story, 0, 30, 1, NULL));
    arrives(&story, 0, writes(&story, 0, 40, 2, NULL));
    arrives(&story, 0, edits(&story, story.nodes[0], 3));
    rep_versions_sweep(&story.versions);
    CHECK_STR(shown(&story, story.nodes[0]), "3");
    CHECK_STR(story.ended + 1, fates);
    end(&story);
}

static void an_edit_of_what_is_shown_overwrites_what_is_not(void)
{
    int one[] = {1}, two[] = {2};
    RepIdList first = {.ids = one, .n = 1}, second = {.ids = two, .n = 1};
    edit_siblings(&rep_conflict_siblings, NULL, "ff");
    edit_siblings(&rep_conflict_priority, &first, "fo");
    edit_siblings(&rep_conflict_priority, &second, "of");
}

/* ---- memory ------------------------------------------------------------------------------- */

/* Every other write is lost before anybody else hears of it, for ever. */
static void covers_stay_short_and_forget_nothing_that_is_left(void)
{
    enum { WRITES = 16000 };
    Story story;
    guint32 most = 0, pinned = 0;
    guint64 n_conflicts = 0;
    begin(&story, &rep_conflict_siblings, NULL);
    for (guint i = 1; i <= WRITES; i++) {
        guint32 set = writes(&story, i % 2 ? 0 : story.nodes[0], 0, 1, &n_conflicts);
        if (i == 101)
            hold(&story, &pinned, set); /* somewhere else, and nobody here has it */
        else if (i % 2 == 0)
            arrives(&story, 0, set);
        rep_versions_sweep(&story.versions);
        most = MAX(most, rep_set_at(&story.versions, story.nodes[0])->cover.n);
    }
    const SimIntervals *cover = &rep_set_at(&story.versions, story.nodes[0])->cover;
    CHECK(most > 64);
    CHECK(most <= REP_CONFLICT_REACH / 2 + 2);
    CHECK_UINT(n_conflicts, REP_CONFLICT_REACH / 2);
    CHECK(!sim_intervals_has(cover, 101));
    CHECK(sim_intervals_has(cover, 103)); /* lost long ago */
    arrives(&story, 0, pinned);
    CHECK_UINT(rep_set_at(&story.versions, story.nodes[0])->n, 2); /* a sibling still */
    CHECK_UINT(story.versions.writes.live, 3);
    end(&story);
}

static const TestCase cases[] = {
    TEST(without_an_order_nodes_disagree_for_good),
    TEST(the_last_writer_wins_at_every_node_that_hears_of_him),
    TEST(at_equal_times_the_larger_origin_wins),
    TEST(siblings_are_kept_wherever_both_arrive),
    TEST(the_cart_has_five_versions_and_ends_with_two_siblings),
    TEST(the_causal_dependencies_of_the_cart_are_those_of_figure_5_14),
    TEST(the_same_cart_under_lww_forgets_what_one_client_put_in),
    TEST(a_write_is_drawn_into_a_conflict_once),
    TEST(under_lww_an_edit_may_lose_to_what_it_follows_and_under_hybrid_never),
    TEST(hybrid_stamps_are_past_the_clock_and_past_what_was_seen),
    TEST(under_single_counters_the_larger_counter_wins_whoever_knew_of_whom),
    TEST(priority_keeps_siblings_and_shows_the_origin_that_is_first_in_the_list),
    TEST(what_is_let_go_without_a_follower_is_lost_and_what_has_one_is_not),
    TEST(what_goes_together_follows_nothing_that_is_left),
    TEST(a_tombstone_whose_time_is_over_is_not_lost),
    TEST(an_edit_of_what_is_shown_overwrites_what_is_not),
    TEST(covers_stay_short_and_forget_nothing_that_is_left),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("conflict_rules", cases, argc, argv);
}
