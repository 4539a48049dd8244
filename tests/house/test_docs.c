/*
 * test_docs.c — goal: what the pages of docs/ show is what the program does. Method: each YAML
 * block that is a whole scenario is checked; each console block is run, and its paragraphs compared
 * with those of the output that begin with the same word. UPDATE_GOLDEN=1 rewrites the paragraphs.
 */
#include "tests/support/check.h"
#include "tests/support/command.h"

#include <string.h>

#define FOLDER REPLSIM_SOURCE_DIR "/docs"
#define FENCE "```\n"
#define PROMPT "$ replsim "

static char *read_page(const char *name)
{
    char *text = NULL;
    g_autofree char *path = g_build_filename(FOLDER, name, NULL);
    g_assert(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *list_pages(void)
{
    GPtrArray *pages = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) folder = g_dir_open(FOLDER, 0, NULL);
    g_assert(folder);
    for (const char *name; (name = g_dir_read_name(folder));)
        if (g_str_has_suffix(name, ".md"))
            g_ptr_array_add(pages, g_strdup(name));
    g_ptr_array_sort(pages, by_name); /* names are unique: no ties */
    return pages;
}

/* The contents of the next block that opens with `start`, without its fences, from *from on, which
 * moves behind it; NULL: there is none. */
static char *next_block(const char **from, const char *start)
{
    const char *at = strstr(*from, start);
    if (!at)
        return NULL;
    at += strlen(start);
    const char *end = strstr(at, FENCE);
    g_assert(end);
    *from = end + strlen(FENCE);
    return g_strndup(at, (gsize)(end - at));
}

/* ---- scenarios ---------------------------------------------------------------------------- */

static void check_scenario(const char *page, const char *text)
{
    Command command;
    command_init(&command);
    command_write(&command, "my.yaml", text);
    command_run(&command, "check my.yaml");
    test_row("%s", page);
    CHECK_INT(command.status, 0);
    command_run(&command, "run my.yaml --replications 2 --no-save");
    CHECK(command.status != 2 && command.status != 4);
    test_row(NULL);
    command_clear(&command);
}

static void scenarios_of_the_pages_are_valid_and_run(void)
{
    unsigned n = 0;
    g_autoptr(GPtrArray) pages = list_pages();
    for (guint i = 0; i < pages->len; i++) {
        g_autofree char *text = read_page(pages->pdata[i]);
        const char *from = text;
        for (char *block; (block = next_block(&from, "```yaml\n")); g_free(block))
            if (g_str_has_prefix(block, "replsim: 1\n")) {
                check_scenario(pages->pdata[i], block);
                n++;
            }
    }
    CHECK(n >= 3);
}

/* ---- what commands print ------------------------------------------------------------------ */

/* The paragraph of `text` whose first line begins like that of `like`, up to and with its first
 * word; NULL: there is none. */
static char *find_paragraph(const char *text, const char *like)
{
    gsize length = strspn(like, " ");
    length += strcspn(like + length, " \n");
    g_auto(GStrv) all = g_strsplit(text, "\n\n", -1);
    for (char **each = all; *each; each++)
        if (strncmp(*each, like, length) == 0)
            return g_strdup(g_strchomp(*each));
    return NULL;
}

/* The block as it should be: its command, and the paragraphs that it names. */
static char *renew(const char *page, const char *block)
{
    Command command;
    g_auto(GStrv) parts = g_strsplit(block, "\n", 2);
    g_assert(g_str_has_prefix(parts[0], PROMPT));
    command_init(&command);
    command_run(&command, "%s", parts[0] + strlen(PROMPT));
    test_row("%s: %s", page, parts[0]);
    CHECK(command.status != 2 && command.status < 4);
    GString *now = g_string_new(parts[0]);
    g_auto(GStrv) shown = g_strsplit(parts[1], "\n\n", -1);
    for (char **each = shown; *each; each++) {
        g_autofree char *found = find_paragraph(command.out, *each);
        CHECK(found);
        g_string_append_printf(now, "%s%s", each == shown ? "\n" : "\n\n", found ? found : "");
    }
    test_row(NULL);
    command_clear(&command);
    g_string_append_c(now, '\n');
    return g_string_free(now, FALSE);
}

static void compare_page(const char *page, unsigned *n)
{
    g_autofree char *text = read_page(page);
    GString *renewed = g_string_new(NULL);
    const char *from = text, *done = text;
    for (char *block; (block = next_block(&from, "```console\n")); g_free(block)) {
        const char *start = from - strlen(FENCE) - strlen(block);
        g_autofree char *now = renew(page, block);
        g_string_append_len(renewed, done, start - done);
        g_string_append(renewed, now);
        done = from - strlen(FENCE);
        if (!g_getenv("UPDATE_GOLDEN"))
            CHECK_STR(block, now);
        ++*n;
    }
    g_string_append(renewed, done);
    if (g_getenv("UPDATE_GOLDEN")) {
        g_autofree char *path = g_build_filename(FOLDER, page, NULL);
        g_assert(g_file_set_contents(path, renewed->str, -1, NULL));
    }
    g_string_free(renewed, TRUE);
}

static void outputs_on_the_pages_are_what_their_commands_print(void)
{
    unsigned n = 0;
    g_autoptr(GPtrArray) pages = list_pages();
    for (guint i = 0; i < pages->len; i++)
        compare_page(pages->pdata[i], &n);
    CHECK(n >= 6);
}

static const TestCase cases[] = {TEST(scenarios_of_the_pages_are_valid_and_run),
                                 TEST(outputs_on_the_pages_are_what_their_commands_print),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("docs", cases, argc, argv);
}
