/*
 * csv.c — one walk over a copy of the text; fields are unquoted in place.
 */
#include "scenarios/format/csv.h"

#include <string.h>

typedef struct Walk {
    char *at, *end;
    gsize line;
    char *message; /* set where it failed */
} Walk;

static gboolean is_line_end(const Walk *walk)
{
    return walk->at >= walk->end || *walk->at == '\n' ||
           (*walk->at == '\r' && walk->at + 1 < walk->end && walk->at[1] == '\n');
}

/* A quoted field; the quotes go and "" becomes ". */
static char *read_quoted(Walk *walk)
{
    char *start = ++walk->at, *to = start;
    gsize first_line = walk->line;
    for (;; walk->at++) {
        if (walk->at >= walk->end) {
            walk->line = first_line;
            walk->message = g_strdup("a quoted field is never closed");
            return NULL;
        }
        if (*walk->at == '"') {
            if (walk->at + 1 < walk->end && walk->at[1] == '"')
                walk->at++;
            else
                break;
        }
        walk->line += *walk->at == '\n';
        *to++ = *walk->at;
    }
    walk->at++;
    if (!is_line_end(walk) && *walk->at != ',') {
        walk->message = g_strdup("something follows a closing quote");
        return NULL;
    }
    *to = '\0';
    return start;
}

/* The next field. The mark behind it (comma, line end) is left in *mark and overwritten. */
static char *read_field(Walk *walk, char *mark)
{
    gboolean is_quoted = walk->at < walk->end && *walk->at == '"';
    char *start = walk->at;
    if (is_quoted) {
        start = read_quoted(walk);
        if (!start)
            return NULL;
    } else {
        while (!is_line_end(walk) && *walk->at != ',') {
            if (*walk->at == '"') {
                walk->message = g_strdup("a quote inside a field that is not quoted");
                return NULL;
            }
            walk->at++;
        }
    }
    char *field_end = walk->at;
    *mark = walk->at >= walk->end ? '\0' : *walk->at == ',' ? ',' : '\n';
    if (*mark == '\n' && *walk->at == '\r')
        walk->at++;
    if (*mark)
        walk->at++;
    if (!is_quoted)
        *field_end = '\0';
    return g_strstrip(start);
}

/* One line of fields into `fields`; the number of them, 0 where it failed. */
static gsize read_row(Walk *walk, GPtrArray *fields)
{
    char mark = ',';
    gsize n = 0;
    while (mark == ',') {
        char *field = read_field(walk, &mark);
        if (!field)
            return 0;
        g_ptr_array_add(fields, field);
        n++;
    }
    walk->line += mark == '\n';
    return n;
}

/* Nothing but line ends from here on. */
static gboolean is_at_end(const Walk *walk)
{
    for (const char *at = walk->at; at < walk->end; at++)
        if (*at != '\n' && *at != '\r')
            return FALSE;
    return TRUE;
}

static gboolean read_rows(Walk *walk, ScnCsv *csv, GPtrArray *fields, GArray *lines)
{
    while (!is_at_end(walk)) {
        gsize line = walk->line;
        gsize n = read_row(walk, fields);
        if (n == 0)
            return FALSE;
        if (csv->columns == 0) {
            csv->columns = n;
            continue;
        }
        if (n != csv->columns || lines->len >= SCN_CSV_ROWS_MAX) {
            walk->line = line;
            walk->message = n != csv->columns
                                ? g_strdup_printf("%" G_GSIZE_FORMAT " field%s, and the header has "
                                                  "%" G_GSIZE_FORMAT,
                                                  n, n == 1 ? "" : "s", csv->columns)
                                : g_strdup_printf("%u rows are the most", SCN_CSV_ROWS_MAX);
            return FALSE;
        }
        g_array_append_val(lines, line);
    }
    return TRUE;
}

ScnCsv *scn_csv_parse(const char *text, gsize length, gsize *line, char **message)
{
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    ScnCsv *csv = g_new0(ScnCsv, 1);
    csv->storage = g_malloc(length + 1);
    if (length)
        memcpy(csv->storage, text, length);
    csv->storage[length] = '\0';
    Walk walk = {csv->storage, csv->storage + length, 1, NULL};
    GPtrArray *fields = g_ptr_array_new();
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(gsize));
    gboolean is_good = TRUE;
    if (length && memchr(text, '\0', length)) {
        is_good = FALSE;
        walk.message = g_strdup("it contains zero bytes");
    }
    is_good = is_good && read_rows(&walk, csv, fields, lines);
    csv->rows = lines->len;
    csv->lines = (gsize *)(void *)g_array_free(lines, FALSE);
    g_ptr_array_add(fields, NULL);
    csv->fields = (char **)g_ptr_array_free(fields, FALSE);
    csv->header = g_new0(char *, csv->columns + 1);
    if (is_good) {
        for (gsize i = 0; i < csv->columns; i++)
            csv->header[i] = csv->fields[i];
        return csv;
    }
    *line = walk.line;
    *message = walk.message;
    scn_csv_free(csv);
    return NULL;
}

void scn_csv_free(ScnCsv *csv)
{
    if (!csv)
        return;
    g_free(csv->header);
    g_free(csv->fields);
    g_free(csv->lines);
    g_free(csv->storage);
    g_free(csv);
}

int scn_csv_column(const ScnCsv *csv, const char *name)
{
    for (gsize i = 0; i < csv->columns; i++)
        if (strcmp(csv->header[i], name) == 0)
            return (int)i;
    return -1;
}

const char *scn_csv_field(const ScnCsv *csv, gsize row, int column)
{
    return csv->fields[(row + 1) * csv->columns + (gsize)column];
}
