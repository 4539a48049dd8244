/* blocks.c — see blocks.h. */
#include "scenarios/format/blocks.h"

#include <string.h>

static gsize line_start(const char *text, gsize offset)
{
    while (offset > 0 && text[offset - 1] != '\n')
        offset--;
    return offset;
}

static gsize line_end(const char *text, gsize offset)
{
    const char *end = strchr(text + offset, '\n');
    return end ? (gsize)(end - text) + 1 : offset + strlen(text + offset);
}

/* Spaces before the first key; a dash counts as one, as what follows it stands below it. */
static gsize depth_of(const char *text, gsize line)
{
    return strspn(text + line, " ");
}

static gboolean is_item(const char *text, gsize line)
{
    return text[line + depth_of(text, line)] == '-';
}

static ScnBlock block_from(const char *text, gsize line)
{
    gsize depth = depth_of(text, line), end = line_end(text, line);
    while (text[end] && depth_of(text, end) > depth)
        end = line_end(text, end);
    return (ScnBlock){line, end};
}

/* Offset of the line that the line belongs to; the line itself where it belongs to none. */
static gsize parent_of(const char *text, gsize line)
{
    gsize depth = depth_of(text, line), at = line;
    while (at > 0 && depth > 0) {
        at = line_start(text, at - 1);
        if (depth_of(text, at) < depth)
            return at;
    }
    return line;
}

ScnBlock scn_block_at(const char *text, gsize offset)
{
    ScnBlock block = block_from(text, line_start(text, offset));
    for (;;) {
        gsize parent = parent_of(text, block.start);
        if (parent == block.start || is_item(text, parent))
            return block;
        ScnBlock around = block_from(text, parent);
        gboolean is_only = block.start == line_end(text, parent) && block.end == around.end;
        if (!is_only)
            return block;
        block = around;
    }
}
