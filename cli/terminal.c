/* terminal.c — what the terminal can show, and writing to it; see terminal.h. */
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- what is there ------------------------------------------------------------------------ */

static CliTerminal current;
static gboolean is_set, is_quiet;

static gboolean wants_colour(const char *when, gboolean is_terminal)
{
    if (g_strcmp0(when, "always") == 0)
        return TRUE;
    if (g_strcmp0(when, "never") == 0)
        return FALSE;
    const char *no_color = g_getenv("NO_COLOR"); /* no-color.org: set and not empty */
    return is_terminal && !(no_color && *no_color) && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

/* Columns of the terminal that standard output is, or 0. */
static int terminal_columns(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = g_getenv("COLUMNS");
    guint64 value;
    if (columns && g_ascii_string_to_unsigned(columns, 10, 1, 10000, &value, NULL))
        return (int)value;
    return 0;
}

void cli_terminal_init(CliTerminal *terminal, const char *colour, gboolean ascii, int width)
{
    terminal->out_is_terminal = isatty(STDOUT_FILENO) == 1;
    terminal->error_is_terminal = isatty(STDERR_FILENO) == 1;
    terminal->can_redraw = terminal->error_is_terminal && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
    terminal->colour_out = wants_colour(colour, terminal->out_is_terminal);
    terminal->colour_error = wants_colour(colour, terminal->error_is_terminal);
    terminal->ascii = ascii || !g_get_charset(NULL);
    if (width <= 0)
        width = terminal_columns();
    if (width <= 0)
        width = CLI_WIDTH_DEFAULT;
    terminal->width = CLAMP(width, CLI_WIDTH_MIN, CLI_WIDTH_MAX);
}

const CliTerminal *cli_terminal(void)
{
    if (!is_set) {
        cli_terminal_init(&current, NULL, FALSE, 0);
        is_set = TRUE;
    }
    return &current;
}

void cli_set_terminal(const CliTerminal *terminal)
{
    current = *terminal;
    is_set = TRUE;
}

void cli_set_quiet(gboolean quiet)
{
    is_quiet = quiet;
}

gboolean cli_is_quiet(void)
{
    return is_quiet;
}

/* ---- characters --------------------------------------------------------------------------- */

static const struct {
    gunichar from;
    const char *to;
} ascii_forms[] = {
    {0x00B7, "-"},   /* middle dot */
    {0x00D7, "x"},   /* times */
    {0x00B5, "u"},   /* micro */
    {0x00B1, "+-"},  /* plus or minus */
    {0x2013, "-"},   /* en dash */
    {0x2014, "-"},   /* em dash */
    {0x2026, "..."}, /* ellipsis */
    {0x2190, "<-"},
    {0x2192, "->"},
    {0x2194, "<->"},
    {0x2248, "~"},
    {0x2264, "<="},
    {0x2265, ">="},
    {0x00B9, "(1)"},
    {0x00B2, "(2)"},
    {0x00B3, "(3)"},
    {0x2074, "(4)"},
    {0x2075, "(5)"},
    {0x2076, "(6)"},
    {0x2077, "(7)"},
    {0x2078, "(8)"},
    {0x2079, "(9)"},
    {0x2018, "'"},
    {0x2019, "'"},
    {0x201C, "\""},
    {0x201D, "\""},
    {0x2212, "-"},
    /* of space-time diagrams, one for one */
    {0x2500, "-"},
    {0x2501, "="},
    {0x2502, "|"},
    {0x2503, "|"},
    {0x2504, "."},
    {0x2506, "."},
    {0x250A, ":"},
    {0x253C, "+"},
    {0x254C, "-"},
    {0x254D, "="},
    {0x256D, "+"},
    {0x256E, "+"},
    {0x256F, "+"},
    {0x2570, "+"},
    {0x25B6, ">"},
    {0x25C0, "<"},
    {0x25CB, "o"},
    {0x25CF, "*"},
};

static const char *ascii_form(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ascii_forms); i++)
        if (ascii_forms[i].from == c)
            return ascii_forms[i].to;
    return "?";
}

/* The next character of `*at`; a byte that is not UTF-8 is U+FFFD. */
static gunichar next_char(const char **at)
{
    gunichar c = g_utf8_get_char_validated(*at, -1);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        (*at)++;
        return 0xFFFD;
    }
    *at = g_utf8_next_char(*at);
    return c;
}

/* Past the escape sequence that begins at `at`, if one does. */
static const char *skip_escape(const char *at)
{
    if (at[0] != '\033' || at[1] != '[')
        return at;
    const char *end = strchr(at, 'm');
    return end ? end + 1 : at + strlen(at);
}

int cli_columns(const char *text)
{
    int columns = 0;
    while (*text) {
        const char *after = skip_escape(text);
        if (after != text) {
            text = after;
            continue;
        }
        gunichar c = next_char(&text);
        if (!g_unichar_iszerowidth(c))
            columns += g_unichar_iswide(c) ? 2 : 1;
    }
    return columns;
}

char *cli_in_ascii(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text) {
        gunichar c = next_char(&text);
        if (c < 0x80)
            g_string_append_c(out, (char)c);
        else
            g_string_append(out, ascii_form(c));
    }
    return g_string_free(out, FALSE);
}

char *cli_without_colour(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text) {
        const char *after = skip_escape(text);
        if (after != text)
            text = after;
        else
            g_string_append_c(out, *text++);
    }
    return g_string_free(out, FALSE);
}

/* ---- pages -------------------------------------------------------------------------------- */

static const char *escape_of(CliColour colour)
{
    switch (colour) {
    case CLI_PLAIN:
        return "";
    case CLI_BOLD:
        return "\033[1m";
    case CLI_FAINT:
        return "\033[2m";
    case CLI_GOOD:
        return "\033[32m";
    case CLI_BAD:
        return "\033[1;31m";
    case CLI_CARE:
        return "\033[33m";
    }
    return "";
}

CliPage cli_page_new(const CliTerminal *terminal)
{
    return (CliPage){.text = g_string_new(NULL),
                     .colour = terminal->colour_out,
                     .ascii = terminal->ascii,
                     .width = terminal->width};
}

void cli_page_clear(CliPage *page)
{
    if (page->text)
        g_string_free(page->text, TRUE);
    page->text = NULL;
}

void cli_page_add(CliPage *page, const char *text)
{
    if (!page->ascii) {
        g_string_append(page->text, text);
        return;
    }
    char *mapped = cli_in_ascii(text);
    g_string_append(page->text, mapped);
    g_free(mapped);
}

void cli_page_printf(CliPage *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    cli_page_add(page, text);
    g_free(text);
}

void cli_page_coloured(CliPage *page, CliColour colour, const char *text)
{
    gboolean marked = page->colour && colour != CLI_PLAIN;
    if (marked)
        g_string_append(page->text, escape_of(colour));
    cli_page_add(page, text);
    if (marked)
        g_string_append(page->text, "\033[0m");
}

int cli_page_column(const CliPage *page)
{
    const char *line = strrchr(page->text->str, '\n');
    return cli_columns(line ? line + 1 : page->text->str);
}

void cli_page_to_column(CliPage *page, int column)
{
    int spaces = column - cli_page_column(page);
    for (int i = 0; i < MAX(spaces, 1); i++)
        g_string_append_c(page->text, ' ');
}

void cli_page_wrap(CliPage *page, int indent, const char *text)
{
    char *mapped = page->ascii ? cli_in_ascii(text) : g_strdup(text);
    char **words = g_strsplit_set(mapped, " \n", -1);
    int column = cli_page_column(page);
    gboolean fresh = TRUE; /* no space is needed before the next word */
    for (char **word = words; *word; word++) {
        if (**word == '\0')
            continue;
        int columns = cli_columns(*word);
        g_strdelimit(*word, CLI_SPACE, ' ');
        if (!fresh && column + 1 + columns > page->width) {
            g_string_append_c(page->text, '\n');
            for (int i = 0; i < indent; i++)
                g_string_append_c(page->text, ' ');
            column = indent;
            fresh = TRUE;
        }
        if (!fresh)
            g_string_append_c(page->text, ' ');
        g_string_append(page->text, *word);
        column += columns + (fresh ? 0 : 1);
        fresh = FALSE;
    }
    g_string_append_c(page->text, '\n');
    g_strfreev(words);
    g_free(mapped);
}

/* ---- writing ------------------------------------------------------------------------------ */

CliStatus cli_write(const char *text, gsize length)
{
    while (length > 0) {
        gssize written = write(STDOUT_FILENO, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            if (errno != EPIPE)
                cli_error("cannot write to standard output: %s", g_strerror(errno));
            return CLI_ENVIRONMENT;
        }
        text += written;
        length -= (gsize)written;
    }
    return CLI_OK;
}

CliStatus cli_write_page(const CliPage *page)
{
    return cli_write(page->text->str, page->text->len);
}

static void say(CliColour colour, const char *prefix, const char *format, va_list arguments)
{
    char *text = g_strdup_vprintf(format, arguments);
    for (char *c = text; *c; c++) /* what the user typed must not steer the terminal */
        if (*c != '\n' && g_ascii_iscntrl(*c))
            *c = '?';
    GString *line = g_string_new(NULL);
    gboolean marked = cli_terminal()->colour_error && colour != CLI_PLAIN;
    if (marked)
        g_string_append(line, escape_of(colour));
    g_string_append(line, prefix);
    if (marked)
        g_string_append(line, "\033[0m");
    g_string_append_printf(line, "%s\n", text);
    char *shown = cli_terminal()->ascii ? cli_in_ascii(line->str) : NULL;
    fputs(shown ? shown : line->str, stderr);
    g_free(shown);
    g_string_free(line, TRUE);
    g_free(text);
}

#define SAY(colour, prefix)                                                                        \
    va_list arguments;                                                                             \
    va_start(arguments, format);                                                                   \
    say(colour, prefix, format, arguments);                                                        \
    va_end(arguments)

void cli_error(const char *format, ...)
{
    SAY(CLI_BAD, "error: ");
}

void cli_warning(const char *format, ...)
{
    if (is_quiet)
        return;
    SAY(CLI_CARE, "warning: ");
}

void cli_note(const char *format, ...)
{
    if (is_quiet)
        return;
    SAY(CLI_PLAIN, "");
}

void cli_hint(const char *format, ...)
{
    SAY(CLI_PLAIN, "  ");
}
