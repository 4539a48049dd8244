/*
 * test_ddia.c — goal: the scenarios of scenarios/ddia/ tell what happened by their keys, not by
 * luck, and what they call a repair is one. Method: each is run with other seeds, and its claims
 * must hold; then the one key that repairs (or breaks) a variant is put back by --set, and a claim
 * must fail. That they hold as they are says test_builtin.c.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

static void the_stories_are_the_same_with_other_seeds(void)
{
    static const unsigned seeds[] = {3, 77};
    Command command;
    command_init(&command);
    command_run(&command, "list scenarios --json");
    g_autoptr(GRegex) name = g_regex_new("\"name\": *\"(ddia/[a-z0-9-]+)\"", G_REGEX_DEFAULT,
                                         G_REGEX_MATCH_DEFAULT, NULL);
    g_autofree char *names = g_strdup(command.out);
    g_autoptr(GMatchInfo) match = NULL;
    unsigned n = 0;
    g_regex_match(name, names, G_REGEX_MATCH_DEFAULT, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL), n++) {
        g_autofree char *each = g_match_info_fetch(match, 1);
        for (gsize i = 0; i < G_N_ELEMENTS(seeds); i++) {
            test_row("builtin:%s --seed %u", each, seeds[i]);
            command_run(&command, "run builtin:%s --seed %u --no-save -q", each, seeds[i]);
            CHECK_INT(command.status, 0);
        }
    }
    test_row(NULL);
    CHECK(n >= 22);
    command_clear(&command);
}

typedef struct Undoing {
    const char *scenario, *variant, *set;
} Undoing;

static const Undoing undoings[] = {
    {"5-1", "waits", "policy.ack=async"},
    {"5-1", "asks-the-leader", "clients.user-2345.script.look.to=follower2"},
    {"5-2", "figure", "policy.ack=async"},
    {"5-2", "measure-stand-in", "policy.ack=sync(follower1)"},
    {"5-3", "leader-read", "clients.user-1234.script.view.to=follower2"},
    {"5-3", "token-wait", "policy.session=none"},
    {"5-3", "token-leader", "policy.session=none"},
    {"5-3", "measure-token", "policy.session=none"},
    {"5-4", "same-replica", "clients.user-2345.script.second-look.to=follower2"},
    {"5-4", "token", "policy.session=none"},
    {"5-4", "measure-sticky", "policy.session=none"},
    {"5-5", "one-partition", "policy.partitions=[leader1, leader2]"},
    {"5-5", "causal", "policy.session=none"},
    {"5-5", "measure-causal", "policy.session=none"},
    {"5-6", "cut", "policy={model: single-leader, leader: leader1, reads: nearest}"},
    {"5-6", "measure", "policy={model: single-leader, leader: leader1, reads: nearest}"},
    {"5-7", "last-write-wins", "policy.conflict=siblings"},
    {"5-7", "siblings", "policy.conflict=lww(clock)"},
    {"5-7", "home", "policy.conflict=lww(clock)"},
    {"5-7", "measure-siblings", "policy.conflict=lww(clock)"},
    {"5-8", "all-to-all", "policy.topology=star(leader2)"},
    {"5-8", "all-to-all-without-2", "policy.topology=circle"},
    {"5-8", "measure", "policy.topology=circle"},
    {"5-9", "circle", "policy.topology=all-to-all"},
    {"5-9", "causal", "policy.causal=false"},
    {"5-9", "measure-causal", "policy.causal=false"},
    {"5-10", "figure", "policy.read_repair=none"},
    {"5-10", "one-answer", "policy.read_quorum=2"},
    {"5-10", "measure-quorum", "policy.read_quorum=1"},
    {"5-11", "figure", "policy.write_quorum=4"},
    {"5-11", "no-overlap", "policy.read_quorum=3"},
    {"5-11", "measure", "policy.read_quorum=2"},
    {"5-12", "last-write-wins", "policy.versions=none"},
    {"5-12", "repaired", "policy.read_repair=none"},
    {"5-12", "measure-repaired", "policy.versions=none"},
    {"5-13", "figure", "policy.versions=lww(clock)"},
    {"5-13", "forgetful", "policy.versions=vector"},
    {"5-13", "measure", "policy.versions=lww(clock)"},
    {"5-14", "figure", "clients.carts.script.w5.context=w1"},
    {"5-14", "other-order", "clients.carts.script.w4.context=none"},
    {"5-14", "measure", "policy.versions=lww(clock)"},
    {"cart-anomaly", "add-remove-set", "policy.conflict=siblings"},
    {"text-merge", "merge", "policy.conflict=lww(clock)"},
    {"failover-pitfalls", "semi-sync", "policy.ack=async"},
    {"failover-pitfalls", "fenced", "policy.failover.fence=false"},
    {"failover-pitfalls", "patient", "policy.failover.detect=1s"},
    {"failover-pitfalls", "measure-semi-sync", "policy.ack=async"},
    {"replication-logs", "logical", "policy.log=physical"},
    {"replication-logs", "measure", "policy.log=physical"},
    {"new-followers", "figure", "storage.snapshot_size=1GB"},
    {"new-followers", "measure", "network.bandwidth.leader -> newcomer=100Mbit/s"},
    {"sloppy-quorums", "sloppy", "policy.sloppy_quorum=false"},
    {"sloppy-quorums", "measure-sloppy", "policy.sloppy_quorum=false"},
    {"multi-region-quorums", "each", "policy.write_quorum=local-quorum"},
    {"multi-region-quorums", "local-cut", "policy.write_quorum=each-quorum"},
    {"multi-region-quorums", "measure-each", "policy.write_quorum=local-quorum"},
    {"monitoring-staleness", "anti-entropy", "policy.anti_entropy=none"},
    {"monitoring-staleness", "measure-anti-entropy", "policy.anti_entropy=none"},
};

static void without_its_repair_a_variant_breaks_its_claims(void)
{
    Command command;
    command_init(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(undoings); i++) {
        const Undoing *each = &undoings[i];
        test_row("ddia/%s, %s, %s", each->scenario, each->variant, each->set);
        command_run(&command, "run builtin:ddia/%s --variant %s --set '%s' --no-save -q",
                    each->scenario, each->variant, each->set);
        CHECK_INT(command.status, 1);
    }
    test_row(NULL);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(the_stories_are_the_same_with_other_seeds),
                                 TEST(without_its_repair_a_variant_breaks_its_claims),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("ddia", cases, argc, argv);
}
