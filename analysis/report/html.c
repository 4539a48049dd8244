/*
 * html.c — a document as one self-contained page; see document.h.
 *
 * The page is well-formed XML as well as HTML, so that it can be read back by any parser. Script
 * only adds: sorting of tables, copying them, and what lies under the pointer; everything that can
 * be read is there without it (page_script.c). Light, dark or the system's choice is a matter of
 * radio buttons and style rules.
 */
#include "analysis/report/document.h"

#include "analysis/report/page_script.h"
#include "analysis/report/palette.h"
#include "analysis/report/svg.h"
#include "sim/check.h"

#include <string.h>

static const char style_sheet[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"
    "'Segoe UI','DejaVu Sans',Arial,sans-serif}\n"
    "main,header,footer{max-width:1120px;margin:0 auto;padding:0 20px}\n"
    "p,li{max-width:72ch}h1{margin:.4em 0 0;font-size:1.6em}h2{margin:1.6em 0 "
    ".4em;font-size:1.25em;"
    "scroll-margin-top:3.2em}\n"
    "a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}\n"
    ".subtitle{color:var(--soft);margin:.2em 0 1em}.lead{font-size:1.15em}\n"
    ".band{background:var(--ink);color:var(--page);padding:.5em 20px;font-weight:600;"
    "margin:.6em 0;max-width:none}\n"
    ".bar{position:sticky;top:0;background:var(--page);border-bottom:1px solid var(--grid);"
    "z-index:2;font-size:14px}\n"
    ".bar div{max-width:1120px;margin:0 auto;padding:4px 20px;display:flex;flex-wrap:wrap;"
    "gap:2px 16px;align-items:center}\n"
    ".bar .key{white-space:nowrap}.swatch{vertical-align:middle;margin-right:5px}\n"
    ".chips{display:flex;flex-wrap:wrap;gap:8px;padding:0;margin:1em 0;list-style:none}\n"
    ".chip{border:1.5px solid var(--soft);border-radius:1.2em;padding:.15em .9em;max-width:none}\n"
    ".chip.fail{border-width:3px}.chip.inconclusive{border-style:dashed}.chip "
    "b{margin-right:.4em}\n"
    "figure{margin:1.2em 0;padding:0}figcaption{max-width:72ch}figcaption b{display:block}\n"
    ".plot{overflow-x:auto}.plot svg{display:block;width:100%;min-width:890px;max-width:1080px;"
    "height:auto}\n"
    ".how{color:var(--soft);font-size:.93em;margin:.2em 0}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:"
    "tabular-nums}caption{text-align:left;font-weight:600;padding:.3em 0}\n"
    "th,td{text-align:left;vertical-align:top;padding:.35em .9em .35em 0;border-bottom:1px solid "
    "var(--grid)}th{font-weight:600}th[scope=row]{font-weight:400;max-width:26em}\n"
    "table.sort td{white-space:nowrap}.interval{color:var(--soft);font-size:.9em;display:block}"
    ".change{margin-left:1em}.mark{font-weight:600;margin-left:.7em}\n"
    ".mini{display:block;margin-top:2px}.read{min-height:1.5em;margin:.2em 0;font-variant-numeric:"
    "tabular-nums;max-width:none}.bar button{font:inherit;color:inherit;background:none;border:0;"
    "padding:0;cursor:pointer}.bar button[aria-pressed=false]{text-decoration:line-through;"
    "color:var(--soft)}\n"
    "pre{background:var(--tint);padding:.8em;overflow-x:auto;font-size:13.5px;line-height:1.4}\n"
    "details{margin:.5em 0}summary{cursor:pointer;color:var(--link)}.note{font-size:.9em;"
    "color:var(--soft);margin:.2em 0}\n"
    "footer{margin-top:3em;color:var(--soft);font-size:.9em;padding-bottom:3em}\n"
    "th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;"
    "cursor:pointer;text-align:left}\n"
    ".look{border:0;margin:0;padding:0;display:flex;gap:.6em;margin-left:auto}.look label{"
    "cursor:pointer}\n"
    "@media(max-width:560px){.bar{position:static}body{font-size:15px}main,header,footer{padding:0 "
    "12px}}\n"
    ".off0 .plot .s0,.off0 .plot .f0{opacity:.07}.off1 .plot .s1,.off1 .plot .f1{opacity:.07}.off2 "
    ".plot .s2,.off2 .plot .f2{opacity:.07}.off3 .plot .s3,.off3 .plot .f3{opacity:.07}.off4 .plot "
    ".s4,.off4 .plot .f4{opacity:.07}.off5 .plot .s5,.off5 .plot .f5{opacity:.07}\n"
    "@media print{.bar,.look,.tools,.read{display:none}body{font-size:10.5pt}figure,tr,caption,li{"
    "break-inside:avoid}caption,h2,figcaption{break-after:avoid}h2{break-after:avoid}.plot{"
    "overflow:visible}.plot svg{min-width:0}"
    "details:not([open]){display:block}details:not([open]) summary::before{content:'not printed: '}"
    "td{white-space:normal}}\n";

/* ---- tables ------------------------------------------------------------------------------- */

static void append_cell(GString *out, const AnaTableCell *cell, gboolean is_label)
{
    g_string_append(out, is_label ? "<th scope=\"row\">" : "<td>");
    if (cell->text)
        ana_xml_text(out, cell->text);
    if (cell->change)
        ana_svg_printf(out, "<span class=\"change\">%s</span>", cell->change);
    if (cell->mark)
        ana_svg_printf(out, "<span class=\"mark\">%s</span>", cell->mark);
    if (cell->below)
        ana_svg_printf(out, "<span class=\"interval\">%s</span>", cell->below);
    if (cell->svg)
        g_string_append(out, cell->svg);
    g_string_append(out, is_label ? "</th>" : "</td>");
}

static void append_table(GString *out, const AnaTable *table)
{
    g_string_append(out, "<div class=\"wide\"><table");
    if (table->is_sortable)
        g_string_append(out, " class=\"sort copy\"");
    g_string_append_c(out, '>');
    if (*table->title)
        ana_svg_printf(out, "<caption>%s</caption>", table->title);
    g_string_append(out, "<thead><tr>");
    for (guint c = 0; c < table->n_columns; c++)
        ana_svg_printf(out, "<th scope=\"col\">%s</th>", table->columns[c]);
    g_string_append(out, "</tr></thead>\n<tbody>");
    for (guint r = 0; r < table->n_rows; r++) {
        g_string_append(out, "<tr>");
        for (guint c = 0; c < table->n_columns; c++)
            append_cell(out, ana_table_cell(table, r, c), c == 0);
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody></table></div>\n");
    for (guint i = 0; i < table->notes->len; i++)
        ana_svg_printf(out, "<p class=\"note\">%s</p>\n", (const char *)table->notes->pdata[i]);
}

/* ---- blocks ------------------------------------------------------------------------------- */

static void append_figure(GString *out, const AnaBlock *block)
{
    ana_svg_printf(out, "<figure id=\"" ANA_FIGURE_ID "%s\"><figcaption><b>%s</b>", block->name,
                   block->picture->title);
    if (*block->picture->description)
        ana_svg_printf(out, "%s", block->picture->description);
    g_string_append(out, "</figcaption><div class=\"plot\">");
    g_autofree char *id = g_strconcat(ANA_FIGURE_ID, block->name, NULL);
    ana_picture_svg(block->picture, id, FALSE, out);
    g_string_append(out, "</div>");
    if (*block->picture->how_to_read)
        ana_svg_printf(out, "<p class=\"how\">" ANA_HOW_TO_READ "%s</p>",
                       block->picture->how_to_read);
    if (block->table) {
        g_string_append(out, "<details><summary>Show data</summary>\n");
        append_table(out, block->table);
        g_string_append(out, "</details>");
    }
    g_string_append(out, "</figure>\n");
}

/* Shapes as well as words: no verdict rests on colour. */
static const char *shape_of(const char *verdict)
{
    return strcmp(verdict, "pass") == 0 ? "✓" : strcmp(verdict, "fail") == 0 ? "✗" : "?";
}

/* A text in base 64 behind a link that saves it; scripts are not needed for that. */
static void append_code(GString *out, const AnaBlock *block)
{
    ana_svg_printf(out, "<pre>%s</pre>\n", block->text);
    if (!block->name)
        return;
    g_autofree char *code = g_base64_encode((const guchar *)block->text, strlen(block->text));
    ana_svg_printf(out,
                   "<p class=\"tools\"><a download=\"%s\" href=\"data:text/plain;base64,%s\">"
                   "save as %s</a></p>\n",
                   block->name, code, block->name);
}

typedef struct Open {
    gboolean section, list, chips;
} Open;

static void close_lists(GString *out, Open *open)
{
    if (open->list || open->chips)
        g_string_append(out, "</ul>\n");
    open->list = open->chips = FALSE;
}

static void open_list(GString *out, Open *open, gboolean chips)
{
    if (chips ? open->chips : open->list)
        return;
    close_lists(out, open);
    g_string_append(out, chips ? "<ul class=\"chips\">" : "<ul>");
    open->list = !chips;
    open->chips = chips;
}

static void append_block(GString *out, const AnaBlock *block, Open *open)
{
    if (block->kind == ANA_BLOCK_ITEM || block->kind == ANA_BLOCK_CHIP)
        open_list(out, open, block->kind == ANA_BLOCK_CHIP);
    else
        close_lists(out, open);
    switch (block->kind) {
    case ANA_BLOCK_SECTION:
        g_string_append(out, open->section ? "</section>\n" : "");
        ana_svg_printf(out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n", block->name,
                       block->name, block->text);
        open->section = TRUE;
        return;
    case ANA_BLOCK_TEXT:
        ana_svg_printf(out, "<p>%s</p>\n", block->text);
        return;
    case ANA_BLOCK_LEAD:
        ana_svg_printf(out, "<p class=\"lead\">%s</p>\n", block->text);
        return;
    case ANA_BLOCK_BAND:
        ana_svg_printf(out, "<p class=\"band\">%s</p>\n", block->text);
        return;
    case ANA_BLOCK_CHIP:
        ana_svg_printf(out, "<li class=\"chip %s\"><b>%s %s</b>%s</li>", block->mark,
                       shape_of(block->mark), block->mark, block->text);
        return;
    case ANA_BLOCK_ITEM:
        ana_svg_printf(out, "<li>%s</li>\n", block->text);
        return;
    case ANA_BLOCK_CODE:
        append_code(out, block);
        return;
    case ANA_BLOCK_TABLE:
        append_table(out, block->table);
        return;
    case ANA_BLOCK_FIGURE:
        append_figure(out, block);
        return;
    case ANA_BLOCK_FOLD:
        ana_svg_printf(out, "<details><summary>%s</summary>\n", block->text);
        return;
    case ANA_BLOCK_END:
        g_string_append(out, "</details>\n");
        return;
    }
    SIM_UNREACHABLE();
}

/* ---- the page ----------------------------------------------------------------------------- */

static void append_bar(const AnaDocument *document, GString *out)
{
    g_string_append(out, "<nav class=\"bar\" aria-label=\"variants and sections\"><div>");
    for (guint i = 0; i < document->variants->len; i++) {
        const AnaVariantLook *look = &g_array_index(document->variants, AnaVariantLook, i);
        g_string_append(out, "<span class=\"key\">");
        ana_swatch_svg(out, look->style);
        ana_svg_printf(out, "%s</span>", look->name);
    }
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (block->kind == ANA_BLOCK_SECTION)
            ana_svg_printf(out, "<a href=\"#%s\">%s</a>", block->name, block->text);
    }
    g_string_append(out, "<fieldset class=\"look\" aria-label=\"colours\">");
    static const char *const looks[] = {"auto", "light", "dark"};
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
        ana_svg_printf(out, "<label><input type=\"radio\" name=\"look\" id=\"%s\"", looks[i]);
        g_string_append(out, i == 0 ? " checked=\"checked\"/> " : "/> ");
        ana_svg_printf(out, "%s</label>", looks[i]);
    }
    g_string_append(out, "</fieldset></div></nav>\n");
}

/* Of CSS, within XML: whatever is not plain is given by its number. */
static void append_css_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++)
        if (g_ascii_isalnum(*c) || *c == ' ' || (guchar)*c >= 0x80)
            g_string_append_c(out, *c);
        else
            g_string_append_printf(out, "\\%x ", (guint)*c);
    g_string_append_c(out, '"');
}

/* In the margin of every sheet: whose report it is, and the sheet's number. */
static void append_sheet(GString *out, const char *footer)
{
    g_string_append(out, "@page{size:auto;margin:16mm 14mm 18mm;@bottom-left{content:");
    append_css_string(out, footer);
    g_string_append(out, ";font:8pt sans-serif}@bottom-right{content:counter(page) \" / \" "
                         "counter(pages);font:8pt sans-serif}}\n");
}

void ana_document_html(const AnaDocument *document, GString *out)
{
    Open open = {0};
    ana_svg_printf(out,
                   "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
                   "<title>%s</title>\n<style>\n",
                   document->title);
    ana_palette_css(out);
    g_string_append(out, style_sheet);
    append_sheet(out, document->footer);
    g_string_append(out, "</style></head>\n<body>\n");
    append_bar(document, out);
    ana_svg_printf(out, "<header><h1>%s</h1><p class=\"subtitle\">%s</p></header>\n<main>\n",
                   document->title, document->subtitle);
    for (guint i = 0; i < document->blocks->len; i++)
        append_block(out, &g_array_index(document->blocks, AnaBlock, i), &open);
    close_lists(out, &open);
    g_string_append(out, open.section ? "</section>\n" : "");
    ana_svg_printf(out, "</main>\n<footer>%s</footer>\n<script>", document->footer);
    g_string_append(out, ana_page_script);
    g_string_append(out, "</script></body></html>\n");
}
