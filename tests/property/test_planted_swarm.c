/*
 * test_planted_swarm.c — goal: every planted bug (models/planted.h) is caught by the invariant that
 * the tables there and in CONTRIBUTING.md name, and where they say. Method: random scenarios with
 * the bug switched on, from the first seed until one is caught; and the bug's own scenario. The
 * same code without a bug violates nothing in any of them (for the random ones: test_swarm.c).
 */
#include "cli/swarm.h"
#include "tests/support/check.h"
#include "tests/support/planted_scenarios.h"

/* Seeds until a bug must have been caught that the swarm is to catch; and so many at a time. */
#define SEEDS 3000u
#define CHUNK 50u

typedef struct Caught {
    RepPlantedBug bug;
    AnaInvariant by;
    gboolean in_swarm; /* and not in its own scenario only */
} Caught;

static const Caught caught[] = {
    {REP_BUG_ACK_BEFORE_FLUSH, ANA_POSITIONS_IN_ORDER, TRUE},
    {REP_BUG_COMMIT_EARLIER_TERM, ANA_ACKNOWLEDGED_BY_RULE, TRUE},
    {REP_BUG_ACK_COUNTED_TWICE, ANA_ACKNOWLEDGED_BY_RULE, FALSE},
    {REP_BUG_ACK_BY_POSITION, ANA_ACKNOWLEDGED_BY_RULE, FALSE},
    {REP_BUG_RESUME_FROM_MEMORY, ANA_ACKNOWLEDGED_BY_RULE, FALSE},
    {REP_BUG_APPLIED_PAST_CUT, ANA_POSITIONS_IN_ORDER, FALSE},
    {REP_BUG_STALE_SNAPSHOT, ANA_POSITIONS_IN_ORDER, FALSE},
    {REP_BUG_TAIL_KEPT_WHILE_IDLE, ANA_TAIL_IS_CUT, TRUE},
    {REP_BUG_VOTE_NOT_DURABLE, ANA_MAJORITY_DECIDES, FALSE},
    {REP_BUG_STALE_VOTES_COUNT, ANA_MAJORITY_DECIDES, TRUE},
    {REP_BUG_PROMOTE_BY_APPLIED, ANA_MOST_CAUGHT_UP, FALSE},
    {REP_BUG_LEASE_FROM_ANSWER, ANA_LEASE_HOLDS, TRUE},
    {REP_BUG_RETRY_ANSWERED_EARLY, ANA_ANSWERED_AFTER_COMMIT, TRUE},
    {REP_BUG_CARRY_OVERWRITES_NEWER, ANA_LATER_WRITE_STANDS, FALSE},
    {REP_BUG_SHOWS_UNCOMMITTED, ANA_SHOWS_COMMITTED, TRUE},
    {REP_BUG_TOKEN_IGNORED, ANA_READS_OWN_WRITES, TRUE},
    {REP_BUG_HELD_READ_EARLY, ANA_READS_OWN_WRITES, TRUE},
    {REP_BUG_STICKY_WANDERS, ANA_SESSION_STAYS, TRUE},
    {REP_BUG_READ_INDEX_UNCONFIRMED, ANA_READS_NEWEST, FALSE},
    {REP_BUG_VOTE_UNDER_LEASE, ANA_READS_NEWEST, FALSE},
    {REP_BUG_ENTERS_BEHIND, ANA_IN_SYNC_CHANGES, TRUE},
    {REP_BUG_REPORT_BEFORE_FLUSH, ANA_REPORTS_ARE_TRUE, TRUE},
    {REP_BUG_PROMOTE_BY_FIRST_LOG, ANA_MOST_CAUGHT_UP, FALSE},
    {REP_BUG_RELAYED_ACK, ANA_REPORTS_ARE_TRUE, FALSE},
    {REP_BUG_TOKENS_MIXED, ANA_READS_OWN_WRITES, TRUE},
    {REP_BUG_SIBLING_FORGOTTEN, ANA_SIBLINGS_STAY, TRUE},
    {REP_BUG_TIE_KEEPS_HELD, ANA_LARGER_STAMP_STAYS, TRUE},
    {REP_BUG_CONTEXT_MISSES_SIBLING, ANA_FOLLOWS_SHOWN, TRUE},
    {REP_BUG_TAIL_ACKS_RECEIVED, ANA_LINEARIZABLE_RUN, TRUE},
    {REP_BUG_DIRTY_READ_ANSWERED, ANA_LINEARIZABLE_RUN, TRUE},
    {REP_BUG_UNACKED_FORGOTTEN, ANA_LINEARIZABLE_RUN, FALSE},
    {REP_BUG_LEASE_BY_TWO_CLOCKS, ANA_LEASE_HOLDS, FALSE},
    {REP_BUG_PUSHES_UNASKED, ANA_ENTRIES_ARE_ASKED, TRUE},
    {REP_BUG_HINT_DROPPED_SENT, ANA_HINT_STAYS, FALSE},
    {REP_BUG_TWIN_COUNTED, ANA_QUORUMS_MEET, FALSE},
    {REP_BUG_STORED_BEFORE_FLUSH, ANA_QUORUMS_MEET, FALSE},
    {REP_BUG_ENTROPY_SKIPS_LAST, ANA_REPLICAS_EQUAL, FALSE},
    {REP_BUG_REPAIR_WRITES_OLDER, ANA_READ_STAYS_READ, FALSE},
    {REP_BUG_CAUSES_NOT_AWAITED, ANA_CAUSES_FIRST, FALSE},
};

static const char *invariant_of(const Caught *row)
{
    return ana_invariant_name(row->by);
}

/* ---- catching ----------------------------------------------------------------------------- */

static char *found_in_its_scenario(RepPlantedBug bug, RepPlantedBug planted)
{
    g_autofree char *text = test_planted_text(&test_planted[bug - 1]);
    CliSwarmFinding finding;
    rep_planted_bug = planted;
    cli_swarm_try_apart(text, &finding);
    rep_planted_bug = REP_BUG_NONE;
    g_free(finding.text);
    return finding.invariant;
}

static gboolean is_caught_within(guint64 first, const Caught *row)
{
    CliSwarmFinding findings[CHUNK] = {0};
    gboolean is_caught = FALSE;
    rep_planted_bug = row->bug;
    CHECK(cli_swarm_run(first, CHUNK, g_get_num_processors(), findings));
    rep_planted_bug = REP_BUG_NONE;
    for (guint i = 0; i < CHUNK; i++) {
        is_caught |= g_strcmp0(findings[i].invariant, invariant_of(row)) == 0;
        cli_swarm_finding_clear(&findings[i]);
    }
    return is_caught;
}

static gboolean is_caught_by_the_swarm(const Caught *row)
{
    for (guint64 first = 1; first <= SEEDS; first += CHUNK)
        if (is_caught_within(first, row))
            return TRUE;
    return FALSE;
}

/* ---- claims ------------------------------------------------------------------------------- */

static void every_planted_bug_is_caught_in_its_scenario(void)
{
    CHECK_INT(G_N_ELEMENTS(caught), REP_BUG_COUNT - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(caught); i++) {
        g_autofree char *invariant = found_in_its_scenario(caught[i].bug, caught[i].bug);
        test_row("%s", rep_planted_names[caught[i].bug]);
        CHECK_INT(caught[i].bug, i + 1);
        CHECK_STR(invariant, invariant_of(&caught[i]));
    }
    test_row(NULL);
}

static void healthy_code_violates_nothing_there(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(caught); i++) {
        g_autofree char *invariant = found_in_its_scenario(caught[i].bug, REP_BUG_NONE);
        test_row("%s", rep_planted_names[caught[i].bug]);
        CHECK_STR(invariant, NULL);
    }
    test_row(NULL);
}

static void the_swarm_catches_those_that_it_is_said_to(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(caught); i++) {
        test_row("%s", rep_planted_names[caught[i].bug]);
        CHECK(!caught[i].in_swarm || is_caught_by_the_swarm(&caught[i]));
    }
    test_row(NULL);
}

/* Each row once, and no other of its form. */
static void check_table(const char *file, const char *format, const char *any)
{
    g_autofree char *path = g_build_filename(REPLSIM_SOURCE_DIR, file, NULL), *text = NULL;
    g_autoptr(GRegex) rows = g_regex_new(any, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint n = 0;
    CHECK(g_file_get_contents(path, &text, NULL, NULL));
    for (gsize i = 0; text && i < G_N_ELEMENTS(caught); i++) {
        const char *where = caught[i].in_swarm ? "swarm" : "its scenario";
        GString *row = g_string_new(format);
        g_string_replace(row, "BUG", rep_planted_names[caught[i].bug], 1);
        g_string_replace(row, "INVARIANT", invariant_of(&caught[i]), 1);
        g_string_replace(row, "WHERE", where, 1);
        g_autoptr(GRegex) line = g_regex_new(row->str, G_REGEX_MULTILINE, 0, NULL);
        test_row("%s: %s", file, row->str);
        CHECK(g_regex_match(line, text, 0, NULL));
        g_string_free(row, TRUE);
    }
    test_row("%s", file);
    for (g_regex_match(rows, text ? text : "", 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL))
        n++;
    CHECK_INT(n, G_N_ELEMENTS(caught));
    test_row(NULL);
}

static void the_tables_say_what_catches_each(void)
{
    check_table("models/planted.h", "^ \\* BUG  +INVARIANT  +WHERE$",
                "^ \\* [A-Z_]+  +[a-z-]+  +(swarm|its scenario)$");
    check_table("CONTRIBUTING.md", "^\\| `BUG` \\| `INVARIANT` \\| WHERE \\|$",
                "^\\| `[A-Z_]+` \\| `[a-z-]+` \\| [a-z ]+ \\|$");
}

static const TestCase cases[] = {TEST(every_planted_bug_is_caught_in_its_scenario),
                                 TEST(healthy_code_violates_nothing_there),
                                 TEST(the_swarm_catches_those_that_it_is_said_to),
                                 TEST(the_tables_say_what_catches_each),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("planted_swarm", cases, argc, argv);
}
