/* markdown.c — a document as Markdown (GitHub's tables and folds); see document.h. */
#include "analysis/report/document.h"

#include "sim/check.h"

#include <string.h>

/* Text in a paragraph or a cell: what Markdown would take for its own is escaped. */
static void append_text(GString *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_[]<>|#", *c))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c == '\n' ? ' ' : *c);
    }
}

static void append_cell(GString *out, const AnaTableCell *cell)
{
    const char *parts[] = {cell->text, cell->change, cell->below, cell->mark};
    gboolean begun = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i] || !*parts[i])
            continue;
        g_string_append(out, !begun ? "" : i == 1 ? ", " : " ");
        if (i == 3)
            g_string_append(out, "**");
        append_text(out, parts[i]);
        if (i == 3)
            g_string_append(out, "**");
        begun = TRUE;
    }
}

static void append_table(GString *out, const AnaTable *table)
{
    for (guint c = 0; c < table->n_columns; c++) {
        g_string_append(out, c ? " | " : "| ");
        append_text(out, table->columns[c]);
    }
    g_string_append(out, " |\n");
    for (guint c = 0; c < table->n_columns; c++)
        g_string_append(out, "| --- ");
    g_string_append(out, "|\n");
    for (guint r = 0; r < table->n_rows; r++) {
        for (guint c = 0; c < table->n_columns; c++) {
            g_string_append(out, c ? " | " : "| ");
            append_cell(out, ana_table_cell(table, r, c));
        }
        g_string_append(out, " |\n");
    }
    g_string_append_c(out, '\n');
    for (guint i = 0; i < table->notes->len; i++) {
        append_text(out, table->notes->pdata[i]);
        g_string_append(out, i + 1 == table->notes->len ? "\n\n" : "  \n");
    }
}

static void append_figure(GString *out, const AnaBlock *block, const char *prefix)
{
    g_string_append(out, "**");
    append_text(out, block->picture->title);
    g_string_append(out, "**\n\n![");
    append_text(out, block->picture->title);
    g_string_append_printf(out, "](%s%s.svg)\n\n", prefix, block->name);
    append_text(out, block->picture->description);
    g_string_append(out, "\n\n*How to read this:* ");
    append_text(out, block->picture->how_to_read);
    g_string_append(out, "\n\n");
    if (!block->table)
        return;
    g_string_append(out, "<details><summary>Data</summary>\n\n");
    append_table(out, block->table);
    g_string_append(out, "</details>\n\n");
}

static void append_block(GString *out, const AnaBlock *block, const char *prefix)
{
    const char *before = "", *after = "\n\n";
    switch (block->kind) {
    case ANA_BLOCK_SECTION:
        before = "## ";
        break;
    case ANA_BLOCK_TEXT:
    case ANA_BLOCK_LEAD:
        break;
    case ANA_BLOCK_BAND:
        before = "> **";
        after = "**\n\n";
        break;
    case ANA_BLOCK_CHIP:
        g_string_append_printf(out, "- **%s** ", block->mark);
        append_text(out, block->text);
        g_string_append(out, "\n");
        return;
    case ANA_BLOCK_ITEM:
        before = "- ";
        after = "\n";
        break;
    case ANA_BLOCK_CODE:
        g_string_append_printf(out, "```\n%s%s```\n\n", block->text,
                               g_str_has_suffix(block->text, "\n") ? "" : "\n");
        return;
    case ANA_BLOCK_TABLE:
        append_table(out, block->table);
        return;
    case ANA_BLOCK_FIGURE:
        append_figure(out, block, prefix);
        return;
    case ANA_BLOCK_FOLD:
        before = "<details><summary>";
        after = "</summary>\n\n";
        break;
    case ANA_BLOCK_END:
        g_string_append(out, "</details>\n\n");
        return;
    }
    g_string_append(out, before);
    append_text(out, block->text);
    g_string_append(out, after);
}

static gboolean is_listed(const AnaBlock *block)
{
    return block->kind == ANA_BLOCK_ITEM || block->kind == ANA_BLOCK_CHIP;
}

void ana_document_markdown(const AnaDocument *document, const char *prefix, GString *out)
{
    g_string_append(out, "# ");
    append_text(out, document->title);
    g_string_append(out, "\n\n");
    append_text(out, document->subtitle);
    g_string_append(out, "\n\n");
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (i > 0 && is_listed(block - 1) && !is_listed(block))
            g_string_append_c(out, '\n');
        append_block(out, block, prefix);
    }
}
