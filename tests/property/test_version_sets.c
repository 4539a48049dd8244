/*
 * Goal: sets of versions (models/conflict/versions.h) are what a model with whole histories has,
 * under every rule: joins are commutative, associative and idempotent where the rule converges; no
 * sibling goes unless somebody who had seen it replaced it, or its last copy was lost; fates and
 * cut-offs are told when they are so, once; and nothing is kept that nobody holds. Method: random
 * histories (tests/support/version_history.h), each step checked.
 *
 * One history again: build/tests/property_version_sets, the rule and seed are in what it prints.
 */
#include "tests/support/check.h"
#include "tests/support/version_history.h"

#define HISTORIES 400u

static const RepConflictRule *const rules[] = {
    &rep_conflict_lww,      &rep_conflict_hybrid, &rep_conflict_siblings, &rep_conflict_merge,
    &rep_conflict_priority, &rep_conflict_single, &rep_conflict_none};

/* Returns how many writes there were in all. */
static guint run_all(const RepConflictRule *rule, gboolean loses, gboolean is_calm)
{
    guint n_writes = 0, n;
    for (guint64 seed = 1; seed <= HISTORIES; seed++) {
        g_autofree char *violation =
            test_history_run(&(TestHistory){.rule = rule,
                                            .seed = seed,
                                            .steps = 100 + (guint)(seed % 4) * 100,
                                            .loses = loses,
                                            .is_calm = is_calm},
                             &n);
        CHECK_STR(violation, NULL);
        n_writes += n;
    }
    return n_writes;
}

static void every_rule_does_what_it_says_while_nothing_is_lost(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        CHECK(run_all(rules[i], FALSE, TRUE) > 20 * HISTORIES);
}

static void every_rule_does_what_it_says_while_replicas_die(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        CHECK(run_all(rules[i], FALSE, FALSE) > 10 * HISTORIES);
}

static void every_rule_does_what_it_says_while_messages_and_disks_are_lost(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        CHECK(run_all(rules[i], TRUE, FALSE) > 10 * HISTORIES);
}

static const TestCase cases[] = {
    TEST(every_rule_does_what_it_says_while_nothing_is_lost),
    TEST(every_rule_does_what_it_says_while_replicas_die),
    TEST(every_rule_does_what_it_says_while_messages_and_disks_are_lost),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("version_sets", cases, argc, argv);
}
