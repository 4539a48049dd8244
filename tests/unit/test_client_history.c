/*
 * Goal: what clients saw becomes the history that really was, also of writes tried twice, handed
 * on, or of unknown outcome, and in windows that begin in mid-run; and it is judged right.
 * Method: transcripts of observations, each with its verdict and what is blamed.
 */
#include "analysis/history_check.h"

#include "sim/random.h"
#include "tests/support/check.h"

#include <string.h>

/* ---- transcripts -------------------------------------------------------------------------- */

/*
 * Steps, one after the other, on one key:
 *   w1      write 1 begins          r2      read 2 begins
 *   w1@5    it is appended at 5     r2=5    it returns what stands at 5 (0: nothing)
 *   w1=5    it is answered, at 5    r2?     it is not answered
 *   w1?     it is not answered      [ ]     the window begins, ends
 *   w1!     it is refused           c5>9    what stood at 5 is handed on to 9
 */
static RepObservation operation_step(const char *step, guint64 number, const char *rest)
{
    RepObservation seen = {.kind = *rest ? REP_OBS_OPERATION_ENDED : REP_OBS_OPERATION_BEGAN};
    seen.operation = (RepOperationSeen){.number = number,
                                        .kind = *step == 'w' ? REP_WRITE : REP_READ,
                                        .node = -1,
                                        .key = 7,
                                        .outcome = *rest == '?'   ? REP_UNKNOWN
                                                   : *rest == '!' ? REP_FAILED
                                                                  : REP_OK};
    if (*rest == '=') {
        seen.operation.version.index = g_ascii_strtoull(rest + 1, NULL, 10);
        seen.operation.version.term = seen.operation.version.index ? 1 : 0;
        seen.operation.node = 0;
    }
    return seen;
}

static void play_step(AnaClientHistory *history, const char *step, SimTime at)
{
    char *rest;
    if (*step == '[' || *step == ']') {
        (*step == '[' ? ana_client_history_open : ana_client_history_close)(history);
        return;
    }
    guint64 number = g_ascii_strtoull(step + 1, &rest, 10);
    RepObservation seen;
    if (*step == 'c') {
        seen = (RepObservation){.kind = REP_OBS_CARRIED};
        seen.carried.from = (RepVersion){.index = number, .term = 1};
        seen.carried.to = (RepVersion){.index = g_ascii_strtoull(rest + 1, NULL, 10), .term = 1};
    } else if (*rest == '@') {
        seen = (RepObservation){.kind = REP_OBS_APPENDED};
        seen.appended.number = number;
        seen.appended.key = 7;
        seen.appended.entry =
            (RepVersion){.index = g_ascii_strtoull(rest + 1, NULL, 10), .term = 1};
    } else {
        seen = operation_step(step, number, rest);
    }
    seen.at = at;
    ana_client_history_observe(history, &seen, TRUE);
}

static AnaClientHistory *play(const char *steps, gsize most)
{
    AnaClientHistory *history = ana_client_history_new(most, 1);
    g_auto(GStrv) all = g_strsplit(steps, " ", -1);
    for (gsize i = 0; all[i]; i++)
        play_step(history, all[i], (SimTime)i);
    return history;
}

/* "w1 w2 r3"; what came before the window as "(5)". Caller frees. */
static char *blamed(const AnaOffence *offence)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; offence && i < offence->n; i++) {
        const AnaOffender *call = &offence->calls[i];
        g_string_append(out, i ? " " : "");
        if (call->is_earlier)
            g_string_append_printf(out, "(%" G_GUINT64_FORMAT ")", call->index);
        else
            g_string_append_printf(out, "%c%" G_GUINT64_FORMAT, call->is_write ? 'w' : 'r',
                                   call->number);
    }
    return g_string_free(out, FALSE);
}

typedef struct Transcript {
    const char *steps;
    guint64 checked;
    const char *blamed; /* "": an order exists */
} Transcript;

static void check_transcripts(const Transcript *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        AnaHistoryVerdict verdict;
        AnaClientHistory *history = play(rows[i].steps, 1000);
        ana_history_check(history, &verdict);
        g_autofree char *who = blamed(verdict.offence);
        test_row("%s", rows[i].steps);
        CHECK_STR(who, rows[i].blamed);
        CHECK_UINT(verdict.checked, rows[i].checked);
        CHECK_UINT(verdict.explained, *rows[i].blamed ? 0 : rows[i].checked);
        CHECK_UINT(verdict.undecided, 0);
        ana_offence_free(verdict.offence);
        ana_client_history_free(history);
    }
    test_row(NULL);
}

/* ---- claims ------------------------------------------------------------------------------- */

static void outcomes_count_as_what_they_say(void)
{
    static const Transcript rows[] = {
        {"[ w1 w1@1 w1=1 r2 r2=1", 2, ""},
        {"[ r1 r1=0 w2 w2@1 w2=1 r3 r3=1", 3, ""},
        {"[ w1 w1@1 w1=1 r2 r2=0", 2, "(0) w1 r2"},
        {"[ w1 w1@1 w1=1 w2 w2@2 w2=2 r3 r3=1", 3, "w1 w2 r3"},
        /* at one instant the order of observations counts: the read began before the answer */
        {"[ w1 w1@1 r2 w1=1 r2=0", 2, ""},
        /* new, then old */
        {"[ w1 w1@1 r2 r2=1 r3 r3=0 w1=1", 3, "(0) r2 r3"},
        /* a write of unknown outcome: never, late, and then for good */
        {"[ w1 w1@1 w1? r2 r2=0 r3 r3=0", 3, ""},
        {"[ w1 w1@1 w1? r2 r2=0 r3 r3=1", 3, ""},
        {"[ w1 w1@1 w1? r2 r2=1 r3 r3=0", 3, "(0) r2 r3"},
        {"[ w1 w1? w1@1 r2 r2=1", 2, ""},
        /* reads without an answer, and refused writes, say nothing */
        {"[ w1 w1@1 w1=1 r2 r2?", 1, ""},
        {"[ w1 w1! r2 r2=0", 1, ""},
        {"[ w1 w1@1 w1=1 r2", 1, ""},
    };
    check_transcripts(rows, G_N_ELEMENTS(rows));
}

static void a_write_with_several_places_is_one_write(void)
{
    static const Transcript rows[] = {
        /* tried again, because the first place was lost */
        {"[ w1 w1@1 w1@5 w1=5 r2 r2=5", 2, ""},
        {"[ w1 w1@1 r2 r2=1 w1@5 w1=5 r3 r3=5", 3, ""},
        /* done twice, with another in between: the second time is a ghost */
        {"[ w1 w1@1 r2 r2=1 w3 w3@2 w3=2 r4 r4=2 w1@5 w1=5 r5 r5=5", 5, "r2 r4 r5"},
        /* handed on to the new leader, once and again */
        {"[ w1 w1@1 w1=1 c1>4 r2 r2=4", 2, ""},
        {"[ w1 w1@1 w1=1 c1>4 c4>6 r2 r2=6", 2, ""},
        {"[ w1 w1@1 w1=1 w2 w2@2 w2=2 c1>4 r3 r3=4", 3, "w1 w2 r3"},
        /* appended once more after its answer, which came before the window */
        {"w1 w1@1 w1=1 [ r2 r2=1 w1@5 r3 r3=5", 1, ""},
    };
    check_transcripts(rows, G_N_ELEMENTS(rows));
}

static void a_window_may_begin_and_end_in_mid_run(void)
{
    static const Transcript rows[] = {
        /* of what was before, any one value may have been the last */
        {"w1 w1@1 w1=1 w2 w2@2 w2=2 [ r3 r3=1 r4 r4=1", 2, ""},
        {"w1 w1@1 w1=1 w2 w2@2 w2=2 [ r3 r3=2 r4 r4=1", 2, "(1) r3 r4"},
        {"w1 w1@1 w1=1 [ r2 r2=1 w3 w3@2 w3=2 r4 r4=1", 3, "(1) w3 r4"},
        /* reads from before the window do not belong to it */
        {"r1 [ r1=3 r2 r2=2", 1, ""},
        /* under way as it begins: it may come into effect in the window, or have before */
        {"w1 w1@1 w1=1 w2 w2@2 [ r3 r3=1 r4 r4=2 w2=2", 2, ""},
        {"w1 w1@1 w1=1 w2 w2@2 [ r3 r3=2 w2=2 r4 r4=2", 2, ""},
        {"w1 w1@1 w1=1 w2 w2@2 [ r3 r3=2 r4 r4=1 w2=2", 2, "(1) r3 r4"},
        {"w1 w1@1 w1=1 w2 w2@2 [ w2=2 r3 r3=1", 1, ""},
        {"w1 w1@1 w1=1 w2 w2@2 [ w2=2 r3 r3=1 r4 r4=2", 2, "w2 r3 r4"},
        /* of unknown outcome long before */
        {"w1 w1@1 w1? w2 w2@2 w2=2 [ r3 r3=2 r4 r4=1", 2, ""},
        /* under way as it ends: what comes after does not accuse it */
        {"[ w1 w1@1 w1=1 w2 w2@2 r3 ] w2=2 r3=2 r4 r4=1", 0, ""},
        /* the second part of a window knows nothing of the first */
        {"[ w1 w1@1 w1=1 ] w2 w2@2 w2=2 [ r3 r3=1 w4 w4@3 w4=3 r5 r5=1", 3, "(1) w4 r5"},
    };
    check_transcripts(rows, G_N_ELEMENTS(rows));
}

static void outside_a_window_only_open_writes_are_kept(void)
{
    gsize n;
    AnaClientHistory *history =
        play("w1 w1@1 w1=1 r2 r2=1 w3 w3@2 w3? w4 w4! w5 [ w6 w6@3 w6=3 r7 r7=3 ]", 1000);
    AnaClientCall **calls = ana_client_history_calls(history, &n);
    CHECK_UINT(n, 2);
    CHECK_UINT(calls[0]->name, 3);
    CHECK_UINT(calls[1]->name, 5);
    g_free(calls);
    ana_client_history_free(history);
}

static void at_its_limit_a_history_shows_a_violation_or_nothing(void)
{
    AnaHistoryVerdict verdict;
    AnaClientHistory *history = play("[ w1 w1@1 w1=1 r2 r2=1 r3 r3=0 r4 r4=0", 2);
    CHECK(ana_client_history_is_cut(history));
    ana_history_check(history, &verdict);
    CHECK(verdict.offence == NULL);
    CHECK_UINT(verdict.checked, 2);
    CHECK_UINT(verdict.explained, 0);
    CHECK_UINT(verdict.undecided, 2);
    ana_client_history_free(history);
    history = play("[ w1 w1@1 w1=1 r2 r2=0 r3 r3=1 r4 r4=1", 2);
    CHECK(ana_client_history_is_cut(history));
    ana_history_check(history, &verdict);
    CHECK(verdict.offence != NULL);
    CHECK_UINT(verdict.undecided, 0);
    ana_offence_free(verdict.offence);
    ana_client_history_free(history);
}

/* ---- many keys ---------------------------------------------------------------------------- */

static void operate(AnaClientHistory *history, guint64 number, guint64 key, RepOperationKind kind,
                    guint64 index)
{
    RepObservation seen = {.kind = REP_OBS_OPERATION_BEGAN, .at = (SimTime)number};
    seen.operation = (RepOperationSeen){.number = number, .kind = (guint8)kind, .key = key};
    ana_client_history_observe(history, &seen, TRUE);
    seen.kind = REP_OBS_OPERATION_ENDED;
    seen.operation.version = (RepVersion){.index = index, .term = index ? 1 : 0};
    ana_client_history_observe(history, &seen, TRUE);
}

static void of_many_keys_only_the_broken_ones_are_blamed(void)
{
    enum { OPERATIONS = 100000, KEYS = 1000 };
    AnaClientHistory *history = ana_client_history_new(OPERATIONS, 1);
    guint64 *newest = g_new0(guint64, KEYS), n_of_17 = 0;
    SimRng rng;
    sim_rng_seed(&rng, 11);
    SimDraw draw = sim_draw_sequential(&rng);
    ana_client_history_open(history);
    for (guint64 i = 0; i < OPERATIONS; i++) {
        guint64 key = sim_draw_below(&draw, KEYS);
        gboolean is_write = sim_draw_chance(&draw, 0.3);
        n_of_17 += key == 17;
        if (is_write)
            newest[key] = i + 1;
        /* one key is read as if nobody had written it for a while */
        gboolean is_stale = !is_write && key == 17 && i > OPERATIONS / 2 && i < OPERATIONS * 3 / 4;
        operate(history, i, key, is_write ? REP_WRITE : REP_READ, is_stale ? 0 : newest[key]);
    }
    AnaHistoryVerdict verdict;
    ana_history_check(history, &verdict);
    CHECK_UINT(verdict.checked, OPERATIONS);
    CHECK_UINT(verdict.explained, OPERATIONS - n_of_17);
    CHECK(verdict.offence && verdict.offence->key == 17 && verdict.offence->n == 3);
    ana_offence_free(verdict.offence);
    ana_client_history_free(history);
    g_free(newest);
}

static const TestCase cases[] = {TEST(outcomes_count_as_what_they_say),
                                 TEST(a_write_with_several_places_is_one_write),
                                 TEST(a_window_may_begin_and_end_in_mid_run),
                                 TEST(outside_a_window_only_open_writes_are_kept),
                                 TEST(at_its_limit_a_history_shows_a_violation_or_nothing),
                                 TEST(of_many_keys_only_the_broken_ones_are_blamed),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("client_history", cases, argc, argv);
}
