/*
 * test_linearizable.c — goal: a failing `expect: linearizable` shows what contradicts what, in the
 * text and in JSON, the same with any number of threads. Method: a small world in which a follower
 * shows writes late, run as a user does.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

static const char late[] = "replsim: 1\n"
                           "name: late\n"
                           "duration: 4s\n"
                           "warmup: 1s\n"
                           "replications: 4\n"
                           "network: {within: 1ms, between: {us <-> eu: 100ms}}\n"
                           "nodes: {db1: us, db2: eu}\n"
                           "clients:\n"
                           "  web: {rate: 200/s, reads: 50%, keys: uniform_keys(2)}\n"
                           "variants:\n"
                           "  near: {policy.reads: nearest}\n"
                           "  leader: {policy.reads: leader}\n"
                           "expect: [linearizable]\n";

static void begin(Command *command)
{
    command_init(command);
    command_write(command, "late.yaml", late);
}

static void a_failing_check_prints_the_operations_that_no_order_explains(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run late.yaml --no-save --width 200");
    CHECK_INT(command.status, 1);
    CHECK_CONTAINS(
        command.out,
        "\nCHECKS                     near        leader\n"
        "  linearizable             FAIL  0 %   pass  100 %\n"
        "\n"
        "NOT LINEARIZABLE\n"
        "  near, replication 0 (--replication 0), key 0: no order of these operations lets every "
        "read return the write before it\n"
        "  from        to          session  operation    node\n"
        "  before      the window           write 1/96\n"
        "  1.044239 s  1.046239 s  web/72   write 1/104  db1\n"
        "  1.092002 s  1.094002 s  web/8    read 1/96    db2\n"
        "\n");
    CHECK_LACKS(command.out, "leader, replication");
    command_clear(&command);
}

static void json_has_the_same_operations_for_any_number_of_threads(void)
{
    Command command, other;
    begin(&command);
    command_run(&command, "run late.yaml --no-save --json -j 1");
    CHECK_INT(command.status, 1);
    CHECK_CONTAINS(
        command.out,
        "{\"check\": \"linearizable\", \"verdict\": \"fail\", \"value\": 0, \"offence\": "
        "{\"replication\": 0, \"key\": 0, \"operations\": ["
        "{\"operation\": \"write\", \"term\": 1, \"index\": 96, \"before_window\": true}, "
        "{\"operation\": \"write\", \"term\": 1, \"index\": 104, \"client\": \"web\", "
        "\"session\": 72, \"began\": 1044239916, \"ended\": 1046239916, \"node\": \"db1\"}, "
        "{\"operation\": \"read\", \"term\": 1, \"index\": 96, \"client\": \"web\", "
        "\"session\": 8, \"began\": 1092002550, \"ended\": 1094002550, \"node\": \"db2\"}]}, "
        "\"gated\": true}");
    CHECK_CONTAINS(command.out,
                   "{\"check\": \"linearizable\", \"verdict\": \"pass\", \"value\": 1, "
                   "\"gated\": true}");
    begin(&other);
    command_run(&other, "run late.yaml --no-save --json -j 2");
    CHECK_STR(other.out, command.out);
    command_clear(&other);
    command_clear(&command);
}

/* A history is kept only where somebody asks, and asking changes nothing else. */
static void the_measure_is_there_on_request(void)
{
    Command command;
    begin(&command);
    command_run(&command, "run late.yaml:leader --no-save --json "
                          "--metric 'linearizable{client_region=eu} 2s..3s'");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "\"linearizable{client_region=eu} 2s..3s\": {\"value\": 1, "
                                "\"unit\": \"ratio\"");
    command_run(&command, "list metric linearizable");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "As a check it stands alone");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_failing_check_prints_the_operations_that_no_order_explains),
                                 TEST(json_has_the_same_operations_for_any_number_of_threads),
                                 TEST(the_measure_is_there_on_request),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("linearizable", cases, argc, argv);
}
