/* report_output.c — see report_output.h. */
#include "cli/report_output.h"

#include "cli/store.h"
#include "cli/terminal.h"

#include <gio/gio.h>
#include <string.h>

gboolean cli_report_is_output(const char *path)
{
    return g_str_has_suffix(path, ".html") || g_str_has_suffix(path, ".md") ||
           g_str_has_suffix(path, ".svg") || g_str_has_suffix(path, ".png");
}

#define RSVG_CONVERT "rsvg-convert"

gboolean cli_report_can_write(const char *path)
{
    g_autofree char *program = g_find_program_in_path(RSVG_CONVERT);
    if (program || !g_str_has_suffix(path, ".png"))
        return TRUE;
    cli_error("'%s' needs " RSVG_CONVERT " (Debian: librsvg2-bin), which is not there", path);
    cli_hint("the same as .svg needs nothing");
    return FALSE;
}

static CliStatus write_text(const char *path, const GString *text)
{
    CliFile file = {.name = path, .bytes = text->str, .length = text->len};
    return cli_store_file(&file);
}

static CliStatus write_picture(const AnaPicture *picture, const char *path)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    ana_picture_svg(picture, "picture", TRUE, svg);
    return write_text(path, svg);
}

/* By rsvg-convert, which gets the SVG on its standard input; twice as large, for paper. */
static CliStatus write_png(const AnaPicture *picture, const char *path)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) png = NULL;
    ana_picture_svg(picture, "picture", TRUE, svg);
    g_autoptr(GBytes) input = g_bytes_new(svg->str, svg->len);
    g_autoptr(GSubprocess) process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                         RSVG_CONVERT, "--zoom=2", "--format=png", NULL);
    gboolean done = process && g_subprocess_communicate(process, input, NULL, &png, NULL, &error) &&
                    g_subprocess_get_successful(process) && g_bytes_get_size(png) > 0;
    if (!done) {
        cli_error("cannot write '%s': " RSVG_CONVERT " failed%s%s", path, error ? ": " : "",
                  error ? error->message : "");
        return CLI_ENVIRONMENT;
    }
    CliFile file = {.name = path, .bytes = g_bytes_get_data(png, NULL)};
    file.length = g_bytes_get_size(png);
    return cli_store_file(&file);
}

static CliStatus write_markdown(const AnaDocument *document, const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".md"));
    g_autofree char *base = g_path_get_basename(stem);
    g_autofree char *prefix = g_strconcat(base, "-", NULL);
    CliStatus worst = CLI_OK;
    ana_document_markdown(document, prefix, text);
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (block->kind != ANA_BLOCK_FIGURE)
            continue;
        g_autofree char *picture = g_strdup_printf("%s-%s.svg", stem, block->name);
        CliStatus written = write_picture(block->picture, picture);
        worst = MAX(worst, written);
    }
    CliStatus written = write_text(path, text);
    return MAX(worst, written);
}

static CliStatus write_one_picture(const AnaDocument *document, const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    base[strlen(base) - strlen(".svg")] = '\0';
    const AnaPicture *picture = ana_document_find_picture(document, base);
    if (picture)
        return g_str_has_suffix(path, ".png") ? write_png(picture, path)
                                              : write_picture(picture, path);
    GString *known = g_string_new(NULL);
    for (guint i = 0; i < document->blocks->len; i++) {
        const AnaBlock *block = &g_array_index(document->blocks, AnaBlock, i);
        if (block->kind == ANA_BLOCK_FIGURE)
            g_string_append_printf(known, "%s%s.svg", known->len ? ", " : "", block->name);
    }
    cli_error("there is no picture '%s' in this report; the name of the file says which: %s", base,
              known->str);
    g_string_free(known, TRUE);
    return CLI_USAGE;
}

CliStatus cli_report_write(const AnaDocument *document, const char *path)
{
    if (g_str_has_suffix(path, ".md"))
        return write_markdown(document, path);
    if (g_str_has_suffix(path, ".svg") || g_str_has_suffix(path, ".png"))
        return write_one_picture(document, path);
    g_autoptr(GString) page = g_string_new(NULL);
    ana_document_html(document, page);
    return write_text(path, page);
}
