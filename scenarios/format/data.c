/*
 * data.c — columns of CSV files for empirical, replay and file(…).
 *
 * A mistake in a data file is reported at the place in the scenario that names it, with the line of
 * the data file in the message.
 */
#include "scenarios/format/reader.h"

#include "scenarios/format/suggest.h"

#include <string.h>

ScnSpan scn_argument_span(const ScnExpr *call, const char *key, gsize position)
{
    gsize at = 0;
    for (gsize i = 0; i < call->n; i++) {
        const ScnArgument *argument = &call->arguments[i];
        if (argument->key ? strcmp(argument->key, key) == 0 : at++ == position)
            return scn_expr_span(argument->value);
    }
    return scn_expr_name_span(call);
}

static gboolean report_file(ScnReader *reader, const ScnExpr *call, const char *file,
                            ScnFileProblem problem, const char *why)
{
    static const ScnCodeId codes[] = {[SCN_FILE_IS_OUTSIDE] = SCN_FILE_OUTSIDE,
                                      [SCN_FILE_CANNOT_BE_READ] = SCN_FILE_UNREADABLE,
                                      [SCN_FILE_IS_TOO_LARGE] = SCN_FILE_TOO_LARGE};
    static const char *const messages[] = {
        [SCN_FILE_IS_OUTSIDE] = "the data file '%s' must not be read",
        [SCN_FILE_CANNOT_BE_READ] = "the data file '%s' cannot be read",
        [SCN_FILE_IS_TOO_LARGE] = "the data file '%s' is too large"};
    g_autofree char *message = g_strdup_printf(messages[problem], file);
    ScnDiag *diag = scn_diags_add(reader->diags, codes[problem], scn_argument_span(call, "file", 0),
                                  "%s", message);
    scn_diag_label(diag, "%s", why);
    if (problem == SCN_FILE_IS_OUTSIDE)
        scn_diag_help(diag, "--allow-path lets this scenario read it");
    return FALSE;
}

static gboolean parse_csv(ScnReader *reader, const ScnExpr *call, ScnDataFile *file)
{
    gsize size, line;
    const char *bytes = g_bytes_get_data(file->bytes, &size);
    g_autofree char *message = NULL;
    if (!file->csv)
        file->csv = scn_csv_parse(bytes, size, &line, &message);
    if (file->csv)
        return TRUE;
    scn_diags_add(reader->diags, SCN_CSV_MALFORMED, scn_argument_span(call, "file", 0),
                  "'%s', line %" G_GSIZE_FORMAT ": %s", file->name, line, message);
    return FALSE;
}

/* Number of the column, or -1 and a report. */
static int find_column(ScnReader *reader, const ScnExpr *call, const ScnDataFile *file,
                       const char *column)
{
    const ScnCsv *csv = file->csv;
    if (!column && csv->columns == 1)
        return 0;
    int index = column ? scn_csv_column(csv, column) : -1;
    if (index >= 0)
        return index;
    g_autofree char *list = scn_word_list((const char *const *)csv->header, " ", 12);
    const char *near = column ? scn_suggest(column, (const char *const *)csv->header) : NULL;
    ScnDiag *diag;
    if (column)
        diag = scn_diags_add(reader->diags, SCN_CSV_COLUMN, scn_argument_span(call, "column", 1),
                             "'%s' has no column '%s'", file->name, column);
    else
        diag = scn_diags_add(reader->diags, SCN_CSV_COLUMN, scn_argument_span(call, "file", 0),
                             "'%s' has %" G_GSIZE_FORMAT " columns: say which", file->name,
                             csv->columns);
    scn_diag_label(diag, "its columns: %s", list);
    if (near)
        scn_diag_help(diag, "did you mean '%s'?", near);
    return -1;
}

gboolean scn_data_column(ScnReader *reader, const ScnExpr *call, const char *file,
                         const char *column, ScnColumn *result)
{
    ScnFileProblem problem;
    g_autofree char *why = NULL;
    ScnDataFile *data = scn_files_read(reader->files, file, &problem, &why);
    if (!data)
        return report_file(reader, call, file, problem, why);
    if (!parse_csv(reader, call, data))
        return FALSE;
    if (data->csv->rows == 0) {
        scn_diags_add(reader->diags, SCN_CSV_EMPTY, scn_argument_span(call, "file", 0),
                      "'%s' has no rows below its header", file);
        return FALSE;
    }
    *result = (ScnColumn){.call = call, .file = file, .csv = data->csv};
    result->index = find_column(reader, call, data, column);
    g_string_append(reader->data, data->sha256);
    return result->index >= 0;
}

static void report_value(ScnReader *reader, const ScnColumn *column, gsize row)
{
    const char *text = scn_csv_field(column->csv, row, column->index);
    scn_diags_add(reader->diags, SCN_CSV_VALUE, scn_argument_span(column->call, "file", 0),
                  "'%s', line %" G_GSIZE_FORMAT ": '%s' is not a number from 0 on", column->file,
                  column->csv->lines[row], text);
}

SimSpan *scn_data_spans(ScnReader *reader, const ScnColumn *column, SimSpan unit)
{
    g_autofree SimSpan *spans = g_new(SimSpan, column->csv->rows);
    for (gsize i = 0; i < column->csv->rows; i++) {
        const char *text = scn_csv_field(column->csv, i, column->index);
        if (!scn_parse_measured(text, unit, &spans[i]) || spans[i] < 0) {
            report_value(reader, column, i);
            return NULL;
        }
    }
    return g_steal_pointer(&spans);
}

double *scn_data_numbers(ScnReader *reader, const ScnColumn *column)
{
    g_autofree double *numbers = g_new(double, column->csv->rows);
    for (gsize i = 0; i < column->csv->rows; i++) {
        const char *text = scn_csv_field(column->csv, i, column->index);
        g_auto(ScnIssue) issue = {0};
        if (!scn_parse_number(text, &numbers[i], &issue) || !(numbers[i] >= 0) ||
            numbers[i] > 1e300) {
            report_value(reader, column, i);
            return NULL;
        }
    }
    return g_steal_pointer(&numbers);
}
