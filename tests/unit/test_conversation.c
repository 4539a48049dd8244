/*
 * test_conversation.c — who does what, when, in a conversation (models/conversation.h).
 *
 * Method: a small world is run, and every operation of a conversation is held against the question
 * that its number names.
 */
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#define STEP(number) ((number) >> 40)
#define QUESTION(number) ((number) & (((guint64)1 << 40) - 1))
enum { ANSWER = 192, CHECK_AGAIN, LOOK, WATCH = LOOK + 10, STEPS = WATCH + 10 };

typedef struct Seen {
    GArray *ended;    /* RepObservation of OPERATION_ENDED */
    GArray *appended; /* of answers */
} Seen;

static void observe(void *self, const RepObservation *seen)
{
    Seen *all = self;
    if (seen->kind == REP_OBS_OPERATION_ENDED)
        g_array_append_vals(all->ended, seen, 1);
    else if (seen->appended.depends_on.version.index)
        g_array_append_vals(all->appended, seen, 1);
}

static Seen run(const char *text)
{
    Seen all = {g_array_new(FALSE, FALSE, sizeof(RepObservation)),
                g_array_new(FALSE, FALSE, sizeof(RepObservation))};
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    g_autoptr(RepWorld) world = rep_world_new(scenario->variants[0].setup, 0, "test", NULL);
    rep_world_observe(world, (RepObserver){.mask = REP_OBS_BIT(REP_OBS_OPERATION_ENDED) |
                                                   REP_OBS_BIT(REP_OBS_APPENDED),
                                           .observe = observe,
                                           .self = &all});
    RepRunResult result = rep_world_run(world, UINT64_MAX, NULL);
    CHECK(result.overflow == NULL);
    return all;
}

static void clear(Seen *all)
{
    g_array_free(all->ended, TRUE);
    g_array_free(all->appended, TRUE);
}

static const RepObservation *find(const Seen *all, guint64 question, guint64 step)
{
    for (guint i = 0; i < all->ended->len; i++) {
        const RepObservation *seen = &g_array_index(all->ended, RepObservation, i);
        if (seen->operation.number == question + (step << 40))
            return seen;
    }
    return NULL;
}

#define TALK(policy, keys, talk)                                                                   \
    "replsim: 1\nseed: 3\nduration: 4s\n"                                                          \
    "nodes: {db1: here, db2: here, db3: far}\n"                                                    \
    "network: {within: 1ms, between: {here <-> far: 20ms}}\n"                                      \
    "clients:\n"                                                                                   \
    "  web: {rate: poisson(100/s), reads: 20%, keys: " keys ", sessions: 6,\n"                     \
    "        conversation: " talk "}\n"                                                            \
    "policy:\n  leader: db1\n  " policy "\n"

/* The steps from `first` on that took place, each 5 ms after the one before was answered; the last
 * of them, or NULL. */
static const RepObservation *follow_looks(const Seen *all, const RepObservation *after,
                                          guint64 first, guint32 session, guint64 key)
{
    guint64 question = QUESTION(after->operation.number);
    const RepObservation *last = NULL;
    for (guint64 step = first; step < first + 10; step++) {
        const RepObservation *look = find(all, question, step);
        if (!look)
            break;
        CHECK_UINT(look->operation.kind, REP_READ);
        CHECK_UINT(look->operation.session, session);
        CHECK_UINT(look->operation.key, key);
        CHECK_INT(look->operation.began, (last ? last : after)->at + 5 * SIM_MS);
        last = look;
    }
    return last;
}

static gboolean is_older(RepVersion a, RepVersion b)
{
    return a.term < b.term || (a.term == b.term && a.index < b.index);
}

static void each_step_follows_from_the_one_before(void)
{
    Seen all = run(TALK("reads: any", "uniform_keys(20)", "{share: 100%, delay: 5ms}"));
    guint answered = 0, watched = 0, looked_again = 0;
    for (guint i = 0; i < all.ended->len; i++) {
        const RepObservation *answer = &g_array_index(all.ended, RepObservation, i);
        guint64 question = QUESTION(answer->operation.number);
        const RepObservation *asked = find(&all, question, 0);
        if (STEP(answer->operation.number) != ANSWER)
            continue;
        answered++;
        test_row("question %" G_GUINT64_FORMAT, question);
        CHECK_UINT(answer->operation.kind, REP_WRITE);
        CHECK(answer->operation.key != asked->operation.key);
        CHECK(answer->operation.session != asked->operation.session);
        CHECK(answer->operation.is_follow_up);
        const RepObservation *look =
            follow_looks(&all, asked, LOOK, answer->operation.session, asked->operation.key);
        CHECK(look && !is_older(look->operation.version, asked->operation.version));
        CHECK_INT(answer->operation.began, look->at);
        CHECK_UINT(answer->operation.depends_on.key, asked->operation.key);
        CHECK_UINT(answer->operation.depends_on.version.index, look->operation.version.index);
        looked_again += STEP(look->operation.number) > LOOK;

        const RepObservation *check = find(&all, question, CHECK_AGAIN);
        if (!check)
            continue;
        watched++;
        const RepObservation *watch =
            follow_looks(&all, answer, WATCH, check->operation.session, answer->operation.key);
        CHECK(watch && !is_older(watch->operation.version, answer->operation.version));
        CHECK(check->operation.session != answer->operation.session &&
              check->operation.session != asked->operation.session);
        CHECK_INT(check->operation.began, watch->at);
        CHECK_UINT(check->operation.key, asked->operation.key);
    }
    test_row(NULL);
    CHECK(answered > 200 && watched > 150 && looked_again > 20);
    clear(&all);
}

static void an_answer_is_known_when_it_is_appended(void)
{
    Seen all = run(TALK("reads: any", "uniform_keys(30)", "{share: 50%}"));
    CHECK(all.appended->len > 50);
    for (guint i = 0; i < all.appended->len; i++) {
        const RepObservation *seen = &g_array_index(all.appended, RepObservation, i);
        const RepObservation *asked = find(&all, QUESTION(seen->appended.number), 0);
        CHECK_UINT(STEP(seen->appended.number), ANSWER);
        CHECK_UINT(seen->appended.depends_on.key, asked->operation.key);
    }
    clear(&all);
}

static void a_reader_who_never_sees_the_question_gives_up(void)
{
    Seen all = run(TALK("reads: follower(db3)", "unique",
                        "{share: 100%, delay: 1us}") "faults:\n  - {at: 0s, cut: db1 -> db3}\n");
    guint looks[STEPS] = {0};
    for (guint i = 0; i < all.ended->len; i++) {
        guint64 step = STEP(g_array_index(all.ended, RepObservation, i).operation.number);
        looks[MIN(step, STEPS - 1)]++;
    }
    CHECK(looks[LOOK] > 100);
    CHECK(looks[LOOK + 9] > 100);
    CHECK_UINT(looks[WATCH] + looks[ANSWER] + looks[CHECK_AGAIN], 0);
    clear(&all);
}

/* What the rate brings is the same, whatever follows from it. */
static void it_shifts_nobody_elses_luck(void)
{
    Seen with = run(TALK("reads: any", "uniform_keys(20)", "{share: 50%, delay: 3ms}"));
    Seen without = run(TALK("reads: any", "uniform_keys(20)", "none"));
    CHECK(with.ended->len > without.ended->len + 100);
    for (guint i = 0; i < without.ended->len; i++) {
        const RepOperationSeen *plain = &g_array_index(without.ended, RepObservation, i).operation;
        const RepOperationSeen *same = &find(&with, plain->number, 0)->operation;
        CHECK(same->key == plain->key && same->began == plain->began &&
              same->session == plain->session && same->node == plain->node);
    }
    clear(&with);
    clear(&without);
}

static const TestCase cases[] = {
    {"each_step_follows_from_the_one_before", each_step_follows_from_the_one_before},
    {"an_answer_is_known_when_it_is_appended", an_answer_is_known_when_it_is_appended},
    {"a_reader_who_never_sees_the_question_gives_up",
     a_reader_who_never_sees_the_question_gives_up},
    {"it_shifts_nobody_elses_luck", it_shifts_nobody_elses_luck},
    {0},
};

int main(int argc, char **argv)
{
    return test_main("conversation", cases, argc, argv);
}
