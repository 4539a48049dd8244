/*
 * test_layers.c — goal: the rules about who may include whom and which names are forbidden are
 * kept, and the script that says so barks. Method: it runs on the sources, and on small trees with
 * one planted violation each.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <glib/gstdio.h>

#define SCRIPT "'" REPLSIM_SOURCE_DIR "/scripts/check_layers' "

static void sources_and_objects_keep_to_the_layers(void)
{
    Command command;
    command_init(&command);
    command_shell(&command, SCRIPT "--objects '" REPLSIM_BINARY_DIR "' '" REPLSIM_SOURCE_DIR "'");
    CHECK_STR(command.out, "");
    CHECK_INT(command.status, 0);
    command_clear(&command);
}

typedef struct Planted {
    const char *file, *text, *complaint;
} Planted;

static const Planted planted[] = {
    {"sim/a.c", "#include \"models/world.h\"\n", "sim/a.c:1: sim may not include"},
    {"models/a.c", "\n#include \"analysis/meters.h\"\n", "models/a.c:2: models may not include"},
    {"models/policies/a.c", "#  include \"cli/options.h\"\n", "models may not include"},
    {"analysis/a.c", "#include \"models/setup.h\"\n", "analysis may not include"},
    {"analysis/report/a.c", "#include \"cli/rows.h\"\n", "analysis may not include"},
    {"analysis/report/a.c", "double f(double x) { return log10(x); }\n", "libm differs"},
    {"scenarios/format/a.c", "#include \"analysis/hist.h\"\n", "scenarios/format may not include"},
    {"cli/a.c", "#include \"tests/support/check.h\"\n", "cli may not include"},
    {"sim/a.c", "double f(double x)\n{\n    return exp(x);\n}\n", "sim/a.c:3: libm differs"},
    {"analysis/a.c", "double f(double x) { return powf(x, 2); }\n", "libm differs"},
    {"models/a.c", "long double x;\n", "its width differs"},
    {"models/a.c", "int f(void) { return rand(); }\n", "draws are keyed by cause"},
    {"models/a.c", "void f(void) { g_hash_table_iter_next(0, 0, 0); }\n", "hash table"},
    {"sim/a.c", "long f(void) { return time(0); }\n", "no clock"},
    {"scenarios/format/a.c", "double f(char *t) { return strtod(t, 0); }\n", "locale"},
};

static void plant(Command *command, const char *file, const char *text)
{
    g_autofree char *path = g_build_filename(command->folder, file, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_assert(g_mkdir_with_parents(folder, 0755) == 0);
    command_write(command, file, text);
}

static void every_planted_violation_is_found(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(planted); i++) {
        Command command;
        command_init(&command);
        test_row("%s: %s", planted[i].file, planted[i].text);
        plant(&command, planted[i].file, planted[i].text);
        command_shell(&command, SCRIPT ".");
        CHECK_INT(command.status, 1);
        CHECK_CONTAINS(command.out, planted[i].complaint);
        CHECK_UINT(count_of(command.out, "\n"), 1);
        command_clear(&command);
    }
    test_row(NULL);
}

static void comments_texts_and_own_names_are_no_violations(void)
{
    Command command;
    command_init(&command);
    plant(&command, "sim/a.c",
          "/* exp(x) and rand() are\n   forbidden: time() */ // pow(2)\n"
          "const char *text = \"log(2) strtod(\";\n"
          "double f(double x) { return sim_exp(x) + list.time(x) + exponential(x); }\n");
    plant(&command, "analysis/a.c", "#include \"models/observation.h\"\n#include <math.h>\n");
    plant(&command, "scenarios/format/a.c", "#include \"analysis/metrics.h\"\n");
    command_shell(&command, SCRIPT ".");
    CHECK_STR(command.out, "");
    CHECK_INT(command.status, 0);
    command_clear(&command);
}

static const TestCase cases[] = {TEST(sources_and_objects_keep_to_the_layers),
                                 TEST(every_planted_violation_is_found),
                                 TEST(comments_texts_and_own_names_are_no_violations),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("layers", cases, argc, argv);
}
