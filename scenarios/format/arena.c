/* arena.c — blocks of 64 KiB, filled one after the other; larger wishes get a block of their own.
 */
#include "scenarios/format/arena.h"

#include <stdarg.h>
#include <string.h>

#define BLOCK_BYTES 65536u
#define ALIGNMENT 16u

typedef struct Block {
    struct Block *next;
    gsize used, size;
} Block;

struct ScnArena {
    Block *blocks; /* the newest first */
};

#define HEADER_BYTES ((sizeof(Block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

ScnArena *scn_arena_new(void)
{
    return g_new0(ScnArena, 1);
}

void scn_arena_free(ScnArena *arena)
{
    if (!arena)
        return;
    for (Block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        g_free(block);
    }
    g_free(arena);
}

void *scn_arena_alloc(ScnArena *arena, gsize size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    Block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        gsize room = MAX(size, BLOCK_BYTES);
        block = g_malloc0(HEADER_BYTES + room);
        block->size = room;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *result = (char *)block + HEADER_BYTES + block->used;
    block->used += size;
    return result;
}

char *scn_arena_text(ScnArena *arena, const char *text, gsize n)
{
    char *copy = scn_arena_alloc(arena, n + 1);
    if (n)
        memcpy(copy, text, n);
    return copy;
}

char *scn_arena_printf(ScnArena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return scn_arena_text(arena, text, strlen(text));
}
