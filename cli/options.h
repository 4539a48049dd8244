/*
 * options.h — options of the verbs: GOption parses, this adds what it lacks.
 *
 * What it lacks: a nearest option for one that does not exist, -j8 as well as -j 8, and help with
 * the examples first. The GOptionEntry tables are the one description: parsing, help and
 * suggestions come from them. Texts are taken as raw bytes (G_OPTION_ARG_FILENAME), so that the
 * locale has no say; numbers are read by cli_whole_number().
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/terminal.h"

/* One verb of the program; the table is in main.c. */
typedef struct CliVerb {
    const char *name;
    const char *question; /* that it answers; in the list of commands */
    const char *usage;    /* "FILE…" */
    const char *about;    /* what it does, in a few sentences */
    const char *examples; /* lines, each "command\tremark"; ended by a line end */
    int (*run)(const struct CliVerb *verb, int argc, char **argv);
} CliVerb;

/* What every verb takes; each member is an option of its own. */
typedef struct CliCommon {
    gboolean quiet, verbose, ascii, json, help, version;
    char *colour, *width;
    char **plugins; /* files; NULL: none */
} CliCommon;

/* Parses argv (without the program's and the verb's name) by `entries` and the common options.
 * TRUE: go on with the arguments that are left, ended by NULL; FALSE: the command ends with
 * *status, because help was asked for or something was wrong (said so on standard error). */
gboolean cli_parse_options(const CliVerb *verb, const GOptionEntry *entries, CliCommon *common,
                           int argc, char **argv, char ***rest, int *status);
void cli_common_clear(CliCommon *common);

/* The verb's help page. */
void cli_verb_help(const CliVerb *verb, const GOptionEntry *entries, CliPage *page);

/* A whole number from `least` to `most`; FALSE after an error that names the option. */
gboolean cli_whole_number(const char *option, const char *text, guint64 least, guint64 most,
                          guint64 *result);

/* "replsim 0.1.0 (commit, compiler, machine)" */
char *cli_version_text(void);

#endif
