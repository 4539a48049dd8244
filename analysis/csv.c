/* csv.c — metrics.csv; see csv.h. */
#include "analysis/csv.h"

#include "analysis/json.h"

#include <string.h>

static const char header[] = "run,variant,replication,metric,filter,stat,unit,value\r\n";

void ana_csv_append_field(GString *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

static void append_field(GString *out, const char *text)
{
    ana_csv_append_field(out, text);
    g_string_append_c(out, ',');
}

/* The fields before the replication, and those between it and the value. */
typedef struct Frame {
    GString *before, *between;
} Frame;

static Frame frame_of(const AnaResult *result, gsize variant, gsize query, const char *run)
{
    const AnaVariant *given = ana_result_variant(result, variant);
    const AnaQuery *asked = ana_plan_query(given->plan, query);
    Frame frame = {g_string_new(NULL), g_string_new(NULL)};
    AnaQueryParts parts;
    ana_plan_query_parts(given->plan, asked, &parts);
    append_field(frame.before, run);
    append_field(frame.before, given->name);
    append_field(frame.between, parts.metric);
    const char *space = *parts.filter && *parts.window ? " " : "";
    g_autofree char *filter = g_strconcat(parts.filter, space, parts.window, NULL);
    append_field(frame.between, filter);
    append_field(frame.between, parts.stat);
    append_field(frame.between, ana_unit_name(ana_query_unit(asked)));
    ana_query_parts_clear(&parts);
    return frame;
}

static void append_row(GString *out, const Frame *frame, gint64 replication, double value)
{
    char text[ANA_DOUBLE_TEXT];
    g_string_append_len(out, frame->before->str, (gssize)frame->before->len);
    if (replication >= 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, replication);
    g_string_append_c(out, ',');
    g_string_append_len(out, frame->between->str, (gssize)frame->between->len);
    if (value == value)
        g_string_append(out, ana_double_text(value, text));
    g_string_append(out, "\r\n");
}

static void append_query(GString *out, const AnaResult *result, gsize variant, gsize query,
                         const char *run)
{
    Frame frame = frame_of(result, variant, query, run);
    for (guint i = 0; i < ana_result_n_used(result, variant); i++)
        append_row(out, &frame, (gint64)ana_result_used_replication(result, variant, i),
                   ana_result_own_value(result, variant, query, i));
    append_row(out, &frame, -1, ana_result_estimate(result, variant, query)->interval.value);
    g_string_free(frame.before, TRUE);
    g_string_free(frame.between, TRUE);
}

gboolean ana_csv_write(const AnaResult *result, const char *run, AnaSink sink, void *data)
{
    gboolean goes_on = sink(data, header, strlen(header));
    GString *text = g_string_new(NULL);
    for (gsize v = 0; v < ana_result_n_variants(result); v++) {
        gsize n = ana_plan_n_queries(ana_result_variant(result, v)->plan);
        for (gsize i = 0; i < n && goes_on; i++) {
            g_string_truncate(text, 0);
            append_query(text, result, v, i, run);
            goes_on = sink(data, text->str, text->len);
        }
    }
    g_string_free(text, TRUE);
    return goes_on;
}
