/* document.c — collecting blocks; see document.h. */
#include "analysis/report/document.h"

#include "sim/check.h"

#include <string.h>

/* ---- tables ------------------------------------------------------------------------------- */

static void clear_cell(gpointer data)
{
    AnaTableCell *cell = data;
    g_free(cell->text);
    g_free(cell->change);
    g_free(cell->below);
    g_free(cell->svg);
}

AnaTable *ana_table_new(const char *title, guint n_columns, const char *const *columns)
{
    AnaTable *table = g_new0(AnaTable, 1);
    table->title = g_strdup(title);
    table->n_columns = n_columns;
    table->columns = g_new0(char *, n_columns + 1);
    for (guint c = 0; c < n_columns; c++)
        table->columns[c] = g_strdup(columns[c]);
    table->cells = g_array_new(FALSE, TRUE, sizeof(AnaTableCell));
    g_array_set_clear_func(table->cells, clear_cell);
    table->notes = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void ana_table_free(AnaTable *table)
{
    if (!table)
        return;
    g_array_free(table->cells, TRUE);
    g_ptr_array_free(table->notes, TRUE);
    g_strfreev(table->columns);
    g_free(table->title);
    g_free(table);
}

AnaTableCell *ana_table_row(AnaTable *table)
{
    g_array_set_size(table->cells, (guint)(++table->n_rows) * table->n_columns);
    return &g_array_index(table->cells, AnaTableCell, (table->n_rows - 1) * table->n_columns);
}

void ana_table_add(AnaTable *table, const char *const *texts)
{
    AnaTableCell *cells = ana_table_row(table);
    for (guint c = 0; c < table->n_columns; c++)
        cells[c].text = g_strdup(texts[c]);
}

const AnaTableCell *ana_table_cell(const AnaTable *table, guint row, guint column)
{
    return &g_array_index(table->cells, AnaTableCell, row * table->n_columns + column);
}

/* The columns of a chart's data that say something. */
typedef struct Columns {
    AnaTable *table;
    guint used[5], n;
} Columns;

static void add_row(void *data, const char *const cells[5])
{
    const Columns *columns = data;
    const char *texts[5];
    for (guint c = 0; c < columns->n; c++)
        texts[c] = cells[columns->used[c]];
    ana_table_add(columns->table, texts);
}

AnaTable *ana_table_of_chart(const AnaChart *chart, guint most)
{
    const char *heads[] = {"panel", "line", ana_chart_axis_title(chart, FALSE),
                           ana_chart_axis_title(chart, TRUE), "95 % interval"};
    const char *used[5];
    Columns columns = {0};
    for (guint c = 0; c < 5; c++) {
        if ((c == 0 && !ana_chart_has_panels(chart)) || (c == 4 && !ana_chart_has_intervals(chart)))
            continue;
        used[columns.n] = heads[c];
        columns.used[columns.n++] = c;
    }
    g_autofree char *title = g_strdup_printf("Data: %s", ana_chart_title(chart));
    columns.table = ana_table_new(title, columns.n, used);
    ana_chart_table(chart, most, add_row, &columns);
    return columns.table;
}

/* ---- documents ---------------------------------------------------------------------------- */

static void clear_block(gpointer data)
{
    AnaBlock *block = data;
    g_free(block->text);
    g_free(block->name);
    ana_table_free(block->table);
    ana_picture_free(block->picture);
}

static void clear_variant(gpointer data)
{
    g_free(((AnaVariantLook *)data)->name);
}

AnaDocument *ana_document_new(const char *title, const char *subtitle, const char *footer)
{
    AnaDocument *document = g_new0(AnaDocument, 1);
    document->title = g_strdup(title);
    document->subtitle = g_strdup(subtitle ? subtitle : "");
    document->footer = g_strdup(footer ? footer : "");
    document->blocks = g_array_new(FALSE, TRUE, sizeof(AnaBlock));
    g_array_set_clear_func(document->blocks, clear_block);
    document->variants = g_array_new(FALSE, TRUE, sizeof(AnaVariantLook));
    g_array_set_clear_func(document->variants, clear_variant);
    return document;
}

void ana_document_free(AnaDocument *document)
{
    if (!document)
        return;
    g_array_free(document->blocks, TRUE);
    g_array_free(document->variants, TRUE);
    g_free(document->title);
    g_free(document->subtitle);
    g_free(document->footer);
    g_free(document);
}

void ana_document_variant(AnaDocument *document, const char *name, guint style)
{
    AnaVariantLook look = {g_strdup(name), style};
    g_array_append_val(document->variants, look);
}

static void add(AnaDocument *document, AnaBlock block)
{
    g_array_append_val(document->blocks, block);
}

void ana_document_section(AnaDocument *document, const char *id, const char *title)
{
    add(document,
        (AnaBlock){.kind = ANA_BLOCK_SECTION, .text = g_strdup(title), .name = g_strdup(id)});
}

void ana_document_text(AnaDocument *document, AnaBlockKind kind, const char *text)
{
    SIM_CHECK(kind == ANA_BLOCK_TEXT || kind == ANA_BLOCK_LEAD || kind == ANA_BLOCK_BAND ||
                  kind == ANA_BLOCK_ITEM,
              "block kind %d is no text", (int)kind);
    add(document, (AnaBlock){.kind = kind, .text = g_strdup(text)});
}

void ana_document_chip(AnaDocument *document, const char *verdict, const char *text)
{
    add(document, (AnaBlock){.kind = ANA_BLOCK_CHIP, .text = g_strdup(text), .mark = verdict});
}

void ana_document_code(AnaDocument *document, const char *name, const char *text)
{
    add(document,
        (AnaBlock){.kind = ANA_BLOCK_CODE, .text = g_strdup(text), .name = g_strdup(name)});
}

void ana_document_table(AnaDocument *document, AnaTable *table)
{
    add(document, (AnaBlock){.kind = ANA_BLOCK_TABLE, .table = table});
}

void ana_document_picture(AnaDocument *document, const char *name, AnaPicture *picture,
                          AnaTable *table)
{
    document->n_figures++;
    add(document,
        (AnaBlock){
            .kind = ANA_BLOCK_FIGURE, .name = g_strdup(name), .picture = picture, .table = table});
}

void ana_document_chart(AnaDocument *document, const char *name, AnaChart *chart)
{
    ana_document_picture(document, name, ana_chart_picture(chart), ana_table_of_chart(chart, 16));
    ana_chart_free(chart);
}

void ana_document_fold(AnaDocument *document, const char *summary)
{
    add(document, (AnaBlock){.kind = ANA_BLOCK_FOLD, .text = g_strdup(summary)});
}

void ana_document_end_fold(AnaDocument *document)
{
    add(document, (AnaBlock){.kind = ANA_BLOCK_END});
}

const AnaPicture *ana_document_find_picture(const AnaDocument *document, const char *name)
{
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (block->kind == ANA_BLOCK_FIGURE && strcmp(block->name, name) == 0)
            return block->picture;
    }
    return NULL;
}
