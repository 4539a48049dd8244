/*
 * report_output.h — a report into files: a page, Markdown with its pictures beside it, one picture.
 */
#ifndef CLI_REPORT_OUTPUT_H
#define CLI_REPORT_OUTPUT_H

#include "analysis/report/document.h"
#include "cli/status.h"

/* By the ending of its name: .html, .md, .svg, .png. */
gboolean cli_report_is_output(const char *path);
/* FALSE after an error: it needs a program that is not there (rsvg-convert, for .png). */
gboolean cli_report_can_write(const char *path);

/* x.html: the page. x.md: Markdown, and x-NAME.svg for each picture. NAME.svg, NAME.png: the
 * picture of that name. Files are whole or not there. CLI_OK; CLI_ENVIRONMENT or, where there is no
 * such picture, CLI_USAGE after an error that lists those there are. */
CliStatus cli_report_write(const AnaDocument *document, const char *path);

#endif
