/*
 * blocks.h — a scenario's text as lines that can be taken out: private to this folder.
 *
 * For texts in block style, one key a line. A block is a line with all deeper ones that follow it:
 * what belongs to one key, or to one item of a list (whose first line begins with a dash).
 */
#ifndef SCN_BLOCKS_H
#define SCN_BLOCKS_H

#include <glib.h>

typedef struct ScnBlock {
    gsize start, end; /* offsets; `end` is after the last line's end mark */
} ScnBlock;

/* The block that begins with the line at the offset. A key whose only block this is goes with it:
 * "faults:" without faults says nothing. */
ScnBlock scn_block_at(const char *text, gsize offset);

#endif
