/*
 * test_same_bytes.c — goal: the same scenario, seed and version give the same bytes, whatever the
 * number of threads, the locale, the processor's fused multiply-add, or how the file is spelled.
 * Method: what `run --json` prints for every small scenario of this folder (scripts/digests) under
 * each condition. Other compilers, options and processors: scripts/matrix.sh.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"
#include "tests/support/json_look.h"

#include <string.h>

#define FOLDER REPLSIM_SOURCE_DIR "/tests/scenario"
#define DIGESTS "'" REPLSIM_SOURCE_DIR "/scripts/digests' \"$replsim\""

static char *reference(void)
{
    Command command;
    command_init(&command);
    command_shell(&command, DIGESTS);
    CHECK_INT(command.status, 0);
    CHECK(count_of(command.out, "\n") >= 7);
    char *digests = g_strdup(command.out);
    command_clear(&command);
    return digests;
}

static void gives_the_same(const char *const *settings, const char *expected)
{
    Command command;
    command_init(&command);
    for (; *settings; settings++) {
        test_row("%s", *settings);
        command_set(&command, *settings);
    }
    command_shell(&command, DIGESTS);
    CHECK_INT(command.status, 0);
    CHECK_STR(command.out, expected);
    test_row(NULL);
    command_clear(&command);
}

static void the_number_of_threads_does_not_show(void)
{
    g_autofree char *expected = reference();
    gives_the_same((const char *const[]){"REPLSIM_RUN_OPTIONS=-j 1", NULL}, expected);
    gives_the_same((const char *const[]){"REPLSIM_RUN_OPTIONS=-j 8", NULL}, expected);
}

static void the_locale_does_not_show(void)
{
    g_autofree char *expected = reference();
    gives_the_same((const char *const[]){"LC_ALL=C", NULL}, expected);
    /* Where it is not installed this is C once more; scripts/matrix.sh installs it. */
    gives_the_same((const char *const[]){"LC_ALL=de_DE.UTF-8", "LANG=de_DE.UTF-8", NULL}, expected);
}

static void fused_multiply_add_does_not_show(void)
{
    g_autofree char *expected = reference();
    gives_the_same((const char *const[]){"GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4", NULL},
                   expected);
}

static void output_options_do_not_show(void)
{
    g_autofree char *expected = reference();
    gives_the_same((const char *const[]){"REPLSIM_RUN_OPTIONS=--ascii --width 200 -v", NULL},
                   expected);
}

static void a_resolved_scenario_gives_the_same_variants(void)
{
    Command command;
    GDir *folder = g_dir_open(FOLDER, 0, NULL);
    const char *name;
    command_init(&command);
    while ((name = g_dir_read_name(folder))) {
        if (!g_str_has_suffix(name, ".yaml"))
            continue;
        test_row("%s", name);
        command_run(&command, "run '" FOLDER "/%s' --json --no-save -q", name);
        json_t *given = look_parse(command.out);
        g_autofree char *script = g_strdup_printf(
            "cp '" FOLDER "'/*.csv .; \"$replsim\" check '" FOLDER "/%s' --resolved > resolved.yaml"
            " && \"$replsim\" run resolved.yaml --json --no-save -q",
            name);
        command_shell(&command, script);
        json_t *resolved = look_parse(command.out);
        CHECK(
            json_equal(json_object_get(given, "variants"), json_object_get(resolved, "variants")));
        json_decref(given);
        json_decref(resolved);
    }
    test_row(NULL);
    g_dir_close(folder);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(the_number_of_threads_does_not_show),
                                 TEST(the_locale_does_not_show),
                                 TEST(fused_multiply_add_does_not_show),
                                 TEST(output_options_do_not_show),
                                 TEST(a_resolved_scenario_gives_the_same_variants),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("same_bytes", cases, argc, argv);
}
