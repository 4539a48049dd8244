/*
 * test_budget.c — goal: a run that is too much work, or whose queues grow without end, stops with a
 * message that says which and shows no half result. Method: small budgets, and a load that nobody
 * can carry.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

static const char small[] = "replsim: 1\n"
                            "duration: 6s\n"
                            "warmup: 1s\n"
                            "replications: 6\n"
                            "network: {within: 1ms, between: {us <-> eu: 40ms}}\n"
                            "nodes: {db1: us, db2: eu}\n"
                            "clients:\n"
                            "  web: {rate: poisson(500/s), reads: 80%, keys: uniform_keys(100)}\n"
                            "policy: {reads: nearest}\n"
                            "faults: [{at: 3s, load: web, rate: x200}]\n"
                            "variants:\n"
                            "  async: {policy.ack: async}\n"
                            "  sync: {policy.ack: sync(all)}\n";

/* An operation an hour, and heartbeats all the time. */
static const char idle[] = "replsim: 1\n"
                           "duration: 1000h\n"
                           "nodes: {db1..db3: dc1}\n"
                           "clients: {web: {rate: 1/h, reads: 50%, keys: uniform_keys(9)}}\n"
                           "policy: {failover: {detect: 100ms, heartbeat: 1ms}}\n";

/* A million requests a second, of which none has arrived after ten. */
static const char far_away[] = "replsim: 1\n"
                               "duration: 10s\n"
                               "replications: 1\n"
                               "network: {within: 60s}\n"
                               "nodes: {db1: us}\n"
                               "clients:\n"
                               "  web: {rate: 1M/s, reads: 100%, keys: uniform_keys(9), "
                               "timeout: 9min}\n";

static void estimated_work_beyond_the_budget_runs_nothing(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "small.yaml", small);
    command_run(&command, "run small.yaml --event-budget 1k");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "but the event budget is 1 k");
    CHECK_STR(command.out, "");
    CHECK(!command_has(&command, "results"));
    command_clear(&command);
}

static void work_that_is_not_about_operations_counts_too(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "idle.yaml", idle);
    command_run(&command, "run idle.yaml");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "G events would be simulated, but the event budget is ");
    CHECK(!command_has(&command, "results"));
    command_clear(&command);
}

static void a_run_that_exceeds_the_budget_stops_and_says_so(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "rush.yaml", small);
    command_run(&command, "run rush.yaml --no-save --variant async --event-budget 200k");
    CHECK_INT(command.status, 3);
    CHECK_CONTAINS(command.err, "error: stopped: a run of 'async' used up its share of the event "
                                "budget");
    command_clear(&command);
}

static void more_than_can_be_pending_is_said_too(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "far.yaml", far_away);
    command_run(&command, "run far.yaml --no-save");
    CHECK_INT(command.status, 3);
    CHECK_CONTAINS(command.err, "error: stopped: a run of 'base' has more under way than can be "
                                "kept (everywhere: ");
    CHECK_CONTAINS(command.err, " messages and jobs under way); lower the load\n");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(estimated_work_beyond_the_budget_runs_nothing),
                                 TEST(work_that_is_not_about_operations_counts_too),
                                 TEST(a_run_that_exceeds_the_budget_stops_and_says_so),
                                 TEST(more_than_can_be_pending_is_said_too),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("budget", cases, argc, argv);
}
