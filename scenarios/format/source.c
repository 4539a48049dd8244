/* source.c — line starts are indexed once, columns counted on demand. */
#include "scenarios/format/source.h"

#include <string.h>

ScnSource *scn_source_new(const char *name, const char *text, gsize length, guint order)
{
    ScnSource *source = g_new0(ScnSource, 1);
    source->name = g_strdup(name);
    source->text = g_malloc(length + 1);
    if (length)
        memcpy(source->text, text, length);
    source->text[length] = '\0';
    source->length = length;
    source->order = order;
    gsize n = 1;
    for (gsize i = 0; i < length; i++)
        n += text[i] == '\n';
    source->lines = g_new0(gsize, n);
    source->n_lines = 1;
    for (gsize i = 0; i < length; i++)
        if (text[i] == '\n')
            source->lines[source->n_lines++] = i + 1;
    return source;
}

void scn_source_free(ScnSource *source)
{
    if (!source)
        return;
    g_free(source->name);
    g_free(source->text);
    g_free(source->lines);
    g_free(source);
}

/* Number of the line that holds the offset, from 0. */
static gsize line_of(const ScnSource *source, gsize offset)
{
    gsize low = 0, high = source->n_lines;
    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

ScnPosition scn_source_position(const ScnSource *source, gsize offset)
{
    offset = MIN(offset, source->length);
    gsize line = line_of(source, offset);
    gsize start = source->lines[line];
    gsize end = line + 1 < source->n_lines ? source->lines[line + 1] - 1 : source->length;
    if (end > start && source->text[end - 1] == '\r')
        end--;
    gsize column = 1;
    for (gsize i = start; i < offset; i++)
        column += ((unsigned char)source->text[i] & 0xC0) != 0x80;
    return (ScnPosition){line + 1, column, start, end};
}
