/* command.c — see command.h. */
#include "tests/support/command.h"

#include "tests/support/check.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#define PROGRAM REPLSIM_BINARY_DIR "/replsim"

void command_init(Command *command)
{
    *command = (Command){0};
    command->folder = g_dir_make_tmp("replsim-test-XXXXXX", NULL);
    g_assert(command->folder);
    command->environment = g_get_environ();
    static const char *const unset[] = {"NO_COLOR", "COLUMNS", "LANG", "LC_CTYPE", "TERM"};
    for (gsize i = 0; i < G_N_ELEMENTS(unset); i++)
        command_set(command, unset[i]);
    command_set(command, "LC_ALL=C.UTF-8");
    command_set(command, "replsim=" PROGRAM);
}

static void remove_all(const char *path)
{
    GDir *folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        remove_all(inside);
    }
    if (folder)
        g_dir_close(folder);
    g_remove(path);
}

void command_clear(Command *command)
{
    remove_all(command->folder);
    g_free(command->folder);
    g_strfreev(command->environment);
    g_free(command->out);
    g_free(command->err);
    *command = (Command){0};
}

void command_set(Command *command, const char *setting)
{
    g_auto(GStrv) parts = g_strsplit(setting, "=", 2);
    command->environment = parts[1]
                               ? g_environ_setenv(command->environment, parts[0], parts[1], TRUE)
                               : g_environ_unsetenv(command->environment, parts[0]);
}

/* The program's output is kept as bytes with a zero behind them. */
static void run(Command *command, char **arguments)
{
    g_autoptr(GError) error = NULL;
    int wait_status = 0;
    g_clear_pointer(&command->out, g_free);
    g_clear_pointer(&command->err, g_free);
    gboolean spawned =
        g_spawn_sync(command->folder, arguments, command->environment, G_SPAWN_SEARCH_PATH, NULL,
                     NULL, &command->out, &command->err, &wait_status, &error);
    if (!spawned)
        g_error("%s: %s", arguments[0], error->message);
    command->status =
        WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
    command->out_length = strlen(command->out);
}

void command_run(Command *command, const char *arguments_format, ...)
{
    va_list values;
    va_start(values, arguments_format);
    g_autofree char *arguments = g_strdup_vprintf(arguments_format, values);
    va_end(values);
    g_autofree char *line = g_strdup_printf("'" PROGRAM "' %s", arguments);
    g_auto(GStrv) split = NULL;
    int n;
    g_assert(g_shell_parse_argv(line, &n, &split, NULL));
    run(command, split);
}

void command_shell(Command *command, const char *script)
{
    char *arguments[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
    run(command, arguments);
}

void command_write(Command *command, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(command->folder, name, NULL);
    g_assert(g_file_set_contents(path, text, -1, NULL));
}

char *command_read(const Command *command, const char *name)
{
    g_autofree char *path = g_build_filename(command->folder, name, NULL);
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

bool command_has(const Command *command, const char *name)
{
    g_autofree char *path = g_build_filename(command->folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

unsigned count_of(const char *text, const char *word)
{
    unsigned n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

void test_contains(const char *text, const char *word, const char *shown, const char *file,
                   int line)
{
    g_autofree char *claim =
        g_strdup_printf("%s contains \"%s\"; it is:\n%s", shown, word, text ? text : "(null)");
    test_true(text && strstr(text, word), claim, file, line);
}

void test_lacks(const char *text, const char *word, const char *shown, const char *file, int line)
{
    g_autofree char *claim =
        g_strdup_printf("%s lacks \"%s\"; it is:\n%s", shown, word, text ? text : "(null)");
    test_true(text && !strstr(text, word), claim, file, line);
}
