/*
 * tree_scan.c — what is looked at before parsing: size, encoding, characters that would spoil
 * columns or terminals, directives.
 *
 * U+0085, U+2028 and U+2029 are line ends to YAML 1.1 and to nobody else, so they are refused with
 * the control characters, and lines are counted as every editor counts them.
 */
#include "scenarios/format/tree.h"

#include <string.h>

static gboolean is_refused(gunichar c)
{
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7F && c < 0xA0) ||
           c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

static gboolean check_size(ScnSpan part, ScnDiags *diags)
{
    if (part.end - part.start <= SCN_BYTES_MAX)
        return TRUE;
    /* How large it is, nobody knows: a file is read no further than it takes to see this. */
    ScnDiag *diag = scn_diags_add(diags, SCN_TOO_LARGE, (ScnSpan){part.source, part.start, 0},
                                  "the scenario has more than 1 MiB");
    scn_diag_help(diag, "measured data go into a CSV file: empirical(file=…, column=…, unit=ms)");
    return FALSE;
}

static gboolean check_encoding(ScnSpan part, ScnDiags *diags)
{
    const char *text = part.source->text + part.start, *bad;
    gsize size = part.end - part.start;
    const char *zero = size ? memchr(text, '\0', size) : NULL;
    if (!zero && g_utf8_validate_len(text, size, &bad))
        return TRUE;
    bad = zero ? zero : bad;
    gsize at = part.start + (gsize)(bad - text);
    ScnDiag *diag = scn_diags_add(diags, SCN_NOT_UTF8, (ScnSpan){part.source, at, at + 1},
                                  "this is not UTF-8 text");
    scn_diag_label(diag, "byte 0x%02X", (guint)(guchar)*bad);
    if (zero)
        scn_diag_help(diag, "save the file as UTF-8; zero bytes are a sign of UTF-16");
    else
        scn_diag_help(diag, "save the file as UTF-8; it may be Latin-1");
    return FALSE;
}

typedef struct Tabs {
    gsize first; /* offset of the first */
    gsize lines; /* how many lines have any */
    gsize line;  /* start of the last of them */
} Tabs;

static void count_tab(Tabs *tabs, gsize at, gsize line)
{
    if (tabs->lines == 0)
        tabs->first = at;
    if (tabs->lines == 0 || tabs->line != line)
        tabs->lines++;
    tabs->line = line;
}

static void report_tabs(const Tabs *tabs, ScnSpan part, ScnDiags *diags)
{
    if (!tabs->lines)
        return;
    ScnSpan span = {part.source, tabs->first, tabs->first + 1};
    ScnDiag *diag = scn_diags_add(diags, SCN_TAB, span, "this is a tab");
    scn_diag_label(diag, "editors disagree about how wide it is");
    scn_diag_help(diag, "use spaces, two for each level");
    if (tabs->lines > 1)
        scn_diag_note(diag, "%" G_GSIZE_FORMAT " more line%s tabs", tabs->lines - 1,
                      tabs->lines == 2 ? " has" : "s have");
}

static void report_control(gunichar c, ScnSpan span, ScnDiags *diags)
{
    ScnDiag *diag =
        scn_diags_add(diags, SCN_CONTROL_CHARACTER, span, "a control character has no place here");
    scn_diag_label(diag, "U+%04X", (guint)c);
    if (c == '\r')
        scn_diag_help(diag, "end lines with LF or CR LF");
    else
        scn_diag_help(diag, "remove it");
}

/* Tabs, control characters and directives, by one walk. */
static gboolean check_characters(ScnSpan part, ScnDiags *diags)
{
    const char *text = part.source->text;
    gsize line_start = part.start;
    Tabs tabs = {0};
    gboolean is_clean = TRUE;
    for (gsize at = part.start; at < part.end;) {
        gunichar c = g_utf8_get_char(text + at);
        gsize next = at + (gsize)(g_utf8_next_char(text + at) - (text + at));
        ScnSpan here = {part.source, at, next};
        if (c == '\t') {
            count_tab(&tabs, at, line_start);
        } else if (is_refused(c) || (c == '\r' && text[next] != '\n')) {
            if (is_clean)
                report_control(c, here, diags);
            is_clean = FALSE;
        } else if (c == '%' && at == line_start) {
            ScnDiag *diag =
                scn_diags_add(diags, SCN_DIRECTIVE, here, "YAML directives are not used here");
            scn_diag_help(diag, "remove the line");
            is_clean = FALSE;
        }
        at = next;
        if (c == '\n')
            line_start = at;
    }
    report_tabs(&tabs, part, diags);
    return is_clean && tabs.lines == 0;
}

gboolean scn_text_scan(ScnSpan part, ScnDiags *diags)
{
    return check_size(part, diags) && check_encoding(part, diags) && check_characters(part, diags);
}
