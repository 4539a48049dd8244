/*
 * test_example.c — goal: the example report of results/reference, which README.md shows, is what
 * the program writes. Method: the command of results/reference/README.md is run again and its files
 * compared, but for the line that names the build; UPDATE_GOLDEN=1 rewrites them.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

#define REFERENCE REPLSIM_SOURCE_DIR "/results/reference/"
#define EXAMPLE REFERENCE "quickstart/"

static const char *const files[] = {"report.html", "staleness-after-write.svg",
                                    "availability-over-time.svg"};

/* Which commit and compiler it was differs from build to build. */
static char *without_build(const char *page)
{
    g_autoptr(GRegex) build =
        g_regex_new("<th scope=\"row\">replsim</th><td>[^<]*</td>", 0, 0, NULL);
    return g_regex_replace_literal(build, page, -1, 0, "", 0, NULL);
}

/* The first place where two texts differ, to be seen without reading all of them. */
static void check_same(const char *name, const char *now, const char *kept)
{
    gsize at = 0;
    while (now[at] && now[at] == kept[at])
        at++;
    gsize from = at < 40 ? 0 : at - 40;
    g_autofree char *here = g_strndup(now + from, 100), *there = g_strndup(kept + from, 100);
    test_row("%s differs from what is kept (UPDATE_GOLDEN=1 renews it)", name);
    CHECK_STR(here, there);
    CHECK_UINT(strlen(now), strlen(kept));
    test_row(NULL);
}

static void the_example_is_what_its_command_writes(void)
{
    Command command;
    g_autofree char *about = NULL;
    command_init(&command);
    command_set(&command, "SOURCE_DATE_EPOCH=0");
    CHECK(g_file_get_contents(REFERENCE "README.md", &about, NULL, NULL));
    const char *start = about ? strstr(about, "replsim run builtin:quickstart") : NULL;
    CHECK(start != NULL);
    g_autofree char *line = g_strndup(start ? start : "", start ? strcspn(start, "\n") : 0);
    if (start)
        command_run(&command, "%s", line + strlen("replsim "));
    CHECK_INT(command.status, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_strconcat(EXAMPLE, files[i], NULL);
        g_autofree char *now = command_read(&command, files[i]), *kept = NULL;
        CHECK(now != NULL);
        if (now && g_getenv("UPDATE_GOLDEN"))
            g_file_set_contents(path, now, -1, NULL);
        CHECK(g_file_get_contents(path, &kept, NULL, NULL));
        if (!now || !kept)
            continue;
        g_autofree char *plain_now = without_build(now), *plain_kept = without_build(kept);
        check_same(files[i], plain_now, plain_kept);
    }
    command_clear(&command);
}

static void the_readme_shows_it(void)
{
    g_autofree char *readme = NULL;
    CHECK(g_file_get_contents(REPLSIM_SOURCE_DIR "/README.md", &readme, NULL, NULL));
    for (gsize i = 0; readme && i < G_N_ELEMENTS(files); i++) {
        g_autofree char *link = g_strconcat("(results/reference/quickstart/", files[i], ")", NULL);
        CHECK_CONTAINS(readme, link);
    }
}

static const TestCase cases[] = {
    TEST(the_example_is_what_its_command_writes), TEST(the_readme_shows_it), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("example", cases, argc, argv);
}
