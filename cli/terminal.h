/*
 * terminal.h — where output goes and what may be written there: colour, width, characters.
 *
 * Standard output carries the result and nothing else; progress, notes, warnings and errors go to
 * standard error. Colour is decoration: it needs a terminal, NO_COLOR unset and TERM other than
 * "dumb", or --color=always. Characters beyond ASCII need a UTF-8 locale and no --ascii.
 *
 * Text is put together in UTF-8 and mapped to ASCII, where that is wanted, as it is added to a
 * CliPage; each of the characters used has a fixed replacement (terminal.c).
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "cli/status.h"

#include <glib.h>

#define CLI_WIDTH_MIN 80
#define CLI_WIDTH_DEFAULT 100
#define CLI_WIDTH_MAX 200

typedef struct CliTerminal {
    gboolean out_is_terminal, error_is_terminal;
    gboolean can_redraw; /* standard error is a terminal that can move its cursor */
    gboolean colour_out, colour_error;
    gboolean ascii;
    int width; /* columns to lay out for: 80 … 200 */
} CliTerminal;

/* What the options say: "auto", "always", "never" or NULL; columns or 0. */
void cli_terminal_init(CliTerminal *terminal, const char *colour, gboolean ascii, int width);

typedef enum CliColour {
    CLI_PLAIN,
    CLI_BOLD,
    CLI_FAINT,
    CLI_GOOD, /* green */
    CLI_BAD,  /* red */
    CLI_CARE  /* yellow */
} CliColour;

/* ---- pages: text in the making ------------------------------------------------------------ */

typedef struct CliPage {
    GString *text; /* owned; what cli_page_* add is already mapped */
    gboolean colour, ascii;
    int width;
} CliPage;

/* For standard output. */
CliPage cli_page_new(const CliTerminal *terminal);
void cli_page_clear(CliPage *page);

void cli_page_add(CliPage *page, const char *text);
void cli_page_printf(CliPage *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
void cli_page_coloured(CliPage *page, CliColour colour, const char *text);
/* Spaces up to column `column` of the present line; at least one where `column` is past. */
void cli_page_to_column(CliPage *page, int column);
/* A space at which cli_page_wrap() does not break the line. */
#define CLI_SPACE "\x1f"

/* Words of `text`, wrapped to the width: the first line goes on where the page stands, later ones
 * are indented by `indent`. Ends the line. */
void cli_page_wrap(CliPage *page, int indent, const char *text);
/* Columns used on the present line. */
int cli_page_column(const CliPage *page);

/* Display width of UTF-8 text, without escape sequences; bytes that are not UTF-8 count one. */
int cli_columns(const char *text);
/* Copies with everything beyond ASCII replaced; and without escape sequences. Caller frees. */
char *cli_in_ascii(const char *text);
char *cli_without_colour(const char *text);

/* ---- writing ------------------------------------------------------------------------------ */

/* Everything at once to standard output. CLI_OK, or CLI_ENVIRONMENT after one line on standard
 * error (none where the reader closed the pipe). */
CliStatus cli_write(const char *text, gsize length);
CliStatus cli_write_page(const CliPage *page);

/* "error: …", "warning: …", "note: …" on standard error, one line each; and "  did you mean …". */
void cli_error(const char *format, ...) G_GNUC_PRINTF(1, 2);
void cli_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void cli_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
void cli_hint(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The settings of the command under way; before cli_terminal_init() has been called for it, those
 * without options. cli_quiet() suppresses notes and warnings. */
const CliTerminal *cli_terminal(void);
void cli_set_terminal(const CliTerminal *terminal);
void cli_set_quiet(gboolean quiet);
gboolean cli_is_quiet(void);

#endif
