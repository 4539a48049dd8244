/*
 * test_histories.c — goal: the histories that `trace` exports say of linearizability what is so:
 * reads of a leader that never fails over are, reads of followers are not. Method: a checker that
 * is not ours (wing_gong.h) reads the file; ours judges the same run.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"
#include "tests/support/wing_gong.h"

#include <string.h>

enum { KEYS = 4 };

static const char scenario[] =
    "replsim: 1\n"
    "name: registers\n"
    "seed: 9\n"
    "duration: 4s\n"
    "replications: 3\n"
    "network:\n"
    "  within: lognormal(p50=1ms, p99=5ms)\n"
    "  between: {us <-> eu: 'lognormal(p50=40ms, p99=70ms)'}\n"
    "nodes: {db1: us, db2: us, db3: eu}\n"
    "clients:\n"
    "  web: {rate: poisson(40/s), reads: 60%, keys: uniform_keys(4), timeout: 120ms}\n"
    "policy: {model: single-leader, leader: db1, reads: leader}\n"
    "faults: [{at: 1s, cut: us <-> eu, for: 300ms}]\n"
    "variants:\n"
    "  leader: {policy.reads: leader}\n"
    "  nearest: {policy.reads: nearest}\n"
    "expect: [linearizable]\n";

/* Of all keys of one replication. */
static bool is_linearizable(Command *command, const char *variant, int replication)
{
    g_autofree char *error = NULL;
    command_run(command, "trace latest --variant %s --replication %d -o h.edn", variant,
                replication);
    CHECK_INT(command->status, 0);
    g_autofree char *text = command_read(command, "h.edn");
    g_autoptr(GPtrArray) history = edn_read(text ? text : "", &error);
    CHECK_STR(error, NULL);
    bool all = true;
    for (gint64 key = 0; key < KEYS; key++)
        all = all && wing_gong_linearizable(history, key);
    return all;
}

static void leader_reads_are_linearizable_and_follower_reads_are_not(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "registers.yaml", scenario);
    command_run(&command, "run registers.yaml --json");
    json_t *document = look_parse(command.out);
    const char *ours[] = {look_verdict(document, "leader", "linearizable"),
                          look_verdict(document, "nearest", "linearizable")};
    CHECK_STR(ours[0], "pass");
    CHECK_STR(ours[1], "fail");
    unsigned broken = 0;
    for (int replication = 0; replication < 3; replication++) {
        CHECK(is_linearizable(&command, "leader", replication));
        broken += is_linearizable(&command, "nearest", replication) ? 0 : 1;
    }
    CHECK(broken > 0);
    json_decref(document);
    command_clear(&command);
}

/* The checker itself, on the histories that everybody knows. */
static void the_other_checker_barks(void)
{
#define HALF(process, type, f, value, time)                                                        \
    "{:process " #process ", :type :" #type ", :f :" #f ", :key 0, :value " #value                 \
    ", :time " #time "}\n"
    static const struct {
        const char *name, *text;
        bool holds;
    } rows[] = {
        {"a read sees the write before it",
         HALF(0, invoke, write, 1, 0) HALF(0, ok, write, 1, 1) HALF(1, invoke, read, nil, 2)
             HALF(1, ok, read, 1, 3),
         true},
        {"a read misses the write before it",
         HALF(0, invoke, write, 1, 0) HALF(0, ok, write, 1, 1) HALF(1, invoke, read, nil, 2)
             HALF(1, ok, read, nil, 3),
         false},
        {"a read beside a write may miss it",
         HALF(0, invoke, write, 1, 0) HALF(1, invoke, read, nil, 1) HALF(1, ok, read, nil, 2)
             HALF(0, ok, write, 1, 3),
         true},
        {"but not after another has seen it",
         HALF(0, invoke, write, 1, 0) HALF(1, invoke, read, nil, 1) HALF(1, ok, read, 1, 2)
             HALF(1, invoke, read, nil, 3) HALF(1, ok, read, nil, 4) HALF(0, ok, write, 1, 5),
         false},
        {"a write that nobody knows about may come late",
         HALF(0, invoke, write, 1, 0) HALF(0, info, write, 1, 1) HALF(1, invoke, read, nil, 2)
             HALF(1, ok, read, nil, 3) HALF(1, invoke, read, nil, 4) HALF(1, ok, read, 1, 5),
         true},
        {"a write that failed never comes",
         HALF(0, invoke, write, 1, 0) HALF(0, fail, write, 1, 1) HALF(1, invoke, read, nil, 2)
             HALF(1, ok, read, 1, 3),
         false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *error = NULL;
        g_autoptr(GPtrArray) history = edn_read(rows[i].text, &error);
        test_row("%s", rows[i].name);
        CHECK(wing_gong_linearizable(history, 0) == rows[i].holds);
    }
    test_row(NULL);
#undef HALF
}

static const TestCase cases[] = {TEST(the_other_checker_barks),
                                 TEST(leader_reads_are_linearizable_and_follower_reads_are_not),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("histories", cases, argc, argv);
}
