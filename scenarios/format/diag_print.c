/*
 * diag_print.c — diagnostics as text with carets, as compiler lines, and as JSON.
 *
 * Carets are placed by display width: wide characters take two columns, combining ones none, and a
 * tab is shown as one space. A very long line (JSON on one line) is shown through a window around
 * the place. Control characters of the input never reach the terminal.
 */
#include "scenarios/format/diag.h"
#include "scenarios/format/json.h"

#include <string.h>

#define EXCERPT_COLUMNS 110u /* longer lines are shown in part */
#define EXCERPT_BEFORE 50u   /* columns before the place, then */

/* ---- characters --------------------------------------------------------------------------- */

static gsize width_of(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

/* The next character; a byte that is not UTF-8 counts as one character, U+FFFD. */
static gunichar next_char(const char **at, const char *end)
{
    gunichar c = g_utf8_get_char_validated(*at, end - *at);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        (*at)++;
        return 0xFFFD;
    }
    *at = g_utf8_next_char(*at);
    return c;
}

static gsize display_width(const char *at, const char *end)
{
    gsize width = 0;
    while (at < end)
        width += width_of(next_char(&at, end));
    return width;
}

static gboolean is_control(gunichar c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* A line of the source: every column of it becomes a column of output. */
static void append_excerpt(GString *out, const char *at, const char *end, gboolean ascii)
{
    while (at < end) {
        gunichar c = next_char(&at, end);
        if (c == '\t')
            g_string_append_c(out, ' ');
        else if (is_control(c) || (ascii && c >= 0x80))
            for (gsize i = 0; i < width_of(c); i++)
                g_string_append_c(out, '?');
        else
            g_string_append_unichar(out, c);
    }
}

static const char *in_ascii(gunichar c)
{
    switch (c) {
    case 0x2026:
        return "...";
    case 0x00B7:
        return "-";
    case 0x2194:
        return "<->";
    case 0x2192:
        return "->";
    case 0x2013:
        return "-";
    default:
        return "?";
    }
}

/* Text of a message. */
static void append_text(GString *out, const char *text, gboolean ascii)
{
    const char *end = text + strlen(text);
    while (text < end) {
        gunichar c = next_char(&text, end);
        if (is_control(c))
            g_string_append_c(out, '?');
        else if (ascii && c >= 0x80)
            g_string_append(out, in_ascii(c));
        else
            g_string_append_unichar(out, c);
    }
}

/* ---- excerpts ----------------------------------------------------------------------------- */

typedef struct Page {
    GString *out;
    const ScnDiagStyle *style;
    int gutter;         /* columns of the line number */
    const char *accent; /* colour of error or warning */
} Page;

static void colour(const Page *page, const char *sequence)
{
    if (page->style->colour)
        g_string_append(page->out, sequence);
}

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

static const char *bar(const Page *page)
{
    return page->style->ascii ? "|" : "│";
}

/* The part of the line that is shown: all of it, or a window around [start, end). */
typedef struct Window {
    const char *from, *to;
    gboolean cut_before, cut_after;
} Window;

static Window window_of(const char *line, const char *line_end, const char *start)
{
    Window window = {line, line_end, FALSE, FALSE};
    if (display_width(line, line_end) <= EXCERPT_COLUMNS)
        return window;
    if (display_width(line, start) > EXCERPT_BEFORE) {
        const char *from = start;
        for (gsize i = 0; i < EXCERPT_BEFORE && from > line; i++) {
            const char *previous = g_utf8_find_prev_char(line, from);
            from = previous ? previous : line;
        }
        window.from = from;
        window.cut_before = from > line;
    }
    const char *to = window.from;
    gsize width = 0;
    while (to < line_end && width < EXCERPT_COLUMNS)
        width += width_of(next_char(&to, line_end));
    window.to = to;
    window.cut_after = to < line_end;
    return window;
}

static void append_carets(const Page *page, const Window *window, const char *start,
                          const char *end, char mark)
{
    gsize before = display_width(window->from, start);
    if (window->cut_before)
        before += page->style->ascii ? 3 : 1;
    for (gsize i = 0; i < before; i++)
        g_string_append_c(page->out, ' ');
    gsize n = MAX(display_width(start, MIN(end, window->to)), 1);
    for (gsize i = 0; i < n; i++)
        g_string_append_c(page->out, mark);
}

static void append_place(const Page *page, ScnSpan span, const char *label, gboolean is_main)
{
    const ScnSource *source = span.source;
    ScnPosition position = scn_source_position(source, span.start);
    const char *start = source->text + MIN(span.start, position.line_end);
    const char *line_end = source->text + position.line_end;
    const char *end = source->text + CLAMP(span.end, span.start, position.line_end);
    Window window = window_of(source->text + position.line_start, line_end, start);
    const char *dots = page->style->ascii ? "..." : "…";
    colour(page, CYAN);
    g_string_append_printf(page->out, "%*s%s ", page->gutter, "",
                           page->style->ascii ? "-->" : "┌─");
    colour(page, PLAIN);
    append_text(page->out, source->name, page->style->ascii);
    g_string_append_printf(page->out, ":%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT "\n", position.line,
                           position.column);
    colour(page, CYAN);
    g_string_append_printf(page->out, "%*" G_GSIZE_FORMAT "%s ", page->gutter, position.line,
                           bar(page));
    colour(page, PLAIN);
    g_string_append(page->out, window.cut_before ? dots : "");
    append_excerpt(page->out, window.from, window.to, page->style->ascii);
    g_string_append(page->out, window.cut_after ? dots : "");
    g_string_append_c(page->out, '\n');
    colour(page, CYAN);
    g_string_append_printf(page->out, "%*s%s ", page->gutter, "", bar(page));
    colour(page, is_main ? page->accent : CYAN);
    append_carets(page, &window, start, MAX(start, end), is_main ? '^' : '-');
    if (label) {
        g_string_append_c(page->out, ' ');
        append_text(page->out, label, page->style->ascii);
    }
    colour(page, PLAIN);
    g_string_append_c(page->out, '\n');
}

static int digits_of(gsize number)
{
    int digits = 1;
    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

static int gutter_of(const ScnDiag *diag)
{
    int gutter = 1;
    if (diag->span.source)
        gutter = digits_of(scn_source_position(diag->span.source, diag->span.start).line);
    if (diag->related.source)
        gutter = MAX(
            gutter, digits_of(scn_source_position(diag->related.source, diag->related.start).line));
    return gutter;
}

static void append_remark(const Page *page, const char *kind, const char *text)
{
    if (!text)
        return;
    g_string_append_printf(page->out, "%*s= %s: ", page->gutter, "", kind);
    append_text(page->out, text, page->style->ascii);
    g_string_append_c(page->out, '\n');
}

static void append_diag(const Page *page, const ScnDiag *diag)
{
    char name[8];
    scn_code_name(diag->code, name);
    colour(page, page->accent);
    g_string_append_printf(page->out, "%s[%s]",
                           scn_code_is_warning(diag->code) ? "warning" : "error", name);
    colour(page, PLAIN BOLD);
    g_string_append(page->out, ": ");
    append_text(page->out, diag->message, page->style->ascii);
    colour(page, PLAIN);
    g_string_append_c(page->out, '\n');
    if (diag->span.source)
        append_place(page, diag->span, diag->label, TRUE);
    if (diag->related.source)
        append_place(page, diag->related, diag->related_label, FALSE);
    append_remark(page, "note", diag->note);
    append_remark(page, "help", diag->help);
    append_remark(page, "more", diag->more);
}

/* Calls for each diagnostic that is to be shown; returns how many errors are not. */
typedef void (*Show)(void *data, const ScnDiag *diag);

static gsize show_each(ScnDiags *diags, Show show, void *data)
{
    gsize errors = 0, warnings = 0;
    for (gsize i = 0; i < scn_diags_count(diags); i++) {
        const ScnDiag *diag = scn_diags_get(diags, i);
        gsize *counter = scn_code_is_warning(diag->code) ? &warnings : &errors;
        if (++*counter <= SCN_DIAGS_SHOWN)
            show(data, diag);
    }
    return scn_diags_errors(diags) - MIN(scn_diags_errors(diags), SCN_DIAGS_SHOWN);
}

static void show_as_text(void *data, const ScnDiag *diag)
{
    Page *page = data;
    page->gutter = gutter_of(diag);
    page->accent = scn_code_is_warning(diag->code) ? YELLOW : RED;
    append_diag(page, diag);
    g_string_append_c(page->out, '\n');
}

void scn_diags_print(ScnDiags *diags, const ScnDiagStyle *style, GString *out)
{
    Page page = {.out = out, .style = style};
    gsize hidden = show_each(diags, show_as_text, &page);
    if (hidden)
        g_string_append_printf(out, "%" G_GSIZE_FORMAT " more error%s\n", hidden,
                               hidden == 1 ? "" : "s");
    gsize errors = scn_diags_errors(diags);
    if (errors)
        g_string_append_printf(out, "%" G_GSIZE_FORMAT " error%s, nothing was simulated\n", errors,
                               errors == 1 ? "" : "s");
}

/* ---- for programs ------------------------------------------------------------------------- */

static void append_gcc_line(GString *out, const ScnDiag *diag, const char *kind, const char *text)
{
    if (diag->span.source) {
        ScnPosition position = scn_source_position(diag->span.source, diag->span.start);
        append_text(out, diag->span.source->name, FALSE);
        g_string_append_printf(out, ":%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": ", position.line,
                               position.column);
    }
    g_string_append_printf(out, "%s: ", kind);
    append_text(out, text, FALSE);
}

static void show_as_gcc(void *data, const ScnDiag *diag)
{
    GString *out = data;
    char name[8];
    scn_code_name(diag->code, name);
    append_gcc_line(out, diag, scn_code_is_warning(diag->code) ? "warning" : "error",
                    diag->message);
    g_string_append_printf(out, " [%s]\n", name);
    if (diag->help) {
        append_gcc_line(out, diag, "note", diag->help);
        g_string_append_c(out, '\n');
    }
}

void scn_diags_print_gcc(ScnDiags *diags, GString *out)
{
    show_each(diags, show_as_gcc, out);
}

static void append_json_text(GString *out, const char *key, const char *text)
{
    if (!text)
        return;
    g_string_append_printf(out, ", \"%s\": ", key);
    scn_json_string(out, text);
}

static void append_json_span(GString *out, ScnSpan span)
{
    ScnPosition start = scn_source_position(span.source, span.start);
    ScnPosition end = scn_source_position(span.source, span.end);
    g_string_append(out, "{\"file\": ");
    scn_json_string(out, span.source->name);
    g_string_append_printf(out,
                           ", \"line\": %" G_GSIZE_FORMAT ", \"column\": %" G_GSIZE_FORMAT
                           ", \"end_line\": %" G_GSIZE_FORMAT ", \"end_column\": %" G_GSIZE_FORMAT
                           "}",
                           start.line, start.column, end.line, end.column);
}

void scn_diags_print_json(ScnDiags *diags, GString *out)
{
    g_string_append_c(out, '[');
    for (gsize i = 0; i < scn_diags_count(diags); i++) {
        const ScnDiag *diag = scn_diags_get(diags, i);
        char name[8];
        scn_code_name(diag->code, name);
        g_string_append_printf(out, "%s\n  {\"severity\": \"%s\", \"code\": \"%s\"", i ? "," : "",
                               scn_code_is_warning(diag->code) ? "warning" : "error", name);
        append_json_text(out, "message", diag->message);
        if (diag->span.source) {
            g_string_append(out, ", \"span\": ");
            append_json_span(out, diag->span);
        }
        append_json_text(out, "label", diag->label);
        append_json_text(out, "note", diag->note);
        append_json_text(out, "help", diag->help);
        append_json_text(out, "more", diag->more);
        if (diag->related.source) {
            g_string_append(out, ", \"related\": ");
            append_json_span(out, diag->related);
            append_json_text(out, "related_label", diag->related_label);
        }
        g_string_append_c(out, '}');
    }
    g_string_append(out, scn_diags_count(diags) ? "\n]\n" : "]\n");
}
