/*
 * test_crash.c — goal: a broken invariant ends the program with status 70, a report on standard
 * error and in a file. Method: a child process breaks one on purpose.
 */
#include "cli/crash.h"
#include "cli/status.h"
#include "sim/check.h"
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void break_one(const char *folder)
{
    SimTime now = 12345678901;
    uint64_t events = 77;
    SimCheckContext context = {.now = &now,
                               .events = &events,
                               .seed = 42,
                               .replication = 7,
                               .scenario = "failover.yaml",
                               .variant = "async"};
    g_setenv("TMPDIR", folder, TRUE);
    cli_crash_install();
    cli_crash_set_command("replsim run failover.yaml");
    sim_check_set_context(&context);
    if (!freopen("stderr.txt", "w", stderr))
        _exit(1);
    SIM_CHECK(1 + 1 == 3, "the sum was %d", 2);
    _exit(0);
}

static void a_broken_invariant_is_status_70_with_a_report_that_replays(void)
{
    Command command;
    command_init(&command);
    pid_t child = fork();
    if (child == 0) {
        if (chdir(command.folder) != 0)
            _exit(1);
        break_one(command.folder);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), CLI_INTERNAL);
    g_autofree char *err = command_read(&command, "stderr.txt");
    g_autofree char *name = g_strdup_printf("replsim-crash-%d.txt", (int)child);
    g_autofree char *report = command_read(&command, name);
    const char *const texts[] = {err, report};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        CHECK_CONTAINS(texts[i], "check '1 + 1 == 3' failed: the sum was 2");
        CHECK_CONTAINS(texts[i], "at simulated time 12.345678901 s, event 77, seed 42");
        CHECK_CONTAINS(texts[i], "replay: replsim run failover.yaml --seed 42 --replication 7 "
                                 "--variant async --no-save -j 1");
    }
    CHECK_CONTAINS(err, name);
    CHECK_CONTAINS(report, "command: replsim run failover.yaml");
    CHECK_CONTAINS(report, "replsim 0.");
    command_clear(&command);
}

static const TestCase cases[] = {TEST(a_broken_invariant_is_status_70_with_a_report_that_replays),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("crash", cases, argc, argv);
}
