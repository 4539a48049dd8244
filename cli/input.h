/*
 * input.h — a scenario as the user names it: a file, `-` for standard input, or `builtin:NAME`;
 * with
 * `:VARIANT` behind it only that variant (whatever --variant says of the others).
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/terminal.h"
#include "scenarios/format/scenario.h"

typedef struct CliInput {
    char *argument; /* as typed */
    char *shown;    /* in messages and headers: the file's name, "builtin:NAME", "<stdin>" */
    char *point;    /* of a sweep: what its variants are called; NULL: as in the file */
    char *stem;     /* short name: of several files, the first half of STEM:VARIANT */
    GBytes *bytes;  /* the file as given */
    ScnScenario *scenario;
    ScnDiags *diags; /* warnings, or what is wrong with it */
} CliInput;

/* Reads and checks. `options->lookup` and its data are filled in here. CLI_OK; CLI_ENVIRONMENT or
 * CLI_USAGE after the reason was given, but for mistakes in the scenario: those are in
 * input->diags and not printed. *input is set in every case. */
CliStatus cli_input_read(const char *argument, const ScnOptions *options, CliInput **input);
/* The same bytes again, with other settings; nothing is read. */
CliStatus cli_input_again(const CliInput *first, const ScnOptions *options, CliInput **input);
void cli_input_free(CliInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliInput, cli_input_free)

/* Mistakes and warnings as people read them, on standard error. */
void cli_input_print_diags(const CliInput *input);

#endif
