/* out.h — private to analysis/trace: text on its way to a sink, in pieces. */
#ifndef ANA_TRACE_OUT_H
#define ANA_TRACE_OUT_H

#include "analysis/csv.h"

#define ANA_TRACE_PIECE 65536u

typedef struct AnaTraceOut {
    GString *text; /* not yet handed on */
    AnaSink sink;
    void *data;
    gboolean is_good; /* FALSE: the sink stopped; further text is dropped */
} AnaTraceOut;

static inline AnaTraceOut ana_trace_out_begin(AnaSink sink, void *data)
{
    return (AnaTraceOut){g_string_new(NULL), sink, data, TRUE};
}

static inline void ana_trace_out_flush(AnaTraceOut *out, gsize least)
{
    if (out->text->len < MAX(least, 1))
        return;
    out->is_good = out->is_good && out->sink(out->data, out->text->str, out->text->len);
    g_string_truncate(out->text, 0);
}

static inline gboolean ana_trace_out_end(AnaTraceOut *out)
{
    ana_trace_out_flush(out, 1);
    g_string_free(out->text, TRUE);
    return out->is_good;
}

#endif
