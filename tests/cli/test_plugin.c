/*
 * Goal: a policy from outside the tree works like those inside, with nothing but what is installed;
 * what is not meant for this program is refused in one clear line. Method: installs the build into
 * a folder, builds examples/policy-plugin there with its own CMake, and runs it; further shared
 * objects are compiled from a line or two of C.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

#define SOURCE REPLSIM_SOURCE_DIR "/examples/policy-plugin"

static const char build_script[] =
    "set -e\n"
    "cmake --install '" REPLSIM_BINARY_DIR "' --prefix \"$PWD/out\" >install.txt\n"
    "export PKG_CONFIG_PATH=$PWD/out/lib/pkgconfig\n"
    "cmake -G Ninja -S '" SOURCE "' -B out/plugin -DCMAKE_C_COMPILER='" TEST_C_COMPILER
    "' >configure.txt\n"
    "cmake --build out/plugin >build.txt\n"
    "cp out/plugin/libtimed-primary.so mine.so\n"
    "cp '" SOURCE "/timed.yaml' .\n";

static void build(Command *command)
{
    command_init(command);
    command_shell(command, build_script);
    CHECK_STR(command->err, "");
    CHECK_INT(command->status, 0);
}

/* ---- what it can -------------------------------------------------------------------------- */

static void it_is_checked_listed_and_run(void)
{
    Command command;
    build(&command);
    command_run(&command, "check timed.yaml --plugin mine.so");
    CHECK_INT(command.status, 0);
    command_run(&command, "list policies --plugin mine.so");
    CHECK_CONTAINS(command.out, "timed-primary");
    command_run(&command, "list policy timed-primary --plugin mine.so");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "from the primary's flush to its answer");
    command_shell(&command, "out/bin/replsim run timed.yaml --no-save --json --plugin mine.so");
    CHECK_INT(command.status, 0);
    CHECK_CONTAINS(command.out, "\"write.latency.p50\"");
    command_run(&command, "check timed.yaml");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "'timed-primary' is not a replication policy");
    command_clear(&command);
}

static void its_key_changes_the_result(void)
{
    Command command;
    build(&command);
    command_run(&command, "run timed.yaml --plugin mine.so --variant waits --no-save --json "
                          "--replications 2 --metric write.latency.p50");
    g_autofree char *before = g_strdup(command.out);
    command_run(&command, "run timed.yaml --plugin mine.so --variant waits --no-save --json "
                          "--replications 2 --metric write.latency.p50 --set policy.wait=12ms");
    CHECK(*before && strcmp(before, command.out) != 0);
    command_clear(&command);
}

static void its_mistakes_are_told_like_any(void)
{
    Command command;
    build(&command);
    command_run(&command, "check timed.yaml --plugin mine.so --set policy.wait=soon");
    CHECK_INT(command.status, 2);
    command_run(&command, "check timed.yaml --plugin mine.so --set network.order=free");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "'timed-primary' needs links that keep the order of messages");
    command_clear(&command);
}

static void random_scenarios_draw_it_too_and_it_breaks_no_law(void)
{
    Command command;
    build(&command);
    command_run(&command, "selftest --swarm 600 --seed 1 --plugin mine.so");
    CHECK_STR(command.err, "");
    CHECK_INT(command.status, 0);
    command_clear(&command);
}

/* ---- what it may not ---------------------------------------------------------------------- */

/* A shared object from a line of C, whose names it has from what is installed. */
static void compile(Command *command, const char *code)
{
    command_write(command, "bad.c", code);
    command_shell(command, "'" TEST_C_COMPILER "' -shared -fPIC -w -Iout/include/replsim "
                           "$(pkg-config --cflags glib-2.0) bad.c -o bad.so");
    CHECK_INT(command->status, 0);
}

#define POLICY(abi_, name_, more)                                                                  \
    "#include <models/policies/policy.h>\n"                                                        \
    "static const RepField fields[] = {{.key = NULL}};\n"                                          \
    "static const RepPolicyOps ops = {.abi = " abi_ ", .name = " name_ ", .summary = \"\",\n"      \
    "  .fields = fields, " more "};\n"                                                             \
    "const RepPolicyOps *rep_policy_plugin(void) { return &ops; }\n"

static void what_is_no_plug_in_for_this_program_is_refused(void)
{
    static const struct {
        const char *code, *message;
    } rows[] = {
        {"int nothing;\n", "error: 'bad.so' is not a plug-in: it has no function "
                           "'rep_policy_plugin'\n"},
        {"void *rep_policy_plugin(void) { return 0; }\n",
         "error: 'bad.so' brings no policy: 'rep_policy_plugin' returns NULL\n"},
        {POLICY("1", "\"old\"", ""),
         "error: 'bad.so' was built for policy interface 1, and this program has "},
        {POLICY("REP_POLICY_ABI", "\"single-leader\"", ""),
         "error: 'bad.so' brings a policy 'single-leader', and there is one of that name\n"},
        {POLICY("REP_POLICY_ABI", "\"Two Words\"", ""),
         "error: 'bad.so' brings a policy whose name is not of a-z, 0-9 and -: 'Two Words'\n"},
        {POLICY("REP_POLICY_ABI", "NULL", ""),
         "error: 'bad.so' brings a policy whose name is not of a-z, 0-9 and -: ''\n"},
        {POLICY("REP_POLICY_ABI", "\"half\"", ""),
         "error: 'bad.so' brings a policy 'half' without 'message_names'\n"},
    };
    Command command;
    build(&command);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_row("%s", rows[i].message);
        compile(&command, rows[i].code);
        command_run(&command, "list policies --plugin bad.so");
        CHECK_INT(command.status, 2);
        CHECK_STR(command.out, "");
        CHECK(g_str_has_prefix(command.err, rows[i].message));
    }
    test_row(NULL);
    command_run(&command, "list policies --plugin mine.so --plugin mine.so");
    CHECK_INT(command.status, 2);
    CHECK_CONTAINS(command.err, "brings a policy 'timed-primary', and there is one of that name");
    command_clear(&command);
}

static void a_file_that_is_none_is_told_apart_from_one_that_is_not_there(void)
{
    Command command;
    command_init(&command);
    command_write(&command, "notes.txt", "no code\n");
    command_run(&command, "check my.yaml --plugin notes.txt");
    CHECK_INT(command.status, 2);
    CHECK(g_str_has_prefix(command.err,
                           "error: 'notes.txt' is not a plug-in: it cannot be loaded\n"));
    command_run(&command, "check my.yaml --plugin missing.so");
    CHECK_INT(command.status, 4);
    CHECK_STR(command.err, "error: cannot read the plug-in 'missing.so'\n");
    command_clear(&command);
}

static const TestCase cases[] = {
    TEST(it_is_checked_listed_and_run),
    TEST(its_key_changes_the_result),
    TEST(its_mistakes_are_told_like_any),
    TEST(random_scenarios_draw_it_too_and_it_breaks_no_law),
    TEST(what_is_no_plug_in_for_this_program_is_refused),
    TEST(a_file_that_is_none_is_told_apart_from_one_that_is_not_there),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("plugin", cases, argc, argv);
}
