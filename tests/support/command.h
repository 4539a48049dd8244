/*
 * command.h — running the program under test as a user would: arguments, environment, folder.
 *
 * Every Command works in a fresh temporary folder of its own, with a plain environment (no
 * NO_COLOR, no COLUMNS, LC_ALL=C.UTF-8) to which settings may be added.
 */
#ifndef TEST_COMMAND_H
#define TEST_COMMAND_H

#include <glib.h>
#include <stdbool.h>

typedef struct Command {
    char *folder; /* read-only: where it runs */
    char **environment;
    /* of the last run */
    int status; /* exit status, or 128 + signal */
    char *out, *err;
    gsize out_length;
} Command;

void command_init(Command *command);
/* Removes the folder with all that is in it. */
void command_clear(Command *command);
/* "NAME=VALUE", or "NAME" to remove it. */
void command_set(Command *command, const char *setting);

/* Runs `replsim ARGUMENTS`; the arguments are split as a shell does, without expansions. */
void command_run(Command *command, const char *arguments_format, ...) G_GNUC_PRINTF(2, 3);
/* Runs a shell script in which $replsim is the program. */
void command_shell(Command *command, const char *script);

/* A file in the folder: written, read (NULL where there is none; the caller frees), there? */
void command_write(Command *command, const char *name, const char *text);
char *command_read(const Command *command, const char *name);
bool command_has(const Command *command, const char *name);

/* How often `word` is in `text`. */
unsigned count_of(const char *text, const char *word);

/* Assertions that print what was there. */
void test_contains(const char *text, const char *word, const char *shown, const char *file,
                   int line);
void test_lacks(const char *text, const char *word, const char *shown, const char *file, int line);
#define CHECK_CONTAINS(text, word) test_contains((text), (word), #text, __FILE__, __LINE__)
#define CHECK_LACKS(text, word) test_lacks((text), (word), #text, __FILE__, __LINE__)

#endif
