/*
 * Goal: each planted bug (models/planted.h) is real and reachable. Method: for each a scenario made
 * so that the healthy and the faulty code must part ways in it, and the digests of both. A world
 * runs in a process of its own, since some bugs break an invariant that the models check.
 */
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/planted_scenarios.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a run of a scenario came to. */
typedef struct Ran {
    gboolean is_finished; /* FALSE: a SIM_CHECK stopped it */
    guint64 digest;
} Ran;

static guint64 run_here(const char *text)
{
    g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
    RepWorld *world = rep_world_new(scenario->variants[0].setup, 0, "test", "");
    RepRunResult result = rep_world_run(world, G_MAXUINT64, NULL);
    rep_world_free(world);
    return result.event_digest;
}

static Ran run(const char *text, RepPlantedBug bug)
{
    Ran ran = {0};
    int ends[2], status;
    CHECK_INT(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (bug != REP_BUG_NONE)
            dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* what a SIM_CHECK says */
        rep_planted_bug = bug;
        guint64 digest = run_here(text);
        _exit(write(ends[1], &digest, sizeof digest) == sizeof digest ? 0 : 1);
    }
    close(ends[1]);
    ran.is_finished = read(ends[0], &ran.digest, sizeof ran.digest) == sizeof ran.digest;
    close(ends[0]);
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return ran;
}

/* ---- claims ------------------------------------------------------------------------------- */

static void each_planted_bug_changes_the_scenario_that_reaches_it(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(test_planted); i++) {
        g_autofree char *text = test_planted_text(&test_planted[i]);
        Ran healthy = run(text, REP_BUG_NONE), faulty = run(text, test_planted[i].bug);
        test_row("%s", rep_planted_names[test_planted[i].bug]);
        CHECK(healthy.is_finished);
        CHECK_INT(faulty.is_finished, !test_planted[i].breaks_check);
        CHECK(faulty.digest != healthy.digest);
    }
    test_row(NULL);
}

static void each_planted_bug_has_its_scenario(void)
{
    CHECK_INT(G_N_ELEMENTS(test_planted), REP_BUG_COUNT - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(test_planted); i++)
        CHECK_INT(test_planted[i].bug, i + 1);
}

static void with_none_switched_on_two_runs_are_the_same(void)
{
    g_autofree char *text = test_planted_text(&test_planted[1]);
    Ran first = run(text, REP_BUG_NONE), second = run(text, REP_BUG_NONE);
    CHECK(first.is_finished && second.is_finished);
    CHECK_UINT(first.digest, second.digest);
}

static const TestCase cases[] = {
    TEST(each_planted_bug_changes_the_scenario_that_reaches_it),
    TEST(each_planted_bug_has_its_scenario),
    TEST(with_none_switched_on_two_runs_are_the_same),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("planted", cases, argc, argv);
}
