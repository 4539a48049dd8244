/*
 * arena.h — memory that is freed all at once: nodes of the document tree and of expressions.
 *
 * An arena hands out zeroed blocks that live until the arena is freed; nothing is freed singly.
 */
#ifndef SCN_ARENA_H
#define SCN_ARENA_H

#include <glib.h>

typedef struct ScnArena ScnArena;

ScnArena *scn_arena_new(void);
void scn_arena_free(ScnArena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnArena, scn_arena_free)

/* Zeroed and aligned for any type. */
void *scn_arena_alloc(ScnArena *arena, gsize size);
/* A copy of n bytes with a zero byte after them. */
char *scn_arena_text(ScnArena *arena, const char *text, gsize n);
char *scn_arena_printf(ScnArena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);

#define scn_arena_new0(arena, type, n) ((type *)scn_arena_alloc(arena, sizeof(type) * (n)))

#endif
