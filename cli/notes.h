/* notes.h — footnotes of a page: numbered as they are first used, each text once. */
#ifndef CLI_NOTES_H
#define CLI_NOTES_H

#include "cli/terminal.h"

typedef struct CliNotes {
    GPtrArray *texts; /* owned */
} CliNotes;

CliNotes cli_notes_new(void);
void cli_notes_clear(CliNotes *notes);
/* The mark of a note with this text: "¹"; valid for the life of the program. */
const char *cli_note_mark(CliNotes *notes, const char *text);
/* "  ¹ text", wrapped, one after the other; and forget them. */
void cli_notes_print(CliNotes *notes, CliPage *page);

#endif
