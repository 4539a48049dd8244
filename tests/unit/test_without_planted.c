/*
 * Goal: in normal builds there are no planted bugs (models/planted.h). Method: this module is
 * linked with the library that the program uses; the switch must be a constant 0, and missing from
 * it.
 */
#include "models/planted.h"
#include "models/world.h"
#include "tests/support/check.h"
#include "tests/support/load.h"

#define IS_ABSENT(name) G_STATIC_ASSERT(!REP_PLANTED(name));
REP_PLANTED_EACH(IS_ABSENT)

/* Bound only where some part of the models brings it along. */
extern RepPlantedBug rep_planted_bug __attribute__((weak));

static void the_models_have_no_switch(void)
{
    /* Uses the models, so that they are linked. */
    g_autoptr(ScnScenario) scenario = test_load_good(TEST_SCENARIO, NULL);
    RepWorld *world = rep_world_new(scenario->variants[0].setup, 0, "test", "");
    CHECK(rep_world_run(world, G_MAXUINT64, NULL).events > 0);
    rep_world_free(world);
    CHECK(&rep_planted_bug == NULL);
}

static const TestCase cases[] = {
    TEST(the_models_have_no_switch),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("without_planted", cases, argc, argv);
}
