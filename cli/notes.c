/* notes.c — see notes.h. */
#include "cli/notes.h"

#include <string.h>

static const char *const marks[] = {"¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "*"};

CliNotes cli_notes_new(void)
{
    return (CliNotes){.texts = g_ptr_array_new_with_free_func(g_free)};
}

void cli_notes_clear(CliNotes *notes)
{
    g_clear_pointer(&notes->texts, g_ptr_array_unref);
}

static const char *mark_of(guint i)
{
    return marks[MIN(i, G_N_ELEMENTS(marks) - 1)];
}

const char *cli_note_mark(CliNotes *notes, const char *text)
{
    for (guint i = 0; i < notes->texts->len; i++)
        if (strcmp(notes->texts->pdata[i], text) == 0)
            return mark_of(i);
    g_ptr_array_add(notes->texts, g_strdup(text));
    return mark_of(notes->texts->len - 1);
}

void cli_notes_print(CliNotes *notes, CliPage *page)
{
    for (guint i = 0; i < notes->texts->len; i++) {
        cli_page_printf(page, "  %s ", mark_of(i));
        cli_page_wrap(page, cli_page_column(page), notes->texts->pdata[i]);
    }
    g_ptr_array_set_size(notes->texts, 0);
}
